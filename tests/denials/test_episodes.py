"""Episodes: each service once, whatever the order and number of remittances that speak of it."""

from collections.abc import Sequence
from datetime import date

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from curette.codes.denials import codes
from curette.denials.categorise import categoriser
from curette.denials.episodes import Episode, _answered, _episode, episodes
from curette.denials.events import Adjudication, LineState, Recorder, Takeback, takebacks
from curette.denials.lines import AS_SENT, Options, rows
from curette.denials.link import Links
from curette.denials.outcomes import COUNTED, Outcome
from curette.denials.standing import standing
from tests import builder as b

DAY = "DTM*472*20260104"
PATIENT = "NM1*QC*1*SAMPLE*SAM****MI*TEST0001"


def sent(day: str, trace: str, *claims: Sequence[str], payer: str = "1990099001", plb: str = "") -> list[Adjudication]:
    """The events of one remittance."""
    head = [b.PAYMENT[0].replace("20260302", day), f"TRN*1*{trace}*{payer}", *b.PAYMENT[2:]]
    read = b.remits_of(b.remit_file(*head, *(s for claim in claims for s in claim), *([plb] if plb else [])))
    [remit] = read.remits
    make = Recorder(remit, codes()).adjudication
    return [make(list(rows(remit, claim, categoriser(), AS_SENT))) for claim in read.claims]


def clp(
    charge: int, paid: int, *reasons: str, name: str = "A1", status: str = "1", number: str = "ICN1", more: str = "",
    code: str = "99213", control: str = "", frequency: str = "1", remark: str = "",
) -> list[str]:  # fmt: skip
    """A claim of one line; `reasons` are "CO*45*40", `number` is CLP07, `more` the REF*F8."""
    return [
        f"CLP*{name}*{status}*{charge}*{paid}**12*{number}*11*{frequency}", PATIENT,
        *([f"MOA***{remark}"] if remark else []), *([f"REF*F8*{more}"] if more else []),
        f"SVC*HC:{code}*{charge}*{paid}**1", DAY, *(f"CAS*{reason}" for reason in reasons),
        *([f"REF*6R*{control}"] if control else []),
    ]  # fmt: skip


DENIED = clp(100, 0, "CO*50*100")
PAID = clp(100, 60, "CO*45*40")
TAKEN = clp(-100, 0, "CO*50*-100", status="22")
TAKEN_PAYMENT = clp(-100, -60, "CO*45*-40", status="22")


def one(*events: list[Adjudication], amounts: Sequence[Takeback] = ()) -> Episode:
    found = list(episodes([event for some in events for event in some], amounts))
    assert len(found) == 1
    return found[0]


def outcomes(episode: Episode) -> tuple[str | None, str | None]:
    return (
        episode.first.outcome if episode.first else None,
        episode.current.outcome if episode.current else None,
    )


def money(episode: Episode) -> tuple[int | None, int | None]:
    """Denied at first, denied now."""
    return (episode.first.denied if episode.first else None, episode.current.denied if episode.current else None)


# -- one answer, several answers


def test_one_answer_is_the_first_and_the_current_one() -> None:
    found = one(sent("20260302", "T1", DENIED))
    assert outcomes(found) == ("denied", "denied")
    assert (found.adjudications, found.reversals, found.overturned, found.status) == (1, 0, 0, "final")
    assert found.is_simple
    assert found.is_unmoved


def test_a_later_answer_is_the_current_one() -> None:
    found = one(sent("20260302", "T1", DENIED), sent("20260402", "T2", PAID))
    assert outcomes(found) == ("denied", "paid")
    assert (money(found), found.overturned) == ((10000, 0), 10000)
    assert not found.is_unmoved


def test_a_repeated_denial_is_no_second_one() -> None:
    """What a practice that adds up every denial would call 300.00."""
    found = one(*(sent(f"2026030{n}", f"T{n}", DENIED) for n in (2, 3, 4)))
    assert money(found) == (10000, 10000)
    assert found.adjudications == 3


def test_a_reversal_with_its_correction_replaces() -> None:
    whole = [sent("20260302", "T1", DENIED), sent("20260402", "T2", TAKEN, PAID)]
    found = one(*whole)
    assert outcomes(found) == ("denied", "paid")
    assert (found.reversals, found.current and found.current.charge) == (1, 10000)


def test_a_reversal_without_status_22_is_one() -> None:
    wrong = clp(-100, 0, "CO*50*-100", status="1")
    assert outcomes(one(sent("20260302", "T1", DENIED), sent("20260402", "T2", wrong, PAID))) == ("denied", "paid")


