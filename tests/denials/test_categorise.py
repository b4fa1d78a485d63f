import itertools
import time
from collections.abc import Sized
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from curette.codes.denials import codes
from curette.denials.categorise import Categoriser, categorise, categoriser
from curette.denials.facts import LineFacts
from curette.denials.outcomes import Outcome
from curette.x12.cas import Adjustment
from tests.denials.lines import cases, denied, line

GROUPS = ["CO", "PR", "OA", "PI", "CR", "", "ZZ"]
REMARKS = ["", "MA01", "N115", "M76", "N9999", "MA130", "N620", "N522"]
ZERO_PAY = {Outcome.PATIENT_ZERO_PAY, Outcome.COB_ZERO_PAY, Outcome.CONTRACTUAL_ZERO_PAY}


@pytest.mark.parametrize(("facts", "expect"), [case[1:] for case in cases()], ids=[case[0] for case in cases()])
def test_cases(facts: LineFacts, expect: dict[str, Any]) -> None:
    found = categorise(facts)
    assert {key: getattr(found, key) for key in expect} == expect


def test_no_reason_under_any_group_is_without_an_outcome() -> None:
    lists = codes()
    for carc, group in itertools.product([*lists.carcs, "", "Z99"], GROUPS):
        for at, paid in enumerate((0, 5000)):
            remark = REMARKS[(hash_of(carc) + at) % len(REMARKS)]
            found = categorise(line(paid, (group, carc, 15000 - paid), remarks=(remark,)))
            assert found.outcome in Outcome
            is_denial = found.outcome in (Outcome.DENIED, Outcome.PARTIAL_DENIAL)
            if found.general_category is None:
                assert found.outcome is Outcome.PAID
                continue
            category = lists.categories[found.general_category]
            assert not is_denial or category.kind == "general", (group, carc)
            assert found.general_sub is None or found.general_sub in category.subs, (group, carc)
            assert (found.denied > 0) == is_denial
            assert not (found.outcome in ZERO_PAY and paid)


def hash_of(text: str) -> int:
    return sum(text.encode())


adjustment = st.tuples(
    st.sampled_from(GROUPS) | st.text(max_size=3),
    st.sampled_from([*codes().carcs, "045", "Z9"]) | st.text(max_size=4),
    st.integers(-20000, 20000),
    st.none() | st.integers(-1000, 10000),
)
some_lines = st.builds(
    LineFacts,
    status=st.sampled_from([*codes().statuses, "", "99", " 1"]),
    charge=st.integers(-20000, 20000),
    paid=st.integers(-20000, 20000),
    adjustments=st.lists(adjustment, max_size=6).map(tuple),
    remarks=st.lists(st.sampled_from([*REMARKS, *codes().rarcs]), max_size=3).map(tuple),
    claim_remarks=st.lists(st.sampled_from(REMARKS), max_size=2).map(tuple),
    filing=st.sampled_from(["MB", "12", ""]),
    procedure=st.sampled_from(["99213", "G8427", "1036F", ""]),
    submitted=st.sampled_from(["", "99214"]),
    modifiers=st.sampled_from([(), ("GY",), ("25", "59")]),
    sister_bundled=st.booleans(),
)


@pytest.mark.slow
@given(some_lines)
def test_whatever_a_payer_sends_has_an_outcome(facts: LineFacts) -> None:
    found = categorise(facts)
    assert found == Categoriser(codes())(facts), "what was seen before changes nothing"
    assert found.denied >= 0
    assert found.patient_responsibility == sum(
        a[2] for a in facts.adjustments if a[0].strip().upper().lstrip("0") == "PR"
    )
    assert found.outcome is not Outcome.PAID or facts.paid > 0
    assert found.outcome not in ZERO_PAY or facts.paid <= 0
    assert len(set(found.warnings)) == len(found.warnings)
    assert (found.derm_category is None) == (found.derm_sub is None)


usual = st.tuples(
    st.sampled_from(["CO", "PR", "OA"]),
    st.sampled_from(["45", "1", "2", "3", "253", "97", "16", "23"]),
    st.integers(-5000, 5000),
    st.none(),
)
usual_lines = st.builds(
    LineFacts,
    status=st.sampled_from(["1", "2", "3", "4", "19", "22", "25"]),
    charge=st.integers(0, 20000),
    paid=st.integers(-1000, 20000),
    adjustments=st.lists(usual, max_size=3).map(tuple),
    remarks=st.sampled_from([(), ("N620",), ("N9999",), ("M15",)]),
    claim_remarks=st.sampled_from([(), ("MA01",), ("MA130",)]),
    filing=st.sampled_from(["MB", "12"]),
    procedure=st.sampled_from(["99213", "1036F"]),
)


