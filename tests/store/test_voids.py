"""What a void ends, and what was sent after it: on the worklist, in receivables, among the visits of providers."""

from datetime import date, timedelta

import pytest

from curette.denials.figures import Rate
from curette.denials.trends import Share
from curette.denials.worklist import Task
from curette.pipeline.trends import worklist
from curette.store import facts, measures
from curette.store.duckdb import Store, opened
from tests import builder as b
from tests.store.night import Practice
from tests.store.test_measures import AS_OF, DENIED, FIRST, LAST, SENT, answer, line, night, payment, sent

FIRST_ANSWER = payment("T1", "20260212", 0, *DENIED)
ORIGINAL, CORRECTED, VOID = ((":B:1*", f":B:{frequency}*") for frequency in "178")
F8 = ("HI*ABK", "REF*F8*PAYER1~\nHI*ABK"), ("SE*23*", "SE*24*")
RENAMED = ("CLM*A1*", "CLM*B1*")
SECONDARY = ("SBR*P", "SBR*S")


def tasks(store: Store, as_of: date = AS_OF) -> list[Task]:
    return worklist(store, as_of)


@pytest.mark.parametrize(
    ("later", "again"),
    [
        ([], None),
        ([sent("20260214", VOID)], "ended"),
        ([sent("20260214", VOID, RENAMED, *F8)], "ended"),  # names what it voids by the payer's number
        ([sent("20260213", CORRECTED, *F8), sent("20260214", VOID)], "ended"),
        ([sent("20260214", VOID), sent("20260216", ORIGINAL)], "2026-02-16"),
        ([sent("20260214", VOID), sent("20260214", ORIGINAL)], "2026-02-14"),
        ([sent("20260214", VOID, SECONDARY)], None),  # the first payer's denial stands
        ([sent("20260110", VOID)], None),  # the payer denied it all the same
    ],
)
def test_a_void_ends_the_denial_unless_something_was_sent_after_it(
    practice: Practice, later: list[bytes], again: str | None
) -> None:
    night(practice, SENT, FIRST_ANSWER, *later)
    with opened(practice.store) as kept:
        found = [str(task.sent_again) if task.sent_again else None for task in tasks(kept)]
    assert found == ([] if again == "ended" else [again])


def test_a_void_of_tomorrow_ends_nothing_today(practice: Practice) -> None:
    night(practice, SENT, FIRST_ANSWER, sent("20260214", VOID))
    with opened(practice.store) as kept:
        assert len(tasks(kept, date(2026, 2, 13))) == 1
        assert tasks(kept, date(2026, 2, 14)) == []


def test_a_corrected_claim_under_another_number_is_asked_for_once(practice: Practice) -> None:
    night(practice, SENT, FIRST_ANSWER, sent("20260214", CORRECTED, RENAMED, *F8))
    with opened(practice.store) as kept:
        assert [task.claim for task in tasks(kept)] == ["A1"]  # its denial waits for the answer


@pytest.mark.parametrize(("drug", "due"), [("J1745", date(2026, 2, 28)), ("A4550", date(2026, 3, 7))])
def test_a_corrected_claim_is_asked_for_by_all_that_it_holds(practice: Practice, drug: str, due: date) -> None:
    both = (*b.line(1, "60"), *b.line(2, "40"))
    body = b.claim()
    claim = b.claim_file(*b.ABOVE, *body[:2], *both)
    claim = claim.replace(b"HC:99213:25*60", b"HC:96413*60").replace(b"HC:99213:25*40", f"HC:{drug}*40".encode())
    lines = (*line("96413", 60, 0, "CAS*CO*29*60"), *line(drug, 40, 40))
    again = claim.replace(b":B:1*", b":B:7*").replace(b"*20260105*0930", b"*20260214*0930")
    night(practice, claim, payment("T1", "20260212", 40, *answer("A1", *lines, charge=100, paid=40)), again)
    with opened(practice.store) as kept:
        assert [(t.procedure, t.due) for t in tasks(kept)] == [("96413", due)]


PAID = answer("A1", *line("99213", 100, 80, "CAS*CO*45*20"), charge=100, paid=80)
BACK = answer("A1", *line("99213", -100, -80, "CAS*CO*45*-20"), charge=-100, paid=-80, status="22")


@pytest.mark.parametrize(
    ("more", "asked"),
    [
        ([sent("20260214", CORRECTED, RENAMED, *F8)], [("B1", 14)]),
        ([sent("20260214", CORRECTED, *F8)], [("A1", 14)]),
        ([sent("20260212", CORRECTED, *F8)], [("A1", 12)]),
        ([sent("20260212")], []),  # the answer of that day is the one to it
        ([sent("20260214", CORRECTED, *F8), payment("T2", "20260220", 80, *PAID)], []),
        ([sent("20260214", CORRECTED, *F8), sent("20260215", VOID)], []),
        ([sent("20260214", CORRECTED, SECONDARY)], []),  # no answer is lacking of the first payer
        ([payment("T2", "20260213", 0, *BACK, plb="PLB*1234567893*20261231*FB:X*-80")], []),
        ([payment("T2", "20260213", 0, *BACK, plb="PLB*1234567893*20261231*FB:X*-80"), sent("20260214")], [("A1", 14)]),
    ],
)
def test_what_was_sent_after_an_answer_that_denies_nothing_is_asked_for_by_itself(
    practice: Practice, more: list[bytes], asked: list[tuple[str, int]]
) -> None:
    night(practice, SENT, payment("T1", "20260212", 80, *PAID), *more)
    with opened(practice.store) as kept:
        found = [(task.claim, task.due) for task in tasks(kept)]
    assert found == [(claim, date(2026, 2, day) + timedelta(days=21)) for claim, day in asked]


