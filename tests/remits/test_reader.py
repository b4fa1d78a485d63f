"""Each part of an 835 lands where it belongs, in order and whole, with its values typed."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from curette.remits.model import ClaimPayment, Remit
from curette.remits.reader import Reader, head
from curette.x12.cas import Adjustment
from curette.x12.delimiters import Delimiters
from curette.x12.loop import Loop
from tests.builder import FOREIGN, PAYMENT, Payments, only, payment, read, remit_file, remits_of

SAMPLES = [
    "remits/clinic_day.835", "remits/out_of_balance.835", "odd/one_line.835", "odd/control_char_delimiters.835", "odd/plb_only.835",
    "resubmitted/denied.835",
]  # fmt: skip
HEAD = (
    "BPR*I*1234.5*C*ACH*CCP*01*999999992*DA*000111*1990099001**01*999999992*DA*000222*20260302", "TRN*1*00CHECK*1990099001*SUB",
    "CUR*PR*USD", "REF*EV*TESTCLINIC", "REF*F2*V1", "DTM*405*20260301", "N1*PR*EXAMPLE PLAN*XV*PLAN1", "N3*1 EXAMPLE TOWER",
    "N4*CHICAGO*IL*60601", "REF*2U*99001", "REF*NF*88", "PER*CX*CLAIMS*TE*3125550110", "PER*BL*EDI*TE*3125550111", "PER*IC**UR*EXAMPLE.COM",
    "N1*PE*SAMPLE SKIN CLINIC*XX*1234567893", "N4*TESTVILLE*IL*62701", "REF*TJ*000000001", "RDM*OL*NAME*ADDRESS",
)  # fmt: skip
RICH = (
    "LX*1", "TS3*1234567893*11*20261231*2*500", "TS2*10*20",
    "CLP*RICH*1*500*310.5*79.5*12*PAYER1*11*1*X", "CAS*CO*45*50**1*10", "CAS*OA*23*5*1.5", "NM1*QC*1*SAMPLE*SAM*Q***MI*TEST0001",
    "NM1*IL*1*SAMPLE*SUE****MI*TEST0002", "NM1*74*1*SAMPLE*SAMUEL", "NM1*82*1*EXAMPLE*DANA****XX*1000000111", "NM1*TT*2*NEXT PLAN*****PI*99003",
    "NM1*PR*2*FIRST PLAN*****PI*99002", "NM1*GB*1*OTHER*OLGA", "MIA*0***12.5*MA02" + "*" * 15 + "M1*M2*M3*M4*5", "MOA*.5*10*MA01*MA18*N1**N2*5*6",
    "REF*1L*GROUP1", "REF*EA*RECORD1", "DTM*232*20260104", "DTM*233*20260106", "DTM*050*20260110", "PER*CX**TE*3125550110", "AMT*AU*400",
    "AMT*I*1.25", "QTY*CA*2",
    "SVC*HC:11642:58:GC*400*260.5**1*HC:11643:58*2", "DTM*472*20260104", "CAS*CO*45*50", "CAS*PR*1*20*1*2*19.5**3*40**4*5**5*3**6*2",
    "REF*6R*L1", "REF*HPI*1000000111", "AMT*B6*350", "QTY*ZL*1", "LQ*HE*N657", "LQ*HE*M15", "LQ*RX*75",
    "SVC*HC:17000*100*50", "DTM*150*20260105", "DTM*151*20260106", "CAS*CO*45*50", "REF*6R*L2",
    "CLP*PLAIN*4*100*0**HM*PAYER2", "NM1*QC*1*FICTION*FAY", "CAS*CO*29*100",
)  # fmt: skip
PLB = ("PLB*1234567893*20261231*WO:REF1*10*FB*-5.25*L6:*1", "PLB*1234567894*20261231*72:REF2*3")
FILE = remit_file(*HEAD, *RICH, *PLB)


@pytest.fixture(scope="module")
def found() -> Payments:
    return remits_of(FILE)


@pytest.fixture(scope="module")
def rich(found: Payments) -> ClaimPayment:
    return found.claims[0]


@pytest.fixture(scope="module")
def remit(found: Payments) -> Remit:
    return found.remits[0]


def texts(loops: Iterator[Loop]) -> list[list[str]]:
    return [list(s) for loop in sorted(loops, key=lambda x: x.at) for s in loop.segments]


@pytest.mark.parametrize("name", SAMPLES)
def test_no_segment_of_a_remittance_is_dropped_or_moved(samples: Path, name: str) -> None:
    for transaction in read((samples / name).read_bytes()).transactions:
        remit, reader = head(transaction), Reader(transaction)
        claims = list(reader.claims())
        separator = transaction.delimiters.element
        wanted = [s.split(separator) for s in transaction.segments()]
        sections = {id(c.section): c.section for c in claims if c.section is not None}
        loops = [*remit.organisations, *sections.values(), *claims, *(n for c in claims for n in c.lines)]
        told = [list(s) for s in remit.segments] + [list(s) for o in remit.organisations for s in o.segments]
        inside = texts(iter([x for x in loops if x not in remit.organisations]))
        assert reader.findings == []
        assert told + inside == [s for s in wanted if s[0] not in ("PLB", "SE")]
        for claim in claims:
            assert texts(iter([claim, *claim.lines])) == wanted[claim.at : claim.end]


def test_the_payment(remit: Remit) -> None:
    assert (remit.paid, remit.payment_date, remit.production_date) == (123450, date(2026, 3, 2), date(2026, 3, 1))
    assert (remit.handling, remit.debit_or_credit, remit.method, remit.trace) == ("I", "C", "ACH", "00CHECK")
    assert [s[0] for s in remit.segments] == ["ST", "BPR", "TRN", "CUR", "REF", "REF", "DTM"]


def test_payer_and_payee(remit: Remit) -> None:
    assert remit.payer is not None
    assert remit.payee is not None
    assert (remit.payer.role, remit.payer.name, remit.payer.id_qualifier, remit.payer.id) == (
        "PR",
        "EXAMPLE PLAN",
        "XV",
        "PLAN1",
    )
    assert (remit.payer_name, remit.payer_id) == ("EXAMPLE PLAN", "PLAN1")
    assert [s[0] for s in remit.payer.segments] == ["N1", "N3", "N4", "REF", "REF", "PER", "PER", "PER"]
    assert (remit.payee.id, remit.payee.reference("TJ")) == ("1234567893", "000000001")
    assert remit.payee.first("RDM") == ["RDM", "OL", "NAME", "ADDRESS"]


@pytest.mark.parametrize(
    ("segments", "payer_id"),
    [
        (("N1*PR*P*XV*A1", "REF*2U*B1"), "A1"), (("N1*PR*P", "REF*NF*C1", "REF*2U*B1"), "B1"), (("N1*PR*P", "REF*EO*D1", "REF*NF*C1"), "C1"),
        (("N1*PR*P", "REF*EO*D1"), "D1"), (("N1*PR*P",), "1990099001"), (("N1*PE*P*XX*9",), "1990099001"),
    ],
)  # fmt: skip
def test_the_payers_number(segments: tuple[str, ...], payer_id: str) -> None:
    assert head(only(remit_file(*HEAD[:2], *segments))).payer_id == payer_id


def test_provider_adjustments(remit: Remit) -> None:
    assert [(a.provider, a.reason, a.reference, a.amount, a.element) for a in remit.adjustments] == [
        ("1234567893", "WO", "REF1", 1000, 4), ("1234567893", "FB", "", -525, 6), ("1234567893", "L6", "", 100, 8), ("1234567894", "72", "REF2", 300, 4),
    ]  # fmt: skip
    assert {a.fiscal_period for a in remit.adjustments} == {date(2026, 12, 31)}


@pytest.mark.parametrize(
    ("reference", "number"),
    [
        ("ICN1", "ICN1"),
        ("1426012345678      1EG4TE5MK73", "1426012345678"),
        (" ICN1  1EG4TE5MK73", "ICN1"),
        ("021112345678901231EG4TE5MK73", "02111234567890123"),  # from character 18
        ("0211123456789012345678901", "0211123456789012345678901"),  # a long number, and nothing behind it
        (f"{'':17}1EG4TE5MK73", ""),
        ("", ""),
    ],
)
def test_of_the_reference_of_an_adjustment_the_claim_number(reference: str, number: str) -> None:
    remit = remits_of(remit_file(*PAYMENT, *payment("A1"), f"PLB*1234567893*20261231*WO:{reference}*10")).remits[0]
    assert [(a.reference, a.claim_number) for a in remit.adjustments] == [(reference, number)]


def test_an_empty_pair_among_provider_adjustments_is_let_be() -> None:
    data = remit_file(*PAYMENT, *payment("A1"), "PLB*1234567893*20261231*WO:REF1*10***FB*-5")
    found = remits_of(data)
    assert (found.findings, [(a.reason, a.element) for a in found.remits[0].adjustments]) == (
        [],
        [("WO", 4), ("FB", 8)],
    )


def test_claims_carry_their_section(found: Payments) -> None:
    first, second = found.claims
    assert first.section is not None
    assert first.section is second.section
    assert first.section.value("TS3", 5) == "500"
    assert [s[0] for s in first.section.segments] == ["LX", "TS3", "TS2"]


def test_a_claim(rich: ClaimPayment) -> None:
    assert (rich.control_number, rich.status, rich.charge, rich.paid, rich.patient_responsibility) == (
        "RICH",
        "1",
        50000,
        31050,
        7950,
    )
    assert (rich.filing_indicator, rich.payer_claim, rich.place_of_service, rich.frequency) == (
        "12",
        "PAYER1",
        "11",
        "1",
    )
    assert not rich.is_reversal
    assert (rich.amount("AU"), rich.amount("I"), rich.reference("1L")) == (40000, 125, "GROUP1")
    assert [s[0] for s in rich.segments][:3] == ["CLP", "CAS", "CAS"]


def test_a_claim_may_lack_what_is_optional(found: Payments) -> None:
    plain = found.claims[1]
    assert (plain.patient_responsibility, plain.place_of_service, plain.frequency, plain.lines) == (None, "", "", [])
    assert plain.adjustments == [Adjustment("CO", "29", 10000, None)]
    assert (plain.insured, plain.rendering, plain.crossover, plain.corrected_payer, plain.remarks) == (
        None,
        None,
        None,
        None,
        (),
    )
    assert plain.service_dates == (None, None)


def test_claim_and_line_adjustments_are_kept_apart(rich: ClaimPayment) -> None:
    assert rich.adjustments == [
        Adjustment("CO", "45", 5000, None),
        Adjustment("CO", "1", 1000, None),
        Adjustment("OA", "23", 500, 1500),
    ]
    first = rich.lines[0].adjustments
    assert [(a.group, a.carc, a.amount, a.quantity) for a in first] == [
        ("CO", "45", 5000, None), ("PR", "1", 2000, 1000), ("PR", "2", 1950, None), ("PR", "3", 4000, None), ("PR", "4", 500, None),
        ("PR", "5", 300, None), ("PR", "6", 200, None),
    ]  # fmt: skip


def test_people_of_a_claim(rich: ClaimPayment) -> None:
    assert [p.role for p in rich.parties] == ["QC", "IL", "74", "82", "TT", "PR", "GB"]
    people = [rich.patient, rich.insured, rich.corrected_insured, rich.rendering, rich.crossover, rich.corrected_payer]
    assert [p and p.last_name for p in people] == ["SAMPLE", "SAMPLE", "SAMPLE", "EXAMPLE", "NEXT PLAN", "FIRST PLAN"]


def test_remarks_of_a_claim_are_codes_alone(rich: ClaimPayment) -> None:
    assert rich.remarks == ("MA02", "M1", "M2", "M3", "M4", "MA01", "MA18", "N1", "N2")


@pytest.mark.parametrize(
    ("moa", "remarks"), [("MOA", ()), ("MOA**5", ()), ("MOA***MA01", ("MA01",)), ("MOA*****N1**N2", ("N1", "N2"))]
)
def test_short_outpatient_remarks(moa: str, remarks: tuple[str, ...]) -> None:
    assert remits_of(remit_file(*PAYMENT, *payment("A1", moa))).claims[0].remarks == remarks


def test_lines(rich: ClaimPayment) -> None:
    first, second = rich.lines
    assert (first.number, first.qualifier, first.procedure, first.modifiers) == (1, "HC", "11642", ("58", "GC"))
    assert (first.charge, first.paid, first.units, first.submitted_units) == (40000, 26050, 1000, 2000)
    assert first.submitted == ("HC", "11643", ("58",))
    assert (first.start, first.end) == (date(2026, 1, 4), date(2026, 1, 4))
    assert (first.control_number, first.rendering_npi, first.allowed, first.remarks) == (
        "L1",
        "1000000111",
        35000,
        ("N657", "M15"),
    )
    assert (
        second.number,
        second.procedure,
        second.modifiers,
        second.units,
        second.submitted,
        second.submitted_units,
    ) == (2, "17000", (), 1000, None, None)
    assert (second.start, second.end) == (date(2026, 1, 5), date(2026, 1, 6))
    assert (second.allowed, second.remarks, second.rendering_npi) == (None, (), "")


def test_the_dates_of_a_claim(rich: ClaimPayment) -> None:
    assert rich.service_dates == (date(2026, 1, 4), date(2026, 1, 6))


@pytest.mark.parametrize(
    ("dates", "span"),
    [
        (("DTM*232*20260101",), (date(2026, 1, 1), date(2026, 1, 1))), (("DTM*233*20260102", "DTM*232*20260101"), (date(2026, 1, 1), date(2026, 1, 2))),
        ((), (date(2026, 1, 4), date(2026, 1, 4))),
    ],
)  # fmt: skip
def test_dates_of_the_claim_go_before_those_of_its_lines(dates: tuple[str, ...], span: tuple[date, date]) -> None:
    assert remits_of(remit_file(*PAYMENT, *payment("A1", *dates))).claims[0].service_dates == span


@pytest.mark.parametrize(
    ("service", "units"),
    [
        ("SVC*HC:1*1*1", 1000),
        ("SVC*HC:1*1*1**0", 0),
        ("SVC*HC:1*1*1**2.5", 2500),
        ("SVC*HC:1*1*1***HC:2", 1000),
        ("SVC*HC:1*1*1****3", 1000),
    ],
)
def test_units_are_one_where_they_are_absent(service: str, units: int) -> None:
    data = remit_file(*PAYMENT, *payment("A1"), service, "DTM*472*20260104")
    assert remits_of(data).claims[0].lines[1].units == units


def test_a_reversal() -> None:
    data = remit_file(
        *PAYMENT,
        "CLP*A1*22*-100*-60**12*P1",
        "NM1*QC*1*SAMPLE",
        "SVC*HC:1*-100*-60",
        "DTM*472*20260104",
        "CAS*CO*45*-40",
    )
    [claim] = remits_of(data).claims
    assert claim.is_reversal
    assert (claim.charge, claim.paid, claim.lines[0].adjustments[0].amount) == (-10000, -6000, -4000)


def test_a_payment_without_claims() -> None:
    found = remits_of(remit_file(*PAYMENT[:-1], "PLB*1234567893*20261231*FB*-60"))
    assert (found.claims, found.usable, found.findings) == ([], True, [])
    assert [a.amount for a in found.remits[0].adjustments] == [-6000]


def test_ninety_nine_adjustment_segments() -> None:
    cas = [f"CAS*CO*{n}*{n}" for n in range(1, 100)]
    [claim] = remits_of(remit_file(*PAYMENT, *payment("A1"), *cas)).claims
    assert len(claim.lines[0].adjustments) == 100


def test_pennies_stay_exact() -> None:
    data = remit_file(
        *PAYMENT, "CLP*A1*1*.3*0**12*P1", "NM1*QC*1*SAMPLE", "SVC*HC:1*.3*0", "DTM*472*20260104", "CAS*CO*45*.1**2*.2"
    )
    [claim] = remits_of(data).claims
    assert claim.charge - sum(a.amount for a in claim.lines[0].adjustments) == claim.paid == 0


@pytest.mark.parametrize("delimiters", FOREIGN, ids=repr)
def test_other_delimiters_give_equal_values(found: Payments, delimiters: Delimiters) -> None:
    same = remits_of(remit_file(*HEAD, *RICH, *PLB, delimiters=delimiters))
    assert same.findings == []
    assert [
        (c.paid, c.adjustments, c.remarks, [(n.procedure, n.modifiers, n.adjustments, n.submitted) for n in c.lines])
        for c in same.claims
    ] == [
        (c.paid, c.adjustments, c.remarks, [(n.procedure, n.modifiers, n.adjustments, n.submitted) for n in c.lines])
        for c in found.claims
    ]
    assert [(a.reason, a.reference, a.amount) for a in same.remits[0].adjustments] == [
        (a.reason, a.reference, a.amount) for a in found.remits[0].adjustments
    ]


def test_the_claims_of_a_remit_can_be_asked_for_again(remit: Remit) -> None:
    assert [c.control_number for c in remit.claims] == [c.control_number for c in remit.claims] == ["RICH", "PLAIN"]


def test_two_payments_in_a_file(samples: Path) -> None:
    found = remits_of((samples / "resubmitted/denied.835").read_bytes())
    assert [(r.trace, r.paid, r.transaction.control) for r in found.remits] == [
        ("EFT-CI-2001", 28800, "0001"),
        ("ZERO-HM-2002", 0, "0002"),
    ]
    assert [c.control_number for r in found.remits for c in r.claims] == ["EXC01", "BIO01"]