def test_a_reversal_alone_leaves_nothing() -> None:
    found = one(sent("20260302", "T1", PAID), sent("20260402", "T2", TAKEN_PAYMENT))
    assert (found.status, found.current, outcomes(found)[0]) == ("reversed", None, "paid")


def test_a_reversal_of_what_is_not_here() -> None:
    found = one(sent("20260402", "T2", TAKEN, PAID))
    assert (found.begun_earlier, outcomes(found)) == (True, (None, "paid"))


def test_original_reversal_and_correction_in_one_payment() -> None:
    found = one(sent("20260302", "T1", PAID, TAKEN_PAYMENT, DENIED))
    assert (outcomes(found), found.begun_earlier) == (("paid", "denied"), False)


def test_a_reversal_takes_the_adjudication_of_its_number() -> None:
    twice = [sent("20260302", "T1", clp(100, 0, "CO*50*100", number="ICN1")),
             sent("20260309", "T2", clp(100, 60, "CO*45*40", number="ICN2")),
             sent("20260316", "T3", clp(-100, 0, "CO*50*-100", status="22", number="ICN1"))]  # fmt: skip
    assert outcomes(one(*twice)) == ("denied", "paid")


# -- what belongs together


def test_other_claims_and_other_payers_are_other_episodes() -> None:
    events = sent("20260302", "T1", DENIED) + sent("20260302", "T2", clp(100, 60, "CO*45*40", name="A2", number="X"))
    events += sent("20260302", "T3", clp(40, 40, status="2"), payer="1990099002")
    found = list(episodes(events))
    assert [(e.payer, e.claim) for e in found] == [("1990099001", "A1"), ("1990099001", "A2"), ("1990099002", "A1")]
    assert [e.scope for e in found] == ["primary", "primary", "secondary"]
    assert found[2].first is None, "a payer whose turn comes second gives no initial denial"


def of_day(day: str, claim: Sequence[str]) -> list[str]:
    """A claim whose line was done on another day; empty: its day is not told."""
    return [s.replace("20260104", day) for s in claim if day or not s.startswith("DTM*")]


AGAIN = of_day("20260204", clp(100, 0, "CO*29*100", number="ICN2"))


def test_visits_under_the_number_of_the_patient_are_apart() -> None:
    found = list(episodes([*sent("20260110", "T1", PAID), *sent("20260210", "T2", AGAIN)]))
    assert [(e.service_date, outcomes(e)) for e in found] == [
        (date(2026, 1, 4), ("paid", "paid")),
        (date(2026, 2, 4), ("denied", "denied")),
    ]
    assert sum(e.first.denied for e in found if e.first) == 10000


def test_a_visit_that_was_corrected_names_itself_and_no_other() -> None:
    # the correction is what was sent last under its number: REF*F8 of it is the number of the very answer
    again = of_day("20260204", clp(100, 0, "CO*29*100", number="ICN2", more="ICN2"))
    assert len(list(episodes([*sent("20260110", "T1", PAID), *sent("20260210", "T2", again)]))) == 2


@pytest.mark.parametrize(
    "later",
    [
        of_day("20260204", clp(100, 60, "CO*45*40", number="ICN2", frequency="7")),
        of_day("20260204", clp(100, 60, "CO*45*40", number="ICN2", more="ICN1")),
        of_day("20260204", clp(-100, 0, "CO*50*-100", number="ICN2", status="22")),
        of_day("20260204", PAID),
        of_day("", clp(100, 60, "CO*45*40", number="ICN2")),
        [*clp(100, 60, "CO*45*40", number="ICN2"), "SVC*HC:17110*0*0**1", "DTM*472*20260204"],
    ],
    ids=[
        "a replacement",
        "names the first",
        "takes it back",
        "the payer's number",
        "without a day",
        "one day in common",
    ],
)
def test_another_day_of_one_claim_is_no_other_visit(later: Sequence[str]) -> None:
    for first in (DENIED, of_day("", DENIED)):
        assert len(list(episodes([*sent("20260110", "T1", first), *sent("20260210", "T2", later)]))) == 1


def test_what_was_taken_back_of_a_patient_counts_once() -> None:
    amounts = [Takeback("1990099001", "A1", "WO", 3000, date(2026, 3, 1), "T3", 9)]
    found = list(episodes([*sent("20260110", "T1", PAID), *sent("20260210", "T2", AGAIN)], amounts))
    assert [e.recouped for e in found] == [3000, 0]


