"""What a biller reads after a remittance: the denied lines, and what they add up to by category and reason."""

import textwrap
from collections.abc import Iterator

from curette.codes.denials import carc, codes, rarc
from curette.denials.lines import DenialLine
from curette.denials.outcomes import Outcome
from curette.denials.totals import Totals
from curette.findings import Finding
from curette.money import decimal
from curette.remits.model import Remit
from curette.reports.plain import grouped, many, printable

WIDTH = 80
_SHOWN = (Outcome.DENIED, Outcome.PARTIAL_DENIAL)


def row(line: DenialLine) -> str | None:
    """A denied or partly denied line in two or three lines of text; None for any other."""
    denial = line.denial
    if denial.outcome not in _SHOWN:
        return None
    service = line.line
    what = ":".join((service.procedure, *service.modifiers)) if service else "whole claim"
    day = line.service_date.isoformat() if line.service_date else ""
    reason = f"{denial.group or '?'}-{denial.carc or '?'}"
    number = str(service.number) if service else "-"
    head = (
        f"  {printable(line.claim.control_number):<20.20} {number:>4} {printable(what):<18.18} {day:<10} "
        f"{decimal(denial.denied):>10} {printable(reason):<8.8}"
    )
    known = carc(denial.carc or "")
    label = known.label if known else "a reason curette does not know"
    category = denial.general_category or "other"
    text = f"{category}: {label}" + (f" [{', '.join(map(_remark, denial.rarcs))}]" if denial.rarcs else "")
    partly = " (partly)" if denial.outcome is Outcome.PARTIAL_DENIAL else ""
    return "\n".join(
        (
            head.rstrip(),
            *textwrap.wrap(printable(text) + partly, WIDTH, initial_indent=" " * 8, subsequent_indent=" " * 8),
        )
    )


def _remark(code: str) -> str:
    known = rarc(code)
    return f"{code} {known.label}" if known and known.label else code


def payment(remit: Remit) -> str:
    """One line on a payment."""
    day = remit.payment_date.isoformat() if remit.payment_date else "no date"
    return printable(f"{remit.payer_name}: {decimal(remit.paid)} on {day}, {remit.method} {remit.trace}")


def head() -> str:
    """The heading over denied lines."""
    return f"  {'claim':<20} {'line':>4} {'procedure':<18} {'service':<10} {'denied':>10} reason"


def summary(totals: Totals, findings: int, hidden: int, refused: int) -> Iterator[str]:
    """The closing lines of a run."""
    t = totals
    yield ""
    yield (
        f"{many(t.payments, 'payment')} of {grouped(t.paid)}, {many(t.claims, 'claim')}, {many(t.lines, 'line')}, "
        f"charge {grouped(t.charge)}"
    )
    yield "lines: " + (", ".join(f"{o.replace('_', ' ')} {n:,}" for o, n in t.by_outcome().items()) or "none")
    yield f"denied {grouped(t.denied)} of {grouped(t.charge)} charged"
    if t.categories:
        yield ""
        yield f"  {'category':<34} {'lines':>7} {'denied':>14}"
        for category, number in sorted(t.categories.items(), key=lambda i: (-t.category_money[i[0]], i[0])):
            yield f"  {_category(category):<34.34} {number:>7,} {grouped(t.category_money[category]):>14}"
        yield ""
        yield f"  {'reason':<8} {'lines':>7} {'denied':>14}"
        for reason, number in sorted(t.reasons.items(), key=lambda i: (-t.reason_money[i[0]], i[0]))[:10]:
            known = carc(reason[1])
            name = f"{reason[0]}-{reason[1]}"
            label = known.label if known else ""
            amount = grouped(t.reason_money[reason])
            yield f"  {printable(name):<8.8} {number:>7,} {amount:>14}  {label}"[:WIDTH]
    if t.warnings:
        yield ""
        notes = ", ".join(f"{name.replace('_', ' ')} {n}" for name, n in sorted(t.warnings.items()))
        yield from textwrap.wrap(f"notes: {notes}", WIDTH, subsequent_indent="  ")
    if refused:
        yield f"{many(refused, 'remittance')} refused: nothing of it is counted"
    if findings:
        yield f"{many(findings, 'finding')} on standard error"
    if hidden:
        yield f"  {many(hidden, 'finding')} beyond the limit of a file not listed"


def _category(id: str) -> str:
    known = codes().categories.get(id)
    return known.name if known else id


def finding(found: Finding) -> str:
    """A finding in one line, for standard error."""
    place = found.place
    spot = place.segment + (f"{place.element:02d}" if place.element else "")
    claim = f" claim {found.claim}" if found.claim else ""
    where = f"{spot} segment {place.segment_index} byte {place.offset}"
    return printable(f"{place.file}: {found.severity} {found.rule.id}{claim} {where}: {found.message}")
