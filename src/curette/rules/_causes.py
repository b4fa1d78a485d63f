"""What the rules answer of a day, and of several hits on the same lines the one that tells the cause."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from curette._records import record
from curette.claims.days import Day
from curette.claims.model import Claim
from curette.findings import Severity
from curette.rules._context import Context
from curette.rules._registry import CODES, OWN, DermRule, Failed, Hit, Missing

Asked = tuple[int, DermRule]  # a rule to ask, of the line at this place of the day
Answer = tuple[DermRule, Claim, Hit | Missing | Failed]


@record
class Told:
    """A hit with its rule and the claim of its line."""

    rule: DermRule
    claim: Claim
    hit: Hit
    cover: frozenset[int]  # the lines it explains, by their ids


def answers(day: Day, asked: Iterable[Asked], contexts: Mapping[int, Context]) -> Iterator[Answer]:
    """What rules say of a day."""
    for at, one in asked:
        line = day.lines[at]
        claim = line.claim
        for outcome in one.check(line if one.level == "line" else claim, day, contexts[id(claim)]):
            yield one, claim, outcome


def told(given: Iterable[Answer], contexts: Mapping[int, Context]) -> list[Told]:
    """The hits among answers that the payer does not turn off, one for each cause."""
    found: list[Told] = []
    for one, asked, hit in given:
        if isinstance(hit, Hit):
            claim, own = (hit.line.claim, (hit.line,)) if hit.line is not None else (asked, ())
            if not contexts[id(claim)].profile.silences(one.rule):
                found.append(Told(one, claim, hit, frozenset(map(id, chain(own, hit.related)))))
    return [item for item in found if not any(_explains(other, item) for other in found if other is not item)]


def _explains(other: Told, item: Told) -> bool:
    """Whether `other` is the root of what `item` tells.

    A pair is explained by a hit on one of its lines that covers the other, a single line by a hit on that very line.
    """
    if other.hit.line is None or item.hit.line is None:
        return False
    if _hint(other) and not _hint(item):  # which is no root of a fault
        return False
    same_line = other.hit.line is item.hit.line
    covered = item.cover <= other.cover
    if item.rule.rule.id in other.rule.hides:
        return same_line or covered
    if other.rule.rank >= item.rule.rank or _hint(other):
        return False
    if other.rule.rank == CODES:  # nothing else can be said of a code that is none; what stands in HI is another code
        return id(other.hit.line) in item.cover and item.hit.at is None
    if other.rule.rank == OWN or item.rule.rank == OWN:
        return False
    return covered and id(other.hit.line) in item.cover if len(item.cover) > 1 else same_line


def _hint(item: Told) -> bool:
    return (item.hit.severity or item.rule.rule.severity) is Severity.ADVICE
