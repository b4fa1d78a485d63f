import pytest
from hypothesis import given
from hypothesis import strategies as st

from curette.denials.spread import share, spread
from curette.x12.cas import Adjustment

LATE = Adjustment("CO", "29", 30001, None)
OWN = Adjustment("CO", "45", 5000, None)


def test_a_claim_denied_as_a_whole_is_shared_by_charge() -> None:
    assert spread([LATE], [20000, 10001], [0, 0], [(), ()]) == [
        (("CO", "29", 20000, None),),
        (("CO", "29", 10001, None),),
    ]


def test_a_line_with_its_own_adjustments_keeps_them_and_gets_no_share() -> None:
    assert spread([LATE], [30001, 15000], [0, 10000], [(), (OWN,)]) == [(LATE,), (OWN,)]


def test_when_every_line_has_its_own_the_claims_stay_at_the_claim() -> None:
    assert spread([Adjustment("PR", "3", 1000, None)], [15000], [10000], [(OWN,)]) == [(OWN,)]


def test_a_paid_line_gets_no_share_of_what_another_lacks() -> None:
    assert spread([Adjustment("CO", "50", 5000, 1000)], [5000, 7000], [0, 7000], [(), ()]) == [
        (("CO", "50", 5000, 1000),),
        (),
    ]


def test_paid_lines_share_by_charge_and_free_lines_equally() -> None:
    assert spread([Adjustment("PR", "3", 1000, None)], [3000, 1000], [3000, 1000], [(), ()]) == [
        (("PR", "3", 750, None),),
        (("PR", "3", 250, None),),
    ]
    assert spread([Adjustment("PR", "3", 3, None)], [0, 0], [0, 0], [(), ()]) == [
        (("PR", "3", 1, None),),
        (("PR", "3", 2, None),),
    ]


def test_nothing_to_share() -> None:
    assert spread([], [100, 200], [0, 0], [(), (OWN,)]) == [(), (OWN,)]
    assert spread([LATE], [], [], []) == []


@given(st.integers(-(10**10), 10**10), st.lists(st.integers(0, 10**8), min_size=1).filter(any))
def test_shares_add_up_to_the_cent(amount: int, weights: list[int]) -> None:
    parts = share(amount, weights)
    assert sum(parts) == amount
    assert all(
        abs(part * sum(weights) - amount * weight) < sum(weights) for part, weight in zip(parts, weights, strict=True)
    )


def test_lists_of_unlike_length_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="zip"):
        spread([LATE], [100], [0, 0], [(), ()])
