"""Where the parts are joined: files to transactions, transactions to findings and rows, in order, on one or more cores.

The unit of work is a transaction (or a part of a very long one); what comes of it is a function of its bytes alone, so
the output does not depend on the number of processes.
"""

import gc
import logging
import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from functools import partial
from glob import glob
from pathlib import Path
from typing import IO, Any, TypeVar

from attrs import evolve, frozen

from curette.checks import balancing, codesets
from curette.checks.results import Checked, Fault
from curette.claims import reader as claims_reader
from curette.claims.model import Claim
from curette.claims.spans import Carried, Held, Level, Spans
from curette.denials.categorise import categoriser
from curette.denials.lines import DenialLine, rows
from curette.denials.link import Links
from curette.denials.totals import Totals
from curette.errors import CuretteError, InputError, Unreadable, where
from curette.findings import Finding, Place, Severity
from curette.remits import balance
from curette.remits import reader as remits_reader
from curette.remits.model import ClaimPayment, Remit
from curette.x12 import envelope, faults, style
from curette.x12.source import Source, open_sources
from curette.x12.transaction import Transaction

log = logging.getLogger("curette")
_BESIDE = frozenset({".csv", ".html", ".json", ".jsonl", ".md", ".xlsx"})  # what lies beside X12: results and sidecars
FINDINGS_A_FILE = 1000  # listed; the rest is counted
Item = Source | Transaction | Finding | InputError
Paths = Iterable[str | Path] | str | Path
R = TypeVar("R")
L = TypeVar("L", Checked, "Categorised")


# -- files and transactions


def sources(paths: Paths, stdin: IO[bytes] | None = None) -> Iterator[Source | InputError]:
    """Every file that the paths hold, in order: folders are walked, patterns filled in, archives opened.

    One path may stand alone. What holds no file is an Unreadable.
    """
    for path in [paths] if isinstance(paths, str | Path) else paths:
        try:
            files = _files(path)
        except OSError as error:
            yield Unreadable(str(path), error.strerror or "cannot be read")
            continue
        if files is None:
            yield from open_sources(path, stdin)
        elif not files:
            yield Unreadable(str(path), "holds no file")
        for file in files or ():
            yield from open_sources(file)


def _files(path: str | Path) -> list[Path] | None:
    """The files of a folder (but results and sidecars) or a pattern such as "in/*.837"; None for one file or "-"."""
    text = str(path)
    if text == "-" or Path(path).is_file():
        return None
    if Path(path).is_dir():
        found = (file for file in Path(path).rglob("*") if file.suffix.lower() not in _BESIDE)
    elif any(c in text for c in "*?["):
        found = (Path(name) for name in glob(text, recursive=True))  # noqa: PTH207 - the pattern may be absolute
    else:
        return None
    return sorted(file for file in found if file.is_file() and not file.name.startswith("."))


def items(paths: Paths, stdin: IO[bytes] | None = None) -> Iterator[Item]:
    """What the files hold: each file's Source first, then its transactions and the findings outside them.

    A file that cannot be used is an InputError, and so is the rest of one that fails while it is read.
    """
    for source in sources(paths, stdin):
        yield source
        if isinstance(source, Source):
            try:
                yield from envelope.read(source)
            except InputError as error:
                yield error
            except OSError as error:
                yield InputError(source.name, error.strerror or "cannot be read to its end")


def unreadable(error: InputError) -> Finding:
    """A file that cannot be used, as a finding on the file itself."""
    return faults.FILE.at(Place(file=error.file, offset=error.offset), reason=error.reason)


# -- reading for programs


def read_claims(path: str | Path, *, damaged: bool = False) -> Iterator[Claim]:
    """The professional claims of a file, one at a time.

    Claims of a transaction whose envelope is damaged are left out unless `damaged` is set, and so are claims with
    a value that cannot be read; both are logged (logger "curette"), without patient data. Raises InputError when the
    file cannot be used.
    """
    for transaction in _transactions(path, "837P", damaged):
        for part in transaction.parts():
            if part.refused and not damaged:
                _log(part.findings)
                continue
            reader = claims_reader.Reader(part)
            yield from reader.read()
            _log(reader.findings)


def read_remits(path: str | Path, *, damaged: bool = False) -> Iterator[Remit]:
    """The remittances of a file, one a transaction; `remit.claims` streams the claims each answers.

    Those with a damaged envelope are left out, unless `damaged` is set, and logged. Raises InputError when the file
    cannot be used.
    """
    for transaction in _transactions(path, "835", damaged):
        yield remits_reader.head(transaction)


