"""A value that cannot be read, or a segment without a home, costs its claim and no other; the place is told exactly."""

import pytest

from curette.findings import Finding, Severity
from tests.builder import ABOVE, Claims, claim, claim_file, claims_of, line, ordinal, subscriber

# a claim with something of every typed field, between two plain ones of other subscribers
RICH = (
    "CLM*RICH*500***11:B:1*Y*A*Y*Y", "DTP*431*D8*20260101", "DTP*434*RD8*20260101-20260102", "CN1*02*450.5", "AMT*F5*25.5", "REF*G1*AUTH1",
    "HI*ABK:L570", "HCP*03*451.25*50", "NM1*82*1*EXAMPLE*DANA****XX*1000000111", "PRV*PE*PXC*207N00000X",
    "SBR*S*18*******CI", "CAS*PR*1*20*2*3*4*5", "AMT*D*60", "OI***Y***Y", "MOA**40*MA01*****5*6", "NM1*IL*1*SAMPLE*SAM****MI*TEST0002", "NM1*PR*2*OTHER PLAN*****PI*99002",
    "DTP*573*D8*20260301", "LX*1", "SV1*HC:99213*400*UN*1.5***1", "SV5*HC:E0424*DA*30*95.75*900*4", "DTP*472*D8*20260104", "QTY*PT*2",
    "CN1*01*390", "REF*6R*L1", "AMT*T*10.25", "PS1*OTHER*75.5", "HCP*03*360*40", "LIN**N4*00024591401", "CTP****2.5*UN",
    "NM1*77*2*SAMPLE ANNEX*****XX*1000000566", "SVD*99002*300*HC:99213**1", "CAS*CO*45*100", "DTP*573*D8*20260302", "AMT*EAF*41",
    "LQ*UT*1.1", "FRM*1*Y", "FRM*2***20260101", "LX*2", "SV1*HC:17000*100*UN*1***1", "DTP*472*RD8*20260104-20260105",
)  # fmt: skip
BEFORE, AFTER = (*ABOVE, *claim("BEFORE"), *subscriber(3)), (*subscriber(4), *claim("AFTER"))


def changed(old: str, *new: str) -> tuple[bytes, Claims]:
    """The file with one segment of the rich claim replaced by others (or none)."""
    assert RICH.count(old) == 1, old
    index = RICH.index(old)
    data = claim_file(*BEFORE, *RICH[:index], *new, *RICH[index + 1 :], *AFTER)
    return data, claims_of(data)


def at(data: bytes, found: Finding) -> tuple[str, int | None]:
    """Segment and element of a finding, whose place is right by two counts."""
    assert found.place.segment_index == ordinal(data, found.place.offset)
    assert found.place.segment_in_transaction == found.place.segment_index - 2
    text = data[found.place.offset : found.place.offset + found.place.length].decode()
    assert data[found.place.offset + found.place.length :].startswith(b"~")
    return text, found.place.element


def test_the_file_is_good() -> None:
    found = claims_of(claim_file(*BEFORE, *RICH, *AFTER))
    assert (found.rules, found.names) == ([], ["BEFORE", "RICH", "AFTER"])


