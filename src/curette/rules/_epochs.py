"""Epochs: days of one month on which every table that rules ask says the same."""

from bisect import bisect_right
from datetime import date, timedelta
from functools import cached_property
from itertools import count

from curette.rules._context import TABLES, Facts

_MOST = 1 << 14  # days that are remembered


class Epochs:
    """Numbers the epochs of days. What depends on a day by the tables, and by nothing else, is one for an epoch."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._of: dict[date, int] = {}
        self._numbers: dict[tuple[object, ...], int] = {}
        self._next = count()  # no number stands for two epochs, whatever is remembered

    def of(self, day: date) -> int:
        """The epoch of a day."""
        found = self._of.get(day)
        if found is None:
            if len(self._of) >= _MOST:
                self._of.clear()
                self._numbers.clear()
            found = self._of[day] = self._numbers.setdefault(self._key(day), next(self._next))
        return found

    def _key(self, day: date) -> tuple[object, ...]:
        editions = [self._facts.tables.on(name, day) for name in TABLES]
        own = ((id(one), bisect_right(one.changes, day)) for one in editions if one is not None)
        return day.year, day.month, bisect_right(self._ends, day), *own

    @cached_property
    def _ends(self) -> list[date]:
        """The first days on which a code of the maps is no more."""
        last = {row.last_day for row in self._facts.procedures.ended.values()}
        last |= {row.last_day for rows in self._facts.drugs.by_code.values() for row in rows if row.last_day}
        return sorted(day + timedelta(1) for day in last if day < date.max)
