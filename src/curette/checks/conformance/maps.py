"""The maps of the installed pyx12: loaded once a process, mended where they are wrong, and their shape taken.

A guide loaded here is not changed afterwards. Loading takes the better part of a second, so the machine works from the
shape, which is kept on disk, and the map itself is only loaded to explain a fault.
"""

import logging
from functools import cache
from itertools import chain
from typing import Any

import pyx12.map_if
import pyx12.params
from attrs import frozen
from pyx12.map_if._base import MAXINT

from curette.checks.conformance import elements
from curette.checks.conformance.nodes import leaves, where
from curette.checks.conformance.shape import FILES, Composite, Element, Loop, Segment

_EXCLUDED = "remark_code,currency,states,country,pos"  # all its outside lists: they are SNIP 5's to hold against


@frozen(eq=False)
class Guide:
    """A map of pyx12, corrected, with what is looked up in it often."""

    start: Any  # the node of GS: the walk begins there
    nodes: dict[str, list[Any]]  # segment identifier to its nodes inside ST
    paths: dict[str, Any]  # path to node, of GS and all inside ST
    codes: elements.Codes


@cache
def guide(kind: str) -> Guide:
    """The guide of 837P or 835."""
    _silence()
    params = pyx12.params.ParamsBase()
    params.set("exclude_external_codes", _EXCLUDED)
    root = pyx12.map_if.load_map_file(FILES[kind], params)
    _correct(root)
    nodes: dict[str, list[Any]] = {}
    codes: elements.Codes = {}
    for node in root.getnodebypath("/ISA_LOOP/GS_LOOP/ST_LOOP").loop_segment_iterator():
        if node.is_segment():
            nodes.setdefault(node.id, []).append(node)
            for leaf in leaves(node):
                codes[leaf.data_ele] = codes.get(leaf.data_ele, frozenset()).union(leaf.valid_codes)
    start = root.getnodebypath("/ISA_LOOP/GS_LOOP/GS")
    paths = {node.get_path(): node for node in (start, *chain.from_iterable(nodes.values()))}
    return Guide(start, nodes, paths, codes)


def _silence() -> None:
    """pyx12 logs values of elements: nothing of it may reach a handler of the caller."""
    log = logging.getLogger("pyx12")
    log.propagate = False
    if not log.handlers:
        log.addHandler(logging.NullHandler())


def _correct(root: Any) -> None:
    """Mend what is wrong in a map of pyx12 4.0.0; the tests fail when a correction is no longer needed."""
    for node in root.loop_segment_iterator():
        if node.is_loop() and node.id == "FOOTER" and node.get_first_seg() is not None:
            node.repeat = ">1"  # each PLB opens the loop anew, and there may be many
        if node.is_segment() and node.id == "NM1" and node.parent.id == "2010BA":
            for leaf in node.children[7:9]:  # an employer, or a motorist, is no member (RFI 1990): SNIP 4 asks who is
                leaf.usage = "S"
        if node is not root:
            node._x12path = node.get_path()  # text hashes faster than the objects pyx12 counts by


# -- the shape


def shape(kind: str) -> Loop:
    """The shape of a guide: the loop of GS, in which that of ST is."""
    return _loop(guide(kind).start.parent)


def _loop(node: Any) -> Loop:
    filled = (child for child in node.childIterator() if child.is_segment() or len(child))
    children = tuple(_loop(child) if child.is_loop() else _segment(child) for child in filled)
    return Loop(node.id, node.get_path(), node.pos, _most(node), node.usage, children)


def _segment(node: Any) -> Segment:
    key = node._resolve_unique_key_field(node.id, with_qual=False)  # as `is_match` does
    return Segment(
        node.id, node.get_path(), node.pos, _most(node), node.usage, tuple(map(_field, node.children)),
        key=where(key[0]) if key else None, codes=tuple(key[0].valid_codes) if key else (),
        relations=tuple((sort, tuple(numbers)) for sort, *numbers in node.syntax),
    )  # fmt: skip


def _field(node: Any) -> Element | Composite:
    return Composite(node.usage, tuple(map(_element, node.children))) if node.is_composite() else _element(node)


def _element(leaf: Any) -> Element:
    codes = () if leaf.external_codes else tuple(leaf.valid_codes)  # outside lists are all left out above
    return Element(leaf.usage, leaf.data_type, leaf.min_len, leaf.max_len, leaf.data_ele, codes, leaf.res or "")


def _most(node: Any) -> int | None:
    most = node.get_max_repeat()
    return None if most >= MAXINT else most
