"""Plain text for people: values made safe for a terminal, labelled rows, money at the right edge."""

import textwrap
from collections.abc import Iterator, Sequence
from datetime import date

from attrs import define, field

from curette.reports.plain import grouped

LABEL = 14  # width of the labels that stand before rows
_LONGEST = 160  # of one value; what a person would read is shorter in every guide
TIE = "\xa0"  # a blank that no line ends at; values never hold it, see `clean`
_LATIN = 0x250  # beyond: marks that combine, letters that run leftward or take two columns


@define
class View:
    """How to show: columns of text, with patient data or without, and only some claims (all, where none is named)."""

    width: int = 80
    phi: bool = False
    wanted: frozenset[str] = frozenset()  # control numbers
    found: set[str] = field(factory=set)  # those of `wanted` that were met

    def wants(self, control_number: str) -> bool:
        """Whether to show this claim."""
        if not self.wanted:
            return True
        if control_number not in self.wanted:
            return False
        self.found.add(control_number)
        return True


def clean(text: str) -> str:
    """A value of the file on one line; every character that a terminal might obey or misplace is spelled out."""
    if len(text) > _LONGEST:
        text = f"{text[:_LONGEST]}... ({len(text)} characters)"
    return spelled(text)


def spelled(text: str) -> str:
    """`text` with what is not a printable Latin character as an escape."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if c.isprintable() and ord(c) < _LATIN else ascii(c)[1:-1] for c in text)


def wrapped(text: str, width: int, first: str = "", after: str | None = None) -> Iterator[str]:
    """`text` in lines of at most `width`, behind `first` and then `after` (as many blanks, unless given)."""
    lines = [first + text]
    if len(lines[0]) > width:
        after = " " * min(len(first), width // 2) if after is None else after
        lines = textwrap.wrap(first + text, width, subsequent_indent=after, break_on_hyphens=False)
    for line in lines:
        yield line.replace(TIE, " ")


def labelled(rows: Sequence[tuple[str, str]], width: int) -> Iterator[str]:
    """Rows of a label and its text; a row without text is left out."""
    for label, text in rows:
        if text:
            yield from wrapped(text, width, f"  {label:<{LABEL}}", " " * (LABEL + 2))


def spread(left: str, right: str, width: int) -> Iterator[str]:
    """`left` and `right` at the two edges; on lines of their own where they do not fit on one."""
    gap = width - len(left) - len(right)
    if not right.strip():
        yield from wrapped(left, width)
    elif gap > 0:
        yield f"{left}{' ' * gap}{right}"
    else:
        yield from wrapped(left.rstrip(), width)
        yield right.rjust(width)


def money(amount: int | None) -> str:
    """Cents for reading, nothing for nothing."""
    return "" if amount is None else grouped(amount)


def day(value: date | None) -> str:
    """An ISO date, nothing for nothing."""
    return "" if value is None else value.isoformat()


def days(start: date | None, end: date | None) -> str:
    """One day, or the first and the last."""
    if start is None or end is None or start == end:
        return day(start or end)
    return f"{day(start)} to {day(end)}"


def joined(*parts: str, by: str = ", ") -> str:
    """The parts that are not empty."""
    return by.join(part for part in parts if part)
