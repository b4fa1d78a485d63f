"""What the trend report says, as figures: rates over all answers, and the same counts cut by payer, code, cause, month.

A claim is counted once, at its first final primary adjudication; what became of it since stands beside it. Money is
cents. Nothing here asks the time.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from attrs import frozen

from curette._records import record
from curette.denials.figures import Limits, Rate, limits


@record
class Cut:
    """The answers with one value of a cut: one payer, one code, one month.

    `expected` is None where neither a fee schedule nor what the payer allowed for the code tells it.
    """

    value: str
    claims: int = 0
    claims_denied: int = 0  # in whole or part, at first
    claims_denied_whole: int = 0
    lines: int = 0
    denied: int = 0  # lines, in whole or part, at first
    charge: int = 0
    denied_charge: int = 0
    expected: int | None = None
    denied_expected: int | None = None
    patient: int = 0  # denied lines that the payer puts on the patient
    patient_charge: int = 0
    open: int = 0  # lines denied as things stand
    open_charge: int = 0
    answered_again: int = 0  # lines denied at first with a later final answer
    overturned: int = 0  # of these, lines allowed now
    overturned_charge: int = 0

    @property
    def line_rate(self) -> Rate:
        """Lines denied at first."""
        return Rate(self.denied, self.lines, self.lines)

    @property
    def claim_rate(self) -> Rate:
        """Claims denied at first, in whole or part."""
        return Rate(self.claims_denied, self.claims, self.claims)

    @property
    def whole_rate(self) -> Rate:
        """Claims denied whole at first."""
        return Rate(self.claims_denied_whole, self.claims, self.claims)

    @property
    def charge_rate(self) -> Rate:
        """Charges denied at first."""
        return Rate(self.denied_charge, self.charge, self.lines)

    @property
    def expected_rate(self) -> Rate:
        """Expected payment denied at first."""
        return Rate(self.denied_expected or 0, self.expected or 0, self.lines)

    @property
    def first_pass(self) -> Rate:
        """Claims without a denied line at first."""
        return Rate(self.claims - self.claims_denied, self.claims, self.claims)

    @property
    def overturn_rate(self) -> Rate:
        """Denied lines answered again that are allowed now."""
        return Rate(self.overturned, self.answered_again, self.answered_again)

    @property
    def patient_rate(self) -> Rate:
        """Denied lines put on the patient."""
        return Rate(self.patient, self.denied, self.denied)

    def within(self, every: "Cut") -> Limits | None:
        """Where the rate of lines denied is expected by that of all."""
        return limits(every.line_rate, self.lines)


@frozen
class Figure:
    """One metric: a Rate, or a whole number (cents, things, tenths of days); None with the reason it is `missing`."""

    metric: str
    value: Rate | int | None
    detail: str = ""
    missing: str = ""
    months: tuple[tuple[str, Rate | int | None], ...] = ()


@record
class Heat:
    """Lines denied in a month for a category."""

    month: str
    category: str
    denied: int
    denied_charge: int


@record
class Prevented:
    """Denials of one category, and the pre-flight rules that look for their cause."""

    category: str
    denied: int
    denied_charge: int
    rules: tuple[str, ...]


@record
class Incidence:
    """Lines denied for a cause among the lines at risk of it."""

    cause: str
    says: str  # which lines are at risk
    rate: Rate


@record
class Underpaid:
    """Paid lines of one payer and code that were allowed less than the fee schedule."""

    payer: str
    procedure: str
    modifiers: str
    quarter: str
    lines: int  # paid, in the schedule
    under: int
    short: int  # cents by which the payer fell short on them


@record
class Overturned:
    """Lines denied at first and allowed now: `how` is "appeal", "corrected claim" or "payer" (of its own accord)."""

    how: str
    lines: int
    denied_charge: int


@record
class Share:
    """Procedure days of one provider, and those that also have a visit with modifier 25."""

    provider: str
    rate: Rate


@record
class Taken:
    """Cents that a payer kept back beside the claims, by month; `linked` is what names a claim that it answered."""

    payer: str
    month: str
    amount: int
    linked: int = 0


@frozen
class Trend:
    """The whole report. `start` and `end` bound the first answers that are counted, None where they do not."""

    as_of: date
    start: date | None
    end: date | None
    fees: str  # how expected payment was told
    every: Cut
    figures: Sequence[Figure]
    cuts: Mapping[str, Sequence[Cut]]
    heat: Sequence[Heat] = ()
    incidence: Sequence[Incidence] = ()
    prevented: Sequence[Prevented] = ()
    underpaid: Sequence[Underpaid] = ()
    visits: Sequence[Share] = ()
    overturned: Sequence[Overturned] = ()
    taken: Sequence[Taken] = ()
    names: Mapping[str, str] = {}  # payer id to the name on its latest payment
