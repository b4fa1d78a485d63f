"""Single changes, and what is none: each in a claim of one or two lines."""

import pytest

from curette.diff.model import Change, Comparison, Kind, NotCompared
from tests.builder import ABOVE, SUBSCRIBER, claim, line
from tests.diff.edits import BODIES, changes, results

CLAIM = (*ABOVE, *claim("A1"))


def edit(*replacements: tuple[str, str], segments: tuple[str, ...] = CLAIM) -> tuple[str, ...]:
    """The same segments with some replaced, each of which stands there once; "" removes, "A|B" makes two of one."""
    found = list(segments)
    for old, new in replacements:
        assert found.count(old) == 1, old
        at = found.index(old)
        found[at : at + 1] = [s for s in new.split("|") if s]
    return tuple(found)


def only(old: tuple[str, ...], new: tuple[str, ...]) -> Change:
    found = changes(old, new)
    assert len(found) == 1, found
    return found[0]


CLM, SV1, HI = "CLM*A1*100***11:B:1*Y*A*Y*Y", "SV1*HC:99213:25*100*UN*1***1", "HI*ABK:L570*ABF:D485"
DATE, IL = "DTP*472*D8*20260104", SUBSCRIBER[2]
EVERYTHING = BODIES["odd/everything.837"]

# segments: what the old one is, what the new one is; then what is told: kind, field, old, new, line
SINGLE = [
    (CLM, "CLM*A1*110.5***11:B:1*Y*A*Y*Y", "changed", "charge", "100.00", "110.50", None),
    (CLM, "CLM*A1*100***22:B:1*Y*A*Y*Y", "changed", "place of service", "11", "22", None),
    (CLM, "CLM*A1*100***11:B:7*Y*A*Y*Y", "changed", "frequency", "1", "7", None),
    (CLM, "CLM*A1*100***11:B:1*Y*C*Y*Y", "changed", "assignment", "A", "C", None),
    (CLM, "CLM*A1*100***11:B:1*Y*A*Y*Y*P", "added", "patient signature", None, "P", None),
    (CLM, "CLM*A1*100***11:B:1*Y*A*Y*Y**AA", "added", "accident", None, "AA", None),
    (HI, f"REF*F8*ICN1|{HI}", "added", "original reference", None, "ICN1", None),
    (HI, f"REF*G1*AUTH1|{HI}", "added", "prior authorisation", None, "AUTH1", None),
    (HI, f"REF*9F*REFER1|{HI}", "added", "referral", None, "REFER1", None),
    (HI, f"REF*X4*14D9999999|{HI}", "added", "CLIA number", None, "14D9999999", None),
    (HI, f"NTE*ADD*WORDS|{HI}", "added", "note", None, "WORDS", None),
    (HI, f"AMT*F5*12.5|{HI}", "added", "patient paid", None, "12.50", None),
    (HI, f"{HI}*ABF:L400", "changed", "diagnoses", "L570 D485", "L570 D485 L400", None),
    (SV1, "SV1*HC:99214:25*100*UN*1***1", "changed", "procedure", "99213", "99214", 1),
    (SV1, "SV1*HC:99213*100*UN*1***1", "removed", "modifiers", "25", None, 1),
    (SV1, "SV1*HC:99213:25:59*100*UN*1***1", "changed", "modifiers", "25", "25 59", 1),
    (SV1, "SV1*HC:99213:25*90*UN*1***1", "changed", "charge", "100.00", "90.00", 1),
    (SV1, "SV1*HC:99213:25*100*UN*2.5***1", "changed", "units", "1", "2.5", 1),
    (SV1, "SV1*HC:99213:25*100*MJ*1***1", "changed", "unit of measure", "UN", "MJ", 1),
    (SV1, "SV1*HC:99213:25*100*UN*1***1:2", "changed", "diagnosis pointers", "L570", "L570 D485", 1),
    (SV1, "SV1*HC:99213:25*100*UN*1*22**1", "added", "place of service", None, "22", 1),
    (SV1, "SV1*HC:99213:25*100*UN*1***1*****Q", "added", "family planning", None, "Q", 1),
    (DATE, "DTP*472*D8*20260105", "changed", "service date", "2026-01-04", "2026-01-05", 1),
    (DATE, "DTP*472*RD8*20260104-20260106", "changed", "service date", "2026-01-04", "2026-01-04 to 2026-01-06", 1),
    (DATE, f"{DATE}|REF*6R*C1", "added", "line control number", None, "C1", 1),
    (IL, "NM1*IL*1*SAMPLE*SAM****MI*TEST0002", "changed", "subscriber member id", "TEST0001", "TEST0002", None),
    (SUBSCRIBER[6], "NM1*PR*2*EXAMPLE PLAN*****PI*99002", "changed", "payer id", "99001", "99002", None),
    (SUBSCRIBER[1], "SBR*P*01*******CI", "changed", "relationship", "18", "01", None),
    (ABOVE[0], "BHT*0019*00*BATCH2*20260106*0931*RP", "changed", "claim or encounter", "CH", "RP", None),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "kind", "field", "before", "after", "number"), SINGLE)
