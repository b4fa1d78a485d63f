"""What every list of codes has in common: how it is known, how a row is read, which edition it is."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from attrs import frozen

from curette.codes.imports.files import File
from curette.dates import day

Row = tuple[str, date | None, date | None, tuple[str, ...]]  # key, first and last day, values
Parse = Callable[[list[str]], Row | None]  # a row of cells; None leaves it out; ValueError says what is wrong


@frozen
class Start:
    """Where the rows begin (the number of the last row of the heading) and how one is read."""

    after: int
    parse: Parse


@frozen
class Edition:
    """Which edition a file is, and the dates of service it is for."""

    name: str
    start: date | None
    end: date | None
    part: int = 0  # of a list that comes in several files


@frozen
class Layout:
    """One form of one official list."""

    table: str
    source: str  # whose list
    fields: tuple[str, ...]
    begin: Callable[[File], Start | None]  # None when the file is something else
    edition: Callable[[File], Edition]
    least: int  # fewer rows are an excerpt or a cut file
    reach: str = "0"  # a whole list has a key that is not before this
    lines: bool = False  # fixed width: a row is one cell, the line
    unique: bool = True  # a key stands in it once
    parts: int = 1


_CODE = re.compile(r"[0-9A-Z]{5}", re.ASCII)
_MEDICAID = re.compile(r"medicaid|MCD", re.IGNORECASE)
_QUARTER = re.compile(r"(20\d\d)[-_ ]?q([1-4])(?!\d)", re.IGNORECASE)


def code(text: str) -> str:
    """A CPT or HCPCS code; the leading zeros that a spreadsheet drops are put back."""
    found = text.strip()
    if found.isdigit() and found.isascii():
        found = found.zfill(5)
    if not _CODE.fullmatch(found):
        raise ValueError("no five-character code where one is due")
    return found


def any_day(text: str) -> date:
    """CCYYMMDD, CCYY-MM-DD or M/D/CCYY; ValueError for anything else."""
    found = text.strip()
    if american := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", found):
        found = f"{american[3]}{american[1]:0>2}{american[2]:0>2}"
    elif re.fullmatch(r"\d{4}-\d\d-\d\d", found):
        found = found.replace("-", "")
    try:
        return day(found)
    except ValueError as error:
        raise ValueError(f"a date is {error}") from None


def quarter(year: int, number: int, *, open_start: bool = False) -> Edition:
    """The edition of a quarter, 1 to 4."""
    first = date(year, number * 3 - 2, 1)
    following = date(year + number // 4, number % 4 * 3 + 1, 1)
    return Edition(f"{year}Q{number}", None if open_start else first, following - timedelta(days=1))


def named_quarter(file: File) -> tuple[int, int] | None:
    """The year and quarter in a name such as 2026Q2 or 2026-q2."""
    found = named(file, _QUARTER)
    return (int(found[1]), int(found[2])) if found else None


def named(file: File, pattern: re.Pattern[str]) -> re.Match[str] | None:
    """What the file's own name says, else its archive's."""
    return next((found for name in file.names if (found := pattern.search(name))), None)


def of_medicaid(file: File) -> bool:
    """Whether the name of a file of NCCI says that it holds the edits of Medicaid."""
    return named(file, _MEDICAID) is not None


def plain(text: str) -> str:
    """A heading in capitals and digits only, however it is broken and spaced."""
    return re.sub(r"[^0-9A-Z]", "", text.upper())


def columns(file: File, wanted: dict[str, str]) -> tuple[int, dict[str, int]] | None:
    """The row of the heading that has all of `wanted` (field to plain heading), and where each stands.

    Headings may be split over two rows; None when there is no such row.
    """
    above: list[str] = []
    for number, cells in file.head:
        own = [plain(cell) for cell in cells]
        split = [before + cell for before, cell in zip([*above, *[""] * len(own)], own, strict=False)]
        places = {name: at for names in (split, own) for at, name in reversed(list(enumerate(names)))}
        if all(heading in places for heading in wanted.values()):
            return number, {field: places[heading] for field, heading in wanted.items()}
        above = own
    return None


def unknown_edition(example: str) -> ValueError:
    """The error for a name that does not tell the edition."""
    return ValueError(f"its name does not say which edition it is; keep the official one, such as {example}")
