"""One claim of a batch as it was billed: parties, diagnoses, lines, and what other payers paid."""

from collections.abc import Iterator

from curette.checks import balancing
from curette.claims.model import Claim, Diagnosis, OtherSubscriber, ServiceLine
from curette.money import count
from curette.reports import words
from curette.reports.envelopes_text import faults
from curette.reports.layout import TIE, View, clean, days, joined, labelled, money, spread, wrapped
from curette.reports.plain import many
from curette.x12.loop import Loop, element

_NOTE = " " * 8  # what belongs to a line stands below it, under its date
_ICD_10, _ICD_9 = ("ABK", "ABF"), ("BK", "BF")


def claim_lines(claim: Claim, view: View) -> Iterator[str]:
    """A claim with its lines."""
    damaged = "DAMAGED" if claim.transaction.refused else ""
    yield ""
    name = joined(f"Claim {clean(claim.control_number)}", damaged, by="  ")
    yield from spread(name, f"charge {money(claim.charge)}", view.width)
    yield from labelled(_rows(claim, view), view.width)
    yield from _diagnoses(claim.diagnoses, view)
    yield from _lines(claim, view)
    for other in claim.others:
        yield from _other(other, view)
    yield from faults(list(balancing.check(claim)), view)


def _rows(claim: Claim, view: View) -> list[tuple[str, str]]:
    subscriber = claim.subscriber
    also = "" if claim.rendering else "(also rendering)"
    return [
        ("Payer", words.payer(claim.payer, view)),
        ("Coverage", joined(_rank(subscriber.sequence), words.filing(subscriber.filing_indicator))),
        ("Billing", joined(words.provider(claim.billing.provider), also, by=" ")),
        ("Rendering", words.provider(claim.rendering)),
        ("Referring", words.provider(claim.referring)),
        ("Supervising", words.provider(claim.supervising)),
        ("Facility", words.provider(claim.service_facility)),
        *_patient(claim, view),
        ("Claim", joined(_kind(claim), words.place(claim.place_of_service))),
        ("Accident", _accident(claim)),
        ("Authorisation", clean(claim.prior_authorization)),
        ("Referral", clean(claim.referral)),
        ("CLIA", clean(claim.clia)),
        ("Patient paid", money(claim.patient_paid)),
        *_notes(claim, view),
    ]


def _rank(sequence: str) -> str:
    return words.SEQUENCES.get(sequence, clean(sequence))


def _kind(claim: Claim) -> str:
    """Frequency and what it replaces."""
    kind = words.FREQUENCIES.get(claim.frequency, "frequency")
    of = f"of {clean(claim.original_reference)}" if claim.original_reference else ""
    return joined(kind, f"({clean(claim.frequency)})", of, by=" ")


def _accident(claim: Claim) -> str:
    """CLM11 and DTP*439."""
    causes = element(claim.segments[0], 11).split(claim.transaction.delimiters.component)[:3]
    when = claim.dates("439")
    found = [words.ACCIDENTS.get(cause, clean(cause)) for cause in causes if cause]
    return joined(*found, f"on {days(when.start, when.end)}" if when else "")


def _patient(claim: Claim, view: View) -> list[tuple[str, str]]:
    subscriber, dependent = claim.subscriber, claim.patient
    code = dependent.relationship if dependent else subscriber.relationship
    relation = words.RELATIONSHIPS.get(code, f"relationship {clean(code)}" if code else "")
    who = f"dependent, {relation} of the subscriber" if dependent else "the subscriber"
    if not view.phi:
        return [("Patient", who)]
    rows = [("Patient", joined(words.person(claim.patient_person), f"({who})", by=" "))]
    if dependent:
        rows.append(("Subscriber", words.person(subscriber.person)))
    return [*rows, ("Group", joined(clean(subscriber.group_number), clean(subscriber.group_name)))]


def _notes(loop: Loop, view: View) -> list[tuple[str, str]]:
    """Free text may name a patient."""
    texts = [clean(text) for _, text in loop.notes]
    hidden = f"{many(len(texts), 'text')}, shown with --show-phi"
    return [("Note", " / ".join(texts) if view.phi else hidden)] if texts else []


