"""curette show: a claim batch or a remittance as a person reads it."""

import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
from attrs import define

from curette import pipeline
from curette.cli.options import FILES, OUTPUT
from curette.cli.output import coloured, output, terminal
from curette.errors import InputError
from curette.findings import Finding, Severity
from curette.reports.canonical import canonical as canonical_text
from curette.reports.layout import View
from curette.reports.plain import printable
from curette.reports.show import Item, show
from curette.x12.source import Source
from curette.x12.transaction import Transaction

_NARROW, _USUAL, _WIDE = 60, 80, 120


@click.command("show", short_help="Print a claim batch or a remittance as a person reads it.")
@FILES
@click.option("--claim", "claims", metavar="NUMBER", multiple=True, help="Only this claim, by its control number.")
@click.option("--show-phi", is_flag=True, help="With patient data: names, birth dates, addresses, member numbers.")
@click.option("--canonical", is_flag=True, help="Claims as plain statements, the same however written (for git diff).")
@click.option("--format", "form", type=click.Choice(["text"]), default="text", show_default=True)
@OUTPUT
@click.option("--width", type=click.IntRange(_NARROW, 400), help="Columns of text [default: 80, or the terminal's].")
def command(
    files: tuple[str, ...],
    claims: tuple[str, ...],
    show_phi: bool,
    canonical: bool,
    form: str,
    output_file: Path | None,
    width: int | None,
) -> int:
    """Print the claims (837P) and remittances (835) of FILE... the way a person reads them.

    A patient is named by the claim's control number only, unless --show-phi is given. Exit code 0: done; 2: usage;
    3: a file that cannot be read (the others are still shown).
    """
    view = View(width or _terminal_width(output_file), show_phi, frozenset(claims))
    inputs = _Inputs(files)
    colour = coloured(output_file)
    with output(output_file, files) as write:
        for line in canonical_text(inputs, view) if canonical else show(inputs, view):
            write(f"{_painted(line) if colour else line}\n")
    for number in sorted(view.wanted - view.found):
        click.echo(f"curette: no claim {printable(number)}", err=True)
    return 3 if inputs.unread else 0


@define
class _Inputs:
    """What the files hold, and how many of the files could not be read at all."""

    files: Sequence[str]
    unread: int = 0
    faulty: bool = False  # the file at hand
    useful: bool = False

    def __iter__(self) -> Iterator[Item]:
        """A file that cannot be used is told on standard error, and the others go on."""
        for item in pipeline.items(self.files, getattr(sys.stdin, "buffer", None)):
            if isinstance(item, InputError):
                self.unread += 1
                click.echo(f"curette: {printable(item)}", err=True)
            elif isinstance(item, Source):
                self._end()
            elif isinstance(item, Finding):
                self.faulty |= item.severity is Severity.ERROR
            elif isinstance(item, Transaction):
                self.faulty |= item.refused
                self.useful |= item.complete
            yield item
        self._end()

    def _end(self) -> None:
        """A file ends; one with faults and nothing whole in it was unreadable too."""
        self.unread += self.faulty and not self.useful
        self.faulty = self.useful = False


def _terminal_width(output_file: Path | None) -> int:
    if output_file is not None or not terminal():
        return _USUAL
    return max(_NARROW, min(shutil.get_terminal_size().columns, _WIDE))


def _painted(line: str) -> str:
    """Faults red, headings bold."""
    if line.lstrip().startswith("! "):
        return click.style(line, fg="red")
    return click.style(line, bold=True) if line and not line.startswith(" ") else line
