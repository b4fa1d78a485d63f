"""Biopsies of the skin: one first code a day, the deepest technique; further lesions are add-ons."""

from collections.abc import Iterator

from curette.claims.days import Day, DayLine
from curette.findings import Confidence, Severity
from curette.rules._engine import Context
from curette.rules._registry import SPECIAL, Hit, Missing, rule

FIRST = ("11106", "11104", "11102")  # the deepest technique first: incisional, punch, tangential
ADD_ON = {"11102": "11103", "11104": "11105", "11106": "11107"}
ALLOWED = {"11103": ("11102", "11104", "11106"), "11105": ("11104", "11106"), "11107": ("11106",)}
_ALL = frozenset((*FIRST, *ALLOWED))
_REMOVALS = (
    "shave", "excision_benign", "excision_malignant", "destruction_premalignant", "destruction_benign",
    "destruction_malignant", "mohs",
)  # fmt: skip
_TECHNIQUES = {"tangential": "11102", "punch": "11104", "incisional": "11106"}


@rule(
    "DERM-B01", "biopsy.two-primaries", on=FIRST, rank=SPECIAL,
    message="only one first-biopsy code is paid a day: keep {other}, send {code} as {instead}",
    prevents=("biopsy",), sources=("cms-ncci",),
)  # fmt: skip
def two_primaries(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """Two first-lesion biopsy codes on one day.

    Why: NCCI pairs 11102, 11104 and 11106 with each other at indicator 0, so no modifier opens them.
    Fix: Keep the deepest technique as the first biopsy and send each further lesion with its add-on code.
    """
    first = _deepest(day, line.provider)
    instead = ADD_ON[line.code]
    if first is not line:
        yield Hit(line, {"other": first.code, "instead": instead}, related=(first,))
    elif line.count > 1:
        yield Hit(line, {"other": line.code, "instead": instead}, element=4)


def _deepest(day: Day, provider: str) -> DayLine:
    """The line that is the first biopsy of that provider's day."""
    lines = [line for line in day.of(frozenset(FIRST)) if line.provider == provider]
    return min(lines, key=lambda line: FIRST.index(line.code))


@rule(
    "DERM-B02", "biopsy.add-on-without-primary", on=tuple(ALLOWED), rank=SPECIAL,
    message="{code} rides on {expected}, and none of them stands on this day", sources=("cms-aoc",),
)  # fmt: skip
def add_on_without_primary(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """Extra-biopsy code without the right first biopsy.

    Why: The first biopsy of a day is the deepest technique; an add-on of a deeper technique cannot follow it.
    Fix: Send the deepest technique as the first code, or change the add-on to one that the first code allows.
    """
    allowed = ALLOWED[line.code]
    if not day.of(frozenset(allowed)):
        yield Hit(line, {"expected": " or ".join(allowed)})


@rule(
    "DERM-B04", "biopsy.same-lesion-as-removal", on=(*FIRST, *ALLOWED), needs=("notes",), sources=("cms-ncci",),
    message="the note gives this biopsy and {other} the same lesion: it is part of the removal",
)  # fmt: skip
def same_lesion(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit | Missing]:
    """Biopsy and removal of the same lesion.

    Why: A sample taken from a lesion that is removed the same day is part of the removal.
    Fix: Drop the biopsy line, or correct the lesion numbers in the note.
    """
    removals = day.of(ctx.facts.procedures.codes(*_REMOVALS))
    if not removals or (line.has("58", "59") and any(ctx.family(other) == "mohs" for other in removals)):
        return
    notes = ctx.noted(line)
    if notes is None or notes.lesion_id is None:
        yield Missing(line, "notes.lesion_id")
        return
    for other in removals:
        told = ctx.noted(other)
        if told is not None and told.lesion_id == notes.lesion_id:
            yield Hit(line, {"other": other.code}, related=(other,))
            return


_SITE_CODES = {
    "C00": "40490", "D100": "40490", "K130": "40490", "C60": "54100", "D290": "54100", "D074": "54100",
    "C51": "56605", "D280": "56605", "D071": "56605",
}  # fmt: skip


@rule(
    "DERM-B05", "biopsy.site-specific-code", on=(*FIRST, *ALLOWED), severity=Severity.ADVICE,
    confidence=Confidence.POSSIBLE, message="a biopsy of this site may have its own code: look at {other}",
    sources=("cms-ncci",),
)  # fmt: skip
def site_code(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """A site-specific biopsy code may fit better.

    Why: Vermilion, penis and vulva have biopsy codes of their own; skin codes are for skin of that area.
    Fix: Check where the sample was taken before sending; leave the code if it was skin.
    """
    codes = {_site_code(diagnosis) for diagnosis in line.diagnoses}
    if line.diagnoses and len(codes) == 1 and (other := codes.pop()):
        yield Hit(line, {"other": other})


def _site_code(diagnosis: str) -> str:
    return next((code for prefix, code in _SITE_CODES.items() if diagnosis.startswith(prefix)), "")


@rule(
    "DERM-B06", "biopsy.count-differs-from-note", on=(*FIRST, *ALLOWED), needs=("notes",), sources=("cms-ncci",),
    message="the claim has {actual} biopsies, the note lists {expected} lesions",
)  # fmt: skip
def count_differs(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit | Missing]:
    """Biopsy count differs from the specimens in the note.

    Why: Each lesion is one unit; several samples of one lesion count once.
    Fix: Correct the units, or the list of specimens.
    """
    mine = [other for other in day.of(_ALL) if other.claim is line.claim]
    if line is not mine[-1]:  # told once, at the last of them
        return
    if ctx.notes is None or ctx.notes.specimens is None:
        yield Missing(line, "notes.specimens")
        return
    sampled = [s for s in ctx.notes.specimens if s.technique is None or _is_biopsy(s.technique)]
    lesions = {s.lesion_id or f"specimen {n}" for n, s in enumerate(sampled)}
    units = sum(other.count for other in mine)
    if lesions and units != len(lesions):
        facts = {"actual": units, "expected": len(lesions)}
        yield Hit(line, facts, related=tuple(o for o in mine if o is not line), element=4)


def _is_biopsy(technique: str) -> bool:
    return technique.removesuffix("_biopsy") in _TECHNIQUES
