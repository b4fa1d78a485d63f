"""Why a line was denied, as dermatology sees it: the ordered rules of maps/denials/rules.xml on a line and its day.

    >>> from curette.codes.denials import codes
    >>> from curette.denials.facts import ALONE
    >>> line = Asked("B15", frozenset(), frozenset(), "17312")
    >>> cause = Causes(codes()).of(line, ALONE)
    >>> cause.rule.id, cause.rule.category, cause.sub
    ('MOHS-01', 'mohs', 'addon_without_first')

Rules are looked up by the main reason, so that few are asked; what was decided for a combination is remembered.
"""

from collections.abc import Callable, Iterable
from typing import TypeVar

from curette._records import record
from curette.codes.denial_rules import Condition, DenialRule
from curette.codes.denials import Codes
from curette.codes.tables import Tables
from curette.denials.facts import Context
from curette.findings import Confidence

_K = TypeVar("_K")
_V = TypeVar("_V")

_MEMORY = 4096  # combinations and codes kept; a file of nonsense must not fill the memory
_NONE = frozenset[str]()
_NOT_ALLOWED = "0"  # NCCI: no modifier parts the pair


@record
class Asked:
    """What rules ask of a line itself."""

    carc: str  # of the main reason; empty where there is none
    rarcs: frozenset[str]  # all remarks of line and claim
    tags: frozenset[str]  # what those remarks are about
    procedure: str
    modifiers: tuple[str, ...] = ()
    paid: bool = False
    submitted: str = ""  # the procedure that was billed, where the payer changed it


@record
class Cause:
    """The rule that holds, and what it says of this line."""

    rule: DenialRule
    sub: str
    confidence: Confidence


@record
class _Question:
    """A line as conditions see it. Families: its own, those of another code that was billed, those of its sisters."""

    line: Asked
    context: Context
    own: frozenset[str]
    billed: frozenset[str]
    beside: frozenset[str]


Check = Callable[[_Question], bool]


@record
class _Compiled:
    """A rule for one main reason: what is left to ask."""

    rule: DenialRule
    families: frozenset[str]
    when: tuple[Check, ...]
    any: tuple[tuple[Check, ...], ...]  # one of these must hold too; empty: nothing more

    def holds(self, question: _Question) -> bool:
        """Whether nothing speaks against it."""
        for check in self.when:
            if not check(question):
                return False
        if not self.any:
            return True
        for checks in self.any:
            for check in checks:
                if not check(question):
                    break
            else:
                return True
        return False


@record
class _Asking:
    """The rules for one main reason, and what they ask of a line: lines that differ in nothing else have one cause."""

    rules: tuple[_Compiled, ...]
    families: frozenset[str]
    codes: frozenset[str]
    rarcs: frozenset[str]
    tags: frozenset[str]
    modifiers: frozenset[str]
    sisters: frozenset[str]
    sister_codes: frozenset[str]
    diagnoses: bool
    known: dict[tuple[object, ...], Cause | None]
    by_families: dict[frozenset[str], tuple[_Compiled, ...]]

    @classmethod
    def of(cls, rules: tuple[_Compiled, ...]) -> "_Asking":
        """What these rules ask."""
        asked = [condition for each in rules for condition in (each.rule.when, *each.rule.any)]
        twice = frozenset(c.twice for c in asked if c.twice)
        return cls(
            rules,
            twice.union(*(c.families for c in asked)),
            _NONE.union(*(c.codes for c in asked)),
            _NONE.union(*(c.rarcs for c in asked)),
            _NONE.union(*(c.tags | c.tags_none for c in asked)),
            _NONE.union(*(c.modifiers | c.modifiers_none for c in asked)),
            twice.union(*(c.sisters | c.sisters_none for c in asked)),
            _NONE.union(*(c.sister_codes | c.sister_codes_none for c in asked)),
            any(c.diagnoses for c in asked),
            {},
            {},
        )

    def near(self, own: frozenset[str]) -> tuple[_Compiled, ...]:
        """Those of the rules that ask of a procedure of these families, or of any."""
        found = self.by_families.get(own)
        if found is None:
            near = [each for each in self.rules if not each.families or not each.families.isdisjoint(own)]
            found = _bound(self.by_families)[own] = tuple(near)
        return found

    def key(self, question: _Question) -> tuple[object, ...]:
        """What of a line can matter."""
        line, context = question.line, question.context
        return (
            self.families & question.own, line.procedure if line.procedure in self.codes else "",
            self.families & question.billed, self.rarcs & line.rarcs, self.tags & line.tags,
            self.modifiers.intersection(line.modifiers), line.paid, self.sisters & question.beside,
            self.sister_codes.intersection(context.sisters), context.diagnoses if self.diagnoses else (),
            bool(context.ndc), context.linked,
        )  # fmt: skip


