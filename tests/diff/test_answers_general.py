"""Denials that one row of their category would not tell apart: each with what answers it and what does not."""

import pytest
from attrs import evolve

from curette.diff.answers import State
from curette.diff.model import Comparison
from tests.builder import ABOVE, SUBSCRIBER
from tests.diff.edits import results
from tests.diff.test_answers import DAY, G1, JUDGE, PWK, RENDERED, claim, denied, judge
from tests.diff.test_answers_near import MEMBER, REFERRAL, REFERRING, above, covered, general, later, named

Segments = tuple[str, ...]
ANSWERED, PARTLY, NOT = State.ANSWERED, State.PARTLY, State.NOT
OTHER_G1, REFERRED = ("REF*G1*AUTH2",), (REFERRAL,)
LATER = "DTP*472*D8*20260102"

# sub-category of the authorization denial, carc; old and new claim; how far it is answered
AUTHORIZED: dict[str, tuple[str, str, Segments, Segments, State]] = {
    "the code that was approved": ("wrong_service", "284", claim("96910", more=G1), claim("96912", more=G1), ANSWERED),
    "the approval of the service": ("wrong_service", "284", claim("96910", more=G1), claim("96910", more=OTHER_G1), ANSWERED),
    "other units of the service": ("wrong_service", "284", claim("96910 2", more=G1), claim("96910 1", more=G1), PARTLY),
    "another diagnosis": ("wrong_service", "284", claim("96910", more=G1), claim("96910 1 2", more=G1), NOT),
    "who was approved": ("wrong_provider", "296", claim("96910", more=G1), (*claim("96910", more=G1), *RENDERED), ANSWERED),
    "who was approved, another code": ("wrong_provider", "296", claim("96910", more=G1), claim("96912", more=G1), NOT),
    "a day of the approval": ("expired", "302", claim("96910", more=G1), claim("96910", more=G1, day=LATER), ANSWERED),
    "a day of the plan": ("dates", "16", claim("96910", more=G1), claim("96910", more=G1, day=LATER), ANSWERED),
    "another day, wrong service": ("wrong_service", "284", claim("96910"), claim("96910", day=LATER), NOT),
    "fewer than were approved": ("exceeded", "198", claim("96910 4", more=G1), claim("96910 2", more=G1), PARTLY),
    "more than were approved": ("exceeded", "198", claim("96910 4", more=G1), claim("96910 5", more=G1), NOT),
    "another approval": ("exceeded", "198", claim("96910 4", more=G1), claim("96910 4", more=OTHER_G1), ANSWERED),
    "fewer, of the wrong provider": ("wrong_provider", "296", claim("96910 4"), claim("96910 2"), NOT),
    "fewer, of the old code": ("absent_exceeded", "62", claim("96910 4"), claim("96910 2"), PARTLY),
    "another code, unlike the approval": ("inconsistent", "16", claim("96910", more=G1), claim("96912", more=G1), PARTLY),
    "the referral": ("referral_absent", "288", claim("96910"), claim("96910", more=REFERRED), ANSWERED),
    "an approval for the referral": ("referral_absent", "288", claim("96910"), claim("96910", more=G1), NOT),
    "another provider": ("narrow_network", "279", claim("96910"), (*claim("96910"), *RENDERED), ANSWERED),
    "an approval of the same provider": ("narrow_network", "279", claim("96910"), claim("96910", more=G1), PARTLY),
}  # fmt: skip
DERMATOLOGY = {
    "",
    "mohs.authorization",
    "procedure_auth.phototherapy",
    "biologic_pa.absent",
    "biologic_pa.administration",
}  # which do not tell the reasons apart


@pytest.mark.parametrize("named", sorted(DERMATOLOGY))
@pytest.mark.parametrize("name", AUTHORIZED)
def test_an_authorization_is_asked_for_as_the_reason_says(name: str, named: str) -> None:
    sub, carc, old, new, state = AUTHORIZED[name]
    derm, _, derm_sub = named.partition(".")
    denial = evolve(general("auth", sub, "96910", carc=carc), derm=derm or None, derm_sub=derm_sub or None)
    assert judge(old, new, denial).state is state


