"""What a modifier stands on, and whether it opens an NCCI pair: the shipped table `modifiers` in words to ask.

A pair with indicator 1 is paid apart when a modifier says why. Modifiers of visits (24, 25, 57, 27 in a facility) do so
on the visit of the pair only, all others (59, X{EPSU}, sides and places, 58, 78, 79, 91) on other services only.
"""

from collections.abc import Mapping
from functools import cache

from curette.codes.tables import Tables

DISTINCT = frozenset({"59", "XE", "XP", "XS", "XU"})  # a service apart, in NCCI's sense
SUBSETS = DISTINCT - {"59"}  # X{EPSU}: the same said more exactly
VISIT = frozenset({"visit", "facility_visit"})
_PLACES = frozenset({"eyelid", "finger", "toe"})
_WORDS = {"E/M": "visit", "facility E/M": "facility_visit"}


def belongs(modifier: str) -> str:
    """visit, facility_visit, procedure, lab, eyelid, finger, toe, drug, path, any; empty when the table lacks it."""
    return _table().get(modifier, ("", False))[0]


def opens(modifier: str, on_visit: bool) -> bool:
    """Whether it opens an NCCI pair of indicator 1, on the visit of the pair or on another service."""
    place, opening = _table().get(modifier, ("", False))
    return opening and (place in VISIT) == on_visit


@cache
def anatomic() -> frozenset[str]:
    """The modifiers that name a side, an eyelid, a finger or a toe."""
    return frozenset(m for m, (place, _) in _table().items() if place in _PLACES) | {"LT", "RT"}


@cache
def _table() -> Mapping[str, tuple[str, bool]]:
    """Where each belongs and whether it opens, of the edition that ships: the list does not change with the date."""
    rows = Tables().editions("modifiers")[0]
    return {
        key: (_WORDS.get(row.values["belongs_on"], row.values["belongs_on"]), row.values["opens_ncci_pair"] == "yes")
        for key, row in rows
    }
