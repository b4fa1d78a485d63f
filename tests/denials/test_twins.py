"""Which lines of one answer are the same services as those of another: whole claims, parts, pending and equal lines."""

import pytest

from tests.denials.test_episodes import DAY, PATIENT, clp, one, outcomes, sent


def whole(charge: int, paid: int, *reasons: str, number: str = "ICN2", status: str = "1") -> list[str]:
    """A claim that is answered without lines."""
    return [
        f"CLP*A1*{status}*{charge}*{paid}**12*{number}*11*1", *(f"CAS*{reason}" for reason in reasons), PATIENT,
        "DTM*232*20260104",
    ]  # fmt: skip


REFUSED = whole(200, 0, "PR*27*200")
VISIT, BIOPSY = clp(100, 60, "CO*45*40")[2:], clp(100, 60, "CO*45*40", code="11102")[2:]
BOTH = ["CLP*A1*1*200*120**12*ICN1*11*1", PATIENT, *VISIT, *BIOPSY]
HALF = ["CLP*A1*1*200*60**12*ICN1*11*1", PATIENT, *VISIT, *clp(100, 0, "CO*50*100", code="11102")[2:]]


@pytest.mark.parametrize(
    ("before", "after", "now", "open_now", "overturned"),
    [
        (REFUSED, BOTH, ["99213", "11102"], 0, 20000),
        (REFUSED, HALF, ["99213", "11102"], 10000, 0),  # what of it is denied still stands for it
        (REFUSED, whole(200, 120, "CO*45*80"), [""], 0, 20000),
        (BOTH, REFUSED, [""], 20000, 0),
        (HALF, whole(200, 120, "CO*45*80"), [""], 0, 10000),
        (HALF, whole(200, 0, "OA*18*200"), ["99213", "11102"], 10000, 0),  # a duplicate leaves what was answered
        (REFUSED, clp(100, 0, "OA*18*100"), ["", "99213"], 30000, 0),  # another claim than all of it
        (HALF, whole(200, 0, "CO*193*200"), ["99213", "11102"], 10000, 0),
    ],
)
def test_a_claim_answered_whole_is_the_same_as_its_lines(
    before: list[str], after: list[str], now: list[str], open_now: int, overturned: int
) -> None:
    found = one(sent("20260302", "T1", before), sent("20260402", "T2", after))
    assert found.current is not None
    assert sorted(line.procedure for line in found.current.lines) == sorted(now)
    assert (found.current.denied, found.overturned) == (open_now, overturned)


def test_a_claim_answered_whole_and_then_by_lines_is_answered_again() -> None:
    found = one(sent("20260302", "T1", REFUSED), sent("20260402", "T2", HALF))
    [(old, new)] = found.lines
    assert old.is_whole
    assert new is not None
    assert (new.procedure, new.is_denied, found.is_answered_again(old, new)) == ("11102", True, True)


def test_parts_of_one_payment_stand_beside_each_other_also_without_lines() -> None:
    found = one(sent("20260302", "T1", clp(100, 60, "CO*45*40"), whole(100, 0, "CO*29*100")))
    assert found.current is not None
    assert (found.current.paid, found.current.denied) == (6000, 10000)


def line(charge: int, paid: int, reason: str, control: str = "") -> list[str]:
    """A pathology line."""
    more = [f"REF*6R*{control}"] if control else []
    return [f"SVC*HC:88305*{charge}*{paid}**1", DAY, f"CAS*{reason}*{charge - paid}", *more]


@pytest.mark.parametrize("controls", [("L1", "L2"), ("", "")])
@pytest.mark.parametrize("times", [1, 2])
def test_a_line_that_was_pending_takes_the_place_of_none_like_it(controls: tuple[str, str], times: int) -> None:
    head = ["CLP*A1*1*200*60**12*ICN1*11*1", PATIENT]
    waits = [*head, *line(100, 0, "OA*133", controls[0]), *line(100, 60, "CO*45", controls[1])]
    decided = ["CLP*A1*1*100*0**12*ICN1*11*1", PATIENT, *line(100, 0, "CO*50", controls[0])]
    pends = [sent(f"2026030{number}", f"T{number}", waits) for number in range(1, times + 1)]
    found = one(*pends, sent("20260402", "T9", decided))
    assert found.current is not None
    assert (found.current.paid, found.current.denied) == (6000, 10000)
    assert found.first is not None
    assert (found.first.paid, found.first.denied) == (6000, 10000)


def test_lines_alike_in_parts_of_a_claim_are_two() -> None:
    head = ["CLP*A1*1*100*60**12*ICN1*11*1", PATIENT, "MOA***MA15"]
    parts = [*head, *line(100, 60, "CO*45", "L1")], [*head, *line(100, 0, "CO*50", "L2")]
    parts[1][0] = "CLP*A1*1*100*0**12*ICN2*11*1"
    found = one(sent("20260302", "T1", parts[0]), sent("20260309", "T2", parts[1]))
    for state in (found.first, found.current):
        assert state is not None
        assert (state.paid, state.denied) == (6000, 10000)


def test_a_line_under_another_number_is_the_same_where_the_claim_is_sent_again() -> None:
    again = clp(100, 60, "CO*45*40", number="ICN2", control="M1")
    assert outcomes(
        one(sent("20260302", "T1", clp(100, 0, "CO*50*100", control="L1")), sent("20260402", "T2", again))
    ) == (
        "denied",
        "paid",
    )
