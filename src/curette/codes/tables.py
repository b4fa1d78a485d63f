"""Code sets and edit tables: ICD-10-CM, HCPCS, fee schedule, MUE, add-on codes, NCCI pairs, places of service, ...

A file (`NAME-EDITION.table`) holds one edition of one table, in one form for what ships with curette and what a user
imports. Rows are sorted by key (the codes of a row written one after the other, "1700417000" for a pair) and many rows
share their dates and values, so a row is a number for its key and a number for the rest; a file is mapped into memory,
not read, and a look-up is one binary search (a pair of 2.4 million costs two to three microseconds).

    curette table 1 <LF> head as JSON <LF> blanks to 8 | keys, 64 bits | numbers of values | values as JSON

A number of values has as many bytes as the head's `width` says: 2 where they are few, else 4.

Dates are dates of service: a row holds from `start` to `end`, both included, None where that end is open.
"""

import json
import mmap
import os
import sys
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import platformdirs
from attrs import evolve, frozen

from curette import private
from curette._records import record
from curette.errors import ConfigError, TableError

SUFFIX = ".table"
_MAGIC = b"curette table 1\n"
_LONGEST = 12
_HEAD_LIMIT = 1 << 16
_ENDS = (b"]]", b"[]")  # of the values
_CODES = {2: "H", 4: "I"}  # of the array module, by width


@frozen
class Head:
    """What a file says of itself."""

    table: str  # "ptp"; see TITLES
    edition: str  # "2026Q2": what a message names
    start: date | None  # the dates of service it is for, both included
    end: date | None
    source: str  # whose list, and which file
    fields: tuple[str, ...]  # the values of a row
    complete: bool = True  # False: a subset, so that a code it lacks is not checked
    rows: int = 0

    def covers(self, day: date) -> bool:
        """Whether this edition is for services of that day."""
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)

    def stale_on(self, day: date) -> bool:
        """Whether a newer edition must exist by then."""
        return self.end is not None and day > self.end


@record
class Row:
    """One row: when it holds, and its values by field (all text; empty where the list says nothing)."""

    start: date | None
    end: date | None
    values: Mapping[str, str]

    def holds(self, day: date) -> bool:
        """Whether it is in force on that day."""
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)


Edition = tuple[str, str, date | None]  # its table, its name, its last day

TITLES = {
    "icd10cm": "ICD-10-CM diagnoses, billable",
    "hcpcs": "HCPCS Level II codes",
    "cpt": "CPT codes, dermatology (numbers only)",
    "pfs": "Medicare fee schedule indicators and RVUs",
    "mue": "Medically unlikely edits",
    "addon": "Add-on codes and their primaries",
    "ptp": "NCCI procedure-to-procedure edits",
    "pos": "Places of service",
    "taxonomy": "Provider taxonomy codes",
    "carc": "Claim adjustment reason codes",
    "rarc": "Remittance advice remark codes",
    "filing": "Claim filing indicators",
    "states": "States and provinces",
    "countries": "Countries",
    "modifiers": "Modifiers and what they stand on",
}


def number(key: str) -> int:
    """A key as the files hold it; ValueError for anything but one to twelve digits and capitals."""
    if not (key.isalnum() and key.isascii() and key == key.upper() and len(key) <= _LONGEST):
        raise ValueError("not a code")
    return int("1" + key, 36)


def _code(number: int) -> str:
    digits = ""
    while number > 1:
        number, rest = divmod(number, 36)
        digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[rest] + digits
    return digits


