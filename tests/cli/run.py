"""Runs the commands as a shell does, in this process (`run`) or in one of their own (`spawn`)."""

import io
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from curette.cli import main

SRC = Path(__file__).resolve().parents[2] / "src"


@dataclass
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """Standard output without its last line end."""
        return self.out.splitlines()


def run(*arguments: object, stdin: bytes = b"") -> Done:
    """`curette ARGUMENTS` with standard streams that are no terminal."""
    given, out, err = (io.TextIOWrapper(io.BytesIO(data), encoding="utf-8") for data in (stdin, b"", b""))
    with patch.multiple(sys, stdin=given, stdout=out, stderr=err):
        try:
            main([str(a) for a in arguments])
        except SystemExit as ended:
            code = ended.code
        else:
            raise AssertionError("main always exits")
        out.flush()
        err.flush()
    assert isinstance(code, int)
    return Done(code, *(stream.buffer.getvalue().decode() for stream in (out, err)))


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """That of this process, with curette on the path."""
    return os.environ | {"PYTHONPATH": str(SRC)} | dict(more or {})


def spawn(*arguments: object, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> Done:
    """`python -m curette ARGUMENTS` in a process of its own."""
    command = [sys.executable, "-m", "curette", *map(str, arguments)]
    done = subprocess.run(command, input=stdin, capture_output=True, env=environment(env), timeout=60, check=False)
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


def limited(size: int, *arguments: object) -> Done:
    """`curette ARGUMENTS` in a process that can write no file larger than `size`."""
    start = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)"
    command = [sys.executable, "-c", f"{start}; from curette.cli import main; main(sys.argv[2:])", str(size)]
    env = {name: value for name, value in environment().items() if not name.startswith("COVERAGE_")}  # it writes, too
    done = subprocess.run([*command, *map(str, arguments)], capture_output=True, env=env, timeout=60, check=False)
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())
