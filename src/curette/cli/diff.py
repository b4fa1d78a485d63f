"""curette diff: what changed between original and resubmitted claims, and whether it answers the denials."""

import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import click

from curette.cli.options import AS_OF, INPUT, OUTPUT, PATH, QUIET
from curette.cli.output import coloured, output, terminal
from curette.cli.progress import progress
from curette.diff.answers import Resubmission
from curette.pipeline.differences import Reading, again, differences, examination
from curette.pipeline.resubmitted import resubmissions, sought
from curette.reports import diff as report
from curette.reports import diff_html, diff_text, jsonl
from curette.reports.denials_text import finding as finding_text
from curette.reports.plain import many, printable
from curette.store.duckdb import opened

_HUES: dict[str, dict[str, Any]] = {
    "head": {"bold": True}, "title": {"fg": "cyan"}, "old": {"fg": "red"}, "new": {"fg": "green"},
    "moved": {"fg": "yellow"}, "dim": {"dim": True}, "good": {"fg": "green"}, "half": {"fg": "yellow"},
    "bad": {"fg": "red", "bold": True},
}  # fmt: skip
_NARROW, _USUAL, _WIDE = 60, 80, 240


@click.command("diff", short_help="Compare original and resubmitted claims.")
@click.argument("sides", nargs=-1, required=True, type=INPUT, metavar="[OLD] NEW")
@click.option("--store", type=PATH, metavar="FILE", help="OLD and what was answered come from a store.")
@click.option(
    "--remits",
    multiple=True,
    type=INPUT,
    metavar="835-FILE",
    help="What was answered of OLD: is it dealt with? (may be repeated)",
)
@click.option("--format", "form", type=click.Choice(["text", "jsonl", "html"]), default="text", show_default=True)
@click.option("--stat", is_flag=True, help="One line a claim: how many changes, and the charge.")
@click.option("--name-only", is_flag=True, help="Only the numbers of the claims that differ.")
@click.option(
    "--unified", "-U", "context", type=click.IntRange(0, 99), metavar="N",
    help="One value below the other, with N unchanged lines around each changed one [default: 1, and side by side"
    f" from {diff_text.SIDE_BY_SIDE} columns].",
)  # fmt: skip
@click.option("--payers", type=PATH, metavar="DIR", help="Payer profiles over the built-in ones.")
@AS_OF
@click.option("--show-phi", is_flag=True, help="Show names, birth dates, addresses, member numbers and free text.")
@click.option("--width", type=click.IntRange(_NARROW, 400), help="Columns of text [default: 80, or the terminal's].")
@OUTPUT
@QUIET
def command(
    sides: tuple[str, ...],
    store: Path | None,
    remits: tuple[str, ...],
    form: str,
    stat: bool,
    name_only: bool,
    context: int | None,
    payers: Path | None,
    as_of: date,
    show_phi: bool,
    width: int | None,
    output_file: Path | None,
    quiet: bool,
) -> int:
    """Compare the claims of OLD and NEW: 837P files, folders, .zip or .gz of them, or - (once) for standard input.

    With --store, NEW alone is given: what its claims send again is found in the store that `curette nightly` keeps, and
    so is what was answered of it until then. Claims that the store does not know are new.

    Claims are paired by REF*F8, where --remits or the store tell the payer's numbers, then by their control number
    (CLM01), then by patient, days and provider; lines by their control number (REF*6R), then so that as little as
    possible changed.

    Exit code 0: no change; 1: changes, claims that cannot be compared, or something wrong with how they were sent
    again; 2: usage; 3: a file that cannot be read; 75: another run holds the store.
    """
    old, new = _sides(sides, store, remits)
    _refuse(form, stat, name_only, context)
    reading, summary = _reading(quiet), report.DiffSummary()
    view = _view(output_file, form, context, show_phi, width)
    lines = _lines(form, view, stat=stat, name_only=name_only)
    files = (old, new, store, *remits)
    with (
        _compared(reading, old, new, store, remits, (payers, as_of)) as (damaged, found),
        output(output_file, files) as write,
        progress(quiet) as tick,
    ):

        def results() -> Iterator[Resubmission]:
            for result in found:
                summary.take(result)
                yield result
                tick(summary.claims)

        if form == "html":
            for piece in diff_html.pages(old, new, results(), summary, phi=show_phi):
                write(piece)
        else:
            if form == "text" and not name_only:
                _write(write, diff_text.head(old, new, view, stat=stat))
            for result in results():
                _write(write, lines(result))
            if form == "jsonl":
                _write(write, [jsonl.line(summary.record())])
            elif not name_only:
                _write(write, ["", *summary.words()])
    if reading.failures:
        return 3
    return int(not summary.clean or damaged())