class Causes:
    """Finds causes, with the tables read once."""

    def __init__(self, codes: Codes) -> None:
        self._rules = codes.rules
        self._checks = {id(condition): _checks(condition) for condition in codes.rules.conditions}
        self._recoded = tuple(c for rule in codes.rules.rules if rule.when.recoded and (c := self._compile(rule, "")))
        self._by_carc: dict[str, _Asking] = {}
        self._families: dict[str, frozenset[str]] = {}
        self._beside: dict[tuple[str, ...], frozenset[str]] = {}
        self._tables: Tables | None = None

    def _compile(self, rule: DenialRule, carc: str) -> _Compiled | None:
        """What a rule still asks of a line with this main reason; None where the reason speaks against it."""
        if not rule.asks_of(carc):
            return None
        left = tuple(self._checks[id(other)] for other in rule.any if other.allows(carc))
        return _Compiled(rule, rule.when.families, self._checks[id(rule.when)], left if all(left) else ())

    def of(self, line: Asked, context: Context) -> Cause | None:
        """The first rule that holds for a line of which something was denied."""
        asking = self._by_carc.get(line.carc)
        if asking is None:
            rules = tuple(c for rule in self._rules.rules if (c := self._compile(rule, line.carc)))
            asking = _bound(self._by_carc)[line.carc] = _Asking.of(rules)
        question = self._question(line, context)
        key = asking.key(question)
        if key in asking.known:
            found = asking.known[key]
        else:
            found = _bound(asking.known)[key] = _first(asking.near(question.own), question)
        if found and found.rule.no_modifier_allowed and self._never_apart(line, context):
            return Cause(found.rule, found.rule.no_modifier_allowed, found.confidence)
        return found

    def of_paid(self, line: Asked, context: Context) -> Cause | None:
        """The first rule about a payer's change of code that holds for a line that was paid."""
        return _first(self._recoded, self._question(line, context))

    def _question(self, line: Asked, context: Context) -> _Question:
        changed = line.submitted not in ("", line.procedure)
        return _Question(
            line,
            context,
            self.families(line.procedure),
            self.families(line.submitted) if changed else _NONE,
            self._families_of_all(context.sisters) if context.sisters else _NONE,
        )

    def _families_of_all(self, procedures: tuple[str, ...]) -> frozenset[str]:
        """The families of several procedures, remembered."""
        found = self._beside.get(procedures)
        if found is None:
            found = _bound(self._beside)[procedures] = _NONE.union(*map(self.families, procedures))
        return found

    def families(self, procedure: str) -> frozenset[str]:
        """The families of a procedure, remembered."""
        found = self._families.get(procedure)
        if found is None:
            found = _bound(self._families)[procedure] = self._rules.families_of(procedure)
        return found

    def _never_apart(self, line: Asked, context: Context) -> bool:
        """Whether NCCI includes the procedure in one of its day, and no modifier may part them."""
        if context.day is None:
            return False
        self._tables = self._tables or Tables()
        edition = self._tables.on("ptp", context.day)
        if edition is None:
            return False
        pairs = [edition.at(sister + line.procedure, context.day) for sister in context.sisters]
        return any(row is not None and row.values["indicator"] == _NOT_ALLOWED for row in pairs)


def _checks(w: Condition) -> tuple[Check, ...]:
    """What a condition asks beside the main reason, and only that: most ask one or two things."""
    found: list[tuple[object, Check]] = [
        (w.families, lambda q: not w.families.isdisjoint(q.own)),
        (w.codes, lambda q: q.line.procedure in w.codes),
        (w.rarcs, lambda q: not w.rarcs.isdisjoint(q.line.rarcs)),
        (w.tags, lambda q: not w.tags.isdisjoint(q.line.tags)),
        (w.tags_none, lambda q: w.tags_none.isdisjoint(q.line.tags)),
        (w.modifiers, lambda q: not w.modifiers.isdisjoint(q.line.modifiers)),
        (w.modifiers_none, lambda q: w.modifiers_none.isdisjoint(q.line.modifiers)),
        (w.paid, lambda q: q.line.paid),
        (w.sisters, lambda q: not w.sisters.isdisjoint(q.beside)),
        (w.sisters_none, lambda q: w.sisters_none.isdisjoint(q.beside)),
        (w.sister_codes, lambda q: not w.sister_codes.isdisjoint(q.context.sisters)),
        (w.sister_codes_none, lambda q: w.sister_codes_none.isdisjoint(q.context.sisters)),
        (w.twice, lambda q: w.twice in q.own and w.twice in q.beside),
        (w.diagnoses, lambda q: any(code.startswith(w.diagnoses) for code in q.context.diagnoses)),
        (w.recoded, lambda q: not (w.families & q.own).isdisjoint(q.billed)),
    ]
    return tuple(check for asked, check in found if asked)


def _first(rules: Iterable[_Compiled], question: _Question) -> Cause | None:
    for each in rules:
        if each.holds(question):
            return _cause(each.rule, question.line, question.context)
    return None


def _cause(rule: DenialRule, line: Asked, context: Context) -> Cause:
    sure = context.linked and (bool(context.ndc) or not rule.needs_ndc)
    return Cause(rule, rule.subs.get(line.carc, rule.sub), Confidence(rule.linked if sure else rule.confidence))


def _bound(memory: dict[_K, _V]) -> dict[_K, _V]:
    if len(memory) >= _MEMORY:
        memory.clear()
    return memory
