"""Rates over a batch: visits beside procedures (Z01), modifiers for a service apart (Z02), by provider and pair.

Counts, never findings: a rate is to be compared with colleagues, not held against a claim. A `Tally` takes one `Day`
after the other; its counts are plain data, and a `Batch` adds those of parts and processes.
"""

from collections import Counter
from collections.abc import Hashable
from datetime import date
from itertools import combinations

from attrs import define, field, frozen

from curette.claims.days import Day, DayLine
from curette.claims.model import VOID
from curette.codes.modifiers import DISTINCT
from curette.rules._context import Context

Key = tuple[str, str, str, str]  # rate, NPI or pair, month as "2026-03", "of" or "with"
LEAST = 30  # fewer tell nothing
MONTHS = 12
_VISITS = frozenset(("em_new", "em_est"))
_VISIT, _SMALL, _OTHER = 1, 2, 3  # kinds of lines


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


_ORDER = (
    ("visit_25_on_procedure_days", "of"), ("visit_25_on_procedure_days", "with"),
    ("procedure_on_visits", "of"), ("procedure_on_visits", "with"),
    ("distinct_on_procedures", "of"), ("distinct_on_procedures", "with"),
)  # fmt: skip
_ORDER_OF_PAIRS = (("distinct_on_pairs", "of"), ("distinct_on_pairs", "with"))


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


@define(eq=False)
class Counted:
    """What each day of a kind adds: of each of its providers, in the order of `_ORDER`, and of pairs."""

    month: str
    sums: list[list[int]]
    pairs: dict[str, list[int]]

    @property
    def value(self) -> Hashable:
        """Equal where two add the same."""
        return self.month, tuple(map(tuple, self.sums)), tuple((pair, *both) for pair, both in self.pairs.items())


@define
class Tally:
    """Counts days; what it counted is `counts`. Days that are alike are looked at once."""

    _sums: dict[tuple[str, date], list[int]] = field(factory=dict)  # by NPI and day; see `_ORDER`
    _pairs: dict[tuple[str, date], list[int]] = field(factory=dict)
    _alike: Counter[tuple[Counted, tuple[str, ...]]] = field(factory=Counter)  # days of a kind, by their NPIs
    _kinds: dict[tuple[str, date], int] = field(factory=dict)  # by code and day
    _edits: dict[tuple[str, str, date], str] = field(factory=dict)  # the pair of two codes, "" for none

    def take(self, day: Day, ctx: Context) -> None:
        """One more day of a patient; voided claims count for nothing."""
        when, kinds = day.date, self._kinds
        found: dict[str, list[tuple[int, DayLine]]] = {}
        for line in day.lines:
            kind = kinds.get((line.code, when))
            if kind is None:
                kind = kinds[line.code, when] = _kind(line, ctx)
            if kind and line.provider and line.claim.frequency != VOID:
                found.setdefault(line.provider, []).append((kind, line))
        for provider, lines in found.items():
            self._count(self._sums.setdefault((provider, when), [0] * len(_ORDER)), lines, ctx)

    def again(self, counted: Counted, providers: tuple[str, ...]) -> None:
        """One more day of a kind that is known; `providers` in the order of its lines."""
        self._alike[counted, providers] += 1

    def counted(self, day: Day, ctx: Context) -> Counted:
        """What a day adds, and every other of its kind in the same month; nothing is counted yet."""
        one = Tally(kinds=self._kinds, edits=self._edits)
        one.take(day, ctx)
        providers = dict.fromkeys(line.provider for line in day.lines)
        sums = [one._sums.get((who, day.date), [0] * len(_ORDER)) for who in providers]
        return Counted(_month(day.date), sums, {pair: both for (pair, _), both in one._pairs.items()})

    def _count(self, sums: list[int], lines: list[tuple[int, DayLine]], ctx: Context) -> None:
        visits = marked = with_25 = 0
        minor = False
        procedures: list[DayLine] = []
        for kind, line in lines:
            if kind == _VISIT:
                visits += 1
                with_25 |= "25" in line.modifiers
            else:
                procedures.append(line)
                minor = minor or kind == _SMALL
                marked += not DISTINCT.isdisjoint(line.modifiers)
        if procedures:
            sums[0] += 1
            sums[1] += with_25
            sums[4] += len(procedures)
            sums[5] += marked
        sums[2] += visits
        sums[3] += visits * minor
        if len(procedures) > 1:
            self._count_pairs(procedures, ctx)

    def _count_pairs(self, lines: list[DayLine], ctx: Context) -> None:
        """Each pair once a day, and whether a modifier for a service apart stands on one of its lines."""
        told: dict[str, bool] = {}
        when = lines[0].day
        for one, other in combinations(lines, 2):
            key = one.code, other.code, when
            pair = self._edits.get(key)
            if pair is None:
                pair = self._edits[key] = _pair(one, other, ctx)
            if pair:
                marked = not (DISTINCT.isdisjoint(one.modifiers) and DISTINCT.isdisjoint(other.modifiers))
                told[pair] = told.get(pair, False) or marked
        for pair, marked in told.items():
            sums = self._pairs.setdefault((pair, when), [0, 0])
            sums[0] += 1
            sums[1] += marked

    def counts(self) -> dict[Key, int]:
        """What was counted, as `Batch` adds it."""
        sums, pairs = dict[tuple[str, str], list[int]](), dict[tuple[str, str], list[int]]()
        for kept, days in ((sums, self._sums), (pairs, self._pairs)):
            for (who, day), counted in days.items():
                _add(kept, (who, _month(day)), counted, 1)
        for (kind, providers), times in self._alike.items():
            for who, counted in zip(providers, kind.sums, strict=True):
                _add(sums, (who, kind.month), counted, times)
            for pair, counted in kind.pairs.items():
                _add(pairs, (pair, kind.month), counted, times)
        found: dict[Key, int] = {}
        for kept, order in ((sums, _ORDER), (pairs, _ORDER_OF_PAIRS)):
            for (who, month), counted in kept.items():
                for (name, part), number in zip(order, counted, strict=True):
                    if number:
                        found[name, who, month, part] = number
        return found


def _add(kept: dict[tuple[str, str], list[int]], key: tuple[str, str], counted: list[int], times: int) -> None:
    known = kept.get(key)
    if known is None:
        kept[key] = [number * times for number in counted]
    else:
        for at, number in enumerate(counted):
            known[at] += number * times


def _month(day: date) -> str:
    return day.isoformat()[:7]


@define
class Batch:
    """What was counted so far; `+=` joins two."""

    counts: Counter[Key] = field(factory=Counter)

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


def _kind(line: DayLine, ctx: Context) -> int:
    """A visit, a procedure with few days of follow-up or another one, as the fee schedule has it; 0 for the rest."""
    if ctx.family(line) in _VISITS:
        return _VISIT
    row = ctx.row("pfs", line.code, line.day)
    days = row.values["global_days"] if row is not None else ""
    return _SMALL if days in ("000", "010") else _OTHER if days in ("090", "ZZZ") else 0


def _pair(one: DayLine, other: DayLine, ctx: Context) -> str:
    """The pair of two lines, column 1 first; "" if NCCI has none."""
    for first, second in ((one, other), (other, one)):
        if first.code != second.code and ctx.row("ptp", first.code + second.code, one.day) is not None:
            return f"{first.code}/{second.code}"
    return ""
