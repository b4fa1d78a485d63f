"""Rates over a batch, as a report shows them: beside those of all, and beside what a guide says."""

import textwrap
from collections.abc import Iterator, Sequence
from itertools import groupby

from curette.reports.plain import many, printable
from curette.rules.batch import KINDS, Benchmark, Rate, percent

_WIDTH = 80
_MOST = 10  # rows of a rate that the text shows


def lines(rates: Sequence[Rate]) -> Iterator[str]:
    """The section of the text; nothing where there are no rates."""
    if not rates:
        return
    first, last = rates[0].first, rates[0].last
    yield f"rates, {first} to {last} (to compare, not limits):"
    for name, group in groupby(rates, key=lambda rate: rate.kind):
        kind, rows = KINDS[name], list(group)
        yield f"  {kind.rule} {kind.title}, {percent(rows[0].all_count, rows[0].all_of)} % of {rows[0].all_of:,} in all"
        for mark in kind.benchmarks:
            yield from textwrap.wrap(beside(mark), _WIDTH, initial_indent="    ", subsequent_indent="      ")
        for rate in rows[:_MOST]:
            share = percent(rate.count, rate.of)
            yield f"    {printable(rate.who):<12} {share:>5} %  {rate.count:,} of {rate.of:,}"
        if len(rows) > _MOST:
            yield f"    and {many(len(rows) - _MOST, 'more', 'more')}"


def beside(mark: Benchmark) -> str:
    """What a rate is held beside, and whose figure that is."""
    whose = "guide benchmark" if mark.source.isdecimal() else "benchmark"
    return f"{whose} {mark.percent} % ({mark.source}: {mark.note})"


def record(rate: Rate) -> dict[str, object]:
    """The line of JSON lines. Percentages are text with one decimal."""
    kind = KINDS[rate.kind]
    return {
        "type": "batch", "rule": kind.rule, "rate": rate.kind,
        "provider": None if kind.by_pair else rate.who, "pair": rate.who if kind.by_pair else None,
        "from": rate.first, "to": rate.last, "count": rate.count, "of": rate.of,
        "percent": percent(rate.count, rate.of), "all_percent": percent(rate.all_count, rate.all_of),
        "benchmarks": [{"source": b.source, "percent": b.percent, "note": b.note} for b in kind.benchmarks],
    }  # fmt: skip
