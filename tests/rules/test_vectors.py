"""The worked vectors of the knowledge tables, through real files and the real command: equal, not merely contained."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.run import run
from tests.rules.claims import file_of, of_vector
from tests.rules.running import payers

KNOWLEDGE = Path(__file__).resolve().parents[3] / "shared" / "knowledge" / "dermatology" / "test_vectors.json"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not KNOWLEDGE.is_file(), reason="the worked vectors are not at hand"),
]
VECTORS: list[dict[str, Any]] = json.loads(KNOWLEDGE.read_text(encoding="utf-8")) if KNOWLEDGE.is_file() else []
_IN_THE_FILE = {"pos", "clia", "clm05_3", "rendering_taxonomy", "created", "received", "sister_lines", "payer_pa"}
_EARLIER = {"history", "claim_status"}
_OF_LINE = {"sv101_7", "ndc", "ctp", "nte"}


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: f"{v['id']} {v['rule']}")
def test_vector(vector: dict[str, Any], tmp_path: Path) -> None:
    facts = vector["sidecar"] or {}
    day = vector["dos"].replace("-", "")
    claims = [of_vector(vector["lines"], facts, "A1", day)]
    if "sister_lines" in facts:
        claims.append(of_vector(facts["sister_lines"], {}, "A2", day))
    created = facts.get("created", str(date.fromisoformat(vector["dos"]) + timedelta(1))).replace("-", "")
    path = tmp_path / "a.837"
    path.write_bytes(file_of(claims, vector["payer"], created))
    options = ["--as-of", facts.get("received", str(date.fromisoformat(vector["dos"]) + timedelta(1)))]
    if notes := _notes(vector, facts):
        (tmp_path / "notes.json").write_text(json.dumps([{"claim": "A1", **notes}]), encoding="utf-8")
        options += ["--notes", str(tmp_path / "notes.json")]
    if "payer_pa" in facts:
        options += ["--payers", str(payers(tmp_path / "payers", _approvals(facts["payer_pa"]), vector["payer"]))]
    done = run("check", path, "--format", "jsonl", "--no-conformance", "--snip", "1,3-7", *options)
    assert done.code in (0, 1), done.err
    found = [json.loads(line) for line in done.lines]
    told = sorted(
        f"{f['rule']}:{f['line'] or 0}:{'review' if f['severity'] == 'advice' else f['severity']}"
        for f in found
        if f["type"] == "finding" and f["rule"] not in QUIET
    )
    assert told == sorted(vector["expected"]), vector["note"]


QUIET = {
    "SIT-REND-MISSING",
    "SIT-FAC-MISSING",
    "SIT-SBR-MSP",
    "BAL-A",
}  # of the frame that the driver puts around the lines


def _approvals(codes: list[str]) -> str:
    return "".join(f'<authorisation code="{code}" source="practice"/>' for code in codes)


def _notes(vector: dict[str, Any], facts: dict[str, Any]) -> dict[str, Any]:
    """What of a vector's facts belongs into the sidecar."""
    lines = []
    for key, value in facts.items():
        if key.isdigit():
            own = {k: v for k, v in value.items() if k not in _OF_LINE}
            if own:
                lines.append({"line": int(key), **own})
    rest = {k: v for k, v in facts.items() if not k.isdigit() and k not in (*_IN_THE_FILE, *_EARLIER)}
    if "scores" in (auth := rest.get("auth") or {}):  # scores are the claim's, not the approval's
        rest |= {"auth": {k: v for k, v in auth.items() if k != "scores"}, "scores": auth["scores"]}
    if history := _history(vector, facts):
        rest["history"] = history
    return {**rest, **({"lines": lines} if lines else {})}


def _history(vector: dict[str, Any], facts: dict[str, Any]) -> list[dict[str, Any]]:
    """Earlier procedures with their dates; a claim that was sent is these very services under another number."""
    dos = date.fromisoformat(vector["dos"])
    earlier = [
        {**{k: v for k, v in each.items() if k != "days_ago"}, "dos": str(dos - timedelta(each["days_ago"]))}
        for each in facts.get("history", [])
    ]
    if facts.get("claim_status") == "sent":
        earlier += [{"code": line[:5], "dos": str(dos), "claim": "A0"} for line in vector["lines"]]
    return earlier
