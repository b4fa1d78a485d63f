"""The delimiters of an interchange, read from its own ISA segment.

ISA has sixteen elements of fixed width (106 bytes with the terminator). A sender that pads badly shifts every later
offset, so the fields are found by walking the separators, and a wrong width is a fault that does not stop the reading.
"""

import re
from typing import NamedTuple

from attrs import frozen

ISA_WIDTHS = (2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1)
FIRST_REPETITION = "00402"  # ISA12 from which on ISA11 is a separator
ISA_MAX = 1024  # a longer first segment is no ISA that can be recovered
_ALPHANUMERIC = frozenset(range(0x30, 0x3A)) | frozenset(range(0x41, 0x5B)) | frozenset(range(0x61, 0x7B))
_FORBIDDEN = _ALPHANUMERIC | frozenset(b" -.") | frozenset(range(0x80, 0x100)) | {0}


class Delimiters(NamedTuple):
    """One character each; `repetition` is empty where the interchange has none (ISA11 holds a letter, as 4010 did).

    A tuple, since every pair of claims is asked whether theirs are the same.
    """

    element: str = "*"
    component: str = ":"
    repetition: str = "^"
    segment: str = "~"

    @property
    def bytes(self) -> bytes:
        """All of them as bytes."""
        return (self.element + self.component + self.repetition + self.segment).encode("latin-1")


@frozen
class Isa:
    """An ISA segment: its elements (index 1 to 16), delimiters, length in bytes, and faults.

    `widths` names the elements that are not of their fixed width. `clash` says why the delimiters cannot be used;
    the interchange is then unreadable.
    """

    elements: tuple[str, ...]
    delimiters: Delimiters
    length: int
    widths: tuple[int, ...]
    clash: str | None
    clash_element: int | None = None


def find_isa(data: bytes, start: int = 0) -> int:
    """Where the next ISA segment that can be read begins at or after `start`, or -1."""
    for match in _ISA.finditer(data, start):
        isa = read_isa(data[match.start() : match.start() + ISA_MAX])
        if isa is not None and isa.clash is None:
            return match.start()
    return -1


_ISA = re.compile(rb"ISA(?=[^A-Za-z0-9\s]|[\x1c-\x1f])")
_NEXT = re.compile(rb"[\s\x00\x1a]*(?:(?:GS|TA1|IEA|ST|ISA)[^A-Za-z0-9]|\Z)")


def read_isa(data: bytes) -> Isa | None:
    """The ISA at the start of `data`; None when there are not sixteen elements within reach (cut, or not an ISA)."""
    if len(data) < 5 or data[:3] != b"ISA":
        return None
    separator = data[3:4]
    parts = data[:ISA_MAX].split(separator, 16)
    if len(parts) < 17 or len(parts[16]) < 1:
        return None
    tail = parts[16]
    values = ("ISA", *(p.decode("latin-1") for p in parts[1:16]), tail[:1].decode("latin-1"))
    length = sum(map(len, parts[:16])) + 16 + 2
    terminator = tail[1:2]
    widths = tuple(i for i, width in enumerate(ISA_WIDTHS[:15], 1) if len(values[i]) != width)
    repetition = values[11]
    if len(repetition) != 1 or repetition.isalnum() or values[12] < FIRST_REPETITION:
        repetition = ""
    delimiters = Delimiters(separator.decode("latin-1"), values[16], repetition, terminator.decode("latin-1"))
    clash, element = _clash(delimiters, tail, widths)
    return Isa(values, delimiters, length, widths, clash, element)


def _clash(d: Delimiters, tail: bytes, widths: tuple[int, ...]) -> tuple[str | None, int | None]:
    """Why these delimiters cannot be used (and the element that shows it), or (None, None)."""
    if not d.segment:
        return "the ISA segment has no terminator", None
    names = {"element separator": d.element, "component separator": d.component, "segment terminator": d.segment}
    if d.repetition:
        names["repetition separator"] = d.repetition
    for name, character in names.items():
        if ord(character) in _FORBIDDEN or (character in "\r\n" and name != "segment terminator"):
            return f"the {name} is a character that data may hold", None
    if d.segment == d.element and tail[2:3] and not _NEXT.match(tail, 2):
        return "the ISA segment has more than sixteen elements", 16
    if len(set(names.values())) < len(names):
        return "two delimiters are the same character", None
    if widths and not _NEXT.match(tail, 2):
        return "no segment follows the ISA segment where its terminator should be", widths[0]
    return None, None