@given(st.lists(usual_lines, min_size=1, max_size=20))
def test_the_short_way_for_a_paid_line_says_what_the_long_one_says(lines: list[LineFacts]) -> None:
    mine = Categoriser(codes())
    for facts in lines:
        said = mine(facts)
        plainly = mine.plainly(facts.status, facts.filing)
        if plainly is not None and facts.paid > 0:
            assert mine.paid(plainly, facts.adjustments, facts.remarks, facts.claim_remarks) in (None, said)
    plain = line(8000, ("CO", "45", 5000))
    mine(plain)
    plainly = mine.plainly("1", "")
    assert plainly is not None
    assert mine.plainly("22", "") is None
    assert mine.paid(plainly, plain.adjustments, (), ()) == mine(plain)


def lost(amount: int, reason: tuple[str, str], facts: LineFacts) -> LineFacts:
    """A line that lost its whole charge to one reason."""
    return evolve(facts, charge=amount, adjustments=(Adjustment(*reason, amount, None),))


few_lines = st.builds(
    LineFacts,
    status=st.sampled_from(["1", "4"]),
    charge=st.just(0),
    paid=st.just(0),
    adjustments=st.just(()),
    remarks=st.sampled_from([(), ("N572",), ("MA130",)]),
    claim_remarks=st.sampled_from([(), ("MA130",)]),
    filing=st.sampled_from(["MB", "12"]),
    procedure=st.sampled_from(["99213", "G8397"]),
    modifiers=st.sampled_from([(), ("GY",)]),
)
amounts = st.integers(-1, 3) | st.integers(100, 900_00)
few_reasons = st.sampled_from([("CO", "50"), ("CO", "45"), ("PR", "204"), ("CO", "24")])
whole_lines = st.builds(lost, amounts, few_reasons, few_lines)


@given(st.lists(whole_lines, min_size=20, max_size=40))
def test_what_is_remembered_of_a_line_that_lost_all_is_what_is_said_of_it_alone(lines: list[LineFacts]) -> None:
    mine = Categoriser(codes())
    for facts in (*lines, *lines):
        assert mine(facts) == Categoriser(codes())(facts)


@pytest.mark.slow
def test_nonsense_does_not_fill_the_memory() -> None:
    mine = Categoriser(codes())
    for number in range(10_000):
        mine(line(0, (f"G{number}", f"R{number}", 1), remarks=(f"N{number}",), procedure=f"P{number}"))
    remembered: list[Sized] = [mine._remarks, mine._reports, *mine._reasons.values()]
    assert all(0 < len(memory) <= 4096 for memory in remembered if memory)
    assert mine(denied("CO-29")).general_category == "timely"


def test_a_map_of_the_user_decides(tmp_path: Path) -> None:
    (tmp_path / "denials").mkdir()
    row = '<carc code="29" label="Late here" class="denial" category="other" sub="unspecified" source="curette"/>'
    (tmp_path / "denials" / "carc.xml").write_text(f"<carcs>{row}</carcs>", "utf-8")
    assert categoriser(tmp_path)(denied("CO-29")).general_category == "other"
    assert categorise(denied("CO-29")).general_category == "timely"


@pytest.mark.bench
def test_a_usual_line_costs_less_than_three_microseconds() -> None:
    facts = line(8000, ("CO", "45", 5000), ("PR", "2", 2000), claim_remarks=("MA01",), filing="MB", procedure="99213")
    decide = categoriser()
    decide(facts)
    best = min(timed(decide, facts) for _ in range(5))
    assert best < 3e-6


def timed(decide: Categoriser, facts: LineFacts) -> float:
    asked = facts.adjustments, facts.remarks, facts.claim_remarks
    started = time.perf_counter()
    for _ in range(20_000):
        plainly = decide.plainly(facts.status, facts.filing)
        assert plainly is not None
        decide.paid(plainly, *asked)
    return (time.perf_counter() - started) / 20_000
