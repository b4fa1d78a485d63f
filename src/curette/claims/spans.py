"""Which segments a claim depends on: its own, and those of the levels above it.

An error in any of them holds the claim; an error elsewhere does not.
"""

from bisect import bisect_left
from collections.abc import Iterable

from curette.claims.model import Billing, Claim, Patient, Submission, Subscriber

_Span = tuple[int, int]


class Spans:
    """The claims of a transaction (or a part of one) with the half-open ranges of segments that each depends on."""

    def __init__(self) -> None:
        self._claims: list[tuple[int, int, int, tuple[_Span, ...]]] = []  # charge, first and last index, levels above
        self._above: tuple[object, object] = (
            None,
            None,
        )  # whose ranges are at hand: claims of a patient stand together
        self._levels: tuple[_Span, ...] = ()

    def add(self, claim: Claim) -> None:
        """One more claim, in order."""
        subscriber, patient = self._above
        if claim.subscriber is not subscriber or claim.patient is not patient:
            self._above = claim.subscriber, claim.patient
            head = () if claim.transaction.before else (_span(claim.submission),)
            above = (claim.billing, claim.subscriber, claim.patient)
            self._levels = (*head, *(_span(level) for level in above if level is not None and level.at >= 0))
        self._claims.append((claim.charge, claim.at, claim.end, self._levels))

    def add_alone(self, charge: int, at: int, end: int) -> None:
        """One more claim that depends on nothing above it, as in a remittance."""
        self._claims.append((charge, at, end, ()))

    def held(self, errors: Iterable[int]) -> tuple[int, int]:
        """How many claims depend on a segment with an error, and their charge in cents."""
        places = sorted(errors)
        count = charge = 0
        for amount, at, end, levels in self._claims if places else ():
            if any(bisect_left(places, start) < bisect_left(places, stop) for start, stop in (*levels, (at, end))):
                count += 1
                charge += amount
        return count, charge


def _span(level: Submission | Billing | Subscriber | Patient) -> _Span:
    """A level's own segments and parties; a level that stands above a part of a transaction is at -1."""
    return level.at, level.at + len(level.segments) + sum(len(party.segments) for party in level.parties)
