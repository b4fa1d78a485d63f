"""Codes that are none on the day of service: procedures that ended or never were, and unfinished diagnoses.

The checks of code sets (SNIP 5) know these too; what they tell of the same element gives way (see pipeline.results).
"""

from collections.abc import Iterator

from curette.claims.days import Day, DayLine
from curette.claims.model import Claim
from curette.findings import Severity
from curette.rules._context import Context
from curette.rules._registry import CODES, Hit, rule

_CPT, _ICD = "cpt", "icd10cm"
# What reads the diagnoses of a line and nothing else; nothing can be said by one that is unfinished.
_READ_DIAGNOSES = (
    "DERM-D04", "DERM-D05", "DERM-D06", "DERM-D07", "DERM-D09", "DERM-E01", "DERM-E02", "DERM-E06", "DERM-E09",
    "DERM-M04", "DERM-P01", "DERM-P02", "DERM-R01", "DERM-T03", "DERM-I01", "DERM-I02", "DERM-I03", "DERM-I05",
)  # fmt: skip


@rule(
    "DERM-C01", "codes.procedure-ended", looks="day", on=("ended",), rank=CODES,
    message="{code} {reason}", sources=("cms-hcpcs", "cms-pfs", "aad-biopsy", "cpt-history"),
)  # fmt: skip
def ended(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """Procedure code not valid on the date of service.

    Why: Payers judge a code by the date of service; one that ended before, or a number between two codes, is rejected.
    Fix: Choose, from what the note describes, the code that was in force on that day.
    """
    procedures = ctx.facts.procedures
    if (gone := procedures.deleted(line.code)) is not None:
        if line.day > gone.last_day:
            yield Hit(line, {"reason": f"ended on {gone.last_day}; use {gone.instead}"})
    else:  # a number that never was one
        table = ctx.facts.tables.on(_CPT, line.day)
        row = ctx.row(_CPT, line.code, line.day)
        if row is None or row.values["kind"] == "never":  # an edition of the user may have it by then
            known = table is not None and (table.head.end is None or line.day <= table.head.end)
            reason = "is no code: it stands in a gap between two of a family"
            yield Hit(line, {"reason": reason}, severity=None if known else Severity.WARNING)


def _unknown(line: DayLine, ctx: Context) -> list[str]:
    """The diagnoses of a line that are no codes on its last day."""
    return [code for code in line.diagnoses if ctx.row(_ICD, code, line.end) is None]


@rule(
    "DERM-C02", "codes.diagnosis-unfinished", may=_unknown, hides=_READ_DIAGNOSES,
    message="diagnosis {diagnosis} is unfinished: the codes below it have more characters, for example {expected}",
    sources=("nchs-icd10cm",),
)  # fmt: skip
def unfinished(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """Diagnosis code is not complete.

    Why: Only the last level of ICD-10-CM is billable; payers reject a claim that stops above it.
    Fix: Choose the full code that the note supports; the example is only the first of them.
    """
    for code in _unknown(line, ctx):
        yield from _unfinished(code, line, day, ctx)


def _unfinished(code: str, line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """Told at the first line that points at it, for all of its claim."""
    claim = line.claim
    pointing = [other for other in day.lines if other.claim is claim and code in other.diagnoses]
    if line is not pointing[0]:
        return
    place = next(i for i, diagnosis in enumerate(claim.diagnoses, 1) if diagnosis.code == code)
    if claim.diagnoses[place - 1].qualifier in ("ABK", "ABF") and (longer := _longer(code, claim, ctx)):
        table = ctx.facts.tables.on(_ICD, line.end)
        severity = None if table is not None and table.head.covers(line.end) else Severity.WARNING
        facts = {"diagnosis": code, "expected": longer}
        yield Hit(line, facts, severity, tuple(pointing[1:]), at=("HI", place))


def _longer(code: str, claim: Claim, ctx: Context) -> str:
    """A code below it on the days of the claim; "" where it is billable on one of them, or where none is below it."""
    span = claim.service_dates
    assert span is not None  # a line with a date asked
    table = ctx.facts.tables.on(_ICD, span.end)
    if table is None or any(ctx.row(_ICD, code, day) for day in (span.start, span.end)):
        return ""
    return next((key for key, row in table.beginning(code) if row.holds(span.end)), "")
