"""Rates over a batch: visits beside procedures (Z01), modifiers for a service apart (Z02), by provider and pair.

Counts, never findings: a rate is to be compared with colleagues, not held against a claim. A `Batch` takes one `Day`
after the other; its counts are plain data, so those of parts and processes are added.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import combinations

from attrs import define, field, frozen

from curette.claims.days import Day, DayLine
from curette.codes.modifiers import DISTINCT
from curette.rules._engine import Context

Key = tuple[str, str, str, str]  # rate, NPI or pair, month as "2026-03", "of" or "with"
LEAST = 30  # fewer tell nothing
MONTHS = 12
_VISITS = frozenset(("em_new", "em_est"))
_MINOR = frozenset(("000", "010"))  # days of follow-up
_PROCEDURE = _MINOR | {"090", "ZZZ"}


@frozen
class Benchmark:
    """A figure to show beside a rate: who says so, percent in words, and what is known of it."""

    source: str  # id of maps/sources.xml
    percent: str
    note: str


@frozen
class Kind:
    """A rate that is counted: of what share, by whom."""

    rule: str
    title: str
    by_pair: bool = False
    benchmarks: tuple[Benchmark, ...] = ()


KINDS = {
    "visit_25_on_procedure_days": Kind(
        "DERM-Z01", "procedure days with a visit and 25",
        benchmarks=(Benchmark("000", "30-40", "called a risk above; no source was found"),),
    ),
    "procedure_on_visits": Kind(
        "DERM-Z01", "visits with a minor procedure on the day",
        benchmarks=(Benchmark("oig-visits", "61.5", "Medicare dermatology 2019-20"),),
    ),
    "distinct_on_procedures": Kind("DERM-Z02", "procedure lines with 59 or X{EPSU}"),
    "distinct_on_pairs": Kind("DERM-Z02", "NCCI pairs with 59 or X{EPSU}", by_pair=True),
}  # fmt: skip


@frozen
class Rate:
    """One rate of one provider or pair, and the same over all of the batch."""

    kind: str  # of KINDS
    who: str  # NPI, or the pair as "11102/17000"
    count: int
    of: int
    all_count: int
    all_of: int
    first: str  # months counted, as "2025-04"
    last: str


@define
class Batch:
    """What was counted so far; `+=` joins two."""

    counts: Counter[Key] = field(factory=Counter)

    def take(self, day: Day, ctx: Context) -> None:
        """One more day of a patient; voided claims count for nothing."""
        month = f"{day.date:%Y-%m}"
        by_provider: dict[str, list[DayLine]] = {}
        for line in day.lines:
            if line.provider and line.claim.frequency != "8":
                by_provider.setdefault(line.provider, []).append(line)
        for provider, lines in by_provider.items():
            visits = [line for line in lines if ctx.family(line) in _VISITS]
            procedures = [line for line in lines if _follow_up(line, ctx) in _PROCEDURE]
            marked = sum(line.has(*DISTINCT) for line in procedures)
            minor = any(_follow_up(line, ctx) in _MINOR for line in procedures)
            self._add("visit_25_on_procedure_days", provider, month, any(v.has("25") for v in visits), bool(procedures))
            self._add("procedure_on_visits", provider, month, len(visits) * minor, len(visits))
            self._add("distinct_on_procedures", provider, month, marked, len(procedures))
            for pair, told in _pairs(procedures, ctx).items():
                self._add("distinct_on_pairs", pair, month, told, 1)

    def _add(self, kind: str, who: str, month: str, count: int, of: int) -> None:
        if of:
            self.counts[kind, who, month, "of"] += of
            if count:
                self.counts[kind, who, month, "with"] += count

    def rates(self, today: date) -> list[Rate]:
        """The rates of the last twelve months that the batch has, without days to come; those of 30 and more."""
        months = {month for _, _, month, _ in self.counts if month <= f"{today:%Y-%m}"}
        if not months:
            return []
        last = max(months)
        first = min(month for month in months if _index(month) > _index(last) - MONTHS)
        sums: Counter[tuple[str, str, str]] = Counter()
        for (kind, who, month, part), number in self.counts.items():
            if first <= month <= last:
                sums[kind, who, part] += number
                sums[kind, "", part] += number
        found = [
            Rate(kind, who, sums[kind, who, "with"], of, sums[kind, "", "with"], sums[kind, "", "of"], first, last)
            for (kind, who, part), of in sums.items()
            if part == "of" and who and of >= LEAST
        ]
        order = list(KINDS)
        return sorted(found, key=lambda rate: (order.index(rate.kind), -rate.of, rate.who))

    def __iadd__(self, other: "Batch") -> "Batch":
        self.counts.update(other.counts)
        return self


def percent(count: int, of: int) -> str:
    """A share with one decimal, halves up: "30.0"."""
    tenths = (2000 * count + of) // (2 * of)
    return f"{tenths // 10}.{tenths % 10}"


def _index(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:])


def _follow_up(line: DayLine, ctx: Context) -> str:
    """The days of follow-up as the fee schedule has them, "" for a code that it lacks."""
    row = ctx.row("pfs", line.code, line.day)
    return row.values["global_days"] if row is not None else ""


def _pairs(lines: Sequence[DayLine], ctx: Context) -> dict[str, bool]:
    """The NCCI pairs among lines, each once, and whether a modifier for a service apart stands on one of its lines."""
    found: dict[str, bool] = {}
    for one, other in combinations(lines, 2):
        for pair in _paired(one, other, ctx):
            found[pair] = found.get(pair, False) or one.has(*DISTINCT) or other.has(*DISTINCT)
    return found


def _paired(one: DayLine, other: DayLine, ctx: Context) -> Iterator[str]:
    """The pair of two lines, column 1 first, if NCCI has it."""
    for first, second in ((one, other), (other, one)):
        if first.code != second.code and ctx.row("ptp", first.code + second.code, one.day) is not None:
            yield f"{first.code}/{second.code}"
