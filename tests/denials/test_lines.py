"""Rows of a remittance: one a service line, one for a claim without lines; what each tells besides its category."""

from collections.abc import Callable
from datetime import date

import pytest

from curette.codes.denials import codes
from curette.denials.categorise import Categoriser, categoriser
from curette.denials.facts import ALONE, Context, Denial, LineFacts
from curette.denials.lines import DenialLine, Options, rows
from curette.denials.link import Links
from curette.denials.outcomes import Outcome
from curette.x12.cas import Adjustment
from tests import builder as b

PATIENT = "NM1*QC*1*SAMPLE*SAM****MI*TEST0001"
DAY = "DTM*472*20260104"


def rows_of(*segments: str, links: Links | None = None, payment: tuple[str, ...] = b.PAYMENT) -> list[DenialLine]:
    read = b.remits_of(b.remit_file(*payment, *segments))
    assert not read.findings
    return [
        row for claim in read.claims for row in rows(read.remits[0], claim, categoriser(), Options(links or Links()))
    ]


def clp(charge: str, paid: str, *segments: str, share: str = "", status: str = "1", more: str = "11*1") -> list[str]:
    return [f"CLP*A1*{status}*{charge}*{paid}*{share}*12*PAYER1*{more}", *segments]


def only(*segments: str, links: Links | None = None) -> DenialLine:
    found = rows_of(*segments, links=links)
    assert len(found) == 1
    return found[0]


def test_one_row_a_line_in_order() -> None:
    found = rows_of(
        *clp("300", "160", PATIENT),
        "SVC*HC:99213:25*100*60**1", DAY, "CAS*CO*45*40",
        "SVC*HC:11102*200*100**1", DAY, "CAS*CO*45*100",
    )  # fmt: skip
    assert [(r.line and r.line.number, r.line and r.line.procedure, r.charge, r.paid) for r in found] == [
        (1, "99213", 10000, 6000), (2, "11102", 20000, 10000)
    ]  # fmt: skip
    assert [r.adjustments for r in found] == [[("CO", "45", 4000, None)], [("CO", "45", 10000, None)]]
    assert [r.denial.outcome for r in found] == [Outcome.PAID, Outcome.PAID]


def test_a_claim_without_lines_is_one_row() -> None:
    row = only(*clp("155", "0", "CAS*CO*22*155", PATIENT, "DTM*232*20260104", status="4"))
    assert (row.line, row.charge, row.paid) == (None, 15500, 0)
    assert row.adjustments == [("CO", "22", 15500, None)]
    assert (row.denial.outcome, row.denial.denied, row.denial.carc) == (Outcome.DENIED, 15500, "22")
    assert row.service_date == date(2026, 1, 4)


@pytest.mark.parametrize(
    ("more", "rule", "cause", "sla"),
    [
        ((), "BIO-01", "biologic_pa", "SAME_DAY"),
        (("LX*2", "SV1*HC:96372*40*UN*1***1", "DTP*472*D8*20260104"), "CARC-197", None, "48H"),  # which one is not told
        (None, "CARC-197", None, "48H"),
    ],
    ids=["one line", "two lines", "no 837P"],
)
def test_a_claim_answered_as_a_whole_has_the_cause_of_its_only_line(
    more: tuple[str, ...] | None, rule: str, cause: str | None, sla: str
) -> None:
    links = None
    if more is not None:
        charge = 9040 if more else 9000
        drug = (f"CLM*A1*{charge}***11:B:1*Y*A*Y*Y", "HI*ABK:L400", "LX*1", "SV1*HC:J1628*9000*UN*1***1")
        links = Links(b.claims_of(b.claim_file(*b.ABOVE, *drug, "DTP*472*D8*20260104", *more)).claims)
    denial = only(*clp("9000", "0", "CAS*CO*197*9000", PATIENT), links=links).denial
    assert (denial.rule, denial.derm_category, denial.sla) == (rule, cause, sla)


def test_adjustments_of_the_claim_are_shared_out_to_lines_without_their_own() -> None:
    found = rows_of(
        *clp("300", "0", "CAS*CO*29*300", PATIENT, status="4"),
        "SVC*HC:99213*100*0**1", DAY, "SVC*HC:11102*200*0**1", DAY,
    )  # fmt: skip
    assert [r.adjustments for r in found] == [(("CO", "29", 10000, None),), (("CO", "29", 20000, None),)]
    assert [(r.denial.outcome, r.denial.denied) for r in found] == [(Outcome.DENIED, 10000), (Outcome.DENIED, 20000)]


