"""Which new claim replaces which old one. Every claim comes out once, paired or alone.

What is asked for is symmetric: matching (new, old) gives the same pairs turned round.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b

from attrs import define, field

from curette.claims.model import Claim
from curette.diff.model import Match, MatchedBy
from curette.findings import Confidence
from curette.x12.loop import Loop

Numbers = Mapping[str, Collection[str]]
"""The payers' claim numbers (CLP07) by control number (CLP01)."""
Places = Mapping[str, Sequence[int]]
"""Where in a file claims with a certain number stand."""


@define
class Side:
    """The claims of a file. `unread` and `damaged` fill while `claims` are taken.

    `unread` names claims that could not be read; `damaged` says that there may be others, whose names nobody knows.
    """

    claims: Iterable[Claim]
    unread: list[str] = field(factory=list)
    damaged: bool = False


def matches(olds: Iterable[Claim], news: Iterable[Claim], numbers: Numbers) -> Iterator[Match]:
    """Every claim once: equal ones as they come, then the rest in the order of the new file, then old ones alone.

    All old claims are held, and of the new ones those that differ.
    """
    waiting: dict[int, Claim] = dict(enumerate(olds))
    prints: defaultdict[bytes, deque[int]] = defaultdict(deque)
    for place, claim in waiting.items():
        prints[_fingerprint(claim)].append(place)
    counts = Counter(claim.control_number for claim in waiting.values())
    changed: dict[int, Claim] = {}
    repeated: Counter[str] = Counter()
    for place, claim in enumerate(news):
        repeated[claim.control_number] += 1
        if twins := prints.get(_fingerprint(claim)):
            old = waiting.pop(twins.popleft())
            yield Match(old, claim, _named(old, claim, numbers), Confidence.CERTAIN, same=True)
        else:
            changed[place] = claim
    found: dict[int, Match] = {}
    for i, j in _linked(waiting, changed, numbers):
        found[j] = Match(waiting.pop(i), changed[j], MatchedBy.PAYER_CLAIM, Confidence.CERTAIN)
    for i, j in _namesakes(waiting, {j: claim for j, claim in changed.items() if j not in found}):
        name = changed[j].control_number
        only = counts[name] == repeated[name] == 1
        confidence = Confidence.CERTAIN if only else Confidence.LIKELY
        found[j] = Match(waiting.pop(i), changed[j], MatchedBy.CLAIM, confidence)
    for place, claim in changed.items():
        yield found.get(place) or Match(None, claim)
    for claim in waiting.values():
        yield Match(claim, None)


def _named(old: Claim, new: Claim, numbers: Numbers) -> MatchedBy:
    linked = new.original_reference in numbers.get(old.control_number, ())
    return MatchedBy.PAYER_CLAIM if linked else MatchedBy.CLAIM


def _linked(olds: Mapping[int, Claim], news: Mapping[int, Claim], numbers: Numbers) -> list[tuple[int, int]]:
    """Pairs in which one claim names the payer's number of the other; either file may be the later one."""
    links = {
        *_zipped(_by_payer(olds, numbers), _by_reference(news)),
        *((i, j) for j, i in _zipped(_by_payer(news, numbers), _by_reference(olds))),
    }
    taken_old: set[int] = set()
    taken_new: set[int] = set()
    found = []
    # links with equal ends and places never compete, so this order is the same from either side
    for i, j in sorted(links, key=lambda link: (min(link), max(link))):
        if i not in taken_old and j not in taken_new:
            taken_old.add(i)
            taken_new.add(j)
            found.append((i, j))
    return found


def _namesakes(olds: Mapping[int, Claim], news: Mapping[int, Claim]) -> list[tuple[int, int]]:
    """Pairs with the same control number, in order."""
    return list(_zipped(_by_name(olds), _by_name(news)))


def _zipped(left: Places, right: Places) -> Iterator[tuple[int, int]]:
    for key, places in left.items():
        yield from zip(places, right.get(key, ()), strict=False)


def _by_name(claims: Mapping[int, Claim]) -> Places:
    found: defaultdict[str, list[int]] = defaultdict(list)
    for place, claim in claims.items():
        found[claim.control_number].append(place)
    return found


def _by_reference(claims: Mapping[int, Claim]) -> Places:
    found: defaultdict[str, list[int]] = defaultdict(list)
    for place, claim in claims.items():
        if claim.original_reference:
            found[claim.original_reference].append(place)
    return found


def _by_payer(claims: Mapping[int, Claim], numbers: Numbers) -> Places:
    found: defaultdict[str, list[int]] = defaultdict(list)
    for place, claim in claims.items():
        for number in numbers.get(claim.control_number, ()):
            found[number].append(place)
    return found


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
