"""Questions to the nodes of a pyx12 map: what may follow, where a loop begins, what a place is called, what was met.

A node is a segment or a loop of the guide; nodes are compared by identity, since pyx12 calls siblings of one
identifier equal. The map's wrappers around table 1, 2 and 3 are loops to pyx12, but not to the guide.
"""

from collections.abc import Iterator, Mapping
from typing import Any

_WRAPPERS = frozenset({"ISA_LOOP", "GS_LOOP", "ST_LOOP", "HEADER", "DETAIL", "FOOTER"})


class Counts:
    """pyx12's NodeCounter by text paths: how often each loop and segment was met."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self._counts = dict(counts)

    def copy(self) -> "Counts":
        """The counts as they are now."""
        return Counts(self._counts)

    def reset_to_node(self, path: str) -> None:
        """Forget what was met inside `path`."""
        inside = f"{path}/"
        for key in [k for k in self._counts if k.startswith(inside)]:
            del self._counts[key]

    def increment(self, path: str) -> None:
        """One more of `path`."""
        self._counts[path] = self._counts.get(path, 0) + 1

    def get_count(self, path: str) -> int:
        """How many of `path` since its loop began."""
        return self._counts.get(path, 0)

    def by_path(self) -> Mapping[str, int]:
        """All of them."""
        return self._counts


def leaves(node: Any) -> Iterator[Any]:
    """The simple elements and components of a segment node."""
    for child in node.children:
        yield from child.children if child.is_composite() else (child,)


def where(leaf: Any) -> tuple[int, int]:
    """Element and component of a leaf; component 0 for a simple element."""
    return (leaf.parent.seq, leaf.seq) if leaf.parent.is_composite() else (leaf.seq, 0)


def loop_name(loop: Any) -> str | None:
    """The guide's name of a loop ("2010AA"); wrappers have none."""
    return None if loop.id in _WRAPPERS else str(loop.id)


def named(node: Any) -> str:
    """ "NM1*PR": a segment node by identifier and its qualifier, where it has only one."""
    key = node.guess_unique_key_id_element() if node.is_segment() else None
    if key is None or len(key.valid_codes) != 1 or where(key) != (1, 0):
        return str(node.id)
    return f"{node.id}*{key.valid_codes[0]}"


def together(node: Any, other: Any) -> bool:
    """Whether two segment nodes share a position of a loop: they may come in any order."""
    return node.parent is other.parent and node.pos == other.pos


def passed(missing: Any, node: Any) -> bool:
    """Whether `missing`, at the position number of `node`, can no longer come: its loop was left, or never entered."""
    loop = missing.parent
    return loop is not node.parent and not (loop.parent is node.parent and loop.pos == node.pos)


def ahead(node: Any) -> Iterator[Any]:
    """The segment nodes that may follow `node`, as the walker looks for them."""
    loop, position = node.parent, node.pos
    while not loop.is_map_root():
        for child in loop.childIterator():
            if child.pos >= position:
                yield from _firsts(child)
        if loop.id == "ST_LOOP":
            return
        loop, position = loop.parent, loop.pos


def _firsts(child: Any) -> Iterator[Any]:
    """A segment itself, the segment that opens a loop, or those that open the loops in a wrapper."""
    if child.is_segment():
        yield child
    elif (first := child.get_first_seg()) is not None:
        yield first
    else:
        for loop in child.childIterator():
            yield from _firsts(loop)


def needed(node: Any) -> Iterator[Any]:
    """The loops that those around `node` need, below the transaction."""
    loop = node.parent
    while loop.id != "ST_LOOP" and not loop.is_map_root():
        yield from (c for c in loop.childIterator() if c.is_loop() and c.usage == "R" and c.get_first_seg() is not None)
        loop = loop.parent


def lost_head(node: Any, segment: Any) -> Any | None:
    """The head that is missing before `segment`: of a required loop ahead that may go on with it at once, or of the
    only other loop ahead that must."""
    may = [(n, child) for n in ahead(node) if n.parent.get_first_seg() is n and (child := _after_head(n, segment))]
    required = [n for n, _ in may if n.parent.usage == "R"]
    certain = [n for n, child in may if child.usage == "R"]
    return required[0] if required else certain[0] if len(certain) == 1 else None


def _after_head(head: Any, segment: Any) -> Any | None:
    """The child of the loop of `head` that `segment` is, or begins, with nothing required left out between them."""
    for child in head.parent.childIterator():
        if child is head:
            continue
        if any(first.is_match(segment) for first in _firsts(child)):
            return child
        if child.usage == "R":
            return None
    return None