def test_one_change(old: str, new: str, kind: str, field: str, before: str, after: str, number: int | None) -> None:
    found = only(CLAIM, edit((old, new)))
    assert (found.kind, found.field, found.old, found.new, found.line) == (kind, field, before, after, number)


OTHER = [
    ("AMT*D*370", "AMT*D*371", "other payer paid", "370.00", "371.00", 100, "99004"),
    ("CAS*PR*3*5", "CAS*PR*3*5.5", "other payer adjustments", "PR-3 5.00", "PR-3 5.50", 50, "99003"),
    ("SBR*S*18*TESTPOLICY2******CI", "SBR*S*01*TESTPOLICY2******CI",
     "other payer relationship", "18", "01", None, "99003"),
    ("SVD*99004*100*HC:11602:58**1*2", "SVD*99004*90*HC:11602:58**1*2",
     "other payer paid", "100.00", "90.00", -1000, "99004"),
    ("CTP****2*UN", "CTP****3*UN", "drug quantity", "2", "3", None, None),
    ("LIN**N4*00024591401", "LIN**N4*00024591402", "NDC", "00024591401", "00024591402", None, None),
    ("NM1*DQ*1*TESTCASE*MORGAN****XX*1000000533", "NM1*DQ*1*TESTCASE*MORGAN****XX*1000000525",
     "supervising provider NPI", "1000000533", "1000000525", None, None),
    ("PWK*B4*FX***AC*TESTATTACH2", "PWK*B4*EL***AC*TESTATTACH2", "attachment sent by", "FX", "EL", None, None),
    ("HI*BG:AA*BG:AB", "HI*BG:AA*BG:AC", "condition codes", "AA AB", "AA AC", None, None),
    ("CRC*07*N*08*09*12", "CRC*07*N*08*09*11", "third condition", "12", "11", None, None),
    ("FRM*4*Y", "FRM*4*N", "form answer", "Y", "N", None, None),
    ("PS1*TESTPUR1*75.5", "PS1*TESTPUR1*80", "purchase charge", "75.50", "80.00", 450, None),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "field", "before", "after", "money", "payer"), OTHER)
def test_rarer_changes(
    old: str, new: str, field: str, before: str, after: str, money: int | None, payer: str | None
) -> None:
    found = only(EVERYTHING, edit((old, new), segments=EVERYTHING))
    assert (found.kind, found.field, found.old, found.new) == (Kind.CHANGED, field, before, after)
    assert (found.money, found.payer) == (money, payer)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (CLM, "CLM*A1*100.00***11:B:1*Y*A*Y*Y"),
        (CLM, "CLM*A1*0100***11:B:1*Y*A*Y*Y***"),
        (SV1, "SV1*HC:99213:25::*100.0*UN*1.00***01*"),
        (SV1, "SV1*HC:99213::25*100*UN*1***1"),
        (DATE, "DTP*472*RD8*20260104-20260104"),
        (HI, "HI*ABK:L570|HI*ABF:D485"),
        ("LX*1", "LX*7"),
    ],
)
def test_other_writing_is_no_change(old: str, new: str) -> None:
    assert changes(CLAIM, edit((old, new))) == []


def test_order_of_segments_is_no_change() -> None:
    old = edit((HI, f"REF*F8*ICN1|REF*G1*AUTH1|NTE*ADD*WORDS|{HI}"))
    new = edit((HI, f"REF*G1*AUTH1|REF*F8*ICN1|{HI}|NTE*ADD*WORDS"))
    assert changes(old, new) == []


