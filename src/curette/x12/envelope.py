"""Envelopes: which transactions a file holds, and what is wrong around them.

An interchange is scanned to its end before its transactions are handed out, because a bad trailer refuses what it
encloses. What is damaged is the smallest envelope that shows the fault; what follows is still read.
"""

import re
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from attrs import define, evolve, field

from curette.errors import InputError
from curette.findings import Finding, Place, Rule, Severity
from curette.x12 import characters, faults, isa, kinds, parts, tokens
from curette.x12.scan import LONGEST, Mark, between, marks
from curette.x12.source import Source, unwrapped
from curette.x12.transaction import Group, Interchange, Transaction, Unread, shown

__all__ = ["Group", "Interchange", "Item", "Transaction", "read"]

_COUNT = re.compile(r"[0-9]{1,10}", re.ASCII)
_CONTROL = re.compile(r"[0-9]{1,9}", re.ASCII)
_SHOWN = 100  # findings of one sort in a transaction
Item = Source | Transaction | Finding | Unread | InputError  # what files hold, each begun by its Source
_MOST = {"GS": 8, "ST": 3, "SE": 2, "GE": 2, "IEA": 2}  # elements
_NUMBERED = {"ISA": 13, "GS": 6, "ST": 2}  # which element holds the control number
_ORDER = (faults.NEST, faults.STRAY, faults.LONG)


@define
class _Envelope:
    """An open or closed ISA, GS or ST with what it holds."""

    mark: Mark
    elements: list[str]
    children: list["_Envelope"] = field(factory=list)
    findings: list[Finding] = field(factory=list)
    irregular: list[Mark] = field(factory=list)
    used: set[str] = field(factory=set)  # control numbers of the whole transactions in it, where they are its own
    end: Mark | None = None  # its trailer
    broken: bool = False  # refused for a fault told elsewhere

    def element(self, index: int) -> str:
        return self.elements[index] if index < len(self.elements) else ""

    @property
    def refused(self) -> bool:
        return self.broken or any(f.severity is Severity.ERROR for f in self.findings)

    @property
    def disordered(self) -> bool:
        """Whether the order of what it holds was told to be wrong: then a count says no more than that."""
        return any(f.rule in _ORDER for f in self.findings)

    @property
    def misnumbered(self) -> bool:
        """Whether something was said of its control number already."""
        number = _NUMBERED[self.mark.id]
        about = (f for f in self.findings if f.place.segment_index == self.mark.index)
        return any(f.place.element == number for f in about) or any(f.rule is faults.CONTROLS for f in self.findings)


def read(source: Source) -> Iterator[Transaction | Finding | Unread]:
    """Every transaction of a file in order, the findings that belong to no transaction, and the bytes that do not.

    Raises NotX12 when the file is certainly something else.
    """
    with unwrapped(source) as plain:
        walker = isa.Walker(plain)
        for header in walker:
            if isinstance(header, Finding | Unread):
                yield header
                continue
            reader = _Reader(plain, header)
            reader.scan()
            if reader.damaged and (limit := walker.within(reader.begin, reader.stop)) is not None:
                reader = _Reader(plain, header, limit)
                reader.scan()
            yield from reader.read()
            walker.resume(reader.stop, reader.index, reader.root.end is not None, reader.lost)


