"""General denials that one row of their category would not tell apart: each with what answers it and what does not."""

import pytest
from attrs import evolve

from curette.diff.answers import State
from tests.diff.test_answers import G1, RENDERED, claim, denied, judge
from tests.diff.test_answers_near import REFERRAL, general

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
DERMATOLOGY = {"", "mohs.authorization", "procedure_auth.phototherapy"}  # which do not tell the reasons apart


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
