"""Why a line was denied, as dermatology sees it: the ordered rules of maps/denials/rules.xml on a line and its day.

    >>> from curette.codes.denials import codes
    >>> from curette.denials.facts import ALONE
    >>> line = Asked("B15", frozenset(), frozenset(), "17312")
    >>> cause = Causes(codes()).of(line, ALONE)
    >>> cause.rule.id, cause.rule.category, cause.sub
    ('MOHS-01', 'mohs', 'addon_without_first')

Rules are looked up by the main reason, so that few are asked; what was decided for a combination is remembered.
"""

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
class _Groups:
    """The families of a line: its own, those of the code that was billed where it is another, those of its sisters."""

    own: frozenset[str]
    billed: frozenset[str]
    beside: frozenset[str]


class Causes:
    """Finds causes, with the tables read once."""

    def __init__(self, codes: Codes) -> None:
        self._rules = codes.rules
        self._recoded = tuple(rule for rule in codes.rules.rules if rule.when.recoded)
        self._sisters = frozenset[str]().union(*(c.sister_codes | c.sister_codes_none for c in codes.rules.conditions))
        self._by_carc: dict[str, tuple[DenialRule, ...]] = {}
        self._families: dict[str, frozenset[str]] = {}
        self._known: dict[tuple[object, ...], Cause | None] = {}
        self._tables: Tables | None = None

    def of(self, line: Asked, context: Context) -> Cause | None:
        """The first rule that holds for a line of which something was denied."""
        beside = _NONE.union(*map(self.families, context.sisters))
        key = (
            line.carc, line.rarcs, line.procedure, line.modifiers, line.paid, line.submitted,
            beside, self._sisters.intersection(context.sisters), context.diagnoses, context.ndc, context.linked,
        )  # fmt: skip
        if key in self._known:
            found = self._known[key]
        else:
            rules = self._by_carc.get(line.carc)
            if rules is None:
                rules = tuple(rule for rule in self._rules.rules if rule.asks_of(line.carc))
                _bound(self._by_carc)[line.carc] = rules
            found = _bound(self._known)[key] = self._first(rules, line, context, beside)
        if found and found.rule.no_modifier_allowed and self._never_apart(line, context):
            return Cause(found.rule, found.rule.no_modifier_allowed, found.confidence)
        return found

    def of_paid(self, line: Asked, context: Context) -> Cause | None:
        """The first rule about a payer's change of code that holds for a line that was paid."""
        return self._first(self._recoded, line, context, _NONE.union(*map(self.families, context.sisters)))

    def _first(
        self, rules: tuple[DenialRule, ...], line: Asked, context: Context, beside: frozenset[str]
    ) -> Cause | None:
        changed = line.submitted not in ("", line.procedure)
        groups = _Groups(self.families(line.procedure), self.families(line.submitted) if changed else _NONE, beside)
        for rule in rules:
            if _holds(rule.when, line, context, groups) and (
                not rule.any or any(_holds(other, line, context, groups) for other in rule.any)
            ):
                return _cause(rule, line, context)
        return None

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


def _holds(wanted: Condition, line: Asked, context: Context, groups: _Groups) -> bool:
    """Whether every part of a condition holds."""
    return (
        _one(wanted.families, groups.own)
        and _one(wanted.codes, (line.procedure,))
        and _one(wanted.carcs, (line.carc,))
        and line.carc not in wanted.carcs_none
        and _one(wanted.rarcs, line.rarcs)
        and _one(wanted.tags, line.tags)
        and wanted.tags_none.isdisjoint(line.tags)
        and _one(wanted.modifiers, line.modifiers)
        and wanted.modifiers_none.isdisjoint(line.modifiers)
        and (line.paid or not wanted.paid)
        and _one(wanted.sisters, groups.beside)
        and wanted.sisters_none.isdisjoint(groups.beside)
        and _one(wanted.sister_codes, context.sisters)
        and wanted.sister_codes_none.isdisjoint(context.sisters)
        and (not wanted.twice or wanted.twice in groups.own & groups.beside)
        and (not wanted.diagnoses or any(code.startswith(wanted.diagnoses) for code in context.diagnoses))
        and (not wanted.recoded or not (wanted.families & groups.own).isdisjoint(groups.billed))
    )


def _cause(rule: DenialRule, line: Asked, context: Context) -> Cause:
    sure = context.linked and (bool(context.ndc) or not rule.needs_ndc)
    return Cause(rule, rule.subs.get(line.carc, rule.sub), Confidence(rule.linked if sure else rule.confidence))


def _one(wanted: frozenset[str], given: frozenset[str] | tuple[str, ...]) -> bool:
    return not wanted or not wanted.isdisjoint(given)


def _bound(memory: dict[_K, _V]) -> dict[_K, _V]:
    if len(memory) >= _MEMORY:
        memory.clear()
    return memory
