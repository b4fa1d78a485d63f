"""What is the same word for word, and so needs no closer look: most of most claims."""

from collections import Counter
from collections.abc import Sequence

from curette._records import record
from curette.claims.model import Billing, Claim, OtherSubscriber, Patient, ServiceLine, Subscriber
from curette.x12.cas import Segment
from curette.x12.loop import Loop

GATHERED = ("HI", "CAS", "K3")  # segments that are read together, since what they hold may be spread in many ways
QUALIFIERS = {"REF": 1, "DTP": 1, "AMT": 1, "NTE": 1, "CRC": 1, "QTY": 1, "FRM": 1, "MEA": 2}  # leading elements
_NEEDED = {"NM1": (1, 2, 8), "REF": (4,)}  # elements that give others their meaning
_FEW = 400  # so many comparisons take no longer than counting
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
    if not olds and not news:
        return True
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
    together: set[str] = set()
    sorts: dict[Words, tuple[list[Segment], list[Segment]]] = {}
    for side, segments in enumerate(_apart(olds, news)):
        for each in segments:
            if (name := each[0]) in GATHERED:
                together.add(name)
            else:
                sorts.setdefault(tuple(each[: 1 + QUALIFIERS.get(name, 0)]), ([], []))[side].append(each)
    for sort, (before, after) in sorts.items():
        if len(before) > 1 or len(after) > 1:
            found.olds.extend(map(tuple, before))
            found.news.extend(map(tuple, after))
        else:
            found.pairs.append(_emptied(before[0] if before else (), after[0] if after else (), len(sort)))
    if together:
        found.olds.extend(tuple(each) for each in olds if each[0] in together)
        found.news.extend(tuple(each) for each in news if each[0] in together)
    return found


def _apart(olds: Sequence[Segment], news: Sequence[Segment]) -> tuple[list[Segment], list[Segment]]:
    """Without what stands in both, as often as it does. Few segments are sought among each other, many are counted."""
    if len(olds) * len(news) > _FEW:
        common = Counter(map(tuple, olds)) & Counter(map(tuple, news))
        return _without(olds, common), _without(news, common)
    old, new = [], list(news)
    for each in olds:
        try:
            new.remove(each)
        except ValueError:
            old.append(each)
    return old, new


def _without(segments: Sequence[Segment], common: Counter[Words]) -> list[Segment]:
    left, kept = common.copy(), []
    for each in segments:
        if left[words := tuple(each)]:
            left[words] -= 1
        else:
            kept.append(each)
    return kept


def _emptied(old: Segment, new: Segment, sort: int) -> tuple[Words, Words]:
    """Two segments without the elements in which they agree, but those that others get their meaning from."""
    if not old or not new or old[0] == "DTP":
        return tuple(old), tuple(new)
    one, other, needed = list(old), list(new), _NEEDED.get(old[0], ())
    for place in range(sort, min(len(old), len(new))):
        if old[place] == new[place] and place not in needed:
            one[place] = other[place] = ""
    return (tuple(one), tuple(other)) if any(one[sort:]) and any(other[sort:]) else (tuple(old), tuple(new))


def diagnosis(claim: Claim, pointer: str) -> str:
    """The code that a pointer leads to, or the pointer where it leads nowhere."""
    codes = claim.diagnoses
    place = int(pointer) if len(pointer) < 4 and pointer.isdigit() and pointer.isascii() else 0
    return codes[place - 1].code if 0 < place <= len(codes) else f"#{pointer}"


def _pointed(claim: Claim, line: ServiceLine) -> list[str]:
    return [diagnosis(claim, str(pointer)) for pointer in line.pointers]
