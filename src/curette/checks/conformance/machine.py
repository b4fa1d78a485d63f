"""The guide as a machine: it goes through the segments of a transaction and stops where one may be at fault.

Its state is the segment that was met last (a `Node`) and, for each loop that is open, a `Frame` of what was met in it:

    ST_LOOP ── DETAIL ── 2000A ── 2000B ── 2300 ── 2400      the loops that are open, one frame each
                                           CLM     LX        met: a bit for each child of the loop,
                                           HI      SV1       and a count from the second time on
                                                   DTP

Of a segment only its *sign* matters to the way: "REF*F8", the identifier with the qualifier that tells the nodes of
that identifier apart. From one node a sign always leads to the same other one, found as pyx12's walker finds it: ahead
in the loop, then ahead of each loop around it. That step - loops to close, loops to open, node - is worked out once
and kept. A loop that closes must have met all that it needs, nothing may be met more often than the guide allows, and
the text must match the expression of its node.

The machine never says that something is wrong, only where to look: `Run.go` stops there, and `mark` is a place before
it from which the walk, which has the words, can take over. `Run.resume` goes on where the walk found its way again.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from attrs import define, field

from curette.checks.conformance.patterns import matcher
from curette.checks.conformance.shape import Loop, Segment, shape
from curette.x12.delimiters import Delimiters

_KNOWN = 2_000  # texts kept for each node
_UNLIMITED = 1 << 60
_HEADS = frozenset({"CLM", "CLP"})
ENVELOPE = frozenset({"ISA", "TA1", "GS", "GE", "IEA"})


@define(eq=False)
class Node:
    """A segment of the guide, at work."""

    segment: Segment
    loop: "Branch"
    bit: int
    steps: dict[str, "Step | None"] = field(factory=dict)  # by sign
    known: dict[str, "Step"] = field(factory=dict)  # by the whole text of what follows, which was seen to match
    matches: Callable[[str], object] | None = None  # made when it is first needed

    @property
    def most(self) -> int:
        """How often it may be met; not at all where the guide does not use it."""
        return _most(self.segment)


@define(eq=False)
class Branch:
    """A loop of the guide, at work."""

    loop: Loop
    parent: "Branch | None"
    bit: int = 0
    children: list["Branch | Node"] = field(factory=list)
    needs: int = 0  # the bits of what it must have met when it closes

    @property
    def first(self) -> Node | None:
        """The segment that opens it; a wrapper has none."""
        return head if isinstance(head := self.children[0], Node) else None

    @property
    def most(self) -> int:
        """How often it may be met; a wrapper is not counted."""
        return _most(self.loop) if self.first else _UNLIMITED

    @property
    def required(self) -> bool:
        """Whether the loop around it needs it; it needs a wrapper for what is in it."""
        if self.first:
            return self.loop.usage == "R"
        return any(isinstance(child, Branch) and child.required for child in self.children)

    def walk(self) -> Iterator["Branch | Node"]:
        """Everything in it."""
        for child in self.children:
            yield child
            if isinstance(child, Branch):
                yield from child.walk()


def _most(part: Loop | Segment) -> int:
    return 0 if part.usage == "N" else _UNLIMITED if part.most is None else part.most


class Step(NamedTuple):
    """The way from one segment to the next."""

    node: Node
    closes: int
    opens: tuple[tuple[Branch, int, int], ...]  # with its bit and how often
    bit: int  # of the node
    most: int
    before: int  # the bits of what must have been met before it, in the loop that it comes to
    moves: bool = False  # it closes or opens loops
    heads: bool = False  # a claim begins here


class Frame:
    """What was met in a loop that is open. `missed` are nodes that the walk has reported as missing in it."""

    __slots__ = ("branch", "counts", "met", "missed")

    def __init__(self, branch: Branch, met: int = 0) -> None:
        self.branch = branch
        self.met = met
        self.counts: dict[int, int] | None = None
        self.missed: tuple[Any, ...] = ()

    def copy(self) -> "Frame":
        """What was met so far."""
        copy = Frame(self.branch, self.met)
        copy.counts = self.counts and self.counts.copy()
        copy.missed = self.missed
        return copy

    def meets(self, bit: int, most: int) -> bool:
        """Count a child: whether it may be met that often."""
        if not self.met & bit:
            self.met |= bit
            return most > 0
        counts = self.counts = self.counts or {}
        counts[bit] = count = counts.get(bit, 1) + 1
        return count <= most

    def times(self, bit: int) -> int:
        """How often a child was met."""
        return (self.counts or {}).get(bit, 1) if self.met & bit else 0


class Mark(NamedTuple):
    """A state of the machine before a segment."""

    at: int  # which segment
    node: Node
    frames: list[Frame]
    met: tuple[tuple[str, int], ...] = ()  # paths met at the walk's position, and where


class Machine:
    """A guide, for one set of delimiters. Its tables grow while it is used; it holds no state of a transaction."""

    def __init__(self, guide: Loop, delimiters: Delimiters) -> None:
        self.delimiters = delimiters
        self.root = _branch(guide, None, 0)
        parts = [self.root, *self.root.walk()]
        self.nodes = {part.segment.path: part for part in parts if isinstance(part, Node)}
        self._keys: dict[str, tuple[int, int, frozenset[str]]] = {}  # by identifier: element, component, all codes
        for node in self.nodes.values():
            if node.segment.key is not None:
                *_, codes = self._keys.get(node.segment.id, (0, 0, frozenset()))
                self._keys[node.segment.id] = (*node.segment.key, codes.union(node.segment.codes))

    def sign(self, text: str) -> str:
        """ "REF*F8", "CLM": what of a segment decides the way."""
        separator = self.delimiters.element
        identifier, _, rest = text.partition(separator)
        key = self._keys.get(identifier)
        if key is None:
            return identifier
        element, component, codes = key
        values = rest.split(separator, element)
        value = values[element - 1] if element <= len(values) else ""
        if component:
            value = value.partition(self.delimiters.component)[0]
        return f"{identifier}*{value}" if value in codes else f"{identifier}*"

    def step(self, node: Node, sign: str) -> Step | None:
        """The way from `node` to where `sign` leads; None when it leads nowhere, or out of the transaction."""
        if sign not in node.steps:
            node.steps[sign] = None if sign in ENVELOPE else self._step(node, sign)
        return node.steps[sign]

    def way(self, node: Node, text: str) -> Step | None:
        """The way from `node` to the one of a segment; None when there is none, or the text may be at fault."""
        sign = self.sign(text)
        step = self.step(node, sign)
        if step is None or not any(self._matches(twin, text) for twin in _twins(step.node, sign)):
            return None
        if len(node.known) < _KNOWN:
            node.known[text] = step
        return step

    def _matches(self, node: Node, text: str) -> bool:
        if node.matches is None:
            node.matches = matcher(node.segment, self.delimiters)
        return bool(node.matches(text))

    def _step(self, node: Node, sign: str) -> Step | None:
        branch, position = node.loop, node.segment.position
        for closes in range(len(self.nodes)):
            for child in branch.children:
                if _position(child) < position:
                    continue
                if isinstance(child, Branch):
                    if _opened(child, sign) and (opens := _entered(child, sign)):
                        return _made(closes, opens)
                elif _is(child, sign):
                    if branch.first and _is(branch.first, sign):
                        return _made(closes + 1, [branch])
                    return Step(child, closes, (), child.bit, child.most, _before(child, branch), closes > 0)
            if branch.parent is None:
                break
            branch, position = branch.parent, branch.loop.position
        return None


class Run:
    """One pass of the machine over one transaction, or over the part of it that is at hand."""

    def __init__(self, machine: Machine, node: Node, frames: list[Frame]) -> None:
        self.machine, self.node, self.frames = machine, node, frames
        self.mark = Mark(0, node, frames)
        self.told: tuple[int, str | None, int | None] = (0, None, None)  # before which segment the walk gave back, in
        # which claim and line

    @classmethod
    def begun(cls, machine: Machine, context: Iterable[str]) -> "Run | None":
        """Before ST, or - for a part - after its `context`; None where that has no way."""
        start = machine.root.first
        assert start is not None
        run = cls(machine, start, [Frame(machine.root, start.bit)])
        for text in context:
            step = machine.step(run.node, machine.sign(text))
            if step is None:
                return None
            run._enter(step)
        run.mark = run._marked(0)
        return run

    def go(self, texts: list[str], index: int) -> int | None:
        """Go on from segment `index`: where one may be at fault, or None at the end."""
        node, frame = self.node, self.frames[-1]
        for at in range(index, len(texts)):
            text = texts[at]
            step = node.known.get(text) or self.machine.way(node, text)
            if step is None:
                self.node = node
                self._come_near(at, text)
                return at
            if step.moves:
                self.node = node
                mark = self._marked(at) if step.heads else self.mark
                if not self._enter(step):
                    return at
                self.mark, frame = mark, self.frames[-1]
            elif step.before & ~frame.met or not frame.meets(step.bit, step.most):
                return at
            node = step.node
        self.node = node
        return None

    def closes(self) -> bool:
        """Whether a part of a transaction could end here: SE would find nothing missing."""
        step = self.machine.step(self.node, "SE")
        return step is not None and self._enter(step)

    def resume(self, index: int, path: str, counts: Mapping[str, int], missed: Iterable[Any],
               met: tuple[tuple[str, int], ...]) -> None:  # fmt: skip
        """Go on before segment `index`, where the walk stands: at the node of `path`, with its counts by path.

        `missed` are its missing nodes with the path of the loop that lacks them.
        """
        self.node = self.machine.nodes[path]
        branches: list[Branch] = []
        branch: Branch | None = self.node.loop
        while branch is not None:
            branches.insert(0, branch)
            branch = branch.parent
        self.frames = [_restored(b, counts, after) for b, after in zip(branches, [*branches[1:], None], strict=True)]
        for frame in self.frames:
            frame.missed = tuple(node for node, loop in missed if loop == frame.branch.loop.path)
        self.mark = self._marked(index, met)

    def counts(self) -> dict[str, int]:
        """How often each loop and segment was met at the mark, by path."""
        parts = ((frame, child) for frame in self.mark.frames for child in frame.branch.children)
        counted = {
            child.segment.path if isinstance(child, Node) else child.loop.path: frame.times(child.bit)
            for frame, child in parts
            if isinstance(child, Node) or child.first
        }
        return {path: count for path, count in counted.items() if count}

    def _come_near(self, at: int, text: str) -> None:
        """Mark the segment that is refused, where only its elements can be: the walk need not begin at the claim."""
        node, here = self.node, self._marked(at)
        step = self.machine.step(node, self.machine.sign(text))
        beside = step is not None and step.node.loop is node.loop and _position(step.node) == _position(node)
        if step is not None and not beside and self._enter(step):  # beside others, what was met before it matters too
            self.mark = here

    def _marked(self, index: int, met: tuple[tuple[str, int], ...] = ()) -> Mark:
        return Mark(index, self.node, [frame.copy() for frame in self.frames], met)

    def _enter(self, step: Step) -> bool:
        """Close and open loops and count; whether all is as it should be."""
        frames, good = self.frames, True
        for _ in range(step.closes):
            frame = frames.pop()
            good = good and not frame.branch.needs & ~frame.met
        frame = frames[-1]
        good = good and not step.before & ~frame.met
        for branch, bit, most in step.opens:
            good = frame.meets(bit, most) and good
            frame = Frame(branch)
            frames.append(frame)
        self.node = step.node
        return frame.meets(step.bit, step.most) and good


@lru_cache(maxsize=16)  # a file has one or two sets of delimiters
def machine_of(kind: str, delimiters: Delimiters) -> Machine:
    """The machine for 837P or 835."""
    return Machine(shape(kind), delimiters)


# -- how the walker looks ahead


def _branch(loop: Loop, parent: Branch | None, bit: int) -> Branch:
    branch = Branch(loop, parent, bit)
    for number, part in enumerate(loop.children):
        bit = 1 << number
        child = _branch(part, branch, bit) if isinstance(part, Loop) else Node(part, branch, bit)
        branch.children.append(child)
        branch.needs |= bit if _required(child) else 0
    return branch


def _before(part: Branch | Node, loop: Branch | None) -> int:
    """The bits of what `loop` must have met before `part`; before a loop also those of its position that precede it."""
    siblings = loop.children if loop is not None else []
    if isinstance(part, Branch):
        earlier = siblings[: siblings.index(part)]
    else:
        earlier = [s for s in siblings if _position(s) < _position(part)]
    return sum(s.bit for s in earlier if _required(s))


def _required(part: Branch | Node) -> bool:
    return part.required if isinstance(part, Branch) else part.segment.usage == "R"


def _position(part: Branch | Node) -> int:
    return part.loop.position if isinstance(part, Branch) else part.segment.position


def _twins(node: Node, sign: str) -> Iterator[Node]:
    """A node, and those beside it that a sign cannot tell from it (PWK*CT): a text may be meant for any of them."""
    yield node
    for other in node.loop.children:
        if other is not node and isinstance(other, Node) and _position(other) == _position(node) and _is(other, sign):
            yield other


def _is(node: Node, sign: str) -> bool:
    identifier, _, value = sign.partition("*")
    segment = node.segment
    return segment.id == identifier and (segment.key is None or value in segment.codes)


def _opened(branch: Branch, sign: str) -> bool:
    """Whether a sign opens a loop, or one directly in a wrapper."""
    if branch.first:
        return _is(branch.first, sign)
    return any(isinstance(child, Branch) and _opened(child, sign) for child in branch.children)


def _entered(branch: Branch, sign: str) -> list[Branch]:
    """The loops that open, from the outermost on."""
    if branch.first and _is(branch.first, sign):
        return [branch]
    for child in branch.children:
        if isinstance(child, Branch) and (inner := _entered(child, sign)):
            return [branch, *inner]
    return []


def _made(closes: int, opens: list[Branch]) -> Step:
    head = opens[-1].first
    assert head is not None
    counted = tuple((branch, branch.bit, branch.most) for branch in opens)
    before = _before(opens[0], opens[0].parent)
    return Step(head, closes, counted, head.bit, head.most, before, True, head.segment.id in _HEADS)


def _restored(branch: Branch, counts: Mapping[str, int], opened: Branch | None) -> Frame:
    """A frame by the walker's counts. A wrapper is not counted: it was met if it is open, or before what is."""
    frame = Frame(branch)
    for child in branch.children:
        if isinstance(child, Branch) and not child.first:
            count = int(opened is not None and child.loop.position <= opened.loop.position)
        else:
            count = counts.get(child.segment.path if isinstance(child, Node) else child.loop.path, 0)
        if count:
            frame.met |= child.bit
        if count > 1:
            frame.counts = {**(frame.counts or {}), child.bit: count}
    return frame
