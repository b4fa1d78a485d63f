"""Treatments with light, laser and toxin: photodynamic therapy, sweating, excimer laser."""

from collections.abc import Iterator
from datetime import date

from curette.claims.days import Day, DayLine
from curette.codes import modifiers
from curette.findings import Severity
from curette.rules import _drugs as d
from curette.rules._context import Context
from curette.rules._lesions import judged, listed
from curette.rules._registry import SPECIAL, Hit, rule

_PDT = ("96574", "96573", "96567")  # the most work first
_LIGHT_DRUGS = frozenset({"J7308", "J7309", "J7345"})
_LIT = ("L570", "D04", "C44")
_TOXINS = frozenset({"J0585", "J0586", "J0587", "J0588", "J0589"})
_AXILLA = "L74510"
_EXTREMITIES = frozenset({"L74512", "L74513"})


@rule(
    "DERM-T01", "treatment.pdt", looks="claim", sees=d.noted, on=_PDT, rank=SPECIAL,
    message="photodynamic therapy, {code}: {reason}", sources=("cms-ncci", "pdt-pages"),
    hides=("DERM-U01", "DERM-U02", "DERM-X10"),
)  # fmt: skip
def pdt(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """Photodynamic therapy twice a day, without its drug, or for another disease.

    Why: One code tells who applied and lit the drug, and whether it was scraped before; the drug is a line of its own.
    Fix: Keep one code a day: 96574 with scraping, 96573 applied and lit by the clinician, 96567 by staff; add the drug.
    """
    first = min(_of_provider(line, day, _PDT), key=lambda other: _PDT.index(other.code))
    if line is not first:
        if not _apart(line, first):
            stands = f"{first.code} stands on the same day" if first.code != line.code else "it stands there already"
            yield Hit(line, {"reason": f"{stands}, and one code is paid"}, related=(first,))
        return
    if not d.elsewhere(line, ctx) and not day.standing(_LIGHT_DRUGS | d.UNLISTED):
        yield Hit(line, {"reason": "the drug (J7308 or J7345) is missing"}, severity=Severity.ADVICE)
    if ctx.legible(line) and not d.pointed(line, _LIT):
        yield Hit(line, {"reason": f"it is not paid as a rule for {listed(line.diagnoses)}"}, severity=Severity.ADVICE)


def _of_provider(line: DayLine, day: Day, codes: tuple[str, ...]) -> list[DayLine]:
    """The lines of the same doctor with one of these codes."""
    return [other for other in day.of(frozenset(codes)) if other.provider == line.provider]


def _apart(line: DayLine, first: DayLine) -> bool:
    """Whether a modifier on either says so: of the same code also that it was done again."""
    again = ("76", "77") if line.code == first.code else ()
    said = (*line.modifiers, *first.modifiers)
    return any(modifiers.opens(modifier, on_visit=False) or modifier in again for modifier in said)


@rule(
    "DERM-T02", "treatment.sweating", looks="claim", sees=d.noted, on=("64650", "64653"), rank=SPECIAL,
    hides=("DERM-I02",), message="injections against sweating, {code}: {reason}", sources=("cms-pfs", "coding-pages"),
)  # fmt: skip
def sweating(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """Details of injections against sweating.

    Why: 64650 covers both armpits in one unit, 64653 scalp, face and neck; palms and soles have only 64999.
    Fix: One unit of 64650 without 50 (52 for one armpit only), with L74.510; send palms and soles with 64999.
    """
    if line.code == "64653":
        if (found := judged(line, ctx)) and _EXTREMITIES.issuperset(found):
            yield Hit(line, {"reason": "palms and soles belong to 64999"}, severity=Severity.WARNING)
        return
    before = _armpits_before(line, day)
    if line.has("50") or line.count > 1 or before:
        yield Hit(line, {"reason": "it is both armpits already, so one unit without 50"},
                  element=1 if line.has("50") else 4, related=before)  # fmt: skip
    if ctx.legible(line) and _AXILLA not in line.diagnoses and not line.has("GY"):
        cosmetic = all(behaviour == "cosmetic" for behaviour in ctx.behaviours(line))
        yield Hit(line, {"reason": f"{listed(line.diagnoses)} is not the sweating of armpits ({_AXILLA})"},
                  severity=Severity.ERROR if cosmetic else Severity.WARNING)  # fmt: skip
    if not _toxin(day) and not d.elsewhere(line, ctx):
        yield Hit(line, {"reason": "the toxin (J0585) is missing"}, severity=Severity.ADVICE)


def _armpits_before(line: DayLine, day: Day) -> tuple[DayLine, ...]:
    """The lines of the same code and doctor that stand before this one."""
    same = _of_provider(line, day, (line.code,))
    return tuple(same[: next(at for at, other in enumerate(same) if other is line)])


def _toxin(day: Day) -> bool:
    return bool(day.standing(_TOXINS | d.UNLISTED))


_PSORIASIS_ONLY = date(2024, 1, 1)


@rule(
    "DERM-T03", "treatment.excimer", looks="line",
    on=("excimer_psoriasis",), severity=Severity.WARNING, prevents=("dx_mismatch",),
    message="since 2024 {code} is for psoriasis only, and {diagnosis} is none", sources=("aad-2024",),
)  # fmt: skip
def excimer(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """Excimer laser for something other than psoriasis.

    Why: The codes were narrowed from inflammatory skin disease to psoriasis on 1 January 2024.
    Fix: Send vitiligo, eczema and others with an unlisted code and a note of what was done.
    """
    if line.day >= _PSORIASIS_ONLY and line.diagnoses and not d.pointed(line, ("L40",)):
        yield Hit(line, {"diagnosis": listed(line.diagnoses)})
