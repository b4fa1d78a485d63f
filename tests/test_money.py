"""Amounts and quantities: exactly the texts X12 allows, to the cent; what Python would take besides is refused."""

import time
from collections.abc import Callable
from decimal import Decimal, localcontext

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from curette import money

LONGEST = 64  # characters, leading and trailing zeros included

# What Decimal, int, float or str.isdigit take, or people write, and X12 does not (knowledge: reliability 2.4)
REFUSED = [
    "", " ", "-", ".", "-.", "--1", "1-", "+1", "+.5", "1..2", "1.2.3", "1E5", "1e-3", "1E999999", "0e0", "NaN", "nan",
    "sNaN", "-NaN", "Infinity", "-inf", "1_000", "4_30", "1,000", "1,00", " 430", "430 ", "430\n", "\t430", "430\xa0",
    "4 30", "$430", "(430)", "0x1F", "null", "O", "４３０", "٤٣٠", "43\u2070", "43²", "\u22125", "½", "Ⅷ", "1\x00", "1:2",
]  # fmt: skip


def significant(text: str, digits: int, places: int) -> bool:
    """Whether X12 allows `text`: ASCII digits with at most one point and one leading minus, not too many of them.

    Zeros before the first and after the last digit that counts are tolerated.
    """
    body = text[1:] if text[:1] == "-" else text
    whole, _, part = body.partition(".")
    if len(text) > LONGEST or not set(whole + part) <= set("0123456789") or not whole + part:
        return False
    return len(whole.lstrip("0")) <= digits and len(part.rstrip("0")) <= places


def scaled(text: str, places: int) -> Decimal:
    """The exact value in the smallest unit."""
    with localcontext() as context:
        context.prec = 2 * LONGEST
        return Decimal(text).scaleb(places)


def verdict(read: Callable[[str], int], text: str) -> int | None:
    try:
        return read(text)
    except ValueError:
        return None


numbers = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["", "", "-", "+", " ", "--"]),
    st.text("0123456789", max_size=14),
    st.sampled_from(["", ".", ".", ",", "..", "E", "_"]),
    st.text("0123456789", max_size=5),
)
texts = st.one_of(
    numbers,
    st.text("0123456789.-", max_size=LONGEST + 6),
    st.text("0-.+eEnNaIf_ ,٣４²", max_size=8),
    st.text(max_size=6),
)


@given(texts)
@example("99999999.99")
@example("100000000")
@example("-0.005")
@example("." + "0" * 63)
@example("." + "0" * 64)
@example("0" * 64)
@example("0" * 65)
def test_cents_takes_what_x12_allows_and_nothing_else(text: str) -> None:
    value = verdict(money.cents, text)
    assert (value is not None) == significant(text, 8, 2)
    assert value is None or value == scaled(text, 2)


@given(texts)
@example("999999999999.999")
@example("1000000000000")
@example("0.0005")
def test_quantity_takes_what_x12_allows_and_nothing_else(text: str) -> None:
    value = verdict(money.quantity, text)
    assert (value is not None) == significant(text, 12, 3)
    assert value is None or value == scaled(text, 3)


@pytest.mark.parametrize("text", REFUSED)
@pytest.mark.parametrize("read", [money.cents, money.quantity])
def test_what_only_python_or_people_take_is_refused(read: Callable[[str], int], text: str) -> None:
    with pytest.raises(ValueError):
        read(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0), ("-0", 0), (".", None), ("5.", 500), (".5", 50), ("-.05", -5), ("125.5", 12550), ("125.50", 12550),
        ("007", 700), ("000000000430.10", 43010), ("99999999.99", 9999999999), ("-99999999.99", -9999999999),
        ("999999999", None), ("40.004", None), ("0.001", None), ("1.000", 100),
    ],
)  # fmt: skip
def test_cents(text: str, value: int | None) -> None:
    assert verdict(money.cents, text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1000),
        ("0.125", 125),
        (".5", 500),
        ("12.5", 12500),
        ("-2", -2000),
        ("99999999.999", 99999999999),
        ("1.0005", None),
    ],
)
def test_quantity(text: str, value: int | None) -> None:
    assert verdict(money.quantity, text) == value


@pytest.mark.parametrize("size", [5_000, 100_000])
@pytest.mark.parametrize("digit", ["9", "0", ".", "-", "٣"])
@pytest.mark.parametrize("read", [money.cents, money.quantity])
def test_endless_text_is_refused_at_once(read: Callable[[str], int], digit: str, size: int) -> None:
    begun = time.thread_time()
    with pytest.raises(ValueError):
        read(digit * size)
    assert time.thread_time() - begun < 0.5  # a millisecond on an idle machine


@pytest.mark.parametrize("text", ["SAMPLE", "TEST0001", "1E999999", "99999999999"])
def test_the_error_never_repeats_the_text(text: str) -> None:
    with pytest.raises(ValueError) as caught:
        money.cents(text)
    assert text not in str(caught.value)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0.00"), (5, "0.05"), (-5, "-0.05"), (12550, "125.50"), (-100, "-1.00"), (10**12, "10000000000.00")],
)
def test_decimal_has_two_places(value: int, text: str) -> None:
    assert money.decimal(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (5, "0.05"),
        (50, "0.5"),
        (-50, "-0.5"),
        (12550, "125.5"),
        (12500, "125"),
        (100000, "1000"),
        (101, "1.01"),
    ],
)
def test_x12_has_no_needless_zeros(value: int, text: str) -> None:
    assert money.x12(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (1000, "1"), (1500, "1.5"), (-250, "-0.25"), (10000, "10"), (100000, "100"), (1, "0.001")],
)
def test_count_has_no_needless_zeros(value: int, text: str) -> None:
    assert money.count(value) == text


@given(st.integers(-9999999999, 9999999999))
def test_amounts_are_read_as_they_are_written(value: int) -> None:
    assert money.cents(money.x12(value)) == money.cents(money.decimal(value)) == value


@given(st.integers(-(10**14), 10**14))
def test_quantities_are_read_as_they_are_written(value: int) -> None:
    assert money.quantity(money.count(value)) == value
