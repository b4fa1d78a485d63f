"""Pathology of skin specimens: level, stains, units by specimen, and whose laboratory made the slides."""

from collections.abc import Iterator
from datetime import date

from curette.claims.days import Day, DayLine
from curette.claims.model import Claim, ServiceLine
from curette.findings import Confidence, Severity
from curette.rules._context import Context
from curette.rules._day import is_surgery, sent
from curette.rules._lesions import MOHS, judged, listed
from curette.rules._registry import REVIEW, Hit, Missing, rule

LEVELS = ("88304", "88305")
_LEVELS = frozenset(LEVELS)
_SLIDES = frozenset(map(str, range(88300, 88400)))
_NO_SLIDE = frozenset(("88311", "88321", "88325", "88329", "88363"))  # no laboratory work of their own
_GROSS_AND_MICRO = frozenset(("88302", "88304", "88305", "88307", "88309"))
_FROZEN = frozenset(("88331", "88332"))
_OF_MOHS = ("path_stain", "path_frozen", "ihc")  # families of what its laboratory does beside the stages


def _only(line: DayLine, ctx: Context, *prefixes: str) -> bool:
    """Whether a line points to lesions whose codes begin so, and to no others."""
    found = judged(line, ctx)
    return bool(found) and all(code.startswith(prefixes) for code in found)


# -- level


