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
    marks = element, component, term = [c.encode("latin-1") for c in (d.element, d.component, d.segment)]
    if _holds(transaction, element + b" ", component + b" ", *(b" " + mark for mark in marks)):
        padded = b"[%b%b] | (?=[%b%b%b])" % tuple(map(re.escape, (element, component, *marks)))
        yield _told(transaction, faults.PADDED, re.compile(padded))
    if _holds(transaction, component + element, component + term):
        hanging = b"%b(?=[%b%b])" % tuple(map(re.escape, (component, element, term)))
        yield _told(transaction, faults.COMPONENTS, re.compile(hanging))


def _holds(transaction: Transaction, *signs: bytes) -> bool:
    """Whether any of these stands in it, which is far sooner known than where an expression finds them."""
    return any(sign in transaction.raw for sign in signs)


def _told(transaction: Transaction, rule: Rule, pattern: re.Pattern[bytes]) -> Finding:
    raw = transaction.raw
    first = pattern.search(raw)
    assert first is not None  # `_holds` saw it
    d = transaction.delimiters
    separators = [c.encode("latin-1") for c in (d.element, d.component)]
    index = bisect_right(transaction.starts(), first.start()) - 1
    element = raw[transaction.starts()[index] : first.start() + 1].count(separators[0])
    values = {max(raw.rfind(c, 0, found.end() - 1) for c in separators) for found in pattern.finditer(raw)}
    return rule.at(transaction.place(index, element or None), count=len(values))
