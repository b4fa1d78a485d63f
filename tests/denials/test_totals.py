"""Sums over rows, in any order and in any parts."""

from curette.denials.categorise import categoriser
from curette.denials.lines import AS_SENT, DenialLine, rows
from curette.denials.totals import Totals
from tests import builder as b

DAY = "DTM*472*20260104"
PATIENT = "NM1*QC*1*SAMPLE*SAM****MI*TEST0001"
SEGMENTS = (
    "CLP*A1*1*300*60*20*12*PAYER1*11*1", PATIENT,
    "SVC*HC:99213:25*100*60**1", DAY, "CAS*CO*45*20", "CAS*PR*2*20",
    "SVC*HC:11102*200*0**1", DAY, "CAS*CO*50*200", "LQ*HE*N115",
    "CLP*A2*4*155*0**12*PAYER2*11*1", "CAS*CO*29*155", PATIENT,
    "CLP*A3*22*-100*-60**12*PAYER3*11*1", PATIENT, "SVC*HC:99213*-100*-60**1", DAY, "CAS*CO*45*-40",
    "CLP*A4*1*100*40**12*PAYER4*11*1", PATIENT, "SVC*HC:99213*100*40**1", DAY, "CAS*CO*45*20", "CAS*CO*50*40",
)  # fmt: skip


def rows_of(*segments: str) -> list[DenialLine]:
    read = b.remits_of(b.remit_file(*b.PAYMENT, *segments))
    assert not read.findings
    return [row for claim in read.claims for row in rows(read.remits[0], claim, categoriser(), AS_SENT)]


ROWS = rows_of(*SEGMENTS)


def totals(taken: list[DenialLine]) -> Totals:
    found = Totals()
    found.take(taken[:1])
    found.take(taken[1:])
    return found


def test_sums() -> None:
    found = totals(ROWS)
    assert found.lines == 4, "a claim without lines adds none"
    assert found.charge == 10000 + 20000 + 15500 + 10000, "a reversal is not in the denominator"
    assert found.denied == 20000 + 15500 + 4000
    assert found.by_outcome() == {"reversal": 1, "denied": 2, "partial_denial": 1, "paid": 1}
    assert dict(found.categories) == {"mednec": 2, "timely": 1}
    assert dict(found.category_money) == {"mednec": 24000, "timely": 15500}
    assert dict(found.reasons) == {("CO", "50"): 2, ("CO", "29"): 1}
    assert dict(found.reason_money) == {("CO", "50"): 24000, ("CO", "29"): 15500}


def test_warnings_are_counted_by_name() -> None:
    counted = totals(ROWS).warnings
    assert sum(counted.values()) == sum(len(row.denial.warnings) for row in ROWS)
    assert counted


def test_categories_add_up_to_what_is_denied() -> None:
    found = totals(ROWS)
    assert sum(found.category_money.values()) == sum(found.reason_money.values()) == found.denied
    assert sum(found.categories.values()) == sum(found.reasons.values()) == 3


def test_parts_add_up_to_the_whole() -> None:
    for cut in range(len(ROWS) + 1):
        first, second = totals(ROWS[:cut]), totals(ROWS[cut:])
        first += second
        assert first == totals(ROWS)


def test_counts_of_payments_and_claims_are_added() -> None:
    total = Totals(payments=1, claims=2, paid=300)
    total += Totals(payments=1, claims=1, paid=-50)
    assert (total.payments, total.claims, total.paid) == (2, 3, 250)


def test_a_denial_of_unknown_reason_is_other() -> None:
    found = totals(rows_of("CLP*A1*4*100*0**12*PAYER1*11*1", PATIENT, "SVC*HC:99213*100*0**1", DAY, "CAS*CO*QQQ*100"))
    assert dict(found.categories) == {"other": 1}
    assert dict(found.reasons) == {("CO", "QQQ"): 1}