class Table:
    """One edition. Nothing but its head is read before the first look-up."""

    def __init__(self, file: Traversable, *, imported: bool = False) -> None:
        self.file = file
        self.imported = imported
        self.head, self._width = _head(file)
        if imported:
            _check_end(file)
        self._made: dict[int, Row] = {}

    @property
    def excerpt(self) -> bool:
        """Whether it is a part of an official list that a user imported: what that lacks proves nothing. (The parts
        that ship have all of what they are about.)
        """
        return self.imported and not self.head.complete

    @cached_property
    def _raw(self) -> memoryview:
        if isinstance(self.file, Path):
            with self.file.open("rb") as stream:
                raw = memoryview(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ))
        else:
            raw = memoryview(self.file.read_bytes())
        begin = raw[: _HEAD_LIMIT + len(_MAGIC)].tobytes().index(b"\n", len(_MAGIC)) + 1
        return raw[begin + -begin % 8 :]

    @cached_property
    def _keys(self) -> "memoryview | array[int]":
        return _native("Q", self._raw[: self.head.rows * 8])

    @cached_property
    def _kinds(self) -> "memoryview | array[int]":
        keys = self.head.rows * 8
        return _native(_CODES[self._width], self._raw[keys : keys + self.head.rows * self._width])

    @cached_property
    def _values(self) -> list[tuple[str | None, ...]]:
        """The distinct values; texts that come again are kept once."""
        texts: dict[str | None, str | None] = {}
        values = json.loads(bytes(self._raw[self.head.rows * (8 + self._width) :]))
        return [tuple(texts.setdefault(text, text) for text in row) for row in values]

    @cached_property
    def changes(self) -> list[date]:
        """The days, in order, on which it says something else than on the day before."""
        starts = {*map(_day, {start for start, *_ in self._values}), self.head.start}
        ends = {*map(_day, {end for _, end, *_ in self._values}), self.head.end}
        after = {day + timedelta(1) for day in ends if day is not None and day < date.max}
        return sorted({day for day in starts if day is not None} | after)

    def _row(self, kind: int) -> Row:
        """The values by their number; most are never asked for."""
        made = self._made.get(kind)
        if made is None:
            start, end, *rest = self._values[kind]
            texts = dict(zip(self.head.fields, map(str, rest), strict=True))
            made = self._made[kind] = Row(_day(start), _day(end), texts)
        return made

    def find(self, key: str) -> list[Row]:
        """Every row of a key, the earliest first; none for what is no code."""
        try:
            wanted = number(key)
        except ValueError:
            return []
        keys, found = self._keys, []
        at = bisect_left(keys, wanted)
        while at < len(keys) and keys[at] == wanted:
            kind = self._kinds[at]
            found.append(self._made.get(kind) or self._row(kind))
            at += 1
        return found

    def at(self, key: str, day: date) -> Row | None:
        """The row of a key that is in force on a day."""
        return next((row for row in self.find(key) if row.holds(day)), None)

    def beginning(self, prefix: str) -> Iterator[tuple[str, Row]]:
        """The rows whose keys are longer than `prefix` and begin with it, by length and then in order."""
        try:
            number(prefix)
        except ValueError:
            return
        for more in range(1, _LONGEST + 1 - len(prefix)):
            first, last = (number(prefix + digit * more) for digit in "0Z")
            for at in range(bisect_left(self._keys, first), bisect_right(self._keys, last)):
                yield _code(self._keys[at]), self._row(self._kinds[at])

    def __iter__(self) -> Iterator[tuple[str, Row]]:
        for key, kind in zip(self._keys, self._kinds, strict=True):
            yield _code(key), self._row(kind)

    def __len__(self) -> int:
        return self.head.rows


class Tables:
    """Every edition at hand: those that ship, and those in `folder`, which win."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        found = [Table(f) for f in _files(files("curette.codes") / "data")]
        found += [Table(f, imported=True) for f in _imported(folder)]
        self._editions: dict[str, list[Table]] = {}
        for table in sorted(found, key=lambda t: (t.imported, t.head.start or date.min, t.head.end or date.max)):
            self._editions.setdefault(table.head.table, []).insert(0, table)
        self._chosen: dict[tuple[str, date], Table | None] = {}

    def editions(self, name: str) -> tuple[Table, ...]:
        """The editions of a table, imported before shipped, the newest first."""
        return tuple(self._editions.get(name, ()))

    def __iter__(self) -> Iterator[Table]:
        for name in TITLES:
            yield from self.editions(name)

    def on(self, name: str, day: date) -> Table | None:
        """The edition for services of a day; where none is for it, the nearest before, else the first after."""
        if (name, day) not in self._chosen:
            self._chosen[name, day] = self._choose(name, day)
        return self._chosen[name, day]

    def asked(self, names: Iterable[str], days: Iterable[date]) -> frozenset[Edition]:
        """The editions of these tables for services of these days."""
        chosen = (self.on(name, day) for name in names for day in days)
        return frozenset((t.head.table, t.head.edition, t.head.end) for t in chosen if t is not None)

    def _choose(self, name: str, day: date) -> Table | None:
        editions = self.editions(name)
        covering = next((t for t in editions if t.head.covers(day)), None)
        before = [t for t in editions if t.head.end is not None and t.head.end < day]
        latest = max(before, key=lambda t: (t.head.end or date.max, t.imported), default=None)
        return covering or latest or (editions[-1] if editions else None)


def write(path: Path, head: Head, rows: Iterable[tuple[str, date | None, date | None, tuple[str, ...]]]) -> Head:
    """Write one edition, whole or not at all: `rows` are key, first and last day, values. Returns its head.

    ValueError for a key that is no code or a row with other values than the head's fields.
    """
    draft = Draft(head.fields)
    for row in rows:
        draft.add(*row)
    return draft.write(path, head)


class Draft:
    """The rows of an edition before it is written, in any order: 12 bytes a row, and each distinct value once."""

    def __init__(self, fields: tuple[str, ...]) -> None:
        self.fields = fields
        self._keys, self._kinds = array("Q"), array("I")
        self._known: dict[tuple[Any, ...], int] = {}

    def __len__(self) -> int:
        return len(self._keys)

    def add(self, key: str, start: date | None, end: date | None, values: tuple[str, ...]) -> None:
        """One row; ValueError for a key that is no code or other values than the fields."""
        if len(values) != len(self.fields):
            raise ValueError(f"{key}: {len(values)} values for {len(self.fields)} fields")
        self._keys.append(number(key))
        self._kinds.append(self._known.setdefault((start, end, *values), len(self._known)))

    def write(self, path: Path, head: Head) -> Head:
        """The edition as a file, whole or not at all. Returns `head` with the number of rows."""
        order = _renumber(self._known)
        texts = [[start and start.isoformat(), end and end.isoformat(), *rest] for start, end, *rest in order]
        ranks = [0] * len(order)
        for rank, value in enumerate(order):
            ranks[self._known[value]] = rank
        # Key and rank in one number: half the memory of pairs, and files that come in order sort in no time.
        rows = [key << 32 | ranks[kind] for key, kind in zip(self._keys, self._kinds, strict=True)]
        rows.sort()
        head, width = evolve(head, rows=len(rows)), 2 if len(order) <= 1 << 16 else 4
        said = json.dumps(_as_json(head) | {"width": width}, separators=(",", ":"), sort_keys=True)
        first = _MAGIC + said.encode() + b"\n"
        parts = (
            first + b" " * (-len(first) % 8), _little(array("Q", (row >> 32 for row in rows))),
            _little(array(_CODES[width], (row & 0xFFFFFFFF for row in rows))),
            json.dumps(texts, separators=(",", ":"), ensure_ascii=False).encode(),
        )  # fmt: skip
        _replace(path, parts)
        return head


def _renumber(known: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The distinct values in an order of their own, the earliest first: a file does not depend on that of its rows."""
    return sorted(known, key=lambda v: (v[0] or date.min, v[1] or date.max, v[2:]))


