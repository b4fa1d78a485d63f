"""CLM11 and the accident date: what a claim says of its cause must be told in full, and alike everywhere."""

from collections.abc import Iterator

from curette.checks.situations._tell import ADVICE, CERTAIN, ERROR, LIKELY, POSSIBLE, WARNING, rule, tell
from curette.claims.model import Claim
from curette.findings import Finding
from curette.x12.loop import element

STATE = rule(
    "ACC-STATE", "accident.state", ERROR, CERTAIN,
    "CLM11 tells of a motor accident, but not in which state or country it happened",
    "Put the state into CLM11-4, or the country into CLM11-5 when it was abroad.",
)  # fmt: skip
DATE = rule(
    "ACC-DATE", "accident.date", ERROR, CERTAIN,
    "CLM11 tells of an accident ({code}), but its date (DTP*439) is missing",
    "Send the date of the accident as DTP*439.",
)  # fmt: skip
CAUSE = rule(
    "ACC-CAUSE", "accident.cause", WARNING, LIKELY,
    "an accident has a date (DTP*439), but CLM11 does not say of what sort it was",
    "Put AA, EM or OA into CLM11, or remove the date.",
)  # fmt: skip
PAYER = rule(
    "ACC-PAYER", "accident.payer", ADVICE, POSSIBLE,
    "the payer is of the sort {code}, but CLM11 has no {expected}",
    "Say in CLM11 that the claim follows from work (EM) or a motor accident (AA), or correct SBR09.",
)  # fmt: skip

_PAYERS = {"AM": "AA", "WC": "EM"}


def check(claim: Claim) -> Iterator[Finding]:
    """CLM11 against itself and DTP*439."""
    clm, causes = claim.segments[0], _causes(claim)
    date = claim.first("DTP", "439")
    if "AA" in causes[:3] and not any(causes[3:5]):
        yield tell(STATE, claim, claim, "2300", clm, 11)
    accident = next((c for c in causes[:3] if c in ("AA", "OA")), "")
    if accident and date is None:
        yield tell(DATE, claim, claim, "2300", clm, 11, code=accident)
    if date is not None and not any(causes[:3]):
        yield tell(CAUSE, claim, claim, "2300", date)


def payer(claim: Claim, filing: str) -> Iterator[Finding]:
    """A payer of accidents (SBR09 `filing`) against CLM11."""
    expected = _PAYERS.get(filing, "")
    if expected and expected not in _causes(claim)[:3]:
        yield tell(PAYER, claim, claim, "2300", claim.segments[0], code=filing, expected=expected)


def _causes(claim: Claim) -> list[str]:
    """The components of CLM11."""
    return element(claim.segments[0], 11).split(claim.transaction.delimiters.component)
