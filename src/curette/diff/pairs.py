"""Which things of an old and a new list belong together: by keys, symmetrically, each thing once."""

from collections import defaultdict, deque
from collections.abc import Hashable, Sequence
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
    if len(olds) == len(news) and all(a.keys[0] == b.keys[0] for a, b in zip(olds, news, strict=True)):
        return list(zip(olds, news, strict=True))  # what is usual
    partners: dict[int, int] = {}  # new to old
    left = dict.fromkeys(range(len(olds)))
    for rank in range(max((len(each.keys) for each in chain(olds, news)), default=0)):
        places: defaultdict[Hashable, deque[int]] = defaultdict(deque)
        for i in left:
            places[_key(olds[i], rank)].append(i)
        places.pop(None, None)
        for j, new in enumerate(news):
            if j not in partners and (found := places.get(_key(new, rank))):
                partners[j] = found.popleft()
                del left[partners[j]]
        if not left or len(partners) == len(news):
            break
    both = [(j, 1, olds[partners[j]] if j in partners else None, new) for j, new in enumerate(news)]
    gone = [(i, 0, olds[i], None) for i in left]
    return [(old, new) for _, _, old, new in sorted([*both, *gone], key=lambda each: each[:2])]


def _key(each: Keyed, rank: int) -> Hashable:
    return each.keys[rank] if rank < len(each.keys) else None
