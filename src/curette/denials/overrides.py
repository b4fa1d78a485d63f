"""What a person says of denied lines, in a small dated CSV: their category goes before that of the tables.

    date,claim,line,trace,general_category,derm_category,derm_sub,by,note
    2026-03-12,DAY12,1,,auth,biologic_pa,expired,AB,approval had ended

`claim` is CLP01, `line` the control number (REF*6R) of a line, else its number - empty: every denied line of the claim
- and `trace` (TRN02) narrows it to one payment. A row holds for payments up to its date: what a payer says later is
new. Of several rows for a line the latest holds. An outcome or an amount cannot be overridden, only why.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from attrs import evolve

from curette._records import record
from curette.codes.denials import Category, Codes
from curette.denials.facts import Denial, Override
from curette.denials.outcomes import Outcome
from curette.errors import NotesError
from curette.findings import Confidence
from curette.notes import forms
from curette.remits.model import ClaimPayment, Remit, ServicePayment

RULE = "OVERRIDE"
_LONGEST = 40
_NEEDED = ("date", "claim")
_COLUMNS = ("date", "claim", "line", "trace", "general_category", "derm_category", "derm_sub", "by", "note")
_DECIDED = (Outcome.DENIED, Outcome.PARTIAL_DENIAL, Outcome.REDUCED)


@record
class Given:
    """One row."""

    row: int
    day: date
    claim: str
    line: str
    trace: str
    general: str
    derm: str
    derm_sub: str
    by: str

    def holds(self, remit: Remit, claim: ClaimPayment, line: ServicePayment | None) -> bool:
        """Whether the row speaks of this line (None: of the claim as a whole) of this payment.

        Control numbers go first: a line may have "1" as its own and stand second.
        """
        if self.trace not in ("", remit.trace) or (remit.payment_date or self.day) > self.day:
            return False
        if not self.line or line is None:
            return not self.line
        if any(other.control_number == self.line for other in claim.lines):
            return line.control_number == self.line
        return str(line.number) == self.line


class Overrides:
    """All rows of a file, by claim."""

    def __init__(self, rows: Iterable[Given] = ()) -> None:
        self._rows: dict[str, list[Given]] = {}
        for row in sorted(rows, key=lambda given: (given.day, given.row)):
            self._rows.setdefault(row.claim, []).append(row)

    def __bool__(self) -> bool:
        return bool(self._rows)

    @property
    def by_claim(self) -> Mapping[str, Sequence[Given]]:
        """The rows of each claim, the latest last."""
        return self._rows

    def apply(self, denial: Denial, remit: Remit, claim: ClaimPayment, line: ServicePayment | None) -> Denial:
        """The denial as a person sees it; as it was where nobody said anything."""
        rows = self._rows.get(claim.control_number)
        if rows is None or denial.outcome not in _DECIDED:
            return denial
        given = next((row for row in reversed(rows) if row.holds(remit, claim, line)), None)
        return _overridden(denial, given) if given else denial


NONE = Overrides()


def _overridden(denial: Denial, given: Given) -> Denial:
    was = Override(given.day, given.by, given.row, denial.rule, denial.general_category, denial.derm_category)
    general = given.general or denial.general_category
    return evolve(
        denial,
        general_category=general,
        general_sub=denial.general_sub if general == denial.general_category else None,
        derm_category=(given.derm if given.derm != "none" else None) if given.derm else denial.derm_category,
        derm_sub=(given.derm_sub or None) if given.derm else denial.derm_sub,
        rule=RULE,
        confidence=Confidence.CERTAIN,
        override=was,
    )


def read(path: Path, codes: Codes) -> Overrides:
    """All rows of a file; NotesError names the row and field of the first that is wrong, never its value."""
    return Overrides(_rows(path, codes))


def _rows(path: Path, codes: Codes) -> Iterator[Given]:
    seen: dict[tuple[str, ...], int] = {}
    forms.form(path, ".csv")
    for row, cells in forms.table(path, _COLUMNS, "claim"):
        for name in _NEEDED:
            if name not in cells:
                raise NotesError(str(path), row, name, "is missing")
        _check(path, row, cells, codes)
        key = tuple(cells.get(name, "") for name in ("date", "claim", "line", "trace"))
        if seen.setdefault(key, row) != row:
            raise NotesError(str(path), row, "claim", f"the same line, payment and date as in row {seen[key]}")
        if len(cells.get("by", "")) > _LONGEST:
            raise NotesError(str(path), row, "by", f"longer than {_LONGEST} characters")
        yield Given(
            row,
            _day(path, row, cells["date"]),
            cells["claim"],
            cells.get("line", ""),
            cells.get("trace", ""),
            cells.get("general_category", ""),
            cells.get("derm_category", ""),
            cells.get("derm_sub", ""),
            cells.get("by", ""),
        )


def _day(path: Path, row: int, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotesError(str(path), row, "date", "not a date like 2026-03-10") from None


def _check(path: Path, row: int, cells: dict[str, str], codes: Codes) -> None:
    general, derm, sub = (cells.get(name, "") for name in ("general_category", "derm_category", "derm_sub"))
    if not general and not derm:
        raise NotesError(str(path), row, "general_category", "neither a general nor a dermatology category is given")
    if general:
        _category(path, row, "general_category", general, "general", codes)
    if derm:
        found = _category(path, row, "derm_category", derm, "dermatology", codes)
        if sub and sub not in found.subs:
            known = ", ".join(found.subs) or "none"
            raise NotesError(str(path), row, "derm_sub", f"not one of {known}")
    elif sub:
        raise NotesError(str(path), row, "derm_sub", "without a derm_category")


def _category(path: Path, row: int, name: str, given: str, kind: str, codes: Codes) -> Category:
    found = codes.categories.get(given)
    if found is None or found.kind != kind:
        known = ", ".join(c.id for c in codes.categories.values() if c.kind == kind)
        raise NotesError(str(path), row, name, f"not one of {known}")
    return found
