"""Claims whose control numbers do not settle what replaces what: the payer's numbers, then numbers with something put
before or after them, then patient, dates and provider; then claims that were split or merged.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import product

from attrs import define

from curette.claims.model import MADE_AGAIN, REPLACEMENT, VOID, Claim
from curette.dates import overlap
from curette.diff import likeness
from curette.diff.assign import MOST, assign
from curette.diff.model import Match, MatchedBy
from curette.findings import Confidence

Numbers = Mapping[str, Collection[str]]


@define
class _Group:
    """Places of old and new claims that belong together."""

    olds: list[int]
    news: list[int]
    matched_by: MatchedBy
    confidence: Confidence


def resolve(
    olds: Sequence[Claim],
    news: Sequence[Claim],
    held: Sequence[Match],
    numbers: Numbers,
    barred: tuple[Collection[str], Collection[str]] | None,
) -> Iterator[Match]:
    """Every claim of `olds` and `news` once. Those that stay alone may belong to one of the pairs `held`.

    `barred` are control numbers of old and of new claims that only numbers may pair; None bars all.
    """
    first = len(held)
    pool = _Pool([*(m.olds[0] for m in held), *olds], [*(m.news[0] for m in held), *news], numbers)
    for place, match in enumerate(held):
        pool.join(place, place, match.matched_by or MatchedBy.CLAIM, match.confidence or Confidence.CERTAIN)
    pool.equal()
    pool.versions()
    pool.voids()
    pool.linked()
    pool.namesakes(first)
    if barred is not None:
        pool.patients(*barred)
        pool.parts(*barred)
    if pool.take_back() and barred is not None:
        pool.patients(*barred)
        pool.parts(*barred)
    yield from pool.matches()


class _Pool:
    """The claims in doubt. Each step pairs some of those that are still alone."""

    def __init__(self, olds: Sequence[Claim], news: Sequence[Claim], numbers: Numbers) -> None:
        self.olds, self.news, self.numbers = olds, news, numbers
        self.groups: list[_Group] = []
        self.of_old: dict[int, _Group] = {}
        self.of_new: dict[int, _Group] = {}
        self.replaced: tuple[set[int], set[int]] = (set(), set())
        self._voids: tuple[set[int], set[int]] = (set(), set())  # set aside until all others are paired
        self._voided: set[int] = set()  # old claims that a void takes back
        self._beside: list[tuple[int, int, _Group]] = []  # a void, and what it takes back is paired otherwise
        self._naming: dict[int, dict[Hashable, list[int]]] = {}  # by side: what names a number of the payer's

    def join(self, i: int, j: int, by: MatchedBy, confidence: Confidence) -> None:
        """Old claim `i` and new claim `j` belong together, and with what either is joined to."""
        group = self.of_old.get(i) or self.of_new.get(j)
        if group is None:
            group = _Group([], [], by, confidence)
            self.groups.append(group)
        if i not in self.of_old:
            group.olds.append(i)
            self.of_old[i] = group
        if j not in self.of_new:
            group.news.append(j)
            self.of_new[j] = group

    def equal(self) -> None:
        """Claims that say the same in the same words."""
        shared = {c.control_number for c in self.olds} & {c.control_number for c in self.news}
        sides = []
        for claims, taken in ((self.olds, self.of_old), (self.news, self.of_new)):
            free = {k: c for k, c in enumerate(claims) if k not in taken and c.control_number in shared}
            sides.append(_by(free, likeness.fingerprint))
        for key, places in sides[0].items():
            for i, j in zip(places, sides[1].get(key, ()), strict=False):
                linked = self.news[j].original_reference in self.numbers.get(self.olds[i].control_number, ())
                self.join(i, j, MatchedBy.PAYER_CLAIM if linked else MatchedBy.CLAIM, Confidence.CERTAIN)

    def versions(self) -> None:
        """Of a claim that one side has more often than the other, set aside what that side itself replaced or voided: a
        folder holds a claim and its corrections, and what comes next is held against the last of them.
        """
        by_name: list[dict[Hashable, list[int]]] = []
        counts = [Counter(claim.control_number for claim in claims) for claims in (self.olds, self.news)]
        repeated = frozenset(name for side in counts for name, times in side.items() if times > 1)
        for claims, taken in ((self.olds, self.of_old), (self.news, self.of_new)):
            free = {k: c for k, c in enumerate(claims) if c.control_number in repeated and k not in taken}
            by_name.append(_by(free, lambda c: (c.control_number, c.subscriber.sequence)))
        for side, claims in enumerate((self.olds, self.news)):
            for name, places in by_name[side].items():
                if len(places) > 1:
                    aside = _replaced(claims, places, len(by_name[1 - side].get(name, ())))
                    self._set_aside(side, aside)
                    self.replaced[side].update(aside)

    def _set_aside(self, side: int, places: Iterable[int]) -> None:
        self._taken[side].update((k, _Group([], [], MatchedBy.CLAIM, Confidence.CERTAIN)) for k in places)

    @property
    def _taken(self) -> tuple[dict[int, _Group], dict[int, _Group]]:
        return self.of_old, self.of_new

    def voids(self) -> None:
        """Set aside the voids of both sides: what comes in the place of a claim is sought as if there were none."""
        for side, claims in enumerate((self.olds, self.news)):
            voids = [k for k, c in enumerate(claims) if c.frequency == VOID]
            self._voids[side].update(k for k in voids if k not in self._taken[side])
            self._set_aside(side, self._voids[side])
            if voids and side == 0:
                last = {
                    claims[k].control_number: _batch(claims[k]) for k in sorted(voids, key=lambda k: _batch(claims[k]))
                }
                self._voided.update(k for k, c in enumerate(claims) if _batch(c) < last.get(c.control_number, ("", "")))

    def take_back(self) -> bool:
        """Pair voids with what they take back, as far as numbers tell it: beside what that is paired with, if anything.
        Whether there are voids; those that are left are claims like others.
        """
        voids = [*map(set, self._voids)]
        rest = [
            [k for k, c in enumerate(claims) if c.frequency != VOID and k not in self.replaced[side]]
            for side, claims in enumerate((self.olds, self.news))
        ]
        for side, places in enumerate(voids):
            for k in places:
                del self._taken[side][k]
        for olds, news in (voids, (rest[0], voids[1]), (voids[0], rest[1])) if any(voids) else ():
            left, right = sorted(olds), sorted(news)
            pool = _Pool([self.olds[k] for k in left], [self.news[k] for k in right], self.numbers)
            pool.linked()
            pool.namesakes(0)
            for found in pool.groups:
                for i, j in product([left[k] for k in found.olds], [right[k] for k in found.news]):
                    self._take_back(i, j, found)
                    voids[0].discard(i)
                    voids[1].discard(j)
        return any(self._voids)

    def _take_back(self, i: int, j: int, found: _Group) -> None:
        """An old and a new claim, one of which voids the other."""
        old, new = self.olds[i], self.news[j]
        side = int(new.frequency == VOID)
        void, sent = (new, old) if side else (old, new)
        if i not in self.of_old and j not in self.of_new:
            self.join(i, j, found.matched_by, found.confidence)
        else:
            self._voided.update([i] if side else [])
            self._set_aside(side, [place := (i, j)[side]])
            if sent.frequency == VOID or _batch(sent) <= _batch(void):
                self._beside.append((i, j, found))
            else:  # it took back what was there before
                self.replaced[side].add(place)

    def linked(self) -> None:
        """Claims that name the payer's number of another, on either side; several may name one."""
        owned = [_places(claims, lambda c: self.numbers.get(c.control_number, ())) for claims in (self.olds, self.news)]
        naming = [_places(claims, lambda c: [c.original_reference]) for claims in (self.olds, self.news)]
        links: set[tuple[int, int]] = set()
        for number, owners in owned[0].items():
            links |= self._star(owners, naming[1].get(number, ()), lone=owners)
        for number, owners in owned[1].items():
            links |= self._star(naming[0].get(number, ()), owners, lone=owners)
        self._link(links, Confidence.CERTAIN)
        both = naming[0].keys() & naming[1].keys()
        self._link({link for n in both for link in zip(naming[0][n], naming[1][n], strict=False)}, Confidence.LIKELY)

    def _star(self, olds: Sequence[int], news: Sequence[int], lone: Sequence[int]) -> set[tuple[int, int]]:
        """One claim that has a number with all that name it; where several have it (`lone`), one with one."""
        if len(lone) == 1:
            return {(i, j) for i in olds for j in news}
        return set(self._in_line(olds, news))

    def _in_line(self, olds: Sequence[int], news: Sequence[int]) -> Iterator[tuple[int, int]]:
        """Old and new claims in order, first those of the same days and to one place in line (SBR01), then those that
        have one of these in common: some offices number patients, so that visits share a number, and a claim to the
        next payer often has the number of the one to the first.
        """
        if len(olds) == len(news) == 1:
            yield olds[0], news[0]
            return
        left = [(k, likeness.days_of(self.olds[k]), self.olds[k].subscriber.sequence) for k in olds]
        right = [(k, likeness.days_of(self.news[k]), self.news[k].subscriber.sequence) for k in news]
        for common in (slice(1, 3), slice(1, 2), slice(2, 3), slice(0)):
            waiting: defaultdict[Hashable, deque[int]] = defaultdict(deque)
            for each in right:
                waiting[each[common]].append(each[0])
            pairs = [(each[0], found.popleft()) for each in left if (found := waiting.get(each[common]))]
            yield from pairs
            done = [{pair[side] for pair in pairs} for side in (0, 1)]
            left, right = ([x for x in left if x[0] not in done[0]], [x for x in right if x[0] not in done[1]])

    def _link(self, links: set[tuple[int, int]], confidence: Confidence) -> None:
        # links with equal ends and places never compete, so this order is the same from either side
        before = set(self.of_old), set(self.of_new)
        for i, j in sorted(links, key=lambda link: (min(link), max(link))):
            if i in before[0] or j in before[1]:
                continue
            one, two = self.of_old.get(i), self.of_new.get(j)
            fits = one is None or two is None
            if fits and (one is None or len(one.olds) == 1) and (two is None or len(two.news) == 1):
                self.join(i, j, MatchedBy.PAYER_CLAIM, confidence)

    def namesakes(self, first: int) -> None:
        """The same control number, where it is repeated by days and in order; places before `first` are paired already.

        A number that is repeated is that of a patient, perhaps: visits of other days are left for other steps.
        """
        counts = [Counter(c.control_number for c in claims[first:]) for claims in (self.olds, self.news)]
        sides = [_places(claims, lambda c: [c.control_number]) for claims in (self.olds, self.news)]
        for name, places in sides[0].items():
            free = [i for i in places if i not in self.of_old]
            others = [j for j in sides[1].get(name, ()) if j not in self.of_new]
            only = counts[0][name] == counts[1][name] == 1
            for i, j in self._in_line(free, others):
                old, new = self.olds[i], self.news[j]
                if not likeness.strangers(old, new) and (only or overlap(old.service_dates, new.service_dates)):
                    self.join(i, j, MatchedBy.CLAIM, Confidence.CERTAIN if only else Confidence.LIKELY)

    def patients(self, barred_old: Collection[str], barred_new: Collection[str]) -> None:
        """The same patient on overlapping days, by the same provider or under a number that was only added to."""
        for known in (likeness.member, likeness.person):
            olds = _free(self.olds, self.of_old, barred_old)
            news = _free(self.news, self.of_new, barred_new)
            old_places, new_places = _by(olds, known), _by(news, known)
            for patient, left in old_places.items():
                right = new_places.get(patient, [])
                if len(left) * len(right) <= MOST:
                    found = assign(
                        [olds[i] for i in left], [news[j] for j in right], likeness.distance, likeness.fingerprint
                    )
                    for a, b in found:
                        i, j = left[a], right[b]
                        self.join(i, j, *likeness.how(olds[i], news[j]))

    def parts(self, barred_old: Collection[str], barred_new: Collection[str]) -> None:
        """Claims alone whose lines are just those that a pair lost (it was split) or gained (it was merged)."""
        pairs = [g for g in self.groups if len(g.olds) == len(g.news) == 1]
        spare = [(self.olds[g.olds[0]], self.news[g.news[0]]) for g in pairs]
        lost = [likeness.services(old) - likeness.services(new) for old, new in spare]
        gained = [likeness.services(new) - likeness.services(old) for old, new in spare]
        split = _homes(_free(self.news, self.of_new, barred_new), [old for old, _ in spare], lost)
        merged = _homes(_free(self.olds, self.of_old, barred_old), [new for _, new in spare], gained)
        for place, number in split.items():
            if number not in merged.values():
                pairs[number].news.append(place)
                self.of_new[place] = pairs[number]
                pairs[number].confidence = Confidence.LIKELY
        for place, number in merged.items():
            if number not in split.values():
                pairs[number].olds.append(place)
                self.of_old[place] = pairs[number]
                pairs[number].confidence = Confidence.LIKELY

    def matches(self) -> Iterator[Match]:
        """All of them, in the order of the new claims; then old ones alone."""
        beside: defaultdict[int, list[Match]] = defaultdict(list)
        for i, j, found in self._beside:
            match = Match((self.olds[i],), (self.news[j],), found.matched_by, found.confidence, beside=True)
            beside[j].append(match)
        told: set[int] = set()
        for j, new in enumerate(self.news):
            yield from beside.get(j, ())
            group = self.of_new.get(j)
            if group is None or j in self.replaced[1]:
                yield Match((), (new,), replaced=group is not None or self._renamed(new, self.news))
            elif group.news and id(group) not in told:
                told.add(id(group))
                olds, news = ([side[k] for k in sorted(places)] for side, places in self._sides(group))
                voided = not self._voided.isdisjoint(group.olds)
                yield Match(olds, news, group.matched_by, group.confidence, voided=voided)
        for i, old in enumerate(self.olds):
            if i not in self.of_old or i in self.replaced[0]:
                yield Match((old,), (), replaced=i in self.replaced[0] or self._renamed(old, self.olds))

    def _renamed(self, claim: Claim, side: Sequence[Claim]) -> bool:
        """Whether a later batch of its own side corrected it under another control number."""
        if not (numbers := self.numbers.get(claim.control_number)):
            return False
        if id(side) not in self._naming:
            again = {k: each for k, each in enumerate(side) if each.frequency in MADE_AGAIN}
            self._naming[id(side)] = _by(again, lambda each: each.original_reference or None)
        batch, naming = _batch(claim), self._naming[id(side)]
        return any(_batch(side[k]) > batch for number in numbers for k in naming.get(number, ()))

    def _sides(self, group: _Group) -> tuple[tuple[Sequence[Claim], list[int]], ...]:
        return (self.olds, group.olds), (self.news, group.news)


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


