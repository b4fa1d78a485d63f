"""Every case beside a family of rules: hits, near misses that stay silent, other days and payers."""

import pytest

from curette import pipeline
from curette.rules import _cases, _engine
from curette.rules._cases import Case
from curette.rules._plugins import strange

CASES = _cases.own()


@pytest.mark.parametrize("case", [case for rows in CASES.values() for case in rows], ids=str)
def test_case(case: Case) -> None:
    assert pipeline.try_case(case) == []


@pytest.mark.parametrize("rule", [r.rule.id for r in _engine.catalogue()])
def test_every_rule_has_its_cases(rule: str) -> None:
    assert _cases.lacking(CASES[rule]) == ""


def test_no_case_is_of_a_rule_that_is_not() -> None:
    assert set(CASES) == {r.rule.id for r in _engine.catalogue()}


def test_what_rules_name_is_known() -> None:
    assert [words for r in _engine.catalogue() for words in strange(r)] == []
