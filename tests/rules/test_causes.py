"""One cause, one finding, also where an earlier check knows it: the coding rule is told, the other gives way."""

from pathlib import Path

from curette import pipeline
from curette.findings import Finding, Place, Rule, Severity
from curette.pipeline import CheckOptions
from curette.pipeline.results import particular
from tests.rules.claims import file_of, fragment

ENDED = "HI*ABK:L400\nSV1*HC:99201*100*UN*1***1"
UNFINISHED = "HI*ABK:C4461*ABF:L72\nSV1*HC:11602*100*UN*1***1"


def told(folder: Path, claim: str, snip: set[int], *ignore: str) -> list[str]:
    path = folder / "a.837"
    path.write_bytes(file_of([fragment(claim)]))
    options = CheckOptions(conformance="off", snip=frozenset(snip), ignore=ignore)
    found = [f for result in pipeline.check([path], options) for f in result.findings]
    return [f"{f.rule.id} {f.place.segment}{f.place.element:02}" for f in found]


def test_a_procedure_that_ended_is_told_once(tmp_path: Path) -> None:
    assert told(tmp_path, ENDED, {5, 6}) == ["DERM-C01 SV101"]


def test_the_code_set_tells_it_where_the_rule_is_not_asked_for(tmp_path: Path) -> None:
    assert told(tmp_path, ENDED, {5}) == ["COD-PROC-DATE SV101"]
    assert told(tmp_path, ENDED, {5, 6}, "DERM-C01") == ["COD-PROC-DATE SV101"]


def test_a_rule_that_is_left_out_hides_no_other(tmp_path: Path) -> None:
    alone = "HI*ABK:L570\nSV1*HC:17003*100*UN*2***1"
    assert told(tmp_path, alone, {6}) == ["DERM-D01 SV101"]
    assert told(tmp_path, alone, {6}, "DERM-D01") == ["DERM-N04 SV101"]
    assert told(tmp_path, alone, {6}, "DERM-D01", "DERM-N04") == []


def test_an_unfinished_diagnosis_is_told_once_and_one_without_a_line_by_the_code_set(tmp_path: Path) -> None:
    assert told(tmp_path, UNFINISHED, {5, 6}) == ["DERM-C02 HI01", "COD-DX-SHORT HI02"]


def test_another_fault_of_the_element_stays(tmp_path: Path) -> None:
    found = told(tmp_path, ENDED.replace("99201", "99201:2"), {5, 6})
    assert found == ["COD-MOD SV101", "DERM-C01 SV101"]


def test_a_missing_payer_number_is_told_once_a_claim() -> None:
    here, there = finding("SIT-REF-F8", "A1"), finding("SIT-REF-F8", "A2")
    assert particular([here, finding("DERM-A06", "A1"), there])[1:] == [there]
    assert particular([here, there]) == [here, there]


def finding(id: str, claim: str) -> Finding:
    rule = Rule(id, "a.rule", 4, Severity.ERROR, "{code}", "")
    return rule.at(Place(segment_index=9), claim=claim, code="7")
