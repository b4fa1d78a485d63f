"""The ordered denial rules of maps/denials/rules.xml: why a line was denied, as dermatology sees it.

Families are groups of procedures, sets are groups of adjustment reasons. The first rule that holds, by priority,
decides. What a rule may look at is a closed list, which the schema keeps.
"""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

from curette._records import record
from curette.codes.ranges import CodeRange

if TYPE_CHECKING:
    from curette.codes.denials import Category
    from curette.codes.maps import Row

HIGH_VALUE = frozenset({"biologic", "biologic_seed_codes", "drug_noc", "mohs"})  # families; guide 000


@record
class Condition:
    """What must hold, all of it; a part that is empty asks nothing, of the words of a part one is enough."""

    families: frozenset[str]
    codes: frozenset[str]
    carcs: frozenset[str]
    carcs_none: frozenset[str]
    rarcs: frozenset[str]
    tags: frozenset[str]
    tags_none: frozenset[str]
    sisters: frozenset[str]  # families of other lines of the day
    sisters_none: frozenset[str]
    sister_codes: frozenset[str]
    sister_codes_none: frozenset[str]
    twice: str  # a family that this line and a sister are of
    modifiers: frozenset[str]
    modifiers_none: frozenset[str]
    diagnoses: tuple[str, ...]  # how one of them begins
    recoded: bool  # the payer put another code of one of `families`
    paid: bool

    def allows(self, carc: str) -> bool:
        """Whether it may hold where this is the main reason."""
        return carc not in self.carcs_none and (not self.carcs or carc in self.carcs)


@record
class DenialRule:
    """One rule and what it says."""

    id: str
    priority: int
    when: Condition
    any: tuple[Condition, ...]  # one of these must hold too; empty: nothing more
    category: str  # dermatology
    sub: str
    subs: Mapping[str, str]  # by CARC, where it is not `sub`
    general: str
    confidence: str
    linked: str  # confidence when the billed line is known
    needs_ndc: bool  # ... and the drug on it
    no_modifier_allowed: str  # the sub-category when NCCI lets no modifier part the pair; empty: not looked at
    sla: str
    why: str
    action: str
    sources: tuple[str, ...]

    def asks_of(self, carc: str) -> bool:
        """Whether it can hold for a line whose main reason is `carc`."""
        return self.when.allows(carc) and (not self.any or any(other.allows(carc) for other in self.any))


@record
class DenialRules:
    """All that maps/denials/rules.xml says."""

    families: Mapping[str, tuple[CodeRange, ...]]
    rules: tuple[DenialRule, ...]  # by priority

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Every condition of every rule."""
        return tuple(condition for rule in self.rules for condition in (rule.when, *rule.any))

    def families_of(self, code: str) -> frozenset[str]:
        """The families that a procedure belongs to, in whatever case it is written."""
        code = code.strip().upper()
        return frozenset(name for name, ranges in self.families.items() if any(code in some for some in ranges))


def denial_rules(rows: "Iterable[Row]", categories: "Mapping[str, Category]", tags: frozenset[str]) -> DenialRules:
    """The rules from the rows of the map, held against the categories and the tags of remarks; MapError when wrong."""
    found = tuple(rows)
    named = {tag: {row.key: row for row in found if row.tag == tag} for tag in ("family", "set", "diagnoses")}
    families = {key: row.ranges("codes") for key, row in named["family"].items()}
    names = _Names(
        frozenset(families),
        {key: frozenset(row.words("carcs")) for key, row in named["set"].items()},
        {key: row.words("begin") for key, row in named["diagnoses"].items()},
        tags,
    )
    rules = sorted((_rule(row, names, categories) for row in found if row.tag == "rule"), key=lambda r: r.priority)
    for earlier, later in pairwise(rules):
        if earlier.priority == later.priority:
            row = next(row for row in found if row.key == later.id)
            raise row.error(f"rule {later.id} has the priority of {earlier.id}")
    return DenialRules(families, tuple(rules))


@record
class _Names:
    families: frozenset[str]
    sets: Mapping[str, frozenset[str]]
    diagnoses: Mapping[str, tuple[str, ...]]
    tags: frozenset[str]


def _rule(row: "Row", names: _Names, categories: "Mapping[str, Category]") -> DenialRule:
    category, general = categories.get(row.get("category")), categories.get(row.get("general"))
    if category is None or category.kind != "dermatology":
        raise row.error(f"rule {row.key}: categories.xml has no dermatology category {row.get('category')}")
    if general is None or general.kind == "dermatology":
        raise row.error(f"rule {row.key}: categories.xml has no general category {row.get('general')}")
    subs = {inner.get("carc"): inner.get("is") for inner in row.rows if inner.tag == "sub"}
    for sub in (row.get("sub"), row.get("no-modifier-allowed") or row.get("sub"), *subs.values()):
        if sub not in category.subs:
            raise row.error(f"rule {row.key}: category {category.id} has no sub-category {sub}")
    conditions = [(inner.tag, _condition(inner, names)) for inner in row.rows if inner.tag in ("when", "any")]
    return DenialRule(
        row.key,
        row.number("priority") or 0,
        next((condition for tag, condition in conditions if tag == "when"), _NOTHING),
        tuple(condition for tag, condition in conditions if tag == "any"),
        category.id,
        row.get("sub"),
        subs,
        general.id,
        row.get("confidence"),
        row.get("linked") or row.get("confidence"),
        row.get("linked-by") == "ndc",
        row.get("no-modifier-allowed"),
        row.get("sla"),
        row.get("why"),
        row.get("action"),
        row.words("source"),
    )


_NONE: frozenset[str] = frozenset()
_NOTHING = Condition(
    _NONE, _NONE, _NONE, _NONE, _NONE, _NONE, _NONE, _NONE, _NONE, _NONE, _NONE, "", _NONE, _NONE, (), False, False
)  # fmt: skip


def _condition(row: "Row", names: _Names) -> Condition:
    for attribute, known in (
        ("family", names.families),
        ("sister-family", names.families),
        ("sister-family-none", names.families),
        ("family-twice", names.families),
        ("carc-set", names.sets),
        ("carc-set-none", names.sets),
        ("diagnosis", names.diagnoses),
        ("rarc-tag", names.tags),
        ("rarc-tag-none", names.tags),
    ):
        if unknown := [word for word in row.words(attribute) if word not in known]:
            raise row.error(f"{attribute} {unknown[0]} is not known")
    words = {name: frozenset(row.words(name)) for name in row.values}

    def of(name: str) -> frozenset[str]:
        return words.get(name, _NONE)

    def reasons(name: str) -> frozenset[str]:
        return frozenset(carc for some in row.words(name) for carc in names.sets[some])

    return Condition(
        of("family"),
        of("code"),
        of("carc") | reasons("carc-set"),
        reasons("carc-set-none"),
        of("rarc"),
        of("rarc-tag"),
        of("rarc-tag-none"),
        of("sister-family"),
        of("sister-family-none"),
        of("sister-code"),
        of("sister-code-none"),
        row.get("family-twice"),
        of("modifier"),
        of("modifier-none"),
        tuple(begin for some in row.words("diagnosis") for begin in names.diagnoses[some]),
        "recoded" in row.values,
        "paid" in row.values,
    )
