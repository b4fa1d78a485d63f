"""The trend report as tables, which every form is written from."""

import textwrap
from collections.abc import Callable, Iterator, Sequence

from attrs import evolve

from curette.codes.denials import carc, codes, rarc
from curette.codes.metrics import Benchmark, Metric, measures
from curette.denials.figures import FEW, Rate, immature, running
from curette.denials.trends import Cut, Figure, Trend
from curette.money import decimal
from curette.reports import tables_text
from curette.reports.plain import grouped, many
from curette.reports.tables import Column, Kind, Table, Value
from curette.reports.words import PLACES

C = Column
TITLES = {
    "category": "Denial categories", "cause": "Dermatology causes", "carc": "Adjustment reasons (CARC)",
    "rarc": "Remarks (RARC)", "cpt": "Procedures (CPT, HCPCS)", "family": "Families of procedures",
    "icd": "Diagnoses (ICD-10-CM)", "modifier": "Modifiers", "provider": "Rendering providers",
    "billing": "Billing providers", "payer": "Payers", "location": "Places of service", "month": "Months of remittance",
    "service": "Months of service",
}  # fmt: skip
DENIED_ONLY = frozenset({"category", "cause", "carc", "rarc"})  # cuts of denied lines: their rate is among all lines
SEVERAL = frozenset({"rarc", "modifier"})  # cuts in which a line may stand more than once
_CALENDAR = frozenset({"month", "service"})

_CUT = (
    C("value", "Value", Kind.CODE, 0), C("name", "Name", Kind.TEXT, 2), C("lines", "Lines", Kind.COUNT, 1),
    C("denied", "Denied", Kind.COUNT, 0), C("denied_pct", "Rate", Kind.RATE, 0),
    C("three_months_pct", "3 months", Kind.RATE, 2),
    C("limit_low_pct", "Limit low", Kind.PERCENT, 5), C("limit_high_pct", "Limit high", Kind.PERCENT, 5),
    C("against_limits", "Against limits", Kind.CODE, 3), C("share_pct", "Share", Kind.RATE, 2),
    C("charge", "Charge", Kind.MONEY, 4), C("denied_charge", "Denied charge", Kind.MONEY, 0),
    C("denied_charge_pct", "Of charge", Kind.RATE, 4), C("denied_charge_share_pct", "Share of charge", Kind.RATE, 4),
    C("denied_expected", "Denied, expected", Kind.MONEY, 2), C("denied_expected_pct", "Of expected", Kind.RATE, 6),
    C("claims", "Claims", Kind.COUNT, 4), C("claims_denied", "Claims denied", Kind.COUNT, 4),
    C("claims_denied_pct", "Of claims", Kind.RATE, 4), C("claims_denied_whole", "Denied whole", Kind.COUNT, 6),
    C("open", "Open now", Kind.COUNT, 3), C("open_charge", "Open charge", Kind.MONEY, 3),
    C("answered_again", "Answered again", Kind.COUNT, 6), C("overturned", "Overturned", Kind.COUNT, 5),
    C("overturned_pct", "Of these", Kind.RATE, 5), C("overturned_charge", "Overturned charge", Kind.MONEY, 6),
    C("patient", "On patients", Kind.COUNT, 6), C("patient_charge", "On patients, charge", Kind.MONEY, 6),
    C("state", "State", Kind.CODE, 3),
)  # fmt: skip


def tables(trend: Trend) -> Iterator[Table]:
    """Every table: the figures first, then the cuts, then what stands alone."""
    yield figures(trend)
    for by in trend.cuts:
        yield cut(trend, by)
    yield from (make(trend) for make in (_incidence, _prevented, _heat, _visits, _overturned, _underpaid, _taken))


