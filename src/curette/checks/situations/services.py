"""Service lines (2400, 2410, 2420B): minutes, descriptions, drugs and purchased services."""

from collections import Counter
from collections.abc import Iterator

from curette.checks.situations._tell import ADVICE, ERROR, LIKELY, POSSIBLE, WARNING, rule, tell
from curette.claims.model import Claim, Drug, ServiceLine
from curette.findings import Finding
from curette.x12.loop import element, party
from curette.x12.values import Table

MINUTES = rule(
    "SV1-MINUTES", "service.minutes", WARNING, LIKELY,
    "{code} is billed in minutes (SV103 MJ), but is no anesthesia", "Bill units (UN).",
)  # fmt: skip
TIME = rule(
    "SV1-ANESTHESIA", "service.anesthesia-units", WARNING, LIKELY,
    "{code} is an anesthesia, but is not billed in minutes", "Put MJ into SV103 and the minutes into SV104.",
)  # fmt: skip
DESCRIBED = rule(
    "SV1-NOC", "service.description", ERROR, LIKELY,
    "{code} stands for whatever has no code of its own, but nothing says what it was",
    "Describe the service or product in SV101-7.",
)  # fmt: skip
LINK = rule(
    "DRUG-LINK", "drug.link", WARNING, LIKELY,
    "REF*VY links the drugs of a compound, but no other line has its number",
    "Give every ingredient of the compound the same number in REF*VY.",
)  # fmt: skip
PURCHASED = rule(
    "PS1-PROVIDER", "purchased.provider", WARNING, LIKELY,
    "PS1 tells of a purchased service, but not from whom (NM1*QB)", "Send loop 2420B with the seller.",
)  # fmt: skip
SELLER = rule(
    "PS1-ID", "purchased.provider-number", ADVICE, POSSIBLE,
    "PS101 is none of the seller's numbers in loop 2420B", "Repeat a number of loop 2420B in PS101.",
)  # fmt: skip

ANESTHESIA, NOC, MAMMOGRAPHY, PLAIN = "anesthesia", "noc", "mammography", ""
_BY_UNIT = frozenset({"01953", "01996"})  # anesthesia that is not counted in minutes
# codes for what has no code: those that no dermatology rule speaks of
_NOC = frozenset(
    """
    15999 17999 19499 20999 30999 38999 40799 64999 67999 69399 88399 89240 96999 97799 99199 99429 99499
    A4649 A9999 E1399 J7599 J7699 J7799 J7999 J8498 J8499 J8597 J8999 J9999 K0108 L0999 L2999 L3649 L5999 L7499 L8499
    Q4100 V2799 V5299
    """.split()  # noqa: SIM905 - a table to read
)


def _kind(code: str) -> str:
    if code in _NOC:
        return NOC
    if code in ("77065", "77066", "77067"):
        return MAMMOGRAPHY
    return ANESTHESIA if len(code) == 5 and code.isdigit() and "00100" <= code <= "01999" else PLAIN


KINDS: Table[str, str] = Table(_kind)  # procedure code to what these rules ask of it


def minutes(claim: Claim, line: ServiceLine) -> Iterator[Finding]:
    """SV103 of a line that is an anesthesia or counted in minutes, but not both."""
    code = line.procedure
    if line.unit == "MJ":
        if len(code) == 5 and code.isdigit():
            yield tell(MINUTES, claim, line, "2400", line.first("SV1"), 3, line, code=code)
    elif line.unit == "UN" and code not in _BY_UNIT:
        yield tell(TIME, claim, line, "2400", line.first("SV1"), 3, line, code=code)


def described(claim: Claim, line: ServiceLine) -> Iterator[Finding]:
    """A code for what has no code, and no word about it in SV101-7 or a note."""
    if not line.description and line.first("NTE") is None and claim.first("NTE") is None:
        yield tell(DESCRIBED, claim, line, "2400", line.first("SV1"), 1, line, code=line.procedure)


def drugs(claim: Claim) -> Iterator[Finding]:
    """REF*VY of every drug; a number that stands alone links nothing."""
    linked = [(line, drug, value) for line in claim.lines for drug in line.drugs if (value := drug.reference("VY"))]
    if linked:
        yield from _links(claim, linked)


def _links(claim: Claim, linked: list[tuple[ServiceLine, Drug, str]]) -> Iterator[Finding]:
    counts = Counter(value for _, _, value in linked)
    for line, drug, value in linked:
        if counts[value] == 1:
            yield tell(LINK, claim, drug, "2410", drug.first("REF", "VY"), 2, line)


def purchased(claim: Claim, line: ServiceLine) -> Iterator[Finding]:
    """PS1 and its seller. A supplier of lenses sends PS1 for what they cost, without one."""
    ps1 = line.first("PS1")
    seller = party(line.parties, "QB")
    if ps1 is None or line.procedure.startswith("V"):
        return
    if seller is None:
        yield tell(PURCHASED, claim, line, "2400", ps1, None, line)
    elif element(ps1, 1) not in {seller.id, *(value for _, value in seller.references)}:
        yield tell(SELLER, claim, line, "2400", ps1, 1, line)
