"""The blocks of a transaction on their way: levels are remembered, claims go where what holds them sends them."""

from collections.abc import Callable, Iterable, Sequence

from attrs import define, evolve, field

from curette.checks.results import Checked
from curette.codes.acknowledgements import REJECTED, Status, acknowledgements
from curette.findings import Finding, Severity
from curette.release.batch import Batch
from curette.release.blocks import CLAIM, END, LEVEL, Block, Cut
from curette.release.duplicates import Seen, digest
from curette.release.split import Level
from curette.x12 import faults
from curette.x12.transaction import Transaction

Wants = Callable[[Finding], bool]


@define(eq=False)
class Walk:
    """One transaction after the other, each in its parts."""

    seen: Seen
    hold_on: Severity
    item: Transaction | None = None
    chain: list[Level] = field(factory=list)  # the head, and the levels that are open below it
    last: Callable[[bytes], object] | None = None  # takes what stands behind the block written last
    faulty: bool = False  # a part ended in a fault of ours: what follows cannot be told from what is held

    def begin(self, item: Transaction) -> None:
        """Another transaction."""
        self.item, self.chain, self.last, self.faulty = item, [], None, False

    def take(self, batch: Batch, made: Cut, result: Checked, wants: Wants) -> Checked:
        """Every block of a part; the result tells of claims that stand twice, too."""
        self.faulty = self.faulty or (result.fault is not None and result.fault.whole)
        clean = frozenset() if self.faulty else frozenset(result.clean)
        rank = self.hold_on.rank
        serious = [
            f
            for f in result.findings
            if f.open and f.severity.rank <= rank and f.place.segment_in_transaction is not None
        ]
        owners, copies, more, charge = made.owners(serious), list[Finding](), 0, 0
        if made.lead and self.last is not None:
            self.last(made.lead)
        for number, block in enumerate(made.blocks):
            blamed = owners.get(number, [])
            if block.kind == CLAIM:
                held = block.at not in clean
                copy = self._copy(made, number, wants, held)
                if copy is not None:
                    copies.append(copy)
                    more += not held
                    charge += 0 if held else made.charges[number] or 0
                    blamed = [*blamed, copy]
                self._claim(batch, made, number, blamed, held or copy is not None)
            elif block.kind == END:
                for sink in (batch.clean, batch.held):
                    sink.end(self._open, made.raw(block))
            else:
                self._level(made, block, blamed)
        if not copies:
            return result
        batch.entry.duplicates += len(copies)
        findings = tuple(sorted((*result.findings, *copies), key=lambda f: f.place.segment_index))
        copied = {f.place.segment_in_transaction for f in copies}
        left = tuple(b.at for b in made.blocks if b.at in clean and b.first + 1 not in copied)
        return evolve(
            result, findings=findings, clean=left, held=result.held + more, held_charge=result.held_charge + charge
        )

    @property
    def _open(self) -> Transaction:
        assert self.item is not None
        return self.item

    def _level(self, made: Cut, block: Block, blamed: Sequence[Finding]) -> None:
        raw, chain, item = made.raw(block), self.chain, self._open
        if block.kind == LEVEL:
            level = Level.below(chain, raw, block.segments, item)
        else:
            level = Level(raw, block.segments)
            chain.clear()
        level.statuses = _statuses(made, block, blamed)
        chain.append(level)
        self.last = level.more

    def _claim(self, batch: Batch, made: Cut, number: int, blamed: Sequence[Finding], held: bool) -> None:
        block, name, charge = made.blocks[number], made.names[number], made.charges[number]
        raw, sink = made.raw(block), batch.held if held else batch.clean
        if self.chain:
            self.chain[-1].claims = True
        sink.claim(self._open, self.chain, raw, block.segments)
        (batch.entry.held if held else batch.entry.clean).take(charge)
        self.last = sink.more
        statuses: tuple[Status, ...] = ()
        if held:
            told = [status for level in self.chain for status in level.statuses]
            statuses = tuple(dict.fromkeys([*told, *_statuses(made, block, blamed)])) or (REJECTED,)
        batch.claims.claim(self._open, self.chain, raw, name, charge, statuses)

    def _copy(self, made: Cut, number: int, wants: Wants, held: bool) -> Finding | None:
        """A finding where the claim stood before in this run, for the same patient of the same provider.

        One that nothing else holds goes out where those before it were held: for what their transaction was sent with.
        """
        block, name = made.blocks[number], made.names[number]
        key = digest((*(level.body for level in self.chain[1:]), made.raw(block)))
        if not self.seen.seen(key, clean=not held):
            return None
        place = made.part.place(block.first - made.part.before, 1, loop="2300")
        found = faults.CLAIM_COPY.at(place, claim=name or None)
        return found if wants(found) else None


def _statuses(made: Cut, block: Block, blamed: Iterable[Finding]) -> tuple[Status, ...]:
    """What findings on a block make of the claims that depend on it."""
    return tuple(acknowledgements().status(f, "" if f.place.loop else made.role(block, f)) for f in blamed)
