"""curette rules, as a user reads it."""

import json

import pytest

from curette.codes.maps import Maps
from curette.rules._engine import catalogue
from tests.cli.run import run


def test_the_table_lists_every_rule() -> None:
    done = run("rules")
    assert done.code == 0
    listed = {line.split()[0] for line in done.lines if line and not line.startswith(" ")}
    assert {r.rule.id for r in catalogue()} <= listed
    assert {"SYN-COUNT", "IG-ELE-CODE", "BAL-A", "SIT-REF-F8", "COD-PROC", "PAY-MODIFIER", "DIFF-SAME"} <= listed
    assert all(len(line) <= 80 for line in done.lines)


def test_one_rule_in_full() -> None:
    text = " ".join(run("rules", "derm-b01").out.split())
    for words in (
        "DERM-B01 Two first-lesion biopsy codes on one day", "severity error, certain", "why NCCI pairs", "fix Keep",
        "source NCCI Policy Manual", "disputed How many codes", "is silent two days: nothing", "SV1*HC:11104*180*UN*1***1",
    ):  # fmt: skip
        assert words in text


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