@rule(
    "DERM-P01", "pathology.cyst-as-88305", on=("88305",), looks="line", rank=REVIEW, severity=Severity.ADVICE,
    confidence=Confidence.POSSIBLE, message="{code} points to {codes} only: cysts and tags are read as {instead}",
    sources=("pathology-pages",),
)  # fmt: skip
def cyst(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """Skin cyst or tag read as 88305.

    Why: Cysts and tags are one level lower than other skin.
    Fix: Send 88304 if the specimen was sent as a cyst or a tag; keep 88305 for other skin, whatever the report found.
    """
    if _only(line, ctx, "L72", "L918"):
        yield Hit(line, {"codes": listed(line.diagnoses), "instead": "88304"})


def _skin(line: DayLine, ctx: Context) -> bool:
    return _only(line, ctx, "C43", "C44", "D03", "D04", "D22", "D23", "D485")


@rule(
    "DERM-P02", "pathology.skin-as-88307", looks="claim", may=_skin, on=("88307",), rank=REVIEW,
    severity=Severity.ADVICE, confidence=Confidence.POSSIBLE, sources=("pathology-pages",),
    message="{code} points to {codes} only: skin is {instead}, whatever its size",
)  # fmt: skip
def skin(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """88307 for a skin specimen.

    Why: Skin excisions of any size and depth are 88305; 88307 fits a sentinel node or a mass of soft tissue.
    Fix: Send 88305 if the specimen was skin; point to the node or the mass if it was that.
    """
    if _skin(line, ctx) and not _deeper(day):
        yield Hit(line, {"codes": listed(line.diagnoses), "instead": "88305"})


def _deeper(day: Day) -> bool:
    """Whether a node or soft tissue was operated on that day."""
    return any(line.code.startswith(("385", "387", "2")) for line in day.lines)


@rule(
    "DERM-P03", "pathology.88314-without-frozen", looks="day", on=("88314",), hides=("DERM-N04",),
    message="{code} is a stain of frozen tissue, and none was frozen on this day: look at {instead}",
    prevents=("pathology_bundling",), sources=("pathology-pages", "cms-aoc"), recalls=tuple(sorted(MOHS | _FROZEN)),
)  # fmt: skip
def not_frozen(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """88314 without a frozen block.

    Why: 88314 is an add-on for a stain of a frozen block; stains of routine tissue have codes of their own.
    Fix: Send 88312 for a stain that looks for organisms, 88313 for another one, if the tissue was not frozen.
    """
    if day.standing(MOHS | _FROZEN) or sent(line, ctx, MOHS | _FROZEN):
        return
    facts = {"instead": "88312 or 88313"}
    routine = day.of(_GROSS_AND_MICRO)
    yield Hit(line, facts, Severity.ADVICE if routine else None, related=tuple(routine))


# -- whose laboratory


def _certificate(claim: Claim, line: ServiceLine) -> bool:
    return bool(line.reference("X4") or claim.clia)


@rule(
    "DERM-P05", "pathology.no-clia", looks="day", sees=_certificate,
    on=tuple(_SLIDES | MOHS), prevents=("pathology_bundling",),
    message="{code} includes the making of slides, and neither claim nor line has the CLIA number (REF*X4)",
    sources=("003", "palmetto", "x12-837p"),
)  # fmt: skip
def no_clia(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """Laboratory certificate number missing.

    Why: Slides are laboratory work, and payers want the certificate of the laboratory that made them.
    Fix: Add REF*X4 to claim or line, or send 26 if the slides were made elsewhere and only read here.
    """
    if not _lacks_clia(line, day, ctx):
        return
    mine = [other for other in day.lines if other.claim is line.claim and _lacks_clia(other, day, ctx)]
    if line is mine[0]:  # told once a claim
        grave = ctx.medicare or ctx.medicaid or line.code in MOHS
        yield Hit(line, {}, Severity.ERROR if grave else Severity.WARNING, related=tuple(mine[1:]))


def _lacks_clia(line: DayLine, day: Day, ctx: Context) -> bool:
    """Whether a line needs a certificate number and has none.

    Stains and frozen sections beside Mohs of the same doctor are work of the Mohs laboratory: they need one where the
    payer wants it for Mohs itself. A referred test (90) names the other laboratory's number instead.
    """
    if line.code in MOHS:
        return ctx.profile.clia_for_mohs and not _certified(line)
    if line.code not in _SLIDES or line.code in _NO_SLIDE or _certified(line):
        return False
    stain = ctx.family(line).startswith(_OF_MOHS)
    of_mohs = stain and any(other.provider == line.provider for other in day.of(MOHS))
    return ctx.profile.clia_for_mohs or not of_mohs


def _certified(line: DayLine) -> bool:
    return line.has("26", "90") or _certificate(line.claim, line.line)


_FACILITIES = frozenset(("19", "21", "22", "23", "24"))
_ALL_INDICATORS = date(2025, 12, 31)  # the last day of the newest fee schedule that has them


@rule(
    "DERM-P07", "pathology.global-in-facility", looks="day", on=tuple(code for code in _SLIDES if code < "88350"),
    asks=lambda ctx: ctx.medicare, payers="Medicare",
    severity=Severity.WARNING, confidence=Confidence.LIKELY, prevents=("pathology_bundling",), sources=("cms-pfs",),
    message="{code} without 26 in place {found}: the technical part belongs to the facility",
)  # fmt: skip
def global_in_facility(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """Pathology with its technical part in a facility.

    Why: Medicare pays the making of slides to the facility; the doctor is paid for the reading.
    Fix: Send 26 for the reading if the patient was in the facility; correct the place of service if not.
    """
    if line.place in _FACILITIES and not line.has("26", "90") and _divided(line, ctx):
        yield Hit(line, {"found": line.place})


def _divided(line: DayLine, ctx: Context) -> bool:
    """Whether the fee schedule divides the code into a technical and a professional part."""
    for day in (line.day, _ALL_INDICATORS):
        row = ctx.row("pfs", line.code, day)
        if row is not None and row.values.get("pctc"):
            return row.values["pctc"] == "1"
    return False


def _referred(claim: Claim, line: ServiceLine) -> bool:
    """Whether the line names the laboratory that it was referred to, or what it cost."""
    bought = line.first("PS1") is not None or any(party.role == "QB" for party in line.parties)
    return bought or bool(line.reference("F4") or claim.reference("F4"))


@rule(
    "DERM-P08", "pathology.outside-laboratory", looks="day", sees=_referred,
    may=lambda line, ctx: line.has("90"),
    on=tuple(_SLIDES), rank=REVIEW, severity=Severity.ADVICE,
    confidence=Confidence.POSSIBLE, prevents=("pathology_bundling",), sources=("003", "x12-837p"),
    message="{code} looks like the work of another laboratory, which bills it under its own NPI",
)  # fmt: skip
def outside(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit | Missing]:
    """Outside laboratory work.

    Why: The laboratory that read the slides bills them; a referred test names it and its certificate.
    Fix: Drop the line, or send it as a referred test if the payer takes those: 90 with REF*F4 and the laboratory.
    """
    if line.has("90"):
        if not _referred(line.claim, line.line):
            yield Hit(line, {})
        return
    notes = ctx.noted(line)
    if notes is None or notes.prior_path_lab is None or _taken(day):
        return
    laboratory = notes.prior_path_lab.strip()
    if not (len(laboratory) == 10 and laboratory.isdecimal()):
        yield Missing(line, "notes.prior_path_lab as an NPI")
    elif laboratory not in (line.provider, line.claim.billing.npi):
        yield Hit(line, {})


# -- units


_SPECIMENS = (
    "biopsy", "biopsy_addon", "biopsy_site", "biopsy_site_addon", "shave", "excision_benign", "excision_malignant",
    "excision_hidradenitis",
)  # fmt: skip
_NONE = (
    "repair_simple", "repair_intermediate", "repair_complex", "repair_complex_addon", "intralesional", "injection",
)  # fmt: skip


@rule(
    "DERM-P06", "pathology.more-than-specimens", looks="day", on=LEVELS, rank=REVIEW, severity=Severity.ADVICE,
    confidence=Confidence.POSSIBLE, prevents=("pathology_bundling",), sources=("002", "pathology-pages"),
    message="pathology units: {units}, specimens: {count}; a unit is a specimen with its own label",
)  # fmt: skip
def more_than_specimens(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit | Missing]:
    """More slides than specimens.

    Why: A unit is a specimen with a label of its own, not a slide or a block.
    Fix: Send one unit for each labelled specimen, or complete the list of specimens.
    """
    mine = [other for other in day.of(_LEVELS) if other.claim is line.claim]
    if line is not mine[0]:  # told once a claim
        return
    count: int | None
    if ctx.notes is not None and ctx.notes.specimens is not None:
        if any(o.procedure in LEVELS and o.service != line.line.service for o in line.claim.lines):
            yield Missing(line, "notes.specimens by day")
            return
        count = len(ctx.notes.specimens)
    else:
        mine = day.of(_LEVELS)
        if line is not mine[0]:
            return
        count = _taken_apart(day, ctx)
        if count is None and ctx.notes is not None:
            yield Missing(line, "notes.specimens")
    units = _read(mine)
    if count is not None and units > count:
        yield Hit(line, {"units": units, "count": count}, related=tuple(mine[1:]), element=4)


def _read(lines: list[DayLine]) -> int:
    """The specimens read: technical and professional lines of one specimen count once."""
    parts = {"26": 0, "TC": 0, "": 0}
    for line in lines:
        parts["26" if line.has("26") else "TC" if line.has("TC") else ""] += line.count
    return parts[""] + max(parts["26"], parts["TC"])


def _taken(day: Day) -> bool:
    """Whether any surgery of that day may have given a specimen."""
    return any(is_surgery(line.code) for line in day.lines)


def _taken_apart(day: Day, ctx: Context) -> int | None:
    """The specimens that the day's procedures gave; None where there are none, or some that cannot be counted."""
    counted = 0
    for line in day.lines:
        family = ctx.family(line)
        if family in _SPECIMENS:
            counted += line.count
        elif is_surgery(line.code) and family not in _NONE:
            return None
    return counted or None
