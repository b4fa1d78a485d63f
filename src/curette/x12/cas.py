"""CAS: why a payer did not pay the whole charge. The same segment serves the 835 and the COB loops of an 837P."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from curette.money import cents, quantity

LAST = 17  # the element in which the sixth and last triplet begins
Segment = Sequence[str]
"""The elements of a segment as text; [0] is its identifier."""


class Adjustment(NamedTuple):
    """One reason of a CAS (2100 and 2110 of remittances, 2320 and 2430 of claims) with its amount.

    `amount` is in cents (positive lowers the payment), `quantity` in thousandths.
    """

    group: str  # CO, PR, OA, PI
    carc: str
    amount: int
    quantity: int | None = None


def adjustments(segments: Sequence[Segment]) -> tuple[Adjustment, ...]:
    """Every triplet of every CAS among `segments`, in order. The readers have checked the amounts."""
    return tuple(a for s in segments if s[0] == "CAS" for a in _triplets(s))


def _triplets(segment: Segment) -> Iterator[Adjustment]:
    for i in range(2, len(segment), 3):
        reason, amount, number = (*segment[i : i + 3], "", "")[:3]
        if reason or amount:
            yield Adjustment(segment[1], reason, cents(amount), quantity(number) if number else None)


def faults(segment: Segment) -> Iterator[tuple[int, str, str]]:
    """What is wrong with a CAS: (element, "money", "quantity", "missing" or "extra", reason)."""
    if len(segment) < 4:
        yield (3 if len(segment) == 3 else 2), "missing", ""
        return
    for i in range(2, len(segment), 3):
        reason, amount, number = (*segment[i : i + 3], "", "")[:3]
        if not (reason or amount or number) and i > 2:
            continue
        if i > LAST and not (reason and amount):  # not half of a triplet, but a separator too many
            yield i, "extra", ""
            return
        if not reason:
            yield i, "missing", ""
        if not amount:
            yield i + 1, "missing", ""
        else:
            try:
                cents(amount)
            except ValueError as error:
                yield i + 1, "money", str(error)
        if number:
            try:
                quantity(number)
            except ValueError as error:
                yield i + 2, "quantity", str(error)
