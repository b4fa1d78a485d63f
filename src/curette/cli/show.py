"""`curette show`: a claim batch or a remittance as a person reads it."""

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from typing import IO

import click

from curette import pipeline
from curette.errors import InputError
from curette.reports.layout import View
from curette.reports.plain import printable
from curette.reports.show import Item, show

_NARROW, _USUAL, _WIDE = 60, 80, 120


@click.command(name="show")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--claim", "claims", metavar="NUMBER", multiple=True, help="Only the claim with this control number.")
@click.option("--show-phi", is_flag=True, help="With patient data: names, birth dates, addresses, member numbers.")
@click.option("--format", "form", type=click.Choice(["text"]), default="text", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, allow_dash=True), help="Write here, readable by you alone.")
@click.option("--width", type=click.IntRange(_NARROW, 400), help="Columns of text; 80 unless the terminal has more.")
def command(
    files: tuple[str, ...], claims: tuple[str, ...], show_phi: bool, form: str, output: str | None, width: int | None
) -> int:
    """Print claim batches (837P) and remittances (835) the way a person reads them.

    Patients are named by their control number only, unless --show-phi is given.
    """
    view = View(width or _terminal_width(output), show_phi, frozenset(claims))
    troubles: list[InputError] = []
    lines = show(_readable(files, troubles), view)
    try:
        if output in (None, "-"):
            _print(lines)
        else:
            _save(lines, str(output))
    except BrokenPipeError:  # whoever reads has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    for number in sorted(view.wanted - view.found):
        click.echo(f"curette: no claim {printable(number)}", err=True)
    return 3 if troubles else 0


def _readable(files: Sequence[str], troubles: list[InputError]) -> Iterator[Item]:
    """What the files hold; a file that cannot be used is told on standard error, and the others go on."""
    for item in pipeline.items(files, sys.stdin.buffer):
        if isinstance(item, InputError):
            troubles.append(item)
            click.echo(f"curette: {printable(item)}", err=True)
        else:
            yield item


def _terminal_width(output: str | None) -> int:
    if output not in (None, "-") or not sys.stdout.isatty():
        return _USUAL
    return max(_NARROW, min(shutil.get_terminal_size().columns, _WIDE))


def _print(lines: Iterator[str]) -> None:
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    stream: IO[str] = click.get_text_stream("stdout", errors="backslashreplace")
    for line in lines:
        stream.write(f"{_coloured(line) if colour else line}\n")
    stream.flush()


def _coloured(line: str) -> str:
    """Headings bold, faults red."""
    if line.lstrip().startswith("! "):
        return click.style(line, fg="red")
    return click.style(line, bold=True) if line and not line.startswith(" ") else line


def _save(lines: Iterator[str], path: str) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError as error:
        raise click.UsageError(f"cannot write {printable(path)}: {error.strerror}") from None
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as stream:
        for line in lines:
            stream.write(f"{line}\n")
