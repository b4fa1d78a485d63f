"""Modifiers of procedures: 25, 50, 51, 59 and X{EPSU} where they do not belong, and where one is wanted."""

from collections.abc import Iterator
from decimal import Decimal

from curette.claims.days import Day, DayLine
from curette.codes.modifiers import DISTINCT, SUBSETS, anatomic
from curette.findings import Confidence, Severity
from curette.rules._context import Context
from curette.rules._day import PROCEDURES_IN_G0, beside, covered, fee, follow_up, is_visit, whole
from curette.rules._registry import GENERAL, REVIEW, Hit, rule

_REPEATS = frozenset({"58", "76", "77", "78", "79", "91"})
_VISIT_MARKS = frozenset({"24", "25", "27"})
_TWO_SIDED = ("11450", "11451", "11462", "11463", "67810", "67840", "69110", "69145")
_FACILITIES = frozenset({"02", "19", "21", "22", "23", "24", "26", "31", "34", "51", "52", "53", "56", "61"})
# may take 25 though they are no plain visits
_VISIT_LIKE = ("9200", "9201", "98", "992", "993", "994", "90791", "90792", "G0", "G2", "S0", "T1")
_CAUTERY = "17250"  # DERM-D11 asks for the modifier, whatever the pairs say
_REDUCED = frozenset("23456")  # the multiple-procedure indicators of codes that are reduced beside others


