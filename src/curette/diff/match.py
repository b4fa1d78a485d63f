"""Which new claim replaces which old one. Every claim comes out once: paired, one for several, or alone.

What is asked for is symmetric: matching (new, old) gives the same pairs turned round. Claims whose numbers leave no
doubt are paired as soon as both have come, so that only those in doubt are held.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, zip_longest

from attrs import define, field

from curette.claims.model import VOID, Claim
from curette.diff.doubt import resolve
from curette.diff.likeness import same_services, strangers
from curette.diff.model import Match
from curette.diff.pool import Numbers, named
from curette.findings import Confidence

Outline = Sequence[tuple[str, str]]
"""CLM01 and REF*F8 of every claim of a side, in order."""


@define
class Side:
    """The claims of a file. `unread` and `damaged` fill while `claims` are taken.

    `unread` names claims that could not be read; `damaged` says that there may be others, whose names nobody knows.
    Without an `outline` nothing can be paired before everything was read; `voids`: there may be voids among them.
    """

    claims: Iterable[Claim]
    unread: list[str] = field(factory=list)
    damaged: bool = False
    outline: Outline | None = None
    voids: bool = False


def matches(old: Side, new: Side, numbers: Numbers) -> Iterator[Match]:
    """Every claim once: those that are sure as they come, then the others in the order of the new file, then old ones
    alone.
    """
    sure = _sure(old.outline, new.outline, numbers) if old.outline is not None and new.outline is not None else None
    doubt = (
        sure is None
        or old.voids
        or new.voids
        or any(name not in sure for name, _ in chain(old.outline or (), new.outline or ()))
    )
    waiting: tuple[dict[str, Claim], dict[str, Claim]] = ({}, {})
    rest: tuple[list[Claim], list[Claim]] = ([], [])
    held: list[Match] = []
    for pair in zip_longest(old.claims, new.claims):
        for side, claim in enumerate(pair):
            if claim is None:
                continue
            name = claim.control_number
            if sure is None or name not in sure or name in waiting[side]:
                rest[side].append(claim)
            elif (other := waiting[1 - side].pop(name, None)) is None:
                waiting[side][name] = claim
            else:
                one, two = (claim, other) if side == 0 else (other, claim)
                if strangers(one, two) or (doubt and VOID in (one.frequency, two.frequency)):
                    rest[0].append(one)
                    rest[1].append(two)
                    continue
                match = Match((one,), (two,), named(one, two, numbers), Confidence.CERTAIN)
                if doubt and not same_services(one, two):
                    held.append(match)  # its lines may stand on a claim that is still to come
                else:
                    yield match
    for side in (0, 1):
        rest[side].extend(waiting[side].values())
    # what replaces a claim may be what could not be read of the other side
    barred = frozenset(new.unread), frozenset(old.unread)
    yield from resolve(rest[0], rest[1], held, numbers, None if old.damaged or new.damaged else barred)


def _sure(old: Outline, new: Outline, numbers: Numbers) -> frozenset[str]:
    """Control numbers that stand once on each side and that no payer's number ties to another claim."""
    counts = [Counter(name for name, _ in side) for side in (old, new)]
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for name, found in numbers.items():
        for number in found:
            owners[number].add(name)
    naming: list[defaultdict[str, set[str]]] = [defaultdict(set), defaultdict(set)]
    for known, side in zip(naming, (old, new), strict=True):
        for name, reference in side:
            if reference:
                known[reference].add(name)
    crossing: set[str] = set()
    for reference in naming[0].keys() | naming[1].keys():
        tied = owners.get(reference, set()) | naming[0].get(reference, set()) | naming[1].get(reference, set())
        if len(tied) > 1:
            crossing |= tied
    return frozenset(name for name, times in counts[0].items() if times == counts[1][name] == 1) - crossing
