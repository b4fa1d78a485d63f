"""Which service line is which: a line that was renumbered, moved or sent on another claim is still the same line."""

from collections.abc import Hashable, Iterator, Mapping, Sequence

from curette._records import record
from curette.claims.model import Claim, ServiceLine
from curette.diff import facts
from curette.diff.assign import MOST, assign
from curette.diff.pairs import by_key, ordered
from curette.diff.same import diagnosis, same_line

_CONTENT = 0  # the rank of the keys of a line that stands for all it says


@record
class Line:
    """A service line and the claim it stands on."""

    claim: Claim
    line: ServiceLine


@record
class LinePair:
    """An old line with its new one, or one that came or went. `same` where they say the same word for word."""

    old: Line | None
    new: Line | None
    same: bool = False


def pair_lines(olds: Sequence[Claim], news: Sequence[Claim]) -> Iterator[LinePair]:
    """Every line of both sides once, in the order of the new ones; what is gone stands where it stood.

    Equal lines first, then those that differ in nothing but their control number (REF*6R), then those with the same
    number and code, then so that as little as possible changed: some offices number their lines anew, so that a control
    number alone says little.
    """
    old = [Line(claim, line) for claim in olds for line in claim.lines]
    new = [Line(claim, line) for claim in news for line in claim.lines]
    same = list(map(_same, old, new))
    changed = [k for k, alike in enumerate(same) if not alike]
    if len(old) == len(new) and (not changed or (len(changed) == 1 and _alike(old[changed[0]], new[changed[0]]))):
        yield from map(LinePair, old, new, same)  # what is usual
        return
    known = frozenset(k for k, alike in enumerate(same) if alike)
    partners = {k: k for k in known}
    left, right = ([k for k in range(len(side)) if k not in known] for side in (old, new))
    if left and right:
        partners |= _rest(old, new, left, right)
    for i, j in ordered(len(old), len(new), partners):
        yield LinePair(None if i is None else old[i], None if j is None else new[j], i == j and i in known)


def _same(a: Line, b: Line) -> bool:
    return same_line(a.claim, a.line, b.claim, b.line)


def _rest(old: Sequence[Line], new: Sequence[Line], left: Sequence[int], right: Sequence[int]) -> dict[int, int]:
    """Partners (new place to old) of the lines that are not word for word the same in the same place."""
    before = [facts.line(old[i].claim, old[i].line) for i in left]
    after = [facts.line(new[j].claim, new[j].line) for j in right]
    partners: dict[int, int] = {}
    by_key(before, after, partners, _CONTENT)
    numbered = _by_number(old, new, left, right, partners)
    if numbered:
        _renumbered(before, after, numbered, partners)
    taken = set(partners.values())
    partners |= {k: i for k, i in numbered.items() if k not in partners and i not in taken}
    taken = set(partners.values())
    lone_left = [k for k in range(len(left)) if k not in taken]
    lone_right = [k for k in range(len(right)) if k not in partners]
    if len(lone_left) * len(lone_right) <= MOST:
        found = assign(
            [(old[left[k]], before[k]) for k in lone_left],
            [(new[right[k]], after[k]) for k in lone_right],
            lambda a, b: _cost(a[0], b[0]),
            lambda each: each[1].keys[_CONTENT],
        )
        partners |= {lone_right[j]: lone_left[i] for i, j in found}
    else:  # no claim of the guide has so many lines
        for rank in range(_CONTENT + 1, len(before[0].keys)):
            by_key(before, after, partners, rank)
    return {right[j]: left[i] for j, i in partners.items()}


def _by_number(
    old: Sequence[Line], new: Sequence[Line], left: Sequence[int], right: Sequence[int], partners: Mapping[int, int]
) -> dict[int, int]:
    """The further pairs with the same control number and code."""
    taken = set(partners.values())
    places: dict[tuple[str, str], list[int]] = {}
    for k, i in enumerate(left):
        line = old[i].line
        if k not in taken and line.control_number:
            places.setdefault((line.control_number, line.procedure), []).append(k)
    pairs: dict[int, int] = {}
    for k, j in enumerate(right):
        line = new[j].line
        found = places.get((line.control_number, line.procedure))
        if k not in partners and found:
            pairs[k] = found.pop(0)
    return pairs


def _renumbered(
    before: Sequence[facts.Node], after: Sequence[facts.Node], numbered: Mapping[int, int], partners: dict[int, int]
) -> None:
    """Add to `partners` lines that say the same under other numbers; those whose number leads nowhere come first."""
    sides: tuple[dict[Hashable, list[int]], dict[Hashable, list[int]]] = ({}, {})
    told = (set(numbered.values()), set(numbered))
    done = (set(partners.values()), set(partners))
    for side, nodes in enumerate((before, after)):
        free = (k for k in range(len(nodes)) if k not in done[side])
        for k in sorted(free, key=lambda k: (k in told[side], k)):
            sides[side].setdefault(facts.but_number(nodes[k]), []).append(k)
    for content, olds in sides[0].items():
        partners |= dict(zip(sides[1].get(content, ()), olds, strict=False))


def _alike(a: Line, b: Line) -> bool:
    """Whether anything says that one line could be the other; of lines with other numbers the day alone does not."""
    x, y = a.line, b.line
    numbered = x.control_number and y.control_number
    return (
        x.procedure == y.procedure
        or x.charge == y.charge
        or (x.service == y.service and (not numbered or _sort(x.procedure) == _sort(y.procedure)))
        or bool(numbered and x.control_number == y.control_number)
    )


def _sort(code: str) -> str:
    """Of what sort a service is, at a glance: the chapter of CPT, or one that CPT has not."""
    return code[:2] if code[:1].isdigit() else ""


def _cost(a: Line, b: Line) -> int | None:
    """How much changed if one line became the other; None where nothing says that it did."""
    x, y = a.line, b.line
    if not _alike(a, b):
        return None
    number = bool(x.control_number) and x.control_number == y.control_number
    code, day, charge = x.procedure == y.procedure, x.service == y.service, x.charge == y.charge
    return (
        (0 if code else 9 if x.procedure[:3] == y.procedure[:3] else 12)
        + 4 * (not day)
        + 4 * (not number)
        + 2 * (not charge)
        + 2 * (x.units != y.units)
        + min(len(set(x.modifiers) ^ set(y.modifiers)), 2)
        + min(len(_pointed(a) ^ _pointed(b)), 2)
    )


def _pointed(each: Line) -> set[str]:
    return {diagnosis(each.claim, str(pointer)) for pointer in each.line.pointers}
