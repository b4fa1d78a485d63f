"""What was billed in words, safe to print: the same in every form of a pre-flight."""

from curette.claims.billed import BilledClaim, BilledLine
from curette.money import count
from curette.reports.billed_text import icd
from curette.reports.layout import TIE, clean, joined
from curette.reports.plain import many, printable


def payer(billed: BilledClaim) -> str:
    """Name and identifier: "EXAMPLE PLAN (99001)"."""
    return joined(clean(billed.payer.name), f"({clean(billed.payer.id)})" if billed.payer.id else "", by=" ")


def provider(billed: BilledClaim) -> str:
    """Who treated, else who bills: "TESTCASE, MORGAN, NPI 1000000129"."""
    who = billed.rendering or billed.billing
    return joined(clean(who.name), f"NPI {clean(who.id)}" if who.id else "")


def diagnoses(billed: BilledClaim) -> str:
    """With the letters that lines point by: "A C44.319  B D49.2"."""
    return "  ".join(f"{letter(at)}{TIE}{icd(one) or '?'}" for at, one in enumerate(billed.diagnoses, 1))


def letter(pointer: int) -> str:
    """How a claim form names a diagnosis: 1 is A."""
    return chr(64 + pointer) if 0 < pointer <= 26 else str(pointer)


def pointed(line: BilledLine, billed: BilledClaim) -> str:
    """The letters of the diagnoses that a line points at; one that leads nowhere has a question mark."""
    return " ".join(letter(p) if 0 < p <= len(billed.diagnoses) else f"?{p}" for p in line.pointers)


def amount(line: BilledLine) -> str:
    """Units, or minutes."""
    return count(line.units) + (" min" if line.unit == "MJ" else "")


def again(billed: BilledClaim) -> str:
    """Which claim this one replaces or voids; nothing for one that is new."""
    does = {"7": "replaces", "8": "voids"}.get(billed.frequency)
    return f"{does} {clean(billed.original_reference) or 'a claim that is not named'}" if does else ""


def patient(billed: BilledClaim) -> str:
    """Patient data; nothing unless it was asked for."""
    who = billed.patient
    if who is None:
        return ""
    born, member = f"born {clean(who.born)}" if who.born else "", f"member {clean(who.member)}" if who.member else ""
    return joined(clean(who.name), born, member)


def matched(profile: str, by: dict[str, int]) -> str:
    """ "medicare_part_b 8 claims (filing indicator MB)"; of several ways to match, how many claims each."""
    said = [f"{row} {claims:,}" if len(by) > 1 else row for row, claims in by.items() if row]
    claims = many(sum(by.values()), "claim")
    return printable(f"{profile} {claims} ({'; '.join(said)})" if said else f"{profile} {claims}")
