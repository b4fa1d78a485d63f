"""Where interchanges begin: finds each ISA, checks it, and steps over what does not belong between interchanges."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from attrs import frozen

from curette.errors import NotX12
from curette.findings import Finding, Place, Rule, Severity
from curette.x12 import faults
from curette.x12.delimiters import ISA_MAX, ISA_WIDTHS, Isa, find_isa, read_isa
from curette.x12.source import Source, refuse_other_forms
from curette.x12.transaction import Interchange, Unread

_BLOCK = 1 << 20
_BOM = b"\xef\xbb\xbf"
_PADDING = re.compile(rb"(?:[\s\x00\x1a]|" + _BOM + rb")*")
_KINDS = ((_BOM, "a byte order mark"), (b"\x1a", "an end-of-file mark"), (b"\x00", "zero bytes"), (b"", "blanks"))
_LIKE_X12 = re.compile(rb"[A-Za-z][A-Za-z0-9]{1,2}[^A-Za-z0-9\s]")
QUALIFIERS = frozenset(["01", "14", "20", "27", "28", "29", "30", "33", "ZZ"])
_DAY6 = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{2})", re.ASCII)
_TIME = re.compile(r"([01][0-9]|2[0-3])[0-5][0-9]([0-5][0-9]([0-9]{1,2})?)?", re.ASCII)


def is_day(text: str) -> bool:
    """Whether `text` is a day, CCYYMMDD or YYMMDD."""
    text = "20" + text if len(text) == 6 else text
    if len(text) != 8 or not text.isascii() or not text.isdigit():
        return False
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return False
    return True


def is_time(text: str) -> bool:
    """Whether `text` is HHMM, HHMMSS, HHMMSSD or HHMMSSDD."""
    return _TIME.fullmatch(text) is not None


@frozen
class Header:
    """An ISA that can be read, and what is wrong with it."""

    isa: Isa
    interchange: Interchange
    offset: int
    index: int
    findings: tuple[Finding, ...]


class Walker:
    """Iterates over the interchanges of a file; after each, `resume` says where it ended."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.offset = 0
        self.index = 0  # ordinal of the segment before `offset`
        self.seen: dict[tuple[str, ...], tuple[int, int]] = {}
        self.key: tuple[str, ...] = ()
        self.begun = 0
        self.lost = False  # what follows up to the next ISA was told of

    def resume(self, offset: int, index: int, whole: bool, lost: bool = False) -> None:
        """The interchange ended before `offset`; `index` is the ordinal of its last segment. `lost`: it has no end that
        anybody could find, which was told.
        """
        self.lost = lost
        if whole:
            self.seen.setdefault(self.key, (self.begun, offset))
        self.offset, self.index = offset, index

    def within(self, start: int, stop: int) -> int | None:
        """Where between these an ISA without fault stands in the midst of a segment: what was before it was cut."""
        found = self._find(start)
        while found is not None and found < stop:
            isa = read_isa(self._at(found, ISA_MAX))
            if isa is not None and not isa.widths:
                return found
            found = self._find(found + 3)
        return None

    def __iter__(self) -> Iterator[Header | Finding | Unread]:
        head = self._at(0, ISA_MAX)
        refuse_other_forms(self.source.name, head)
        if head.startswith(_BOM):
            yield self._finding(faults.PADDING, 0, 3, kind="a byte order mark")
            self.offset = 3
        first = True
        while True:
            start, found = self._next()
            yield from self._between(start, found, first)
            if found is None:
                return
            if first and self.source.wrap is not None:
                yield self._finding(faults.WRAP, 0, self._size(), count=self._size() // self.source.wrap.width)
            first = False
            yield from self._header(found)

    def _next(self) -> tuple[int, int | None]:
        """Where something other than padding begins, and where the next ISA begins (None where there is none)."""
        start = self._skip_padding(self.offset)
        if self._at(start, 4)[:3] == b"ISA" and self._size() - start > 3:
            return start, start
        return start, self._find(start)

    def _between(self, start: int, found: int | None, first: bool) -> Iterator[Finding | Unread]:
        """What is wrong with the bytes from the end of one interchange to the begin of the next."""
        padding = self._at(self.offset, min(start - self.offset, _BLOCK))
        if padding.strip(b" \t\r\n") or (first and padding):
            kind = next(name for mark, name in _KINDS if mark in padding)
            yield self._finding(faults.PADDING, self.offset, start - self.offset, kind=kind)
        if first and start == self._size():
            raise NotX12(self.source.name, "holds nothing but blanks or zero bytes")
        if found == start or start == self._size():
            return
        end = found if found is not None else self._size()
        head = self._at(start, 64)
        if found is None and first:
            if not _LIKE_X12.match(head) or head[:3] == b"ISA":  # nothing was read yet, so nothing is lost
                raise NotX12(self.source.name, "holds no X12 interchange")
            name = re.match(rb"[A-Za-z0-9]*", head)
            missing = self._finding(faults.ISA_MISSING, start, end - start, name[0].decode() if name else "")
            yield from self._unread(start, end, missing)
        elif self.lost:
            self.lost = False
            yield from self._unread(start, end)
        else:
            yield from self._unread(start, end, self._finding(faults.TEXT, start, end - start, size=end - start))

    def _header(self, offset: int) -> Iterator[Header | Finding | Unread]:
        isa = read_isa(self._at(offset, ISA_MAX))
        if isa is None:
            yield from self._skip(offset, self._finding(faults.ISA_MISSING, offset, 3, "ISA"))
            return
        if isa.clash is not None:
            length, element = isa.length, isa.clash_element
            clash = self._finding(faults.ISA_DELIMITERS, offset, length, "ISA", element, reason=isa.clash)
            yield from self._skip(offset, clash)
            return
        v = isa.elements
        interchange = Interchange(
            v[13].strip(), v[5].strip(), v[6].strip(), v[7].strip(), v[8].strip(), v[9] + v[10], v[12], v[15],
            isa.delimiters,
        )  # fmt: skip
        self.key, self.begun = (*v[5:9], v[13]), offset
        self.offset = offset + isa.length
        yield Header(isa, interchange, offset, self.index + 1, tuple(self._check(isa, interchange, offset)))

    def _check(self, isa: Isa, interchange: Interchange, offset: int) -> Iterator[Finding]:
        v = isa.elements

        def fault(rule: Rule, element: int, severity: Severity | None = None, **facts: Any) -> Finding:
            place = self._place(offset, isa.length - 1, "ISA", element, interchange.control)
            return rule.at(place, severity=severity, element=element, **facts)

        for element in isa.widths:
            yield fault(faults.ISA_WIDTH, element, size=len(v[element]), expected=ISA_WIDTHS[element - 1])
        for element, right, expected in (
            (9, is_day(v[9]) and len(v[9]) == 6, "a date YYMMDD"),
            (10, is_time(v[10]), "a time HHMM"),
            (12, v[12] in ("00501", "00401"), "00501"),
            (13, v[13].isascii() and v[13].isdigit(), "a number of nine digits"),
            (15, v[15] in ("P", "T"), "P or T"),
        ):
            if not right and element not in isa.widths:
                yield fault(faults.ISA_VALUE, element, expected=expected)
        for element, codes in (
            (1, ("00", "03")),
            (3, ("00", "01")),
            (5, QUALIFIERS),
            (7, QUALIFIERS),
            (14, ("0", "1")),
        ):
            if v[element] not in codes and element not in isa.widths:
                yield fault(faults.ISA_VALUE, element, Severity.WARNING, expected="a code of the guide")
        if not isa.delimiters.repetition and v[12] >= "00402":
            yield fault(faults.ISA_REPETITION, 11)
        if earlier := self.seen.get(self.key):
            same = self._same(earlier, offset)
            yield fault(faults.ISA_COPY if same else faults.ISA_TWICE, 13)

    def _same(self, earlier: tuple[int, int], offset: int) -> bool:
        """Whether the bytes from `offset` repeat the earlier interchange."""
        start, stop = earlier
        done = 0
        while done < stop - start:
            size = min(_BLOCK, stop - start - done)
            if self._at(start + done, size) != self._at(offset + done, size):
                return False
            done += size
        return True

    def _skip(self, offset: int, why: Finding) -> Iterator[Finding | Unread]:
        """Give up the interchange that begins at `offset`; the next ISA is the next hope."""
        self.index += 1
        found = self._find(offset + 3)
        self.offset = self._size() if found is None else found
        yield from self._unread(offset, self.offset, why)

    def _unread(self, start: int, end: int, *why: Finding) -> Iterator[Finding | Unread]:
        """What is wrong with bytes that cannot be used, and the bytes."""
        yield from why
        yield Unread(self.source.name, self.source.stream, start, end, why)

    # -- the bytes

    def _at(self, offset: int, size: int) -> bytes:
        self.source.stream.seek(offset)
        return self.source.stream.read(size)

    def _size(self) -> int:
        return self.source.stream.seek(0, 2)

    def _skip_padding(self, offset: int) -> int:
        while data := self._at(offset, _BLOCK):
            match = _PADDING.match(data)
            skipped = match.end() if match else 0
            if skipped < len(data):
                return offset + skipped
            offset += skipped
        return offset

    def _find(self, offset: int) -> int | None:
        """The next ISA at or after `offset`."""
        while data := self._at(offset, _BLOCK):
            if (found := find_isa(data)) >= 0:
                return offset + found
            if len(data) < _BLOCK:
                return None
            offset += len(data) - ISA_MAX
        return None

    def _place(
        self, offset: int, length: int, segment: str = "", element: int | None = None, control: str | None = None
    ) -> Place:
        return Place(
            file=self.source.name, interchange=control, segment_index=self.index + 1, segment=segment, element=element,
            offset=self.source.offset(offset), length=length,
        )  # fmt: skip

    def _finding(
        self, rule: Rule, offset: int, length: int, segment: str = "", element: int | None = None, **facts: Any
    ) -> Finding:
        """A finding on the segment that begins at `offset`, the one after `self.index`."""
        return rule.at(self._place(offset, length, segment, element), element=element, **facts)