def test_joined_by_the_payers_number() -> None:
    renamed = sent("20260402", "T2", clp(100, 60, "CO*45*40", name="OTHER"))
    assert one(sent("20260302", "T1", DENIED), renamed).claims == ("A1", "OTHER")


def test_a_number_that_a_payer_puts_under_everything_joins_nothing() -> None:
    zeros = [clp(100, 60, "CO*45*40", name=f"A{n}", number="000") for n in range(3)]
    assert len(list(episodes(sent("20260302", "T1", *zeros)))) == 3


def test_a_number_under_two_claims_of_one_payment_joins_nothing() -> None:
    two = [clp(100, 60, "CO*45*40", name=f"A{n}", number="SAME") for n in range(2)]
    assert len(list(episodes(sent("20260302", "T1", *two)))) == 2


def test_joined_by_the_number_that_a_corrected_claim_names() -> None:
    corrected = clp(100, 60, "CO*45*40", name="A1R", number="ICN2", more="ICN1", frequency="7")
    found = one(sent("20260302", "T1", DENIED), sent("20260402", "T2", corrected))
    assert (found.claims, found.payer_claims, outcomes(found)) == (("A1", "A1R"), ("ICN1", "ICN2"), ("denied", "paid"))


def test_the_number_may_be_known_from_the_837_alone() -> None:
    billed = b.claims_of(b.claim_file(*b.ABOVE, *b.claim("A1R", "100", "REF*F8*ICN1"), delimiters=b.USUAL)).claims
    read = b.remits_of(b.remit_file(*b.PAYMENT, *clp(100, 60, "CO*45*40", name="A1R", number="ICN2")))
    options = Options(Links(billed))
    found = list(rows(read.remits[0], read.claims[0], categoriser(), options))
    later = Recorder(read.remits[0], codes()).adjudication(found)
    assert later.replaces == "ICN1"
    assert len(list(episodes([*sent("20260202", "T1", DENIED), later]))) == 1


def test_a_replacement_stands_for_the_whole_claim() -> None:
    two = [*DENIED[:-3], "SVC*HC:11102*50*0**1", DAY, "CAS*CO*97*50"]
    two[0] = two[0].replace("*100*0*", "*50*0*")
    new = clp(100, 60, "CO*45*40", number="ICN2", more="ICN1", frequency="7")
    found = one(sent("20260302", "T1", two), sent("20260402", "T2", new))
    assert found.current is not None
    assert [line.procedure for line in found.current.lines] == ["99213"], "the biopsy was not sent again"
    assert found.overturned == 0


# -- parts of a claim


def test_a_claim_that_the_payer_split() -> None:
    parts = [clp(150, 100, "CO*45*50", control="L1", remark="MA15"),
             clp(180, 0, "CO*97*180", code="88305", number="ICN2", remark="MA15")]  # fmt: skip
    found = one(sent("20260302", "T1", *parts))
    assert (outcomes(found), money(found)) == (("partial_denial", "partial_denial"), (18000, 18000))
    assert found.is_unmoved
    late = one(sent("20260302", "T1", parts[0]), sent("20260309", "T2", parts[1]))
    assert (outcomes(late), late.first and late.first.charge) == (("partial_denial", "partial_denial"), 33000)


def test_the_denied_line_alone_sent_again() -> None:
    both = [*PAID, "SVC*HC:11102*200*0**1", DAY, "CAS*CO*97*200"]
    both[0] = "CLP*A1*1*300*60**12*ICN1*11*1"
    again = clp(200, 120, "CO*45*80", code="11102", number="ICN2")
    found = one(sent("20260302", "T1", both), sent("20260402", "T2", again))
    assert found.current is not None
    assert (found.current.paid, found.current.denied, found.overturned) == (18000, 0, 20000)
    assert [line.procedure for line in found.current.lines] == ["99213", "11102"]


def test_a_duplicate_denial_does_not_undo_a_payment() -> None:
    duplicate = clp(100, 0, "OA*18*100", number="ICN2")
    assert outcomes(one(sent("20260302", "T1", PAID), sent("20260402", "T2", duplicate))) == ("paid", "paid")
    assert outcomes(one(sent("20260302", "T1", DENIED), sent("20260402", "T2", duplicate))) == ("denied", "denied")
    assert outcomes(one(sent("20260302", "T1", duplicate))) == ("denied", "denied")


@pytest.mark.parametrize("code", ["88305", "11102"])  # PATH-05 and BX-04 name a cause of their own
@pytest.mark.parametrize("reason", ["OA*18*100", "CO*B13*100"])
def test_a_duplicate_denial_with_a_cause_of_its_own_does_not_undo_a_payment(code: str, reason: str) -> None:
    paid = sent("20260302", "T1", clp(100, 60, "CO*45*40", code=code))
    assert outcomes(one(paid, sent("20260402", "T2", clp(100, 0, reason, code=code, number="ICN2")))) == (
        "paid",
        "paid",
    )


