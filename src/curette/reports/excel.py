"""Tables as an Excel workbook: one sheet a table, filters, a frozen heading, money and dates as such.

Written row by row, so that memory does not grow with the rows. Text is always text: what looks like a formula is none.
"""

import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime
from decimal import Decimal
from typing import IO, TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile

from curette.denials.figures import Rate
from curette.reports.plain import printable
from curette.reports.tables import Column, Kind, Table, Value, shown

if TYPE_CHECKING:
    from openpyxl import Workbook

_FORMATS = {
    Kind.MONEY: "#,##0.00;[Red]-#,##0.00", Kind.RATE: "0.0%", Kind.PERCENT: "0.0%", Kind.DATE: "yyyy-mm-dd",
    Kind.TIME: "yyyy-mm-dd hh:mm", Kind.COUNT: "#,##0", Kind.DAYS: "0",
}  # fmt: skip
_WIDEST, _NARROWEST, _MOST = 60, 8, 1_048_576
_REFUSED = re.compile(r"[\[\]:*?/\\]")  # in the name of a sheet


def workbook(tables: Iterable[Table], file: IO[bytes]) -> None:
    """Write the tables; a table longer than a sheet holds is cut and says so in its last row.

    OSError where the file, or the folder for temporary files in which its sheets are made, takes no more.
    """
    from openpyxl import Workbook  # late: only this form needs it
    from openpyxl.writer.excel import ExcelWriter

    book = Workbook(write_only=True)
    names: set[str] = set()
    with _told(book):
        for table in tables:
            _sheet(book.create_sheet(_name(table.title, names)), table)
        with ZipFile(file, "w", ZIP_DEFLATED) as archive:  # which Workbook.save leaves open on a full disk
            ExcelWriter(book, archive).save()


@contextmanager
def _told(book: "Workbook") -> Iterator[None]:
    """What the writer of sheets says of a full disk, as every other writer says it."""
    try:
        yield
    except Exception as error:
        for sheet in book.worksheets:  # else its writer complains once more when it is thrown away
            with suppress(Exception):
                sheet.close()
        if type(error).__name__ != "SerialisationError":  # lxml's, which is not ours to import
            raise
        raise OSError(None, f"its sheets cannot be written in {tempfile.gettempdir()} ({error})") from None


def _name(title: str, taken: set[str]) -> str:
    """A sheet's name: at most 31 characters, none twice in any case of letters."""
    base = _REFUSED.sub(" ", title).strip("' ")[:31] or "Table"
    name, number = base, 1
    while name.lower() in taken:
        number += 1
        name = f"{base[:28]} {number}"
    taken.add(name.lower())
    return name


def _sheet(sheet, table: Table) -> None:  # type: ignore[no-untyped-def]
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    sheet.freeze_panes = "A2"
    rows = min(len(table.rows), _MOST - 2)
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.columns))}{rows + 1}"
    for at, column in enumerate(table.columns):
        sheet.column_dimensions[get_column_letter(at + 1)].width = _width(table, at, column)
    heading = []
    for column in table.columns:
        cell = WriteOnlyCell(sheet, column.title)
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
        heading.append(cell)
    sheet.append(heading)
    for row in table.rows[:rows]:
        sheet.append([_cell(sheet, c.kind, v) for c, v in zip(table.columns, row, strict=True)])
    if rows < len(table.rows):
        sheet.append([f"{len(table.rows) - rows:,} more rows do not fit: use --format csv"])


def _cell(sheet, kind: Kind, value: Value):  # type: ignore[no-untyped-def]
    from openpyxl.cell import WriteOnlyCell

    if value is None or (isinstance(value, Rate) and not value.told):
        return None
    if isinstance(value, str):
        cell = WriteOnlyCell(sheet, printable(value)[:32000])
        cell.data_type = "s"  # "=1+1" stays text
        return cell
    cell = WriteOnlyCell(sheet, _number(kind, value))
    cell.number_format = _FORMATS.get(kind, "General")
    return cell


def _number(kind: Kind, value: int | date | Rate) -> int | float | Decimal | date:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)  # a workbook knows no zones
    if isinstance(value, Rate):
        return value.part / value.whole
    if isinstance(value, date):
        return value
    places = {Kind.MONEY: 2, Kind.PERCENT: 3}.get(kind)
    return Decimal(value).scaleb(-places) if places else value


def _width(table: Table, at: int, column: Column) -> int:
    lengths = (len(shown(column.kind, row[at])) for row in table.rows[:200])
    return min(max(_NARROWEST, len(column.title) + 2, *lengths, 0) + 2, _WIDEST)
