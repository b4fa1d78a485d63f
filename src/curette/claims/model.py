"""A professional claim as a biller sees it: who, for whom, what, when, how much.

Every record is one loop of 005010X222A1 and keeps all its segments in order (`segments`, each a sequence of element
texts), so nothing is dropped; what is asked often has a field, the rest a property that reads the segments. `at` is
the index of the loop's first segment in its transaction. Money is cents, quantities are thousandths, dates are dates.
The reader has checked every amount, quantity and date of a claim it hands out.
"""

from collections.abc import Sequence
from datetime import date

from curette._records import growing, record
from curette.dates import Period, day
from curette.money import cents, quantity
from curette.x12.cas import Adjustment, adjustments
from curette.x12.loop import Loop, Party, element, party
from curette.x12.transaction import Transaction

ORIGINAL, REPLACEMENT, VOID = "1", "7", "8"  # CLM05-3
MADE_AGAIN = frozenset({REPLACEMENT, VOID})  # that speak of a claim sent before


@record
class Submission(Loop):
    """The head of a transaction: ST, BHT, submitter (1000A) and receiver (1000B)."""

    parties: Sequence[Party]

    @property
    def number(self) -> str:
        """BHT03, the submitter's number for this batch."""
        return self.value("BHT", 3)

    @property
    def created(self) -> str:
        """BHT04, CCYYMMDD."""
        return self.value("BHT", 4)

    @property
    def created_on(self) -> date | None:
        """The same as a day; None where it is none."""
        try:
            return day(self.created)
        except ValueError:
            return None

    @property
    def submitter(self) -> Party | None:
        """NM1*41."""
        return party(self.parties, "41")

    @property
    def receiver(self) -> Party | None:
        """NM1*40."""
        return party(self.parties, "40")


@record
class Billing(Loop):
    """Billing provider level (2000A) with 2010AA, 2010AB and 2010AC."""

    parties: Sequence[Party]

    @property
    def provider(self) -> Party | None:
        """NM1*85."""
        return party(self.parties, "85")

    @property
    def pay_to(self) -> Party | None:
        """NM1*87, the pay-to address."""
        return party(self.parties, "87")

    @property
    def pay_to_plan(self) -> Party | None:
        """NM1*PE."""
        return party(self.parties, "PE")

    @property
    def taxonomy(self) -> str:
        """PRV03 of the billing provider."""
        return self.value("PRV", 3)

    @property
    def npi(self) -> str:
        """NPI of the billing provider."""
        provider = self.provider
        return provider.npi if provider else ""


@record
class Subscriber(Loop):
    """Subscriber level (2000B) with 2010BA and 2010BB."""

    parties: Sequence[Party]

    @property
    def person(self) -> Party | None:
        """NM1*IL."""
        return party(self.parties, "IL")

    @property
    def payer(self) -> Party | None:
        """NM1*PR."""
        return party(self.parties, "PR")

    @property
    def sequence(self) -> str:
        """SBR01: P primary, S secondary, T tertiary, ..."""
        return self.value("SBR", 1)

    @property
    def relationship(self) -> str:
        """SBR02: 18 where the subscriber is the patient."""
        return self.value("SBR", 2)

    @property
    def group_number(self) -> str:
        """SBR03."""
        return self.value("SBR", 3)

    @property
    def group_name(self) -> str:
        """SBR04."""
        return self.value("SBR", 4)

    @property
    def insurance_type(self) -> str:
        """SBR05, Medicare secondary payer type."""
        return self.value("SBR", 5)

    @property
    def filing_indicator(self) -> str:
        """SBR09: MB Medicare Part B, MC Medicaid, CI commercial, ..."""
        return self.value("SBR", 9)


@record
class Patient(Loop):
    """Patient level (2000C) with 2010CA, present where the patient is not the subscriber."""

    parties: Sequence[Party]

    @property
    def person(self) -> Party | None:
        """NM1*QC."""
        return party(self.parties, "QC")

    @property
    def relationship(self) -> str:
        """PAT01: 01 spouse, 19 child, ..."""
        return self.value("PAT", 1)


@record
class OtherSubscriber(Loop):
    """Another coverage of the patient (2320) with its parties (2330A to 2330G)."""

    parties: Sequence[Party]

    @property
    def person(self) -> Party | None:
        """NM1*IL."""
        return party(self.parties, "IL")

    @property
    def payer(self) -> Party | None:
        """NM1*PR."""
        return party(self.parties, "PR")

    @property
    def payer_id(self) -> str:
        """NM109 of the payer, to which SVD01 of its line adjudications points."""
        return self.payer.id if self.payer else ""

    @property
    def sequence(self) -> str:
        """SBR01."""
        return self.value("SBR", 1)

    @property
    def filing_indicator(self) -> str:
        """SBR09."""
        return self.value("SBR", 9)

    @property
    def paid(self) -> int | None:
        """AMT*D: what this payer paid on the claim, in cents."""
        return self.amount("D")

    @property
    def adjustments(self) -> tuple[Adjustment, ...]:
        """Claim-level CAS of this payer."""
        return adjustments(self.segments)


@record
class Drug(Loop):
    """A drug on a line (2410): LIN, CTP, REF."""

    separator: str  # of components

    @property
    def ndc(self) -> str:
        """LIN03 where LIN02 is N4."""
        found = self.first("LIN")
        return element(found, 3) if found is not None and element(found, 2) == "N4" else ""

    @property
    def quantity(self) -> int | None:
        """CTP04 in thousandths."""
        text = self.value("CTP", 4)
        return quantity(text) if text else None

    @property
    def unit(self) -> str:
        """CTP05-1: F2, GR, ME, ML, UN."""
        return self.value("CTP", 5).split(self.separator)[0]


