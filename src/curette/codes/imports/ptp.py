"""NCCI procedure-to-procedure edits for practitioners: four files a quarter, with tabs or as a workbook.

Every file holds all pairs of its range that ever were, with their dates; a pair may come again with other dates.
"""

import re
from datetime import date
from functools import cache, partial

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
    of_medicaid,
    plain,
    quarter,
    unknown_edition,
)

_VERSION = re.compile(r"v(\d\d)\.?([0-3])(?!\d)", re.IGNORECASE)
_PART = re.compile(r"[-_ ]f([1-4])(?!\d)", re.IGNORECASE)
_HOSPITAL = re.compile(r"ccioph|hospital", re.IGNORECASE)
# How the headings of the columns begin: what follows stands below them, or in the same cell.
_HEADINGS = {
    "first": "COLUMN1",
    "second": "COLUMN2",
    "start": "EFFECTIVE",
    "end": "DELETION",
    "indicator": "MODIFIER",
    "rationale": "PTPEDITRATIONALE",
}
_day = cache(any_day)  # a few hundred days for two million rows
_FIRST_VERSION = 1994  # version 30 is of 2024


def _begin(file: File) -> Start | None:
    if not any("Column1/Column2" in cell.replace(" ", "") for _, cells in file.head for cell in cells):
        return None
    if named(file, _HOSPITAL):
        raise ValueError("has the edits for hospitals; curette checks the claims of practitioners (ccipra-...)")
    if of_medicaid(file):
        raise ValueError("has the edits of Medicaid; curette holds those of Medicare")
    for number, cells in file.head:
        own = [plain(cell) for cell in cells]
        at = {name: n for name, began in _HEADINGS.items() for n, cell in enumerate(own) if cell.startswith(began)}
        if at.keys() >= _HEADINGS.keys() - {"rationale"} and at["first"] != at["second"]:
            return Start(_last(file, number, at), partial(_row, at))
    raise ValueError(
        "does not name its columns as the official file does: Column 1, Column 2, Effective, Deletion, ..."
    )


def _last(file: File, number: int, at: dict[str, int]) -> int:
    """The number of the last row of the heading: below its first stand the rest of its words, and no codes."""
    for below, cells in file.head:
        if below > number:
            if any(cell.strip() for n, cell in enumerate(cells) if n in (at["first"], at["second"])):
                break
            number = below
    return number


def _row(at: dict[str, int], cells: list[str]) -> Row | None:
    indicator = cells[at["indicator"]].strip()
    if indicator not in ("0", "1", "9"):
        raise ValueError("the modifier indicator is not 0, 1 or 9")
    began, ended = _day(cells[at["start"]]), _ended(cells[at["end"]])
    if indicator == "9" or (ended is not None and ended <= began):
        return None
    place = at.get("rationale", len(cells))
    rationale = cells[place].strip() if place < len(cells) else ""
    return code(cells[at["first"]]) + code(cells[at["second"]]), began, ended, (indicator, rationale, "")


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
