"""More units on one day than Medicare's unlikely edits let through."""

from collections.abc import Iterator
from datetime import date

from attrs import evolve

from curette.claims.days import Day, DayLine
from curette.claims.model import Claim, ServiceLine
from curette.codes.tables import Row
from curette.findings import Severity
from curette.rules._context import Context
from curette.rules._registry import GENERAL, Hit, rule

_LINE, _ABSOLUTE, _APPEALABLE = "1", "2", "3"  # what an edit is held against: a line, a day, a day that may be argued
# Such a limit follows from what the code is, not from the quarter of the edition.
_LASTING = ("Code Descriptor / CPT Instruction", "Anatomic Consideration")
_ALIKE = date(2024, 7, 1), date(2026, 4, 1)  # quarters whose absolute limits of dermatology's codes are the same


def _unit(claim: Claim, line: ServiceLine) -> str:
    return line.unit


@rule(
    "DERM-U01", "units.more-than-possible", looks="day", sees=_unit, on=("mai1", "mai2"), rank=GENERAL, by_ncci=True,
    hides=("DERM-X10",), message="{code}: {units} units, and {kind} can hold {limit} at most", sources=("cms-mue",),
)  # fmt: skip
def more_than_possible(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """More units than one day can hold.

    Why: The edit is absolute: all units of the code on that day are denied, and an appeal does not help.
    Fix: Correct the units, or use the code that the note supports for further lesions where there is one.
    """
    row = ctx.row("mue", line.code, line.day)
    if row is None or row.values["mai"] not in (_LINE, _ABSOLUTE):
        return
    for hit in _over(row, line, day):
        yield hit if _in_force(row, line, ctx) else evolve(hit, severity=Severity.WARNING)


@rule(
    "DERM-U02", "units.more-than-usual", looks="day", sees=_unit, on=("mai3",), severity=Severity.WARNING,
    message="{code}: {units} units, more than the {limit} that are usual on {kind}", sources=("cms-mue",),
)  # fmt: skip
def more_than_usual(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """More units than usual for one day.

    Why: The payer may deny first; the edit can be appealed with the record, since such a day can be true.
    Fix: Check the count. If it is right, leave it and keep the record ready.
    """
    row = ctx.row("mue", line.code, line.day)
    if row is not None and row.values["mai"] == _APPEALABLE:
        for hit in _over(row, line, day):
            yield hit if ctx.profile.follows_ncci else evolve(hit, severity=Severity.ADVICE)


def _over(row: Row, line: DayLine, day: Day) -> Iterator[Hit]:
    """Told once, at the last of the lines that the edit adds up. A limit of none is no count of units: what CMS never
    pays has it, and other payers may.
    """
    limit = int(row.values["mue"])
    by_line = row.values["mai"] == _LINE
    lines = [line] if by_line else [other for other in day.lines if _adds_up(line, other)]
    units = sum(other.units for other in lines)
    if limit and _counted(line) and units > limit * 1000 and line is lines[-1]:
        facts = {"units": _number(units), "limit": limit, "kind": "a line" if by_line else "one day"}
        yield Hit(line, facts, related=tuple(lines[:-1]), element=4)


def _adds_up(line: DayLine, other: DayLine) -> bool:
    """Whether the payer adds two lines. A drug's waste and the technical part of a test are counted apart."""
    return (
        other.code == line.code
        and other.provider == line.provider
        and other.has("TC") == line.has("TC")
        and _counted(other)
    )


def _counted(line: DayLine) -> bool:
    """Units of that one day; those of a range are DERM-A05's, or of no one day."""
    return line.end == line.day and line.line.unit == "UN" and not line.has("JW")


def _in_force(row: Row, line: DayLine, ctx: Context) -> bool:
    if row.values["rationale"] in _LASTING:
        return True
    table = ctx.facts.tables.on("mue", line.day)
    if table is None or table.head.covers(line.day):
        return table is not None
    first, last = _ALIKE
    return table.head.start == last and first <= line.day < last and bool(ctx.family(line))


def _number(units: int) -> str:
    return f"{units // 1000}.{units % 1000:03d}".rstrip("0").rstrip(".")