@rule(
    "DERM-X03", "modifiers.25-on-procedure", prevents=("modifier_25",), sources=("coding-pages", "cms-ncci"),
    on=("25",), looks="line",
    message="25 belongs on a visit, not on {code}",
)  # fmt: skip
def twenty_five_on_procedure(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """25 on a line that is not a visit.

    Why: 25 marks a visit as separate; on a procedure it says nothing and opens no pair.
    Fix: Take 25 off; put it on the visit, or 59 or XS on the procedure, if the note supports it.
    """
    if is_visit(line.code):
        return
    if (
        ctx.family(line) not in ("", "em_addon")
        or line.code in PROCEDURES_IN_G0
        or not line.code.startswith(_VISIT_LIKE)
    ):
        yield Hit(line, {})


@rule(
    "DERM-X06", "modifiers.51-misplaced", looks="day", severity=Severity.WARNING, prevents=("modifier_51",),
    on=("51",),
    hides=("DERM-X07",), message="51 does not belong on {code}: {reason}", sources=("mac-modifier-51", "cms-pfs"),
)  # fmt: skip
def fifty_one_misplaced(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """51 where it does not belong.

    Why: Add-ons, visits, drugs, tests and some other codes are never reduced; Medicare adds 51 by itself.
    Fix: Take 51 off.
    """
    known = ctx.facts.procedures.get(line.code)
    if (known is not None and known.add_on) or follow_up(line.code, line.day, ctx) == "ZZZ":
        yield Hit(line, {"reason": "it is an add-on"}, Severity.ERROR)
    elif is_visit(line.code):
        yield Hit(line, {"reason": "it is a visit"}, Severity.ERROR)
    elif line.code.startswith(("J", "Q5", "Q9", "80", "81", "82", "83", "84", "85", "86", "87", "88")):
        yield Hit(line, {"reason": "drugs and tests are never reduced"})
    elif fee("mult_proc", line.code, line.day, ctx) == "0":
        yield Hit(line, {"reason": "it is never reduced beside other procedures"})
    elif (ctx.part_b or ctx.profile.modifier_51 == "no") and ctx.profile.modifier_51 != "yes":
        yield Hit(line, {"reason": "this payer adds it by itself"})


@rule(
    "DERM-X07", "modifiers.51-on-highest", looks="day", severity=Severity.WARNING, confidence=Confidence.LIKELY,
    beside=("*",), asks=lambda ctx: ctx.profile.modifier_51 != "no" and not ctx.medicare,
    payers="payers other than Medicare whose profile does not refuse 51",
    prevents=("modifier_51",), sources=("cms-pfs",),
    message="51 goes on the lower-valued procedures of a day: {reason}",
)  # fmt: skip
def fifty_one_on_highest(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """51 on the procedure of the highest value, or missing from lower ones.

    Why: The payer pays the first procedure whole and reduces those with 51, so 51 on the highest costs money.
    Fix: Send the highest total relative value without 51, the others with it.
    """
    wanted = ctx.profile.modifier_51
    if "51" not in line.modifiers and wanted != "yes":
        return
    values = {id(other): _value(other, ctx) for other in (line, *beside(line, day)) if _reduced(other, ctx)}
    known = [value for value in values.values() if value is not None]
    mine = values.get(id(line))
    if mine is None or len(known) < 2 or len(known) != len(values):
        return
    top = max(known)
    if known.count(top) > 1:
        return
    highest = next(other for other in day.lines if values.get(id(other)) == top)
    related = tuple(other for other in day.lines if id(other) in values and other is not line)
    if highest is line and line.has("51"):
        yield Hit(line, {"reason": f"{line.code} is the highest"}, related=related)
    elif highest is not line and wanted == "yes" and not line.has("51") and not highest.has("51"):
        yield Hit(line, {"reason": f"{line.code} has none, and {highest.code} is higher"}, related=(highest,))


def _reduced(line: DayLine, ctx: Context) -> bool:
    return fee("mult_proc", line.code, line.day, ctx) in _REDUCED


def _value(line: DayLine, ctx: Context) -> Decimal | None:
    """Total relative value at its place of service."""
    said = fee("fac_total" if line.place in _FACILITIES else "nonfac_total", line.code, line.day, ctx)
    return Decimal(said) if said.replace(".", "", 1).isdigit() else None


@rule(
    "DERM-X08", "modifiers.59-combined", hides=("DERM-X01", "DERM-X02", "DERM-X09"), prevents=("modifier_59",),
    on=tuple(DISTINCT), looks="line",
    message="{modifier} on {code}: {reason}", sources=("cms-a53399", "coding-pages"),
)  # fmt: skip
def fifty_nine_combined(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """59 beside an X modifier, or either on a visit.

    Why: X{EPSU} say more exactly what 59 says, so only one of them is sent, and only on procedures.
    Fix: Keep 59 or the one X modifier that the note supports; on a visit use 24, 25 or 57 if they hold.
    """
    used = [m for m in line.modifiers if m in DISTINCT]
    if used and is_visit(line.code):
        yield Hit(line, {"modifier": used[0], "reason": "it belongs on procedures, visits take 24, 25 or 57"})
    elif "59" in used and not SUBSETS.isdisjoint(used):
        yield Hit(line, {"modifier": " and ".join(used), "reason": "they say the same, so only one is sent"})


@rule(
    "DERM-X09", "modifiers.59-needless", looks="day",
    rank=REVIEW, severity=Severity.ADVICE, confidence=Confidence.POSSIBLE,
    on=tuple(DISTINCT), asks=lambda ctx: ctx.medicare, payers="Medicare",
    message="no NCCI pair touches {code} on this day, so {modifier} separates nothing", prevents=("modifier_59",),
    sources=("cms-ncci", "cms-a53399"),
)  # fmt: skip
def fifty_nine_needless(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """59 or X{EPSU} with nothing to separate.

    Why: Medicare reviews lines that carry 59 without need.
    Fix: Take it off, unless a line of another claim makes the pair.
    """
    modifier = next(m for m in line.modifiers if m in DISTINCT)
    if not whole("ptp", ctx, line.day):
        return
    if is_visit(line.code) or not ctx.family(line) or line.code == _CAUTERY:
        return
    for other in (*day.others(line), *day.apart):
        if other.code == line.code or not _known(other, ctx) or _both_repairs(line, other, ctx):
            return
        if any(ctx.row("ptp", pair, line.day) for pair in (line.code + other.code, other.code + line.code)):
            return
    yield Hit(line, {"modifier": modifier})


def _known(line: DayLine, ctx: Context) -> bool:
    """Whether the shipped pairs, which are a part of NCCI's, can say something of it."""
    return bool(ctx.family(line)) or is_visit(line.code) or bool(ctx.facts.drugs.rows(line.code))


def _both_repairs(line: DayLine, other: DayLine, ctx: Context) -> bool:
    """CPT wants 59 on a repair of another class or group."""
    return ctx.family(line).startswith("repair") and ctx.family(other).startswith("repair")


@rule(
    "DERM-X10", "modifiers.same-code-twice", looks="day", severity=Severity.WARNING, confidence=Confidence.LIKELY,
    beside=("same",),
    prevents=("modifier_59",), sources=("coding-pages",),
    message="{code} stands twice without a modifier that tells the lines apart, which looks like a duplicate",
)  # fmt: skip
def same_code_twice(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """Same code twice without a mark.

    Why: Payers deny a line that looks like another of the same day; charge and diagnosis do not tell them apart.
    Fix: Mark the second line (59 or XS for another lesion, 76 if repeated), or send one line with the units.
    """
    twins = [other for other in beside(line, day) if other.code == line.code]
    if not twins or _is_drug(line, ctx) or ctx.family(line) == "mohs":  # a second tumour is DERM-M05
        return
    before = {id(other) for other in day.lines[: next(at for at, o in enumerate(day.lines) if o is line)]}
    first = [other for other in twins if id(other) in before]
    alike = [other for other in first if not _marked(other) and not _split(line, other)]
    if alike and not _marked(line):
        yield Hit(line, {}, related=tuple(alike))


def _is_drug(line: DayLine, ctx: Context) -> bool:
    """Drugs have a line for each product, and one for what was thrown away."""
    return line.code.startswith("J") or bool(ctx.facts.drugs.rows(line.code))


def _marked(line: DayLine) -> bool:
    marks = DISTINCT | _REPEATS | anatomic() | (_VISIT_MARKS if is_visit(line.code) else frozenset())
    return not marks.isdisjoint(line.modifiers)


def _split(line: DayLine, other: DayLine) -> bool:
    """Whether one has what the other lacks: the doctor's part (26) or the room's (TC)."""
    return any(line.has(m) != other.has(m) for m in ("26", "TC"))


@rule(
    "DERM-X11", "modifiers.sides", looks="day",
    on=("50", *_TWO_SIDED), rank=GENERAL, prevents=("laterality",), sources=("cms-pfs",),
    message="{code}: {reason}",
)  # fmt: skip
def sides(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """50 on a code without sides, or no side on a code that has them.

    Why: 50 is for codes that exist for the right and the left; those need 50, LT, RT or the eyelid.
    Fix: Take 50 off a code without sides; on the others say the side.
    """
    if line.has("50"):
        if fee("bilateral", line.code, line.day, ctx) in ("0", "9"):
            severity = None if covered("pfs", ctx, line.day) else Severity.WARNING
            yield Hit(line, {"reason": "it has no sides, so 50 does not belong on it"}, severity)
    elif line.code in _TWO_SIDED and anatomic().isdisjoint(line.modifiers):
        yield Hit(line, {"reason": "it has sides, and no modifier says which"}, Severity.ADVICE)