# -- what is no answer yet, and answers to appeals


def test_pending_is_out_of_both_until_it_is_decided() -> None:
    pending = clp(100, 0, "OA*133*100")
    assert (one(sent("20260302", "T1", pending)).status, outcomes(one(sent("20260302", "T1", pending)))) == (
        "pending", (None, None),
    )  # fmt: skip
    taken = clp(-100, 0, "OA*133*-100", status="22")
    found = one(sent("20260302", "T1", pending), sent("20260402", "T2", taken, PAID))
    assert (found.status, outcomes(found), found.begun_earlier) == ("final", ("paid", "paid"), False)


def lines_of(paid: str, second: str, *, status: str = "1", sign: str = "") -> list[str]:
    """A claim of a visit, paid, and a biopsy with the reason `second`."""
    return [
        f"CLP*A1*{status}*{sign}300*{sign}{paid}**12*ICN1*11*1", PATIENT, f"SVC*HC:99213*{sign}100*{sign}60**1", DAY,
        f"CAS*CO*45*{sign}40", "REF*6R*1", f"SVC*HC:11102*{sign}200*{int(paid) - 60}**1", DAY, f"CAS*{second}",
        "REF*6R*2",
    ]  # fmt: skip


def test_a_line_that_was_pending_counts_as_it_was_decided() -> None:
    pending = sent("20260302", "T1", lines_of("60", "OA*133*200"))
    assert outcomes(one(pending)) == ("paid", "paid")
    taken = lines_of("60", "OA*133*-200", status="22", sign="-")
    corrected = one(pending, sent("20260402", "T2", taken, lines_of("60", "CO*50*200")))
    for found in (corrected, one(pending, sent("20260402", "T2", lines_of("60", "CO*50*200")))):
        assert (outcomes(found)[0], money(found)) == ("partial_denial", (20000, 20000))
        assert found.first is not None
        assert [line.procedure for line in found.first.lines] == ["99213", "11102"]
        assert found.first.payment_date == date(2026, 3, 2)


def test_a_line_that_was_answered_and_then_pending_counts_once() -> None:
    taken = lines_of("60", "CO*50*-200", status="22", sign="-")
    again = sent("20260402", "T2", taken, lines_of("60", "OA*133*200"))
    found = one(sent("20260302", "T1", lines_of("60", "CO*50*200")), again,
                sent("20260502", "T3", lines_of("160", "CO*45*100")))  # fmt: skip
    assert found.first is not None
    assert (money(found), len(found.first.lines)) == ((20000, 0), 2)


def test_forwarded_and_predetermined_claims_are_left_out() -> None:
    for claim in (clp(100, 0, "OA*B11*100", status="23"), clp(100, 0, "OA*101*100", status="25")):
        found = one(sent("20260302", "T1", claim))
        assert (found.status, outcomes(found), found.adjudications) == ("left_out", (None, None), 0)


def test_an_answer_to_an_appeal_keeps_the_denial() -> None:
    upheld = clp(100, 0, "CO*193*100")
    found = one(sent("20260302", "T1", DENIED), sent("20260402", "T2", upheld))
    assert (outcomes(found), money(found)) == (("denied", "denied"), (10000, 10000))
    assert found.appeal is Outcome.APPEAL_UPHELD


def test_which_lines_were_answered_again() -> None:
    def again(*events: list[Adjudication]) -> list[bool]:
        found = one(*events)
        return [found.is_answered_again(old, new) for old, new in found.lines]

    denied = sent("20260302", "T1", DENIED)
    assert again(denied) == [False]
    assert again(denied, sent("20260402", "T2", PAID)) == [True]
    assert again(denied, sent("20260402", "T2", DENIED)) == [True]
    assert again(denied, sent("20260402", "T2", clp(100, 0, "CO*193*100"))) == [True], "an appeal is an answer"
    assert again(denied, sent("20260402", "T2", TAKEN)) == [False], "taken back alone"
    other = clp(150, 90, "CO*45*60", code="11102", number="ICN2", frequency="7")
    assert again(denied, sent("20260402", "T2", other)) == [True], "a corrected claim without the line answers it too"
    parts = [clp(150, 0, "CO*50*150", remark="MA15"), clp(180, 0, "CO*97*180", code="88305", number="B", remark="MA15")]
    upheld = sent("20260402", "T2", clp(150, 0, "CO*193*150"))
    assert again(sent("20260302", "T1", *parts), upheld) == [True, False], "the other part was not appealed"
    taken = sent("20260402", "T2", clp(-150, 0, "CO*50*-150", status="22"))
    assert again(sent("20260302", "T1", *parts), taken) == [False, False]