def test_a_reason_that_has_no_row_is_asked_for_as_dermatology_says() -> None:
    denial = evolve(denied("procedure_auth.phototherapy", "96910", carc="197"), general="auth", general_sub="absent")
    judged = judge(claim("96910"), claim("96910", more=REFERRED), denial)
    assert (judged.state, judged.open) == (NOT, "an authorization number for the course")


PAYER = above(SUBSCRIBER[6], "NM1*PR*2*PLAN*****PI*99002", "96910")
IDENTITY = above(MEMBER, "NM1*IL*1*SAMPLE*SAM****MI*TEST0002", "96910")
BORN = above(SUBSCRIBER[5], "DMG*D8*19700102*F", "96910")
REFERRED_BY = claim("96910", after=(REFERRING,))
HURT, UNHURT = (tuple(s.replace("*Y*A*Y*Y", f"*Y*A*Y*Y{more}") for s in claim("96910")) for more in ("**EM", ""))
# category and sub-category, carc; new claim and, where it is not the plain one, the old; how far it is answered
GENERAL: dict[str, tuple[str, str, Segments, Segments, State]] = {
    "another plan's, sent there": ("elig.other_plan", "254", claim("96910"), PAYER, ANSWERED),
    "another plan's, sent as another patient's": ("elig.other_plan", "254", claim("96910"), IDENTITY, PARTLY),
    "after the payer's time, sent to another": ("elig.payer_ended", "166", claim("96910"), PAYER, ANSWERED),
    "after the payer's time, as another patient's": ("elig.payer_ended", "166", claim("96910"), IDENTITY, PARTLY),
    "not a member, as another patient's": ("elig.not_identified", "31", claim("96910"), IDENTITY, ANSWERED),
    "covered in part, as another patient's": ("elig.split_claim", "239", claim("96910"), IDENTITY, PARTLY),
    "covered in part, another day": ("elig.split_claim", "239", claim("96910"), claim("96910", day=LATER), PARTLY),
    "covered in part, another code": ("elig.split_claim", "239", claim("96910"), claim("96912"), NOT),
    "specialty, another provider": ("provider.specialty", "8", claim("96910"), (*claim("96910"), *RENDERED), ANSWERED),
    "specialty, another who referred": ("provider.specialty", "8", claim("96910"), REFERRED_BY, PARTLY),
    "not certified, another who referred": ("provider.certification", "B7", claim("96910"), REFERRED_BY, PARTLY),
    "not eligible to refer, another who referred": ("provider.referring", "183", claim("96910"), REFERRED_BY, ANSWERED),
    "hurt at work, to another payer": ("cob.workers_comp", "19", claim("96910"), PAYER, ANSWERED),
    "hurt at work, what the other payer did": ("cob.workers_comp", "19", claim("96910"), covered("96910"), ANSWERED),
    "hurt at work, no accident any more": ("cob.workers_comp", "19", HURT, UNHURT, PARTLY),
    "hurt, another code": ("cob.liability", "20", claim("96910"), claim("96912"), NOT),
    "another pays first, no accident any more": ("cob.other_payer", "22", HURT, UNHURT, NOT),
    "used up, fewer": ("benefit.period_max", "119", claim("96910 4"), claim("96910 2"), ANSWERED),
    "used up, another diagnosis": ("benefit.period_max", "119", claim("96910"), claim("96910 1 2"), PARTLY),
    "used up, more": ("benefit.lifetime_max", "149", claim("96910"), claim("96910 2"), NOT),
    "not in the plan, another diagnosis": ("benefit.not_in_plan", "204", claim("96910"), claim("96910 1 2"), ANSWERED),
    "one initial visit, an established patient's": ("benefit.initial_visit", "96", claim("99203"), claim("99213"), ANSWERED),
    "one initial visit, another diagnosis": ("benefit.initial_visit", "96", claim("99203"), claim("99203 1 2"), PARTLY),
    "not at this age, another birth date": ("benefit.age", "96", claim("96910"), BORN, ANSWERED),
    "not at this age, another diagnosis": ("benefit.age", "96", claim("96910"), claim("96910 1 2"), PARTLY),
    "a closer taxonomy, of who referred": ("provider.taxonomy", "16", claim("96910"), REFERRED_BY, PARTLY),
    "a closer taxonomy": ("provider.taxonomy", "16", claim("96910"), (*claim("96910"), *RENDERED), ANSWERED),
    "part of a stay, set apart": ("bundling.snf", "190", claim("96910"), claim("96910:59"), PARTLY),
    "part of a stay, no longer billed": ("bundling.snf", "190", claim("96910", "99213"), claim("99213"), ANSWERED),
    "part of another service, set apart": ("bundling.included", "97", claim("96910"), claim("96910:59"), ANSWERED),
}  # fmt: skip


