"""The shape of a guide: its loops, segments and elements as plain data, without the words.

It is taken from the map of the installed pyx12 once (`maps.shape`) and kept in the user's cache folder, so that a run
without faults need not load that map. A kept shape holds the versions and the hash of the files it was taken from, and
a hash of itself: another pyx12, a damaged or half-written file is not used, but made anew. It is JSON: nothing in it
can run.
"""

import contextlib
import hashlib
import json
import os
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import platformdirs
from attrs import asdict, frozen

from curette import private

FILES = {"837P": "837.5010.X222.A1.xml", "835": "835.5010.X221.A1.xml"}  # of pyx12
FORM = 2  # of what is kept; to be raised when the classes below change, or what `maps.shape` puts into them


@frozen
class Element:
    """A simple element or a component: `codes` are all that are allowed, none means any."""

    usage: str  # R(equired), S(ituational), N(ot used)
    type: str  # ID AN R N0... DT TM
    least: int  # characters, or digits of a number
    most: int
    number: str  # of the data element dictionary
    codes: tuple[str, ...] = ()
    pattern: str = ""  # a regular expression that the value must hold


@frozen
class Composite:
    """An element of components."""

    usage: str
    parts: tuple[Element, ...]


@frozen
class Segment:
    """A segment at its place in a loop."""

    id: str
    path: str
    position: int  # segments and loops of one position may come in any order
    most: int | None  # how often; None is without limit
    usage: str
    fields: tuple[Element | Composite, ...]
    key: tuple[int, int] | None = None  # the element and component (0: none) that tells it from others of its id
    codes: tuple[str, ...] = ()  # what the key may be
    relations: tuple[tuple[str, tuple[int, ...]], ...] = ()  # P R E C L and the elements meant, as X12 writes them


@frozen
class Loop:
    """A loop, or one of the wrappers around table 1, 2 and 3, which open with a loop and are not counted."""

    id: str
    path: str
    position: int
    most: int | None
    usage: str
    children: tuple["Loop | Segment", ...]  # by position

    @property
    def first(self) -> Segment | None:
        """The segment that opens it; a wrapper has none."""
        return head if isinstance(head := self.children[0], Segment) else None


@cache
def shape(kind: str) -> Loop:
    """The loop of GS of 837P or 835: from the cache folder, else from pyx12's map, and then kept."""
    path, stamp = _place(kind), _stamp(kind)
    known = _kept(path, stamp)
    if known is None:
        from curette.checks.conformance import maps

        known = maps.shape(kind)
        _keep(path, stamp, known)
    return known


# -- on disk


def _place(kind: str) -> Path:
    """$CURETTE_CACHE, or the user's cache folder."""
    named = os.environ.get("CURETTE_CACHE")
    folder = Path(named) if named else platformdirs.user_cache_path("curette")
    return folder / f"guide-{kind}.json"


def _stamp(kind: str) -> str:
    """What a kept shape depends on."""
    spec = find_spec("pyx12")
    folder = Path(spec.origin).parent / "map" if spec is not None and spec.origin else Path()
    digest = hashlib.sha256()
    for name in (FILES[kind], "dataele.xml"):
        with contextlib.suppress(OSError):  # from a zip: the version alone must do
            digest.update((folder / name).read_bytes())
    return f"{FORM} {version('pyx12')} {digest.hexdigest()}"


def _kept(path: Path, stamp: str) -> Loop | None:
    """The shape in a file, if it is whole and of this pyx12."""
    try:
        head, seal, body = path.read_text("utf-8").split("\n", 2)
    except (OSError, ValueError):
        return None
    if head != stamp or seal != _seal(body):
        return None
    return _loop(json.loads(body))


def _keep(path: Path, stamp: str, shape: Loop) -> None:
    """Write a file that is there whole or not at all. A folder that cannot be written to costs time, nothing else."""
    body = json.dumps(asdict(shape), separators=(",", ":"))
    with contextlib.suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with private.replacing(path) as file:
            file.write(f"{stamp}\n{_seal(body)}\n{body}".encode())


def _seal(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()


def _loop(data: dict[str, Any]) -> Loop:
    children = tuple(_loop(c) if "children" in c else _segment(c) for c in data.pop("children"))
    return Loop(**data, children=children)


def _segment(data: dict[str, Any]) -> Segment:
    fields = tuple(_composite(f) if "parts" in f else _element(f) for f in data.pop("fields"))
    key, codes, relations = data.pop("key"), data.pop("codes"), data.pop("relations")
    return Segment(
        **data, fields=fields, key=tuple(key) if key else None, codes=tuple(codes),
        relations=tuple((sort, tuple(numbers)) for sort, numbers in relations),
    )  # fmt: skip


def _composite(data: dict[str, Any]) -> Composite:
    return Composite(data["usage"], tuple(map(_element, data["parts"])))


def _element(data: dict[str, Any]) -> Element:
    return Element(**{**data, "codes": tuple(data["codes"])})
