"""HCPCS Level II codes and modifiers: the fixed-width text (ANWEB) that CMS gives each quarter.

Columns, from 1: code 1-5 (a modifier in 4-5), sequence 6-10, kind of record 11 (3 procedure, 7 modifier; 4 and 8 go on
with its long descriptor), short descriptor 92-119, added 269-276, action effective 277-284, termination 285-292, action
293. The descriptors are those of CMS.
"""

import re
from datetime import date

from curette.codes.imports.files import File
from curette.codes.imports.layout import Edition, Layout, Row, Start, any_day, named, named_quarter, quarter

_RECORD = re.compile(r"[0-9A-Z ]{3}[0-9A-Z]{2}\d{5}[3478]")
_NAME = re.compile(r"HCPC(20\d\d)[-_ ]?(JAN|APR|JUL|OCT)", re.IGNORECASE)
_MONTHS = {"JAN": 1, "APR": 2, "JUL": 3, "OCT": 4}
_KINDS = {"3": "procedure", "7": "modifier"}


def _begin(file: File) -> Start | None:
    lines = [line for line in file.head_lines if line.strip()]
    if not lines or not all(_RECORD.match(line) for line in lines):
        return None
    return Start(0, _row)


def _row(cells: list[str]) -> Row | None:
    line = cells[0]
    if not _RECORD.match(line):
        raise ValueError("not a record of the HCPCS file")
    kind = _KINDS.get(line[10])
    if kind is None:  # more of the long descriptor
        return None
    if len(line) < 293:
        raise ValueError(f"cut short: {len(line)} characters, not 293 or more")
    key = line[:5].strip()
    if len(key) != (5 if kind == "procedure" else 2):
        raise ValueError(f"{key} is no {kind}")
    added, acted, ended = (_day(line[at : at + 8]) for at in (268, 276, 284))
    # "R" brings a discontinued code back: what was before that is not told.
    start = acted if line[292] == "R" else added or acted
    return key, start, ended, (" ".join(line[91:119].split()), kind)


def _day(text: str) -> date | None:
    return any_day(text) if text.strip("0 ") else None


def _edition(file: File) -> Edition:
    if found := named(file, _NAME):
        return quarter(int(found[1]), _MONTHS[found[2].upper()])
    if told := named_quarter(file):
        return quarter(*told)
    raise ValueError(
        "its name does not say which edition it is; keep the official one, such as HCPC2026_OCT_ANWEB_10012026.txt"
    )


LAYOUT = Layout("hcpcs", "CMS HCPCS Level II", ("name", "kind"), _begin, _edition, least=6_000, reach="V", lines=True)
