"""A payment is used as a whole or not at all: each fault makes it unusable, and is told at its element."""

import pytest

from curette.errors import InputError
from curette.findings import Finding, Severity
from curette.remits.reader import Reader
from tests.builder import PAYMENT, Payments, only, ordinal, payment, remit_file, remits_of

HEAD = (*PAYMENT[:-1], "REF*TJ*000000001")
RICH = (
    "LX*1", "TS3*1234567893*11*20261231*2*500", "TS2*10*20", "CLP*RICH*1*500*310.5*79.5*12*PAYER1*11*1", "CAS*CO*45*50**1*10*1.5",
    "NM1*QC*1*SAMPLE*SAM*Q***MI*TEST0001", "MIA*0***12.5*MA02", "MOA*.5*10*MA01", "REF*1L*GROUP1", "DTM*232*20260104", "AMT*AU*400", "QTY*CA*2",
    "SVC*HC:11642:58:GC*400*260.5**1*HC:11643:58*2", "DTM*472*20260104", "CAS*PR*2*19.5", "REF*6R*L1", "AMT*B6*350", "QTY*ZL*1", "LQ*HE*N657",
)  # fmt: skip
PLB = ("PLB*1234567893*20261231*WO:REF1*10*FB*-5.25",)
BODY = (*HEAD, *payment("BEFORE"), *RICH, *payment("AFTER"), *PLB)
CLP, SVC = RICH[3], RICH[12]
BPR = PAYMENT[0]


def changed(old: str, *new: str) -> tuple[bytes, Payments]:
    """The file with one segment replaced by others (or none)."""
    assert BODY.count(old) == 1, old
    index = BODY.index(old)
    data = remit_file(*BODY[:index], *new, *BODY[index + 1 :])
    return data, remits_of(data)


def at(data: bytes, found: Finding) -> tuple[str, int | None]:
    """Segment and element of a finding, whose place is right by two counts."""
    assert found.place.segment_index == ordinal(data, found.place.offset)
    assert found.place.segment_in_transaction == found.place.segment_index - 2
    return data[found.place.offset :].split(b"~")[0].decode(), found.place.element


def test_the_file_is_good() -> None:
    found = remits_of(remit_file(*BODY))
    assert (found.rules, found.usable, [c.control_number for c in found.claims]) == (
        [],
        True,
        ["BEFORE", "RICH", "AFTER"],
    )


