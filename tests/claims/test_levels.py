"""HL: numbered in order, each under the one it belongs to; a missing or unknown level takes its claims with it."""

import pytest

from curette.findings import Severity
from tests.builder import (
    ABOVE,
    BILLING,
    SUBMISSION,
    Claims,
    claim,
    claim_file,
    claims_of,
    ordinal,
    subscriber,
    where,
)

PATIENT = ("PAT*19", "NM1*QC*1*SAMPLE*TIM", "N3*2 TEST ROAD", "N4*TESTVILLE*IL*62701", "DMG*D8*20100101*M")
# two providers; the first has two subscribers, of whom the second has two dependents
BODY = (
    *ABOVE, *claim("A"), *subscriber(3, 1, 1), "HL*4*3*23*0", *PATIENT, *claim("B"), "HL*5*3*23*0", *PATIENT, *claim("C"),
    "HL*6**20*1", *BILLING[1:], *subscriber(7, 6), *claim("D"), *claim("E"),
)  # fmt: skip
FILE = claim_file(*BODY)


def told(data: bytes, found: Claims) -> list[tuple[str, str, int | None]]:
    """Rules with segment and element, whose places are right by two counts."""
    for finding in found.findings:
        assert finding.place.segment_index == ordinal(data, finding.place.offset)
    return [
        (f.rule.id.removeprefix("SYN-"), data[f.place.offset :].split(b"~")[0].decode(), f.place.element)
        for f in found.findings
    ]


def changed(old: str, new: str) -> tuple[bytes, Claims]:
    where(FILE, old)
    data = FILE.replace(old.encode(), new.encode())
    return data, claims_of(data)


def without(first: str) -> tuple[bytes, Claims]:
    """The file without one segment, its count mended."""
    data = claim_file(*(s for s in BODY if s != first))
    return data, claims_of(data)


def test_levels_in_order() -> None:
    found = claims_of(FILE)
    assert (found.rules, found.names, found.unread) == ([], ["A", "B", "C", "D", "E"], [])
    assert [c.patient and c.patient.at for c in found.claims] == [
        None,
        *[c.patient.at for c in found.claims if c.patient],
        None,
        None,
    ]
    a, b, c, d, e = found.claims
    assert a.billing is b.billing is c.billing is not d.billing
    assert b.subscriber is c.subscriber is not a.subscriber
    assert b.patient is not c.patient
    assert d.subscriber is e.subscriber
    assert (a.patient, d.patient) == (None, None)


NUMBERS = [
    ("HL*3*1*22*1", "HL*33*1*22*1", ("HL-NUMBER", 1)), ("HL*7*6*22*0", "HL*07*6*22*0", ("HL-NUMBER", 1)),
    ("HL*7*6*22*0", "HL*+7*6*22*0", ("HL-NUMBER", 1)), ("HL*7*6*22*0", "HL**6*22*0", ("HL-NUMBER", 1)),
    ("HL*7*6*22*0", "HL*7.0*6*22*0", ("HL-NUMBER", 1)), ("HL*7*6*22*0", "HL*" + "7" * 30 + "*6*22*0", ("HL-NUMBER", 1)),
    ("HL*7*6*22*0", "HL*６*6*22*0", ("HL-NUMBER", 1)), ("HL*7*6*22*0", "HL*6*6*22*0", ("HL-NUMBER", 1)),
    ("HL*7*6*22*0", "HL*7*5*22*0", ("HL-PARENT", 2)), ("HL*7*6*22*0", "HL*7*7*22*0", ("HL-PARENT", 2)),
    ("HL*7*6*22*0", "HL*7*8*22*0", ("HL-PARENT", 2)), ("HL*7*6*22*0", "HL*7**22*0", ("HL-PARENT", 2)),
    ("HL*5*3*23*0", "HL*5*1*23*0", ("HL-PARENT", 2)), ("HL*6**20*1", "HL*6*1*20*1", ("HL-PARENT", 2)),
    ("HL*7*6*22*0", "HL*7*6*22*1", ("HL-CHILD", 4)), ("HL*6**20*1", "HL*6**20*0", ("HL-CHILD", 4)),
    ("HL*3*1*22*1", "HL*3*1*22*0", ("HL-CHILD", 4)), ("HL*5*3*23*0", "HL*5*3*23*1", ("HL-CHILD", 4)),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "expected"), NUMBERS)
