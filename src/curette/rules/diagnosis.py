"""Diagnoses that a payer turns down: vague, cosmetic, without a reason, or told before the report."""

from collections.abc import Iterator
from datetime import timedelta

from curette.claims.days import Day, DayLine
from curette.claims.model import Claim, ServiceLine
from curette.codes.diagnoses import DiagnosisFacts
from curette.findings import Confidence, Severity
from curette.rules._context import Context
from curette.rules._day import has_package, is_surgery
from curette.rules._drugs import INFUSIONS
from curette.rules._lesions import BIOPSIES, REMOVALS
from curette.rules._registry import Hit, rule

_SURGERY = (
    *REMOVALS, "granulation", "mohs", "mohs_addon", "repair_simple", "repair_intermediate", "repair_complex",
    "repair_complex_addon", "flap", "flap_addon", "intralesional", "acne", "cosmetic_prone", "chemodenervation",
)  # fmt: skip
_TREATMENTS = ("excimer_psoriasis", "pdt", "phototherapy", "injection", "injection_complex")
_PATHOLOGY = (
    "pathology", "path_stain", "path_stain_addon", "path_frozen", "path_frozen_addon", "ihc", "ihc_addon",
    "immunofluor", "immunofluor_addon",
)  # fmt: skip

# -- vague

_NOT_SAID = {
    "unspecified_site": "where the lesion is", "unspecified_site_in_face": "where in the face the lesion is",
    "unspecified_laterality": "which side it is",
}  # fmt: skip
_NO_KIND = frozenset({"L989", "L729", "L409", "L209", "L709"})


_PROCEDURES = (*BIOPSIES, *_SURGERY, *_TREATMENTS, *_PATHOLOGY)


def _vague(line: DayLine, ctx: Context) -> DiagnosisFacts | None:
    """The first diagnosis of a line where that leaves something open."""
    facts = ctx.facts.diagnoses.get(line.diagnoses[0]) if line.diagnoses else None
    return facts if facts is not None and facts.flags and _unsaid(facts) else None


