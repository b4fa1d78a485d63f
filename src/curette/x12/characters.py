"""Characters that a payer may refuse: controls (an error on a claim, a warning on a remittance) and beyond ASCII."""

import re
from collections.abc import Iterator

from curette.findings import Finding, Severity
from curette.x12 import faults
from curette.x12.transaction import Transaction

_USUAL = bytes(range(0x20, 0x7F)) + b"\r\n"
# C0, DEL, C1, line and paragraph separators, direction overrides: nothing a name or note needs
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\u200e\u200f\ufeff]")
_LIMIT = 100


def inspect(transaction: Transaction) -> Iterator[Finding]:
    """One finding for each segment with unusual characters, the first hundred of each sort."""
    odd = transaction.raw.translate(None, _USUAL + transaction.delimiters.bytes)
    if not odd:
        return
    severity = Severity.WARNING if transaction.code == "835" else Severity.ERROR
    form = "UTF-8" if _is_utf8(transaction.raw) else "Latin-1"
    delimiters = transaction.delimiters
    shown = {faults.CONTROL.id: 0, faults.CHARSET.id: 0}
    for index, segment in enumerate(transaction.segments()):
        if segment.isascii() and segment.isprintable():
            continue
        for number, element in enumerate(segment.split(delimiters.element)):
            bare = element.replace(delimiters.component, "").replace(delimiters.repetition or "\0\0", "")
            controls = len(_CONTROL.findall(bare))
            if controls and shown[faults.CONTROL.id] < _LIMIT:
                shown[faults.CONTROL.id] += 1
                yield faults.CONTROL.at(transaction.place(index, number or None), severity=severity, count=controls)
            elif not bare.isascii() and not controls and shown[faults.CHARSET.id] < _LIMIT:
                shown[faults.CHARSET.id] += 1
                yield faults.CHARSET.at(transaction.place(index, number or None), form=form)


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