def _transactions(path: str | Path, kind: str, damaged: bool) -> Iterator[Transaction]:
    for item in items([path]):
        if isinstance(item, InputError):
            raise item
        if isinstance(item, Finding):
            _log([item])
        elif isinstance(item, Transaction):
            _log(item.findings)
            if item.readable and item.kind == kind and item.complete and (damaged or not item.refused):
                yield item


def _log(findings: Iterable[Finding]) -> None:
    for finding in findings:
        if finding.severity is Severity.ERROR:
            place = finding.place
            log.warning("%s segment %d: %s (%s)", place.file, place.segment_index, finding.message, finding.rule.id)


# -- pre-flight


@frozen
class CheckOptions:
    """What a pre-flight runs. `conformance` is the implementation guide (SNIP 1 and 2).

    `snip` are the types of check; `select` and `ignore` are beginnings of rule ids.
    """

    conformance: bool = True
    snip: frozenset[int] = frozenset(range(8))
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()

    def wants(self, finding: Finding) -> bool:
        """Whether a finding is asked for."""
        id = finding.rule.id
        chosen = not self.select or id.startswith(self.select)
        return chosen and finding.rule.snip in self.snip and not (self.ignore and id.startswith(self.ignore))


def check(
    paths: Paths, options: CheckOptions | None = None, *, jobs: int = 1, stdin: IO[bytes] | None = None
) -> Iterator[Checked]:
    """Pre-flight files, in order: one `Checked` for each transaction or part, and for what stands outside them."""
    return _listed(_check(items(paths, stdin), options or CheckOptions(), jobs))


def _listed(results: Iterable[L]) -> Iterator[L]:
    """The findings of a file beyond the limit are only counted."""
    listed = 0
    for result in results:
        listed = 0 if result.begins else listed
        room = max(FINDINGS_A_FILE - listed, 0)
        listed += len(result.findings)
        if len(result.findings) > room:
            result = evolve(result, findings=result.findings[:room], hidden=result.findings[room:])
        yield result


def _check(things: Iterable[Item], options: CheckOptions, jobs: int) -> Iterator[Checked]:
    paid, whole, opened, carried = 0, True, "", Carried()
    for item, part, result in _each(things, partial(_safely, partial(_check_part, options), _check_fault), jobs):
        if isinstance(item, Source):
            opened = item.name
            yield Checked(opened, begins=True)
        elif isinstance(item, InputError):
            yield Checked(item.file, (unreadable(item),), begins=item.file != opened, unreadable=True)
        elif isinstance(item, Finding):
            yield Checked(item.place.file, tuple(filter(options.wants, (item,))))
        elif part is not None and result is not None:
            paid += result.paid
            whole = whole and result.whole
            held, held_charge = carried.over(result.above)
            result = evolve(result, held=held, held_charge=held_charge, above=Held())
            if part.last:
                if part.kind == "835" and item.readable and item.complete and whole:
                    payment = filter(options.wants, balance.check_payment(remits_reader.head(item), paid))
                    result = evolve(result, findings=_ordered((*result.findings, *payment)))
                paid, whole, carried = 0, True, Carried()
            yield result


def _hinders(finding: Finding) -> bool:
    """Whether the payment as a whole cannot be expected to add up."""
    return finding.rule is balance.REVERSAL