@rule(
    "DERM-I01", "diagnosis.vague", looks="claim", may=_vague,
    on=(*_PROCEDURES, *sorted(INFUSIONS), "package"), severity=Severity.WARNING,
    message="diagnosis {diagnosis} does not say {reason}", prevents=("dx_mismatch",), sources=("001", "nchs-icd10cm"),
)  # fmt: skip
def vague(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """Vague diagnosis on a procedure.

    Why: A procedure is done at a known place for a known disease; payers ask for the code that names it.
    Fix: Use the exact code where the note or the report gives it.
    """
    facts = _vague(line, ctx)
    if facts is None:
        return
    same = [
        other
        for other in day.lines
        if other.claim is line.claim
        and other.diagnoses[:1] == line.diagnoses[:1]
        and _is_procedure(other, ctx)
        and not _place_is_told(facts, other, ctx)
    ]
    if same and line is same[0]:  # told once
        yield Hit(line, {"diagnosis": line.diagnoses[0], "reason": _unsaid(facts)}, related=tuple(same[1:]), element=7)


def _is_procedure(line: DayLine, ctx: Context) -> bool:
    """Whether it is one, also of no family of ours."""
    return ctx.family(line) in _PROCEDURES or line.code in INFUSIONS or has_package(line, ctx)


def _unsaid(facts: DiagnosisFacts) -> str:
    """What the code leaves open, "" where it is as exact as it can be."""
    if facts.code in _NO_KIND:
        return "which disease it is"
    return next((words for flag, words in _NOT_SAID.items() if flag in facts.flags), "")


def _place_is_told(facts: DiagnosisFacts, line: DayLine, ctx: Context) -> bool:
    """Whether a cancer of known kind lacks only the place, and the procedure gives its group."""
    procedure = ctx.facts.procedures.get(line.code)
    known = facts.family == "nmsc" and facts.flags == {"unspecified_site"}
    return known and procedure is not None and bool(procedure.site)


# -- cosmetic

_NOTICES = ("GY", "GX", "GA", "GZ")  # a denial is wanted, or the patient was told
_FOR_LOOKS = "Z41"
_MEDICAL = frozenset((*BIOPSIES, *_PATHOLOGY))
_TREATED = (*_SURGERY, "phototherapy", "injection", "injection_complex")  # of excimer and PDT other rules speak


@rule(
    "DERM-I02", "diagnosis.cosmetic", looks="line", prevents=("cosmetic",),
    message="{code}: diagnosis {diagnosis} tells the payer that this was cosmetic", sources=("000", "003"),
)  # fmt: skip
def cosmetic(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """Cosmetic diagnosis billed to insurance.

    Why: What only changes looks is not covered, and a claim for it without notice is denied or repaid.
    Fix: Code the medical reason if the note gives one; else bill the patient (GY where Medicare's denial is wanted).
    """
    grades = set()
    for code in line.diagnoses:
        facts = ctx.facts.diagnoses.get(code)
        if facts is None or facts.cosmetic == "none":
            return
        grades.add(facts.cosmetic)
    if not grades or line.has(*_NOTICES):
        return
    family = ctx.family(line)
    for_looks = all(code.startswith(_FOR_LOOKS) for code in line.diagnoses)
    if for_looks or (grades == {"hard"} and _treats(line, ctx)) or family == "cosmetic_prone":
        severity = Severity.ERROR if ctx.medicare else Severity.WARNING
        yield Hit(line, {"diagnosis": line.diagnoses[0]}, severity)


def _treats(line: DayLine, ctx: Context) -> bool:
    """Whether something is done to the skin or given, also under a code of no family: 17999 for lasers, a toxin."""
    family = ctx.family(line)
    return family in _TREATED or ctx.facts.drugs.holds(line.code) or (not family and is_surgery(line.code))


# -- without a reason

_BENIGN = ("shave", "excision_benign", "skin_tag", "destruction_benign")
_SOFT = ("L821", "L918", "L910", "D22", "D23", "L72", "D17")


@rule(
    "DERM-I03", "diagnosis.no-reason", on=_BENIGN, looks="line",
    severity=Severity.ADVICE, confidence=Confidence.POSSIBLE,
    asks=lambda ctx: ctx.profile.benign_lesion_reason, payers="payers whose profile asks for the reason",
    message="{code}: this payer wants the reason for removing a benign lesion, and {diagnosis} alone gives none",
    prevents=("cosmetic",), sources=("000", "002", "003"),
)  # fmt: skip
def no_reason(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """Benign lesion removed with no stated problem.

    Why: Payers with such a policy pay for bleeding, pain, itching, infection, change or rubbing, not for looks.
    Fix: If the note tells the symptom, add its code to the line; else the patient may have to pay.
    """
    if line.has(*_NOTICES) or not line.diagnoses:
        return
    if all(code.startswith(_SOFT) for code in line.diagnoses) and not _reason_is_noted(line, ctx):
        yield Hit(line, {"diagnosis": line.diagnoses[0]}, element=7)


def _reason_is_noted(line: DayLine, ctx: Context) -> bool:
    notes = ctx.noted(line)
    told = notes is not None and notes.path_result not in (None, "none", "benign")
    return told or (ctx.notes is not None and bool(ctx.notes.symptoms))


# -- before the report

_UNCERTAIN = "D485"
_SOON = timedelta(days=2)


def _at_once(claim: Claim, line: ServiceLine) -> bool:
    """Whether the claim was made within two days of the line."""
    created = claim.submission.created_on
    return created is not None and line.service is not None and created - line.service.end <= _SOON


@rule(
    "DERM-I05", "diagnosis.before-the-report", looks="claim", sees=_at_once,
    may=lambda line, ctx: _UNCERTAIN in line.diagnoses, on=BIOPSIES, severity=Severity.ADVICE,
    confidence=Confidence.POSSIBLE, prevents=("dx_mismatch",), sources=("001", "coding-pages"),
    message="D485 is an answer of pathology, and no report was at hand; until then it is D492",
)  # fmt: skip
def before_the_report(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """Uncertain behaviour before pathology.

    Why: Uncertain behaviour is what a pathologist finds; what is not yet known is of unspecified behaviour.
    Fix: Wait for the report, or use D492 until it comes; leave the code where the report says so.
    """
    if not _is_early(line, ctx):
        return
    early = [other for other in day.lines if other.claim is line.claim and _is_early(other, ctx)]
    if line is early[0]:  # told once
        yield Hit(line, {}, related=tuple(early[1:]), element=7)


def _is_early(line: DayLine, ctx: Context) -> bool:
    """A biopsy under D48.5 that no report of the day of the claim can have told; without a word in the notes, one
    whose claim was made within two days.
    """
    if _UNCERTAIN not in line.diagnoses or ctx.family(line) not in BIOPSIES:
        return False
    created, notes = line.claim.submission.created_on, ctx.noted(line)
    if notes is None or notes.path_result is None:
        return _at_once(line.claim, line.line)
    if notes.path_result == "none":
        return True
    return notes.path_date is not None and created is not None and notes.path_date > created
