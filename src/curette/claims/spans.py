"""Which segments a claim depends on: its own, and those of the levels above it.

An error in any of them holds the claim; an error elsewhere does not.
"""

from bisect import bisect_left
from collections.abc import Iterable

from curette.claims.model import Claim

_Span = tuple[int, int]


class Spans:
    """The claims of a transaction with the half-open ranges of segment indices that each depends on."""

    def __init__(self) -> None:
        self._claims: list[tuple[int, tuple[_Span, ...]]] = []
        self._above = (0, 0)  # whose ranges are at hand: claims of one patient come in a row
        self._ranges: tuple[_Span, ...] = ()

    def add(self, claim: Claim) -> None:
        """One more claim."""
        above = (id(claim.subscriber), id(claim.patient))
        if above != self._above:
            self._above = above
            self._ranges = tuple(
                (level.at, level.at + len(level.segments) + sum(len(party.segments) for party in level.parties))
                for level in (claim.submission, claim.billing, claim.subscriber, claim.patient)
                if level is not None
            )
        self._claims.append((claim.charge, (*self._ranges, (claim.at, claim.end))))

    def held(self, errors: Iterable[int]) -> tuple[int, int]:
        """How many claims depend on a segment with an error, and their charge in cents."""
        places = sorted(errors)
        count = charge = 0
        for amount, ranges in self._claims if places else ():
            if any(bisect_left(places, start) < bisect_left(places, stop) for start, stop in ranges):
                count += 1
                charge += amount
        return count, charge

