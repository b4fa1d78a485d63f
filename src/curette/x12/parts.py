"""Cuts a very long transaction into parts of whole claims, each with the segments above it that it needs.

A part is a Transaction whose `raw` begins at a claim (837: at a level or claim; 835: at a header number or claim).
Its `context` holds the head of the transaction and the levels that are open there, so that the part can be read alone.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from attrs import define, evolve, field

if TYPE_CHECKING:
    from curette.x12.transaction import Transaction

LIMIT = 4 << 20  # a transaction up to this size is one part
_SIZE = 1 << 20


@define
class _Open:
    """The open levels at the end of what was cut so far: texts with their terminators."""

    head: bytes
    levels: dict[bytes, bytes] = field(factory=dict)

    @property
    def context(self) -> bytes:
        return self.head + b"".join(self.levels.values())


def cut(transaction: "Transaction", stream: BinaryIO, stop: int) -> Iterator["Transaction"]:
    """The parts of the transaction that stands in `stream` from `transaction.offset` to `stop`, in order."""
    terminator = re.escape(transaction.delimiters.segment.encode("latin-1"))
    element = re.escape(transaction.delimiters.element.encode("latin-1"))
    heads = b"HL|CLM" if transaction.code == "837" else b"LX|CLP"
    begins = re.compile(terminator + rb"\\s*(" + heads + rb")" + element + rb"([^" + terminator + rb"]*)")
    stream.seek(transaction.offset)
    position, before = transaction.offset, 0
    opened: _Open | None = None
    buffer = b""
    while position + len(buffer) < stop:
        stream.seek(position + len(buffer))
        buffer += stream.read(min(_SIZE, stop - position - len(buffer)))
        found = list(begins.finditer(buffer))
        last = position + len(buffer) >= stop
        end = len(buffer) if last else _cut_at(found)
        if not end:
            continue  # no claim begins in so much text: read on
        raw = buffer[:end]
        if last and not raw.endswith(transaction.delimiters.segment.encode("latin-1")):
            raw += transaction.delimiters.segment.encode("latin-1")
        part = evolve(
            transaction, raw=raw, offset=position, before=before, count=_count(raw, transaction), last=last,
            context=opened.context if opened else b"", between=None, findings=() if before else transaction.findings,
        )  # fmt: skip
        yield part
        opened = _levels(opened, raw, [m for m in found if m.start() < end], transaction.code == "837", element)
        before += part.count
        position += end
        buffer = buffer[end:]


def _cut_at(found: "list[re.Match[bytes]]") -> int:
    """After the terminator before the last claim or level, so that what is before is whole."""
    return found[-1].start() + 1 if found and found[-1].start() else 0


def _count(raw: bytes, transaction: "Transaction") -> int:
    from curette.x12 import tokens

    return len(tokens.starts(raw, transaction.delimiters)) - 1


def _levels(
    opened: _Open | None, raw: bytes, found: "list[re.Match[bytes]]", claims: bool, element: bytes
) -> _Open:
    """What is open after `raw`: its head, and the text of each level up to the next level or claim."""
    if opened is None:
        opened = _Open(raw[: found[0].start() + 1] if found else raw)
    for match, after in zip(found, [*found[1:], None], strict=True):
        name = match[1]
        if name in (b"CLM", b"CLP"):
            continue
        end = after.start() if after is not None else len(raw) - 1
        text = raw[match.start() + 1 : end + 1]
        level = match[2].split(element[-1:])[2] if claims else b"LX"
        if level == b"20":
            opened.levels = {}
        elif level == b"22":
            opened.levels.pop(b"22", None)
            opened.levels.pop(b"23", None)
        opened.levels[level] = text
    return opened
