"""Diagnosis codes as the dermatology rules know them: what a lesion is, where it is, and which CPT sites agree.

From maps/diagnoses.xml, whose codes are ICD-10-CM's and whose grouping is curette's own. Codes are written without
their dot, as on a claim. Nothing is read before the first look-up.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from curette._records import record

if TYPE_CHECKING:
    from curette.codes.maps import Row


@record
class DiagnosisFacts:
    """A diagnosis code. Sites of CPT: TAL trunk, arms, legs; SNHFG scalp, neck, hands, feet, genitals; FACE."""

    code: str
    family: str
    behaviour: str
    site: str  # eyelid, nose, scalp_neck, ...; empty: the code names none
    sites: frozenset[str]  # the CPT groups that the place may belong to
    usual: frozenset[str]  # those to expect
    mohs: str  # the only first stage: 17311, 17313 (17311 where deep structures are involved); empty: either
    side: str  # R, L, U (the code leaves it open) or empty
    cosmetic: str  # none, soft, hard
    flags: frozenset[str]  # what the code leaves unsaid


@record
class Diagnoses:
    """All that maps/diagnoses.xml says."""

    by_code: Mapping[str, DiagnosisFacts]

    def get(self, code: str) -> DiagnosisFacts | None:
        """The facts of a code without its dot; None when the map does not have it."""
        return self.by_code.get(code)

    def behaviour(self, code: str) -> str:
        """malignant, in_situ, benign, ...; empty when the map does not have the code."""
        found = self.by_code.get(code)
        return found.behaviour if found is not None else ""


@cache
def diagnoses(overlay: Path | None = None) -> Diagnoses:
    """The map, with a user's folder laid over it; MapError when it is wrong. Read once per folder."""
    from curette.codes.maps import Maps  # late: lxml is not needed before the first look-up

    return Diagnoses({row.key: _facts(row) for row in Maps(overlay).rows("diagnoses")})


def _facts(row: "Row") -> DiagnosisFacts:
    sites = frozenset(row.words("sites"))
    usual = frozenset(row.words("usual")) or sites
    if not usual <= sites:
        raise row.error(f"diagnosis {row.key}: what is usual must be possible")
    return DiagnosisFacts(
        row.key,
        row.get("family"),
        row.get("behaviour"),
        row.get("site"),
        sites,
        usual,
        row.get("mohs"),
        row.get("side"),
        row.get("cosmetic") or "none",
        frozenset(row.words("flags")),
    )
