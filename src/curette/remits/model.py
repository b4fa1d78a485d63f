"""A remittance as a biller sees it: one payment, the claims it answers, their lines, and what was kept back.

Records are loops of 005010X221A1 and keep all their segments, as in `claims.model`. Money is cents, quantities are
thousandths, dates are dates; the reader has checked them.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from curette._records import growing, record
from curette.dates import day
from curette.money import quantity
from curette.x12.cas import Adjustment
from curette.x12.loop import Loop, Party, element, party
from curette.x12.transaction import Transaction

REVERSAL, UNKNOWN_PATIENT = "22", "4"  # CLP02
_CLAIM_NUMBER = re.compile(r"\s{0,16}(\S{1,26}(?!\S)|\S{17})")


@record
class Organisation(Loop):
    """Payer (1000A) or payee (1000B): N1 with N3, N4, REF, PER, RDM."""

    @property
    def role(self) -> str:
        """N101: PR or PE."""
        return element(self.segments[0], 1)

    @property
    def name(self) -> str:
        """N102."""
        return element(self.segments[0], 2)

    @property
    def id_qualifier(self) -> str:
        """N103: XV, XX, FI."""
        return element(self.segments[0], 3)

    @property
    def id(self) -> str:
        """N104."""
        return element(self.segments[0], 4)


@record
class ProviderAdjustment:
    """One amount of a PLB: money kept or given beside the claims. A positive amount lowers the payment."""

    provider: str  # PLB01
    fiscal_period: date | None  # PLB02
    reason: str  # PLB03-1: WO overpayment recovery, FB forwarding balance, L6 interest, ...
    reference: str  # PLB03-2, often a claim number
    amount: int
    at: int  # index of the PLB segment
    element: int  # number of the amount's element

    @property
    def claim_number(self) -> str:
        """The reference without a member number: Medicare writes one behind, after blanks or from character 18."""
        found = _CLAIM_NUMBER.match(self.reference)
        return found[1] if found else ""


@record
class Section(Loop):
    """A header number (2000): LX with TS3 and TS2."""


@growing
class ServicePayment(Loop):
    """A service line as the payer adjudicated it (2110)."""

    number: int  # 1-based within the claim
    qualifier: str  # SVC01-1
    procedure: str  # SVC01-2, adjudicated
    modifiers: tuple[str, ...]
    charge: int  # SVC02
    paid: int  # SVC03
    units: int  # SVC05 in thousandths; 1000 where it is absent
    start: date | None  # DTM*472 or 150
    end: date | None  # DTM*472 or 151
    adjustments: Sequence[Adjustment]  # CAS
    submitted: (
        tuple[str, str, tuple[str, ...]] | None
    )  # SVC06: qualifier, procedure, modifiers when the payer changed them
    remarks: tuple[str, ...] = ()  # LQ*HE
    allowed: int | None = None  # AMT*B6

    @property
    def control_number(self) -> str:
        """REF*6R: the claim line's own number."""
        return self.reference("6R")

    @property
    def submitted_units(self) -> int | None:
        """SVC07 in thousandths."""
        text = element(self.segments[0], 7)
        return quantity(text) if text else None

    @property
    def rendering_npi(self) -> str:
        """REF*HPI."""
        return self.reference("HPI")


