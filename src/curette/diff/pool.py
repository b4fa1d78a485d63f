"""Claims whose control numbers leave a doubt, paired step by step: each step pairs some of those that are still alone.

Everything is kept by side: 0 are the old claims, 1 the new ones. Claims are spoken of by their places.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence

from attrs import define

from curette.claims.model import Claim
from curette.dates import overlap
from curette.diff import likeness
from curette.diff.assign import MOST, assign
from curette.diff.model import MatchedBy
from curette.findings import Confidence

Numbers = Mapping[str, Collection[str]]
"""The payers' claim numbers (CLP07) by control number (CLP01)."""
Barred = tuple[Collection[str], Collection[str]] | None
"""Control numbers of old and of new claims that only numbers may pair; None bars all."""


@define
class Group:
    """Places of old and new claims that belong together."""

    places: tuple[list[int], list[int]]
    matched_by: MatchedBy
    confidence: Confidence


class Pool:
    """The claims of two sides. Only those `among` them are looked at, and none that was put `aside` is paired."""

    def __init__(
        self,
        claims: tuple[Sequence[Claim], Sequence[Claim]],
        numbers: Numbers,
        among: tuple[Sequence[int], Sequence[int]] | None = None,
    ) -> None:
        self.claims, self.numbers = claims, numbers
        self.among = among or (range(len(claims[0])), range(len(claims[1])))
        self.groups: list[Group] = []
        self.of: tuple[dict[int, Group], dict[int, Group]] = ({}, {})
        self.aside: tuple[set[int], set[int]] = (set(), set())
        self._named = [by(dict(enumerate(side)), lambda c: c.control_number) for side in claims]

    def join(self, i: int, j: int, by: MatchedBy, confidence: Confidence) -> None:
        """Old claim `i` and new claim `j` belong together, and with what either is joined to."""
        group = self.of[0].get(i) or self.of[1].get(j)
        if group is None:
            group = Group(([], []), by, confidence)
            self.groups.append(group)
        for side, place in enumerate((i, j)):
            if place not in self.of[side]:
                self._put(group, side, place)

    def _put(self, group: Group, side: int, place: int) -> None:
        group.places[side].append(place)
        self.of[side][place] = group

    def free(self, side: int, barred: Collection[str] = ()) -> dict[int, Claim]:
        """The claims of a side that are joined to nothing and may be."""
        claims, of, aside = self.claims[side], self.of[side], self.aside[side]
        every = ((k, claims[k]) for k in self.among[side] if k not in of and k not in aside)
        return {k: claim for k, claim in every if claim.control_number not in barred}

    # -- by numbers

    def equal(self) -> None:
        """Claims that say the same in the same words."""
        names = [{claim.control_number for claim in side} for side in self.claims]
        shared = names[0] & names[1]
        sides = []
        for side in (0, 1):
            free = {k: claim for k, claim in self.free(side).items() if claim.control_number in shared}
            sides.append(by(free, likeness.fingerprint))
        for key, places in sides[0].items():
            for i, j in zip(places, sides[1].get(key, ()), strict=False):
                self.join(i, j, named(self.claims[0][i], self.claims[1][j], self.numbers), Confidence.CERTAIN)

    def linked(self) -> None:
        """Claims that name the payer's number of another, on either side; several may name one."""
        owned = [self._places(side, lambda c: self.numbers.get(c.control_number, ())) for side in (0, 1)]
        naming = [self._places(side, lambda c: [c.original_reference]) for side in (0, 1)]
        links: set[tuple[int, int]] = set()
        for number, owners in owned[0].items():
            links |= self._star(owners, naming[1].get(number, ()), lone=owners)
        for number, owners in owned[1].items():
            links |= self._star(naming[0].get(number, ()), owners, lone=owners)
        self._link({link for link in links if not self._of_other_days(*link)}, Confidence.CERTAIN)
        both = naming[0].keys() & naming[1].keys()
        self._link({link for n in both for link in zip(naming[0][n], naming[1][n], strict=False)}, Confidence.LIKELY)

    def _of_other_days(self, *link: int) -> bool:
        """Whether two claims of one number have no day in common, while one has with another claim of that number: the
        number is a patient's, and who has the payer's number of a visit is not known.
        """
        old, new = (claims[place] for claims, place in zip(self.claims, link, strict=True))
        name = old.control_number
        if name != new.control_number or overlap(old.service_dates, new.service_dates):
            return False
        others = [[claims[k] for k in named[name]] for claims, named in zip(self.claims, self._named, strict=True)]
        return any(overlap(old.service_dates, other.service_dates) for other in others[1]) or any(
            overlap(other.service_dates, new.service_dates) for other in others[0]
        )

    def _star(self, olds: Sequence[int], news: Sequence[int], lone: Sequence[int]) -> set[tuple[int, int]]:
        """One claim that has a number with all that name it; where several have it (`lone`), one with one. Those put
        aside take nobody's place.
        """
        olds, news = ([k for k in places if k not in self.aside[side]] for side, places in enumerate((olds, news)))
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
        left, right = (
            [(k, likeness.days_of(claims[k]), claims[k].subscriber.sequence) for k in places]
            for claims, places in zip(self.claims, (olds, news), strict=True)
        )
        for common in (slice(1, 3), slice(1, 2), slice(2, 3), slice(0)):
            waiting: defaultdict[Hashable, deque[int]] = defaultdict(deque)
            for each in right:
                waiting[each[common]].append(each[0])
            pairs = [(each[0], found.popleft()) for each in left if (found := waiting.get(each[common]))]
            yield from pairs
            done = [{pair[side] for pair in pairs} for side in (0, 1)]
            left, right = ([x for x in left if x[0] not in done[0]], [x for x in right if x[0] not in done[1]])

    def _link(self, links: set[tuple[int, int]], confidence: Confidence) -> None:
        free = self.free(0), self.free(1)
        rank = [{place: number for number, place in enumerate(places)} for places in self.among]
        # links with equal ends and ranks never compete, so this order is the same from either side
        for i, j in sorted(links, key=lambda link: sorted((rank[0][link[0]], rank[1][link[1]]))):
            if i not in free[0] or j not in free[1]:
                continue
            one, two = self.of[0].get(i), self.of[1].get(j)
            fits = one is None or two is None
            if fits and (one is None or len(one.places[0]) == 1) and (two is None or len(two.places[1]) == 1):
                old, new = free[0][i], free[1][j]
                same = old.control_number == new.control_number
                self.join(i, j, named(old, new, self.numbers) if same else MatchedBy.PAYER_CLAIM, confidence)

    def namesakes(self, first: int = 0) -> None:
        """The same control number, where it is repeated by days and in order; places before `first` are paired already.

        A number that is repeated is that of a patient, perhaps: visits of other days are left for other steps.
        """
        sides = [self._places(side, lambda c: [c.control_number], first) for side in (0, 1)]
        free = self.free(0), self.free(1)
        for name, places in sides[0].items():
            others = sides[1].get(name, ())
            only = len(places) == len(others) == 1
            for i, j in self._in_line([i for i in places if i in free[0]], [j for j in others if j in free[1]]):
                old, new = free[0][i], free[1][j]
                akin = overlap(old.service_dates, new.service_dates) or (only and not self._of_other_days(i, j))
                if akin and not likeness.strangers(old, new):
                    self.join(i, j, MatchedBy.CLAIM, Confidence.CERTAIN if only else Confidence.LIKELY)

    def _places(self, side: int, keys: Callable[[Claim], Iterable[str]], first: int = 0) -> dict[str, list[int]]:
        """Where claims with a key stand, those put aside and those joined too; empty keys are none."""
        found: dict[str, list[int]] = {}
        for place in self.among[side]:
            for key in keys(self.claims[side][place]) if place >= first else ():
                if key:
                    found.setdefault(key, []).append(place)
        return found

    # -- by what they say

    def by_services(self, barred: Barred) -> None:
        """By patient, days and provider; then what was split or merged."""
        if barred is not None:
            self._patients(barred)
            self._parts(barred)

    def _patients(self, barred: tuple[Collection[str], Collection[str]]) -> None:
        """The same patient on overlapping days, by the same provider or under a number that was only added to."""
        for known in (likeness.member, likeness.person):
            olds, news = (self.free(side, barred[side]) for side in (0, 1))
            new_places = by(news, known)
            for patient, left in by(olds, known).items():
                right = new_places.get(patient, [])
                if len(left) * len(right) <= MOST:
                    found = assign(
                        [olds[i] for i in left], [news[j] for j in right], likeness.distance, likeness.fingerprint
                    )
                    for a, b in found:
                        i, j = left[a], right[b]
                        self.join(i, j, *likeness.how(olds[i], news[j]))

    def _parts(self, barred: tuple[Collection[str], Collection[str]]) -> None:
        """Claims alone whose lines are just those that a pair lost (it was split) or gained (it was merged)."""
        pairs = [g for g in self.groups if len(g.places[0]) == len(g.places[1]) == 1]
        found: list[dict[int, int]] = []  # by side: which pair claims that are alone there belong to
        for side in (0, 1):
            bodies = [self.claims[1 - side][g.places[1 - side][0]] for g in pairs]
            own = [self.claims[side][g.places[side][0]] for g in pairs]
            spare = [likeness.services(a) - likeness.services(b) for a, b in zip(bodies, own, strict=True)]
            found.append(_homes(self.free(side, barred[side]), bodies, spare))
        for side in (1, 0):
            elsewhere = set(found[1 - side].values())
            for place, number in found[side].items():
                if number not in elsewhere:
                    self._put(pairs[number], side, place)
                    pairs[number].confidence = Confidence.LIKELY


def named(old: Claim, new: Claim, numbers: Numbers) -> MatchedBy:
    """How two claims with one control number belong together."""
    known = numbers.get(old.control_number)
    return MatchedBy.PAYER_CLAIM if known and new.original_reference in known else MatchedBy.CLAIM


def by(claims: Mapping[int, Claim], key: Callable[[Claim], Hashable | None]) -> dict[Hashable, list[int]]:
    """Places of claims by a key; those without one are left out."""
    found: dict[Hashable, list[int]] = {}
    for place, claim in claims.items():
        if (known := key(claim)) is not None:
            found.setdefault(known, []).append(place)
    return found


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
