"""What is wrong with elements and components: the rule, the exact place, and a message without any value."""

import pytest

from curette.checks import guide
from curette.findings import rules
from tests.checks.transactions import CLAIMS, REMITTANCE, changed, found, lines, said

BHT, BPR = lines(CLAIMS)[1], lines(REMITTANCE)[1]
CLM, HI = "CLM*A1*250***11:B:1*Y*A*Y*Y", "HI*ABK:L570*ABF:D485"
SV1, DTP, RANGE = "SV1*HC:99213:25*130*UN*1***1:2", "DTP*472*D8*20260104", "DTP*472*RD8*20260104-20260105"
SBR, DMG, N3, N4 = "SBR*P*18*******CI", "DMG*D8*19700101*F", "N3*2 TEST ROAD", "N4*TESTVILLE*IL*62701"
CLINIC, NAME = "NM1*85*2*INVENTED SKIN CLINIC*****XX*1234567893", "NM1*IL*1*SAMPLE*SAM****MI*TEST0001"
SVC, CAS, PER = "SVC*HC:17000*120*60**1", "CAS*PR*3*30", "PER*BL*EDI HELP*TE*5555550199"

FAULTS = [
    (CLAIMS, SV1, "SV1*HC:99213:25**UN*1***1:2", "IG-ELE-MISSING SV102 2400"),
    (CLAIMS, SV1, "SV1*HC::25*130*UN*1***1:2", "IG-ELE-MISSING SV101-2 2400"),
    (CLAIMS, SV1, "SV1*HC:99213:25*130*UN*1", "IG-ELE-MISSING SV107 2400"),
    (CLAIMS, CLM, "CLM*A1*250****Y*A*Y*Y", "IG-ELE-MISSING CLM05 2300"),
    (CLAIMS, CLM, "CLM", "IG-ELE-MISSING CLM01 2300"),
    (CLAIMS, HI, "HI", "IG-ELE-MISSING HI01-1 2300"),
    (CLAIMS, SBR, "SBR**18*******CI", "IG-ELE-MISSING SBR01 2000B"),
    (CLAIMS, NAME, "NM1****", "IG-ELE-MISSING NM101 2000B"),
    (CLAIMS, DTP, "DTP*472*D8", "IG-ELE-MISSING DTP03 2400"),
    (REMITTANCE, SVC, "SVC**120*60**1", "IG-ELE-MISSING SVC01 2110"),
    (REMITTANCE, "MOA***MA130", "MOA***", "IG-ELE-MISSING MOA01 2100"),
    (REMITTANCE, CAS, "CAS*PR**30", "IG-ELE-MISSING CAS02 2110"),
    (REMITTANCE, CAS, "CAS*PR*3", "IG-ELE-MISSING CAS03 2110"),
    (CLAIMS, SBR, "SBR*P*18******X*CI", "IG-ELE-NOTUSED SBR08 2000B"),
    (CLAIMS, DMG, "DMG*D8*19700101*F**C:RET:2106-3", "IG-ELE-NOTUSED DMG05 2010BA"),
    (CLAIMS, DMG, "DMG*D8*19700101*F**C:RET:2106-3:X:X:X:X:X:X", "IG-ELE-NOTUSED DMG05 2010BA"),
    (CLAIMS, N3, "N3*2*TEST*ROAD", "IG-ELE-EXTRA N303 2010BA"),
    (CLAIMS, BHT, f"{BHT}*X", "IG-ELE-EXTRA BHT07 -"),
    (CLAIMS, lines(CLAIMS)[0], f"{lines(CLAIMS)[0]}*X", "IG-ELE-EXTRA ST04 -"),
    (REMITTANCE, CAS, f"{CAS}**1*1**2*1**4*1**5*1**6*1**7*1", "IG-ELE-EXTRA CAS20 2110"),
    (CLAIMS, SV1, "SV1*HC:99213:25*130*UN*1***1:2:1:2:1", "IG-ELE-EXTRA SV107-5 2400"),
    (CLAIMS, SV1, f"SV1*HC:99213:25{':' * 15}X*130*UN*1***1:2", "IG-ELE-EXTRA SV101-9 2400"),
    (CLAIMS, CLINIC, "NM1*85*2*A:B*****XX*1234567893", "IG-ELE-EXTRA NM103-2 2010AA"),
    (CLAIMS, N3, "N3*2^TEST ROAD", "IG-ELE-REPEAT N301 2010BA"),
    (CLAIMS, HI, "HI*ABK:L570^BK:L57", "IG-ELE-REPEAT HI01 2300"),
    (CLAIMS, SV1, "SV1*HC:99213:25*130^*UN*1***1:2", "IG-ELE-REPEAT SV102 2400"),
    (CLAIMS, "REF*EI*123456789", f"REF*EI*{'1' * 51}", "IG-ELE-LENGTH REF02 2010AA"),
    (CLAIMS, SV1, "SV1*HC:99213:2*130*UN*1***1:2", "IG-ELE-LENGTH SV101-3 2400"),
    (REMITTANCE, BPR, f"BPR*I*{'1' * 19}*C*CHK************20260116", "IG-ELE-LENGTH BPR02 -"),
    (CLAIMS, SV1, "SV1*HC:99213:25*1E2*UN*1***1:2", "IG-ELE-TYPE SV102 2400"),
    (CLAIMS, SV1, "SV1*HC:99213:25*1.2.*UN*1***1:2", "IG-ELE-TYPE SV102 2400"),
    (CLAIMS, SV1, "SV1*HC:99213:25*130*UN*1***A", "IG-ELE-TYPE SV107-1 2400"),
    (CLAIMS, SV1, "SV1*HC:99213 :25*130*UN*1***1:2", "IG-ELE-TYPE SV101-2 2400"),
    (CLAIMS, DMG, f"{DMG}\nREF*SY*12-34", "IG-ELE-TYPE REF02 2010BA"),
    (CLAIMS, DTP, "DTP*472*D8*20260231", "IG-ELE-DATE DTP03 2400"),
    (CLAIMS, DTP, "DTP*472*D8*20260104-20260105", "IG-ELE-DATE DTP03 2400"),
    (CLAIMS, RANGE, "DTP*472*RD8*20260104", "IG-ELE-DATE DTP03 2400"),
    (CLAIMS, RANGE, "DTP*472*RD8*2026-01-04", "IG-ELE-DATE DTP03 2400"),
    (CLAIMS, DMG, "DMG*D8*17990101*F", "IG-ELE-DATE DMG02 2010BA"),
    (REMITTANCE, "DTM*405*20260115", "DTM*405*2026011", "IG-ELE-DATE DTM02 -"),
    (CLAIMS, BHT, "BHT*0019*00*BATCH1*20260105*2460*CH", "IG-ELE-TIME BHT05 -"),
    (CLAIMS, CLM, "CLM*A1*250***11:A:1*Y*A*Y*Y", "IG-ELE-CODE CLM05-2 2300"),
    (CLAIMS, "HL*2*1*22*0", "HL*2*1*99*0", "IG-ELE-CODE HL03 2010AA"),
    (CLAIMS, HI, f"REF*ZZ*1\n{HI}", "IG-ELE-CODE REF01 2300"),
    (REMITTANCE, SVC, "SVC*XX:17000*120*60**1", "IG-ELE-CODE SVC01-1 2110"),
    (REMITTANCE, CAS, "CAS*CR*3*30", "IG-ELE-CODE CAS01 2110"),
    (REMITTANCE, "CLP*A1*1*250*120*30*12*PAYER1*11*1", "CLP*A1*1*250*120*30*XYZ*P1", "IG-ELE-CODE CLP06 2100"),
    (REMITTANCE, PER, f"{PER}*EX", "IG-ELE-PAIR PER06 1000A"),  # all or none
    (REMITTANCE, BPR, "BPR*I*110*C*CHK****DA********20260116", "IG-ELE-PAIR BPR09 -"),  # the first needs the other
    (CLAIMS, N4, "N4*TESTVILLE****CO*X", "IG-ELE-NOTUSED N405 2010BA"),
]