@record
class LineAdjudication(Loop):
    """How another payer adjudicated this line (2430): SVD, CAS, DTP*573, AMT*EAF."""

    procedure: str
    modifiers: tuple[str, ...]

    @property
    def payer_id(self) -> str:
        """SVD01."""
        return element(self.segments[0], 1)

    @property
    def paid(self) -> int:
        """SVD02 in cents."""
        return cents(element(self.segments[0], 2))

    @property
    def units(self) -> int | None:
        """SVD05 in thousandths."""
        text = element(self.segments[0], 5)
        return quantity(text) if text else None

    @property
    def adjustments(self) -> tuple[Adjustment, ...]:
        """CAS of this line and payer."""
        return adjustments(self.segments)


@record
class Form(Loop):
    """A supporting form (2440): LQ and FRM."""


@growing
class ServiceLine(Loop):
    """A service line (2400) with its drug, providers, other payers' adjudications and forms."""

    number: int  # LX01
    qualifier: str  # SV101-1, HC for HCPCS and CPT
    procedure: str  # SV101-2
    modifiers: tuple[str, ...]  # SV101-3 to 6
    description: str  # SV101-7
    charge: int  # SV102, cents
    unit: str  # SV103: UN units, MJ minutes
    units: int  # SV104, thousandths
    place_of_service: str  # SV105, empty where the claim's holds
    pointers: tuple[int, ...]  # SV107, 1-based into the claim's diagnoses
    service: Period | None  # DTP*472
    drugs: Sequence[Drug]
    parties: Sequence[Party]
    adjudications: Sequence[LineAdjudication]
    forms: Sequence[Form]

    @property
    def control_number(self) -> str:
        """REF*6R, which a remittance repeats."""
        return self.reference("6R")

    @property
    def rendering(self) -> Party | None:
        """NM1*82 of the line (2420A)."""
        return party(self.parties, "82")

    @property
    def referring(self) -> Party | None:
        """NM1*DN of the line (2420F)."""
        return party(self.parties, "DN")

    @property
    def service_facility(self) -> Party | None:
        """NM1*77 of the line (2420C)."""
        return party(self.parties, "77")


@record
class Diagnosis:
    """One code of an HI segment: `qualifier` ABK principal, ABF other, BK and BF in ICD-9 times, ..."""

    qualifier: str
    code: str


@record
class Claim(Loop):
    """A claim (2300) with its lines and everyone above it."""

    control_number: str  # CLM01, what a remittance repeats as CLP01
    charge: int  # CLM02, cents
    place_of_service: str  # CLM05-1
    frequency: str  # CLM05-3: 1 original, 7 replacement, 8 void
    diagnoses: tuple[Diagnosis, ...]  # HI with ABK and ABF (BK, BF), in the order pointers count
    parties: Sequence[Party]  # 2310A to 2310F
    others: Sequence[OtherSubscriber]  # 2320
    lines: Sequence[ServiceLine]
    submission: Submission
    billing: Billing
    subscriber: Subscriber
    patient: Patient | None
    transaction: Transaction
    end: int  # index after the claim's last segment

    @property
    def raw(self) -> bytes:
        """The claim's exact bytes, CLM to its last segment with what stands between."""
        return self.transaction.bytes_of(self.at, self.end)

    @property
    def patient_person(self) -> Party | None:
        """The patient's own name block: 2010CA, or 2010BA where the subscriber is the patient."""
        return self.patient.person if self.patient else self.subscriber.person

    @property
    def payer(self) -> Party | None:
        """The destination payer."""
        return self.subscriber.payer

    @property
    def rendering(self) -> Party | None:
        """NM1*82 (2310B)."""
        return party(self.parties, "82")

    @property
    def referring(self) -> Party | None:
        """NM1*DN (2310A)."""
        return party(self.parties, "DN")

    @property
    def service_facility(self) -> Party | None:
        """NM1*77 (2310C)."""
        return party(self.parties, "77")

    @property
    def supervising(self) -> Party | None:
        """NM1*DQ (2310D)."""
        return party(self.parties, "DQ")

    @property
    def original_reference(self) -> str:
        """REF*F8: the payer's number of the claim that this one replaces or voids."""
        return self.reference("F8")

    @property
    def prior_authorization(self) -> str:
        """REF*G1."""
        return self.reference("G1")

    @property
    def referral(self) -> str:
        """REF*9F."""
        return self.reference("9F")

    @property
    def clia(self) -> str:
        """REF*X4."""
        return self.reference("X4")

    @property
    def patient_paid(self) -> int | None:
        """AMT*F5 in cents."""
        return self.amount("F5")

    @property
    def service_dates(self) -> Period | None:
        """From the first to the last day of the lines."""
        periods = [line.service for line in self.lines if line.service]
        if not periods:
            return None
        return Period(min(p.start for p in periods), max(p.end for p in periods))

    def codes(self, line: ServiceLine) -> tuple[str, ...]:
        """The diagnoses that a line points at; pointers that lead nowhere are left out."""
        return tuple(self.diagnoses[p - 1].code for p in line.pointers if 0 < p <= len(self.diagnoses))
