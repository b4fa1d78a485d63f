"""One transaction (ST to SE) with the envelope it came in: the unit of work, cheap to pickle."""

from array import array
from collections.abc import Iterator
from typing import BinaryIO

from attrs import define, evolve, field

from curette._records import record
from curette.errors import InputError
from curette.findings import Finding, Place, Severity, shape
from curette.x12 import kinds, parts, tokens
from curette.x12.delimiters import Delimiters
from curette.x12.source import Wrap

_TAIL = 1 << 10  # bytes at the end that are looked at first: few payments have more than some PLB
# what stands where an identifier should may be half a name, so only these are ever shown
_IDENTIFIERS = frozenset(
    """
    ISA IEA GS GE ST SE TA1 BHT BPR TRN CUR REF DTM DTP N1 N2 N3 N4 PER RDM NM1 HL PRV SBR PAT DMG CLM CL1 PWK CN1 AMT
    K3 NTE CR1 CR2 CR3 CR4 CR5 CR6 CR8 CRC HI HCP LX SV1 SV2 SV3 SV4 SV5 SV6 SV7 QTY MEA PS1 LIN CTP SVD CAS LQ FRM OI
    MIA MOA TS2 TS3 CLP SVC PLB LS LE UC TOO DN1 DN2 DSB UR
    """.split()  # noqa: SIM905 - a table to read
)


def shown(identifier: str) -> str:
    """A segment identifier as a finding may show it."""
    return identifier if identifier in _IDENTIFIERS or not identifier else shape(identifier)


@record
class Interchange:
    """ISA: who sent it to whom, when (YYMMDDHHMM), and its control number (ISA13)."""

    control: str
    sender_qualifier: str
    sender: str
    receiver_qualifier: str
    receiver: str
    created: str
    version: str
    usage: str
    delimiters: Delimiters
    head: bytes = b""  # exact bytes from ISA to the first GS
    tail: bytes = b""  # exact bytes of IEA and what follows it up to the next interchange


@record
class Group:
    """GS: functional group; `version` (GS08) names the implementation guide."""

    control: str
    code: str
    sender: str
    receiver: str
    created: str
    version: str
    head: bytes = b""  # exact bytes from GS to the first ST
    tail: bytes = b""  # exact bytes of GE up to the next segment


@define
class Unread:
    """Bytes of a file that are in no transaction, though claims may stand there: an interchange whose ISA cannot be
    read, text outside any, a group or interchange in which no transaction begins. Whoever wants them reads `stream`
    from `offset` to `end`, before the next item is asked for.
    """

    file: str
    stream: BinaryIO = field(eq=False, repr=False)
    offset: int
    end: int
    findings: tuple[Finding, ...]  # why, which are told besides; empty where an earlier one says it
    interchange: Interchange | None = None  # None where its delimiters are not known


