"""The worked remittances of knowledge/denials/examples get the verdicts and counts of their expected.json."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from curette import pipeline
from curette.codes.denials import rarc
from curette.x12.transaction import Transaction
from tests.cli.run import run

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "knowledge" / "denials" / "examples"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="the examples are not beside the project"),
]
EXPECTED: dict[str, dict[str, Any]] = (
    json.loads((FOLDER / "expected.json").read_text(encoding="utf-8")) if FOLDER.is_dir() else {}
)
WORDS = {"fault", "note", "flag", "balanced"}  # told in words
EXAMPLES = pytest.mark.parametrize("name", EXPECTED)


def records(name: str) -> list[dict[str, Any]]:
    done = run("denials", FOLDER / f"{name}.edi", "--format", "jsonl", "--no-conformance")
    assert done.err == ""
    found = [json.loads(line) for line in done.lines]
    assert done.code == int(not found[-1]["balanced"])
    return found


def balance_faults(name: str) -> list[str]:
    return [r["rule"] for r in records(name) if r["type"] == "finding" and r["rule"].startswith("BAL-")]


def test_every_example_is_expected() -> None:
    assert {path.stem for path in FOLDER.glob("*.edi")} == set(EXPECTED)


@EXAMPLES
def test_balance_verdict(name: str) -> None:
    errors = [r["rule"] for r in records(name) if r.get("severity") == "error"]
    assert bool([rule for rule in errors if rule.startswith("BAL-")]) is not EXPECTED[name]["balanced"]
    assert records(name)[-1]["balanced"] is EXPECTED[name]["balanced"]


def test_the_faults_are_told_where_they_are() -> None:
    assert balance_faults("03_claim_out_of_balance") == ["BAL-C"]
    assert balance_faults("04_bpr_out_of_balance") == ["BAL-T"]
    [told] = [r for r in records("03_claim_out_of_balance") if r["type"] == "finding"]
    assert (told["segment"], told["element"]) == ("CLP", 4)
    assert "charge less adjustments is 150.00: -50.00" in told["message"]
    [told] = [r for r in records("04_bpr_out_of_balance") if r["type"] == "finding"]
    assert told["message"] == "the payment is 95.00, but claims less provider adjustments are 100.00: -5.00"


def counts(name: str) -> dict[str, Any]:
    """What expected.json may ask for, counted from the rows."""
    *found, summary = records(name)
    rows = [r for r in found if r["type"] == "denial_line"]
    outcomes = Counter(r["outcome"] for r in rows)
    transactions = [t for t in pipeline.items([FOLDER / f"{name}.edi"]) if isinstance(t, Transaction)]
    remits = list(pipeline.read_remits(FOLDER / f"{name}.edi"))
    claims = [claim for remit in remits for claim in remit.claims]
    return {
        "claims": summary["claims"],
        "lines": summary["lines"],
        "transactions": len(transactions),
        "interchanges": len({id(t.interchange) for t in transactions}),
        "groups": len({id(t.group) for t in transactions}),
        "denied_lines": sum(r["line"] is not None for r in rows if r["outcome"] == "denied"),
        "denied_claims": sum(r["line"] is None for r in rows if r["outcome"] == "denied"),
        "rollup_lines": outcomes["rollup"],
        "pending": outcomes["pending"],
        "reversals": outcomes["reversal"],
        "counted_claims": summary["episodes"]["current"]["claims"],
        "episodes": summary["episodes"]["episodes"],
        "triplets": sum(len(c.adjustments) + sum(len(s.adjustments) for s in c.lines) for c in claims),
        "plb": sum(len(remit.adjustments) for remit in remits),
        "remarks": [code for r in rows for code in r["rarcs"]],
        "unknown_rarc": [code for r in rows for code in r["rarcs"] if rarc(code) is None],
        "service_dates": [r["service_date"].replace("-", "") for r in rows],
        "line_provider": next((r["rendering"] for r in rows if r["rendering"]), None),
        "policy": next((s.reference("0K") for c in claims for s in c.lines if s.reference("0K")), None),
    }


@EXAMPLES
def test_counts(name: str) -> None:
    wanted = {key: value for key, value in EXPECTED[name].items() if key not in WORDS}
    found = counts(name)
    assert set(wanted) <= set(found), "every key is looked at"
    assert {key: found[key] for key in wanted} == wanted


def test_a_file_loaded_twice_counts_once(tmp_path: Path) -> None:
    """Under another name too: what was sent decides, not where it lies."""
    data = (FOLDER / "30_same_era_twice.edi").read_bytes()
    for name in ("first.835", "again.835"):
        (tmp_path / name).write_bytes(data)
    done = run("denials", tmp_path, "--format", "jsonl", "--no-conformance")
    *found, summary = [json.loads(line) for line in done.lines]
    assert (summary["claims"], summary["episodes"]["episodes"], summary["repeated"]) == (1, 1, 1)
    assert [r["rule"] for r in found if r["type"] == "finding"] == ["BAL-AGAIN"]
    assert done.code == 0


def test_a_conformance_note_is_no_verdict() -> None:
    """With the guide's own rules too, an example that balances is still categorised."""
    for name in EXPECTED:
        done = run("denials", FOLDER / f"{name}.edi", "--format", "jsonl")
        assert done.code == (0 if EXPECTED[name]["balanced"] else 1), name
