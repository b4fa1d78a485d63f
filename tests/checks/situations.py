"""A clean claim to spoil, and what the situational checks say of it."""

from curette.checks.situations import check
from curette.claims.model import Claim
from curette.claims.reader import Reader
from curette.findings import Finding
from tests.checks.transactions import changed, made

BILLING = "NM1*85*2*SAMPLE SKIN CLINIC*****XX*1234567893"
SUBSCRIBER = "SBR*P*18*******CI"
PERSON = "NM1*IL*1*SAMPLE*SAM****MI*TEST0001"
BORN = "DMG*D8*19700101*F"
PAYER = "NM1*PR*2*EXAMPLE PLAN*****PI*99001"
CLM = "CLM*A1*250***11:B:1*Y*A*Y*Y"
HI = "HI*ABK:L570*ABF:D485"
RENDERING = "NM1*82*1*TESTER*TESS****XX*1000000012"
VISIT = "SV1*HC:99213:25*130*UN*1***1:2"
DAY = "DTP*472*D8*20260304"
NUMBER = "REF*6R*L1"
OTHER = "SV1*HC:17000*120*UN*1***1"
SPAN = "DTP*472*RD8*20260304-20260305"
BASE = f"""
ST*837*0001*005010X222A1
BHT*0019*00*BATCH1*20260312*0930*CH
NM1*41*2*SAMPLE BILLING*****46*SENDER1
PER*IC*EXAMPLE DESK*TE*5555550100
NM1*40*2*EXAMPLE CLEARINGHOUSE*****46*RECEIVER1
HL*1**20*1
{BILLING}
N3*1 TEST ROAD
N4*TESTVILLE*IL*627010001
REF*EI*000000001
HL*2*1*22*0
{SUBSCRIBER}
{PERSON}
N3*2 TEST ROAD
N4*TESTVILLE*IL*62701
{BORN}
{PAYER}
{CLM}
{HI}
{RENDERING}
LX*1
{VISIT}
{DAY}
{NUMBER}
LX*2
{OTHER}
{SPAN}
SE*28*0001
"""
# the same patient as a dependent: put in place of the payer's name
_DEPENDENT = f"{PAYER}\nHL*3*2*23*0\nPAT*19\nNM1*QC*1*SAMPLE*SUE\nN3*2 TEST ROAD\nN4*TESTVILLE*IL*62701"
CHILD = f"{_DEPENDENT}\nDMG*D8*20150101*M"
Edit = tuple[str, str | None]
Cases = dict[str, dict[str, list[Edit]]]  # by rule (without SIT-) and a name


def claim_of(*edits: Edit) -> list[Claim]:
    """The clean claim with these segments replaced (and others that come with them)."""
    reader = Reader(made(changed(BASE, *edits)))
    claims = list(reader.read())
    assert not [f for f in reader.findings if f.rule.id != "SYN-HL-CHILD"], "the edit breaks the claim"
    return claims


def found(*edits: Edit) -> list[Finding]:
    """What is said of the clean claim with these segments replaced."""
    return [finding for claim in claim_of(*edits) for finding in check(claim)]


def rules(*edits: Edit) -> list[str]:
    """The ids without their family, each once."""
    return sorted({f.rule.id.removeprefix("SIT-") for f in found(*edits)})


def after(segment: str, *more: str) -> Edit:
    """More segments after this one."""
    return segment, "\n".join((segment, *more))


def other(sequence: str, *said: str, payer: str = "99002", filing: str = "CI", day: str = "") -> tuple[str, ...]:
    """Another coverage (2320), with its CAS and AMT; `day` is DTP*573 of its payer."""
    own = ("OI***Y***Y", "NM1*IL*1*SAMPLE*SAM****MI*TEST0002", f"NM1*PR*2*OTHER PLAN*****PI*{payer}")
    return (f"SBR*{sequence}*18*******{filing}", *said, *own, *((f"DTP*573*D8*{day}",) if day else ()))


LATER = (SUBSCRIBER, "SBR*S*18*******CI")
NO_18 = (SUBSCRIBER, "SBR*P********CI")
DEPENDENT: list[Edit] = [NO_18, (PAYER, CHILD)]
PAID = after(RENDERING, *other("P", "AMT*D*250", day="20260310"))


def clm(more: str = "", place: str = "11", frequency: str = "1") -> Edit:
    """CLM with other components of CLM05, or more elements."""
    return CLM, f"CLM*A1*250***{place}:B:{frequency}*Y*A*Y*Y{more}"


def line(*more: str) -> Edit:
    """More segments in the first line."""
    return after(NUMBER, *more)


def code(text: str, unit: str = "UN") -> Edit:
    """Another procedure on the second line."""
    return OTHER, f"SV1*HC:{text}*120*{unit}*1***1"


ACCIDENT = clm("**AA:::IL")
HOSPITAL = ("NM1*77*2*SAMPLE HOSPITAL*****XX*1000000020", "N3*9 TEST ROAD", "N4*TESTVILLE*IL*627010009")
FACILITY = after(RENDERING, *HOSPITAL)
INPATIENT = clm(place="21")
