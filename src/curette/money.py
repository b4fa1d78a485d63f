"""Money as whole cents, read from X12 decimal text exactly as the standard allows.

X12 type R with data element 782: an optional minus, digits, an optional point; no plus, no exponent, no blanks,
at most ten digits in all and at most two after the point (005010X222A1 and 005010X221A1, appendix B; X12 RFI 1526).
"""

import re
from typing import Any

ADDS_UP = "{kind} {found}, but {other} {expected}: {difference}"
_DECIMAL = re.compile(r"(-?)([0-9]*)(?:\.([0-9]*))?", re.ASCII)
_MAX_DIGITS = 10


def cents(text: str) -> int:
    """The amount in cents. Leading zeros are tolerated; ValueError for anything X12 does not allow."""
    if len(text) < 9 and text.isdigit() and text.isascii():
        return int(text) * 100
    whole, _, part = text.partition(".")  # the usual "125.5" without the expression below
    if len(whole) < 9 and 0 < len(part) < 3 and text.isascii() and whole.isdigit() and part.isdigit():
        return int(whole + part) if len(part) == 2 else int(whole + part) * 10
    if len(text) > 64 or (match := _DECIMAL.fullmatch(text)) is None:
        raise ValueError("not a decimal number")
    sign, whole, part = match.groups()
    part = part or ""
    if not whole and not part:
        raise ValueError("not a decimal number")
    if len(part.rstrip("0")) > 2:
        raise ValueError("a fraction of a cent")
    if len(whole.lstrip("0")) > _MAX_DIGITS - 2:
        raise ValueError("more than 99999999.99")
    value = int(whole or "0") * 100 + int((part + "00")[:2])
    return -value if sign else value


def quantity(text: str) -> int:
    """A count or measure in thousandths (SV104 allows eight digits and three decimals, X12 RFI 2072)."""
    if len(text) < 9 and text.isdigit() and text.isascii():
        return int(text) * 1000
    if len(text) > 64 or (match := _DECIMAL.fullmatch(text)) is None:
        raise ValueError("not a decimal number")
    sign, whole, part = match.groups()
    part = (part or "").rstrip("0")
    if not whole and match.group(3) in (None, ""):
        raise ValueError("not a decimal number")
    if len(part) > 3:
        raise ValueError("more than three decimals")
    if len(whole.lstrip("0")) > 12:
        raise ValueError("more than twelve digits")
    value = int(whole or "0") * 1000 + int((part + "000")[:3])
    return -value if sign else value


def decimal(value: int) -> str:
    """Cents with two decimals, as reports and JSON show them: 12550 is "125.50"."""
    sign = "-" if value < 0 else ""
    whole, part = divmod(abs(value), 100)
    return f"{sign}{whole}.{part:02d}"


def x12(value: int) -> str:
    """Cents as X12 writes them, without trailing zeros: 12550 is "125.5", 12500 is "125"."""
    text = decimal(value)
    return text.rstrip("0").rstrip(".") if value % 100 == 0 or value % 10 == 0 else text


def count(value: int) -> str:
    """Thousandths without trailing zeros: 1000 is "1", 1500 is "1.5"."""
    sign = "-" if value < 0 else ""
    whole, part = divmod(abs(value), 1000)
    return f"{sign}{whole}.{part:03d}".rstrip("0").rstrip(".")


def against(kind: str, found: int, other: str, expected: int) -> dict[str, Any]:
    """The facts of `ADDS_UP`: two amounts in cents that should be the same, and by how much they are not."""
    difference = found - expected
    sign = "+" if difference > 0 else ""
    return {
        "kind": kind, "found": decimal(found), "other": other, "expected": decimal(expected),
        "difference": f"{sign}{decimal(difference)}",
    }  # fmt: skip
