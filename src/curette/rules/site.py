"""Places of the body: what a code, a diagnosis, a modifier and the note each say of it."""

from collections.abc import Iterator

from curette.claims.days import Day, DayLine
from curette.codes.diagnoses import DiagnosisFacts
from curette.codes.procedures import Procedure
from curette.findings import Severity
from curette.rules._context import Context
from curette.rules._lesions import EITHER, FACE, SNHFG, TAL, groups_of, noted_size
from curette.rules._registry import Hit, Missing, rule

_WORDS = {"TAL": "the trunk and the limbs", "SNHFG": "scalp, neck, hands, feet and genitals", "FACE": "the face"}
_PARTS = {  # of the body, that no word of its own says
    "eyelid_upper": "upper eyelid", "eyelid_lower": "lower eyelid", "face_other": "another part of the face",
    "genital_anal": "genitals or anus", "head_face_neck": "head, face or neck", "lip_genital": "lip or genitals",
    "lip_oral": "lip or mouth", "palm_sole_face": "palm, sole or face", "scalp_neck": "scalp or neck",
    "trunk_front": "front of the trunk", "lip_skin": "skin of the lip", "lip_vermilion": "vermilion of the lip",
}  # fmt: skip
_NO_LESION = ("support", "reconstructive")  # histories, symptoms: they say nothing of a place


def _lesions(line: DayLine, ctx: Context) -> list[DiagnosisFacts]:
    """The diagnoses that may be the lesion; none where one of them is not known, since it might be."""
    found = []
    for code in line.diagnoses:
        facts = ctx.facts.diagnoses.get(code)
        if facts is None:
            if code[0] not in "ZR":
                return []
        elif facts.behaviour not in _NO_LESION:
            found.append(facts)
    return found


def _noted_site(line: DayLine, ctx: Context) -> str | None:
    notes = ctx.noted(line)
    return notes.site if notes is not None else None


# -- excisions, shaves and destruction


