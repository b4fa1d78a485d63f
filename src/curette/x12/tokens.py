"""Bytes to segments: text decoded, line breaks and indentation dropped, nothing else touched.

A file whose segments all end alike (`~`, `~` LF or `~` CR LF) is split in one call. Anything else - 80-column wraps,
indentation, empty segments - goes the slow way and gives the same segments.
"""

from array import array

from curette.x12.delimiters import Delimiters

BLANKS = b" \t\r\n\x00\x1a"
_BLANKS = BLANKS.decode("latin-1")


def decode(raw: bytes) -> str:
    """ASCII, else UTF-8, else Latin-1: never fails, never loses a byte."""
    if raw.isascii():
        return raw.decode("ascii")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def separator(raw: bytes, terminator: bytes, count: int) -> bytes | None:
    """What stands between the `count` segments of `raw` when it is the same everywhere, else None."""
    if terminator in b"\r\n":
        if terminator == b"\n":
            return terminator if b"\r" not in raw else None
        return b"\r\n" if raw.count(b"\n") == raw.count(b"\r\n") == count - 1 else None
    if b"\n" not in raw:
        return terminator if b"\r" not in raw else None
    breaks = b"\r\n" if b"\r" in raw else b"\n"
    between = terminator + breaks
    if raw.count(b"\n") != count - 1 or raw.count(between) != count - 1:
        return None
    return between if len(breaks) == 1 or raw.count(b"\r") == count - 1 else None


def split(raw: bytes, delimiters: Delimiters, between: bytes | None) -> list[str]:
    """The segments of `raw`, which ends with a terminator; `between` as `separator` found it."""
    text = decode(raw)
    if between is not None:
        return text[:-1].split(between.decode("latin-1"))
    pieces = (piece.strip("\r\n").lstrip(_BLANKS) for piece in text.split(delimiters.segment))
    return [piece.replace("\r", "").replace("\n", "") for piece in pieces if piece]


def starts(raw: bytes, delimiters: Delimiters) -> "array[int]":
    """The byte offset in `raw` of each segment that `split` gives, and one past the end of the last."""
    found: "array[int]" = array("Q")
    offset = 0
    for piece in raw.split(delimiters.segment.encode("latin-1")):
        bare = piece.strip(b"\r\n").lstrip(BLANKS)
        if bare:
            found.append(offset + len(piece) - len(piece.lstrip(BLANKS)))
        offset += len(piece) + 1
    found.append(len(raw))
    return found
