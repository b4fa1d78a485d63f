"""Typed values for the readers, with tables of repeated text: dates, amounts and codes recur all over a file.

A table stops growing when it is full, so unique text costs a probe and no memory.
"""

from collections.abc import Callable
from typing import TypeVar

from curette.dates import Period, period
from curette.money import cents, quantity

_MOST = 1 << 14
K = TypeVar("K")
V = TypeVar("V")


class Table(dict[K, V]):
    """The results of `make` by argument; what raises is never kept."""

    __slots__ = ("make",)

    def __init__(self, make: Callable[[K], V]) -> None:
        self.make = make

    def __missing__(self, key: K) -> V:
        value = self.make(key)
        if len(self) < _MOST:
            self[key] = value
        return value


def _period(key: tuple[str, str]) -> Period:
    form, text = key
    if form == "DT":
        if len(text) not in (12, 14) or not text.isdigit() or not text.isascii():
            raise ValueError("not a date with a time")
        form, text = "D8", text[:8]
    elif form == "TM":
        raise ValueError("a time where a date belongs")
    return period(form, text)


def ordinal(text: str) -> int:
    """A counting number as HL01 and LX01 hold it, 0 where the text is none."""
    return int(text) if text.isdigit() and text.isascii() and len(text) < 10 else 0


CENTS: Table[str, int] = Table(cents)
QUANTITIES: Table[str, int] = Table(quantity)
DAYS: Table[str, Period] = Table(lambda text: period("D8", text))
PERIODS: Table[tuple[str, str], Period] = Table(_period)
