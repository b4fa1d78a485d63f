"""Every denial of dermatology with a resubmission that answers it and one that does not."""

import pytest

from curette.codes.answers import answers
from curette.codes.denials import codes
from curette.codes.diagnoses import diagnoses
from curette.codes.drugs import drugs
from curette.codes.procedures import procedures
from curette.codes.tables import Tables
from curette.diff.answers import Denied, Judge, Judged, State
from curette.diff.compare import compare
from curette.diff.model import Comparison
from curette.diff.speaking import Speaking
from tests.builder import ABOVE
from tests.diff.edits import read

JUDGE = Judge(answers(), Speaking(procedures(), drugs(), diagnoses(), Tables()))
DAY = "DTP*472*D8*20260104"
HEAD = ("CLM*A1*{total}***11:B:1*Y*A*Y*Y", "HI*ABK:L570*ABF:D485*ABF:C44319")
LINE = ("LX*{n}", "SV1*HC:{code}*100*UN*{units}***{points}", DAY, "REF*6R*C{n}")


def claim(*codes: str, more: tuple[str, ...] = (), after: tuple[str, ...] = (), day: str = DAY) -> tuple[str, ...]:
    """A claim with a line for each "99213:25" or "17000:59 2 1:2" (code, units, pointers); `after` ends the first."""
    body = [HEAD[0].format(total=100 * len(codes)), *more, HEAD[1]]
    for number, text in enumerate(codes, 1):
        code, units, points = (*text.split(), "1", "1")[:3] if " " in text else (text, "1", "1")
        line = [each.format(n=number, code=code, units=units, points=points) for each in LINE]
        line[2] = day if number == 1 else DAY
        body += [*line, *(after if number == 1 else ())]
    return (*ABOVE, *body)


def voided(*codes: str) -> tuple[str, ...]:
    return tuple(s.replace(":B:1*", ":B:8*") for s in claim(*codes))


