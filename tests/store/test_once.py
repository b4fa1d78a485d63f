"""What is counted once, in however many ways it was sent."""

from datetime import date

import pytest

from curette.denials.figures import Rate
from curette.store import cuts, facts, measures
from curette.store.duckdb import opened
from tests import builder as b
from tests.store.night import Practice
from tests.store.test_measures import AS_OF, BIOPSY, FIRST, LAST, PAID, SENT, answer, line, night, payment, sent


def test_a_claim_sent_again_with_other_days_took_its_time_once(practice: Practice) -> None:
    other_days = sent("20260112", ("D8*20260104", "RD8*20260103-20260104"))
    night(practice, SENT, other_days, payment("T1", "20260212", 80, *PAID))
    with opened(practice.store) as kept:
        assert measures.days(kept, FIRST, LAST)["days_to_pay"] == (380, 38, 1)


@pytest.mark.parametrize(
    ("day", "number", "change", "days"),
    [
        ("20260220", "TEST0002", ("SBR*P", "SBR*S"), 1),  # the next payer knows the patient by another number
        ("20260220", "TEST0001", ("SBR*P", "SBR*S"), 1),
        ("20260220", "TEST0002", ("CLM*A", "CLM*B"), 2),  # another claim, of another patient
    ],
)
def test_an_encounter_is_one_whoever_pays_for_it(
    practice: Practice, day: str, number: str, change: tuple[str, str], days: int
) -> None:
    first = b.claim_file(*b.ABOVE, *b.claim("A1"), *BIOPSY)
    again = first.decode().replace("*20260105*0930", f"*{day}*0930").replace("TEST0001", number).replace(*change)
    night(practice, first, again.encode())
    with opened(practice.store) as kept:
        assert [one.rate for one in measures.visits(kept, AS_OF)] == [Rate(days, days, days)]


def test_an_encounter_of_which_only_the_second_payer_was_told_counts(practice: Practice) -> None:
    night(practice, b.claim_file(*b.ABOVE, *b.claim("A1"), *BIOPSY).replace(b"SBR*P", b"SBR*S"))
    with opened(practice.store) as kept:
        assert [one.rate for one in measures.visits(kept, AS_OF)] == [Rate(1, 1, 1)]


def test_a_claim_counts_in_the_month_of_its_first_answer_alone(practice: Practice) -> None:
    # the procedure was pending in February; its denial in March is the claim's too, as it was answered first
    waiting = (*line("99213", 100, 80, "CAS*CO*45*20"), *line("17000", 100, 0, "CAS*OA*133*100"))
    later = answer("A1", *line("17000", 100, 0, "CAS*CO*50*100", "LQ*HE*MA130"), charge=100, paid=0)
    first = payment("T1", "20260212", 80, *answer("A1", *waiting, charge=200, paid=80))
    night(practice, first, payment("T2", "20260310", 0, *later))
    with opened(practice.store) as kept:
        facts.gather(kept, AS_OF, None, None, None)
        found = {one.value: (one.claims, one.claims_denied, one.lines, one.denied) for one in cuts.cut(kept, "month")}
        assert found == {"2026-02": (1, 1, 1, 0), "2026-03": (0, 0, 1, 1)}
        assert [(one.claims, one.lines) for one in cuts.cut(kept, "cpt")] == [(1, 1), (1, 1)]
        assert (cuts.every(kept).claims, measures.processable(kept)) == (1, [("2026-02", Rate(0, 1, 1))])
        facts.gather(kept, AS_OF, date(2026, 3, 1), None, None)
        assert (cuts.every(kept).claims, cuts.every(kept).lines, measures.processable(kept)) == (0, 1, [])
