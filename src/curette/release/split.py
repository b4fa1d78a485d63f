"""Claims into an 837P of their own: envelopes, head and the levels above them are written when a claim needs them.

A claim's bytes and those of its levels are copied. Changed are only what the hierarchy asks for (HL01, HL02, HL04, and
SBR02 of a subscriber whose own claims go elsewhere), the counts in SE, GE and IEA, and - where that is asked for -
control numbers. HL04 is not known before what follows is, so
it is written as 0 and put right in place when a level below is kept.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache

from attrs import define, field

from curette.codes.acknowledgements import Status
from curette.release.blocks import elements
from curette.release.files import Outgoing
from curette.release.numbers import Numbers
from curette.x12.transaction import Group, Interchange, Transaction

_DEPTH = {"20": 1, "22": 2, "23": 3}  # HL03 to how deep below the head


@define(eq=False)
class Level:
    """The head of a transaction (depth 0) or a level of its hierarchy, with all segments before the next block."""

    raw: bytes
    segments: int
    depth: int = 0
    statuses: tuple[Status, ...] = ()  # what holds the claims below it
    body: bytes = b""  # without the HL segment, which only numbers it
    number: str | None = ""  # HL01 as it was told
    parent: bool = True  # says that a level follows below it
    claims: bool = False  # has claims of its own

    @classmethod
    def below(cls, chain: list["Level"], raw: bytes, segments: int, transaction: Transaction) -> "Level":
        """The level that an HL segment opens below those of `chain`, of which those that it ends are taken off.

        HL03 says which these are. Where it is none that the guide knows HL02 does; and where it leaves no level that
        may have this one below it, one that HL02 names, and whose HL04 is 1, is not torn from it.
        """
        _, number, above, sort, child = elements(raw, transaction.delimiters, 5)[:5]
        named = next((at for at in reversed(range(len(chain))) if chain[at].number == above), None)
        depth = _DEPTH.get(sort) or (3 if named is None else chain[named].depth + 1)
        kept = next((at for at, level in enumerate(chain) if level.depth >= depth), len(chain))
        fits = kept and chain[kept - 1].depth == depth - 1 and chain[kept - 1].parent
        if not fits and named is not None and chain[named].parent:
            kept = max(kept, named + 1)
        del chain[kept:]
        body = raw.partition(transaction.delimiters.segment.encode("latin-1"))[2]
        return cls(raw, segments, depth, body=body, number=number or None, parent=child == "1")

    def more(self, data: bytes) -> None:
        """What stands behind it in the next part."""
        self.raw += data


def put(raw: bytes, transaction: Transaction, values: Mapping[int, str]) -> tuple[bytes, int]:
    """`raw` with other elements in its first segment, and where the last of `values` stands in it now."""
    d = transaction.delimiters
    mark, term = d.element.encode("latin-1"), d.segment.encode("latin-1")
    end = raw.find(term) % (len(raw) + 1)  # the last segment of a file may lack it
    parts = raw[:end].split(mark)
    parts += [b""] * (max(values, default=0) + 1 - len(parts))
    for number, value in values.items():
        if parts[number].strip(b"\r\n") != value.encode():
            parts[number] = value.encode()
    place = sum(len(part) + 1 for part in parts[: max(values, default=0)])
    return mark.join(parts) + raw[end:], place


def _for_others(raw: bytes, transaction: Transaction) -> bytes:
    """A subscriber's level without his own claims: he is not the patient of those below it (SBR02 18)."""
    d = transaction.delimiters
    found = _self(d.element.encode("latin-1"), d.segment.encode("latin-1")).search(raw)
    return raw if found is None else raw[: found.end("before")] + (found["mark"] or b"") + raw[found.end("self") :]


@cache
def _self(mark: bytes, term: bytes) -> re.Pattern[bytes]:
    mark, term = re.escape(mark), re.escape(term)
    before = rb"(?P<before>" + term + rb"[\r\n]*SBR" + mark + b"[^" + mark + term + b"]*)"
    return re.compile(before + rb"(?P<self>" + mark + rb"18)(?=(?P<mark>" + mark + b")|" + term + b")")


def trailer(raw: bytes, transaction: Transaction, count: int, control: str) -> bytes:
    """SE, GE or IEA with its count and control number; a count that was right stays as it was written."""
    told = elements(raw, transaction.delimiters, 2)[1]
    same = len(told) < 11 and told.isascii() and told.isdigit() and int(told) == count
    return put(raw, transaction, {1: told if same else str(count), 2: control})[0]


