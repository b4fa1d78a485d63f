"""Which claims belong together."""

from collections.abc import Sequence

from curette.diff.match import Numbers, matches
from curette.diff.model import MatchedBy
from curette.findings import Confidence
from tests.builder import ABOVE, claim
from tests.diff.edits import read

Row = tuple[str | None, str | None, MatchedBy | None, Confidence | None]


def matched(old: Sequence[str], new: Sequence[str], numbers: Numbers | None = None) -> list[Row]:
    """Pairs of "number charge", with how they were found."""
    olds, news = (read((*ABOVE, *side)).claims for side in (old, new))
    return [
        (*(f"{c.control_number} {c.charge // 100}" if c else None for c in (m.old, m.new)), m.matched_by, m.confidence)  # type: ignore[misc]
        for m in matches(olds, news, numbers or {})
    ]


def test_by_control_number() -> None:
    assert matched(claim("A1"), claim("A1", "120")) == [("A1 100", "A1 120", MatchedBy.CLAIM, Confidence.CERTAIN)]


def test_by_the_payer_number_though_the_control_number_is_new() -> None:
    new = claim("B1", "100", "REF*F8*ICN1")
    assert matched(claim("A1"), new, {"A1": ["ICN0", "ICN1"]}) == [
        ("A1 100", "B1 100", MatchedBy.PAYER_CLAIM, Confidence.CERTAIN)
    ]
    assert [row[:2] for row in matched(claim("A1"), new)] == [(None, "B1 100"), ("A1 100", None)]


def test_the_payer_number_goes_before_the_control_number() -> None:
    old = (*claim("A1"), *claim("A2", "110"))
    new = (*claim("A1", "120", "REF*F8*ICN2"), *claim("A3", "130", "REF*F8*ICN1"))
    assert matched(old, new, {"A1": ["ICN1"], "A2": ["ICN2"]}) == [
        ("A2 110", "A1 120", MatchedBy.PAYER_CLAIM, Confidence.CERTAIN),
        ("A1 100", "A3 130", MatchedBy.PAYER_CLAIM, Confidence.CERTAIN),
    ]


def test_a_wrong_payer_number_leaves_the_control_number() -> None:
    new = claim("A1", "120", "REF*F8*WRONG")
    assert matched(claim("A1"), new, {"A1": ["ICN1"]}) == [("A1 100", "A1 120", MatchedBy.CLAIM, Confidence.CERTAIN)]


def test_repeated_control_numbers_pair_in_order_after_equal_claims() -> None:
    old = (*claim("A1"), *claim("A1", "110"), *claim("A1", "120"))
    new = (*claim("A1", "110"), *claim("A1", "130"))
    assert matched(old, new) == [
        ("A1 110", "A1 110", MatchedBy.CLAIM, Confidence.CERTAIN),
        ("A1 100", "A1 130", MatchedBy.CLAIM, Confidence.LIKELY),
        ("A1 120", None, None, None),
    ]


def test_one_original_cannot_be_replaced_twice() -> None:
    new = (*claim("B1", "120", "REF*F8*ICN1"), *claim("B2", "130", "REF*F8*ICN1"))
    assert [row[:2] for row in matched(claim("A1"), new, {"A1": ["ICN1"]})] == [("A1 100", "B1 120"), (None, "B2 130")]


def test_an_unchanged_claim_pairs_with_itself_though_another_names_it() -> None:
    both = (*claim("A1"), *claim("B1", "120", "REF*F8*ICN1"))
    assert [row[:2] for row in matched(both, both, {"A1": ["ICN1"]})] == [("A1 100", "A1 100"), ("B1 120", "B1 120")]
