"""How values are read before they are compared."""

import time

import pytest

from curette.claims.model import Claim
from curette.diff import facts
from curette.diff.facts import Node
from tests.builder import ABOVE, claim
from tests.diff.edits import BODIES, read


def all_facts(node: Node) -> dict[str, tuple[tuple[str, ...], bool]]:
    """Fields of a loop and those below it, with value and whether it is private."""
    found = {fact.field: (fact.value, fact.private) for entry in node.entries for fact in entry.facts.values()}
    for child in node.children:
        found |= all_facts(child)
    return found


def only(*more: str) -> Claim:
    (found,) = read((*ABOVE, *claim("A1", "100", *more))).claims
    return found


@pytest.mark.parametrize(
    ("written", "meant"),
    [("12", "12"), ("012.50", "12.5"), ("-.50", "-0.5"), ("-0.0", "0"), ("5.", "5"), ("1E5", "1E5"), (".", ".")],
)
def test_numbers(written: str, meant: str) -> None:
    found = all_facts(facts.node(only(f"CN1*02**{written}")))
    assert found["contract percentage"][0] == (meant,)


def test_a_hostile_number_costs_no_time() -> None:
    started = time.perf_counter()
    all_facts(facts.node(only(f"CN1*02**{'0' * 60000}X")))
    assert time.perf_counter() - started < 1


def test_a_date_with_a_time_keeps_it() -> None:
    found = all_facts(facts.node(only("DTP*435*DT*202601031530")))
    assert found["admission date"] == (("2026-01-03 1530",), False)


PRIVATE = {
    "subscriber name", "subscriber first name", "subscriber member id", "subscriber street", "subscriber city",
    "subscriber state", "subscriber ZIP code", "subscriber birth date", "subscriber social security number",
    "group number", "group name", "weight", "pregnancy", "note", "fixed format text", "medical record number",
}  # fmt: skip
SHOWN = {
    "charge", "frequency", "diagnoses", "rendering provider NPI", "rendering provider name", "billing provider name",
    "billing provider street", "payer name", "payer id", "original reference", "prior authorisation", "onset date",
    "other payer paid", "other payer adjustments", "attachment number", "subscriber sex",
}  # fmt: skip


def test_what_is_patient_data() -> None:
    office, accident, *_ = (all_facts(facts.node(claim)) for claim in read(BODIES["odd/everything.837"]).claims)
    found = {field: private for field, (_, private) in (accident | office).items()}
    assert {field for field in PRIVATE if not found[field]} == set()
    assert {field for field in SHOWN if found[field]} == set()


def test_a_social_security_number_in_place_of_an_npi_is_patient_data() -> None:
    found = all_facts(facts.node(only("NM1*82*1*EXAMPLE*DANA****34*000000000")))
    assert found["rendering provider NPI"] == (("000000000",), True)


def test_a_reference_of_an_unknown_sort_is_patient_data() -> None:
    found = all_facts(facts.node(only("REF*ZZ*WHATEVER")))
    assert found["reference ZZ"] == (("WHATEVER",), True)


def test_every_field_of_the_guide_has_a_name() -> None:
    unnamed = set()
    for each in read(BODIES["odd/everything.837"]).claims:
        for node in (facts.node(each), *(facts.line(each, line) for line in each.lines)):
            unnamed |= {f for f in all_facts(node) if any(c.isdigit() and f[:2].isupper() for c in f)}
    assert unnamed == set()
