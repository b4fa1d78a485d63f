"""SNIP 4: for every rule claims that it tells of, and near misses that differ in little and stay silent."""

import re
from pathlib import Path

import pytest

from curette import pipeline
from curette.checks.situations import check, diagnoses, providers, subscriber
from curette.claims.reader import Reader
from curette.findings import rules as declared
from tests import builder as b
from tests.checks.situation_hits import HITS
from tests.checks.situation_near_misses import NEAR
from tests.checks.situations import BASE, DAY, NO_18, OTHER, RENDERING, Cases, Edit, claim_of, found, rules
from tests.checks.transactions import changed, made

CONTEXT = "".join(f"{s}~" for s in changed(BASE, NO_18)[:17]).encode()  # up to the payer's name


def listed(cases: Cases) -> list[object]:
    return [
        pytest.param(rule, edits, id=f"{rule}: {name}")
        for rule, by_name in cases.items()
        for name, edits in by_name.items()
    ]


@pytest.mark.parametrize(("rule", "edits"), listed(HITS))
def test_a_rule_tells_of_its_fault_and_of_nothing_else(rule: str, edits: list[Edit]) -> None:
    assert rules(*edits) == [rule]


@pytest.mark.parametrize(("rule", "edits"), listed(NEAR))
def test_near_misses_stay_silent(rule: str, edits: list[Edit]) -> None:
    assert [(f.rule.id, f.message) for f in found(*edits)] == []


def test_every_rule_has_hits_and_near_misses() -> None:
    known = {rule.id.removeprefix("SIT-") for rule in declared() if rule.id.startswith("SIT-")}
    assert known == set(HITS)
    assert known == set(NEAR) - {"clean"}


@pytest.mark.parametrize(("rule", "edits"), listed(HITS))
def test_a_finding_points_into_the_claim_or_above_it_and_tells_no_names(rule: str, edits: list[Edit]) -> None:
    for finding in found(*edits):
        assert finding.claim == "A1"
        assert finding.place.loop
        assert finding.place.segment_in_transaction
        assert finding.rule.snip == 4
        assert not any(word in finding.message for word in ("SAM", "TESTER", "TEST0001", "19700101", "ROAD"))


@pytest.mark.parametrize(("rule", "edits"), [*listed(HITS), *listed(NEAR)])
def test_what_is_let_through_unasked_has_no_fault(rule: str, edits: list[Edit]) -> None:
    for claim in claim_of(*edits):
        assert not subscriber.plain(claim) or not list(subscriber.check(claim)), rule
        assert not providers.plain(claim) or not list(providers.check(claim)), rule
        assert not diagnoses.sound(claim) or not list(diagnoses.check(claim)), rule


def test_the_page_names_every_rule_and_no_other() -> None:
    page = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"`SIT-([A-Z0-9-]+[A-Z0-9])`", page.split("## Situational rules")[1].split("\n## ")[0])
    assert set(named) == set(HITS)


@pytest.mark.parametrize(("snip", "expected"), [(4, ["SIT-REF-F8"]), (3, [])])
def test_the_pipeline_asks_where_type_4_is_wanted(snip: int, expected: list[str], tmp_path: Path) -> None:
    path = tmp_path / "claims.837"
    path.write_bytes(b.claim_file(*b.ABOVE, *(s.replace("11:B:1", "11:B:7") for s in b.claim())))
    results = pipeline.check(path, pipeline.CheckOptions(snip=frozenset({snip})))
    assert [f.rule.id for result in results for f in result.findings] == expected


def test_a_level_in_an_earlier_part_is_not_pointed_at() -> None:
    lines = ["CLM*A1*120***11:B:1*Y*A*Y*Y", "HI*ABK:L570", RENDERING, "LX*1", OTHER, DAY]
    part = made(lines, version="005010X222A1", code="837", before=17, context=CONTEXT, level=2)
    (claim,) = Reader(part).read()
    place = next(f.place for f in check(claim) if f.rule.id == "SIT-SBR-PATIENT")
    assert (place.segment, place.loop, place.segment_in_transaction) == ("CLM", "2300", 18)
