"""A drop folder: files that lie still, once each, one at a time, and safe to stop at any moment."""

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from curette.cli.watch import Watch
from curette.pipeline.moves import Folders
from curette.reports.check import CheckSummary
from curette.store.duckdb import opened
from tests import builder as b
from tests.cli.run import environment, run

WRONG = b.GOOD_CLAIMS.replace(b"CLM*A2*250*", b"CLM*A2*251*")
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    return folder


@pytest.fixture
def start(inbox: Path) -> Iterator[Start]:
    started: list[subprocess.Popen[str]] = []

    def begin(*more: object) -> "subprocess.Popen[str]":
        options = ["--watch", inbox, "--every", 1, "--output", inbox.parent / "out", "--as-of", "2026-03-10", *more]
        command = [sys.executable, "-m", "curette", "check", *map(str, options)]
        process = subprocess.Popen(
            command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment()
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=30)


def wait(reached: Callable[[], bool]) -> None:
    until = time.monotonic() + 40
    while not reached():
        assert time.monotonic() < until, "nothing came of it"
        time.sleep(0.1)


def end(process: "subprocess.Popen[str]", sign: int = signal.SIGTERM) -> str:
    process.send_signal(sign)
    out, err = process.communicate(timeout=40)
    assert (process.returncode, out) == (0, "")
    assert "Traceback" not in err
    return err


@pytest.mark.slow
def test_every_file_is_checked_once_whatever_it_is_called(inbox: Path, start: Start) -> None:
    out = inbox.parent / "out"
    (inbox / "a.837").write_bytes(WRONG)
    (inbox / "again.837").write_bytes(WRONG)
    (inbox / ".hidden").write_bytes(WRONG)
    (inbox / "c.837.part").write_bytes(b.GOOD_CLAIMS)
    (inbox / "link.837").symlink_to(inbox / "c.837.part")
    process = start("--format", "html", "--release", inbox / "released")
    wait(lambda: len([*out.glob("*.html")]) == 1)
    (inbox / "late.837").write_bytes(b.GOOD_CLAIMS)
    wait(lambda: len([*out.glob("*.html")]) == 2)
    err = end(process)
    assert "a.837: held 1 of 2 claims, 251.00 of 351.00; 1 error, 0 warning, " in err
    assert err.count(": held ") == 2
    assert "stopped; 2 files checked" in err
    assert {path.suffix for path in out.iterdir()} == {".html"}
    assert {path.stat().st_mode & 0o777 for path in out.iterdir()} == {0o600}
    assert [path.stem for path in sorted(out.iterdir())] == sorted(path.name for path in (inbox / "released").iterdir())
    assert len([*(inbox / "released").glob("*/manifest.json")]) == 2
    assert {path.name for path in inbox.iterdir()} >= {"a.837", "again.837", "late.837"}
    before = {path: path.stat().st_mtime_ns for path in out.iterdir()}
    process = start("--format", "html", "--release", inbox / "released")
    time.sleep(4)
    assert "stopped; 0 files checked" in end(process, signal.SIGINT)
    assert {path: path.stat().st_mtime_ns for path in out.iterdir()} == before


@pytest.mark.slow
def test_a_file_that_still_grows_is_left_until_it_lies_still(inbox: Path, start: Start) -> None:
    out = inbox.parent / "out"
    process = start()
    with (inbox / "a.837").open("wb", buffering=0) as file:
        for at in range(0, len(WRONG), 120):
            file.write(WRONG[at : at + 120])
            time.sleep(0.4)
            assert not [*out.glob("*.txt")]
    wait(lambda: bool([*out.glob("*.txt")]))
    end(process)
    [report] = out.iterdir()
    assert "1 file, 1 transaction, 2 claims" in report.read_text("utf-8")


@pytest.mark.slow
def test_stopped_in_the_middle_it_leaves_nothing_half(inbox: Path, start: Start) -> None:
    out = inbox.parent / "out"
    (inbox / "a.837").write_bytes(b.claim_file(*b.ABOVE, *(s for n in range(4000) for s in b.claim(f"A{n}"))))
    process = start("--jobs", "2", "--format", "csv", "--snip", "1-5")
    wait(lambda: bool([*out.glob(".curette-*")]) if out.is_dir() else False)
    err = end(process)
    assert "stopped; 0 files checked" in err
    assert [*out.iterdir()] == []
    process = start("--format", "csv", "--snip", "1-5")
    wait(lambda: bool([*out.glob("*.csv")]))
    end(process)
    [report] = out.iterdir()
    assert report.read_text("utf-8").count("\nclaim,") == 4000


