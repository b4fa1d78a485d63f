"""Slips of a biller: each turns a right claim of the clinic month into one with a single error of one rule.

They were written from the requirements, not from the rules' own cases. A slip gives the claim and the line at which the
error is to be told (0: of the claim), or None where it cannot happen to that claim.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

from month_model import ARM, LEG, TRUNK
from samples_claims import Claim, Line
from samples_x12 import money

NCCI = ("MB", "MC", "16")
MEDICARE = ("MB", "16")
Slipped = tuple[Claim, int] | None


class Slip(NamedTuple):
    """A rule, how grave it is (to payers that follow NCCI, and to others), and what goes wrong."""

    rule: str
    severity: str
    elsewhere: str
    change: Callable[[Claim], Slipped]

    def told(self, claim: Claim) -> str:
        grave = MEDICARE if self.rule == "DERM-I02" else NCCI  # what is cosmetic is Medicare's to refuse
        return self.severity if claim.payer.filing in grave else self.elsewhere


def place(claim: Claim, *starts: str) -> int:
    """Where the first line is whose code begins so, from 0; -1 where there is none."""
    return next((at for at, line in enumerate(claim.lines) if line.code.startswith(starts)), -1)


def changed(claim: Claim, at: int, code: str = "", units: int = 0, points: str = "") -> Claim:
    """With another code, other units (and their price) or pointers on one line."""
    line = claim.lines[at]
    charge = money(line.cents // int(line.units) * units) if units else line.charge
    new = replace(
        line, code=code or line.code, units=str(units or line.units), charge=charge, points=points or line.points
    )
    return replace(claim, lines=(*claim.lines[:at], new, *claim.lines[at + 1 :]))


def without(claim: Claim, at: int) -> Claim:
    """Without a line; diagnoses that nothing points at are no error."""
    return replace(claim, lines=(*claim.lines[:at], *claim.lines[at + 1 :]))


def beside(claim: Claim, line: Line) -> Claim:
    """With a further line."""
    return replace(claim, lines=(*claim.lines, line))


def swap(start: str, new: str) -> Callable[[Claim], Slipped]:
    """The code (with its modifiers) that is exactly so becomes another."""

    def change(claim: Claim) -> Slipped:
        at = next((at for at, line in enumerate(claim.lines) if line.code == start), -1)
        return (changed(claim, at, new), at + 1) if at >= 0 else None

    return change


def diagnosis(start: str, new: str, *only: str, closed: bool = False) -> Callable[[Claim], Slipped]:
    """On a claim of that procedure alone, with one of these diagnoses alone, it is another.

    `closed`: also where a repair comes after it.
    """

    def change(claim: Claim) -> Slipped:
        rest = claim.lines[1:]
        alone = not rest or (closed and all(line.code.startswith(("12", "13")) for line in rest))
        fits = alone and claim.diagnoses in only and place(claim, start) == 0
        return (replace(claim, diagnoses=new), 1) if fits else None

    return change


def units(start: str, count: int) -> Callable[[Claim], Slipped]:
    """That many units of the first such code."""

    def change(claim: Claim) -> Slipped:
        at = place(claim, start)
        return (changed(claim, at, units=count), at + 1) if at >= 0 else None

    return change


def lead_lost(lead: str, rest: str) -> Callable[[Claim], Slipped]:
    """The line an add-on stands on is left out, and nothing else was on the claim but a visit."""

    def change(claim: Claim) -> Slipped:
        at, add_on = place(claim, lead), place(claim, rest)
        if at < 0 or add_on < 0 or len(claim.lines) != 2:
            return None
        return without(claim, at), (add_on + 1 if add_on < at else add_on)

    return change


def no_25(*procedures: str) -> Callable[[Claim], Slipped]:
    """25 forgotten on the visit beside a procedure."""

    def change(claim: Claim) -> Slipped:
        at = place(claim, "99212:25", "99213:25", "99214:25", "99215:25")
        if at < 0 or place(claim, *procedures) < 0:
            return None
        return changed(claim, at, claim.lines[at].code.removesuffix(":25")), at + 1

    return change


def new_patient_no_25(claim: Claim) -> Slipped:
    at = place(claim, "99202:25", "99203:25", "99204:25")
    if at < 0 or place(claim, "17000", "17110", "11102", "11104") < 0:
        return None
    return changed(claim, at, claim.lines[at].code.removesuffix(":25")), at + 1


def no_clia(claim: Claim) -> Slipped:
    at = place(claim, "88305")
    alone = len(claim.lines) == 1 and claim.lines[0].code == "88305"
    refs = tuple(ref for ref in claim.refs if not ref.startswith("REF*X4"))
    return (replace(claim, refs=refs), at + 1) if alone and claim.refs != refs else None


def no_ndc(claim: Claim) -> Slipped:
    at = place(claim, "J3245", "J2357")
    if at < 0 or claim.payer.filing != "MC":
        return None
    bare = replace(claim.lines[at], after=())
    return replace(claim, lines=(*claim.lines[:at], bare, *claim.lines[at + 1 :])), at + 1


def no_name(claim: Claim) -> Slipped:
    at = place(claim, "J3590::::")
    return (changed(claim, at, "J3590"), at + 1) if at >= 0 else None


def no_jz(claim: Claim) -> Slipped:
    at = place(claim, "J3245:JZ", "J2357:JZ", "J7308:JZ", "J7345:JZ")
    if at < 0 or claim.payer.filing != "MB":
        return None
    return changed(claim, at, claim.lines[at].code.removesuffix(":JZ")), at + 1


def chemotherapy(claim: Claim) -> Slipped:
    at = place(claim, "96372")
    given = place(claim, "J3245") >= 0 and claim.payer.filing == "MB" and place(claim, "99") < 0
    return (changed(claim, at, "96401"), at + 1) if given else None


def no_number(claim: Claim) -> Slipped:
    if claim.frequency != "7":
        return None
    return replace(claim, refs=tuple(ref for ref in claim.refs if not ref.startswith("REF*F8"))), 0


def cosmetic_visit_code(claim: Claim) -> Slipped:
    """GY forgotten on what the patient wished for."""
    at = place(claim, "11300:GY", "11310:GY")
    wished = at >= 0 and claim.diagnoses == "Z41.1"
    return (changed(claim, at, claim.lines[at].code.removesuffix(":GY")), at + 1) if wished else None


def same_wound(claim: Claim) -> Slipped:
    """59 forgotten on the biopsy of another lesion beside an excision, and perhaps its repair."""
    at = place(claim, "11102:59")
    return (changed(claim, at, "11102"), at + 1) if at >= 0 and place(claim, "116") >= 0 else None


def biopsy_with_mohs(claim: Claim) -> Slipped:
    """59 forgotten on the biopsy beside Mohs; a flap would be a further pair of it."""
    at = place(claim, "11102:59")
    surgery = claim.payer.filing in ("MB", "MC") and place(claim, "1731") >= 0 > place(claim, "14")
    return (changed(claim, at, "11102"), at + 1) if at >= 0 and surgery else None


def old_biopsy(claim: Claim) -> Slipped:
    """The code that ended in 2018."""
    at = place(claim, "11102")
    if at < 0 or len(claim.lines) > 2 or place(claim, "11103") >= 0 or claim.lines[at].code != "11102":
        return None
    return changed(claim, at, "11100"), at + 1


def too_many_slides(claim: Claim) -> Slipped:
    alone = len(claim.lines) == 1 and place(claim, "88305") == 0
    return (changed(claim, 0, units=17), 1) if alone else None


def two_kinds_unmarked(claim: Claim) -> Slipped:
    """59 forgotten on 17110 beside 17004."""
    at = place(claim, "17110:59", "17110:XS")
    return (changed(claim, at, "17110"), at + 1) if at >= 0 and place(claim, "17004") >= 0 else None


def both_lights(claim: Claim) -> Slipped:
    at = place(claim, "96573")
    return (beside(claim, Line("96567", "150", "1")), len(claim.lines) + 1) if at >= 0 else None


def freezing_twice(claim: Claim) -> Slipped:
    alone = len(claim.lines) == 1 and place(claim, "17004") == 0
    return (beside(claim, Line("17000:59", "140", "1")), 2) if alone else None


def two_firsts(claim: Claim) -> Slipped:
    alone = len(claim.lines) == 1 and place(claim, "11104") == 0
    return (beside(claim, Line("11102:59", "120", "1")), 2) if alone else None


def wrong_group(claim: Claim) -> Slipped:
    """A cancer of the trunk excised under the code of the face."""
    if len(claim.lines) != 1 or not claim.diagnoses.startswith(("C44.5", "D04.5", "C43.5")):
        return None
    at = place(claim, "1160")
    return (changed(claim, at, "1164" + claim.lines[at].code[4:]), 1) if at >= 0 else None


def benign_code(claim: Claim) -> Slipped:
    """A cancer under the benign code of the same size and site."""
    at = place(claim, "116")
    if len(claim.lines) != 1 or at < 0:
        return None
    return changed(claim, at, "114" + claim.lines[at].code[3:]), 1


def closed_small(claim: Claim) -> Slipped:
    alone = len(claim.lines) == 1 and claim.lines[0].code == "11400"
    return (beside(claim, Line("12031", "260", claim.lines[0].points)), 2) if alone else None


def unmarked(claim: Claim) -> Slipped:
    """The mark forgotten on the second of two alike."""
    at = place(claim, "11642:59")
    return (changed(claim, at, "11642"), at + 1) if at >= 0 else None


def complex_with_25(claim: Claim) -> Slipped:
    """25 in place of 57 beside a flap."""
    at = next((at for at, line in enumerate(claim.lines) if line.code.endswith(":57")), -1)
    if at < 0 or place(claim, "140") < 0:
        return None
    return changed(claim, at, claim.lines[at].code.replace(":57", ":25")), at + 1


def unpaid_extra(claim: Claim) -> Slipped:
    """G2211 beside a visit with 25."""
    at = place(claim, "99213:25", "99214:25")
    if at < 0 or claim.payer.filing != "MB" or place(claim, "17000") < 0:
        return None
    return beside(claim, Line("G2211", "16", claim.lines[at].points)), len(claim.lines) + 1


def unfinished(claim: Claim) -> Slipped:
    """A digit of the only diagnosis lost."""
    cut = len(claim.lines) == 1 and claim.diagnoses in ("L40.0", "L20.89", "L70.0", "L21.9")
    return (replace(claim, diagnoses=claim.diagnoses[:-1].rstrip(".")), 1) if cut else None


@dataclass(frozen=True)
class _Either:
    """The first of several changes that is possible."""

    changes: tuple[Callable[[Claim], Slipped], ...]

    def __call__(self, claim: Claim) -> Slipped:
        return next((found for change in self.changes if (found := change(claim)) is not None), None)


def either(*changes: Callable[[Claim], Slipped]) -> Callable[[Claim], Slipped]:
    return _Either(changes)


BODY_CANCERS = (*TRUNK.cancers.split(), *ARM.cancers.split(), *LEG.cancers.split())
SLIPS = (
    Slip("DERM-A06", "error", "error", no_number),
    Slip("DERM-B01", "error", "error", either(two_firsts, units("11104", 2))),
    Slip("DERM-B02", "error", "error", either(lead_lost("11102", "11103"), lead_lost("11104", "11105"))),
    Slip("DERM-C01", "error", "error", either(old_biopsy, swap("11302", "11304"))),
    Slip("DERM-C02", "error", "error", unfinished),
    Slip("DERM-D01", "error", "error", lead_lost("17000", "17003")),
    Slip("DERM-D02", "error", "error", units("17003", 14)),
    Slip("DERM-D03", "error", "error", freezing_twice),
    Slip("DERM-D04", "error", "error", diagnosis("17000", "B07.8", "L57.0", "L56.5")),
    Slip("DERM-D05", "error", "error", diagnosis("1711", "L57.0", "B07.8", "B08.1", "L82.0", "B07.0")),
    Slip("DERM-D08", "error", "warning", two_kinds_unmarked),
    Slip("DERM-D12", "error", "error", lead_lost("11200", "11201")),
    Slip(
        "DERM-E01", "error", "error", diagnosis("1160", "D22.5", "C44.519", "C44.529", "D04.5", "C43.59", closed=True)
    ),
    Slip("DERM-E02", "warning", "warning", benign_code),
    Slip("DERM-E06", "warning", "warning", diagnosis("1160", "D49.2", "C44.519", "C44.529", "C43.59", closed=True)),
    Slip("DERM-E09", "warning", "warning", diagnosis("1145", "L72.0", "L73.2")),
    Slip("DERM-I01", "warning", "warning", diagnosis("1160", "C44.90", "C44.519", "C44.612", "C44.722", closed=True)),
    Slip("DERM-I02", "error", "warning", cosmetic_visit_code),
    Slip("DERM-M01", "error", "error", lead_lost("17311", "17312")),
    Slip("DERM-M06", "error", "error", biopsy_with_mohs),
    Slip("DERM-N02", "error", "warning", same_wound),
    Slip("DERM-N05", "error", "warning", closed_small),
    Slip("DERM-P05", "error", "warning", no_clia),
    Slip("DERM-R03", "error", "error", no_name),
    Slip("DERM-R04", "warning", "warning", no_ndc),
    Slip("DERM-R05", "warning", "warning", no_jz),
    Slip("DERM-R07", "warning", "warning", chemotherapy),
    Slip("DERM-R09", "warning", "warning", units("J0139", 2)),
    Slip("DERM-S01", "error", "error", wrong_group),
    Slip("DERM-S02", "error", "error", diagnosis("17313", "C44.311", *BODY_CANCERS, closed=True)),
    Slip("DERM-S04", "error", "error", either(swap("11640:E3", "11640:E1"), swap("11641:E1", "11641:E3"))),
    Slip("DERM-T01", "error", "error", both_lights),
    Slip("DERM-T02", "error", "error", units("64650", 2)),
    Slip("DERM-T03", "warning", "warning", diagnosis("9692", "L80", "L40.0", "L40.3")),
    Slip("DERM-U01", "error", "warning", units("1711", 2)),
    Slip("DERM-U02", "warning", "advice", too_many_slides),
    Slip("DERM-X01", "error", "warning", no_25("17000", "17004", "17110", "11102", "11104", "96372", "114", "116")),
    Slip("DERM-X02", "warning", "warning", new_patient_no_25),
    Slip("DERM-X03", "error", "error", swap("11200", "11200:25")),
    Slip("DERM-X05", "warning", "warning", complex_with_25),
    Slip("DERM-X06", "error", "error", swap("17003", "17003:51")),
    Slip("DERM-X08", "error", "error", either(swap("17000:59", "17000:59:XS"), swap("11102:59", "11102:59:XS"))),
    Slip("DERM-X10", "warning", "warning", unmarked),
    Slip("DERM-X11", "error", "error", swap("17000", "17000:50")),
    Slip("DERM-X15", "error", "error", unpaid_extra),
)
