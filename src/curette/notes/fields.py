"""The fields of a sidecar and of an authorisation log: their names, units and allowed values.

The attribute lists of `model` say what each becomes; edi_samples/notes shows every one of them.
"""

from typing import Any, TypeVar

from curette.notes import values as v
from curette.notes.kinds import Counts, Many, One, Part, Parts, Wrong
from curette.notes.model import Authorisation, ClaimNotes, Earlier, LineNotes, Score, Specimen, Therapy, Tumour

SITES = (
    "scalp", "neck", "forehead", "temple", "cheek", "chin", "eyelid_upper", "eyelid_lower", "ear", "nose",
    "lip_skin", "lip_vermilion", "trunk_front", "back", "breast", "axilla", "groin", "buttock", "perianal",
    "perineum", "genital", "shoulder", "arm", "hand", "finger", "hip", "leg", "foot", "toe", "nail",
)  # fmt: skip
TECHNIQUES = (
    "tangential_biopsy", "punch_biopsy", "incisional_biopsy", "shave", "excision", "destruction", "ED_and_C",
    "mohs", "repair", "injection", "pdt",
)  # fmt: skip
BEHAVIOURS = ("benign", "premalignant", "malignant", "in_situ", "uncertain", "skin_tag", "vascular", "inflammatory")
SYMPTOMS = ("bleeding", "pain", "itch", "infection", "change", "trauma", "obstruction")
SCORES = {"PASI": 72, "BSA": 100, "EASI": 72, "IGA": 4, "DLQI": 30, "Hurley": 3, "IHS4": 1000}  # the highest of each
_Dated = TypeVar("_Dated", Therapy, Authorisation)
_WHOLE = {"IGA", "DLQI", "Hurley", "IHS4"}

# A biopsy's specimen may be named by its technique alone.
_TAKEN = {name: name for name in TECHNIQUES} | {
    name.removesuffix("_biopsy"): name for name in TECHNIQUES if name.endswith("_biopsy")
}


def _score(name: str, value: int, day: Any = None) -> Score:
    least, most = int(name == "Hurley"), SCORES[name]
    if not least * 10 <= value <= most * 10:
        raise Wrong("value", f"outside {name}'s range, {least} to {most}")
    if name in _WHOLE and value % 10:
        raise Wrong("value", f"{name} is a whole number")
    return Score(name, value, day)


def _therapy(**given: Any) -> Therapy:
    return _in_order(Therapy(**given))


def approval(**given: Any) -> Authorisation:
    """An authorisation whose dates are in order."""
    return _in_order(Authorisation(**given))


def _in_order(made: _Dated) -> _Dated:
    if made.start and made.end and made.start > made.end:
        raise Wrong("to", "before the day in from")
    return made


def line(**given: Any) -> LineNotes:
    """The facts of a line that is named."""
    if "number" not in given and "control" not in given:
        raise Wrong("line", "is missing, and so is line_control")
    return LineNotes(**given)


_MM = One(v.measure("millimetres"))
_TEXT, _DAY, _SITE = One(v.text), One(v.day), One(v.word(*SITES))
_RESULT = One(v.pathology, null="none")
_COUNTS = Part("lesion_count", Counts(v.word(*BEHAVIOURS), v.number("lesions")))
_CODES = Many(One(v.code))
_UNITS = One(v.number("units", 3, most=9_999_999))

_AUTH = {
    "number": Part("number", _TEXT),
    "payer": Part("payer", _TEXT),
    "codes": Part("codes", _CODES),
    "drug": Part("drug", _TEXT),
    "from": Part("start", _DAY),
    "to": Part("end", _DAY),
    "units_approved": Part("units_approved", _UNITS),
    "units_used": Part("units_used", _UNITS),
    "event": Part("event", One(v.word("start", "maintenance", "renewal"))),
}
AUTH = Parts(approval, _AUTH)
LOGGED = Parts(approval, _AUTH, ("number",))

