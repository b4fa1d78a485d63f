"""What changed between two claims: everything that `facts` tell apart, claim first, then line by line."""

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from curette._records import record
from curette.claims.model import Claim, ServiceLine
from curette.dates import Period
from curette.diff import facts
from curette.diff.facts import Difference, Entry, Fact, Node
from curette.diff.lines import pair_lines
from curette.diff.match import Numbers, Side, matches
from curette.diff.model import Change, Comparison, Kind, Match, NotCompared, Section
from curette.diff.pairs import pair as pair_up
from curette.diff.words import NOBODY
from curette.money import count, decimal
from curette.x12.delimiters import Delimiters

_ONE_SIDED = (Kind.ADDED, Kind.REMOVED)
_IN_WORDS = ("procedure", "modifiers", "charge", "unit of measure", "units", "diagnosis pointers")  # see line_words


def compare(old: Side, new: Side, numbers: Numbers | None = None) -> Iterator[Comparison | NotCompared]:
    """Every claim of both sides, once; with `numbers`, REF*F8 tells which claim a new one replaces."""
    unread_old, unread_new = Counter[str](), Counter[str]()
    known = False
    for match in matches(old, new, numbers or {}):
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
    """The claim and its lines, if anything differs."""
    sections = list(_claims(match))
    differs = any(section.changes for section in sections)
    for found in pair_lines(match.olds, match.news):
        old, new = found.old, found.new
        if found.same and old and new:
            sections.append(Section(old.line, new.line, (), old.claim, new.claim))
            continue
        pair = _Pair(
            match,
            old.claim if old else None,
            new.claim if new else None,
            old.line if old else None,
            new.line if new else None,
        )
        changes = tuple(_line(pair))
        differs = differs or bool(changes)
        sections.append(Section(pair.before, pair.after, changes, pair.old, pair.new))
    return tuple(sections) if differs else ()


def _claims(match: Match) -> Iterator[Section]:
    """The claims themselves: every old one beside every new one, and that there are several."""
    if match.several:
        names = [" ".join(claim.control_number for claim in side) for side in (match.olds, match.news)]
        pair = _Pair(match, match.old, match.new)
        money = sum(c.charge for c in match.news) - sum(c.charge for c in match.olds)
        change = _change(pair, Kind.CHANGED, "claims", names[0], names[1], "CLM", money=money)
        yield Section(None, None, (change,), match.old, match.new)
    for old in match.olds:
        for new in match.news:
            pair = _Pair(match, old, new)
            yield Section(None, None, tuple(_told(pair, facts.claims(old, new))), old, new)


def _line(pair: "_Pair") -> Iterator[Change]:
    """What differs in a line; of one that came or went, what its summary does not say."""
    before, after = pair.before, pair.after
    if pair.old and before and pair.new and after:
        yield from _told(pair, facts.lines(pair.old, before, pair.new, after))
        return
    yield _whole_line(pair)
    gone = facts.line(pair.old, before) if pair.old and before else None
    come = facts.line(pair.new, after) if pair.new and after else None
    yield from (change for change in _alone(pair, gone, come) if not _in_words(change, before or after))


def _in_words(change: Change, line: ServiceLine | None) -> bool:
    """Whether `line_words` says it."""
    if change.segment == "DTP":
        told = _days(line.service) if line and line.service else None
        return change.field == "service date" and told in (change.old, change.new)
    return change.segment == "SV1" and change.field in _IN_WORDS


@record
class _Pair:
    """The two claims, or two lines of them, that a change is about, and how the claims were matched."""

    match: Match
    old: Claim | None
    new: Claim | None
    before: ServiceLine | None = None
    after: ServiceLine | None = None


def _change(pair: _Pair, kind: Kind, name: str, old: str | None, new: str | None, segment: str, **more: Any) -> Change:
    match, one, other = pair.match, pair.old or pair.match.old, pair.new or pair.match.new
    before, after = (claim.control_number if claim else None for claim in (one, other))
    claim = after if after is not None else before or ""
    i, j = pair.before.number if pair.before else None, pair.after.number if pair.after else None
    return Change(claim, before, after, match.matched_by, match.confidence, kind, name, old, new, segment, i, j, **more)


def _whole(match: Match) -> Comparison:
    """A claim without a counterpart."""
    old, new = (_claim_words(claim) if claim else None for claim in (match.old, match.new))
    money = (match.new.charge if match.new else 0) - (match.old.charge if match.old else 0)
    pair = _Pair(match, match.old, match.new)
    change = _change(pair, Kind.REMOVED if new is None else Kind.ADDED, "claim", old, new, "CLM", money=money)
    return Comparison(match, (Section(None, None, (change,)),))


