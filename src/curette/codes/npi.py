"""National provider identifiers: ten digits, the last of them a check digit.

The check digit is Luhn's over 80840 and the first nine digits (45 CFR 162.406; ISO/IEC 7812).
"""

_PREFIX = 24  # what the digits of 80840 add to every sum
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def is_valid(text: str) -> bool:
    """Whether `text` is an NPI with a right check digit."""
    if len(text) != 10 or not text.isascii() or not text.isdigit():
        return False
    digits = [int(c) for c in text]
    return (_PREFIX + sum(digits[1::2]) + sum(_DOUBLED[d] for d in digits[0::2])) % 10 == 0