def test_adjustments_are_the_same_however_they_are_spread() -> None:
    spread = "CAS*OA*A1*5.25**23*400.00|CAS*OA*136*5*1*100*10"
    once = edit(("CAS*OA*23*400**100*10**136*5**A1*5.25", spread), segments=EVERYTHING)
    (found,) = changes(EVERYTHING, once)
    assert (found.old, found.new, found.money) == ("OA-136 5.00", "OA-136 5.00 x1", 0)


def test_a_line_that_moved_and_was_renumbered_is_the_same() -> None:
    first = ("LX*1", "SV1*HC:11102*100*UN*1***1", DATE, "REF*6R*C1")
    second = ("LX*2", "SV1*HC:11103*100*UN*1***1", DATE, "REF*6R*C2")
    head = (*ABOVE, "CLM*A1*200***11:B:1*Y*A*Y*Y", HI)
    turned = ("LX*1", *second[1:], "LX*2", *first[1:])
    assert changes((*head, *first, *second), (*head, *turned)) == []
    (found,) = changes((*head, *first, *second), (*head, *turned[:-1], "REF*6R*C1", "REF*9F*REFER1"))
    assert (found.field, found.old_line, found.new_line, found.line) == ("referral", 1, 2, 2)


def test_lines_belong_together_by_control_number_before_code() -> None:
    head = (*ABOVE, "CLM*A1*200***11:B:1*Y*A*Y*Y", HI)
    old = (*head, *line(1, "90", "REF*6R*C1"), *line(2, "110", "REF*6R*C2"))
    new = (*head, *line(1, "110", "REF*6R*C3"), *line(2, "95", "REF*6R*C1"))
    found = {(c.old_line, c.new_line, c.field): (c.old, c.new) for c in changes(old, new)}
    assert found == {
        (1, 2, "charge"): ("90.00", "95.00"),
        (2, 1, "line control number"): ("C2", "C3"),
    }


@pytest.mark.parametrize("order", [(2, 0, 1, 3), (3, 2, 1, 0), (1, 0, 2, 3)])
def test_lines_numbered_anew_by_their_place_are_the_same(order: tuple[int, ...]) -> None:
    """Four lines of one code, whose numbers and codes therefore agree with other lines; so do their pointers' numbers."""
    head = (*ABOVE, "CLM*A1*406***11:B:1*Y*A*Y*Y")

    def claim_of(places: tuple[int, ...], codes: str, pointers: str) -> tuple[str, ...]:
        lines = [
            (f"LX*{n}", f"SV1*HC:11402*{100 + k}*UN*1***{pointers[k]}", f"DTP*472*D8*2026010{k + 1}", f"REF*6R*C{n}")
            for n, k in enumerate(places, 1)
        ]
        return (*head, f"HI*{codes}", *(s for each in lines for s in each))

    old = claim_of((0, 1, 2, 3), "ABK:L570*ABF:D485*ABF:L821*ABF:D225", "1234")
    new = claim_of(order, "ABK:D225*ABF:L821*ABF:D485*ABF:L570", "4321")
    assert {change.field for change in changes(old, new)} == {"diagnoses", "line control number"}
    dearer = tuple(s.replace("*102*", "*150*") for s in new)
    found = [c for c in changes(old, dearer) if c.field == "charge"]
    assert [(c.old_line, c.old, c.new) for c in found] == [(3, "102.00", "150.00")]


def test_of_two_equal_lines_the_one_whose_number_is_gone_was_numbered_anew() -> None:
    head = (*ABOVE, "CLM*A1*200***11:B:1*Y*A*Y*Y", HI)
    old = (*head, *line(1, "100", "REF*6R*C1"), *line(2, "100", "REF*6R*C2"))
    new = (*head, *line(1, "100", "REF*6R*C1", "NTE*ADD*MADE UP"), *line(2, "100", "REF*6R*C3"))
    found = {(c.old_line, c.new_line, c.field) for c in changes(old, new)}
    assert found == {(1, 1, "note"), (2, 2, "line control number")}


def test_an_added_line_is_told_as_a_whole() -> None:
    head = (*ABOVE, "CLM*A1*100***11:B:1*Y*A*Y*Y", HI)
    found = only((*head, *line()), (*head, *line(), "LX*2", "SV1*HC:11102:59*80*UN*1***2:1", DATE))
    assert (found.kind, found.field, found.line, found.money) == (Kind.ADDED, "line", 2, 8000)
    assert (found.old, found.new) == (None, "11102 59, 80.00, 1 unit, 2026-01-04, D485 L570")


