"""Transactions back to bytes: exactly as they were read, or with chosen delimiters.

    write(transactions, stream)                              the bytes they came from
    write(transactions, stream, Delimiters("|", ">", "^", "\\n"))    the same content, other delimiters

Transactions that follow each other in one interchange and group stay together. GE01 and IEA01 count what is written,
so any of them may be left out; control numbers stay.
"""

from collections.abc import Iterable
from itertools import chain, groupby
from typing import BinaryIO

from curette.errors import ConfigError
from curette.x12 import tokens
from curette.x12.delimiters import FIRST_REPETITION, Delimiters, read_isa
from curette.x12.transaction import Transaction


def write(
    transactions: Iterable[Transaction], stream: BinaryIO, delimiters: Delimiters | None = None, line_break: str = "\n"
) -> None:
    """Write transactions with their envelopes.

    With `delimiters`, every segment is written anew and followed by `line_break`; ConfigError when a value holds one
    of them. Without, all bytes are those that were read.
    """
    for _, inside in groupby(transactions, lambda t: id(t.interchange)):
        groups, form, tail = 0, _Form(Delimiters(), None, ""), b""
        for _, members in groupby(inside, lambda t: id(t.group)):
            first = next(members)
            if not groups:
                interchange = first.interchange
                form, tail = _Form(interchange.delimiters, delimiters, line_break), interchange.tail
                stream.write(form.header(interchange.head))
            groups += 1
            _group(first, members, stream, form)  # noqa: B031 - it is used up before the next
        stream.write(form.trailer(tail, groups))


def _group(first: Transaction, others: Iterable[Transaction], stream: BinaryIO, form: "_Form") -> None:
    group, count = first.group, 0
    stream.write(form.convert(group.head))
    for transaction in chain((first,), others):
        count += 1
        for part in transaction.parts():
            stream.write(form.convert(part.raw))
        if form.new is None:
            stream.write(transaction.gap)
    stream.write(form.trailer(group.tail, count))


def _encoded(text: str) -> bytes:
    return text.encode("ascii" if text.isascii() else "utf-8")


class _Form:
    """From the delimiters of an interchange to those wanted (None: leave the bytes as they are)."""

    def __init__(self, old: Delimiters, new: Delimiters | None, line_break: str) -> None:
        self.old, self.new, self.line_break = old, new, line_break if new and new.segment not in "\r\n" else ""

    def convert(self, raw: bytes) -> bytes:
        """Segments with their delimiters replaced."""
        if self.new is None:
            return raw
        end = self.new.segment + self.line_break
        written = "".join(self._segment(text) + end for text in tokens.split(raw, self.old, None))
        return _encoded(written)

    def header(self, raw: bytes) -> bytes:
        """ISA (and TA1): ISA11 and ISA16 name the new delimiters."""
        if self.new is None:
            return raw
        isa, *others = tokens.split(raw, self.old, None)
        elements = isa.split(self.old.element)[:16]
        if elements[12] >= FIRST_REPETITION:
            elements[11] = self.new.repetition or "U"
        first = self.new.element.join([*elements, self.new.component]) + self.new.segment
        again = read_isa(_encoded(first))
        if again is None or again.clash or again.elements[:16] != (*elements,) or self.new.segment in first[:-1]:
            raise ConfigError("these delimiters cannot be used: two are alike, or data or the ISA segment may hold one")
        rest = (self.convert(_encoded(other + self.old.segment)) for other in others)
        return _encoded(first + self.line_break) + b"".join(rest)

    def trailer(self, raw: bytes, count: int) -> bytes:
        """GE or IEA with the count of what was written."""
        element = self.old.element.encode("latin-1")
        parts = raw.split(element, 2)
        if len(parts) == 3 and parts[1].isdigit() and int(parts[1]) != count:
            raw = element.join((parts[0], str(count).encode(), parts[2]))
        return self.convert(raw)

    def _segment(self, text: str) -> str:
        new, old = self.new, self.old
        if new is None:
            return text
        pairs = ((old.element, new.element), (old.component, new.component), (old.repetition, new.repetition))
        table = {ord(a): b for a, b in pairs if a}
        if old.repetition in text and old.repetition and not new.repetition:
            raise ConfigError("a value is repeated, which needs a repetition separator")
        kept = {c for c in (new.element, new.component, new.repetition, new.segment) if c} - {a for a, _ in pairs}
        if any(c in text for c in kept):
            raise ConfigError("a value holds one of the chosen delimiters")
        return text.translate(table)
