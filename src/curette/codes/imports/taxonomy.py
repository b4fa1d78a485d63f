"""Provider taxonomy codes of NUCC: csv, two versions a year; the codes alone are kept."""

import re
from datetime import date, timedelta
from functools import partial

from curette.codes.imports.files import File
from curette.codes.imports.layout import Edition, Layout, Row, Start, columns, named, unknown_edition

_WANTED = {"code": "CODE", "grouping": "GROUPING", "classification": "CLASSIFICATION"}
_CODE = re.compile(r"[0-9A-Z]{9}X", re.ASCII)
_VERSION = re.compile(r"taxonomy[-_ ]?(\d\d)[._]?([01])(?!\d)", re.IGNORECASE)


def _begin(file: File) -> Start | None:
    found = columns(file, _WANTED)
    return Start(found[0], partial(_row, found[1])) if found else None


def _row(at: dict[str, int], cells: list[str]) -> Row:
    found = cells[at["code"]].strip()
    if not _CODE.fullmatch(found):
        raise ValueError("no ten-character code that ends in X")
    if not cells[at["grouping"]].strip():
        raise ValueError("the code has no grouping")
    return found, None, None, ()


def _edition(file: File) -> Edition:
    version = named(file, _VERSION)
    if version is None:
        raise unknown_edition("nucc_taxonomy_261.csv")
    year = 2000 + int(version[1])
    start, following = date(year, 4, 1), date(year, 10, 1)
    if version[2] == "1":
        start, following = following, date(year + 1, 4, 1)
    return Edition(f"{version[1]}.{version[2]}", start, following - timedelta(days=1))


LAYOUT = Layout("taxonomy", "NUCC provider taxonomy", (), _begin, _edition, least=800)