def figures(trend: Trend) -> Table:
    """The metrics, each with what the guides set beside it."""
    columns = (
        C("metric", "Metric", Kind.CODE, 6), C("name", "Figure", Kind.TEXT, 0), C("value", "Value", Kind.TEXT, 0),
        C("detail", "Made from", Kind.TEXT, 2), C("guides", "The guides' figure, not ours", Kind.TEXT, 1),
        C("formula", "How", Kind.TEXT, 7), C("industry", "Elsewhere", Kind.TEXT, 8),
        C("state", "State", Kind.TEXT, 1),
    )  # fmt: skip
    known = measures().metrics
    rows = [
        (
            m.id, m.name, figure_words(m, f), f.detail, "; ".join(b.words for b in m.benchmarks), m.formula,
            m.industry, state(f),
        )
        for f in trend.figures
        for m in [known[f.metric]]
    ]  # fmt: skip
    return Table("metrics", "All figures", columns, rows, f"Below {FEW} observations no rate is told.")


def figure_words(metric: Metric, figure: Figure) -> str:
    """The value with its unit; "few" and "not evaluated" stand in the state."""
    value = figure.value
    if isinstance(value, Rate):
        return f"{value.percent} %" if value.told else ""
    if value is None:
        return ""
    if metric.unit == "money":
        return grouped(value)
    return f"{value // 10}.{value % 10} days" if metric.unit == "days" else f"{value:,}"


def state(figure: Figure) -> str:
    """Why there is no value, empty where there is one."""
    if figure.missing:
        return f"not evaluated: {figure.missing}"
    if isinstance(figure.value, Rate) and not figure.value.told:
        return f"fewer than {FEW}" if figure.value.whole else "nothing to count"
    return ""


def cut(trend: Trend, by: str) -> Table:
    """One cut, the greatest denied charge first; months in their order."""
    found = trend.cuts[by]
    ordered = found if by in _CALENDAR else sorted(found, key=lambda c: (-c.denied_charge, -c.denied, c.value))
    name = namer(trend, by)
    means = running({one.value: one.line_rate for one in found if one.value}) if by in _CALENDAR else {}
    rows = [_cut_row(trend, by, one, name(one.value), means.get(one.value)) for one in ordered]
    notes = []
    if means:
        notes.append("3 months: the rate of the lines of a month and the two before it.")
    if by in DENIED_ONLY:
        notes.append("Rates are of all counted lines.")
    if by in SEVERAL:
        notes.append("A line with several counts under each.")
    if by == "service":
        notes.append("Months of service fill up for 90 days; those that still do are marked.")
    return Table(by, TITLES[by], _CUT, rows, " ".join(notes))


def _cut_row(trend: Trend, by: str, one: Cut, name: str, mean: Rate | None) -> tuple[Value, ...]:
    every = trend.every
    alone = by not in DENIED_ONLY
    held = one.within(every) if alone else None
    lines = one.lines if alone else every.lines
    charge = one.charge if alone else every.charge
    rate = Rate(one.denied, lines, lines)
    expected = one.expected if alone else every.expected
    return (
        one.value, name, one.lines if alone else None, one.denied, rate, mean,
        held.low if held else None, held.high if held else None, held.place(rate) if held else None,
        Rate(one.denied, every.denied, every.denied), one.charge if alone else None, one.denied_charge,
        Rate(one.denied_charge, charge, lines), Rate(one.denied_charge, every.denied_charge, every.denied),
        one.denied_expected, Rate(one.denied_expected or 0, expected or 0, lines) if expected else None,
        one.claims if alone else None, one.claims_denied, one.claim_rate if alone else None, one.claims_denied_whole,
        one.open, one.open_charge, one.answered_again, one.overturned, one.overturn_rate, one.overturned_charge,
        one.patient, one.patient_charge, _maturity(trend, by, one.value),
    )  # fmt: skip


def _maturity(trend: Trend, by: str, value: str) -> str | None:
    return "filling up" if by == "service" and value and immature(value, trend.as_of) else None


