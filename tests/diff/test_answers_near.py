"""Resubmissions that look as if they answered: on another line, claim or day, backwards, or about something else."""

import pytest
from attrs import evolve

from curette.diff.answers import Denied, State
from curette.diff.model import Comparison
from tests.builder import ABOVE, SUBSCRIBER
from tests.diff.edits import results
from tests.diff.test_answers import G1, JUDGE, claim, denied, judge

Segments = tuple[str, ...]
NDC, CLIA, REFERRAL, NOTE = "LIN**N4*47335017795", "REF*X4*14D9999999", "REF*9F*R1", "NTE*ADD*MADE UP"
RENDERING, REFERRING = "NM1*82*1*EXAMPLE*DANA****XX*1245319599", "NM1*DN*1*EXAMPLE*DANA****XX*1245319599"
OTHER = ("SBR*S*18*******CI", "OI***Y***Y", "NM1*IL*1*SAMPLE*SAM****MI*X1", "NM1*PR*2*OTHER*****PI*88")
WHO, OWN = "NM1*82*1*EXAMPLE*JO****XX*1234567893", "REF*G1*OWN1"
STREET = ("N3*1 PAYER ROAD", "N4*TESTVILLE*IL*62701")


def last(*codes: str, more: Segments) -> Segments:
    """A claim whose last line ends with `more`."""
    return (*claim(*codes), *more)


def above(old: str, new: str, *codes: str) -> Segments:
    """A claim below another segment, or none, than `old`."""
    assert old in ABOVE
    return tuple(new if each == old else each for each in claim(*codes) if new or each != old)


def covered(*codes: str, by: Segments = OTHER, after: Segments = ()) -> Segments:
    """A claim with another payer, or another loop; `after` ends its first line."""
    return tuple(p for s in claim(*codes, after=after) for p in ((s, *by) if s.startswith("HI*") else (s,)))


def placed(place: str, line: str = "") -> Segments:
    """A claim in a place, its line perhaps in another one."""
    wide = (s.replace("***11:B", f"***{place}:B").replace("*UN*1***", f"*UN*1*{line}**") for s in claim("11102"))
    return tuple(wide)


def later(segments: Segments, line: str) -> Segments:
    """The claim with the day of one line a week later."""
    at = segments.index(line)
    return (*segments[: at + 1], "DTP*472*D8*20260111", *segments[at + 2 :])


def general(category: str, sub: str | None, procedure: str, *rarcs: str, carc: str = "") -> Denied:
    return Denied("A1", "ICN1", "C1", 1, procedure, 10000, "CO", carc or None, rarcs, None, None, category, sub)