VALUES = [
    (BPR, BPR.replace("*60*", "*6O*"), "MONEY", 2), (BPR, BPR.replace("*60*", "**"), "ABSENT", 2), (BPR, BPR.replace("20260302", "20260231"), "DATE", 16),
    (BPR, "BPR*I*60*C*CHK", "ABSENT", 16), (BPR, BPR.replace("*60*", "*1E999999*"), "MONEY", 2), ("DTM*405*20260302", "DTM*405*2026", "DATE", 2),
    ("DTM*405*20260302", "DTM*405", "ABSENT", 2), ("DTM*405*20260302", "DTM*405**X", "ABSENT", 2),
    ("TS3*1234567893*11*20261231*2*500", "TS3*1234567893*11*20261231*2*5OO", "MONEY", 5), ("TS2*10*20", "TS2*10*2,0", "MONEY", 2),
    ("TS3*1234567893*11*20261231*2*500", "TS3*1234567893*11*18991231*2*500", "DATE", 3),
    (CLP, CLP.replace("*RICH*", "**"), "ABSENT", 1), (CLP, CLP.replace("*RICH*1*", "*RICH**"), "ABSENT", 2), (CLP, CLP.replace("*500*", "*5OO*"), "MONEY", 3),
    (CLP, CLP.replace("*310.5*", "*310.555*"), "MONEY", 4), (CLP, CLP.replace("*79.5*", "*NaN*"), "MONEY", 5), (CLP, CLP.replace("*500*", "**"), "ABSENT", 3),
    (CLP, "CLP*RICH*1*500", "ABSENT", 4), (CLP, CLP.replace("*500*", "*" + "9" * 5000 + "*"), "MONEY", 3), (CLP, CLP.replace("*500*", "*100000000*"), "MONEY", 3),
    ("CAS*CO*45*50**1*10*1.5", "CAS*CO*45*5O**1*10*1.5", "MONEY", 3), ("CAS*CO*45*50**1*10*1.5", "CAS*CO*45*50**1*x*1.5", "MONEY", 6),
    ("CAS*CO*45*50**1*10*1.5", "CAS*CO*45*50**1*10*x", "QUANTITY", 7), ("CAS*CO*45*50**1*10*1.5", "CAS*CO*45*50***10*1.5", "ABSENT", 5),
    ("CAS*CO*45*50**1*10*1.5", "CAS*CO*45", "ABSENT", 3), ("CAS*CO*45*50**1*10*1.5", "CAS*CO", "ABSENT", 2), ("CAS*CO*45*50**1*10*1.5", "CAS", "ABSENT", 2),
    ("MIA*0***12.5*MA02", "MIA*0***12.5.5*MA02", "MONEY", 4), ("MOA*.5*10*MA01", "MOA*.5*ten*MA01", "MONEY", 2), ("MIA*0***12.5*MA02", "MIA*0*1.005**12.5*MA02", "MONEY", 2),
    ("DTM*232*20260104", "DTM*232*20260004", "DATE", 2), ("AMT*AU*400", "AMT*AU*+400", "MONEY", 2), ("AMT*AU*400", "AMT*AU", "ABSENT", 2), ("QTY*CA*2", "QTY*CA*two", "QUANTITY", 2),
    (SVC, SVC.replace("*400*", "*40O*"), "MONEY", 2), (SVC, SVC.replace("*260.5*", "*-*"), "MONEY", 3), (SVC, SVC.replace("**1*HC", "**1E5*HC"), "QUANTITY", 5),
    (SVC, SVC[:-1] + "x", "QUANTITY", 7), (SVC, "SVC*HC:11642*400", "ABSENT", 3), (SVC, SVC.replace("*400*", "**"), "ABSENT", 2),
    ("CAS*PR*2*19.5", "CAS*PR*2*19.5.", "MONEY", 3), ("CAS*PR*2*19.5", "CAS*PR**19.5", "ABSENT", 2), ("AMT*B6*350", "AMT*B6*3 50", "MONEY", 2), ("QTY*ZL*1", "QTY*ZL*１", "QUANTITY", 2),
    (PLB[0], PLB[0].replace("*10*", "*1O*"), "MONEY", 4), (PLB[0], PLB[0].replace("-5.25", "--5"), "MONEY", 6), (PLB[0], PLB[0].replace("20261231", ""), "ABSENT", 2),
    (PLB[0], PLB[0].replace("20261231", "20261331"), "DATE", 2), (PLB[0], "PLB*1234567893*20261231*WO:REF1", "ABSENT", 4), (PLB[0], PLB[0].replace("*WO:REF1*", "**"), "ABSENT", 3),
    (PLB[0], "PLB*1234567893*20261231", "ABSENT", 3), (PLB[0], PLB[0] + "*" * 9 + "X", "EXTRA", 15),
]  # fmt: skip
LINE_DATE = [
    ("DTM*472*20260231", "DATE", 2),
    ("DTM*472", "ABSENT", 2),
    ("DTM", "ABSENT", 2),
    ("DTM*472*2026-01-04", "DATE", 2),
    ("DTM*472**X", "ABSENT", 2),
]


@pytest.mark.parametrize(("old", "new", "rule", "element"), VALUES)
def test_a_bad_value_makes_the_payment_unusable(old: str, new: str, rule: str, element: int) -> None:
    data, found = changed(old, new)
    finding = found.finding()
    assert (finding.rule.id, at(data, finding)) == (f"SYN-{rule}", (new, element))
    assert finding.severity is Severity.ERROR
    assert not found.usable
    inside = new in (*RICH, CLP) or old in RICH[3:]
    told = old == CLP or (inside and not old.startswith(("LX", "TS")))
    assert finding.claim == ("RICH" if told and rule + str(element) != "ABSENT1" else None)


@pytest.mark.parametrize(("new", "rule", "element"), LINE_DATE)
def test_a_bad_date_of_a_line(new: str, rule: str, element: int) -> None:
    data = remit_file(*HEAD, "LX*1", *(s if not s.startswith("DTM") else new for s in payment("A1")))
    found = remits_of(data)
    assert (found.finding().rule.id, at(data, found.finding()), found.usable) == (f"SYN-{rule}", (new, element), False)
    assert (found.finding().claim, found.finding().line) == ("A1", 1)