@define
class Transaction:
    """ST to SE, or - where one ST is very long - a part of it that holds whole claims, with what came above it.

    `raw` is exact bytes. `context` are bytes of earlier segments that a part needs to be understood (header, open
    loops); `before` counts the transaction's segments that precede `raw`. A whole transaction has none of them.
    """

    file: str
    interchange: Interchange
    group: Group
    code: str  # ST01
    control: str  # ST02
    version: str  # ST03, or GS08 where ST03 is absent
    raw: bytes = field(repr=False)
    offset: int  # of raw in the file
    first_segment: int  # 1-based ordinal of ST in the file
    count: int  # segments in raw
    findings: tuple[Finding, ...] = ()
    refused: bool = False  # its envelope, or one around it, is damaged
    context: bytes = field(default=b"", repr=False)
    before: int = 0
    level: int = 0  # number of the last HL before raw
    levels: int = 0  # how many HL are before raw
    last: bool = True  # raw ends with SE
    complete: bool = True  # the SE was found; else only its ST is at hand
    gap: bytes = b""  # what stands between SE and the next segment
    wrap: Wrap | None = None  # the file is broken into lines of equal width; offsets are mapped back
    between: bytes | None = None  # what stands between segments, where it is the same everywhere
    stream: BinaryIO | None = field(default=None, eq=False, repr=False)  # of one too long for `raw`, or without SE
    end: int = 0  # where such a transaction ends in `stream`: its SE, or what stands where that should
    _offsets: "array[int] | None" = field(default=None, init=False, eq=False, repr=False)

    @property
    def kind(self) -> str:
        """ "837P", "835", "837I", "999", ..."""
        return kinds.kind(self.code, self.version)

    @property
    def remittance(self) -> bool:
        """Whether it is an 835, of any release: where ST01 is damaged, the guide it names says so."""
        return self.kind.startswith("835")

    @property
    def readable(self) -> bool:
        """Whether curette reads this kind and version."""
        return self.version in kinds.READ.get(self.kind, ())

    @property
    def delimiters(self) -> Delimiters:
        """Of the interchange."""
        return self.interchange.delimiters

    def parts(self) -> "Iterator[Transaction]":
        """The transaction itself, or - where it is too long for that - parts of it that hold whole claims."""
        if self.stream is None:
            yield self
        elif not self.complete:  # it has no end, so nothing of it is read
            yield evolve(self, stream=None)
        elif self.stream.closed:
            raise InputError(self.file, "is closed: take a long transaction before the next is asked for", self.offset)
        else:
            yield from parts.cut(self, self.stream, self.end)

    def head_blocks(self) -> Iterator[list[str]]:
        """`blocks` of the beginning."""
        return next(self.parts()).blocks()

    def tail_segments(self, identifier: str) -> list[str]:
        """The last segments: at least all that follow the last one that is neither `identifier` nor SE."""
        size = _TAIL
        while True:
            raw = self._tail(size)
            cut = 1 if len(raw) == size else 0  # the first may not be whole
            segments = tokens.split(raw, self.delimiters, None)[cut:]
            wanted = (identifier, "SE")
            if len(raw) < size or any(s.partition(self.delimiters.element)[0] not in wanted for s in segments):
                return segments
            size *= 4

    def _tail(self, size: int) -> bytes:
        if self.stream is None:
            return self.raw[-size:]
        self.stream.seek(max(self.offset, self.end - size))
        return self.stream.read(min(size, self.end - self.offset))

    def segments(self) -> list[str]:
        """The clean text of each segment of `raw`, without terminators and line breaks."""
        return tokens.split(self.raw, self.delimiters, self.between)

    def blocks(self) -> Iterator[list[str]]:
        """The same as `segments`, in small lists: what the readers walk over."""
        return tokens.blocks(self.raw, self.delimiters, self.between)

    @property
    def hanging(self) -> bool:
        """Whether a segment may end with a separator."""
        d = self.delimiters
        return self.between is None or (d.element + d.segment).encode("latin-1") in self.raw

    def context_segments(self) -> list[str]:
        """The segments of `context`."""
        return tokens.split(self.context, self.delimiters, None)

    def starts(self) -> "array[int]":
        """The offset in `raw` of each segment and of the end; counted once, and only when asked."""
        if self._offsets is None:
            self._offsets = tokens.starts(self.raw, self.delimiters, self.between)
        return self._offsets

    def place(
        self, index: int, element: int | None = None, component: int | None = None, loop: str | None = None
    ) -> Place:
        """Where segment `index` (0-based into `segments()`) is in the file. Worked out only when asked."""
        starts = self.starts()
        index = min(max(index, 0), len(starts) - 2)
        raw = self.raw[starts[index] : starts[index + 1]]
        body = raw.split(self.delimiters.segment.encode("latin-1"), 1)[0].rstrip(tokens.BLANKS)
        identifier = tokens.decode(body).replace("\r", "").replace("\n", "").partition(self.delimiters.element)[0]
        return Place(
            file=self.file,
            interchange=self.interchange.control,
            group=self.group.control,
            transaction=self.control,
            segment_index=self.first_segment + self.before + index,
            segment_in_transaction=self.before + index + 1,
            segment=shown(identifier),
            loop=loop,
            element=element,
            component=component,
            offset=self.wrap.offset(self.offset + starts[index]) if self.wrap else self.offset + starts[index],
            length=len(body),
        )

    def bytes_of(self, start: int, stop: int) -> bytes:
        """The exact bytes of segments `start` to `stop` (0-based, half open) up to the terminator of the last one."""
        starts = self.starts()
        begin, end = starts[start], starts[min(stop, len(starts) - 1)]
        return self.raw[begin : self.raw.rfind(self.delimiters.segment.encode("latin-1"), begin, end) + 1]

    def with_findings(self, *findings: Finding) -> "Transaction":
        """The same transaction with more faults; an error makes it refused."""
        if not findings:
            return self
        refused = self.refused or any(f.severity is Severity.ERROR for f in findings)
        ordered = sorted((*self.findings, *findings), key=lambda f: f.place.segment_index)
        return evolve(self, findings=tuple(ordered), refused=refused)
