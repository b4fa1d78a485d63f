"""What all commands keep: exit codes, streams, no traceback, no surprise when the reader or the disk goes away."""

import os
import pty
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from curette import __version__, pipeline
from curette.cli import group
from curette.errors import InputError, MapError
from tests import builder as b
from tests.cli.run import environment, run, spawn
from tests.codes import official
from tests.conftest import ROOT

PYTHON = f"'{sys.executable}' -m curette"  # for a shell
HEAVY = {"rich", "lxml", "pyx12", "duckdb"}


@pytest.fixture
def claims(tmp_path: Path) -> Path:
    path = tmp_path / "claims.837"
    path.write_bytes(b.GOOD_CLAIMS)
    return path


def test_help_names_every_command_and_the_exit_codes() -> None:
    for flag in ("-h", "--help"):
        done = run(flag)
        assert (done.code, done.err) == (0, "")
        assert all(name in done.out for name in group.list_commands(None))  # type: ignore[arg-type]
        assert "3 unreadable input" in " ".join(done.out.split())


@pytest.mark.parametrize("command", ["check", "denials", "diff", "show"])
def test_every_command_has_help(command: str) -> None:
    done = run(command, "--help")
    assert (done.code, done.err) == (0, "")
    assert f"curette {command}" in done.out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_completes_commands_options_and_files(shell: str) -> None:
    source = spawn(env={"_CURETTE_COMPLETE": f"{shell}_source"})
    assert (source.code, source.err) == (0, "")
    assert f"_CURETTE_COMPLETE={shell}_complete" in source.out
    for words, wanted in {
        "curette nig": "nightly",
        "curette check --fail": "--fail-on",
        "curette denials a": "file",
    }.items():
        number = str(words.count(" "))
        asked = {"COMP_WORDS": words, "COMP_CWORD": words.split()[-1] if shell == "fish" else number}
        done = spawn(env={"_CURETTE_COMPLETE": f"{shell}_complete", **asked})
        assert wanted in done.out, words


def test_a_command_runs_in_a_thread_too() -> None:
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(run, "--version").result().code == 0


def test_version() -> None:
    assert run("--version").out == f"curette, version {__version__}\n"


def test_help_loads_nothing_heavy() -> None:
    program = (
        "import sys\nfrom curette.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    print('loaded', *sorted(sys.modules))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, env=environment(), text=True, check=True
    )
    loaded = done.stdout.rpartition("loaded ")[2].split()
    assert "click" in loaded
    assert not HEAVY & set(loaded)