MEMBER, BILLING = SUBSCRIBER[2], "NM1*85*1*SAMPLE*SKIN****XX*1234567893"
Near = tuple[Segments, Segments, str | Denied]
# what is denied: a sub-category of the first line, or a general denial
ELSEWHERE: dict[str, Near] = {
    "25 on another visit": (claim("99213", "99214"), claim("99213", "99214:25"), "modifier_25.missing"),
    "59 on a visit": (claim("11102", "99213"), claim("11102", "99213:59"), "modifier_59.missing"),
    "59 on a line of no pair": (claim("11102", "17000", "88305"), claim("11102", "17000", "88305:59"), "modifier_59.missing"),
    "the approval of another line": (claim("J3245", "11102"), last("J3245", "11102", more=G1), "biologic_pa.absent"),
    "the NDC of another line": (claim("J3245", "J1100"), last("J3245", "J1100", more=(NDC,)), "biologic_billing.ndc"),
    "the CLIA number of another line": (claim("88305", "88312"), last("88305", "88312", more=(CLIA,)), "pathology_bundling.clia"),
    "the referral of another line": (claim("99213", "11102"), last("99213", "11102", more=(REFERRAL,)), general("auth", "referral", "99213")),
    "who rendered another line": (claim("J3245", "11102"), last("J3245", "11102", more=(RENDERING,)), "biologic_pa.wrong_provider"),
    "the note of another line": (claim("17999", "11102"), last("17999", "11102", more=(NOTE,)), general("coding", "unlisted", "17999")),
    "fewer units of another line": (claim("11102 2", "11103 2"), claim("11102 2", "11103 1"), "biopsy_code.units"),
    "another line is gone": (claim("11104", "11102", "99213"), claim("11104", "11102"), "biopsy_code.two_primaries"),
    "an unpaired line is gone": (claim("17000", "17004", "J1100"), claim("17000", "17004"), "destruction_count.17004_exclusive"),
    "the first stage of another site": (claim("17312"), claim("17312", "17313"), "mohs.addon_without_first"),
    "a first biopsy that it is not added to": (claim("11105"), claim("11105", "11102"), "biopsy_code.addon_without_primary"),
    "the first biopsy of another day": (
        claim("11103"), later(claim("11103", "11102"), "SV1*HC:11102*100*UN*1***1"), "biopsy_code.addon_without_primary"),
    "another drug, where the drug was denied": (claim("J3245"), claim("J3245", "J1100"), "biologic_billing.drug_admin_pair"),
    "one of three first biopsies is gone": (claim("11106", "11104", "11102"), claim("11106", "11104"), "biopsy_code.two_primaries"),
    "one of three became an add-on": (claim("11106", "11104", "11102"), claim("11106", "11104", "11103"), "biopsy_code.two_primaries"),
    "the approval of another payer": (claim("J3245"), claim("J3245", after=("REF*G1*AUTH1**2U:99002",)), "biologic_pa.absent"),
    "the place of the claim, where the line has its own": (
        placed("11", line="22"), placed("24", line="22"), general("coding", "pos", "11102")),
    "who rendered the claim, where another did the line": (
        claim("11102", after=(RENDERING,)), covered("11102", by=(WHO,), after=(RENDERING,)), general("provider", "rendering", "11102")),
    "the approval of the claim, where the line has its own": (
        claim("J3245", after=(OWN,)), claim("J3245", more=G1, after=(OWN,)), "biologic_pa.number_invalid"),
    "the CLIA number of the claim, where the line has its own": (
        claim("88305", after=("REF*X4*14D8888888",)), claim("88305", more=(CLIA,), after=("REF*X4*14D8888888",)),
        "pathology_bundling.clia"),
    "any other line": (claim("17003"), claim("17003", "99213"), general("bundling", "qualifying_service", "17003")),
}  # fmt: skip
BACKWARDS: dict[str, Near] = {
    "25 taken off": (claim("99213:25", "11102"), claim("99213", "11102"), "modifier_25.missing"),
    "59 taken off": (claim("11102:59", "17000"), claim("11102", "17000"), "modifier_59.missing"),
    "a modifier taken off": (claim("11102:LT"), claim("11102"), general("coding", "modifier_missing", "11102")),
    "another modifier beside the wrong one": (claim("11102:LT"), claim("11102:LT:59"), general("coding", "modifier_invalid", "11102")),
    "the approval taken off": (claim("J3245", more=G1), claim("J3245"), "biologic_pa.number_invalid"),
    "the member number taken off": (claim("11102"), above(MEMBER, "NM1*IL*1*SAMPLE*SAM", "11102"), general("elig", None, "11102")),
    "the NPI taken off": (claim("11102"), above(BILLING, "NM1*85*1*SAMPLE*SKIN", "11102"), general("data", "npi", "11102")),
    "the other payer taken off": (covered("11102"), claim("11102"), general("cob", None, "11102")),
    "the note taken off": (claim("17999", more=(NOTE,)), claim("17999"), general("coding", "unlisted", "17999")),
    "more units": (claim("17003 20"), claim("17003 30"), general("coding", "units_mue", "17003")),
    "two first lesions, neither left": (claim("11104", "11102"), claim("11105", "11103"), "biopsy_code.two_primaries"),
    "a higher level than the record supports": (claim("99213"), claim("99214"), general("doc", "level_support", "99213", carc="150")),
    "a longer service than the record supports": (claim("96900 2"), claim("96900 3"), general("mednec", "length", "96900", carc="152")),
    "a higher dose": (claim("J1100 4"), claim("J1100 8"), general("mednec", "dosage", "J1100", carc="153")),
    "no diagnosis left": (claim("11102"), (*claim("11102")[:-3], "SV1*HC:11102*100*UN*1", *claim("11102")[-2:]), "dx_mismatch.mismatch"),
    "a void with the approval": (claim("J3245"), tuple(s.replace(":B:1*", ":B:8*") for s in claim("J3245", more=G1)), "biologic_pa.absent"),
}  # fmt: skip
BESIDE_THE_POINT: dict[str, Near] = {
    "modifiers in another order": (claim("11102:LT:59"), claim("11102:59:LT"), general("coding", "modifier", "11102", carc="4")),
    "diagnoses in another order": (claim("11102 1 1:2"), claim("11102 1 2:1"), "dx_mismatch.unspecific"),
    "a diagnosis beside the refused one": (claim("11102"), claim("11102 1 1:2"), "dx_mismatch.invalid"),
    "another benign diagnosis": (claim("11602"), claim("11602 1 2"), "dx_mismatch.malignant_unsupported"),
    "another size of the malignant code": (claim("11602"), claim("11603"), "dx_mismatch.malignant_unsupported"),
    "another diagnosis, where lines were asked for": (
        claim("96900 2"), claim("96900 2 2"), general("coding", "separate_lines", "96900", "N63")),
    "fewer units, where lines were asked for": (
        claim("96900 2"), claim("96900 1"), general("coding", "separate_lines", "96900", "N63")),
    "another code that ended": (claim("11100"), claim("11101"), "biopsy_code.legacy"),
    "another new patient's visit": (claim("99203"), claim("99204"), general("coding", "new_patient", "99203")),
    "the payer's street": (
        above(SUBSCRIBER[6], SUBSCRIBER[6], "11102"),
        tuple(p for s in claim("11102") for p in ((s, *STREET) if s == SUBSCRIBER[6] else (s,))),
        general("elig", None, "11102")),
    "the billing provider's street": (claim("11102"), above("N3*1 TEST ROAD", "N3*9 TEST ROAD", "11102"), general("data", "npi", "11102")),
    "the patient's street": (claim("11102"), above("N3*2 TEST ROAD", "N3*3 TEST ROAD", "11102"), general("elig", None, "11102")),
    "another member number for the wrong payer": (
        claim("11102"), above(MEMBER, MEMBER.replace("0001", "0002"), "11102"), general("elig", "wrong_payer", "11102")),
    "a referral for an approval": (claim("11102"), claim("11102", more=(REFERRAL,)), general("auth", "auth_number", "11102")),
    "the rendering for the referring provider": (
        claim("11102"), claim("11102", after=(RENDERING,)), general("data", "provider_id", "11102", "N286")),
    "one of two that were missed": (
        claim("11102"), claim("11102", after=(RENDERING,)), general("data", "provider_id", "11102", "N286", "N290")),
    "something, where the payer said nothing": (claim("11102"), claim("11102:59"), general("data", "missing_info", "11102", carc="16")),
}  # fmt: skip
CASES = ELSEWHERE | BACKWARDS | BESIDE_THE_POINT


