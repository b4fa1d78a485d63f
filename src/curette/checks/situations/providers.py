"""Who did it and where (2010AA, 2310, 2420): whom the guide wants named, and whom it wants named only once."""

import re
from collections.abc import Iterator

from attrs import frozen

from curette.checks.situations._tell import ADVICE, CERTAIN, LIKELY, POSSIBLE, WARNING, rule, tell
from curette.claims.model import Billing, Claim, ServiceLine
from curette.findings import Finding, Rule
from curette.x12.cas import Segment
from curette.x12.loop import Party, party
from curette.x12.values import Table

SAME = rule(
    "REND-SAME", "rendering.is-billing", ADVICE, CERTAIN,
    "the rendering provider is the billing provider", "Leave loop 2310B out when both are one person.",
    "x12-837p", "x12-rfi-837",
)  # fmt: skip
MISSING = rule(
    "REND-MISSING", "rendering.missing", ADVICE, POSSIBLE,
    "the billing provider is an organization, and nobody is named who rendered the service",
    "Name the practitioner in loop 2310B, or in 2420A of every line.", "x12-837p", "x12-rfi-837",
)  # fmt: skip
FACILITY = rule(
    "FAC-MISSING", "facility.missing", WARNING, POSSIBLE,
    "place of service {code} is a facility, but no loop says which (NM1*77)",
    "Name the facility and its address in loop 2310C, unless it is the billing provider's.", "x12-837p", "x12-rfi-837",
)  # fmt: skip
FACILITY_SAME = rule(
    "FAC-SAME", "facility.is-billing", ADVICE, CERTAIN,
    "the service facility has the billing provider's {kind}",
    "Name a facility only where its address differs, and its NPI only where it is another's.",
    "x12-837p", "x12-rfi-837",
)  # fmt: skip
FACILITY_AMBULANCE = rule(
    "FAC-AMBULANCE", "facility.ambulance", WARNING, LIKELY,
    "a service facility (NM1*77) on an ambulance claim", "Send pick-up and drop-off (NM1*PW, NM1*45) instead.",
)  # fmt: skip
JOURNEY = rule(
    "AMB-ADDRESS", "ambulance.addresses", WARNING, LIKELY,
    "{code} is an ambulance transport, but {segment} is missing",
    "Send where the journey began (NM1*PW) and ended (NM1*45).",
)  # fmt: skip
BOX = rule(
    "BILL-BOX", "billing.post-office-box", WARNING, LIKELY,
    "the billing provider's address is a post office box", "Send a street address here, and the box as NM1*87.",
)  # fmt: skip
PAY_TO = rule(
    "BILL-PAYTO", "billing.pay-to-same", ADVICE, CERTAIN,
    "the pay-to address is the billing provider's", "Leave loop 2010AB out when both are one address.",
)  # fmt: skip
NUMBERLESS = rule(
    "BILL-NUMBER", "billing.no-number", WARNING, LIKELY,
    "the billing provider has neither an NPI nor another number",
    "Put XX into NM108 and the NPI into NM109.",
)  # fmt: skip
ORDER = rule(
    "REFER-ORDER", "referring.primary-care-alone", WARNING, LIKELY,
    "NM1*P3 names a second referral, but NM1*DN names no first one", "Send the only referring provider as DN.",
)  # fmt: skip

_BOX = re.compile(r"\s*(P\.?\s*O\.?\s*BOX|POST\s+OFFICE\s+BOX|LOCK\s*BOX)\b", re.IGNORECASE)
FACILITIES = frozenset({"19", "21", "22", "23", "24", "31", "32", "34", "51", "52", "54", "56", "61"})
_AMBULANCES = frozenset({"41", "42"})
_JOURNEYS = frozenset({"A0425", "A0426", "A0427", "A0428", "A0429", "A0430", "A0431", "A0433", "A0434"})
# taxonomies of who renders as an organization: agencies, clinics and centres, hospitals, laboratories, nursing
# facilities, residential care, suppliers and transport
_ORGANIZATIONS = ("251", "261", "27", "28", "29", "31", "32", "33", "34")


def _personal(code: str) -> bool:
    """Surgery and visits: what somebody does. Tests, drugs and supplies may be an organization's own."""
    return len(code) == 5 and code.isdigit() and ("10004" <= code <= "69990" or "99202" <= code <= "99499")


PERSONAL: Table[str, bool] = Table(_personal)


@frozen
class _Biller:
    """What is asked of a billing provider, which many claims share."""

    npi: str
    is_person: bool
    organization: bool  # renders as one: a hospital, a laboratory, a supplier
    address: tuple[str, ...]
    sound: bool  # nothing is wrong with its own loops


_NOBODY = _Biller("", True, False, (), True)
_known: tuple[Billing | None, _Biller] = (None, _NOBODY)  # the last one: claims stand under their billing provider


def _biller(level: Billing) -> _Biller:
    global _known
    if _known[0] is level:
        return _known[1]
    provider = level.provider
    found = _NOBODY  # the guide tells that it is missing
    if provider is not None:
        organization = level.taxonomy.startswith(_ORGANIZATIONS)
        sound = not any(True for _ in _faults(level, provider))
        found = _Biller(provider.npi, provider.is_person, organization, _address(provider), sound)
    _known = level, found
    return found


