"""A remittance as rows: each service line with what became of it; a claim without lines gives one row."""

from collections.abc import Iterator, Sequence
from datetime import date

from curette._records import record
from curette.denials.categorise import Categoriser
from curette.denials.facts import Denial, LineFacts
from curette.denials.link import Billed, Links
from curette.denials.spread import spread
from curette.remits.model import ClaimPayment, Remit, ServicePayment
from curette.x12.cas import Adjustment

# deductible, coinsurance, copay; sequestration
_ALLOWED = frozenset({("PR", "1"), ("PR", "2"), ("PR", "3"), ("CO", "253")})


@record
class DenialLine:
    """One row. Money is cents, units are thousandths."""

    remit: Remit
    claim: ClaimPayment
    line: ServicePayment | None  # None where the claim came without lines
    adjustments: Sequence[Adjustment]  # its own, or its share of the claim's
    denial: Denial
    billed: Billed | None  # the line of the 837P, where it was found

    @property
    def allowed(self) -> int | None:
        """AMT*B6, else what was paid, what the patient owes, and what sequestration took."""
        stated = self.line.allowed if self.line is not None else None
        if stated is not None:
            return stated
        return self.paid + sum(a for g, c, a, _ in self.adjustments if (g, c) in _ALLOWED)

    @property
    def charge(self) -> int:
        """What was billed for it."""
        return self.line.charge if self.line is not None else self.claim.charge

    @property
    def paid(self) -> int:
        """What the payer paid for it."""
        return self.line.paid if self.line is not None else self.claim.paid

    @property
    def service_date(self) -> date | None:
        """The first day of service."""
        return (self.line.start if self.line is not None else None) or self.claim.service_dates[0]

    @property
    def rendering(self) -> str:
        """NPI: the line's, the claim's, else the 837P's."""
        if self.line is not None and self.line.rendering_npi:
            return self.line.rendering_npi
        rendering = self.claim.rendering
        if rendering is not None and (npi := rendering.npi):
            return npi
        return self.billed.rendering if self.billed else ""

    @property
    def billing(self) -> str:
        """NPI of the payee."""
        payee = self.remit.payee
        return payee.id if payee is not None and payee.id_qualifier == "XX" else ""


def rows(remit: Remit, claim: ClaimPayment, categorise: Categoriser, links: Links) -> Iterator[DenialLine]:
    """The rows of one claim."""
    remarks = claim.remarks
    if not claim.lines:
        facts = LineFacts(
            claim.status, claim.charge, claim.paid, claim.adjustments, (), remarks, claim.filing_indicator
        )
        billed = links.find(claim, None) if links else None
        yield DenialLine(remit, claim, None, claim.adjustments, categorise(facts), billed)
        return
    own: Sequence[Sequence[Adjustment]] = [line.adjustments for line in claim.lines]
    if claim.adjustments:
        charges, payments = [line.charge for line in claim.lines], [line.paid for line in claim.lines]
        own = spread(claim.adjustments, charges, payments, own)
    for number, line in enumerate(claim.lines):
        facts = LineFacts(
            claim.status,
            line.charge,
            line.paid,
            own[number],
            line.remarks,
            remarks,
            claim.filing_indicator,
            line.procedure,
            line.submitted[1] if line.submitted else "",
            line.modifiers,
            line.submitted is not None and _takes_over(own, number),
        )
        billed = links.find(claim, line) if links else None
        yield DenialLine(remit, claim, line, own[number], categorise(facts), billed)


def _takes_over(own: Sequence[Sequence[Adjustment]], number: int) -> bool:
    """Whether another line of the claim took money over: OA-94 with a negative amount."""
    others = (a for at, adjustments in enumerate(own) if at != number for a in adjustments)
    return any(group == "OA" and carc == "94" and amount < 0 for group, carc, amount, _ in others)
