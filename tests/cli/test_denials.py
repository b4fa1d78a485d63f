"""`curette denials`: exit codes, streams, formats, links to what was billed."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from curette import pipeline
from curette.pipeline import remittances
from curette.x12.transaction import Transaction
from tests import builder as b
from tests.cli.run import Done, run
from tests.reports.test_jsonl import DENIAL, FINDING

DENIED = (
    "CLP*A3*1*90*0**12*PAYER3*11*1", "NM1*QC*1*SAMPLE*SAM****MI*TEST0001",
    "SVC*HC:11102*90*0**1", "DTM*472*20260104", "CAS*CO*50*90", "LQ*HE*N115",
)  # fmt: skip
PAYMENT = ("BPR*I*120*C*CHK************20260302", *b.PAYMENT[1:])
GOOD = b.remit_file(*PAYMENT, *b.payment("A1"), *b.payment("A2"), *DENIED)
OFF = GOOD.replace(b"BPR*I*120*", b"BPR*I*121*")
ODD = GOOD.replace(b"CLP*A1*1*100*60*0*", b"CLP*A1*1*100*60*5*")  # a warning
UNUSABLE = GOOD.replace(b"CLP*A1*1*100*", b"CLP*A1*1*1OO*")
SUMMARY = ["type", "payments", "claims", "lines", "paid", "denied", "by_category", "balanced", "warnings"]


@pytest.fixture
def put(tmp_path: Path) -> Callable[..., Path]:
    def write(data: bytes, name: str = "a.835") -> Path:
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return write


Put = Callable[..., Path]


def records(done: Done) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.lines]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (GOOD, 0),
        (ODD, 0),
        (OFF, 1),
        (UNUSABLE, 1),
        (GOOD.replace(b"SE*", b"SE*9"), 1),
        (GOOD.replace(b"GE*1*", b"GE*2*"), 1),
        (GOOD[:600], 1),
        (GOOD[:150], 1),
        (GOOD + b"and so on", 1),
        (b.GOOD_CLAIMS, 0),
        (b"", 3),
        (b"{}", 3),
    ],
    ids=[
        "good", "warning", "off", "unusable", "wrong count", "wrong group count", "cut", "cut before ST",
        "text after it", "claims", "empty", "JSON",
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", ["text", "jsonl"])
def test_exit_codes(put: Put, data: bytes, code: int, form: str) -> None:
    done = run("denials", put(data), "--format", form)
    assert done.code == code
    assert done.out


def test_an_unreadable_file_goes_before_findings_and_the_others_are_reported(put: Put, tmp_path: Path) -> None:
    done = run("denials", tmp_path / "absent", put(OFF), "--format", "jsonl")
    assert done.code == 3
    kinds = [r["type"] for r in records(done)]
    assert kinds == ["finding", "denial_line", "denial_line", "denial_line", "finding", "summary"]


def test_a_fault_of_ours_in_one_payment_does_not_cost_the_others(put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    real = remittances._denials_part

    def breaks(options: pipeline.DenialOptions, part: Transaction) -> pipeline.Categorised:
        if part.file.endswith("bad.835"):
            raise ZeroDivisionError("SAMPLE, SAM")
        return real(options, part)

    monkeypatch.setattr(remittances, "_denials_part", breaks)
    files = [put(GOOD, "bad.835"), put(GOOD)]
    done = run("denials", *files, "--format", "jsonl")
    assert done.code == 3
    assert [r["type"] for r in records(done)] == ["fault", "denial_line", "denial_line", "denial_line", "summary"]
    summary = records(done)[-1]
    assert (summary["payments"], summary["refused"], summary["faults"], summary["balanced"]) == (1, 1, 1, False)
    text = run("denials", *files)
    assert (text.code, "internal fault at transaction 0001 of" in text.err) == (3, True)
    assert "SAMPLE," not in done.out + text.out + text.err


def test_json_lines(put: Put) -> None:
    done = run("denials", put(OFF), "--format", "jsonl")
    *rows, finding, summary = records(done)
    assert [[name for name in row if name in DENIAL] for row in rows] == [DENIAL] * 3
    assert [(row["claim"], row["outcome"], row["denied"]) for row in rows] == [
        ("A1", "paid", "0.00"), ("A2", "paid", "0.00"), ("A3", "denied", "90.00")
    ]  # fmt: skip
    assert list(finding) == FINDING
    assert (finding["rule"], finding["element"]) == ("BAL-T", 2)
    assert [name for name in SUMMARY if name not in summary] == []
    assert {name: summary[name] for name in SUMMARY if name != "warnings"} == {
        "type": "summary", "payments": 1, "claims": 3, "lines": 3, "paid": "121.00", "denied": "90.00",
        "by_category": {"mednec": {"lines": 1, "denied": "90.00"}}, "balanced": False,
    }  # fmt: skip
    assert done.err == ""


def test_a_payment_that_balances_says_so(put: Put) -> None:
    assert records(run("denials", put(GOOD), "--format", "jsonl"))[-1]["balanced"] is True
    assert records(run("denials", put(ODD), "--format", "jsonl"))[-1]["balanced"] is True


def test_warnings_count_findings_and_odd_lines(put: Put) -> None:
    plain = records(run("denials", put(GOOD), "--format", "jsonl"))
    odd = records(run("denials", put(ODD), "--format", "jsonl"))
    assert plain[-1]["warnings"] == sum(len(row["warnings"]) for row in plain[:-1])
    assert odd[-1]["warnings"] == plain[-1]["warnings"] + 1


def test_text_puts_denials_on_standard_output_and_findings_on_standard_error(put: Put) -> None:
    path = put(OFF)
    done = run("denials", path)
    assert done.lines[1] == "EXAMPLE PLAN: 121.00 on 2026-03-02, CHK CHECK1"
    assert done.lines[3].split() == ["A3", "1", "11102", "2026-01-04", "90.00", "CO-50"]
    assert "BAL-T" not in done.out
    assert done.err == (
        f"{path}: error BAL-T BPR02 segment 4 byte {OFF.index(b'BPR')}: "
        "the payment is 121.00, but claims less provider adjustments are 120.00: +1.00\n"
    )
    assert done.lines[-1] == "1 finding on standard error"


def test_quiet_says_nothing_on_standard_error(put: Put) -> None:
    done = run("denials", put(OFF), "--quiet")
    assert (done.code, done.err) == (1, "")


def test_nothing_denied(put: Put) -> None:
    done = run("denials", put(b.remit_file(*PAYMENT, *b.payment("A1"), *b.payment("A2"))))
    assert done.lines[1:3] == ["EXAMPLE PLAN: 120.00 on 2026-03-02, CHK CHECK1", "  nothing denied"]


def test_rows_are_linked_to_claims(put: Put) -> None:
    claims = put(b.GOOD_CLAIMS, "a.837")
    more = put(b.claim_file(*b.ABOVE, *b.claim("A3", "90")).replace(b"99213:25", b"11102"), "b.837")
    rows = records(run("denials", put(GOOD), "--claims", claims, "--claims", more, "--format", "jsonl"))[:-1]
    assert [(row["linked"], row["diagnoses"]) for row in rows] == [(True, ["L570"])] * 3
    rows = records(run("denials", put(GOOD), "--claims", claims, "--format", "jsonl"))[:-1]
    assert [row["linked"] for row in rows] == [True, True, False]


def test_claims_that_cannot_be_read_cost_nothing_else(put: Put, tmp_path: Path) -> None:
    folder = tmp_path / "claims"
    folder.mkdir()
    third = b.claim_file(*b.ABOVE, *b.claim("A3", "90")).replace(b"99213:25", b"11102")
    for name, data in (("a.837", b.GOOD_CLAIMS), ("b.837", b"no X12"), ("c.837", third)):
        (folder / name).write_bytes(data)
    given = "--claims", tmp_path / "absent.837", "--claims", folder
    done = run("denials", put(GOOD), *given, "--format", "jsonl")
    assert done.code == 3
    lost, other, *rows, summary = records(done)
    assert [(found["rule"], Path(found["file"]).name) for found in (lost, other)] == [
        ("SYN-FILE", "absent.837"), ("SYN-FILE", "b.837"),
    ]  # fmt: skip
    assert [row["claim"] for row in rows if row["linked"]] == ["A1", "A2", "A3"]
    assert (summary["payments"], summary["balanced"]) == (1, True)
    text = run("denials", put(GOOD), *given)
    assert text.code == 3
    assert "absent.837: error SYN-FILE" in text.err
    assert "1 payment of 120.00, 3 claims" in text.out


def test_conformance_can_be_left_out(put: Put) -> None:
    path = put(GOOD.replace(b"N3*1 EXAMPLE TOWER~\n", b"").replace(b"SE*27*", b"SE*26*"))
    assert [r["rule"] for r in records(run("denials", path, "--format", "jsonl")) if r["type"] == "finding"] == [
        "IG-SEG-MISSING"
    ]
    done = run("denials", path, "--format", "jsonl", "--no-conformance")
    assert [r["type"] for r in records(done)] == ["denial_line"] * 3 + ["summary"]


@pytest.mark.parametrize("form", ["text", "jsonl"])
def test_nothing_names_the_patient(put: Put, form: str) -> None:
    for data in (GOOD, OFF, ODD, UNUSABLE, GOOD.replace(b"NM1*QC*1*SAMPLE*SAM*", b"NM1*QC*1*SAM~PLE*SAM*")):
        done = run("denials", put(data), "--format", form)
        text = (done.out + done.err).replace("SAMPLE SKIN CLINIC", "")
        assert not [word for word in ("SAMPLE", "SAM", "TEST0001") if word in text]