G1, PWK = ("REF*G1*AUTH1",), ("PWK*OZ*BM***AC*NOTES1",)
RENDERED = ("NM1*82*1*EXAMPLE*DANA****XX*1234567893",)
# derm category and sub-category: the lines of the old claim (the first was denied), and new claims that answer
CASES: dict[str, tuple[tuple[str, ...], list[tuple[str, ...]]]] = {
    "modifier_25.missing": (("99213", "11102"), [claim("99213:25", "11102")]),
    "modifier_25.unsupported": (("99213:25", "11102"), [claim("99213:25", "11102", more=PWK)]),
    "modifier_25.inconsistent": (("11102:25",), [claim("11102")]),
    "modifier_25.documentation": (("99213:25", "11102"), [claim("99213:25", "11102", more=PWK)]),
    "biologic_pa.absent": (("J3245",), [claim("J3245", more=G1)]),
    "biologic_pa.number_invalid": (("J3245",), [claim("J3245", more=G1)]),
    "biologic_pa.exceeded": (("J3245 200",), [claim("J3245 200", more=G1)]),
    "biologic_pa.expired": (("J3245",), [claim("J3245", more=G1), claim("J3245", day="DTP*472*D8*20260102")]),
    "biologic_pa.wrong_service": (("J3245",), [claim("J3245", more=G1), claim("J3247")]),
    "biologic_pa.wrong_provider": (("J3245",), [claim("J3245", more=G1), (*claim("J3245"), *RENDERED)]),
    "biologic_pa.late": (("J3245",), [claim("J3245", more=G1)]),
    "biologic_pa.refused": (("J3245",), [claim("J3245", more=G1)]),
    "biologic_pa.network": (("J3245",), [(*claim("J3245"), *RENDERED)]),
    "biologic_pa.documentation": (("J3245",), [claim("J3245", more=PWK)]),
    "biologic_pa.administration": (("96372", "J3245"), [claim("96372", "J3245", more=G1)]),
    "lesion_size_location.recoded_by_payer": (("11401",), [claim("11402"), claim("11401", more=PWK)]),
    "lesion_size_location.record_mismatch": (("11641",), [claim("11642")]),
    "lesion_size_location.op_note": (("11641",), [claim("11641", more=PWK)]),
    "lesion_size_location.code_level": (("11644",), [claim("11642")]),
    "cosmetic.stated": (("17110",), [claim("17110 1 2")]),
    "cosmetic.boundary_service": (("11200",), [claim("11200 1 2"), claim("11200", more=PWK)]),
    "cosmetic.always_noncovered": (("17380", "11102"), [claim("11102")]),
    "cosmetic.signalling_dx": (("11400",), [claim("11400 1 2")]),
    "biopsy_code.legacy": (("11100",), [claim("11102")]),
    "biopsy_code.two_primaries": (("11102", "11104"), [claim("11103", "11104")]),
    "biopsy_code.addon_without_primary": (("11103",), [claim("11103", "11102"), claim("11102")]),
    "biopsy_code.units": (("11102 3",), [claim("11102 1", "11103 2")]),
    "biopsy_code.other": (("11102",), [claim("11104")]),
    "modifier_59.missing": (("11102", "17000"), [claim("11102:59", "17000"), claim("11102:XS", "17000")]),
    "modifier_59.unsupported": (("11102:59", "17000"), [claim("11102:59", "17000", more=PWK), claim("17000")]),
    "modifier_59.inconsistent": (("11102:59",), [claim("11102"), claim("11102:XS")]),
    "modifier_59.documentation": (("11102:59",), [claim("11102:59", more=PWK)]),
    "modifier_59.not_allowed": (("11102", "17311"), [claim("17311")]),
    "mohs.addon_without_first": (("17312",), [claim("17312", "17311")]),
    "mohs.stage_block_units": (("17312 4",), [claim("17312 2")]),
    "mohs.documentation": (("17311",), [claim("17311", more=PWK)]),
    "mohs.diagnosis": (("17311",), [claim("17311 1 3")]),
    "mohs.bundling": (("17311", "11102"), [claim("17311:59", "11102")]),
    "mohs.authorization": (("17311",), [claim("17311", more=G1)]),
    "pathology_bundling.with_mohs": (("88305", "17311"), [claim("17311"), claim("88305:59", "17311")]),
    "pathology_bundling.component_26_tc": (("88305",), [claim("88305:26")]),
    "pathology_bundling.specimen_units": (("88305 3",), [claim("88305 2")]),
    "pathology_bundling.clia": (("88305",), [claim("88305", more=("REF*X4*14D9999999",))]),
    "pathology_bundling.other": (("88305",), [claim("88304")]),
    "step_therapy.stated": (("J3245",), [claim("J3245", more=G1)]),
    "step_therapy.inferred": (("J3245",), [claim("J3245", more=PWK)]),
    "biologic_medical.not_necessary": (("J3245",), [claim("J3245", more=PWK), claim("J3245 1 2")]),
    "biologic_medical.experimental": (("J3245",), [claim("J3245", more=PWK)]),
    "biologic_medical.diagnosis": (("J3245",), [claim("J3245 1 2")]),
    "biologic_billing.ndc": (("J3245",), [claim("J3245", after=("LIN**N4*47335017795", "CTP****1*ML"))]),
    "biologic_billing.units": (("J3245 1",), [claim("J3245 100")]),
    "biologic_billing.code": (("J3590",), [claim("J3247")]),
    "biologic_billing.drug_admin_pair": (("96372",), [claim("96372", "J3245")]),
    "biologic_billing.pharmacy_benefit": (("J3245", "99213"), [claim("99213")]),
    "biologic_billing.specialty_vendor": (("J3245", "96372"), [claim("96372")]),
    "biologic_billing.other": (("J3245",), [claim("J3245 100")]),
    "modifier_51.on_addon": (("11103:51", "11102"), [claim("11103", "11102")]),
    "destruction_count.units": (("17003 20", "17000"), [claim("17003 13", "17000"), claim("17004")]),
    "destruction_count.addon_without_first": (("17003 3",), [claim("17003 3", "17000")]),
    "destruction_count.17004_exclusive": (("17000", "17004"), [claim("17004")]),
    "dx_mismatch.mismatch": (("11602",), [claim("11602 1 2"), claim("11402")]),
    "dx_mismatch.malignant_unsupported": (("11602",), [claim("11602 1 3"), claim("11402")]),
    "dx_mismatch.unspecific": (("11102",), [claim("11102 1 2")]),
    "dx_mismatch.invalid": (("11102",), [claim("11102 1 2")]),
    "global_period.em": (("99213",), [claim("99213:24")]),
    "global_period.procedure": (("12051",), [claim("12051:79")]),
    "laterality.modifier": (("11442",), [claim("11442:LT")]),
    "laterality.diagnosis": (("11642",), [claim("11642 1 2")]),
    "procedure_auth.phototherapy": (("96910",), [claim("96910", more=G1)]),
    "procedure_auth.laser": (("17106",), [claim("17106", more=G1)]),
    "procedure_auth.other": (("96920",), [claim("96920", more=G1)]),
}  # fmt: skip
CONTRACT_ONLY = {"modifier_25.payment_reduction", "modifier_51.mppr"}  # paid by a rule: nothing on a claim answers it
SUBS = {
    f"{category.id}.{sub}"
    for category in codes().categories.values()
    if category.kind == "dermatology"
    for sub in category.subs
}
UNRELATED = (("AMT*F5*10",), ("REF*D9*CLEARING1",))  # what the patient paid, a clearinghouse number


