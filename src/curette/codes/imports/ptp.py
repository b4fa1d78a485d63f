"""NCCI procedure-to-procedure edits for practitioners: four files a quarter, with tabs or as a workbook.

Every file holds all pairs of its range that ever were, with their dates; a pair may come again with other dates.
"""

import re
from datetime import date
from functools import cache

from curette.codes.imports.files import File
from curette.codes.imports.layout import (
    Edition,
    Layout,
    Row,
    Start,
    any_day,
    code,
    named,
    named_quarter,
    quarter,
    unknown_edition,
)

_VERSION = re.compile(r"v(\d\d)\.?([0-3])(?!\d)", re.IGNORECASE)
_PART = re.compile(r"[-_ ]f([1-4])(?!\d)", re.IGNORECASE)
_HOSPITAL = re.compile(r"ccioph|hospital", re.IGNORECASE)
_OTHER = re.compile(r"medicaid|mcd", re.IGNORECASE)
_day = cache(any_day)  # a few hundred days for two million rows
_FIRST_VERSION = 1994  # version 30 is of 2024


def _begin(file: File) -> Start | None:
    if not any("Column1/Column2" in cell.replace(" ", "") for _, cells in file.head for cell in cells):
        return None
    if named(file, _HOSPITAL):
        raise ValueError("has the edits for hospitals; curette checks the claims of practitioners (ccipra-...)")
    if named(file, _OTHER):
        raise ValueError("has the edits of Medicaid; curette holds those of Medicare")
    last = 0
    for number, cells in file.head:
        if len(cells) > 3 and cells[3].strip()[:8].isdigit():
            return Start(last, _row)
        last = number
    return Start(last, _row)


def _row(cells: list[str]) -> Row | None:
    if len(cells) < 6:
        raise IndexError(len(cells))
    first, second, _, start, end, indicator, *rest = cells
    indicator = indicator.strip()
    if indicator not in ("0", "1", "9"):
        raise ValueError("the modifier indicator is not 0, 1 or 9")
    began, ended = _day(start), _ended(end)
    if indicator == "9" or (ended is not None and ended <= began):
        return None
    return code(first) + code(second), began, ended, (indicator, rest[0].strip() if rest else "", "")


def _ended(text: str) -> date | None:
    return None if text.strip() in ("*", "") else _day(text)


def _edition(file: File) -> Edition:
    part = named(file, _PART)
    version, told = named(file, _VERSION), named_quarter(file)
    if version is not None:
        told = _FIRST_VERSION + int(version[1]), int(version[2]) + 1
    if told is None:
        raise unknown_edition("ccipra-v323r0-f1.TXT")
    edition = quarter(*told, open_start=True)
    return Edition(edition.name, None, edition.end, int(part[1]) if part else 0)


LAYOUT = Layout(
    "ptp",
    "CMS NCCI PTP edits, practitioner",
    ("indicator", "rationale", "basis"),
    _begin,
    _edition,
    least=1_000_000,
    reach="P",
    unique=False,
    parts=4,
)
