"""The clinic day gone wrong: one deliberate fault a claim, named in its number, and counts that do not add up."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import samples_day as day
from samples_claims import Claim, Line, batch, header
from samples_x12 import CLOCK, CREATED, Envelope, Segments, edited, transaction


@dataclass(frozen=True)
class Fault:
    """In claim `number` the segment that begins with `start` becomes `new` (none: it is missing)."""

    number: str
    about: str
    start: str
    new: tuple[str, ...]
    snip: int


KERATOSIS = Claim("", day.COMMERCIAL, day.ALMA, "L57.0", (Line("17000", "140", "1"),), day.DERMATOLOGIST)
CLAIM_LEVEL_ONLY = (  # the first payer's answer, told for the claim as a whole
    "SBR*P*18*******MB",
    "CAS*CO*45*60",
    "CAS*PR*2*30",
    "AMT*D*50",
    "OI***Y***Y",
    "NM1*IL*1*SAMPLE*ALMA****MI*TEST0901",
    f"NM1*PR*2*{day.MEDICARE.name}*****PI*{day.MEDICARE.id}",
    "DTP*573*D8*20260311",
)

FAULTS = (
    Fault("FAULT-SYN-AMOUNT", "a letter O in SV102", "SV1", ("SV1*HC:17000*14O*UN*1***1",), 1),
    Fault("FAULT-SYN-DATE", "31 February in DTP03", "DTP*472", ("DTP*472*D8*20260231",), 1),
    Fault("FAULT-SYN-LENGTH", "REF02 of 60 characters", "REF*6R", (f"REF*6R*{'X' * 60}",), 1),
    Fault("FAULT-SYN-PAIR", "NM108 without NM109", "NM1*82", ("NM1*82*1*EXAMPLE*DANA****XX",), 1),
    Fault("FAULT-SYN-ELEMENTS", "PRV with eight elements", "PRV*PE", ("PRV*PE*PXC*207N00000X*****X",), 1),
    Fault("FAULT-IG-MISSING", "HI is missing", "HI", (), 2),
    Fault("FAULT-IG-ELEMENT", "CLM06 is missing", "CLM", ("CLM*FAULT-IG-ELEMENT*140***11:B:1**A*Y*Y",), 2),
    Fault("FAULT-IG-CODE", "CLM07 is not in the list", "CLM", ("CLM*FAULT-IG-CODE*140***11:B:1*Y*X*Y*Y",), 2),
    Fault("FAULT-IG-FOREIGN", "CL1, a hospital segment", "HI", ("CL1*1*7*01", "HI*ABK:L570"), 2),
    Fault("FAULT-IG-REPEAT", "REF*6R twice", "REF*6R", ("REF*6R*TWICE-1", "REF*6R*TWICE-2"), 2),
    Fault("FAULT-IG-ORDER", "REF*G1 after HI", "HI", ("HI*ABK:L570", "REF*G1*TESTAUTH01"), 2),
    Fault("FAULT-BAL-A", "CLM02 is ten more than the lines", "CLM", ("CLM*FAULT-BAL-A*150***11:B:1*Y*A*Y*Y",), 3),
    Fault("FAULT-BAL-B", "paid and adjusted is a dollar short on line 1", "CAS*CO*45*170", ("CAS*CO*45*169",), 3),
    Fault("FAULT-BAL-D", "AMT*D is not what the lines were paid", "AMT*D", ("AMT*D*343",), 3),
    Fault("FAULT-BAL-E", "AMT*D and the claim's CAS miss CLM02 by 30", "CAS*PR*2", (), 3),
)


def base(fault: Fault) -> Claim:
    """The claim before it is spoilt."""
    if fault.number in ("FAULT-BAL-B", "FAULT-BAL-D"):
        return replace(day.SECOND_PAYER, number=fault.number)
    if fault.number == "FAULT-BAL-E":
        return replace(KERATOSIS, number=fault.number, level="S", other_payer=CLAIM_LEVEL_ONLY)
    return replace(KERATOSIS, number=fault.number)


def spoilt(body: Segments, fault: Fault) -> Segments:
    """The body with the fault in its claim, from CLM to the next HL."""
    first = next(at for at, segment in enumerate(body) if segment.startswith(f"CLM*{fault.number}*"))
    last = next((at for at in range(first, len(body)) if body[at].startswith("HL*")), len(body))
    return body[:first] + edited(body[first:last], fault.start, *fault.new) + body[last:]


def body_of(envelope: Envelope, name: str, claims: Iterable[Claim]) -> Segments:
    """Header and claims of the clinic, as one transaction's body."""
    return header(envelope, name) + batch([(day.CLINIC, tuple(claims))])


def faulty_day(envelope: Envelope) -> list[Segments]:
    """All faults in one transaction, a wrong HL number in a second, a wrong count in SE01 of a third."""
    first = body_of(envelope, "FAULTY-1", [base(fault) for fault in FAULTS])
    for fault in FAULTS:
        first = spoilt(first, fault)
    gap = body_of(envelope, "FAULTY-2", [replace(KERATOSIS, number=f"FAULT-HL-{each}") for each in "12"])
    gap = edited(gap, "HL*3*", "HL*4*1*22*0")
    count = transaction("837", body_of(envelope, "FAULTY-3", [replace(KERATOSIS, number="FAULT-SE")]), 3)
    count[-1] = f"SE*{len(count) + 1}*0003"
    return [transaction("837", first, 1), transaction("837", gap, 2), count]


def wrong_counts(envelope: Envelope) -> Segments:
    """An interchange whose GE01 and IEA01 each count one too many; its transaction is whole."""
    sound = transaction("837", body_of(envelope, "COUNTS", [replace(KERATOSIS, number="FAULT-COUNTS")]))
    head = f"GS*HC*{envelope.sender}*{envelope.receiver}*{CREATED}*{CLOCK}*{envelope.control}*X*005010X222A1"
    return [head, *sound, f"GE*2*{envelope.control}"]
