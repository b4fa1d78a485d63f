"""What payers allowed against a fee schedule: of each line as it stands, in the units and under the code billed."""

from datetime import date

import pytest

from curette.denials.fees import Fee
from curette.denials.trends import Cut, Underpaid
from curette.pipeline.trends import trend
from curette.store.duckdb import opened
from tests.store.night import Practice, numbered
from tests.store.test_measures import AS_OF, answer, line, payment

FEES = [Fee("", code, "", amount, 100, date.min, date.max) for code, amount in (("99213", 9000), ("17003", 1000))]
PAYER = "1990099001"


def told(practice: Practice, *files: bytes) -> tuple[Cut, list[Underpaid]]:
    for number, data in enumerate(files, 1):
        practice.put(f"{number}.835", numbered(data, number))
    assert practice.night().code == 0
    with opened(practice.store) as kept:
        report = trend(kept, AS_OF, fees=FEES)
        return report.every, list(report.underpaid)


def visit(paid: int, why: str = "CO*45") -> tuple[str, ...]:
    return answer("A1", *line("99213", 100, paid, f"CAS*{why}*{100 - paid}"), charge=100, paid=paid)


BACK = answer("A1", *line("99213", -100, -50, "CAS*CO*45*-50"), status="22", charge=-100, paid=-50)


def test_what_a_payer_made_good_is_not_short(practice: Practice) -> None:
    _, found = told(
        practice, payment("T1", "20260220", 50, *visit(50)), payment("T2", "20260310", 40, *BACK, *visit(90))
    )
    assert found == [Underpaid(PAYER, "99213", "", "2026 Q1", 1, 0, 0)]


def test_a_denial_that_was_paid_short_at_last_is_short(practice: Practice) -> None:
    _, found = told(
        practice, payment("T1", "20260220", 0, *visit(0, "CO*50")), payment("T2", "20260401", 50, *visit(50))
    )
    assert found == [Underpaid(PAYER, "99213", "", "2026 Q2", 1, 1, 4000)]


def test_what_stands_denied_is_not_short(practice: Practice) -> None:
    every, found = told(practice, payment("T1", "20260220", 0, *visit(0, "CO*50")))
    assert (every.expected, every.denied_expected, found) == (9000, 9000, [])


def lesions(*lines: str, paid: int) -> bytes:
    return payment("T1", "20260220", paid, *answer("A1", *lines, charge=200, paid=paid))


DAY = "DTM*472*20260104"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (lesions("SVC*HC:17003*200*0**0**10", DAY, "CAS*CO*50*200", paid=0), (10000, 10000, [])),
        (lesions("SVC*HC:17003*200*60**6**10", DAY, "CAS*CO*45*140", paid=60), (10000, None, [4000])),
        (
            lesions(
                "SVC*HC:17003*120*50**6", DAY, "CAS*CO*45*70", "REF*6R*L1",
                "SVC*HC:17003*80*40**4", DAY, "CAS*CO*45*40", "REF*6R*L1", paid=90,
            ),
            (10000, None, [1000]),
        ),
    ],
    ids=["denied", "cut", "split"],
)  # fmt: skip
def test_units_are_those_that_were_billed(
    practice: Practice, data: bytes, expected: tuple[int, int | None, list[int]]
) -> None:
    every, found = told(practice, data)
    assert (every.expected, every.denied_expected, [one.short for one in found]) == expected


def test_modifiers_are_those_of_the_code_that_was_billed(practice: Practice) -> None:
    changed = "SVC*HC:99212*100*50**1*HC:99213:25", DAY, "CAS*CO*45*50"
    _, found = told(practice, payment("T1", "20260220", 50, *answer("A1", *changed, charge=100, paid=50)))
    assert [(one.procedure, one.modifiers) for one in found] == [("99213", "25")]
