"""Dates as X12 writes them: CCYYMMDD in ASCII digits, 1900 to 2100; a range is two of them with one hyphen."""

from datetime import date

from curette._records import record

YEARS = (1900, 2100)
"""The first and the last that a date may have."""


@record
class Period:
    """A service or stay from `start` to `end`, both included; one day has both the same."""

    start: date
    end: date

    def holds(self, day: date) -> bool:
        """Whether it is one of its days."""
        return self.start <= day <= self.end


def overlap(one: Period | None, other: Period | None) -> bool:
    """Whether both are known and have a day in common."""
    return one is not None and other is not None and one.start <= other.end and other.start <= one.end


def day(text: str) -> date:
    """CCYYMMDD to a date; ValueError says what is wrong."""
    if len(text) != 8 or not text.isdigit() or not text.isascii():
        raise ValueError("not eight digits")
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or not YEARS[0] <= found.year <= YEARS[1]:
        raise ValueError(f"not a day of the years {YEARS[0]} to {YEARS[1]}")
    return found


def period(form: str, text: str) -> Period:
    """A D8 date or an RD8 range (qualifier `form`); ValueError says what is wrong."""
    if form == "D8":
        only = day(text)
        return Period(only, only)
    if form != "RD8":
        raise ValueError("a date format other than D8 and RD8")
    first, hyphen, last = text.partition("-")
    if not hyphen:
        raise ValueError("a range without a hyphen")
    start, end = day(first), day(last)
    if start > end:
        raise ValueError("a range that ends before it starts")
    return Period(start, end)
