"""Excisions: benign or cancer by the report, sized by what was cut out; shaves and destroyed cancers by the lesion."""

from collections.abc import Iterator

from curette.claims.days import Day, DayLine
from curette.claims.model import MADE_AGAIN
from curette.codes.procedures import Procedure
from curette.findings import Confidence, Severity
from curette.rules._context import Context
from curette.rules._day import sent
from curette.rules._lesions import CANCER, OPEN, another_way, groups_of, judged, listed, noted_size
from curette.rules._registry import REVIEW, Hit, Missing, rule

_TWIN = {"114": "116", "116": "114"}  # the benign and the cancer code of one site and size


def _twin(code: str) -> str:
    return _TWIN[code[:3]] + code[3:]


@rule(
    "DERM-E01", "excision.not-a-cancer", on=("excision_malignant",), looks="line", prevents=("dx_mismatch",),
    hides=("DERM-E07",), sources=("cms-pfs", "coding-pages"),
    message="{code} needs a confirmed cancer, and {diagnosis} is {kind}: point to the cancer, or look at {instead}",
)  # fmt: skip
def not_a_cancer(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """Cancer excision code without a cancer diagnosis.

    Why: 11600 to 11646 are for cancers, in situ ones among them; one among the pointed diagnoses is enough.
    Fix: Point to the cancer that the report names (also for a clear re-excision), or send the benign code of that size.
    """
    found = judged(line, ctx)
    kinds = set(found.values())
    if not found or kinds & CANCER or set(found) == {"D492"}:  # that one waits for its report: DERM-E06
        return
    doubted = "L858" in found or bool(kinds & OPEN)
    facts = {"kind": "not surely one" if doubted else "none", "instead": _twin(line.code)}
    yield Hit(line, {"diagnosis": listed(found), **facts}, severity=Severity.ADVICE if doubted else None)


@rule(
    "DERM-E02", "excision.cancer-under-benign-code", on=("excision_benign",), looks="line", severity=Severity.WARNING,
    prevents=("dx_mismatch",), sources=("cms-pfs", "coding-pages"),
    message="{code} is for benign lesions, and {diagnosis} is a cancer: if the report says so, it is {instead}",
)  # fmt: skip
def cancer_under_benign(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """Benign excision code with only a cancer diagnosis.

    Why: A cancer that the report confirms has its own code of the same site and size, which is paid higher.
    Fix: Send the cancer code where the report confirms it; else point to what the report says.
    """
    found = judged(line, ctx)
    if found and set(found.values()) <= CANCER:
        yield Hit(line, {"diagnosis": listed(found), "instead": _twin(line.code)})


@rule(
    "DERM-E03", "excision.size-differs-from-note", needs=("notes",), prevents=("lesion_size_location",),
    on=("shave", "excision_benign", "excision_malignant", "destruction_malignant"),
    message="the note gives {size} cm, which is {expected}, and the claim has {code}",
    sources=("cms-pfs", "coding-pages"),
)  # fmt: skip
def size_differs(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit | Missing]:
    """Size in the note does not fit the code.

    Why: An excision is sized by the lesion and twice its narrowest margin, a shave or destruction by the lesion alone.
    Fix: Send the code of the size that the note gives; between two codes measure again, since no rule rounds.
    """
    procedure = ctx.facts.procedures.get(line.code)
    assert procedure is not None  # it is of a family
    notes = ctx.noted(line)
    size = noted_size(notes, procedure)
    if size is None:
        yield Missing(line, "notes.excised_diameter" if procedure.basis == "excised" else "notes.lesion_max")
        return
    fitting = _fitting(size, procedure, procedure.site, ctx)
    if fitting == [line.code]:
        return
    between = len(fitting) > 1 and line.code in fitting
    groups = groups_of(notes.site if notes is not None else None)
    if len(groups) == 1:  # where the note puts it, DERM-S01 tells; the code is one of that place and size
        fitting = _fitting(size, procedure, groups[0], ctx)
    facts = {"size": _centimetres(size), "expected": " or ".join(fitting)}
    yield Hit(line, facts, severity=Severity.ADVICE if between else None)


def _fitting(size: int, own: Procedure, group: str, ctx: Context) -> list[str]:
    """The code of this size, of two when it lies between them."""
    exact = ctx.facts.procedures.tier(own.family, group, size)
    if exact is not None:
        return [exact.code]
    tiers = ctx.facts.procedures.tiers[own.family, group]
    below = [row for row in tiers if row.high is not None and row.high < size]
    above = [row for row in tiers if row.low is not None and row.low > size]
    return [
        *([max(below, key=lambda row: row.high or 0).code] if below else []),
        *([min(above, key=lambda row: row.low or 0).code] if above else []),
    ]


def _centimetres(size: int) -> str:
    """Tenths of a millimetre as 1.8 or 0.55."""
    return f"{size // 100}.{size % 100:02d}".removesuffix("0")


@rule(
    "DERM-E04", "excision.margin-not-noted", on=("excision_benign", "excision_malignant"), needs=("notes",),
    severity=Severity.ADVICE, rank=REVIEW, confidence=Confidence.LIKELY, prevents=("lesion_size_location",),
    message="the note gives the lesion's size only: {code} goes by the excised diameter, with the margins",
    sources=("coding-pages",),
)  # fmt: skip
def margin_missing(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit | Missing]:
    """Margin or excised diameter missing from the note.

    Why: An excision is sized by the lesion and its margins; of a scar that is cut out again, by the scar and its own.
    Fix: Add the margin of each side or the excised diameter from the operation note, if it was measured then.
    """
    notes = ctx.noted(line)
    if notes is not None and (notes.excised_diameter is not None or notes.margins):
        return
    if notes is None or notes.lesion_max is None:
        yield Missing(line, "notes.lesion_max")
        return
    yield Hit(line, {})


_TECHNIQUE_TOLD = (
    "biopsy", "biopsy_addon", "shave", "excision_benign", "excision_malignant", "excision_hidradenitis",
    "destruction_premalignant", "destruction_premalignant_addon", "destruction_benign", "destruction_malignant",
)  # fmt: skip


@rule(
    "DERM-E05", "excision.technique-differs-from-note", on=_TECHNIQUE_TOLD, needs=("notes",),
    hides=("DERM-E03", "DERM-E04"), prevents=("lesion_size_location",), sources=("coding-pages",),
    message="the note tells of {found}, and {code} is a code of {kind}",
)  # fmt: skip
def technique_differs(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit | Missing]:
    """Technique in the note does not fit the code.

    Why: Biopsy, shave, excision and destruction are different services; how the wound was closed proves none of them.
    Fix: Send the code of what the note describes, or correct the note's field if the description says otherwise.
    """
    notes = ctx.noted(line)
    if notes is None or notes.technique is None:
        yield Missing(line, "notes.technique")
        return
    if found := another_way(line, ctx):
        yield Hit(line, {"found": found, "kind": ctx.family(line).partition("_")[0]})


@rule(
    "DERM-E06", "excision.before-pathology", on=("excision_benign", "excision_malignant"), looks="line",
    hides=("DERM-E01", "DERM-E07"),
    severity=Severity.WARNING, confidence=Confidence.LIKELY, prevents=("dx_mismatch",), sources=("coding-pages",),
    message="this excision still carries {diagnosis}: the report decides between the benign and the cancer code",
)  # fmt: skip
def before_pathology(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """Excision billed before pathology is back.

    Why: D492 says that nobody knows yet; the report names the lesion, and with it the code.
    Fix: Hold the claim until the report is there, then choose diagnosis and code by it.
    """
    found = judged(line, ctx)
    notes = ctx.noted(line)
    waiting = {"D492"}
    if notes is not None and notes.path_result == "none":  # said to be absent; D485 is else what a report can say
        waiting.add("D485")
    if found and set(found) <= waiting:
        yield Hit(line, {"diagnosis": listed(found)})


@rule(
    "DERM-E07", "excision.no-cancer-pathology", on=("excision_malignant", "destruction_malignant", "mohs"),
    needs=("notes",), severity=Severity.ADVICE, rank=REVIEW, confidence=Confidence.POSSIBLE,
    message="the notes have no report of a cancer for this lesion, neither of this day nor of an earlier biopsy",
    sources=("coding-pages",),
)  # fmt: skip
def no_pathology(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit | Missing]:
    """No pathology on file for a cancer procedure.

    Why: A cancer code stands on a report, of this specimen or an earlier one, from any laboratory.
    Fix: Put the report on file or hold the claim for it; a cancer destroyed without a specimen may have none.
    """
    notes = ctx.noted(line)
    told = {
        "notes.path_result": notes.path_result if notes is not None else None,
        "notes.prior_path_result": notes.prior_path_result if notes is not None else None,
    }
    if {*CANCER, "other"} & set(told.values()):  # "other": words that only a person can judge
        return
    if absent := next((name for name, result in told.items() if result is None), None):
        yield Missing(line, absent)
        return
    yield Hit(line, {})


@rule(
    "DERM-E08", "excision.pathology-after-billing", on=("excision_benign", "excision_malignant"), needs=("notes",),
    recalls=("excision_benign", "excision_malignant"),
    severity=Severity.ADVICE, rank=REVIEW, confidence=Confidence.LIKELY, hides=("DERM-E07",), sources=("x12-837p",),
    message="{code} of this day was sent before, and the report now says {kind}: correct that claim (frequency 7)",
)  # fmt: skip
def after_billing(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit | Missing]:
    """Pathology changed the answer after billing.

    Why: A second original claim of a service is refused as a duplicate; a corrected one replaces the first.
    Fix: Send frequency 7 with the payer's claim number in REF*F8 and the code that the report supports.
    """
    if line.claim.frequency in MADE_AGAIN:
        return
    notes = ctx.noted(line)
    if notes is None or notes.path_result is None:
        yield Missing(line, "notes.path_result")
        return
    against = _against(ctx.family(line), notes.path_result)
    if against and notes.path_result == "benign" and notes.prior_path_result is None:
        yield Missing(line, "notes.prior_path_result")
        return
    if notes.path_result == "benign" and notes.prior_path_result in {*CANCER, "other"}:
        return  # a re-excision that finds nothing more keeps the code of its cancer
    code = line.code if against else _twin(line.code)  # which the right one now may follow on a second claim
    if not _against(ctx.facts.procedures.family(code), notes.path_result):
        return
    if any(old.claim is not None for old in sent(line, ctx, (code,))):
        yield Hit(line, {"code": code, "kind": notes.path_result.replace("_", " ")})
    elif against and (ctx.notes is None or ctx.notes.history is None) and ctx.history is None:
        yield Missing(line, "notes.history")


def _against(family: str, result: str) -> bool:
    """Whether a report says otherwise than the code."""
    return result in CANCER if family == "excision_benign" else result == "benign"


@rule(
    "DERM-E09", "excision.no-hidradenitis", on=("excision_hidradenitis",), looks="line", severity=Severity.WARNING,
    confidence=Confidence.LIKELY, prevents=("dx_mismatch",), sources=("cms-pfs",),
    message="{code} is for hidradenitis (L732), and {diagnosis} is not: look at {instead}",
)  # fmt: skip
def no_hidradenitis(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """Hidradenitis excision without hidradenitis.

    Why: 11450 to 11471 take out skin that bears hidradenitis, by place and closure and not by size.
    Fix: Point to L732 if the note has it, or send the excision code of the lesion.
    """
    if line.diagnoses and "L732" not in line.diagnoses:
        cancer = not CANCER.isdisjoint(judged(line, ctx).values())
        instead = "11600 to 11646" if cancer else "11400 to 11446"
        yield Hit(line, {"diagnosis": listed(line.diagnoses), "instead": instead})
