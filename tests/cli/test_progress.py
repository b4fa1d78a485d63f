"""Claims a second and the time that is left, where it can be known."""

import gzip
from pathlib import Path

import pytest

from curette import pipeline
from curette.cli.progress import left
from tests import builder as b
from tests.cli.test_main import on_terminal


@pytest.mark.parametrize(
    ("seconds", "done", "total", "said"),
    [
        (10, 100, 200, ", 0:10 left"),
        (10, 10, 1000, ", 16:30 left"),
        (10, 1, 1000, ", 2:46:30 left"),
        (10, 300, 200, ", 0:00 left"),
        (0.5, 100, 200, ""),
        (10, 0, 200, ""),
        (10, 100, None, ""),
    ],
)
def test_time_left(seconds: float, done: int, total: int | None, said: str) -> None:
    assert left(seconds, done, total) == said


def test_the_size_is_known_unless_something_is_packed_or_piped(tmp_path: Path) -> None:
    (tmp_path / "a.837").write_bytes(b.GOOD_CLAIMS)
    (tmp_path / "b.837").write_bytes(b.GOOD_CLAIMS)
    assert pipeline.total_size(str(tmp_path)) == 2 * len(b.GOOD_CLAIMS)
    assert pipeline.total_size([tmp_path / "a.837", tmp_path / "b.837"]) == 2 * len(b.GOOD_CLAIMS)
    assert pipeline.total_size(["-"]) is None
    assert pipeline.total_size([tmp_path / "absent"]) is None
    (tmp_path / "b.837").write_bytes(gzip.compress(b.GOOD_CLAIMS))
    assert pipeline.total_size(str(tmp_path)) is None


def test_what_is_done_adds_up_to_the_file_but_for_its_envelope(tmp_path: Path) -> None:
    (tmp_path / "a.837").write_bytes(b.GOOD_CLAIMS)
    done = sum(result.size for result in pipeline.check(tmp_path / "a.837"))
    assert 0 < len(b.GOOD_CLAIMS) - done < 250


def test_a_page_shows_how_far_it_is_on_a_terminal(tmp_path: Path) -> None:
    (tmp_path / "a.837").write_bytes(b.GOOD_CLAIMS)
    shown, _ = on_terminal("check", tmp_path / "a.837", "--format", "html", "-o", tmp_path / "a.html", streams="err")
    assert "claims" in shown or "reading" in shown
