"""What is odd about a transaction's bytes: characters a payer may refuse, line breaks inside segments, huge segments.

Control characters are an error on a claim, which the sender can mend, and a warning on a remittance, whose money is
readable all the same.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from curette.findings import Finding, Severity
from curette.x12 import faults, tokens
from curette.x12.scan import USUAL

if TYPE_CHECKING:
    from curette.x12.transaction import Transaction

SEGMENT_LIMIT = 64 << 10
# C0, DEL, C1, line and paragraph separators, direction overrides: nothing a name or note needs
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\u200e\u200f\ufeff]")
_SHOWN = 100  # findings of one sort in a transaction


def inspect(transaction: "Transaction", usual: bool = False) -> Iterator[Finding]:
    """Findings on the bytes of a transaction (or a part of one), which may be known to be usual characters only."""
    yield from _wrapped(transaction)
    yield from _long(transaction)
    if not usual and transaction.raw.translate(None, USUAL + transaction.delimiters.bytes):
        yield from _unusual(transaction)


def _wrapped(transaction: "Transaction") -> Iterator[Finding]:
    """Line breaks inside segments; there are none where all segments are parted alike."""
    if transaction.between is not None or (b"\n" not in transaction.raw and b"\r" not in transaction.raw):
        return
    terminator = transaction.delimiters.segment.encode("latin-1")
    pieces = (p.lstrip(tokens.BLANKS).rstrip(b"\r\n") for p in transaction.raw.split(terminator))
    found = [i for i, p in enumerate(p for p in pieces if p) if b"\n" in p or b"\r" in p]
    if found:
        yield faults.WRAP.at(transaction.place(found[0]), count=len(found))


def _long(transaction: "Transaction") -> Iterator[Finding]:
    """Segments over the limit. Any such segment spans a whole half-limit window without a terminator."""
    raw, terminator, step = transaction.raw, transaction.delimiters.segment.encode("latin-1"), SEGMENT_LIMIT // 2
    if all(raw.find(terminator, i, i + step) >= 0 for i in range(0, len(raw) - step, step)):
        return
    starts = transaction.starts()
    for index in range(len(starts) - 1):
        if (size := starts[index + 1] - starts[index]) > SEGMENT_LIMIT:
            yield faults.LONG.at(transaction.place(index), size=size, limit=SEGMENT_LIMIT)


def _unusual(transaction: "Transaction") -> Iterator[Finding]:
    """One finding for each element with unusual characters, the first hundred of each sort."""
    severity = Severity.WARNING if transaction.remittance else Severity.ERROR
    form = "Latin-1" if tokens.encoding_of(transaction.raw) == "latin-1" else "UTF-8"
    delimiters = transaction.delimiters
    shown = {faults.CONTROL.id: 0, faults.CHARSET.id: 0}
    for index, segment in enumerate(transaction.segments()):
        if segment.isascii() and segment.isprintable():
            continue
        for number, element in enumerate(segment.split(delimiters.element)):
            bare = element.replace(delimiters.component, "").replace(delimiters.repetition or "\0\0", "")
            controls = len(_CONTROL.findall(bare))
            if controls and shown[faults.CONTROL.id] < _SHOWN:
                shown[faults.CONTROL.id] += 1
                yield faults.CONTROL.at(transaction.place(index, number or None), severity=severity, count=controls)
            elif not bare.isascii() and not controls and shown[faults.CHARSET.id] < _SHOWN:
                shown[faults.CHARSET.id] += 1
                yield faults.CHARSET.at(transaction.place(index, number or None), form=form)
