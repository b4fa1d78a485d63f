"""Trends and worklist: from the store to the report's figures and cuts, and to what is to be done."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from attrs import evolve, frozen

from curette.codes.denials import codes
from curette.codes.metrics import measures
from curette.codes.payers import profiles
from curette.denials.due import Calendar
from curette.denials.fees import Fee
from curette.denials.figures import Rate
from curette.denials.trends import Cut, Figure, Prevented, Trend, Underpaid
from curette.denials.worklist import Desk, Task, tasks
from curette.reports.plain import grouped
from curette.rules._engine import catalogue
from curette.store import cuts, facts
from curette.store import measures as measured
from curette.store import worklist as stored
from curette.store.cuts import CUTS
from curette.store.duckdb import Store

_NO_CLAIMS = "no claim that was sent is in the store"
_MODIFIERS = ("modifier_25", "modifier_59")
# metrics that the counts of a cut tell by themselves
_COUNTED: Mapping[str, tuple[Callable[[Cut], Rate], str]] = {
    "idr_claims": (lambda c: c.claim_rate, "claims"),
    "idr_claims_full": (lambda c: c.whole_rate, "claims"),
    "idr_lines": (lambda c: c.line_rate, "lines"),
    "idr_dollars": (lambda c: c.charge_rate, ""),
    "idr_expected": (lambda c: c.expected_rate, ""),
    "first_pass_paid": (lambda c: c.first_pass, "claims"),
    "overturn": (lambda c: c.overturn_rate, "lines"),
    "patient_liable": (lambda c: c.patient_rate, "denied lines"),
}


@frozen
class _Asked:
    """A store with its facts gathered, and what is asked of it."""

    store: Store
    as_of: date
    start: date
    end: date


def trend(
    store: Store,
    as_of: date,
    *,
    start: date | None = None,
    end: date | None = None,
    fees: Sequence[Fee] | None = None,
    by: Iterable[str] = CUTS,
) -> Trend:
    """The report on first answers paid from `start` to `end`, both included, as things stand in the store.

    Months, rolling periods and what is still to come are counted back from `as_of`; no clock is asked. `by` are the
    cuts to make (see store.cuts.CUTS). StoreError where the store cannot be read.
    """
    names = tuple(by)
    facts.gather(store, as_of, start, end, fees)
    every, made = cuts.every(store), cuts.cuts(store, dict.fromkeys([*names, "month"]))
    asked = _Asked(store, as_of, start or date.min, end or date.max)
    report = Trend(
        as_of, start, end, "the fee schedule" if fees is not None else "what each payer allowed for the code before",
        every, (), {name: made[name] for name in names}, cuts.heat(store),
        measured.incidence(store, measures().risks.values()), tuple(_prevented(measured.preventable(store))),
        measured.underpaid(store) if fees is not None else (), measured.visits(store, as_of),
        measured.overturned(store, asked.start, asked.end), measured.taken(store, asked.start, asked.end),
        measured.payer_names(store),
    )  # fmt: skip
    figures = {figure.metric: figure for figure in _figures(asked, report, made["month"], fees is not None)}
    return evolve(report, figures=[figures[name] for name in measures().metrics])


def worklist(
    store: Store, as_of: date, payers: Path | None = None, maps: Path | None = None, *, working_days: bool = False
) -> list[Task]:
    """What is to be done as of a day, the earliest due first; `payers` and `maps` are folders laid over the built-in
    ones. ProfileError where a payer profile is wrong, MapError where a map is.
    """
    desk = Desk(codes(maps), profiles(payers), Calendar(working_days), as_of)
    return tasks(desk, stored.open_lines(store, as_of), stored.unanswered(store, as_of))


def _figures(asked: _Asked, report: Trend, months: Sequence[Cut], scheduled: bool) -> Iterator[Figure]:
    for name, (tell, what) in _COUNTED.items():
        value = tell(report.every)
        yield Figure(name, value, _of(value, what), months=tuple((month.value, tell(month)) for month in months))
    yield from _from_months("category_share", "denied lines", measured.causes(asked.store, _MODIFIERS))
    yield from _from_months("first_pass_acceptance", "claims", measured.processable(asked.store))
    zero = measured.zero_remits(asked.store, asked.as_of)
    yield Figure("zero_remit", zero, _of(zero, "claims"))
    biologic = next((i.rate for i in report.incidence if i.cause == "biologic_pa"), Rate(0, 0, 0))
    yield Figure("category_incidence", biologic, _of(biologic, "lines"))
    if seen := measured.clean(asked.store, asked.start, asked.end):
        yield from _from_months("clean_claim", "claims", seen)
    else:
        yield Figure("clean_claim", None, missing="the store holds no results of pre-flight (curette check --store)")
    yield _underpayment(report.underpaid, scheduled)
    taken = sum(one.amount for one in report.taken)
    yield Figure("recoupment", taken, f"{len(report.taken)} payers and months" if report.taken else "")
    yield Figure("expected_denials", measured.expected_denials(asked.store))
    yield from _of_claims(asked, report)


def _of_claims(asked: _Asked, report: Trend) -> Iterator[Figure]:
    """The figures that need what was sent."""
    owed = measured.receivable(asked.store, asked.as_of)
    claims, charged = owed.claims, owed.charged
    for name, (median, most, count) in measured.days(asked.store, asked.start, asked.end).items():
        missing = "" if count else _NO_CLAIMS if not claims and name != "days_service_to_pay" else "no such claims"
        detail = f"median of {count:,} claims; 9 of 10 within {most} days" if count else ""
        yield Figure(name, median if count else None, detail, missing)
    receivable = owed.open * 10 * 90 // charged if charged else None
    parts = (owed.unanswered, "unanswered"), (owed.unsettled, "pending or taken back"), (owed.denied, "denied and open")
    found = ", ".join(f"{grouped(cents)} {what}" for cents, what in parts)
    detail = f"{found}; without patient balances" if charged else ""
    missing = "" if charged else "no claim was sent in the last 90 days" if claims else _NO_CLAIMS
    yield Figure("days_ar", receivable, detail, missing)
    for name, rate in measured.resubmissions(asked.store, asked.start, asked.end).items():
        yield Figure(name, rate if claims else None, _of(rate, "claims"), "" if claims else _NO_CLAIMS)
    part, whole = sum(v.rate.part for v in report.visits), sum(v.rate.whole for v in report.visits)
    share = Rate(part, whole, whole)
    yield Figure("mod25_share", share if claims else None, _of(share, "days"), "" if claims else _NO_CLAIMS)


def _from_months(name: str, what: str, months: Sequence[tuple[str, Rate]]) -> Iterator[Figure]:
    part, whole = sum(rate.part for _, rate in months), sum(rate.whole for _, rate in months)
    value = Rate(part, whole, whole)
    yield Figure(name, value, _of(value, what), months=tuple(months))


def _underpayment(found: Sequence[Underpaid], scheduled: bool) -> Figure:
    if not scheduled:
        return Figure("underpayment", None, missing="needs a fee schedule (--fees FILE)")
    part, whole = sum(one.under for one in found), sum(one.lines for one in found)
    value = Rate(part, whole, whole)
    return Figure("underpayment", value, f"{_of(value, 'lines')}, short by {grouped(sum(one.short for one in found))}")


def _of(rate: Rate, what: str) -> str:
    if not what:
        return f"{grouped(rate.part)} of {grouped(rate.whole)}"
    return f"{rate.part:,} of {rate.whole:,} {what}"


def _prevented(denials: Mapping[str, tuple[int, int]]) -> Iterator[Prevented]:
    """Every dermatology cause, what was denied for it unless it was billed to be, and the rules that look for it."""
    causes = [c.id for c in codes().categories.values() if c.kind == "dermatology" and c.id != "none"]
    rules = catalogue()
    for cause in causes:
        ids = tuple(one.rule.id for one in rules if cause in one.rule.prevents)
        yield Prevented(cause, *denials.get(cause, (0, 0)), ids)
