"""What must never be told: correct coding that careless rules, and some billing guides, call wrong."""

from pathlib import Path

import pytest

from curette import pipeline
from curette.rules import _cases
from curette.rules._cases import Case

CASES = _cases.read(Path(__file__).with_name("never_flag.toml"))


@pytest.mark.parametrize("case", [case for rows in CASES.values() for case in rows], ids=str)
def test_never(case: Case) -> None:
    assert case.expected == ()
    assert pipeline.try_case(case) == []


def test_there_is_a_case_of_each() -> None:
    assert list(CASES) == [f"NEVER-{n:02}" for n in range(1, 18)]