@pytest.mark.parametrize(
    "arguments",
    [
        [], ["nosuch"], ["--nosuch"], ["check"], ["denials"], ["check", "--nosuch", "x"], ["check", "--format", "xml"],
        ["check", "--snip", "8", "x"], ["check", "--snip", "3-1", "x"], ["check", "--snip", "", "x"],
        ["check", "--snip", "one", "x"], ["check", "--jobs", "0", "x"], ["check", "--jobs", "many", "x"],
        ["check", "--jobs", "9999", "x"], ["check", "--fail-on", "fatal", "x"], ["denials", "--format", "xml", "x"],
        ["check", "-o", "/nosuch/folder/out.txt", "x"],
    ],
    ids=lambda arguments: " ".join(arguments) or "nothing",
)  # fmt: skip
def test_usage_is_exit_code_2(arguments: list[str]) -> None:
    done = run(*arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err
    assert "Traceback" not in done.err


def test_a_fault_of_ours_is_told_without_its_message(claims: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("SAMPLE, SAM 1970-01-01")

    monkeypatch.setattr(pipeline, "check", broken)
    done = run("check", claims)
    assert (done.code, done.out) == (3, "")
    assert done.err.startswith("curette: internal fault: KeyError in test_main.py:")
    assert "SAMPLE" not in done.err
    assert len(done.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (InputError("x\x1b[2J.837", "is a PDF"), 3, "curette: x\\x1b[2J.837: is a PDF\n"),
        (MapError("maps/carc.xml", 7, "code 50 stands twice"), 2, "curette: maps/carc.xml:7: code 50 stands twice\n"),
        (KeyboardInterrupt(), 130, "curette: stopped\n"),
    ],
)
def test_errors_are_one_line(
    claims: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, said: str
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(pipeline, "check", broken)
    done = run("check", claims)
    assert (done.code, done.out, done.err.lstrip("\n")) == (code, "", said)


# -- processes of their own


def test_as_a_module(claims: Path) -> None:
    done = spawn("check", claims)
    assert (done.code, done.err) == (0, "")
    assert "findings: none" in done.lines


def shell(command: str, claims: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", command.format(curette=PYTHON, claims=f"'{claims}'")],
        capture_output=True, env=environment(), text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        ("{curette} check {claims} >&-", 3, "curette: standard output: is closed\n"),
        ("{curette} check {claims} >/dev/full", 3, "curette: standard output: No space left on device\n"),
        ("{curette} denials {claims} >/dev/full", 3, "curette: standard output: No space left on device\n"),
        ("{curette} check {claims} <&- >/dev/null", 0, ""),
        ("{curette} check - <&- >/dev/null", 3, ""),
        ("{curette} check {claims} 2>&- >/dev/null", 0, ""),
    ],
)
def test_streams_that_are_not_there(claims: Path, command: str, code: int, said: str) -> None:
    done = shell(command, claims)
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.endswith(said)
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


@pytest.mark.parametrize("command", ["check", "denials"])
def test_a_reader_that_has_seen_enough(tmp_path: Path, command: str) -> None:
    path = tmp_path / "era.835"
    path.write_bytes(
        b.remit_file(*b.PAYMENT, *(s for n in range(3000) for s in b.payment(f"A{n}", "DTM*232*20261399")))
    )
    if command == "denials":
        path.write_bytes(b.remit_file(*b.PAYMENT, *(s for n in range(3000) for s in b.payment(f"A{n}"))))
    done = shell(f"{{curette}} {command} --no-conformance --format jsonl {{claims}} | head -c 10", path)
    assert (done.returncode, done.stdout, done.stderr) == (0, '{"type":"f' if command == "check" else '{"type":"d', "")


# -- terminals


def on_terminal(*arguments: object, env: dict[str, str] | None = None, streams: str = "out") -> tuple[str, str]:
    """What a terminal shows when it is standard output ("out") or standard error ("err"), and the other stream."""
    ours, theirs = pty.openpty()
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "curette", *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=theirs if streams == "out" else subprocess.PIPE,
            stderr=theirs if streams == "err" else subprocess.PIPE,
            env=environment({"TERM": "xterm", "COLUMNS": "80"} | (env or {})),
        )
        os.close(theirs)
        shown = b""
        while True:
            try:
                data = os.read(ours, 65536)
            except OSError:  # the other end is closed
                break
            if not data:
                break
            shown += data
        out, err = process.communicate(timeout=60)
    finally:
        os.close(ours)
    return shown.decode(), (out or err or b"").decode()


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    path = tmp_path / "faulty.837"
    path.write_bytes(b.GOOD_CLAIMS.replace(b"CLM*A2*250*", b"CLM*A2*251*"))
    return path


def test_colour_on_a_terminal_only(faulty: Path) -> None:
    shown, other = on_terminal("check", faulty, env={"NO_COLOR": ""})
    assert "\x1b[31m" in shown
    assert "error" in shown
    assert other == ""
    assert "\x1b" not in spawn("check", faulty, env={"NO_COLOR": ""}).out


def test_no_colour_when_told_so(faulty: Path) -> None:
    shown, _ = on_terminal("check", faulty, env={"NO_COLOR": "1"})
    assert "BAL-A" in shown
    assert "\x1b" not in shown


def test_progress_on_a_terminal_only_and_never_in_the_output(faulty: Path) -> None:
    shown, out = on_terminal("check", faulty, streams="err")
    assert "claims" in shown or "reading" in shown
    assert out == spawn("check", faulty).out
    shown, out = on_terminal("check", "--quiet", faulty, streams="err")
    assert shown == ""
    assert "BAL-A" in out


def test_progress_of_an_import(tables: Path, tmp_path: Path) -> None:
    path = official.put(tmp_path, official.MUE_NAME, official.mue())
    shown, out = on_terminal("codes", "import", path, streams="err")
    assert "rows" in shown or "reading" in shown
    assert out.startswith("mue 2026Q4: 4 rows")
    shown, _ = on_terminal("codes", "import", "--quiet", path, streams="err")
    assert shown == ""


# -- two processes