def _batch(claim: Claim) -> tuple[str, str]:
    return claim.submission.created, claim.submission.number


def _places(claims: Sequence[Claim], keys: Callable[[Claim], Iterable[str]]) -> dict[str, list[int]]:
    """Where claims with a key stand; empty keys are none."""
    found: dict[str, list[int]] = {}
    for place, claim in enumerate(claims):
        for key in keys(claim):
            if key:
                found.setdefault(key, []).append(place)
    return found


def _by(claims: Mapping[int, Claim], key: Callable[[Claim], Hashable | None]) -> dict[Hashable, list[int]]:
    found: dict[Hashable, list[int]] = {}
    for place, claim in claims.items():
        if (known := key(claim)) is not None:
            found.setdefault(known, []).append(place)
    return found


def _free(claims: Sequence[Claim], taken: Mapping[int, _Group], barred: Collection[str]) -> dict[int, Claim]:
    """Claims that are joined to nothing and may be."""
    return {k: claim for k, claim in enumerate(claims) if k not in taken and claim.control_number not in barred}


def _homes(claims: Mapping[int, Claim], bodies: Sequence[Claim], spare: Sequence[Counter[Hashable]]) -> dict[int, int]:
    """Claims alone to the one pair whose `spare` services hold all of theirs; more than one pair is none."""
    homes: defaultdict[Hashable, list[int]] = defaultdict(list)
    for number, body in enumerate(bodies):
        if spare[number]:
            homes[likeness.member(body)].append(number)
    found: dict[int, int] = {}
    for place, claim in claims.items():
        own = likeness.services(claim)
        if not own or (patient := likeness.member(claim)) is None:
            continue
        fitting = [number for number in homes.get(patient, ()) if own <= spare[number]]
        if len(fitting) == 1:
            found[place] = fitting[0]
            spare[fitting[0]].subtract(own)
    return found
