"""What an episode is made of: adjudications of claims and money kept back, each small enough to hold by the thousand.

Money is whole cents. Nothing here names a patient; a claim goes by its control numbers.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from curette.codes.denials import Codes
from curette.denials.lines import DenialLine
from curette.denials.link import Billed
from curette.denials.outcomes import Outcome, of_claim
from curette.remits.model import ClaimPayment, ProviderAdjustment, Remit, ServicePayment

_new = tuple.__new__  # cheaper than calling the class: a run makes a state of every line, and keeps it


class LineState(NamedTuple):
    """A service line as one remittance left it. `control`, `procedure` and `day` recognise it in another."""

    number: int | None  # within its claim; None for a claim without lines
    control: str  # REF*6R
    procedure: str  # as it was billed
    day: date | None  # the first of its service
    outcome: Outcome
    charge: int
    paid: int
    denied: int
    reason: str  # "CO-50": the main one; empty where there is none
    general: str  # the category; empty where there is none
    derm: str
    rule: str  # what decided

    @property
    def is_whole(self) -> bool:
        """The claim as such, which the payer answered without lines."""
        return self.number is None

    @property
    def is_denied(self) -> bool:
        """Denied as a whole or in part."""
        return self.outcome is Outcome.DENIED or self.outcome is Outcome.PARTIAL_DENIAL


class Adjudication(NamedTuple):
    """A claim in one remittance. Ordered by `order`, which depends on what was sent, not on when it was read."""

    payer: str  # payer id
    claim: str  # CLP01
    payer_claim: str  # CLP07
    replaces: str  # REF*F8 of the claim: the payer's number of the claim that it replaces
    frequency: str  # CLP09: 1 original, 7 replacement, 8 void
    scope: str  # primary, secondary, tertiary, reversal, none: in which rates the claim counts
    payment_date: date | None
    trace: str  # TRN02
    position: int  # of CLP among the segments of its transaction
    charge: int
    paid: int
    part: bool  # a remark says that the payer split the claim
    lines: tuple[LineState, ...]

    @property
    def order(self) -> tuple[date, str, int]:
        """When it happened: day of payment, trace, place in the transaction."""
        return self.payment_date or date.min, self.trace, self.position

    @property
    def identity(self) -> tuple[object, ...]:
        """Equal for the same claim of the same payment, under whatever file name and control numbers it came."""
        lines = tuple((s.control, s.procedure, s.day, s.charge, s.paid, s.reason) for s in self.lines)
        return self.payer, self.claim, self.payer_claim, *self.order, self.charge, self.paid, lines

    @property
    def outcome(self) -> Outcome | None:
        """Of the claim as a whole."""
        return of_claim(line.outcome for line in self.lines)

    @property
    def service_date(self) -> date | None:
        """The first day of service."""
        return min((line.day for line in self.lines if line.day), default=None)

    @property
    def is_reversal(self) -> bool:
        """It takes an earlier adjudication back."""
        return any(line.outcome is Outcome.REVERSAL for line in self.lines)


class Takeback(NamedTuple):
    """Money a payer kept back beside the claims (PLB), where it is a recoupment; a positive amount was taken."""

    payer: str
    reference: str  # PLB03-2, often a claim number; without the member number behind it
    reason: str  # PLB03-1
    amount: int
    payment_date: date | None
    trace: str
    position: int  # of the amount among those of its transaction

    @property
    def identity(self) -> tuple[object, ...]:
        """Equal for the same amount of the same payment."""
        day = self.payment_date or date.min
        return self.payer, day, self.trace, self.position, self.reference, self.reason, self.amount


class Recorder:
    """Makes the events of one remittance (or a part of one)."""

    def __init__(self, remit: Remit, codes: Codes) -> None:
        self._payer, self._date, self._trace = remit.payer_id, remit.payment_date, remit.trace
        self._before = remit.transaction.before
        self._split = codes.split

    def adjudication(self, rows: Sequence[DenialLine]) -> Adjudication:
        """The event of one claim from its rows, of which there is at least one."""
        claim, replaces, part = rows[0].claim, "", False
        states: list[LineState] = []
        for row in rows:
            line, denial = row.line, row.denial
            if denial.rarcs and not self._split.isdisjoint(denial.rarcs):
                part = True
            if row.found and row.found.billed.replaces and _is_of_day(row.found.billed, row.service_date):
                replaces = row.found.billed.replaces
            if line is None:
                sent: tuple[object, ...] = None, "", row.billed_code, row.service_date
                billed: ClaimPayment | ServicePayment = claim
            else:
                code = row.billed_code if line.submitted else line.procedure
                sent = line.number, line.reference("6R"), code, line.start or row.service_date
                billed = line
            answer = (
                denial.outcome,
                billed.charge,
                billed.paid,
                denial.denied,
                f"{denial.group or '?'}-{denial.carc}" if denial.carc else "",
                denial.general_category or "",
                denial.derm_category or "",
                denial.rule,
            )
            states.append(_new(LineState, sent + answer))
        facts = (
            self._payer,
            claim.control_number,
            claim.payer_claim,
            claim.reference("F8") or replaces,
            claim.frequency,
            rows[0].scope,
            self._date,
            self._trace,
            claim.at + self._before,
            claim.charge,
            claim.paid,
            part,
            tuple(states),
        )
        return _new(Adjudication, facts)


def _is_of_day(billed: Billed, day: date | None) -> bool:
    """Whether a line that was sent may be of that day; under the number of a patient it may be of another visit."""
    return billed.day == day or billed.day is None or day is None


def takebacks(remit: Remit, recoupments: Iterable[str]) -> Iterator[Takeback]:
    """The recoupments of a payment; `recoupments` are the reasons (PLB03-1) that are such."""
    codes = frozenset(recoupments)
    for number, found in enumerate(remit.adjustments):
        if found.reason in codes:
            yield _takeback(remit, found, number)


def _takeback(remit: Remit, found: ProviderAdjustment, number: int) -> Takeback:
    return Takeback(
        remit.payer_id, found.claim_number, found.reason, found.amount, remit.payment_date, remit.trace, number
    )
