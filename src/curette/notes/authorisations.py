"""The authorisation log: every approval that a practice holds, by number, from .json or .csv."""

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from curette.errors import NotesError
from curette.notes import forms
from curette.notes.fields import LOGGED
from curette.notes.kinds import Raw, inside
from curette.notes.model import Authorisation


class Authorisations:
    """All approvals of a log, by number (REF*G1)."""

    def __init__(self, approvals: Iterable[Authorisation] = ()) -> None:
        self._approvals = {each.number: each for each in approvals}
        self.numbers = frozenset(self._approvals)

    def of(self, number: str) -> Authorisation | None:
        """The approval of this number."""
        return self._approvals.get(number)


@cache
def authorisations(path: Path | None) -> Authorisations | None:
    """What `read` finds, read once; None for None: without a log no number is unknown."""
    return None if path is None else read(path)


def read(path: Path) -> Authorisations:
    """All approvals of a file; NotesError names the row and field of the first that is wrong, never its value."""
    form = forms.form(path, ".json", ".csv")
    return Authorisations(_approvals(path, _rows(path) if form == ".csv" else forms.entries(path, "authorisations")))


def _approvals(path: Path, found: Iterable[tuple[int, Raw]]) -> Iterator[Authorisation]:
    rows: dict[str, int] = {}
    for row, raw in found:
        made = forms.placed(path, row, LOGGED.read, {} if raw is None else raw)
        if rows.setdefault(made.number, row) != row:
            raise NotesError(str(path), row, "number", f"the same number as in row {rows[made.number]}")
        yield made


def _rows(path: Path) -> Iterator[tuple[int, Raw]]:
    for row, cells in forms.table(path, LOGGED.fields.keys(), "number"):
        yield (
            row,
            {name: forms.placed(path, row, lambda text: _cell(*text), (name, text)) for name, text in cells.items()},
        )


def _cell(name: str, text: str) -> Raw:
    found: Raw = inside(name, LOGGED.fields[name].kind.cell, text)
    return found