@rule(
    "DERM-S01", "site.code-and-diagnosis",
    on=("shave", "excision_benign", "excision_malignant", "destruction_malignant"), looks="line",
    message="{code} is for {group}, but {reason}", prevents=("lesion_size_location",),
    sources=("cms-pfs", "nchs-icd10cm"),
)  # fmt: skip
def code_and_diagnosis(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """Code site and diagnosis site cannot both be true.

    Why: Code and diagnosis each name a part of the body, and here they name different ones.
    Fix: Look up in the note where the lesion was, and correct the one that is wrong.
    """
    procedure = ctx.facts.procedures.by_code[line.code]  # of a family that woke the rule; all of these have a place
    site = _noted_site(line, ctx)
    if site is not None:  # the note knows better than the diagnosis
        if procedure.site not in groups_of(site):
            yield _other_place(line, procedure, f"the note says {_words(site)}", groups_of(site), ctx)
        return
    lesions = _lesions(line, ctx)
    if lesions and not any(procedure.site in facts.usual for facts in lesions):
        possible = next((facts for facts in lesions if procedure.site in facts.sites), None)
        named = possible or lesions[0]
        said = f"diagnosis {named.code} {'usually says' if possible else 'says'} {_words(named.site)}"
        severity = Severity.ADVICE if possible else None
        yield _other_place(line, procedure, said, sorted(named.usual), ctx, severity)


def _other_place(
    line: DayLine, procedure: Procedure, said: str, groups: list[str], ctx: Context, severity: Severity | None = None
) -> Hit:
    size = noted_size(ctx.noted(line), procedure) or procedure.low or 0
    there = ctx.facts.procedures.tier(procedure.family, groups[0], size) if len(groups) == 1 else None
    reason = f"{said} (the code of that size there is {there.code})" if there is not None else said
    return Hit(line, {"group": _WORDS[procedure.site], "reason": reason}, severity)


def _words(site: str) -> str:
    return _PARTS.get(site, site.replace("_", " "))


# -- Mohs surgery

_STAGES = {"17311": "17312", "17312": "17311", "17313": "17314", "17314": "17313"}
_HEAD = ("17311", "17312")


def _elsewhere(line: DayLine, ctx: Context) -> list[DiagnosisFacts]:
    """The diagnoses of a line where all say that the code belongs to the other family."""
    other, lesions = "17313" if line.code in _HEAD else "17311", _lesions(line, ctx)
    return lesions if all(facts.mohs == other for facts in lesions) else []


@rule(
    "DERM-S02", "site.mohs-family", looks="claim", may=_elsewhere, on=tuple(_STAGES),
    message="{code} is of the family for {group}, but {reason} says {site}, which belongs to {expected}",
    prevents=("mohs",), sources=("nchs-icd10cm", "coding-pages"),
)  # fmt: skip
def mohs_family(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """Mohs site family does not fit the diagnosis or the note.

    Why: 17311 is for head, neck, hands, feet, genitals and wherever deep structures are involved, 17313 for the rest.
    Fix: Look the place up in the note; 17311 on trunk or limb is right only where the note names the deep structure.
    """
    first = next(other for other in day.lines if _same_tumour(line, other))
    head = line.code in _HEAD
    if first is not line or (head and _deep(ctx)):
        return
    site = _noted_site(line, ctx) or _logged_site(line, day, ctx)
    if site is not None and (site in TAL | EITHER) != head:  # the note agrees with the code
        return
    expected = "17313 and 17314" if head else "17311 and 17312"
    if site is not None and site not in EITHER:
        reason, said = "the note", _words(site)
    elif lesions := _elsewhere(line, ctx):
        reason, said = f"diagnosis {lesions[0].code}", _words(lesions[0].site)
    else:
        return
    group = "head, neck, hands, feet and genitals" if head else _WORDS["TAL"]
    related = tuple(other for other in day.lines if other is not line and _same_tumour(line, other))
    facts = {"group": group, "reason": reason, "site": said, "expected": expected}
    yield Hit(line, facts, Severity.ADVICE if head else None, related)


def _same_tumour(line: DayLine, other: DayLine) -> bool:
    return (
        other.claim is line.claim
        and other.code in (line.code, _STAGES[line.code])
        and other.diagnoses == line.diagnoses
    )


def _logged_site(line: DayLine, day: Day, ctx: Context) -> str | None:
    """The site of the Mohs map where that and the claim have one tumour only."""
    tumours = (ctx.notes.mohs if ctx.notes is not None else None) or ()
    mine = [other for other in day.lines if other.claim is line.claim and other.code in _STAGES]
    return tumours[0].site if len(tumours) == 1 and all(_same_tumour(line, other) for other in mine) else None


def _deep(ctx: Context) -> bool:
    """Whether the Mohs map tells of a deep structure on trunk or limb; on the head it says nothing of the family."""
    tumours = (ctx.notes.mohs if ctx.notes is not None else None) or ()
    return any(tumour.deep_structure and tumour.site in TAL | EITHER | {None} for tumour in tumours)


# -- repairs, whose groups are not those of excisions

_TRUNK = frozenset(["trunk_front", "back", "breast"])
_EXTREMITIES = frozenset(["hand", "finger", "foot", "toe"])
_LID_NOSE_EAR_LIP = frozenset(["eyelid_upper", "eyelid_lower", "nose", "ear", "lip_skin", "lip_vermilion"])
_BESIDE = frozenset(["buttock", "shoulder", "hip"])  # trunk or limb
_FINE = {
    "TRUNK": _TRUNK | _BESIDE | {"groin", "perianal", "perineum"},
    "SCALP_ARM_LEG": frozenset({"scalp", "arm", "leg", "temple"}) | _BESIDE,
    "FOREHEAD_CHEEK_CHIN_MOUTH_NECK_AX_GEN_HAND_FOOT": _EXTREMITIES
    | frozenset(["forehead", "temple", "cheek", "chin", "neck", "axilla", "genital", "groin", "perineum"]),
    "EYELID_NOSE_EAR_LIP": _LID_NOSE_EAR_LIP,
}
_WOUNDS = {
    "repair_simple": {
        "SCALP_NECK_AX_GEN_TRUNK_EXT": (TAL | SNHFG | EITHER) - {"nail"},
        "FACE_EAR_LID_NOSE_LIP_MM": FACE,
    },
    "repair_intermediate": {
        "SCALP_AX_TRUNK_EXT": TAL | EITHER | {"scalp"},
        "NECK_HAND_FOOT_GEN": _EXTREMITIES | EITHER | {"neck", "genital"},
        "FACE_EAR_LID_NOSE_LIP_MM": FACE,
    },
    "repair_complex": _FINE,
    "flap": _FINE,
}


@rule(
    "DERM-S03", "site.repair-group", on=tuple(_WOUNDS), needs=("notes",), prevents=("lesion_size_location",),
    message="{code} is for other places: the note gives the wound at {site}, where it is {instead}",
    sources=("cms-pfs",),
)  # fmt: skip
def repair_group(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit | Missing]:
    """Repair group does not fit the wound site.

    Why: Each class of repair groups the body in its own way, and not as excisions do.
    Fix: Use the code of the group to which the wound's place belongs, or correct the place in the note.
    """
    procedure = ctx.facts.procedures.get(line.code)
    if procedure is None or not procedure.site:
        return
    site = _noted_site(line, ctx)
    if site is None:
        yield Missing(line, "notes.site")
        return
    places = _WOUNDS[procedure.family]
    groups = [group for group, sites in places.items() if site in sites]
    if groups and procedure.site not in groups:
        codes = (ctx.facts.procedures.tier(procedure.family, group, procedure.low or 0) for group in groups)
        instead = " or ".join(found.code for found in codes if found is not None)
        yield Hit(line, {"site": _words(site), "instead": instead or "another group"})


# -- sides

_SIDES = {"LT": "L", "RT": "R", "E1": "L", "E2": "L", "E3": "R", "E4": "R"}
_NOTED_SIDES = {"L": "left", "R": "right"}
_LIDS = {"E1": "upper", "E2": "lower", "E3": "upper", "E4": "lower"}


@rule(
    "DERM-S04", "site.side",
    on=tuple(_SIDES), looks="line",
    message="modifier {modifier} and {other} name different {kind}",
    prevents=("laterality",), sources=("nchs-icd10cm",),
)  # fmt: skip
def side(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """Side on the line contradicts the diagnosis or the note.

    Why: A payer compares the side of the modifier with the one that the diagnosis names, an auditor with the note's.
    Fix: Look up in the note which is right, and correct the other; no side is asked for where none stands.
    """
    sided = [m for m in line.modifiers if m in _SIDES]
    lesions = _lesions(line, ctx)
    facts = {"modifier": sided[0], "kind": "sides"}
    if lesions and not any(_agree(modifier, found) for modifier in sided for found in lesions):
        facts["other"] = f"diagnosis {lesions[0].code}"
        if any(found.side == _SIDES[modifier] for modifier in sided for found in lesions):
            facts["kind"] = "eyelids"
    elif noted := _other_side(sided, line, ctx):
        facts["other"] = f"the note ({noted})"
    if "other" in facts:
        yield Hit(line, facts, component=3 + line.modifiers.index(sided[0]))


def _other_side(sided: list[str], line: DayLine, ctx: Context) -> str:
    """The side that the note gives, where every modifier names the other; "" else."""
    notes = ctx.noted(line)
    side = notes.side if notes is not None else None
    return _NOTED_SIDES.get(side or "", "") if all(_SIDES[modifier] != side for modifier in sided) else ""


def _agree(modifier: str, facts: DiagnosisFacts) -> bool:
    if facts.side not in ("L", "R"):
        return True
    lid = _LIDS.get(modifier) if facts.site == "eyelid" else None
    return facts.side == _SIDES[modifier] and lid in (None, _lid(facts.code))


def _lid(code: str) -> str:
    """The eyelid that a diagnosis with a side names with its last character."""
    return {"1": "upper", "2": "lower"}.get(code[-1], "")