@pytest.mark.parametrize("name", CASES)
def test_what_does_not_answer(name: str) -> None:
    old, new, denial = CASES[name]
    if isinstance(denial, str):
        denial = denied(denial, next(s for s in old if s.startswith("SV1*")).split("*")[1].split(":")[1])
    assert judge(old, new, denial).state is not State.ANSWERED


@pytest.mark.parametrize("carc", ["222", "151", ""])
@pytest.mark.parametrize("units", ["1", "9"])
def test_more_units_answer_only_where_there_were_not_too_many(carc: str, units: str) -> None:
    for name in ("biologic_billing.units", "biopsy_code.units", "mohs.stage_block_units", "destruction_count.units"):
        judged = judge(claim("17003 5"), claim(f"17003 {units}"), denied(name, "17003", carc=carc))
        assert judged.state is (State.NOT if carc and units == "9" else State.ANSWERED)


ANSWERED: dict[str, Near] = {
    "25 on the visit beside it": (claim("96372", "99213"), claim("96372", "99213:25"), general("bundling", None, "96372")),
    "59 on the other line of the pair": (claim("17000", "11102"), claim("17000", "11102:59"), "modifier_59.missing"),
    "the approval of the line": (claim("J3245", "11102"), claim("J3245", "11102", after=G1), "biologic_pa.absent"),
    "the referring provider": (claim("11102"), claim("11102", after=(REFERRING,)), general("data", "provider_id", "11102", "N286")),
    "the charge": (claim("11102"), tuple(s.replace("100*UN", "90*UN") for s in claim("11102")), general("data", "missing_info", "11102", "M79")),
    "an established patient's visit": (claim("99203"), claim("99213"), general("coding", "new_patient", "99203")),
    "a lower level": (claim("99214"), claim("99213"), general("doc", "level_support", "99214", carc="150")),
    "a code of another sort": (claim("99213"), claim("99024"), general("doc", "level_support", "99213", carc="150")),
    "a higher level with the record": (
        claim("99213"), claim("99214", more=("PWK*OZ*BM***AC*NOTES1",)), general("doc", "level_support", "99213", carc="150")),
    "a shorter service": (claim("96900 3"), claim("96900 1"), general("mednec", "length", "96900", carc="152")),
    "a lower dose": (claim("J1100 8"), claim("J1100 4"), general("mednec", "dosage", "J1100", carc="153")),
    "a smaller supply": (claim("J1100 8"), claim("J1100 4"), general("mednec", "days_supply", "J1100", carc="154")),
    "each service on its line": (
        claim("96900 2"), claim("96900 1", "96900 1"), general("coding", "separate_lines", "96900", "N63")),
    "the place of the claim": (placed("11"), placed("24"), general("coding", "pos", "11102")),
    "the place of the claim, the line has no other any more": (
        placed("11", line="22"), placed("24"), general("coding", "pos", "11102")),
    "who rendered the claim, where another referred the line": (
        claim("11102", after=(REFERRING,)), covered("11102", by=(WHO,), after=(REFERRING,)), general("provider", "rendering", "11102")),
    "the approval of the claim, where the line has that of another payer": (
        claim("J3245", after=(f"{OWN}**2U:99002",)), claim("J3245", more=G1, after=(f"{OWN}**2U:99002",)), "biologic_pa.absent"),
    "the other payer": (claim("11102"), covered("11102"), general("cob", None, "11102")),
    "the right payer": (claim("11102"), above(SUBSCRIBER[6], "NM1*PR*2*PLAN*****PI*99002", "11102"), general("elig", "wrong_payer", "11102")),
    "the denied line of no pair is gone": (claim("17000", "99213"), claim("99213"), "modifier_59.not_allowed"),
    "a first lesion beside it became an add-on": (claim("11104", "11102"), claim("11104", "11103"), "biopsy_code.two_primaries"),
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERED)
def test_what_answers(name: str) -> None:
    old, new, denial = ANSWERED[name]
    if isinstance(denial, str):
        denial = denied(denial, next(s for s in old if s.startswith("SV1*")).split("*")[1].split(":")[1])
    assert judge(old, new, denial).state is State.ANSWERED


