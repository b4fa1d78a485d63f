"""A patient's day: the service lines of one patient, date and billing provider, also where several claims hold them.

Coding rules look at the day, not at the claim (NCCI does), and a sister claim may stand anywhere in the same
transaction. A claim is held until the last claim of its patient in the part at hand has been read: which that is, a
census of the raw bytes tells beforehand. So memory is bounded by the patients that have several claims.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date

from curette._records import record
from curette.claims.model import Claim, ServiceLine
from curette.x12 import tokens
from curette.x12.cas import Segment
from curette.x12.transaction import Transaction

Key = tuple[str, ...]
_NAME = 3  # NM103 to NM105 name a patient below a subscriber; NM109 is the subscriber's number
_NUMBER = 9


@record
class DayLine:
    """A service line with what rules ask of it. Units are thousandths."""

    claim: Claim
    line: ServiceLine
    code: str  # HCPCS or CPT
    modifiers: tuple[str, ...]
    units: int
    day: date  # the first of its service
    end: date
    place: str  # its place of service, else the claim's
    diagnoses: tuple[str, ...]  # the codes it points at, in order
    provider: str  # NPI of who rendered it: the line's, the claim's, else the billing provider's

    @property
    def count(self) -> int:
        """Whole units."""
        return self.units // 1000

    def has(self, *modifiers: str) -> bool:
        """Whether any of these modifiers stands on it."""
        return any(m in self.modifiers for m in modifiers)


@record
class Day:
    """The lines of one patient, date and billing provider, in the order in which the file has them."""

    date: date
    lines: tuple[DayLine, ...]

    def of(self, codes: "frozenset[str]") -> list[DayLine]:
        """The lines with one of these codes."""
        return [line for line in self.lines if line.code in codes]

    def others(self, line: DayLine) -> list[DayLine]:
        """All lines but one."""
        return [other for other in self.lines if other is not line]


def together(claims: Iterable[Claim], part: Transaction) -> Iterator[list[Claim]]:
    """The claims of a transaction, or of a part of one, by patient: each list as soon as its last claim was read."""
    expected = _census(part)
    held: dict[Key, list[Claim]] = {}
    for claim in claims:
        key = _key(claim)
        expected[key] -= 1
        if expected[key] > 0:
            held.setdefault(key, []).append(claim)
        else:
            yield [*held.pop(key, ()), claim]
    yield from held.values()  # a claim of theirs could not be read


def days(claims: Iterable[Claim]) -> list[Day]:
    """The days of one patient's claims, in order; lines without a date or a HCPCS code are no part of any."""
    found: dict[tuple[date, str], list[DayLine]] = {}
    for claim in claims:
        billing = claim.billing.npi
        rendering = claim.rendering
        provider = (rendering.npi if rendering is not None else "") or billing
        for line in claim.lines:
            if line.service is not None and line.qualifier == "HC":
                row = _line(claim, line, provider)
                found.setdefault((line.service.start, billing), []).append(row)
    return [Day(key[0], tuple(lines)) for key, lines in sorted(found.items(), key=lambda item: item[0])]


def _line(claim: Claim, line: ServiceLine, provider: str) -> DayLine:
    service = line.service
    assert service is not None
    if line.parties:
        rendering = line.rendering
        provider = (rendering.npi if rendering is not None else "") or provider
    return DayLine(
        claim,
        line,
        line.procedure,
        line.modifiers,
        line.units,
        service.start,
        service.end,
        line.place_of_service or claim.place_of_service,
        claim.codes(line),
        provider,
    )


# -- whose claims they are


def _key(claim: Claim) -> Key:
    person, patient = claim.subscriber.person, claim.patient
    of = patient.person if patient is not None else None
    return _patient(person.segments[0] if person is not None else (), of.segments[0] if of is not None else ())


def _patient(subscriber: Segment, patient: Segment) -> Key:
    """A patient by the subscriber's number (or name, where there is none) and, of a dependent, the name."""
    number = subscriber[_NUMBER] if len(subscriber) > _NUMBER else ""
    return (number, *(() if number else subscriber[_NAME:6]), *patient[_NAME:6])


def _census(part: Transaction) -> Counter[Key]:
    """How many claims of each patient stand in a part, told from its bytes."""
    d = part.delimiters
    element, term = (re.escape(c.encode("latin-1")) for c in (d.element, d.segment))
    heads = b"NM1" + element + b"(?:IL|QC)|HL|CLM"
    pattern = re.compile(rb"(?:^|" + term + rb")\s*((?:" + heads + b")" + element + b"[^" + term + b"]*)")
    counts: Counter[Key] = Counter()
    subscriber: list[str] = []
    patient: list[str] = []
    above = True  # NM1*IL below a claim names another payer's subscriber
    raw = b"".join((part.context, part.raw))
    for match in pattern.finditer(raw):
        segment = tokens.decode(match[1]).replace("\r", "").replace("\n", "").split(d.element)
        name = segment[0]
        if name == "CLM":
            above = False
            counts[_patient(subscriber, patient)] += 1
        elif name == "HL":
            above, patient = True, []
        elif above and segment[1] == "IL":
            subscriber = segment
        elif above:
            patient = segment
    return counts
