"""Where a command writes: standard output, or a private file that appears only when it is whole."""

import io
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

import click

from curette import pipeline, private
from curette.errors import ConfigError, CuretteError

Write = Callable[[str], object]
Inputs = Iterable[str | Path | None]  # files and folders that are read, None for one that is not named


class OutputError(CuretteError):
    """What was found cannot be written: a full disk, a closed standard output."""


@contextmanager
def output(path: Path | None, inputs: Inputs = ()) -> Iterator[Write]:
    """A function that writes text. A file is made readable by its owner alone and put in place at the end.

    None is standard output. `inputs` are files that are read meanwhile; none of them is replaced.
    """
    try:
        with _standard() if path is None else _private(path, inputs) as write:
            yield write
    except OSError as error:
        raise OutputError(f"{path or 'standard output'}: {error.strerror or 'cannot be written'}") from None


@contextmanager
def _standard() -> Iterator[Write]:
    if sys.stdout is None:
        raise OutputError("standard output: is closed")
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    try:
        yield sys.stdout.write
        sys.stdout.flush()
    except OSError as error:  # Python would complain once more while it closes
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):  # whoever reads has seen enough
            raise click.exceptions.Exit(0) from None
        raise


@contextmanager
def output_bytes(path: Path, inputs: Inputs = ()) -> Iterator[IO[bytes]]:
    """Likewise a file of bytes."""
    try:
        with _private_bytes(path, inputs) as file:
            yield file
    except OSError as error:
        raise OutputError(f"{path}: {error.strerror or 'cannot be written'}") from None


@contextmanager
def _private(path: Path, inputs: Inputs) -> Iterator[Write]:
    with _private_bytes(path, inputs) as file:
        yield lambda text: file.write(text.encode())


@contextmanager
def _private_bytes(path: Path, inputs: Inputs) -> Iterator[IO[bytes]]:
    with ExitStack() as stack:
        try:
            there = path.is_symlink() or path.exists()
            if there and (path.is_symlink() or not path.is_file()):
                raise ConfigError(f"{path}: is not a file that may be replaced")
            if there and pipeline.reads(filter(None, inputs), path):
                raise ConfigError(f"{path}: is read too, so it is not replaced")
            file = stack.enter_context(private.replacing(path))
        except OSError as error:
            raise ConfigError(f"{path}: {error.strerror}") from None
        yield file


def coloured(path: Path | None) -> bool:
    """Whether the output may carry colour: a terminal, and nobody said no."""
    return path is None and terminal() and not os.environ.get("NO_COLOR")


def terminal() -> bool:
    """Whether standard output is one; it may be closed."""
    return sys.stdout is not None and sys.stdout.isatty()


def paint(text: str, colour: bool) -> str:
    """A line of a text report, its severity word in colour."""
    if not colour:
        return text
    for word, hue in (("error", "red"), ("warning", "yellow"), ("advice", "cyan")):
        if text.startswith(f"  {word} "):
            return "  " + click.style(word, fg=hue, bold=word == "error" or None) + text[2 + len(word) :]
    return click.style(text, bold=True) if text.startswith("claim ") else text
