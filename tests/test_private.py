"""Files that appear when they are whole: what a killed run leaves is taken away, what somebody still writes is not."""

import fcntl
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from curette import private
from curette.codes import tables
from curette.pipeline import moves
from curette.release import files
from tests.cli.run import environment, run

LEFT = ".curette-a1b2c3d4"


def through_check(path: Path) -> None:
    assert run("check", "-q", "edi_samples/clean/clinic_day.837", "-o", path).code == 0


WRITERS: list[Callable[[Path], object]] = [
    through_check,
    lambda path: moves.write_private(path, ["a\n"]),
    lambda path: files.write(path, b"a\n"),
    lambda path: tables._replace(path, [b"a\n"]),
]


@pytest.mark.parametrize("write", WRITERS, ids=["report", "nightly", "release", "table"])
def test_whoever_writes_next_takes_away_what_was_left(
    tmp_path: Path, samples: Path, monkeypatch: pytest.MonkeyPatch, write: Callable[[Path], object]
) -> None:
    monkeypatch.chdir(samples.parent)
    (tmp_path / LEFT).write_bytes(b"half")
    write(tmp_path / "whole")
    assert [path.name for path in tmp_path.iterdir()] == ["whole"]
    assert stat.S_IMODE((tmp_path / "whole").stat().st_mode) == 0o600


def test_what_is_still_written_stays(tmp_path: Path) -> None:
    """Of another run, which has its lock on it; so do names that are not ours."""
    file, name = private.begin(tmp_path)
    (tmp_path / "elsewhere").write_bytes(b"")
    (tmp_path / ".curette-linked00").symlink_to(tmp_path / "elsewhere")
    (tmp_path / ".curette-folder00").mkdir()
    for other in (".curette-claims.parquet", ".curette-", "curette-a1b2c3d4", ".a.duckdb.new-a1b2c3"):
        (tmp_path / other).write_bytes(b"")
    before = sorted(tmp_path.iterdir())
    with file:
        private.clear([tmp_path, tmp_path / "absent"])
        assert sorted(tmp_path.iterdir()) == before
        name.replace(tmp_path / "whole")
    private.clear([tmp_path])
    assert (tmp_path / "whole").exists()


def test_a_file_that_was_taken_for_one_left_behind_is_begun_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another run may look between its birth and its lock."""
    locks = fcntl.flock
    taken: list[Path] = []

    def late(descriptor: int, how: int) -> None:
        if not taken:
            taken.extend(tmp_path.iterdir())
            taken[0].unlink()
        locks(descriptor, how)

    monkeypatch.setattr(fcntl, "flock", late)
    with private.replacing(tmp_path / "whole") as file:
        file.write(b"a")
    assert ((tmp_path / "whole").read_bytes(), len(taken)) == (b"a", 1)


def test_a_disk_without_locks_is_written_and_nothing_taken_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(descriptor: int, how: int) -> None:
        raise OSError

    monkeypatch.setattr(fcntl, "flock", refused)
    (tmp_path / LEFT).write_bytes(b"half")
    with private.replacing(tmp_path / "whole") as file:
        file.write(b"a")
    assert {path.name for path in tmp_path.iterdir()} == {"whole", LEFT}


@pytest.mark.slow
@pytest.mark.parametrize("more", [("-o", "out/a.txt"), ("-j", "2", "-o", "out/a.txt", "--release", "out")], ids=len)
def test_a_killed_check_leaves_nothing_to_the_next(tmp_path: Path, samples: Path, more: tuple[str, ...]) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "day.837").write_bytes((samples / "clean" / "clinic_day.837").read_bytes() * 2000)
    command = [sys.executable, "-m", "curette", "check", "-q", "day.837", *more]
    process = subprocess.Popen(command, cwd=tmp_path, env=environment())
    while not [*tmp_path.rglob(".curette-*")]:
        time.sleep(0.05)
        assert process.poll() is None
    time.sleep(0.3)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert [*tmp_path.rglob(".curette-*")] != []
    (tmp_path / "day.837").write_bytes((samples / "clean" / "clinic_day.837").read_bytes())
    assert subprocess.run(command, cwd=tmp_path, env=environment(), check=False).returncode == 0
    assert [*tmp_path.rglob(".curette-*")] == []


@pytest.mark.parametrize("stopped", ["flock", "fstat"])
def test_who_is_stopped_while_a_file_begins_leaves_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stopped: str
) -> None:
    """A release of many short transactions begins files all the time."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(*((fcntl, "flock") if stopped == "flock" else (os, "fstat")), stop)
    with pytest.raises(KeyboardInterrupt):
        private.begin(tmp_path)
    monkeypatch.undo()
    assert list(tmp_path.iterdir()) == []
