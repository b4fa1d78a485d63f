import pytest

from curette.denials.outcomes import COUNTED, Outcome, of_claim


@pytest.mark.parametrize(
    ("lines", "claim"),
    [
        ("denied denied", "denied"),
        ("denied informational", "denied"),
        ("denied rollup pending", "denied"),
        ("denied paid", "partial_denial"),
        ("denied patient_zero_pay", "partial_denial"),
        ("partial_denial", "partial_denial"),
        ("partial_denial paid", "partial_denial"),
        ("paid paid", "paid"),
        ("paid informational", "paid"),
        ("reduced paid", "reduced"),
        ("patient_zero_pay contractual_zero_pay", "patient_zero_pay"),
        ("reversal reversal", "reversal"),
        ("informational pending", "informational"),
        ("appeal_upheld", "appeal_upheld"),
    ],
)
def test_claim_is_the_sum_of_its_lines(lines: str, claim: str) -> None:
    outcomes = [Outcome(word) for word in lines.split()]
    assert of_claim(outcomes) == claim
    assert of_claim(reversed(outcomes)) == claim


def test_claim_without_lines_has_no_outcome() -> None:
    assert of_claim([]) is None


def test_what_is_not_final_or_no_service_is_not_counted() -> None:
    assert {str(outcome) for outcome in set(Outcome) - COUNTED} == {
        "reversal", "transferred", "predetermination", "informational", "pending", "rollup",
        "appeal_upheld", "appeal_dismissed",
    }  # fmt: skip