def test_a_wrong_number_is_an_error_at_its_element(old: str, new: str, expected: tuple[str, int]) -> None:
    data, found = changed(old, new)
    assert (expected[0], new, expected[1]) in told(data, found)
    assert found.findings[0].severity is Severity.ERROR
    # who belongs to whom is not in doubt where the order says it
    assert sorted(found.names + found.unread) == ["A", "B", "C", "D", "E"]


@pytest.mark.parametrize("parent", ["5", "1", "7", "8", "99", "X"])
def test_a_parent_that_cannot_be_right_is_told_and_order_decides(parent: str) -> None:
    _, found = changed("HL*7*6*22*0", f"HL*7*{parent}*22*0")
    assert found.rules == ["SYN-HL-PARENT"]
    assert found.names == ["A", "B", "C", "D", "E"]


def test_a_parent_between_may_be_right_and_missing() -> None:
    _, found = changed("HL*5*3*23*0", "HL*5*4*23*0")
    assert (found.rules, found.unread) == (["SYN-HL-PARENT"], ["C"])


@pytest.mark.parametrize("number", ["33", "1", "X", ""])
def test_a_level_with_a_wrong_number_is_not_told_of_the_next(number: str) -> None:
    data, found = changed("HL*2*1*22*0", f"HL*{number}*1*22*0")
    assert told(data, found) == [("HL-NUMBER", f"HL*{number}*1*22*0", 1)]


@pytest.mark.parametrize("number", ["X", "", "1."])
def test_a_level_without_a_number_is_not_told_of_those_below(number: str) -> None:
    data, found = changed("HL*1**20*1", f"HL*{number}**20*1")
    assert told(data, found) == [("HL-NUMBER", f"HL*{number}**20*1", 1)]
    assert found.names == ["A", "B", "C", "D", "E"]


@pytest.mark.parametrize("number", ["2", "3", "9", "99", "01"])
def test_a_wrong_number_is_not_told_of_those_who_name_the_right_one(number: str) -> None:
    data, found = changed("HL*1**20*1", f"HL*{number}**20*1")
    assert told(data, found) == [("HL-NUMBER", f"HL*{number}**20*1", 1)]
    assert found.names == ["A", "B", "C", "D", "E"]


def test_the_next_level_is_not_named_by_what_the_one_before_should_have_been() -> None:
    data = claim_file(*(s.replace("HL*1*", "HL*9*").replace("HL*7*6*", "HL*7*1*") for s in BODY))
    assert told(data, claims_of(data)) == [("HL-NUMBER", "HL*9**20*1", 1), ("HL-PARENT", "HL*7*1*22*0", 2)]


def test_one_break_in_the_numbers_is_told_once() -> None:
    data = claim_file(*ABOVE, *claim("A"), *(s for n in range(4, 60) for s in (*subscriber(n), *claim(f"A{n}"))))
    found = claims_of(data)
    assert told(data, found) == [("HL-NUMBER", "HL*4*1*22*0", 1)]
    assert len(found.claims) == 57


@pytest.mark.parametrize("level", ["", "21", "24", "2", "022", "２２", "X"])
def test_an_unknown_level_loses_what_is_below_it_and_nothing_else(level: str) -> None:
    data, found = changed("HL*7*6*22*0", f"HL*7*6*{level}*0")
    assert ("HL-LEVEL", f"HL*7*6*{level}*0", 3) in told(data, found)
    assert (found.names, found.unread) == (["A", "B", "C"], ["D", "E"])


@pytest.mark.parametrize(
    ("old", "names"),
    [("HL*6**20*1", ["A", "B", "C"]), ("HL*1**20*1", ["D", "E"]), ("HL*3*1*22*1", ["A", "D", "E"])],
)
def test_claims_below_an_unknown_level_join_no_other_and_it_is_told_once(old: str, names: list[str]) -> None:
    new = "*".join([*old.split("*")[:3], "99", "1"])
    data, found = changed(old, new)
    assert told(data, found) == [("HL-LEVEL", new, 3)]
    assert found.names == names
    assert sorted(found.names + found.unread) == ["A", "B", "C", "D", "E"]


