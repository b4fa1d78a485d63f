"""Dates: eight ASCII digits that are a day of 1900 to 2100; ranges in order."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from curette.dates import Period, day, period

LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
REFUSED = [
    "", "2026", "202601", "2026010", "202601010", "2026-01-01", "01/05/2026", "20260105 ", " 2026015", "20260105\n",
    "+2026015", "2026_105", "2026W101", "２０２６０１０５", "٢٠٢٦٠١٠٥", "2026010\xb2", "TODAYDAY", "20260229", "20260431",
    "20261301", "20260100", "20260001", "00000000", "00010101", "18991231", "21010101", "99999999", "202601051200",
]  # fmt: skip


def is_a_day(text: str) -> bool:
    """An oracle of our own: the calendar, without datetime."""
    if not re.fullmatch(r"[0-9]{8}", text, re.ASCII):
        return False
    year, month, number = int(text[:4]), int(text[4:6]), int(text[6:])
    if not (1900 <= year <= 2100 and 1 <= month <= 12):
        return False
    leap = month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 1 <= number <= LENGTHS[month - 1] + leap


near = st.builds("{:04d}{:02d}{:02d}".format, st.integers(1896, 2104), st.integers(0, 13), st.integers(0, 32))


@given(st.one_of(near, st.text("0123456789", min_size=7, max_size=9), st.text(max_size=9)))
@example("20000229")
@example("19000229")
@example("21001231")
@example("20260105\n")
def test_a_day_is_what_the_calendar_has(text: str) -> None:
    try:
        found = day(text)
    except ValueError:
        assert not is_a_day(text)
    else:
        assert is_a_day(text)
        assert found.strftime("%Y%m%d") == text


@pytest.mark.parametrize("text", REFUSED)
def test_no_day(text: str) -> None:
    with pytest.raises(ValueError):
        day(text)


@pytest.mark.parametrize("text", ["9" * 5000, "20260105" * 20000])
def test_endless_text_is_no_day(text: str) -> None:
    with pytest.raises(ValueError, match="eight"):
        day(text)


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.integers(0, 400))
def test_a_range_is_two_days(start: date, length: int) -> None:
    end = min(start + timedelta(length), date(2100, 12, 31))
    assert period("RD8", f"{start:%Y%m%d}-{end:%Y%m%d}") == Period(start, end)


def test_one_day_begins_and_ends_on_it() -> None:
    assert period("D8", "20260105") == Period(date(2026, 1, 5), date(2026, 1, 5))


@pytest.mark.parametrize(
    ("form", "text", "reason"),
    [
        ("D8", "20260105-20260106", "eight digits"),
        ("RD8", "20260105", "hyphen"),
        ("RD8", "20260105-", "eight digits"),
        ("RD8", "-20260105", "eight digits"),
        ("RD8", "20260105-20260231", "not a day"),
        ("RD8", "20260105-20260106-20260107", "eight digits"),
        ("RD8", "20260105--20260106", "eight digits"),
        ("RD8", "2026010520260106", "hyphen"),
        ("RD8", "20260106-20260105", "ends before"),
        ("RD8", "20260105\u201320260106", "hyphen"),
        ("DT", "202601051200", "other than"),
        ("ZZ", "20260105", "other than"),
        ("", "20260105", "other than"),
    ],
)
def test_no_period(form: str, text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        period(form, text)


def test_the_error_never_repeats_a_date() -> None:
    with pytest.raises(ValueError) as caught:
        day("18991231")
    assert "18991231" not in str(caught.value)