def _diagnoses(diagnoses: tuple[Diagnosis, ...], view: View) -> Iterator[str]:
    found = [f"{_letter(number)}{TIE}{icd(diagnosis) or '?'}" for number, diagnosis in enumerate(diagnoses, 1)]
    yield from labelled([("Diagnoses", "  ".join(found) or "none")], view.width)


def _letter(number: int) -> str:
    return chr(64 + number) if number <= 26 else str(number)


def icd(diagnosis: Diagnosis) -> str:
    """The code with its point, which X12 leaves out."""
    code = diagnosis.code
    at = 4 if diagnosis.qualifier in _ICD_9 and code.startswith("E") else 3
    known = diagnosis.qualifier in _ICD_10 or diagnosis.qualifier in _ICD_9
    return clean(f"{code[:at]}.{code[at:]}" if known and len(code) > at and "." not in code else code)


# -- its lines


def _lines(claim: Claim, view: View) -> Iterator[str]:
    yield ""
    yield from _row("Line", "Date", "Procedure", "Dx", "Units", "Charge", view)
    for line in claim.lines:
        start, end = (line.service.start, line.service.end) if line.service else (None, None)
        pointers = " ".join(_letter(p) if 0 < p <= len(claim.diagnoses) else f"?{p}" for p in line.pointers)
        code = words.procedure(line.qualifier, line.procedure, line.modifiers)
        units = count(line.units) + (" min" if line.unit == "MJ" else "")
        yield from _row(str(line.number), days(start, start), code, pointers, units, money(line.charge), view)
        if start != end:
            yield f"{_NOTE}until {days(end, end)}"
        for text in _line_notes(claim, line, view):
            yield from wrapped(text, view.width, _NOTE, _NOTE + "  ")
    yield from _row("", "", "", "", "Total", money(sum(line.charge for line in claim.lines)), view)


def _row(number: str, date: str, code: str, pointers: str, units: str, charge: str, view: View) -> Iterator[str]:
    left = f"  {number:>4}  {date:<10}  {code:<20}  {pointers}".rstrip()
    return spread(left, f"{units:>8} {charge:>12}", view.width)


def _line_notes(claim: Claim, line: ServiceLine, view: View) -> Iterator[str]:
    for drug in line.drugs:
        amount = joined(count(drug.quantity) if drug.quantity is not None else "", clean(drug.unit), by=" ")
        yield joined(f"NDC {words.ndc(drug.ndc)}" if drug.ndc else "drug without NDC", amount)
    if line.description:
        yield clean(line.description) if view.phi else "description, shown with --show-phi"
    if line.place_of_service and line.place_of_service != claim.place_of_service:
        yield words.place(line.place_of_service)
    for label, text in (
        ("rendering", words.provider(line.rendering)),
        ("referring", words.provider(line.referring)),
        ("facility", words.provider(line.service_facility)),
        ("authorisation", clean(line.reference("G1"))),
        ("referral", clean(line.reference("9F"))),
        ("CLIA", clean(line.reference("X4"))),
    ):
        if text:
            yield f"{label} {text}"
    for _, text in _notes(line, view):
        yield f"note: {text}"
    for decided in line.adjudications:
        code = words.procedure("", decided.procedure, decided.modifiers)
        other = f" for {code}" if decided.procedure != line.procedure else ""
        paid = f"payer {clean(decided.payer_id)} paid {money(decided.paid)}{other}"
        yield joined(paid, words.adjustments(decided.adjustments), by="; ")


def _other(other: OtherSubscriber, view: View) -> Iterator[str]:
    """Another payer of the patient with what it paid and withheld on the claim."""
    paid = f"paid {money(other.paid)}" if other.paid is not None else ""
    withheld = words.adjustments(other.adjustments)
    rows = [
        ("Other payer", words.payer(other.payer, view) or "not named"),
        (" ", joined(_rank(other.sequence), words.filing(other.filing_indicator), paid)),
        (" ", f"whole claim: {withheld}" if withheld else ""),
        (" ", words.person(other.person) if view.phi else ""),
    ]
    yield from labelled(rows, view.width)
