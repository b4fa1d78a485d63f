"""The relative value file of the Medicare physician fee schedule (PPRRVU): csv or workbook, four releases a year.

Its heading is split over rows and its columns move (one more from 2026), so they are found by the joined heading.
"""

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import partial

from curette.codes.imports.files import File
from curette.codes.imports.layout import Edition, Layout, Row, Start, code, columns, named, unknown_edition

_KEY = {"code": "HCPCS", "modifier": "MOD"}
_PLAIN = {
    "status": "STATUSCODE",
    "pctc": "PCTCIND",
    "mult_proc": "MULTPROC",
    "bilateral": "BILATSURG",
    "assistant": "ASSTSURG",
    "cosurgeon": "COSURG",
    "team": "TEAMSURG",
}
_VALUES = {
    "work_rvu": "WORKRVU",
    "nonfac_pe_rvu": "NONFACPERVU",
    "fac_pe_rvu": "FACILITYPERVU",
    "mp_rvu": "MPRVU",
    "nonfac_total": "NONFACILITYTOTAL",
    "fac_total": "FACILITYTOTAL",
}
_WANTED = _KEY | _PLAIN | _VALUES | {"global_days": "GLOBDAYS", "endo_base": "ENDOBASE"}
_FIELDS = (
    "status", "work_rvu", "nonfac_pe_rvu", "fac_pe_rvu", "mp_rvu", "nonfac_total", "fac_total", "pctc", "global_days",
    "mult_proc", "bilateral", "assistant", "cosurgeon", "team", "endo_base",
)  # fmt: skip
_TITLE = re.compile(r"(20\d\d) National Physician Fee Schedule Relative Value File(?: (\w{3})\w* Release)?", re.I)
_YEAR_LAST = re.compile(r"Relative Value File Calendar Year (20\d\d)", re.I)
_NAME = re.compile(r"PPRRVU(?:20)?(\d\d)[-_ ]?(JAN|APR|JUL|OCT)", re.IGNORECASE)
_ARCHIVE = re.compile(r"RVU(\d\d)([A-D])", re.IGNORECASE)
_INDICATOR = re.compile(r"[0-9]?")
_GLOBAL = re.compile(r"([0-9]{3}|[A-Z]{3})?")
_MONTHS = {"JAN": 1, "APR": 4, "JUL": 7, "OCT": 10}


def _begin(file: File) -> Start | None:
    found = columns(file, _WANTED)
    return Start(found[0], partial(_row, found[1])) if found else None


def _row(at: dict[str, int], cells: list[str]) -> Row:
    got = {field: cells[place].strip() for field, place in at.items()}
    modifier = got["modifier"].upper()
    if modifier and not re.fullmatch(r"[0-9A-Z]{2}", modifier):
        raise ValueError("the modifier has not two characters")
    if not re.fullmatch(r"[A-Z]", got["status"]):
        raise ValueError("the status is not a letter")
    if not all(_INDICATOR.fullmatch(got[field]) for field in _PLAIN.keys() - {"status"}):
        raise ValueError("an indicator is not one digit: cells of the row are missing or moved")
    got |= {field: _value(got[field]) for field in _VALUES}
    got["global_days"] = got["global_days"].zfill(3) if got["global_days"].isdigit() else got["global_days"]
    if not _GLOBAL.fullmatch(got["global_days"]):
        raise ValueError("the global days are neither three digits nor three letters")
    got["endo_base"] = code(got["endo_base"]) if got["endo_base"] else ""
    return code(got["code"]) + modifier, None, None, tuple(got[field] for field in _FIELDS)


def _value(text: str) -> str:
    """A relative value with two decimals, however a spreadsheet wrote it; empty where there is none."""
    if text in ("", "NA"):
        return ""
    try:
        value = Decimal(text.replace(",", ""))
    except InvalidOperation:
        raise ValueError("a relative value is not a number") from None
    if not value.is_finite() or not 0 <= value < 100_000:
        raise ValueError("a relative value is out of bounds")
    return f"{value:.2f}"


def _edition(file: File) -> Edition:
    text = " ".join(" ".join(cell for _, cells in file.head for cell in cells).split())
    title, last, name, archive = _TITLE.search(text), _YEAR_LAST.search(text), named(file, _NAME), named(file, _ARCHIVE)
    if title and title[2] and title[2].upper() in _MONTHS:
        year, month = int(title[1]), _MONTHS[title[2].upper()]
    elif name:
        year, month = 2000 + int(name[1]), _MONTHS[name[2].upper()]
    elif archive:
        year, month = 2000 + int(archive[1]), "ABCD".index(archive[2].upper()) * 3 + 1
    else:
        raise unknown_edition("PPRRVU2026_Oct_nonQPP.csv")
    if last and int(last[1]) != year:
        raise ValueError(f"its heading says {last[1]}, its name another year")
    return Edition(f"{year}{'ABCD'[month // 3]}", date(year, month, 1), date(year, 12, 31))


def for_qpp(file: File) -> bool:
    """Whether it is the file with the conversion factor of QPP participants; nothing that is kept differs by that."""
    return bool(re.search(r"(?<!non)QPP", file.names[0], re.IGNORECASE))


LAYOUT = Layout(
    "pfs", "CMS physician fee schedule, relative value file", _FIELDS, _begin, _edition, least=10_000, reach="V"
)