class _Reader:
    """One interchange."""

    def __init__(self, source: Source, header: isa.Header, limit: int | None = None) -> None:
        self.source = source
        self.header = header
        self.limit = limit  # where the next ISA begins in the midst of a segment
        self.interchange = header.interchange
        self.separator = self.interchange.delimiters.element
        self.root = _Envelope(Mark("ISA", header.offset, header.index, b""), list(header.isa.elements))
        self.root.findings.extend(header.findings)
        self.group: _Envelope | None = None
        self.transaction: _Envelope | None = None
        self.last = self.root.mark  # the mark before, to notice what stands between envelopes
        self.begin = self.stop = header.offset + header.isa.length
        self.index = header.index
        self.lost = False  # in a segment that is followed no further
        terminator = self.interchange.delimiters.segment.encode("latin-1")
        self.between: bytes | None = between(source.stream, self.stop - 1, terminator)

    def scan(self) -> None:
        """Take the envelopes in."""
        for mark in marks(self.source.stream, self.begin - 1, self.index, self.interchange.delimiters, self.limit):
            self._take(mark)

    @property
    def damaged(self) -> bool:
        """Whether any of them is refused."""
        groups = self.root.children
        return self.root.refused or any(g.refused or any(st.refused for st in g.children) for g in groups)

    def read(self) -> Iterator[Transaction | Finding | Unread]:
        """What was taken in."""
        yield from self.root.findings
        groups = self.root.children
        self.interchange = evolve(
            self.interchange,
            head=self._bytes(self.header.offset, groups[0].mark.offset) if groups else b"",
            tail=self._bytes(self.root.end.offset, self._after_padding()) if self.root.end else b"",
        )
        if not groups:
            yield from self._unread(self.root, self.stop)
        for group, following in zip_longest(groups, groups[1:]):
            yield from group.findings
            after = following.mark if following else self.root.end
            if not group.children:
                yield from self._unread(group, after.offset if after else self.stop)
            yield from self._transactions(group, after)

    def _unread(self, envelope: _Envelope, end: int) -> Iterator[Unread]:
        """The bytes up to `end` of an envelope without a transaction, unless nothing is wrong with it (TA1 alone)."""
        if why := tuple(f for f in envelope.findings if f.severity is Severity.ERROR):
            yield Unread(self.source.name, self.source.stream, envelope.mark.offset, end, why, self.interchange)

    def _transactions(self, envelope: _Envelope, following: Mark | None) -> Iterator[Transaction]:
        """The transactions of a group; `following` is the segment after its GE."""
        transactions, elements = envelope.children, envelope.elements + [""] * 9
        group = Group(
            elements[6], elements[1], elements[2], elements[3], elements[4] + elements[5], elements[8],
            self._bytes(envelope.mark.offset, transactions[0].mark.offset) if transactions else b"",
            self._bytes(envelope.end.offset, following.offset) if envelope.end and following else b"",
        )  # fmt: skip
        for transaction, after in zip_longest(transactions, transactions[1:]):
            yield self._transaction(envelope, group, transaction, after.mark if after else envelope.end or following)

    def _bytes(self, start: int, stop: int) -> bytes:
        self.source.stream.seek(start)
        return self.source.stream.read(max(stop - start, 0))

    def _after_padding(self) -> int:
        """Where the blanks after the interchange end."""
        data = self._bytes(self.stop, self.stop + 4096)
        return self.stop + len(data) - len(data.lstrip(b" \t\r\n"))

    # -- the walk over the marks

    def _take(self, mark: Mark) -> None:
        if mark.id == "MIXED":
            self.between = None
            return
        if mark.id in ("BLANK", "EMPTY", "ODD"):
            (self.transaction or self.root).irregular.append(mark)
            return
        self._stray(mark)
        getattr(self, f"_on_{mark.id.lower()}")(mark)
        self.last = mark
        if mark.id not in ("ISA", "LONG", "CUT", "TAIL"):
            self.stop = mark.offset + len(mark.text) + 1
        self.index = mark.index - 1 if mark.id in ("ISA", "LONG") else mark.index

    def _stray(self, mark: Mark) -> None:
        """Segments between envelopes belong nowhere."""
        inside = self.transaction is not None
        missing = mark.index - self.last.index - 1
        if inside or missing < 1:
            return
        owner = self.group or self.root
        if not owner.refused:
            self._fault(owner, faults.STRAY, self._after(self.last))

    def _after(self, mark: Mark) -> Mark:
        """The segment that follows `mark`: where it begins is not told by the scan, so it is looked up."""
        stream = self.source.stream
        back = stream.tell()
        begin = mark.offset + (len(mark.text) + 1 if mark is not self.root.mark else self.header.isa.length)
        stream.seek(begin)
        data = stream.read(4096)
        stream.seek(back)
        bare = data.lstrip(tokens.BLANKS)
        text = bare.split(self.interchange.delimiters.segment.encode("latin-1"), 1)[0]
        return Mark("", begin + len(data) - len(bare), mark.index + 1, text)

    def _on_isa(self, mark: Mark) -> None:
        self._unclosed(mark, faults.NEST)
        self.stop = mark.offset

    def _on_ta1(self, mark: Mark) -> None:
        """Interchange acknowledgements may stand before the first group; they are not claims or payments."""
        if self.root.children and self.transaction is None:
            self._fault(self.group or self.root, faults.NEST, mark, expected="ISA")

    def _on_gs(self, mark: Mark) -> None:
        self._close_transaction(mark)
        if self.group is not None:
            self._fault(self.group, faults.NEST, mark, expected="GE")
        self.group = _Envelope(mark, self._split(mark))
        self.root.children.append(self.group)
        self._check_gs(self.group)
        if self.interchange.version == "00401" and self.group.element(8).startswith("005010"):
            self.interchange = evolve(self.interchange, version="00501")  # told once
            self._fault(self.root, faults.ISA_VALUE, self.root.mark, 12, expected="00501")

    def _on_st(self, mark: Mark) -> None:
        self._close_transaction(mark)
        if self.group is None:
            self._fault(self.root, faults.NEST, mark, expected="GS")
            self.group = _Envelope(mark, ["GS", *[""] * 8], broken=True)
            self.root.children.append(self.group)
        self.transaction = _Envelope(mark, self._split(mark))
        self.group.children.append(self.transaction)
        if not 4 <= len(self.transaction.element(2)) <= 9:
            expected = "a control number of four to nine characters"
            self._fault(self.transaction, faults.ST_VALUE, mark, 2, expected=expected)
        elif self.transaction.element(2) in self.group.used:
            self._fault(self.transaction, faults.ST_TWICE, mark, 2)

    def _on_se(self, mark: Mark) -> None:
        transaction = self.transaction
        if transaction is None:
            owner = self.group or self.root
            if not owner.refused:
                self._fault(owner, faults.NEST, mark, expected="ST")
            return
        transaction.end = mark
        if mark.index == transaction.mark.index + 1:
            self._fault(transaction, faults.VACANT, mark, expected="", segment="ST")
        else:
            count = mark.index - transaction.mark.index + 1
            self._trailer(transaction, mark, count, "ST02", transaction.element(2))
        if self.group is not None and not transaction.misnumbered:
            self.group.used.add(transaction.element(2))
        self.transaction = None

    def _on_ge(self, mark: Mark) -> None:
        self._close_transaction(mark)
        group = self.group
        if group is None:
            if not self.root.refused:
                self._fault(self.root, faults.NEST, mark, expected="GS")
            return
        group.end = mark
        if not group.children and not group.refused:
            self._fault(group, faults.VACANT, mark, 1, segment="GS")
        elif group.mark.id == "GS":
            self._trailer(group, mark, len(group.children), "GS06", group.element(6))
        self.group = None

    def _on_iea(self, mark: Mark) -> None:
        self._close_transaction(mark)
        if self.group is not None:
            self._fault(self.group, faults.NEST, mark, expected="GE")
            self.group = None
        self.root.end = mark
        if not self.root.children and self.last.id != "TA1" and not self.root.refused:
            self._fault(self.root, faults.VACANT, mark, 1, segment="ISA")
            return
        self._trailer(self.root, mark, len(self.root.children), "ISA13", self.interchange.control)

    def _on_tail(self, mark: Mark) -> None:
        self.stop = mark.offset + len(mark.text)
        if not self.root.refused:
            self._fault(self.root, faults.TAIL, mark)

    def _on_cut(self, mark: Mark) -> None:
        if mark.text:
            self.stop = mark.offset + len(mark.text)
        else:
            mark = self._last_segment(mark)
            self.stop = mark.offset + len(mark.text) + 1
        self._unclosed(mark, faults.CUT)

    def _on_long(self, mark: Mark) -> None:
        owner = self.transaction or self.group or self.root
        self._fault(owner, faults.LONG, mark, size=f"more than {LONGEST}", limit=characters.SEGMENT_LIMIT)
        self.stop, self.lost = mark.offset, True
        self._unclosed(mark, None)

    def _last_segment(self, mark: Mark) -> Mark:
        """The whole segment whose terminator is at `mark.offset`."""
        stream = self.source.stream
        begin = max(self.header.offset, mark.offset - LONGEST)
        stream.seek(begin)
        data = stream.read(mark.offset - begin)
        text = data.rsplit(self.interchange.delimiters.segment.encode("latin-1"), 1)[-1].lstrip(tokens.BLANKS)
        return Mark("CUT", mark.offset - len(text), mark.index, text)

    def _unclosed(self, mark: Mark, rule: Rule | None) -> None:
        """The interchange ends without its trailers: everything still open is refused, and said once."""
        missing = "SE" if self.transaction else "GE" if self.group else "IEA"
        owner = self.transaction or self.group or self.root
        if rule is not None:
            self._fault(owner, rule, mark, expected=missing)
        for envelope in (self.group, self.root):
            if envelope is not None:
                envelope.broken = True
        self.transaction = self.group = None

    def _close_transaction(self, mark: Mark) -> None:
        if self.transaction is not None:
            self._fault(self.transaction, faults.NEST, mark, expected="SE")
            self.transaction = None

    # -- what headers and trailers must say

    def _check_gs(self, group: _Envelope) -> None:
        self._check_most(group, group.mark, group.elements)
        if not kinds.sets_of_group(group.element(1)):
            self._fault(group, faults.GS_VALUE, group.mark, 1, expected="a functional identifier code")
        for element, party in ((2, "sender"), (3, "receiver")):
            if not 0 < len(group.element(element).strip()) <= 15:
                self._fault(group, faults.GS_VALUE, group.mark, element, expected=f"the code of the {party}")
        if len(group.element(4)) != 8 or not isa.is_day(group.element(4)):
            self._fault(group, faults.GS_VALUE, group.mark, 4, expected="a date CCYYMMDD")
        if not isa.is_time(group.element(5)):
            self._fault(group, faults.GS_VALUE, group.mark, 5, expected="a time HHMM, HHMMSS or with decimals")
        if not _CONTROL.fullmatch(group.element(6)):
            self._fault(group, faults.GS_VALUE, group.mark, 6, expected="a number of one to nine digits")
        if group.element(7) != "X":
            self._fault(group, faults.GS_VALUE, group.mark, 7, expected="X")

    def _check_most(self, envelope: _Envelope, mark: Mark, elements: list[str]) -> None:
        """More elements than the segment has; empty ones at the end mean nothing."""
        found, limit = max((i for i, element in enumerate(elements) if element), default=0), _MOST[mark.id]
        if found > limit:
            self._fault(envelope, faults.EXTRA, mark, limit + 1, segment=mark.id, found=found, limit=limit)

    def _trailer(self, envelope: _Envelope, mark: Mark, actual: int, header: str, control: str) -> None:
        elements = self._split(mark)
        self._check_most(envelope, mark, elements)
        count = elements[1] if len(elements) > 1 else ""
        repeated = elements[2] if len(elements) > 2 else ""
        if not _COUNT.fullmatch(count):
            self._fault(envelope, faults.NUMBER, mark, 1, segment=mark.id)
        elif int(count) != actual:
            if not envelope.disordered and not (envelope.refused and actual == 0):
                self._fault(envelope, faults.COUNT, mark, 1, segment=mark.id, found=int(count), actual=actual)
        elif count != str(actual):
            self._fault(envelope, faults.ZEROS, mark, 1, segment=mark.id)
        if repeated != control and not envelope.misnumbered:
            self._fault(envelope, faults.CONTROLS, mark, 2, segment=mark.id, other=header)

    # -- making findings and transactions

    def _split(self, mark: Mark) -> list[str]:
        return tokens.decode(mark.text.replace(b"\r", b"").replace(b"\n", b"")).split(self.separator)

    def _fault(self, owner: _Envelope, rule: Rule, mark: Mark, element: int | None = None, **facts: Any) -> None:
        owner.findings.append(self._finding(rule, mark, element, **facts))

    def _finding(self, rule: Rule, mark: Mark, element: int | None = None, **facts: Any) -> Finding:
        text = tokens.decode(mark.text) if mark is not self.root.mark else "ISA"
        place = Place(
            file=self.source.name,
            interchange=self.interchange.control,
            group=self.group.element(6) if self.group else None,
            transaction=self.transaction.element(2) if self.transaction else None,
            segment_index=mark.index,
            segment=shown(text.split(self.separator, 1)[0]),
            element=element,
            offset=self.source.offset(mark.offset),
            length=len(mark.text) if mark is not self.root.mark else self.header.isa.length - 1,
        )
        return rule.at(place, **{"segment": place.segment, "element": element, **facts})

    def _transaction(self, group: _Envelope, kept: Group, envelope: _Envelope, following: Mark | None) -> Transaction:
        self.group, self.transaction = group, envelope
        self._check_st(group, envelope)
        start = envelope.mark.offset
        if envelope.end is not None:
            stop, count = envelope.end.offset + len(envelope.end.text) + 1, envelope.end.index - envelope.mark.index + 1
        else:
            stop, count = start + len(envelope.mark.text) + 1, 1
        unended = 0 if envelope.end is not None else following.offset if following else max(self.stop, stop)
        long = stop - start > parts.LIMIT
        self.source.stream.seek(start)
        raw = self.source.stream.read(0 if long else stop - start)
        terminator = self.interchange.delimiters.segment.encode("latin-1")
        if not raw.endswith(terminator) and not long:
            raw += terminator
        parted = self.between or tokens.separator(raw, terminator, count)
        transaction = Transaction(
            file=self.source.name,
            interchange=self.interchange,
            group=kept,
            code=envelope.element(1),
            control=envelope.element(2),
            version=envelope.element(3) or group.element(8),
            raw=raw,
            offset=start,
            first_segment=envelope.mark.index,
            count=count,
            findings=tuple(envelope.findings),
            refused=self.root.refused or group.refused or envelope.refused,
            gap=self._bytes(unended or stop, following.offset) if following else b"",
            between=None if envelope.irregular or long else parted,
            wrap=self.source.wrap,
            complete=envelope.end is not None,
            stream=self.source.stream if long or unended else None,
            end=unended or stop,
        )
        seen = () if long else characters.inspect(transaction, usual=self.between is not None)
        return transaction.with_findings(*self._irregularities(envelope), *seen)

    def _check_st(self, group: _Envelope, st: _Envelope) -> None:
        code, version = st.element(1), st.element(3) or group.element(8)
        fitting = kinds.sets_of_group(group.element(1))
        if fitting and code not in fitting:
            if kinds.is_set(code) and not kinds.contradicts(code, version):
                self._fault(st, faults.GS_VALUE, group.mark, 1, expected=f"the code of an {code} group")
            else:
                self._fault(st, faults.ST_VALUE, st.mark, 1, expected="a transaction of this group")
        self._check_most(st, st.mark, st.elements)
        faulty = len(st.findings)
        if group.mark.id != "GS":
            return
        self._check_guide(group, st, group.element(8) or version)
        if len(st.findings) > faulty:
            return
        if not st.element(3) and kinds.kind(code, version) == "837P":  # an 835 has none in X12's own examples
            self._fault(st, faults.ST_GUIDE, st.mark, 3)
        elif st.element(3) and st.element(3) != group.element(8):
            self._fault(st, faults.ST_VALUE, st.mark, 3, expected="the guide that GS08 names")

    def _check_guide(self, group: _Envelope, st: _Envelope, version: str) -> None:
        name = kinds.kind(st.element(1), version)
        if old := kinds.is_old(version):
            self._fault(st, faults.GS_OLD, group.mark, 8, code=old)
        elif not st.refused and st.element(1) in ("837", "835") and kinds.contradicts(st.element(1), version):
            self._fault(st, faults.GS_VALUE, group.mark, 8, expected=f"a guide of the {st.element(1)}")
        elif not group.element(8) or not kinds.known_guide(st.element(1), version):
            self._fault(st, faults.GS_GUIDE, group.mark, 8)
        elif version in kinds.READ.get(name, ()) and version < kinds.ADOPTED[name]:
            self._fault(st, faults.GS_ADDENDA, group.mark, 8, expected=kinds.ADOPTED[name])

    def _irregularities(self, envelope: _Envelope) -> Iterator[Finding]:
        """What the scan saw at the beginnings of segments."""
        for rule, sort in ((faults.BLANKS, "BLANK"), (faults.EMPTY, "EMPTY")):
            found = [m for m in envelope.irregular if m.id == sort]
            if found:
                yield self._finding(rule, found[0], count=len(found))
        for mark in [m for m in envelope.irregular if m.id == "ODD"][:_SHOWN]:
            yield self._finding(faults.SEGMENT_ID, mark)
