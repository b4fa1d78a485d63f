"""How a situational rule is declared, and how its finding gets a place."""

from typing import Any

from curette.claims.model import Claim, ServiceLine
from curette.dates import Period
from curette.findings import Confidence, Finding, Rule, Severity, declare
from curette.x12.cas import Segment
from curette.x12.loop import Loop, element
from curette.x12.values import PERIODS

ERROR, WARNING, ADVICE = Severity.ERROR, Severity.WARNING, Severity.ADVICE
CERTAIN, LIKELY, POSSIBLE = Confidence.CERTAIN, Confidence.LIKELY, Confidence.POSSIBLE
GUIDE = "x12-837p"
_NONE: Segment = ["SBR"]


def rule(
    id: str,
    name: str,
    severity: Severity,
    confidence: Confidence,
    message: str,
    fix: str,
    *sources: str,
) -> Rule:
    """Declare a rule of SNIP type 4; the guide is its source unless others are named."""
    return declare(f"SIT-{id}", name, 4, severity, message, fix, confidence=confidence, sources=sources or (GUIDE,))


def tell(
    told: Rule,
    claim: Claim,
    loop: Loop,
    loop_id: str,
    where: Segment | None = None,
    item: int | None = None,
    line: ServiceLine | None = None,
    **facts: Any,
) -> Finding:
    """A finding at a segment of `loop` (`where`, None: its head) and an element of it (`item`).

    A level that stands in an earlier part of a long transaction cannot be pointed at: then the claim is.
    """
    index = loop.at
    if index < 0:
        index, item, loop_id = claim.at, None, "2300"
    elif where is not None:
        index += next((i for i, s in enumerate(loop.segments) if s is where), 0)
    place = claim.transaction.place(index, item, loop=loop_id)
    return told.at(place, claim=claim.control_number, line=line.number if line else None, **facts)


def coverage(claim: Claim) -> Segment:
    """The SBR of the payer that the claim goes to; empty where it is missing, which is the guide's to tell."""
    for segment in claim.subscriber.segments:
        if segment[0] == "SBR":
            return segment
    return _NONE


def period(segment: Segment | None) -> Period | None:
    """The day or range of a DTP; None where there is none that can be read."""
    try:
        return PERIODS[element(segment, 2), element(segment, 3)] if segment is not None else None
    except ValueError:
        return None
