"""The guide as loops and segments, and the ways between them: from one segment a sign always leads to the same other.

The way is found as pyx12's walker finds it: ahead in the loop, then ahead of each loop around it.
"""

from collections.abc import Callable, Iterator
from itertools import count
from typing import NamedTuple

from attrs import define, field

from curette.checks.conformance.shape import Loop, Segment

_UNLIMITED = 1 << 60
_HEADS = frozenset({"CLM", "CLP"})


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
    nodes: tuple[Node, ...]  # it, and those beside it that a sign cannot tell from it (PWK*CT): it may be meant for any
    closes: int
    opens: tuple[tuple[Branch, int, int], ...]  # with its bit and how often
    bit: int  # of the node
    most: int
    before: int  # the bits of what must have been met before it, in the loop that it comes to
    moves: bool = False  # it closes or opens loops
    heads: bool = False  # a claim begins here


def branch_of(loop: Loop, parent: Branch | None = None, bit: int = 0) -> Branch:
    """A loop of the guide with everything in it."""
    branch = Branch(loop, parent, bit)
    for number, part in enumerate(loop.children):
        bit = 1 << number
        child = branch_of(part, branch, bit) if isinstance(part, Loop) else Node(part, branch, bit)
        branch.children.append(child)
        branch.needs |= bit if _required(child) else 0
    return branch


def way_from(node: Node, sign: str) -> Step | None:
    """The way from a segment to where a sign leads; None where it leads nowhere."""
    loop, after = node.loop, position(node)
    for closes in count():
        for child in loop.children:
            if position(child) < after:
                continue
            if isinstance(child, Branch):
                if _opened(child, sign) and (opens := _entered(child, sign)):
                    return _made(closes, opens, sign)
            elif _is(child, sign):
                if loop.first and _is(loop.first, sign):
                    return _made(closes + 1, [loop], sign)
                nodes = tuple(_twins(child, sign))
                return Step(child, nodes, closes, (), child.bit, child.most, _before(child, loop), closes > 0)
        if loop.parent is None:
            break
        loop, after = loop.parent, position(loop)
    return None


def _before(part: Branch | Node, loop: Branch | None) -> int:
    """The bits of what `loop` must have met before `part`; before a loop also those of its position that precede it."""
    siblings = loop.children if loop is not None else []
    if isinstance(part, Branch):
        earlier = siblings[: siblings.index(part)]
    else:
        earlier = [s for s in siblings if position(s) < position(part)]
    return sum(s.bit for s in earlier if _required(s))


def _required(part: Branch | Node) -> bool:
    return part.required if isinstance(part, Branch) else part.segment.usage == "R"


def position(part: Branch | Node) -> int:
    """Where it stands in the loop around it; several may stand at one place."""
    return part.loop.position if isinstance(part, Branch) else part.segment.position


def _twins(node: Node, sign: str) -> Iterator[Node]:
    """A node, and those beside it that a sign cannot tell from it."""
    yield node
    for other in node.loop.children:
        if other is not node and isinstance(other, Node) and position(other) == position(node) and _is(other, sign):
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


def _made(closes: int, opens: list[Branch], sign: str) -> Step:
    head = opens[-1].first
    assert head is not None
    counted = tuple((branch, branch.bit, branch.most) for branch in opens)
    before = _before(opens[0], opens[0].parent)
    is_claim = head.segment.id in _HEADS
    return Step(head, tuple(_twins(head, sign)), closes, counted, head.bit, head.most, before, True, is_claim)
