"""The one table that every form is written from: columns of a kind, rows of plain values.

A value is text, a whole number (of things, cents, days), a date or a `Rate`; None and empty text are what does not
apply.
"""

import enum
from collections.abc import Sequence
from datetime import date, datetime

from attrs import frozen

from curette.denials.figures import Rate, tenths
from curette.money import decimal
from curette.reports.plain import grouped, printable


class Kind(enum.StrEnum):
    """What stands in a column, and so how each form writes it."""

    TEXT = "text"
    CODE = "code"  # text that is no sentence: an identifier
    COUNT = "count"
    MONEY = "money"  # cents
    RATE = "rate"  # a Rate
    PERCENT = "percent"  # tenths of a percent
    DAYS = "days"
    DATE = "date"
    TIME = "time"  # a point in time, with its zone

    @property
    def number(self) -> bool:
        """Whether it stands at the right edge."""
        return self in (Kind.COUNT, Kind.MONEY, Kind.RATE, Kind.PERCENT, Kind.DAYS)


Value = str | int | date | Rate | None


@frozen
class Column:
    """A column: `key` names it in CSV and JSON, `title` for people; a narrow terminal drops high `rank` first."""

    key: str
    title: str
    kind: Kind = Kind.TEXT
    rank: int = 1
    below: bool = False  # long words that text sets under the row


@frozen
class Table:
    """A table with its title; `note` says what its reader must know, `by` names the cut (empty: none)."""

    id: str
    title: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Value, ...]]
    note: str = ""

    def column(self, key: str) -> int:
        """The place of a column."""
        return next(at for at, column in enumerate(self.columns) if column.key == key)


def plain(kind: Kind, value: Value) -> str | int | None:
    """For programs: money "125.50", a rate "12.5" (percent), a date ISO, counts as numbers; None for nothing."""
    if value is None:
        return None
    if isinstance(value, Rate):
        return value.percent or None
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int):
        return decimal(value) if kind is Kind.MONEY else tenths(value) if kind is Kind.PERCENT else value
    return value or None


def shown(kind: Kind, value: Value) -> str:
    """For people: money with thousands, a rate with its percent sign, nothing for nothing."""
    if value is None:
        return ""
    if isinstance(value, Rate):
        return f"{value.percent} %" if value.told else "few" if value.whole else ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int):
        if kind is Kind.MONEY:
            return grouped(value)
        return f"{tenths(value)} %" if kind is Kind.PERCENT else f"{value:,}"
    return printable(value)


def order(kind: Kind, value: Value) -> int | str:
    """What a reader's table is sorted by."""
    if isinstance(value, Rate):
        return -1 if value.permille is None else value.permille
    return value if isinstance(value, int) else shown(kind, value)
