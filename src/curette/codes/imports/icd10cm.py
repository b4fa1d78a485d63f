"""ICD-10-CM codes valid in a fiscal year: the order file of NCHS and CMS, fixed width; the codes alone are kept.

Columns, from 1: number 1-5, code 7-13 without a dot, flag 15 (1 billable, 0 a heading), then descriptors.
"""

import re
from datetime import date

from curette.codes.imports.files import File
from curette.codes.imports.layout import Edition, Layout, Row, Start, named, unknown_edition

_RECORD = re.compile(r"(\d{5}) ([A-Z][0-9A-Z]{2,6}) {1,5}([01]) \S")
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_APRIL = re.compile(r"apr", re.IGNORECASE)


class _Rows:
    """Reads row after row; their numbers have no gap in a whole file."""

    def __init__(self) -> None:
        self.last = 0

    def __call__(self, cells: list[str]) -> Row | None:
        found = _RECORD.match(cells[0])
        if found is None:
            raise ValueError("not a row of the order file")
        if int(found[1]) != self.last + 1:
            raise ValueError(f"numbered {found[1]} after {self.last:05}; rows are missing")
        self.last += 1
        return (found[2], None, None, ()) if found[3] == "1" else None


def _begin(file: File) -> Start | None:
    lines = [line for line in file.head_lines if line.strip()]
    return Start(0, _Rows()) if lines and all(map(_RECORD.match, lines)) else None


def _edition(file: File) -> Edition:
    told = named(file, _YEAR)
    if told is None:
        raise unknown_edition("icd10cm_order_2027.txt")
    year = int(told[1])
    if named(file, _APRIL):
        return Edition(f"FY{year}-April", date(year, 4, 1), date(year, 9, 30))
    return Edition(f"FY{year}", date(year - 1, 10, 1), date(year, 9, 30))


LAYOUT = Layout("icd10cm", "NCHS ICD-10-CM order file", (), _begin, _edition, least=60_000, reach="Z", lines=True)
