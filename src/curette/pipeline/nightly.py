"""The nightly run: what is new in an inbox goes into the store once, and its file to the archive or to quarantine.

A file is read once, through one descriptor, and moved only after what it holds is committed; a run that is cut off
leaves it in the inbox, where the next run finds it known. Names and times of files decide nothing.
"""

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

from attrs import define, evolve, field, frozen

from curette.claims.model import Claim
from curette.claims.reader import Reader as ClaimReader
from curette.errors import CuretteError, Damaged, InputError, NotX12, where
from curette.findings import Finding, Severity
from curette.pipeline.files import items_in, unreadable
from curette.pipeline.moves import Folders
from curette.pipeline.results import balanced, hinders
from curette.remits import balance
from curette.remits.model import Remit
from curette.remits.reader import Reader as RemitReader
from curette.store import intake, originals, rows
from curette.store.duckdb import Store
from curette.store.staging import Staging, staging
from curette.x12 import faults, kinds
from curette.x12.envelope import Item
from curette.x12.transaction import Transaction

_MANY, _SHORT = 200, 1 << 20  # transactions that are looked up at once, and their bytes


@frozen
class Conflict:
    """A transaction that contradicts one that is stored; both contents are SHA-256, in hexadecimal."""

    control: str  # ST02
    trace: str  # of a payment
    content: str
    stored: str
    reason: str


@define
class Taken:
    """What became of one file of the inbox. Money in cents."""

    file: str
    findings: list[Finding] = field(factory=list)  # errors, and sums that do not add up
    conflicts: list[Conflict] = field(factory=list)
    kinds: set[str] = field(factory=set)  # transactions of other kinds (999, 277CA, ...), passed over
    faults: list[str] = field(factory=list)  # of curette itself
    payments: int = 0
    paid: int = 0
    batches: int = 0
    claims: int = 0
    lines: int = 0
    known: int = 0  # transactions that were in the store
    superseded: int = 0
    unbalanced: int = 0  # payments
    refused: bool = False  # something in it cannot be used
    unfinished: bool = False  # it seems to be copied still
    moved: Path | None = None
    stuck: str = ""  # why it could not be moved; what it holds is in the store all the same

    @property
    def whole(self) -> bool:
        """Whether all of it is in the store, or nothing that belongs there."""
        return not (self.refused or self.unfinished or self.conflicts or self.faults)

    @property
    def reasons(self) -> Iterator[str]:
        """Why it is not whole, a line each, without patient data."""
        for found in self.findings:
            place = f"segment {found.place.segment_index}, byte {found.place.offset}"
            if member := found.place.file.removeprefix(self.file).removeprefix("!"):
                place = f"{member!a}, {place}"  # of a zip; escaped, for whoever made it chose the name
            yield f"{found.severity} {found.rule.id}: {place}: {found.message}"
        for conflict in self.conflicts:
            named = f"payment {conflict.trace}" if conflict.trace else f"transaction {conflict.control}"
            yield f"conflict: {named}: {conflict.content} contradicts {conflict.stored} in the store: {conflict.reason}"
        for fault in self.faults:
            yield f"fault of curette: {fault}; please report it"

    @property
    def told(self) -> tuple[str, ...]:
        """The reasons, and what of it is in the store all the same."""
        return (*self.reasons, *([self._rest] if self._rest else []))

    @property
    def _rest(self) -> str:
        """What of it is in the store although it is not whole; empty where nothing is."""
        counts = ((self.payments, "payment", "payments"), (self.batches, "batch", "batches"))
        found = " and ".join(f"{n:,} {one if n == 1 else more}" for n, one, more in counts if n)
        return f"the rest is in the store: {found}" if found and not self.whole else ""


class _ChangedError(Exception):
    """The file was written to while it was read."""


def take_in(store: Store, folders: Folders, supersede: frozenset[str] = frozenset()) -> Iterator[Taken]:
    """Read every file of the inbox, in order of their names, one transaction of the database a file.

    `supersede` are trace numbers (TRN02) of payments that may replace the stored one they contradict.
    """
    with staging(store) as staged:
        for path in folders.inbox_files():
            yield _File(store, staged, path, supersede).take(folders)


