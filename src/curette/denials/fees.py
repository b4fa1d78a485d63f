"""A fee schedule: what payers agreed to allow, read from a CSV of the practice.

    payer,procedure,modifier,amount,multiple,from,to
    99001,11102,,98.50,50,2026-01-01,2026-12-31
    ,88305,26,38.10,,,

`payer` is a payer id or name as its remittances have it (empty: every payer without a row of its own), `modifier` one
of those that change a price (`PRICING`), `amount` dollars for one unit, `multiple` the percent that it is paid at as
second or further procedure of a day (empty: 100), `from` and `to` days of service, both included (empty: open).
Columns may stand in any order; payer, procedure and amount must be there.
"""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from attrs import frozen

from curette.errors import TableError
from curette.money import cents

# a line with one of these is priced by a row that has it, or not at all
PRICING = ("22", "26", "50", "52", "53", "54", "55", "56", "62", "66", "73", "74", "80", "81", "82", "AS", "TC")
_COLUMNS = ("payer", "procedure", "modifier", "amount", "multiple", "from", "to")
_NEEDED = ("payer", "procedure", "amount")
_MOST = 64 * 1024 * 1024


@frozen
class Fee:
    """One agreed price: cents for a unit; `multiple` is a percent."""

    payer: str
    procedure: str
    modifier: str
    amount: int
    multiple: int
    start: date
    end: date


def read_fees(path: Path) -> list[Fee]:
    """The rows of a fee schedule; TableError names the row and the column that cannot be used."""
    try:
        if path.stat().st_size > _MOST:
            raise TableError(str(path), "larger than 64 MB")
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise TableError(str(path), error.strerror or "cannot be read") from None
    except UnicodeDecodeError:
        raise TableError(str(path), "not UTF-8 text") from None
    return list(_rows(str(path), text))


def _rows(file: str, text: str) -> Iterator[Fee]:
    reader = csv.reader(text.splitlines(), strict=True)
    seen: dict[tuple[str, str, str, date], int] = {}
    try:
        head = [name.strip().lower() for name in next(reader, [])]
        _check_head(file, head)
        for row in reader:
            if any(map(str.strip, row)):
                fee = _fee(file, reader.line_num, dict(zip(head, map(str.strip, row), strict=False)))
                key = fee.payer, fee.procedure, fee.modifier, fee.start
                if (twin := seen.setdefault(key, reader.line_num)) != reader.line_num:
                    raise TableError(file, f"row {reader.line_num}: stands already in row {twin}")
                yield fee
    except csv.Error:
        raise TableError(file, f"row {reader.line_num}: not a row of a CSV file") from None


def _check_head(file: str, head: list[str]) -> None:
    if missing := [name for name in _NEEDED if name not in head]:
        raise TableError(file, f"row 1: there is no column {', '.join(missing)}")
    if strange := [at for at, name in enumerate(head, 1) if name not in _COLUMNS or head.count(name) > 1]:
        raise TableError(file, f"row 1: column {strange[0]} is none of {', '.join(_COLUMNS)}, or stands twice")


def _fee(file: str, number: int, row: dict[str, str]) -> Fee:
    def bad(field: str, reason: str) -> TableError:
        return TableError(file, f"row {number}, {field}: {reason}")

    def day(field: str, otherwise: date) -> date:
        try:
            return date.fromisoformat(text) if (text := row.get(field, "")) else otherwise
        except ValueError:
            raise bad(field, "not a date like 2026-01-31") from None

    procedure, modifier = row.get("procedure", "").upper(), row.get("modifier", "").upper()
    if not (procedure.isalnum() and procedure.isascii() and len(procedure) == 5):
        raise bad("procedure", "not a code of five letters and digits")
    if modifier and modifier not in PRICING:
        raise bad("modifier", f"none of {' '.join(PRICING)}")
    try:
        amount = cents(row.get("amount", ""))
    except ValueError as error:
        raise bad("amount", str(error)) from None
    if amount < 0:
        raise bad("amount", "less than nothing")
    multiple = row.get("multiple", "") or "100"
    if not (multiple.isdigit() and multiple.isascii() and len(multiple) < 4 and int(multiple) <= 100):
        raise bad("multiple", "not a percentage from 0 to 100")
    start, end = day("from", date.min), day("to", date.max)
    if end < start:
        raise bad("to", "before from")
    return Fee(row.get("payer", "").upper(), procedure, modifier, amount, int(multiple), start, end)