# the segment, its bad form, and where it is told
VALUES = [
    ("CLM*RICH*500***11:B:1*Y*A*Y*Y", "CLM*RICH*5OO***11:B:1*Y*A*Y*Y", "MONEY", 2), ("CLM*RICH*500***11:B:1*Y*A*Y*Y", "CLM*RICH", "ABSENT", 2),
    ("CLM*RICH*500***11:B:1*Y*A*Y*Y", "CLM*RICH****11:B:1*Y*A*Y*Y", "ABSENT", 2),
    ("CLM*RICH*500***11:B:1*Y*A*Y*Y", "CLM**500***11:B:1*Y*A*Y*Y", "ABSENT", 1),
    ("CLM*RICH*500***11:B:1*Y*A*Y*Y", "CLM*RICH*100000000***11:B:1*Y*A*Y*Y", "MONEY", 2),
    ("CLM*RICH*500***11:B:1*Y*A*Y*Y", "CLM*RICH*500.001***11:B:1*Y*A*Y*Y", "MONEY", 2),
    ("DTP*431*D8*20260101", "DTP*431*D8*20260231", "DATE", 3), ("DTP*431*D8*20260101", "DTP*431*D8**X", "DATE", 3), ("DTP*431*D8*20260101", "DTP*431", "ABSENT", 2), ("DTP*431*D8*20260101", "DTP*431**20260101", "ABSENT", 2),
    ("DTP*431*D8*20260101", "DTP*431*ZZ*20260101", "DATE", 3), ("DTP*434*RD8*20260101-20260102", "DTP*434*RD8*20260102-20260101", "DATE", 3),
    ("DTP*434*RD8*20260101-20260102", "DTP*434*D8*20260101-20260102", "DATE", 3), ("CN1*02*450.5", "CN1*02*450,5", "MONEY", 2),
    ("AMT*F5*25.5", "AMT*F5*NaN", "MONEY", 2), ("AMT*F5*25.5", "AMT*F5", "ABSENT", 2), ("HCP*03*451.25*50", "HCP*03*451.25*5O", "MONEY", 3),
    ("CAS*PR*1*20*2*3*4*5", "CAS*PR*1*x*2*3*4*5", "MONEY", 3), ("CAS*PR*1*20*2*3*4*5", "CAS*PR*1*20*2*3*x*5", "MONEY", 6),
    ("CAS*PR*1*20*2*3*4*5", "CAS*PR*1*20*x*3*4*5", "QUANTITY", 4), ("CAS*PR*1*20*2*3*4*5", "CAS*PR*1", "ABSENT", 3), ("CAS*PR*1*20*2*3*4*5", "CAS*PR*1*20*2**4*5", "ABSENT", 5),
    ("AMT*D*60", "AMT*D*1E999999", "MONEY", 2), ("DTP*573*D8*20260301", "DTP*573*D8*20261301", "DATE", 3),
    ("SV1*HC:99213*400*UN*1.5***1", "SV1*HC:99213*４００*UN*1.5***1", "MONEY", 2), ("SV1*HC:99213*400*UN*1.5***1", "SV1*HC:99213**UN*1.5***1", "ABSENT", 2),
    ("SV1*HC:99213*400*UN*1.5***1", "SV1*HC:99213*400*UN*1.0005***1", "QUANTITY", 4), ("SV1*HC:99213*400*UN*1.5***1", "SV1*HC:99213*400*UN****1", "ABSENT", 4),
    ("SV1*HC:99213*400*UN*1.5***1", "SV1*HC:99213*400", "ABSENT", 4),
    ("SV5*HC:E0424*DA*30*95.75*900*4", "SV5*HC:E0424*DA*30*95.755*900*4", "MONEY", 4), ("SV5*HC:E0424*DA*30*95.75*900*4", "SV5*HC:E0424*DA*30*95.75*nine*4", "MONEY", 5),
    ("DTP*472*D8*20260104", "DTP*472*D8*20260004", "DATE", 3), ("DTP*472*D8*20260104", "DTP*472*D8*2026010", "DATE", 3), ("DTP*472*D8*20260104", "DTP*472", "ABSENT", 2),
    ("DTP*472*D8*20260104", "DTP", "ABSENT", 2), ("DTP*472*D8*20260104", "DTP*472*TM*1200", "DATE", 3),
    ("DTP*472*RD8*20260104-20260105", "DTP*472*RD8*20260104", "DATE", 3), ("DTP*472*RD8*20260104-20260105", "DTP*472*RD8*20260104-20260105-20260106", "DATE", 3),
    ("QTY*PT*2", "QTY*PT*two", "QUANTITY", 2), ("QTY*PT*2", "QTY*PT", "ABSENT", 2), ("CN1*01*390", "CN1*01*+390", "MONEY", 2), ("AMT*T*10.25", "AMT*T* 10.25", "MONEY", 2),
    ("PS1*OTHER*75.5", "PS1*OTHER*75_5", "MONEY", 2), ("HCP*03*360*40", "HCP*03*-*40", "MONEY", 2), ("CTP****2.5*UN", "CTP****2..5*UN", "QUANTITY", 4), ("CTP****2.5*UN", "CTP***x*2.5*UN", "MONEY", 3),
    ("SVD*99002*300*HC:99213**1", "SVD*99002*.*HC:99213**1", "MONEY", 2), ("SVD*99002*300*HC:99213**1", "SVD*99002", "ABSENT", 2), ("SVD*99002*300*HC:99213**1", "SVD*99002*300*HC:99213**one", "QUANTITY", 5),
    ("MOA**40*MA01*****5*6", "MOA**40.005*MA01****5*6", "MONEY", 2), ("MOA**40*MA01*****5*6", "MOA**40*MA01*****5*100000000", "MONEY", 9),
    ("HCP*03*360*40", "HCP*03*360*40****1.005", "MONEY", 7), ("CAS*CO*45*100", "CAS*CO*45*10O", "MONEY", 3), ("CAS*CO*45*100", "CAS*CO**100", "ABSENT", 2), ("CAS*CO*45*100", "CAS", "ABSENT", 2),
    ("DTP*573*D8*20260302", "DTP*573*D8*00000000", "DATE", 3), ("AMT*EAF*41", "AMT*EAF*(41)", "MONEY", 2),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "rule", "element"), VALUES)
