"""A release: what a check yields, in order, becomes clean and held files, answers and a manifest below one folder."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from attrs import evolve, field, frozen

from curette.checks.results import Checked
from curette.codes.acknowledgements import REJECTED, Status, acknowledgements
from curette.errors import ConfigError, InputError
from curette.findings import Finding, Severity
from curette.release import manifest
from curette.release.batch import Batch, charge_of
from curette.release.blocks import CLAIM, END, LEVEL, Block, Cut, cut
from curette.release.duplicates import Batch as Seen
from curette.release.duplicates import Register, digest
from curette.release.files import Folder, sha256, write
from curette.release.manifest import Input
from curette.release.numbers import Counter
from curette.release.split import Level, Sink
from curette.x12 import faults
from curette.x12.source import Source
from curette.x12.transaction import Transaction

Item = Source | Transaction | Finding | InputError
Result = tuple[Item, Transaction | None, Checked]
Wants = Callable[[Finding], bool]
MANIFEST = "manifest.json"


@frozen
class ReleaseOptions:
    """Where a release is written and how: `as_of` is its day, a finding at or above `hold_on` holds its claim,
    `max_claims` is how many an ST may have, `counter` a file of control numbers (None: they stay as they are), and
    `register` knows the claims of earlier runs (None: of this run only).
    """

    folder: Path
    as_of: date
    hold_on: Severity = Severity.ERROR
    max_claims: int | None = None
    counter: Path | None = None
    register: Register | None = None
    version: str = ""  # of curette and so of its rules, for the manifest

    def settings(self) -> dict[str, Any]:
        """What the manifest says of them."""
        numbers = "kept" if self.counter is None else "new"
        told = {"curette": self.version, "rules_version": self.version}
        return told | {"hold_on": str(self.hold_on), "max_claims": self.max_claims, "control_numbers": numbers}


@frozen(eq=False)
class _Open:
    """The transaction that is being released: its head, and the levels that are open below it."""

    item: Transaction
    chain: list[Level] = field(factory=list)


class Release:
    """One run. The folder is locked from the beginning to `close`, and an old manifest is removed.

    Raises ConfigError when the folder cannot be written to safely, Busy when another run writes to it.
    """

    def __init__(self, options: ReleaseOptions, inputs: Iterable[str | Path] = ()) -> None:
        self.options = options
        for path in map(Path, inputs):
            if path.is_dir() and options.folder.resolve().is_relative_to(path.resolve()):
                raise ConfigError(f"{options.folder}: lies in a folder that is read")
        self.counter = Counter(options.counter) if options.counter is not None else None
        self.folder = Folder(options.folder)
        (options.folder / MANIFEST).unlink(missing_ok=True)
        self.seen: Register = options.register or Seen()
        self.inputs: list[Input] = []
        self.editions: set[tuple[str, str, date | None]] = set()
        self.digests: deque[tuple[str, int]] = deque()
        self.loose: list[Finding] = []  # around transactions, not yet assigned
        self.batch: Batch | None = None
        self.open: _Open | None = None
        self.last: Callable[[bytes], object] | None = None  # takes what stands behind the block written last
        self.faulty = False  # a part of the open transaction ended in a fault of ours

    def opening(self, things: Iterable[Item]) -> Iterator[Item]:
        """The same, with the digest of every file taken as it is opened."""
        for item in things:
            if isinstance(item, Source):
                self.digests.append((sha256(item.stream), item.stream.seek(0, 2)))
                item.stream.seek(0)
            yield item

    def over(self, results: Iterable[Result], wants: Wants) -> Iterator[Checked]:
        """The same results, with claims that stand twice held; at the end everything is in place."""
        try:
            for item, part, result in results:
                self.editions |= result.editions
                if isinstance(item, Source):
                    self._begin_file(item)
                elif isinstance(item, InputError):
                    self._unreadable(item)
                elif isinstance(item, Finding):
                    self.loose.append(item)
                elif part is not None:
                    result = self._transaction(item, part, result, wants)
                yield result
            self._end_file()
            told = manifest.text(self.inputs, self.options.settings(), self.editions, self.options.as_of)
            write(self.options.folder / MANIFEST, told.encode("utf-8"))
        finally:
            self.close()

    def close(self) -> None:
        """Give up what is unfinished, and let others write."""
        if self.batch is not None:
            self.batch.drop()
        self.seen.close()
        self.folder.close()

    # -- files

    def _begin_file(self, source: Source) -> None:
        self._end_file()
        sum_, size = self.digests.popleft()
        known = sum(one.digest == sum_ for one in self.inputs)
        name = sum_[:16] + (f"-{known + 1}" if known else "")
        entry = Input(source.name, sum_, size, name)
        self.inputs.append(entry)
        options = self.options
        self.batch = Batch.begin(entry, options.folder, options.as_of, options.max_claims, self.counter)

    def _unreadable(self, error: InputError) -> None:
        if self.batch is None or self.batch.entry.file != error.file:
            self._end_file()
            self.inputs.append(Input(error.file, unreadable=error.reason))
        else:
            self.batch.entry.unreadable = error.reason

    def _end_file(self) -> None:
        if self.batch is None:
            return
        if self.counter is not None:  # before any file that uses its numbers can be sent
            write(self.counter.path, self.counter.text().encode("utf-8"))
        self.batch.finish()
        self.batch, self.open, self.last, self.loose = None, None, None, []

    # -- transactions

    def _transaction(self, item: Transaction, part: Transaction, result: Checked, wants: Wants) -> Checked:
        batch = self.batch
        assert batch is not None
        if not part.before:
            around = self._around(item, batch)
            self.faulty = False
        else:
            around = []
        self.faulty = self.faulty or result.fault is not None
        known = part.kind == "837P" and item.readable and item.complete and not item.refused
        taken = known and (result.fault is None or item.stream is not None)
        findings = (*result.findings, *result.hidden)
        if taken:
            result = self._release(batch, item, cut(part), result, wants)
        else:
            fault = result.fault.reason if result.fault is not None else ""
            batch.reject(item, part, [*item.findings, *around, *result.findings], fault)
        batch.groups.take(part, item, findings, taken)
        if not part.before:
            ours = [f for f in item.findings if f.place.segment == "GS"]
            batch.groups.about_group([*ours, *(f for f in around if f.place.segment not in ("ISA", "IEA"))])
        if part.last and taken:
            batch.claims.end()
        return result

    def _around(self, item: Transaction, batch: Batch) -> list[Finding]:
        """What was found around the transaction; the interchange is answered at its first one."""
        found, self.loose = self.loose, []
        found = [f for f in found if f.place.interchange == item.interchange.control]
        if self.open is None or self.open.item.interchange is not item.interchange:
            batch.interchanges.answer(
                item.interchange, (f for f in found if f.place.group is None or f.place.segment in ("ISA", "IEA"))
            )
        if self.open is None or self.open.item is not item:
            self.open = _Open(item)
        return found

    def _release(self, batch: Batch, item: Transaction, made: Cut, result: Checked, wants: Wants) -> Checked:
        """Every block of a part, claims to where they belong."""
        assert self.open is not None
        chain, clean = self.open.chain, frozenset() if self.faulty else frozenset(result.clean)
        rank = self.options.hold_on.rank
        serious = [f for f in result.findings if f.severity.rank <= rank and f.place.segment_in_transaction is not None]
        owners, extra, extra_charge = made.owners(serious), list[Finding](), 0
        if made.lead and self.last is not None:
            self.last(made.lead)
        for number, block in enumerate(made.blocks):
            blamed = owners.get(number, [])
            if block.kind == CLAIM:
                raw, name = made.raw(block), made.names[number]
                held = block.at not in clean
                copy = self._copy(made, block, name, chain, wants)
                if copy is not None:
                    blamed = [*blamed, copy]
                    extra.append(copy)
                    extra_charge += 0 if held else charge_of(raw, item) or 0
                self._claim(batch, item, made, block, name, blamed, held or copy is not None)
                if copy is not None and not held:
                    result = evolve(result, held=result.held + 1)
            elif block.kind == END:
                batch.clean.end(item, made.raw(block))
                batch.held.end(item, made.raw(block))
            else:
                self._level(item, made, block, blamed)
        if not extra:
            return result
        findings = sorted((*result.findings, *extra), key=lambda f: f.place.segment_index)
        batch.entry.duplicates += len(extra)
        return evolve(result, findings=tuple(findings), held_charge=result.held_charge + extra_charge)

    def _level(self, item: Transaction, made: Cut, block: Block, blamed: list[Finding]) -> None:
        assert self.open is not None
        raw, chain = made.raw(block), self.open.chain
        if block.kind == LEVEL:
            level = Level.of(raw, block.first, block.segments, item)
        else:
            level = Level(raw, block.first, block.segments)
        while chain and chain[-1].depth >= level.depth:
            chain.pop()
        level.blamed += blamed
        chain.append(level)
        self.last = level.more

    def _claim(
        self, batch: Batch, item: Transaction, made: Cut, block: Block, name: str, blamed: list[Finding], held: bool
    ) -> None:
        assert self.open is not None
        raw, chain = made.raw(block), self.open.chain
        charge = charge_of(raw, item)
        sink: Sink = batch.held if held else batch.clean
        sink.claim(item, chain, raw, block.segments, charge or 0)
        (batch.entry.held if held else batch.entry.clean).take(charge)
        self.last = sink.more
        statuses: tuple[Status, ...] = ()
        if held:
            above = [finding for level in chain for finding in level.blamed]
            statuses = acknowledgements().statuses([*above, *blamed]) or (REJECTED,)
        batch.claims.claim(item, chain, raw, name, charge, statuses)

    def _copy(self, made: Cut, block: Block, name: str, chain: list[Level], wants: Wants) -> Finding | None:
        """A finding where the claim stood before in this run, for the same patient of the same provider."""
        if not self.seen.seen(digest((*(level.body for level in chain[1:]), made.raw(block)))):
            return None
        place = made.part.place(block.first - made.part.before, 1, loop="2300")
        found = faults.CLAIM_COPY.at(place, claim=name or None)
        return found if wants(found) else None
