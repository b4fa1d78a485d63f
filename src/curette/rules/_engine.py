"""Applies the rules to a patient's day, and tells one finding for each cause.

Rules are looked up by what stands on the day (`_wake`), so cost grows with the rules that can fire. A void repeats what
was sent, right or wrong, so that nothing is asked about its lines. Of several hits on the same lines the most
particular is told (see `_registry`); payer profiles decide how grave bundling findings are.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from importlib import import_module
from itertools import count
from pkgutil import iter_modules

from attrs import evolve

from curette import rules
from curette.claims.days import days
from curette.claims.history import PastLines
from curette.claims.model import Claim, ServiceLine
from curette.codes.profile import Profile
from curette.codes.tables import Edition, Row
from curette.findings import Finding, Rule, Unevaluated
from curette.notes.authorisations import Authorisations
from curette.notes.model import ClaimNotes
from curette.rules._alike import Kind
from curette.rules._causes import Answer, Told, answers, told
from curette.rules._context import PUBLIC, TABLES, Context, Facts
from curette.rules._registry import WHOLE, DermRule, Failed, Hit, Missing, declared
from curette.rules._wake import Waker
from curette.rules.batch import Tally

_PAYERS = 1 << 10  # that are remembered


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
        self._kinds: dict[tuple[object, ...], Context] = {}  # the first of each kind
        self._next = count()
        self._foreign = any(one.origin for one in self.rules)  # which may ask for any filing

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
                self._kinds.clear()
            alike = (key[0], filing if filing in PUBLIC or self._foreign else "", *key[2:])
            first = self._kinds.get(alike)
            kind = first.kind if first is not None else next(self._next)
            found = Context(self.facts, profile, filing, kind, today, auths=auths, memo=self.memo)
            self._kinds.setdefault(alike, found)
            self._contexts[key] = found
        if notes is None and history is None:
            return found
        return evolve(found, notes=notes, history=history)

    def recalls(self, code: str) -> bool:
        """Whether some rule asks for earlier lines with this code."""
        return not self._recalls.isdisjoint(self._waker.words(code))

    def check(self, claims: list[Claim], contexts: dict[int, Context], tally: Tally) -> Iterable[Finding | Unevaluated]:
        """What the rules say of one patient's claims; `contexts` are by id of the claim. `tally` counts each day."""
        claim = claims[0]
        ctx = contexts[id(claim)]
        shown = self._waker.ordinary.of(claim, ctx) if len(claims) == 1 else None
        if shown is None:
            return self._of_days(claims, contexts, tally)
        kind = self._waker.kind(shown[0], claim, contexts, tally)
        tally.again(kind.counted, shown[1])
        return self._of_ordinary(kind, claim, contexts) if kind.near or kind.farther else ()

    def _of_days(
        self, claims: Iterable[Claim], contexts: dict[int, Context], tally: Tally
    ) -> Iterator[Finding | Unevaluated]:
        for day, asked in self._waker.woken(claims, contexts, tally):
            given = [*answers(day, asked, contexts)]
            yield from self._said(given, told(given, contexts), contexts)

    def _of_ordinary(self, kind: Kind, claim: Claim, contexts: dict[int, Context]) -> Iterator[Finding | Unevaluated]:
        """What looks no farther than at what such a claim shows is asked about the first of its kind alone."""
        ctx = contexts[id(claim)]
        seen = kind.seen(claim)
        verdict = kind.verdicts.get(seen)
        farther = [one for one in kind.farther if _worth(one[1], claim, ctx)] if kind.farther else []
        if verdict is None or farther:
            (day,) = days((claim,))
            more = [*answers(day, farther, contexts)]
            if verdict is None or more:
                given = [*answers(day, kind.near, contexts)]
                hits = told(given, contexts)
                if verdict is None:
                    kind.remember(seen, day, given, hits)
                if more:
                    given += more
                    hits = told(given, contexts)
                yield from self._said(given, hits, contexts)
                return
        for again in verdict.hits:
            line = claim.lines[again.at] if again.at is not None else None
            related = tuple([claim.lines[at].number for at in again.related])
            yield _finding(again.rule, again.hit, claim, line, related, ctx)
        for each in verdict.lacking:
            self.lacking[each] += 1

    def _said(
        self, given: Iterable[Answer], hits: Iterable[Told], contexts: dict[int, Context]
    ) -> Iterator[Finding | Unevaluated]:
        for one in hits:
            line, claim = one.hit.line, one.claim
            related = tuple(other.line.number for other in one.hit.related if other.claim is claim)
            own = line.line if line is not None else None
            yield _finding(one.rule, one.hit, claim, own, related, contexts[id(claim)])
        for rule, claim, other in given:
            if isinstance(other, Failed):
                self.failed.append((rule.rule, other.reason, claim))
            elif isinstance(other, Missing) and other.needs in WHOLE:
                self.lacking[rule.rule, other.needs] += 1
            elif isinstance(other, Missing):
                number = other.line.line.number if other.line is not None else None
                yield Unevaluated(rule.rule, claim.control_number, number, other.needs, "the notes do not say")

    def editions(self) -> frozenset[Edition]:
        """The tables of the days that were looked at since this was asked last."""
        found = self.facts.tables.asked(TABLES, self._waker.ordinary.days)
        self._waker.ordinary.days.clear()
        return found

    def unevaluated(self) -> Iterator[Unevaluated]:
        """The rules that had nothing to look at since this was asked last, each once with how often."""
        self.lacking += self._waker.lacking()
        for (rule, needs), times in self.lacking.items():
            yield Unevaluated(rule, None, None, needs, f"no {needs} at hand", times)
        self.lacking.clear()


def _worth(one: DermRule, claim: Claim, ctx: Context) -> bool:
    """Whether it is worth asking about a claim; about its lines that is known."""
    return one.level == "line" or one.may is None or bool(one.may(claim, ctx))


def _finding(
    rule: DermRule, hit: Hit, claim: Claim, line: ServiceLine | None, related: tuple[int, ...], ctx: Context
) -> Finding:
    facts, severity = dict(hit.facts), hit.severity
    if severity is None and rule.by_ncci:
        severity = ctx.grave
    if line is not None and hit.at is None:
        component = hit.component if hit.element == 1 else None
        place = claim.transaction.place(line.index("SV1"), hit.element, component, loop="2400")
    else:
        name, element = hit.at or ("CLM", 1)
        place = claim.transaction.place(claim.index(name), element, loop="2300")
    number = None
    if line is not None:
        facts.setdefault("code", line.procedure)
        number = line.number
    return rule.rule.at(place, claim=claim.control_number, line=number, severity=severity, related=related, **facts)


@cache
def catalogue() -> tuple[DermRule, ...]:
    """Every rule of curette, by id."""
    for module in iter_modules(rules.__path__, "curette.rules."):
        if not module.name.rpartition(".")[2].startswith("_"):
            import_module(module.name)
    return declared()
