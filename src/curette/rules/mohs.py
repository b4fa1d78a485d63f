"""Mohs surgery: stages stand on their first stage, agree with the log, and include the reading of their slides."""

from collections.abc import Iterator
from datetime import timedelta

from curette.claims.days import Day, DayLine
from curette.codes.modifiers import DISTINCT, opens
from curette.findings import Confidence, Severity
from curette.notes.model import Tumour
from curette.rules._context import Context
from curette.rules._day import sent
from curette.rules._lesions import BENIGN, CANCER, MOHS, OPEN, lesion_of
from curette.rules._registry import REVIEW, SPECIAL, Hit, Missing, rule

FIRST = ("17311", "17313")
NEXT = {"17311": "17312", "17313": "17314"}  # the further stages of a first stage
BLOCKS = "17315"
STANDS_ON = {"17312": ("17311",), "17314": ("17313",), BLOCKS: ("17311", "17312", "17313", "17314")}
_FORMER = ("17304", "17305", "17306", "17307", "17310")  # ended in 2006, which DERM-C01 tells
_BIOPSIES = frozenset(("11102", "11103", "11104", "11105", "11106", "11107"))


@rule(
    "DERM-M01", "mohs.stage-without-first", looks="day",
    on=tuple(STANDS_ON), rank=SPECIAL, hides=("DERM-S02", "DERM-M02"),
    message="{code} rides on {expected}, and none stands on this day", prevents=("mohs",), sources=("cms-aoc",),
    recalls=tuple(sorted({first for allowed in STANDS_ON.values() for first in allowed})),
)  # fmt: skip
def without_first(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """Further Mohs stage or block without what it stands on.

    Why: Further stages are add-ons of the first stage of their own site group, and are not paid without it.
    Fix: Add the first stage, or use the further stage that belongs to the first stage on the claim.
    """
    allowed = STANDS_ON[line.code]
    if not day.standing((*allowed, *_FORMER)) and not sent(line, ctx, allowed):
        others = tuple(other for other in day.of(MOHS) if other.code in FIRST)
        yield Hit(line, {"expected": " or ".join(allowed)}, related=others)


# -- the log

_TRUNK = frozenset(
    ("trunk_front", "back", "breast", "axilla", "groin", "buttock", "shoulder", "arm", "hip", "leg")
)  # fmt: skip
_EITHER = frozenset(("perianal", "perineum"))  # the site names of CPT do not settle these


@rule(
    "DERM-M02", "mohs.differs-from-log", on=tuple(sorted(MOHS)), needs=("notes",), prevents=("mohs",),
    hides=("DERM-U02",),
    message="the Mohs log makes {expected} of {other}, the claim has {actual}", sources=("coding-pages", "cms-aoc"),
)  # fmt: skip
def differs_from_log(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit | Missing]:
    """Stages or blocks differ from the Mohs log.

    Why: Each stage of a tumour after its first is one unit, and so is each block beyond five in one stage.
    Fix: Correct the units, or the log where it is wrong.
    """
    mine = [other for other in day.of(MOHS) if other.claim is line.claim]
    if line is not mine[0]:  # told once a claim
        return
    tumours = ctx.notes.mohs if ctx.notes is not None else None
    if not tumours or any(t.blocks is None for t in tumours) or _spread(line, day):
        yield Missing(line, "notes.mohs")
        return
    stages = _stages(mine, tumours)
    if stages is None:
        yield Missing(line, "notes.mohs site")
        return
    over = sum(max(0, blocks - 5) for t in tumours for blocks in t.blocks or ())
    for code, expected in (*stages.items(), (BLOCKS, over)):
        billed = [other for other in mine if other.code == code]
        actual = sum(other.count for other in billed)
        if actual != expected:
            at = billed[0] if billed else line
            yield Hit(at, {"other": code, "expected": expected, "actual": actual}, related=tuple(billed[1:]), element=4)


def _spread(line: DayLine, day: Day) -> bool:
    """Whether Mohs lines of the same patient stand on another claim or day, so that the log is not this day's alone."""
    return any(other.claim is not line.claim for other in day.of(MOHS)) or any(
        other.service is not None and other.service.start != line.day
        for other in line.claim.lines
        if other.procedure in MOHS
    )


def _stages(lines: list[DayLine], tumours: tuple[Tumour, ...]) -> dict[str, int] | None:
    """The further stages that the log makes, by code; None where it does not tell which tumour is of which group.

    Where the claim has one group only, every tumour is taken for that: whether the site fits is another rule's.
    """
    codes = {line.code for line in lines}
    used = [first for first in FIRST if codes & {first, NEXT[first]}]
    found = {NEXT[first]: 0 for first in used}
    for tumour in tumours:
        first = used[0] if len(used) == 1 else _group(tumour)
        if NEXT.get(first) not in found:
            return None
        found[NEXT[first]] += max(0, (tumour.stages or 0) - 1)
    return found


def _group(tumour: Tumour) -> str:
    if tumour.deep_structure:
        return "17311"
    if tumour.site is None or tumour.site in _EITHER:
        return ""
    return "17313" if tumour.site in _TRUNK else "17311"


# -- what Mohs includes

_FROZEN = ("88331", "88332")
_IMMUNOSTAIN = frozenset({"88342"})
_READING = (
    "88302", "88304", "88305", "88307", "88309", *_FROZEN, "88341", "88342", "88312", "88313", "88314",
)  # fmt: skip


@rule(
    "DERM-M03", "mohs.pathology-included", looks="day", on=_READING, beside=tuple(MOHS), rank=SPECIAL,
    prevents=("pathology_bundling",),
    message="Mohs includes the reading of its slides: {code} beside {other} is for separate tissue only, with 59 or XU",
    sources=("cms-ncci", "pathology-pages"),
)  # fmt: skip
def pathology_included(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """Pathology with Mohs by the same doctor.

    Why: The Mohs surgeon is the pathologist of that tissue; NCCI pairs the readings with the Mohs codes.
    Fix: Take the reading off; mark it 59 or XU only where the record shows other tissue or a stain beyond routine.
    """
    mohs = _of_provider(line, day)
    if not mohs:
        return
    related, speaking = _paired(mohs, line, ctx), (line, *_read_first(line, day))
    if closed := _closed(related, speaking) if related else [] if _opened((*mohs, *speaking)) else mohs:
        yield Hit(line, {"other": closed[0].code}, _gravity(line, ctx), tuple(closed))
    elif not _separate(line, mohs, day, ctx):
        related = related or mohs
        yield Hit(line, {"other": related[0].code}, Severity.ADVICE, tuple(related))


def _read_first(line: DayLine, day: Day) -> list[DayLine]:
    """The first immunostain that a further one rides on, whose modifier speaks for both: NCCI pairs only the first."""
    return [other for other in day.of(_IMMUNOSTAIN) if line.code == "88341" and other.provider == line.provider]


def _of_provider(line: DayLine, day: Day) -> list[DayLine]:
    """The Mohs lines of the same doctor that day."""
    return [other for other in day.of(MOHS) if other.provider == line.provider]


def _paired(mohs: list[DayLine], line: DayLine, ctx: Context) -> list[DayLine]:
    """The Mohs lines that NCCI pairs with a line."""
    return [other for other in mohs if ctx.row("ptp", other.code + line.code, line.day) is not None]


def _closed(mohs: list[DayLine], lines: tuple[DayLine, ...]) -> list[DayLine]:
    """The Mohs lines whose pair with these lines no modifier opens: one on another Mohs line does not."""
    return [other for other in mohs if not _opened((other, *lines))]


def _opened(lines: tuple[DayLine, ...]) -> bool:
    """Whether a modifier on any of them opens the pair: since 2019 it may stand on either line."""
    return any(opens(m, on_visit=False) for line in lines for m in line.modifiers)


def _gravity(line: DayLine, ctx: Context) -> Severity | None:
    """A warning where the edition of the pairs is not for that day; None leaves it to the rule."""
    edition = ctx.facts.tables.on("ptp", line.day)
    return None if edition is not None and edition.head.covers(line.day) else Severity.WARNING


def _separate(line: DayLine, mohs: list[DayLine], day: Day, ctx: Context) -> bool:
    """Whether claim or note show other tissue: the frozen section of a biopsy, another lesion, a listed specimen."""
    if line.code in _FROZEN and day.of(_BIOPSIES):
        return True
    specimens = (ctx.notes.specimens if ctx.notes is not None else None) or ()
    if any(s.technique not in (None, "mohs") for s in specimens):
        return True
    return _same_lesion(line, mohs, ctx) is False


def _same_lesion(line: DayLine, mohs: list[DayLine], ctx: Context) -> bool | None:
    """Whether the note gives a line the lesion of a Mohs line; None where it does not tell."""
    own = lesion_of(line, ctx)
    theirs = [lesion_of(other, ctx) for other in mohs]
    if own is None:
        return None
    return True if own in theirs else None if None in theirs else False


# -- the tumour

_KERATOACANTHOMA = "L858"


def _no_cancer(line: DayLine, ctx: Context) -> set[str]:
    """What the diagnoses of a line are, where that is known of all and none is a cancer; empty else."""
    found = set(ctx.behaviours(line))
    return set() if "" in found or found & CANCER else found


@rule(
    "DERM-M04", "mohs.no-cancer-diagnosis", looks="claim", may=_no_cancer,
    on=tuple(sorted(MOHS)), severity=Severity.WARNING, prevents=("mohs",),
    hides=("DERM-E07",),
    confidence=Confidence.LIKELY, message="Mohs is for skin cancer, and {code} points to {codes} only",
    sources=("000", "curette"),
)  # fmt: skip
def no_cancer(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """Mohs without a cancer diagnosis.

    Why: Payers cover Mohs for cancers, in situ ones too, and for few other tumours.
    Fix: Point the line to the diagnosis of the pathology report, where that is a cancer.
    """
    found = _no_cancer(line, ctx)
    if not found or (line.code not in FIRST and _told_above(line, day)):
        return
    told = found - {"support"}  # a history or a symptom beside a benign lesion makes it no cancer
    severity = Severity.ERROR if told and told <= BENIGN else None
    if found & OPEN or _KERATOACANTHOMA in line.diagnoses:
        severity = Severity.ADVICE
    yield Hit(line, {"codes": ", ".join(dict.fromkeys(line.diagnoses))}, severity)


def _told_above(line: DayLine, day: Day) -> bool:
    """Whether a first stage points to the same diagnoses."""
    return any(other.code in FIRST and set(other.diagnoses) == set(line.diagnoses) for other in day.lines)


@rule(
    "DERM-M05", "mohs.second-tumour-unmarked", looks="day",
    on=FIRST, rank=REVIEW, severity=Severity.ADVICE, prevents=("mohs",),
    confidence=Confidence.POSSIBLE, message="more than one {code}: one line for each tumour, the second with 59 or XS",
    sources=("000", "coding-pages"),
)  # fmt: skip
def unmarked(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """Second tumour not marked.

    Why: Payers take a second first stage for a duplicate unless a modifier says that it is another tumour.
    Fix: If there were two tumours, send one line each and mark the second as the payer wants it (59 or XS).
    """
    if line.count > 1:
        yield Hit(line, {}, element=4)
        return
    same = [other for other in _of_provider(line, day) if other.code == line.code and not _marked(other)]
    if any(other is line for other in same[1:]):
        yield Hit(line, {}, related=(same[0],))


def _marked(line: DayLine) -> bool:
    return any(m in DISTINCT or m in ("76", "77") or opens(m, on_visit=False) for m in line.modifiers)


_RECENT = timedelta(days=60)


@rule(
    "DERM-M06", "mohs.biopsy-same-day", looks="day",
    on=("11102", "11104", "11106"), beside=tuple(MOHS), rank=SPECIAL, by_ncci=True,
    hides=("DERM-B04", "DERM-N02"), prevents=("biopsy_code", "modifier_59"), sources=("cms-ncci", "coding-pages"),
    message="{code} beside {other} is paid, with 59 or 58, for another lesion or where no report existed{reason}",
)  # fmt: skip
def biopsy_same_day(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit | Missing]:
    """Biopsy on the day of Mohs.

    Why: A biopsy of the tumour belongs to Mohs, unless no report existed and a frozen section was read that day.
    Fix: Take the biopsy off; mark it 59 or 58 only where the record shows another lesion or that no report existed.
    """
    paired = _paired(_of_provider(line, day), line, ctx)
    if not paired:
        return
    if closed := _closed(paired, (line,)):
        yield Hit(line, {"other": closed[0].code, "reason": ""}, _gravity(line, ctx), tuple(closed))
        return
    notes = ctx.noted(line)
    if notes is None or notes.prior_path_date is None:
        return
    if timedelta(0) < line.day - notes.prior_path_date <= _RECENT:
        same = _same_lesion(line, paired, ctx)
        if same is None and not any(set(line.diagnoses) & set(other.diagnoses) for other in paired):
            yield Missing(line, "notes.lesion_id")
        elif same is not False:
            facts = {"other": paired[0].code, "reason": f": the note has one of {notes.prior_path_date}"}
            yield Hit(line, facts, None, tuple(paired))
