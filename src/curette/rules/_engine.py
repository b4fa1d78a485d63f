"""Applies the rules to a patient's day, and tells one finding for each cause.

Rules are looked up by what stands on the day (`_wake`), so cost grows with the rules that can fire. A void repeats what
was sent, right or wrong, so that nothing is asked about its lines. Of several hits on the same lines the most
particular is told (see `_registry`); payer profiles decide how grave bundling findings are.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cache
from importlib import import_module
from itertools import chain
from pkgutil import iter_modules

from attrs import evolve

from curette import rules
from curette._records import record
from curette.claims.history import PastLines
from curette.claims.model import Claim
from curette.codes.profile import Profile
from curette.codes.tables import Edition, Row
from curette.findings import Finding, Rule, Severity, Unevaluated
from curette.notes.authorisations import Authorisations
from curette.notes.model import ClaimNotes
from curette.rules._context import TABLES, Context, Facts
from curette.rules._registry import CODES, OWN, DermRule, Failed, Hit, Missing, declared
from curette.rules._wake import Waker, Woken
from curette.rules.batch import Tally

_WHOLE = frozenset({"notes", "auths", "history"})  # a rule that lacks one of these is told once, with how often
_PAYERS = 1 << 10  # that are remembered


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
        self.memo: dict[tuple[str, str, date], Row | None] = {}
        self.lacking: Counter[tuple[Rule, str]] = Counter()
        self.failed: list[tuple[Rule, str, Claim]] = []  # rules that raised, why, and where; whoever reads it clears it
        self._recalls = frozenset(name for one in self.rules for name in one.recalls)
        self._waker = Waker(facts, self.rules)
        self._contexts: dict[tuple[object, ...], Context] = {}  # without what belongs to one claim: notes, history
        self._kinds = 0

    def context(
        self,
        profile: Profile,
        filing: str,
        today: date | None,
        notes: ClaimNotes | None,
        auths: Authorisations | None,
        history: PastLines | None = None,
    ) -> Context:
        """What the rules may ask of a claim."""
        key = (id(profile), filing, today, id(auths), notes is not None, history is not None)  # ids of what it keeps
        found = self._contexts.get(key)
        if found is None:
            if len(self._contexts) >= _PAYERS:
                self._contexts.clear()
            self._kinds += 1
            found = Context(self.facts, profile, filing, self._kinds, today, auths=auths, memo=self.memo)
            self._contexts[key] = found
        if notes is None and history is None:
            return found
        return evolve(found, notes=notes, history=history)

    def recalls(self, code: str) -> bool:
        """Whether some rule asks for earlier lines with this code."""
        return not self._recalls.isdisjoint(self._waker.words(code))

    def check(
        self,
        claims: list[Claim],
        contexts: dict[int, Context],
        tally: Tally,
        wants: Callable[[str], bool],
    ) -> Iterable[Finding | Unevaluated]:
        """What the rules say of one patient's claims; `contexts` are by id of the claim. `tally` counts each day.

        A rule whose id nobody `wants`, or that the payer turns off, neither speaks nor stands for another.
        """
        woken = self._waker.woken(claims, contexts, tally)
        return self._told(woken, contexts, wants) if woken else ()

    def _told(
        self, woken: Iterable[Woken], contexts: dict[int, Context], wants: Callable[[str], bool]
    ) -> Iterator[Finding | Unevaluated]:
        for day, asked in woken:
            told: list[_Told] = []
            missing: list[Unevaluated] = []
            for at, one in asked:
                line = day.lines[at]
                claim = line.claim
                for outcome in one.check(line if one.level == "line" else claim, day, contexts[id(claim)]):
                    self._note(one, outcome, claim, told, missing)
            if told:
                heard = [item for item in told if wants(item.rule.rule.id) and not _silenced(item, contexts)]
                for item in _one_for_each_cause(heard):
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

    def editions(self) -> frozenset[Edition]:
        """The tables of the days that were looked at since this was asked last."""
        found = self.facts.tables.asked(TABLES, self._waker.days)
        self._waker.days.clear()
        return found

    def unevaluated(self) -> Iterator[Unevaluated]:
        """The rules that had nothing to look at since this was asked last, each once with how often."""
        self.lacking += self._waker.lacking()
        for (rule, needs), times in self.lacking.items():
            yield Unevaluated(rule, None, None, needs, f"no {needs} at hand", times)
        self.lacking.clear()


def _one_for_each_cause(told: list[_Told]) -> list[_Told]:
    """Without those that another hit on the same lines explains."""
    return [item for item in told if not any(_explains(other, item) for other in told if other is not item)]


def _explains(other: _Told, item: _Told) -> bool:
    """Whether `other` is the root of what `item` tells.

    A pair is explained by a hit on one of its lines that covers the other, a single line by a hit on that very line.
    """
    if other.hit.line is None or item.hit.line is None:
        return False
    if _hint(other) and not _hint(item):  # which is no root of a fault
        return False
    same_line = other.hit.line is item.hit.line
    covered = item.cover <= other.cover
    if item.rule.rule.id in other.rule.hides:
        return same_line or covered
    if other.rule.rank >= item.rule.rank or _hint(other):
        return False
    if other.rule.rank == CODES:  # nothing else can be said of a code that is none; what stands in HI is another code
        return id(other.hit.line) in item.cover and item.hit.at is None
    if other.rule.rank == OWN or item.rule.rank == OWN:
        return False
    return covered and id(other.hit.line) in item.cover if len(item.cover) > 1 else same_line


def _hint(item: _Told) -> bool:
    return (item.hit.severity or item.rule.rule.severity) is Severity.ADVICE


def _silenced(item: _Told, contexts: dict[int, Context]) -> bool:
    line = item.hit.line
    return contexts[id(line.claim if line is not None else item.claim)].profile.silences(item.rule.rule)


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