def test_a_bad_value_costs_its_claim_alone(old: str, new: str, rule: str, element: int) -> None:
    data, found = changed(old, new)
    finding = found.finding()
    assert (finding.rule.id, at(data, finding)) == (f"SYN-{rule}", (new, element))
    assert finding.severity is Severity.ERROR
    assert finding.claim == (None if new.startswith("CLM**") else "RICH")
    assert found.names == ["BEFORE", "AFTER"]
    assert len(found.unread) == 1


@pytest.mark.parametrize(("old", "new", "rule", "element"), VALUES)
def test_a_finding_never_repeats_the_value(old: str, new: str, rule: str, element: int) -> None:
    _, found = changed(old, new)
    parts = new.split("*")
    if element < len(parts) and len(parts[element]) > 2:
        assert parts[element] not in found.finding().message


# what is told of a claim that can be read all the same
READABLE = [
    ("CLM*RICH*500***11:B:1*Y*A*Y*Y", "CLM*RICH*-500***11:B:1*Y*A*Y*Y", "NEGATIVE", 2, Severity.ERROR),
    ("SV1*HC:99213*400*UN*1.5***1", "SV1*HC:99213*-400*UN*1.5***1", "NEGATIVE", 2, Severity.ERROR),
    ("SV1*HC:99213*400*UN*1.5***1", "SV1*HC:99213*400*UN*0***1", "ZERO-UNITS", 4, Severity.WARNING),
    ("SV1*HC:99213*400*UN*1.5***1", "SV1*HC:99213*400*UN*-1.5***1", "NEGATIVE", 4, Severity.ERROR),
    ("SV1*HC:99213*400*UN*1.5***1", "SV1*HC:99213*400*UN*1.5***A", "INTEGER", 7, Severity.ERROR),
    ("SV1*HC:99213*400*UN*1.5***1", "SV1*HC:99213*400*UN*1.5***1:+2", "INTEGER", 7, Severity.ERROR),
    ("SV1*HC:99213*400*UN*1.5***1", "SV1*HC:99213*400*UN*1.5***１", "INTEGER", 7, Severity.ERROR),
    ("SV1*HC:99213*400*UN*1.5***1", "SV1*HC:99213*400*UN*1.5***" + "1" * 5000, "INTEGER", 7, Severity.ERROR),
    ("FRM*2***20260101", "FRM*2***18991231", "DATE", 4, Severity.ERROR),
    ("LX*2", "LX*3", "LX-NUMBER", 1, Severity.ERROR), ("LX*2", "LX*02", "LX-NUMBER", 1, Severity.ERROR), ("LX*2", "LX", "LX-NUMBER", 1, Severity.ERROR),
    ("LX*2", "LX*２", "LX-NUMBER", 1, Severity.ERROR), ("LX*1", "LX*0", "LX-NUMBER", 1, Severity.ERROR),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "rule", "element", "severity"), READABLE)
