"""What a person has accepted: findings that are known and stay, each by claim and rule, in a small dated CSV.

    date,claim,rule,line,until,by,reason
    2026-03-12,DAY12,DERM-X10,2,2026-06-30,AB,two lesions; the note is on file

`claim` is CLM01, `rule` a whole id, `line` a line's number (LX01) - empty: the rule anywhere on the claim. A row holds
up to and with `until` (empty: for good). Faults of syntax (SYN-) cannot be accepted: the file would be refused.
"""

from collections.abc import Collection, Iterator
from datetime import date
from functools import cache
from pathlib import Path

from curette.errors import NotesError
from curette.findings import Accepted, Finding
from curette.notes import forms

_COLUMNS = ("date", "claim", "rule", "line", "until", "by", "reason")
_NEEDED = ("date", "claim", "rule", "reason")
_LONGEST = {"by": 40, "reason": 200}


class Baseline:
    """All rows of a file. `rows` is how many."""

    def __init__(self, rows: dict[tuple[str, str, str], Accepted]) -> None:
        self._rows = rows
        self.rows = len(rows)
        self.rules = frozenset(rule for _, rule, _ in rows)

    def mark(self, finding: Finding, today: date | None) -> Finding:
        """The finding, with who accepted it; of a row for the line and one for the claim, that for the line."""
        line = "" if finding.line is None else str(finding.line)
        key = finding.claim or "", finding.rule.id
        found = self._rows.get((*key, line)) or self._rows.get((*key, ""))
        if found is None:
            return finding
        return finding.marked(found, ended=today is not None and found.until is not None and found.until < today)


NONE = Baseline({})


@cache
def baseline(path: Path | None) -> Baseline:
    """All rows of a file, read once; NotesError names the row and field of the first that is wrong, never its value."""
    return NONE if path is None else Baseline(dict(_rows(path)))


def check_rules(path: Path, known: Collection[str]) -> None:
    """NotesError where a row names a rule that does not exist."""
    for (_, rule, _), accepted in baseline(path)._rows.items():
        if rule not in known:
            raise NotesError(str(path), accepted.row, "rule", "there is no rule of this id (curette rules lists them)")


def _rows(path: Path) -> Iterator[tuple[tuple[str, str, str], Accepted]]:
    seen: dict[tuple[str, str, str], int] = {}
    forms.form(path, ".csv")
    for row, cells in forms.table(path, _COLUMNS, "claim"):
        for name in _NEEDED:
            if name not in cells:
                raise NotesError(str(path), row, name, "is missing")
        for name, longest in _LONGEST.items():
            if len(cells.get(name, "")) > longest:
                raise NotesError(str(path), row, name, f"longer than {longest} characters")
        key = cells["claim"], cells["rule"].upper(), cells.get("line", "")
        if key[1].startswith("SYN-"):
            raise NotesError(str(path), row, "rule", "a fault of syntax cannot be accepted: the file would be refused")
        if seen.setdefault(key, row) != row:
            raise NotesError(str(path), row, "claim", f"the same claim, rule and line as in row {seen[key]}")
        until = _day(path, row, "until", cells["until"]) if "until" in cells else None
        yield key, Accepted(_day(path, row, "date", cells["date"]), until, cells.get("by", ""), cells["reason"], row)


def _day(path: Path, row: int, name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotesError(str(path), row, name, "not a date like 2026-03-10") from None