def _replace(path: Path, parts: Iterable[bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with private.replacing(path) as stream:
        stream.writelines(parts)


def user_folder() -> Path:
    """Where imported editions are kept: $CURETTE_TABLES, or `tables` in the user's data folder."""
    named = os.environ.get("CURETTE_TABLES")
    return Path(named) if named else platformdirs.user_data_path("curette") / "tables"


def file_name(table: str, edition: str) -> str:
    """What the file of an edition is called."""
    return f"{table}-{edition}{SUFFIX}"


def _imported(folder: Path | None) -> list[Traversable]:
    """ConfigError where nobody can tell, as in the home of somebody else: older tables do not step in silently."""
    try:
        return _files(folder) if folder is not None else []
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise ConfigError(f"{folder}: {error.strerror} (CURETTE_TABLES names another folder)") from None


def _files(folder: Traversable) -> list[Traversable]:
    return sorted((f for f in folder.iterdir() if f.name.endswith(SUFFIX)), key=lambda f: f.name)


def _head(file: Traversable) -> tuple[Head, int]:
    """What a file says of itself, and the bytes of its numbers of values."""
    try:
        with file.open("rb") as stream:
            magic, line = stream.read(len(_MAGIC)), stream.readline(_HEAD_LIMIT)
        if magic != _MAGIC:
            raise ValueError("not a table of curette")
        values = json.loads(line)
        fields = tuple(map(str, values.pop("fields")))
        width = values.pop("width", 4)
        if width not in _CODES:
            raise ValueError("numbers of no known width")
        head = Head(start=_day(values.pop("start")), end=_day(values.pop("end")), fields=fields, **values)
        return head, width
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise TableError(str(file), f"cannot be used ({type(error).__name__}); import it again") from None


def _check_end(file: Traversable) -> None:
    """TableError where the end of a file is gone; else a look-up would find out, amid a claim."""
    with file.open("rb") as stream:
        stream.seek(max(stream.seek(0, os.SEEK_END) - len(_ENDS[0]), 0))
        if stream.read() not in _ENDS:
            raise TableError(str(file), "is cut short; import it again")


def _as_json(head: Head) -> dict[str, Any]:
    names = ("table", "edition", "source", "fields", "complete", "rows")
    days = {name: day and day.isoformat() for name, day in (("start", head.start), ("end", head.end))}
    return {name: getattr(head, name) for name in names} | days


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _native(code: str, raw: memoryview) -> "memoryview | array[int]":
    """Numbers as they lie in the file, or turned where this machine counts from the other end."""
    if sys.byteorder == "little":
        return raw.cast(code)  # type: ignore[call-overload, no-any-return]
    turned: array[int] = array(code, raw)
    turned.byteswap()
    return turned


def _little(numbers: "array[int]") -> bytes:
    if sys.byteorder != "little":
        numbers.byteswap()
    return numbers.tobytes()
