"""What is the same word for word, and so needs no closer look: most of most claims."""

from collections import Counter
from collections.abc import Sequence

from curette._records import record
from curette.claims.model import Billing, Claim, OtherSubscriber, Patient, ServiceLine, Subscriber
from curette.x12.cas import Segment
from curette.x12.loop import Loop

GATHERED = ("HI", "CAS", "K3")  # segments that are read together, since what they hold may be spread in many ways
QUALIFIERS = {"REF": 1, "DTP": 1, "AMT": 1, "NTE": 1, "CRC": 1, "QTY": 1, "FRM": 1, "MEA": 2}  # leading elements
_NEEDED = {"NM1": (1, 2, 8)}  # elements that give others their meaning
Words = tuple[str, ...]


def same_line(old: Claim, before: ServiceLine, new: Claim, after: ServiceLine) -> bool:
    """Whether two lines say the same word for word and point at the same diagnoses; LX01 is left out."""
    return (
        (
            before.segments == after.segments
            or (before.segments[1:] == after.segments[1:] and before.segments[0][2:] == after.segments[0][2:])
        )
        and same_loops(before, after)
        and (old.diagnoses == new.diagnoses or _pointed(old, before) == _pointed(new, after))
        and old.transaction.delimiters == new.transaction.delimiters
    )


def same_loops(before: ServiceLine, after: ServiceLine) -> bool:
    """Whether what stands below two lines says the same word for word."""
    return (
        same(before.drugs, after.drugs)
        and same(before.parties, after.parties)
        and same(before.adjudications, after.adjudications)
        and same(before.forms, after.forms)
    )


def same(olds: Sequence[Loop], news: Sequence[Loop]) -> bool:
    """Whether loops say the same word for word, in the same order."""
    if len(olds) != len(news):
        return False
    return not olds or [a.segments for a in olds] == [b.segments for b in news]


def same_level(old: Billing | Subscriber | Patient | None, new: Billing | Subscriber | Patient | None) -> bool:
    """Whether two levels say the same word for word; their HL numbers are left out."""
    if old is None or new is None:
        return old is new
    return old is new or (
        (
            old.segments == new.segments
            or (old.segments[1:] == new.segments[1:] and old.segments[0][5:] == new.segments[0][5:])
        )
        and same(old.parties, new.parties)
    )


def same_others(olds: Sequence[OtherSubscriber], news: Sequence[OtherSubscriber]) -> bool:
    """Whether other coverages say the same word for word."""
    return same(olds, news) and all(same(a.parties, b.parties) for a, b in zip(olds, news, strict=True))


@record
class Different:
    """The segments that only one side has. Those that are alone of their sort are `pairs`, old and new (empty: none),
    with only the elements that differ; `olds` and `news` have to be sorted out.
    """

    pairs: list[tuple[Words, Words]]
    olds: list[Words]
    news: list[Words]


def differing(olds: Sequence[Segment], news: Sequence[Segment]) -> Different:
    """What is left of two lists of segments without what stands in both. Segments that are read together stay together.

    Few different pairs are left so, and what is worked out of one serves for many claims.
    """
    found = Different([], [], [])
    if olds == news:
        return found
    old, new = _trimmed(olds, news)
    together = {each[0] for each in (*old, *new) if each[0] in GATHERED}
    sorts: dict[Words, tuple[list[Words], list[Words]]] = {}
    for side, segments in enumerate((old, new)):
        for each in segments:
            if each[0] not in together:
                sorts.setdefault(each[: 1 + QUALIFIERS.get(each[0], 0)], ([], []))[side].append(each)
    for sort, (before, after) in sorts.items():
        if len(before) > 1 or len(after) > 1:
            found.olds.extend(before)
            found.news.extend(after)
        else:
            found.pairs.append(_emptied(before[0] if before else (), after[0] if after else (), len(sort)))
    if together:
        found.olds.extend(tuple(each) for each in olds if each[0] in together)
        found.news.extend(tuple(each) for each in news if each[0] in together)
    return found


def _trimmed(olds: Sequence[Segment], news: Sequence[Segment]) -> tuple[list[Words], list[Words]]:
    """Without what stands in both."""
    low, high = 0, 0
    shortest = min(len(olds), len(news))
    while high < shortest and olds[-1 - high] == news[-1 - high]:
        high += 1
    while low < shortest - high and olds[low] == news[low]:
        low += 1
    old = [tuple(each) for each in olds[low : len(olds) - high]]
    new = [tuple(each) for each in news[low : len(news) - high]]
    if not old or not new or set(old).isdisjoint(new):
        return old, new
    common = Counter(old) & Counter(new)
    return _without(old, common), _without(new, common)


def _without(segments: list[Words], common: Counter[Words]) -> list[Words]:
    left, kept = common.copy(), []
    for each in segments:
        if left[each]:
            left[each] -= 1
        else:
            kept.append(each)
    return kept


def _emptied(old: Words, new: Words, sort: int) -> tuple[Words, Words]:
    """Two segments without the elements in which they agree, but those that others get their meaning from."""
    if not old or not new or old[0] == "DTP":
        return old, new
    kept = _NEEDED.get(old[0], ())
    one, other = list(old), list(new)
    for place, (a, b) in enumerate(zip(old, new, strict=False)):
        if a == b and place >= sort and place not in kept:
            one[place] = other[place] = ""
    return (tuple(one), tuple(other)) if any(one[sort:]) and any(other[sort:]) else (old, new)


def diagnosis(claim: Claim, pointer: str) -> str:
    """The code that a pointer leads to, or the pointer where it leads nowhere."""
    codes = claim.diagnoses
    place = int(pointer) if len(pointer) < 4 and pointer.isdigit() and pointer.isascii() else 0
    return codes[place - 1].code if 0 < place <= len(codes) else f"#{pointer}"


def _pointed(claim: Claim, line: ServiceLine) -> list[str]:
    return [diagnosis(claim, str(pointer)) for pointer in line.pointers]
