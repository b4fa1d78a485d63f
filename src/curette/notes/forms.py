"""The forms of a file of notes: a .json list, .jsonl and .csv, each to entries with the row they stand in."""

import csv
import io
import json
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

from curette.errors import NotesError
from curette.notes.kinds import Raw, Twice, Wrong, unknown

LARGEST = 64 * 1024 * 1024  # bytes of a file; a claim takes less than a thousand


def text(path: Path) -> str:
    """All of a file: UTF-8, with or without the mark that spreadsheets put before it."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise NotesError(str(path), 0, "", error.strerror or "cannot be read") from None
    if len(data) > LARGEST:
        raise NotesError(str(path), 0, "", f"larger than {LARGEST // 1024 // 1024} MB")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotesError(str(path), data.count(b"\n", 0, error.start) + 1, "", "not UTF-8 text") from None


def form(path: Path, *known: str) -> str:
    """The ending of a file's name, which says its form."""
    if (ending := path.suffix.casefold()) not in known:
        raise NotesError(str(path), 0, "", f"the name ends in none of {', '.join(known)}")
    return ending


def entries(path: Path, key: str) -> Iterator[tuple[int, Raw]]:
    """The entries of a .json, a list or an object with the list under `key`; counted from 1."""
    found = _parsed(path, 0, text(path))
    if isinstance(found, Twice) or (isinstance(found, dict) and set(found) != {key}):
        raise NotesError(str(path), 0, "", f"an object with {key} and nothing else is wanted")
    listed = found[key] if isinstance(found, dict) else found
    if not isinstance(listed, list):
        raise NotesError(str(path), 0, "", f"a list is wanted, or an object with a list of {key}")
    yield from enumerate(listed, 1)


def json_lines(path: Path) -> Iterator[tuple[int, Raw]]:
    """The entries of a .jsonl, one a line."""
    for row, line in enumerate(text(path).split("\n"), 1):
        if line.strip():
            yield row, _parsed(path, row, line)


def _parsed(path: Path, row: int, given: str) -> Any:
    """JSON with its numbers as they are written: nothing becomes a float."""
    try:
        return json.loads(
            given, parse_int=str, parse_float=str, parse_constant=_no_number, object_pairs_hook=_once_each
        )
    except json.JSONDecodeError as error:
        place = f"column {error.colno}" if row else f"line {error.lineno}, column {error.colno}"
        raise NotesError(str(path), row, place, "not JSON") from None
    except ValueError as error:
        raise NotesError(str(path), row, "", str(error)) from None
    except RecursionError:
        raise NotesError(str(path), row, "", "nested too deep") from None


def _no_number(_: str) -> None:
    raise ValueError("NaN and Infinity are no numbers")


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    return dict(pairs) if len(set(names)) == len(names) else Twice(pairs)


def table(path: Path, known: Collection[str], needed: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a .csv below its header of `known` names, without the empty cells; numbered by line."""
    reader = csv.reader(io.StringIO(text(path), newline=""), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        _check_commas(path, header)
        _check_header(path, header, known, needed)
        for cells in reader:
            row = reader.line_num
            if any(cell.strip() for cell in cells):
                yield row, _row(path, row, header, cells)
    except csv.Error as error:
        raise NotesError(str(path), reader.line_num, "", f"not CSV: {error}") from None


def _check_header(path: Path, header: list[str], known: Collection[str], needed: str) -> None:
    seen = set[str]()
    for at, name in enumerate(header, 1):
        if name and (name not in known or name in seen):
            reason = "a second column of this name" if name in seen else unknown(name, known)
            raise NotesError(str(path), 1, f"column {at}", reason)
        seen.add(name)
    if needed not in seen:
        raise NotesError(str(path), 1, needed, "this column is missing")


def _check_commas(path: Path, header: list[str]) -> None:
    """A spreadsheet in another language parts cells by ; and a copied table by tabs: then the header is one cell."""
    for mark, name in ((";", "semicolons"), ("\t", "tabs")):
        if len(header) == 1 and mark in header[0]:
            raise NotesError(str(path), 1, "", f"the cells are parted by {name}; save it with commas")


def _row(path: Path, row: int, header: list[str], cells: list[str]) -> dict[str, str]:
    if len(cells) != len(header):
        raise NotesError(str(path), row, "", f"{len(cells)} cells, and {len(header)} columns in the header")
    found = {name: cell.strip() for name, cell in zip(header, cells, strict=True) if cell.strip()}
    if "" in found:
        raise NotesError(str(path), row, "", "a cell below a column without a name")
    return found


def placed(path: Path, row: int, read: Callable[[Any], Any], raw: Any) -> Any:
    """What `read` makes of a part of a file; what is wrong with it becomes a NotesError with its place."""
    try:
        return read(raw)
    except Wrong as wrong:
        raise NotesError(str(path), row, wrong.place, str(wrong)) from None
    except ValueError as wrong:
        raise NotesError(str(path), row, "", str(wrong)) from None
