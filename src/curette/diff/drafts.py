"""What differs between two segments, before it is known of which claims and lines they are."""

from collections.abc import Hashable, Iterator, Mapping
from functools import lru_cache

from curette._records import record
from curette.diff import facts
from curette.diff.facts import Entry, Fact
from curette.diff.model import Kind
from curette.diff.words import NOBODY
from curette.x12.cas import Segment
from curette.x12.delimiters import Delimiters

_ONE_SIDED = (Kind.ADDED, Kind.REMOVED)


@record
class Draft:
    """A change before it is said of which claims."""

    kind: Kind
    field: str
    old: str | None
    new: str | None
    segment: str
    money: int | None = None  # cents
    payer: str | None = None
    private: bool = False


@lru_cache(maxsize=1 << 11)
def of_segment(old: Segment, new: Segment, delimiters: Delimiters) -> tuple[Draft, ...]:
    """The changes between two segments of a claim or line; either may be empty. Most recur, so they are kept."""
    before, after = (facts.entry(each, NOBODY, delimiters) if each else None for each in (old, new))
    return tuple(of_entry(before, after, ""))


def of_entry(old: Entry | None, new: Entry | None, payer: str) -> Iterator[Draft]:
    """The changes of a segment. Qualifiers that came or went with what they qualify are not told."""
    before, after = old.facts if old else {}, new.facts if new else {}
    if before == after:
        return
    segment = new.segment if new else old.segment if old else ""
    places = {**before, **after}
    found = {}
    for place, known in places.items():
        a, b = before.get(place), after.get(place)
        if a is None or b is None or a.value != b.value:
            found[place] = _fact(known.field, a, b, segment, payer)
    for place in [place for place in found if places[place].minor]:
        draft, other = found[place], found.get(_qualified(place, places))
        if other and draft.kind in _ONE_SIDED and other.kind is draft.kind:
            del found[place]
    yield from found.values()


def _qualified(place: Hashable, places: Mapping[Hashable, Fact]) -> Hashable:
    """The place of what a qualifier speaks of: the next that is none."""
    later = [
        p for p, known in places.items()
        if not known.minor and isinstance(p, tuple) and isinstance(place, tuple) and p > place
    ]  # fmt: skip
    return min(later, default=None)


def _fact(name: str, old: Fact | None, new: Fact | None, segment: str, payer: str) -> Draft:
    kind = Kind.ADDED if old is None else Kind.REMOVED if new is None else Kind.CHANGED
    if old and new and sorted(old.value) == sorted(new.value):
        kind = Kind.MOVED
    sides = [fact for fact in (old, new) if fact]
    amounts = [fact.amount for fact in sides if fact.amount is not None]
    sign = -1 if new is None else 1
    money = sign * (amounts[-1] - sum(amounts[:-1])) if amounts and len(amounts) == len(sides) else None
    before, after = (" ".join(fact.value) if fact else None for fact in (old, new))
    private = any(fact.private for fact in sides)
    return Draft(kind, name, before, after, segment, money, payer or None, private)
