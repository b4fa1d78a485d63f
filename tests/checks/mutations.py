"""Transactions with small faults, made from good ones: what a typist, a converter or a broken cable does to a file."""

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from attrs import evolve

from curette import pipeline
from curette.x12.transaction import Transaction

Segments = list[str]
_VALUES = (
    "",
    "X",
    "ZZ",
    "0",
    "-1",
    "1.5",
    "1E5",
    "A B",
    " ",
    "20260231",
    "20260229",
    "20240229",
    "123456789",
    "é",
    ":",
    "^",
)


def transactions(paths: list[Path]) -> list[Transaction]:
    """The readable 837Ps and 835s of some files."""
    return [t for t in pipeline.items(paths) if isinstance(t, Transaction) and t.readable and t.complete]


def mutated(good: list[Transaction], number: int, seed: int = 7) -> Iterator[Transaction]:
    """So many transactions, each with one to three changes."""
    random = Random(seed)
    for _ in range(number):
        transaction = random.choice(good)
        segments = transaction.segments()
        for _ in range(random.choice((1, 1, 1, 2, 3))):
            segments = random.choice(CHANGES)(segments, random, transaction.delimiters.element) or segments
        yield with_segments(transaction, segments)


def with_segments(transaction: Transaction, segments: Segments) -> Transaction:
    """The same transaction with other segments."""
    end = transaction.delimiters.segment
    raw = "".join(s.replace(end, "") + end for s in segments).encode()
    return evolve(transaction, raw=raw, count=len(segments), between=None, wrap=None)


def _at(segments: Segments, random: Random) -> int:
    """Any segment but ST and SE, which the envelope reader has seen to."""
    return random.randrange(1, len(segments) - 1)


def _element(change: Callable[[str, Random], str]) -> Callable[[Segments, Random, str], Segments]:
    def changed(segments: Segments, random: Random, separator: str) -> Segments:
        at = _at(segments, random)
        values = segments[at].split(separator)
        place = random.randrange(1, len(values)) if len(values) > 1 else 0
        if place:
            values[place] = change(values[place], random)
        return [*segments[:at], separator.join(values), *segments[at + 1 :]]

    return changed


def _dropped(segments: Segments, random: Random, separator: str) -> Segments:
    at = _at(segments, random)
    return segments[:at] + segments[at + 1 :]


def _doubled(segments: Segments, random: Random, separator: str) -> Segments:
    at = _at(segments, random)
    return segments[: at + 1] + [segments[at]] * random.choice((1, 1, 2, 30)) + segments[at + 1 :]


def _moved(segments: Segments, random: Random, separator: str) -> Segments:
    at, to = _at(segments, random), _at(segments, random)
    rest = segments[:at] + segments[at + 1 :]
    return [*rest[:to], segments[at], *rest[to:]]


def _swapped(segments: Segments, random: Random, separator: str) -> Segments:
    at = random.randrange(1, len(segments) - 2)
    return [*segments[:at], segments[at + 1], segments[at], *segments[at + 2 :]]


def _repeated(segments: Segments, random: Random, separator: str) -> Segments:
    """A stretch of segments, such as a loop, stands twice or is gone."""
    start = _at(segments, random)
    stop = min(start + random.randrange(2, 15), len(segments) - 1)
    return segments[:stop] + segments[start:stop] * random.choice((1, 1, 2)) + segments[stop:]


def _lost(segments: Segments, random: Random, separator: str) -> Segments:
    start = _at(segments, random)
    return segments[:start] + segments[min(start + random.randrange(2, 8), len(segments) - 1) :]


def _foreign(segments: Segments, random: Random, separator: str) -> Segments:
    """A segment that is unknown, or from another place."""
    other = random.choice(("ZZZ*1", "REF*ZZ*1", "NM1*ZZ*1*A", "HL*9*1*22*0", "HL*9*1*99*0", "DTP*999*D8*20260101", "LX*1",
                           "SE*1*0001", "GE*1*1", "N3", "NTE", "PLB*1*20260101*WO:1*5", "CLM*X*1***11:B:1*Y*A*Y*Y"))  # fmt: skip
    at = _at(segments, random)
    return [*segments[:at], other.replace("*", separator), *segments[at:]]


def _added(segments: Segments, random: Random, separator: str) -> Segments:
    at = _at(segments, random)
    more = separator * random.choice((1, 1, 2, 5)) + random.choice(("", "", "X", "1"))
    return [*segments[:at], segments[at] + more, *segments[at + 1 :]]


def _renamed(segments: Segments, random: Random, separator: str) -> Segments:
    at = _at(segments, random)
    _, mark, rest = segments[at].partition(separator)
    name = random.choice(segments).partition(separator)[0]
    return [*segments[:at], name + mark + rest, *segments[at + 1 :]]


CHANGES: tuple[Callable[[Segments, Random, str], Segments], ...] = (
    _element(lambda value, random: ""),
    _element(lambda value, random: value + random.choice("X1 :") * random.choice((1, 3, 90))),
    _element(lambda value, random: random.choice(_VALUES)),
    _element(lambda value, random: value.lower()),
    _element(lambda value, random: value[: random.randrange(len(value) + 1)]),
    _element(lambda value, random: value.replace(":", "", 1)),
    _dropped, _dropped, _doubled, _moved, _swapped, _repeated, _lost, _foreign, _added, _renamed,
)  # fmt: skip
