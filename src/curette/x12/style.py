"""What a tidy sender leaves out: blanks around values, separators at the end of segments and composites.

None of it changes what a claim says, so it is told once a transaction.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator

from curette.findings import Finding, Rule
from curette.x12 import faults
from curette.x12.transaction import Transaction


def inspect(transaction: Transaction) -> Iterator[Finding]:
    """Warnings on a transaction or a part of one."""
    d = transaction.delimiters
    element, component, term = (re.escape(c.encode("latin-1")) for c in (d.element, d.component, d.segment))
    ends = element + component + term
    padded = re.compile(b"[" + element + component + b"] | (?=[" + ends + b"])")
    hanging = re.compile(component + b"(?=[" + element + term + b"])")
    yield from _told(transaction, faults.PADDED, padded)
    yield from _told(transaction, faults.COMPONENTS, hanging)


def _told(transaction: Transaction, rule: Rule, pattern: re.Pattern[bytes]) -> Iterator[Finding]:
    raw = transaction.raw
    first = pattern.search(raw)
    if first is None:
        return
    d = transaction.delimiters
    separators = [c.encode("latin-1") for c in (d.element, d.component)]
    index = bisect_right(transaction.starts(), first.start()) - 1
    element = raw[transaction.starts()[index] : first.start() + 1].count(separators[0])
    values = {max(raw.rfind(c, 0, found.end() - 1) for c in separators) for found in pattern.finditer(raw)}
    yield rule.at(transaction.place(index, element or None), count=len(values))
