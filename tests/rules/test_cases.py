"""Every case beside a family of rules: hits, near misses that stay silent, other days and payers."""

from collections import Counter
from pathlib import Path

import pytest

from curette.rules import _engine
from tests.rules.running import Case, cases, findings, told

CASES = cases()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case: Case, tmp_path: Path) -> None:
    found = findings(case.data, tmp_path, case.notes, case.auths, **case.options)
    assert told(found) == sorted(case.expected), [f.message for f in found]


@pytest.mark.parametrize("rule", [r.rule.id for r in _engine.catalogue()])
def test_every_rule_has_its_cases(rule: str) -> None:
    kinds = Counter(case.kind for case in CASES if case.rule == rule)
    assert kinds["hit"] >= 2, kinds
    assert kinds["near"] >= 3, kinds
    assert kinds["other"] >= 1, kinds
    hits = [case for case in CASES if case.rule == rule and case.kind == "hit"]
    assert all(any(e.startswith(rule) for e in case.expected) for case in hits)
    quiet = [case for case in CASES if case.rule == rule and case.kind == "near"]
    assert not any(e.startswith(rule) for case in quiet for e in case.expected)