@define(eq=False)
class Sink:
    """One outgoing 837P. Nothing is written before the first claim, so a sink without claims leaves no file."""

    out: Outgoing
    numbers: Numbers
    most: int | None = None  # claims in an ST
    _interchange: Interchange | None = None
    _group: Group | None = None
    _open: Transaction | None = None  # whose ST is open
    _first: Transaction | None = None  # any transaction of the interchange, for its delimiters
    _groups: int = 0
    _sets: int = 0
    _segments: int = 0
    _within: int = 0  # claims in the open ST
    _levels: list[tuple[Level, int, int]] = field(factory=list)  # written: the level, its HL01, where its HL04 is
    _hl: int = 0
    _isa: str = ""  # ISA13, GS06 and ST02 as written
    _gs: str = ""
    _control: str = ""

    def claim(self, transaction: Transaction, chain: Sequence[Level], raw: bytes, segments: int) -> None:
        """One more claim, below the levels of its `chain`, the head first."""
        if self._open is not None and self.most and self._within >= self.most:
            self._close_split(chain[0])
        if self._open is None:
            self._begin(transaction, chain[0])
        self._above(transaction, chain)
        self.out.write(raw)
        self._segments += segments
        self._within += 1

    def more(self, raw: bytes) -> None:
        """What stands behind the claim written last."""
        self.out.write(raw)

    def end(self, transaction: Transaction, raw: bytes) -> None:
        """SE of the transaction, with the bytes up to the next segment."""
        if self._open is transaction:
            self._end_set(raw + transaction.gap)

    def close(self) -> None:
        """No further claim comes."""
        self._close_interchange()

    # -- envelopes

    def _begin(self, transaction: Transaction, head: Level) -> None:
        if transaction.interchange is not self._interchange:
            self._close_interchange()
            self._interchange, self._first = transaction.interchange, transaction
            self._isa = self.numbers.interchange(transaction.interchange.control)
            self.out.write(put(transaction.interchange.head, transaction, {13: self._isa})[0])
        if transaction.group is not self._group:
            self._close_group()
            self._group = transaction.group
            self._groups += 1
            self._gs = self.numbers.group(transaction.group.control, self._groups)
            self.out.write(put(transaction.group.head, transaction, {6: self._gs})[0])
        self._sets += 1
        self._control = self.numbers.transaction(transaction.control, self._sets)
        self._open, self._within, self._segments, self._hl = transaction, 0, head.segments, 0
        self._levels = [(head, 0, -1)]
        self.out.write(put(head.raw, transaction, {2: self._control})[0])

    def _close_split(self, head: Level) -> None:
        """SE between two ST of what was one: in the delimiters of the transaction, parted as its head is."""
        d = self._opened.delimiters
        parted = head.raw.rpartition(d.segment.encode("latin-1"))[2]
        self._end_set(f"SE{d.element}0{d.element}0{d.segment}".encode("latin-1") + parted)

    @property
    def _opened(self) -> Transaction:
        assert self._open is not None
        return self._open

    def _end_set(self, raw: bytes) -> None:
        self.out.write(trailer(raw, self._opened, self._segments + 1, self._control))
        self._open = None

    def _close_group(self) -> None:
        if self._group is not None and self._first is not None:
            self.out.write(trailer(self._group.tail, self._first, self._sets, self._gs))
        self._group, self._sets = None, 0

    def _close_interchange(self) -> None:
        self._close_group()
        if self._interchange is not None and self._first is not None:
            self.out.write(trailer(self._interchange.tail, self._first, self._groups, self._isa))
        self._interchange, self._groups = None, 0

    # -- levels

    def _above(self, transaction: Transaction, chain: Sequence[Level]) -> None:
        """Write the levels of `chain` that are not the open ones; those that ended are forgotten."""
        written = self._levels
        same = 0
        while same < min(len(chain), len(written)) and written[same][0] is chain[same]:
            same += 1
        del written[same:]
        for number, level in enumerate(chain[same:], same + 1):
            self._hl += 1
            parent = written[-1]
            if parent[2] >= 0:
                self.out.patch(parent[2], b"1")
            above = str(parent[1]) if parent[1] else ""
            others = level.claims and number < len(chain)  # his own come first, so they are not here
            raw = _for_others(level.raw, transaction) if others else level.raw
            raw, child = put(raw, transaction, {1: str(self._hl), 2: above, 4: "0"})
            written.append((level, self._hl, self.out.size + child))
            self.out.write(raw)
            self._segments += level.segments
