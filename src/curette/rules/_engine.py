"""Applies the rules to a patient's day, and tells one finding for each cause.

Rules are looked up by procedure code, so cost grows with the rules that can fire. Of several hits on the same lines
the most particular is told (see `_registry`); payer profiles decide how grave bundling findings are.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from importlib import import_module
from itertools import chain, permutations
from pkgutil import iter_modules

from attrs import field, frozen

from curette import rules
from curette._records import record
from curette.claims.days import Day, DayLine, days
from curette.claims.history import Past
from curette.claims.model import Claim
from curette.codes.diagnoses import Diagnoses
from curette.codes.drugs import Drugs
from curette.codes.procedures import Procedures
from curette.codes.profile import Profile
from curette.codes.tables import Row, Tables
from curette.findings import Finding, Rule, Severity, Unevaluated
from curette.notes.authorisations import Authorisations
from curette.notes.model import ClaimNotes, LineNotes
from curette.rules._registry import CODES, OWN, DermRule, Failed, Hit, Missing, declared

_MEDICARE = frozenset({"MA", "MB", "16"})


@frozen
class Facts:
    """The tables that rules read; the same for every claim."""

    procedures: Procedures
    diagnoses: Diagnoses
    drugs: Drugs
    tables: Tables


@record
class Context:
    """What a rule may ask besides the line and its day. `today` is None where nobody said."""

    facts: Facts
    profile: Profile  # of the claim's payer
    filing: str  # SBR09
    today: date | None = None
    notes: ClaimNotes | None = None  # of the claim
    auths: Authorisations | None = None
    history: Sequence[Past] | None = None  # earlier lines of the patient
    memo: dict[tuple[str, str, date], Row | None] = field(factory=dict)

    @property
    def medicare(self) -> bool:
        """Medicare, also Medicare Advantage."""
        return self.filing in _MEDICARE

    @property
    def part_b(self) -> bool:
        """Original Medicare."""
        return self.filing == "MB"

    @property
    def medicaid(self) -> bool:
        """Medicaid."""
        return self.filing == "MC"

    @property
    def grave(self) -> Severity:
        """How grave a bundling finding is to this payer."""
        return Severity.ERROR if self.profile.follows_ncci else Severity.WARNING

    def row(self, table: str, key: str, day: date) -> Row | None:
        """The row of a shipped or imported table that is in force on a day, None where the table lacks the key."""
        wanted = table, key, day
        if wanted not in self.memo:
            edition = self.facts.tables.on(table, day)
            if len(self.memo) > _MEMORY:
                self.memo.clear()
            self.memo[wanted] = edition.at(key, day) if edition is not None else None
        return self.memo[wanted]

    def behaviours(self, line: DayLine) -> list[str]:
        """What the diagnoses of a line are: benign, malignant, ...; "" where that is not known."""
        return [self.facts.diagnoses.behaviour(code) for code in line.diagnoses]

    def family(self, line: DayLine) -> str:
        """The family of its procedure, "" where it has none."""
        return self.facts.procedures.family(line.code)

    def noted(self, line: DayLine) -> LineNotes | None:
        """What the practice tells of a line of this claim."""
        return self.notes.line(line.line.number, line.line.control_number) if self.notes is not None else None

    @property
    def known(self) -> tuple[bool, bool, bool]:
        """What is at hand beside the claim: notes, approvals, history."""
        return self.notes is not None, self.auths is not None, self.history is not None

    def lacks(self, needs: tuple[str, ...]) -> str:
        """The first of these facts that is not at hand, or ""; "auths or notes" is at hand where one of them is."""
        return next((name for name in needs if all(getattr(self, n) is None for n in name.split(" or "))), "")


ALONE, BESIDE, PAIRED = range(3)
_MEMORY = 1 << 16
_PACKAGES = frozenset({"000", "010", "090"})
_WHOLE = frozenset({"notes", "auths", "history"})  # a rule that lacks one of these is told once, with how often


@record
class _Told:
    """A hit with its rule and where it stands in the day."""

    rule: DermRule
    claim: Claim
    hit: Hit
    cover: frozenset[int]  # the lines it explains, by their ids


class Engine:
    """Every declared rule, ready to be applied. `memo` is shared by the contexts it makes."""

    def __init__(self, facts: Facts, rules: Iterable[DermRule] | None = None) -> None:
        self.facts = facts
        self.rules = tuple(catalogue() if rules is None else rules)
        self._claim = [r for r in self.rules if r.level == "claim"]
        self._woken: dict[tuple[object, ...], list[DermRule]] = {}
        self.memo: dict[tuple[str, str, date], Row | None] = {}
        self._unheard: dict[tuple[object, ...], list[tuple[Rule, str]]] = {}  # rules that lack what they need
        self._slept: Counter[tuple[object, ...]] = Counter()
        self._days: dict[tuple[object, ...], int] = {}  # what the codes of a day are to each other
        self.lacking: Counter[tuple[Rule, str]] = Counter()
        self.failed: list[tuple[Rule, str, Claim]] = []  # rules that raised, why, and where; whoever reads it clears it
        self._recalls = frozenset(name for one in self.rules for name in one.recalls)
        self._recalled: dict[str, bool] = {}

    def context(
        self,
        profile: Profile,
        filing: str,
        today: date | None,
        notes: ClaimNotes | None,
        auths: Authorisations | None,
        history: Sequence[Past] | None = None,
    ) -> Context:
        """What the rules may ask of a claim."""
        return Context(self.facts, profile, filing, today, notes, auths, history, self.memo)

    def recalls(self, code: str) -> bool:
        """Whether some rule asks for earlier lines with this code."""
        if code not in self._recalled:
            self._recalled[code] = not self._recalls.isdisjoint(self._names(code))
        return self._recalled[code]

    def woken(self, line: DayLine, beside: int, ctx: Context) -> list[DermRule]:
        """The rules that a line wakes. Lines with the same code, modifiers and payer wake the same ones.

        `beside` is ALONE on a day of one line, BESIDE among several, PAIRED where NCCI makes a pair of some.
        """
        key = (line.code, line.modifiers, beside, ctx.filing, ctx.profile.id, *ctx.known)
        found = self._woken.get(key)
        if found is None:
            found = self._wake(key, line, beside, ctx)
        if key in self._unheard:
            self._slept[key] += 1
        return found

    def _wake(self, key: tuple[object, ...], line: DayLine, beside: int, ctx: Context) -> list[DermRule]:
        named = self._names(line.code)
        woken = [
            one
            for one in self.rules
            if one.level == "line"
            and named & one.on
            and (beside or not one.several)
            and (beside == PAIRED or not one.paired)
            and (not one.modifiers or not one.modifiers.isdisjoint(line.modifiers))
            and (one.asks is None or one.asks(ctx))
        ]
        if len(self._woken) >= _MEMORY:
            self._woken.clear()
            self._settle()
            self._unheard.clear()
        lacks = [(one, ctx.lacks(one.needs)) for one in woken]
        if lacking := [(one.rule, absent) for one, absent in lacks if absent]:
            self._unheard[key] = lacking
        found = self._woken[key] = [one for one, absent in lacks if not absent]
        return found

    def _names(self, code: str) -> set[str]:
        """What a code is called in `on`."""
        return {"*", code, self.facts.procedures.family(code), *self._also(code)}

    def _beside(self, day: Day) -> int:
        if len(day.lines) == 1:
            return ALONE
        key = (day.date, *[line.code for line in day.lines])
        found = self._days.get(key)
        if found is None:
            if len(self._days) >= _MEMORY:
                self._days.clear()
            table = self.facts.tables.on("ptp", day.date)
            pairs = permutations(dict.fromkeys(line.code for line in day.lines), 2)
            paired = table is not None and any(table.at(one + other, day.date) for one, other in pairs)
            found = self._days[key] = PAIRED if paired else BESIDE
        return found

    def _settle(self) -> None:
        """Count, for each rule, the lines that it could not look at."""
        for key, count in self._slept.items():
            for lacking in self._unheard[key]:
                self.lacking[lacking] += count
        self._slept.clear()

    def _also(self, code: str) -> Iterator[str]:
        """What else wakes rules: that a code ended or never was, and how any edition limits its units."""
        if self.facts.procedures.deleted(code) is not None or self.facts.procedures.never(code):
            yield "ended"
        for edition in self.facts.tables.editions("mue"):
            yield from (f"mai{row.values['mai']}" for row in edition.find(code))
        if any(True for edition in self.facts.tables.editions("addon") for _ in edition.beginning(code)):
            yield "addon"
        fees = (row.values["global_days"] for e in self.facts.tables.editions("pfs") for row in e.find(code))
        if not _PACKAGES.isdisjoint(fees):
            yield "package"
        if self.facts.drugs.holds(code):
            yield "drug"

    def check(
        self, claims: list[Claim], contexts: dict[int, Context], count: Callable[[Day, Context], None] | None = None
    ) -> Iterator[Finding | Unevaluated]:
        """What the rules say of one patient's claims; `contexts` are by id of the claim. `count` is given each day."""
        seen: set[int] = set()
        for day in days(claims):
            if count is not None:
                count(day, contexts[id(day.lines[0].claim)])
            told: list[_Told] = []
            missing: list[Unevaluated] = []
            beside = self._beside(day)
            for line in day.lines:
                ctx = contexts[id(line.claim)]
                for one in self.woken(line, beside, ctx):
                    for outcome in one.check(line, day, ctx):
                        self._note(one, outcome, line.claim, told, missing)
                if self._claim and id(line.claim) not in seen:
                    seen.add(id(line.claim))
                    for one in self._claim:
                        if absent := ctx.lacks(one.needs):
                            self.lacking[one.rule, absent] += 1
                        else:
                            for outcome in one.check(line.claim, day, ctx):
                                self._note(one, outcome, line.claim, told, missing)
            for item in _one_for_each_cause(told):
                yield _finding(item, contexts)
            yield from missing

    def _note(
        self,
        one: DermRule,
        outcome: Hit | Missing | Failed,
        claim: Claim,
        told: list[_Told],
        missing: list[Unevaluated],
    ) -> None:
        if isinstance(outcome, Hit):
            cover = [outcome.line] if outcome.line is not None else []
            told.append(_Told(one, claim, outcome, frozenset(map(id, chain(cover, outcome.related)))))
        elif isinstance(outcome, Failed):
            self.failed.append((one.rule, outcome.reason, claim))
        elif outcome.needs in _WHOLE:
            self.lacking[one.rule, outcome.needs] += 1
        else:
            number = outcome.line.line.number if outcome.line is not None else None
            reason = "the notes do not say"
            missing.append(Unevaluated(one.rule, claim.control_number, number, outcome.needs, reason))

    def unevaluated(self) -> Iterator[Unevaluated]:
        """The rules that had nothing to look at since this was asked last, each once with how often."""
        self._settle()
        for (rule, needs), count in self.lacking.items():
            yield Unevaluated(rule, None, None, needs, f"no {needs} at hand", count)
        self.lacking.clear()


