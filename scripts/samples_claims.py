"""Claims and how they are written as an 837P: the records that the sample days are made of."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

from samples_x12 import CLOCK, SERVICE_DAY, Envelope, Segments, cents, money


@dataclass(frozen=True)
class Person:
    """Somebody invented. `member` is the subscriber's number at the payer; a dependent has none."""

    last: str
    first: str
    birth: str
    sex: str
    member: str = ""


@dataclass(frozen=True)
class Payer:
    """`filing` is SBR09 of the 837P, `remit_filing` CLP06 of the 835 (its list lacks CI and BL)."""

    name: str
    id: str
    filing: str
    remit_filing: str


@dataclass(frozen=True)
class Provider:
    """A rendering provider, or a billing one; an organisation has no first name."""

    last: str
    first: str
    npi: str
    taxonomy: str

    def name(self, role: str) -> str:
        """NM1 for one role: 82 rendering, 85 billing, DN referring ..."""
        kind = "1" if self.first else "2"
        return f"NM1*{role}*{kind}*{self.last}*{self.first}****XX*{self.npi}"


@dataclass(frozen=True)
class Billing:
    """Loop 2010AA; `pay_to` holds loop 2010AB as segments."""

    provider: Provider
    street: str
    city: str
    tax: str
    pay_to: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """One service line: "99213:25" is code and modifiers, `points` are places in the claim's diagnoses ("1:2")."""

    code: str
    charge: str
    points: str
    units: str = "1"
    after: tuple[str, ...] = ()  # what follows REF*6R: NTE, LIN, CTP, SVD, CAS ...
    day: str = ""  # when not the claim's
    control: str = ""  # REF*6R, when not the claim's number with the place of the line

    @property
    def cents(self) -> int:
        return cents(self.charge)


@dataclass(frozen=True)
class Claim:
    """One claim; diagnoses are written with their dot and parted by blanks, the first is the principal one."""

    number: str
    payer: Payer
    subscriber: Person
    diagnoses: str
    lines: tuple[Line, ...]
    rendering: Provider | None = None
    patient: Person | None = None  # when not the subscriber
    relation: str = "18"  # PAT01 of a dependent: 01 spouse, 19 child
    place: str = "11"
    frequency: str = "1"
    day: str = SERVICE_DAY
    level: str = "P"  # SBR01
    refs: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()  # loops 2310A and 2310C: before and after the rendering provider
    other_payer: tuple[str, ...] = field(default=())  # loops 2320, 2330A, 2330B
    written: tuple[str, ...] = ()  # CLM to the end, where it is not made of the fields above

    @property
    def cents(self) -> int:
        return sum(line.cents for line in self.lines)

    def control(self, line: int) -> str:
        """REF*6R of a line, counted from 1."""
        return self.lines[line - 1].control or f"{self.number}-L{line}"


def header(envelope: Envelope, name: str) -> Segments:
    """BHT and loops 1000A, 1000B."""
    return [
        f"BHT*0019*00*{name}*{envelope.created}*{CLOCK}*CH",
        f"NM1*41*2*SAMPLE BILLING OFFICE*****46*{envelope.sender}",
        "PER*IC*EXAMPLE DESK*TE*2175550100",
        f"NM1*40*2*EXAMPLE CLEARINGHOUSE*****46*{envelope.receiver}",
    ]


def batch(sides: Iterable[tuple[Billing, Sequence[Claim]]]) -> Segments:
    """Loops 2000A to 2400 of a transaction, HL numbered from 1."""
    numbers = count(1)
    segments: Segments = []
    for billing, claims in sides:
        parent = next(numbers)
        segments += [f"HL*{parent}**20*1", *billing_segments(billing)]
        for claim in claims:
            segments += claim_levels(claim, numbers, parent)
    return segments


def billing_segments(billing: Billing) -> Iterator[str]:
    """2000A after its HL."""
    yield f"PRV*BI*PXC*{billing.provider.taxonomy}"
    yield billing.provider.name("85")
    yield f"N3*{billing.street}"
    yield f"N4*{billing.city}"
    yield f"REF*EI*{billing.tax}"
    yield from billing.pay_to


def claim_levels(claim: Claim, numbers: Iterator[int], parent: int) -> Iterator[str]:
    """2000B, 2000C when the patient is a dependent, and the claim."""
    own, subscriber, dependent = next(numbers), claim.subscriber, claim.patient
    policy = "" if claim.payer.filing in ("MB", "MC") else "TESTGROUP"
    yield f"HL*{own}*{parent}*22*{1 if dependent else 0}"
    yield f"SBR*{claim.level}*{'' if dependent else '18'}*{policy}******{claim.payer.filing}"
    yield f"NM1*IL*1*{subscriber.last}*{subscriber.first}****MI*{subscriber.member}"
    if not dependent:
        yield from home(subscriber, subscriber)
    yield f"NM1*PR*2*{claim.payer.name}*****PI*{claim.payer.id}"
    if dependent:
        yield f"HL*{next(numbers)}*{own}*23*0"
        yield f"PAT*{claim.relation}"
        yield f"NM1*QC*1*{dependent.last}*{dependent.first}"
        yield from home(dependent, subscriber)
    yield from claim_segments(claim)


def home(person: Person, subscriber: Person) -> Iterator[str]:
    """Address and DMG; a family lives at the house that bears the subscriber's number."""
    yield f"N3*{int(subscriber.member[-4:])} TEST LANE"
    yield "N4*SPRINGFIELD*IL*62701"
    yield f"DMG*D8*{person.birth}*{person.sex}"


def claim_segments(claim: Claim) -> Iterator[str]:
    """2300 to 2430 of one claim."""
    if claim.written:
        yield from claim.written
        return
    yield f"CLM*{claim.number}*{money(claim.cents)}***{claim.place}:B:{claim.frequency}*Y*A*Y*Y"
    yield from claim.refs
    codes = [code.replace(".", "") for code in claim.diagnoses.split()]
    yield "HI*" + "*".join([f"ABK:{codes[0]}", *(f"ABF:{code}" for code in codes[1:])])
    referring = [each for each in claim.providers if each.startswith("NM1*DN")]
    yield from referring
    if claim.rendering:
        yield claim.rendering.name("82")
        yield f"PRV*PE*PXC*{claim.rendering.taxonomy}"
    yield from (each for each in claim.providers if each not in referring)
    yield from claim.other_payer
    for number, line in enumerate(claim.lines, 1):
        yield f"LX*{number}"
        yield f"SV1*HC:{line.code}*{money(line.cents)}*UN*{line.units}***{line.points}"
        yield f"DTP*472*D8*{line.day or claim.day}"
        yield f"REF*6R*{claim.control(number)}"
        yield from line.after
