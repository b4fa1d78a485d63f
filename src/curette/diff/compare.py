"""What changed between two claims: everything that `facts` tell apart, claim first, then line by line."""

from collections import Counter
from collections.abc import Iterator

from curette._records import record
from curette.claims.model import Claim, ServiceLine
from curette.diff import facts
from curette.diff.drafts import Draft, of_entry, of_segment
from curette.diff.facts import Difference, Node
from curette.diff.lines import pair_lines
from curette.diff.match import Side, matches
from curette.diff.model import Change, Comparison, Kind, Match, NotCompared, Section
from curette.diff.pairs import pair as pair_up
from curette.diff.pool import Numbers
from curette.diff.summary import claim_words, days_words, line_words

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
        if match.replaced:
            yield Comparison(match, ())
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
    sections = _claims(match)
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
        changes = _line(pair)
        differs = differs or bool(changes)
        sections.append(Section(pair.before, pair.after, changes, pair.old, pair.new))
    return tuple(sections) if differs else ()


def _claims(match: Match) -> list[Section]:
    """The claims themselves: every old one beside every new one, and that there are several."""
    sections: list[Section] = []
    if match.several:
        names = [" ".join(claim.control_number for claim in side) for side in (match.olds, match.news)]
        pair = _Pair(match, match.old, match.new)
        money = sum(c.charge for c in match.news) - sum(c.charge for c in match.olds)
        change = _change(pair, Draft(Kind.CHANGED, "claims", names[0], names[1], "CLM", money))
        sections.append(Section(None, None, (change,), match.old, match.new))
    for old in match.olds:
        for new in match.news:
            told = _told(_Pair(match, old, new), facts.claims(old, new))
            sections.append(Section(None, None, told, old, new))
    return sections


def _line(pair: "_Pair") -> tuple[Change, ...]:
    """What differs in a line; of one that came or went, what its summary does not say."""
    before, after = pair.before, pair.after
    if pair.old and before and pair.new and after:
        return _told(pair, facts.lines(pair.old, before, pair.new, after))
    gone = facts.line(pair.old, before) if pair.old and before else None
    come = facts.line(pair.new, after) if pair.new and after else None
    more = (change for change in _alone(pair, gone, come) if not _in_words(change, before or after))
    return (_whole_line(pair), *more)


def _in_words(change: Change, line: ServiceLine | None) -> bool:
    """Whether `line_words` says it."""
    if change.segment == "DTP":
        told = days_words(line.service) if line and line.service else None
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


def _change(pair: _Pair, draft: Draft) -> Change:
    match = pair.match
    one, other = pair.old or match.old, pair.new or match.new
    before = one.control_number if one else None
    after = other.control_number if other else None
    return Change(
        after if after is not None else before or "",
        before,
        after,
        match.matched_by,
        match.confidence,
        draft.kind,
        draft.field,
        draft.old,
        draft.new,
        draft.segment,
        pair.before.number if pair.before else None,
        pair.after.number if pair.after else None,
        (),
        draft.money,
        draft.payer,
        draft.private,
    )


def _whole(match: Match) -> Comparison:
    """A claim without a counterpart."""
    old, new = (claim_words(claim) if claim else None for claim in (match.old, match.new))
    money = (match.new.charge if match.new else 0) - (match.old.charge if match.old else 0)
    pair = _Pair(match, match.old, match.new)
    change = _change(pair, Draft(Kind.REMOVED if new is None else Kind.ADDED, "claim", old, new, "CLM", money))
    return Comparison(match, (Section(None, None, (change,)),))


def _whole_line(pair: _Pair) -> Change:
    """A line without a counterpart."""
    before, after = pair.before, pair.after
    old = line_words(pair.old, before) if pair.old and before else None
    new = line_words(pair.new, after) if pair.new and after else None
    money = (after.charge if after else 0) - (before.charge if before else 0)
    return _change(pair, Draft(Kind.REMOVED if new is None else Kind.ADDED, "line", old, new, "LX", money))


# -- loops


def _told(pair: _Pair, found: Difference) -> tuple[Change, ...]:
    """The changes between two claims or two lines."""
    told: list[Change] = []
    if found.pairs:
        delimiters = pair.match.news[0].transaction.delimiters
        told += [_change(pair, draft) for old, new in found.pairs for draft in of_segment(old, new, delimiters)]
    if found.nodes is not None:
        told += _changes(pair, *found.nodes)
    return tuple(told)


def _changes(pair: _Pair, old: Node, new: Node) -> Iterator[Change]:
    """The changes between two loops and all below them."""
    for a, b in pair_up(old.entries, new.entries):
        if a is not b:  # results of one segment's text are one object
            yield from (_change(pair, draft) for draft in of_entry(a, b, new.payer or old.payer))
    for c, d in pair_up(old.children, new.children):
        if c and d:
            yield from _changes(pair, c, d)
        else:
            yield from _alone(pair, c, d)


def _alone(pair: _Pair, old: Node | None, new: Node | None) -> Iterator[Change]:
    """All that a loop without a counterpart says."""
    found = old or new
    for each in found.entries if found else ():
        drafts = of_entry(each if old else None, each if new else None, found.payer if found else "")
        yield from (_change(pair, draft) for draft in drafts)
    for child in found.children if found else ():
        yield from _alone(pair, child if old else None, child if new else None)
