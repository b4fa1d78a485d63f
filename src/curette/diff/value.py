"""What the fee schedule says of two codes of one family: which is the higher level."""

from collections.abc import Mapping
from datetime import date

from curette._records import record
from curette.codes.procedures import Procedures
from curette.codes.tables import Table, Tables

_RVU = ("nonfac_total", "fac_total", "work_rvu")
_FULL_YEAR = date(2025, 12, 31)  # the last fee schedule at hand that has the totals of every code


@record
class Values:
    """The RVU of two codes, in one edition of the fee schedule."""

    old: str
    new: str
    edition: str

    @property
    def raised(self) -> bool:
        """Whether the new one is valued higher."""
        return _hundredths(self.new) > _hundredths(self.old)


def values(procedures: Procedures, tables: Tables, old: str, new: str, day: date) -> Values | None:
    """Of two codes of one family on a day, by the first kind of RVU that both have; None where nothing tells."""
    family = procedures.family(old)
    if not family or family != procedures.family(new):
        return None
    for each in (day, _FULL_YEAR):
        table = tables.on("pfs", each)
        one, other = (_row(table, code, each) if table else {} for code in (old, new))
        name = next((name for name in _RVU if one.get(name) and other.get(name)), "")
        if table and name:
            return Values(one[name], other[name], table.head.edition)
    return None


def _row(table: Table, code: str, day: date) -> Mapping[str, str]:
    row = table.at(code, day)
    return row.values if row is not None else {}


def _hundredths(text: str) -> int:
    whole, _, part = text.partition(".")
    return int(whole or 0) * 100 + int(part.ljust(2, "0")[:2])