def _check_part(options: CheckOptions, part: Transaction) -> Checked:
    findings = list(part.findings)
    spans, lines, charge, paid, unread = Spans(), 0, 0, 0, 0
    claims, whole = 0, not part.refused
    levels: tuple[Level | None, ...] = ()
    if not part.readable:
        if not part.refused:
            findings.append(faults.KIND.at(part.place(0), kind=part.kind))
    elif part.complete and part.kind == "837P":
        reader, known = claims_reader.Reader(part), set[str]()
        for claim in reader.read():
            if claim.control_number in known:
                findings.append(faults.CLAIM_TWICE.at(part.place(claim.at, 1), claim=claim.control_number))
            known.add(claim.control_number)
            spans.add(claim)
            claims += 1
            lines += len(claim.lines)
            charge += claim.charge
            findings.extend(balancing.check(claim))
        findings.extend(reader.findings)
        unread = len(reader.unread)
        levels = (reader.submission, reader.billing, reader.subscriber, reader.patient)
    elif part.complete:
        answers = remits_reader.Reader(part)
        for answer, told in _balanced(answers):
            claims += 1
            lines += len(answer.lines)
            charge += answer.charge
            paid += answer.paid
            spans.add_alone(answer.charge, answer.at, answer.end)
            findings.extend(told)
        findings.extend(answers.findings)
        whole = whole and answers.usable and not any(map(_hinders, findings))
    if part.readable and part.complete:
        if 1 in options.snip:
            findings.extend(style.inspect(part))
        if 5 in options.snip:
            findings.extend(codesets.check(part))
        if options.conformance and options.snip & {1, 2}:
            findings = _conform(part, findings)
    findings = list(filter(options.wants, findings))
    errors = [f.place.segment_in_transaction for f in findings if f.severity is Severity.ERROR]
    held = spans.held((e - 1 - part.before for e in errors if e is not None), levels, part.before)
    if part.refused or (part.kind == "835" and not whole):
        held = Held(claims, charge, (), held.faulty)
    return Checked(
        part.file, _ordered(findings), part.kind, transactions=int(part.before == 0), claims=claims + unread,
        lines=lines, charge=charge, paid=paid, whole=whole, above=evolve(held, count=held.count + unread),
    )  # fmt: skip


def _check_fault(part: Transaction, reason: str) -> Checked:
    known = Fault(part.file, part.interchange.control, part.group.control, part.control, part.first_segment, reason)
    return Checked(part.file, (), part.kind, transactions=int(part.before == 0), whole=False, fault=known)


def _balanced(reader: remits_reader.Reader) -> Iterator[tuple[ClaimPayment, Iterable[Finding]]]:
    """Each claim with its balance; one with an amount that cannot be read is not expected to balance."""
    part, older, newer = reader.transaction, 0, 0
    for claim in reader.claims():
        recent = reader.findings[older:]  # a claim is handed out at the next one, whose head may be told by then
        older, newer = newer, len(reader.findings)
        last = claim.end + part.before
        faulty = any(claim.at + part.before < (f.place.segment_in_transaction or 0) <= last for f in recent)
        yield claim, () if faulty else balance.check_claim(claim, part)


def _conform(part: Transaction, findings: list[Finding]) -> list[Finding]:
    """Add what the guide says, but not of a segment of which a reader has told a cause already."""
    from curette.checks import conformance

    told = {f.place.segment_index for f in findings if f.severity is Severity.ERROR and f.rule.snip < 3}
    return [*findings, *(f for f in conformance.check(part) if f.place.segment_index not in told)]


def _ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """In file order, without those that two readers told of one place."""
    unique = {(f.rule.id, f.place.segment_index, f.place.element, f.place.component, f.message): f for f in findings}
    return tuple(sorted(unique.values(), key=lambda f: (f.place.segment_index, f.severity.rank, f.place.element or 0)))


# -- denials


@frozen
class Categorised:
    """The rows of a remittance (as `render` made them), or what stands outside remittances."""

    file: str
    findings: tuple[Finding, ...] = ()
    rows: tuple[str, ...] = ()
    totals: Totals | None = None
    begins: bool = False
    unreadable: bool = False
    refused: bool = False  # a remittance that may not be used: no rows
    remit: Remit | None = None  # its payment
    hidden: tuple[Finding, ...] = ()  # findings beyond the limit of a file: counted, not listed
    fault: Fault | None = None


@frozen
class DenialOptions:
    """How rows are made: `render` turns a row into text, in the process that made it."""

    render: Callable[[DenialLine], str | None]
    conformance: bool = False
    links: Links | None = None
    maps: Path | None = None


def denials(
    paths: Paths, options: DenialOptions, *, jobs: int = 1, stdin: IO[bytes] | None = None
) -> Iterator[Categorised]:
    """Categorise remittances, in order, one `Categorised` a remittance; a refused one gives findings and no rows."""
    return _listed(_denials(items(paths, stdin), options, jobs))


def _denials(things: Iterable[Item], options: DenialOptions, jobs: int) -> Iterator[Categorised]:
    pending: list[Categorised] = []
    for item, part, result in _each(things, partial(_safely, partial(_denials_part, options), _denials_fault), jobs):
        if isinstance(item, Source):
            yield Categorised(item.name, begins=True)
        elif isinstance(item, InputError):
            yield Categorised(item.file, (unreadable(item),), unreadable=True)
        elif isinstance(item, Finding):
            yield Categorised(item.place.file, (item,))
        elif part is not None and result is not None:
            pending.append(result)
            if part.last:
                yield _remit(item, pending)
                pending = []


