"""Which rules are asked about a line: what cannot fire sleeps, and costs nothing.

What stands on a day is told in words: codes, families, modifiers, and a few more (see `_registry`). A rule names the
words that wake it. Days repeat: those with the same codes, modifiers, units and payers wake the same rules, so this is
worked out once for all of them; and a rule that looks at nothing but the line is asked once about all lines that are
alike. Words never tell of dates: what a table says on any day wakes a rule, which then looks at the day itself.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from attrs import define

from curette.claims.days import Day, DayLine
from curette.findings import Rule
from curette.rules._context import Context, Facts
from curette.rules._day import PACKAGES, Edit, opened
from curette.rules._registry import DermRule

_MOST_DAYS, _MOST_LINES = 1 << 13, 1 << 14  # that are remembered: some ten megabytes


@define(eq=False)
class _Awake:
    """What days (or claims) of one kind wake."""

    rules: list[list[DermRule]]  # of each line (of the claim)
    lacking: list[tuple[Rule, str]]  # woken too, and what each of them lacks


class Waker:
    """Knows all rules, and which of them to ask."""

    def __init__(self, facts: Facts, rules: Sequence[DermRule]) -> None:
        self._facts = facts
        self._rules = [one for one in rules if one.level == "line"]
        self._of_claims = [one for one in rules if one.level == "claim"]
        self._claims: dict[int, _Awake] = {}  # by the kind of their context
        self._by_word: dict[str, list[int]] = {}  # places in `_rules`
        for at, one in enumerate(self._rules):
            for word in one.on:
                self._by_word.setdefault(word, []).append(at)
        self._awake: dict[tuple[object, ...], _Awake] = {}
        self._speaking: dict[tuple[object, ...], list[DermRule]] = {}
        self._awoken: dict[tuple[object, ...], list[DermRule]] = {}
        self._of_code = lru_cache(_MOST_LINES)(self._words_of_code)
        self._indicators = lru_cache(_MOST_LINES)(self._any_indicators)
        self._slept: Counter[_Awake] = Counter()  # days of a kind, in the order met, whatever was remembered before

    def woken(self, day: Day, contexts: Mapping[int, Context]) -> list[list[DermRule]]:
        """The rules to ask about each line of a day, without those that look at the line alone."""
        key = tuple([(line.code, line.modifiers, line.units, contexts[id(line.claim)].kind) for line in day.lines])
        found = self._awake.get(key)
        if found is None:
            if len(self._awake) >= _MOST_DAYS:
                self._awake.clear()
            found = self._awake[key] = self._wake(day, contexts)
        if found.lacking:
            self._slept[found] += 1
        return found.rules

    def of_claim(self, ctx: Context) -> list[DermRule]:
        """The rules to ask about a claim."""
        found = self._claims.get(ctx.kind)
        if found is None:
            if len(self._claims) >= _MOST_DAYS:
                self._claims.clear()
            found = self._claims[ctx.kind] = _Awake([], [])
            self._wake_those(found, [one for one in self._of_claims if one.asks is None or one.asks(ctx)], ctx)
        if found.lacking:
            self._slept[found] += 1
        return found.rules[0]

    def speaking(self, line: DayLine, day: Day, ctx: Context) -> Sequence[DermRule]:
        """The rules that look at the line alone and have something to say of such a line.

        None where there are notes on the claim: these tell more of a line than it shows, so `woken` has all of them.
        """
        if ctx.notes is not None:
            return ()
        key = (line.code, line.modifiers, line.units, line.place, line.diagnoses, ctx.kind)
        found = self._speaking.get(key)
        if found is None:
            if len(self._speaking) >= _MOST_LINES:
                self._speaking.clear()
            awake = (one for one in self._named(self._own(line, day), ctx) if one.alone)
            found = self._speaking[key] = [one for one in awake if any(True for _ in one.check(line, day, ctx))]
        return found

    def words(self, code: str) -> frozenset[str]:
        """The words of a code, whatever else stands on its line."""
        return self._of_code(code)[0]

    def lacking(self) -> Counter[tuple[Rule, str]]:
        """How many lines or claims each rule could not look at, for want of what, since this was asked last."""
        counted = Counter[tuple[Rule, str]]()
        for awake, days in self._slept.items():
            for lacking in awake.lacking:
                counted[lacking] += days
        self._slept.clear()
        return counted

    def _wake(self, day: Day, contexts: Mapping[int, Context]) -> _Awake:
        own = [self._own(line, day) for line in day.lines]
        awake = _Awake([], [])
        for at, line in enumerate(day.lines):
            ctx, beside = contexts[id(line.claim)], set[str]()
            beside.update(*own[:at], *own[at + 1 :], *(self._between(line, other) for other in day.others(line)))
            woken = [
                one
                for one in self._named(own[at], ctx)
                if (ctx.notes is not None or not one.alone) and (not one.beside or not one.beside.isdisjoint(beside))
            ]
            self._wake_those(awake, woken, ctx)
        return awake

    def _wake_those(self, awake: _Awake, woken: list[DermRule], ctx: Context) -> None:
        lacks = [(one, ctx.lacks(one.needs)) for one in woken]
        awake.rules.append([one for one, absent in lacks if not absent])
        awake.lacking += [(one.rule, absent) for one, absent in lacks if absent]

    def _named(self, words: frozenset[str], ctx: Context) -> list[DermRule]:
        """The rules that one of these words wakes, where the payer does too."""
        key = words, ctx.kind
        found = self._awoken.get(key)
        if found is None:
            if len(self._awoken) >= _MOST_LINES:
                self._awoken.clear()
            places = sorted({at for word in words for at in self._by_word.get(word, ())})
            rules = (self._rules[at] for at in places)
            found = self._awoken[key] = [one for one in rules if one.asks is None or one.asks(ctx)]
        return found

    def _own(self, line: DayLine, day: Day) -> frozenset[str]:
        """The words of a line."""
        units = sum(other.units for other in day.lines if other.code == line.code)
        words, limits = self._of_code(line.code)
        return words.union(line.modifiers, [word for word, limit in limits if units > limit])

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

    def _between(self, line: DayLine, other: DayLine) -> Iterator[str]:
        """The words of what another line is to a line."""
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