_SPECIMEN = {
    "lesion_id": Part("lesion_id", _TEXT),
    "technique": Part("technique", One(v.words(_TAKEN))),
    "container": Part("container", _TEXT),
}
_TUMOUR = {
    "tumour": Part("tumour", _TEXT),
    "site": Part("site", _SITE),
    "deep_structure": Part("deep_structure", One(v.deep)),
    "blocks": Part("blocks", Many(One(v.number("blocks", least=1, most=999)), "/")),
}
_EARLIER = {
    "code": Part("code", One(v.code)),
    "dos": Part("day", _DAY),
    "provider": Part("provider", _TEXT),
    "claim": Part("claim", _TEXT),
}
_SCORE = {
    "name": Part("name", One(v.word(*SCORES))),
    "value": Part("value", One(v.number("", 1))),
    "date": Part("day", _DAY),
}
_THERAPY = {
    "drug": Part("drug", _TEXT),
    "dose": Part("dose", _TEXT),
    "from": Part("start", _DAY),
    "to": Part("end", _DAY),
    "reason": Part("reason", _TEXT),
}

LINE = Parts(
    line,
    {
        "line": Part("number", One(v.number("", least=1, most=999_999))),
        "line_control": Part("control", _TEXT),
        "lesion_id": Part("lesion_id", _TEXT),
        "site": Part("site", _SITE),
        "side": Part("side", One(v.word("L", "R", "M"))),
        "technique": Part("technique", One(v.word(*TECHNIQUES))),
        "depth": Part("depth", One(v.word("epidermis", "dermis", "subcutis"))),
        "lesion_max_mm": Part("lesion_max", _MM),
        "margins_mm": Part("margins", Many(One(v.number("millimetres", 1)))),
        "excised_diameter_mm": Part("excised_diameter", _MM),
        "measured_when": Part("measured_when", One(v.word("before_excision", "specimen"))),
        "closure": Part("closure", One(v.word("none", "simple", "intermediate", "complex", "flap", "graft"))),
        "repair_class": Part("repair_class", One(v.word("simple", "intermediate", "complex"))),
        "repair_len_mm": Part("repair_len", _MM),
        "defect_area_cm2": Part("defect_area", One(v.measure("square centimetres", 2))),
        "lesion_count": _COUNTS,
        "path_result": Part("path_result", _RESULT),
        "path_date": Part("path_date", _DAY),
        "prior_path_result": Part("prior_path_result", _RESULT),
        "prior_path_date": Part("prior_path_date", _DAY),
        "prior_path_lab": Part("prior_path_lab", _TEXT),
        "session": Part("session", _TEXT),
        "units_wasted": Part("units_wasted", _UNITS),
        "vial_type": Part("vial_type", One(v.word("single", "multi"))),
    },
)
CLAIM = Parts(
    ClaimNotes,
    {
        "claim": Part("claim", _TEXT),
        "specimens": Part("specimens", Many(Parts(Specimen, _SPECIMEN))),
        "mohs": Part("mohs", Many(Parts(Tumour, _TUMOUR))),
        "history": Part("history", Many(Parts(Earlier, _EARLIER, ("code", "dos")))),
        "auth": Part("auth", AUTH),
        "scores": Part("scores", Many(Parts(_score, _SCORE, ("name", "value")))),
        "prior_therapies": Part("prior_therapies", Many(Parts(_therapy, _THERAPY, ("drug",)))),
        "symptoms": Part("symptoms", Many(One(v.word(*SYMPTOMS)), make=frozenset)),
        "photo": Part("photo", One(v.yes_no)),
        "abn_signed": Part("abn_signed", One(v.signed)),
        "drug_source": Part("drug_source", One(v.word("buy_and_bill", "specialty_pharmacy", "patient"))),
        "credentials": Part("credentials", _TEXT),
        "received_date": Part("received", _DAY),
        "lesion_count": _COUNTS,
        "lines": Part("lines", Many(LINE)),
    },
    ("claim",),
)
