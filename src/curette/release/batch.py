"""One input file on its way out: two 837P files, three answers, and the transactions that were not taken."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

from attrs import define, field

from curette import private
from curette.findings import Finding, Severity
from curette.release.blocks import charges
from curette.release.claims import ClaimAnswers
from curette.release.files import Outgoing, write
from curette.release.implementation import GroupAnswers
from curette.release.interchange import InterchangeAnswers
from curette.release.manifest import Amount, Input, output, reason
from curette.release.numbers import Counter, Kept, Numbers, Renewed
from curette.release.split import Sink
from curette.x12.delimiters import Delimiters
from curette.x12.transaction import Group, Interchange, Transaction, Unread

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
    _envelopes: tuple[Interchange, Group] | None = None  # of what was refused last

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
        claims = part.delimiters if part.kind.startswith("837") else None
        if self.rejecting is None:
            self._begin_rejected().write(item.interchange.head + item.group.head)
            self._count_around(item, claims)
        self._copy(_bytes(item, part), claims)
        if not part.last:
            return
        self._copy([item.gap], claims)
        self._copy([item.group.tail + item.interchange.tail])
        told = _reasons(reasons)
        if item.kind != "837P":
            told = [{"rule": None, "message": f"{item.kind} is not released, only 837P claims are"}, *told]
        if fault:
            told.append({"rule": None, "message": f"a fault of curette: {fault}"})
        self._end_rejected(told, item.interchange.control, item.group.control, item.control, item.kind)

    def give_up(self, item: Unread) -> None:
        """Bytes in no transaction, as they stand there, with why; claims are counted where delimiters are known."""
        interchange = item.interchange
        self._begin_rejected()
        data = _read(item.stream, item.offset, item.end)
        self._copy(data, interchange.delimiters if interchange is not None else None)
        told = _reasons(item.findings) or [{"rule": None, "message": "what follows a segment without an end"}]
        self._end_rejected(told, interchange.control if interchange is not None else None)

    def _begin_rejected(self) -> Outgoing:
        self.rejecting, self._refused = Outgoing(self.folder / "rejected"), Amount()
        return self.rejecting

    def _copy(self, data: Iterable[bytes], delimiters: Delimiters | None = None) -> None:
        """Into the file of what is not taken; claims are counted where `delimiters` are those of an 837P."""
        out = self.rejecting
        assert out is not None

        def written() -> Iterator[bytes]:
            for piece in data:
                out.write(piece)
                yield piece

        if delimiters is None:
            deque(written(), 0)
        else:
            for charge in charges(written(), delimiters):
                self._refused.take(charge)

    def _count_around(self, item: Transaction, delimiters: Delimiters | None) -> None:
        """Claims before, between and after transactions count in the first file of those that show their envelope."""
        before, self._envelopes = self._envelopes, (item.interchange, item.group)
        if delimiters is None:
            return
        inside = before is not None and before[0] is item.interchange
        data = [] if inside else [item.interchange.head]
        data += [] if before is not None and before[1] is item.group else [item.group.head, item.group.tail]
        for charge in charges(data, delimiters):
            self._refused.take(charge)

    def _end_rejected(
        self,
        told: list[dict[str, Any]],
        interchange: str | None,
        group: str | None = None,
        transaction: str | None = None,
        kind: str | None = None,
    ) -> None:
        assert self.rejecting is not None
        name = f"{len(self.entry.refusals) + 1:04d}"
        written = self.rejecting.finish(self.folder / "rejected" / f"{name}.edi")
        self.rejecting = None
        lines = (f"{t['rule'] or ''} {_place(t)}{t['message']}".strip() + "\n" for t in told)
        write(self.folder / "rejected" / f"{name}.txt", "".join(lines).encode("utf-8"))
        self.entry.rejected.add(self._refused)
        record = output(written, self.entry.folder, self._refused)
        control = {"interchange": interchange, "group": group, "transaction": transaction}
        self.entry.refusals.append({**record, **control, "kind": kind, "reasons": told})

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
            private.sync(self.folder)

    def drop(self) -> None:
        """Give everything up that is not finished."""
        for out in (*self.outs.values(), self.rejecting):
            if out is not None:
                out.drop()


def _reasons(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Each once; no warnings where there are errors."""
    once = {(f.rule.id, f.place.segment_index, f.place.element): f for f in findings}.values()
    return [reason(f) for f in once if f.severity is Severity.ERROR] or [reason(f) for f in once]


def _place(told: dict[str, object]) -> str:
    return f"segment {told['segment_index']}, byte {told['offset']}: " if "offset" in told else ""


def _bytes(item: Transaction, part: Transaction) -> Iterator[bytes]:
    """The exact bytes of a part; of a transaction without SE, all up to where reading went on."""
    if part.complete or item.stream is None:
        yield part.raw
        return
    yield from _read(item.stream, item.offset, item.end)


def _read(stream: BinaryIO, at: int, end: int) -> Iterator[bytes]:
    while at < end:
        stream.seek(at)
        data = stream.read(min(_CHUNK, end - at))
        if not data:
            return
        yield data
        at += len(data)
