"""A remittance as rows: each service line with what became of it; a claim without lines gives one row."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache, partial

from curette._records import record
from curette.codes.denials import plain
from curette.denials.categorise import Categoriser
from curette.denials.due import CALENDAR, Calendar, due
from curette.denials.facts import Context, Denial, LineFacts
from curette.denials.link import UNLINKED, Billed, Found, Links, together
from curette.denials.merge import billed_code, joined, merged
from curette.denials.overrides import NONE, Overrides
from curette.denials.spread import spread
from curette.remits.model import ClaimPayment, Remit, ServicePayment
from curette.x12.cas import Adjustment

_NONE = frozenset[int]()
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
    found: Found | None  # the line of the 837P, where it was found
    scope: str  # primary, secondary, tertiary, reversal, none: in which rates the claim counts
    due: date | None = None  # by when a denial is to be worked
    parts: Sequence[ServicePayment] = ()  # the SVC that `line` was made of, where there are several

    @property
    def billed(self) -> Billed | None:
        """The line of the 837P."""
        return self.found.billed if self.found else None

    @property
    def billed_code(self) -> str:
        """The procedure that was billed, which the payer may have changed; empty without a line."""
        return billed_code(self.line) if self.line is not None else ""

    @property
    def allowed(self) -> int | None:
        """AMT*B6, else what was paid, what the patient owes, and what sequestration took."""
        if self.parts:
            if stated := [amount for part in self.parts if (amount := part.allowed) is not None]:
                return sum(stated)
        elif self.line is not None and self.line.allowed is not None:
            return self.line.allowed
        return self.paid + sum(a for g, c, a, _ in self.adjustments if _is_allowed(g, c))

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
        return self.remit.billing


@record
class Options:
    """How rows are made beside the maps."""

    links: Links = UNLINKED  # what was billed
    overrides: Overrides = NONE
    received: date | None = None  # the day from which work is due; None: that of the payment
    calendar: Calendar = CALENDAR


AS_SENT = Options()


def rows(remit: Remit, claim: ClaimPayment, categorise: Categoriser, options: Options) -> list[DenialLine]:
    """The rows of one claim, at least one."""
    lines, remarks = claim.lines, claim.remarks
    links = options.links or None
    scope = categorise.scope(claim.status, claim.charge)
    if not lines:
        found = links.find(claim, None, remit.payment_date) if links is not None else None
        facts = LineFacts(
            claim.status,
            claim.charge,
            claim.paid,
            claim.adjustments,
            (),
            remarks,
            claim.filing_indicator,
            found.billed.procedure if found else "",
            "",
            found.modifiers if found else (),
        )
        answer = categorise(facts, partial(_context, claim, lines, 0, found))
        whole, day = _worked(answer, remit, claim, None, categorise, options)
        return [DenialLine(remit, claim, None, claim.adjustments, whole, found, scope, day)]
    groups = merged(lines)
    if groups is not None:
        lines = [joined(parts) for parts in groups]
    own: Sequence[Sequence[Adjustment]] = [line.adjustments for line in lines]
    if claim.adjustments:
        charges, payments = [line.charge for line in lines], [line.paid for line in lines]
        own = spread(claim.adjustments, charges, payments, own)
    takers = _takers(own) if any([line.submitted for line in lines]) else _NONE  # noqa: C419 - three times as fast
    status, filing = claim.status, claim.filing_indicator
    plainly, paid = categorise.plainly(status, filing), categorise.paid
    made: list[DenialLine] = []
    for number, line in enumerate(lines):
        adjustments, said = own[number], line.remarks
        found = links.find(claim, line, remit.payment_date) if links is not None else None
        denial: Denial | None = None
        if plainly is not None and line.paid > 0 and line.charge >= 0 and not line.submitted:
            denial = paid(plainly, adjustments, said, remarks)
        if denial is None:
            facts = LineFacts(
                status,
                line.charge,
                line.paid,
                adjustments,
                said,
                remarks,
                filing,
                line.procedure,
                line.submitted[1] if line.submitted else "",
                _modifiers(line, found),
                bool(takers - {number}) if takers else False,
            )
            denial = categorise(facts, partial(_context, claim, lines, number, found))
        day = None
        if denial.sla is not None:  # denied or reduced
            denial, day = _worked(denial, remit, claim, line, categorise, options)
        parts = groups[number] if groups is not None and len(groups[number]) > 1 else ()
        made.append(DenialLine(remit, claim, line, adjustments, denial, found, scope, day, parts))
    return made


def _worked(
    denial: Denial,
    remit: Remit,
    claim: ClaimPayment,
    line: ServicePayment | None,
    categorise: Categoriser,
    options: Options,
) -> tuple[Denial, date | None]:
    """A denial with what a person says of it, and by when it is to be worked."""
    if options.overrides is not NONE:
        denial = options.overrides.apply(denial, remit, claim, line)
    received = options.received or remit.payment_date or remit.production_date
    return denial, due(categorise.codes, denial.sla, received, options.calendar)


def _modifiers(line: ServicePayment, found: Found | None) -> tuple[str, ...]:
    """Those of the answer and those that were sent: a payer need not repeat them."""
    sent = (*(line.submitted[2] if line.submitted else ()), *(found.modifiers if found else ()))
    return tuple(dict.fromkeys((*line.modifiers, *sent))) if sent else line.modifiers


def _context(claim: ClaimPayment, lines: Sequence[ServicePayment], number: int, found: Found | None) -> Context:
    """What stands around a line; asked for only where something was denied or changed."""
    usual = None if lines and all([line.start for line in lines]) else claim.service_dates[0]  # noqa: C419
    day = (lines[number].start or usual) if lines else usual
    sisters = [line.procedure for at, line in enumerate(lines) if at != number and (line.start or usual) == day]
    if found is None:
        return Context(tuple(sisters), day=day)
    billed = found.billed
    return Context(together(sisters, billed.sisters), billed.diagnoses, billed.ndc, linked=True, day=day)


def _takers(own: Sequence[Sequence[Adjustment]]) -> frozenset[int]:
    """The lines that took over the money of others: OA-94 with a negative amount."""
    return frozenset(
        at
        for at, adjustments in enumerate(own)
        if any(amount < 0 and plain(group) == "OA" and plain(carc) == "94" for group, carc, amount, _ in adjustments)
    )


@lru_cache(4096)
def _is_allowed(group: str, carc: str) -> bool:
    """Whether the payer allowed this amount without paying it, however its codes are written; asked of every line."""
    return (plain(group), plain(carc)) in _ALLOWED
