"""What claims a part of a transaction holds, from a look at its segments alone."""

import re
from collections.abc import Iterator

from curette.x12.tokens import decode
from curette.x12.transaction import Transaction

_BREAKS = {ord("\r"): None, ord("\n"): None}


def names(part: Transaction) -> Iterator[tuple[str, str]]:
    """CLM01 and REF*F8 of every claim."""
    end, mark = part.delimiters.segment, part.delimiters.element
    text = end + decode(part.raw)  # every segment begins after a terminator, so that the search is for one character
    if end not in "\r\n":
        text = text.translate(_BREAKS)
    end, mark = re.escape(end), re.escape(mark)
    heads = re.compile(f"{end}\\s*(CLM|SBR|REF{mark}F8){mark}([^{end}{mark}]*)")
    name, number, other = "", "", False
    for sort, value in heads.findall(text):
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