@pytest.mark.parametrize(("text", "old", "new", "expected"), FAULTS, ids=[f"{f[3]}: {f[2][-30:]!r}" for f in FAULTS])
def test_fault_is_found_in_its_place(text: str, old: str, new: str, expected: str) -> None:
    assert said(found(changed(text, (old, new)))[0]) == expected


def test_every_rule_of_elements_has_a_case() -> None:
    of_elements = {rule.id for rule in rules() if rule.id.startswith("IG-ELE")}
    assert {expected.split()[0] for *_, expected in FAULTS} == of_elements


def test_one_place_is_told_once_and_in_order() -> None:
    worst = "SV1*XX:99213:2:5**XX*1x***A"
    assert [said(f) for f in found(changed(CLAIMS, (SV1, worst)))] == [
        "IG-ELE-CODE SV101-1 2400",
        "IG-ELE-LENGTH SV101-3 2400",
        "IG-ELE-LENGTH SV101-4 2400",
        "IG-ELE-MISSING SV102 2400",
        "IG-ELE-CODE SV103 2400",
        "IG-ELE-TYPE SV104 2400",
        "IG-ELE-TYPE SV107-1 2400",
    ]


def test_values_shifted_by_a_stray_separator_are_one_fault() -> None:
    told = [said(f) for f in found(changed(CLAIMS, (NAME, "NM1*IL*1*S*S*S*S*S*SAM****MI*TEST0001")))]
    assert told[0] == "IG-ELE-EXTRA NM113 2010BA"
    assert not [t for t in told if "NOTUSED" in t]