@pytest.mark.slow
@pytest.mark.parametrize("form", ["text", "jsonl"])
@pytest.mark.parametrize("command", ["check", "denials"])
def test_two_processes_print_what_one_prints(command: str, form: str, samples: Path, tmp_path: Path) -> None:
    (tmp_path / "no-x12").write_bytes(b"%PDF")
    inputs = [*sorted(samples.rglob("*.835")), tmp_path / "no-x12", *sorted((samples / "faulty").glob("*.837"))]
    claims = ["--claims", samples / "clean" / "clinic_day.837"] if command == "denials" else []
    one, two = (spawn(command, *inputs, *claims, "--format", form, "--jobs", jobs) for jobs in (1, 2))
    assert two == one
    assert one.code == 3
    assert len(one.lines) > 20


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "a.837", "--release", ""), ("check", "a.837", "--history", ""), ("check", "a.837", "-o", ""),
        ("nightly", "--inbox", "", "--store", "s.duckdb"), ("nightly", "--inbox", "in", "--store", "s", "--archive", ""),
        ("denials", "a.835", "--maps", ""), ("codes", "import", ""), ("--config", "", "check", "a.837"),
    ],
)  # fmt: skip
def test_an_empty_path_is_not_the_folder_of_the_run(
    arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a script whose variable was not set hands over: no file may be read, moved or written for it."""
    monkeypatch.chdir(tmp_path)
    done = run(*arguments)
    assert (done.code, done.out, list(tmp_path.iterdir())) == (2, "", [])
    assert "no file or folder is named" in done.err


SAMPLE = "edi_samples/resubmitted/excision_original.837"


@pytest.mark.parametrize("arguments", [("show", SAMPLE), ("diff", SAMPLE, SAMPLE), ("rules", "DERM-D01")])
@pytest.mark.parametrize("stream", [">&-", "</dev/null >/dev/full", "<&-"])
def test_closed_and_full_streams_are_no_fault_of_ours(arguments: tuple[str, ...], stream: str) -> None:
    command = " ".join([PYTHON, *arguments, stream])
    done = subprocess.run(
        ["sh", "-c", command], cwd=ROOT, env=environment(), capture_output=True, text=True, check=False
    )
    assert "internal fault" not in done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    if "/dev/full" in stream:
        assert (done.returncode, done.stderr.count("\n")) == (3, 1)
        assert "No space left on device" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("more", [(), ("-j", "2"), ("--format", "xlsx"), ("--release", "released")], ids=" ".join)
@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_who_is_stopped_takes_away_what_is_half_written(
    tmp_path: Path, more: tuple[str, ...], sign: signal.Signals
) -> None:
    """With all processes of the group, as systemd and Ctrl-C do."""
    (tmp_path / "day.837").write_bytes((ROOT / SAMPLE).read_bytes() * 2000)
    command = [sys.executable, "-m", "curette", "check", "day.837", "-o", "out.txt", *more]
    process = subprocess.Popen(
        command,
        cwd=tmp_path,
        env=environment({} if "-j" in more else {"TMPDIR": str(tmp_path)}),  # too long a path for a socket of workers
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # which what runs in the background ignores
    )
    while not [*tmp_path.rglob(".curette-*")]:
        time.sleep(0.05)
        assert process.poll() is None
    time.sleep(0.3)
    os.killpg(process.pid, sign)
    err = process.communicate(timeout=60)[1].decode()
    assert (process.returncode, err.strip()) == (128 + sign, "curette: stopped")
    left = {path.name for path in tmp_path.iterdir()}
    assert left - {"released"} == {"day.837"}
    assert [*tmp_path.rglob(".curette-*"), *tmp_path.rglob("manifest.json")] == []  # without which a release is none


def test_workers_that_cannot_be_started_are_told(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 30)
    folder.mkdir()
    done = spawn("check", "-j", "2", ROOT / SAMPLE, env={"TMPDIR": str(folder)})
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("curette: --jobs 2: no process can be started (")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [("check --nosuch x", 2), ("check nosuch", 3), ("nightly --inbox nosuch --store x", 2), ("codes status", 0)],
)
def test_messages_that_cannot_be_written_leave_the_exit_code(arguments: str, code: int) -> None:
    command = f"{PYTHON} {arguments} >/dev/null 2>/dev/full"
    assert subprocess.run(["sh", "-c", command], env=environment(), check=False).returncode == code


def test_without_docstrings_it_says_why_it_cannot_run(claims: Path) -> None:
    command = [sys.executable, "-OO", "-m", "curette", "check", str(claims)]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "PYTHONOPTIMIZE" in done.stderr


def test_standard_input_that_is_closed_is_unreadable() -> None:
    command = f"{PYTHON} show - <&-"
    done = subprocess.run(["sh", "-c", command], env=environment(), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (3, "", "curette: -: no standard input\n")


def test_a_reader_who_has_seen_enough_is_no_failure() -> None:
    command = f"{{ {PYTHON} rules; echo $? >&2; }} | head -c 1 >/dev/null"
    done = subprocess.run(["sh", "-c", command], env=environment(), capture_output=True, text=True, check=False)
    assert done.stderr == "0\n"
