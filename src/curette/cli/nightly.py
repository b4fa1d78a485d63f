"""curette nightly: what is new in an inbox, into the store, categorised and reported."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import click
from attrs import define, field, frozen

from curette import __version__, pipeline
from curette.cli.options import AS_OF, OWN_MAPS, PATH, QUIET, STORE, now
from curette.codes.payers import profiles
from curette.denials import overrides as overriding
from curette.denials.categorise import categoriser
from curette.denials.due import Calendar
from curette.denials.fees import Fee, read_fees
from curette.denials.totals import Totals
from curette.errors import ConfigError
from curette.money import decimal
from curette.pipeline.moves import Folders, make_folder, write_private
from curette.pipeline.nightly import Taken, take_in
from curette.pipeline.trends import trend, worklist
from curette.reports import csv, denials_text, jsonl, trends_html
from curette.reports import worklist as worklist_report
from curette.reports.plain import many, printable
from curette.store.answers import Answered, answer
from curette.store.duckdb import Store, opened
from curette.store.episodes import refresh
from curette.store.overrides import keep
from curette.store.reread import told

_REPORTED = timedelta(days=31)  # payments of this long, up to --as-of, are in the nightly report
_PAYMENTS = """
    SELECT count(*), coalesce(sum(amount), 0), coalesce(sum(claims), 0) FROM payments
    WHERE payment_date BETWEEN ? AND ?
