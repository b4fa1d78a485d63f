"""Dates as X12 writes them: CCYYMMDD in ASCII digits, 1900 to 2100; a range is two of them with one hyphen."""

from datetime import date

from curette._records import record

_FIRST_YEAR, _LAST_YEAR = 1900, 2100


@record
class Period:
    """A service or stay from `start` to `end`, both included; one day has both the same."""

    start: date
    end: date


def day(text: str) -> date:
    """CCYYMMDD to a date; ValueError says what is wrong."""
    if len(text) != 8 or not text.isascii() or not text.isdigit():
        raise ValueError("not eight digits")
    year = int(text[:4])
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise ValueError(f"a year outside {_FIRST_YEAR} to {_LAST_YEAR}")
    try:
        return date(year, int(text[4:6]), int(text[6:]))
    except ValueError:
        raise ValueError("not a day of the calendar") from None


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