@growing
class ClaimPayment(Loop):
    """A claim as the payer adjudicated it (2100)."""

    control_number: str  # CLP01, the provider's CLM01
    status: str  # CLP02
    charge: int  # CLP03
    paid: int  # CLP04
    patient_responsibility: int | None  # CLP05
    filing_indicator: str  # CLP06
    payer_claim: str  # CLP07, the payer's number
    place_of_service: str  # CLP08
    frequency: str  # CLP09
    parties: Sequence[Party]  # NM1
    adjustments: Sequence[Adjustment]  # claim-level CAS
    lines: Sequence[ServicePayment]
    section: Section | None
    end: int  # index after the claim's last segment
    remarks: tuple[str, ...] = ()  # of the claim itself: MIA05, MIA20 to 23 and MOA03 to 07

    @property
    def is_reversal(self) -> bool:
        """CLP02 is 22."""
        return self.status == REVERSAL

    @property
    def patient(self) -> Party | None:
        """NM1*QC."""
        return party(self.parties, "QC")

    @property
    def insured(self) -> Party | None:
        """NM1*IL."""
        return party(self.parties, "IL")

    @property
    def corrected_insured(self) -> Party | None:
        """NM1*74."""
        return party(self.parties, "74")

    @property
    def rendering(self) -> Party | None:
        """NM1*82."""
        return party(self.parties, "82")

    @property
    def crossover(self) -> Party | None:
        """NM1*TT: the payer to whom the claim was forwarded."""
        return party(self.parties, "TT")

    @property
    def corrected_payer(self) -> Party | None:
        """NM1*PR: who should have been billed first."""
        return party(self.parties, "PR")

    @property
    def service_dates(self) -> tuple[date | None, date | None]:
        """DTM*232 and DTM*233 of the claim, or the span of its lines."""
        first = last = ""
        for s in self.segments:  # asked of every claim: no call within
            if s[0] == "DTM" and len(s) > 2:
                if s[1] == "232":
                    first = first or s[2]
                elif s[1] == "233":
                    last = last or s[2]
        if first:
            return day(first), day(last) if last else day(first)
        starts = [line.start for line in self.lines if line.start]
        ends = [line.end for line in self.lines if line.end]
        return min(starts, default=None), max(ends, default=None)


@record
class Remit(Loop):
    """One payment (ST to SE): BPR, TRN, payer, payee and its provider adjustments; the reader streams its claims."""

    organisations: Sequence[Organisation]
    paid: int  # BPR02; 0 where it cannot be read (the transaction is then refused)
    payment_date: date | None  # BPR16
    adjustments: Sequence[ProviderAdjustment]  # PLB
    transaction: Transaction

    @property
    def claims(self) -> Iterator[ClaimPayment]:
        """The claims this payment answers, read from the transaction each time they are asked for.

        Raises InputError where one cannot be read: a payment is used as a whole or not at all.
        """
        from curette.remits.reader import claims

        return claims(self)

    @property
    def payer(self) -> Organisation | None:
        """N1*PR."""
        return self._organisation("PR")

    @property
    def payee(self) -> Organisation | None:
        """N1*PE."""
        return self._organisation("PE")

    @property
    def billing(self) -> str:
        """NPI of the payee, empty where it is known by another number."""
        payee = self.payee
        return payee.id if payee is not None and payee.id_qualifier == "XX" else ""

    def _organisation(self, role: str) -> Organisation | None:
        for found in self.organisations:  # asked of every line
            if found.role == role:
                return found
        return None

    @property
    def payer_name(self) -> str:
        """N102 of the payer."""
        return self.payer.name if self.payer else ""

    @property
    def payer_id(self) -> str:
        """N104 of the payer (XV), else REF*2U, NF or EO, else TRN03."""
        payer = self.payer
        if payer is not None:
            for found in (payer.id, payer.reference("2U"), payer.reference("NF"), payer.reference("EO")):
                if found:
                    return found
        return self.value("TRN", 3)

    @property
    def handling(self) -> str:
        """BPR01: I remittance only, H notification, C payment with remittance, ..."""
        return self.value("BPR", 1)

    @property
    def debit_or_credit(self) -> str:
        """BPR03."""
        return self.value("BPR", 3)

    @property
    def method(self) -> str:
        """BPR04: ACH, CHK, FWT, NON, BOP."""
        return self.value("BPR", 4)

    @property
    def trace(self) -> str:
        """TRN02: the check or EFT number, as text with its leading zeros."""
        return self.value("TRN", 2)

    @property
    def production_date(self) -> date | None:
        """DTM*405."""
        text = self.value("DTM", 2, "405")
        return day(text) if text else None
