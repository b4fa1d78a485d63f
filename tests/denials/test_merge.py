"""SCR-10: a billed line that was answered in parts counts once, with units, payments and adjustments added."""

import pytest

from curette.denials.categorise import categoriser
from curette.denials.lines import AS_SENT, DenialLine, rows
from curette.denials.outcomes import Outcome
from tests import builder as b

DAY, OTHER_DAY = "DTM*472*20260104", "DTM*472*20260105"
PATIENT = "NM1*QC*1*SAMPLE*SAM****MI*TEST0001"


def rows_of(charge: int, paid: int, *segments: str) -> list[DenialLine]:
    read = b.remits_of(b.remit_file(*b.PAYMENT, f"CLP*A1*1*{charge}*{paid}**12*ICN1*11*1", PATIENT, *segments))
    assert not read.findings
    return list(rows(read.remits[0], read.claims[0], categoriser(), AS_SENT))


def test_a_split_line_is_one() -> None:
    """Three units billed on one line; the payer pays two and denies the third."""
    [row] = rows_of(
        300, 120,
        "SVC*HC:17110*200*120**2", DAY, "CAS*CO*45*80", "REF*6R*L1", "AMT*B6*120",
        "SVC*HC:17110*100*0**1", DAY, "CAS*CO*151*100", "REF*6R*L1", "LQ*HE*N362",
    )  # fmt: skip
    assert row.line is not None
    assert (row.charge, row.paid, row.line.units, row.allowed) == (30000, 12000, 3000, 12000)
    assert [a.carc for a in row.adjustments] == ["45", "151"]
    assert (row.denial.outcome, row.denial.denied, row.denial.rarcs) == (Outcome.PARTIAL_DENIAL, 10000, ("N362",))
    assert [part.number for part in row.parts] == [1, 2]


def test_a_code_paid_under_others_is_one() -> None:
    """A panel billed as one code, paid as two: the second SVC has no charge and names the code that was billed."""
    [row, other] = rows_of(
        150, 90,
        "SVC*HC:80048*100*30**1*HC:80053", DAY, "CAS*CO*45*70",
        "SVC*HC:82310*0*20**1*HC:80053", DAY, "CAS*CO*94*-20",
        "SVC*HC:99213*50*40**1", DAY, "CAS*CO*45*10",
    )  # fmt: skip
    assert row.line is not None
    assert (row.line.procedure, row.billed_code, row.charge, row.paid) == ("80048", "80053", 10000, 5000)
    assert row.line.units == 1000, "the parts without a charge are no more units"
    assert (row.denial.outcome, len(row.parts), other.parts) == (Outcome.PAID, 2, ())


@pytest.mark.parametrize(
    "second",
    [
        ["SVC*HC:17110*100*0**1", DAY, "CAS*CO*151*100", "REF*6R*L2"],  # another line
        ["SVC*HC:17110*100*0**1", DAY, "CAS*CO*151*100"],  # no number
        ["SVC*HC:17111*100*0**1", DAY, "CAS*CO*151*100", "REF*6R*L1"],  # another code: a number used twice
        ["SVC*HC:17110*0*0**1", DAY, "REF*6R*L9"],  # without a charge, but it names no other code
        ["SVC*HC:99000*0*0**1*HC:17110", OTHER_DAY],  # of another day
    ],
    ids=["other number", "no number", "other code", "free line", "other day"],
)
def test_what_is_not_one_line(second: list[str]) -> None:
    charge = 300 if "*100*0*" in second[0] else 200
    found = rows_of(charge, 120, "SVC*HC:17110*200*120**2", DAY, "CAS*CO*45*80", "REF*6R*L1", *second)
    assert [row.parts for row in found] == [(), ()]


def test_an_adjustment_of_the_claim_is_shared_by_billed_lines() -> None:
    found = rows_of(
        400, 0, "CAS*CO*29*400",
        "SVC*HC:17110*200*0**2", DAY, "REF*6R*L1",
        "SVC*HC:17110*100*0**1", DAY, "REF*6R*L1",
        "SVC*HC:99213*100*0**1", DAY, "REF*6R*L2",
    )  # fmt: skip
    assert [(row.charge, row.denial.denied) for row in found] == [(30000, 30000), (10000, 10000)]
