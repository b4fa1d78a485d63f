"""A remittance (835) as a biller reads it: the payment, then each claim as an explanation of benefits."""

from collections.abc import Iterator, Sequence

from attrs import define, field

from curette.codes.denials import codes
from curette.findings import Finding
from curette.money import cents
from curette.remits import balance
from curette.remits.model import Organisation, ProviderAdjustment, Remit
from curette.remits.reader import Reader, head
from curette.reports import envelopes_text, eob_text
from curette.reports.envelopes_text import errors, faults
from curette.reports.layout import View, clean, day, joined, money, spread, wrapped
from curette.reports.plain import many
from curette.x12.transaction import Transaction

_FULL = 1000  # a reader keeps so many findings; after that nobody knows which claims are whole
_KINDS = {  # of money beside the claims
    "recoupment": "recovery of an earlier payment",
    "balance_forward": "balance carried between payments",
    "interest": "interest",
    "bonus_incentive": "bonus or incentive",
    "penalty_withhold": "penalty or withholding",
    "fee": "fee",
    "capitation": "capitation",
    "settlement": "settlement",
    "loan_levy": "loan, levy or education",
    "adjustment": "adjustment",
}
_REASONS = {  # where the kind alone says too little
    "WO": "overpayment taken back",
    "FB": "balance carried to or from another payment",
    "72": "refund that the provider sent",
    "L6": "interest",
    "CS": "correction",
    "IR": "tax withheld for the IRS",
    "LE": "levy",
    "50": "late filing",
    "J1": "not reimbursable",
}


@define
class _Survey:
    """A first pass over the claims: what they add up to, and whether the payment may be used at all."""

    claims: int = 0
    shown: int = 0
    charge: int = 0
    paid: int = 0
    share: int = 0
    wrong: int = 0  # claims that do not balance
    errors: list[Finding] = field(factory=list)


def payment(transaction: Transaction, view: View) -> Iterator[str]:
    """A whole transaction. Where only some claims are wanted and it has none of them, nothing."""
    survey = _survey(transaction, view)
    if view.wanted and not survey.shown:
        return
    remit = head(transaction)
    damaged = transaction.refused or bool(survey.errors)
    yield from envelopes_text.head(transaction, "835 remittance", _head(remit, survey), view)
    if survey.errors:
        yield "  ! DAMAGED: nothing of this payment may be posted"
        yield from faults(survey.errors, view)
    for part in transaction.parts():
        yield from _claims(part, damaged, view)
    yield from _provider_adjustments(remit.adjustments, view)
    yield from _closing(remit, survey, view)


def _claims(part: Transaction, damaged: bool, view: View) -> Iterator[str]:
    reader = Reader(part)
    first = part.first_segment + part.before
    for claim in reader.claims():
        if not view.wants(claim.control_number):
            continue
        own = range(first + claim.at, first + claim.end)
        if len(reader.findings) >= _FULL or any(f.place.segment_index in own for f in errors(reader.findings)):
            yield from ("", f"Claim {clean(claim.control_number)}  DAMAGED, cannot be read")
        else:
            yield from eob_text.claim_lines(claim, damaged, view)
            yield from faults(list(balance.check_claim(claim, part)), view)


def _survey(transaction: Transaction, view: View) -> _Survey:
    survey = _Survey()
    for part in transaction.parts():
        reader = Reader(part)
        for claim in reader.claims():
            survey.claims += 1
            survey.charge += claim.charge
            survey.paid += claim.paid
            survey.share += claim.patient_responsibility or 0
            survey.shown += view.wants(claim.control_number)
            survey.wrong += bool(errors(balance.check_claim(claim, part)))
        if len(survey.errors) < _FULL:
            survey.errors += errors((*reader.findings, *(part.findings if part.before else ())))
    return survey


def _head(remit: Remit, survey: _Survey) -> list[tuple[str, str]]:
    known = codes()
    method = known.methods.get(remit.method, clean(remit.method))
    handling = known.handlings.get(remit.handling, clean(remit.handling))
    paid = money(survey.paid)
    debit = "DEBIT" if remit.debit_or_credit == "D" else ""
    return [
        ("Payer", joined(clean(remit.payer_name), f"({clean(remit.payer_id)})" if remit.payer_id else "", by=" ")),
        ("Payee", _payee(remit.payee)),
        ("Payment", joined(_paid(remit), debit, method, day(remit.payment_date), by=", ")),
        ("Trace", clean(remit.trace)),
        ("Handling", handling),
        ("Produced", _produced(remit)),
        ("Questions", _contact(remit.payer)),
        ("Claims", f"{survey.claims:,}, charge {money(survey.charge)}, paid {paid}, patient {money(survey.share)}"),
    ]


def _paid(remit: Remit) -> str:
    """BPR02, also where it is no amount."""
    text = remit.value("BPR", 2)
    try:
        return money(cents(text))
    except ValueError:
        return "? (no amount)"


def _produced(remit: Remit) -> str:
    try:
        return day(remit.production_date)
    except ValueError:
        return ""


def _payee(payee: Organisation | None) -> str:
    if payee is None:
        return ""
    return joined(clean(payee.name), f"NPI {clean(payee.id)}" if payee.id_qualifier == "XX" else "")


def _contact(payer: Organisation | None) -> str:
    """Whom to call about claims (PER*CX)."""
    found = payer.first("PER", "CX") if payer is not None else None
    if found is None:
        return ""
    return joined(*(clean(text) for text in (found[2] if len(found) > 2 else "", *found[4::2])))


# -- beside and after the claims


def _provider_adjustments(found: Sequence[ProviderAdjustment], view: View) -> Iterator[str]:
    if not found:
        return
    yield ""
    yield "Provider adjustments (a positive amount lowers the payment)"
    for adjustment in found:
        kind = codes().provider_adjustments.get(adjustment.reason, "")
        meaning = _REASONS.get(adjustment.reason) or _KINDS.get(kind) or "no such reason in the list"
        left = f"  {clean(adjustment.reason):<3} {meaning:<43} {_reference(adjustment, view)}"
        yield from spread(left.rstrip(), money(adjustment.amount), view.width)


def _reference(found: ProviderAdjustment, view: View) -> str:
    """PLB03-2, without the member number that may stand behind the claim number."""
    whole, number = found.reference, found.claim_number
    return clean(whole) if view.phi or number == whole.strip() else f"{clean(number)} ...".lstrip()


def _closing(remit: Remit, survey: _Survey, view: View) -> Iterator[str]:
    """Claims paid less provider adjustments is the payment, or not."""
    yield ""
    if view.wanted:
        yield f"{survey.shown} of {many(survey.claims, 'claim')} shown"
    if survey.errors:
        yield "The payment cannot be balanced: see what is damaged, above."
        return
    kept = sum(adjustment.amount for adjustment in remit.adjustments)
    due = survey.paid - kept
    sums = f"Claims paid {money(survey.paid)} - provider adjustments {money(kept)} = "
    if due == remit.paid:
        but = f", but {many(survey.wrong, 'claim does', 'claims do')} not" if survey.wrong else ""
        yield from wrapped(f"{sums}payment {money(due)}: balances{but}", view.width)
    else:
        off = f"OUT OF BALANCE by {money(abs(due - remit.paid))}"
        yield from wrapped(f"{sums}{money(due)}, but the payment is {money(remit.paid)}: {off}", view.width)
    yield from faults([f for f in balance.check_payment(remit, survey.paid) if f.rule is not balance.PAYMENT], view)
