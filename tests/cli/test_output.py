"""Where results go: standard output, or a private file that appears only when it is whole."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from curette import pipeline
from curette.checks.results import Checked
from curette.cli.output import output, paint
from curette.errors import ConfigError
from tests import builder as b
from tests.cli.run import run


@pytest.fixture
def claims(tmp_path: Path) -> Path:
    path = tmp_path / "in" / "claims.837"
    path.parent.mkdir()
    path.write_bytes(b.GOOD_CLAIMS)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "out"
    path.mkdir()
    return path


@pytest.fixture
def _open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("_open_umask")
@pytest.mark.parametrize("command", ["check", "denials"])
@pytest.mark.parametrize("form", ["text", "jsonl"])
@pytest.mark.parametrize("exists", [False, True], ids=["new", "replaced"])
def test_a_file_is_private_and_holds_what_would_be_printed(
    claims: Path, folder: Path, command: str, form: str, exists: bool
) -> None:
    path = folder / "result"
    if exists:
        path.write_text("old")
        path.chmod(0o666)
    done = run(command, claims, "--format", form, "-o", path)
    assert (done.code, done.out) == (0, "")
    assert path.read_text() == run(command, claims, "--format", form).out
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(folder.iterdir()) == [path]


def test_line_ends_and_encoding_do_not_depend_on_the_system(folder: Path) -> None:
    path = folder / "result"
    with output(path) as write:
        write("Müller 山田\nsecond\n")
    assert path.read_bytes() == "Müller 山田\nsecond\n".encode()


def refused(path: Path, claims: Path) -> None:
    before = {p: p.read_bytes() for p in path.parent.iterdir() if p.is_file()}
    done = run("check", claims, "--output", path)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("curette: ")
    assert len(done.err.splitlines()) == 1
    assert {p: p.read_bytes() for p in path.parent.iterdir() if p.is_file()} == before


def test_a_link_is_not_followed(claims: Path, folder: Path) -> None:
    target = folder / "precious"
    target.write_text("precious")
    for name, there in (("link", target), ("dangling", folder / "nothing")):
        (folder / name).symlink_to(there)
        refused(folder / name, claims)
        assert (folder / name).is_symlink()
    assert not (folder / "nothing").exists()


def test_folders_pipes_and_devices_are_not_replaced(claims: Path, folder: Path) -> None:
    refused(folder, claims)
    os.mkfifo(folder / "pipe")
    refused(folder / "pipe", claims)
    assert stat.S_ISFIFO((folder / "pipe").stat().st_mode)
    assert run("check", claims, "-o", os.devnull).code == 2
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)


@pytest.mark.parametrize("command", ["check", "show"])
def test_a_hyphen_is_standard_output(claims: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.chdir(folder)
    plain = run(command, claims)
    assert run(command, claims, "-o", "-").out == plain.out != ""
    assert list(folder.iterdir()) == []
    assert run(command, claims, "-o", "-a").code == plain.code
    assert [path.name for path in folder.iterdir()] == ["-a"]


def test_a_hyphen_takes_no_workbook_and_no_reports(claims: Path, folder: Path) -> None:
    assert run("check", claims, "--format", "xlsx", "-o", "-").code == 2
    assert run("check", "--watch", folder, "-o", "-").code == 2


def test_a_folder_that_is_not_there_is_not_made(claims: Path, folder: Path) -> None:
    done = run("check", claims, "-o", folder / "deep" / "result")
    assert (done.code, done.err) == (2, f"curette: {folder}/deep/result: No such file or directory\n")
    assert list(folder.iterdir()) == []


def test_an_input_is_not_replaced(claims: Path) -> None:
    refused(claims, claims)
    hard = claims.parent / "other-name.837"
    os.link(claims, hard)
    refused(hard, claims)
    era = claims.parent / "era.835"
    era.write_bytes(b.GOOD_REMIT)
    done = run("denials", era, "--claims", claims, "-o", claims)
    assert (done.code, done.out) == (2, "")
    assert claims.read_bytes() == b.GOOD_CLAIMS


@pytest.mark.parametrize(
    ("arguments", "target"),
    [
        (("show", "in/claims.837"), "in/claims.837"), (("check", "in"), "in/claims.837"),
        (("check", "in/*.837"), "in/claims.837"), (("check", "other.837", "--history", "in"), "in/claims.837"),
        (("diff", "other.837", "in"), "in/claims.837"), (("denials", "in", "--claims", "*.837"), "other.837"),
        (("check", "other.837", "--notes", "notes.jsonl"), "notes.jsonl"),
        (("denials", "other.837", "--overrides", "told.csv"), "told.csv"),
    ],
)  # fmt: skip
def test_nothing_that_is_read_is_replaced(
    claims: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], target: str
) -> None:
    """Neither by `show` nor where it lies in a folder or a pattern, nor what is read beside the claims."""
    monkeypatch.chdir(claims.parent.parent)
    Path("other.837").write_bytes(b.GOOD_CLAIMS)
    Path("notes.jsonl").write_text("\n")
    Path("told.csv").write_text("date,claim,line,trace,general_category,derm_category,derm_sub,by,note\n")
    before = Path(target).read_bytes()
    done = run(*arguments, "-o", target)
    assert (done.code, done.out) == (2, "")
    assert "is read too" in done.err
    assert Path(target).read_bytes() == before


def test_nothing_is_left_behind_on_failure(claims: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder / "result"
    path.write_text("of yesterday")

    def breaks(*_: object, **__: object) -> Iterator[Checked]:
        yield Checked("a", begins=True)
        assert len(list(folder.iterdir())) == 2, "it is written beside"
        raise MemoryError

    monkeypatch.setattr(pipeline, "check", breaks)
    assert run("check", claims, "-o", path).code == 3
    assert [p.name for p in folder.iterdir()] == ["result"]
    assert path.read_text() == "of yesterday"


def test_a_disk_that_fails_is_told_and_nothing_left_behind(
    claims: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fails)
    done = run("check", claims, "-o", folder / "result")
    assert (done.code, done.err) == (3, f"curette: {folder}/result: No space left on device\n")
    assert list(folder.iterdir()) == []


def test_it_appears_only_when_whole(folder: Path) -> None:
    path = folder / "result"
    with output(path) as write:
        write("half")
        assert not path.exists()
    assert path.read_text() == "half"


def test_a_name_that_is_too_long(folder: Path) -> None:
    with pytest.raises(ConfigError, match="File name too long"), output(folder / ("n" * 300)):
        raise AssertionError


@pytest.mark.parametrize(
    ("line", "painted"),
    [
        ("  error    BAL-A            x", "  \x1b[31m\x1b[1merror\x1b[0m    BAL-A            x"),
        ("  warning  BAL-P            x", "  \x1b[33mwarning\x1b[0m  BAL-P            x"),
        ("  advice   DERM-1           x", "  \x1b[36madvice\x1b[0m   DERM-1           x"),
        ("claim A1", "\x1b[1mclaim A1\x1b[0m"),
        ("           error in words", "           error in words"),
        ("findings: 1 error", "findings: 1 error"),
        ("", ""),
    ],
)
def test_paint(line: str, painted: str) -> None:
    assert paint(line, True) == painted
    assert paint(line, False) == line
