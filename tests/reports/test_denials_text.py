"""What a biller reads after a remittance: the denied lines, and what they add up to."""

from typing import Any

import pytest

from curette.denials.categorise import categoriser
from curette.denials.lines import AS_SENT, DenialLine, rows
from curette.denials.totals import Totals
from curette.findings import Place
from curette.remits import balance
from curette.reports import denials_text as text
from tests import builder as b

DAY = "DTM*472*20260104"
PATIENT = "NM1*QC*1*SAMPLE*SAM****MI*TEST0001"


def rows_of(*segments: str) -> list[DenialLine]:
    read = b.remits_of(b.remit_file(*b.PAYMENT, *segments))
    assert not read.findings
    return [row for claim in read.claims for row in rows(read.remits[0], claim, categoriser(), AS_SENT)]


def shown(*segments: str) -> list[str]:
    [row] = rows_of(*segments)
    made = text.row(row)
    assert made is not None
    return made.split("\n")


CLP = "CLP*A1*1*100*0**12*PAYER1*11*1"


def test_a_denied_line() -> None:
    lines = shown(CLP, PATIENT, "SVC*HC:11102:59*100*0**1", DAY, "CAS*CO*50*100", "LQ*HE*N115")
    assert lines[0] == "  A1                      1 11102:59           2026-01-04     100.00 CO-50"
    assert " ".join(line.strip() for line in lines[1:]).startswith(
        "Medical necessity: Not necessary (CARC-50); due 2026-03-04 Payer judges the service not medically"
    )
    assert "Do: Hold diagnosis and note against the payer's policy" in " ".join(lines)
    assert "[N115 " in " ".join(lines)
    assert all(line.startswith("        ") for line in lines[1:])


def test_the_heading_stands_over_its_columns() -> None:
    line = shown(CLP, PATIENT, "SVC*HC:11102:59*100*0**1", DAY, "CAS*CO*50*100")[0]
    head = text.head()
    assert head.index("procedure") == line.index("11102")
    assert head.index("service") == line.index("2026")
    assert head.index("denied") + len("denied") == line.index("100.00") + len("100.00")
    assert head.index("reason") == line.index("CO-50")


def test_a_line_denied_in_part_says_so() -> None:
    lines = shown(CLP.replace("*0**", "*40**"), PATIENT, "SVC*HC:11102*100*40**1", DAY, "CAS*CO*45*20", "CAS*CO*50*40")
    assert "40.00 CO-50" in lines[0]
    assert any(line.endswith("(partly)") for line in lines)


@pytest.mark.parametrize(("sent", "told"), [("**1*HC:11102", True), ("**1*HC:11104:59", False), ("**1", False)])
def test_what_was_billed_is_told_where_the_payer_changed_it(sent: str, told: bool) -> None:
    text = " ".join(line.strip() for line in shown(CLP, PATIENT, f"SVC*HC:11104*100*0{sent}", DAY, "CAS*CO*50*100"))
    assert ("; billed as 11102; due" in text, "billed as" in text) == (told, told)


def test_a_claim_denied_as_a_whole() -> None:
    line = shown(CLP, "CAS*CO*29*100", PATIENT)[0]
    assert line.startswith("  A1                      - whole claim")
    assert line.endswith("100.00 CO-29")


def test_a_reason_that_is_not_in_the_map() -> None:
    assert "Reason code not in the list (SCR-20); due" in " ".join(
        shown(CLP, PATIENT, "SVC*HC:11102*100*0**1", DAY, "CAS*CO*QQQ*100")
    )


@pytest.mark.parametrize(
    "segments",
    [
        ("CLP*A1*1*100*60**12*P1*11*1", PATIENT, "SVC*HC:99213*100*60**1", DAY, "CAS*CO*45*40"),
        ("CLP*A1*22*-100*-60**12*P1*11*1", PATIENT, "SVC*HC:99213*-100*-60**1", DAY, "CAS*CO*45*-40"),
        ("CLP*A1*1*100*0*100*12*P1*11*1", PATIENT, "SVC*HC:99213*100*0**1", DAY, "CAS*PR*1*100"),
    ],
    ids=["paid", "reversed", "deductible"],
)
def test_only_denials_are_listed(segments: tuple[str, ...]) -> None:
    assert [text.row(row) for row in rows_of(*segments)] == [None]


