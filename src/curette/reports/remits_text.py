"""A remittance (835) as a biller reads it: the payment, then each claim as an explanation of benefits."""

from collections import Counter
from collections.abc import Iterator, Sequence

from attrs import define, field

from curette.codes.denials import carc, codes, plain, rarc
from curette.findings import Finding
from curette.money import cents, count
from curette.remits import balance
from curette.remits.model import ClaimPayment, Organisation, ProviderAdjustment, Remit, ServicePayment
from curette.remits.reader import Reader, head
from curette.reports import envelopes_text, words
from curette.reports.envelopes_text import errors, faults
from curette.reports.layout import View, clean, day, days, joined, labelled, money, spread, wrapped
from curette.reports.plain import many
from curette.x12.cas import Adjustment
from curette.x12.transaction import Transaction

_GROUPS = ("CO", "PR", "OA", "PI", "other")
_NOTE = " " * 6
_FULL = 1000  # a reader keeps so many findings; after that nobody knows which claims are whole
_AMOUNTS = {"I": "interest", "D8": "discount", "F5": "paid by the patient", "NL": "negative ledger balance", "T": "tax"}
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
            yield from show_claim(claim, damaged, view)
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
        survey.errors += errors(reader.findings)
        if part.before:
            survey.errors += errors(part.findings)
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


# -- one claim


def show_claim(claim: ClaimPayment, damaged: bool, view: View) -> Iterator[str]:
    """A claim with its lines, adjustments and remarks."""
    yield ""
    mark = joined("DAMAGED" if damaged else "", "REVERSAL" if claim.is_reversal else "", by="  ")
    sums = f"charge {money(claim.charge)}  paid {money(claim.paid)}"
    if claim.patient_responsibility is not None:
        sums += f"  patient {money(claim.patient_responsibility)}"
    yield from spread(joined(f"Claim {clean(claim.control_number)}", mark, by="  "), sums, view.width)
    yield from labelled(_rows(claim, view), view.width)
    yield from _Table(claim, view).lines()


def _rows(claim: ClaimPayment, view: View) -> list[tuple[str, str]]:
    status = codes().statuses.get(claim.status) or codes().statuses.get(plain(claim.status))
    frequency = words.FREQUENCIES.get(claim.frequency, clean(claim.frequency))
    received = claim.value("DTM", 2, "050")
    corrected = claim.corrected_insured
    service = f"received {received[:4]}-{received[4:6]}-{received[6:]}" if received else ""
    rows = [
        ("Payer claim", clean(claim.payer_claim)),
        ("Status", f"{status.name if status else 'not in the list'} ({clean(claim.status)})"),
        ("Coverage", words.filing(claim.filing_indicator) if claim.filing_indicator else ""),
        ("Service", joined(days(*claim.service_dates), service, words.place(claim.place_of_service))),
        ("Frequency", frequency if claim.frequency not in ("", "1") else ""),
        ("Rendering", words.provider(claim.rendering)),
        ("Replaces", clean(claim.reference("F8"))),
        ("Authorisation", clean(claim.reference("G1"))),
        ("Forwarded to", words.payer(claim.crossover, view)),
        ("Bill first", words.payer(claim.corrected_payer, view)),
    ]
    for qualifier, name in _AMOUNTS.items():
        if (amount := claim.amount(qualifier)) is not None:
            rows.append(("Amount", f"{name} {money(amount)}"))
    if view.phi:
        rows += [("Patient", words.person(claim.patient)), ("Insured", words.person(claim.insured))]
        rows.append(("Corrected to", words.person(corrected)))
    elif corrected is not None:
        rows.append(("Corrected", "the payer corrects the insured's data, shown with --show-phi"))
    return rows


