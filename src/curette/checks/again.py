"""SNIP 7: what a payer will object to in a claim that was sent before, as the store knows it.

The store may not have every remittance, and a claim may have been lost on its way; so nothing here is an error.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from curette.claims.model import MADE_AGAIN, ORIGINAL, VOID, Claim
from curette.claims.sent import COUNTS, Answer, Known, Sent
from curette.dates import overlap
from curette.findings import Confidence, Finding, Rule, Severity, declare


def _rule(
    id: str, name: str, severity: Severity, confidence: Confidence, message: str, fix: str, *sources: str
) -> Rule:
    return declare(f"PAY-{id}", f"payer.{name}", 7, severity, message, fix, confidence=confidence, sources=sources)


TWICE = _rule(
    "SENT-TWICE", "sent-twice", Severity.WARNING, Confidence.LIKELY,
    "the claim was sent on {date}, and no answer is in the store; a payer denies a second one as a duplicate",
    "Ask for the status of the first one; send it again only where the payer does not have it.", "x12-837p",
)  # fmt: skip
ANSWERED = _rule(
    "SENT-ANSWERED", "sent-answered", Severity.WARNING, Confidence.LIKELY,
    "the payer answered this claim on {date}, and it comes again as a new one (CLM05-3 {code})",
    "Send 7 with the payer's claim number (REF*F8), or ask for a reopening or an appeal where the payer takes none.",
    "x12-837p",
)  # fmt: skip
OTHER_NUMBER = _rule(
    "SENT-F8", "sent-original", Severity.WARNING, Confidence.LIKELY,
    "REF*F8 is not the number that the payer gave the claim which this one replaces or voids",
    "Take the payer's claim number (CLP07) from the remittance of that claim.", "x12-837p", "x12-835",
)  # fmt: skip
OPEN = _rule(
    "SENT-OPEN", "sent-open", Severity.ADVICE, Confidence.POSSIBLE,
    "the claim that this one replaces or voids was sent on {date}, and no answer to it is in the store",
    "Wait for the answer: its number belongs into REF*F8, and until then there is nothing to replace.", "x12-837p",
)  # fmt: skip


def check(claim: Claim, known: Known) -> Iterator[Finding]:
    """A claim against what was sent and answered under its number until it was made."""
    made = claim.submission.created_on
    sent = [one for one in known.sent if _is_earlier(one.day, made) and _is_same(claim, one)]
    answers = [one for one in known.answers if _is_earlier(one.day, made) and _is_about(claim, one)]
    if claim.frequency in MADE_AGAIN:
        if known.numbers:
            if claim.original_reference and claim.original_reference not in known.numbers:
                yield _at(OTHER_NUMBER, claim)
        elif first := max(sent, key=_when, default=None):
            yield _at(OPEN, claim, date=_told(first.day))
    elif claim.frequency == ORIGINAL:
        last = max(answers, key=_when, default=None)
        if last is not None:
            if not last.undecided:
                yield _at(ANSWERED, claim, date=_told(last.day), code=claim.frequency)
        elif not known.numbers and (before := max(sent, key=_when, default=None)) and before.frequency != VOID:
            yield _at(TWICE, claim, date=_told(before.day))


def _is_earlier(one: date | None, made: date | None) -> bool:
    """Not certainly later: what came since is not what this claim should have minded."""
    return one is None or made is None or one <= made


def _is_same(claim: Claim, one: Sent) -> bool:
    same = one.sequence == claim.subscriber.sequence and one.billing == claim.billing.npi
    return same and overlap(claim.service_dates, one.service)


def _is_about(claim: Claim, one: Answer) -> bool:
    same = one.counts == COUNTS.get(claim.subscriber.sequence) and one.billing in ("", claim.billing.npi)
    return same and overlap(claim.service_dates, one.service)


def _when(one: Sent | Answer) -> date:
    return one.day or date.min


def _told(one: date | None) -> str:
    return one.isoformat() if one is not None else "an unknown day"


def _at(rule: Rule, claim: Claim, **facts: Any) -> Finding:
    """At the frequency, or at REF*F8 where that is wrong."""
    place = claim.transaction.place(claim.at, 5, 3, loop="2300")
    if rule is OTHER_NUMBER:
        found = claim.first("REF", "F8")
        index = next(at for at, segment in enumerate(claim.segments, claim.at) if segment is found)
        place = claim.transaction.place(index, 2, loop="2300")
    return rule.at(place, claim=claim.control_number, **facts)
