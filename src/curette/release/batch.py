"""One input file on its way out: two 837P files, three answers, and the transactions that were not taken."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path

from attrs import define, field

from curette.findings import Finding, Severity
from curette.release.blocks import CLAIM, cut
from curette.release.claims import ClaimAnswers
from curette.release.files import Outgoing, sync, write
from curette.release.implementation import GroupAnswers
from curette.release.interchange import InterchangeAnswers
from curette.release.manifest import Amount, Input, output, reason
from curette.release.numbers import Counter, Kept, Numbers, Renewed
from curette.release.split import Sink
from curette.x12.transaction import Transaction

CLEAN, HELD, GROUPS, CLAIMS, INTERCHANGES = "clean.837", "held.837", "999.edi", "277ca.edi", "ta1.edi"
NAMES = (CLEAN, HELD, GROUPS, CLAIMS, INTERCHANGES)
_CHUNK = 1 << 20


@define(eq=False)
class Batch:
    """Everything that is written for one input."""

    entry: Input
    folder: Path
    outs: dict[str, Outgoing]
    clean: Sink
    held: Sink
    groups: GroupAnswers
    claims: ClaimAnswers
    interchanges: InterchangeAnswers
    rejecting: Outgoing | None = None
    _refused: Amount = field(factory=Amount)

    @classmethod
    def begin(cls, entry: Input, root: Path, day: date, most: int | None, counter: Counter | None) -> "Batch":
        """Nothing is on disk yet."""
        folder = root / entry.folder
        outs = {name: Outgoing(folder) for name in NAMES}

        def numbers(name: str) -> Numbers:
            return Kept(most is not None) if counter is None else Renewed(counter, f"{entry.folder}/{name}")

        return cls(
            entry, folder, outs,
            Sink(outs[CLEAN], numbers(CLEAN), most), Sink(outs[HELD], numbers(HELD), most),
            GroupAnswers.into(outs[GROUPS], numbers(GROUPS), day),
            ClaimAnswers.into(outs[CLAIMS], numbers(CLAIMS), day),
            InterchangeAnswers(outs[INTERCHANGES], numbers(INTERCHANGES), day),
        )  # fmt: skip

    # -- transactions that are not taken

    def reject(self, item: Transaction, part: Transaction, reasons: Sequence[Finding], fault: str) -> None:
        """A whole transaction (or the next part of it) as it stands in its envelope, with why."""
        if self.rejecting is None:
            self.rejecting, self._refused = Outgoing(self.folder / "rejected"), Amount()
            self.rejecting.write(item.interchange.head + item.group.head)
        for data in _bytes(item, part):
            self.rejecting.write(data)
        if part.kind == "837P" and part.complete:
            made = cut(part)
            for block, charge in zip(made.blocks, made.charges, strict=True):
                if block.kind == CLAIM:
                    self._refused.take(charge)
        if part.last:
            self._end_rejected(item, reasons, fault)

    def _end_rejected(self, item: Transaction, reasons: Sequence[Finding], fault: str) -> None:
        assert self.rejecting is not None
        self.rejecting.write(item.gap + item.group.tail + item.interchange.tail)
        name = f"{len(self.entry.refusals) + 1:04d}"
        written = self.rejecting.finish(self.folder / "rejected" / f"{name}.edi")
        self.rejecting = None
        once = {(f.rule.id, f.place.segment_index, f.place.element): f for f in reasons}.values()
        told = [reason(f) for f in once if f.severity is Severity.ERROR] or [reason(f) for f in once]
        if item.kind != "837P":
            told = [{"rule": None, "message": f"{item.kind} is not released, only 837P claims are"}, *told]
        if fault:
            told.append({"rule": None, "message": f"a fault of curette: {fault}"})
        lines = (f"{t['rule'] or ''} {_place(t)}{t['message']}".strip() + "\n" for t in told)
        write(self.folder / "rejected" / f"{name}.txt", "".join(lines).encode("utf-8"))
        self.entry.rejected.add(self._refused)
        record = output(written, self.entry.folder, self._refused)
        control = {"interchange": item.interchange.control, "group": item.group.control, "transaction": item.control}
        self.entry.refusals.append({**record, **control, "kind": item.kind, "reasons": told})

    # -- the end

    def finish(self) -> None:
        """Put everything in place; what a run before left and this one does not write is removed."""
        for closing in (self.clean, self.held, self.groups, self.claims):
            closing.close()
        amounts = {CLEAN: self.entry.clean, HELD: self.entry.held}
        for name, out in self.outs.items():
            if out.size:
                written = out.finish(self.folder / name)
                self.entry.outputs.append(output(written, self.entry.folder, amounts.get(name)))
            else:
                (self.folder / name).unlink(missing_ok=True)
        kept = {Path(refusal["file"]).stem for refusal in self.entry.refusals}
        rejected = self.folder / "rejected"
        for left in rejected.glob("[0-9]*.*"):
            if left.stem not in kept:
                left.unlink()
        if not kept:
            with suppress(OSError):
                rejected.rmdir()
        if self.folder.is_dir():
            sync(self.folder)

    def drop(self) -> None:
        """Give everything up that is not finished."""
        for out in (*self.outs.values(), self.rejecting):
            if out is not None:
                out.drop()


def _place(told: dict[str, object]) -> str:
    return f"segment {told['segment_index']}, byte {told['offset']}: " if "offset" in told else ""


def _bytes(item: Transaction, part: Transaction) -> Iterator[bytes]:
    """The exact bytes of a part; of a transaction without SE, all up to where reading went on."""
    if part.complete or item.stream is None:
        yield part.raw
        return
    left, at = item.end - item.offset, item.offset
    while left > 0:
        item.stream.seek(at)
        data = item.stream.read(min(_CHUNK, left))
        if not data:
            return
        yield data
        left -= len(data)
        at += len(data)