def denied(name: str, procedure: str, line_control: str = "C1", carc: str = "") -> Denied:
    category, _, sub = name.partition(".")
    return Denied("A1", "ICN1", line_control, 1, procedure, 10000, "CO", carc or None, (), category, sub, None, None)


def judge(old: tuple[str, ...], new: tuple[str, ...], denial: Denied) -> Judged:
    (found,) = compare(read(old), read(new))
    assert isinstance(found, Comparison)
    marked, (judged,) = JUDGE.judge(found, [denial])
    speaking = [change for change in marked.changes if change.answers]
    assert bool(speaking) is (judged.state is not State.NOT)
    assert bool(judged.open) is (judged.state is not State.ANSWERED)
    return judged


def first(codes: tuple[str, ...]) -> str:
    return codes[0].split()[0].partition(":")[0]


def test_every_sub_category_has_a_case_and_a_row() -> None:
    assert set(CASES) | CONTRACT_ONLY == SUBS
    assert {f"derm.{sub}" for sub in SUBS} <= answers().rows.keys()


@pytest.mark.parametrize("name", CASES)
def test_a_resubmission_that_answers(name: str) -> None:
    old, news = CASES[name]
    for new in news:
        assert judge(claim(*old), new, denied(name, first(old))).state is State.ANSWERED


@pytest.mark.parametrize("name", sorted(SUBS))
@pytest.mark.parametrize("more", UNRELATED, ids=["payment", "number"])
def test_a_resubmission_that_does_not(name: str, more: tuple[str, ...]) -> None:
    old = CASES[name][0] if name in CASES else ("99213:25", "11102:51")
    judged = judge(claim(*old), claim(*old, more=more), denied(name, first(old)))
    assert (judged.state, judged.by, judged.line) == (State.NOT, (), 1)
    assert judged.open == answers().rows[f"derm.{name}"].open


@pytest.mark.parametrize("name", sorted(CONTRACT_ONLY))
def test_what_no_claim_can_answer_is_answered_in_part_at_most(name: str) -> None:
    row = answers().rows[f"derm.{name}"]
    assert row.full == ()
    judged = judge(claim("99213:25", "11102"), claim("99213", "11102:51", more=PWK), denied(name, "99213"))
    assert judged.state is State.PARTLY


@pytest.mark.parametrize("name", sorted(SUBS))
def test_a_void_withdraws_and_does_not_answer(name: str) -> None:
    old = CASES[name][0] if name in CASES else ("99213:25", "11102:51")
    assert judge(claim(*old), voided(*old), denied(name, first(old))).state is State.PARTLY


def test_the_change_must_be_on_the_line_that_was_denied() -> None:
    old = ("11102", "11402")
    there, elsewhere = claim("11102 1 2", "11402"), claim("11102", "11402 1 2")
    assert judge(claim(*old), there, denied("dx_mismatch.mismatch", "11102")).state is State.ANSWERED
    assert judge(claim(*old), elsewhere, denied("dx_mismatch.mismatch", "11102")).state is State.NOT
    assert judge(claim(*old), elsewhere, denied("dx_mismatch.mismatch", "11402", "C2")).state is State.ANSWERED


