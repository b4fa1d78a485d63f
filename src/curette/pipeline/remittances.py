"""Denials: remittances to categorised rows."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from typing import IO, Any

from attrs import frozen

from curette.checks.results import Conformance, Fault
from curette.denials.categorise import categoriser
from curette.denials.events import Adjudication, Recorder, Takeback, takebacks
from curette.denials.lines import AS_SENT, DenialLine, Options, rows
from curette.denials.link import Links
from curette.denials.totals import Totals
from curette.errors import InputError
from curette.findings import Finding
from curette.pipeline.files import Paths, items, unreadable
from curette.pipeline.preflight import check_fault
from curette.pipeline.reading import claims_at_hand
from curette.pipeline.results import balanced, conform, hinders, listed, ordered
from curette.pipeline.workers import each, safely
from curette.remits import balance
from curette.remits import reader as remits_reader
from curette.remits.model import Remit
from curette.x12 import faults
from curette.x12.envelope import Item
from curette.x12.source import Source
from curette.x12.transaction import Transaction


@frozen
class Categorised:
    """The rows of a remittance (as `render` made them), or what stands outside remittances."""

    file: str
    findings: tuple[Finding, ...] = ()
    rows: tuple[Any, ...] = ()
    totals: Totals | None = None
    begins: bool = False
    unreadable: bool = False
    repeated: bool = False  # a remittance that was read before: no rows
    refused: bool = False  # a remittance that may not be used: no rows
    remit: Remit | None = None  # its payment
    hidden: tuple[Finding, ...] = ()  # findings beyond the limit of a file: counted, not listed
    events: tuple[Adjudication, ...] = ()  # its claims, for episodes
    takebacks: tuple[Takeback, ...] = ()
    fault: Fault | None = None


@frozen
class DenialOptions:
    """How rows are made: `render` turns a row into what is shown of it (None: nothing), in the process that made it;
    without one no row is shown.
    """

    render: Callable[[DenialLine], Any] | None
    conformance: Conformance = "off"
    rows: Options = AS_SENT
    maps: Path | None = None
    episodes: bool = True  # keep every claim to the end of the run, and count a payment that comes twice once


def linked(paths: Iterable[str | Path]) -> tuple[Links, list[Categorised]]:
    """What was billed, and those of its files that cannot be used: the remittances are categorised all the same."""
    lost: list[Categorised] = []
    claims = claims_at_hand(
        paths, lambda error: lost.append(Categorised(error.file, (unreadable(error),), unreadable=True))
    )
    return Links(claims), lost


def denials(
    paths: Paths, options: DenialOptions, *, jobs: int = 1, stdin: IO[bytes] | None = None
) -> Iterator[Categorised]:
    """Categorise remittances, in order, one `Categorised` a remittance; a refused one gives findings and no rows."""
    results = _denials(items(paths, stdin), options, jobs)
    return listed(_once(results) if options.episodes else results)


def _once(results: Iterable[Categorised]) -> Iterator[Categorised]:
    """A payment that was read before, under whatever name, is told and not counted."""
    known: dict[tuple[object, ...], list[tuple[object, ...]]] = {}
    for result in results:
        if (remit := result.remit) is not None:
            alike = known.setdefault((remit.payer_id, remit.trace, remit.payment_date, remit.paid), [])
            sent = (result.events, [(a.reason, a.reference, a.amount) for a in remit.adjustments])
            if sent in alike:
                again = balance.AGAIN.at(remit.transaction.place(0))
                yield Categorised(result.file, ordered((*result.findings, again)), repeated=True)
                continue
            alike.append(sent)
        yield result


def _denials(things: Iterable[Item], options: DenialOptions, jobs: int) -> Iterator[Categorised]:
    pending: list[Categorised] = []
    for item, part, result in each(things, partial(safely, partial(_denials_part, options), _denials_fault), jobs):
        if isinstance(item, Source):
            yield Categorised(item.name, begins=True)
        elif isinstance(item, InputError):
            yield Categorised(item.file, (unreadable(item),), unreadable=True)
        elif isinstance(item, Finding):
            yield Categorised(item.place.file, (item,))
        elif part is not None and result is not None:
            pending.append(result)
            if part.last:
                yield _remit(options, item, pending)
                pending = []


def _remit(options: DenialOptions, transaction: Transaction, parts: list[Categorised]) -> Categorised:
    """The parts of one remittance as one."""
    findings = [f for part in parts for f in part.findings]
    if transaction.kind != "835" or not transaction.readable or any(part.refused for part in parts):
        fault = next((part.fault for part in parts if part.fault), None)
        return Categorised(transaction.file, ordered(findings), refused=transaction.kind.startswith("835"), fault=fault)
    totals = Totals(payments=1)
    for part in parts:
        if part.totals is not None:
            totals += part.totals
    remit = parts[0].remit or remits_reader.head(transaction)
    if not any(map(hinders, findings)):
        findings += balance.check_payment(remit, totals.paid)
    totals.paid = remit.paid
    codes = categoriser(options.maps).codes
    for found in remit.adjustments:
        totals.provider_adjustments[codes.provider_adjustments.get(found.reason, "other")] += found.amount
    recoupments = (code for code, kind in codes.provider_adjustments.items() if kind == "recoupment")
    return Categorised(
        transaction.file,
        ordered(findings),
        tuple(r for part in parts for r in part.rows),
        totals,
        remit=remit,
        events=tuple(chain.from_iterable(part.events for part in parts)),
        takebacks=tuple(takebacks(remit, recoupments)) if options.episodes else (),
    )


def _denials_part(options: DenialOptions, part: Transaction) -> Categorised:
    findings = list(part.findings)
    if part.kind != "835" or not part.readable or not part.complete:
        if not part.refused:
            findings.append(faults.KIND.at(part.place(0), kind=part.kind))
        return Categorised(part.file, tuple(findings), refused=part.refused)
    categorise, remit = categoriser(options.maps), remits_reader.head(part)
    reader, totals, rendered = remits_reader.Reader(part), Totals(), list[Any]()
    events: list[Adjudication] = []
    recorder, render = Recorder(remit, categorise.codes), options.render
    for claim, told in balanced(reader):
        totals.claims += 1
        totals.paid += claim.paid
        findings.extend(told)
        made = rows(remit, claim, categorise, options.rows)
        if options.episodes:
            events.append(recorder.adjudication(made))
        totals.take(made)
        if render is not None:
            rendered += [text for row in made if (text := render(row)) is not None]
    findings.extend(reader.findings)
    findings, _ = conform(part, findings, options.conformance)
    usable = reader.usable and not part.refused
    whole = part.last and not part.before
    return Categorised(
        part.file,
        tuple(findings),
        tuple(rendered),
        totals,
        refused=not usable,
        remit=remit if whole else None,
        events=tuple(events),
    )


def _denials_fault(part: Transaction, reason: str) -> Categorised:
    return Categorised(part.file, refused=True, fault=check_fault(part, reason).fault)
