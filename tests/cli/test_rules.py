"""curette rules, as a user reads it."""

import json
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import pytest

import curette
from curette.codes.maps import Maps
from curette.codes.payers import profiles
from curette.findings import rules
from curette.rules import _cases
from curette.rules._engine import catalogue
from tests.cli.run import run, spawn


def test_the_table_lists_every_rule() -> None:
    done = run("rules")
    assert done.code == 0
    listed = {line.split()[0] for line in done.lines if line and not line.startswith(" ")}
    assert {r.rule.id for r in catalogue()} <= listed
    assert {"SYN-COUNT", "IG-ELE-CODE", "BAL-A", "SIT-REF-F8", "COD-PROC", "PAY-MODIFIER", "DIFF-SAME"} <= listed
    assert all(len(line) <= 80 for line in done.lines)


def test_no_rule_is_missing_in_a_process_of_its_own() -> None:
    """Where nothing else has loaded the modules that declare them."""
    for module in walk_packages(curette.__path__, "curette."):
        if module.name != "curette.__main__":
            import_module(module.name)
    told = {json.loads(line)["rule"] for line in spawn("rules", "--format", "jsonl").lines}
    assert {rule.id for rule in rules()} == told
    assert spawn("rules", "SIT-REF-F8").code == 0


def test_one_rule_in_full() -> None:
    text = " ".join(run("rules", "derm-b01").out.split())
    for words in (
        "DERM-B01 Two first-lesion biopsy codes on one day", "severity error, certain", "why NCCI pairs", "fix Keep",
        "source NCCI Policy Manual", "disputed How many codes", "is silent two days: nothing", "SV1*HC:11104*180*UN*1***1",
    ):  # fmt: skip
        assert words in text


def test_every_rule_in_full_fits_80_columns() -> None:
    lines = run("rules", "DERM", "SIT", "COD", "SYN", "IG", "BAL", "PAY", "DIFF").lines
    assert len(lines) > 1000
    assert [line for line in lines if len(line) > 80 and not line.startswith("  from ")] == []


def test_a_beginning_tells_several_and_filters_choose() -> None:
    assert run("rules", "DERM-B").out.count("severity") >= 5
    assert all(" 3  " in line for line in run("rules", "--snip", "3").lines[:-2])
    rows = [json.loads(line) for line in run("rules", "--needs", "notes", "--format", "jsonl").lines]
    assert {"DERM-B04", "DERM-B06"} <= {row["rule"] for row in rows}
    assert all(any("notes" in need for need in row["needs"]) for row in rows)
    assert "DERM-X12" in run("rules", "--needs", "history").out
    assert {
        row["family"] for row in map(json.loads, run("rules", "--family", "biopsy", "--format", "jsonl").lines)
    } == {"biopsy"}


def test_an_unknown_rule_is_a_usage_error() -> None:
    done = run("rules", "DERM-QQ")
    assert (done.code, done.out) == (2, "")
    assert "no rule DERM-QQ" in done.err


@pytest.mark.parametrize("rule", catalogue(), ids=lambda r: r.rule.id)
def test_every_source_of_a_rule_is_on_record(rule: object) -> None:
    known = Maps().sources
    assert set(rule.rule.sources) <= known  # type: ignore[attr-defined]


def told(*options: object) -> dict[str, dict[str, Any]]:
    rows = map(json.loads, run("rules", *options, "--format", "jsonl").lines)
    return {row["rule"]: row for row in rows}


def test_a_payer_chooses_rules_and_says_how_grave_they_are() -> None:
    every, usual, part_b = told(), told("--payer", "default"), told("--payer", "medicare_part_b")
    assert {"DERM-R10", "DERM-X15", "PAY-MODIFIER"}.isdisjoint(usual)
    assert {"DERM-R10", "DERM-X15"} <= part_b.keys() < every.keys()
    assert (every["DERM-R10"]["payer_scope"], every["DERM-B01"]["payer_scope"]) == ("Medicare Part B", None)
    assert [rows["DERM-N01"]["severity"] for rows in (every, usual, part_b)] == ["error", "warning", "error"]
    assert "DERM-N01" in told("--payer", "default", "--severity", "warning")
    assert "asked of    Medicare Part B" in run("rules", "DERM-R10").out
    unknown = run("rules", "--payer", "nobody")
    assert unknown.code == 2
    assert "no profile nobody; there are commercial_ppo, default" in unknown.err


def test_a_profile_of_ones_own_chooses_too(tmp_path: Path) -> None:
    row = '<severity rule="{}" is="{}" source="practice"/>'
    said = row.format("DERM-B", "off") + row.format("DERM-B01", "advice")
    said += '<modifiers refused="51" source="practice"/><drugs ndc="required" source="practice"/>'
    (tmp_path / "ours.xml").write_text(
        '<payers><profile id="ours" name="Ours" source="practice"><match payer-id="99009" source="practice"/>'
        f"{said}</profile></payers>",
        "utf-8",
    )
    found = told("--payer", "ours", "--payers", tmp_path)
    assert [id for id in found if id.startswith("DERM-B")] == ["DERM-B01"]
    assert found["DERM-B01"]["severity"] == "advice"
    assert {"SYN-COUNT", "PAY-MODIFIER", "DERM-R04", "DERM-R10"} <= found.keys()  # by its id, it may be Medicare
    assert "DERM-I03" not in found


def test_every_rule_that_a_case_tells_is_asked_of_its_payer() -> None:
    asked = {id: told("--payer", id).keys() for id in profiles().by_id}
    for case in (case for cases in _cases.own().values() for case in cases if case.profile is None):
        profile = profiles().match("", "", case.payer, "").profile.id
        assert {rule.partition(":")[0] for rule in case.expected} <= asked[profile], str(case)


def test_who_is_asked_stands_in_words() -> None:
    assert [one.rule.id for one in catalogue() if (one.asks is not None) != bool(one.rule.payers)] == []
