"""The nightly run: what is new in an inbox goes into the store once, and its file to the archive or to quarantine.

A file is read once, through one descriptor, and moved only after what it holds is committed; a run that is cut off
leaves it in the inbox, where the next run finds it known. Names and times of files decide nothing.
"""

import hashlib
import os
import stat
from collections.abc import Iterator
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
from curette.remits.reader import Reader as RemitReader
from curette.remits.reader import head
from curette.store import identity, intake, originals, rows
from curette.store.duckdb import Store
from curette.store.staging import Staging, staging
from curette.x12 import faults
from curette.x12.transaction import Transaction


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
        self.sha256 = ""

    def take(self, folders: Folders) -> Taken:
        """Read the file, commit what it holds, move it."""
        taken = self.taken
        try:
            descriptor = os.open(self.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError as error:
            return self._refuse(InputError(taken.file, _why_not(self.path, error)))
        with os.fdopen(descriptor, "rb") as stream:
            opened = os.fstat(descriptor)
            if not stat.S_ISREG(opened.st_mode):
                return self._refuse(InputError(taken.file, "is not a file; left where it is"))
            try:
                self._read(stream, opened)
            except _ChangedError:
                self.taken = taken = Taken(taken.file, unfinished=True)
                taken.findings.append(unreadable(InputError(taken.file, "was written to while it was read")))
            if not taken.unfinished:
                # what does not balance is in the store all the same
                reasons = () if taken.whole else taken.told
                try:
                    taken.moved = folders.put_away(self.path, opened, self.sha256, reasons)
                except CuretteError as error:  # must not cost the other files, nor the report
                    taken.stuck = str(error)
        return taken

    def _refuse(self, error: InputError) -> Taken:
        self.taken.refused = True
        self.taken.findings.append(unreadable(error))
        return self.taken

    def _read(self, stream: BufferedReader, opened: os.stat_result) -> None:
        self.sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        if intake.is_whole(self.store, self.sha256):
            self.taken.known += 1
            return
        stream.seek(0)
        self.staged.clear()
        with self.store.transaction():
            for item in items_in(self.taken.file, stream):
                if isinstance(item, Transaction):
                    self._transaction(item)
                elif isinstance(item, Finding):
                    self._find([item])
                elif isinstance(item, InputError):
                    self._refuse(item)
                    self.taken.unfinished = self.taken.unfinished or not _is_final(item, opened)
            self.staged.load()
            seen = os.fstat(stream.fileno())
            if (seen.st_size, seen.st_mtime_ns) != (opened.st_size, opened.st_mtime_ns):
                raise _ChangedError
            for reason in () if self.taken.whole else self.taken.reasons:
                intake.audit(self.store, "refused", self.sha256, detail=reason)
            name = self.path.name.encode(errors="backslashreplace").decode()  # a name need not be text
            intake.note_file(self.store, self.sha256, name, opened.st_size, whole=self.taken.whole)

    def _find(self, findings: list[Finding]) -> None:
        errors = [f for f in findings if f.severity is Severity.ERROR]
        self.taken.findings += errors
        self.taken.refused = self.taken.refused or any(not f.rule.id.startswith("BAL-") for f in errors)
        self.taken.unfinished = self.taken.unfinished or any(f.rule is faults.CUT for f in errors)

    def _transaction(self, transaction: Transaction) -> None:
        if transaction.code not in ("835", "837"):
            self.taken.kinds.add(transaction.kind)
        elif transaction.refused or not transaction.complete:
            self._find(list(transaction.findings))
            self.taken.refused = True
            tail, end = transaction.interchange.tail, transaction.delimiters.segment.encode("latin-1")
            self.taken.unfinished = self.taken.unfinished or (bool(tail) and end not in tail)  # cut inside its IEA
        elif not transaction.readable:
            self.taken.refused = True
            self.taken.findings.append(faults.KIND.at(transaction.place(0), kind=transaction.kind))
        else:
            try:
                self._arrived(transaction)
            except CuretteError:
                raise
            except Exception as error:  # a fault of ours in one transaction must not cost the others
                self.staged.discard()
                self.taken.faults.append(where(error))

    def _arrived(self, transaction: Transaction) -> None:
        remit = head(transaction) if transaction.kind == "835" else None
        found = intake.arrival(self.store, transaction, identity.payment_key(remit) if remit else None)
        if found.known:
            self.taken.known += 1
            intake.audit(self.store, "known", self.sha256, found.content)
            return
        trace = remit.trace if remit else ""
        if found.against and trace not in self.may_replace:
            conflict = Conflict(transaction.control, trace, found.content, found.against, found.reason)
            self.taken.conflicts.append(conflict)
            intake.audit(self.store, "conflict", self.sha256, found.content, found.against, found.reason)
            return
        read = (_Payment if remit else _Batch)(transaction, found.number, self.staged)
        self._find(read.findings)
        if not read.usable:
            self.staged.discard()
            return
        self.staged.keep()
        if found.against and not found.other:
            self.staged.load()  # what is superseded may have come in the same file
            intake.supersede(self.store, found, self.sha256)
            self.taken.superseded += 1
        intake.accept(self.store, found, transaction, self.sha256)
        read.enter(self.store, self.taken)


class _Read:
    """A transaction on its way into the store: its rows staged, its findings gathered."""

    def __init__(self, transaction: Transaction, number: int, staged: Staging) -> None:
        self.transaction, self.number, self.staged = transaction, number, staged
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

    def enter(self, store: Store, taken: Taken) -> None:
        """It is accepted."""
        taken.claims += self.claims
        taken.lines += self.lines


class _Payment(_Read):
    def __init__(self, transaction: Transaction, number: int, staged: Staging) -> None:
        self.remit, self.paid = head(transaction), 0
        super().__init__(transaction, number, staged)
        if not any(map(hinders, self.findings)):
            self.findings += balance.check_payment(self.remit, self.paid)
        self.balanced = not any(f.rule.id.startswith("BAL-") and f.severity is Severity.ERROR for f in self.findings)
        for row in rows.provider_adjustments(number, self.remit):
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

    def enter(self, store: Store, taken: Taken) -> None:
        super().enter(store, taken)
        store.insert("payments", *rows.payment(self.number, self.remit, self.claims, self.paid, self.balanced))
        taken.payments += 1
        taken.paid += self.remit.paid
        taken.unbalanced += not self.balanced


class _Batch(_Read):
    """Claims that were sent; one that cannot be read is told and left out."""

    def __init__(self, transaction: Transaction, number: int, staged: Staging) -> None:
        self.patients: dict[tuple[object, ...], int] = {}  # whom they are for; kept only while the claims are read
        self.originals = originals.Writer(transaction.delimiters)
        super().__init__(transaction, number, staged)

    def part(self, part: Transaction) -> None:
        reader, add = ClaimReader(part), self.staged.add
        for claim in reader.read():
            self.claims += 1
            self.lines += len(claim.lines)
            patient = self.patients.setdefault(_patient(claim), len(self.patients) + 1)
            rows.billed(add, self.number, self.claims, patient, claim, self.separator)
            add("originals", self.originals.row(self.number, self.claims, claim))
        self.findings += reader.findings

    def enter(self, store: Store, taken: Taken) -> None:
        super().enter(store, taken)
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