@pytest.mark.parametrize(("old", "new", "rule", "element"), VALUES)
def test_asking_for_the_claims_of_such_a_payment_is_refused(old: str, new: str, rule: str, element: int) -> None:
    _, found = changed(old, new)
    with pytest.raises(InputError, match="cannot be used") as caught:
        list(found.remits[0].claims)
    assert caught.value.offset == found.findings[0].place.offset
    assert "\n" not in str(caught.value)
    assert "SAMPLE" not in str(caught.value)


MISPLACED = [
    (CLP, (), "CAS*CO*45*50**1*10*1.5"), (SVC, (), "DTM*472*20260104"), ("LX*1", ("NM1*QC*1*X", "LX*1"), "NM1*QC*1*X"),
    ("REF*TJ*000000001", ("SVC*HC:1*1*1",), "SVC*HC:1*1*1"), ("REF*TJ*000000001", ("BPR*I*1*C*CHK",), "BPR*I*1*C*CHK"),
    ("REF*6R*L1", ("TS2*1",), "TS2*1"), ("REF*6R*L1", ("MOA***MA01",), "MOA***MA01"), ("REF*6R*L1", ("NM1*82*1*X",), "NM1*82*1*X"),
    ("TS2*10*20", ("SVC*HC:1*1*1",), "SVC*HC:1*1*1"), ("REF*1L*GROUP1", ("LQ*HE*N1",), "LQ*HE*N1"), ("REF*1L*GROUP1", ("N1*PR*X",), "N1*PR*X"),
    (PLB[0], (*PLB, "CLP*X*1*1*1"), "CLP*X*1*1*1"), (PLB[0], (*PLB, "REF*A*B"), None),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "lost"), MISPLACED)
def test_a_segment_in_the_wrong_place_makes_the_payment_unusable(
    old: str, new: tuple[str, ...], lost: str | None
) -> None:
    data, found = changed(old, *new)
    finding = found.findings[0]
    assert finding.rule.id in ("SYN-MISPLACED", "SYN-ORPHAN")
    assert at(data, finding) == (lost or "REF*A*B", None)
    assert not found.usable


@pytest.mark.parametrize("segment", ["XYZ*1", "HL*1**20*1", "SV1*HC:1*1"])
def test_a_segment_of_no_loop(segment: str) -> None:
    data, found = changed("REF*1L*GROUP1", segment)
    assert (found.finding().rule.id, at(data, found.finding()), found.usable) == ("SYN-UNKNOWN", (segment, None), False)


def test_provider_adjustments_before_the_claims() -> None:
    data = remit_file(*HEAD, *PLB, "LX*1", *payment("A1"))
    found = remits_of(data)
    assert at(data, found.findings[0]) == ("LX*1", None)
    assert (found.usable, found.claims) == (False, [])


def test_a_line_that_lost_its_head_joins_no_other() -> None:
    body = payment("A1")
    data = remit_file(*HEAD, "LX*1", *body, "REF*6R*L1", *body[-2:])
    found = remits_of(data)
    assert (found.finding().rule.id, at(data, found.finding())) == ("SYN-ORPHAN", ("DTM*472*20260104", None))
    assert not found.usable


def test_claims_come_before_it_is_known_that_they_may_not_be_used() -> None:
    reader = Reader(only(remit_file(*HEAD, "LX*1", *payment("A1"), *payment("A2"), "PLB*X*20261231*WO*x")))
    stream = reader.claims()
    assert next(stream).control_number == "A1"
    assert reader.usable
    assert [c.control_number for c in stream] == ["A2"]
    assert not reader.usable


def test_a_head_that_cannot_be_read_is_left_empty() -> None:
    found = remits_of(remit_file("BPR*I*x*C*CHK", "TRN*1"))
    [remit] = found.remits
    assert (
        remit.paid,
        remit.payment_date,
        remit.trace,
        remit.payer,
        remit.payee,
        remit.payer_name,
        remit.payer_id,
    ) == (0, None, "", None, None, "", "")


def test_findings_are_capped() -> None:
    found = remits_of(remit_file(*HEAD, "LX*1", *payment("A1"), *["AMT*AU*x"] * 3000))
    assert (len(found.findings), found.usable) == (1000, False)


@pytest.mark.parametrize("size", [100, 20_000])
def test_many_adjustments_take_time_in_proportion(size: int) -> None:
    [claim] = remits_of(remit_file(*HEAD, "LX*1", *payment("A1"), *["CAS*CO*45*1"] * size)).claims
    assert len(claim.lines[0].adjustments) == size + 1