def by_another(data: bytes) -> bytes:
    """The payment as that of another payer."""
    return data.replace(b"*1990099001", b"*1880088001")


OTHER_PAID = by_another(payment("T3", "20260225", 80, *PAID))
OTHER_DENIED = by_another(payment("T3", "20260225", 0, *DENIED))


@pytest.mark.parametrize(
    ("more", "open_at"),
    [
        ([sent("20260214"), OTHER_PAID], []),  # denied for want of coverage, and billed to the payer that covers
        ([sent("20260214"), OTHER_DENIED], ["1880088001"]),  # what that payer denied is to be worked
        ([sent("20260214", SECONDARY), OTHER_PAID], ["1990099001"]),  # it was not sent to it as the first
        ([OTHER_PAID], ["1990099001"]),
        ([sent("20260301"), OTHER_PAID], ["1990099001"]),  # sent again after that
    ],
)
def test_a_denial_ends_with_the_answer_of_the_payer_that_was_billed_instead(
    practice: Practice, more: list[bytes], open_at: list[str]
) -> None:
    night(practice, SENT, FIRST_ANSWER, *more)
    with opened(practice.store) as kept:
        assert [task.payer for task in tasks(kept)] == open_at


@pytest.mark.parametrize(
    ("files", "owed"),
    [
        ([SENT], (100, 0)),
        ([SENT, sent("20260214", VOID)], (0, 0)),
        ([SENT, sent("20260214", VOID), sent("20260214", ORIGINAL)], (100, 0)),
        ([SENT, sent("20260401", ORIGINAL)], (100, 0)),  # sent again after the day of the report
        ([SENT, FIRST_ANSWER], (0, 100)),
        ([SENT, FIRST_ANSWER, sent("20260214", VOID)], (0, 0)),
        ([SENT, FIRST_ANSWER, sent("20260214", VOID, SECONDARY)], (0, 100)),
        ([SENT, FIRST_ANSWER, sent("20260214", CORRECTED, RENAMED, *F8)], (0, 100)),  # one service is owed once
        ([SENT, FIRST_ANSWER, sent("20260214"), OTHER_PAID], (0, 0)),
        ([SENT, FIRST_ANSWER, sent("20260214"), OTHER_DENIED], (0, 100)),
        ([sent("20260214", CORRECTED, RENAMED, *F8)], (100, 0)),
    ],
)
def test_what_is_receivable_is_owed_once_and_not_where_it_was_voided(
    practice: Practice, files: list[bytes], owed: tuple[int, int]
) -> None:
    night(practice, *files)
    with opened(practice.store) as kept:
        found = measures.receivable(kept, AS_OF)
    assert (found.unanswered // 100, found.denied // 100) == owed


BOTH = b.claim_file(*b.ABOVE, *b.claim("A1"), *(s.replace("HC:99213:25", "HC:11102") for s in b.claim("A2")))


@pytest.mark.parametrize(
    ("change", "share"),
    [
        ([], Rate(1, 1, 1)),
        ([("99213:25", "99213"), CORRECTED], Rate(0, 1, 1)),
        ([VOID], Rate(0, 0, 0)),
    ],
    ids=["as sent", "corrected", "voided"],
)
def test_visits_are_those_that_were_billed_in_the_end(
    practice: Practice, change: list[tuple[str, str]], share: Rate
) -> None:
    data = BOTH.decode().replace("*20260105*0930", "*20260214*0930")
    for old, new in change:
        data = data.replace(old, new)
    night(practice, BOTH, data.encode())
    with opened(practice.store) as kept:
        facts.gather(kept, AS_OF, None, None, None)
        assert measures.visits(kept, AS_OF) == ([Share("1234567893", share)] if share.whole else [])


@pytest.mark.parametrize(
    ("changes", "again"),
    [
        ([("*100*", "*120*")], 1),  # the same service at another price
        ([("99213:25", "11102")], 0),
        ([("20260104", "20260103")], 0),
        ([CORRECTED], 1),
    ],
    ids=["price", "service", "day", "frequency"],
)
def test_the_same_services_of_the_same_day_are_sent_again(
    practice: Practice, changes: list[tuple[str, str]], again: int
) -> None:
    night(practice, SENT, sent("20260214", *changes))
    with opened(practice.store) as kept:
        facts.gather(kept, AS_OF, None, None, None)
        assert measures.resubmissions(kept, FIRST, LAST)["resubmission"] == Rate(again, 2, 2)


def test_a_corrected_claim_under_another_number_is_no_first_submission(practice: Practice) -> None:
    night(practice, SENT, FIRST_ANSWER, sent("20260214", CORRECTED, RENAMED, *F8), sent("20260215", VOID, RENAMED, *F8))
    with opened(practice.store) as kept:
        facts.gather(kept, AS_OF, None, None, None)
        assert measures.days(kept, FIRST, LAST)["charge_lag"] == (10, 1, 1)
