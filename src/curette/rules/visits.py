"""Visits beside procedures: 25 and 57, follow-up days, and the add-on for complex visits."""

from collections.abc import Iterator
from datetime import date

from curette.claims.days import Day, DayLine
from curette.findings import Confidence, Severity
from curette.rules._context import Context
from curette.rules._day import (
    VISIT_MARKS,
    VISIT_RULE,
    VISITS,
    at_most_warning,
    before,
    beside,
    closed,
    follow_up,
    has_package,
    is_visit,
    visit_marked,
)
from curette.rules._registry import REVIEW, SPECIAL, Hit, Missing, rule

_MINOR = frozenset({"000", "010"})
_MAJOR = "090"
_DAYS = {"010": 10, "090": 90}
_AFTER = ("58", "78", "79")  # a procedure within the follow-up of another
_COMPLEX_FROM = date(2024, 1, 1)
_PREVENTIVE_FROM = date(2025, 1, 1)
_PREVENTIVE = ("G0", "904", "905", "906", "907", "913", "M0201", "Q0091")  # with vaccines and who gives them
_NOT_PREVENTIVE = frozenset({"G0127", "G0168", "G0283", "G0463"})


@rule(
    "DERM-X01", "visits.procedure-without-25", looks="day",
    on=VISIT_RULE, beside=("closed",), rank=SPECIAL, by_ncci=True,
    hides=("DERM-X02",), prevents=("modifier_25",), sources=("cms-ncci",),
    message="the visit {code} is part of {other} of the same day unless it carries {instead}",
)  # fmt: skip
def procedure_without_25(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """Visit and procedure on one day, and no modifier on the visit.

    Why: NCCI pays a visit beside the procedure only where 24, 25 or 57 on the visit says that it was work of its own.
    Fix: Add the modifier if the note shows work beyond the decision for the procedure; else take the visit off.
    """
    if ctx.profile.visit_25 == "nothing":
        return
    mains = [edit.into for edit in closed(line, day, ctx)]
    if mains:
        kinds = {follow_up(other.code, line.day, ctx) == _MAJOR for other in mains}
        facts = {
            "other": " and ".join(dict.fromkeys(other.code for other in mains)),
            "instead": " and ".join(["57 (it decided on surgery)"] * (True in kinds) + ["25"] * (False in kinds)),
        }
        yield Hit(line, facts, at_most_warning("ptp", ctx, line.day), tuple(mains))


@rule(
    "DERM-X02", "visits.new-patient-without-25", looks="day",
    on=("em_new",), beside=("package",), severity=Severity.WARNING,
    confidence=Confidence.LIKELY, prevents=("modifier_25",), sources=("cms-ncci",),
    message="a new patient does not make the visit {code} separate from {other}: most payers want 25 here too",
)  # fmt: skip
def new_patient_without_25(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """Visit of a new patient and minor procedure, no 25.

    Why: The decision for a minor procedure is part of it, for new patients too, though NCCI has no such pairs.
    Fix: Add 25 if the note shows work beyond the decision for the procedure; else take the visit off.
    """
    if visit_marked(line) or ctx.profile.visit_25 in ("pairs", "nothing"):
        return
    minor = [other for other in beside(line, day) if follow_up(other.code, line.day, ctx) in _MINOR]
    if minor:
        facts = {"other": " and ".join(dict.fromkeys(other.code for other in minor))}
        yield Hit(line, facts, related=tuple(minor))


@rule(
    "DERM-X04", "visits.25-alone", looks="day", on=VISIT_RULE, rank=REVIEW, severity=Severity.ADVICE,
    confidence=Confidence.POSSIBLE, prevents=("modifier_25",), sources=("cms-ncci",),
    message="{code} carries 25, and nothing else of that day is in the file",
)  # fmt: skip
def twenty_five_alone(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """25 on a visit with nothing to separate it from.

    Why: 25 says that the visit stands beside another service; none was sent, so a charge may have been forgotten.
    Fix: Look for a missing charge; if there is none and no other claim has it, take 25 off.
    """
    if line.has("25") and len(day.lines) == 1 and not day.apart:
        yield Hit(line, {})


@rule(
    "DERM-X05", "visits.decision-without-57", looks="day",
    on=VISIT_RULE, severity=Severity.WARNING, hides=("DERM-X04",),
    confidence=Confidence.LIKELY, prevents=("global_period",), sources=("cms-global-surgery", "cms-pfs"),
    message="{other} has a package of 90 days: the visit that decided on it carries 57, and {code} does not",
)  # fmt: skip
def decision_without_57(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """Visit on the day of a major procedure, or the day before, without 57.

    Why: A package of 90 days begins the day before surgery; of its visits only the decision is paid, which 57 says.
    Fix: Add 57 if the surgery was decided on at this visit; else take the visit off.
    """
    if line.has("57"):
        return
    for other in beside(line, day):
        if follow_up(other.code, line.day, ctx) == _MAJOR:
            if not _asked_with_25(line, other, day, ctx):
                yield Hit(line, {"other": other.code}, related=(other,))
            return
    for later in day.tomorrow:
        if later.provider == line.provider and follow_up(later.code, later.day, ctx) == _MAJOR:
            yield Hit(line, {"other": later.code})
            return


def _asked_with_25(line: DayLine, other: DayLine, day: Day, ctx: Context) -> bool:
    """Whether DERM-X01 asks for the 57 already, since NCCI pairs the two."""
    return ctx.profile.visit_25 != "nothing" and any(edit.into is other for edit in closed(line, day, ctx))


@rule(
    "DERM-X12", "visits.within-follow-up", severity=Severity.WARNING,
    on=(*VISIT_RULE, "package"), needs=("history or notes",), recalls=("package",),
    confidence=Confidence.LIKELY, prevents=("global_period",), sources=("cms-global-surgery", "cms-pfs"),
    message="{code} is within the {days} follow-up days of {other} of {date}, and no modifier says why",
)  # fmt: skip
def within_follow_up(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit | Missing]:
    """Service within the follow-up days of an earlier procedure.

    Why: Visits and procedures within those days belong to the earlier procedure unless a modifier tells them apart.
    Fix: As the note shows: 24 (unrelated visit), 58 (planned or more), 79 (unrelated), 78 (back to surgery).
    """
    visit = is_visit(line.code)
    if line.has(*(VISIT_MARKS if visit else _AFTER)):
        return
    if not visit and not has_package(line, ctx):
        return
    if ctx.history is None and (ctx.notes is None or ctx.notes.history is None):
        yield Missing(line, "history")
        return
    for old in before(line, ctx, max(_DAYS.values())):
        days = _DAYS.get(follow_up(old.code, old.day, ctx), 0)
        if (line.day - old.day).days <= days:
            yield Hit(line, {"days": days, "other": old.code, "date": old.day})
            return


@rule(
    "DERM-X15", "visits.complexity-beside-25", looks="day", on=("G2211",), beside=("25",), prevents=("modifier_25",),
    sources=("coding-pages",), asks=lambda ctx: ctx.medicare, payers="Medicare",
    message="Medicare does not pay {code} where the visit {other} carries 25 for a procedure",
)  # fmt: skip
def complexity_beside_25(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """G2211 with a visit that carries 25.

    Why: Medicare pays G2211 beside a visit with 25 only where all else of the day is preventive care, since 2025.
    Fix: Take G2211 off; or take 25 off the visit if nothing needs it.
    """
    if line.day < _COMPLEX_FROM:
        return
    others = list(beside(line, day))
    visits = [other for other in others if other.code in VISITS and other.has("25")]
    if not visits or any(other.code in VISITS and not other.has("25") for other in others if not _preventive(other)):
        return
    rest = [other for other in others if other not in visits]
    if line.day >= _PREVENTIVE_FROM and rest and all(_preventive(other) for other in rest):
        return
    severity = None if ctx.filing != "16" else Severity.WARNING  # a plan may pay more than Medicare
    yield Hit(line, {"other": visits[0].code}, severity, tuple(visits))


def _preventive(line: DayLine) -> bool:
    """Whether it is preventive care of Part B, a vaccine or who gives it; in doubt, yes."""
    return line.code.startswith(_PREVENTIVE) and line.code not in _NOT_PREVENTIVE
