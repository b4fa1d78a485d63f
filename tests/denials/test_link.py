"""Denied lines find the line that was billed - or none, rather than a wrong one."""

from datetime import date

import pytest

from curette.claims.model import Claim
from curette.denials.link import Around, Billed, Found, Links
from curette.remits.model import ClaimPayment
from tests import builder as b

CLAIM = (
    "CLM*A1*600***11:B:1*Y*A*Y*Y", "HI*ABK:L570*ABF:D485*ABF:L400",
    "LX*1", "SV1*HC:99213:25*100*UN*1***2:1", "DTP*472*D8*20260104", "REF*6R*L1",
    "LX*2", "SV1*HC:11102*200*UN*1*22**3", "DTP*472*D8*20260104", "REF*6R*L2", "NM1*82*1*DOC*B****XX*1000000020",
    "LX*3", "SV1*HC:17110*150*UN*1***1", "DTP*472*D8*20260104", "REF*6R*L3",
    "LX*4", "SV1*HC:17110*150*UN*1***9", "DTP*472*D8*20260104", "REF*6R*L4",
)  # fmt: skip


def links(*claims: tuple[str, ...]) -> Links:
    read = b.claims_of(b.claim_file(*b.ABOVE, *(s for claim in claims or (CLAIM,) for s in claim)))
    assert read.names
    return Links(read.claims)


def answer(*lines: str, name: str = "A1") -> ClaimPayment:
    body = [f"CLP*{name}*1*100*0**12*PAYER1*11*1", "NM1*QC*1*SAMPLE*SAM", *lines]
    return b.remits_of(b.remit_file(*b.PAYMENT, *body)).claims[0]


def found(line: str, *more: str, name: str = "A1", among: Links | None = None) -> Billed | None:
    found = match(line, *more, name=name, among=among)
    return found.billed if found else None


def match(line: str, *more: str, name: str = "A1", among: Links | None = None) -> Found | None:
    claim = answer(line, *more, name=name)
    return (among or links()).find(claim, claim.lines[0])


def test_by_control_number() -> None:
    billed = found("SVC*HC:17110*150*0**1", "REF*6R*L4")
    assert billed is not None
    assert (billed.control_number, billed.procedure, billed.charge) == ("L4", "17110", 15000)


def test_the_control_number_goes_before_the_code() -> None:
    billed = found("SVC*HC:99213*100*0**1", "REF*6R*L2")
    assert billed is not None
    assert billed.procedure == "11102"


def test_by_the_only_line_with_its_code() -> None:
    billed = found("SVC*HC:11102*200*0**1")
    assert billed is not None
    assert billed.control_number == "L2"


def test_by_the_code_that_was_submitted() -> None:
    billed = found("SVC*HC:11104*200*0**1*HC:11102")
    assert billed is not None
    assert billed.control_number == "L2"


def test_by_code_where_the_control_number_is_unknown() -> None:
    billed = found("SVC*HC:11102*200*0**1", "REF*6R*NOSUCH")
    assert billed is not None
    assert billed.control_number == "L2"


@pytest.mark.parametrize(
    ("line", "name"),
    [("SVC*HC:17110*150*0**1", "A1"), ("SVC*HC:99999*100*0**1", "A1"), ("SVC*HC:11102*200*0**1", "B9")],
    ids=["two lines fit", "no line has the code", "no claim has the number"],
)
def test_rather_none_than_a_wrong_one(line: str, name: str) -> None:
    assert found(line, name=name) is None


def test_of_two_with_one_code_by_charge() -> None:
    claim = [s.replace("17110*150*UN*1***9", "17110*175*UN*1***9") for s in CLAIM]
    billed = found("SVC*HC:17110*175*0**1", among=links(tuple(claim)))
    assert billed is not None
    assert billed.control_number == "L4"


