"""Which rules are asked about a line: what cannot fire sleeps, and costs nothing.

What stands on a day is told in words: codes, families, modifiers, and a few more (see `_registry`). A rule names the
words that wake it. Words never tell of dates: what a table says on any day wakes a rule, which then looks at the day
itself.

Days repeat, so this is worked out once for all that are alike: of one payer, in one epoch, with the same codes,
modifiers, units and places. Of ordinary claims (see `_alike`) a rule that looks at nothing else (`looks="day"`) is
asked once for all of them, and sleeps where it had nothing to say. In the same way a rule that looks at its line alone
is asked once about lines that are alike, down to their diagnoses.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import count
from operator import itemgetter
from sys import maxsize

from attrs import define

from curette.claims.days import Day, DayLine, days
from curette.claims.model import VOID, Claim
from curette.findings import Rule
from curette.rules._alike import Key, Kind, Kinds, Known, Lacking, Line
from curette.rules._causes import Asked
from curette.rules._context import Context, Facts
from curette.rules._day import PACKAGES, Edit, opened
from curette.rules._epochs import Epochs
from curette.rules._registry import CLAIM, DAY, LINE, DermRule
from curette.rules.batch import Counted, Tally

_MOST_CLAIMS, _MOST_DAYS, _MOST_LINES = 1 << 14, 1 << 13, 1 << 14  # that are remembered: some twenty megabytes
Woken = tuple[Day, Sequence[Asked]]


@define(eq=False)
class _Named:
    """The rules that some words wake."""

    alone: list[DermRule]  # that look at the line alone
    others: list[tuple[DermRule, str]]  # each with what it lacks, or ""
    reads: bool  # whether one of these reads diagnoses

    def roused(self, words: frozenset[str], between: frozenset[str]) -> frozenset[int]:
        """Which of the others a line beside this one wakes, by its words and by what it is to this one."""
        return frozenset(
            at
            for at, (one, _) in enumerate(self.others)
            if not (one.beside.isdisjoint(words) and one.beside.isdisjoint(between))
        )

    def chosen(self, roused: frozenset[int]) -> tuple[list[DermRule], list[tuple[Rule, str]]]:
        """The others that nothing beside the line has to wake, and those `roused`; and what is lacking of these."""
        woken = [each for at, each in enumerate(self.others) if at in roused or not each[0].beside]
        return [one for one, absent in woken if not absent], [(one.rule, absent) for one, absent in woken if absent]


@define(eq=False)
class _Awake:
    """What days (or claims) of one kind wake."""

    asked: list[Asked]
    lacking: Lacking  # woken too, and what each of them lacks


class Waker:
    """Knows all rules, and which of them to ask."""

    def __init__(self, facts: Facts, rules: Sequence[DermRule]) -> None:
        self._facts, self._epochs = facts, Epochs(facts)
        self._lines: Known = {}
        self.ordinary = Kinds(self._epochs, self._lines, self._line)
        self._rules = [one for one in rules if one.level == "line"]
        self._of_claims = [one for one in rules if one.level == "claim"]
        self._beside = [one.rule for one in rules if one.beside]
        self._by_word: dict[str, list[int]] = {}  # places in `_rules`
        for at, one in enumerate(self._rules):
            for word in one.on:
                self._by_word.setdefault(word, []).append(at)
        self._kinds: dict[Key, Kind] = {}  # of ordinary claims
        self._awake: dict[tuple[int, ...], _Awake] = {}  # days
        self._claims: dict[int, _Awake] = {}  # by the kind of their context
        self._many = 0  # lines
        self._numbers: dict[tuple[object, ...], int] = {}
        self._counted: dict[Hashable, Counted] = {}  # of days, one for all that add the same
        self._pairs: dict[tuple[int, ...], frozenset[str]] = {}  # what lines are to each other
        self._next = count()
        self._awoken: dict[tuple[object, ...], _Named] = {}
        self._lacking = lru_cache(_MOST_LINES)(Lacking)
        self._roused = lru_cache(_MOST_LINES)(_Named.roused)
        self._chosen = lru_cache(_MOST_LINES)(_Named.chosen)
        self._own = lru_cache(_MOST_LINES)(self._words_of_line)
        self._of_code = lru_cache(_MOST_LINES)(self._words_of_code)
        self._indicators = lru_cache(_MOST_LINES)(self._any_indicators)
        self._slept: Counter[Lacking] = Counter()  # days, in the order met, whatever was remembered before
        self._apart = 0  # days that are not whole

    def kind(self, shown: Key, claim: Claim, contexts: Mapping[int, Context], tally: Tally) -> Kind:
        """What is asked about an ordinary claim, and all others that show the same."""
        found = self._kinds.get(shown)
        if found is None:
            if len(self._kinds) >= _MOST_CLAIMS:
                self._kinds.clear()
                self._counted.clear()
            found = self._kinds[shown] = self._first(claim, contexts, tally)
        self._sleep(found.lacking)
        return found

    def woken(self, claims: Iterable[Claim], contexts: Mapping[int, Context], tally: Tally) -> Iterator[Woken]:
        """The days of a patient's claims with what they wake. Every day is counted in `tally`."""
        begun = set[int]()
        for day in days(claims):
            self.ordinary.days.add(day.date)
            self._apart += not day.whole
            tally.take(day, contexts[id(day.lines[0].claim)])
            lines = [self._line(line, contexts[id(line.claim)]) for line in day.lines]
            awake = self._of_day(day, lines, contexts)
            self._sleep(awake.lacking)
            asked = [one for one in _with_lines(awake, lines) if day.lines[one[0]].claim.frequency != VOID]
            for at, line in enumerate(day.lines):
                if id(line.claim) not in begun:
                    begun.add(id(line.claim))
                    of_claim = self._of_claim(contexts[id(line.claim)])
                    self._sleep(of_claim.lacking)
                    asked += [(at, one) for _, one in of_claim.asked]
            if asked:
                yield day, asked

    def _first(self, claim: Claim, contexts: Mapping[int, Context], tally: Tally) -> Kind:
        """What the first ordinary claim of its kind wakes, and with it all others."""
        ctx = contexts[id(claim)]
        (day,) = days((claim,))
        lines = [self._line(line, ctx) for line in day.lines]
        awake, of_claim = self._wake(day, lines, contexts), self._of_claim(ctx)
        asked = [one for one in of_claim.asked if _may_speak(one, day, ctx)]
        if claim.frequency != VOID:
            awake.asked = [one for one in awake.asked if _may_speak(one, day, ctx)]
            asked = _with_lines(awake, lines) + asked
        counted = tally.counted(day, ctx)
        return Kind(
            [one for one in asked if one[1].looks],
            [one for one in asked if not one[1].looks],
            self._lacking(awake.lacking.rules + of_claim.lacking.rules),
            self._counted.setdefault(counted.value, counted),
        )

    def _of_claim(self, ctx: Context) -> _Awake:
        """The rules to ask about a claim."""
        found = self._claims.get(ctx.kind)
        if found is None:
            if len(self._claims) >= _MOST_DAYS:
                self._claims.clear()
            lacks = [(one, ctx.lacks(one.needs)) for one in self._of_claims if one.asks is None or one.asks(ctx)]
            lacking = tuple((one.rule, absent) for one, absent in lacks if absent)
            asked = [(0, one) for one, absent in lacks if not absent]
            found = self._claims[ctx.kind] = _Awake(asked, self._lacking(lacking))
        return found

    def _of_day(self, day: Day, lines: Sequence[Line], contexts: Mapping[int, Context]) -> _Awake:
        """What the words of a day wake, without the rules that look at a line alone."""
        key = tuple([line.number for line in lines])
        found = self._awake.get(key)
        if found is None:
            if len(self._awake) >= _MOST_DAYS:
                self._awake.clear()
            found = self._awake[key] = self._wake(day, lines, contexts)
        return found

    def _sleep(self, lacking: Lacking) -> None:
        if lacking.rules:
            self._slept[lacking] += 1

    def words(self, code: str) -> frozenset[str]:
        """The words of a code, whatever else stands on its line."""
        return self._of_code(code)[0]

    def lacking(self) -> Counter[tuple[Rule, str]]:
        """How many lines or claims each rule could not look at, for want of what, since this was asked last."""
        counted = Counter({(rule, "whole day"): self._apart for rule in self._beside} if self._apart else {})
        for lacking, times in self._slept.items():
            for each in lacking.rules:
                counted[each] += times
        self._slept.clear()
        self._apart = 0
        return counted

    def _line(self, line: DayLine, ctx: Context) -> Line:
        """The kind of a line."""
        when = self._epochs.of(line.day) if line.end == line.day else (line.day, line.end)
        known = self._lines.setdefault((when, ctx.kind), {})
        key = (line.code, line.modifiers, line.units, line.place, line.diagnoses)
        found = known.get(key)
        if found is None:
            if self._many >= _MOST_LINES:
                self._lines.clear()
                self._numbers.clear()
                self._many = 0
                known = self._lines.setdefault((when, ctx.kind), {})
            self._many += 1
            number = self._numbers.setdefault((when, ctx.kind, *key[:4]), next(self._next))
            asked, reads = self._of_line(line, ctx)
            found = known[key] = Line(number, next(self._next) if reads else number, asked)
        return found

    def _of_line(self, line: DayLine, ctx: Context) -> tuple[list[DermRule], bool]:
        """The rules that look at a line alone, and may have something to say of it, and whether any reads diagnoses.

        None where there are notes on the claim: these tell more of a line than it shows, so all of them are asked.
        """
        if ctx.notes is not None:
            return [], False
        words = self._own(line.code, line.modifiers, line.units)
        asked = [one for one in self._named(words, ctx).alone if _says(one, line, ctx)]
        return asked, bool(asked) or self._named(self._own(line.code, line.modifiers, maxsize), ctx).reads

    def _wake(self, day: Day, kinds: Sequence[Line], contexts: Mapping[int, Context]) -> _Awake:
        """The rules that the words of a day wake, without those that look at a line alone."""
        asked, lacking = list[Asked](), list[tuple[Rule, str]]()
        units = Counter[str]()
        for line in day.lines:
            units[line.code] += line.units
        own = [self._own(line.code, line.modifiers, units[line.code]) for line in day.lines]
        for at, line in enumerate(day.lines):
            named = self._named(own[at], contexts[id(line.claim)])
            roused = frozenset[int]()
            for n, other in enumerate(day.lines):
                if n != at:
                    between = self._between(line, other, kinds[at], kinds[n])
                    roused |= self._roused(named, own[n], between)
            rules, lack = self._chosen(named, roused)
            asked += [(at, one) for one in rules]
            lacking += lack
        return _Awake(asked, self._lacking(tuple(lacking)))

    def _named(self, words: frozenset[str], ctx: Context) -> _Named:
        """The rules that one of these words wakes, where the payer does too.

        Where there are notes on the claim these tell more of a line than it shows, so that none looks at it alone.
        """
        key = words, ctx.kind
        found = self._awoken.get(key)
        if found is None:
            if len(self._awoken) >= _MOST_LINES:
                self._awoken.clear()
            places = sorted({at for word in words for at in self._by_word.get(word, ())})
            rules = [one for one in (self._rules[at] for at in places) if one.asks is None or one.asks(ctx)]
            alone = [one for one in rules if ctx.notes is None and (one.looks == LINE or one.may is not None)]
            others = [(one, ctx.lacks(one.needs)) for one in rules if one not in alone]
            reads = any(one.looks == CLAIM and not absent for one, absent in others)
            found = self._awoken[key] = _Named(alone, others, reads)
        return found

    def _words_of_line(self, code: str, modifiers: tuple[str, ...], units: int) -> frozenset[str]:
        """The words of a line, of whose code there are so many units."""
        words, limits = self._of_code(code)
        return words.union(modifiers, [word for word, limit in limits if units > limit])

    def _words_of_code(self, code: str) -> tuple[frozenset[str], list[tuple[str, int]]]:
        """The words of a code, and those that it has beyond so many units."""
        procedures, tables = self._facts.procedures, self._facts.tables
        words = {"*", code, procedures.family(code)}
        if procedures.deleted(code) is not None or procedures.never(code):
            words.add("ended")
        if any(True for edition in tables.editions("addon") for _ in edition.beginning(code)):
            words.add("addon")
        fees = {row.values["global_days"] for edition in tables.editions("pfs") for row in edition.find(code)}
        words |= {"package"} if fees & PACKAGES else set()
        if self._facts.drugs.holds(code):
            words.add("drug")
        limits = {
            (row.values["mai"], row.values["mue"]) for table in tables.editions("mue") for row in table.find(code)
        }
        return frozenset(words), [(f"mai{kind}", int(most) * 1000) for kind, most in limits]

    def _between(self, line: DayLine, other: DayLine, *kinds: Line) -> frozenset[str]:
        """The words of what another line is to a line, both of known kinds."""
        key = tuple([kind.number for kind in kinds])
        found = self._pairs.get(key)
        if found is None:
            if len(self._pairs) >= _MOST_LINES:
                self._pairs.clear()
            found = self._pairs[key] = frozenset(self._beside_it(line, other))
        return found

    def _beside_it(self, line: DayLine, other: DayLine) -> Iterator[str]:
        if other.code == line.code:
            yield "same"
        indicators = self._indicators(other.code, line.code)
        if "0" in indicators:
            yield "never"
        if "1" in indicators and not opened(Edit(line, other, "1")):
            yield "closed"

    def _any_indicators(self, first: str, second: str) -> frozenset[str]:
        """NCCI's indicators of a pair, in whichever edition and on whichever day."""
        editions = self._facts.tables.editions("ptp")
        return frozenset(row.values["indicator"] for table in editions for row in table.find(first + second))


def _with_lines(awake: _Awake, lines: Sequence[Line]) -> list[Asked]:
    """What a day wakes, with what its lines do alone."""
    alone = [(at, one) for at, line in enumerate(lines) for one in line.asked]
    return sorted([*awake.asked, *alone], key=itemgetter(0)) if alone else awake.asked


def _says(one: DermRule, line: DayLine, ctx: Context) -> bool:
    if one.may is not None:
        return bool(one.may(line, ctx))
    return next(one.check(line, Day(line.day, (line,)), ctx), None) is not None


def _may_speak(asked: Asked, day: Day, ctx: Context) -> bool:
    """Whether a rule has something to say of ordinary days like this one, or looks farther than at what they share."""
    at, one = asked
    line = day.lines[at]
    if one.level == "claim" and one.looks and one.may is not None and not one.may(line.claim, ctx):
        return False
    return (
        one.looks != DAY
        or one.sees is not None
        or next(one.check(line if one.level == "line" else line.claim, day, ctx), None) is not None
    )
