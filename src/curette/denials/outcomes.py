"""What became of a service line, and of a claim as the sum of its lines."""

import enum
from collections.abc import Iterable


class Outcome(enum.StrEnum):
    """What a payer did with a line, in the order in which it is asked."""

    REVERSAL = "reversal"
    TRANSFERRED = "transferred"
    PREDETERMINATION = "predetermination"
    INFORMATIONAL = "informational"
    PENDING = "pending"
    ROLLUP = "rollup"  # paid under another code of the claim
    APPEAL_UPHELD = "appeal_upheld"  # the payer looked again and kept its decision
    APPEAL_DISMISSED = "appeal_dismissed"  # the payer did not look again: procedure or time limit
    DENIED = "denied"
    PARTIAL_DENIAL = "partial_denial"
    REDUCED = "reduced"
    PATIENT_ZERO_PAY = "patient_zero_pay"
    COB_ZERO_PAY = "cob_zero_pay"
    CONTRACTUAL_ZERO_PAY = "contractual_zero_pay"
    PAID = "paid"

    __hash__ = str.__hash__  # an enum's own is a call in Python, and every line is counted by its outcome


COUNTED = frozenset(
    {
        Outcome.DENIED,
        Outcome.PARTIAL_DENIAL,
        Outcome.REDUCED,
        Outcome.PATIENT_ZERO_PAY,
        Outcome.COB_ZERO_PAY,
        Outcome.CONTRACTUAL_ZERO_PAY,
        Outcome.PAID,
    }
)  # lines that stand in the denominator of a denial rate


def of_claim(lines: Iterable[Outcome]) -> Outcome | None:
    """A claim is denied when all its counted lines are, partly denied when some are; else as its first-named line.

    None for a claim without lines.
    """
    found = set(lines)
    counted = found & COUNTED
    if counted == {Outcome.DENIED}:
        return Outcome.DENIED
    if counted & {Outcome.DENIED, Outcome.PARTIAL_DENIAL}:
        return Outcome.PARTIAL_DENIAL
    return next((outcome for outcome in Outcome if outcome in (counted or found)), None)
