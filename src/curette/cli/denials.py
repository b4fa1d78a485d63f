"""curette denials: what payers did with each line of a remittance, and why."""

import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import click
from attrs import define, field

from curette import pipeline
from curette.checks.results import Conformance
from curette.cli.options import CONFORMANCE, FILES, INPUT, JOBS, NO_CONFORMANCE, OUTPUT, OWN_MAPS, PATH, QUIET, Day
from curette.cli.output import Inputs, output, output_bytes
from curette.cli.progress import Tick, progress
from curette.cli.tables import FORM, check_form
from curette.denials import overrides as overriding
from curette.denials.categorise import Categoriser, categoriser
from curette.denials.due import Calendar
from curette.denials.episodes import Episode, episodes
from curette.denials.events import Adjudication, Takeback
from curette.denials.lines import DenialLine, Options
from curette.denials.standing import Standing
from curette.denials.totals import Totals
from curette.findings import Severity
from curette.pipeline import Categorised
from curette.reports import csv, denials_record, denials_tables, denials_text, excel, jsonl
from curette.reports.check import fault

_RENDER: dict[str, Callable[[DenialLine], Any]] = {
    "text": denials_text.row, "jsonl": jsonl.denial_line, "csv": denials_tables.values, "xlsx": denials_tables.values,
    "html": denials_tables.not_paid,
}  # fmt: skip


@click.command("denials", short_help="Categorise 835 files.")
@FILES
@click.option(
    "--claims",
    multiple=True,
    type=INPUT,
    metavar="837-FILE",
    help="What was billed, to link lines to (may be repeated).",
)
@click.option("--overrides", type=PATH, metavar="FILE", help="Categories a person gave: .csv.")
@OWN_MAPS
@click.option("--received", type=Day(near=True), help="Work is due from this day, not from the day of payment.")
@click.option("--working-days", is_flag=True, help="Saturdays and Sundays do not count for what is due.")
@click.option("--episodes/--no-episodes", "together", default=True, help="Count claims answered again once.")
@CONFORMANCE
@NO_CONFORMANCE
@FORM
@OUTPUT
@JOBS
@QUIET
def command(
    files: tuple[str, ...],
    claims: tuple[str, ...],
    overrides: Path | None,
    maps: Path | None,
    received: date | None,
    working_days: bool,
    together: bool,
    conformance: Conformance,
    form: str,
    output_file: Path | None,
    jobs: int,
    quiet: bool,
) -> int:
    """Categorise the remittances of FILE...: files, folders, .zip or .gz of them, or - for standard input.

    Exit code 0: done; 1: a payment does not balance or cannot be used; 2: usage; 3: a file that cannot be read.
    """
    check_form(form, output_file)
    categorise = categoriser(maps)  # a map that is wrong must be told before anything runs
    given = overriding.read(overrides, categorise.codes) if overrides else overriding.NONE
    pipeline.settle()
    links, lost = pipeline.linked(claims)
    rows = Options(links, given, received, Calendar(working_days))
    options = pipeline.DenialOptions(_RENDER[form], conformance, rows, maps, together)
    run, inputs = _Run(), (*files, *claims, overrides)
    results = chain(lost, pipeline.denials(files, options, jobs=jobs, stdin=getattr(sys.stdin, "buffer", None)))
    if form not in ("text", "jsonl"):
        _tabled(results, run, form, output_file, inputs, partial(_closing, run, "text", categorise, together), quiet)
        return run.code
    with output(output_file, inputs) as write, progress(quiet) as tick:
        say = write if form == "jsonl" else partial(click.echo, err=True, nl=False)
        for result in results:
            run.take(result)
            if form == "text" and result.remit is not None:
                write(f"\n{denials_text.payment(result.remit)}\n")
                write(f"{denials_text.head()}\n" if result.rows else "  nothing denied\n")
            for row in result.rows:
                write(f"{row}\n")
            for finding in result.findings if form == "jsonl" or not quiet else ():
                say(f"{jsonl.finding(finding) if form == 'jsonl' else denials_text.finding(finding)}\n")
            if result.fault is not None:
                say(f"{jsonl.fault(result.fault) if form == 'jsonl' else fault(result.fault)}\n")
            tick(run.totals.claims)
        for line in _closing(run, form, categorise, together):
            write(f"{line}\n")
    return run.code


