"""Which segments a claim depends on: its own, and those of the levels above it.

An error in any of them holds the claim; an error elsewhere does not. In a part of a long transaction some levels stand
in an earlier part: what they hold there is carried over (`Carried`).
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import repeat

from attrs import frozen

from curette.claims.model import Billing, Claim, Patient, Submission, Subscriber

Span = tuple[int, int]
Level = Submission | Billing | Subscriber | Patient


@frozen
class Held:
    """How many claims depend on a segment with an error, and their charge in cents.

    `rest` are the others, by how many levels above them (head, billing provider, subscriber, patient) stand in an
    earlier part. `faulty` tells which of these four, as they are at the end of the part, hold an error; None: those
    that stand in an earlier part.
    """

    count: int = 0
    charge: int = 0
    rest: tuple[tuple[int, int], ...] = ()
    faulty: tuple[bool | None, ...] = (False,) * 4


class Carried:
    """The errors in the levels that are open between the parts of a transaction."""

    def __init__(self) -> None:
        self._faulty = [False] * 4

    def over(self, held: Held) -> tuple[int, int]:
        """Claims and charge that a part holds, with what earlier parts hold of it."""
        count, charge = held.count, held.charge
        for levels, (more, amount) in enumerate(held.rest):
            if any(self._faulty[:levels]):
                count += more
                charge += amount
        self._faulty = [old if new is None else new for old, new in zip(self._faulty, held.faulty, strict=True)]
        return count, charge

    def free(self, claims: Iterable[tuple[int, int]]) -> tuple[int, ...]:
        """Where those of `Spans.free` begin that earlier parts do not hold either; to be asked before `over`."""
        return tuple(at for at, levels in claims if not any(self._faulty[:levels]))


class Spans:
    """The claims of a transaction (or a part of one) with the half-open ranges of segments that each depends on."""

    def __init__(self) -> None:
        self._names: list[str] = []
        self._claims: list[tuple[int, int, int, tuple[Span, ...], int]] = []
        # charge, first and last index, ranges of the levels above, how many more of them stand in an earlier part
        self._levels: tuple[Level | None, ...] = (
            None,
        ) * 4  # whose ranges are at hand: a patient's claims stand together
        self._ranges: list[Span | None] = [None] * 4
        self._above: tuple[Span, ...] = ()
        self._earlier = 0

    def add(self, claim: Claim) -> None:
        """One more claim, in order."""
        if claim.subscriber is not self._levels[2] or claim.patient is not self._levels[3]:
            self._climb(claim)
        self._names.append(claim.control_number)
        self._claims.append((claim.charge, claim.at, claim.end, self._above, self._earlier))

    def _climb(self, claim: Claim) -> None:
        """The ranges of the levels above a claim; few are other than those above the claim before."""
        levels = claim.submission, claim.billing, claim.subscriber, claim.patient
        before = claim.transaction.before
        for number, level in enumerate(levels):
            if level is None or level is not self._levels[number]:
                self._ranges[number] = _range(level, before, number)
        self._levels = levels
        self._above = tuple([r for r in self._ranges if r])
        self._earlier = self._ranges.count(None)

    def add_alone(self, name: str, charge: int, at: int, end: int) -> None:
        """One more claim that depends on nothing above it, as in a remittance."""
        self._names.append(name)
        self._claims.append((charge, at, end, (), 0))

    def held(self, errors: Iterable[int], levels: Iterable[Level | None] = (), before: int = 0) -> Held:
        """What errors in these segments hold; `levels` are those open at the end of a part that `before` precede."""
        places = sorted(errors)
        if not places and not before:
            return Held()
        count = charge = 0
        rest = [(0, 0)] * 5
        for is_held, (amount, _, _, _, earlier) in zip(self._hit(places), self._claims, strict=True):
            if is_held:
                count += 1
                charge += amount
            else:
                number, sum_ = rest[earlier]
                rest[earlier] = number + 1, sum_ + amount
        faulty = tuple(None if r is None else hit(places, r) for r in ranges(levels, before))
        return Held(count, charge, tuple(rest) if before else (), faulty or (False,) * 4)

    def free(self, errors: Iterable[int]) -> list[tuple[int, int]]:
        """The claims that errors in these segments do not hold: where each begins, and how many of its levels stand in
        an earlier part.
        """
        places = sorted(errors)
        hits = self._hit(places) if places else repeat(False, len(self._claims))
        claims = zip(hits, self._claims, strict=True)
        return [(at, earlier) for is_held, (_, at, _, _, earlier) in claims if not is_held]

    def _hit(self, places: list[int]) -> Iterator[bool]:
        """Of each claim, whether one of these places, in order, lies in a range that it depends on."""
        known: dict[Span, bool] = {}  # of levels, below which many claims stand
        for _, at, end, above, _ in self._claims:
            found = hit(places, (at, end))
            for span in above:
                if span not in known:
                    known[span] = hit(places, span)
                found = found or known[span]
            yield found

    def from_(self, index: int) -> list[int]:
        """Where the claims begin that end after segment `index`."""
        return [at for _, at, end, _, _ in self._claims if end > index]

    def ended_at(self, index: int, name: str) -> bool:
        """Whether a claim of this name ends before segment `index`."""
        number = bisect_left(self._claims, index, key=lambda claim: claim[1]) - 1
        return number >= 0 and self._claims[number][2] == index and self._names[number] == name


def ranges(levels: Iterable[Level | None], before: int) -> list[Span | None]:
    """The segments of levels with their parties (absent: none); None for one that stands in an earlier part."""
    return [_range(level, before, number) for number, level in enumerate(levels)]


def _range(level: Level | None, before: int, number: int) -> Span | None:
    """The same of one level; `number` is 0 for the head."""
    if level is None:
        return (0, 0)
    if level.at < 0 or (before and not number):
        return None
    end = level.at + len(level.segments)
    for party in level.parties:
        end += len(party.segments)
    return (level.at, end)


def hit(places: list[int], span: Span) -> bool:
    """Whether one of these places, in order, lies in a half-open range."""
    return bisect_left(places, span[0]) < bisect_left(places, span[1])