def _remit(transaction: Transaction, parts: list[Categorised]) -> Categorised:
    """The parts of one remittance as one."""
    findings = [f for part in parts for f in part.findings]
    if transaction.kind != "835" or not transaction.readable or any(part.refused for part in parts):
        fault = next((part.fault for part in parts if part.fault), None)
        return Categorised(transaction.file, _ordered(findings), refused=transaction.code == "835", fault=fault)
    totals = Totals(payments=1)
    for part in parts:
        if part.totals is not None:
            totals += part.totals
    remit = remits_reader.head(transaction)
    if not any(map(_hinders, findings)):
        findings += balance.check_payment(remit, totals.paid)
    totals.paid = remit.paid
    return Categorised(
        transaction.file, _ordered(findings), tuple(r for part in parts for r in part.rows), totals, remit=remit
    )


def _denials_part(options: DenialOptions, part: Transaction) -> Categorised:
    findings = list(part.findings)
    if part.kind != "835" or not part.readable or not part.complete:
        if not part.refused:
            findings.append(faults.KIND.at(part.place(0), kind=part.kind))
        return Categorised(part.file, tuple(findings), refused=part.refused)
    categorise, remit, links = categoriser(options.maps), remits_reader.head(part), options.links or Links()
    reader, totals, rendered = remits_reader.Reader(part), Totals(), []
    for claim, told in _balanced(reader):
        totals.claims += 1
        totals.paid += claim.paid
        findings.extend(told)
        for row in rows(remit, claim, categorise, links):
            totals.take(row)
            if (text := options.render(row)) is not None:
                rendered.append(text)
    findings.extend(reader.findings)
    if options.conformance:
        findings = _conform(part, findings)
    return Categorised(part.file, tuple(findings), tuple(rendered), totals, refused=part.refused or not reader.usable)


def _denials_fault(part: Transaction, reason: str) -> Categorised:
    return Categorised(part.file, refused=True, fault=_check_fault(part, reason).fault)


# -- one process or several


def settle() -> None:
    """For a process that is curette's own: what is loaded by now stays, so the garbage collector may leave it alone.

    Reading makes many small objects and hardly any cycles; looking through the maps over and over costs a third.
    """
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


Outcome = tuple[Any, Transaction | None, R | None]  # an item, the part of it that was worked on, and what came of it


def _safely(work: Callable[[Transaction], R], failed: Callable[[Transaction, str], R], part: Transaction) -> R:
    """What `work` makes of a transaction; a fault of ours in it must not cost the others."""
    try:
        return work(part)
    except CuretteError:
        raise
    except Exception as error:
        return failed(part, where(error))


def _each(things: Iterable[Item], work: Callable[[Transaction], R], jobs: int) -> Iterator[Outcome[R]]:
    """Every item in order, a transaction once for each of its parts with what `work` made of it."""
    if jobs < 2:
        for item in things:
            if isinstance(item, Transaction):
                for part in item.parts():
                    yield item, part, work(part)
            else:
                yield item, None, None
        return
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    if context.get_start_method() == "forkserver":
        context.set_forkserver_preload(["curette.pipeline"])  # imported once, for all workers
    with ProcessPoolExecutor(jobs, context, _install, (work,)) as pool:
        for _ in range(jobs):
            pool.submit(_ready)  # workers start while the first envelope is scanned
        waiting: deque[Callable[[], Outcome[R]]] = deque()
        for item in things:
            if isinstance(item, Transaction):
                for part in item.parts():
                    waiting.append(partial(_outcome, item, part, pool.submit(_run, part)))
                    while len(waiting) > jobs * 3:
                        yield waiting.popleft()()
                while waiting and item.stream is not None:  # its file is closed as soon as the next is asked for
                    yield waiting.popleft()()
            else:
                waiting.append(partial(_outcome, item, None, None))
        while waiting:
            yield waiting.popleft()()


def _outcome(item: Any, part: Transaction | None, future: "Future[R] | None") -> Outcome[R]:
    return item, part, future.result() if future is not None else None


_work: Callable[[Transaction], Any]


def _install(work: Callable[[Transaction], Any]) -> None:
    """In a worker process: what to do with each transaction, sent once."""
    global _work
    _work = work
    settle()


def _ready() -> None:
    """Nothing: the first task of a worker, which starts it."""


def _run(part: Transaction) -> Any:
    return _work(part)
