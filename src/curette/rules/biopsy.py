"""Biopsies of the skin: one first code a day, the deepest technique; further lesions are add-ons."""

from collections import Counter
from collections.abc import Iterable, Iterator

from curette.claims.days import Day, DayLine
from curette.findings import Confidence, Severity
from curette.notes.model import Specimen
from curette.rules._context import Context
from curette.rules._day import sent
from curette.rules._lesions import BIOPSIES, REMOVALS, another_way, judged, lesion_of
from curette.rules._registry import SPECIAL, Hit, Missing, rule

FIRST = ("11106", "11104", "11102")  # the deepest technique first: incisional, punch, tangential
ADD_ON = {"11102": "11103", "11104": "11105", "11106": "11107"}
ALLOWED = {"11103": ("11102", "11104", "11106"), "11105": ("11104", "11106"), "11107": ("11106",)}
_FORMER = ("11100", "11101")  # ended in 2018; DERM-C01 tells them, and what rides on them is no cause of its own
_ALL = frozenset((*FIRST, *ALLOWED))
_TECHNIQUE = {
    "11102": "tangential", "11103": "tangential", "11104": "punch", "11105": "punch", "11106": "incisional",
    "11107": "incisional",
}  # fmt: skip
_SAMPLES = {f"{name}_biopsy": name for name in _TECHNIQUE.values()}


