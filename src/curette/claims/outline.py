"""What claims a part of a transaction holds, from a look at its segments alone."""

import re
from collections.abc import Iterable, Iterator

from curette.claims.model import VOID
from curette.x12.tokens import decode
from curette.x12.transaction import Transaction

_BREAKS = {ord("\r"): None, ord("\n"): None}


def names(part: Transaction) -> Iterator[tuple[str, str]]:
    """CLM01 and REF*F8 of every claim."""
    name, number, other = "", "", False
    for sort, value in _heads(part):
        if sort == "CLM":
            if name:
                yield name, number
            name, number, other = value, "", False
        elif sort == "SBR":
            other = True  # the number of another payer follows, or the next claim
        elif not other:
            number = number or value
    if name:
        yield name, number


def may_void(part: Transaction) -> bool:
    """Whether a claim may take back another (CLM05-3); other segments may look so too."""
    return f"{part.delimiters.component}{VOID}{part.delimiters.element}".encode("latin-1") in part.raw


def _heads(part: Transaction) -> Iterable[tuple[str, str]]:
    """The identifier and first element of each CLM and SBR, and of each REF*F8 its number.

    Every segment begins after a terminator, or after the line break that follows each of them, so that the search is
    for one character.
    """
    end, mark = part.delimiters.segment, part.delimiters.element
    if part.between is not None:
        last = part.between[-1:].decode("latin-1")
        return re.findall(_expression(last, end, mark), last + decode(part.raw))
    text = end + decode(part.raw)
    if end not in "\r\n":
        text = text.translate(_BREAKS)
    return re.findall(_expression(end, end, mark, r"\s*"), text)


def _expression(begin: str, end: str, mark: str, blanks: str = "") -> str:
    begin, end, mark = map(re.escape, (begin, end, mark))
    return f"{begin}{blanks}(CLM|SBR|REF{mark}F8){mark}([^{end}{mark}]*)"
