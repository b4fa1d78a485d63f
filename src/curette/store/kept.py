"""The segments of a claim that the store keeps: enough to link and categorise it again, and no patient in them.

Nothing is kept that is not named here. Text that a person may have written (descriptions, notes, group names) and
every name but a payer's are left out; of providers only the NPI stays. What is kept is X12 with control characters as
delimiters, so that the readers of claims and remittances read it like any file.
"""

from collections.abc import Callable, Iterable, Sequence

from curette.claims.model import Claim
from curette.remits.model import ClaimPayment
from curette.x12.cas import Segment
from curette.x12.delimiters import Delimiters
from curette.x12.loop import element
from curette.x12.transaction import Group, Interchange, Transaction

DELIMITERS = Delimiters("\x1d", "\x1f", "\x1e", "\x1c")
_ELEMENT, _COMPONENT, _END = DELIMITERS.element, DELIMITERS.component, DELIMITERS.segment
# original claim, approval, referral, contract class, line, rendering NPI, policy, location, rate, CLIA
_REFERENCES = frozenset({"F8", "G1", "9F", "CE", "6R", "HPI", "0K", "LU", "RB", "X4", "APC", "BB", "E9", "1S"})
_DATES = frozenset({"036", "050", "150", "151", "232", "233", "472"})
_PROVIDERS = frozenset({"82", "77", "DN", "DQ", "DK"})
_PAYERS = frozenset({"PR", "TT"})
_PLAIN = str.maketrans(dict.fromkeys(DELIMITERS.bytes.decode(), "?"))
_PARTS = 6  # of a composite procedure: qualifier, code, four modifiers; then a description
Keep = Callable[[Segment, str], str]  # a segment and the component separator of its file to what is kept of it


def plain(text: str) -> str:
    """A text without the characters that are delimiters here."""
    return text.translate(_PLAIN)


def _first(elements: int) -> Keep:
    """So many elements of a segment."""
    most = elements + 1
    return lambda segment, _: _ELEMENT.join(segment if len(segment) <= most else segment[:most])


def _only(qualifiers: frozenset[str], elements: int) -> Keep:
    """The same, of the segments with one of these qualifiers."""
    most = elements + 1

    def keep(segment: Segment, _: str) -> str:
        return _ELEMENT.join(segment[:most]) if len(segment) > 1 and segment[1] in qualifiers else ""

    return keep


def _composite(elements: int, *numbers: int, parts: int = 99) -> Keep:
    """The same for a segment some of whose elements have components, of which so many `parts` are kept."""

    def keep(segment: Segment, separator: str) -> str:
        found = list(segment[: elements + 1])
        for number in numbers:
            if number < len(found):
                text = found[number]
                if text.count(separator) >= parts:
                    text = separator.join(text.split(separator)[:parts])
                found[number] = text.replace(separator, _COMPONENT)
        return _ELEMENT.join(found)

    return keep


def _party(segment: Segment, separator: str) -> str:
    """A payer with its name, a provider with its NPI; nobody else."""
    role = element(segment, 1)
    if role not in _PAYERS and role not in _PROVIDERS:
        return ""
    number = element(segment, 9)
    if role in _PAYERS and element(segment, 2) == "2":
        return _ELEMENT.join(("NM1", role, "2", element(segment, 3), "", "", "", "", element(segment, 8), number))
    if role in _PROVIDERS and number and element(segment, 8) == "XX":
        return _ELEMENT.join(("NM1", role, element(segment, 2), "", "", "", "", "", "XX", number))
    return ""


def table(old: Delimiters, new: Delimiters) -> dict[int, str]:
    """For str.translate: the delimiters of one file as those of another."""
    pairs = (
        (old.element, new.element), (old.component, new.component), (old.repetition, new.repetition),
        (old.segment, new.segment),
    )  # fmt: skip
    return {ord(one): other for one, other in pairs if one}


def text(*segments: Sequence[str]) -> str:
    """Segments in the delimiters of the store."""
    return "".join(_ELEMENT.join(s) + _END for s in segments)


