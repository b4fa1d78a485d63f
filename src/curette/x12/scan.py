"""Finds the envelope segments of one interchange without splitting the rest: one expression over blocks of bytes.

What lies between is only counted. Irregular segment starts (blanks, empty segments, anything but a capital) are told
too, so that the usual file can be split in one call later.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO

from curette._records import record
from curette.x12.delimiters import Delimiters

BLOCK = 1 << 16
LONGEST = 1 << 20  # no segment is followed further than this
USUAL = bytes(range(0x20, 0x7F)) + b"\r\n"
ENVELOPE = ("ISA", "IEA", "GS", "GE", "ST", "SE", "TA1")


@record
class Mark:
    """A segment that matters: `id` is an envelope segment, or BLANK, EMPTY, ODD (odd start), LONG, CUT (file ends).

    MIXED says that segments are not all parted as they are after the ISA, or hold characters that are not USUAL.
    """

    id: str
    offset: int  # of its first byte in the file
    index: int  # 1-based ordinal of the segment in the file
    text: bytes  # without terminator; empty for irregularities


def marks(stream: BinaryIO, start: int, index: int, delimiters: Delimiters, limit: int | None = None) -> Iterator[Mark]:
    """The marks that follow the ISA whose terminator is at `start`; `index` is the ISA's ordinal.

    Ends after IEA, at the next ISA (told, not consumed), or at the end of the file, which is told as CUT at the last
    segment present; a CUT whose text is not empty is a segment that lacks its terminator. At `limit`, where one is
    known, an ISA begins in the midst of a segment.
    """
    return _Scanner(stream, start, index, delimiters, limit).run()


def between(stream: BinaryIO, start: int, term: bytes) -> bytes:
    """The terminator at `start` with the line break that follows it."""
    stream.seek(start)
    after = stream.read(3)[1:]
    breaks = after[: 2 if after == b"\r\n" else 1 if after[:1] in (b"\r", b"\n") else 0]
    return term if breaks[:1] == term else term + breaks


class _Scanner:
    def __init__(self, stream: BinaryIO, start: int, index: int, delimiters: Delimiters, limit: int | None) -> None:
        self.stream = stream
        self.limit = limit
        self.base = start  # file offset of buffer[0], which is always a terminator
        self.index = index  # ordinal of the segment that ends at `counted`
        self.counted = self.terms = self.empty = 0
        self.term = delimiters.segment.encode("latin-1")
        self.texts = (USUAL + delimiters.bytes).translate(None, self.term + b"\r\n")
        term, element = re.escape(self.term), re.escape(delimiters.element.encode("latin-1"))
        breaks = b"".join(name for c, name in ((b"\r", rb"\r"), (b"\n", rb"\n")) if c != self.term)
        ids = b"(" + b"|".join(i.encode() for i in ENVELOPE) + b")(?=" + element + b"|" + term + b")"
        # the look-aheads pass over the capitals that no envelope segment has there: nearly all of a file
        usual = b"(?=[^A-FHJ-RU-Z" + breaks + b"])(?:" + ids + b"|(?=[^A-Z]))"
        self.general = re.compile(term + b"[" + breaks + b"]*" + usual)
        self.between = between(stream, start, self.term)
        # for segments that are all parted alike: an expression that begins with one fixed byte is searched fastest
        second = b"(?=[^A-FHJ-RU-Z](?:[^B-DF-RU-Z]|(?<![A-Z])))"
        self.fast = re.compile(re.escape(self.between[-1:]) + second + usual)
        self.envelope = re.compile(ids)

    def run(self) -> Iterator[Mark]:
        self.stream.seek(self.base)
        buffer = self._read()
        while True:
            end = buffer.rfind(self.term)
            breaks = buffer[:end].translate(None, self.texts)  # one call tells all about the usual block
            first, self.terms = self.index, breaks.count(self.term)
            empty = self.empty
            for mark in self._marks(buffer, end, breaks):
                yield mark
                if mark.id in ("IEA", "ISA", "LONG"):
                    return
            self.index = first + self.terms - (self.empty - empty)
            buffer = buffer[end:]
            self.base += end
            self.counted = 0
            if len(buffer) > LONGEST:
                begin = len(buffer) - len(buffer[1:].lstrip(_BREAKS))
                yield Mark("LONG", self.base + begin, self.index + 1, b"")
                return
            more = self._read()
            if not more:
                yield from self._rest(buffer)
                return
            buffer += more

    def _read(self) -> bytes:
        return self.stream.read(BLOCK if self.limit is None else min(BLOCK, self.limit - self.stream.tell()))

    def _marks(self, buffer: bytes, end: int, breaks: bytes) -> list[Mark]:
        state = self.index, self.counted, self.empty
        if self._is_regular(buffer, end, breaks):
            found = list(self._block(buffer, end, self.fast))
            if all(mark.id != "MIXED" for mark in found):
                return found
            self.index, self.counted, self.empty = state
        mixed = Mark("MIXED", self.base, self.index, b"")
        return [mixed, *self._block(buffer, end, self.general)]

    def _is_regular(self, buffer: bytes, end: int, breaks: bytes) -> bool:
        """Whether the same break, or none, follows every terminator, and none stands elsewhere.

        `breaks` is all that is no text: terminators, line breaks, unusual characters.
        """
        if breaks != self.between * self.terms:
            return False
        return not self.between[1:] or buffer.count(self.between, 0, end) == self.terms

    def _block(self, buffer: bytes, end: int, pattern: re.Pattern[bytes]) -> Iterator[Mark]:
        """Marks of the segments that end at or before `end`, the last terminator in the buffer."""
        for match in pattern.finditer(buffer, 0, end + 1):
            at = match.start()
            if at >= end:
                return
            self._count(buffer, at)
            if match[1]:
                yield self._mark(buffer, match.start(1), match[1])
                continue
            body = at + 1
            while buffer[body : body + 1] in _BLANK and buffer[body : body + 1] != self.term and body < end:
                body += 1
            if buffer[body : body + 1] == self.term:
                self.index -= 1
                self.empty += 1
                # a blank line where lines are segments is no fault, but the segments are not parted alike any more
                yield Mark("MIXED" if self.term in b"\r\n" else "EMPTY", self.base + body, self.index + 2, b"")
                continue
            if match.end() != body:
                yield Mark("BLANK", self.base + body, self.index + 1, b"")
                if found := self.envelope.match(buffer, body, end + 1):
                    yield self._mark(buffer, body, found[1])
                    continue
            if not buffer[body : body + 1].isupper():
                stop = buffer.find(self.term, body)
                yield Mark("ODD", self.base + body, self.index + 1, buffer[body:stop][:64])

    def _mark(self, buffer: bytes, body: int, name: bytes) -> Mark:
        stop = buffer.find(self.term, body)
        return Mark(name.decode(), self.base + body, self.index + 1, buffer[body:stop])

    def _count(self, buffer: bytes, to: int) -> None:
        """Bring `index` to the ordinal of the segment that ends at the terminator `to`."""
        if to > self.counted:
            self.index += buffer.count(self.term, self.counted + 1, to + 1)
            self.counted = to

    def _rest(self, buffer: bytes) -> Iterator[Mark]:
        """What follows the last terminator of a file, or of what stands before an ISA, that ends without IEA."""
        tail = buffer[1:].lstrip(b" \t\r\n\x00\x1a")
        offset = self.base + len(buffer) - len(tail)
        text = tail.rstrip(b" \t\r\n\x00\x1a")
        found = self.envelope.match(text + self.term)
        if found and found[1] == b"IEA":
            yield Mark("IEA", offset, self.index + 1, text)
            yield Mark("TAIL", offset, self.index + 1, text)
        elif self.limit is not None:
            yield Mark("ISA", self.limit, self.index + 1, b"ISA")
        elif not tail:
            yield Mark("CUT", self.base, self.index, b"")
        else:
            yield Mark("CUT", offset, self.index + 1, text)


_BREAKS = b" \t\r\n"
_BLANK = (b" ", b"\t", b"\r", b"\n")
