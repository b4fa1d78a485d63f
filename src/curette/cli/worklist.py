"""curette worklist: open denials, by due day and money."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from curette.cli.options import OUTPUT, OWN_MAPS, PATH, STORE, Day
from curette.cli.output import output, output_bytes
from curette.cli.tables import FORM, check_form, lines, record, width
from curette.denials.worklist import Task
from curette.pipeline.trends import worklist as tasks
from curette.reports import csv, excel, jsonl, worklist
from curette.store.duckdb import opened
from curette.store.episodes import stale


class _Zone(click.ParamType[ZoneInfo]):
    name = "ZONE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> ZoneInfo:
        try:
            return ZoneInfo(str(value))
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.fail(f"{value!r} is no time zone like America/Chicago", param, ctx)


@click.command("worklist", short_help="Open denials of a store, by due day and money.")
@STORE
@click.option("--as-of", type=Day(near=True), show_default="today", envvar="CURETTE_AS_OF", help="What today is.")
@click.option(
    "--zone", type=_Zone(), envvar="CURETTE_ZONE", help="Whose today, as America/Chicago (else this machine's)."
)
@click.option("--working-days", is_flag=True, help="Saturdays and Sundays do not count for what is due.")
@click.option("--payers", type=PATH, metavar="DIR", help="Payer profiles: deadlines.")
@OWN_MAPS
@FORM
@OUTPUT
def command(
    store: Path,
    as_of: date | None,
    zone: ZoneInfo | None,
    working_days: bool,
    payers: Path | None,
    maps: Path | None,
    form: str,
    output_file: Path | None,
) -> int:
    """What to do first: every line that stands denied, and claims nobody answered, by due day and money.

    Due are denials within 48 hours, biologics and Mohs on the day of payment, step therapy within 24 hours, as the
    guides ask; a claim without a remittance after 14 days where it is of high value, else after 21.

    Exit code 0: done; 2: usage or configuration; 3: the store cannot be read; 75: another run holds it.
    """
    check_form(form, output_file)
    today = as_of or datetime.now(zone).date()
    with opened(store) as kept:
        if left := stale(kept):
            click.echo(f"curette: {left:,} answers are not counted yet: run `curette nightly` to its end", err=True)
        found = tasks(kept, today, payers, maps, working_days=working_days)
    if form == "xlsx" and output_file is not None:
        with output_bytes(output_file, [store]) as file:
            excel.workbook([worklist.table(found)], file)
        return 0
    with output(output_file, [store]) as write:
        for text in _texts(found, today, form, width(output_file)):
            write(text)
    return 0


def _texts(found: Sequence[Task], as_of: date, form: str, columns: int) -> Iterator[str]:
    made = worklist.table(found)
    if form == "html":
        yield from worklist.page(found, as_of)
    elif form == "csv":
        yield from csv.table(made)
    elif form == "jsonl":
        for row in made.rows:
            yield f"{jsonl.line({'type': 'task'} | record(made, row))}\n"
        yield f"{jsonl.line(worklist.record(found, as_of))}\n"
    else:
        yield from lines(worklist.text(found, as_of, columns))