def test_what_is_known_of_a_billed_line() -> None:
    around = Around({"A1": ["99213", "11102", "17110", "17110"]})
    day = date(2026, 1, 4)
    assert found("SVC*HC:99213:25*100*60**1") == Billed(
        "L1", "99213", ("25",), 10000, ("D485", "L570"), "1234567893", "1234567893", "11",
        1000, day, "", False, "", "A1", around, around["A1"],
    )  # fmt: skip
    assert found("SVC*HC:11102*200*0**1") == Billed(
        "L2",
        "11102",
        (),
        20000,
        ("L400",),
        "1000000020",
        "1234567893",
        "22",
        1000,
        day,
        "",
        False,
        "",
        "A1",
        around,
        around["A1"],
    )
    pointless = found("SVC*HC:17110*150*0**1", "REF*6R*L4")
    assert pointless is not None
    assert pointless.diagnoses == ()


def test_the_rendering_provider_of_the_claim() -> None:
    claim = (*CLAIM[:2], "NM1*82*1*DOC*A****XX*1000000012", *CLAIM[2:])
    billed = found("SVC*HC:99213*100*0**1", among=links(claim))
    assert billed is not None
    assert billed.rendering == "1000000012"


def test_a_claim_answered_as_a_whole() -> None:
    one_line = ("CLM*A2*100***11:B:1*Y*A*Y*Y", "HI*ABK:L570", *b.line(1, "100"))
    both = links(CLAIM, one_line)
    billed = both.find(answer(name="A2"), None)
    assert billed is not None
    assert (billed.billed.procedure, billed.by) == ("99213", "only_line")
    assert both.find(answer(name="A1"), None) is None, "which of four lines is meant is not known"
    assert both.find(answer(name="B9"), None) is None


def test_whether_there_is_anything_to_link() -> None:
    assert not Links()
    assert links()


SAME = (
    "CLM*A1*700***11:B:1*Y*A*Y*Y", "HI*ABK:L570",
    "LX*1", "SV1*HC:17110*150*UN*1***1", "DTP*472*D8*20260104", "REF*6R*L1",
    "LX*2", "SV1*HC:17110*150*UN*1***1", "DTP*472*D8*20260105", "REF*6R*L2",
    "LX*3", "SV1*HC:17110*300*UN*2***1", "DTP*472*D8*20260105", "REF*6R*L3",
    "LX*4", "SV1*HC:11102:59*100*UN*1***1", "DTP*472*D8*20260105", "REF*6R*L4",
)  # fmt: skip


@pytest.mark.parametrize(
    ("line", "more", "number", "by"),
    [
        ("SVC*HC:99999*1*0**9", ("DTM*472*20260106", "REF*6R*L2"), "L2", "line_control"),
        ("SVC*HC:11102*100*0**1", (), "L4", "code"),
        ("SVC*HC:17110*150*0**1", ("DTM*472*20260104",), "L1", "code+date"),
        ("SVC*HC:17110*150*0**1", ("DTM*472*20260105",), "L2", "code+date+units"),
        ("SVC*HC:17110*300*0**1**2", ("DTM*472*20260105",), "L3", "code+date+units"),
        ("SVC*HC:17110*300*0**7", ("DTM*472*20260105",), "L3", "code+date+charge"),
        ("SVC*HC:11104*100*0**1", ("DTM*472*20260105",), "L4", "date+units+charge"),
    ],
)
def test_by_what_a_line_is_recognised(line: str, more: tuple[str, ...], number: str, by: str) -> None:
    billed = match(line, *more, among=links(SAME))
    assert billed is not None
    assert (billed.billed.control_number, billed.by) == (number, by)


@pytest.mark.parametrize(
    ("line", "more"),
    [
        ("SVC*HC:11104*100*0**1", ("DTM*472*20260106",)),  # another day
        ("SVC*HC:11104*100*0**2", ("DTM*472*20260105",)),  # other units
        ("SVC*HC:11104*101*0**1", ("DTM*472*20260105",)),  # another charge
    ],
)
def test_a_changed_code_needs_all_the_rest(line: str, more: tuple[str, ...]) -> None:
    assert match(line, *more, among=links(SAME)) is None


