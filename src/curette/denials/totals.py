"""What a run of remittances adds up to. Money in cents; transactions are added, never counted twice."""

from collections import Counter

from attrs import define, field

from curette.denials.lines import DenialLine
from curette.denials.outcomes import COUNTED, Outcome


@define
class Totals:
    """Counts and sums over rows; `+=` joins two."""

    payments: int = 0
    claims: int = 0
    lines: int = 0
    charge: int = 0
    paid: int = 0
    denied: int = 0
    outcomes: Counter[str] = field(factory=Counter)
    categories: Counter[str] = field(factory=Counter)  # rows denied, by general category
    category_money: Counter[str] = field(factory=Counter)
    reasons: Counter[tuple[str, str]] = field(factory=Counter)  # rows denied, by (group, CARC)
    reason_money: Counter[tuple[str, str]] = field(factory=Counter)
    warnings: Counter[str] = field(factory=Counter)

    def take(self, row: DenialLine) -> None:
        """One more row."""
        denial = row.denial
        self.lines += row.line is not None
        self.outcomes[denial.outcome] += 1
        if denial.outcome in COUNTED:
            self.charge += row.charge
        for warning in denial.warnings:
            self.warnings[warning] += 1
        if denial.outcome in (Outcome.DENIED, Outcome.PARTIAL_DENIAL):
            category = denial.general_category or "other"
            reason = (denial.group or "", denial.carc or "")
            self.denied += denial.denied
            self.categories[category] += 1
            self.category_money[category] += denial.denied
            self.reasons[reason] += 1
            self.reason_money[reason] += denial.denied

    def __iadd__(self, other: "Totals") -> "Totals":
        for name in ("payments", "claims", "lines", "charge", "paid", "denied"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in ("outcomes", "categories", "category_money", "reasons", "reason_money", "warnings"):
            getattr(self, name).update(getattr(other, name))
        return self
