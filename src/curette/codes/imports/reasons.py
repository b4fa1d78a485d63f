"""Claim adjustment reasons (CARC) and remittance remarks (RARC): a list of x12.org saved as csv, tabs or a workbook.

Columns are found by their headings (Code, Start, Last Modified, Stop); where the dates stand in the description instead
("Start: 01/01/1995 | Stop: 06/30/2007"), they are read there. The codes and dates alone are kept.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from functools import partial

from curette.codes.imports.files import File
from curette.codes.imports.layout import Edition, Layout, Row, Start, any_day, named, plain

_HEADINGS = {
    "code": ("CODE", "CARC", "RARC", "CARCCODE", "RARCCODE", "REASONCODE", "REMARKCODE"),
    "start": ("START", "STARTDATE", "EFFECTIVEDATE"),
    "modified": ("LASTMODIFIED", "MODIFIED", "LASTMODIFIEDDATE", "MODIFIEDDATE"),
    "stop": ("STOP", "STOPDATE", "DEACTIVATIONDATE", "ENDDATE"),
    "description": ("DESCRIPTION", "CODEDESCRIPTION"),
}
_INSIDE = re.compile(r"\b(Start|Last Modified|Stop): *(\d{1,2}/\d{1,2}/\d{4})", re.IGNORECASE)
_DATE = re.compile(r"(20\d\d)[-_]?(\d\d)[-_]?(\d\d)(?!\d)")
_CARC = re.compile(r"[A-LO-Z]?\d{1,3}", re.ASCII)
_RARC = re.compile(r"(M|MA|N)\d{1,4}", re.ASCII)


def _begin(codes: re.Pattern[str], file: File) -> Start | None:
    for index, (number, cells) in enumerate(file.head):
        own = [plain(cell) for cell in cells]
        at = {field: own.index(n) for field, names in _HEADINGS.items() for n in names if n in own}
        rows = [cells for _, cells in file.head[index + 1 :]]
        if "code" in at and at.keys() & {"start", "description"} and _dated(at, rows):
            first = next((row[at["code"]].strip() for row in rows if len(row) > at["code"] and any(row)), "")
            return Start(number, partial(_row, codes, at)) if codes.fullmatch(first) else None
    return None


def _dated(at: dict[str, int], rows: list[list[str]]) -> bool:
    """Whether dates are there; many another list has a code and a description."""
    return "start" in at or any(_INSIDE.search(cell) for row in rows for cell in row)


def _row(codes: re.Pattern[str], at: dict[str, int], cells: list[str]) -> Row:
    cells = cells + [""] * len(at)  # a workbook leaves out the empty cells of its end
    found = cells[at["code"]].strip().upper()
    if not codes.fullmatch(found):
        raise ValueError("no code of this list where one is due")
    days = {plain(name).lower(): any_day(day) for name, day in _INSIDE.findall(" ".join(cells))}
    days = {"modified" if name == "lastmodified" else name: day for name, day in days.items()}
    for name in ("start", "modified", "stop"):
        if name in at and cells[at[name]].strip():
            days[name] = any_day(cells[at[name]])
    modified, stop = days.get("modified"), days.get("stop")
    end = stop - timedelta(days=1) if stop else None  # the list calls it unusable from that day
    return found.lstrip("0") or found, days.get("start"), end, (modified.isoformat() if modified else "",)


def _edition(codes: re.Pattern[str], file: File) -> Edition:
    begun = _begin(codes, file)
    days = list(_days(begun, file)) if begun else []
    if days:
        return Edition(max(days).isoformat(), None, None)
    if told := named(file, _DATE):
        return Edition("-".join(told.groups()), None, None)
    raise ValueError("has no dates, and none in its name; name it as carc-2026-07-01.csv")


def _days(begun: Start, file: File) -> Iterator[date]:
    for number, cells in file.rows():
        row = None
        with suppress(ValueError, IndexError):  # a wrong row is told of when the rows are read
            row = begun.parse(cells) if number > begun.after and any(cells) else None
        if row is not None:
            yield from (day for day in (row[1], row[3][0] and date.fromisoformat(row[3][0])) if day)


def _layout(table: str, source: str, codes: re.Pattern[str], least: int) -> Layout:
    return Layout(table, source, ("modified",), partial(_begin, codes), partial(_edition, codes), least)


CARC = _layout("carc", "X12 list 139, claim adjustment reasons", _CARC, 250)
RARC = _layout("rarc", "X12 list 411, remittance remarks", _RARC, 700)