@rule(
    "DERM-B01", "biopsy.two-primaries", looks="day", on=FIRST, rank=SPECIAL,
    message="only one first-biopsy code is paid a day, whatever the modifier: keep {other}, send {reason} as {instead}",
    prevents=("biopsy_code",), sources=("cms-ncci",), hides=("DERM-N01", "DERM-U01", "DERM-X10"),
)  # fmt: skip
def two_primaries(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """Two first-lesion biopsy codes on one day.

    Why: NCCI pairs 11102, 11104 and 11106 with each other at indicator 0, so no modifier opens them.
    Fix: Keep the deepest technique as the first biopsy and send each further lesion with its add-on code.
    """
    first = _deepest(day, line.provider)
    instead = ADD_ON[line.code]
    if first is not line:
        dropped = line.code if line.code != first.code else "this line"
        yield Hit(line, {"other": first.code, "reason": dropped, "instead": instead}, related=(first,))
    elif line.count > 1:
        facts = {"other": f"one unit of {line.code}", "reason": "the others", "instead": instead}
        yield Hit(line, facts, element=4)


def _deepest(day: Day, provider: str) -> DayLine:
    """The line that is the first biopsy of that provider's day."""
    lines = [line for line in day.of(frozenset(FIRST)) if line.provider == provider]
    return min(lines, key=lambda line: FIRST.index(line.code))


@rule(
    "DERM-B02", "biopsy.add-on-without-primary", looks="day", on=tuple(ALLOWED), rank=SPECIAL,
    message="{code} rides on {expected}, and none of them stands on this day", prevents=("biopsy_code",),
    sources=("cms-aoc",), recalls=FIRST,
)  # fmt: skip
def add_on_without_primary(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """Extra-biopsy code without the right first biopsy.

    Why: The first biopsy of a day is the deepest technique; an add-on of a deeper technique cannot follow it.
    Fix: Send the deepest technique as the first code, or change the add-on to one that the first code allows.
    """
    allowed = ALLOWED[line.code]
    if not day.standing((*allowed, *_FORMER)) and not sent(line, ctx, allowed):
        yield Hit(line, {"expected": " or ".join(allowed)})


@rule(
    "DERM-B04", "biopsy.same-lesion-as-removal", on=BIOPSIES, needs=("notes",), sources=("cms-ncci",),
    hides=("DERM-N02", "DERM-X09"),
    message="the note gives this biopsy and {other} the same lesion: it is part of the removal",
)  # fmt: skip
def same_lesion(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit | Missing]:
    """Biopsy and removal of the same lesion.

    Why: A sample taken from a lesion that is removed the same day is part of the removal.
    Fix: Drop the biopsy line, or correct the lesion numbers in the note.
    """
    removals = _removals(line, day, ctx)
    if not removals:
        return
    if lesion_of(line, ctx) is None:
        yield Missing(line, "notes.lesion_id")
    elif (other := _removed_with(line, day, ctx)) is not None:
        yield Hit(line, {"other": other.code}, related=(other,))
    elif any(lesion_of(removal, ctx) is None for removal in removals):
        yield Missing(line, "notes.lesion_id")


def _removals(line: DayLine, day: Day, ctx: Context) -> list[DayLine]:
    """The removals of the day; with 58 or 59 a biopsy beside Mohs is a diagnosis made by frozen section."""
    mohs = () if line.has("58", "59") else ("mohs",)
    return day.of(ctx.facts.procedures.codes(*REMOVALS, *mohs))


def _removed_with(line: DayLine, day: Day, ctx: Context) -> DayLine | None:
    """The removal to which the note gives the lesion of a biopsy."""
    lesion = lesion_of(line, ctx)
    same = (other for other in _removals(line, day, ctx) if lesion is not None and lesion_of(other, ctx) == lesion)
    return next(same, None)


_SITE_CODES = {
    "C00": "40490", "D100": "40490", "K130": "40490", "C60": "54100", "D290": "54100", "D074": "54100",
    "C51": "56605", "D280": "56605", "D071": "56605",
}  # fmt: skip
_NOTED = {"lip_vermilion": "40490", "ear": "69100", "nail": "11755", "eyelid_upper": "67810", "eyelid_lower": "67810"}


@rule(
    "DERM-B05", "biopsy.site-specific-code", on=(*FIRST, *ALLOWED), looks="line", severity=Severity.ADVICE,
    confidence=Confidence.POSSIBLE, message="a biopsy of this site may have its own code: look at {other}",
    sources=("cms-ncci",),
)  # fmt: skip
def site_code(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """A site-specific biopsy code may fit better.

    Why: Vermilion, eyelid margin, ear, nail, penis and vulva have biopsy codes of their own.
    Fix: Check where the sample was taken before sending; leave the code if it was skin.
    """
    notes = ctx.noted(line)
    site = notes.site if notes is not None else None
    if site is not None and site != "genital":  # the note knows better than the diagnosis
        other = _NOTED.get(site, "")
    else:
        codes = {_site_code(diagnosis) for diagnosis in judged(line, ctx)} if ctx.legible(line) else set()
        other = codes.pop() if len(codes) == 1 else ""
    if other:
        yield Hit(line, {"other": other})


def _site_code(diagnosis: str) -> str:
    return next((code for prefix, code in _SITE_CODES.items() if diagnosis.startswith(prefix)), "")


@rule(
    "DERM-B06", "biopsy.count-differs-from-note", on=(*FIRST, *ALLOWED), needs=("notes",), hides=("DERM-U02",),
    message="the claim has {actual}, the note lists {expected}", sources=("aad-biopsy",),
)  # fmt: skip
def count_differs(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit | Missing]:
    """Biopsy count or technique differs from the specimens in the note.

    Why: Each lesion is one unit of the code of its technique; several samples of one lesion count once.
    Fix: Correct the units or codes, or the list of specimens.
    """
    lines = day.of(_ALL)
    mine = [other for other in lines if other.claim is line.claim]
    if taken := _otherwise(line, ctx):
        billed = Counter({_TECHNIQUE[line.code]: line.count})
        yield Hit(line, {"actual": _by_technique(billed), "expected": f"{taken} for this line"})
    if line is not mine[-1]:  # told once, at the last of them
        return
    specimens = ctx.notes.specimens if ctx.notes is not None else None
    removals = ctx.facts.procedures.codes(*REMOVALS, "mohs")
    removed = any(other.claim is line.claim for other in day.of(removals))
    if specimens is None or (removed and any(specimen.technique is None for specimen in specimens)):
        yield Missing(line, "notes.specimens")
        return
    if any(other.procedure in _ALL and other.service != line.line.service for other in line.claim.lines):
        yield Missing(line, "notes.specimens by day")
        return
    listed, claimed, of_day = _listed(line, specimens, day, ctx), _claimed(mine), _claimed(lines)
    # sister claims share one list; what the note has for a removal, DERM-B04 and DERM-E05 tell
    kept = _claimed(o for o in mine if not another_way(o, ctx) and _removed_with(o, day, ctx) is None)
    related = tuple(other for other in mine if other is not line)
    if len(listed) not in (claimed.total(), of_day.total(), kept.total()):
        facts = {"actual": _biopsies(claimed.total()), "expected": _lesions(len(listed)) if listed else "none"}
        yield Hit(line, facts, related=related, element=4)
    elif any(_otherwise(other, ctx) or another_way(other, ctx) for other in mine):
        return  # told at that line
    elif all(len(taken) == 1 for taken in listed):
        told = Counter(t for (t,) in listed)
        if told not in (claimed, of_day, kept):
            yield Hit(line, {"actual": _by_technique(claimed), "expected": _by_technique(told)}, related=related)


def _otherwise(line: DayLine, ctx: Context) -> str:
    """The technique that the note has for a line, where its code is of another one."""
    noted = ctx.noted(line)
    taken = _SAMPLES.get(noted.technique or "", "") if noted is not None else ""
    return taken if taken != _TECHNIQUE[line.code] else ""


def _listed(line: DayLine, specimens: Iterable[Specimen], day: Day, ctx: Context) -> list[set[str]]:
    """The techniques by which each lesion was sampled; a specimen without a lesion's number is one of its own.

    What the note calls a shave is a tangential biopsy, where the claim has no shave of a whole lesion.
    """
    shaves = ctx.facts.procedures.codes("shave")
    samples = _SAMPLES | ({} if any(o.claim is line.claim for o in day.of(shaves)) else {"shave": "tangential"})
    lesions: dict[str | int, set[str]] = {}
    for number, specimen in enumerate(specimens):
        if specimen.technique is None or specimen.technique in samples:
            taken = lesions.setdefault(specimen.lesion_id or number, set())
            if specimen.technique is not None:
                taken.add(samples[specimen.technique])
    return list(lesions.values())


def _claimed(lines: Iterable[DayLine]) -> Counter[str]:
    """Biopsies by their technique."""
    claimed = Counter[str]()
    for line in lines:
        claimed[_TECHNIQUE[line.code]] += line.count
    return claimed


def _biopsies(count: int) -> str:
    return f"{count} biops{'y' if count == 1 else 'ies'}"


def _lesions(count: int) -> str:
    return f"{count} lesion{'' if count == 1 else 's'}"


def _by_technique(counts: Counter[str]) -> str:
    return ", ".join(f"{counts[name]} {name}" for name in sorted(counts))