def test_the_categoriser_is_given_all_the_facts() -> None:
    seen: list[LineFacts] = []

    around: list[Context] = []

    class Watching(Categoriser):
        def __call__(self, line: LineFacts, context: Callable[[], Context] = lambda: ALONE) -> Denial:
            seen.append(line)
            around.append(context())
            return super().__call__(line, context)

    read = b.remits_of(
        b.remit_file(
            *b.PAYMENT,
            "CLP*A1*2*100*0*30*MB*PAYER1*11*1", PATIENT, "MOA***MA01*MA130*N264",
            "SVC*HC:99213:25:59*100*0**1*HC:99214", DAY, "CAS*CO*50*70", "CAS*PR*1*30", "LQ*HE*N115", "LQ*RX*77",
        )
    )  # fmt: skip
    list(rows(read.remits[0], read.claims[0], Watching(codes()), Options()))
    assert seen == [
        LineFacts(
            status="2", charge=10000, paid=0, adjustments=[Adjustment("CO", "50", 7000), Adjustment("PR", "1", 3000)],
            remarks=("N115",), claim_remarks=("MA01", "MA130", "N264"), filing="MB", procedure="99213",
            submitted="99214", modifiers=("25", "59"), sister_bundled=False,
        )
    ]  # fmt: skip
    assert around == [Context(day=date(2026, 1, 4))]


def test_a_line_bundled_into_another_is_paid_there() -> None:
    found = rows_of(
        *clp("300", "150", PATIENT),
        "SVC*HC:80053*300*150**1*HC:80048", DAY, "CAS*CO*45*300", "CAS*OA*94*-150",
        "SVC*HC:80053*0*0**1*HC:82310", DAY,
    )  # fmt: skip
    assert len(found) == 2
    assert found[0].denial.outcome is not Outcome.DENIED


@pytest.mark.parametrize(
    ("taken", "outcome"),
    [("OA*94", Outcome.ROLLUP), ("oa*094", Outcome.ROLLUP), ("OA*194", Outcome.DENIED), ("CO*94", Outcome.DENIED)],
)
def test_a_line_whose_money_another_took_over_is_no_denial(taken: str, outcome: Outcome) -> None:
    found = rows_of(
        *clp("500", "400", PATIENT),
        "SVC*HC:11402*200*0**1*HC:11401", DAY, "CAS*CO*97*200",
        "SVC*HC:11403*300*400**1", DAY, f"CAS*{taken}*-200", "CAS*CO*45*100",
    )  # fmt: skip
    assert found[0].denial.outcome is outcome


# -- modifiers


def sent(modifiers: str, *more: tuple[str, str]) -> Links:
    """A visit of 100.00 with these modifiers (":25"), beside a biopsy; `more` are (frequency, modifiers) sent later."""
    claims = [
        (
            f"CLM*A1*300***11:B:{frequency}*Y*A*Y*Y", "HI*ABK:L570",
            "LX*1", f"SV1*HC:99213{those}*100*UN*1***1", "DTP*472*D8*20260104",
            "LX*2", "SV1*HC:11102*200*UN*1***1", "DTP*472*D8*20260104",
        )
        for frequency, those in (("1", modifiers), *more)
    ]  # fmt: skip
    return Links(b.claims_of(b.claim_file(*b.ABOVE, *(s for claim in claims for s in claim))).claims)


@pytest.mark.parametrize(
    ("service", "links", "rule", "sub"),
    [
        ("HC:99213*100*0**1", sent(":25"), "EM-02", "unsupported"),
        ("HC:99213*100*0**1", sent(""), "EM-01", "missing"),
        ("HC:99213*100*0**1", sent(":24"), "EM-01", "missing"),
        ("HC:99213*100*0**1", None, "EM-01", "missing"),
        ("HC:99213*100*0**1*HC:99213:25", None, "EM-02", "unsupported"),
        ("HC:99213*100*0**1*HC:99213", None, "EM-01", "missing"),
        ("HC:99213:25*100*0**1", sent(""), "EM-02", "unsupported"),
        ("HC:99213*100*0**1", sent("", ("7", ":25")), "EM-01", "missing"),  # the answer may be that to the first
        ("HC:99213*100*0**1", sent(":25", ("7", ":25")), "EM-02", "unsupported"),
    ],
)
def test_a_modifier_that_was_sent_is_not_missing(service: str, links: Links | None, rule: str, sub: str) -> None:
    body = (f"SVC*{service}", DAY, "CAS*CO*97*100", "SVC*HC:11102*200*100**1", DAY, "CAS*CO*45*100")
    denial = rows_of(*clp("300", "100", PATIENT), *body, links=links)[0].denial
    assert (denial.rule, denial.derm_category, denial.derm_sub) == (rule, "modifier_25", sub)


