"""Claims as reports show them: small records of what was billed, without the bytes they came from.

Reports need only some claims, and know which when everything is checked; so claims are read again for them, and none
is kept meanwhile. Money is cents, units are thousandths; names and identifiers are as they came, for each form to make
safe. What stands where a code should and has not its form may be anything, so without `phi` only its size is told.
"""

import re
from collections.abc import Collection, Iterator
from datetime import date

from curette._records import record
from curette.claims.model import Claim, Diagnosis, ServiceLine
from curette.claims.reader import Reader
from curette.claims.spans import Span, hit, ranges
from curette.findings import shape
from curette.x12.loop import Party
from curette.x12.transaction import Transaction

_PROCEDURE = re.compile(r"[A-Z][0-9]{4}|[0-9]{4}[0-9A-Z]|[0-9]{11}")  # HCPCS, CPT, NDC
_PAIR = re.compile(r"[0-9A-Z]{2}")  # modifier, place of service, unit, qualifier of a procedure
_FREQUENCY = re.compile(r"[0-9A-Z]")
_LIST = re.compile(r"[A-Z]{2,3}")  # qualifier of a diagnosis
_DIAGNOSIS = re.compile(r"[A-Z][0-9][0-9A-Z]{1,5}|[0-9]{3,5}")  # ICD-10-CM, ICD-9-CM
_NPI = re.compile(r"[0-9]{10}")


@record
class Named:
    """A provider or payer: name and NPI or identifier; either may be empty."""

    name: str
    id: str


@record
class Patient:
    """Patient data, present only where it was asked for. `born` is as it was sent where it is no date."""

    name: str
    born: str
    member: str


@record
class BilledLine:
    """A service line."""

    number: int  # LX01
    start: date | None
    end: date | None
    qualifier: str
    procedure: str
    modifiers: tuple[str, ...]
    pointers: tuple[int, ...]  # 1-based into the claim's diagnoses
    place_of_service: str
    units: int
    unit: str
    charge: int


@record
class BilledClaim:
    """A claim with its lines. `depends` are the segments (from 1 in the transaction, half open) of the levels above it
    and then its own; `byte` is where it begins in its part.
    """

    control_number: str
    depends: tuple[Span, ...]
    byte: int
    charge: int
    start: date | None
    end: date | None
    place_of_service: str
    frequency: str
    original_reference: str
    payer: Named
    billing: Named
    rendering: Named | None
    diagnoses: tuple[Diagnosis, ...]
    lines: tuple[BilledLine, ...]
    patient: Patient | None = None

    @property
    def own(self) -> Span:
        """Its own segments."""
        return self.depends[-1]


def billed(part: Transaction, places: Collection[int] | None, *, phi: bool = False) -> Iterator[BilledClaim]:
    """The claims of a part that depend on one of these segments (from 1 in the transaction); None: every claim.

    The head of the transaction, on which every claim depends, does not count. `phi`: with the patient.
    """
    wanted = None if places is None else sorted(places)
    for claim in Reader(part).read():
        depends = _depends(claim, part.before)
        if wanted is None or any(hit(wanted, span) for span in depends):
            yield _billed(claim, depends, phi)


def _depends(claim: Claim, before: int) -> tuple[Span, ...]:
    above = ranges((claim.billing, claim.subscriber, claim.patient), 0)
    spans = [span for span in above if span is not None and span[1]] + [(claim.at, claim.end)]
    return tuple((begin + before + 1, end + before + 1) for begin, end in spans)


def _billed(claim: Claim, depends: tuple[Span, ...], phi: bool) -> BilledClaim:
    days, rendering = claim.service_dates, claim.rendering
    return BilledClaim(
        claim.control_number, depends, claim.transaction.starts()[claim.at], claim.charge,
        days.start if days else None, days.end if days else None,
        _code(_PAIR, claim.place_of_service, phi), _code(_FREQUENCY, claim.frequency, phi), claim.original_reference,
        _payer(claim.payer, phi), _provider(claim.billing.provider), _provider(rendering) if rendering else None,
        tuple(Diagnosis(_code(_LIST, d.qualifier, phi), _code(_DIAGNOSIS, d.code, phi)) for d in claim.diagnoses),
        tuple(_line(line, claim, phi) for line in claim.lines),
        _patient(claim) if phi else None,
    )  # fmt: skip


def _line(line: ServiceLine, claim: Claim, phi: bool) -> BilledLine:
    start, end = (line.service.start, line.service.end) if line.service else (None, None)
    return BilledLine(
        line.number, start, end, _code(_PAIR, line.qualifier, phi), _code(_PROCEDURE, line.procedure, phi),
        tuple(_code(_PAIR, m, phi) for m in line.modifiers), line.pointers,
        _code(_PAIR, line.place_of_service or claim.place_of_service, phi), line.units, _code(_PAIR, line.unit, phi),
        line.charge,
    )  # fmt: skip


def _provider(party: Party | None) -> Named:
    """Providers are not patients: their names are told, also of persons."""
    return Named(party.name, _code(_NPI, party.npi, False)) if party is not None else Named("", "")


def _code(form: re.Pattern[str], text: str, phi: bool) -> str:
    return text if phi or not text or form.fullmatch(text) else shape(text)


def _payer(party: Party | None, phi: bool) -> Named:
    """A person in the place of a payer may be a patient."""
    if party is None or (party.is_person and not phi):
        return Named("", "")
    return Named(party.name, party.id)


def _patient(claim: Claim) -> Patient | None:
    person, insured = claim.patient_person, claim.subscriber.person
    if person is None:
        return None
    try:
        born = person.birth_date
    except ValueError:
        born = None
    return Patient(person.name, born.isoformat() if born else person.value("DMG", 2), insured.id if insured else "")