"""


@click.command("nightly", short_help="Take new 835 and 837 files into a store, and report.")
@click.option("--inbox", type=PATH, metavar="DIR", help="Where new files lie.")
@STORE
@click.option("--archive", type=PATH, metavar="DIR", help="Where files go that were read (else they stay).")
@click.option("--quarantine", type=PATH, metavar="DIR", help="Where files go that were refused, with the reason.")
@click.option("--report", "reports", type=PATH, metavar="DIR", help="Where to write the report.")
@click.option(
    "--supersede", multiple=True, metavar="TRN", help="A payment that may replace the stored one (may be repeated)."
)
@click.option(
    "--overrides", type=PATH, metavar="FILE", help="Categories a person gave: .csv. Kept, in place of those before."
)
@click.option("--payers", type=PATH, metavar="DIR", help="Payer profiles: deadlines in the report.")
@click.option("--fees", type=PATH, metavar="FILE", help="A fee schedule (.csv) for the report.")
@click.option("--working-days", is_flag=True, help="Saturdays and Sundays do not count for what is due.")
@click.option("--recategorise", is_flag=True, help="Ask today's tables of every line; older answers are kept.")
@OWN_MAPS
@AS_OF
@QUIET
def command(
    inbox: Path | None,
    store: Path,
    archive: Path | None,
    quarantine: Path | None,
    reports: Path | None,
    supersede: tuple[str, ...],
    overrides: Path | None,
    payers: Path | None,
    fees: Path | None,
    working_days: bool,
    recategorise: bool,
    maps: Path | None,
    as_of: date,
    quiet: bool,
) -> int:
    """Take what is new in an inbox into a store: 835 and 837P files, each transaction once.

    Answers are held against the claims that were sent, and categorised. Content decides what is new, never a name or
    a time. A payment that contradicts a stored one is refused.

    Exit code 0: done; 1: a payment does not balance or conflicts with what is stored; 2: usage; 3: a file that cannot
    be read; 75: another run holds the store, nothing was done.
    """
    if inbox is None and not recategorise and overrides is None:
        raise click.UsageError("--inbox is missing (only --recategorise and --overrides go without).")
    folders = Folders(inbox, archive, quarantine, (reports,) if reports else ())
    folders.prepare()
    if inbox is not None and store.parent.resolve().is_relative_to(inbox.resolve()):
        raise ConfigError(f"{store}: the store may not lie in the inbox")
    if reports is not None:
        make_folder(reports)
    categorise = categoriser(maps)  # what is wrong with these files must be told before anything runs
    profiles(payers)
    said = overriding.read(overrides, categorise.codes) if overrides else None
    wanted = _Report(as_of, maps, payers, read_fees(fees) if fees else None, working_days)
    pipeline.settle()
    night = _Night()
    with opened(store, now()) as kept:
        for taken in take_in(kept, folders, frozenset(supersede)):
            night.take(taken)
            if not quiet or taken.stuck or not taken.whole:
                _tell(taken)
        if said is not None:
            keep(kept, said)
        done = answer(kept, __version__, maps, everything=recategorise)
        night.answer(done)
        refresh(kept, maps)
        if reports is not None:
            wanted.write(kept, reports)
    click.echo(night.line(), err=True)
    return night.code


@frozen
class _Report:
    """The report of a night: a function of what the store holds, and of these alone."""

    as_of: date
    maps: Path | None
    payers: Path | None
    fees: Sequence[Fee] | None
    working_days: bool

    def write(self, store: Store, folder: Path) -> None:
        """Its files, in place of those of the same day."""
        as_of, first = self.as_of, self.as_of - _REPORTED + timedelta(days=1)
        totals = Totals()
        write_private(folder / f"denial_lines-{as_of}.jsonl", self._lines(store, first, totals))
        ((totals.payments, totals.paid, totals.claims),) = store.rows(_PAYMENTS, first, as_of)
        head = f"Payments from {first} to {as_of}"
        write_private(folder / f"denials-{as_of}.txt", [f"{line}\n" for line in (head, *denials_text.summary(totals))])
        tasks = worklist(store, as_of, self.payers, self.maps, working_days=self.working_days)
        write_private(folder / f"worklist-{as_of}.csv", csv.table(worklist_report.table(tasks)))
        write_private(folder / f"worklist-{as_of}.html", worklist_report.page(tasks, as_of))
        write_private(folder / f"trends-{as_of}.html", trends_html.page(trend(store, as_of, fees=self.fees)))

    def _lines(self, store: Store, first: date, totals: Totals) -> Iterator[str]:
        for row in told(store, categoriser(self.maps), first, self.as_of, Calendar(self.working_days)):
            totals.take([row])
            yield f"{jsonl.denial_line(row)}\n"


def _tell(taken: Taken) -> None:
    """What is wrong with a file, on standard error."""
    for reason in taken.told:
        click.echo(printable(f"{taken.file}: {reason}"), err=True)
    if taken.stuck:
        click.echo(printable(f"{taken.stuck}; it is left in the inbox"), err=True)
    elif taken.unfinished:
        click.echo(printable(f"{taken.file}: left in the inbox; the next run reads it again"), err=True)
    elif taken.moved is not None and not taken.whole:
        click.echo(printable(f"{taken.file}: moved to {taken.moved.parent}"), err=True)


@define
class _Night:
    """What a run adds up to. Money in cents."""

    counts: Counter[str] = field(factory=Counter)
    paid: int = 0
    code: int = 0

    def take(self, taken: Taken) -> None:
        """One more file."""
        for name in ("payments", "batches", "claims", "lines", "known", "superseded", "unbalanced"):
            self.counts[name] += getattr(taken, name)
        self.counts["files"] += 1
        self.counts["conflicts"] += len(taken.conflicts)
        self.counts["refused"] += (taken.refused and not taken.unfinished) or bool(taken.faults)
        self.counts["left"] += taken.unfinished
        self.counts["stuck"] += bool(taken.stuck)
        self.paid += taken.paid
        if taken.refused or taken.faults or taken.unfinished or taken.stuck:
            self.code = 3
        elif taken.conflicts or taken.unbalanced:
            self.code = self.code or 1

    def answer(self, done: Answered) -> None:
        """What was made of the answers."""
        self.counts["categorised"] += done.lines
        for place, count in done.faults.items():
            told = f"{many(count, 'claim')} not categorised, a fault of curette: {place}; the next run asks again"
            click.echo(told, err=True)
            self.counts["not categorised"] += count
            self.code = 3

    def line(self) -> str:
        """The night in one line."""
        n = self.counts
        parts = [
            many(n["files"], "file"), f"{many(n['payments'], 'payment')} of {decimal(self.paid)}",
            many(n["batches"], "batch", "batches"), many(n["claims"], "claim"), many(n["lines"], "line"),
            f"{n['known']} known", f"{n['categorised']} categorised",
        ]  # fmt: skip
        odd = {
            "not balanced": n["unbalanced"], "in conflict": n["conflicts"], "superseded": n["superseded"],
            "with errors": n["refused"], "unfinished": n["left"], "not moved": n["stuck"],
            "not categorised": n["not categorised"],
        }  # fmt: skip
        return "nightly: " + ", ".join([*parts, *(f"{count} {what}" for what, count in odd.items() if count)])
