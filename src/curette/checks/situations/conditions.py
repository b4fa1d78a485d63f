"""Attachments, certifications and amounts (PWK, CR1, CR3, CRC, AMT) that must keep in step with one another."""

from collections.abc import Iterator

from curette.checks.situations._tell import ADVICE, CERTAIN, ERROR, LIKELY, WARNING, rule, tell
from curette.claims.model import Claim, ServiceLine
from curette.findings import Finding
from curette.x12.cas import Segment
from curette.x12.loop import Loop, element
from curette.x12.values import CENTS

NUMBER = rule(
    "PWK-NUMBER", "attachment.number", ERROR, CERTAIN,
    "the attachment is sent apart (PWK02 {code}), but has no control number",
    "Put AC into PWK05 and the attachment's control number into PWK06.",
)  # fmt: skip
UNUSED = rule(
    "PWK-UNUSED", "attachment.number-unused", ADVICE, CERTAIN,
    "the attachment is only available on request (PWK02 AA), but has a control number",
    "Leave PWK05 and PWK06 out, or say in PWK02 how it is sent.",
)  # fmt: skip
JOURNEY = rule(
    "CR1-ALONE", "ambulance.no-transport", WARNING, LIKELY,
    "CR1 tells of an ambulance, but neither a line nor the place of service does",
    "Remove CR1, or correct the procedure or place of service.",
)  # fmt: skip
CERTIFIED = rule(
    "CRC-AMBULANCE", "ambulance.certification", WARNING, LIKELY,
    "CRC*07 certifies an ambulance transport that no CR1 tells of", "Send CR1, or remove CRC*07.",
)  # fmt: skip
REFERRAL = rule(
    "CRC-EPSDT", "epsdt.referral", ERROR, CERTAIN,
    "the referral answer CRC02 {code} does not go with {found}",
    "With N send NU in CRC03; with Y send AV, S2 or ST.",
)  # fmt: skip
REVISION = rule(
    "CR3-REVISION", "equipment.revision-date", ERROR, LIKELY,
    "the certificate is renewed or revised (CR301 {code}), but the day is missing (DTP*607)",
    "Send the day of recertification or revision as DTP*607.",
)  # fmt: skip
THERAPY = rule(
    "CR3-THERAPY", "equipment.therapy-date", WARNING, LIKELY,
    "the line has a certificate of need (CR3), but not when the therapy began (DTP*463)",
    "Send the first day of the therapy as DTP*463.",
)  # fmt: skip
OVERPAID = rule(
    "AMT-PAID", "claim.patient-paid", WARNING, CERTAIN,
    "the patient has paid more (AMT*F5) than the claim's charge", "Correct AMT*F5 or the charge.",
)  # fmt: skip

_SENT = frozenset({"BM", "EL", "EM", "FT", "FX"})


def check(claim: Claim) -> Iterator[Finding]:
    """The claim's own segments."""
    for segment in claim.segments:
        match segment[0]:
            case "PWK":
                yield from _attachment(claim, claim, "2300", segment, None)
            case "CR1":
                yield from _ambulance(claim, claim, "2300", segment, None)
            case "CRC":
                yield from _certification(claim, claim, "2300", segment, None)


def paid(claim: Claim) -> Iterator[Finding]:
    """AMT*F5 against the charge."""
    amount = claim.first("AMT", "F5")
    if amount is not None and CENTS[amount[2]] > claim.charge:
        yield tell(OVERPAID, claim, claim, "2300", amount, 2)


def line(claim: Claim, line: ServiceLine) -> Iterator[Finding]:
    """The segments of a line that has some of these."""
    for segment in line.segments:
        match segment[0]:
            case "PWK" if element(segment, 1) != "CT":  # CT tells of a certificate of need, which has no number
                yield from _attachment(claim, line, "2400", segment, line)
            case "CR1":
                yield from _ambulance(claim, line, "2400", segment, line)
            case "CRC":
                yield from _certification(claim, line, "2400", segment, line)
            case "CR3":
                yield from _equipment(claim, line, segment)


def _attachment(claim: Claim, loop: Loop, name: str, pwk: Segment, line: ServiceLine | None) -> Iterator[Finding]:
    """PWK05 without PWK06, or the reverse, is the guide's to tell."""
    code, numbered = element(pwk, 2), bool(element(pwk, 5) or element(pwk, 6))
    if code in _SENT and not numbered:
        yield tell(NUMBER, claim, loop, name, pwk, 6, line, code=code)
    elif code == "AA" and numbered:
        yield tell(UNUSED, claim, loop, name, pwk, 6, line)


def _ambulance(claim: Claim, loop: Loop, name: str, cr1: Segment, line: ServiceLine | None) -> Iterator[Finding]:
    places = {claim.place_of_service, *(each.place_of_service for each in claim.lines)}
    if not places & {"41", "42"} and not any(_transports(each.procedure) for each in claim.lines):
        yield tell(JOURNEY, claim, loop, name, cr1, None, line)


def _transports(code: str) -> bool:
    """HCPCS A0021 to A0999, T2001 to T2007 (transport that is no emergency) and S0207 to S0215."""
    return "A0021" <= code <= "A0999" or "T2001" <= code <= "T2007" or "S0207" <= code <= "S0215"


def _certification(claim: Claim, loop: Loop, name: str, crc: Segment, line: ServiceLine | None) -> Iterator[Finding]:
    match element(crc, 1):
        case "07" if loop.first("CR1") is None and claim.first("CR1") is None:
            yield tell(CERTIFIED, claim, loop, name, crc, None, line)
        case "ZZ":
            answer, reasons = element(crc, 2), [c for c in crc[3:] if c]
            if reasons and answer in ("N", "Y") and (answer == "N") is not ("NU" in reasons):
                found = "NU" if "NU" in reasons else "a referral"
                yield tell(REFERRAL, claim, loop, name, crc, 3, line, code=answer, found=found)


def _equipment(claim: Claim, line: ServiceLine, cr3: Segment) -> Iterator[Finding]:
    code = element(cr3, 1)
    if code in ("R", "S") and line.first("DTP", "607") is None:
        yield tell(REVISION, claim, line, "2400", cr3, 1, line, code=code)
    if line.first("DTP", "463") is None:
        yield tell(THERAPY, claim, line, "2400", cr3, None, line)
