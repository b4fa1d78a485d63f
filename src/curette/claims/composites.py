"""Elements of several components as a claim holds them, each text cut once: one batch repeats the same few hundred."""

from functools import lru_cache
from typing import Final

from curette.claims.model import Diagnosis
from curette.x12.values import Table

_DIAGNOSES: Final = frozenset({"ABK", "ABF", "BK", "BF"})
Procedure = tuple[str, str, tuple[str, ...], str]


class Composites:
    """Tables by the text of an element.

    `parts`: its components. `procedures` (SV101, SVD03): qualifier, code, modifiers, description. `pointers` (SV107):
    numbers of diagnoses, ValueError for anything else. `diagnoses` (HI): None for codes that are no diagnosis.
    """

    def __init__(self, separator: str) -> None:
        self.parts: Table[str, list[str]] = Table(lambda text: text.split(separator))
        self.procedures: Table[str, Procedure] = Table(lambda text: _procedure(text.split(separator)))
        self.pointers: Table[str, tuple[int, ...]] = Table(lambda text: _pointers(text.split(separator)))
        self.diagnoses: Table[str, Diagnosis | None] = Table(lambda text: _diagnosis(text.split(separator)))


@lru_cache(maxsize=8)
def composites(separator: str) -> Composites:
    """The tables of one component separator, shared by all readers."""
    return Composites(separator)


def _procedure(parts: list[str]) -> Procedure:
    parts += [""] * 7
    return parts[0], parts[1], tuple(m for m in parts[2:6] if m), parts[6]


def _pointers(parts: list[str]) -> tuple[int, ...]:
    if any(not p.isdigit() or not p.isascii() or len(p) > 2 for p in parts if p):
        raise ValueError
    return tuple(int(p) for p in parts if p)


def _diagnosis(parts: list[str]) -> Diagnosis | None:
    return Diagnosis(parts[0], parts[1] if len(parts) > 1 else "") if parts[0] in _DIAGNOSES else None