def _one_for_each_cause(told: list[_Told]) -> list[_Told]:
    """Without those that another hit on the same lines explains."""
    return [item for item in told if not any(_explains(other, item) for other in told if other is not item)]


def _explains(other: _Told, item: _Told) -> bool:
    """Whether `other` is the root of what `item` tells.

    A pair is explained by a hit that covers both of its lines, a single line by a hit on that very line.
    """
    if other.hit.line is None or item.hit.line is None:
        return False
    same_line = other.hit.line is item.hit.line
    if item.rule.rule.id in other.rule.hides:
        return same_line or item.cover <= other.cover
    if other.rule.rank >= item.rule.rank or other.hit.severity is Severity.ADVICE:  # a hint is no root of a fault
        return False
    if other.rule.rank == CODES:  # nothing else can be said of a code that is none
        return id(other.hit.line) in item.cover
    if other.rule.rank == OWN or item.rule.rank == OWN:
        return False
    return same_line if len(item.cover) == 1 else item.cover <= other.cover


def _finding(item: _Told, contexts: dict[int, Context]) -> Finding:
    hit, rule = item.hit, item.rule.rule
    facts, line = dict(hit.facts), hit.line
    claim = line.claim if line is not None else item.claim
    severity = hit.severity
    if severity is None and item.rule.by_ncci:
        severity = contexts[id(claim)].grave
    if line is not None and hit.at is None:
        place = claim.transaction.place(
            line.line.index("SV1"), hit.element, hit.component if hit.element == 1 else None, loop="2400"
        )
    else:
        name, element = hit.at or ("CLM", 1)
        place = claim.transaction.place(claim.index(name), element, loop="2300")
    if line is not None:
        facts.setdefault("code", line.code)
    number = line.line.number if line is not None else None
    related = tuple(other.line.number for other in hit.related if other.claim is claim)
    return rule.at(place, claim=claim.control_number, line=number, severity=severity, related=related, **facts)


@cache
def catalogue() -> tuple[DermRule, ...]:
    """Every rule of curette, by id."""
    for module in iter_modules(rules.__path__, "curette.rules."):
        if not module.name.rpartition(".")[2].startswith("_"):
            import_module(module.name)
    return declared()