@pytest.mark.parametrize(
    ("text", "old", "new", "message"),
    [
        (
            CLAIMS,
            SV1,
            "SV1*HC:99213:25*130*DA*1***1:2",
            "SV103 is DA, not MJ or UN",
        ),  # a code, though of another segment
        (CLAIMS, CLM, "CLM*A1*250***11:A:1*Y*A*Y*Y", "CLM05-2 is <1 character>, not B"),
        (CLAIMS, CLM, "CLM*A1*250***11:B:1*Y*A*Q*Y", "CLM08 is <1 character>, not N, W or Y"),
        (CLAIMS, HI, "HI*ABF:L570", "HI01-1 is ABF, not ABK, BK, BP or BG"),
        (CLAIMS, SBR, "SBR*P*18*******C", "SBR09 is <1 character>, not a code that the guide lists here"),
        (
            CLAIMS,
            "REF*EI*123456789",
            f"REF*EI*{'1' * 51}",
            "REF02 is <51 characters>; at most 50 characters are allowed",
        ),
        (REMITTANCE, BPR, f"BPR*I*{'1' * 19}*C*CHK", "BPR02 is <19 characters>; at most 18 digits are allowed"),
        (REMITTANCE, CAS, f"{CAS}{'*1' * 17}", "CAS has 20 elements; at most 19 are allowed"),
        (CLAIMS, SV1, "SV1*HC:99213*130*UN*1***1:2:1:2:1", "SV107 has 5 components; at most 4 are allowed"),
        (REMITTANCE, PER, f"{PER}*EX", "PER06 is missing beside PER05"),
        (CLAIMS, SV1, "SV1*HC:99213:25*x*UN*1***1:2", "SV102 is not a decimal number"),
    ],
)
def test_messages_say_what_is_allowed(text: str, old: str, new: str, message: str) -> None:
    assert found(changed(text, (old, new)))[0].message == message


@pytest.mark.parametrize("text", [CLAIMS, REMITTANCE], ids=["837P", "835"])
@pytest.mark.parametrize("marker", ["MARKER", "MARKER" * 30, "MARKER:MARKER", "MARKER^MARKER", "M\x1b[31mARKER"])
def test_messages_never_hold_a_value(text: str, marker: str) -> None:
    messages = []
    for number, segment in enumerate(lines(text)[1:-1], 1):
        values = segment.split("*")
        for element in range(1, len(values) + 1):
            segments = lines(text)
            segments[number] = "*".join([*values[:element], marker, *values[element + 1 :]])
            messages += [f.message for f in found(segments)]
    assert len(messages) > 50
    assert not [m for m in messages if "ARKER" in m or "\x1b" in m]


# -- relational conditions, by the five letters of X12


class Part:
    """An element as a node of pyx12 sees it."""

    def __init__(self, text: str) -> None:
        self.text = text

    def is_empty(self) -> bool:
        return not self.text


class Pair:
    """A segment and its node in one: all that a relational condition looks at."""

    seg_id = "XX"

    def __init__(self, condition: str, filled: str) -> None:
        self.syntax = [[condition[0], *(int(condition[i : i + 2]) for i in range(1, len(condition), 2))]]
        self.elements = [Part(c.replace(".", "")) for c in filled]

    def __len__(self) -> int:
        return len(self.elements)


@pytest.mark.parametrize(
    ("condition", "filled", "told"),
    [
        ("P0203", ".xx", None),
        ("P0203", "x", None),
        ("P0203", "xx", "XX03 is missing beside XX02"),
        ("P020304", "...x", "XX02 is missing beside XX04"),
        ("R0203", ".x", None),
        ("R0203", "x", "XX02 or XX03 is missing"),
        ("E0203", ".x", None),
        ("E0203", ".xx", "XX03 may not stand beside XX02"),
        ("C0203", "..x", None),
        ("C0203", ".xx", None),
        ("C0203", ".x", "XX03 is missing beside XX02"),
        ("L020304", "..x", None),
        ("L020304", ".x.x", None),
        ("L020304", ".x", "XX03 or XX04 is missing"),
    ],
)
def test_relational_conditions(condition: str, filled: str, told: str | None) -> None:
    from curette.checks.conformance.elements import _relations

    segment = Pair(condition, filled)
    faults = list(_relations(segment, segment))
    assert [f.rule.message.format(**f.facts) for f in faults] == ([told] if told else [])
    assert all(f.rule is guide.ELE_PAIR for f in faults)
