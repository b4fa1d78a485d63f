"""Offices that number patients, not claims: each visit under the number is answered, owed and worked by itself."""

from datetime import date

import pytest

from curette.pipeline.trends import worklist
from curette.store import facts, measures
from curette.store.duckdb import opened
from tests.cli.run import run
from tests.store.night import Practice
from tests.store.test_measures import AS_OF, DENIED, SENT, answer, line, night, payment, sent

FEBRUARY = ("20260104", "20260204")
SECOND = sent("20260206", FEBRUARY)
JANUARY_DENIED = payment("T1", "20260131", 0, *DENIED)


def february(paid: int, *cas: str) -> bytes:
    """The answer to the second visit."""
    lines = [s.replace(*FEBRUARY) for s in line("99213", 100, paid, *cas)]
    return payment("T2", "20260220", paid, *answer("A1", *lines, charge=100, paid=paid, number="PAYER2"))


@pytest.mark.parametrize(
    ("second", "tasks"),
    [
        ((), [("2026-01-04", "CO-50", None)]),
        ((SECOND,), [("2026-01-04", "CO-50", None), ("2026-02-04", "", None)]),
        ((SECOND, february(60, "CAS*CO*45*40")), [("2026-01-04", "CO-50", None)]),
        ((SECOND, february(0, "CAS*CO*29*100")), [("2026-01-04", "CO-50", None), ("2026-02-04", "CO-29", None)]),
        ((sent("20260206"),), [("2026-01-04", "CO-50", "2026-02-06")]),  # the same visit, sent again
    ],
    ids=["one visit", "not answered", "paid", "denied too", "sent again"],
)
def test_a_visit_says_nothing_of_another_on_the_worklist(
    practice: Practice, second: tuple[bytes, ...], tasks: list[tuple[str, str, str | None]]
) -> None:
    night(practice, SENT, JANUARY_DENIED, *second)
    with opened(practice.store) as kept:
        found = [
            (str(t.service_date), t.reason, str(t.sent_again) if t.sent_again else None) for t in worklist(kept, AS_OF)
        ]
    assert sorted(found) == tasks


def test_a_visit_is_owed_whatever_came_for_another(practice: Practice) -> None:
    night(practice, SENT, JANUARY_DENIED, SECOND)
    with opened(practice.store) as kept:
        owed = measures.receivable(kept, AS_OF)
        assert (owed.unanswered, owed.denied) == (10000, 10000)


def test_the_void_of_a_visit_ends_what_was_denied_of_it_alone(practice: Practice) -> None:
    denied = february(0, "CAS*CO*29*100")
    night(practice, SENT, JANUARY_DENIED, SECOND, denied, sent("20260301", FEBRUARY, (":B:1*", ":B:8*")))
    with opened(practice.store) as kept:
        assert measures.receivable(kept, AS_OF).denied == 10000
        assert [str(task.service_date) for task in worklist(kept, AS_OF)] == ["2026-01-04"]


def test_days_are_counted_for_each_visit(practice: Practice) -> None:
    night(practice, SENT, payment("T1", "20260115", 0, *DENIED), SECOND, february(60, "CAS*CO*45*40"))
    with opened(practice.store) as kept:
        facts.gather(kept, AS_OF, None, None, None)
        found = measures.days(kept, date(2026, 1, 1), AS_OF)
    assert found["charge_lag"] == (15, 2, 2)  # tenths of a day: one and two days
    assert found["days_to_pay"] == (120, 14, 2)  # ten and fourteen


@pytest.mark.parametrize(("day", "episodes"), [(FEBRUARY, 2), (("20260104", "20260104"), 1)])
def test_what_replaces_one_visit_says_nothing_of_the_answer_to_another(
    practice: Practice, day: tuple[str, str], episodes: int
) -> None:
    """Of the first no claim is in the store, so that its answer is held against that of the second."""
    named = ("HI*ABK", "REF*F8*PAYER2~\nHI*ABK"), ("SE*23*", "SE*24*")
    again = sent("20260221", day, (":B:1*", ":B:7*"), *named)
    january = payment("T3", "20260301", 0, *DENIED)
    night(practice, again, february(0, "CAS*CO*29*100"), january)
    assert practice.rows("SELECT count(*) FROM episodes") == [(episodes,)]
    done = run("denials", practice.inbox, "--claims", practice.inbox / "1.837", "--no-conformance")
    assert f"each claim once: {episodes} claim" in done.out
