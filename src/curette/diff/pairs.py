"""Which things of an old and a new list belong together: by keys, symmetrically, each thing once."""

from collections import defaultdict, deque
from collections.abc import Hashable, Mapping, Sequence
from itertools import chain
from typing import Protocol, TypeVar


class Keyed(Protocol):
    """Something with keys, the strictest first; the first is always there, others may be None."""

    @property
    def keys(self) -> tuple[Hashable, ...]:
        """Equal keys of one rank make a pair."""


T = TypeVar("T", bound=Keyed)
Pair = tuple[T | None, T | None]


def pair(olds: Sequence[T], news: Sequence[T]) -> list[Pair[T]]:
    """Things with equal keys, the strictest keys first and in order where several are alike; then what stays alone.

    In the order of the new list; what is gone stands where it stood. `pair(b, a)` has the same pairs turned round.
    """
    if not olds or not news:
        return [(old, None) for old in olds] + [(None, new) for new in news]
    if len(olds) == len(news) and all(a.keys[0] == b.keys[0] for a, b in zip(olds, news, strict=True)):
        return list(zip(olds, news, strict=True))  # what is usual
    partners: dict[int, int] = {}  # new to old
    for rank in range(max((len(each.keys) for each in chain(olds, news)), default=0)):
        by_key(olds, news, partners, rank)
    return [
        (None if i is None else olds[i], None if j is None else news[j])
        for i, j in ordered(len(olds), len(news), partners)
    ]


def by_key(olds: Sequence[T], news: Sequence[T], partners: dict[int, int], rank: int) -> None:
    """Add to `partners` (new place to old) those still alone that have equal keys of one rank, in order."""
    if len(partners) == min(len(olds), len(news)):
        return
    taken = set(partners.values())
    places: defaultdict[Hashable, deque[int]] = defaultdict(deque)
    for i, old in enumerate(olds):
        if i not in taken:
            places[_key(old, rank)].append(i)
    places.pop(None, None)
    for j, new in enumerate(news):
        if j not in partners and (found := places.get(_key(new, rank))):
            partners[j] = found.popleft()


def ordered(olds: int, news: int, partners: Mapping[int, int]) -> list[tuple[int | None, int | None]]:
    """Places in the order of the new list; what is gone stands where it stood."""
    kept = set(partners.values())
    rows: list[tuple[int, int, int | None, int | None]] = [(j, 1, partners.get(j), j) for j in range(news)]
    rows += [(i, 0, i, None) for i in range(olds) if i not in kept]
    return [(old, new) for _, _, old, new in sorted(rows, key=lambda row: row[:2])]


def _key(each: Keyed, rank: int) -> Hashable:
    return each.keys[rank] if rank < len(each.keys) else None