class _Table:
    """The lines of a claim. Billed less all columns of adjustments is what was paid; a group not used has no column."""

    def __init__(self, claim: ClaimPayment, view: View) -> None:
        self.claim, self.width = claim, view.width
        own = [self._by_group(line.adjustments) for line in claim.lines]
        above = self._by_group(claim.adjustments)
        total = Counter(above)
        for groups in own:
            total.update(groups)
        used = {name for groups in (above, *own) for name in groups}
        self.groups = [name for name in _GROUPS if name in used]
        allowed = [line.allowed for line in claim.lines]
        self.has_allowed = any(a is not None for a in allowed)
        self.rows = [
            self._cells(count(line.units), line.charge, line.allowed, groups, line.paid)
            for line, groups in zip(claim.lines, own, strict=True)
        ]
        self.above = self._cells("", None, None, above, -sum(above.values()))
        self.total = self._cells(
            "", claim.charge, sum(a for a in allowed if a is not None) if self.has_allowed else None, total, claim.paid
        )
        self.titles = ["Units", "Billed", *(["Allowed"] if self.has_allowed else []), *self.groups, "Paid"]
        table = [self.titles, *self.rows, self.above, self.total]
        self.widths = [max(5 if at == 0 else 8, *(len(row[at]) for row in table)) for at in range(len(self.titles))]

    def _by_group(self, adjustments: Sequence[Adjustment]) -> Counter[str]:
        sums: Counter[str] = Counter()
        for adjustment in adjustments:
            group = codes().groups.get(plain(adjustment.group))
            sums[group.reads_as if group else "other"] += adjustment.amount
        return sums

    def _cells(
        self, units: str, charge: int | None, allowed: int | None, groups: Counter[str], paid: int | None
    ) -> list[str]:
        amounts = [charge, *([allowed] if self.has_allowed else []), *(groups.get(g) for g in self.groups), paid]
        return [units, *map(money, amounts)]

    def _row(self, left: str, cells: Sequence[str]) -> Iterator[str]:
        right = " ".join(cell.rjust(width) for cell, width in zip(cells, self.widths, strict=True))
        return spread(f"  {left}", right, self.width)

    def lines(self) -> Iterator[str]:
        """Heading, lines with their reasons below, what was withheld from the claim as a whole, total."""
        claim = self.claim
        yield ""
        yield from self._row("Date        Procedure", self.titles)
        for line, cells in zip(claim.lines, self.rows, strict=True):
            code = words.procedure(line.qualifier, line.procedure, line.modifiers)
            yield from self._row(f"{day(line.start) or day(line.end):<10}  {code}", cells)
            yield from self._notes(line)
            yield from self._reasons(line.adjustments, line.remarks)
        if claim.lines:
            if claim.adjustments or claim.remarks:
                yield from self._row("Whole claim", self.above if claim.adjustments else [""] * len(self.titles))
            yield from self._reasons(claim.adjustments, claim.remarks)
            if len(claim.lines) > 1 or claim.adjustments:
                yield from self._row("Total", self.total)
        else:
            yield from self._row("Whole claim", self.total)
            yield from self._reasons(claim.adjustments, claim.remarks)

    def _notes(self, line: ServicePayment) -> Iterator[str]:
        if line.submitted is not None:
            yield from self._note(f"billed as {words.procedure(*line.submitted)}")
        if line.submitted_units is not None and line.submitted_units != line.units:
            yield from self._note(f"{count(line.submitted_units)} units billed")
        if line.start != line.end and line.start and line.end:
            yield from self._note(f"until {day(line.end)}")
        if line.rendering_npi:
            yield from self._note(f"rendering NPI {clean(line.rendering_npi)}")
        if policy := line.reference("0K"):
            yield from self._note(f"policy {clean(policy)}")

    def _note(self, text: str) -> Iterator[str]:
        return wrapped(text, self.width, _NOTE)

    def _reasons(self, adjustments: Sequence[Adjustment], remarks: Sequence[str]) -> Iterator[str]:
        for adjustment in adjustments:
            known = carc(adjustment.carc)
            code = f"{clean(adjustment.group)}-{clean(adjustment.carc)}"
            label = known.label if known else "no such reason in the list"
            units = f" ({count(adjustment.quantity)} units)" if adjustment.quantity is not None else ""
            yield from wrapped(f"{label}{units}", self.width, f"{_NOTE}{code:<8} {money(adjustment.amount):>10}  ")
        for remark in remarks:
            about = rarc(remark)
            label = about.label if about else "no such remark in the list"
            yield from wrapped(label, self.width, f"{_NOTE}{clean(remark):<8} {'':>10}  ")


# -- beside and after the claims


def _provider_adjustments(found: Sequence[ProviderAdjustment], view: View) -> Iterator[str]:
    if not found:
        return
    yield ""
    yield "Provider adjustments (a positive amount lowers the payment)"
    for adjustment in found:
        kind = codes().provider_adjustments.get(adjustment.reason, "")
        meaning = _REASONS.get(adjustment.reason) or _KINDS.get(kind) or "no such reason in the list"
        left = f"  {clean(adjustment.reason):<3} {meaning:<43} {_reference(adjustment.reference, view)}"
        yield from spread(left.rstrip(), money(adjustment.amount), view.width)


def _reference(text: str, view: View) -> str:
    """PLB03-2. Medicare writes a member number behind the claim number, after a blank or from the 18th character."""
    if view.phi or (" " not in text and len(text) <= 26):
        return clean(text)
    return f"{clean(text.split(' ')[0][:17])} ..."


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
    sums = f"Claims {money(survey.paid)} - provider adjustments {money(kept)} = "
    if due == remit.paid:
        but = f", but {many(survey.wrong, 'claim does', 'claims do')} not" if survey.wrong else ""
        yield from wrapped(f"{sums}payment {money(due)}: balances{but}", view.width)
    else:
        off = f"OUT OF BALANCE by {money(abs(due - remit.paid))}"
        yield from wrapped(f"{sums}{money(due)}, but the payment is {money(remit.paid)}: {off}", view.width)
    yield from faults([f for f in balance.check_payment(remit, survey.paid) if f.rule is not balance.PAYMENT], view)
