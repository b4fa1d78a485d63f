"""A patient's day: the service lines of one patient, date and billing provider, also where several claims hold them.

What a void takes back was not done beside what is billed, and a replacement stands for the claim that it corrects: the
claims of each frequency are days of their own.

Coding rules look at the day, not at the claim (NCCI does), and a sister claim may stand anywhere in the same
transaction. A claim is held until the last claim of its patient in the part at hand has been read: which that is, a
census of the raw bytes tells beforehand. So memory is bounded by the patients that have several claims.
"""

import re
from collections.abc import Container, Iterable, Iterator, Sized
from datetime import date, timedelta
from itertools import chain, groupby, islice

from curette._records import record
from curette.claims.model import MADE_AGAIN, REPLACEMENT, Claim, ServiceLine
from curette.dates import Period
from curette.x12.transaction import Transaction

MOST_LINES = 400  # of a day; rules hold every line against every other
_OTHER = {"": REPLACEMENT, REPLACEMENT: ""}  # the claims that stand beside those; a void stands beside nothing


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
        return bool(self.modifiers) and any(m in self.modifiers for m in modifiers)  # most lines have none


@record
class Day:
    """The lines of one patient, date and billing provider, in the order in which the file has them.

    `apart` are those of originals beside the replacements of that day, and the other way round: which replaces which,
    the file does not tell, so that they are no partners, but what a line asks for may stand there. Nobody has more than
    MOST_LINES a day: where a file says so, each claim is a day of its own, which is not `whole`.
    """

    date: date
    lines: tuple[DayLine, ...]
    whole: bool = True
    apart: tuple[DayLine, ...] = ()
    tomorrow: tuple[DayLine, ...] = ()  # of the day after
    before: "Day | None" = None  # the one before it of the same patient, by date

    def of(self, codes: "frozenset[str]") -> list[DayLine]:
        """The lines with one of these codes."""
        return [line for line in self.lines if line.code in codes]

    def standing(self, codes: Container[str]) -> list[DayLine]:
        """The same with those `apart`: what a line may stand on."""
        return [line for line in (*self.lines, *self.apart) if line.code in codes]

    def earlier(self) -> Iterator[DayLine]:
        """The lines of the patient's days before, of whichever billing provider."""
        day = self.before
        while day is not None:
            yield from day.lines
            day = day.before

    def others(self, line: DayLine) -> list[DayLine]:
        """All lines but one."""
        return [other for other in self.lines if other is not line]


def together(claims: Iterable[Claim], part: Transaction, unread: Sized) -> Iterator[list[Claim]]:
    """The claims of a transaction, or of a part of one, by patient: each list as soon as its last claim was read.

    `unread` are the claims that could not be read so far, which were counted too.
    """
    patients = _census(part)
    last = {patient: number for number, patient in enumerate(patients)}
    held: dict[bytes, list[Claim]] = {}
    for read, claim in enumerate(claims):
        number = read + len(unread)
        patient = patients[number] if number < len(patients) else b""
        if last.get(patient, number) > number:
            held.setdefault(patient, []).append(claim)
        else:
            yield [*held.pop(patient, ()), claim]
    yield from held.values()  # the last claim of theirs could not be read


def days(claims: Iterable[Claim]) -> list[Day]:
    """The days of one patient's claims, in order; lines without a date or a HCPCS code are no part of any."""
    found: dict[tuple[date, str, str], list[DayLine]] = {}
    for claim in claims:
        billing, again = claim.billing.npi, claim.frequency if claim.frequency in MADE_AGAIN else ""
        who = provider(claim)
        diagnoses = [d.code for d in claim.diagnoses]
        last, lines = None, list[DayLine]()  # of one day as a rule
        for line in claim.lines:
            service = line.service
            if service is not None and line.qualifier == "HC":
                if service.start != last:
                    last = service.start
                    lines = found.setdefault((last, billing, again), [])
                lines.append(_line(claim, line, service, who, diagnoses))
    if len(found) == 1:
        (((day, *_), lines),) = found.items()
        return _days(Day(day, tuple(lines)))
    made: list[Day] = []
    for (day, billing, again), lines in sorted(found.items(), key=lambda item: item[0]):
        apart = found.get((day, billing, _OTHER[again]), ()) if again in _OTHER else ()
        tomorrow = chain(*(found.get((day + timedelta(1), billing, each), ()) for each in _OTHER))
        before = made[-1] if made else None
        made += _days(Day(day, tuple(lines), apart=tuple(apart), tomorrow=tuple(tomorrow), before=before))
    return made


def _days(day: Day) -> list[Day]:
    """One day; where that is none, its claims, a claim of too many lines in pieces."""
    if len(day.lines) <= MOST_LINES:
        return [day]
    made: list[Day] = []
    for _, own in groupby(day.lines, key=lambda line: line.claim.at):
        while piece := tuple(islice(own, MOST_LINES)):
            made.append(Day(day.date, piece, whole=False, before=day.before))
    return made


def provider(claim: Claim, line: ServiceLine | None = None) -> str:
    """NPI of who rendered a line, else the claim, else of the billing provider; "" where there is none."""
    if line is not None and (rendering := line.rendering) is not None and rendering.npi:
        return rendering.npi
    rendering = claim.rendering
    return (rendering.npi if rendering is not None else "") or claim.billing.npi


def _line(claim: Claim, line: ServiceLine, service: Period, who: str, diagnoses: list[str]) -> DayLine:
    return DayLine(
        claim,
        line,
        line.procedure,
        line.modifiers,
        line.units,
        service.start,
        service.end,
        line.place_of_service or claim.place_of_service,
        tuple([diagnoses[p - 1] for p in line.pointers if 0 < p <= len(diagnoses)]),
        provider(claim, line) if line.parties else who,
    )


def _census(part: Transaction) -> list[bytes]:
    """Whose each claim of a part is, in order, told from its bytes.

    A patient is the subscriber's NM1*IL and, of a dependent, the NM1*QC, as they are written; another payer's
    subscriber, who stands below a claim, is nobody's.
    """
    d = part.delimiters
    element, term = (re.escape(c.encode("latin-1")) for c in (d.element, d.segment))
    heads = b"(HL|CLM|NM1" + element + b"IL|NM1" + element + b"QC)"
    before = re.escape(part.between) if part.between is not None else term + rb"\s*"
    pattern = re.compile(before + heads + element + b"([^" + term + rb"]*)")  # fixed text in front is searched fastest
    found: list[bytes] = []
    subscriber = patient = b""
    above = True
    for name, text in pattern.findall(part.delimiters.segment.encode("latin-1") + part.context + part.raw):
        if name == b"CLM":
            above = False
            found.append(subscriber + b"\0" + patient)
        elif name == b"HL":
            above, patient = True, b""
        elif above and name.endswith(b"IL"):
            subscriber = text
        elif above:
            patient = text
    return found