class _File:
    def __init__(self, store: Store, staged: Staging, path: Path, supersede: frozenset[str]) -> None:
        self.store, self.staged, self.path, self.may_replace = store, staged, path, supersede
        self.taken = Taken(str(path))
        self.intake = intake.Intake(store, staged, "")

    def take(self, folders: Folders) -> Taken:
        """Read the file, commit what it holds, move it."""
        taken = self.taken
        try:
            descriptor = os.open(self.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError as error:
            return self._refuse(InputError(taken.file, _why_not(self.path, error)))
        opened = os.fstat(descriptor)
        if not stat.S_ISREG(opened.st_mode):
            os.close(descriptor)
            return self._refuse(InputError(taken.file, "is not a file; left where it is"))
        with os.fdopen(descriptor, "rb") as stream:
            try:
                self._read(stream, opened)
            except _ChangedError:
                self.taken = taken = Taken(taken.file, unfinished=True)
                taken.findings.append(unreadable(InputError(taken.file, "was written to while it was read")))
            if not taken.unfinished:
                # what does not balance is in the store all the same
                reasons = () if taken.whole else taken.told
                try:
                    taken.moved = folders.put_away(self.path, opened, self.intake.file, reasons)
                except CuretteError as error:  # must not cost the other files, nor the report
                    taken.stuck = str(error)
        return taken

    def _refuse(self, error: InputError) -> Taken:
        self.taken.refused = True
        self.taken.findings.append(unreadable(error))
        return self.taken

    def _read(self, stream: BufferedReader, opened: os.stat_result) -> None:
        try:
            sha256 = self.intake.file = hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError as error:  # of a disk, or of a share that went away
            self._refuse(InputError(self.taken.file, error.strerror or "cannot be read"))
            self.taken.unfinished = True
            return
        if intake.is_whole(self.store, sha256):
            self.taken.known += 1
            return
        stream.seek(0)
        self.staged.clear()
        with self.store.transaction():
            for item in _together(items_in(self.taken.file, stream)):
                if isinstance(item, list):
                    self._transactions(item)
                elif isinstance(item, Finding):
                    self._find([item])
                elif isinstance(item, InputError):
                    self._refuse(item)
                    self.taken.unfinished = self.taken.unfinished or not _is_final(item, opened)
            for reason in () if self.taken.whole else self.taken.reasons:
                self.intake.audit("refused", detail=reason)
            self.staged.load()
            seen = os.fstat(stream.fileno())
            if (seen.st_size, seen.st_mtime_ns) != (opened.st_size, opened.st_mtime_ns):
                raise _ChangedError
            name = self.path.name.encode(errors="backslashreplace").decode()  # a name need not be text
            intake.note_file(self.store, sha256, name, opened.st_size, whole=self.taken.whole)

    def _find(self, findings: list[Finding]) -> None:
        errors = [f for f in findings if f.severity is Severity.ERROR]
        self.taken.findings += errors
        self.taken.refused = self.taken.refused or any(not f.rule.id.startswith("BAL-") for f in errors)
        self.taken.unfinished = self.taken.unfinished or any(f.rule is faults.CUT for f in errors)

    def _transactions(self, found: list[Transaction]) -> None:
        candidates = [self._candidate(each) for each in found]
        self.intake.look_up([each for each in candidates if each])
        for transaction, candidate in zip(found, candidates, strict=True):
            if candidate is None:
                self._pass_over(transaction)
                continue
            with self._contained():
                self._arrived(candidate)

    def _candidate(self, found: Transaction) -> intake.Candidate | None:
        """One that can be used, None for others."""
        if found.readable and found.complete and not found.refused:
            with self._contained():
                return intake.Candidate.of(found)
        return None

    @contextmanager
    def _contained(self) -> Iterator[None]:
        """A fault of ours in one transaction must not cost the others."""
        try:
            yield
        except CuretteError:
            raise
        except Exception as error:
            self.staged.discard()
            self.taken.faults.append(where(error))

    def _pass_over(self, transaction: Transaction) -> None:
        """Tell why a transaction is not used, where nothing was told yet."""
        if not _money(transaction):
            self.taken.kinds.add(transaction.kind)
        elif transaction.refused or not transaction.complete:
            self._find(list(transaction.findings))
            self.taken.refused = True
            tail, end = transaction.interchange.tail, transaction.delimiters.segment.encode("latin-1")
            self.taken.unfinished = self.taken.unfinished or (bool(tail) and end not in tail)  # cut inside its IEA
        elif not transaction.readable:
            self.taken.refused = True
            self.taken.findings.append(faults.KIND.at(transaction.place(0), kind=transaction.kind))

    def _arrived(self, candidate: intake.Candidate) -> None:
        found, remit = self.intake.arrival(candidate), candidate.remit
        if found.known:
            self.taken.known += 1
            self.intake.audit("known", candidate.content)
            return
        trace = remit.trace if remit else ""
        if found.against and trace not in self.may_replace:
            control = candidate.transaction.control
            self.taken.conflicts.append(Conflict(control, trace, candidate.content, found.against, found.reason))
            self.intake.audit("conflict", candidate.content, found.against, found.reason)
            return
        read = _Payment(candidate, remit, self.staged) if remit else _Batch(candidate, self.staged)
        self._find(read.findings)
        if not read.usable:
            self.staged.discard()
            return
        read.enter(self.taken)
        self.intake.accept(candidate, found)
        if found.against and not found.other:
            self.intake.supersede(candidate, found.against)
            self.taken.superseded += 1


def _money(transaction: Transaction) -> bool:
    """Whether it is claims or a payment, of any release; damage to ST01 makes it no other kind, for the group knows."""
    sets = {transaction.code, *kinds.sets_of_group(transaction.group.code)}
    return bool(sets & {"835", "837"}) or transaction.kind.startswith(("835", "837"))


def _together(items: Iterable[Item]) -> Iterator[list[Transaction] | Item]:
    """Transactions in lists, of short ones many, so that they are looked up at once; what else there is as it comes."""
    several, size = list[Transaction](), 0
    for item in items:
        if isinstance(item, Transaction):
            several.append(item)
            size += len(item.raw)
            if len(several) < _MANY and size < _SHORT and item.stream is None:
                continue
        if several:
            yield several
            several, size = [], 0
        if not isinstance(item, Transaction):
            yield item
    if several:
        yield several


class _Read:
    """A transaction on its way into the store: its rows staged, its findings gathered."""

    def __init__(self, found: intake.Candidate, staged: Staging) -> None:
        transaction = found.transaction
        self.number, self.staged = found.number, staged
        self.findings: list[Finding] = list(transaction.findings)
        self.usable = True
        self.claims = self.lines = 0
        self.separator = transaction.delimiters.component
        for part in transaction.parts():
            if part.before:
                self.findings += part.findings
            self.usable = self.usable and not part.refused
            self.part(_printing(part))

    def part(self, part: Transaction) -> None:
        """Stage the rows of a part."""
        raise NotImplementedError  # payments and batches each have their own

    def enter(self, taken: Taken) -> None:
        """It is accepted."""
        taken.claims += self.claims
        taken.lines += self.lines


class _Payment(_Read):
    def __init__(self, found: intake.Candidate, remit: Remit, staged: Staging) -> None:
        self.remit, self.paid = remit, 0
        super().__init__(found, staged)
        if not any(map(hinders, self.findings)):
            self.findings += balance.check_payment(self.remit, self.paid)
        self.balanced = not any(f.rule.id.startswith("BAL-") and f.severity is Severity.ERROR for f in self.findings)
        for row in rows.provider_adjustments(self.number, self.remit):
            staged.add("provider_adjustments", row)

    def part(self, part: Transaction) -> None:
        reader, add = RemitReader(part), self.staged.add
        for claim, told in balanced(reader):
            self.claims += 1
            self.lines += len(claim.lines)
            self.paid += claim.paid
            self.findings += told
            rows.remitted(add, self.number, self.claims, claim, self.separator)
        self.findings += reader.findings
        self.usable = self.usable and reader.usable

    def enter(self, taken: Taken) -> None:
        super().enter(taken)
        self.staged.add("payments", rows.payment(self.number, self.remit, self.claims, self.paid, self.balanced))
        taken.payments += 1
        taken.paid += self.remit.paid
        taken.unbalanced += not self.balanced


class _Batch(_Read):
    """Claims that were sent; one that cannot be read is told and left out."""

    def __init__(self, found: intake.Candidate, staged: Staging) -> None:
        self.patients: dict[tuple[object, ...], int] = {}  # whom they are for; kept only while the claims are read
        self.originals = originals.Writer(found.transaction.delimiters)
        super().__init__(found, staged)

    def part(self, part: Transaction) -> None:
        reader, add = ClaimReader(part), self.staged.add
        for claim in reader.read():
            self.claims += 1
            self.lines += len(claim.lines)
            patient = self.patients.setdefault(_patient(claim), len(self.patients) + 1)
            rows.billed(add, self.number, self.claims, patient, claim, self.separator)
            add("originals", self.originals.row(self.number, self.claims, claim))
        self.findings += reader.findings

    def enter(self, taken: Taken) -> None:
        super().enter(taken)
        taken.batches += 1


def _patient(claim: Claim) -> tuple[object, ...]:
    person, member = claim.patient_person, claim.subscriber.person
    if person is None:
        return (claim.control_number,)
    return member.id if member else "", person.last_name, person.first_name, person.birth_date


def _printing(part: Transaction) -> Transaction:
    """The same with question marks for control characters in its data, which some payers send."""
    if not any(f.rule is faults.CONTROL for f in part.findings):
        return part
    kept = part.delimiters.bytes + b"\r\n"
    table = bytes(c if c >= 32 or c in kept else ord("?") for c in range(256))
    return evolve(part, raw=part.raw.translate(table))


def _why_not(path: Path, error: OSError) -> str:
    if path.is_symlink():
        return "is a symbolic link; refused and left where it is"
    return error.strerror or "cannot be opened"


def _is_final(error: InputError, opened: os.stat_result) -> bool:
    """Whether a file is certainly not X12, or beyond use; an empty or cut one may still be on its way."""
    return isinstance(error, NotX12 | Damaged) and opened.st_size > 0
