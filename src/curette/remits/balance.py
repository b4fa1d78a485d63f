"""SNIP 3 for remittances: lines, claims and the payment add up to the cent.

Zero tolerance (005010X221A1 section 1.10.2.1; X12 RFI 2348, 2601, 2548, 1147, 1733, 1604). A positive adjustment lowers
the payment; AMT and QTY never enter.
"""

from collections.abc import Iterator
from typing import Any

from curette.findings import Finding, Place, Rule, Severity, declare
from curette.money import ADDS_UP, against, decimal
from curette.remits.model import ClaimPayment, Remit
from curette.remits.reader import Reader
from curette.x12.transaction import Transaction

_E, _W = Severity.ERROR, Severity.WARNING


def _rule(id: str, name: str, severity: Severity, fix: str, message: str = ADDS_UP) -> Rule:
    return declare(id, name, 3, severity, message, fix, sources=("x12-835", "x12-rfi"))


LINE = _rule("BAL-L", "line.adds-up", _E, "Ask the payer for a corrected 835; do not post the line.")
CLAIM = _rule("BAL-C", "claim.adds-up", _E, "Ask the payer for a corrected 835; do not post the claim.")
PAYMENT = _rule("BAL-T", "payment.adds-up", _E, "Ask the payer for a corrected 835; do not post the payment.")
PATIENT = _rule("BAL-P", "claim.patient-responsibility", _W, "Bill the patient by the PR adjustments, not by CLP05.")
REVERSAL = _rule(
    "BAL-R", "claim.reversal-not-negative", _E, "A reversal must negate the amounts it takes back; ask the payer.",
    "{segment}{element:02d} of a reversal is {found}, which takes nothing back",
)  # fmt: skip
NEGATIVE = _rule(
    "BAL-V", "claim.negative-not-reversal", _E, "Ask the payer whether this takes an earlier payment back.",
    "the claim's amounts are negative ({found}), but its status is not 22 (reversal)",
)  # fmt: skip
TOTAL = _rule(
    "BAL-N", "payment.negative", _E, "A payment may not be negative; the payer carries it forward with PLB FB.",
    "BPR02 is {found}",
)  # fmt: skip
DEBIT = _rule(
    "BAL-W", "payment.debit", _W, "Ask the payer whether the amount is paid or taken.",
    "BPR03 says debit, but the amount is {found}",
)  # fmt: skip
CHARGES = _rule("BAL-S", "claim.charge-is-sum-of-lines", _W, "Compare with the claim as it was billed.")
TWICE = _rule(
    "BAL-X", "claim.printed-twice", _E, "Post the claim once.",
    "the same claim stands in the payment twice, and the payment of {found} counts it once",
)  # fmt: skip

AGAIN = _rule(
    "BAL-AGAIN", "payment.read-again", _W, "Nothing has to be done: it is counted once.",
    "the same payment was read before in this run; its claims are not counted again",
)  # fmt: skip


def check_claim(claim: ClaimPayment, part: Transaction) -> Iterator[Finding]:
    """Rules L, C, P, R, S and the sign of one claim of `part` (a transaction or a part of one)."""
    reversal = claim.is_reversal
    if reversal and (claim.charge > 0 or claim.paid > 0):
        yield from _signs(claim, part)  # with a wrong sign nothing else can add up
        return
    withheld = share = taken = charges = wrong = 0
    for group, _, amount, _ in claim.adjustments:
        withheld += amount
        if group == "PR":
            share += amount
    for line in claim.lines:
        kept = 0
        for group, _, amount, _ in line.adjustments:
            kept += amount
            if group == "PR":
                share += amount
        if line.charge - kept != line.paid:
            wrong += line.charge - kept - line.paid
            facts = against("the line pays", line.paid, "charge less adjustments is", line.charge - kept)
            place = part.place(line.at, 3, loop="2110")
            yield LINE.at(place, claim=claim.control_number, line=line.number, **facts)
        taken += kept
        charges += line.charge
    due = claim.charge - withheld - taken
    if due != claim.paid and due - claim.paid != wrong:  # a line that is wrong makes its claim wrong by as much
        yield _on_claim(CLAIM, claim, part, 4, against("the claim pays", claim.paid, "charge less adjustments is", due))
    sound = due == claim.paid and not wrong  # else one wrong amount would be told by several sums
    if sound and claim.lines and charges != claim.charge:
        yield _on_claim(CHARGES, claim, part, 3, against("the charge is", claim.charge, "its lines add up to", charges))
    if reversal or claim.charge < 0 or claim.paid < 0:
        yield from _signs(claim, part)
    elif sound and share != (claim.patient_responsibility or 0):
        facts = against("CLP05 is", claim.patient_responsibility or 0, "the PR adjustments add up to", share)
        yield _on_claim(PATIENT, claim, part, 5, facts)


def _signs(claim: ClaimPayment, part: Transaction) -> Iterator[Finding]:
    if claim.is_reversal:
        for element, amount in ((3, claim.charge), (4, claim.paid)):
            if amount > 0:
                facts = {"segment": "CLP", "element": element, "found": decimal(amount)}
                yield _on_claim(REVERSAL, claim, part, element, facts)
                return
    elif claim.charge < 0:
        yield _on_claim(NEGATIVE, claim, part, 2, {"found": decimal(claim.charge)})
    else:
        place = part.place(claim.at, 2, loop="2100")
        yield NEGATIVE.at(place, claim=claim.control_number, severity=_W, found=decimal(claim.paid))


def check_payment(remit: Remit, paid: int) -> Iterator[Finding]:
    """Rules T, N and the debit flag; `paid` is the sum of CLP04 over all claims of the payment.

    A payment without BPR, which the guide tells of, says no amount.
    """
    if remit.first("BPR") is None:
        return
    if remit.paid < 0:
        yield TOTAL.at(_payment(remit, 2), found=decimal(remit.paid))
    elif remit.paid > 0 and remit.debit_or_credit == "D":
        yield DEBIT.at(_payment(remit, 3), found=decimal(remit.paid))
    due = paid - sum(adjustment.amount for adjustment in remit.adjustments)
    if due != remit.paid:
        twice = list(_twice(remit, due - remit.paid))
        facts = against("the payment is", remit.paid, "claims less provider adjustments are", due)
        yield from twice or [PAYMENT.at(_payment(remit, 2), **facts)]


def _payment(remit: Remit, element: int) -> Place:
    """An element of BPR."""
    return next(remit.transaction.parts()).place(remit.index("BPR"), element)


def _twice(remit: Remit, excess: int) -> Iterator[Finding]:
    """Claims that stand in the payment twice, byte for byte, where just that explains the `excess`."""
    seen: set[bytes] = set()
    found = []
    for part in remit.transaction.parts():
        for claim in Reader(part).claims():
            raw = part.bytes_of(claim.at, claim.end)
            if raw in seen:
                found.append((claim, part))
            seen.add(raw)
    if found and sum(claim.paid for claim, _ in found) == excess:
        for claim, part in found:
            place = part.place(claim.at, loop="2100")
            yield TWICE.at(place, claim=claim.control_number, found=decimal(remit.paid))


def _on_claim(rule: Rule, claim: ClaimPayment, part: Transaction, element: int, facts: dict[str, Any]) -> Finding:
    return rule.at(part.place(claim.at, element, loop="2100"), claim=claim.control_number, **facts)