def test_a_changed_code_is_not_that_of_an_answered_line() -> None:
    lines = ("SVC*HC:11104*100*0**1", "DTM*472*20260105", "SVC*HC:11102*100*50**1", "DTM*472*20260105")
    assert match(*lines, among=links(SAME)) is None


def test_a_modifier_that_the_payer_changed() -> None:
    billed = match("SVC*HC:11102:XS*100*0**1*HC:11102:59", among=links(SAME))
    assert billed is not None
    assert billed.billed.modifiers == ("59",)


def test_a_claim_sent_again_under_its_number_is_told_by_its_charge() -> None:
    again = tuple(s.replace("CLM*A1*700*", "CLM*A1*100*").replace("REF*6R*L4", "REF*6R*N4") for s in SAME)
    both = links(SAME, (*again[:2], *again[-4:]))
    billed = match("SVC*HC:11102*100*0**1", among=both)
    assert billed is not None
    assert billed.billed.control_number == "N4", "the remittance answers 100.00"


def visit(day: str, diagnosis: str, modifier: str = "", charge: str = "100") -> tuple[str, ...]:
    """One of several visits that an office sends under the number of the patient."""
    return (
        f"CLM*A1*{charge}***11:B:1*Y*A*Y*Y", f"HI*ABK:{diagnosis}",
        "LX*1", f"SV1*HC:99213{modifier}*{charge}*UN*1***1", f"DTP*472*D8*{day}",
    )  # fmt: skip


@pytest.mark.parametrize(("day", "diagnosis"), [("20260104", "L570"), ("20260204", "L400"), ("20260304", "D485")])
def test_of_several_visits_under_one_number_by_the_day(day: str, diagnosis: str) -> None:
    among = links(visit("20260104", "L570", ":25"), visit("20260204", "L400"), visit("20260304", "D485", charge="90"))
    answered = match("SVC*HC:99213*100*0**1", f"DTM*472*{day}", among=among)
    assert answered is not None
    assert answered.billed.diagnoses == (diagnosis,)
    assert not answered.changed  # other visits had other modifiers, this one was sent once


@pytest.mark.parametrize("when", [(), ("DTM*472*20260401",)], ids=["not said", "another"])
def test_without_their_day_the_last_visit_that_fits_the_charge(when: tuple[str, ...]) -> None:
    among = links(visit("20260104", "L570"), visit("20260204", "L400"), visit("20260304", "D485", charge="90"))
    answered = match("SVC*HC:99213*100*0**1", *when, among=among)
    assert answered is not None
    assert answered.billed.diagnoses == ("L400",)


def test_drug_and_approval() -> None:
    claim = (
        "CLM*A1*100***11:B:1*Y*A*Y*Y", "REF*G1*APPROVAL1", "HI*ABK:L400",
        "LX*1", "SV1*HC:J3590*100*UN*1***1", "DTP*472*D8*20260104", "LIN**N4*00024591401", "CTP****1*UN",
    )  # fmt: skip
    billed = found("SVC*HC:J3590*100*0**1", among=links(claim))
    assert billed is not None
    assert (billed.ndc, billed.authorized) == ("00024591401", True)


# -- the day around a line


def sisters(*claims: tuple[str, ...]) -> tuple[str, ...]:
    billed = found("SVC*HC:11102*200*0**1", among=links(CLAIM, *claims))
    assert billed is not None
    return billed.sisters


def test_other_lines_of_the_day_also_of_another_claim() -> None:
    other = ("CLM*A9*100***11:B:1*Y*A*Y*Y", "HI*ABK:L570", *b.line(1, "100", "REF*6R*X1"))
    assert sisters() == ("99213", "17110", "17110")
    assert sisters(other) == ("99213", "17110", "17110", "99213")


