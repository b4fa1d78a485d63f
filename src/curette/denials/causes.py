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


class Causes:
    """Finds causes, with the tables read once."""

    def __init__(self, codes: Codes) -> None:
        self._rules = codes.rules
        self._by_carc: dict[str, tuple[DenialRule, ...]] = {}
        self._recoded = tuple(rule for rule in codes.rules.rules if rule.when.recoded)
        self._families: dict[str, frozenset[str]] = {}
        self._known: dict[tuple[object, ...], Cause | None] = {}
        self._tables: Tables | None = None

    def of(self, line: Asked, context: Context) -> Cause | None:
        """The first rule that holds for a line of which something was denied."""
        rules = self._by_carc.get(line.carc)
        if rules is None:
            rules = tuple(rule for rule in self._rules.rules if rule.asks_of(line.carc))
            _bound(self._by_carc)[line.carc] = rules
        return self._first(rules, line, context)

    def of_paid(self, line: Asked, context: Context) -> Cause | None:
        """The first rule about a payer's change of code that holds for a line that was paid."""
        return self._first(self._recoded, line, context)

    def _first(self, rules: tuple[DenialRule, ...], line: Asked, context: Context) -> Cause | None:
        sisters = tuple(sorted(context.sisters))
        key = (
            rules is self._recoded, line.carc, line.rarcs, line.procedure, line.modifiers, line.paid, line.submitted,
            sisters, context.diagnoses, context.ndc, context.linked, context.day,
        )  # fmt: skip
        if key not in self._known:
            found = next((rule for rule in rules if self._holds(rule, line, context)), None)
            _bound(self._known)[key] = self._cause(found, line, context) if found else None
        return self._known[key]

    def _holds(self, rule: DenialRule, line: Asked, context: Context) -> bool:
        if not self._all(rule.when, line, context):
            return False
        return not rule.any or any(self._all(other, line, context) for other in rule.any)

    def _all(self, wanted: Condition, line: Asked, context: Context) -> bool:
        """Whether every part of a condition holds."""
        return (
            _one(wanted.families, self.families(line.procedure))
            and _one(wanted.codes, (line.procedure,))
            and _one(wanted.carcs, (line.carc,))
            and line.carc not in wanted.carcs_none
            and _one(wanted.rarcs, line.rarcs)
            and _one(wanted.tags, line.tags)
            and wanted.tags_none.isdisjoint(line.tags)
            and _one(wanted.modifiers, line.modifiers)
            and wanted.modifiers_none.isdisjoint(line.modifiers)
            and (line.paid or not wanted.paid)
            and self._around(wanted, line, context)
        )

    def _around(self, wanted: Condition, line: Asked, context: Context) -> bool:
        """Whether what a condition wants of other lines, diagnoses and the billed code holds."""
        families = [self.families(code) for code in context.sisters]
        beside = frozenset[str]().union(*families)
        return (
            _one(wanted.sisters, beside)
            and wanted.sisters_none.isdisjoint(beside)
            and _one(wanted.sister_codes, context.sisters)
            and wanted.sister_codes_none.isdisjoint(context.sisters)
            and (not wanted.twice or wanted.twice in self.families(line.procedure) & beside)
            and (not wanted.diagnoses or any(code.startswith(wanted.diagnoses) for code in context.diagnoses))
            and (not wanted.recoded or self._is_recoded(wanted, line))
        )

    def _is_recoded(self, wanted: Condition, line: Asked) -> bool:
        if line.submitted in ("", line.procedure):
            return False
        return not (wanted.families & self.families(line.procedure)).isdisjoint(self.families(line.submitted))

    def families(self, procedure: str) -> frozenset[str]:
        """The families of a procedure, remembered."""
        found = self._families.get(procedure)
        if found is None:
            found = _bound(self._families)[procedure] = self._rules.families_of(procedure)
        return found

    def _cause(self, rule: DenialRule, line: Asked, context: Context) -> Cause:
        sub = rule.subs.get(line.carc, rule.sub)
        if rule.no_modifier_allowed and self._never_apart(line, context):
            sub = rule.no_modifier_allowed
        sure = context.linked and (bool(context.ndc) or not rule.needs_ndc)
        return Cause(rule, sub, Confidence(rule.linked if sure else rule.confidence))

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


def _one(wanted: frozenset[str], given: frozenset[str] | tuple[str, ...]) -> bool:
    return not wanted or not wanted.isdisjoint(given)


def _bound(memory: dict[_K, _V]) -> dict[_K, _V]:
    if len(memory) >= _MEMORY:
        memory.clear()
    return memory
