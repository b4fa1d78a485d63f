"""What was billed, kept small: so that a denied line can be told with its diagnoses, provider and place.

A line is found by its control number (REF*6R); else by its code and, while several fit, by date, units, charge and
modifiers; else, where the payer changed the code without saying so, by date, units and charge together. Rather none
than a wrong one. Of several claims with one number those that were sent before they were answered go before others, of
these those of the answered day, and the one that was sent last.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from curette._records import record
from curette.claims.days import MOST_LINES
from curette.claims.model import MADE_AGAIN, Claim, ServiceLine
from curette.dates import Period
from curette.denials.merge import billed_code
from curette.remits.model import ClaimPayment, ServicePayment

_MOST = 100  # claims under one number that are looked at, the latest; who uses it more often tells nothing by it


class Around(dict[str, list[str]]):
    """The procedures of one patient, day and billing provider, by the claim (CLM01) that has them."""

    lines = 0  # of all claims together


@record
class Billed:
    """A billed line as far as a denial needs it."""

    control_number: str  # REF*6R
    procedure: str
    modifiers: tuple[str, ...]
    charge: int
    diagnoses: tuple[str, ...]  # the codes its pointers lead to
    rendering: str  # NPI
    billing: str  # NPI
    place_of_service: str
    units: int  # thousandths
    day: date | None  # the first of its service
    ndc: str  # LIN03
    authorized: bool  # an authorisation number was sent (REF*G1 of line or claim)
    replaces: str  # REF*F8 of the claim
    claim: str  # CLM01
    around: Around
    own: Sequence[str]  # procedures of that day in the claim itself, which may have been sent again otherwise

    @property
    def sisters(self) -> tuple[str, ...]:
        """The other procedures of that day, in any claim; in its own where there are more than one patient can have."""
        found = list(self.own)
        found.remove(self.procedure)
        if self.around.lines <= MOST_LINES:
            found += [code for claim, codes in self.around.items() if claim != self.claim for code in codes]
        return tuple(found)


@record
class Found:
    """A billed line, and by what it was recognised."""

    billed: Billed
    by: str  # line_control, code, code+date, ..., date+units+charge, only_line
    changed: bool = False  # the claim was sent again with other modifiers: which of them were answered is not known

    @property
    def modifiers(self) -> tuple[str, ...]:
        """Those that were sent for certain."""
        return () if self.changed else self.billed.modifiers


@record
class _BilledClaim:
    sent: date | None
    again: bool  # in the place of another
    charge: int
    days: Period | None
    lines: list[Billed]

    def covers(self, day: date | None) -> bool:
        return day is not None and self.days is not None and self.days.holds(day)

    def sent_before(self, answered: date | None) -> bool:
        """Whether it may be what was answered on that day; of that very day only a claim that replaces none."""
        if self.sent is None or answered is None:
            return True
        return self.sent < answered or (self.sent == answered and not self.again)


class Links:
    """Billed lines by claim control number (CLM01, which a remittance repeats as CLP01)."""

    def __init__(self, claims: Iterable[Claim] = ()) -> None:
        self._claims: dict[str, list[_BilledClaim]] = {}
        days: defaultdict[tuple[object, ...], Around] = defaultdict(Around)
        for claim in claims:
            lines = [_billed(claim, *found) for found in _days(claim, days)]
            again = claim.frequency in MADE_AGAIN
            billed = _BilledClaim(claim.submission.created_on, again, claim.charge, claim.service_dates, lines)
            self._claims.setdefault(claim.control_number, []).append(billed)
        for several in self._claims.values():
            if len(several) > 1:  # in whatever order they were given
                several.sort(key=lambda each: (each.sent or date.min, each.again))

    def __bool__(self) -> bool:
        return bool(self._claims)

    def find(self, claim: ClaimPayment, line: ServicePayment | None, answered: date | None = None) -> Found | None:
        """The billed line that a line of a remittance answers, which was `answered` on that day; of a claim answered as
        a whole, its only one.
        """
        claims = self._claims.get(claim.control_number)
        if claims is None:
            return None
        if len(claims) == 1:
            return _in_claim(claims[0].lines, claim, line)
        # some offices number patients, not claims; a claim sent again under its number: the last that fits the charge
        day, charge, latest = claim.service_dates[0], abs(claim.charge), claims[-_MOST:]
        claims = [each for each in latest if each.sent_before(answered)] or latest
        claims = [each for each in claims if each.covers(day)] or claims
        for each in ([each for each in claims if each.charge == charge] or claims)[::-1]:
            if (found := _in_claim(each.lines, claim, line)) is not None:
                return Found(found.billed, found.by, _differ(claims))
        return None


UNLINKED = Links()


def _differ(claims: Iterable[_BilledClaim]) -> bool:
    return len({tuple(line.modifiers for line in claim.lines) for claim in claims}) > 1


def _in_claim(billed: list[Billed], claim: ClaimPayment, line: ServicePayment | None) -> Found | None:
    if line is None:
        return Found(billed[0], "only_line") if len(billed) == 1 else None
    number = line.control_number
    if number and len(found := [b for b in billed if b.control_number == number]) == 1:
        return Found(found[0], "line_control")
    code = billed_code(line)
    if found := [b for b in billed if b.procedure == code]:
        return _narrowed(found, claim, line)
    answered = {billed_code(other) for other in claim.lines}
    found = [b for b in billed if b.procedure not in answered and all(same(b, claim, line) for _, same in _ALIKE[:3])]
    return Found(found[0], "date+units+charge") if len(found) == 1 else None


def _narrowed(found: list[Billed], claim: ClaimPayment, line: ServicePayment) -> Found | None:
    by = "code"
    for name, same in _ALIKE:
        if len(found) == 1:
            break
        if fewer := [b for b in found if same(b, claim, line)]:
            by, found = f"{by}+{name}", fewer
    return Found(found[0], by) if len(found) == 1 else None


def _same_day(billed: Billed, claim: ClaimPayment, line: ServicePayment) -> bool:
    return billed.day is not None and billed.day == (line.start or claim.service_dates[0])


def _same_units(billed: Billed, _: ClaimPayment, line: ServicePayment) -> bool:
    submitted = line.submitted_units
    return billed.units == abs(line.units if submitted is None else submitted)


def _same_charge(billed: Billed, _: ClaimPayment, line: ServicePayment) -> bool:
    return billed.charge == abs(line.charge)


def _same_modifiers(billed: Billed, _: ClaimPayment, line: ServicePayment) -> bool:
    return billed.modifiers == (line.submitted[2] if line.submitted else line.modifiers)


_ALIKE: Sequence[tuple[str, Callable[[Billed, ClaimPayment, ServicePayment], bool]]] = (
    ("date", _same_day),
    ("units", _same_units),
    ("charge", _same_charge),
    ("modifiers", _same_modifiers),
)


def _days(
    claim: Claim, days: defaultdict[tuple[object, ...], Around]
) -> Iterator[tuple[ServiceLine, Around, list[str]]]:
    """Each line with the procedures of its day, to which those of the claim are added, and with these.

    A replacement repeats the lines of another claim and stands by itself; so does a claim sent again under its number.
    """
    who = _patient(claim)
    replacement = claim.frequency in MADE_AGAIN or bool(claim.original_reference)
    own: dict[date | None, tuple[Around, list[str]]] = {}
    for line in claim.lines:
        day = line.service.start if line.service else None
        if day not in own:
            around, procedures = Around() if replacement else days[*who, day], list[str]()
            around.lines -= len(around.get(claim.control_number, ()))
            around[claim.control_number] = procedures
            own[day] = around, procedures
        around, procedures = own[day]
        procedures.append(line.procedure)
        around.lines += 1
    for line in claim.lines:
        yield line, *own[line.service.start if line.service else None]


def _patient(claim: Claim) -> tuple[object, ...]:
    """What tells one patient and billing provider from another; kept only while the claims are read."""
    person, member = claim.patient_person, claim.subscriber.person
    name = (person.last_name, person.first_name, person.birth_date) if person else ("", claim.control_number, None)
    return claim.billing.npi, member.id if member else "", *name


def together(sisters: Sequence[str], billed: Sequence[str]) -> tuple[str, ...]:
    """The procedures around a line by what was answered and by what was billed, each as often as either has it."""
    return tuple((Counter(sisters) | Counter(billed)).elements())


def _billed(claim: Claim, line: ServiceLine, around: Around, own: Sequence[str]) -> Billed:
    rendering = line.rendering or claim.rendering
    return Billed(
        line.control_number,
        line.procedure,
        line.modifiers,
        line.charge,
        claim.codes(line),
        rendering.npi if rendering else claim.billing.npi,
        claim.billing.npi,
        line.place_of_service or claim.place_of_service,
        line.units,
        line.service.start if line.service else None,
        next((drug.ndc for drug in line.drugs if drug.ndc), ""),
        bool(claim.prior_authorization or line.reference("G1")),
        claim.original_reference,
        claim.control_number,
        around,
        own,
    )
