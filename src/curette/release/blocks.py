"""A claim transaction cut where its claims are: head, levels (HL), claims (CLM) and end (SE), as ranges of its bytes.

Every byte from the first segment on belongs to exactly one block, so that writing all blocks again gives what was read.
Nothing is judged here: a claim that no reader could take is a block like any other.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise

from attrs import define, field

from curette import money
from curette._records import record
from curette.checks import guide
from curette.findings import Finding
from curette.x12 import tokens
from curette.x12.characters import SEGMENT_LIMIT
from curette.x12.delimiters import Delimiters
from curette.x12.transaction import Transaction

HEAD, LEVEL, CLAIM, END = "head", "HL", "CLM", "SE"
_PARTYLESS = ("LX", "SV1", "SBR", "SVD", "LIN")  # what ends the party before it
_HEADS = {LEVEL: LEVEL, CLAIM: CLAIM, END: END}


@record
class Block:
    """Bytes `at` to `stop` of the part's `raw`; `first` is the index of its first segment in the transaction."""

    kind: str
    at: int
    stop: int
    first: int
    segments: int  # how many


@define
class Cut:
    """A part of a transaction with its blocks, in order."""

    part: Transaction
    blocks: list[Block]
    names: list[str] = field(factory=list)  # CLM01 of each block, empty where it is no claim
    charges: list[int | None] = field(factory=list)  # CLM02 in cents, None where it is none

    @property
    def lead(self) -> bytes:
        """What stands before the first segment: the line break after the last one of the part before."""
        return self.part.raw[: self.blocks[0].at] if self.blocks else b""

    def raw(self, block: Block) -> bytes:
        """The exact bytes of a block, with what stands between it and the next."""
        return self.part.raw[block.at : block.stop]

    def role(self, block: Block, finding: Finding) -> str:
        """NM101 of the party of the block in which a finding stands; empty outside any."""
        d, role = self.part.delimiters, ""
        last = (finding.place.segment_in_transaction or 0) - block.first
        for text in tokens.split(self.raw(block), d, None)[:last]:
            name, _, rest = text.partition(d.element)
            role = rest.partition(d.element)[0] if name == "NM1" else "" if name in _PARTYLESS else role
        return role

    def owners(self, findings: Iterable[Finding]) -> dict[int, list[Finding]]:
        """Findings by the block (its number) that they blame.

        What a claim or level ended without is told at the segment after it; it is theirs all the same.
        """
        firsts = [block.first for block in self.blocks]
        found: dict[int, list[Finding]] = {}
        for finding in findings:
            at = (finding.place.segment_in_transaction or 0) - 1 - guide.ended(finding)
            found.setdefault(max(bisect_right(firsts, at) - 1, 0), []).append(finding)
        return found


def cut(part: Transaction) -> Cut:
    """The blocks of an 837P transaction, or of a part of one."""
    found = list(_found(part))
    if not found or (found[0][1] > 0 and not part.before):
        found.insert(0, (HEAD, 0, part.before))
    ends = [*found[1:], ("", len(part.raw), part.before + part.count)]
    blocks = [Block(kind, at, ends[i][1], first, ends[i][2] - first) for i, (kind, at, first) in enumerate(found)]
    made = Cut(part, blocks)
    for block in blocks:
        _, name, charge = elements(made.raw(block), part.delimiters, 3)[:3] if block.kind == CLAIM else ("", "", "")
        made.names.append(name)
        made.charges.append(_cents(charge))
    return made


def charges(pieces: Iterable[bytes], delimiters: Delimiters) -> Iterator[int | None]:
    """CLM02 in cents (None where it is none) of every claim in bytes that come in pieces and that no reader takes."""
    term, rest = delimiters.segment.encode("latin-1"), b""
    for data in pieces:
        *segments, rest = (rest + data).split(term)
        rest = b"-" if len(rest) > SEGMENT_LIMIT else rest  # no claim is so long; what ends it is none
        for segment in segments:
            name, _, charge = elements(segment.lstrip(tokens.BLANKS), delimiters, 3)[:3]
            if name == CLAIM:
                yield _cents(charge)


def _cents(text: str) -> int | None:
    try:
        return money.cents(text)
    except ValueError:
        return None


def elements(raw: bytes, delimiters: Delimiters, least: int) -> list[str]:
    """The elements of the first segment of `raw`, as text; at least this many."""
    body = raw.partition(delimiters.segment.encode("latin-1"))[0].replace(b"\r", b"").replace(b"\n", b"")
    values = tokens.decode(body).split(delimiters.element)
    return values + [""] * (least - len(values))


def _found(part: Transaction) -> Iterator[tuple[str, int, int]]:
    """Each block's kind, offset and first segment."""
    if part.between is None:
        separator, starts = part.delimiters.element, part.starts()
        for index, text in enumerate(part.segments()):
            if kind := _HEADS.get(text.partition(separator)[0]):
                yield kind, starts[index], part.before + index
        return
    raw, term = part.raw, part.delimiters.segment.encode("latin-1")
    found = _pattern(part.between, part.delimiters.element).finditer(raw)
    places = [(match[1].decode(), match.start(1)) for match in found]
    index = part.before
    for (kind, at), (_, following) in pairwise([("", 0), *places, ("", 0)]):
        if kind:
            yield kind, at, index
        index += raw.count(term, at, following)


@cache
def _pattern(between: bytes, element: str) -> re.Pattern[bytes]:
    heads = b"|".join(name.encode() for name in _HEADS)
    ends = re.escape(element.encode("latin-1")) + b"|" + re.escape(between[:1])  # a segment may be its identifier alone
    return re.compile(b"(?:^|(?<=" + re.escape(between) + b"))(" + heads + b")(?=" + ends + b")")