# -- money beside the claims


@pytest.mark.parametrize("behind", ["", "               1EG4TE5MK73"])
def test_a_takeback_that_names_the_claim(behind: str) -> None:
    plb = f"PLB*1234567893*20261231*WO:ICN1{behind}*50*L6*-3*FB:NEXT*9"
    read = b.remits_of(b.remit_file(*b.PAYMENT, *PAID, plb))
    amounts = list(takebacks(read.remits[0], {"WO"}))
    assert [(t.reference, t.reason, t.amount) for t in amounts] == [("ICN1", "WO", 5000)]
    found = one(sent("20260302", "T1", PAID), amounts=amounts * 2)
    assert (found.recouped, outcomes(found)) == (5000, ("paid", "paid"))
    assert one(sent("20260302", "T1", clp(100, 60, "CO*45*40", number="Z")), amounts=amounts).recouped == 0


# -- the set decides


def test_the_same_payment_twice_counts_once() -> None:
    events = sent("20260302", "T1", DENIED)
    found = one(events, sent("20260302", "T1", DENIED))
    assert (found.duplicates, found.adjudications, money(found)) == (1, 1, (10000, 10000))


HISTORY = [
    *sent("20260302", "T1", DENIED, clp(150, 100, "CO*45*50", name="B1", number="B", remark="MA15")),
    *sent("20260302", "T2", clp(180, 0, "CO*97*180", name="B1", code="88305", number="B2", remark="MA15")),
    *sent("20260309", "T3", TAKEN, PAID, clp(200, 0, "OA*133*200", name="C1", number="C")),
    *sent("20260316", "T4", clp(100, 0, "OA*18*100", number="ICN2"), clp(-200, 0, "OA*133*-200", name="C1",
          number="C", status="22"), clp(200, 80, "CO*45*120", name="C1", number="C")),
    *sent("20260323", "T5", clp(100, 60, "CO*45*40", name="A1R", number="ICN3", more="ICN1", frequency="7")),
    *sent("20260323", "T6", clp(70, 0, "CO*193*70", name="D1", number="D"), clp(70, 70, name="E1", number="D")),
]  # fmt: skip


@given(st.permutations(HISTORY), st.lists(st.sampled_from(HISTORY), max_size=5))
def test_the_order_of_ingest_changes_nothing(events: list[Adjudication], again: list[Adjudication]) -> None:
    def told(found: Episode) -> Episode:
        return evolve(found, duplicates=0)

    assert list(map(told, episodes([*events, *again]))) == list(map(told, episodes(HISTORY)))


def test_the_short_way_for_one_answer_says_what_the_long_one_says() -> None:
    whole = [event for event in HISTORY if all(line.outcome in COUNTED for line in event.lines)]
    assert len(whole) > 5
    for event in whole:
        assert _answered(event, 0, 0) == _episode([event], 0, 0)


def test_sums_over_episodes() -> None:
    found = standing(episodes(HISTORY))
    assert found.episodes == 5
    assert (found.first.claims, found.first.denied, found.current.claims) == (4, 28000, 4)
    assert found.overturned == 10000
    assert found.statuses == {"final": 5}


def state(number: int, **more: object) -> LineState:
    facts = {
        "number": number, "control": "", "procedure": "17110", "day": date(2026, 1, 4), "outcome": Outcome.DENIED,
        "charge": 100, "paid": 0, "denied": 100, "reason": "CO-50", "general": "mednec", "derm": "", "rule": "X",
    } | more  # fmt: skip
    return LineState(**facts)  # type: ignore[arg-type]


def test_twins_of_one_code_are_told_apart_by_number_and_charge() -> None:
    base = HISTORY[0]
    first = base._replace(lines=(state(1, control="L1"), state(2, control="L2", charge=200)))
    later = base._replace(
        payment_date=date(2026, 5, 1), trace="T9",
        lines=(state(1, control="L2", charge=200, outcome=Outcome.PAID, paid=200, denied=0),),
    )  # fmt: skip
    found = one([first, later])
    assert [(old.control, new and new.outcome) for old, new in found.lines] == [
        ("L1", Outcome.DENIED), ("L2", Outcome.PAID),
    ]  # fmt: skip
