"""What a comparison gives: changes, gathered by claim and service line."""

from enum import StrEnum

import attrs

from curette._records import record
from curette.claims.model import Claim, ServiceLine
from curette.findings import Confidence


class Kind(StrEnum):
    """moved: the same codes in another order."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


class MatchedBy(StrEnum):
    """What tells that a claim replaces another: REF*F8 with the payer's claim number, or CLM01."""

    PAYER_CLAIM = "payer_claim"
    CLAIM = "claim"


@record
class Match:
    """An old claim with its new one, or one that stands alone."""

    old: Claim | None
    new: Claim | None
    matched_by: MatchedBy | None = None
    confidence: Confidence | None = None
    same: bool = False  # word for word


@record
class Change:
    """One thing that differs. `old` or `new` is None where a side lacks it; both hold patient data when `private`.

    `field` is in a biller's words; "claim" and "line" are whole ones. `old_line` and `new_line` are LX01. `payer` is
    the other payer whose coverage or payment it is about. `answers` are the denials (CARC, line) that the change
    speaks to. `money` is the difference in cents.
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
    """The changes of a line, or of the claim itself, where there is neither an old nor a new line."""

    old: ServiceLine | None
    new: ServiceLine | None
    changes: tuple[Change, ...]


@record
class Comparison:
    """What became of a claim: the sections that hold changes. One without a counterpart has one change, itself."""

    match: Match
    sections: tuple[Section, ...]

    @property
    def changes(self) -> tuple[Change, ...]:
        """Of all sections."""
        return tuple(change for section in self.sections for change in section.changes)

    @property
    def money(self) -> int:
        """By how much the charge differs, in cents."""
        old, new = self.match.old, self.match.new
        return (new.charge if new else 0) - (old.charge if old else 0)


@record
class NotCompared:
    """A claim that cannot be compared: unreadable in the old file, the new one or both.

    `named` is False where one file holds it and the other is damaged, so that nobody knows whether it stands there.
    """

    claim: str
    old: bool
    new: bool
    named: bool = True
