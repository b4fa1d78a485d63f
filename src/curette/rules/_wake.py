"""Which rules are asked about a line: what cannot fire sleeps, and costs nothing.

What stands on a day is told in words: codes, families, modifiers, and a few more (see `_registry`). A rule names the
words that wake it. Words never tell of dates: what a table says on any day wakes a rule, which then looks at the day
itself.

Days repeat, so this is worked out once for all that are alike: of one payer, in one epoch, with the same codes,
modifiers, units and places. Most days are ordinary besides; then a rule that looks at nothing else (`looks="day"`) is
asked once for all of them, and sleeps where it had nothing to say. In the same way a rule that looks at its line alone
is asked once about lines that are alike, down to their diagnoses.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import count
from operator import itemgetter

from attrs import define, field

from curette.claims.days import MOST_LINES, Day, DayLine, days, provider
from curette.claims.model import ORIGINAL, VOID, Claim, Submission
from curette.findings import Rule
from curette.rules._context import Context, Facts
from curette.rules._day import PACKAGES, Edit, opened
from curette.rules._epochs import Epochs
from curette.rules._registry import DAY, LINE, DermRule
from curette.rules.batch import Counted, Tally

_MOST_CLAIMS, _MOST_DAYS, _MOST_LINES = 1 << 14, 1 << 13, 1 << 14  # that are remembered: some twenty megabytes
Asked = tuple[int, DermRule]  # a rule to ask, of the line at this place of the day
Woken = tuple[Day, Sequence[Asked]]


@define(eq=False)
class _Lacking:
    """Rules that were woken too, and what each of them lacks; the same for all days of which it is the same."""

    rules: tuple[tuple[Rule, str], ...]


@define(eq=False)
class _Line:
    """Lines of one kind."""

    number: int  # that of all with the same code, modifiers, units, place, payer and epoch
    asked: list[DermRule]  # that look at the line alone, and may have something to say of it


@define(eq=False)
class _Named:
    """The rules that some words wake."""

    alone: list[DermRule]  # that look at the line alone
    others: list[tuple[DermRule, str]]  # each with what it lacks, or ""


@define(eq=False)
class _Awake:
    """What days (or claims) of one kind wake."""

    asked: list[Asked]
    lacking: _Lacking  # woken too, and what each of them lacks
    counted: Counted | None = None  # of ordinary days
    of_claim: list[Asked] = field(factory=list)  # the rules to ask about an ordinary claim, where they may speak


class Waker:
    """Knows all rules, and which of them to ask. `days` are those that it saw since somebody cleared them."""

    def __init__(self, facts: Facts, rules: Sequence[DermRule]) -> None:
        self.days = set[date]()
        self._facts = facts
        self._epochs = Epochs(facts)
        self._rules = [one for one in rules if one.level == "line"]
        self._of_claims = [one for one in rules if one.level == "claim"]
        self._beside = [one.rule for one in rules if one.beside]
        self._by_word: dict[str, list[int]] = {}  # places in `_rules`
        for at, one in enumerate(self._rules):
            for word in one.on:
                self._by_word.setdefault(word, []).append(at)
        self._alike: dict[tuple[object, ...], _Awake] = {}  # ordinary claims
        self._awake: dict[tuple[int, ...], _Awake] = {}  # days
        self._claims: dict[int, _Awake] = {}  # by the kind of their context
        self._lines: dict[tuple[object, ...], _Line] = {}
        self._numbers: dict[tuple[object, ...], int] = {}
        self._next = count()
        self._awoken: dict[tuple[object, ...], _Named] = {}
        self._lacking = lru_cache(_MOST_LINES)(_Lacking)
        self._own = lru_cache(_MOST_LINES)(self._words_of_line)
        self._of_code = lru_cache(_MOST_LINES)(self._words_of_code)
        self._indicators = lru_cache(_MOST_LINES)(self._any_indicators)
        self._slept: Counter[_Lacking] = Counter()  # days, in the order met, whatever was remembered before
        self._apart = 0  # days that are not whole
        self._submission: Submission | None = None  # the last one, and the day on which it was made
        self._created: date | None = None

    def woken(self, claims: Sequence[Claim], contexts: Mapping[int, Context], tally: Tally) -> Sequence[Woken]:
        """The days of one patient's claims that wake some rule. Every day is counted in `tally`."""
        claim = claims[0]
        ctx = contexts[id(claim)]
        who = provider(claim) if len(claims) == 1 else ""
        kind = self._kind(claim, ctx) if who else None
        if kind is None:
            return [day for day in self._of_days(days(claims), contexts, tally) if day[1]]
        found = self._alike.get(kind)
        if found is None:
            if len(self._alike) >= _MOST_CLAIMS:
                self._alike.clear()
            found = self._alike[kind] = self._first(claim, contexts, tally)
        self._sleep(found)
        if found.counted is not None:
            tally.again(found.counted, who)
        asked = found.asked
        if found.of_claim:
            asked = asked + [one for one in found.of_claim if one[1].may is None or one[1].may(claim, ctx)]
        return [(day, asked) for day in days(claims)] if asked else ()

    def _of_days(self, found: Iterable[Day], contexts: Mapping[int, Context], tally: Tally) -> Iterator[Woken]:
        """Days that are not those of an ordinary claim."""
        begun = set[int]()
        for day in found:
            self.days.add(day.date)
            self._apart += not day.whole
            tally.take(day, contexts[id(day.lines[0].claim)])
            lines = [self._line(line, contexts[id(line.claim)]) for line in day.lines]
            awake = self._of_day(day, lines, contexts, None)
            self._sleep(awake)
            asked = [one for one in _with_lines(awake, lines) if day.lines[one[0]].claim.frequency != VOID]
            for at, line in enumerate(day.lines):
                if id(line.claim) not in begun:
                    begun.add(id(line.claim))
                    of_claim = self._of_claim(contexts[id(line.claim)])
                    self._sleep(of_claim)
                    asked += [(at, one) for _, one in of_claim.asked]
            yield day, asked

    def _kind(self, claim: Claim, ctx: Context) -> tuple[object, ...] | None:
        """All that an ordinary claim shows to the rules that look at its lines or its day alone; None of another one.

        It is an original of one provider and day, sent when the day was over, and nothing in notes or history is of it.
        """
        lines = claim.lines
        if (
            claim.frequency != ORIGINAL or ctx.notes is not None or ctx.history is not None
            or not lines or len(lines) > MOST_LINES or lines[0].service is None
        ):  # fmt: skip
            return None
        day = lines[0].service.start
        if claim.submission is not self._submission:
            self._submission, self._created = claim.submission, claim.submission.created_on
        if self._created is not None and self._created < day:
            return None
        self.days.add(day)
        shown: list[object] = [self._epochs.of(day), ctx.kind, claim.place_of_service]
        diagnoses = [diagnosis.code for diagnosis in claim.diagnoses]
        last = len(diagnoses)
        for line in lines:
            when = line.service
            if when is None or when.start != day or when.end != day or line.qualifier != "HC" or line.parties:
                return None
            pointed = [diagnoses[p - 1] for p in line.pointers if 0 < p <= last]
            shown.append((line.procedure, line.modifiers, line.units, line.place_of_service, *pointed))
        return tuple(shown)

    def _first(self, claim: Claim, contexts: Mapping[int, Context], tally: Tally) -> _Awake:
        """What the first ordinary claim of its kind wakes, and with it all others."""
        ctx = contexts[id(claim)]
        (day,) = days((claim,))
        lines = [self._line(line, ctx) for line in day.lines]
        awake, of_claim = self._of_day(day, lines, contexts, tally), self._of_claim(ctx)
        return _Awake(
            _with_lines(awake, lines),
            self._lacking(awake.lacking.rules + of_claim.lacking.rules),
            awake.counted,
            [one for one in of_claim.asked if _may_speak(one, day, ctx)],
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

    def _of_day(self, day: Day, lines: Sequence[_Line], contexts: Mapping[int, Context], tally: Tally | None) -> _Awake:
        """What the words of a day wake, without the rules that look at a line alone.

        With `tally` it is an ordinary claim's: without those either that have nothing to say of any day like it.
        """
        key = (tally is None, *[line.number for line in lines])
        found = self._awake.get(key)
        if found is None:
            if len(self._awake) >= _MOST_DAYS:
                self._awake.clear()
            found = self._awake[key] = self._wake(day, contexts)
            if tally is not None:
                ctx = contexts[id(day.lines[0].claim)]
                found.asked = [one for one in found.asked if _may_speak(one, day, ctx)]
                found.counted = tally.counted(day, ctx)
        return found

    def _sleep(self, awake: _Awake) -> None:
        if awake.lacking.rules:
            self._slept[awake.lacking] += 1

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

    def _line(self, line: DayLine, ctx: Context) -> _Line:
        """The kind of a line."""
        when = self._epochs.of(line.day) if line.end == line.day else (line.day, line.end)
        key = (line.code, line.modifiers, line.units, line.place, line.diagnoses, ctx.kind, when)
        found = self._lines.get(key)
        if found is None:
            if len(self._lines) >= _MOST_LINES:
                self._lines.clear()
                self._numbers.clear()
            number = self._numbers.setdefault((*key[:4], *key[5:]), next(self._next))
            found = self._lines[key] = _Line(number, self._of_line(line, ctx))
        return found

    def _of_line(self, line: DayLine, ctx: Context) -> list[DermRule]:
        """The rules that look at a line alone, and may have something to say of it.

        None where there are notes on the claim: these tell more of a line than it shows, so all of them are asked.
        """
        if ctx.notes is not None:
            return []
        words = self._own(line.code, line.modifiers, line.units)
        return [one for one in self._named(words, ctx).alone if _says(one, line, ctx)]

    def _wake(self, day: Day, contexts: Mapping[int, Context]) -> _Awake:
        """The rules that the words of a day wake, without those that look at a line alone."""
        asked, lacking = list[Asked](), list[tuple[Rule, str]]()
        units = Counter[str]()
        for line in day.lines:
            units[line.code] += line.units
        own = [self._own(line.code, line.modifiers, units[line.code]) for line in day.lines]
        for at, line in enumerate(day.lines):
            words = frozenset[str]().union(
                *own[:at], *own[at + 1 :], *(self._between(line, other) for other in day.others(line))
            )
            for one, absent in self._named(own[at], contexts[id(line.claim)]).others:
                if one.beside and one.beside.isdisjoint(words):
                    continue
                if absent:
                    lacking.append((one.rule, absent))
                else:
                    asked.append((at, one))
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
            found = self._awoken[key] = _Named(alone, others)
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


def _with_lines(awake: _Awake, lines: Sequence[_Line]) -> list[Asked]:
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
    return one.looks != DAY or next(one.check(line if one.level == "line" else line.claim, day, ctx), None) is not None
