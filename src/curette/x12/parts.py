"""Cuts a very long transaction into parts of whole claims, each with the segments above it that it needs.

A part is a Transaction whose `raw` begins at a claim (837: at a level or claim; 835: at a header number or claim).
Its `context` holds the head of the transaction and the levels that are open there, so that the part can be read alone.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from attrs import define, evolve, field

from curette.x12 import characters, tokens
from curette.x12.values import ordinal

if TYPE_CHECKING:
    from curette.x12.transaction import Transaction

LIMIT = 4 << 20  # a transaction up to this size is one part
_SIZE = 1 << 20
_BREAKS = re.compile(rb"[\r\n]+")
_MOST = 4 << 20  # a level of an 837 that goes on for longer is cut before a claim


@define
class _Open:
    """The open levels at the end of what was cut so far: texts with their terminators."""

    head: bytes
    levels: dict[bytes, bytes] = field(factory=dict)
    number: int = 0  # of the last HL
    count: int = 0  # of all HL

    @property
    def context(self) -> bytes:
        return self.head + b"".join(self.levels.values())


def cut(transaction: "Transaction", stream: BinaryIO, stop: int) -> Iterator["Transaction"]:
    """The parts of the transaction that stands in `stream` from `transaction.offset` to `stop`, in order."""
    term = transaction.delimiters.segment.encode("latin-1")
    begins = _begins(transaction, term)
    position, before = transaction.offset, 0
    opened: _Open | None = None
    buffer = term  # always begins with the terminator before `position`
    while (read := position + len(buffer) - 1) < stop:
        stream.seek(read)
        buffer += stream.read(min(_SIZE, stop - read))
        last = read + _SIZE >= stop
        found = list(begins.finditer(buffer))
        end = len(buffer) if last else _cut_before(found, len(buffer)) + 1
        if end == 1:
            continue  # no level or claim begins in so much text: read on
        raw = buffer[1:end] if buffer.endswith(term) or not last else buffer[1:end] + term
        count = len(tokens.starts(raw, transaction.delimiters, None)) - 1
        part = evolve(
            transaction, raw=raw, offset=position, before=before, count=count, last=last, stream=None, end=0,
            context=opened.context if opened else b"", level=opened.number if opened else 0,
            levels=opened.count if opened else 0,
            findings=() if before else transaction.findings,
            between=tokens.separator(raw, term, count),
        )  # fmt: skip
        yield part.with_findings(*characters.inspect(part))
        opened = _levels(opened, buffer, end, found, transaction.delimiters.element.encode("latin-1"))
        before += count
        position += end - 1
        buffer = term + buffer[end:]


def _cut_before(found: "list[re.Match[bytes]]", size: int) -> int:
    """The terminator after which to cut `size` bytes: before a level (or any head of an 835), so that a reader who has
    lost its way in one part is not taken back onto it by the next; and after a claim, so that no part ends with a level
    that lacks what the next one holds.
    """
    names = [_BREAKS.sub(b"", m[1]) for m in found]
    after = zip(names, names[1:], found[1:], strict=False)
    heads = [m.start() for above, name, m in after if above in (b"CLM", b"CLP") and name != b"CLM"]
    if not heads and size > _MOST:
        heads = [m.start() for m in found]
    return heads[-1] if heads else 0


def _begins(transaction: "Transaction", term: bytes) -> re.Pattern[bytes]:
    """The beginning of a level or claim: group 1 is the identifier, group 2 the elements (both may be wrapped)."""
    heads = (b"LX", b"CLP") if transaction.remittance else (b"HL", b"CLM")
    breaks = b"[" + b"\r\n".replace(term, b"") + b"]*"
    names = b"|".join(breaks.join(name[i : i + 1] for i in range(len(name))) for name in heads)
    element, term = re.escape(transaction.delimiters.element.encode("latin-1")), re.escape(term)
    return re.compile(term + rb"\s*(" + names + rb")" + breaks + element + rb"([^" + term + rb"]*)")


def _levels(opened: _Open | None, buffer: bytes, end: int, found: "list[re.Match[bytes]]", element: bytes) -> _Open:
    """What is open at `end`: the head, and the text of each level up to the next level or claim."""
    if opened is None:
        opened = _Open(buffer[1 : found[0].start() + 1 if found else end])
    for number, match in enumerate(found):
        if match.start() + 1 >= end:
            break
        name, elements = (_BREAKS.sub(b"", part) for part in match.groups())
        if name in (b"CLM", b"CLP"):
            continue
        after = found[number + 1].start() + 1 if number + 1 < len(found) else end
        level = b"LX"
        if name == b"HL":
            text, _, level = (*elements.split(element), b"", b"")[:3]
            opened.count += 1
            opened.number = ordinal(tokens.decode(text)) or opened.number + 1
        if level == b"20":
            opened.levels = {}
        elif level == b"22":
            opened.levels.pop(b"22", None)
            opened.levels.pop(b"23", None)
        opened.levels[level] = buffer[match.start() + 1 : after]
    return opened
