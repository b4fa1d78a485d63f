"""What changed between two claims: everything that `facts` tell apart, claim first, then line by line."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from attrs import evolve

from curette.claims.model import Claim, ServiceLine
from curette.dates import Period
from curette.diff import facts
from curette.diff.facts import Entry, Fact, Node
from curette.diff.match import Numbers, Side, matches
from curette.diff.model import Change, Comparison, Kind, Match, NotCompared, Section
from curette.diff.pairs import pair
from curette.money import count, decimal

_ONE_SIDED = (Kind.ADDED, Kind.REMOVED)


def compare(old: Side, new: Side, numbers: Numbers | None = None) -> Iterator[Comparison | NotCompared]:
    """Every claim of both sides, once; with `numbers`, REF*F8 tells which claim a new one replaces."""
    unread_old, unread_new = Counter[str](), Counter[str]()
    known = False
    for match in matches(old.claims, new.claims, numbers or {}):
        alone = match.new if match.old is None else match.old if match.new is None else None
        if alone is None:
            yield Comparison(match, _sections(match))
            continue
        if not known:  # both files were read to their ends before a claim is known to stand alone
            unread_old, unread_new, known = Counter(old.unread), Counter(new.unread), True
        other, unread = (old, unread_old) if match.old is None else (new, unread_new)
        name = alone.control_number
        if unread[name] or other.damaged:
            yield NotCompared(name, old=other is old, new=other is new, named=unread[name] > 0)
            unread[name] -= unread[name] > 0
        else:
            yield _whole(match)
    if not known:
        unread_old, unread_new = Counter(old.unread), Counter(new.unread)
    yield from _unread(unread_old, unread_new)


def _unread(old: Counter[str], new: Counter[str]) -> Iterator[NotCompared]:
    for name, times in (old & new).items():
        yield from [NotCompared(name, old=True, new=True)] * times
    for name, times in (old - new).items():
        yield from [NotCompared(name, old=True, new=False)] * times
    for name, times in (new - old).items():
        yield from [NotCompared(name, old=False, new=True)] * times


def _sections(match: Match) -> tuple[Section, ...]:
    """The parts of a pair that differ."""
    old, new = match.old, match.new
    if old is None or new is None or match.same:
        return ()
    sections = [Section(None, None, tuple(_changes(match, facts.node(old), facts.node(new))))]
    for a, b in pair(facts.lines(old), facts.lines(new)):
        before, after = a.line if a else None, b.line if b else None
        found = _changes(match, a, b) if a and b else [_whole_line(match, before, after)]
        i, j = before.number if before else None, after.number if after else None
        sections.append(Section(before, after, tuple(evolve(change, old_line=i, new_line=j) for change in found)))
    return tuple(section for section in sections if section.changes)


def _change(match: Match, kind: Kind, name: str, old: str | None, new: str | None, segment: str, **more: Any) -> Change:
    before = match.old.control_number if match.old else None
    after = match.new.control_number if match.new else None
    claim = after if after is not None else before or ""
    return Change(claim, before, after, match.matched_by, match.confidence, kind, name, old, new, segment, **more)


def _whole(match: Match) -> Comparison:
    """A claim without a counterpart."""
    old, new = (_claim_words(claim) if claim else None for claim in (match.old, match.new))
    money = (match.new.charge if match.new else 0) - (match.old.charge if match.old else 0)
    change = _change(match, Kind.REMOVED if new is None else Kind.ADDED, "claim", old, new, "CLM", money=money)
    return Comparison(match, (Section(None, None, (change,)),))


def _whole_line(match: Match, before: ServiceLine | None, after: ServiceLine | None) -> Change:
    """A line without a counterpart."""
    old = _line_words(match.old, before) if match.old and before else None
    new = _line_words(match.new, after) if match.new and after else None
    money = (after.charge if after else 0) - (before.charge if before else 0)
    return _change(match, Kind.REMOVED if new is None else Kind.ADDED, "line", old, new, "LX", money=money)


def _claim_words(claim: Claim) -> str:
    days = claim.service_dates
    lines = f"{len(claim.lines)} line{'' if len(claim.lines) == 1 else 's'}"
    return ", ".join(filter(None, (decimal(claim.charge), lines, _days(days) if days else "")))


def _line_words(claim: Claim, line: ServiceLine) -> str:
    procedure = " ".join((line.procedure, *line.modifiers))
    units = f"{count(line.units)} unit{'' if line.units == 1000 else 's'}"
    days = _days(line.service) if line.service else ""
    return ", ".join(filter(None, (procedure, decimal(line.charge), units, days, " ".join(claim.codes(line)))))


def _days(days: Period) -> str:
    return days.start.isoformat() + (f" to {days.end.isoformat()}" if days.end != days.start else "")


# -- loops


def _changes(match: Match, old: Node, new: Node) -> Iterator[Change]:
    """The changes between two loops and all below them."""
    for a, b in pair(old.entries, new.entries):
        if a is not b:  # results of one segment's text are one object
            yield from _entry(match, a, b, new.payer or old.payer)
    for c, d in pair(old.children, new.children):
        if c and d:
            yield from _changes(match, c, d)
        else:
            yield from _alone(match, c, d)


def _alone(match: Match, old: Node | None, new: Node | None) -> Iterator[Change]:
    """All that a loop without a counterpart says."""
    found = old or new
    for entry in found.entries if found else ():
        yield from _entry(match, entry if old else None, entry if new else None, found.payer if found else "")
    for child in found.children if found else ():
        yield from _alone(match, child if old else None, child if new else None)


def _entry(match: Match, old: Entry | None, new: Entry | None, payer: str) -> Iterator[Change]:
    """The changes of a segment. Qualifiers that only came or went with what they qualify are not told."""
    before, after = old.facts if old else {}, new.facts if new else {}
    if before == after:
        return
    segment = new.segment if new else old.segment if old else ""
    found = []
    for place in {**before, **after}:
        a, b = before.get(place), after.get(place)
        known = after[place] if a is None else a
        if a is None or b is None or a.value != b.value:
            found.append((known.minor, _fact(match, known.field, a, b, segment, payer)))
    told = {change.kind for minor, change in found if not minor}
    yield from (c for minor, c in found if not (minor and c.kind in _ONE_SIDED and c.kind in told))


def _fact(match: Match, name: str, old: Fact | None, new: Fact | None, segment: str, payer: str) -> Change:
    kind = Kind.ADDED if old is None else Kind.REMOVED if new is None else Kind.CHANGED
    if old and new and sorted(old.value) == sorted(new.value):
        kind = Kind.MOVED
    sides = [fact for fact in (old, new) if fact]
    amounts = [fact.amount for fact in sides if fact.amount is not None]
    sign = -1 if new is None else 1
    money = sign * (amounts[-1] - sum(amounts[:-1])) if amounts and len(amounts) == len(sides) else None
    before, after = (" ".join(fact.value) if fact else None for fact in (old, new))
    private = any(fact.private for fact in sides)
    return _change(match, kind, name, before, after, segment, money=money, payer=payer or None, private=private)
