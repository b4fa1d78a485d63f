"""A small batch of claims and a small remittance, both clean, and what is made of them."""

from typing import Any

from curette.checks.conformance import check
from curette.checks.results import Conformance
from curette.findings import Finding
from curette.x12.delimiters import Delimiters
from curette.x12.transaction import Group, Interchange, Transaction

CLAIMS = """
ST*837*0001*005010X222A1
BHT*0019*00*BATCH1*20260105*0930*CH
NM1*41*2*INVENTED SKIN CLINIC*****46*SENDER1
PER*IC*BILLING DESK*TE*5555550100
NM1*40*2*INVENTED PAYER*****46*RECEIVER1
HL*1**20*1
NM1*85*2*INVENTED SKIN CLINIC*****XX*1234567893
N3*1 TEST ROAD
N4*TESTVILLE*IL*627010001
REF*EI*123456789
HL*2*1*22*0
SBR*P*18*******CI
NM1*IL*1*SAMPLE*SAM****MI*TEST0001
N3*2 TEST ROAD
N4*TESTVILLE*IL*62701
DMG*D8*19700101*F
NM1*PR*2*INVENTED PAYER*****PI*99999
CLM*A1*250***11:B:1*Y*A*Y*Y
HI*ABK:L570*ABF:D485
LX*1
SV1*HC:99213:25*130*UN*1***1:2
DTP*472*D8*20260104
LX*2
SV1*HC:17000*120*UN*1***1
DTP*472*RD8*20260104-20260105
SE*26*0001
"""
REMITTANCE = """
ST*835*0001
BPR*I*110*C*CHK************20260116
TRN*1*CHECK1*1512345678
DTM*405*20260115
N1*PR*INVENTED PAYER
N3*1 PAYER PLACE
N4*TESTVILLE*IL*62701
PER*BL*EDI HELP*TE*5555550199
N1*PE*INVENTED SKIN CLINIC*XX*1234567893
LX*1
CLP*A1*1*250*120*30*12*PAYER1*11*1
NM1*QC*1*SAMPLE*SAM****MI*TEST0001
NM1*82*1*TESTER*TESS****XX*1234567893
MOA***MA130
DTM*232*20260104
SVC*HC:99213:25*130*60**1
DTM*472*20260104
CAS*CO*45*40
CAS*PR*3*30
SVC*HC:17000*120*60**1
DTM*472*20260104
CAS*CO*45*60
LQ*HE*N20
PLB*1234567893*20261231*WO:A0*10
SE*25*0001
"""
_GUIDES = {"837": "005010X222A1", "835": "005010X221A1"}


def lines(text: str) -> list[str]:
    """The segments of a text, one a line."""
    return text.strip().splitlines()


def made(
    segments: list[str], delimiters: Delimiters | None = None, version: str | None = None, **more: Any
) -> Transaction:
    """A transaction of these segments, written with * : ^ ~ and translated to `delimiters`."""
    wanted = delimiters or Delimiters()
    table = str.maketrans("*:^", wanted.element + wanted.component + (wanted.repetition or "^"))
    raw = "".join(s.translate(table) + wanted.segment for s in segments).encode()
    code = f"{segments[0]}*".split("*")[1]
    interchange = Interchange("000000001", "ZZ", "SENDER1", "ZZ", "RECEIVER1", "2601050930", "00501", "T", wanted)
    group = Group("1", "HC", "SENDER1", "RECEIVER1", "202601050930", version or _GUIDES[code])
    head: dict[str, Any] = {"file": "made.edi", "interchange": interchange, "group": group, "code": code}
    head |= {"control": "0001", "version": group.version, "raw": raw, "offset": 200, "first_segment": 3}
    return Transaction(**{**head, "count": len(segments), **more})


def changed(text: str, *changes: tuple[str, str | None]) -> list[str]:
    """The segments with some replaced (a line break makes two of one) or, for None, left out."""
    segments = lines(text)
    for old, new in changes:
        at = segments.index(old)
        segments[at : at + 1] = [] if new is None else new.split("\n")
    return segments


def found(segments: list[str], engine: Conformance = "fast", **more: Any) -> list[Finding]:
    """What the check says of a transaction of these segments."""
    return list(check(made(segments, **more), engine=engine))


def said(finding: Finding) -> str:
    """Rule, place and loop: "IG-ELE-CODE SV101-1 2400"."""
    place = finding.place
    element = f"{place.element:02d}" if place.element else ""
    component = f"-{place.component}" if place.component else ""
    return f"{finding.rule.id} {place.segment}{element}{component} {place.loop or '-'}"
