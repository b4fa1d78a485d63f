"""What a run of remittances adds up to. Money in cents; transactions are added, never counted twice."""

from collections import Counter
from collections.abc import Iterable

from attrs import define, field, fields

from curette.denials.facts import Denial
from curette.denials.lines import DenialLine
from curette.denials.outcomes import COUNTED, Outcome
from curette.denials.warnings import EXPECTED

_PAID, _DENIED, _PARTLY = Outcome.PAID, Outcome.DENIED, Outcome.PARTIAL_DENIAL  # each look at an enum is a call
_UNKNOWN_CODES = 1000  # told apart; a file of nonsense must not fill the memory


@define
class Totals:
    """Counts and sums over rows; `+=` joins two."""

    payments: int = 0
    claims: int = 0
    lines: int = 0
    charge: int = 0
    paid: int = 0
    denied: int = 0
    paid_rows: int = 0  # rows with the outcome "paid"
    outcomes: Counter[str] = field(factory=Counter)  # all others
    categories: Counter[str] = field(factory=Counter)  # rows denied, by general category
    category_money: Counter[str] = field(factory=Counter)
    reasons: Counter[tuple[str, str]] = field(factory=Counter)  # rows denied, by (group, CARC)
    reason_money: Counter[tuple[str, str]] = field(factory=Counter)
    causes: Counter[str] = field(factory=Counter)  # rows denied, by dermatology category; "none" where it has none
    cause_money: Counter[str] = field(factory=Counter)
    primary_lines: int = 0  # counted rows of claims where the payer was the first to pay
    primary_charge: int = 0
    primary_denied_lines: int = 0
    primary_denied: int = 0
    patient_liable: int = 0  # cents denied that the payer lets the patient be billed for
    expected: int = 0  # cents denied that were billed to be denied (SCR-16)
    overridden: int = 0  # rows whose category a person gave
    unknown: Counter[str] = field(factory=Counter)  # codes that no table has, as they came
    provider_adjustments: Counter[str] = field(factory=Counter)  # cents beside the claims (PLB), by class
    warnings: Counter[str] = field(factory=Counter)

    def take(self, rows: Iterable[DenialLine]) -> None:
        """The rows of one more claim."""
        lines = charges = paid = primary = primary_charge = 0  # of what was paid, as nearly all was
        for row in rows:
            denial, line = row.denial, row.line
            charge = row.claim.charge if line is None else line.charge
            lines += line is not None
            if denial.warnings or denial.unknown:
                self._warn(denial)
            if denial.outcome is not _PAID:
                self._take_unpaid(denial, charge, row.scope == "primary")
                continue
            paid += 1
            charges += charge
            if row.scope == "primary":
                primary += 1
                primary_charge += charge
        self.lines += lines
        self.paid_rows += paid
        self.charge += charges
        self.primary_lines += primary
        self.primary_charge += primary_charge

    def _take_unpaid(self, denial: Denial, charge: int, is_primary: bool) -> None:
        outcome = denial.outcome
        self.outcomes[outcome] += 1
        if outcome in COUNTED:
            self.charge += charge
            if is_primary:
                self.primary_lines += 1
                self.primary_charge += charge
        self.overridden += denial.override is not None
        if outcome is _DENIED or outcome is _PARTLY:
            category = denial.general_category or "other"
            reason = (denial.group or "", denial.carc or "")
            self.denied += denial.denied
            self.categories[category] += 1
            self.category_money[category] += denial.denied
            self.reasons[reason] += 1
            self.reason_money[reason] += denial.denied
            cause = denial.derm_category or "none"
            self.causes[cause] += 1
            self.cause_money[cause] += denial.denied
            self.primary_denied_lines += is_primary
            self.primary_denied += denial.denied * is_primary
            self.patient_liable += denial.denied * denial.patient_liable
            self.expected += denial.denied * (EXPECTED in denial.warnings)

    def _warn(self, denial: Denial) -> None:
        for warning in denial.warnings:
            self.warnings[warning] += 1
        for code in denial.unknown:
            if code in self.unknown or len(self.unknown) < _UNKNOWN_CODES:
                self.unknown[code] += 1

    def by_outcome(self) -> dict[str, int]:
        """Rows by outcome, in the order in which outcomes are asked."""
        found = {str(o): self.outcomes[o] + (self.paid_rows if o is Outcome.PAID else 0) for o in Outcome}
        return {name: number for name, number in found.items() if number}

    def __iadd__(self, other: "Totals") -> "Totals":
        for each in fields(Totals):
            mine, theirs = getattr(self, each.name), getattr(other, each.name)
            if isinstance(mine, Counter):
                mine.update(theirs)
            else:
                setattr(self, each.name, mine + theirs)
        return self