def test_a_wrong_value_that_can_be_read(old: str, new: str, rule: str, element: int, severity: Severity) -> None:
    data, found = changed(old, new)
    finding = found.findings[0]
    assert (finding.rule.id, finding.severity, at(data, finding)) == (f"SYN-{rule}", severity, (new, element))
    assert found.names == ["BEFORE", "RICH", "AFTER"]


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        ("1234", []), ("1345", [2]), ("1934", [2]), ("0123", [1]), ("0234", [1]), ("1224", [3]), ("12235", [3]), ("1X34", [2]),
        ("1423", [2, 3]),
    ],
)  # fmt: skip
def test_one_break_in_the_numbers_of_lines_is_told_once(numbers: str, told: list[int]) -> None:
    body = [s for n in numbers for s in (f"LX*{n}", "SV1*HC:99213*100*UN*1***1", "DTP*472*D8*20260104")]
    data = claim_file(*ABOVE, *claim("A1")[:2], *body)
    found = claims_of(data)
    assert {f.rule.id for f in found.findings} <= {"SYN-LX-NUMBER"}
    assert [data[: f.place.offset].count(b"LX*") + 1 for f in found.findings] == told


def test_a_line_without_service_is_not_told_of_the_lines_behind_it() -> None:
    data = claim_file(*ABOVE, *claim("A1"), "LX*2", "DTP*472*D8*20260104", *line(3))
    assert claims_of(data).rules == ["SYN-ORPHAN"]


def test_values_behind_a_bad_pointer_are_read() -> None:
    _, found = changed("SV1*HC:99213*400*UN*1.5***1", "SV1*HC:99213*400*UN*1.5***A")
    first = found.claims[1].lines[0]
    assert (first.charge, first.units, first.pointers) == (40000, 1500, ())


# -- segments without a home

MISPLACED = [
    ("NM1*82*1*EXAMPLE*DANA****XX*1000000111", (), "PRV*PE*PXC*207N00000X"), ("SBR*S*18*******CI", (), "CAS*PR*1*20*2*3*4*5"),
    ("LX*1", (), "SV1*HC:99213*400*UN*1.5***1"), ("LX*1", ("OI***Y***Y", "LX*1"), None), ("LIN**N4*00024591401", (), "CTP****2.5*UN"),
    ("LQ*UT*1.1", (), "FRM*1*Y"), ("REF*6R*L1", ("NM1*IL*1*SAMPLE",), "NM1*IL*1*SAMPLE"), ("REF*6R*L1", ("NM1*QC*1*SAMPLE",), "NM1*QC*1*SAMPLE"),
    ("REF*6R*L1", ("PAT*19",), "PAT*19"), ("REF*6R*L1", ("SBR*P*18",), "SBR*P*18"), ("REF*6R*L1", ("DMG*D8*19700101",), "DMG*D8*19700101"),
    ("REF*G1*AUTH1", ("SV1*HC:99213*1*UN*1***1",), "SV1*HC:99213*1*UN*1***1"), ("HI*ABK:L570", ("HI*ABK:L570", "BHT*0019*00*X"), "BHT*0019*00*X"),
    ("SVD*99002*300*HC:99213**1", (), "CAS*CO*45*100"), ("REF*6R*L1", ("FRM*1*Y",), "FRM*1*Y"), ("REF*6R*L1", ("OI***Y***Y",), "OI***Y***Y"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "lost"), MISPLACED)
