"""Tables as CSV (RFC 4180, UTF-8): one heading, one row a line; money "125.50", dates ISO, empty for nothing.

Text from a file that a spreadsheet would take for a formula stands behind an apostrophe.
"""

import csv
import io
from collections.abc import Iterator

from curette.reports.plain import printable
from curette.reports.tables import Table, Value, plain

_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "|", "%")  # also as some locales type them


def table(made: Table) -> Iterator[str]:
    """The heading, then the rows, each with its line end."""
    yield _row([column.key for column in made.columns])
    yield from rows(made)


def rows(made: Table) -> Iterator[str]:
    """The rows alone."""
    kinds = [column.kind for column in made.columns]
    for row in made.rows:
        yield _row([_cell(value, plain(kind, value)) for kind, value in zip(kinds, row, strict=True)])


def _cell(value: Value, written: str | int | None) -> str | int:
    if isinstance(value, str):
        text = printable(value)
        return f"'{text}" if text.lstrip(" '\"").startswith(_FORMULA) else text
    return "" if written is None else written


def _row(cells: list[str] | list[str | int]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow(cells)
    return buffer.getvalue()
