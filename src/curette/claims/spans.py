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
        self._claims: list[tuple[int, int, int, tuple[_Span, ...]]] = []  # charge, first and last index, levels above
        self._billing = self._subscriber = self._patient = 0
        self._head: tuple[_Span, ...] = ()
        self._own: _Span = (0, 0)
        self._levels: tuple[_Span, ...] = ()

    def add(self, claim: Claim) -> None:
        """One more claim, in order: what stands between a level's HL and its first claim or lower level is the level's."""
        billing, subscriber, patient = id(claim.billing), id(claim.subscriber), id(claim.patient)
        if billing != self._billing:
            self._billing = billing
            first = self._head[0] if self._head else (0, claim.billing.at)
            self._head = first, (claim.billing.at, claim.subscriber.at)
        if subscriber != self._subscriber or patient != self._patient:
            if subscriber != self._subscriber or claim.patient is None:
                below = claim.patient.at if claim.patient is not None else claim.at
                self._own = claim.subscriber.at, below
            self._subscriber, self._patient = subscriber, patient
            levels = (*self._head, self._own)
            self._levels = levels if claim.patient is None else (*levels, (claim.patient.at, claim.at))
        self._claims.append((claim.charge, claim.at, claim.end, self._levels))

    def held(self, errors: Iterable[int]) -> tuple[int, int]:
        """How many claims depend on a segment with an error, and their charge in cents."""
        places = sorted(errors)
        count = charge = 0
        for amount, at, end, levels in self._claims if places else ():
            if any(bisect_left(places, start) < bisect_left(places, stop) for start, stop in (*levels, (at, end))):
                count += 1
                charge += amount
        return count, charge
