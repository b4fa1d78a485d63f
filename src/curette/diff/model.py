"""What a comparison gives: changes, gathered by claim and service line."""

from collections.abc import Sequence
from enum import StrEnum

import attrs

from curette._records import record
from curette.claims.model import Claim, ServiceLine
from curette.findings import Confidence

HOW_SENT = frozenset(
    {"frequency", "original reference", "claim number", "line control number", "clearinghouse number", "claims"}
)
"""Fields that tell how a claim is sent and known, not what was done: they differ whenever one is sent again."""


class Kind(StrEnum):
    """moved: the same codes in another order."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


class MatchedBy(StrEnum):
    """What tells that a claim replaces another: REF*F8 with the payer's claim number, CLM01 (or CLM01 with something
    before or after it), or the same services for the same patient.
    """

    PAYER_CLAIM = "payer_claim"
    CLAIM = "claim"
    PATIENT_SERVICE = "patient_service"


@record
class Match:
    """Old claims with the new ones that stand for them: one each, one for several, several for one; or one alone."""

    olds: Sequence[Claim]
    news: Sequence[Claim]
    matched_by: MatchedBy | None = None
    confidence: Confidence | None = None
    replaced: bool = False  # it is alone because its own side holds what became of it: nothing is missing
    voided: bool = False  # the old claims were taken back by a void: what comes now does not come twice
    beside: bool = False  # a void and what it takes back, which is compared with what comes in its place as well

    @property
    def old(self) -> Claim | None:
        """The (first) old claim; None where a new one stands alone."""
        return self.olds[0] if self.olds else None

    @property
    def new(self) -> Claim | None:
        """The (first) new claim; None where an old one stands alone."""
        return self.news[0] if self.news else None

    @property
    def alone(self) -> bool:
        """Whether a side is missing."""
        return not self.olds or not self.news

    @property
    def several(self) -> bool:
        """Whether a claim was split, or claims were merged."""
        return len(self.olds) + len(self.news) > 2


@record
class Change:
    """One thing that differs. `old` or `new` is None where a side lacks it; both hold patient data when `private`.

    `field` is in a biller's words; "claim" and "line" are whole ones, "claims" which ones were split or merged.
    `old_line` and `new_line` are LX01. `payer` is the other payer whose coverage or payment it is about. `answers` are
    the denials (CARC, line) that the change speaks to. `money` is the difference in cents.
    """

    claim: str
    old_claim: str | None
    new_claim: str | None
    matched_by: MatchedBy | None
    confidence: Confidence | None
    kind: Kind
    field: str
    old: str | None = attrs.field(repr=False)
    new: str | None = attrs.field(repr=False)
    segment: str
    old_line: int | None = None
    new_line: int | None = None
    answers: tuple[tuple[str, int | None], ...] = ()
    money: int | None = None
    payer: str | None = None
    private: bool = False

    @property
    def line(self) -> int | None:
        """The service line as the new claim numbers it (the old one where it is gone); None for the claim itself."""
        return self.old_line if self.new_line is None else self.new_line


@record
class Section:
    """A service line of either side or both with its changes, if any; the claim itself, where there is no line."""

    old: ServiceLine | None
    new: ServiceLine | None
    changes: tuple[Change, ...] = ()
    old_claim: Claim | None = None
    new_claim: Claim | None = None


@record
class Comparison:
    """What became of a claim: the claim itself and every line, those that did not change too; empty where nothing did.

    One without a counterpart has one change, itself.
    """

    match: Match
    sections: tuple[Section, ...]

    @property
    def changes(self) -> tuple[Change, ...]:
        """Of all sections."""
        return tuple(change for section in self.sections for change in section.changes)

    @property
    def old_charge(self) -> int:
        """In cents."""
        return sum(claim.charge for claim in self.match.olds)

    @property
    def new_charge(self) -> int:
        """In cents."""
        return sum(claim.charge for claim in self.match.news)

    @property
    def money(self) -> int:
        """By how much the charge differs, in cents."""
        return self.new_charge - self.old_charge


@record
class NotCompared:
    """A claim that cannot be compared: unreadable in the old file, the new one or both.

    `named` is False where one file holds it and the other is damaged, so that nobody knows whether it stands there.
    """

    claim: str
    old: bool
    new: bool
    named: bool = True
