"""`curette check`: exit codes, formats, options, and that nothing of a patient is told."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from curette import pipeline
from curette.checks.results import Checked
from curette.claims.history import History
from curette.pipeline import preflight
from curette.x12.transaction import Transaction
from tests import builder as b
from tests.cli.run import Done, run, spawn
from tests.reports.test_jsonl import FINDING

WRONG = b.GOOD_CLAIMS.replace(b"CLM*A2*250*", b"CLM*A2*251*")
UNTIDY = b.GOOD_CLAIMS.replace(b"*SAMPLE*SAM*", b"*SAMPLE *SAM*")
SUMMARY = [
    "type", "files", "transactions", "claims", "lines", "charge", "findings", "held", "clean", "not_evaluated",
    "faults", "seconds",
]  # fmt: skip
PATIENT = ("SAMPLE", "SAM", "TEST0001", "19700101", "2 TEST ROAD", "TESTVILLE")


@pytest.fixture
def put(tmp_path: Path) -> Callable[..., Path]:
    def write(data: bytes, name: str = "a.837") -> Path:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        return path

    return write


Put = Callable[..., Path]


def records(done: Done) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.lines]


def said(done: Done) -> list[dict[str, Any]]:
    """The records but for those that name the tables asked, and what could not be looked at."""
    return [record for record in records(done) if record["type"] not in ("table", "not_evaluated")]


# -- exit codes


@pytest.mark.parametrize(
    ("data", "options", "code"),
    [
        (b.GOOD_CLAIMS, [], 0),
        (b.GOOD_CLAIMS, ["--fail-on", "advice"], 0),
        (WRONG, [], 1),
        (WRONG, ["--fail-on", "advice"], 1),
        (WRONG, ["--ignore", "BAL"], 0),
        (WRONG, ["--snip", "1-2"], 0),
        (UNTIDY, [], 0),
        (UNTIDY, ["--fail-on", "error"], 0),
        (UNTIDY, ["--fail-on", "warning"], 1),
        (UNTIDY, ["--fail-on", "advice"], 1),
        (b.GOOD_CLAIMS[:700], [], 1),
        (b"%PDF", [], 3),
        (b"", ["--ignore", "SYN"], 3),
    ],
)
@pytest.mark.parametrize("form", ["text", "jsonl"])
def test_exit_codes(put: Put, data: bytes, options: list[str], code: int, form: str) -> None:
    done = run("check", put(data), "--format", form, *options)
    assert (done.code, done.err) == (code, "")
    assert done.out


def test_an_unreadable_file_goes_before_findings_and_the_others_are_reported(put: Put, tmp_path: Path) -> None:
    done = run("check", tmp_path / "absent", put(WRONG), "--format", "jsonl")
    assert done.code == 3
    *found, summary = said(done)
    assert [(f["rule"], f["file"]) for f in found] == [
        ("SYN-FILE", str(tmp_path / "absent")), ("BAL-A", str(tmp_path / "a.837"))
    ]  # fmt: skip
    assert (summary["files"], summary["claims"], summary["held"]) == (2, 2, 1)


def test_a_fault_of_ours_in_one_transaction_does_not_cost_the_others(put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    real = preflight._check_part

    def breaks(options: pipeline.CheckOptions, past: History | None, part: Transaction) -> Checked:
        if part.control == "0002":
            raise KeyError("SAMPLE, SAM")
        return real(options, past, part)

    monkeypatch.setattr(preflight, "_check_part", breaks)
    transactions = [b.transaction(*b.ABOVE, *b.claim(), control=f"000{n}") for n in (1, 2, 3)]
    path = put(b.write(b.interchange(b.group(*transactions))))
    done = run("check", path, "--format", "jsonl", "--snip", "1-5,7")
    *found, summary = said(done)
    assert done.code == 3
    [fault] = found
    reason = fault.pop("reason")
    assert fault == {
        "type": "fault", "file": str(path), "interchange": "000000001", "group": "1", "transaction": "0002",
        "segment_index": b.ordinal(path.read_bytes(), path.read_bytes().index(b"ST*837*0002")),
        "rule": None,
    }  # fmt: skip
    assert reason.startswith("KeyError in test_check.py:")
    assert (summary["claims"], summary["transactions"], summary["faults"]) == (2, 3, 1)
    text = run("check", path)
    assert text.code == 3
    assert f"internal fault at transaction 0002 of {path}: KeyError in test_check.py:" in text.out
    assert "SAM," not in text.out + done.out


# -- formats


def test_json_lines(put: Put) -> None:
    *found, summary = said(run("check", put(WRONG), put(UNTIDY, "b.837"), "--format", "jsonl", "--snip", "1-5,7"))
    assert [list(f) for f in found] == [FINDING, FINDING]
    assert [f["rule"] for f in found] == ["BAL-A", "SYN-PADDED"]
    assert [name for name in SUMMARY if name not in summary] == []
    assert {name: summary[name] for name in SUMMARY} == {
        "type": "summary", "files": 2, "transactions": 2, "claims": 4, "lines": 4, "charge": "701.00",
        "findings": {"error": 1, "warning": 1, "advice": 0}, "held": 1, "clean": 3, "not_evaluated": 0, "faults": 0,
        "seconds": None,
    }  # fmt: skip


def test_seconds_only_when_asked(put: Put) -> None:
    summary = records(run("check", put(WRONG), "--format", "jsonl", "--timing"))[-1]
    assert summary["seconds"] >= 0


def test_text_names_file_claim_and_place(put: Put) -> None:
    path = put(WRONG)
    offset = WRONG.index(b"CLM*A2")
    done = run("check", put(b.GOOD_CLAIMS, "clean.837"), path)
    assert done.lines[:10] == [
        "",
        str(path),
        "",
        "claim A2                                                     held, charge 251.00",
        "  Payer         EXAMPLE PLAN (99001)",
        "  Provider      SAMPLE, SKIN, NPI 1234567893",
        "  Diagnoses     A L57.0  B D48.5",
        f"  error    BAL-A            CLM02, segment {b.ordinal(WRONG, offset)}, byte {offset}",
        "           the claim's charge is 251.00, but its lines add up to 250.00: +1.00",
        "           fix: Correct the claim's charge or the line that is wrong.",
    ]
    assert "clean 3 claims 450.00" in done.lines
    assert "held  1 claim 251.00" in done.lines


def test_the_file_is_named_once(put: Put) -> None:
    transactions = [
        b.transaction(*b.ABOVE, *b.claim("A1", "2")[:1], *b.claim("A1", "1")[1:], control=f"000{n}") for n in (1, 2)
    ]
    path = put(b.write(b.interchange(b.group(*transactions))))
    assert run("check", path, "--no-conformance").lines.count(str(path)) == 1


# -- options


def test_select_and_ignore_take_lists_in_any_case(put: Put) -> None:
    both = put(WRONG.replace(b"*SAMPLE*SAM*", b"*SAMPLE *SAM*"))

    def rules(*options: str) -> list[str]:
        return [f["rule"] for f in said(run("check", both, "--format", "jsonl", *options))[:-1]]

    assert rules() == ["SYN-PADDED", "BAL-A"]
    assert rules("--select", "bal, cod") == ["BAL-A"]
    assert rules("--ignore", "BAL,COD") == ["SYN-PADDED"]
    assert rules("--snip", "1,3") == ["SYN-PADDED", "BAL-A"]
    assert rules("--snip", "2-7") == ["BAL-A"]


def test_standard_input(put: Put) -> None:
    done = run("check", "-", "--format", "jsonl", stdin=gzip.compress(WRONG))
    assert done.code == 1
    assert [r.get("file") for r in said(done)] == ["-", None]
    assert (
        spawn("check", "-", "--format", "jsonl", stdin=WRONG).out
        == run("check", "-", "--format", "jsonl", stdin=WRONG).out
    )


def test_jobs_may_be_left_to_the_machine(put: Put) -> None:
    assert run("check", put(WRONG), "--jobs", "auto").out == run("check", put(WRONG)).out


def test_same_in_same_out_whatever_the_process(put: Put) -> None:
    """Nothing depends on the order of a set, the locale or the time zone."""
    path = put(WRONG.replace(b"*Y*A*Y*Y~", b"*Y*Z*Q*Y~"))
    outs = {
        spawn("check", path, "--format", form, env=env).out
        for form in ("jsonl",)
        for env in (
            {"PYTHONHASHSEED": "1", "TZ": "UTC", "LANG": "C"},
            {"PYTHONHASHSEED": "2", "TZ": "Asia/Tokyo", "LANG": "C.UTF-8", "LC_ALL": "C"},
        )
    }
    assert len(outs) == 1


# -- nothing of a patient


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"DMG*D8*19700101", b"DMG*D8*19701301"),
        (b"NM1*IL*1*SAMPLE*SAM*", b"NM1*IL*1*SAM~PLE*SAM*"),
        (b"NM1*IL*1*SAMPLE*SAM*", b"NM1*IL*1 SAMPLE SAM "),
        (b"N3*2 TEST ROAD~", b"2 TEST ROAD~"),
        (b"N4*TESTVILLE*IL*62701~", b"N4*TESTVILLE*ILL*62701SAMPLE~"),
        (b"*MI*TEST0001", b"*QQ*TEST0001"),
        (b"SBR*P*18*******CI", b"SBR*SAMPLE*18*******SAM"),
        (b"CLM*A2*250*", b"CLM*A2*SAMPLE SAM*"),
        (b"HI*ABK:L570", b"HI*SAM:SAMPLE"),
        (b"HI*ABK:L570", b"HI*ABK:SAMPLE"),
        (b"SV1*HC:99213:25", b"SV1*HC:SAMPLE:SAM"),
        (b"SV1*HC:99213:25", b"SV1*SAMPLE:99213:25"),
        (b"*UN*1***1", b"*SAMPLE*1*TEST0001**1"),
        (b"11:B:1*Y*A", b"SAMPLE:B:TEST0001*Y*A"),
        (b"NM1*PR*2*EXAMPLE PLAN", b"NM1*PR*1*SAMPLE*SAM"),
        (b"DTP*472*D8*20260104~", b"DTP*472*D8*SAMPLE~"),
        (b"REF*EI*000000001~", b"SAM*SAMPLE~"),
        (b"~\nSE*28", b"~SAMPLE SAM TEST0001\nSE*28"),
    ],
)
@pytest.mark.parametrize("form", ["text", "jsonl", "csv", "html"])
def test_findings_name_no_patient(put: Put, old: bytes, new: bytes, form: str) -> None:
    good = b.GOOD_CLAIMS.replace(b"NM1*85*1*SAMPLE*SKIN*", b"NM1*85*1*OTHERNAME*SKIN*")  # providers are named
    data = good.replace(old, new, 1)
    assert data != good
    done = run("check", put(data), "--format", form)
    assert done.code in (0, 1)
    told = [word for word in PATIENT if word in done.out + done.err]
    assert not told, done.out


# -- maps of one's own


@pytest.mark.parametrize("options", [(), ("--jobs", "2")])
def test_coding_rules_stand_on_maps_of_ones_own(put: Put, tmp_path: Path, options: tuple[str, ...]) -> None:
    path = put(b.GOOD_CLAIMS)
    code = next(s.split(":")[1].split("*")[0] for s in b.claim("A1") if s.startswith("SV1"))
    ended = f'<deleted code="{code}" last-day="2020-12-31" instead="another" source="practice"/>'
    put(f"<procedures>{ended}</procedures>".encode(), "maps/procedures.xml")
    assert run("check", path, "--select", "DERM-C01").code == 0
    done = run("check", path, "--select", "DERM-C01", "--maps", tmp_path / "maps", "--format", "jsonl", *options)
    assert done.code == 1
    assert {record["rule"] for record in said(done)[:-1]} == {"DERM-C01"}
    assert "ended on 2020-12-31; use another" in said(done)[0]["message"]


@pytest.mark.parametrize(
    ("name", "row", "reason"),
    [
        ("procedures", '<deleted code="11102"/>', "procedures.xml:1: "),
        ("drugs", "<drug/>", "drugs.xml:1: "),
        ("diagnoses", "<diagnosis/>", "diagnoses.xml:1: "),
        ("procedure", "", "no map of curette has this name"),
    ],
)
def test_a_wrong_map_ends_the_run_before_anything_is_read(put: Put, name: str, row: str, reason: str) -> None:
    folder = put(f"<{name}>{row}</{name}>".encode(), f"maps/{name}.xml").parent
    done = run("check", put(b.GOOD_CLAIMS), "--maps", folder)
    assert (done.code, done.out) == (2, "")
    assert reason in done.err


def test_a_rule_that_is_mistyped_does_not_look_like_success(put: Put) -> None:
    done = run("check", put(WRONG), "--select", "BAL-A,DERM-Z02,bla")
    assert (done.code, done.out) == (2, "")
    assert "select: no rule is called or begins with BLA" in done.err
    assert run("check", put(WRONG), "--select", "BAL-A,DERM-Z02").code == 1
    assert run("check", put(WRONG), "--ignore", "bla").code == 1
