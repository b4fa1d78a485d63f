"""Provider identifiers, wherever they stand in a transaction."""

import re
from bisect import bisect_right
from collections.abc import Iterator

from curette.codes import npi
from curette.findings import Finding, Severity, declare, shape
from curette.x12.transaction import Transaction

NPI = declare(
    "COD-NPI", "provider.npi", 5, Severity.ERROR, "the NPI {reason}",
    "Look the provider up in the NPI registry and correct the number.", sources=("npi-rule",),
)  # fmt: skip


def check(transaction: Transaction) -> Iterator[Finding]:
    """Every NPI of a transaction: an error on a claim, a warning on a remittance, whose money it does not touch."""
    d = transaction.delimiters
    element, term = (re.escape(c.encode("latin-1")) for c in (d.element, d.segment))
    severity = Severity.WARNING if transaction.remittance else Severity.ERROR
    right: set[bytes] = set()
    for match in re.finditer(element + b"XX" + element + b"([^" + element + term + b"]*)", transaction.raw):
        value = match[1]
        if value in right:
            continue
        text = value.decode("utf-8", "replace").replace("\r", "").replace("\n", "")
        if not text or npi.is_valid(text):  # an absent one is the guide's to tell
            right.add(value)
            continue
        index = bisect_right(transaction.starts(), match.start()) - 1
        number = transaction.raw[transaction.starts()[index] : match.start(1)].count(d.element.encode("latin-1"))
        place = transaction.place(index, number)
        if (place.segment, number) in (("NM1", 9), ("N1", 4)):
            plain = len(text) == 10 and text.isascii() and text.isdigit()
            reason = "has a wrong check digit" if plain else f"is {shape(text)}, not ten digits"
            yield NPI.at(place, severity=severity, reason=reason)