@pytest.mark.parametrize(
    ("sub", "state"),
    [
        ("exact", State.ANSWERED), ("included", State.ANSWERED), ("previously_paid", State.NOT),
        ("other_provider", State.NOT), ("other", State.NOT),
    ],
)  # fmt: skip
def test_a_replacement_is_no_duplicate_and_no_proof_that_it_was_not_paid(sub: str, state: State) -> None:
    new = tuple(s.replace(":B:1*", ":B:7*") for s in claim("11102"))
    assert judge(claim("11102"), new, general("dup", sub, "11102")).state is state


@pytest.mark.parametrize(("modifiers", "line"), [((), 1), (("59",), 2), (("LT",), 1)])
def test_lines_of_one_code_are_told_apart_by_their_modifiers(modifiers: tuple[str, ...], line: int) -> None:
    """The payer's order of lines is its own: the second here says that it is the first."""
    old, new = claim("11102", "11102:59"), claim("11102 1 2", "11102:59")
    denial = evolve(denied("dx_mismatch.mismatch", "11102", ""), number=1, modifiers=modifiers)
    judged = judge(old, new, denial)
    assert (judged.line, judged.state) == (line, State.ANSWERED if line == 1 else State.NOT)


@pytest.mark.parametrize(
    ("new", "state", "left"),
    [
        (claim("11102 1 2"), State.PARTLY, "the rendering provider is the same"),
        (claim("11102", after=(RENDERING,)), State.PARTLY, "the diagnosis is the same"),
        (claim("11102:59"), State.NOT, "the diagnosis is the same; the rendering provider is the same"),
        (claim("11102 1 2", after=(RENDERING,)), State.ANSWERED, ""),
    ],
)
def test_every_remark_of_a_general_reason_asks_for_something(new: Segments, state: State, left: str) -> None:
    """CO-16 with M76 and N290: the diagnosis and who rendered it."""
    denial = evolve(denied("dx_mismatch.invalid", "11102"), remarks=("general.data.provider_id.N290",))
    judged = judge(claim("11102"), new, denial)
    assert (judged.state, judged.open) == (state, left)
    assert judge(claim("11102"), claim("11102 1 2"), evolve(denial, remarks=("general.data.resubmit.MA57",))).open == ""


