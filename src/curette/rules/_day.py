"""What the rules of bundling, visits and modifiers ask of a day: which lines stand beside one, which pairs NCCI makes
of them and whether a modifier opens these, what the fee schedule says of a code.
"""

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from itertools import chain, islice, takewhile

from curette._records import record
from curette.claims.days import Day, DayLine
from curette.claims.history import Past
from curette.claims.model import MADE_AGAIN
from curette.codes.modifiers import VISIT, belongs, opens
from curette.findings import Severity
from curette.notes.model import Earlier
from curette.rules._context import Context

OTHER_VISITS = (  # beside the offices' own families em_new and em_est
    "92002", "92004", "92012", "92014",
    *(str(n) for n in chain(
        range(99221, 99224), range(99231, 99237), range(99238, 99240), range(99242, 99246), range(99252, 99256),
        range(99281, 99286), range(99304, 99311), range(99341, 99351), range(99381, 99388), range(99391, 99398),
    )),
    "G0402", "G0438", "G0439", "G0463",
)  # fmt: skip
VISITS = frozenset((*(str(n) for n in range(99202, 99206)), *(str(n) for n in range(99211, 99216)), *OTHER_VISITS))
VISIT_RULE = ("em_new", "em_est", *OTHER_VISITS)  # what wakes a rule on visits
_LIKE_VISITS = ("98", "992", "993", "994", "G0", "G2")  # counselling and the like, which take either kind of modifier
# of these two nobody doubts what they are: nails trimmed, a wound closed
PROCEDURES_IN_G0 = frozenset({"G0127", "G0168"})
PACKAGES = frozenset({"000", "010", "090"})  # of the fee schedule
VISIT_MARKS = frozenset({"24", "25", "57"})
_FEES_WITH_ALL_COLUMNS = date(2025, 12, 31)


@record
class Edit:
    """An NCCI pair of the day: `line` is column 2 and is paid as part of `into`, unless a modifier opens the pair."""

    line: DayLine
    into: DayLine
    indicator: str  # "0" never opens, "1" does; empty: not known


def beside(line: DayLine, day: Day) -> Iterator[DayLine]:
    """The other lines of the same provider; one replacement may replace another."""
    alone = line.claim.frequency in MADE_AGAIN
    for other in day.lines:
        if other is not line and other.provider == line.provider and (not alone or other.claim is line.claim):
            yield other


def sent(line: DayLine, ctx: Context, codes: Collection[str]) -> list[Past | Earlier]:
    """The lines with one of these codes that the practice has sent for this day on other claims."""
    day = line.day
    found: list[Past | Earlier] = [old for code in codes for old in _past(ctx).get(code, {}).get(day, ())]
    found += [old for old in _noted(ctx) if old.day == day and old.code in codes]
    return [old for old in found if old.claim != line.claim.control_number and _ours(old, line)]


def before(line: DayLine, ctx: Context, most: int) -> list[Past | Earlier]:
    """What the practice did in so many days before a line, the latest first; of a code one line of each day."""
    first, end = line.day - timedelta(most), line.day
    found: list[Past | Earlier] = []
    for days in _past(ctx).values():
        for day in takewhile(first.__le__, reversed(days)):
            if day < end:
                found += islice((old for old in days[day] if _ours(old, line)), 1)
    found += [old for old in _noted(ctx) if first <= old.day < end and _ours(old, line)]
    return sorted(found, key=lambda old: old.day, reverse=True)


def _past(ctx: Context) -> dict[str, dict[date, list[Past]]]:
    return ctx.history.by_code if ctx.history else {}


def _noted(ctx: Context) -> tuple[Earlier, ...]:
    return (ctx.notes.history if ctx.notes is not None else None) or ()


def _ours(old: Past | Earlier, line: DayLine) -> bool:
    """Whether it is the practice's, by earlier claims and by the notes; of a note without a provider it is believed.

    A replacement stands for the claim of its number, whose lines were not done beside it.
    """
    billing = line.claim.billing.npi
    ours = old.billing == billing if isinstance(old, Past) else old.provider in (None, "", line.provider, billing)
    return ours and (line.claim.frequency not in MADE_AGAIN or old.claim != line.claim.control_number)


def edits(line: DayLine, day: Day, ctx: Context) -> list[Edit]:
    """The pairs in which a line is column 2."""
    code, when, row = line.code, line.day, ctx.row
    return [
        Edit(line, other, found.values["indicator"])
        for other in beside(line, day)
        if (found := row("ptp", other.code + code, when)) is not None
    ]


def closed(line: DayLine, day: Day, ctx: Context) -> list[Edit]:
    """The pairs in which a line is column 2, that a modifier would open, and none does."""
    return [edit for edit in edits(line, day, ctx) if edit.indicator == "1" and not opened(edit)]


def opened(edit: Edit) -> bool:
    """Whether a modifier says that the two lines of a pair are apart.

    It may stand on either; of a pair with a visit only the modifiers of the visit count.
    """
    if is_visit(edit.line.code):
        return any(opens(m, True) for m in edit.line.modifiers)
    return any(_opens(m, other.code) for other in (edit.line, edit.into) for m in other.modifiers)


def _opens(modifier: str, code: str) -> bool:
    visit = is_visit(code)
    like = not visit and code.startswith(_LIKE_VISITS) and code not in PROCEDURES_IN_G0
    return opens(modifier, visit) or (like and opens(modifier, True))


def is_visit(code: str) -> bool:
    """Whether a code is a visit, in an office or elsewhere."""
    return code in VISITS


def is_surgery(code: str) -> bool:
    """Whether a code stands in the section of CPT on surgery."""
    return len(code) == 5 and code.isdecimal() and "10000" <= code < "70000"


def visit_marked(line: DayLine) -> bool:
    """Whether a visit carries a modifier of visits: 24, 25, 57, in a facility 27."""
    return any(belongs(m) in VISIT for m in line.modifiers)


def covered(table: str, ctx: Context, day: date) -> bool:
    """Whether an edition at hand is for that day; one for other days proves nothing."""
    edition = ctx.facts.tables.on(table, day)
    return edition is not None and edition.head.covers(day)


def whole(table: str, ctx: Context, day: date) -> bool:
    """Whether an edition at hand is for that day and what it lacks is not in the list."""
    edition = ctx.facts.tables.on(table, day)
    return edition is not None and edition.head.covers(day) and not edition.excerpt


def at_most_warning(table: str, ctx: Context, day: date) -> Severity | None:
    """A warning where the table is for other days, None (as declared) else."""
    return None if covered(table, ctx, day) else Severity.WARNING


def follow_up(code: str, day: date, ctx: Context) -> str:
    """Days of the package by the fee schedule: 000, 010, 090, ZZZ, XXX; "" where it lacks the code."""
    row = ctx.row("pfs", code, day)
    return row.values["global_days"] if row is not None else ""


def has_package(line: DayLine, ctx: Context) -> bool:
    """Whether its code has a package of days, be it of its own day only."""
    return follow_up(line.code, line.day, ctx) in PACKAGES


def fee(name: str, code: str, day: date, ctx: Context) -> str:
    """A column of the fee schedule, of 2025 where that year's own lacks it."""
    row = ctx.row("pfs", code, day)
    said = row.values[name] if row is not None else ""
    if not said and (older := ctx.row("pfs", code, _FEES_WITH_ALL_COLUMNS)) is not None:
        said = older.values[name]
    return said
