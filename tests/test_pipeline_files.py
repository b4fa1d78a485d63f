"""Files of all sorts: packed, in folders, by pattern, from standard input - and those that cannot be read."""

import gzip
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from curette import pipeline
from curette.errors import InputError
from curette.pipeline import files
from curette.x12.source import Source, open_sources
from tests import builder as b
from tests.running import (
    BAD_CHARGE,
    PLAIN,
    Put,
    check,
    findings,
    put_in,
    rules,
    zipped,
)


@pytest.fixture
def put(tmp_path: Path) -> Put:
    """Writes a file of the test's folder."""
    return put_in(tmp_path)


def names(*paths: Path | str) -> list[str]:
    return [r.file for r in pipeline.check(paths, PLAIN) if r.begins]


def claims(*paths: Path | str, stdin: bytes | None = None) -> int:
    return sum(r.claims for r in pipeline.check(paths, PLAIN, stdin=io.BytesIO(stdin) if stdin is not None else None))


def test_packed_files(put: Put) -> None:
    assert claims(put("a.837.gz", gzip.compress(b.GOOD_CLAIMS))) == 2
    path = put("a.zip", zipped(**{"in/one.837": b.GOOD_CLAIMS, "two.837": BAD_CHARGE}))
    assert claims(path) == 4
    assert names(path) == [f"{path}!in/one.837", f"{path}!two.837"]
    assert [f.place.file for f in findings(check(path))] == [f"{path}!two.837"]


def test_a_folder_is_walked_in_order(put: Put, tmp_path: Path) -> None:
    for name in ("b.837", "a.837", "sub/c.837", ".hidden"):
        put(f"in/{name}", b.GOOD_CLAIMS)
    assert names(tmp_path / "in") == [str(tmp_path / "in" / n) for n in ("a.837", "b.837", "sub/c.837")]
    assert claims(tmp_path / "in") == 6


def test_a_folder_that_cannot_be_looked_into_is_told(put: Put, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a.837", "shut/b.837", "open/c.837"):
        put(f"in/{name}", b.GOOD_CLAIMS)
    look, shut = os.scandir, str(tmp_path / "in" / "shut")

    def scandir(path: str) -> object:
        if str(path) == shut:
            raise PermissionError(13, "Permission denied", shut)
        return look(path)

    monkeypatch.setattr(os, "scandir", scandir)
    results = check(tmp_path / "in")
    assert [(f.place.file, f.message) for f in findings(results)] == [(shut, "Permission denied")]
    assert sum(r.claims for r in results) == 4
    assert files.total_size(tmp_path / "in") == 2 * len(b.GOOD_CLAIMS)


def test_results_and_sidecars_in_a_folder_are_passed_over(put: Put, tmp_path: Path) -> None:
    for name in ("a.837", "b.dat", "c", "d.TXT"):
        put(f"in/{name}", b.GOOD_CLAIMS)
    for name in ("a.837.check.jsonl", "notes.CSV", "notes.json", "report.html", "report.xlsx", "README.md"):
        put(f"in/{name}", b"something else")
    assert [Path(name).name for name in names(tmp_path / "in")] == ["a.837", "b.dat", "c", "d.TXT"]
    assert rules(tmp_path / "in") == []
    assert rules(tmp_path / "in" / "notes.json") == ["SYN-FILE"], "what is named is read"


def test_patterns_are_filled_in(put: Put, tmp_path: Path) -> None:
    for name in ("b.837", "a.837", "c.835", "[odd].837"):
        put(name, b.GOOD_CLAIMS)
    assert names(f"{tmp_path}/?.837") == [str(tmp_path / "a.837"), str(tmp_path / "b.837")]
    assert names(tmp_path / "[odd].837") == [str(tmp_path / "[odd].837")], "a file of that very name"


def test_standard_input(put: Put) -> None:
    assert claims("-", stdin=b.GOOD_CLAIMS) == 2
    assert claims("-", stdin=gzip.compress(b.GOOD_CLAIMS)) == 2
    assert claims(put("a.837", b.GOOD_CLAIMS), "-", stdin=b.GOOD_CLAIMS) == 4


def test_one_path_may_stand_alone(put: Put) -> None:
    path = put("a.837", b.GOOD_CLAIMS)
    assert sum(r.claims for r in pipeline.check(path, PLAIN)) == 2
    assert sum(r.claims for r in pipeline.check(str(path), PLAIN)) == 2


UNREADABLE = {
    "empty": (b"", "is empty"),
    "PDF": (b"%PDF-1.7", "is a PDF"),
    "JSON": (b'{"a": 1}', "is JSON"),
    "text": (b"Dear Madam or Sir", "holds no X12 interchange"),
    "UTF-16": (b.GOOD_CLAIMS.decode().encode("utf-16"), "is UTF-16 text; X12 is one byte a character"),
    "cut gzip": (gzip.compress(b.GOOD_CLAIMS)[:-9], "is cut short or damaged (EOFError)"),
    "no gzip": (b"\x1f\x8bnonsense", "is damaged (BadGzipFile)"),
    "no zip": (b"PK\x03\x04nonsense", "is a damaged zip"),
}


@pytest.mark.parametrize(("data", "reason"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_cannot_be_read_is_told_and_the_rest_goes_on(put: Put, data: bytes, reason: str) -> None:
    results = check(put("a.837", data), put("b.837", b.GOOD_CLAIMS))
    assert [(f.rule.id, f.message) for f in findings(results)] == [("SYN-FILE", reason)]
    assert [r.unreadable for r in results].count(True) == 1
    assert sum(r.begins for r in results) == 2, "each file is counted once"
    assert sum(r.claims for r in results) == 2


def test_what_is_not_there(put: Put, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    absent: list[Path | str] = [tmp_path / "absent.837", tmp_path / "nothing", f"{tmp_path}/*.none", "n" * 300]
    results = list(pipeline.check([*absent, put("a.837", b.GOOD_CLAIMS)], PLAIN))
    assert [f.message for f in findings(results)] == [
        "No such file or directory", "holds no file", "holds no file", "File name too long"
    ]  # fmt: skip
    assert sum(r.begins for r in results) == 5
    assert sum(r.claims for r in results) == 2


def test_a_disk_that_fails_while_a_file_is_read(put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > 300:
                raise OSError(5, "Input/output error")
            return super().read(400 if size is None or size < 0 else min(size, 400))

    real = open_sources

    def opened(path: str | Path, stdin: IO[bytes] | None = None) -> Iterator[Source | InputError]:
        yield from [Source("bad.837", Failing(b.GOOD_CLAIMS))] if str(path).endswith("bad.837") else real(path, stdin)

    monkeypatch.setattr(files, "open_sources", opened)
    results = check(Path("bad.837"), put("good.837", b.GOOD_CLAIMS))
    assert [(f.place.file, f.message) for f in findings(results)] == [("bad.837", "Input/output error")]
    assert (sum(r.begins for r in results), sum(r.claims for r in results)) == (2, 2)


def test_no_standard_input_at_all() -> None:
    assert [f.message for f in findings(list(pipeline.check(["-"], PLAIN)))] == ["no standard input"]


def test_names_that_climb_out_of_an_archive_are_refused(put: Put) -> None:
    path = put("a.zip", zipped(**{"../../etc/x.837": b.GOOD_CLAIMS, "good.837": b.GOOD_CLAIMS}))
    results = check(path)
    assert ["climbs out" in f.message for f in findings(results)] == [True]
    assert sum(r.claims for r in results) == 2
