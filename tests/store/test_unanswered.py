"""What is open although a payer said something of it."""

import pytest

from curette.pipeline.trends import worklist as todo
from curette.store import measures
from curette.store.duckdb import opened
from tests.store.night import Practice
from tests.store.test_measures import AS_OF, DENIED, SENT, WAITING, answer, line, night, owed, payment

FORWARDED = answer("A1", *line("99213", 100, 0, "CAS*OA*B11*100"), status="23", charge=100, paid=0)
BEFOREHAND = answer("A1", *line("99213", 100, 0, "CAS*OA*101*100"), status="25", charge=100, paid=0)
CROSSED = answer("A1", *line("99213", 100, 0, "CAS*CO*18*100", "LQ*HE*N522"), charge=100, paid=0)
PENDED = answer("A1", *line("99213", 100, 0, "CAS*OA*133*100"), status="5", charge=100, paid=0)


@pytest.mark.parametrize(
    ("said", "open_now", "asked"),
    [
        ((FORWARDED,), (100, 0, 100), ["A1"]),
        ((BEFOREHAND,), (100, 0, 100), ["A1"]),
        ((CROSSED,), (0, 0, 100), []),  # its own answer came with the claim that crossed over
        ((PENDED,), (0, 100, 100), []),  # so it was told in 4010, and counted as nobody's turn
        ((FORWARDED, DENIED), (0, 0, 100), []),
        ((BEFOREHAND, WAITING), (0, 100, 100), []),
    ],
)
def test_a_claim_that_was_only_forwarded_or_told_of_beforehand_is_open(
    practice: Practice, said: tuple[tuple[str, ...], ...], open_now: tuple[int, int, int], asked: list[str]
) -> None:
    payments = (payment(f"T{at}", f"2026021{at}", 0, *each) for at, each in enumerate(said))
    assert owed(practice, SENT, *payments) == open_now
    with opened(practice.store) as kept:
        assert [task.claim for task in todo(kept, AS_OF) if task.category == "no_answer"] == asked


@pytest.mark.parametrize(("code", "denied"), [("99213:GY", 0), ("99213:GA", 10000), ("99213", 10000)])
def test_what_was_billed_to_be_denied_is_not_open(practice: Practice, code: str, denied: int) -> None:
    said = answer("A1", *line(code, 100, 0, "CAS*PR*96*100", "LQ*HE*N30"), charge=100, paid=0)
    night(practice, SENT, payment("T1", "20260212", 0, *said))
    with opened(practice.store) as kept:
        assert measures.receivable(kept, AS_OF).denied == denied
        assert len(todo(kept, AS_OF)) == bool(denied)