COUNTS = "destruction_count.units", "destruction_count.17004_exclusive", "destruction_count.addon_without_first"
DESTROYED: list[tuple[str, tuple[str, ...], tuple[str, ...], State]] = [
    # old and new lines, the first of the old denied: 17003 are the 2nd to 14th, 17004 and 17111 alone 15 and more
    (COUNTS[0], ("17003 20", "17000", "17110"), ("17004",), State.ANSWERED),
    (COUNTS[0], ("17003 20", "17000", "17110"), ("17004", "17110:59"), State.ANSWERED),
    (COUNTS[0], ("17003 20", "17000", "17110"), ("17110", "17004"), State.ANSWERED),
    (COUNTS[0], ("17003 20", "17000", "17110"), ("17000", "17110"), State.PARTLY),
    (COUNTS[0], ("17003 20", "17000", "17110"), ("17003 20", "17004", "17110"), State.NOT),
    (COUNTS[0], ("17003 20", "17000"), ("17004", "17000"), State.PARTLY),
    (COUNTS[0], ("17003 14", "17000"), ("17004",), State.ANSWERED),
    (COUNTS[0], ("17003 13", "17000"), ("17004",), State.PARTLY),
    (COUNTS[0], ("17003 20", "17000"), ("17003 13", "17000"), State.ANSWERED),
    (COUNTS[0], ("17003 20", "17000"), ("17003 15", "17000"), State.PARTLY),
    (COUNTS[0], ("17003 20", "17000"), ("17003 9", "17003 9", "17000"), State.PARTLY),
    (COUNTS[0], ("17004",), ("17000", "17003 13"), State.ANSWERED),
    (COUNTS[0], ("17004 3",), ("17004",), State.ANSWERED),
    (COUNTS[0], ("17110 20",), ("17111",), State.ANSWERED),
    (COUNTS[0], ("17110 5",), ("17111",), State.PARTLY),
    (COUNTS[0], ("17110 5",), ("17110",), State.ANSWERED),
    (COUNTS[1], ("17000", "17004"), ("17000", "17003 13"), State.ANSWERED),
    (COUNTS[1], ("17000", "17004"), ("17000:59", "17004"), State.NOT),
    (COUNTS[2], ("17003 20",), ("17004",), State.ANSWERED),
    (COUNTS[2], ("17003 5",), ("17004",), State.PARTLY),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "state"), DESTROYED)
def test_lesions_are_counted_as_the_codes_count_them(
    name: str, old: tuple[str, ...], new: tuple[str, ...], state: State
) -> None:
    assert judge(claim(*old), claim(*new), denied(name, first(old))).state is state


def test_fewer_units_that_no_day_can_hold_answer_a_part() -> None:
    """A first biopsy is one unit (an absolute limit); six further ones may be argued with the record."""
    old = claim("11102 3", "11103 9")
    for units, state in ((2, State.PARTLY), (1, State.ANSWERED)):
        assert judge(old, claim(f"11102 {units}", "11103 9"), denied("biopsy_code.units", "11102")).state is state
    assert judge(old, claim("11102 3", "11103 7"), denied("biopsy_code.units", "11103", "C2")).state is State.ANSWERED


def test_a_line_without_a_number_is_found_by_its_code() -> None:
    judged = judge(claim("99213", "11102"), claim("99213", "11102 1 2"), denied("dx_mismatch.mismatch", "11102", ""))
    assert (judged.state, judged.line) == (State.ANSWERED, 2)


def test_the_reason_code_goes_before_the_general_category() -> None:
    general = Denied("A1", "ICN1", "C1", 1, "11102", 10000, "CO", "29", (), None, None, "coding", "modifier")
    assert judge(claim("11102"), claim("11102:59"), general).state is State.NOT
    other = Denied("A1", "ICN1", "C1", 1, "11102", 10000, "CO", "XX", (), None, None, "coding", "modifier")
    assert judge(claim("11102"), claim("11102:59"), other).state is State.ANSWERED
    nothing = Denied("A1", "ICN1", "C1", 1, "11102", 10000, "CO", None, (), None, None, None, None)
    assert judge(claim("11102"), claim("11102:59"), nothing).state is State.NOT


def test_a_claim_that_was_not_sent_again_answers_nothing() -> None:
    (found,) = compare(read(claim("11102")), read(ABOVE))
    assert not isinstance(found, Comparison)  # a file without claims is damaged
    later = tuple(s.replace("20260104", "20260204").replace("*A1*", "*B1*") for s in claim("11102"))
    alone = [r for r in compare(read(claim("11102")), read(later)) if isinstance(r, Comparison) and r.match.olds]
    _, (judged,) = JUDGE.judge(alone[0], [denied("modifier_59.missing", "11102")])
    assert (judged.state, judged.open) == (State.NOT, "the claim was not sent again")