def test_an_unknown_level_does_not_lose_the_levels_beside_it() -> None:
    data = claim_file(
        *SUBMISSION, *BILLING, *("HL*2*1*99*0", *subscriber(2)[1:]), *claim("A"), *subscriber(3), *claim("B")
    )
    found = claims_of(data)
    assert (found.names, found.unread) == (["B"], ["A"])


@pytest.mark.parametrize(
    ("head", "names"),
    [
        ("HL*1**20*1", []), ("HL*2*1*22*0", ["B", "C", "D", "E"]), ("HL*3*1*22*1", ["A", "D", "E"]), ("HL*4*3*23*0", ["A", "C", "D", "E"]),
        ("HL*5*3*23*0", ["A", "B", "D", "E"]), ("HL*6**20*1", ["A", "B", "C"]), ("HL*7*6*22*0", ["A", "B", "C"]),
    ],
)  # fmt: skip
def test_without_its_head_a_level_joins_no_other(head: str, names: list[str]) -> None:
    whole = {
        c.control_number: (c.billing.segments, c.subscriber.segments, c.patient and c.patient.segments)
        for c in claims_of(FILE).claims
    }
    _, found = without(head)
    assert Severity.ERROR in [f.severity for f in found.findings]
    for read in found.claims:
        assert whole[read.control_number][1:] == (read.subscriber.segments, read.patient and read.patient.segments)
        assert whole[read.control_number][0] == read.billing.segments
    assert set(found.names) <= set(names)


def test_a_claim_needs_a_subscriber() -> None:
    data = claim_file(*SUBMISSION, *BILLING, *claim("A"), *subscriber(2), *claim("B"))
    found = claims_of(data)
    assert (found.names, found.unread) == (["B"], ["A"])
    assert (found.finding().rule.id, found.finding().claim) == ("SYN-ORPHAN", "A")
    assert found.findings[0].place.offset == where(data, "CLM*A*")


def test_a_claim_needs_a_provider() -> None:
    data = claim_file(*SUBMISSION, *subscriber(1, 1), *claim("A"))
    found = claims_of(data)
    assert (found.names, found.unread) == ([], ["A"])
    assert {f.rule.id for f in found.findings} == {"SYN-HL-PARENT"}  # of which the claim's want of one is a part


def test_a_missing_level_is_told_once_of_all_below_it() -> None:
    below = (s for n in (2, 3, 4) for s in (*subscriber(n), *claim(f"A{n}")))
    found = claims_of(claim_file(*SUBMISSION, *BILLING[1:], *below))
    assert found.rules.count("SYN-HL-PARENT") == 1
    assert (found.names, found.unread) == ([], ["A2", "A3", "A4"])


def test_a_dependent_belongs_to_no_subscriber_of_another_provider() -> None:
    data = claim_file(*ABOVE, *claim("A"), "HL*3**20*1", *BILLING[1:], "HL*4*2*23*0", *PATIENT, *claim("B"))
    found = claims_of(data)
    assert ("HL-PARENT", "HL*4*2*23*0", 2) in told(data, found)
    assert (found.names, found.unread) == (["A"], ["B"])


def test_a_deep_chain_is_no_recursion() -> None:
    chain = [s for n in range(3, 5003) for s in (f"HL*{n}*{n - 1}*23*1", "PAT*19")]
    found = claims_of(claim_file(*ABOVE, *chain, *claim("A")))
    assert (found.names, found.unread) == ([], ["A"])
    assert len(found.findings) == 1000


def test_jumps_without_end_are_read_in_bounded_time() -> None:
    jumps = [s for n in range(4, 20_000, 2) for s in subscriber(n, n - 1)[:2]]
    assert claims_of(claim_file(*ABOVE, *jumps)).claims == []


def test_a_level_of_too_few_elements() -> None:
    data, found = changed("HL*7*6*22*0", "HL*7*6")
    assert [(rule, element) for rule, _, element in told(data, found)] == [("HL-LEVEL", 3)]
    data, found = changed("HL*7*6*22*0", "HL")
    assert ("HL-NUMBER", "HL", 1) in told(data, found)
    assert found.unread == ["D", "E"]
