"""Claims whose control numbers do not settle what replaces what: the payer's numbers, then numbers with something put
before or after them, then patient, dates and provider; then claims that were split or merged.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import chain, product

from curette.claims.model import MADE_AGAIN, REPLACEMENT, VOID, Claim
from curette.dates import overlap
from curette.diff import likeness
from curette.diff.model import Match, MatchedBy
from curette.diff.pool import Barred, Group, Numbers, Pool
from curette.findings import Confidence

_Places = tuple[set[int], set[int]]
"""Of old and of new claims."""
_Sent = tuple[int, int, Claim]
"""A claim with its side and place."""


def resolve(
    olds: Sequence[Claim], news: Sequence[Claim], held: Sequence[Match], numbers: Numbers, barred: Barred
) -> Iterator[Match]:
    """Every claim of `olds` and `news` once. Those that stay alone may belong to one of the pairs `held`."""
    claims = [*(m.olds[0] for m in held), *olds], [*(m.news[0] for m in held), *news]
    pool = Pool(claims, numbers)
    for place, match in enumerate(held):
        pool.join(place, place, match.matched_by or MatchedBy.CLAIM, match.confidence or Confidence.CERTAIN)
    pool.equal()
    replaced = _versions(pool)
    voids = _Voids(pool, replaced)
    pool.linked()
    pool.namesakes(len(held))
    pool.by_services(barred)
    if voids.take_back():
        pool.by_services(barred)
    yield from _matches(pool, replaced, voids)


def _matches(pool: Pool, replaced: _Places, voids: "_Voids") -> Iterator[Match]:
    """All of them, in the order of the new claims; then old ones alone."""
    renamed = [_renamed(claims, pool.numbers) for claims in pool.claims]
    told: set[int] = set()
    for j, new in enumerate(pool.claims[1]):
        yield from voids.beside.get(j, ())
        group = pool.of[1].get(j)
        if j in replaced[1] or (group is None and j not in pool.aside[1]):
            yield Match((), (new,), replaced=j in replaced[1] or j in renamed[1])
        elif group is not None and id(group) not in told:
            told.add(id(group))
            olds, news = ([pool.claims[side][k] for k in sorted(group.places[side])] for side in (0, 1))
            voided = not voids.taken_back.isdisjoint(group.places[0])
            yield Match(olds, news, group.matched_by, group.confidence, voided=voided)
    for i, old in enumerate(pool.claims[0]):
        if i in replaced[0] or (i not in pool.of[0] and i not in pool.aside[0]):
            yield Match((old,), (), replaced=i in replaced[0] or i in renamed[0])


# -- what a side replaced itself


def _versions(pool: Pool) -> _Places:
    """Of a claim that one side has more often than the other, put aside what that side itself replaced or voided: a
    folder holds a claim and its corrections, and what comes next is held against the last of them.
    """
    counts = [Counter(claim.control_number for claim in claims) for claims in pool.claims]
    repeated = frozenset(name for side in counts for name, times in side.items() if times > 1)
    named: defaultdict[tuple[str, str], list[_Sent]] = defaultdict(list)
    for side in (0, 1):
        for place, claim in pool.free(side).items():
            if claim.control_number in repeated:
                named[claim.control_number, claim.subscriber.sequence].append((side, place, claim))
    replaced: _Places = (set(), set())
    for visit in chain.from_iterable(map(_visits, named.values())):
        places = [[place for its, place, _ in visit if its == side] for side in (0, 1)]
        for side, claims in enumerate(pool.claims):
            if len(places[side]) > 1:
                replaced[side].update(_replaced(claims, places[side], len(places[1 - side])))
    for side in (0, 1):
        pool.aside[side].update(replaced[side])
    return replaced


def _visits(named: list[_Sent]) -> list[list[_Sent]]:
    """Claims of one number by their days: some offices number patients. Corrections that have no day in common with a
    claim that is none are of the only visit, if there is but one: the day was wrong.
    """
    found: list[list[_Sent]] = []
    last = date.min
    for each in sorted(named, key=lambda each: _first_day(each[2])):
        if not found or _first_day(each[2]) > last:
            found.append([])
        found[-1].append(each)
        days = each[2].service_dates
        last = max(last, days.end) if days else last
    first = [visit for visit in found if any(claim.frequency not in MADE_AGAIN for *_, claim in visit)]
    return found if len(first) > 1 else [named]


def _first_day(claim: Claim) -> date:
    days = claim.service_dates
    return days.start if days else date.min


def _replaced(claims: Sequence[Claim], places: Sequence[int], others: int) -> list[int]:
    """Which claims of one number a side replaced, or voided and sent anew, by another batch, the voids and then the
    earliest first; one stays, or as many as there are on the other side. Without any there, a void is told. What one
    batch sends twice is for a person to see.
    """
    order = sorted(places, key=lambda k: (*_batch(claims[k]), k))
    if any(likeness.strangers(claims[order[-1]], claims[k]) for k in order[:-1]):
        return []
    first = _batch(claims[order[0]])
    voids = [k for k in order if claims[k].frequency == VOID and _batch(claims[k]) != first] if others else []
    anew = _batch(claims[voids[0]]) if voids else None
    apart = [
        k
        for k in order
        if claims[k].frequency == REPLACEMENT or (anew and k not in voids and _batch(claims[k]) >= anew)
    ]
    last = _batch(claims[apart[-1]]) if apart else first
    earlier = [k for k in order if k not in voids and _batch(claims[k]) < last]
    return [*voids, *earlier][: len(places) - max(others, 1)]


def _renamed(claims: Sequence[Claim], numbers: Numbers) -> set[int]:
    """The claims that a later batch of their own side corrected, though perhaps under another control number."""
    again: defaultdict[str, list[Claim]] = defaultdict(list)  # by the payer's number that is corrected
    for claim in claims:
        if claim.frequency in MADE_AGAIN and claim.original_reference:
            again[claim.original_reference].append(claim)
    return {
        k
        for k, claim in enumerate(claims if again else ())
        for number in numbers.get(claim.control_number, ())
        for other in again.get(number, ())
        if _batch(other) > _batch(claim)
        and (other.control_number != claim.control_number or overlap(other.service_dates, claim.service_dates))
    }


def _batch(claim: Claim) -> tuple[str, str]:
    return claim.submission.created, claim.submission.number


# -- voids


def _taken_back(claims: Sequence[Claim]) -> set[int]:
    """The claims that a later batch of their own side voided under their control number."""
    voids: defaultdict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.frequency == VOID:
            voids[claim.control_number].append(claim)
    return {
        k
        for k, claim in enumerate(claims if voids else ())
        for void in voids.get(claim.control_number, ())
        if _batch(claim) < _batch(void) and overlap(claim.service_dates, void.service_dates)
    }


class _Voids:
    """The voids of both sides, put aside: what comes in the place of a claim is sought as if there were none."""

    def __init__(self, pool: Pool, replaced: _Places) -> None:
        self._pool, self._replaced = pool, replaced
        free = pool.free(0), pool.free(1)
        olds, news = ({k for k, claim in each.items() if claim.frequency == VOID} for each in free)
        self._left: _Places = (olds, news)
        for side in (0, 1):
            pool.aside[side].update(self._left[side])
        self.beside: defaultdict[int, list[Match]] = defaultdict(list)  # by new place
        self.taken_back = _taken_back(pool.claims[0])  # old claims that a void takes back

    def take_back(self) -> bool:
        """Pair voids with what they take back, as far as numbers tell it: beside what that is paired with, if anything.
        Whether there are voids; those that are left are claims like others.
        """
        pool, left = self._pool, self._left
        if not any(left):
            return False
        sent = [
            [k for k, c in enumerate(claims) if c.frequency != VOID and k not in self._replaced[side]]
            for side, claims in enumerate(pool.claims)
        ]
        for side in (0, 1):
            pool.aside[side].difference_update(left[side])
        for olds, news in (left, (sent[0], left[1]), (left[0], sent[1])):
            inner = Pool(pool.claims, pool.numbers, (sorted(olds), sorted(news)))
            inner.linked()
            inner.namesakes()
            for found in inner.groups:
                for i, j in product(*found.places):
                    self._take_back(i, j, found)
            for side in (0, 1):
                left[side].difference_update(pool.of[side], pool.aside[side])
        return True

    def _take_back(self, i: int, j: int, found: Group) -> None:
        """An old and a new claim, one of which voids the other; or both void a third."""
        pool = self._pool
        old, new = pool.claims[0][i], pool.claims[1][j]
        if all(place not in pool.of[side] and place not in pool.aside[side] for side, place in enumerate((i, j))):
            pool.join(i, j, found.matched_by, found.confidence)
            return
        if old.frequency == new.frequency:
            return
        side = int(new.frequency == VOID)
        place, void, sent = (j, new, old) if side else (i, old, new)
        if side:
            self.taken_back.add(i)
        if place in pool.of[side]:  # it has its pair
            return
        pool.aside[side].add(place)
        if _batch(sent) <= _batch(void):
            self.beside[j].append(Match((old,), (new,), found.matched_by, found.confidence, beside=True))
        else:  # it took back what was there before
            self._replaced[side].add(place)
