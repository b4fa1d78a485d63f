"""What is done to a lesion, what the diagnoses of a line say of it, and where and how large the note has it."""

from collections.abc import Iterable

from curette.claims.days import DayLine
from curette.codes.procedures import Procedure
from curette.notes.model import LineNotes, excised
from curette.rules._context import Context

# Families of procedures: a sample is taken, or the lesion goes.
BIOPSIES = ("biopsy", "biopsy_addon", "biopsy_site", "biopsy_site_addon")
REMOVALS = (
    "shave", "excision_benign", "excision_malignant", "excision_hidradenitis", "destruction_premalignant",
    "destruction_premalignant_addon", "destruction_benign", "destruction_malignant", "destruction_vascular",
    "skin_tag", "skin_tag_addon",
)  # fmt: skip
MOHS = frozenset({"17311", "17312", "17313", "17314", "17315"})  # first stages, further stages, blocks
BENIGN = frozenset({"benign", "benign_infectious", "benign_vascular"})
CANCER = frozenset({"malignant", "in_situ"})  # in situ counts as cancer in the procedure codes
_HISTORY = ("Z85", "Z8600", "Z8603")
OPEN = frozenset({"uncertain", "unspecified"})  # the report is awaited, or left the question open


def judged(line: DayLine, ctx: Context) -> dict[str, str]:
    """The behaviour of each pointed diagnosis that names the lesion; empty when one of them is not known.

    Bleeding, pain or a history of cancer stand beside it and say nothing of what it is.
    """
    behaviours = dict(zip(line.diagnoses, ctx.behaviours(line), strict=True))
    if "" in behaviours.values():
        return {}
    return {code: behaviour for code, behaviour in behaviours.items() if behaviour != "support"}


def cured(line: DayLine, ctx: Context) -> dict[str, str]:
    """The pointed diagnoses where all tell of a cancer that was: a history of one is no cancer of today."""
    behaviours = dict(zip(line.diagnoses, ctx.behaviours(line), strict=True))
    was = all(code.startswith(_HISTORY) and behaviour == "support" for code, behaviour in behaviours.items())
    return behaviours if was else {}


def listed(diagnoses: Iterable[str]) -> str:
    """The codes, for a message."""
    return ", ".join(diagnoses)


# -- what the note says: names of places by the groups of CPT

FACE = frozenset(
    ["forehead", "temple", "cheek", "chin", "eyelid_upper", "eyelid_lower", "ear", "nose", "lip_skin", "lip_vermilion"]
)  # fmt: skip
SNHFG = frozenset(["scalp", "neck", "hand", "finger", "foot", "toe", "nail", "genital"])
TAL = frozenset(["trunk_front", "back", "breast", "axilla", "buttock", "shoulder", "arm", "hip", "leg"])
EITHER = frozenset(["groin", "perianal", "perineum"])  # trunk or genitals, by how far the lesion goes
_GROUPS = {"TAL": TAL | EITHER, "SNHFG": SNHFG | EITHER, "FACE": FACE}


def lesion_of(line: DayLine, ctx: Context) -> str | None:
    """The lesion that the note gives a line."""
    notes = ctx.noted(line)
    return notes.lesion_id if notes is not None else None


def groups_of(site: str | None) -> list[str]:
    """The groups to which a place of the note belongs; none where it has no place."""
    return [group for group, places in _GROUPS.items() if site in places]


def noted_size(notes: LineNotes | None, procedure: Procedure) -> int | None:
    """What counts for this code, in tenths of a millimetre; a specimen shrinks, so that its size does not."""
    if notes is None:
        return None
    if procedure.basis == "excised":
        return excised(notes)
    return notes.lesion_max if notes.measured_when != "specimen" else None


_WAYS = {
    "tangential_biopsy": "biopsy", "punch_biopsy": "biopsy", "incisional_biopsy": "biopsy", "shave": "shave",
    "excision": "excision", "destruction": "destruction", "ED_and_C": "destruction",
}  # fmt: skip
# A sample or the whole lesion: no field tells. Punches and incisions are no shaves, whatever was meant.
_BY_INTENT = {("tangential_biopsy", "shave"), ("shave", "11102"), ("shave", "11103")}


def another_way(line: DayLine, ctx: Context) -> str:
    """Shave, excision, ...: what the note says was done, where that is not what the code says; "" else."""
    notes = ctx.noted(line)
    technique = notes.technique if notes is not None else None
    found, billed = _WAYS.get(technique or "", ""), ctx.family(line).partition("_")[0]
    by_intent = {(technique, billed), (technique, line.code)} & _BY_INTENT
    return found if found != billed and not by_intent else ""
