"""Bytes to segments: text decoded, line breaks and indentation dropped, nothing else touched.

A file whose segments all end alike (`~`, `~` LF or `~` CR LF) is split in one call. Anything else - 80-column wraps,
indentation, empty segments - goes the slow way and gives the same segments.
"""

from array import array
from collections.abc import Iterator
from itertools import accumulate

from curette.x12.delimiters import Delimiters

BLANKS = b" \t\r\n\x00\x1a"
_HEAD = 1 << 11  # bytes of the first block: the head of a transaction is often asked for alone
_BLOCK = 1 << 15
_INDENTS = (b" ", b"\t", b"\x00", b"\x1a")
_BLANKS = BLANKS.decode("latin-1")


def encoding_of(raw: bytes) -> str:
    """ASCII, else UTF-8, else Latin-1."""
    if raw.isascii():
        return "ascii"
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8"


def decode(raw: bytes) -> str:
    """Bytes as text: never fails, never loses a byte."""
    return raw.decode(encoding_of(raw))


def separator(raw: bytes, terminator: bytes, count: int) -> bytes | None:
    """What stands between the `count` segments of `raw` when it is the same everywhere, else None."""
    between = _alike(raw, terminator, count)
    return None if between is None or any(between + blank in raw for blank in _INDENTS) else between


def _alike(raw: bytes, terminator: bytes, count: int) -> bytes | None:
    """The terminator with the line break after it, when all have the same."""
    if raw.count(terminator) != count:
        return None
    if terminator == b"\n":
        return terminator if b"\r" not in raw else None
    if b"\n" not in raw:
        return terminator if terminator == b"\r" or b"\r" not in raw else None
    if raw.count(b"\n") != count - 1:
        return None
    carriage = terminator != b"\r" and b"\r" in raw
    if carriage and raw.count(b"\r") != count - 1:
        return None
    between = terminator + (b"\r\n" if carriage else b"\n")
    return between if raw.count(between) == count - 1 else None


def blocks(raw: bytes, delimiters: Delimiters, between: bytes | None) -> Iterator[list[str]]:
    """The segments of `raw`, which ends with a terminator, in lists of some hundred (small lists stay in the cache)."""
    if between is None:
        pieces = (piece.strip("\r\n").lstrip(_BLANKS) for piece in decode(raw).split(delimiters.segment))
        yield [piece.replace("\r", "").replace("\n", "") for piece in pieces if piece]
        return
    separator, encoding = between.decode("latin-1"), encoding_of(raw)
    for start, stop in _cuts(raw, between):
        yield raw[start:stop].decode(encoding).split(separator)


def _cuts(raw: bytes, between: bytes) -> Iterator[tuple[int, int]]:
    """Where each block begins and ends, without what stands between."""
    start, end, size = 0, len(raw) - 1, _HEAD
    while start <= end:
        stop = raw.rfind(between, start, start + size) if end - start > size else end
        if stop < 0:  # a long segment
            stop = raw.find(between, start + size)
        stop = end if stop < 0 else stop
        yield start, stop
        start, size = stop + len(between), _BLOCK


def split(raw: bytes, delimiters: Delimiters, between: bytes | None) -> list[str]:
    """All of `blocks` in one list."""
    return [segment for block in blocks(raw, delimiters, between) for segment in block]


def starts(raw: bytes, delimiters: Delimiters, between: bytes | None) -> "array[int]":
    """The byte offset in `raw` of each segment that `blocks` gives, and one past the end of the last."""
    if between is not None:
        offsets = array("Q", (0,))
        for start, stop in _cuts(raw, between):
            lengths = map(len(between).__add__, map(len, raw[start:stop].split(between)))
            offsets.extend(accumulate(lengths, initial=offsets.pop()))
        offsets[-1] = len(raw)
        return offsets
    found: array[int] = array("Q")
    offset = 0
    for piece in raw.split(delimiters.segment.encode("latin-1")):
        bare = piece.strip(b"\r\n").lstrip(BLANKS)
        if bare:
            found.append(offset + len(piece) - len(piece.lstrip(BLANKS)))
        offset += len(piece) + 1
    found.append(len(raw))
    return found
