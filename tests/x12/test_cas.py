"""CAS: up to six triplets of reason, amount and quantity, each fault at its element."""

import pytest

from curette.x12.cas import Adjustment, adjustments, faults


def split(text: str) -> list[str]:
    return text.split("*")


@pytest.mark.parametrize("count", range(1, 7))
def test_every_triplet_in_order(count: int) -> None:
    triplets = [f"{n}*{n}.5*{n}" for n in range(1, count + 1)]
    assert adjustments([split("CAS*CO*" + "*".join(triplets))]) == tuple(
        Adjustment("CO", str(n), n * 100 + 50, n * 1000) for n in range(1, count + 1)
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("CAS*PR*1*20", [("1", 2000, None)]),
        ("CAS*PR*1*20**2*10", [("1", 2000, None), ("2", 1000, None)]),
        ("CAS*PR*1*20*1.5*2*-10*2", [("1", 2000, 1500), ("2", -1000, 2000)]),
        ("CAS*OA*23*0", [("23", 0, None)]),
        ("CAS*OA*23*400*****A1*5.25", [("23", 40000, None), ("A1", 525, None)]),
    ],
)
def test_quantities_do_not_shift_what_follows(text: str, found: list[tuple[str, int, int | None]]) -> None:
    assert [(a.carc, a.amount, a.quantity) for a in adjustments([split(text)])] == found
    assert list(faults(split(text))) == []


def test_several_segments_of_a_line() -> None:
    found = adjustments([split("SVC*HC:1*1*1"), split("CAS*CO*45*1"), split("REF*6R*X"), split("CAS*PR*2*3")])
    assert [(a.group, a.carc, a.amount) for a in found] == [("CO", "45", 100), ("PR", "2", 300)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("CAS", [(2, "missing")]), ("CAS*CO", [(2, "missing")]), ("CAS*CO*45", [(3, "missing")]), ("CAS*CO**40", [(2, "missing")]),
        ("CAS*CO*45**1", [(3, "missing")]), ("CAS*CO*45*4O", [(3, "money")]), ("CAS*CO*45*NaN", [(3, "money")]),
        ("CAS*CO*45*40*X", [(4, "quantity")]), ("CAS*CO*45*40**2", [(6, "missing")]), ("CAS*CO*45*40***3", [(5, "missing")]),
        ("CAS*CO*45*40**2*1E5", [(6, "money")]), ("CAS*CO*45*40****1", [(5, "missing"), (6, "missing")]),
        ("CAS*CO*45*x*y*2*z*w", [(3, "money"), (4, "quantity"), (6, "money"), (7, "quantity")]),
        ("CAS*CO*1*1**2*2**3*3**4*4**5*5**6*+6", [(18, "money")]),
        ("CAS*CO*1*1**2*2**3*3**4*4**5*5**6*6**7", [(20, "extra")]), ("CAS*CO*1*1" + "*" * 17 + "7", [(20, "extra")]), ("CAS*CO*1*1**2*2**3*3**4*4**5*5**6*6**7*7", []),
    ],
)  # fmt: skip
def test_each_fault_is_at_its_element(text: str, found: list[tuple[int, str]]) -> None:
    assert [(element, sort) for element, sort, _ in faults(split(text))] == found
