"""Claims word for word: kept with everything that stands above them, and read again as they were sent.

A claim is kept as X12 with control characters as delimiters, whatever its file had. Levels (HL) are numbered anew when
claims are read again, for each stands under levels of its own then.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, groupby, islice
from operator import itemgetter

from curette.claims.history import person
from curette.claims.model import Claim
from curette.claims.reader import Reader
from curette.errors import StoreError
from curette.store import kept
from curette.x12.cas import Segment
from curette.x12.delimiters import Delimiters
from curette.x12.loop import Loop

COLUMNS = "head, billing, subscriber, coalesce(patient, ''), segments"
_TOGETHER = 500  # claims of one head that are read as one transaction
Texts = tuple[str, str, str, str, str]  # the values of COLUMNS
Row = tuple[int, int, str, str, str, str, str, str, str]


class Writer:
    """Makes rows of `originals` of the claims of one batch; what stands above many is made once."""

    def __init__(self, delimiters: Delimiters) -> None:
        self._element, self._end = delimiters.element, delimiters.segment
        self._table = kept.table(delimiters, kept.DELIMITERS)
        self._above: list[tuple[object, str]] = [(None, ""), (None, "")]  # the last head and billing level

    def row(self, number: int, at: int, claim: Claim) -> Row:
        """Of the claim at place `at` of batch `number`."""
        who = claim.patient_person
        submission, billing, subscriber, patient = claim.submission, claim.billing, claim.subscriber, claim.patient
        return (
            number, at, person(claim).hex(), who.value("DMG", 2) if who is not None else "",
            self._once(0, submission, [submission.segments[1:], *_of(submission.parties)]),
            self._once(1, billing, [billing.segments[1:], *_of(billing.parties)]),
            self._text([subscriber.segments[1:], *_of(subscriber.parties)]),
            self._text([patient.segments[1:], *_of(patient.parties)]) if patient is not None else "",
            self._text(_claim(claim)),
        )  # fmt: skip

    def _once(self, place: int, level: object, loops: Iterable[Sequence[Segment]]) -> str:
        if self._above[place][0] is not level:
            self._above[place] = (level, self._text(loops))
        return self._above[place][1]

    def _text(self, loops: Iterable[Sequence[Segment]]) -> str:
        join, end = self._element.join, self._end
        return "".join([join(segment) + end for loop in loops for segment in loop]).translate(self._table)


def _of(loops: Iterable[Loop]) -> Iterator[Sequence[Segment]]:
    return (loop.segments for loop in loops)


def _claim(claim: Claim) -> Iterator[Sequence[Segment]]:
    """The loops of a claim in the order of the guide."""
    yield claim.segments
    yield from _of(claim.parties)
    for other in claim.others:
        yield other.segments
        yield from _of(other.parties)
    for line in claim.lines:
        yield line.segments
        yield from _of(chain(line.drugs, line.parties, line.adjudications, line.forms))


def read(rows: Iterable[Texts], wanted: Delimiters = kept.DELIMITERS) -> Iterator[Claim]:
    """The claims of rows with the values of COLUMNS, in order, in the delimiters that are `wanted` where that can be.

    StoreError where one cannot be read again.
    """
    for head, group in groupby(rows, key=itemgetter(0)):
        while texts := list(islice(group, _TOGETHER)):
            body = head + "".join(_levels(texts))
            reader, count = Reader(kept.transaction("837", "005010X222A1", body, wanted)), 0
            for claim in reader.read():
                count += 1
                yield claim
            if count != len(texts):
                raise StoreError("a claim in the store cannot be read again")


def _levels(rows: Iterable[Texts]) -> Iterator[str]:
    """Each claim under levels of its own."""
    number = 0
    for _, billing, subscriber, patient, claim in rows:
        levels = [("20", billing), ("22", subscriber), *([("23", patient)] if patient else ())]
        for place, (level, text) in enumerate(levels):
            number += 1
            above = str(number - 1) if place else ""
            yield kept.text(["HL", str(number), above, level, "0" if place == len(levels) - 1 else "1"]) + text
        yield claim
