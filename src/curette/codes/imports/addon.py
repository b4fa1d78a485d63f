"""NCCI add-on codes and the procedures they go with: a workbook, one a quarter, with all edits that ever were.

Dates are the year and the day of the year (2019001). CMS also gives fixed-width text; it is not read.
"""

from datetime import date, timedelta
from functools import partial

from curette.codes.imports.files import File
from curette.codes.imports.layout import (
    Edition,
    Layout,
    Row,
    Start,
    code,
    columns,
    named_quarter,
    of_medicaid,
    quarter,
    unknown_edition,
)

_WANTED = {
    "type": "AOCEDITTYPE",
    "addon": "ADDONCODE",
    "addon_deleted": "AOCDELDT",
    "primary": "PRIMARYCODE",
    "primary_deleted": "PRIMARYCODEDELDT",
    "start": "AOCEDITEFFDT",
    "deleted": "AOCEDITDELDT",
    "note": "SPECIALINSTRUCTIONNOTES",
}


def _begin(file: File) -> Start | None:
    found = columns(file, _WANTED)
    if found and of_medicaid(file):
        raise ValueError("has the add-on codes of Medicaid; curette holds those of Medicare")
    return Start(found[0], partial(_row, found[1])) if found else None


def _row(at: dict[str, int], cells: list[str]) -> Row | None:
    cells = [cell.strip() for cell in cells] + [""] * len(at)  # a workbook leaves out the empty cells of its end
    kind, start = cells[at["type"]], _day(cells[at["start"]])
    if kind not in ("1", "2", "3"):
        raise ValueError("the type of the edit is not 1, 2 or 3")
    if start is None:
        raise ValueError("the edit has no effective date")
    ends = [_day(cells[at[name]]) for name in ("deleted", "addon_deleted", "primary_deleted")]
    end = min((day for day in ends if day), default=None)
    if end is not None and end <= start:
        return None
    return code(cells[at["addon"]]) + code(cells[at["primary"]]), start, end, (kind, cells[at["note"]])


def _day(text: str) -> date | None:
    if not text:
        return None
    if len(text) != 7 or not text.isdigit():
        raise ValueError("a date is not a year and a day of it (2026001)")
    year, number = int(text[:4]), int(text[4:])
    found = date(year, 1, 1) + timedelta(days=number - 1) if 1900 <= year <= 2100 else None
    if found is None or found.year != year:  # day 366 of a year without it
        raise ValueError("a date is not a year and a day of it (2026001)")
    return found


def _edition(file: File) -> Edition:
    if told := named_quarter(file):
        return quarter(*told, open_start=True)
    raise unknown_edition("AOC_V2026Q4-MCR.xlsx")


LAYOUT = Layout(
    "addon", "CMS NCCI add-on code edits", ("type", "note"), _begin, _edition, least=5_000, reach="G", unique=False
)