def test_a_segment_in_the_wrong_loop_costs_its_claim_alone(old: str, new: tuple[str, ...], lost: str | None) -> None:
    data, found = changed(old, *new)
    finding = found.finding()
    assert finding.rule.id == "SYN-MISPLACED"
    assert at(data, finding) == (lost or "OI***Y***Y", None)
    assert (found.names, found.unread) == (["BEFORE", "AFTER"], ["RICH"])


@pytest.mark.parametrize(("segment", "rule"), [("NM1*ZZ*1*X", "MISPLACED"), ("NM1**1*X", "ABSENT"), ("NM1", "ABSENT")])
def test_a_party_of_no_role_is_told_at_its_role(segment: str, rule: str) -> None:
    data, found = changed("NM1*82*1*EXAMPLE*DANA****XX*1000000111", segment)
    assert (found.finding().rule.id, at(data, found.finding())) == (f"SYN-{rule}", (segment, 1))
    assert (found.names, found.unread) == (["BEFORE", "AFTER"], ["RICH"])


@pytest.mark.parametrize("segment", ["CL1*1*2", "XYZ*1", "SV2*0450*HC:1*1*UN*1", "TOO**11", "N9*1"])
def test_a_segment_of_no_loop_costs_its_claim_alone(segment: str) -> None:
    data, found = changed("REF*G1*AUTH1", segment)
    assert (found.finding().rule.id, at(data, found.finding())) == ("SYN-UNKNOWN", (segment, None))
    assert (found.names, found.unread) == (["BEFORE", "AFTER"], ["RICH"])


@pytest.mark.parametrize("segment", ["R*1", "REFX*1", "R-F*1", "REF G1", "Ref*G1"])
def test_what_is_no_identifier_costs_its_claim_alone(segment: str) -> None:
    _, found = changed("REF*G1*AUTH1", segment)
    assert found.rules == ["SYN-SEGMENT-ID"]
    assert (found.names, found.unread) == (["BEFORE", "AFTER"], ["RICH"])


def test_a_line_needs_its_service() -> None:
    data, found = changed("SV1*HC:17000*100*UN*1***1")
    finding = found.finding()
    assert finding.rule.id == "SYN-ORPHAN"
    assert at(data, finding)[0] == "DTP*472*RD8*20260104-20260105"
    assert (found.names, found.unread) == (["BEFORE", "AFTER"], ["RICH"])


@pytest.mark.parametrize("after", ["", "REF*6R*L2", "DTP*472*D8*20260104"])
def test_a_line_without_service_at_the_end_of_a_claim(after: str) -> None:
    data = claim_file(*ABOVE, *claim("A1"), *filter(None, ("LX*2", after)), *subscriber(3), *claim("A2"))
    found = claims_of(data)
    assert "SYN-ORPHAN" in found.rules
    assert (found.names, found.unread) == (["A2"], ["A1"])


@pytest.mark.parametrize("child", ["LIN**N4*00024591401", "SVD*99002*1*HC:1**1", "LQ*UT*1", "NM1*82*1*EXAMPLE"])
def test_what_stands_on_a_line_needs_its_service(child: str) -> None:
    data = claim_file(*ABOVE, *claim("A1"), "LX*2", child, *subscriber(3), *claim("A2"))
    found = claims_of(data)
    assert (found.finding().rule.id, found.names, found.unread) == ("SYN-ORPHAN", ["A2"], ["A1"])


def test_lines_may_be_very_many() -> None:
    lines = [s for n in range(2, 1203) for s in (f"LX*{n}", "SV1*HC:17000*1*UN*1***1")]
    found = claims_of(claim_file(*ABOVE, *claim("A1"), *lines))
    assert (found.rules, [len(c.lines) for c in found.claims]) == ([], [1202])