def _refuse(form: str, stat: bool, name_only: bool, context: int | None) -> None:
    """Options that do not go together."""
    if (stat or name_only or context is not None) and form != "text":
        raise click.UsageError("--stat, --name-only and --unified are for text")
    if stat and name_only:
        raise click.UsageError("--stat and --name-only exclude each other")


@contextmanager
def _compared(
    reading: Reading, old: str, new: str, store: Path | None, remits: tuple[str, ...], by: tuple[Path | None, date]
) -> Iterator[tuple[Callable[[], bool], Iterator[Resubmission]]]:
    """Every claim compared, and - once they are - whether a side may have held more; `by` are payers and today."""
    with ExitStack() as stack:
        if store is None:
            answered = reading.adjudications(remits, old)
            before = reading.side(old)
        else:
            before, answered = sought(stack.enter_context(opened(store)), new)
            if before.unread:
                reading.note(f"{store}: {many(len(before.unread), 'claim')} came before the store kept what was sent")
        after = reading.side(new)
        compared = differences if store is None else resubmissions
        yield lambda: before.damaged or after.damaged, compared(before, after, examination(answered, *by))


def _sides(sides: tuple[str, ...], store: Path | None, remits: tuple[str, ...]) -> tuple[str, str]:
    """OLD (the store stands for it) and NEW."""
    if len(sides) != (2 if store is None else 1):
        raise click.UsageError("OLD and NEW are needed" if store is None else "with --store, only NEW is given")
    if store is None:
        if (*sides, *remits).count("-") > 1:
            raise click.UsageError("only one file can be standard input")
        return sides[0], sides[1]
    if remits:
        raise click.UsageError("--remits and --store exclude each other: the store tells what was answered")
    if not again(sides[0]):
        raise click.UsageError("with --store, NEW is read twice: it can be neither standard input nor a pipe")
    return str(store), sides[0]


def _write(write: Callable[[str], object], lines: Iterable[str]) -> None:
    for line in lines:
        write(f"{line}\n")


def _lines(form: str, view: diff_text.View, *, stat: bool, name_only: bool) -> Callable[[Resubmission], Iterable[str]]:
    """What is written of each claim."""
    if form == "jsonl":
        return lambda result: report.lines(result, view.phi)
    if name_only:
        return diff_text.name_only
    if stat:
        return lambda result: diff_text.stat(result, view)
    return lambda result: diff_text.text(result, view)


def _view(output_file: Path | None, form: str, context: int | None, phi: bool, width: int | None) -> diff_text.View:
    columns = width or _USUAL
    if width is None and output_file is None and terminal():
        columns = max(_NARROW, min(shutil.get_terminal_size().columns, _WIDE))
    wide = context is None and columns >= diff_text.SIDE_BY_SIDE
    view = diff_text.View(columns, 1 if context is None else context, phi, wide)
    if form != "text" or not coloured(output_file):
        return view
    return diff_text.View(view.width, view.context, phi, wide, lambda text, role: click.style(text, **_HUES[role]))


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
        getattr(sys.stdin, "buffer", None),
    )
