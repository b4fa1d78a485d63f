"""Tables of repeated values: the same as the readers of single values, bounded, and never keeping what fails."""

from datetime import date

import pytest

from curette.dates import Period
from curette.x12 import values
from curette.x12.values import CENTS, DAYS, PERIODS, QUANTITIES, Table


def test_a_table_makes_each_value_once() -> None:
    made: list[str] = []

    def make(key: str) -> int:
        made.append(key)
        return len(key)

    table: Table[str, int] = Table(make)
    assert [table["abc"], table["abc"], table["x"]] == [3, 3, 1]
    assert made == ["abc", "x"]


def test_what_fails_is_not_kept() -> None:
    table: Table[str, int] = Table(int)
    for _ in range(2):
        with pytest.raises(ValueError):
            table["x"]
    assert len(table) == 0


def test_a_full_table_still_gives_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values, "_MOST", 3)
    table: Table[str, int] = Table(int)
    assert [table[str(n)] for n in range(10)] == list(range(10))
    assert len(table) == 3


@pytest.mark.parametrize(
    ("key", "start", "end"),
    [
        (("D8", "20260105"), date(2026, 1, 5), date(2026, 1, 5)),
        (("RD8", "20260105-20260106"), date(2026, 1, 5), date(2026, 1, 6)),
        (("DT", "202601051230"), date(2026, 1, 5), date(2026, 1, 5)),
        (("DT", "20260105123059"), date(2026, 1, 5), date(2026, 1, 5)),
    ],
)
def test_periods(key: tuple[str, str], start: date, end: date) -> None:
    assert PERIODS[key] == Period(start, end)


@pytest.mark.parametrize(
    "key",
    [
        ("DT", "20260105"),
        ("DT", "20260105１２30"),
        ("DT", "202602311230"),
        ("TM", "1230"),
        ("", "20260105"),
        ("D8", ""),
    ],
)
def test_no_periods(key: tuple[str, str]) -> None:
    with pytest.raises(ValueError):
        PERIODS[key]


def test_the_tables_of_all_files() -> None:
    assert (CENTS["1.5"], QUANTITIES["1.5"], DAYS["20260105"].start) == (150, 1500, date(2026, 1, 5))
    with pytest.raises(ValueError):
        CENTS["1E5"]
