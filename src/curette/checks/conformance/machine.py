"""The guide as a machine: it goes through the segments of a transaction and stops where one may be at fault.

Its state is the segment that was met last (a `Node`) and, for each loop that is open, a `Frame` of what was met in it:

    ST_LOOP ── DETAIL ── 2000A ── 2000B ── 2300 ── 2400      the loops that are open, one frame each
                                           CLM     LX        met: a bit for each child of the loop,
                                           HI      SV1       and a count from the second time on
                                                   DTP

Of a segment only its *sign* matters to the way: "REF*F8", the identifier with the qualifier that tells the nodes of
that identifier apart. From one node a sign always leads to the same other one (`ways`). That step - loops to close,
loops to open, node - is worked out once and kept. A loop that closes must have met all that it needs, nothing may be
met more often than the guide allows, and the text must match the expression of its node.

The machine never says that something is wrong, only where to look: `Run.go` stops there, and `mark` is a place before
it from which the walk, which has the words, can take over. `Run.resume` goes on where the walk found its way again.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from curette.checks.conformance.patterns import matcher
from curette.checks.conformance.shape import Loop, shape
from curette.checks.conformance.ways import Branch, Node, Step, branch_of, position, way_from
from curette.x12.delimiters import Delimiters
from curette.x12.transaction import Transaction

_KNOWN = 2_000  # texts kept for each node
ENVELOPE = frozenset({"ISA", "TA1", "GS", "GE", "IEA"})


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
        self.root = branch_of(guide)
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
            node.steps[sign] = None if sign in ENVELOPE else way_from(node, sign)
        return node.steps[sign]

    def way(self, node: Node, text: str) -> Step | None:
        """The way from `node` to the one of a segment; None when there is none, or the text may be at fault."""
        step = self.step(node, self.sign(text))
        if step is None:
            return None
        for meant in step.nodes:
            if (meant.matches or self._matcher(meant))(text):
                break
        else:
            return None
        if len(node.known) < _KNOWN:
            node.known[text] = step
        return step

    def _matcher(self, node: Node) -> Callable[[str], object]:
        node.matches = matcher(node.segment, self.delimiters)
        return node.matches


class Run:
    """One pass of the machine over one transaction, or over the part of it that is at hand."""

    def __init__(self, machine: Machine, node: Node, frames: list[Frame]) -> None:
        self.machine, self.node, self.frames = machine, node, frames
        self.mark = Mark(0, node, frames)
        self.told: tuple[int, str | None, int | None] = (0, None, None)  # before which segment the walk gave back, in
        # which claim and line

    @classmethod
    def begun(cls, machine: Machine, context: Iterable[str]) -> "Run | None":
        """Before ST, or - for a part - after its `context`; None where that has no way.

        The loops that the context leaves open held claims, or what else they need, in the parts before.
        """
        start = machine.root.first
        assert start is not None
        run = cls(machine, start, [Frame(machine.root, start.bit)])
        for text in context:
            step = machine.step(run.node, machine.sign(text))
            if step is None:
                return None
            run._enter(step)
        for frame in run.frames if len(run.frames) > 1 else ():
            for child in frame.branch.children:
                frame.met |= child.bit if isinstance(child, Branch) and child.required else 0
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
        beside = step is not None and step.node.loop is node.loop and position(step.node) == position(node)
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


def above(transaction: Transaction) -> list[str]:
    """What stands above a part, its ST as the guide has it: the envelope told what is wrong with that, and a part whose
    ST leads nowhere has no place for anything.
    """
    start = transaction.delimiters.element.join(("ST", "835" if transaction.remittance else "837"))
    return [start, *transaction.context_segments()[1:]] if transaction.context else []


@lru_cache(maxsize=16)  # a file has one or two sets of delimiters
def machine_of(kind: str, delimiters: Delimiters) -> Machine:
    """The machine for 837P or 835."""
    return Machine(shape(kind), delimiters)


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
