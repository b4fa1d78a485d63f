"""What a biller reads after a remittance: the denied lines, and what they add up to by category and reason."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence

from curette.codes.denials import carc, codes, rarc
from curette.denials.episodes import Episode, State
from curette.denials.facts import Denial
from curette.denials.lines import DenialLine
from curette.denials.outcomes import Outcome
from curette.denials.standing import Answers, Standing
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
    text = label + (f" [{', '.join(map(_remark, denial.rarcs))}]" if denial.rarcs else "")
    sent = f"; billed as {line.billed_code}" if service and line.billed_code != service.procedure else ""
    partly = " (partly)" if denial.outcome is Outcome.PARTIAL_DENIAL else ""
    due = f"; due {line.due.isoformat()}" if line.due else ""
    given = " as a person said" if denial.override else ""
    parts = [_cause(denial) + given + sent + due, text + partly, f"Do: {denial.action}" if denial.action else ""]
    return "\n".join((head.rstrip(), *(wrapped for part in parts if part for wrapped in _indented(part))))


def _indented(text: str) -> list[str]:
    return textwrap.wrap(printable(text), WIDTH, initial_indent=" " * 8, subsequent_indent=" " * 8)


def _cause(denial: Denial) -> str:
    """The cause in words: dermatology's own, else the general category; with the rule that decided."""
    known = codes().categories.get(denial.derm_category or denial.general_category or "other")
    sub = denial.derm_sub if denial.derm_category else denial.general_sub
    name = known.name if known else denial.derm_category or denial.general_category or "other"
    more = f": {known.subs[sub]}" if known and sub in known.subs else ""
    return f"{name}{more} ({denial.rule})"


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


def opening(totals: Totals) -> Iterator[str]:
    """The lines of a run in three."""
    t = totals
    yield (
        f"{many(t.payments, 'payment')} of {grouped(t.paid)}, {many(t.claims, 'claim')}, {many(t.lines, 'line')}, "
        f"charge {grouped(t.charge)}"
    )
    yield "lines: " + (", ".join(f"{o.replace('_', ' ')} {n:,}" for o, n in t.by_outcome().items()) or "none")
    yield f"denied {grouped(t.denied)} of {grouped(t.charge)} charged"


def summary(totals: Totals) -> Iterator[str]:
    """What the lines of a run come to."""
    t = totals
    yield ""
    yield from opening(t)
    if t.provider_adjustments:
        told = (
            f"{name.replace('_', ' ')} {grouped(amount)}" for name, amount in sorted(t.provider_adjustments.items())
        )
        yield from textwrap.wrap(f"kept back beside the claims: {', '.join(told)}", WIDTH, subsequent_indent="  ")
    if t.categories:
        yield from _table("category", {_category(id): (n, t.category_money[id]) for id, n in t.categories.items()})
        yield from _table("cause in dermatology", {_category(id): (n, t.cause_money[id]) for id, n in t.causes.items()})
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


def closing(listed: int, hidden: int, refused: int, repeated: int) -> Iterator[str]:
    """What stands on standard error, and what is not counted."""
    if repeated:
        yield f"{many(repeated, 'payment')} read before in this run: counted once"
    if refused:
        yield f"{many(refused, 'remittance')} refused: nothing of it is counted"
    if listed:
        yield f"{many(listed, 'finding')} on standard error"
    if hidden:
        yield f"  {many(hidden, 'finding')} beyond the limit of a file not listed"


def again(found: Sequence[Episode]) -> Iterator[str]:
    """The claims that were answered more than once: the first answer, and what stands now."""
    found = [episode for episode in found if not episode.is_unmoved]
    if not found:
        return
    yield ""
    yield f"  {'answered again':<20} {'first':<28} now"
    for episode in found:
        first = "before these files" if episode.begun_earlier else _answer(episode.first, f"as {episode.scope} payer")
        now = _answer(episode.current, episode.status.replace("_", " "))
        more = f", {decimal(episode.recouped)} taken back" if episode.recouped else ""
        more += f", {episode.appeal.replace('_', ' ')}" if episode.appeal else ""
        yield f"  {printable(episode.claim):<20.20} {first:<28} {now}{more}"


def _answer(state: State | None, otherwise: str) -> str:
    if state is None or state.outcome is None:
        return otherwise
    money = state.denied if state.denied else state.paid
    day = f" {state.payment_date.isoformat()}" if state.payment_date else ""
    return f"{state.outcome.replace('_', ' ')} {decimal(money)}{day}"


def standing(found: Standing) -> Iterator[str]:
    """What the claims come to when each is counted once."""
    first, now = found.first, found.current
    yield ""
    yield f"each claim once: {many(found.episodes, 'claim')}"
    yield f"  at first {_answers(first)}"
    yield f"  now      {_answers(now)}"
    rest = [(found.statuses[name], name) for name in ("pending", "reversed", "left_out")]
    rest += [(found.begun_earlier, "answered before these files"), (found.duplicates, "told twice")]
    if told := [f"{number:,} {name.replace('_', ' ')}" for number, name in rest if number]:
        yield f"  {', '.join(told)}"
    if found.overturned:
        yield f"  {grouped(found.overturned)} of what was denied at first is not denied now"
    if found.recouped:
        yield f"  {grouped(found.recouped)} taken back by the payers beside the claims"


def _answers(found: Answers) -> str:
    return (
        f"{found.denied_claims:,} denied, {found.partly_denied:,} partly, of {found.claims:,}: "
        f"{grouped(found.denied)} of {grouped(found.charge)}"
    )


def _table(title: str, rows: Mapping[str, tuple[int, int]]) -> Iterator[str]:
    yield ""
    yield f"  {title:<50} {'lines':>7} {'denied':>14}"
    for name, (number, money) in sorted(rows.items(), key=lambda row: (-row[1][1], row[0])):
        yield f"  {name:<50.50} {number:>7,} {grouped(money):>14}"


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
