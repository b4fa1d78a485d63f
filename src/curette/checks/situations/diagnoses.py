"""HI and SV107: which diagnoses a claim has, and which of them its lines point at."""

from collections.abc import Iterator

from curette.checks.situations import services
from curette.checks.situations._tell import ADVICE, CERTAIN, ERROR, POSSIBLE, WARNING, rule, tell
from curette.claims.model import Claim, ServiceLine
from curette.findings import Finding
from curette.x12.values import Table

TWICE = rule(
    "HI-TWICE", "diagnosis.twice", WARNING, CERTAIN,
    "diagnosis {code} stands on the claim twice", "List each diagnosis once and correct the pointers.",
)  # fmt: skip
MIXED = rule(
    "HI-MIXED", "diagnosis.editions", ERROR, CERTAIN,
    "diagnoses of ICD-9 (BK, BF) and ICD-10 (ABK, ABF) stand on one claim",
    "Split the claim by date of service, and use one edition on each.", "x12-837p", "cms-icd10-split",
)  # fmt: skip
POINTER = rule(
    "HI-POINTER", "diagnosis.pointer", ERROR, CERTAIN,
    "a pointer of the line (SV107) is {number}, but the claim has {count} diagnoses",
    "Point at diagnoses that the claim lists.",
)  # fmt: skip
POINTER_TWICE = rule(
    "HI-POINTER-TWICE", "diagnosis.pointer-twice", WARNING, CERTAIN,
    "the line points at diagnosis {number} twice", "Point at each diagnosis once.",
)  # fmt: skip
ANESTHESIA = rule(
    "HI-ANESTHESIA", "diagnosis.anesthesia-procedure", ADVICE, POSSIBLE,
    "HI names the surgery behind an anesthesia, but no line bills one", "Remove the HI segment with BP.",
)  # fmt: skip


def _sound(key: tuple[tuple[int, ...], int]) -> bool:
    pointers, count = key
    return all(0 < p <= count for p in pointers) and len(set(pointers)) == len(pointers)


_FIRST = (1,)
_SOUND: Table[tuple[tuple[int, ...], int], bool] = Table(_sound)


def sound(claim: Claim) -> bool:
    """Whether no rule of this module has anything to say."""
    diagnoses = claim.diagnoses
    count = len(diagnoses)
    if not count:  # the guide's to tell
        return True
    if count > 1:
        first = diagnoses[0].qualifier[0]
        if len({d.code for d in diagnoses if d.qualifier[0] == first}) < count:
            return False
    for line in claim.lines:
        pointers = line.pointers
        if pointers != _FIRST and not _SOUND[pointers, count]:
            return False
    return True


def check(claim: Claim) -> Iterator[Finding]:
    """The list itself, and every pointer into it."""
    diagnoses = claim.diagnoses
    count = len(diagnoses)
    if not count:
        return
    if count > 1:
        if len({d.code for d in diagnoses}) < count:
            yield from _twice(claim)
        if len({d.qualifier[0] for d in diagnoses}) > 1:
            yield tell(MIXED, claim, claim, "2300", claim.first("HI"))
    for line in claim.lines:
        if not _SOUND[line.pointers, count]:
            yield _pointers(claim, line, count)


def _twice(claim: Claim) -> Iterator[Finding]:
    seen: set[str] = set()
    for number, diagnosis in enumerate(claim.diagnoses, 1):
        if diagnosis.code and diagnosis.code in seen:
            yield tell(TWICE, claim, claim, "2300", claim.first("HI"), number, code=diagnosis.code)
        seen.add(diagnosis.code)


def _pointers(claim: Claim, line: ServiceLine, count: int) -> Finding:
    """The first pointer of a line that leads nowhere, else the first that is said twice."""
    pointers = line.pointers
    lost = next((p for p in pointers if not 0 < p <= count), None)
    rule = POINTER_TWICE if lost is None else POINTER
    wrong = lost if lost is not None else next(p for n, p in enumerate(pointers) if p in pointers[:n])
    return tell(rule, claim, line, "2400", line.first("SV1"), 7, line, number=wrong, count=count)


def anesthesia(claim: Claim) -> Iterator[Finding]:
    """HI with BP, where no line of the claim is an anesthesia; called only where there is more than one HI."""
    if any(services.KINDS[line.procedure] is services.ANESTHESIA for line in claim.lines):
        return
    separator = claim.transaction.delimiters.component
    for segment in claim.segments:
        if segment[0] == "HI" and len(segment) > 1 and segment[1].partition(separator)[0] == "BP":
            yield tell(ANESTHESIA, claim, claim, "2300", segment)