# what is not listed is dropped; elements beyond the number given are free text, names, or nothing that a denial needs
_REMITTED: dict[str, Keep] = {
    "CLP": _first(9), "CAS": _first(19), "MIA": _first(24), "MOA": _first(9), "AMT": _first(2), "QTY": _first(2),
    "SVC": _composite(7, 1, 6, parts=_PARTS), "LQ": _first(2), "NM1": _party,
    "DTM": _only(_DATES, 2), "REF": _only(_REFERENCES, 2),
}  # fmt: skip
_BILLED: dict[str, Keep] = {
    "CLM": _composite(20, 5, 11), "HI": _composite(12, *range(1, 13)), "LX": _first(1),
    "SV1": _composite(15, 1, 7, parts=_PARTS), "LIN": _first(3), "CTP": _composite(5, 5), "NM1": _party,
    "DTP": _only(_DATES, 3), "REF": _only(_REFERENCES, 2),
}  # fmt: skip


def remitted(claim: ClaimPayment, separator: str) -> str:
    """The kept segments of an answered claim; `separator` is the component separator of its file."""
    return _kept(_REMITTED, separator, (claim.segments, *(line.segments for line in claim.lines)))


def billed(claim: Claim, patient: int, separator: str) -> str:
    """The kept segments of a claim that was sent, those above it first; `patient` stands for the subscriber."""
    payer, sbr, npi = claim.payer, claim.subscriber.first("SBR") or (), claim.billing.npi
    above = text(
        ["NM1", "85", "2", "", "", "", "", "", "XX" if npi else "", npi],
        ["SBR", element(sbr, 1), element(sbr, 2), "", "", element(sbr, 5), "", "", "", element(sbr, 9)],
        ["NM1", "IL", "1", "", "", "", "", "", "MI", str(patient)],
    )
    loops: list[Sequence[Segment]] = [payer.segments[:1]] if payer else []
    loops += [claim.segments, *(p.segments[:1] for p in claim.parties)]
    for line in claim.lines:
        loops += [line.segments, *(d.segments for d in line.drugs), *(p.segments[:1] for p in line.parties)]
    return above + _kept(_BILLED, separator, loops)


def _kept(table: dict[str, Keep], separator: str, loops: Iterable[Sequence[Segment]]) -> str:
    texts = [keep(s, separator) for loop in loops for s in loop if (keep := table.get(s[0])) is not None]
    return _END.join(filter(None, texts)) + _END


def remittance(head: Sequence[Sequence[str]], claims: Iterable[str]) -> Transaction:
    """A remittance made of the first segments of a payment and kept claims."""
    return transaction("835", "005010X221A1", text(*head, ["LX", "1"]) + "".join(claims))


def batch(claims: Iterable[str]) -> Transaction:
    """A batch made of kept claims, each under levels of its own."""
    texts = []
    for number, claim in enumerate(claims):
        provider, _, rest = claim.partition(_END)
        above = ["HL", str(2 * number + 1), "", "20", "1"]
        below = ["HL", str(2 * number + 2), above[1], "22", "0"]
        texts.append(f"{text(above)}{provider}{_END}{text(below)}{rest}")
    return transaction("837", "005010X222A1", text(["BHT", "0019", "00"]) + "".join(texts))


def transaction(code: str, version: str, body: str, wanted: Delimiters = DELIMITERS) -> Transaction:
    """A transaction of what was kept; `body` stands between ST and SE. It has the delimiters that are `wanted`, unless
    its data holds one of them.
    """
    whole = f"{text(['ST', code, '0001', version])}{body}{text(['SE', '0', '0001'])}"
    if wanted != DELIMITERS and wanted.repetition and not any(c in whole for c in str(wanted.bytes, "latin-1")):
        whole = whole.translate(table(DELIMITERS, wanted))
    else:
        wanted = DELIMITERS
    raw, end = whole.encode(), wanted.segment.encode()
    interchange = Interchange("0", "", "", "", "", "", "00501", "P", wanted)
    group = Group("0", "", "", "", "", version)
    return Transaction(
        "", interchange, group, code, "0001", version, raw, 0, 1, raw.count(end), between=end
    )  # fmt: skip
