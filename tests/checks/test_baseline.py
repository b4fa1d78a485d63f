"""What a person has accepted: shown as such, and no more held for; up to a day."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from curette.checks.baseline import baseline
from curette.errors import NotesError
from tests import builder as b
from tests.cli.run import Done, run
from tests.running import writes_in

WRONG = b.GOOD_CLAIMS.replace(b"CLM*A2*250*", b"CLM*A2*251*")
HEAD = "date,claim,rule,line,until,by,reason\n"
Put = Callable[..., Path]


@pytest.fixture
def put(tmp_path: Path) -> Put:
    return writes_in(tmp_path, "known.csv")


def check(put: Put, rows: str, *more: object, as_of: str = "2026-03-10") -> Done:
    known = put(HEAD + rows, f"known{len(rows)}.csv")  # a file is read once in a process
    options = ("--baseline", known, "--as-of", as_of, "--select", "BAL")
    return run("check", put(WRONG, "a.837"), *options, *more)


def records(done: Done) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.lines]


def test_an_accepted_finding_is_shown_as_such_and_holds_nothing(put: Put) -> None:
    done = check(put, "2026-03-01,A2,bal-a,,2026-03-10,AB,payer rounds\n")
    assert done.code == 0
    assert "  accepted BAL-A            CLM02, segment 25, byte 730" in done.lines
    assert "           accepted 2026-03-01 by AB until 2026-03-10: payer rounds" in done.lines
    assert "fix:" not in done.out
    assert [line for line in done.lines if line.startswith(("held", "payer", "findings", "accepted"))] == ["held  0 claims 0.00", "payer profiles: default 2 claims", "findings: none",
                                 "accepted: 1 finding"]  # fmt: skip
    [finding, *_, summary] = records(check(put, "2026-03-01,A2,BAL-A,,,,payer rounds\n", "--format", "jsonl"))
    assert finding["accepted"] == {
        "date": "2026-03-01", "until": None, "by": None, "reason": "payer rounds", "ended": False,
    }  # fmt: skip
    assert (finding["severity"], summary["held"], summary["findings"]["error"]) == ("error", 0, 0)
    assert summary["baseline"] == {"rows": 1, "without_finding": 0, "accepted": 1, "ended": 0}


def test_after_its_day_it_counts_again_and_says_so(put: Put) -> None:
    done = check(put, "2026-03-01,A2,BAL-A,,2026-03-09,AB,payer rounds\n")
    assert done.code == 1
    assert "           accepted 2026-03-01 by AB, which is over since 2026-03-09: payer" in done.lines
    assert "held  1 claim 251.00" in done.lines
    assert "accepted: 0 findings, 1 no longer" in done.lines


@pytest.mark.parametrize(
    "row", ["2026-03-01,A1,BAL-A,,,,x\n", "2026-03-01,A2,BAL-B,,,,x\n", "2026-03-01,A2,BAL-A,1,,,x\n"]
)
def test_another_claim_rule_or_line_is_not_accepted(put: Put, row: str) -> None:
    done = check(put, row)
    assert done.code == 1
    assert "accepted: 0 findings; 1 row of the baseline without a finding" in done.lines


def test_a_row_of_a_line_goes_before_that_of_the_claim(put: Put) -> None:
    data = b.GOOD_CLAIMS.replace(b"SV1*HC:99213:25*250*UN*1***1", b"SV1*HC:99213:25*250*UN*1***7")
    rows = "2026-03-01,A2,SIT-HI-POINTER,,,,claim\n2026-03-01,A2,SIT-HI-POINTER,1,2026-03-01,,line\n"
    done = run("check", put(data, "a.837"), "--baseline", put(HEAD + rows), "--as-of", "2026-03-02", "--snip", "4")
    assert done.code == 1
    assert "which is over since 2026-03-01: line" in done.out


def test_an_accepted_claim_is_released(put: Put, tmp_path: Path) -> None:
    done = check(put, "2026-03-01,A2,BAL-A,,,,x\n", "--release", tmp_path / "out")
    assert done.code == 0
    [answer] = (tmp_path / "out").glob("*/277ca.edi")
    assert answer.read_text().count("STC*A1") > 0
    assert not [*(tmp_path / "out").glob("*/held.837")]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("2026-03-01,A2,BAL-A,,,\n", "row 2: 6 cells, and 7 columns in the header"),
        ("2026-03-01,A2,BAL-A,,,,\n", "row 2, reason: is missing"),
        ("2026-03-01,,BAL-A,,,,x\n", "row 2, claim: is missing"),
        ("1.3.2026,A2,BAL-A,,,,x\n", "row 2, date: not a date like 2026-03-10"),
        ("2026-03-01,A2,BAL-A,,soon,,x\n", "row 2, until: not a date like 2026-03-10"),
        ("2026-03-01,A2,SYN-COUNT,,,,x\n", "row 2, rule: a fault of syntax cannot be accepted"),
        ("2026-03-01,A2,BAL,,,,x\n", "row 2, rule: there is no rule of this id"),
        ("2026-03-01,A2,BAL-A,,,,x\n2026-03-01,A2,BAL-A,,,,y\n", "row 3, claim: the same claim, rule and line as in"),
        (f"2026-03-01,A2,BAL-A,,,,{'x' * 201}\n", "row 2, reason: longer than 200 characters"),
    ],
)
def test_a_wrong_row_ends_the_run_at_once(put: Put, rows: str, said: str) -> None:
    done = check(put, rows)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_rules_of_the_guide_and_of_dermatology_may_be_accepted(put: Put) -> None:
    rows = "2026-03-01,A2,IG-ELE-CODE,,,,x\n2026-03-01,A2,DERM-X04,1,,,x\n"
    assert check(put, rows).code == 1


def test_no_file_accepts_nothing() -> None:
    assert baseline(None).rows == 0
    with pytest.raises(NotesError, match=r"the name ends in none of \.csv"):
        baseline(Path("known.json"))
