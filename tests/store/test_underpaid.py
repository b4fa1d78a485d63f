"""What a fee schedule says of the lines as they stand."""

from datetime import date

import pytest

from curette.denials.fees import Fee
from curette.denials.figures import Rate
from curette.denials.trends import Trend
from curette.pipeline.trends import trend
from curette.store.duckdb import opened
from tests.store.night import Practice
from tests.store.test_measures import AS_OF, FIRST, LAST, answer, line, night, payment

FEES = [Fee("", "17000", "", 20000, 50, FIRST, LAST), Fee("", "17003", "", 10000, 50, FIRST, LAST)]


def by_fees(practice: Practice, fees: list[Fee], start: date | None = None) -> Trend:
    with opened(practice.store) as kept:
        return trend(kept, AS_OF, start=start, fees=fees)


def test_the_second_procedure_of_a_day_is_that_whatever_period_is_asked_for(practice: Practice) -> None:
    # both of one day; the second was pending until March, and is paid as the second it is
    first = line("17000", 200, 200), line("17003", 100, 0, "CAS*OA*133*100")
    both = answer("A1", *first[0], *first[1], charge=300, paid=200)
    later = answer("A1", *line("17003", 100, 50, "CAS*CO*45*50"), charge=100, paid=50)
    night(practice, payment("T1", "20260212", 200, *both), payment("T2", "20260310", 50, *later))
    every, march = by_fees(practice, FEES), by_fees(practice, FEES, date(2026, 3, 1))
    assert [(u.procedure, u.lines, u.under) for u in every.underpaid] == [("17000", 1, 0), ("17003", 1, 0)]
    assert [(u.procedure, u.lines, u.under, u.short) for u in march.underpaid] == [("17003", 1, 0, 0)]


def test_a_line_of_absurd_units_does_not_end_the_report(practice: Practice) -> None:
    many = "SVC*HC:17000*100*60**999999999999", "DTM*472*20260104", "CAS*CO*45*40"
    night(practice, payment("T1", "20260212", 60, *answer("A1", *many, charge=100, paid=60)))
    found = by_fees(practice, [Fee("", "17000", "", 99_999_999_99, 100, FIRST, LAST)])
    assert [(u.under, u.short) for u in found.underpaid] == [(1, 999_999_999_999 * 99_999_999_99 - 6000)]
    [figure] = [figure for figure in found.figures if figure.metric == "underpayment"]
    assert figure.value == Rate(1, 1, 1)


@pytest.mark.parametrize("allowed", [(200, 100), (100, 200), (100, 100)])
def test_of_two_procedures_of_one_price_the_payer_pays_either_in_full(
    practice: Practice, allowed: tuple[int, int]
) -> None:
    lines = [
        *line("17000", 300, allowed[0], f"CAS*CO*45*{300 - allowed[0]}", "REF*6R*1"),
        *line("17000:59", 300, allowed[1], f"CAS*CO*45*{300 - allowed[1]}", "REF*6R*2"),
    ]
    paid = sum(allowed)
    night(practice, payment("T1", "20260212", paid, *answer("A1", *lines, charge=600, paid=paid)))
    found = by_fees(practice, FEES).underpaid
    assert [sum(one.lines for one in found), sum(one.short for one in found)] == [2, 30000 - paid * 100]
