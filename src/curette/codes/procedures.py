"""Procedure codes as the dermatology rules know them: family, site, size, and what an add-on stands on.

From maps/procedures.xml: numbers, and labels in curette's own words. What changes with the date of service (follow-up
days, relative values, limits of units) is in the tables. Nothing is read before the first look-up.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from curette._records import record

if TYPE_CHECKING:
    from curette.codes.maps import Row


@record
class Procedure:
    """A procedure code. `low` and `high`, both included, are tenths of a millimetre (0.5 cm is 50); with basis area,
    hundredths of a square centimetre. A tier open above has no `high` and begins just over the last bound.
    """

    code: str
    family: str
    site: str  # TAL, SNHFG, FACE, or the group of a repair; empty: any
    behaviours: tuple[str, ...]  # of the diagnoses to expect; empty: any
    basis: str  # lesion, excised, length, area, closure, count, level; empty: nothing is measured
    low: int | None
    high: int | None
    add_on: bool
    primaries: tuple[str, ...]
    label: str
    sources: tuple[str, ...]


@record
class Deleted:
    """A code that ended: its last day of service, and what stands in its place, in words."""

    code: str
    last_day: date
    instead: str
    sources: tuple[str, ...]


@record
class Procedures:
    """All that maps/procedures.xml says."""

    by_code: Mapping[str, Procedure]
    ended: Mapping[str, Deleted]
    nevers: frozenset[str]
    tiers: Mapping[tuple[str, str], tuple[Procedure, ...]]  # those with bounds, by family and site

    def get(self, code: str) -> Procedure | None:
        """The procedure; None when the map does not have it."""
        return self.by_code.get(code)

    def family(self, code: str) -> str:
        """The family of a code, empty when the map does not have it."""
        found = self.by_code.get(code)
        return found.family if found is not None else ""

    def codes(self, *families: str) -> frozenset[str]:
        """The codes of these families."""
        return frozenset(code for code, row in self.by_code.items() if row.family in families)

    def tier(self, family: str, site: str, size: int) -> Procedure | None:
        """The code for a size (see Procedure) at a site; None outside every tier and strictly between two, where CPT
        gives no rule for rounding. A tier without a site is for every site.
        """
        rows = (*self.tiers.get((family, site), ()), *(self.tiers.get((family, ""), ()) if site else ()))
        return next((row for row in rows if _within(row, size)), None)

    def deleted(self, code: str) -> Deleted | None:
        """When the code ended, if it did."""
        return self.ended.get(code)

    def never(self, code: str) -> bool:
        """Whether it is a number inside a range of codes that is no code."""
        return code in self.nevers


def _within(row: Procedure, size: int) -> bool:
    return row.low is not None and row.low <= size and (row.high is None or size <= row.high)


@cache
def procedures(overlay: Path | None = None) -> Procedures:
    """The map, with a user's folder laid over it; MapError when it is wrong. Read once per folder."""
    from curette.codes.maps import Maps  # late: lxml is not needed before the first look-up

    rows = Maps(overlay).rows("procedures")
    by_code = {row.key: _procedure(row) for row in rows if row.tag == "procedure"}
    tiers = _tiers(by_code.values())
    for row in rows:
        if row.tag == "procedure" and overlay is not None and row.file == str(overlay / "procedures.xml"):
            _check_tier(row, by_code[row.key], tiers)
    return Procedures(
        by_code,
        {row.key: _deleted(row) for row in rows if row.tag == "deleted"},
        frozenset(row.key for row in rows if row.tag == "never"),
        tiers,
    )


def _tiers(rows: Iterable[Procedure]) -> dict[tuple[str, str], tuple[Procedure, ...]]:
    found: dict[tuple[str, str], tuple[Procedure, ...]] = {}
    for row in rows:
        if row.low is not None:
            place = row.family, row.site
            found[place] = (*found.get(place, ()), row)
    return found


def _check_tier(row: "Row", one: Procedure, tiers: Mapping[tuple[str, str], tuple[Procedure, ...]]) -> None:
    """No size belongs to two codes of a family and site: nobody could say which of them is right."""
    if one.low is None:
        return
    for other in tiers[one.family, one.site]:
        if other is not one and (_within(other, one.low) or _within(one, other.low or 0)):
            raise row.error(f"procedure {one.code}: its sizes are also those of {other.code}")


def _procedure(row: "Row") -> Procedure:
    low, high = row.number("low"), row.number("high")
    if high is not None and (low is None or high < low):
        raise row.error(f"procedure {row.key}: low and high are not in order")
    if low is not None and not row.get("basis"):
        raise row.error(f"procedure {row.key}: low and high need a basis, which says what they measure")
    if row.get("primaries") and not row.get("add-on"):
        raise row.error(f"procedure {row.key}: it has primaries and is no add-on")
    return Procedure(
        row.key,
        row.get("family"),
        row.get("site"),
        row.words("behaviours"),
        row.get("basis"),
        low,
        high,
        row.get("add-on") == "yes",
        row.words("primaries"),
        row.get("label"),
        row.words("source"),
    )


def _deleted(row: "Row") -> Deleted:
    last = row.day("last-day")
    if last is None:
        raise row.error(f"deleted {row.key} has no last day")
    return Deleted(row.key, last, row.get("instead"), row.words("source"))
