"""No combination of reason, group, remark and family of procedures is without an outcome and, denied, a category."""

import itertools
from collections.abc import Iterator

import pytest

from curette.codes.denials import codes
from curette.denials.categorise import Categoriser
from curette.denials.facts import Context, Denial
from curette.denials.outcomes import Outcome
from curette.findings import Confidence
from tests.denials.lines import line

LISTS = codes()
CARCS = [*LISTS.carcs, "", "Z99"]
GROUPS = ["CO", "PR", "OA", "PI", "CR", "", "ZZ"]
PROCEDURES = ["", "99999", *(ranges[0].first for ranges in LISTS.rules.families.values())]
TAGGED = {tag: row.code for row in LISTS.rarcs.values() for tag in row.tags}
REMARKS = ["", "N9999", *sorted(set(TAGGED.values()))]
RULES = {rule.id for rule in LISTS.rules.rules}
DENIED = (Outcome.DENIED, Outcome.PARTIAL_DENIAL)


def check(found: Denial, paid: int, where: tuple[str, ...]) -> None:
    assert found.outcome in Outcome, where
    assert found.confidence in Confidence, where
    if found.derm_category is not None:
        assert found.derm_sub in LISTS.categories[found.derm_category].subs, where
        assert found.rule in RULES, where
    if found.outcome in DENIED:
        assert found.general_category is not None, where
        category = LISTS.categories[found.general_category]
        assert category.kind == "general", where
        assert found.general_sub is None or found.general_sub in category.subs, where
        assert found.action, where
        assert found.sla in ("48H", "SAME_DAY", "P2P_24H"), where
        assert found.denied > 0, where
    else:
        assert found.denied == 0, where
        assert paid or found.outcome is not Outcome.PAID, where


def some() -> Iterator[tuple[str, str, str, str]]:
    """Every reason with every procedure; groups and remarks take turns."""
    turns = zip(itertools.cycle(GROUPS), itertools.cycle(REMARKS), strict=False)
    for (carc, procedure), (group, remark) in zip(itertools.product(CARCS, PROCEDURES), turns, strict=False):
        yield carc, group, procedure, remark


def decide(mine: Categoriser, carc: str, group: str, procedure: str, remark: str, paid: int) -> Denial:
    facts = line(paid, (group, carc, 15000 - paid), procedure=procedure, remarks=(remark,) if remark else ())
    return mine(facts, lambda: Context(sisters=("11102",)))


def test_every_reason_with_every_family() -> None:
    mine, rules = Categoriser(LISTS), set[str]()
    for number, (carc, group, procedure, remark) in enumerate(some()):
        paid = 5000 * (number % 2)
        found = decide(mine, carc, group, procedure, remark, paid)
        check(found, paid, (carc, group, procedure, remark))
        rules.add(found.rule)
    assert len(rules) > 200


@pytest.mark.slow
def test_every_remark_with_every_family_and_kind_of_reason() -> None:
    """Rules tell reasons apart by their lists alone: one reason stands for all that stand in the same lists."""
    mine = Categoriser(LISTS)
    asked = [(rule.subs, condition) for rule in LISTS.rules.rules for condition in (rule.when, *rule.any)]
    kinds = {
        tuple((carc in c.carcs, carc in c.carcs_none, subs.get(carc)) for subs, c in asked): carc
        for carc in LISTS.carcs
    }
    assert 40 < len(kinds) < 120
    for carc, procedure, remark in itertools.product(kinds.values(), PROCEDURES, REMARKS):
        check(decide(mine, carc, "CO", procedure, remark, 0), 0, (carc, "CO", procedure, remark))