def namer(trend: Trend, by: str) -> Callable[[str], str]:
    """What a value of a cut is called, in words."""
    categories = codes().categories

    def category(value: str) -> str:
        return categories[value].name if value in categories else ""

    def reason(value: str) -> str:
        known = carc(value.partition("-")[2])
        return known.label if known else "a reason curette does not know"

    def remark(value: str) -> str:
        known = rarc(value)
        return known.label if known else "a remark curette does not know"

    return {
        "category": category, "cause": category, "carc": reason, "rarc": remark,
        "payer": lambda value: trend.names.get(value, ""), "location": lambda value: PLACES.get(value, ""),
    }.get(by, lambda value: "" if value else "not known")  # fmt: skip


def _incidence(trend: Trend) -> Table:
    columns = (
        C("cause", "Cause", Kind.CODE, 0), C("name", "Name", Kind.TEXT, 1),
        C("at_risk", "Lines at risk", Kind.COUNT, 0), C("denied", "Denied for it", Kind.COUNT, 0),
        C("denied_pct", "Rate", Kind.RATE, 0),
        C("says", "Which lines", Kind.TEXT, 3), C("guides", "The guides' figure, not ours", Kind.TEXT, 2),
    )  # fmt: skip
    beside, name = measures().by_cause, namer(trend, "cause")
    rows = [
        (
            i.cause,
            name(i.cause),
            i.rate.whole,
            i.rate.part,
            i.rate,
            i.says,
            _with_note(beside[i.cause]) if i.cause in beside else "",
        )
        for i in trend.incidence
    ]
    return Table("incidence", "Causes among the lines at risk", columns, rows)


def _with_note(one: Benchmark) -> str:
    """Of what a figure of the guides is: not always of the lines it stands beside."""
    return "; ".join(filter(None, (one.words, f"{one.note[:1].lower()}{one.note[1:]}")))


def _prevented(trend: Trend) -> Table:
    columns = (
        C("category", "Category", Kind.CODE, 0), C("name", "Name", Kind.TEXT, 1), C("denied", "Denied", Kind.COUNT, 0),
        C("denied_charge", "Denied charge", Kind.MONEY, 0),
        C("rules", "Rules of pre-flight that look for it", Kind.TEXT, 0),
    )  # fmt: skip
    name = namer(trend, "cause")
    rows = [
        (p.category, name(p.category), p.denied, p.denied_charge, ", ".join(p.rules) or "none")
        for p in sorted(trend.prevented, key=lambda p: (-p.denied_charge, p.category))
    ]
    note = "By what each rule says it prevents; whether it would have spoken on the claim is not known from denials."
    return Table("prevented", "Denials that pre-flight looks for", columns, rows, note)


def _heat(trend: Trend) -> Table:
    columns = (
        C("month", "Month", Kind.CODE, 0), C("category", "Category", Kind.CODE, 0), C("name", "Name", Kind.TEXT, 1),
        C("denied", "Denied", Kind.COUNT, 0), C("denied_charge", "Denied charge", Kind.MONEY, 0),
    )  # fmt: skip
    name = namer(trend, "category")
    rows = [(h.month, h.category, name(h.category), h.denied, h.denied_charge) for h in trend.heat]
    return Table("heat", "Categories by month of remittance", columns, rows)


def _visits(trend: Trend) -> Table:
    columns = (
        C("provider", "Provider", Kind.CODE, 0), C("days", "Procedure days", Kind.COUNT, 0),
        C("with_25", "With a 25 visit", Kind.COUNT, 0), C("share_pct", "Share", Kind.RATE, 0),
    )  # fmt: skip
    rows = [(s.provider, s.rate.whole, s.rate.part, s.rate) for s in trend.visits]
    note = "Claims sent in the last 90 days, as they were sent last; one encounter is one patient, day and provider. "
    said = "; ".join(b.words for b in measures().metrics["mod25_share"].benchmarks)
    return Table("visits", "Modifier 25 beside procedures", columns, rows, note + said)


def _overturned(trend: Trend) -> Table:
    columns = (
        C("how", "By", Kind.CODE, 0), C("lines", "Lines", Kind.COUNT, 0),
        C("denied_charge", "Denied charge", Kind.MONEY, 0),
    )  # fmt: skip
    rows = [(one.how, one.lines, one.denied_charge) for one in trend.overturned]
    note = (
        "Denied at first, allowed now: after an appeal (N690, MA91), after a corrected claim, or by the payer itself."
    )
    return Table("overturned", "Overturned denials", columns, rows, note)


