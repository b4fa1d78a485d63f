"""By when a denial is to be worked, and in what order."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from curette.codes.denials import codes
from curette.codes.payers import Profiles, profiles
from curette.denials.due import Calendar
from curette.denials.worklist import Desk, OpenLine, Task, Unanswered, summary, tasks

FRIDAY, MONDAY = date(2026, 3, 6), date(2026, 3, 9)
LINE = OpenLine(
    "99001", "EXAMPLE HEALTH PLAN", "12", "C1", "ICN1", 1, "L1", "11102", (), date(2026, 2, 20), FRIDAY, 10000, "CO", "50",
    (), "mednec", "none", "CARC-50", "likely", "Appeal.", "48H", "", "11", None,
)  # fmt: skip
CLAIM = Unanswered(
    "99001", "EXAMPLE HEALTH PLAN", "CI", "C2", ("99213",), date(2026, 3, 1), date(2026, 3, 2), 18000, "", "11"
)


def desk(as_of: date = MONDAY, *, working: bool = False, own: Profiles | None = None) -> Desk:
    return Desk(codes(), own or profiles(), Calendar(working), as_of)


def one(line: OpenLine, **how: Any) -> Task:
    (task,) = tasks(desk(**how), [line], [])
    return task


@pytest.mark.parametrize(
    ("sla", "answered", "working", "due"),
    [
        ("48H", date(2026, 3, 3), False, date(2026, 3, 5)),
        ("48H", FRIDAY, False, date(2026, 3, 8)),  # calendar hours: the guides count the weekend
        ("48H", FRIDAY, True, date(2026, 3, 10)),
        ("48H", date(2026, 3, 7), False, date(2026, 3, 9)),
        ("P2P_24H", FRIDAY, False, date(2026, 3, 7)),
        ("P2P_24H", FRIDAY, True, MONDAY),
        ("SAME_DAY", FRIDAY, False, FRIDAY),
        ("SAME_DAY", date(2026, 3, 7), False, date(2026, 3, 7)),
        ("SAME_DAY", date(2026, 3, 7), True, MONDAY),
        ("48H", date(2026, 2, 27), False, date(2026, 3, 1)),  # over the end of a month
        ("48H", date(2028, 2, 28), False, date(2028, 3, 1)),  # over 29 February
        ("48H", date(2026, 12, 31), False, date(2027, 1, 2)),
    ],
)
def test_due_days(sla: str, answered: date, working: bool, due: date) -> None:
    assert one(evolve(LINE, sla=sla, answered=answered), working=working).due == due


@pytest.mark.parametrize(("as_of", "state"), [(7, "later"), (8, "today"), (9, "overdue")])
def test_the_due_day_itself_is_not_too_late(as_of: int, state: str) -> None:
    assert one(LINE, as_of=date(2026, 3, as_of)).state == state


def test_what_was_sent_again_waits_and_is_asked_for_after_three_weeks_or_two() -> None:
    again = evolve(LINE, sent_again=date(2026, 3, 9))
    task = one(again)
    assert (task.due, task.state) == (date(2026, 3, 30), "waiting")
    assert task.action.startswith("Sent again on 2026-03-09")
    assert one(evolve(again, procedures=("17311", "88305"))).due == date(2026, 3, 23)  # Mohs is of high value
    assert one(again, as_of=date(2026, 3, 31)).state == "overdue"


@pytest.mark.parametrize(("sent", "due"), [(("96372", "J1628"), 23), (("96372",), 30), ((), 30)])
def test_what_was_sent_again_is_asked_for_by_the_claim_not_by_the_line(sent: tuple[str, ...], due: int) -> None:
    assert one(evolve(LINE, procedure="96372", sent_again=MONDAY, procedures=sent)).due.day == due


def test_nothing_is_due_for_an_expected_denial_or_without_a_day() -> None:
    assert tasks(desk(), [evolve(LINE, sla="NONE"), evolve(LINE, answered=None)], []) == []


@pytest.mark.parametrize(
    ("procedures", "as_of", "due"),
    [
        (("99213",), date(2026, 3, 22), None), (("99213",), date(2026, 3, 23), date(2026, 3, 23)),
        (("J3245", "96372"), date(2026, 3, 15), None), (("J3245", "96372"), date(2026, 3, 16), date(2026, 3, 16)),
        (("17311",), date(2026, 3, 20), date(2026, 3, 16)), ((), date(2026, 3, 23), date(2026, 3, 23)),
    ],
)  # fmt: skip
def test_a_claim_without_an_answer_is_asked_for(procedures: tuple[str, ...], as_of: date, due: date | None) -> None:
    found = tasks(desk(as_of), [], [evolve(CLAIM, procedures=procedures)])
    assert [t.due for t in found] == ([] if due is None else [due])


def test_overdue_first_then_by_money() -> None:
    lines = [
        evolve(LINE, claim="A", denied=100), evolve(LINE, claim="B", denied=900),
        evolve(LINE, claim="C", answered=date(2026, 3, 1), denied=1), evolve(LINE, claim="D", sla="SAME_DAY", denied=5),
    ]  # fmt: skip
    found = tasks(desk(), lines, [])
    assert [t.claim for t in found] == ["C", "D", "B", "A"]
    assert summary(found) == {"overdue": (4, 1006)}


def test_deadlines_are_those_of_the_payers_profile(tmp_path: Path) -> None:
    (tmp_path / "own.xml").write_text(
        '<payers><profile id="plan" name="Plan" source="practice"><match payer-id="99001" source="practice"/>'
        '<timely-filing days="90" source="practice"/><corrected-claims days="180" source="practice"/>'
        '<appeals days="60" source="practice"/></profile></payers>'
    )
    own = profiles(tmp_path)
    task = one(LINE, own=own)
    assert (task.corrected_by, task.appeal_by) == (date(2026, 8, 19), date(2026, 5, 5))
    (waiting,) = tasks(desk(date(2026, 4, 1), own=own), [], [CLAIM])
    assert (waiting.corrected_by, waiting.appeal_by) == (date(2026, 5, 30), None)
    bare = one(LINE)
    assert (bare.corrected_by, bare.appeal_by) == (None, None)  # of this payer nothing is known


def test_tasks_stand_in_one_order_however_they_came() -> None:
    visits = [evolve(CLAIM, service_date=date(2026, 3, day)) for day in (1, 2, 3)]
    lines = [evolve(LINE, payer_claim=number) for number in ("ICN1", "ICN2")]
    one = tasks(desk(date(2026, 3, 31)), lines, visits)
    assert tasks(desk(date(2026, 3, 31)), lines[::-1], visits[::-1]) == one


def test_what_replaces_a_claim_of_number_zero_is_asked_for_beside_a_denial_of_that_number() -> None:
    again, zero = evolve(LINE, payer_claim="0", sent_again=MONDAY), evolve(CLAIM, replaces="0")
    assert len(tasks(desk(date(2026, 4, 30)), [again], [zero])) == 2
    named = evolve(again, payer_claim="10"), evolve(zero, replaces="10")
    assert len(tasks(desk(date(2026, 4, 30)), [named[0]], [named[1]])) == 1
