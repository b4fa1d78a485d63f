"""Bundling: pairs of NCCI, closures that are part of a removal, repairs that are summed, add-ons without their base."""

from collections.abc import Iterator
from functools import lru_cache

from curette.claims.days import Day, DayLine
from curette.codes.modifiers import DISTINCT
from curette.codes.tables import Row, Table
from curette.findings import Confidence, Severity
from curette.notes.model import LineNotes
from curette.rules._context import Context
from curette.rules._day import Edit, at_most_warning, beside, closed, edits, is_visit, sent
from curette.rules._lesions import BIOPSIES, REMOVALS
from curette.rules._registry import GENERAL, REVIEW, SPECIAL, Hit, Missing, rule

REPAIRS = ("repair_simple", "repair_intermediate", "repair_complex")
_WITH_CLOSURE = frozenset({*BIOPSIES, *REMOVALS, "granulation", "acne"})
_SMALLEST = frozenset({"11400", "11420", "11440"})  # whose closure is always part of it
_MOHS = frozenset({"mohs", "mohs_addon"})
_ANOTHER_TIME = ("XE", "XP", "58", "76", "77", "78", "79")
_MOST_NAMED = 5


@rule(
    "DERM-N01", "bundling.never-together", looks="day", rank=GENERAL, by_ncci=True, hides=("DERM-N02", "DERM-N06"),
    beside=("never",),
    message="{code} is part of {other} on the same day, and no modifier changes that", sources=("cms-ncci",),
)  # fmt: skip
def never_together(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """Pair that is never paid together.

    Why: NCCI pairs the two codes at indicator 0, so the code of column 2 is not paid beside that of column 1.
    Fix: Take the line off, or send the one code that says all that was done.
    """
    never = [edit.into for edit in edits(line, day, ctx) if edit.indicator == "0"]
    if never:
        yield Hit(line, {"other": _codes(never)}, at_most_warning("ptp", ctx, line.day), tuple(never))


@rule(
    "DERM-N02", "bundling.pair-without-modifier", looks="day", rank=GENERAL, by_ncci=True, prevents=("modifier_59",),
    beside=("closed",), hides=("DERM-D11",),
    message="{code} is bundled into {other}, and no modifier says that it was apart", sources=("cms-ncci",),
)  # fmt: skip
def pair_without_modifier(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """Bundled pair without a modifier that separates it.

    Why: NCCI pays the code of column 2 only where a modifier on either line says another lesion, site or session.
    Fix: Add 59 or XS if the note shows another lesion or session; else take the line off.
    """
    if is_visit(line.code):
        return  # DERM-X01
    others = [edit.into for edit in closed(line, day, ctx) if not _closes(edit, ctx)]
    others = [other for other in others if not closed(other, day, ctx)]  # what opens that pair opens this one too
    if others:
        yield Hit(line, {"other": _codes(others)}, at_most_warning("ptp", ctx, line.day), tuple(others))


def _closes(edit: Edit, ctx: Context) -> bool:
    """Whether a pair is a removal or biopsy and the repair of its own wound (DERM-N05)."""
    family, main = ctx.family(edit.line), ctx.family(edit.into)
    if family not in REPAIRS:
        return False
    if main == "shave" or edit.into.code in _SMALLEST or (edit.into.code.startswith("17") and main not in _MOHS):
        return True
    return family == "repair_simple" and main in _WITH_CLOSURE


def _codes(lines: list[DayLine]) -> str:
    return " and ".join(dict.fromkeys(line.code for line in lines))


@rule(
    "DERM-N03", "bundling.modifier-without-proof", looks="day", rank=REVIEW, severity=Severity.ADVICE,
    on=tuple(DISTINCT), beside=("*",),
    confidence=Confidence.LIKELY, prevents=("modifier_59",),
    message="{modifier} says that {code} was apart from {other}, and the note gives both the same lesion",
    sources=("cms-a53399", "cms-ncci"),
)  # fmt: skip
def modifier_without_proof(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit | Missing]:
    """Separating modifier, and one lesion in the note.

    Why: 59 and X{EPSU} stand for another lesion, site or session; another diagnosis alone proves none of them.
    Fix: Take the modifier off, or correct the lesion numbers in the note.
    """
    modifier = next(m for m in line.modifiers if m in DISTINCT)
    if is_visit(line.code):
        return
    partners = [other for other in beside(line, day) if other.code == line.code or _paired(line, other, ctx)]
    partners = [other for other in partners if not _told_elsewhere(line, other, ctx)]
    if not partners:
        return
    notes = ctx.noted(line)
    if notes is None or notes.lesion_id is None:
        yield Missing(line, "notes" if ctx.notes is None else "notes.lesion_id")
        return
    untold = False
    for other in partners:
        told = ctx.noted(other)
        if told is None or told.lesion_id is None:
            untold = True
        elif told.lesion_id == notes.lesion_id and _one_place(notes, told):
            yield Hit(line, {"modifier": modifier, "other": other.code}, related=(other,))
            return
    if untold:
        yield Missing(line, "notes.lesion_id")


def _paired(line: DayLine, other: DayLine, ctx: Context) -> bool:
    return any(ctx.row("ptp", pair, line.day) for pair in (line.code + other.code, other.code + line.code))


def _told_elsewhere(line: DayLine, other: DayLine, ctx: Context) -> bool:
    """Mohs has rules of its own for what goes beside it, and so has a biopsy of what is removed (DERM-B04)."""
    families = {ctx.family(line), ctx.family(other)}
    return bool(families & _MOHS) or not (families.isdisjoint(BIOPSIES) or families.isdisjoint(REMOVALS))


def _one_place(one: LineNotes, other: LineNotes) -> bool:
    """Whether nothing that both tell of site, side or encounter differs."""
    told = ((getattr(one, name), getattr(other, name)) for name in ("site", "side", "session"))
    return all(first is None or second is None or first == second for first, second in told)


# What add-ons extend and is kept of earlier claims; visits and 88305 are not: they stand on nearly every claim.
_MAINS = ("package", "88331", "88342", "88346", "96365", "96374", "96409", "96413", "96931")


@rule(
    "DERM-N04", "bundling.add-on-alone", looks="day", rank=GENERAL, hides=("DERM-N01", "DERM-N02"),
    on=("addon",), recalls=_MAINS,
    message="{code} is an add-on and needs {expected} on the same day", sources=("cms-aoc",),
)  # fmt: skip
def add_on_alone(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """Add-on code without its main code.

    Why: An add-on is paid only beside one of the codes that it extends; which these are, CMS lists.
    Fix: Send the main code, on this or another claim of the day, or the add-on that belongs to the code sent.
    """
    table = ctx.facts.tables.on("addon", line.day)
    rows = _add_ons(table).get(line.code) if table is not None and not table.excerpt else None
    if table is None or rows is None:
        return
    held = {primary: row.values["type"] for primary, row in rows if row.holds(line.day)}
    if not held or set(held.values()) != {"1"} or "CCCCC" in held:  # the contractor may add to types 2 and 3
        return
    ended = ctx.facts.procedures.deleted  # a main code that ended is the cause itself (DERM-C01)
    around = (*day.others(line), *day.apart)
    beside = any(other.code in held or ended(other.code) is not None for other in around)
    if not beside and not sent(line, ctx, held):
        named = sorted(held)
        more = " or another of its codes" if len(named) > _MOST_NAMED else ""
        facts = {"expected": " or ".join(named[:_MOST_NAMED]) + more}
        yield Hit(line, facts, None if table.head.covers(line.day) else Severity.WARNING)


@lru_cache(maxsize=8)
def _add_ons(table: Table) -> dict[str, list[tuple[str, Row]]]:
    """The primaries of each add-on of an edition, with the days of each."""
    found: dict[str, list[tuple[str, Row]]] = {}
    for key, row in table:
        found.setdefault(key[:5], []).append((key[5:], row))
    return found


@rule(
    "DERM-N05", "bundling.closure-included", looks="day", on=REPAIRS, beside=("closed",), rank=SPECIAL, by_ncci=True,
    hides=("DERM-N02",),    message="the closure {code} is part of {other}", sources=("cms-ncci",),
)  # fmt: skip
def closure_included(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """Closure that is part of the removal.

    Why: Simple closure belongs to every biopsy and removal; any to shaves, destructions and 11400, 11420, 11440.
    Fix: Take the repair off; send it with 59 or XS only if it closed another wound.
    """
    mains = [edit.into for edit in closed(line, day, ctx) if _closes(edit, ctx)]
    if mains:
        yield Hit(line, {"other": _codes(mains)}, at_most_warning("ptp", ctx, line.day), tuple(mains))


@rule(
    "DERM-N06", "bundling.repairs-not-summed", looks="day", on=REPAIRS, severity=Severity.WARNING,
    hides=("DERM-N02", "DERM-U01", "DERM-X10"), sources=("cms-ncci",),
    message="repairs of one class and group of sites are summed and sent as one code of one unit: {codes}",
)  # fmt: skip
def repairs_not_summed(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """Repairs of one class and site group not added together.

    Why: The lengths of such repairs are added; one code says the sum, and each code is paid once a day.
    Fix: Add the lengths and send the one code of the sum, with one unit.
    """
    if line.has(*_ANOTHER_TIME):
        return
    near = {id(other) for other in beside(line, day) if _same_group(line, other, ctx)}
    group = [other for other in day.lines if other is line or id(other) in near]
    more = next((other for other in group if other.count > 1), None)
    at = more or (group[1] if len(group) > 1 else None)
    if line is not at:  # told once, where the second repair stands
        return
    codes = [other.code for other in group]
    again = more is not None or len(set(codes)) < len(codes)
    others = tuple(other for other in group if other is not line)
    yield Hit(line, {"codes": _codes(group)}, ctx.grave if again else None, others, element=4 if more else 1)


def _same_group(line: DayLine, other: DayLine, ctx: Context) -> bool:
    """Whether another line of that time is a repair of the same class and group of sites."""
    mine, its = (ctx.facts.procedures.get(each.code) for each in (line, other))
    same = mine is not None and its is not None and (mine.family, mine.site) == (its.family, its.site)
    return same and not other.has(*_ANOTHER_TIME)
