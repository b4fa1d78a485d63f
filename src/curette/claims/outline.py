"""What claims a part of a transaction holds, from a look at its text alone."""

from collections.abc import Iterator

from curette.claims.model import VOID
from curette.x12.tokens import decode
from curette.x12.transaction import Transaction


def names(part: Transaction) -> Iterator[tuple[str, str]]:
    """CLM01 and REF*F8 of every claim.

    A segment is sought with what stands before it: the end of the terminator and line break, the same everywhere, else
    the terminator of a text that is put together anew.
    """
    end, mark = part.delimiters.segment, part.delimiters.element
    if part.between is not None:
        begin = part.between[-1:].decode("latin-1")
        text = begin + decode(part.raw)
    else:
        begin, text = end, end + end.join(part.segments()) + end
    claim, other, number = (f"{begin}{name}{mark}" for name in ("CLM", "SBR", f"REF{mark}F8"))
    numbered = number in text
    for found in text.split(claim)[1:]:
        # after SBR the number of another payer follows, or the next claim
        reference = found.partition(other)[0].partition(number)[2] if numbered else ""
        if name := _first(found, end, mark):
            yield name, _first(reference, end, mark)


def may_void(part: Transaction) -> bool:
    """Whether a claim may take back another (CLM05-3); other segments may look so too."""
    return f"{part.delimiters.component}{VOID}{part.delimiters.element}".encode("latin-1") in part.raw


def _first(text: str, end: str, mark: str) -> str:
    """The element that a text begins with."""
    return text.partition(end)[0].partition(mark)[0]
