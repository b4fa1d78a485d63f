"""Plain text that is safe to print: nothing from a file reaches a terminal or a log as it came."""

from typing import Any


def printable(text: Any) -> str:
    """One line; control, direction and other characters that do not print are shown as escapes."""
    plain = str(text)
    if plain.isprintable():
        return plain
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" if ord(c) < 256 else f"\\u{ord(c):04x}" for c in plain)


def grouped(cents: int) -> str:
    """Money for reading: 1234567 is "12,345.67"."""
    sign = "-" if cents < 0 else ""
    whole, part = divmod(abs(cents), 100)
    return f"{sign}{whole:,}.{part:02d}"


def many(number: int, one: str, more: str | None = None) -> str:
    """ "1 claim", "2 claims"."""
    return f"{number:,} {one if number == 1 else more or one + 's'}"
