"""curette show: what it prints where, its exit codes, and what a terminal, a pipe and a file each get."""

import os
import pty
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from curette.cli import main
from curette.reports.show import PHI
from tests.conftest import ROOT

REMIT = "edi_samples/resubmitted/denied.835"
CLAIMS = "edi_samples/clean/second_practice.837"


@pytest.fixture(autouse=True)
def _in_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["show", *arguments])
    assert isinstance(ended.value.code, int)
    return ended.value.code


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "curette", "show", *arguments]


def environment(**more: str) -> dict[str, str]:
    """This process's, so that a started one finds the same curette."""
    kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "COLUMNS", "TERM")}
    return kept | {"PYTHONPATH": os.pathsep.join(sys.path)} | more


def test_remittance_and_claims_are_shown_one_after_another(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(REMIT, CLAIMS) == 0
    shown = capsys.readouterr()
    assert shown.out.index(f"== {REMIT}") < shown.out.index("Claim EXC01") < shown.out.index(f"== {CLAIMS}")
    assert "Claims paid 288.00 - provider adjustments 0.00 = payment 288.00: balances" in shown.out
    assert shown.err == ""


def test_unreadable_file_is_told_and_the_others_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("README.md", "nowhere.835", REMIT) == 3
    shown = capsys.readouterr()
    assert shown.out.startswith(f"== {REMIT}\n")
    assert shown.err.splitlines() == [
        "curette: README.md: holds no X12 interchange", "curette: nowhere.835: No such file or directory",
    ]  # fmt: skip


def test_file_with_nothing_whole_in_it_is_unreadable(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("edi_samples/faulty/truncated.837") == 3
    assert "cut short: nothing of it can be shown" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments", [(), (REMIT, "--width", "10"), (REMIT, "--format", "pdf"), (REMIT, "--output", "no/such/folder/x")]
)
def test_wrong_usage_is_two(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*arguments) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err


def test_one_claim(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(CLAIMS, "--claim", "LAB01", "--claim", "NONE\x1b") == 0
    shown = capsys.readouterr()
    assert [line.split()[1] for line in shown.out.splitlines() if line.startswith("Claim ")] == ["LAB01"]
    assert shown.err == "curette: no claim NONE\\x1b\n"


def test_patient_data_is_announced_in_the_first_line(capsys: pytest.CaptureFixture[str]) -> None:
    run(CLAIMS)
    assert "DUMMY" not in capsys.readouterr().out
    run(CLAIMS, "--show-phi")
    shown = capsys.readouterr().out
    assert shown.startswith(f"{PHI}\n")
    assert "DUMMY, ULF, born 1990-02-12" in shown


def test_file_is_private_and_the_same_as_standard_output(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "page.txt"
    assert run(REMIT, "--output", str(path)) == 0
    assert capsys.readouterr().out == ""
    run(REMIT)
    assert path.read_text("utf-8") == capsys.readouterr().out
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_standard_input() -> None:
    data = (ROOT / REMIT).read_bytes()
    done = subprocess.run(command("-"), input=data, capture_output=True, env=environment(), check=False)
    assert done.returncode == 0
    assert done.stdout.startswith(b"== -\n")
    assert b"\x1b" not in done.stdout


def test_reader_that_stops_early_ends_it_quietly() -> None:
    files = [REMIT] * 60  # more than a pipe holds
    with subprocess.Popen(
        command(*files), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == f"== {REMIT}\n".encode()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0


def on_a_terminal(**more: str) -> str:
    """What a terminal gets of a damaged file."""
    ours, theirs = pty.openpty()
    arguments = command("edi_samples/faulty/wrong_count.837")
    with subprocess.Popen(arguments, stdout=theirs, stderr=theirs, env=environment(TERM="xterm", **more)) as process:
        os.close(theirs)
        text = b""
        try:
            while data := os.read(ours, 4096):
                text += data
        except OSError:  # Linux: the other end is closed
            pass
        os.close(ours)
        assert process.wait() == 0
    return text.decode()


def test_colour_on_a_terminal_only() -> None:
    shown = on_a_terminal()
    assert "\x1b[31m  ! segment 31 (IEA)" in shown
    assert "\x1b[1mClaim FAULT-COUNTS  DAMAGED" in shown


def test_no_colour_when_nobody_wants_it() -> None:
    assert "\x1b" not in on_a_terminal(NO_COLOR="1")