@pytest.mark.slow
def test_a_file_that_cannot_be_read_is_told_and_the_next_is_checked(inbox: Path, start: Start) -> None:
    out = inbox.parent / "out"
    (inbox / "a.pdf").write_bytes(b"%PDF-1.4")
    (inbox / "b.837").write_bytes(WRONG)
    process = start("--format", "jsonl")
    wait(lambda: len([*out.glob("*.jsonl")]) == 2)
    assert "a.pdf: held 0 of 0 claims, 0.00 of 0.00; 1 error, 0 warning, 0 advice; could not be read" in end(process)


@pytest.mark.parametrize("quiet", [False, True])
def test_what_is_not_ours_to_read_is_told_once_and_checked_when_it_is(
    inbox: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], quiet: bool
) -> None:
    checked: list[Path] = []

    def check(path: Path, report: Path, released: Path | None) -> CheckSummary:
        checked.append(path)
        return CheckSummary()

    def closed(path: Path, *more: object) -> Any:
        raise PermissionError(errno.EACCES, "Permission denied")

    file, folders = inbox / "a.837", Folders(inbox)
    file.write_bytes(b.GOOD_CLAIMS)
    watch, seen = Watch(inbox, 1, inbox.parent / "out", None, "text"), dict[Path, tuple[int, int, int]]()
    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", closed)
        for _ in range(4):
            seen = watch.turn(folders, seen, check, quiet=quiet)
    assert capsys.readouterr().err == f"{file}: cannot be read (Permission denied)\n" * (not quiet)
    file.chmod(0o640)
    for _ in range(3):
        seen = watch.turn(folders, seen, check, quiet=quiet)
    assert checked == [file]


def test_an_inbox_that_is_gone_is_told(inbox: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def check(path: Path, report: Path, released: Path | None) -> CheckSummary:
        raise AssertionError

    watch, seen = Watch(inbox, 1, inbox.parent / "out", None, "text"), dict[Path, tuple[int, int, int]]()
    (inbox / "below").mkdir()
    os.mkfifo(inbox / "pipe")
    for turn in range(5):
        seen = watch.turn(Folders(inbox), seen, check, quiet=False)
        if turn == 1:
            assert capsys.readouterr().err == ""  # folders that can be looked into, and what is no file
            inbox.rename(inbox.parent / "elsewhere")
    assert capsys.readouterr().err == f"{inbox}: cannot be read (No such file or directory)\n"


@pytest.mark.slow
def test_one_at_a_time(inbox: Path, start: Start) -> None:
    first = start()
    wait(lambda: (inbox.parent / "out").is_dir())
    time.sleep(0.5)
    second = start()
    assert second.wait(timeout=40) == 75
    assert second.stderr is not None
    assert "another run writes here" in second.stderr.read()
    end(first)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("a.837", "--watch", "."), "goes with --output FOLDER"),
        (("--watch", "."), "goes with --output FOLDER"),
        ((), "Missing argument 'FILE...'"),
        (("--watch", "/absent", "--output", "out"), "/absent: there is no such folder"),
        (("--watch", ".", "--output", "out", "--notes", "/absent.csv"), "/absent.csv: No such file or directory"),
    ],
)
def test_usage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], said: str) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("check", *options)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert os.listdir(tmp_path) in ([], ["out"])  # noqa: PTH208


@pytest.mark.slow
@pytest.mark.parametrize("option", ["--output", "--release"])
def test_nothing_is_written_where_it_would_be_checked_in_turn(inbox: Path, start: Start, option: str) -> None:
    """Each report would have one of its own, without end; a folder inside is left out of what is watched."""
    (inbox / "a.837").write_bytes(b.GOOD_CLAIMS)
    process = start(option, inbox)
    _, err = process.communicate(timeout=40)
    assert (process.returncode, err) == (2, f"curette: {inbox}: is the folder that is watched\n")
    assert [path.name for path in inbox.iterdir()] == ["a.837"]


def test_a_store_is_told_of_every_file_and_free_between_them(inbox: Path, start: Start) -> None:
    out, store = inbox.parent / "out", inbox.parent / "store.duckdb"
    process, told = start("--store", store), dict[str, bool]()
    files = {"a.837": WRONG, "b.837": b.claim_file(*b.ABOVE, *b.claim("B1"))}
    for count, (name, data) in enumerate(files.items(), 1):
        (inbox / name).write_bytes(data)
        wait(lambda count=count: len([*out.glob("*.txt")]) == count)  # type: ignore[misc]
        time.sleep(1)
        with opened(store) as kept:  # the watching goes on meanwhile
            told = dict(row[:2] for row in kept.rows("SELECT control, clean FROM checks"))
    end(process)
    assert told == {"A1": True, "A2": False, "B1": True}
