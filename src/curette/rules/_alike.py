"""Ordinary claims: what one shows to the rules, and what these said of the first that showed it.

A month repeats itself, so most claims are like one before: of the same payer and epoch, with the same codes, modifiers,
units, places and diagnoses. A rule that looks no farther (see `_registry`) is asked once about all of them.
"""

from collections.abc import Callable, Hashable, Iterable
from datetime import date

from attrs import define, evolve, field

from curette._records import record
from curette.claims.days import MOST_LINES, Day, DayLine, days, provider
from curette.claims.model import ORIGINAL, Claim, ServiceLine, Submission
from curette.findings import Rule
from curette.rules._causes import Answer, Asked, Told
from curette.rules._context import Context
from curette.rules._epochs import Epochs
from curette.rules._registry import WHOLE, DermRule, Hit, Missing
from curette.rules.batch import Counted

_MOST = 8  # of one kind that differ in what rules see besides
Key = tuple[Hashable, ...]
Known = dict[tuple[Hashable, int], dict[Key, "Line"]]  # lines by epoch and payer, and by what they show


@define(eq=False)
class Lacking:
    """Rules that were woken too, and what each of them lacks; the same for all days of which it is the same."""

    rules: tuple[tuple[Rule, str], ...]


@define(eq=False)
class Line:
    """Lines of one kind, of one payer and epoch."""

    number: int  # that of all with the same code, modifiers, units and place
    sort: int  # the same, or where some rule reads its diagnoses, of those with the same diagnoses too
    asked: list[DermRule]  # that look at the line alone, and may have something to say of it


@record
class Again:
    """A hit that is told of every claim of a kind: at which of its lines (None: of the claim), and with which."""

    rule: DermRule
    hit: Hit  # without lines
    at: int | None
    related: tuple[int, ...]


@record
class Verdict:
    """All that is said of claims that are alike: hits, and rules that could not say for want of notes or the like."""

    hits: tuple[Again, ...]
    lacking: tuple[tuple[Rule, str], ...]


@define(eq=False)
class Kind:
    """Ordinary claims that are alike."""

    near: list[Asked]  # the rules that may have something to say, and look at what the claims show
    farther: list[Asked]  # those that look farther
    lacking: Lacking
    counted: Counted
    verdicts: dict[Key, Verdict] = field(factory=dict)  # of those that are near, by what they see besides
    _sees: tuple[tuple[int, Callable[[Claim, ServiceLine], Hashable]], ...] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._sees = tuple([(at, one.sees) for at, one in self.near if one.sees is not None])

    def seen(self, claim: Claim) -> Key:
        """What the rules see of a claim besides."""
        lines = claim.lines
        return tuple([see(claim, lines[at]) for at, see in self._sees]) if self._sees else ()

    def remember(self, seen: Key, day: Day, given: Iterable[Answer], hits: Iterable[Told]) -> None:
        """What was said of a claim of that day, unless it tells the day, or needs more than is lacking everywhere."""
        at = {id(line): at for at, line in enumerate(day.lines)}
        lacking = [(one.rule, other) for one, _, other in given if not isinstance(other, Hit)]
        again: list[Again] = []
        for rule, hit in ((one.rule, one.hit) for one in hits):
            if any(isinstance(fact, date) for fact in hit.facts.values()):
                return
            own = at[id(hit.line)] if hit.line is not None else None
            again.append(Again(rule, evolve(hit, line=None, related=()), own, tuple(at[id(o)] for o in hit.related)))
        needs = tuple((rule, other.needs) for rule, other in lacking if isinstance(other, Missing))
        if len(needs) == len(lacking) and all(name in WHOLE for _, name in needs):
            if len(self.verdicts) >= _MOST:
                self.verdicts.clear()
            self.verdicts[seen] = Verdict(tuple(again), needs)


class Kinds:
    """Tells claims apart by what they show: the sorts of their `lines`, or of what `line` makes of new ones."""

    def __init__(self, epochs: Epochs, lines: Known, line: Callable[[DayLine, Context], Line]) -> None:
        self.days = set[date]()  # that were seen since somebody cleared them
        self._epochs, self._lines, self._line = epochs, lines, line
        self._submission: Submission | None = None  # the last one, and the day on which it was made
        self._created: date | None = None

    def of(self, claim: Claim, ctx: Context) -> tuple[Key, tuple[str, ...]] | None:
        """All that an ordinary claim shows to the rules that look at nothing else, and who rendered it, in the order of
        its lines; None of another one.

        It is of one day, sent when the day was over, and nothing in notes or history is of it.
        """
        lines = claim.lines
        if not lines or len(lines) > MOST_LINES or lines[0].service is None or ctx.notes is not None or ctx.history:
            return None
        day = lines[0].service.start
        if claim.submission is not self._submission:
            self._submission, self._created = claim.submission, claim.submission.created_on
        if self._created is not None and self._created < day:
            return None
        known = self._lines.get((self._epochs.of(day), ctx.kind), {})
        place = claim.place_of_service
        pointed = dict(enumerate([diagnosis.code for diagnosis in claim.diagnoses], 1)).get
        apart = False
        found: list[Line | None] = []
        for line in lines:
            when = line.service
            if when is None or when.start != day or when.end != day or line.qualifier != "HC":
                return None
            apart = apart or bool(line.parties)
            shown = line.procedure, line.modifiers, line.units, line.place_of_service or place
            found.append(known.get((*shown, tuple(map(pointed, line.pointers)))))
        who = tuple([provider(claim, line) for line in lines]) if apart else (provider(claim),)
        if "" in who:
            return None
        self.days.add(day)
        sorts: list[Hashable] = [line.sort for line in found if line is not None]
        if len(sorts) < len(found):
            (whole,) = days((claim,))
            sorts = [self._line(line, ctx).sort for line in whole.lines]
        if apart and len(set(who)) > 1:
            sorts += [-1 - who.index(each) for each in who]
        if claim.frequency != ORIGINAL:
            sorts.append(claim.frequency)
        return tuple(sorts), tuple(dict.fromkeys(who)) if apart else who