def _underpaid(trend: Trend) -> Table:
    columns = (
        C("payer", "Payer", Kind.CODE, 0), C("name", "Name", Kind.TEXT, 2), C("procedure", "Procedure", Kind.CODE, 0),
        C("modifiers", "Modifiers", Kind.CODE, 1), C("quarter", "Quarter", Kind.CODE, 1),
        C("lines", "Paid lines", Kind.COUNT, 1), C("under", "Underpaid", Kind.COUNT, 0),
        C("under_pct", "Rate", Kind.RATE, 1), C("short", "Short by", Kind.MONEY, 0),
    )  # fmt: skip
    name = namer(trend, "payer")
    rows = [
        (
            u.payer,
            name(u.payer),
            u.procedure,
            u.modifiers,
            u.quarter,
            u.lines,
            u.under,
            Rate(u.under, u.lines, u.lines),
            u.short,
        )
        for u in sorted(trend.underpaid, key=lambda u: (-u.short, u.payer, u.procedure, u.modifiers, u.quarter))
    ]
    missing = next((figure.missing for figure in trend.figures if figure.metric == "underpayment"), "")
    note = "" if rows else "Needs --fees FILE." if missing else "No paid line is in the fee schedule."
    return Table("underpaid", "Underpaid lines", columns, rows, note)


def _taken(trend: Trend) -> Table:
    columns = (
        C("payer", "Payer", Kind.CODE, 0), C("name", "Name", Kind.TEXT, 1), C("month", "Month", Kind.CODE, 0),
        C("amount", "Taken back", Kind.MONEY, 0), C("linked", "For claims in the store", Kind.MONEY, 0),
    )  # fmt: skip
    name = namer(trend, "payer")
    rows = [(t.payer, name(t.payer), t.month, t.amount, t.linked) for t in trend.taken]
    return Table("taken", "Recoupments (PLB)", columns, rows)


def chosen(trend: Trend, names: Sequence[str]) -> list[Table]:
    """The tables of these cuts, or every table where none is named."""
    return [cut(trend, name) for name in names] if names else list(tables(trend))


def labelled(table: Table) -> Table:
    """A cut with its name in front of every row, so that several can stand in one list."""
    return evolve(
        table, columns=(C("by", "Cut", Kind.CODE), *table.columns), rows=[(table.id, *row) for row in table.rows]
    )


def text(trend: Trend, names: Sequence[str], width: int) -> Iterator[str]:
    """The report for a terminal."""
    yield from textwrap.wrap(head(trend), width)
    wanted = [cut(trend, name) for name in names]
    for made in wanted or [
        figures(trend),
        *(cut(trend, by) for by in trend.cuts),
        _incidence(trend),
        _prevented(trend),
    ]:
        yield from tables_text.table(made, width)


def head(trend: Trend) -> str:
    """What the report is about, in one line."""
    period = " ".join(
        part for part in (f"from {trend.start}" if trend.start else "", f"to {trend.end}" if trend.end else "") if part
    )
    every = trend.every
    return (
        f"Denials as of {trend.as_of}, first answers {period or 'of all time'}: {many(every.claims, 'claim')}, "
        f"{many(every.lines, 'line')}, {every.denied:,} denied of {grouped(every.denied_charge)}, "
        f"{every.open:,} open of {grouped(every.open_charge)}"
    )


def summary(trend: Trend) -> dict[str, object]:
    """The closing record of JSON lines."""
    every = trend.every
    return {
        "as_of": trend.as_of.isoformat(), "from": trend.start and trend.start.isoformat(),
        "to": trend.end and trend.end.isoformat(), "claims": every.claims, "lines": every.lines, "denied": every.denied,
        "charge": decimal(every.charge), "denied_charge": decimal(every.denied_charge), "open": every.open,
        "open_charge": decimal(every.open_charge), "expected_by": trend.fees,
    }  # fmt: skip
