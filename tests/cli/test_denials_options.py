"""The options of `curette denials` that change what is told: overrides, maps, due dates, episodes."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests import builder as b
from tests.cli.run import run
from tests.running import writes_in

DAY, PATIENT = "DTM*472*20260104", "NM1*QC*1*SAMPLE*SAM****MI*TEST0001"
DENIED = ("CLP*A3*1*90*0**12*ICN3*11*1", PATIENT, "SVC*HC:11102*90*0**1", DAY, "CAS*CO*50*90")
PAID = ("CLP*A3*1*90*70**12*ICN3*11*1", PATIENT, "SVC*HC:11102*90*70**1", DAY, "CAS*CO*45*20")
TAKEN = ("CLP*A3*22*-90*0**12*ICN3*11*1", PATIENT, "SVC*HC:11102*-90*0**1", DAY, "CAS*CO*50*-90")


def remit(paid: int, day: str, trace: str, *segments: str) -> bytes:
    head = (f"BPR*I*{paid}*C*CHK************{day}", f"TRN*1*{trace}*1990099001", *b.PAYMENT[2:])
    return b.remit_file(*head, *segments)


FIRST = remit(0, "20260306", "T1", *DENIED)  # a Friday
SECOND = remit(70, "20260406", "T2", *TAKEN, *PAID)
Put = Callable[..., Path]


@pytest.fixture
def put(tmp_path: Path) -> Put:
    return writes_in(tmp_path, "a.835")


def told(*arguments: object) -> list[dict[str, Any]]:
    done = run("denials", *arguments, "--format", "jsonl")
    assert (done.code, done.err) == (0, "")
    return [json.loads(line) for line in done.lines]


def test_overrides(put: Put) -> None:
    said = put("date,claim,line,general_category,by\n2026-03-09,A3,1,auth,AB\n", "said.csv")
    [row, summary] = told(put(FIRST), "--overrides", said)
    assert (row["rule"], row["general_category"], row["denied"]) == ("OVERRIDE", "auth", "90.00")
    assert row["overridden"] == {
        "date": "2026-03-09", "by": "AB", "row": 2, "rule": "CARC-50", "general_category": "mednec",
        "derm_category": None,
    }  # fmt: skip
    assert (summary["overridden"], list(summary["by_category"])) == (1, ["auth"])
    assert "as a person said" in " ".join(run("denials", put(FIRST), "--overrides", said).out.split())


def test_wrong_overrides_end_the_run(put: Put) -> None:
    said = put("date,claim,general_category\n2026-03-09,A3,mystery\n", "said.csv")
    done = run("denials", put(FIRST), "--overrides", said)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"curette: {said}: row 2, general_category: not one of elig, auth,")
    assert "mystery" not in done.err
    assert run("denials", put(FIRST), "--overrides", said.with_name("absent.csv")).code == 2


def test_a_rule_of_ones_own(put: Put, tmp_path: Path) -> None:
    folder = tmp_path / "maps" / "denials"
    folder.mkdir(parents=True)
    rule = (
        '<rule id="OWN-01" priority="1" category="cosmetic" sub="stated" general="benefit" confidence="likely" '
        'sla="P2P_24H" why="ours" action="Ask Ann." source="practice"><when code="11102" carc="50"/></rule>'
    )
    (folder / "rules.xml").write_text(f"<rules>{rule}</rules>", "utf-8")
    [row, summary] = told(put(FIRST), "--maps", tmp_path / "maps")
    assert (row["rule"], row["action"], row["due"]) == ("OWN-01", "Ask Ann.", "2026-03-07")
    assert summary["tables"] != told(put(FIRST))[-1]["tables"]


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ('<rule id="OWN-01" priority="1"/>', "attribute"),
        ('<family id="x" codes="11102-" source="curette"/>', "codes"),
        ("RULE when=<when colour='red'/>", "colour"),
        ("RULE when=<when family='no_such'/>", "family no_such is not known"),
        ("RULE when=<when rarc-tag='no_such'/>", "rarc-tag no_such is not known"),
        ("RULE priority=100", "has the priority of"),
        ("RULE sub=no_such", "no sub-category no_such"),
        ("RULE category=elig", "no dermatology category elig"),
        ("RULE general=mohs", "no general category mohs"),
    ],
)
def test_a_wrong_rule_is_told_with_its_line(rule: str, reason: str, put: Put, tmp_path: Path) -> None:
    if rule.startswith("RULE"):
        name, _, value = rule[5:].partition("=")
        facts = {"priority": "1", "category": "cosmetic", "sub": "stated", "general": "benefit", "when": ""}
        facts[name] = value
        attributes = " ".join(f'{key}="{facts[key]}"' for key in ("priority", "category", "sub", "general"))
        rest = 'confidence="likely" sla="48H" why="ours" action="Ask." source="practice"'
        rule = f'<rule id="OWN-01" {attributes} {rest}>{facts["when"]}</rule>'
    folder = tmp_path / "maps" / "denials"
    folder.mkdir(parents=True)
    (folder / "rules.xml").write_text(f"<rules>{rule}</rules>", "utf-8")
    done = run("denials", put(FIRST), "--maps", tmp_path / "maps")
    assert (done.code, done.out) == (2, "")
    assert "rules.xml:" in done.err
    assert reason in done.err


@pytest.mark.parametrize(
    ("options", "due"),
    [
        ((), "2026-03-08"),
        (("--working-days",), "2026-03-10"),
        (("--received", "2026-03-31"), "2026-04-02"),
        (("--received", "2026-04-03", "--working-days"), "2026-04-07"),
    ],
)
def test_due(options: tuple[str, ...], due: str, put: Put) -> None:
    assert told(put(FIRST), *options)[0]["due"] == due


def test_claims_answered_again_are_counted_once(put: Put) -> None:
    files = put(FIRST), put(SECOND, "b.835")
    *rows, episode, summary = told(*files)
    assert [row["outcome"] for row in rows] == ["denied", "reversal", "paid"]
    assert (episode["type"], episode["claim"], episode["adjudications"], episode["reversals"]) == (
        "episode",
        "A3",
        2,
        1,
    )
    assert (episode["first"]["outcome"], episode["current"]["outcome"]) == ("denied", "paid")
    assert (episode["overturned"], episode["first"]["denied"], episode["current"]["paid"]) == (
        "90.00",
        "90.00",
        "70.00",
    )
    found = summary["episodes"]
    assert (found["episodes"], found["first"]["denied"], found["current"]["denied"]) == (1, "90.00", "0.00")
    assert told(*files[::-1])[-1]["episodes"] == found, "in any order"
    text = run("denials", *files).out
    assert "  A3                   denied 90.00 2026-03-06      paid 70.00 2026-04-06\n" in text
    assert "90.00 of what was denied at first is not denied now" in text


def test_without_episodes(put: Put) -> None:
    *rows, summary = told(put(FIRST), put(FIRST, "b.835"), "--no-episodes")
    assert [row["type"] for row in rows] == ["denial_line"] * 2
    assert (summary["episodes"], summary["repeated"], summary["claims"]) == (None, 0, 2)


def test_a_payment_that_comes_again_is_counted_once(put: Put) -> None:
    again = FIRST.replace(b"*000000001*", b"*000000777*").replace(b"*000000001~", b"*000000777~")
    row, finding, summary = told(put(FIRST), put(again, "b.835"))
    assert (row["type"], finding["rule"], finding["file"].endswith("b.835")) == ("denial_line", "BAL-AGAIN", True)
    assert (summary["claims"], summary["denied"], summary["repeated"]) == (1, "90.00", 1)
    other = FIRST.replace(b"CAS*CO*50*90", b"CAS*CO*29*90")
    assert told(put(FIRST), put(other, "b.835"))[-1]["repeated"] == 0, "the same check with other words is no copy"


def test_unknown_codes_are_kept_and_counted(put: Put) -> None:
    odd = FIRST.replace(b"CAS*CO*50*90", b"CAS*CO*0Z9*60~\nCAS*QQ*50*30~\nLQ*HE*N9999").replace(b"SE*16*", b"SE*18*")
    row, *_, summary = told(put(odd), "--no-conformance")
    assert row["unknown_codes"] == ["CARC 0Z9", "group QQ", "RARC N9999"]
    assert summary["unknown_codes"] == {"CARC 0Z9": 1, "RARC N9999": 1, "group QQ": 1}
    assert [a["carc"] for a in row["adjustments"]] == ["0Z9", "50"]


def test_money_kept_back_is_told_by_kind(put: Put) -> None:
    data = remit(21, "20260306", "T1", *PAID, "PLB*1234567893*20261231*WO:ICN3*50*L6*-1")
    *rows, episode, summary = told(put(data))
    assert (len(rows), episode["recouped"]) == (1, "50.00")
    assert summary["provider_adjustments"] == {"interest": "-1.00", "recoupment": "50.00"}
    assert summary["episodes"]["recouped"] == "50.00"
