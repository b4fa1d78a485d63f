"""What differs between two segments, before it is known of which claims and lines they are."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from functools import lru_cache

from curette._records import record
from curette.diff import facts
from curette.diff.facts import Entry, Fact
from curette.diff.model import Kind
from curette.diff.same import Words
from curette.diff.words import NOBODY
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


def of_segment(old: Words, new: Words, delimiters: Delimiters) -> Sequence[Draft]:
    """The changes between two segments of a claim or line; either may be empty."""
    alone = (old or new)[0] == "REF"  # numbers that no other claim has: to keep these costs more than it saves
    return (_of_segment if alone else _recurring)(old, new, delimiters)


def _of_segment(old: Words, new: Words, delimiters: Delimiters) -> Sequence[Draft]:
    before, after = (facts.entry(each, NOBODY, delimiters) if each else None for each in (old, new))
    return tuple(of_entry(before, after, ""))


_recurring = lru_cache(maxsize=1 << 11)(_of_segment)


def of_entry(old: Entry | None, new: Entry | None, payer: str) -> Iterator[Draft]:
    """The changes of a segment. Qualifiers that came or went with what they qualify are not told."""
    if old is None or new is None:
        alone = old or new
        if alone is not None:
            yield from _of_one(alone, Kind.ADDED if old is None else Kind.REMOVED, payer)
        return
    before, after, segment = old.facts, new.facts, new.segment
    if before == after:
        return
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


def _of_one(entry: Entry, kind: Kind, payer: str) -> Iterator[Draft]:
    """The changes where a segment came or went."""
    for place, fact in entry.facts.items():
        if fact.minor and _qualified(place, entry.facts) is not None:
            continue
        value, money = " ".join(fact.value), fact.amount
        old, new = (None, value) if kind is Kind.ADDED else (value, None)
        if money is not None and new is None:
            money = -money
        yield Draft(kind, fact.field, old, new, entry.segment, money, payer or None, fact.private)


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