@pytest.mark.parametrize("name", GENERAL)
def test_what_tells_such_reasons_apart(name: str) -> None:
    id, carc, old, new, state = GENERAL[name]
    assert judge(old, new, general(*id.split("."), "96910", carc=carc)).state is state


@pytest.mark.parametrize("line", [1, 2])
def test_a_claim_that_is_covered_in_part_is_answered_by_splitting_it(line: int) -> None:
    """Whichever claim the denied line then stands on; it is no answer to other reasons."""
    olds = later(claim("96910", "96912"), DAY)
    first, other = named(later(claim("96910"), DAY), "A1"), named(claim("96912"), "A2")
    (found,) = results(olds, (*ABOVE, *first, *other), {})
    assert isinstance(found, Comparison)
    for sub, carc, state in (("split_claim", "239", ANSWERED), ("after_coverage", "27", NOT)):
        denial = evolve(general("elig", sub, ("96910", "96912")[line - 1], carc=carc), line_control=f"C{line}")
        _, (judged,) = JUDGE.judge(found, [denial])
        assert judged.state is state


SIDED, FIFTY_NINE, TWENTY_FIVE = "laterality.modifier", "modifier_59.inconsistent", "modifier_25.inconsistent"
SIZE, TECHNIQUE, READ = "lesion_size_location.record_mismatch", "biopsy_code.other", "pathology_bundling.other"
DIAGNOSIS = "dx_mismatch.invalid"
REPLACED = tuple(s.replace(":B:1*", ":B:7*") for s in claim("88305"))
# what dermatology calls it, carc and remark; the lines of old and new claim; how far it is answered
NARROWER: dict[str, tuple[str, str, str, Segments, Segments, State]] = {
    "a lateral diagnosis asked for": (SIDED, "16", "N769", claim("11442"), claim("11442 1 2"), ANSWERED),
    "a lateral diagnosis asked for, LT": (SIDED, "16", "N769", claim("11442"), claim("11442:LT"), PARTLY),
    "a lateral diagnosis for the code": (SIDED, "11", "N769", claim("11442"), claim("11442:LT"), PARTLY),
    "a side that does not fit": (SIDED, "4", "N769", claim("11442:LT"), claim("11442:RT"), ANSWERED),
    "LT refused": (SIDED, "4", "", claim("11442:LT"), claim("11442:RT"), ANSWERED),
    "LT refused, a diagnosis": (SIDED, "4", "", claim("11442:LT"), claim("11442:LT 1 2"), PARTLY),
    "another diagnosis is missing": (DIAGNOSIS, "16", "M64", claim("11102"), claim("11102 1 1:2"), ANSWERED),
    "another diagnosis is missing, one taken off": (DIAGNOSIS, "16", "M64", claim("11102 1 1:2"), claim("11102"), PARTLY),
    "a diagnosis is missing or invalid": (DIAGNOSIS, "16", "M76", claim("11102"), claim("11102 1 1:2"), PARTLY),
    "one is missing beside 59": (FIFTY_NINE, "4", "N822", claim("11102:59"), claim("11102:59:LT"), ANSWERED),
    "one is missing beside 59, which is taken off": (FIFTY_NINE, "4", "N822", claim("11102:59"), claim("11102"), PARTLY),
    "59 refused": (FIFTY_NINE, "4", "N823", claim("11102:59"), claim("11102"), ANSWERED),
    "one is missing beside 25": (TWENTY_FIVE, "16", "N822", claim("99213:25"), claim("99213:25:24"), ANSWERED),
    "one is missing beside 25, which is taken off": (TWENTY_FIVE, "16", "N822", claim("99213:25"), claim("99213"), PARTLY),
    "25 refused": (TWENTY_FIVE, "4", "", claim("99213:25"), claim("99213"), ANSWERED),
    "a larger lesion than the record supports": (SIZE, "150", "", claim("11402"), claim("11403"), PARTLY),
    "a smaller one": (SIZE, "150", "", claim("11402"), claim("11401"), ANSWERED),
    "a benign one": (SIZE, "150", "", claim("11602"), claim("11402"), ANSWERED),
    "a larger lesion, as the record has it": (SIZE, "16", "N163", claim("11402"), claim("11403"), ANSWERED),
    "a higher technique than the record supports": (TECHNIQUE, "57", "", claim("11102"), claim("11106"), PARTLY),
    "a higher technique, as the record has it": (TECHNIQUE, "16", "N163", claim("11102"), claim("11106"), ANSWERED),
    "read twice, and a replacement": (READ, "18", "", claim("88305"), REPLACED, ANSWERED),
    "read twice, and a second reading": (READ, "18", "", claim("88305"), claim("88305:91"), ANSWERED),
    "read twice, 51": (READ, "18", "", claim("88305"), claim("88305:51"), PARTLY),
    "paid with another, and a replacement": (READ, "97", "", claim("88305"), REPLACED, NOT),
    "paid with another, 51": (READ, "97", "", claim("88305"), claim("88305:51"), PARTLY),
    "paid with another, 59": (READ, "97", "", claim("88305"), claim("88305:59"), ANSWERED),
    "paid with another, 26": (READ, "97", "", claim("88305"), claim("88305:26"), ANSWERED),
}  # fmt: skip


