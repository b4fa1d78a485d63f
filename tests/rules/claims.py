"""Claims for the cases of rules, from fragments of X12 or from the short form of the vectors.

A fragment holds HI and SV1 segments, a segment a line; LX, DTP*472 and CLM are put in where they are missing.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tests import builder as b

DAY = "20260310"
_VECTOR = re.compile(r"(?P<code>\w+)(?P<modifiers>(?:-\w\w)*) x(?P<units>\d+) @(?P<diagnoses>[\w.,]+)")


def file_of(
    claims: Iterable[Sequence[str]],
    payer: str = "MB",
    created: str = "20260311",
    above: Mapping[str, str] | None = None,
) -> bytes:
    """An 837P with these claims of one patient; `above` replaces texts in the levels above them."""
    heads = [
        s.replace("*20260105*0930*CH", f"*{created}*0930*CH").replace("*18*******CI", f"*18*******{payer}")
        for s in b.ABOVE
    ]
    for old, new in (above or {}).items():
        heads = [part for s in heads for part in s.replace(old, new).split("\n")]
    segments = [s for claim in claims for s in claim]
    return b.claim_file(*heads, *segments)


def fragment(text: str, number: str = "A1", day: str = DAY, place: str = "11", frequency: str = "1") -> list[str]:
    """The segments of a claim from a fragment."""
    given = [line.strip() for line in text.strip().splitlines() if line.strip()]
    head = [s for s in given if s.startswith("CLM*")]
    first = next((i for i, s in enumerate(given) if s.split("*")[0] in ("LX", "SV1")), len(given))
    above = [s for s in given[:first] if s not in head]
    lines = _lines(given[first:], day)
    charge = sum(int(s.split("*")[2]) for s in lines if s.startswith("SV1*"))
    clm = head[0] if head else f"CLM*{number}*{charge}***{place}:B:{frequency}*Y*A*Y*Y"
    return [clm, *above, *lines]


def _lines(given: Sequence[str], day: str) -> list[str]:
    found: list[str] = []
    blocks: list[list[str]] = []
    for segment in given:
        if segment.startswith("LX*"):
            continue
        if segment.startswith("SV1*"):
            blocks.append([segment])
        else:
            blocks[-1].append(segment)
    for number, block in enumerate(blocks, 1):
        dated = any(s.startswith("DTP*472") for s in block)
        found += [f"LX*{number}", block[0], *([] if dated else [f"DTP*472*D8*{day}"]), *block[1:]]
    return found


def of_vector(lines: Sequence[str], facts: Mapping[str, Any], number: str = "A1", day: str = DAY) -> list[str]:
    """The segments of a claim from the short form of the vectors; `facts` are what stands in the 837P itself."""
    parsed = [_VECTOR.fullmatch(line) for line in lines]
    assert all(parsed), lines
    codes = list(dict.fromkeys(d for m in parsed if m for d in m["diagnoses"].replace(".", "").split(",")))
    text = ["HI*" + "*".join(f"{'ABF' if i else 'ABK'}:{code}" for i, code in enumerate(codes))]
    if clia := facts.get("clia"):
        text.insert(0, f"REF*X4*{clia}")
    for at, match in enumerate(parsed, 1):
        assert match is not None
        own = facts.get(str(at)) or {}
        pointers = ":".join(str(codes.index(d) + 1) for d in match["diagnoses"].replace(".", "").split(","))
        modifiers = match["modifiers"][1:].split("-") if match["modifiers"] else []
        procedure = ":".join(["HC", match["code"], *modifiers])
        if own.get("sv101_7"):
            procedure += ":" * (5 - len(modifiers)) + own["sv101_7"]
        text.append(f"SV1*{procedure}*100*UN*{match['units']}***{pointers}")
        if own.get("nte"):
            text.append(f"NTE*ADD*{own['nte']}")
        if own.get("ndc"):
            unit = own.get("ctp", "UN1")
            text += [f"LIN**N4*{own['ndc']}", f"CTP****{unit[2:]}*{unit[:2]}"]
    segments = fragment("\n".join(text), number, day, facts.get("pos", "11"), facts.get("clm05_3", "1"))
    if facts.get("rendering_taxonomy"):
        at = next(i for i, s in enumerate(segments) if s.startswith("LX*"))
        segments[at:at] = ["NM1*82*1*EXAMPLE*ERIN****XX*1245319599", f"PRV*PE*PXC*{facts['rendering_taxonomy']}"]
    return segments