F8 = "REF*F8*ICN1"


def named(segments: Segments, name: str) -> Segments:
    """The claim alone, under another number."""
    return tuple(each.replace("CLM*A1*", f"CLM*{name}*") for each in segments[len(ABOVE) :])


@pytest.mark.parametrize(("where", "expected"), [("A1", State.ANSWERED), ("A1B", State.NOT)])
def test_a_split_claim_is_answered_where_the_line_went(where: str, expected: State) -> None:
    old = claim("J3245", "11102")
    parts = [("A1", "J3245"), ("A1B", "11102")]
    news = [named(claim(code, more=(F8, *(G1 if name == where else ()))), name) for name, code in parts]
    (found,) = results(old, (*ABOVE, *news[0], *news[1]), {"A1": ["ICN1"]})
    assert isinstance(found, Comparison)
    _, (judged,) = JUDGE.judge(found, [denied("biologic_pa.absent", "J3245")])
    assert judged.state is expected


@pytest.mark.parametrize(("had", "expected"), [("A1", State.NOT), ("A2", State.ANSWERED)])
def test_a_merged_claim_is_answered_by_what_came_to_the_denied_one(had: str, expected: State) -> None:
    olds = [
        named(claim(code, more=G1 if name == had else ()), name) for name, code in (("A1", "J3245"), ("A2", "11102"))
    ]
    new = claim("J3245", "11102", more=(F8, *G1))
    (found,) = results((*ABOVE, *olds[0], *olds[1]), new, {"A1": ["ICN1"]})
    assert isinstance(found, Comparison)
    _, (judged,) = JUDGE.judge(found, [denied("biologic_pa.absent", "J3245")])
    assert judged.state is expected
