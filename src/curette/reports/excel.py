"""Tables as an Excel workbook: one sheet a table, filters, a frozen heading, money and dates as such.

Written row by row, so that memory does not grow with the rows. Text is always text: what looks like a formula is none.
"""

import os
import re
import shutil
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from tempfile import TemporaryFile
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from curette.denials.figures import Rate
from curette.reports.plain import printable
from curette.reports.tables import Column, Kind, Table, Value, shown

_FORMATS = {
    Kind.MONEY: "#,##0.00;[Red]-#,##0.00", Kind.RATE: "0.0%", Kind.PERCENT: "0.0%", Kind.DATE: "yyyy-mm-dd",
    Kind.TIME: "yyyy-mm-dd hh:mm", Kind.COUNT: "#,##0", Kind.DAYS: "0",
}  # fmt: skip
_WIDEST, _NARROWEST, _MOST = 60, 8, 1_048_576
_NEVER = (1980, 1, 1, 0, 0, 0)  # the first that a zip knows
_REFUSED = re.compile(r"[\[\]:*?/\\]")  # in the name of a sheet


def workbook(tables: Iterable[Table], file: IO[bytes]) -> None:
    """Write the tables; a table longer than a sheet holds is cut and says so in its last row."""
    from openpyxl import Workbook  # late: only this form needs it
    from openpyxl.writer.excel import ExcelWriter

    book = Workbook(write_only=True)
    book.properties.created = book.properties.modified = datetime(*_NEVER)  # noqa: DTZ001 - workbooks have no zones
    names: set[str] = set()
    try:
        for table in tables:
            _sheet(book.create_sheet(_name(table.title, names)), table)
        with _Archive(file, "w", ZIP_DEFLATED) as archive:
            ExcelWriter(book, archive).save()
    finally:
        for sheet in book.worksheets:
            _let_go(sheet)


class _Archive(ZipFile):
    """A zip that does not know the time, so that the same tables give the same bytes, and takes open files, too."""

    def open(self, name: str | ZipInfo, *arguments: Any, **more: Any) -> IO[bytes]:
        if isinstance(name, ZipInfo):
            name.date_time = _NEVER
        return super().open(name, *arguments, **more)

    def write(self, filename: Any, arcname: Any = None, *arguments: Any) -> None:
        member = ZipInfo(arcname)
        member.compress_type, member.file_size = self.compression, filename.seek(0, os.SEEK_END)
        filename.seek(0)
        with self.open(member, "w") as copy:
            shutil.copyfileobj(filename, copy)


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
    _unnamed(sheet)
    sheet.append(heading)
    for row in table.rows[:rows]:
        sheet.append([_cell(sheet, c.kind, v) for c, v in zip(table.columns, row, strict=True)])
    if rows < len(table.rows):
        sheet.append([f"{len(table.rows) - rows:,} more rows do not fit: use --format csv"])
    sheet.close()


def _unnamed(sheet) -> None:  # type: ignore[no-untyped-def]
    """Let rows wait in a file that has no name, which no killed run leaves behind; a full disk is an OSError of it."""
    from openpyxl.worksheet._writer import WorksheetWriter

    file = TemporaryFile()  # noqa: SIM115 - closed by `cleanup`
    sheet._writer = WorksheetWriter(sheet, file)
    sheet._writer.cleanup = file.close
    sheet._writer.write_top()


def _let_go(sheet) -> None:  # type: ignore[no-untyped-def]
    """End what a failure left open, from the inside out: Python would complain of each while it closes."""
    for part in (sheet._rows, sheet._writer and sheet._writer.xf, sheet._writer and sheet._writer.out):
        with suppress(Exception):
            part.close()


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