def test_codes_in_another_order_are_moved() -> None:
    modifiers = only(edit((SV1, "SV1*HC:99213:25:59*100*UN*1***1")), edit((SV1, "SV1*HC:99213:59:25*100*UN*1***1")))
    assert (modifiers.kind, modifiers.field, modifiers.new) == (Kind.MOVED, "modifiers", "59 25")
    # the pointer leads to the same code as before, so the line did not change
    diagnoses = only(CLAIM, edit((HI, "HI*ABK:D485*ABF:L570"), (SV1, "SV1*HC:99213:25*100*UN*1***2")))
    assert (diagnoses.kind, diagnoses.field, diagnoses.old, diagnoses.new) == (
        Kind.MOVED, "diagnoses", "L570 D485", "D485 L570",
    )  # fmt: skip


def test_another_diagnosis_shows_where_it_is_pointed_at() -> None:
    found = changes(CLAIM, edit((HI, "HI*ABK:C44311*ABF:D485")))
    assert [(c.field, c.line, c.old, c.new) for c in found] == [
        ("diagnoses", None, "L570 D485", "C44311 D485"),
        ("diagnosis pointers", 1, "L570", "C44311"),
    ]


def test_a_pointer_that_leads_nowhere_is_shown_as_it_is() -> None:
    found = only(CLAIM, edit((SV1, "SV1*HC:99213:25*100*UN*1***5")))
    assert (found.old, found.new) == ("L570", "#5")


def test_a_wrong_diagnosis_qualifier_is_shown() -> None:
    found = only(CLAIM, edit((HI, "HI*ABK:L570*ABK:D485")))
    assert (found.old, found.new) == ("L570 D485", "L570 ABK:D485")


def test_a_provider_that_came_is_told_without_its_qualifiers() -> None:
    found = changes(CLAIM, edit((HI, f"{HI}|NM1*82*1*EXAMPLE*DANA****XX*1234567893|PRV*PE*PXC*207N00000X")))
    assert {(c.kind, c.field, c.new) for c in found} == {
        (Kind.ADDED, "rendering provider name", "EXAMPLE"),
        (Kind.ADDED, "rendering provider first name", "DANA"),
        (Kind.ADDED, "rendering provider NPI", "1234567893"),
        (Kind.ADDED, "rendering provider taxonomy", "207N00000X"),
    }


def test_a_qualifier_that_changes_alone_is_told() -> None:
    old = edit((HI, f"{HI}|NM1*82*1*EXAMPLE*DANA****XX*1234567893"))
    new = edit((HI, f"{HI}|NM1*82*2*EXAMPLE*DANA****XX*1234567893"))
    found = only(old, new)
    assert (found.field, found.old, found.new) == ("rendering provider entity type", "1", "2")


def test_a_patient_apart_from_the_subscriber() -> None:
    self = (*ABOVE, *claim("A1"))
    child = (
        *ABOVE[:-7], "HL*2*1*22*1", "SBR*P********CI", *ABOVE[-5:], "HL*3*2*23*0", "PAT*19",
        "NM1*QC*1*SAMPLE*KIM", "N3*2 TEST ROAD", "N4*TESTVILLE*IL*62701", "DMG*D8*20100101*F", *claim("A1"),
    )  # fmt: skip
    fields = {(c.kind, c.field) for c in changes(self, child)}
    assert {(Kind.REMOVED, "relationship"), (Kind.ADDED, "patient relationship")} <= fields
    assert {(Kind.ADDED, "patient first name"), (Kind.ADDED, "patient birth date")} <= fields


def test_claims_without_a_counterpart() -> None:
    later = tuple(s.replace("20260104", "20260204") for s in claim("A3", "250"))
    old, new = (*ABOVE, *claim("A1"), *claim("A2")), (*ABOVE, *claim("A2"), *later)
    found = changes(old, new)
    assert [(c.kind, c.field, c.claim, c.money) for c in found] == [
        (Kind.ADDED, "claim", "A3", 25000),
        (Kind.REMOVED, "claim", "A1", -10000),
    ]
    assert (found[0].old, found[0].new) == (None, "250.00, 1 line, 2026-02-04")


