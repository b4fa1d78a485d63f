"""Records to rows: the one place that knows which field of a payment, claim, line or denial is which column.

Values stand in the order of their table's columns (see schema.sql); an empty text is NULL there (see `Staging.add`).
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from curette.claims.model import Claim, ServiceLine
from curette.dates import Period, day
from curette.denials.facts import Denial
from curette.denials.lines import DenialLine
from curette.denials.outcomes import Outcome
from curette.findings import Confidence
from curette.remits.model import ClaimPayment, Remit, ServicePayment
from curette.store import kept
from curette.store.staging import joined
from curette.x12.loop import Party

Values = tuple[Any, ...]
Add = Callable[[str, Values], None]  # takes a table and a row of it


def payment(number: int, remit: Remit, claims: int, paid: int, balanced: bool) -> Values:
    """Of `payments`. `claims` is how many there were, `paid` the sum of what they were paid (cents)."""
    payee = remit.payee
    return (
        number, remit.payer_name, remit.payer_id, remit.value("TRN", 3), payee.id if payee else None,
        remit.billing or None, remit.trace, remit.paid, remit.payment_date,
        remit.production_date, remit.method, remit.handling, claims, paid, balanced,
    )  # fmt: skip


def provider_adjustments(number: int, remit: Remit) -> Iterator[Values]:
    """Of `provider_adjustments`."""
    for at, plb in enumerate(remit.adjustments, 1):
        yield number, at, plb.provider, plb.fiscal_period, plb.reason, plb.claim_number, plb.amount


def remitted(add: Add, number: int, at: int, claim: ClaimPayment, separator: str) -> None:
    """Add those of one answered claim; `at` is its place in the payment."""
    received, rendering = claim.value("DTM", 2, "050"), claim.rendering
    first, last = claim.service_dates
    claim_row = (
        number, at, claim.control_number, claim.payer_claim, claim.reference("F8"), claim.status, claim.charge,
        claim.paid, _known(claim.patient_responsibility), claim.filing_indicator, claim.place_of_service,
        claim.frequency, _iso(first), _iso(last), _iso(day(received)) if received else "",
        rendering.npi if rendering else "", _payer(claim.crossover), _payer(claim.corrected_payer),
        kept.remitted(claim, separator),
    )  # fmt: skip
    add("remitted_claims", claim_row)
    for place, (group, carc, amount, quantity) in enumerate(claim.adjustments, 1):
        add("adjustments", (number, at, 0, place, group, carc, amount, _known(quantity)))
    for place, code in enumerate(claim.remarks, 1):
        add("remarks", (number, at, 0, place, code))
    for line in claim.lines:
        add("remitted_lines", _remitted_line(number, at, line))
        for place, (group, carc, amount, quantity) in enumerate(line.adjustments, 1):
            add("adjustments", (number, at, line.number, place, group, carc, amount, _known(quantity)))
        for place, code in enumerate(filter(None, line.remarks), 1):
            add("remarks", (number, at, line.number, place, code))


def _known(amount: int | None) -> int | str:
    return "" if amount is None else amount


def _payer(party: Party | None) -> str:
    """The name of a payer; a person has none here."""
    return party.last_name if party is not None and not party.is_person else ""


def _remitted_line(number: int, at: int, line: ServicePayment) -> Values:
    _, procedure, modifiers = line.submitted or ("", "", ())
    return (
        number, at, line.number, line.control_number, line.qualifier, line.procedure, joined(line.modifiers),
        procedure, joined(modifiers), line.charge, line.paid, _known(line.allowed), line.units,
        _known(line.submitted_units), _iso(line.start), _iso(line.end), line.rendering_npi,
    )  # fmt: skip


def billed(add: Add, number: int, at: int, patient: int, claim: Claim, separator: str) -> None:
    """Add those of one claim that was sent; `at` is its place in the batch, `patient` whose it is."""
    payer, facility, referring = claim.payer, claim.service_facility, claim.referring
    created = claim.submission.created
    span = claim.service_dates
    claim_row = (
        number, at, claim.control_number, patient, sent(created), claim.frequency, claim.original_reference,
        claim.charge, claim.place_of_service, payer.last_name if payer else "", payer.id if payer else "",
        claim.subscriber.sequence, claim.subscriber.filing_indicator, claim.billing.npi,
        claim.rendering.npi if claim.rendering else claim.billing.npi, referring.npi if referring else "",
        facility.npi if facility else "", claim.prior_authorization, joined([d.code for d in claim.diagnoses]),
        *_days(span), kept.billed(claim, patient, separator),
    )  # fmt: skip
    add("billed_claims", claim_row)
    for line in claim.lines:
        add("billed_lines", _billed_line(number, at, claim, line))


def _billed_line(number: int, at: int, claim: Claim, line: ServiceLine) -> Values:
    rendering = line.rendering or claim.rendering
    return (
        number, at, line.number, line.control_number, line.qualifier, line.procedure, joined(line.modifiers),
        line.charge, line.units, line.unit, line.place_of_service or claim.place_of_service, *_days(line.service),
        joined(claim.codes(line)), rendering.npi if rendering else claim.billing.npi,
        next((drug.ndc for drug in line.drugs if drug.ndc), ""),
        line.reference("G1") or claim.prior_authorization,
    )  # fmt: skip


def _days(period: Period | None) -> tuple[str, str]:
    return (_iso(period.start), _iso(period.end)) if period else ("", "")


def sent(text: str) -> str:
    """BHT04 as a day; empty for a batch whose day cannot be read."""
    try:
        return _iso(day(text))
    except ValueError:
        return ""


@lru_cache(1 << 12)  # few days come often
def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


# the columns of `categories` that are the fields of a Denial, in the order of those
DENIAL = (
    "outcome", "group_code", "carc", "rarcs", "derm_category", "derm_sub", "general_category", "general_sub", "rule",
    "confidence", "action", "sla", "denied", "patient_responsibility", "contractual", "warnings",
)  # fmt: skip


def denial(values: Sequence[Any]) -> Denial:
    """The values of the columns DENIAL as the record they were."""
    outcome, group, carc, rarcs, derm, derm_sub, general, general_sub, rule, confidence, action, sla, *rest = values
    denied, share, contractual, warnings = rest
    return Denial(
        Outcome(outcome), group, carc, tuple(rarcs), derm, derm_sub, general, general_sub, rule,
        Confidence(confidence), action, sla, denied, share, contractual, tuple(warnings),
    )  # fmt: skip


def categories(number: int, at: int, answer: int, edition: str, lines: Sequence[DenialLine]) -> Iterator[Values]:
    """Of `categories`: what became of each line of one claim."""
    billing = lines[0].billing
    for row in lines:
        denial, billed = row.denial, row.billed
        yield (
            number, at, row.line.number if row.line else 0, answer, True, edition, denial.rule, denial.outcome,
            denial.group or "", denial.carc or "", joined(denial.rarcs), denial.derm_category or "",
            denial.derm_sub or "", denial.general_category or "", denial.general_sub or "", denial.confidence,
            denial.action or "", denial.sla or "", denial.denied, denial.patient_responsibility, denial.contractual,
            row.charge, _known(row.allowed), row.paid, _iso(row.service_date),
            billed is not None, joined(billed.diagnoses) if billed else "", row.rendering, billing,
            billed.place_of_service if billed else row.claim.place_of_service, joined(denial.warnings),
        )  # fmt: skip