def _tabled(
    results: Iterable[Categorised],
    run: "_Run",
    form: str,
    path: Path | None,
    inputs: Inputs,
    closing: Callable[[], Iterator[str]],
    quiet: bool,
) -> None:
    """As a list (csv), sheets (xlsx) or a page; what is wrong and what it comes to go to standard error."""

    def rows(tick: Tick) -> Iterator[denials_tables.Row]:
        for result in results:
            run.take(result)
            for finding in () if quiet else result.findings:
                click.echo(denials_text.finding(finding), err=True)
            if result.fault is not None:
                click.echo(fault(result.fault), err=True)
            yield from result.rows
            tick(run.totals.claims)

    if form == "xlsx" and path is not None:
        with output_bytes(path, inputs) as file, progress(quiet, alone=True) as tick:
            lines = denials_tables.lines(list(rows(tick)))
            excel.workbook([lines, *denials_tables.cuts(run.totals)], file)
    else:  # the bar takes standard output for itself, so it begins after that was taken
        with output(path, inputs) as write, progress(quiet, alone=form == "html") as tick:
            for text in _page(rows(tick), run) if form == "html" else _listed(rows(tick)):
                write(text)
    for line in () if quiet else closing():
        click.echo(line, err=True)


def _page(rows: Iterator[denials_tables.Row], run: "_Run") -> Iterator[str]:
    found = list(rows)
    return denials_tables.page(found, run.totals, denials_text.opening(run.totals))


def _listed(rows: Iterator[denials_tables.Row]) -> Iterator[str]:
    yield from csv.table(denials_tables.lines(()))
    for row in rows:
        yield from csv.rows(denials_tables.lines([row]))


@define
class _Run:
    """What the results of a run come to."""

    totals: Totals = field(factory=Totals)
    events: list[Adjudication] = field(factory=list)
    takebacks: list[Takeback] = field(factory=list)
    listed: int = 0  # findings
    hidden: int = 0
    warnings: int = 0
    faults: int = 0
    wrong: int = 0  # sums that do not add up, and damage outside remittances
    refused: int = 0  # remittances of which nothing is counted
    repeated: int = 0  # remittances that were read before
    failed: bool = False

    def take(self, result: Categorised) -> None:
        """One more result."""
        if result.totals is not None:
            self.totals += result.totals
        self.events += result.events
        self.takebacks += result.takebacks
        self.listed += len(result.findings)
        self.hidden += len(result.hidden)
        self.faults += result.fault is not None
        self.refused += result.refused
        self.repeated += result.repeated
        self.failed = self.failed or result.unreadable or result.fault is not None
        for finding in (*result.findings, *result.hidden):
            self.warnings += finding.severity is Severity.WARNING
            outside = result.remit is None and not (result.repeated or result.unreadable)
            counts = outside or finding.rule.id.startswith("BAL-")
            self.wrong += counts and finding.severity is Severity.ERROR

    @property
    def code(self) -> int:
        """What the command ends with."""
        return 3 if self.failed else int(self.wrong > 0 or self.refused > 0)


def _closing(run: _Run, form: str, categorise: Categoriser, together: bool) -> Iterator[str]:
    """What is told after the last payment."""
    found = Standing()
    again: list[Episode] = []
    for episode in episodes(run.events, run.takebacks):
        found.take(episode)
        if not episode.is_simple:
            again.append(episode)
    if form == "jsonl":
        yield from map(jsonl.episode, again)
        notes = denials_record.Notes(run.listed, run.hidden, run.warnings, run.faults, run.refused, run.repeated)
        balanced = not run.wrong and not run.refused
        version = categorise.codes.version
        yield jsonl.line(denials_record.summary(run.totals, found if together else None, notes, balanced, version))
        return
    yield from denials_text.again(again)
    yield from denials_text.summary(run.totals)
    if together:
        yield from denials_text.standing(found)
    yield from denials_text.closing(run.listed, run.hidden, run.refused, run.repeated)
