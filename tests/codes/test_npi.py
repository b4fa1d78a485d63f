"""The check digit of provider identifiers (Luhn over 80840 and the first nine digits)."""

import pytest

from curette.codes.npi import is_valid

# Worked in the standard itself (CMS, "Requirements for NPI check digit": 123456789 takes 3), and by hand.
VALID = ["1234567893", "1000000004", "1999999992", "1111111112", "2000000002"]


@pytest.mark.parametrize("number", VALID)
def test_right_check_digit(number: str) -> None:
    assert is_valid(number)


def luhn(number: str) -> bool:
    """Another way to the same answer: the usual Luhn sum over the number as cards carry it."""
    total = 0
    for place, character in enumerate(reversed("80840" + number)):
        digit = int(character) * (1 + place % 2)
        total += digit // 10 + digit % 10
    return total % 10 == 0


@pytest.mark.parametrize("first_nine", ["123456789", "100000000", "199999999", "208471620", "987654321", "000000000"])
def test_exactly_one_of_ten_digits_is_right(first_nine: str) -> None:
    right = [str(digit) for digit in range(10) if is_valid(f"{first_nine}{digit}")]
    assert right == [str(digit) for digit in range(10) if luhn(f"{first_nine}{digit}")]
    assert len(right) == 1


@pytest.mark.parametrize("place", range(10))
def test_any_single_digit_changed_is_found(place: int) -> None:
    number = "1234567893"
    for digit in "0123456789":
        changed = number[:place] + digit + number[place + 1 :]
        assert is_valid(changed) is (changed == number)


def test_neighbours_changed_over_are_found() -> None:
    number = "1234567893"
    for place in range(9):
        swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        assert not is_valid(swapped)


@pytest.mark.parametrize(
    "text",
    [
        "", "123456789", "12345678931", "123456789X", " 1234567893", "1234567893 ", "1234567893\n", "+234567893",
        "１２３４５６７８９３", "١٢٣٤٥٦٧٨٩٣", "¹²³⁴⁵⁶⁷⁸⁹³",
    ],
)  # fmt: skip
def test_what_is_not_ten_plain_digits_is_no_identifier(text: str) -> None:
    assert not is_valid(text)
