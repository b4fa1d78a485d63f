"""Claims whose control numbers do not settle what replaces what: the payer's numbers, then numbers with something put
before or after them, then patient, dates and provider; then claims that were split or merged.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b

from attrs import define

from curette.claims.model import MADE_AGAIN, REPLACEMENT, VOID, Claim
from curette.dates import overlap
from curette.diff.assign import MOST, assign
from curette.diff.model import Match, MatchedBy
from curette.findings import Confidence
from curette.x12.loop import Loop

Numbers = Mapping[str, Collection[str]]
_SORT = 3  # digits of a procedure code that say of what sort it is
_ADDED = 3  # the most that an office puts before or after a control number, with what sets it off


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
    pool.linked()
    pool.namesakes(first)
    if barred is not None:
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
            sides.append(_by(free, _fingerprint))
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
                    self.replaced[side].update(_replaced(claims, places, len(by_name[1 - side].get(name, ()))))
        for aside, taken in zip(self.replaced, (self.of_old, self.of_new), strict=True):
            taken.update((k, _Group([], [], MatchedBy.CLAIM, Confidence.CERTAIN)) for k in aside)

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
        left = [(k, _days(self.olds[k]), self.olds[k].subscriber.sequence) for k in olds]
        right = [(k, _days(self.news[k]), self.news[k].subscriber.sequence) for k in news]
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
                if not strangers(old, new) and (only or overlap(old.service_dates, new.service_dates)):
                    self.join(i, j, MatchedBy.CLAIM, Confidence.CERTAIN if only else Confidence.LIKELY)

    def patients(self, barred_old: Collection[str], barred_new: Collection[str]) -> None:
        """The same patient on overlapping days, by the same provider or under a number that was only added to."""
        for known in (_member, _person):
            olds = _free(self.olds, self.of_old, barred_old)
            news = _free(self.news, self.of_new, barred_new)
            old_places, new_places = _by(olds, known), _by(news, known)
            for patient, left in old_places.items():
                right = new_places.get(patient, [])
                if len(left) * len(right) <= MOST:
                    found = assign([olds[i] for i in left], [news[j] for j in right], _distance, _fingerprint)
                    for a, b in found:
                        i, j = left[a], right[b]
                        self.join(i, j, *_likeness(olds[i], news[j]))

    def parts(self, barred_old: Collection[str], barred_new: Collection[str]) -> None:
        """Claims alone whose lines are just those that a pair lost (it was split) or gained (it was merged)."""
        pairs = [g for g in self.groups if len(g.olds) == len(g.news) == 1]
        spare = [(self.olds[g.olds[0]], self.news[g.news[0]]) for g in pairs]
        lost = [services(old) - services(new) for old, new in spare]
        gained = [services(new) - services(old) for old, new in spare]
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
        told: set[int] = set()
        for j, new in enumerate(self.news):
            group = self.of_new.get(j)
            if group is None or j in self.replaced[1]:
                yield Match((), (new,), replaced=group is not None or self._renamed(new, self.news))
            elif id(group) not in told:
                told.add(id(group))
                olds, news = ([side[k] for k in sorted(places)] for side, places in self._sides(group))
                yield Match(olds, news, group.matched_by, group.confidence)
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
    """Which claims of one number a side replaced or voided itself by another batch, the voids and then the earliest
    first; one stays, or as many as there are on the other side. Without any there, a void is told. What one batch sends
    twice is for a person to see.
    """
    order = sorted(places, key=lambda k: (*_batch(claims[k]), k))
    if any(strangers(claims[order[-1]], claims[k]) for k in order[:-1]):
        return []
    first, apart = _batch(claims[order[0]]), [k for k in order if claims[k].frequency == REPLACEMENT]
    voids = [k for k in order if claims[k].frequency == VOID and _batch(claims[k]) != first] if others else []
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
            homes[_member(body)].append(number)
    found: dict[int, int] = {}
    for place, claim in claims.items():
        own = services(claim)
        if not own or (patient := _member(claim)) is None:
            continue
        fitting = [number for number in homes.get(patient, ()) if own <= spare[number]]
        if len(fitting) == 1:
            found[place] = fitting[0]
            spare[fitting[0]].subtract(own)
    return found


# -- what says that two claims are about the same


def services(claim: Claim) -> Counter[Hashable]:
    """Code and days of every line."""
    return Counter(
        (line.procedure, line.service.start, line.service.end) if line.service else (line.procedure,)
        for line in claim.lines
    )


def _days(claim: Claim) -> Hashable:
    days = claim.service_dates
    return (days.start, days.end) if days else None


def _member(claim: Claim) -> Hashable | None:
    """The patient by the subscriber's member number."""
    subscriber, patient = claim.subscriber.person, claim.patient_person
    if subscriber is None or patient is None or not subscriber.id:
        return None
    return subscriber.id.upper(), patient.first_name.upper(), patient.value("DMG", 2)