def test_lines_of_another_day_are_not_beside_it() -> None:
    other = ("CLM*A9*100***11:B:1*Y*A*Y*Y", "HI*ABK:L570", *b.line(1, "100"))
    assert sisters(tuple(s.replace("20260104", "20260105") for s in other)) == ("99213", "17110", "17110")


def test_a_replacement_does_not_double_the_day() -> None:
    again = (CLAIM[0].replace("CLM*A1*", "CLM*A1R*").replace("B:1*", "B:7*"), "REF*F8*ICN1", *CLAIM[1:])
    assert sisters(again) == ("99213", "17110", "17110")


@pytest.mark.parametrize(("more", "beside"), [(396, 399), (397, 3)])
def test_nobody_has_more_than_400_lines_a_day(more: int, beside: int) -> None:
    others = [(f"CLM*B{n}*100***11:B:1*Y*A*Y*Y", "HI*ABK:L570", *b.line(1, "100")) for n in range(more)]
    assert len(sisters(*others)) == beside  # else each claim is looked at by itself


def test_a_claim_sent_again_with_other_services_has_its_own_beside_each_line() -> None:
    first = ("CLM*A1*100***11:B:1*Y*A*Y*Y", "HI*ABK:L570", *b.line(1, "100"))
    again = ("CLM*A1*150***11:B:1*Y*A*Y*Y", "HI*ABK:L570", *(s.replace("99213:25", "11102") for s in b.line(1, "150")))
    other = ("CLM*A2*90***11:B:1*Y*A*Y*Y", "HI*ABK:L570", *(s.replace("99213:25", "17110") for s in b.line(1, "90")))
    all_of_them = links(first, again, other)
    for charge, code in ((100, "99213"), (150, "11102")):
        claim = b.remits_of(
            b.remit_file(*b.PAYMENT, f"CLP*A1*1*{charge}*0**12*P1*11*1", f"SVC*HC:{code}*{charge}*0**1")
        ).claims[0]
        match = all_of_them.find(claim, claim.lines[0])
        assert match is not None
        assert match.billed.sisters == ("17110",)


def batch(sent: str, claim: tuple[str, ...]) -> list[Claim]:
    """A batch made on that day."""
    data = b.claim_file(*b.ABOVE, *claim).replace(b"*20260105*0930*CH", f"*{sent}*0930*CH".encode())
    return b.claims_of(data).claims


WRONG, RIGHT = visit("20260104", "L821"), visit("20260104", "B079", ":25")
MENDED = (RIGHT[0].replace("B:1*", "B:7*"), *RIGHT[1:])


@pytest.mark.parametrize(
    ("again", "sent", "answered", "diagnosis"),
    [
        (MENDED, "20260310", date(2026, 3, 2), "L821"),  # it came of that answer
        (MENDED, "20260301", date(2026, 3, 2), "B079"),
        (MENDED, "20260302", date(2026, 3, 2), "L821"),  # nor can it be the answer of its own day
        (RIGHT, "20260302", date(2026, 3, 2), "B079"),
        (MENDED, "20260310", None, "B079"),
        (MENDED, "20260310", date(2026, 1, 2), "B079"),  # before both: one of the days is wrong, and the last goes
        (MENDED, "2026", date(2026, 3, 2), "L821"),  # nobody knows when: that of which it is known goes before
    ],
)
def test_a_claim_sent_again_is_not_what_was_answered_before(
    again: tuple[str, ...], sent: str, answered: date | None, diagnosis: str
) -> None:
    claim = answer("SVC*HC:99213*100*0**1", "DTM*472*20260104")
    batches = batch("20260105", WRONG), batch(sent, again)
    for first, second in (batches, batches[::-1]):
        match = Links([*first, *second]).find(claim, claim.lines[0], answered)
        assert match is not None
        assert match.billed.diagnoses == (diagnosis,)