def test_two_services_on_a_line() -> None:
    data, found = changed("LX*2")
    assert (found.finding().rule.id, at(data, found.finding())) == (
        "SYN-MISPLACED",
        ("SV1*HC:17000*100*UN*1***1", None),
    )
    assert found.names == ["BEFORE", "AFTER"]


# -- a missing CLM: what stands below it must not join the claim before


@pytest.mark.parametrize("kept", [1, 0])
@pytest.mark.parametrize("new_level", [True, False])
def test_without_its_head_a_claim_joins_no_other(kept: int, new_level: bool) -> None:
    first, second = claim("A1"), claim("A2", "70")[1 + (1 - kept) :]
    data = claim_file(
        *ABOVE, *first, *(subscriber(3) if new_level else ()), *second, *subscriber(4 if new_level else 3), *claim("A3")
    )
    found = claims_of(data)
    assert Severity.ERROR in [f.severity for f in found.findings]
    assert found.names == (["A1", "A3"] if new_level else ["A3"])
    assert all(len(c.lines) == 1 and c.charge == sum(n.charge for n in c.lines) for c in found.claims)


# -- above the claims

HEADS = [
    ("DMG*D8*19700101*F", "DMG*D8*19700001*F", "DATE", 2), ("DMG*D8*19700101*F", "DMG*D8*1970*F", "DATE", 2),
    ("SBR*P*18*******CI", "SBR*P*18*******CI~PAT*****D8*2026*01*71.5", "DATE", 6),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "rule", "element"), HEADS)
def test_a_fault_above_claims_costs_all_below_it(old: str, new: str, rule: str, element: int) -> None:
    body = [new if s == old else s for s in ABOVE]
    data = claim_file(*"~".join((*body, *claim("A1"), *claim("A2"), *subscriber(3), *claim("A3"))).split("~"))
    found = claims_of(data)
    assert (found.finding().rule.id, found.finding().place.element, found.finding().claim) == (
        f"SYN-{rule}",
        element,
        None,
    )
    assert (found.names, found.unread) == (["A3"], ["A1", "A2"])


def test_an_accident_weight_needs_no_date() -> None:
    body = [s + "~PAT*******01*71.5*Y" if s.startswith("SBR") else s for s in ABOVE]
    assert claims_of(claim_file(*"~".join((*body, *claim("A1"))).split("~"))).rules == []


def test_a_bad_claim_does_not_cost_the_next_of_the_same_subscriber() -> None:
    found = claims_of(claim_file(*ABOVE, *claim("A1"), *claim("A2", "2O"), *claim("A3"), "AMT*X*y", *claim("A4")))
    assert (found.names, found.unread) == (["A1", "A4"], ["A2", "A3"])


def test_findings_are_capped() -> None:
    found = claims_of(claim_file(*ABOVE, *claim("A1", "100", *["AMT*F5*x"] * 3000)))
    assert len(found.findings) == 1000
    assert found.unread == ["A1"]


def test_the_line_is_named() -> None:
    _, found = changed("DTP*472*RD8*20260104-20260105", "DTP*472*RD8*X")
    assert (found.finding().claim, found.finding().line, found.finding().place.loop) == ("RICH", 2, "2400")


@pytest.mark.parametrize(
    ("old", "new", "loop"),
    [
        ("AMT*F5*25.5", "AMT*F5*x", "2300"), ("AMT*D*60", "AMT*D*x", "2320"), ("DTP*573*D8*20260301", "DTP*573*D8*x", "2330B"),
        ("CTP****2.5*UN", "CTP****x*UN", "2410"), ("AMT*EAF*41", "AMT*EAF*x", "2430"), ("AMT*T*10.25", "AMT*T*x", "2400"),
    ],
)  # fmt: skip
def test_the_loop_is_named(old: str, new: str, loop: str) -> None:
    assert changed(old, new)[1].finding().place.loop == loop
