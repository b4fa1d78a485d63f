"""curette diff: what changed between original and resubmitted claims."""

import sys
from pathlib import Path

import click

from curette.cli.options import OUTPUT, QUIET
from curette.cli.output import coloured, output
from curette.cli.progress import progress
from curette.diff.compare import compare
from curette.pipeline.differences import Reading
from curette.reports import diff as report
from curette.reports import jsonl
from curette.reports.denials_text import finding as finding_text
from curette.reports.plain import printable

_HUES = {"-": "red", "+": "green", "~": "yellow", "!": "magenta", "@": "cyan"}


@click.command("diff", short_help="Compare original and resubmitted claims.")
@click.argument("old")
@click.argument("new")
@click.option(
    "--remits", multiple=True, metavar="835-FILE", help="What was answered, to pair by REF*F8 (may be repeated)."
)
@click.option("--format", "form", type=click.Choice(["text", "jsonl"]), default="text", show_default=True)
@click.option("--stat", is_flag=True, help="One line a claim: how many changes, and the charge.")
@click.option("--show-phi", is_flag=True, help="Show names, birth dates, addresses, member numbers and free text.")
@OUTPUT
@QUIET
def command(
    old: str,
    new: str,
    remits: tuple[str, ...],
    form: str,
    stat: bool,
    show_phi: bool,
    output_file: Path | None,
    quiet: bool,
) -> int:
    """Compare the claims of OLD and NEW: 837P files, folders, .zip or .gz of them, or - (once) for standard input.

    Claims are paired by REF*F8, where --remits tell the payer's numbers, else by their control number (CLM01); lines
    by their control number (REF*6R), else by procedure and date.

    Exit code 0: no change; 1: changes, or claims that cannot be compared; 2: usage; 3: a file that cannot be read.
    """
    if (old, new, *remits).count("-") > 1:
        raise click.UsageError("only one file can be standard input")
    if stat and form == "jsonl":
        raise click.UsageError("--stat is for text")
    reading, summary = _reading(quiet), report.DiffSummary()
    numbers = reading.payer_numbers(remits)
    before, after = reading.side(old), reading.side(new)
    colour = form == "text" and coloured(output_file)
    with output(output_file) as write, progress(quiet) as tick:
        for line in report.head(old, new, stat, show_phi) if form == "text" else ():
            write(f"{_paint(line, colour)}\n")
        for result in compare(before, after, numbers):
            summary.take(result)
            lines = (
                map(jsonl.line, report.records(result, show_phi)) if form == "jsonl" else report.text(result, show_phi)
            )
            for line in report.stat(result) if stat else lines:
                write(f"{_paint(line, colour)}\n")
            tick(summary.claims)
        for line in report.summary(summary) if form == "text" else [jsonl.line(summary.record())]:
            write(f"{line}\n")
    if reading.failures:
        return 3
    return int(not summary.clean or before.damaged or after.damaged)


def _paint(line: str, colour: bool) -> str:
    if not colour or not line:
        return line
    return click.style(line, bold=True) if line.startswith("claim ") else click.style(line, fg=_HUES.get(line[0]))


def _reading(quiet: bool) -> Reading:
    """Tells on standard error what is wrong with the files."""

    def say(message: str) -> None:
        click.echo(message, err=True)

    def note(message: str) -> None:
        if not quiet:
            say(printable(message))

    return Reading(
        lambda finding: note(finding_text(finding)),
        note,
        lambda message: say(f"curette: {printable(message)}"),
        sys.stdin.buffer,
    )
