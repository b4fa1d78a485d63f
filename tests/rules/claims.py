"""Claims from the short form of the vectors."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from curette.rules._fragments import DAY, file_of, fragment

__all__ = ["DAY", "file_of", "fragment", "of_vector"]
_VECTOR = re.compile(r"(?P<code>\w+)(?P<modifiers>(?:-\w\w)*) x(?P<units>\d+) @(?P<diagnoses>[\w.,]+)")


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
