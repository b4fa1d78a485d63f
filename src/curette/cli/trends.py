"""curette trends: what is denied, by whom, for what, how much, and what became of it."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import click

from curette.cli.options import AS_OF, OUTPUT, PATH, STORE, Day
from curette.cli.output import output, output_bytes
from curette.cli.tables import FORM, check_form, lines, record, width
from curette.denials.fees import read_fees
from curette.denials.trends import Trend
from curette.pipeline.trends import trend
from curette.reports import csv, excel, jsonl, trends, trends_html
from curette.store.cuts import CUTS
from curette.store.duckdb import opened
from curette.store.episodes import stale

_FIRST = ("category", "cause", "payer", "provider", "month")  # what is shown where nothing is asked for


class _Cuts(click.ParamType[tuple[str, ...]]):
    name = "CUTS"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        names = tuple(part.strip().lower() for part in str(value).split(",") if part.strip())
        for name in names:
            if name not in CUTS:
                self.fail(f"{name!r} is none of {', '.join(CUTS)}", param, ctx)
        return names


@click.command("trends", short_help="Denial rates and dollars from a store.")
@STORE
@click.option("--by", type=_Cuts(), multiple=True, help=f"Only these cuts, by comma: {', '.join(CUTS)}.")
@click.option("--from", "start", type=Day(), help="First answers paid from this day.")
@click.option("--to", "end", type=Day(), help="... to this day, included.")
@click.option("--fees", type=PATH, metavar="FILE", help="A fee schedule (.csv).")
@FORM
@AS_OF
@OUTPUT
def command(
    store: Path,
    by: tuple[tuple[str, ...], ...],
    start: date | None,
    end: date | None,
    fees: Path | None,
    form: str,
    as_of: date,
    output_file: Path | None,
) -> int:
    """Rates, dollars and their trends from a store that `curette nightly` keeps.

    A claim counts once, at its first final primary answer; what became of it since stands beside it. The guides'
    figures stand beside ours as theirs. csv and jsonl hold every cut in one list.

    Exit code 0: done; 2: usage or configuration; 3: the store cannot be read; 75: another run holds it.
    """
    if start and end and end < start:
        raise click.UsageError("--to is before --from.")
    check_form(form, output_file)
    schedule = read_fees(fees) if fees is not None else None
    names = tuple(dict.fromkeys(name for part in by for name in part))
    with opened(store) as kept:
        if left := stale(kept):
            click.echo(f"curette: {left:,} answers are not counted yet: run `curette nightly` to its end", err=True)
        made = trend(kept, as_of, start=start, end=end, fees=schedule, by=names or _wanted(form))
    if form == "xlsx" and output_file is not None:
        with output_bytes(output_file, [store, fees]) as file:
            excel.workbook(trends.chosen(made, names), file)
        return 0
    with output(output_file, [store, fees]) as write:
        for text in _texts(made, names, form, width(output_file)):
            write(text)
    return 0


def _wanted(form: str) -> Sequence[str]:
    return _FIRST if form == "text" else tuple(CUTS)


def _texts(made: Trend, names: tuple[str, ...], form: str, columns: int) -> Iterator[str]:
    if form == "html":
        yield from trends_html.page(made)
    elif form == "csv":
        for at, table in enumerate(trends.cut(made, by) for by in made.cuts):
            labelled = trends.labelled(table)
            yield from csv.table(labelled) if not at else csv.rows(labelled)
    elif form == "jsonl":
        yield from (f"{line}\n" for line in _records(made, names))
    else:
        yield from lines(trends.text(made, names, columns))


def _records(made: Trend, names: tuple[str, ...]) -> Iterator[str]:
    for table in trends.chosen(made, names):
        kind = "trend" if table.id in made.cuts else table.id
        for row in table.rows:
            yield jsonl.line({"type": kind, **({"by": table.id} if kind == "trend" else {})} | record(table, row))
    yield jsonl.line({"type": "summary"} | trends.summary(made))