def test_an_unreadable_claim_is_not_compared() -> None:
    unreadable = tuple(s.replace("*100*", "*1O0*") if s.startswith("SV1") else s for s in claim("A1"))
    whole = (*ABOVE, *claim("A1"), *claim("A2"))
    found = results(whole, (*ABOVE, *unreadable, *claim("A2")))
    assert [each for each in found if isinstance(each, NotCompared)] == [NotCompared("A1", old=False, new=True)]
    assert all(not each.changes for each in found if isinstance(each, Comparison))
    both = results((*ABOVE, *unreadable, *claim("A2")), (*ABOVE, *unreadable, *claim("A2")))
    assert [each for each in both if isinstance(each, NotCompared)] == [NotCompared("A1", old=True, new=True)]


def test_a_damaged_file_proves_nothing_about_what_it_lacks() -> None:
    found = results((*ABOVE, *claim("A1")), (*ABOVE,))
    assert found == [NotCompared("A1", old=False, new=True, named=False)]


def test_the_text_of_a_change_does_not_show_its_values() -> None:
    found = only(CLAIM, edit((SUBSCRIBER[2], "NM1*IL*1*SAMPLE*TESTNAME****MI*TEST0001")))
    assert found.private
    assert "TESTNAME" not in repr(found)
    assert "SAM" not in repr(found)


def test_a_qualifier_goes_untold_only_with_what_it_qualifies() -> None:
    whole = tuple(s.replace("SAM****MI*TEST0001", "SAM*Q***MI*TEST0001") for s in (*ABOVE, *claim("A1")))
    both = tuple(s.replace("*Q***MI*TEST0001", "*Q") for s in whole)
    bare = tuple(s.replace("*Q***MI*", "*****") for s in whole)
    assert [c.field for c in changes(whole, both)] == ["subscriber member id"]
    assert [c.field for c in changes(whole, bare)] == ["subscriber middle name", "subscriber id qualifier"]
    assert [c.field for c in changes(bare, whole)] == ["subscriber middle name", "subscriber id qualifier"]


@pytest.mark.parametrize("pointer", ["1", "2"])
def test_a_control_number_that_was_given_to_a_new_line_does_not_make_it_another(pointer: str) -> None:
    """Four lesions were billed as further ones: now the first has a line of its own, and the number of the other."""
    head, day = ("CLM*A1*{}***11:B:1*Y*A*Y*Y", "HI*ABK:L570*ABF:D485"), "DTP*472*D8*20260104"
    further = "SV1*HC:17003*{}*UN*{}***{}"
    old = (head[0].format(80), head[1], "LX*1", further.format(80, 4, 1), day, "REF*6R*C1")
    first = ("LX*1", "SV1*HC:17000*80*UN*1***1", day, "REF*6R*C1")
    new = (head[0].format(140), head[1], *first, "LX*2", further.format(60, 3, pointer), day, "REF*6R*C2")
    told = changes((*ABOVE, *old), (*ABOVE, *new))
    assert [(c.field, c.line) for c in told if c.kind is Kind.ADDED] == [("line", 1), ("line control number", 1)]
    assert {c.new for c in told if c.field == "units"} == {"3"}


@pytest.mark.parametrize(
    ("code", "number", "same"),
    [("11301", "C9", True), ("96567", "C9", False), ("96567", "C1", True), ("96567", "", True)],
)
def test_a_line_that_has_only_its_day_in_common_is_another(code: str, number: str, same: bool) -> None:
    """Of the same sort, or without a number of its own, it may be what the old one became."""
    old = edit(
        ("SV1*HC:99213:25*100*UN*1***1", "SV1*HC:11102*100*UN*1***1"),
        ("DTP*472*D8*20260104", "DTP*472*D8*20260104|REF*6R*C1"),
    )
    day = f"DTP*472*D8*20260104|REF*6R*{number}" if number else "DTP*472*D8*20260104"
    new = edit(("SV1*HC:99213:25*100*UN*1***1", f"SV1*HC:{code}*140*UN*1***1"), ("DTP*472*D8*20260104", day))
    told = [c.kind for c in changes(old, new) if c.field == "line"]
    assert told == ([] if same else [Kind.REMOVED, Kind.ADDED])