@pytest.mark.parametrize("name", NARROWER)
def test_a_reason_or_remark_narrows_what_dermatology_asks_for(name: str) -> None:
    named, carc, remark, old, new, state = NARROWER[name]
    code = next(s for s in old if s.startswith("SV1*")).split("*")[1].split(":")[1]
    denial = evolve(denied(named, code, carc=carc), rarcs=tuple(filter(None, [remark])))
    assert judge(old, new, denial).state is state


ON_REQUEST = ("PWK*OZ*AA",)


@pytest.mark.parametrize(
    ("old", "new", "state"),
    [
        (claim("11402"), claim("11402", more=ON_REQUEST), PARTLY),
        (claim("11402"), claim("11402", after=ON_REQUEST), PARTLY),
        (claim("11402"), claim("11402", more=PWK), ANSWERED),
        (claim("11402"), claim("11402", after=PWK), ANSWERED),
        (claim("11402"), claim("11402", more=(*ON_REQUEST, *PWK)), ANSWERED),
        (claim("11402", more=ON_REQUEST), claim("11402", more=PWK), ANSWERED),
        (claim("11402", more=PWK), claim("11402", more=(*PWK, *ON_REQUEST)), PARTLY),
        (claim("11402", more=PWK), claim("11402", more=("PWK*OZ*FX***AC*NOTES2",)), ANSWERED),
    ],
)  # fmt: skip
def test_records_that_come_only_on_request_are_not_the_record(old: Segments, new: Segments, state: State) -> None:
    """The payer asked for them (CO-252)."""
    for denial in (
        denied("lesion_size_location.op_note", "11402"),
        general("doc", "attachment_required", "11402", carc="252"),
    ):
        assert judge(old, new, denial).state is state
