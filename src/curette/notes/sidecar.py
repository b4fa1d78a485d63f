"""The documentation sidecar: what a practice tells about its claims, from .json, .jsonl or .csv.

JSON has one object a claim, with its `lines`; CSV one row a line, in which the facts of the claim are repeated or
empty. In CSV a list is parted by ";", the parts of an entry by ":" in the order of the fields, blocks by "/"; `auth` is
in columns such as auth_number; "none" is an empty list. A row without line and line_control holds facts of the claim.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from attrs import define, evolve, field

from curette.errors import NotesError
from curette.notes import forms
from curette.notes.fields import AUTH, CLAIM, LINE
from curette.notes.kinds import Kind, Part, inside
from curette.notes.model import ClaimNotes, LineNotes

_OF_AUTH = {f"auth_{name}": part for name, part in AUTH.fields.items()}
_OF_CLAIM = {name: part for name, part in CLAIM.fields.items() if name not in ("auth", "lines")}
_OF_ROW = _OF_CLAIM | _OF_AUTH
_COLUMNS = LINE.fields.keys() | _OF_ROW.keys()
_SHARED = "lesion_count"  # of the line where the row names one, else of the claim


class Notes:
    """The facts of all claims of a sidecar, by claim control number (CLM01)."""

    def __init__(self, claims: Iterable[ClaimNotes] = ()) -> None:
        self._claims = {each.claim: each for each in claims}
        self.claims = frozenset(self._claims)

    def of(self, claim: str) -> ClaimNotes | None:
        """What is told about a claim."""
        return self._claims.get(claim)


@cache
def notes(path: Path | None) -> Notes:
    """What `read` finds, read once; nothing for None."""
    return Notes() if path is None else read(path)


def read(path: Path) -> Notes:
    """All notes of a file; NotesError names the row and field of the first that is wrong, never its value."""
    form = forms.form(path, ".json", ".jsonl", ".csv")
    if form == ".csv":
        return Notes(_from_rows(path))
    found = forms.entries(path, "claims") if form == ".json" else forms.json_lines(path)
    return Notes(_from_objects(path, found))


def _from_objects(path: Path, found: Iterable[tuple[int, Any]]) -> Iterator[ClaimNotes]:
    rows: dict[str, int] = {}
    for row, raw in found:
        claim = forms.placed(path, row, CLAIM.read, {} if raw is None else raw)
        if rows.setdefault(claim.claim, row) != row:
            raise NotesError(str(path), row, "claim", f"the same claim as in row {rows[claim.claim]}")
        seen = set[int | str]()
        for at, line in enumerate(claim.lines, 1):
            if _twice(line, seen):
                raise NotesError(str(path), row, f"lines {at}", "a line that stands there already")
        yield claim


def _twice(line: LineNotes, seen: set[int | str]) -> bool:
    """Whether a line of this number or control number was seen; it is from now on."""
    keys = {key for key in (line.number, line.control) if key}
    known = not keys.isdisjoint(seen)
    seen |= keys
    return known


@define
class _Gathered:
    """One claim of a CSV while its rows come in."""

    facts: dict[str, Any] = field(factory=dict)  # by column
    rows: dict[str, int] = field(factory=dict)  # where each fact was told first
    lines: list[LineNotes] = field(factory=list)
    seen: set[int | str] = field(factory=set)  # their numbers and control numbers


def _from_rows(path: Path) -> Iterator[ClaimNotes]:
    found: dict[str, _Gathered] = {}
    for row, cells in forms.table(path, _COLUMNS, "claim"):
        of_line = bool(cells.keys() & {"line", "line_control"})
        claim, line = _facts(path, row, cells, of_line)
        gathered = found.setdefault(claim["claim"], _Gathered())
        _gather(path, row, gathered, claim)
        if of_line:
            made = forms.placed(path, row, lambda facts: LINE.make(**facts), line)
            if _twice(made, gathered.seen):
                raise NotesError(str(path), row, "line", "a line of this claim that stands there already")
            gathered.lines.append(made)
    for gathered in found.values():
        yield _claim(path, gathered)


def _facts(path: Path, row: int, cells: dict[str, str], of_line: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """The values of a row: of the claim by column, of the line by attribute."""
    claim: dict[str, Any] = {}
    line: dict[str, Any] = {}
    for name, cell in cells.items():
        if name in LINE.fields and (of_line or name != _SHARED):
            if not of_line:
                raise NotesError(str(path), row, name, "a fact of a line, and the row names neither line nor control")
            line[LINE.fields[name].attribute] = _value(path, row, name, LINE.fields[name], cell)
        else:
            claim[name] = _value(path, row, name, _OF_ROW[name], cell)
    if "claim" not in claim:
        raise NotesError(str(path), row, "claim", "is missing")
    return claim, line


def _value(path: Path, row: int, name: str, part: Part, cell: str) -> Any:
    return forms.placed(path, row, lambda text: inside(name, lambda t: _read(part.kind, t), text), cell)


def _read(kind: Kind, text: str) -> Any:
    return kind.read(kind.cell(text))


def _gather(path: Path, row: int, gathered: _Gathered, claim: dict[str, Any]) -> None:
    for name, value in claim.items():
        if gathered.facts.setdefault(name, value) != value:
            raise NotesError(str(path), row, name, f"differs from row {gathered.rows[name]} of the same claim")
        gathered.rows.setdefault(name, row)


def _claim(path: Path, gathered: _Gathered) -> ClaimNotes:
    told = gathered.facts
    facts = {_OF_CLAIM[name].attribute: told[name] for name in told.keys() & _OF_CLAIM.keys()}
    approved = {_OF_AUTH[name].attribute: told[name] for name in told.keys() & _OF_AUTH.keys()}
    claim = ClaimNotes(**facts, lines=tuple(gathered.lines))
    if not approved:
        return claim
    row = max(gathered.rows[name] for name in gathered.facts.keys() & _OF_AUTH.keys())
    return evolve(claim, auth=forms.placed(path, row, lambda given: inside("auth", _approval, given), approved))


def _approval(given: dict[str, Any]) -> Any:
    return AUTH.make(**given)
