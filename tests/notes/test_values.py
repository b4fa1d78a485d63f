"""Single values: every number is exact, and no complaint repeats what stands in the file."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curette.notes import values as v


@given(st.integers(0, 100_000))
def test_tenths_come_back(value: int) -> None:
    assert v.number("millimetres", 1)(str(Decimal(value) / 10)) == value
    assert v.number("millimetres", 1)(f"{value // 10}.{value % 10}00") == value


@given(st.integers(0, 9_999_999), st.integers(0, 3))
def test_decimals_come_back(value: int, decimals: int) -> None:
    text = f"{Decimal(value).scaleb(-decimals):f}"
    assert v.number("units", decimals, most=9_999_999)(text) == value


READERS = (v.number("mm", 1), v.measure("mm"), v.word("A", "b"), v.text, v.code, v.day, v.yes_no, v.signed, v.deep)


@pytest.mark.parametrize("read", READERS)
@given(text=st.text(max_size=30))
def test_no_text_is_anything_but_a_value_or_a_value_error(read: Callable[[str], object], text: str) -> None:
    with suppress(ValueError):
        read(text)


# No complaint has five of these in a row by itself; a drawn word of its own ("charac") proves nothing.
@pytest.mark.parametrize("read", READERS)
@given(text=st.text("BDFGH456789.-\n", min_size=5, max_size=300))
def test_no_complaint_repeats_the_text(read: Callable[[str], object], text: str) -> None:
    try:
        read(text)
    except ValueError as error:
        assert text not in str(error)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 1",
        "1 ",
        "12 mm",
        "1,5",
        "-1",
        "+1",
        "1e2",
        ".5",
        "1.",
        "１２",
        "1_0",
        "NaN",
        "0x1",
        "1.5.1",
        "99999999",
        "10000.1",
    ],
)
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(ValueError):
        v.number("millimetres", 1)(text)


@pytest.mark.parametrize(("text", "reason"), [("1.25", "finer than a tenth"), ("0.01", "finer than a tenth")])
def test_what_is_too_fine(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        v.number("millimetres", 1)(text)


def test_bounds_are_kept() -> None:
    read = v.number("", least=1, most=3)
    assert [read(t) for t in ("1", "3", "2.0")] == [1, 3, 2]
    for text in ("0", "4"):
        with pytest.raises(ValueError, match="from 1 to 3"):
            read(text)
    with pytest.raises(ValueError, match="whole"):
        read("1.5")
    with pytest.raises(ValueError, match="more than 0"):
        v.measure("millimetres")("0.0")


def test_words_in_capitals_or_not() -> None:
    read = v.word("ED_and_C", "Hurley")
    assert (read("ed_AND_c"), read("HURLEY")) == ("ED_and_C", "Hurley")
    assert v.words({"punch": "punch_biopsy"})("Punch") == "punch_biopsy"


@pytest.mark.parametrize("text", ["2026-02-30", "20260310", "2026-3-10", "10/03/2026", "2026-W10-2", "1026-03-10", ""])
def test_what_is_no_day(text: str) -> None:
    with pytest.raises(ValueError, match="2026-03-10"):
        v.day(text)


def test_yes_no_and_signed() -> None:
    assert [v.yes_no(t) for t in ("yes", "No", "TRUE", "false")] == [True, False, True, False]
    assert [v.signed(t) for t in ("yes", "no", "2026-03-10")] == [True, False, date(2026, 3, 10)]
    assert [v.deep(t) for t in ("bone", "Nerve", "yes", "no")] == [True, True, True, False]
    for read, wanted in ((v.yes_no, "yes, no"), (v.signed, "yes, no or a date"), (v.deep, "yes, no")):
        with pytest.raises(ValueError, match=wanted):
            read("maybe")


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("benign", "benign"), ("Malignant", "malignant"), ("in situ", "in_situ"), ("in-situ", "in_situ"),
        ("no residual", "no_residual"), ("uncertain", "uncertain"), ("BCC", "malignant"), ("melanoma", "malignant"),
        ("melanoma in situ", "in_situ"), ("SCC in-situ", "in_situ"), ("none", "none"), ("null", "none"),
        ("dysplastic naevus, moderate", "other"), ("not melanoma", "other"),
    ],
)  # fmt: skip
def test_pathology(text: str, result: str) -> None:
    assert v.pathology(text) == result
