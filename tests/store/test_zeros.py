"""A payer's number of zeros names no claim."""

from datetime import date

import pytest

from curette.denials.figures import Rate
from curette.denials.trends import Taken
from curette.pipeline.trends import worklist as todo
from curette.store import facts, measures
from curette.store.duckdb import opened
from tests.store.night import Practice
from tests.store.test_measures import AS_OF, FIRST, LAST, PAID, SENT, answer, line, night, payment, sent

REFERENCE = "HI*ABK"


def replaces(number: str) -> bytes:
    """Another claim, that names the payer's number of the one it replaces."""
    changes = (
        (":B:1*", ":B:7*"),
        ("CLM*A1", "CLM*Z9"),
        (REFERENCE, f"REF*F8*{number}~\n{REFERENCE}"),
        ("SE*23", "SE*24"),
    )
    return sent("20260214", *changes)


@pytest.mark.parametrize(("number", "named"), [("0", False), ("000", False), ("10", True)])
def test_a_number_of_zeros_names_no_denial(practice: Practice, number: str, named: bool) -> None:
    denied = answer("A1", *line("99213", 100, 0, "CAS*CO*50*100"), charge=100, paid=0, number=number)
    night(practice, SENT, payment("T1", "20260212", 0, *denied), replaces(number))
    with opened(practice.store) as kept:
        facts.gather(kept, AS_OF, None, None, None)
        again = {task.claim: task.sent_again for task in todo(kept, AS_OF)}
        assert again == ({"A1": date(2026, 2, 14)} if named else {"A1": None, "Z9": None})
        assert measures.resubmissions(kept, FIRST, LAST)["time_to_work"] == Rate(named, named, named)
        assert measures.receivable(kept, AS_OF).unanswered == (0 if named else 10000)


@pytest.mark.parametrize(("number", "linked"), [("00", 0), ("10", 2500)])
def test_money_taken_back_under_zeros_is_for_no_claim(practice: Practice, number: str, linked: int) -> None:
    paid = tuple(segment.replace("PAYER1", number) for segment in PAID)
    night(practice, payment("T1", "20260212", 55, *paid, plb=f"PLB*1234567893*20261231*WO:{number}*25"))
    with opened(practice.store) as kept:
        assert measures.taken(kept, FIRST, LAST) == [Taken("1990099001", "2026-02", 2500, linked)]