def _whole_line(pair: _Pair) -> Change:
    """A line without a counterpart."""
    before, after = pair.before, pair.after
    old = line_words(pair.old, before) if pair.old and before else None
    new = line_words(pair.new, after) if pair.new and after else None
    money = (after.charge if after else 0) - (before.charge if before else 0)
    return _change(pair, Kind.REMOVED if new is None else Kind.ADDED, "line", old, new, "LX", money=money)


def _claim_words(claim: Claim) -> str:
    days = claim.service_dates
    lines = f"{len(claim.lines)} line{'' if len(claim.lines) == 1 else 's'}"
    return ", ".join(filter(None, (decimal(claim.charge), lines, _days(days) if days else "")))


def line_words(claim: Claim, line: ServiceLine) -> str:
    """A line on one line: code, modifiers, charge, units, days, diagnoses."""
    procedure = " ".join((line.procedure, *line.modifiers))
    units = f"{count(line.units)} {line.unit}"
    if line.unit == "UN":
        units = f"{count(line.units)} unit{'' if line.units == 1000 else 's'}"
    days = _days(line.service) if line.service else ""
    return ", ".join(filter(None, (procedure, decimal(line.charge), units, days, " ".join(claim.codes(line)))))


def _days(days: Period) -> str:
    return days.start.isoformat() + (f" to {days.end.isoformat()}" if days.end != days.start else "")


# -- loops


def _told(pair: _Pair, found: Difference) -> Iterator[Change]:
    """The changes between two claims or two lines."""
    delimiters = pair.match.news[0].transaction.delimiters
    for old, new in found.pairs:
        for draft in _segment(tuple(old), tuple(new), delimiters):
            yield draft.of(pair)
    if found.nodes is not None:
        yield from _changes(pair, *found.nodes)


def _changes(pair: _Pair, old: Node, new: Node) -> Iterator[Change]:
    """The changes between two loops and all below them."""
    for a, b in pair_up(old.entries, new.entries):
        if a is not b:  # results of one segment's text are one object
            yield from (draft.of(pair) for draft in _entry(a, b, new.payer or old.payer))
    for c, d in pair_up(old.children, new.children):
        if c and d:
            yield from _changes(pair, c, d)
        else:
            yield from _alone(pair, c, d)


def _alone(pair: _Pair, old: Node | None, new: Node | None) -> Iterator[Change]:
    """All that a loop without a counterpart says."""
    found = old or new
    for each in found.entries if found else ():
        drafts = _entry(each if old else None, each if new else None, found.payer if found else "")
        yield from (draft.of(pair) for draft in drafts)
    for child in found.children if found else ():
        yield from _alone(pair, child if old else None, child if new else None)


@record
class _Draft:
    """A change before it is said of which claims."""

    kind: Kind
    field: str
    old: str | None
    new: str | None
    segment: str
    money: int | None
    payer: str | None
    private: bool

    def of(self, pair: _Pair) -> Change:
        return _change(
            pair, self.kind, self.field, self.old, self.new, self.segment,
            money=self.money, payer=self.payer, private=self.private,
        )  # fmt: skip


@lru_cache(maxsize=1 << 14)
def _segment(old: tuple[str, ...], new: tuple[str, ...], delimiters: Delimiters) -> tuple[_Draft, ...]:
    """The changes between two segments of a claim or line; either may be empty. Most recur, so they are kept."""
    before, after = (facts.entry(each, NOBODY, delimiters) if each else None for each in (old, new))
    return tuple(_entry(before, after, ""))


def _entry(old: Entry | None, new: Entry | None, payer: str) -> Iterator[_Draft]:
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
            found.append((known.minor, _fact(known.field, a, b, segment, payer)))
    told = {draft.kind for minor, draft in found if not minor}
    yield from (draft for minor, draft in found if not (minor and draft.kind in _ONE_SIDED and draft.kind in told))


def _fact(name: str, old: Fact | None, new: Fact | None, segment: str, payer: str) -> _Draft:
    kind = Kind.ADDED if old is None else Kind.REMOVED if new is None else Kind.CHANGED
    if old and new and sorted(old.value) == sorted(new.value):
        kind = Kind.MOVED
    sides = [fact for fact in (old, new) if fact]
    amounts = [fact.amount for fact in sides if fact.amount is not None]
    sign = -1 if new is None else 1
    money = sign * (amounts[-1] - sum(amounts[:-1])) if amounts and len(amounts) == len(sides) else None
    before, after = (" ".join(fact.value) if fact else None for fact in (old, new))
    private = any(fact.private for fact in sides)
    return _Draft(kind, name, before, after, segment, money, payer or None, private)