def _person(claim: Claim) -> Hashable | None:
    """The patient by name and birth date."""
    patient = claim.patient_person
    if patient is None or not patient.last_name or not (birth := patient.value("DMG", 2)):
        return None
    return patient.last_name.upper(), patient.first_name.upper(), birth


def strangers(a: Claim, b: Claim) -> bool:
    """Whether two claims are of other patients and of other days: a number that was given twice, and no correction."""
    if a.lines and b.lines and a.lines[0].service == b.lines[0].service:  # nearly always
        return False
    one, other = a.service_dates, b.service_dates
    if one is None or other is None or overlap(one, other):
        return False
    members, persons = (_member(a), _member(b)), (_person(a), _person(b))
    return None not in members and None not in persons and members[0] != members[1] and persons[0] != persons[1]


def _added(a: str, b: str) -> bool:
    """Whether one control number is the other with a little before or after it: A17 and A17-R, A17 and 2A17."""
    short, long = sorted((a, b), key=len)
    return len(long) - len(short) <= _ADDED and bool(short) and (long.startswith(short) or long.endswith(short))


def _distance(a: Claim, b: Claim) -> int | None:
    """How little two claims of one patient have in common; None where they are not about the same."""
    if not overlap(a.service_dates, b.service_dates):
        return None
    added = _added(a.control_number, b.control_number)
    if not added and not _one_provider(a, b):
        return None
    one, other = services(a), services(b)
    if not added and not one & other and not _akin(a, b):
        return None
    return 8 * (not added) + 2 * (a.charge != b.charge) + min(((one - other) + (other - one)).total(), 20)


def _one_provider(a: Claim, b: Claim) -> bool:
    """Whether one provider bills or renders both; of two who render, only a correction speaks of the other."""
    one, other = _rendering(a), _rendering(b)
    if one and other and one != other and not _corrects(a, b):
        return False
    return a.billing.npi == b.billing.npi or bool(one and one == other)


def _corrects(a: Claim, b: Claim) -> bool:
    return a.frequency in MADE_AGAIN or b.frequency in MADE_AGAIN


def _akin(a: Claim, b: Claim) -> bool:
    """Whether one claim could be the other though they have no service in common: one corrects an earlier claim, or
    charge or sort of service are the same. Else they are two claims of a day, as of the visit and of its pathology.
    """
    if a.charge == b.charge or _corrects(a, b):
        return True
    sorts = [{line.procedure[:_SORT] for line in claim.lines} for claim in (a, b)]
    return not sorts[0].isdisjoint(sorts[1])


def _rendering(claim: Claim) -> str:
    return claim.rendering.npi if claim.rendering else ""


def _likeness(old: Claim, new: Claim) -> tuple[MatchedBy, Confidence]:
    if _added(old.control_number, new.control_number):
        return MatchedBy.CLAIM, Confidence.LIKELY
    shared = (services(old) & services(new)).total()
    return MatchedBy.PATIENT_SERVICE, Confidence.LIKELY if shared else Confidence.POSSIBLE


def _fingerprint(claim: Claim) -> bytes:
    """Equal for claims that say the same in the same words and order; HL and LX numbers are left out."""
    levels = [level for level in (claim.billing, claim.subscriber, claim.patient) if level]
    parties = [*(p for level in levels for p in level.parties), *claim.parties]
    loops: list[Loop] = [*parties, *claim.others, *(p for o in claim.others for p in o.parties)]
    for line in claim.lines:
        loops += (*line.drugs, *line.parties, *line.adjudications, *line.forms)
    words = (
        claim.transaction.delimiters.bytes,
        claim.submission.value("BHT", 6),
        [[level.segments[0][5:], level.segments[1:]] for level in levels],
        claim.segments,
        [[line.segments[0][2:], line.segments[1:]] for line in claim.lines],
        [loop.segments for loop in loops],
    )
    return blake2b(repr(words).encode("utf-8", "surrogatepass"), digest_size=16).digest()
