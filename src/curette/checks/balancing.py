"""SNIP 3 for claims: the charge is the sum of the lines, and what other payers paid and withheld adds up to it.

Zero tolerance, whole cents (005010X222A1 section 1.4.4; X12 RFI 1294, 1555, 1115; RFI 2168 says what is no rule).
"""

from collections import Counter
from collections.abc import Iterator

from curette.claims.model import Claim, LineAdjudication, OtherSubscriber, ServiceLine
from curette.findings import Finding, Rule, Severity, declare
from curette.money import ADDS_UP, against
from curette.x12.loop import element


def _rule(id: str, name: str, fix: str) -> Rule:
    return declare(id, name, 3, Severity.ERROR, ADDS_UP, fix, sources=("x12-837p",))


CHARGE = _rule("BAL-A", "claim.charge-is-sum-of-lines", "Correct the claim's charge or the line that is wrong.")
LINE = _rule(
    "BAL-B", "cob.line-adds-up", "Paid amount and adjustments of a prior payer must add up to the line's charge."
)
PAID = _rule("BAL-D", "cob.paid-is-sum-of-lines", "Correct AMT*D or the prior payer's line payments.")
CLAIM = _rule("BAL-E", "cob.claim-adds-up", "AMT*D and all adjustments of a prior payer must add up to the charge.")


def check(claim: Claim) -> Iterator[Finding]:
    """Rules A, B, D and E on one claim."""
    lines = sum(line.charge for line in claim.lines)
    if claim.charge != lines:
        facts = against("the claim's charge is", claim.charge, "its lines add up to", lines)
        yield CHARGE.at(claim.transaction.place(claim.at, 2, loop="2300"), claim=claim.control_number, **facts)
    if claim.others or any(line.adjudications for line in claim.lines):
        yield from _other_payers(claim)


def _other_payers(claim: Claim) -> Iterator[Finding]:
    ids = Counter(other.payer_id for other in claim.others)
    told: Counter[str] = Counter()  # by payer: what its lines are off by
    for line in claim.lines:
        by_payer: dict[str, list[LineAdjudication]] = {}
        for adjudication in line.adjudications:
            by_payer.setdefault(adjudication.payer_id, []).append(adjudication)
        for payer, adjudications in by_payer.items():
            total = sum(a.paid + _withheld(a) for a in adjudications)  # of an unbundled line there are several
            if total != line.charge and ids[payer] < 2:  # two coverages with one payer id cannot be told apart
                told[payer] += total - line.charge
                yield _line(claim, line, adjudications[0], total)
    lost = {a.payer_id for line in claim.lines for a in line.adjudications} - ids.keys()
    for other in claim.others:
        payer = other.payer_id
        found = _claim(claim, other, {payer}, told[payer]) if ids[payer] < 2 else None
        # lines whose SVD01 is nobody's (SIT-COB-SVD) may be this payer's: then nothing else is wrong
        if found is not None and all(_claim(claim, other, {payer, one}, told[payer] + told[one]) for one in lost):
            yield found


def _line(claim: Claim, line: ServiceLine, first: LineAdjudication, total: int) -> Finding:
    """B: what one payer paid and withheld is the line's charge."""
    place = claim.transaction.place(first.at, 2, loop="2430")
    facts = against("a prior payer's payment and adjustments of the line are", total, "its charge is", line.charge)
    return LINE.at(place, claim=claim.control_number, line=line.number, **facts)


def _claim(claim: Claim, other: OtherSubscriber, ids: set[str], told: int) -> Finding | None:
    """D or E, unless A or B (`told`: what the lines are off by) has told the cause: one cause, one finding.

    `ids` are those under which the payer's lines stand.
    """
    adjudications = [a for line in claim.lines for a in line.adjudications if a.payer_id in ids]
    withheld = sum(a.amount for a in other.adjustments)
    if other.paid is None and not other.adjustments and not adjudications:
        return None  # that payer has not adjudicated
    due = sum(a.paid for a in adjudications) - withheld if adjudications else 0
    paid = due if other.paid is None else other.paid
    place = claim.transaction.place(_amount_at(other), 2 if other.paid is not None else None, loop="2320")
    if adjudications and paid - due not in (0, -told):
        facts = against("AMT*D is", paid, "line payments less claim adjustments are", due)
        return PAID.at(place, claim=claim.control_number, **facts)
    total = paid + withheld + sum(_withheld(a) for a in adjudications)
    if total == claim.charge or _explained(claim, ids, bool(adjudications), total):
        return None
    facts = against("a prior payer's payment and adjustments are", total, "the claim's charge is", claim.charge)
    return CLAIM.at(place, claim=claim.control_number, **facts)


def _explained(claim: Claim, ids: set[str], by_line: bool, total: int) -> bool:
    """Whether the claim's charge alone is wrong (A), or every line is adjudicated (A and B say it all)."""
    if not by_line:
        return total == sum(line.charge for line in claim.lines)
    return all(any(a.payer_id in ids for a in line.adjudications) for line in claim.lines if line.charge)


def _withheld(adjudication: LineAdjudication) -> int:
    return sum(adjustment.amount for adjustment in adjudication.adjustments)


def _amount_at(other: OtherSubscriber) -> int:
    """The index of the payer's AMT*D, or of its SBR."""
    for offset, segment in enumerate(other.segments):
        if segment[0] == "AMT" and element(segment, 1) == "D":
            return other.at + offset
    return other.at
