"""Drugs that dermatology gives, by HCPCS code: products, what a unit is, and the diagnoses to expect.

From maps/drugs.xml. J3490, J3590 and C9399 stand for every drug without a code of its own and have many rows.
Nothing is read before the first look-up.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from curette._records import record

if TYPE_CHECKING:
    from curette.codes.maps import Row


@record
class Drug:
    """A product under a HCPCS code."""

    code: str
    name: str  # generic
    brand: str
    route: tuple[str, ...]  # SC, IV, IM, ID, IL, topical
    unit: str  # what one unit is, "10 mg"; "claim" where a line has one unit
    active: bool  # whether the code had not ended when the map was made
    last_day: date | None  # of service
    expected: tuple[str, ...]  # how the diagnoses to expect begin, without dots; empty: not known
    single_dose: bool  # sold in single-dose containers; believed, not read from a label
    note: str
    sources: tuple[str, ...]


@record
class Drugs:
    """All that maps/drugs.xml says, by HCPCS code."""

    by_code: Mapping[str, tuple[Drug, ...]]

    @property
    def codes(self) -> frozenset[str]:
        """Every HCPCS code of the map."""
        return frozenset(self.by_code)

    def rows(self, code: str) -> tuple[Drug, ...]:
        """The products under a code; none when the map does not have it."""
        return self.by_code.get(code, ())

    def holds(self, code: str) -> bool:
        """Whether a HCPCS code is a drug's: one of the map, a J code, or C9000 to C9399 of hospitals."""
        return code in self.by_code or (len(code) == 5 and (code[0] == "J" or (code[:2] == "C9" and code[2] in "0123")))


@cache
def drugs(overlay: Path | None = None) -> Drugs:
    """The map, with a user's folder laid over it; MapError when it is wrong. Read once per folder."""
    from curette.codes.maps import Maps  # late: lxml is not needed before the first look-up

    found: dict[str, tuple[Drug, ...]] = {}
    for row in Maps(overlay).rows("drugs"):
        drug = _drug(row)
        found[drug.code] = (*found.get(drug.code, ()), drug)
    return Drugs(found)


def _drug(row: "Row") -> Drug:
    last_day = row.day("last-day")
    return Drug(
        row.get("hcpcs"),
        row.get("name"),
        row.get("brand"),
        row.words("route"),
        row.get("unit"),
        last_day is None,
        last_day,
        row.words("expected"),
        row.get("single-dose") == "yes",
        row.get("note"),
        row.words("source"),
    )
