"""Rules are declared once and cannot leak; findings keep what the rule says unless told otherwise."""

import pickle
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curette.findings import SAFE_FIELDS, Confidence, Finding, Place, Rule, Severity, declare, rules, shape, worst
from curette.x12 import faults


def rule(message: str = "{segment}{element:02d} has {count}", severity: Severity = Severity.ERROR) -> Rule:
    return Rule("SYN-TEST", "test.rule", 1, severity, message, "Mend it.")


def test_a_finding_fills_the_message() -> None:
    found = rule().at(Place(segment_index=3), claim="A1", line=2, segment="SV1", element=2, count=5)
    assert found.message == "SV102 has 5"
    assert (found.claim, found.line, found.severity, found.confidence) == ("A1", 2, Severity.ERROR, Confidence.CERTAIN)


@pytest.mark.parametrize("field", ["name", "value", "text", "patient", "birth_date", "raw"])
def test_a_message_may_use_only_safe_fields(field: str) -> None:
    with pytest.raises(ValueError, match="unlisted fields"):
        rule(f"the value is {{{field}}}")


def test_a_format_does_not_hide_an_unsafe_field() -> None:
    with pytest.raises(ValueError, match="unlisted fields"):
        rule("{patient:>20}")


@pytest.mark.parametrize("id", ["", "SYN", "SYN-", "syn-x", "A-1", "SYN-A--B", "SYN-a", " SYN-A"])
def test_a_bad_id_is_refused(id: str) -> None:
    with pytest.raises(ValueError, match="bad rule id"):
        Rule(id, "some.name", 1, Severity.ERROR, "m", "f")


@pytest.mark.parametrize("name", ["", "Some.Name", "two words", ".x", "x."])
def test_a_bad_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="bad rule id or name"):
        Rule("SYN-X", name, 1, Severity.ERROR, "m", "f")


def test_a_rule_is_declared_once() -> None:
    with pytest.raises(ValueError, match="declared twice"):
        declare(faults.MONEY.id, "element.money", 1, Severity.ERROR, "m", "f")


def test_our_rules_begin_as_ours_do() -> None:
    Rule("CLINIC-1", "some.name", 6, Severity.ERROR, "m", "f")
    with pytest.raises(ValueError, match="does not begin"):
        declare("CLINIC-1", "some.name", 6, Severity.ERROR, "m", "f")


def test_rules_are_in_order_and_apart() -> None:
    ids = [r.id for r in rules()]
    assert ids == sorted(set(ids))
    assert faults.MONEY in rules()


def test_every_declared_message_can_be_filled_with_safe_fields() -> None:
    for declared in rules():
        for _, field, spec, _ in string.Formatter().parse(declared.message):
            assert field is None or field in SAFE_FIELDS
            assert spec in (None, "", "02d")


def test_severity_can_be_weighed_otherwise() -> None:
    found = rule("m").at(Place(), severity=Severity.ADVICE)
    assert found.severity is Severity.ADVICE
    assert found.with_severity(Severity.WARNING).severity is Severity.WARNING
    assert found.with_severity(Severity.WARNING).message == found.message


@pytest.mark.parametrize(
    ("severities", "gravest"),
    [
        ([], None),
        (["advice"], Severity.ADVICE),
        (["warning", "advice"], Severity.WARNING),
        (["advice", "error", "warning"], Severity.ERROR),
    ],
)
def test_worst(severities: list[str], gravest: Severity | None) -> None:
    found = [rule("m", Severity(s)).at(Place()) for s in severities]
    assert worst(found) is gravest


@given(st.text(st.characters(exclude_characters="<>0123456789characters "), min_size=1, max_size=50))
def test_a_shape_says_only_the_size(text: str) -> None:
    assert text not in shape(text)
    assert str(len(text)) in shape(text)


def test_the_shape_of_nothing() -> None:
    assert shape("") == "empty"


def test_findings_travel_between_processes() -> None:
    found = faults.MONEY.at(Place(file="a", offset=7), segment="SV1", element=2, reason="too long")
    same: Finding = pickle.loads(pickle.dumps(found))
    assert same == found