def plain(claim: Claim) -> bool:
    """Whether the only provider of the claim is a practitioner other than the billing provider, outside facilities."""
    billing, parties = _biller(claim.billing), claim.parties
    if not billing.sound or claim.place_of_service in _AMBULANCES:
        return False
    if not parties:
        return billing.is_person
    head = parties[-1].segments[0]  # one who refers stands before
    named = head[1] == "82" and (len(parties) == 1 or (len(parties) == 2 and parties[0].segments[0][1] == "DN"))
    return named and len(head) > 9 and head[9] != billing.npi


def check(claim: Claim) -> Iterator[Finding]:
    """The providers of a claim, and its billing provider."""
    billing = _biller(claim.billing)
    if not billing.sound:
        yield from _billing(claim)
    parties = claim.parties
    rendering = party(parties, "82") if parties else None
    if rendering is not None:
        if billing.is_person and billing.npi and rendering.npi == billing.npi and rendering.is_person:
            yield tell(SAME, claim, rendering, "2310B", rendering.segments[0], 9)
    elif not billing.is_person:
        yield from _unnamed(claim, billing)
    place = claim.place_of_service
    if place in _AMBULANCES:
        yield from _ambulance(claim)
    if len(parties) > 1 or (parties and rendering is None):
        yield from _others(claim, billing)


def _others(claim: Claim, billing: _Biller) -> Iterator[Finding]:
    for each in claim.parties:
        role = each.segments[0][1]
        if role == "77":
            yield from _same_place(claim, billing, each, "2310C", None)
        elif role == "P3" and claim.referring is None:
            yield tell(ORDER, claim, each, "2310A", each.segments[0], 1)


def line(claim: Claim, line: ServiceLine) -> Iterator[Finding]:
    """The providers of a line that has some."""
    facility = line.service_facility
    if facility is not None and claim.service_facility is None:
        yield from _same_place(claim, _biller(claim.billing), facility, "2420C", line)
    primary = party(line.parties, "P3")
    if primary is not None and line.referring is None:
        yield tell(ORDER, claim, primary, "2420F", primary.segments[0], 1, line)


def _unnamed(claim: Claim, billing: _Biller) -> Iterator[Finding]:
    """Nobody rendered it at the claim: then every line that somebody does should say who. Encounters are reports.

    Advice, because the guide lets an organization render: its own examples have such claims, which payers deny.
    """
    if billing.organization or claim.submission.value("BHT", 6) == "RP":
        return
    if any(PERSONAL[line.procedure] and line.rendering is None for line in claim.lines):
        yield tell(MISSING, claim, claim, "2300")


def unplaced(claim: Claim) -> Iterator[Finding]:
    """The first line in a facility that nobody names, told of the claim where that is the claim's place.

    A facility's own bill names no rendering provider, and needs no other place than the billing provider's.
    """
    billing = _biller(claim.billing)
    person = billing.is_person or claim.rendering or any(line.rendering for line in claim.lines)
    if not person or billing.organization or claim.service_facility is not None:
        return
    for line in claim.lines:
        own = line.place_of_service
        place = own or claim.place_of_service
        if place in FACILITIES and line.service_facility is None:
            if place == claim.place_of_service:
                yield tell(FACILITY, claim, claim, "2300", claim.segments[0], 5, code=place)
            else:
                yield tell(FACILITY, claim, line, "2400", line.first("SV1"), 5, line, code=place)
            return


def _same_place(
    claim: Claim, billing: _Biller, facility: Party, loop: str, line: ServiceLine | None
) -> Iterator[Finding]:
    street = facility.first("N3")
    same = street is not None and len(street) > 1 and street[1].upper() in billing.address
    if same and _address(facility) == billing.address:
        yield tell(FACILITY_SAME, claim, facility, loop, street, None, line, kind="address")
    elif facility.npi and facility.npi == billing.npi:
        yield tell(FACILITY_SAME, claim, facility, loop, facility.segments[0], 9, line, kind="NPI")


def _address(somebody: Party) -> tuple[str, ...]:
    parts = (*somebody.street, somebody.city, somebody.state, somebody.postal_code[:5])
    return tuple(part.upper() for part in parts if part)


def _ambulance(claim: Claim) -> Iterator[Finding]:
    facility = claim.service_facility
    if facility is not None:
        yield tell(FACILITY_AMBULANCE, claim, facility, "2310C")
    transport = next((line for line in claim.lines if line.procedure in _JOURNEYS), None)
    if transport is None:
        return
    for role in ("PW", "45"):
        if party(claim.parties, role) is None and party(transport.parties, role) is None:
            yield tell(JOURNEY, claim, claim, "2300", code=transport.procedure, segment=f"NM1*{role}")


# -- the billing provider


def _billing(claim: Claim) -> Iterator[Finding]:
    """The same findings for each claim below it, of which one is kept."""
    level, payer = claim.billing, claim.payer
    if level.provider is None:
        return
    for told, loop, name, where, item in _faults(level, level.provider):
        if told is not NUMBERLESS or payer is None or not payer.reference("G2"):  # the payer's own number for it
            yield tell(told, claim, loop, name, where, item)


def _faults(level: Billing, provider: Party) -> Iterator[tuple[Rule, Party, str, Segment | None, int | None]]:
    street = provider.first("N3")
    if street is not None and any(_BOX.match(part) for part in street[1:]):
        yield BOX, provider, "2010AA", street, 1
    pay_to = level.pay_to
    if pay_to is not None and pay_to.street and _address(pay_to) == _address(provider):
        yield PAY_TO, pay_to, "2010AB", None, None
    if not provider.id and not provider.reference("0B") and not provider.reference("1G"):
        yield NUMBERLESS, provider, "2010AA", provider.segments[0], 9
