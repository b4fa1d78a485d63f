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
    paid_rows: int = 0  # rows with the outcome "paid"
    outcomes: Counter[str] = field(factory=Counter)  # all others
    categories: Counter[str] = field(factory=Counter)  # rows denied, by general category
    category_money: Counter[str] = field(factory=Counter)
    reasons: Counter[tuple[str, str]] = field(factory=Counter)  # rows denied, by (group, CARC)
    reason_money: Counter[tuple[str, str]] = field(factory=Counter)
    warnings: Counter[str] = field(factory=Counter)

    def take(self, row: DenialLine) -> None:
        """One more row."""
        denial = row.denial
        outcome = denial.outcome
        if row.line is not None:
            self.lines += 1
        for warning in denial.warnings:
            self.warnings[warning] += 1
        if outcome is Outcome.PAID:  # most rows; an enum is slow to hash
            self.paid_rows += 1
            self.charge += row.charge
            return
        self.outcomes[outcome] += 1
        if outcome in COUNTED:
            self.charge += row.charge
        if outcome is Outcome.DENIED or outcome is Outcome.PARTIAL_DENIAL:
            category = denial.general_category or "other"
            reason = (denial.group or "", denial.carc or "")
            self.denied += denial.denied
            self.categories[category] += 1
            self.category_money[category] += denial.denied
            self.reasons[reason] += 1
            self.reason_money[reason] += denial.denied

    def by_outcome(self) -> dict[str, int]:
        """Rows by outcome, in the order in which outcomes are asked."""
        found = {str(o): self.outcomes[o] + (self.paid_rows if o is Outcome.PAID else 0) for o in Outcome}
        return {name: number for name, number in found.items() if number}

    def __iadd__(self, other: "Totals") -> "Totals":
        for name in ("payments", "claims", "lines", "charge", "paid", "denied", "paid_rows"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in ("outcomes", "categories", "category_money", "reasons", "reason_money", "warnings"):
            getattr(self, name).update(getattr(other, name))
        return self
