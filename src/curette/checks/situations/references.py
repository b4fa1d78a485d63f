"""REF segments that another part of the claim asks for, or that say again what was said."""

from collections.abc import Iterator

from curette.checks.situations._tell import ADVICE, CERTAIN, ERROR, LIKELY, POSSIBLE, WARNING, rule, tell
from curette.claims.model import MADE_AGAIN, Claim, ServiceLine
from curette.findings import Finding
from curette.x12.loop import element

ORIGINAL = rule(
    "REF-F8", "reference.original-claim", ERROR, CERTAIN,
    "CLM05-3 {code} replaces or voids a claim, but the payer's number of that claim (REF*F8) is missing",
    "Send the payer's claim number from its remittance as REF*F8.",
)  # fmt: skip
UNASKED = rule(
    "REF-F8-ORIGINAL", "reference.original-claim-unasked", ADVICE, POSSIBLE,
    "REF*F8 names an earlier claim, but CLM05-3 says that this one is new",
    "Put 7 or 8 into CLM05-3 when the claim replaces or voids that one, else remove REF*F8.",
)  # fmt: skip
REPEATED = rule(
    "REF-REPEATED", "reference.repeated", ADVICE, CERTAIN,
    "REF*{qualifier} of the line says what the claim's own says",
    "Send the number at the line only where it differs from the claim's.",
)  # fmt: skip
REFERRED = rule(
    "REF-CLIA-REFERRED", "reference.referring-laboratory", WARNING, LIKELY,
    "REF*F4 names the referring laboratory, but no REF*X4 the one that did the test",
    "Send the CLIA number of the laboratory that did the test as REF*X4.",
)  # fmt: skip
MAMMOGRAPHY = rule(
    "REF-MAMMOGRAPHY", "reference.mammography", WARNING, LIKELY,
    "{code} is a mammography, but its certificate number (REF*EW) is missing",
    "Send the facility's mammography certificate number as REF*EW.", "x12-837p", "cms-claims-26",
)  # fmt: skip

_SHARED = frozenset({"G1", "9F", "X4", "EW"})  # at the line only where they differ from the claim's
_MAMMOGRAPHY = frozenset({"77065", "77066", "77067"})


def check(claim: Claim) -> Iterator[Finding]:
    """REF*F8 against the frequency of the claim."""
    number = claim.first("REF", "F8")
    if claim.frequency in MADE_AGAIN:
        if number is None:
            yield tell(ORIGINAL, claim, claim, "2300", claim.segments[0], 5, code=claim.frequency)
    elif number is not None and claim.frequency == "1":
        yield tell(UNASKED, claim, claim, "2300", number, 1)


def line(claim: Claim, line: ServiceLine) -> Iterator[Finding]:
    """The references of a line that has others than its own number."""
    for segment in line.segments:
        if segment[0] != "REF":
            continue
        qualifier, value = element(segment, 1), element(segment, 2)
        if qualifier in _SHARED and len(segment) < 5 and value and claim.reference(qualifier) == value:
            yield tell(REPEATED, claim, line, "2400", segment, 2, line, qualifier=qualifier)
        elif qualifier == "F4" and not line.reference("X4") and not claim.clia:
            yield tell(REFERRED, claim, line, "2400", segment, None, line)


def mammography(claim: Claim, line: ServiceLine) -> Iterator[Finding]:
    """A mammography and its certificate number."""
    if line.procedure in _MAMMOGRAPHY and not line.reference("EW") and not claim.reference("EW"):
        yield tell(MAMMOGRAPHY, claim, line, "2400", line.first("SV1"), 1, line, code=line.procedure)
