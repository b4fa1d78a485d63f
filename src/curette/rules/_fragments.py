"""Small 837P files for the cases of rules, from fragments of X12. All names in them are invented.

A fragment holds HI and SV1 segments, one a line without terminators; CLM, LX and DTP*472 are put in where they are
missing. What stands before the first SV1 belongs to the claim, what follows one belongs to its line.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

DAY = "20260310"
_SEGMENT = re.compile(r"[A-Z][A-Z0-9]{1,2}\*[^~\n]+")
_CHARGE = re.compile(r"[0-9]{1,9}")
_ISA = (
    f"ISA*00*{'':10}*00*{'':10}*ZZ*{'SENDER':15}*ZZ*{'RECEIVER':15}*260105*0930*^*00501*000000001*0*T*:",
    "GS*HC*SENDER*RECEIVER*20260105*0930*1*X*005010X222A1",
    "ST*837*0001*005010X222A1",
)
ABOVE = (
    "BHT*0019*00*BATCH1*{created}*0930*CH",
    "NM1*41*2*SAMPLE BILLING*****46*SENDER1",
    "PER*IC*EXAMPLE DESK*TE*5555550100",
    "NM1*40*2*EXAMPLE CLEARINGHOUSE*****46*RECEIVER1",
    "HL*1**20*1",
    "NM1*85*1*SAMPLE*SKIN****XX*1234567893",
    "N3*1 TEST ROAD",
    "N4*TESTVILLE*IL*627010001",
    "REF*EI*000000001",
    "HL*2*1*22*0",
    "SBR*P*18*******{payer}",
    "NM1*IL*1*SAMPLE*SAM****MI*TEST0001",
    "N3*2 TEST ROAD",
    "N4*TESTVILLE*IL*62701",
    "DMG*D8*19700101*F",
    "NM1*PR*2*EXAMPLE PLAN*****PI*99001",
)


def file_of(
    claims: Iterable[Sequence[str]],
    payer: str = "MB",
    created: str = "20260311",
    above: Mapping[str, str] | None = None,
) -> bytes:
    """An 837P with these claims of one patient; `payer` is SBR09, `created` BHT04.

    `above` replaces texts in the levels above the claims.
    """
    heads = [s.format(payer=payer, created=created) for s in ABOVE]
    for old, new in (above or {}).items():
        heads = [part for s in heads for part in s.replace(old, new).split("\n")]
    body = [*heads, *(s for claim in claims for s in claim)]
    segments = [*_ISA, *body, f"SE*{len(body) + 2}*0001", "GE*1*1", "IEA*1*000000001"]
    return "".join(f"{s}~\n" for s in segments).encode()


def fragment(text: str, number: str = "A1", day: str = DAY, place: str = "11", frequency: str = "1") -> list[str]:
    """The segments of a claim from a fragment; ValueError says what is wrong with it."""
    given = [line.strip() for line in text.strip().splitlines() if line.strip()]
    if wrong := next((n for n, s in enumerate(given, 1) if not _SEGMENT.fullmatch(s)), 0):
        raise ValueError(f"line {wrong} is no segment such as SV1*HC:17000*100*UN*1***1 (without ~)")
    head = [s for s in given if s.startswith("CLM*")]
    first = next((i for i, s in enumerate(given) if s.startswith(("LX*", "SV1*"))), len(given))
    above = [s for s in given[:first] if s not in head]
    lines = _lines(given[first:], day)
    charges = [s.split("*")[2] if s.count("*") > 1 else "" for s in lines if s.startswith("SV1*")]
    if not charges or not all(map(_CHARGE.fullmatch, charges)):
        raise ValueError("it needs a service line (SV1), and SV102 of each is a charge in whole dollars")
    clm = head[0] if head else f"CLM*{number}*{sum(map(int, charges))}***{place}:B:{frequency}*Y*A*Y*Y"
    return [clm, *above, *lines]


def _lines(given: Sequence[str], day: str) -> list[str]:
    found: list[str] = []
    blocks: list[list[str]] = []
    for segment in given:
        if segment.startswith("SV1*"):
            blocks.append([segment])
        elif not segment.startswith("LX*"):
            if not blocks:
                raise ValueError("between LX and SV1 there is nothing")
            blocks[-1].append(segment)
    for number, block in enumerate(blocks, 1):
        dated = any(s.startswith("DTP*472") for s in block)
        found += [f"LX*{number}", block[0], *([] if dated else [f"DTP*472*D8*{day}"]), *block[1:]]
    return found