def test_nothing_reaches_the_terminal_as_it_came() -> None:
    segments = (CLP.replace("A1", "A\x1b[2J"), PATIENT, "SVC*HC:11\x07102*100*0**1", DAY, "CAS*CO*5\x9b0*100")
    lines = shown(*segments)
    assert all(line.isprintable() for line in lines)
    assert "SAMPLE" not in "".join(lines)


def test_a_payment() -> None:
    [remit] = b.remits_of(b.GOOD_REMIT).remits
    assert text.payment(remit) == "EXAMPLE PLAN: 60.00 on 2026-03-02, CHK CHECK1"


# -- the summary


def totals(*segments: str) -> Totals:
    found = Totals(payments=1, claims=1, paid=123456)
    for row in rows_of(*segments):
        found.take([row])
    return found


DENIED = (
    "CLP*A1*1*300*60**12*P1*11*1", PATIENT,
    "SVC*HC:99213*100*60**1", DAY, "CAS*CO*45*40",
    "SVC*HC:11102*150*0**1", DAY, "CAS*CO*50*150",
    "SVC*HC:17110*50*0**1", DAY, "CAS*CO*29*50",
)  # fmt: skip


def test_summary() -> None:
    lines = list(text.summary(totals(*DENIED)))
    assert lines[:4] == [
        "",
        "1 payment of 1,234.56, 1 claim, 3 lines, charge 300.00",
        "lines: denied 2, paid 1",
        "denied 200.00 of 300.00 charged",
    ]
    tables = [line.split() for line in lines[4:] if line.startswith("  ")]
    assert [(row[0], row[-2], row[-1]) for row in tables[:3]] == [
        ("category", "lines", "denied"), ("Medical", "1", "150.00"), ("Timely", "1", "50.00")
    ]  # fmt: skip
    assert [" ".join(row) for row in tables[3:5]] == [
        "cause in dermatology lines denied", "No dermatology-specific cause 2 200.00",
    ]  # fmt: skip
    assert tables[6][:3] == ["CO-50", "1", "150.00"]
    assert tables[7][:3] == ["CO-29", "1", "50.00"]
    assert max(map(len, lines)) <= text.WIDTH


def test_summary_of_nothing() -> None:
    assert list(text.summary(Totals())) == [
        "", "0 payments of 0.00, 0 claims, 0 lines, charge 0.00", "lines: none", "denied 0.00 of 0.00 charged",
    ]  # fmt: skip


def test_the_close_tells_what_was_refused_and_found() -> None:
    assert list(text.closing(0, 0, 0, 0)) == []
    assert list(text.closing(3, 2, 1, 1)) == [
        "1 payment read before in this run: counted once",
        "1 remittance refused: nothing of it is counted",
        "3 findings on standard error",
        "  2 findings beyond the limit of a file not listed",
    ]


def test_a_finding_is_one_line() -> None:
    place = Place(file="era.835", segment="CLP", element=4, segment_index=9, offset=321)
    facts: dict[str, Any] = {
        "kind": "the claim pays",
        "found": "1.00",
        "other": "it should be",
        "expected": "2.00",
        "difference": "-1.00",
    }
    assert text.finding(balance.CLAIM.at(place, claim="A1", **facts)) == (
        "era.835: error BAL-C claim A1 CLP04 segment 9 byte 321: the claim pays 1.00, but it should be 2.00: -1.00"
    )
    hostile = Place(file="\x1b[2J.835", segment="CLP", segment_index=9)
    assert text.finding(balance.CLAIM.at(hostile, claim="A\n1", **facts)).isprintable()
