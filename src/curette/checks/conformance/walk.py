"""A transaction held against its guide segment by segment, with the map walker of pyx12 4.0.0: slow, but it explains.

Only two parts of pyx12 are used, because they are pure and return what they find: the walker, which leads from the
node of one segment to the node of the next, and the node, which judges the elements of its segment. Its file reader,
error tree, log and reports are left out: they stop at empty segments, raise on bad envelopes and misplace errors.
What pyx12 cannot take or gets wrong is settled here: over-wide composites, repetition separators, characters beyond
ASCII (SYN-CHARSET says those), stale code lists, the second PLB.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import pyx12.map_walker
import pyx12.segment
from attrs import define, field

from curette.checks import guide
from curette.checks.conformance import elements, maps
from curette.checks.conformance.machine import ENVELOPE, Run, above
from curette.checks.conformance.maps import Guide
from curette.checks.conformance.nodes import Counts, ahead, loop_name, lost_head, named, needed, passed, together, where
from curette.findings import Finding, Rule, shape
from curette.x12.transaction import Transaction

_ODD = re.compile("[^ -~]")


class _Segment(pyx12.segment.Segment):  # type: ignore[misc]
    """A segment as pyx12 wants it, made from elements that are already split: no delimiter can be mistaken."""

    def __init__(self, values: list[str], component: str) -> None:
        super().__init__(None, "~", "*", component)
        self.seg_id = values[0]
        self.elements = [pyx12.segment.Composite(v, component) for v in values[1:]]

    def _parse_refdes(self, ref_des: str) -> tuple[int, int | None]:
        return _position(ref_des)

    def value(self, element: int, component: int) -> str:
        """The text at a place (component 0: of a simple element), empty where there is none."""
        parts = self.elements[element - 1].elements if element <= len(self.elements) else ()
        return str(parts[max(component, 1) - 1].value) if max(component, 1) <= len(parts) else ""

    def with_qualifier(self, node: Any) -> "_Segment":
        """The same segment with the first qualifier that `node` allows."""
        values = [self.seg_id, *(e.format() for e in self.elements)]
        if (key := node.guess_unique_key_id_element()) is not None:
            element, component = where(key)  # its component, if any, is the first
            values += [""] * (element + 1 - len(values))
            _, separator, rest = values[element].partition(self.subele_term)
            values[element] = f"{key.valid_codes[0]}{separator}{rest}" if component else key.valid_codes[0]
        return _Segment(values, self.subele_term)


@cache
def _position(designator: str) -> tuple[int, int | None]:
    """ "02-1" to (1, 0): pyx12 asks for elements by designators and reads each one anew."""
    element, _, component = designator.partition("-")
    return int(element[-2:]) - 1, int(component) - 1 if component else None


def _lacking(node: Any) -> Any:
    """The loop that lacks a missing segment, or the loop that it opens."""
    loop = node.parent
    return loop.parent if loop.get_first_seg() is node else loop


class _Spot(NamedTuple):
    """Where the walk stands."""

    node: Any  # of the last segment that had a place
    met: tuple[tuple[Any, int], ...]  # nodes met at this position of the loop, and where first
    claim: str | None
    line: int | None


@define(eq=False)
class Walk:
    """One pass over one transaction, or over the part of it that `raw` holds."""

    transaction: Transaction
    guide: Guide
    node: Any
    walker: Any = field(factory=pyx12.map_walker.walk_tree)
    met: tuple[tuple[Any, int], ...] = ()
    claim: str | None = None
    line: int | None = None
    index: int = 0
    lost: bool = False  # a segment had no place, and none since had one
    astray: bool = False  # it was an HL: whose the segments up to the next claim or level are, nobody can say
    missed: list[Any] = field(factory=list)  # nodes reported missing in the loops that are open

    @classmethod
    def begun(cls, transaction: Transaction) -> "Walk":
        """Before ST, or - for a part - after what came above it."""
        guide = maps.guide(transaction.kind)
        walk = cls(transaction, guide, guide.start)
        steps = guide.start.get_path().split("/")
        walk.walker.counter = Counts({"/".join(steps[:i]): 1 for i in range(2, len(steps) + 1)})
        for text in above(transaction):
            values = text.split(transaction.delimiters.element)
            walk._step(walk._segment(values, text))
            walk._enter(values)
        # what the open loops need was met in the parts before, as `Run.begun` has it
        for loop in needed(walk.node) if transaction.context else ():
            if not walk.walker.counter.get_count(loop.x12path):
                walk.walker.counter.increment(loop.x12path)
        return walk

    @classmethod
    def taken_over(cls, transaction: Transaction, texts: list[str], run: Run) -> "Walk":
        """Where the mark of the machine is, `texts` being the segments of the transaction."""
        mark = run.mark
        if not mark.at:
            return cls.begun(transaction)
        guide = maps.guide(transaction.kind)
        walk = cls(transaction, guide, guide.paths[mark.node.segment.path])
        walk.walker.counter = Counts(run.counts())
        walk.met = tuple((guide.paths[path], index) for path, index in mark.met)
        walk.missed = [node for frame in mark.frames for node in frame.missed]
        heads = ("LX", "CLP", "PLB") if transaction.remittance else ("HL", "CLM")
        separator = transaction.delimiters.element
        start, walk.claim, walk.line = run.told
        for index in range(mark.at - 1, start - 1, -1):
            if texts[index].partition(separator)[0] in heads:
                earlier = texts[index : mark.at]
                break
        else:
            earlier = texts[start : mark.at] if start else transaction.context_segments() + texts[: mark.at]
        for text in earlier:
            walk._enter(text.split(separator))
        return walk

    def hand_back(self, run: Run, index: int) -> bool:
        """Let the machine go on before segment `index`, unless the way is lost."""
        path = self.node.get_path()
        if self.lost or self.node is self.guide.start:
            return False
        missed = [(node, _lacking(node).get_path()) for node in self.missed]
        met = tuple((node.get_path(), at) for node, at in self.met)
        run.resume(index, path, self.walker.counter.by_path(), missed, met)
        run.told = (index, self.claim, self.line)
        return True

    def take(self, index: int, text: str) -> Iterator[Finding]:
        """What is wrong at one segment: first what its place shows, then its elements in order."""
        self.index = index
        values = text.split(self.transaction.delimiters.element)
        self.astray = self.astray and values[0] not in guide.ENDS
        if self.astray:
            return
        segment = self._segment(values, text)
        before = self._spot()
        wrong = self._step(segment)
        if wrong is None and not self.lost:
            wrong = self._step_mended(segment)
        self._enter(values)
        if wrong is None:
            yield from self._unplaced(segment)
            return
        self.lost = False
        for code, node in wrong:
            yield self._structural(code, node, before)
        for fault in self._faults(segment, self._repeated(values, text)):
            yield self._elemental(fault)

    def close(self) -> Iterator[Finding]:
        """What a part of a transaction still lacks at its end; a whole one has said so at SE."""
        if not self.transaction.last:
            before = self._spot()
            for code, node in self._step(_Segment(["SE"], ":")) or ():
                yield self._structural(code, node, before)

    def _spot(self) -> _Spot:
        return _Spot(self.node, self.met, self.claim, self.line)

    # -- segments

    def _segment(self, raw: list[str], text: str) -> _Segment:
        """Without what other checks report: empty ends, repetitions after the first, characters beyond ASCII."""
        delimiters = self.transaction.delimiters
        values = raw.copy()
        if delimiters.repetition and delimiters.repetition in text:
            values = [v.strip(delimiters.repetition).partition(delimiters.repetition)[0] or v for v in values]
        if not (text.isascii() and text.isprintable()):
            keep = delimiters.component
            values = [keep.join(_ODD.sub("X", part) for part in v.split(keep)) for v in values]
        if delimiters.component in text:
            values[1:] = [v.rstrip(delimiters.component) for v in values[1:]]
        while len(values) > 1 and not values[-1]:
            values.pop()
        return _Segment(values, delimiters.component)

    def _repeated(self, values: list[str], text: str) -> list[int]:
        """The elements that hold the repetition separator."""
        repetition = self.transaction.delimiters.repetition
        if not repetition or repetition not in text:
            return []
        return [i for i, value in enumerate(values) if i and repetition in value]

    def _enter(self, values: list[str]) -> None:
        """Which claim and service line the segment belongs to."""
        first = values[1] if len(values) > 1 else ""
        match values[0]:
            case "CLM" | "CLP":
                self.claim, self.line = first or None, None
            case "LX" if not self.transaction.remittance:
                self.line = int(first) if len(first) < 7 and first.isascii() and first.isdigit() else None
            case "SVC":
                self.line = (self.line or 0) + 1
            case "HL" | "LX" | "PLB" | "SE":
                self.claim = self.line = None

    # -- steps

    def _step(self, segment: _Segment) -> list[tuple[str, Any]] | None:
        """Go to the node of `segment`: what is wrong with the way (999 code, node), or None when there is none."""
        if segment.seg_id in ENVELOPE:
            return None
        node, _, _, errors = self.walker.walk_errors(self.node, segment, 0, 0, None)
        if node is None:
            return None
        wrong = [(e.err_cde, e.map_node) for e in errors]
        # pyx12 keeps for later what is missing at a position of the same number, though of another loop
        wrong += [("3", m.seg_node) for m in self.walker.mandatory_segs_missing if passed(m.seg_node, node)]
        if not together(node, self.node):
            self.met = ((node, self.index),)
        elif all(known is not node for known, _ in self.met):
            self.met = (*self.met, (node, self.index))
        self.node = node
        told = [w for w in wrong if w[0] != "3" or self._first_missed(w[1])]
        if node.is_first_seg_in_loop():  # what was missed in the loop before it may be missed again
            inside = f"{node.parent.get_path()}/"
            self.missed = [n for n in self.missed if not n.get_path().startswith(inside)]
        return told

    def _first_missed(self, node: Any) -> bool:
        """Whether a missing node is reported for the first time in the loops that are open."""
        if any(n is node for n in self.missed):
            return False
        self.missed.append(node)
        return True

    def _step_mended(self, segment: _Segment) -> list[tuple[str, Any]] | None:
        """Go on where only one thing can be meant: with another qualifier, or with the loop head that is missing.

        A bad qualifier is then reported by the node, like any other code.
        """
        meant = self._meant(segment)
        if len(meant) == 1:
            return self._step(segment.with_qualifier(meant[0]))
        head = lost_head(self.node, segment) if not meant else None
        if head is None:
            return None
        node, met, missed, counts = self.node, self.met, self.missed.copy(), self.walker.counter.copy()
        if self._step(_Segment([head.id], segment.subele_term).with_qualifier(head)) != []:
            self.node, self.met, self.missed, self.walker.counter = node, met, missed, counts
            return None
        self._enter([head.id])
        return [("head", head), *(self._step(segment) or ())]

    def _meant(self, segment: _Segment) -> list[Any]:
        """The nodes that could follow if the qualifier were another; none if the segment belongs elsewhere as it is."""
        known = [n for n in self.guide.nodes.get(segment.seg_id, ()) if n.guess_unique_key_id_element() is not None]
        if any(node.is_match(segment) for node in known):  # one without a qualifier fits all, which shows nothing
            return []
        return [n for n in ahead(self.node) if any(n is node for node in known)]

    # -- findings

    def _faults(self, segment: _Segment, repeated: list[int]) -> list[elements.Fault]:
        """The faults of the elements; none where another node that fits the segment finds none.

        Two nodes of a position may share a qualifier (2400 PWK*CT), and the walker takes the first.
        """
        found = elements.faults(self.node, segment, repeated, self.guide.codes)
        for node in self.guide.nodes[segment.seg_id] if found else ():
            other = node is not self.node and together(node, self.node) and node.is_match(segment)
            if other and not elements.faults(node, segment, repeated, self.guide.codes):
                return []
        return found

    def _unplaced(self, segment: _Segment) -> Iterator[Finding]:
        """A segment without a place; of a run of them, which one fault can cause, only the first is reported."""
        name = segment.seg_id
        if name not in self.guide.nodes and name not in ENVELOPE:
            yield self._whole(guide.SEG_UNKNOWN, shape(name))  # it may be half a name, after a stray terminator
        elif not self.lost:
            self.lost, self.astray = True, name == "HL"
            if meant := self._meant(segment):
                self.missed += meant  # it may be any of them, so that none is told as missing besides
                yield self._elemental(elements.qualifier(meant, segment, self.guide.codes))
            elif self.node.id == "PLB" and name in ("LX", "CLP"):
                yield self._whole(guide.SEG_PLACE, "PLB", self.met[0][1])  # it came too early, not these too late
            else:
                yield self._whole(guide.SEG_PLACE, self._qualified(segment))

    def _qualified(self, segment: _Segment) -> str:
        """ "REF*F8": a segment by identifier and, where the guide knows it elsewhere, its qualifier."""
        for node in self.guide.nodes.get(segment.seg_id, ()):
            key = node.guess_unique_key_id_element()
            if key is not None and where(key) == (1, 0) and node.is_match(segment):
                return f"{segment.seg_id}*{segment.value(1, 0)}"
        return str(segment.seg_id)

    def _whole(self, rule: Rule, segment: str, index: int | None = None) -> Finding:
        place = self.transaction.place(self.index if index is None else index, loop=loop_name(self.node.parent))
        return rule.at(place, claim=self.claim, line=self.line, segment=segment)

    def _elemental(self, fault: elements.Fault) -> Finding:
        loop = loop_name(self.node.parent)
        place = self.transaction.place(self.index, fault.element, fault.component or None, loop)
        return fault.rule.at(place, claim=self.claim, line=self.line, **fault.facts)

    def _structural(self, code: str, node: Any, before: _Spot) -> Finding:
        """A missing or repeated segment or loop, `before` being where the walk came from."""
        loop = node if node.is_loop() else node.parent
        facts: dict[str, Any] = {"loop": loop.id, "expected": named(node), "segment": node.id}
        index, claim, line = self.index, self.claim, self.line
        if code == "head":
            rule = guide.SEG_MISSING
        elif code == "3":
            whole = loop.get_first_seg() is node and loop_name(loop) is not None
            rule = guide.LOOP_MISSING if whole else guide.SEG_MISSING
            claim, line = before.claim or claim, before.line  # what ended without it
            if together(node, before.node):  # any order is right at one position, so pyx12 waits for the next one
                siblings = [id(n) for n in loop.childIterator()]
                after = siblings[siblings.index(id(node)) :]
                index = next((i for n, i in before.met if id(n) in after), index)
        else:
            rule = guide.LOOP_REPEAT if node.is_loop() else guide.SEG_REPEAT
            facts["limit"] = node.get_max_repeat()
        return rule.at(self.transaction.place(index, loop=loop_name(loop)), claim=claim, line=line, **facts)
