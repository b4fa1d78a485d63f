"""How a field is built: one value, a list, counts by name, or named parts; the same from a JSON value and a CSV cell.

`cell` turns the text of a cell into what JSON would have there, `read` turns that into the value. ValueError says what
is wrong; `Wrong` also where in the field. Neither repeats what stands in the file.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any, Protocol, TypeAlias

from attrs import field, frozen

Raw: TypeAlias = "str | bool | list[Raw] | dict[str, Raw] | None"

_LONGEST = 10_000  # entries of a list


class Wrong(ValueError):
    """What is wrong in the part `place` of a value."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(reason)
        self.place = place


class Twice(dict[str, Any]):
    """An object that names one of its fields twice."""


class Kind(Protocol):
    """How one field is read."""

    def cell(self, text: str) -> Raw:
        """The text of a CSV cell, not empty, as JSON would have it."""

    def read(self, raw: Raw) -> Any:
        """The value; None where nothing is given."""


@frozen
class One:
    """One value; `null` is what an explicit null means."""

    parse: Callable[[str], Any]
    null: Any = None

    def cell(self, text: str) -> Raw:
        """The text itself."""
        return text

    def read(self, raw: Raw) -> Any:
        """The value of the text."""
        if raw is None:
            return self.null
        if isinstance(raw, bool):
            raw = "yes" if raw else "no"
        if not isinstance(raw, str):
            raise ValueError("one value is wanted, neither a list nor an object")
        if not (text := raw.strip()):
            raise ValueError("empty; leave it out where nothing is known")
        return self.parse(text)


@frozen
class Many:
    """A list; in a cell its entries are parted by `mark`, and "none" is the empty list."""

    item: Kind
    mark: str = ";"
    make: Callable[[list[Any]], Collection[Any]] = tuple

    def cell(self, text: str) -> Raw:
        """The entries."""
        return [] if text.casefold() == "none" else [self.item.cell(part.strip()) for part in text.split(self.mark)]

    def read(self, raw: Raw) -> Any:
        """The entries, in order."""
        if raw is None:
            return None
        if not isinstance(raw, list) or len(raw) > _LONGEST:
            raise ValueError(f"a list of at most {_LONGEST} is wanted")
        return self.make([inside(str(at), self._entry, entry) for at, entry in enumerate(raw, 1)])

    def _entry(self, raw: Raw) -> Any:
        if raw is None:
            raise ValueError("empty")
        return self.item.read(raw)


@frozen
class Counts:
    """Counts by name, the names from a closed list; in a cell "benign:6;premalignant:10"."""

    name: Callable[[str], str]
    count: Callable[[str], int]

    def cell(self, text: str) -> Raw:
        """The pairs."""
        found: dict[str, Raw] = {}
        for pair in text.split(";"):
            name, colon, number = (part.strip() for part in pair.partition(":"))
            if not colon or name in found:
                raise ValueError("pairs like benign:6;premalignant:10 are wanted, each name once")
            found[name] = number
        return found

    def read(self, raw: Raw) -> Mapping[str, int] | None:
        """The counts."""
        if raw is None:
            return None
        given = [(self.name(name), number) for name, number in _object(raw).items() if number is not None]
        found = {name: inside(name, One(self.count).read, number) for name, number in given}
        if len(found) < len(given):
            raise ValueError("a name stands there twice")
        return found


@frozen
class Part:
    """A named field: the attribute that it becomes, and how it is read."""

    attribute: str
    kind: Kind


@frozen
class Parts:
    """An object of named fields; in a cell their values in the order of the fields, parted by ":"."""

    make: Callable[..., Any]
    fields: Mapping[str, Part]
    needed: tuple[str, ...] = field(default=())

    def cell(self, text: str) -> Raw:
        """The fields that are not empty."""
        given = [part.strip() for part in text.split(":")]
        if len(given) > len(self.fields):
            raise ValueError(f"at most {len(self.fields)} parts are wanted: {':'.join(self.fields)}")
        both = zip(self.fields.items(), given, strict=False)
        return {name: part.kind.cell(value) for (name, part), value in both if value}

    def read(self, raw: Raw) -> Any:
        """The record of all fields."""
        return None if raw is None else self.make(**self.values(raw))

    def values(self, raw: Raw) -> dict[str, Any]:
        """What is given, by attribute."""
        raw = _object(raw)
        for at, name in enumerate(raw, 1):
            if name not in self.fields:
                raise Wrong(f"field {at}", unknown(name, self.fields))
        read = ((self.fields[name].attribute, inside(name, self.fields[name].kind.read, raw[name])) for name in raw)
        found = {attribute: value for attribute, value in read if value is not None}
        for name in self.needed:
            if self.fields[name].attribute not in found:
                raise Wrong(name, "is missing")
        return found


def _object(raw: Raw) -> "dict[str, Raw]":
    if not isinstance(raw, dict):
        raise ValueError("an object of named fields is wanted")
    if isinstance(raw, Twice):
        raise ValueError("an object that names a field twice")
    return raw


def inside(place: str, read: Callable[[Any], Any], raw: Any) -> Any:
    """What `read` makes of a part; what is wrong with it names the part."""
    try:
        return read(raw)
    except Wrong as wrong:
        raise Wrong(f"{place} {wrong.place}", str(wrong)) from None
    except ValueError as wrong:
        raise Wrong(place, str(wrong)) from None


def unknown(name: str, known: Collection[str]) -> str:
    """That a field is not known, and which one may be meant; the name itself may be data and stays out."""
    from difflib import get_close_matches  # late: only for errors

    close = get_close_matches(name.strip().casefold()[:40], known, 1)
    return "not a field that is known" + (f"; is {close[0]} meant?" if close else "")