# -- allowed amount


@pytest.mark.parametrize(
    ("segments", "expected"),
    [
        (("SVC*HC:99213*100*60**1", DAY, "CAS*CO*45*20", "CAS*PR*2*20", "AMT*B6*80"), 8000),
        (("SVC*HC:99213*100*60**1", DAY, "CAS*CO*45*20", "CAS*PR*2*20"), 8000),
        (("SVC*HC:99213*100*60**1", DAY, "CAS*CO*45*10", "CAS*PR*1*5**2*10**3*15"), 9000),
        (("SVC*HC:99213*100*60**1", DAY, "CAS*CO*45*20", "CAS*PR*2*20", "AMT*B6*0"), 0),
        (("SVC*HC:99213*100*60**1", DAY, "CAS*CO*45*20", "CAS*PR*204*20"), 6000),
        (("SVC*HC:99213*100*60**1", DAY, "CAS*CO*45*20", "CAS*OA*2*20"), 6000),
        (("SVC*HC:99213*100*58.8**1", DAY, "CAS*CO*45*20", "CAS*CO*253*1.2", "CAS*PR*2*20"), 8000),
        (("SVC*HC:99213*100*58.8**1", DAY, "CAS*CO*45*20", "CAS*CO*0253*1.2", "CAS*PR*02*20"), 8000),
        (("SVC*HC:99213*100*60**1", DAY, "CAS*CO*45*20", "CAS*pr* 1*20"), 8000),
        (("SVC*HC:99213*100*60**1", DAY, "CAS*CO*45*20", "CAS*PR*10*20"), 6000),
    ],
    ids=[
        "stated",
        "coinsurance",
        "deductible, coinsurance, copay",
        "stated as nothing",
        "PR-204 is a denial",
        "not PR",
        "sequestration",
        "zeros before the codes",
        "small letters and blanks",
        "PR-10 is no coinsurance",
    ],
)
def test_allowed_is_what_is_stated_else_paid_and_owed(segments: tuple[str, ...], expected: int) -> None:
    assert only(*clp("100", "60", PATIENT), *segments).allowed == expected


# -- dates and providers


@pytest.mark.parametrize(
    ("claim_dates", "line_dates", "expected"),
    [
        ((), ("DTM*472*20260104",), date(2026, 1, 4)),
        ((), ("DTM*150*20260102", "DTM*151*20260104"), date(2026, 1, 2)),
        (("DTM*232*20260101",), (), date(2026, 1, 1)),
        (("DTM*232*20260101", "DTM*233*20260104"), ("DTM*472*20260103",), date(2026, 1, 3)),
        ((), (), None),
    ],
)
def test_service_date_of_the_line_else_of_the_claim(
    claim_dates: tuple[str, ...], line_dates: tuple[str, ...], expected: date | None
) -> None:
    row = only(*clp("100", "60", PATIENT), *claim_dates, "SVC*HC:99213*100*60**1", *line_dates, "CAS*CO*45*40")
    assert row.service_date == expected


LINE_NPI, CLAIM_NPI = "1000000012", "1000000020"
BILLED = b.claims_of(b.GOOD_CLAIMS).claims


@pytest.mark.parametrize(
    ("claim_npi", "line_npi", "linked", "expected"),
    [
        (True, True, True, LINE_NPI),
        (True, False, True, CLAIM_NPI),
        (False, False, True, "1234567893"),
        (False, False, False, ""),
    ],
)
def test_rendering_provider_of_line_claim_or_bill(claim_npi: bool, line_npi: bool, linked: bool, expected: str) -> None:
    claim = [f"NM1*82*1*DOC*A****XX*{CLAIM_NPI}"] if claim_npi else []
    line = [f"REF*HPI*{LINE_NPI}"] if line_npi else []
    service = ["SVC*HC:99213:25*100*60**1", DAY, "CAS*CO*45*40", *line]
    row = only(*clp("100", "60", PATIENT, *claim), *service, links=Links(BILLED) if linked else None)
    assert row.rendering == expected
    assert (row.billed is not None) is linked


def test_billing_is_the_payees_npi() -> None:
    service = ["SVC*HC:99213*100*60**1", DAY, "CAS*CO*45*40"]
    assert only(*clp("100", "60", PATIENT), *service).billing == "1234567893"
    other = tuple(s.replace("*XX*1234567893", "*FI*000000001") for s in b.PAYMENT)
    assert rows_of(*clp("100", "60", PATIENT), *service, payment=other)[0].billing == ""
