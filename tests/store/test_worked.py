"""Whether a denial was worked in time: from the day it was denied, not from the day its claim was answered first."""

from datetime import date

import pytest

from curette.denials.figures import Rate
from curette.store import facts, measures
from curette.store.duckdb import opened
from tests.store.night import Practice
from tests.store.test_measures import AS_OF, FIRST, LAST, SENT, answer, line, night, payment, sent

WAITING = answer(
    "A1", *line("99213", 100, 80, "CAS*CO*45*20"), *line("17000", 100, 0, "CAS*OA*133*100"), charge=200, paid=80
)
DENIED = answer("A1", *line("17000", 100, 0, "CAS*CO*50*100"), charge=100, paid=0)


@pytest.mark.parametrize(
    ("day", "in_time"),
    [
        ("20260220", Rate(0, 0, 0)),  # before there was a denial to work
        ("20260311", Rate(1, 1, 1)),
        ("20260313", Rate(0, 1, 1)),
    ],
)
def test_what_was_pending_is_due_from_its_denial(practice: Practice, day: str, in_time: Rate) -> None:
    answers = payment("T1", "20260212", 80, *WAITING), payment("T2", "20260310", 0, *DENIED)
    night(practice, SENT, *answers, sent(day, (":B:1*", ":B:7*")))
    with opened(practice.store) as kept:
        for start, end, found in (
            (FIRST, LAST, in_time), (date(2026, 3, 1), LAST, in_time), (FIRST, date(2026, 2, 28), Rate(0, 0, 0)),
        ):  # fmt: skip
            facts.gather(kept, AS_OF, start, end, None)
            assert measures.resubmissions(kept, start, end)["time_to_work"] == found
