"""What the store keeps of a claim: enough for the same answers, and patients in one table alone."""

import json
from pathlib import Path

import pytest

from curette.money import decimal
from curette.store.export import PRIVATE
from curette.x12.delimiters import Delimiters
from tests import builder as b
from tests.cli.run import run
from tests.store.night import Practice

# every text that names a patient, or that a person may have written, is one of these
MARKS = [
    "MARKLAST",
    "MARKFIRST",
    "MARKSTREET",
    "MARKCITY",
    "MARKMEMBER",
    "MARKNOTE",
    "MARKGROUP",
    "19701231",
    "MARKDOC",
]
PERSON = "1*MARKLAST*MARKFIRST****MI*MARKMEMBER"
BATCH = b.claim_file(
    *b.SUBMISSION, *b.BILLING, "HL*2*1*22*1", "SBR*P**MARKGROUP*MARKGROUP*****CI", f"NM1*IL*{PERSON}", "N3*MARKSTREET",
    "N4*MARKCITY*IL*62701", "DMG*D8*19701231*F", "NM1*PR*2*EXAMPLE PLAN*****PI*99001", "HL*3*2*23*0", "PAT*19",
    "NM1*QC*1*MARKLAST*MARKFIRST", "N3*MARKSTREET", "N4*MARKCITY*IL*62701", "DMG*D8*19701231*M",
    "CLM*A1*100***11:B:1*Y*A*Y*Y", "REF*EA*MARKMEMBER", "REF*G1*AUTH77", "K3*MARKNOTE", "NTE*ADD*MARKNOTE",
    "HI*ABK:L570*ABF:D485", "NM1*82*1*MARKDOC*MARKDOC****XX*1234567893", "SBR*S*18*MARKGROUP******CI",
    f"NM1*IL*{PERSON}", "NM1*PR*2*OTHER PLAN*****PI*99002",
    "LX*1", "SV1*HC:J3490:JZ::::MARKNOTE*100*UN*1***1:2", "DTP*472*D8*20260104", "REF*6R*L1", "NTE*ADD*MARKNOTE",
    "LIN**N4*00000000101", "CTP****2*ML",
)  # fmt: skip
REMIT = b.remit_file(
    "BPR*I*40*C*CHK************20260302", *b.PAYMENT[1:], "CLP*A1*1*100*40**12*PAYER1*11*1", f"NM1*QC*{PERSON}",
    f"NM1*IL*{PERSON}", "NM1*74*1*MARKLAST*MARKFIRST", "NM1*82*1*MARKDOC****XX*1234567893", "NM1*TT*2*NEXT PLAN*****PI*9",
    "NM1*PR*1*MARKLAST*MARKFIRST****PI*MARKMEMBER", "REF*EA*MARKMEMBER", "REF*F8*OLD1", "REF*SY*MARKMEMBER",
    "DTM*050*20260110", "PER*CX*MARKNOTE*TE*5555550100", "SVC*HC:J3490:JZ:::::MARKNOTE*100*40**1", "DTM*472*20260104",
    "CAS*CO*16*60", "REF*6R*L1", "AMT*B6*40", "LQ*HE*M119",
    "PLB*1234567893*20261231*WO:PAYER9      MARKMEMBER*0",
)  # fmt: skip


def everything(practice: Practice) -> str:
    tables = [table for (table,) in practice.rows("SELECT table_name FROM duckdb_tables()") if table != PRIVATE]
    return "\n".join(repr(row) for table in tables for row in practice.rows(f"SELECT * FROM {table}"))


def test_only_one_table_holds_patients_and_it_is_not_exported(practice: Practice) -> None:
    practice.put("a.837", BATCH)
    practice.put("b.835", REMIT)
    done = practice.whole_night()
    assert done.code == 0, done.err
    told = everything(practice)
    assert [mark for mark in MARKS if mark in told] == []
    assert all(
        code in told for code in ("J3490", "00000000101", "AUTH77", "OLD1", "L570", "1234567893", "NEXT PLAN", "PAYER9")
    )
    assert run("export", "--store", practice.store, "--to", practice.folder / "parquet").code == 0
    for path in [*(practice.folder / "parquet").iterdir(), *practice.report.iterdir()]:
        raw = path.read_bytes()
        assert [mark for mark in MARKS if mark.encode() in raw] == [], path.name


def test_the_answer_is_linked(practice: Practice) -> None:
    practice.put("a.837", BATCH)
    practice.put("b.835", REMIT)
    practice.night()
    assert practice.rows("SELECT linked, diagnoses, rendering, allowed, rarcs FROM categories") == [
        (True, ["L570", "D485"], "1234567893", 4000, ["M119"])
    ]
    assert practice.rows("SELECT ndc, authorization_number FROM billed_lines") == [("00000000101", "AUTH77")]


def claims_of(path: Path) -> list[str]:
    return ["--claims", str(path)]


def told(lines: list[str]) -> list[str]:
    found = [json.loads(line) | {"file": None} for line in lines]
    return sorted(json.dumps(r, sort_keys=True) for r in found if r["type"] == "denial_line")


@pytest.mark.parametrize("folder", ["remits", "resubmitted"])
def test_the_store_answers_as_the_file_does(practice: Practice, samples: Path, folder: str) -> None:
    """Claims are read again from what is kept; nothing that decides may be missing there."""
    remits = sorted((samples / folder).glob("*.835"))
    billed = [*sorted((samples / "clean").glob("*.837")), *sorted((samples / "resubmitted").glob("*_original.837"))]
    for path in (*remits, *billed):
        practice.put(path.name, path.read_bytes())
    claims = [option for path in billed for option in claims_of(path)]
    straight = run("denials", *remits, *claims, "--no-conformance", "--format", "jsonl")
    from_store: list[str] = []
    for day in ("2026-03-03", "2026-04-03"):
        practice.night("--report", practice.report, "--as-of", day)
        from_store += (practice.report / f"denial_lines-{day}.jsonl").read_text("utf-8").splitlines()
    assert told(from_store) == told(straight.lines) != []


def test_codes_that_no_table_has_are_told(practice: Practice) -> None:
    remit = practice.put("a.835", REMIT.replace(b"CAS*CO*16*60", b"CAS*CO*Z99*60").replace(b"HE*M119", b"HE*N9999"))
    straight = run("denials", remit, "--no-conformance", "--format", "jsonl")
    practice.night("--report", practice.report, "--as-of", "2026-03-20")
    lines = (practice.report / "denial_lines-2026-03-20.jsonl").read_text("utf-8").splitlines()
    assert told(lines) == told(straight.lines)
    assert json.loads(lines[0])["unknown_codes"] == ["CARC Z99", "RARC N9999"]


@pytest.mark.parametrize("delimiters", b.FOREIGN)
def test_whatever_the_delimiters(practice: Practice, delimiters: Delimiters) -> None:
    body = (*b.PAYMENT, *b.payment("A1", "MOA***MA01**N115"))
    practice.put("a.835", b.remit_file(*body, delimiters=delimiters))
    assert practice.night().code == 0
    assert practice.rows("SELECT control, procedure, modifiers, rarcs, paid FROM denial_lines") == [
        ("A1", "99213", ["25"], ["MA01", "N115"], 6000)
    ]


@pytest.mark.parametrize("odd", ["\x1c", "\x1d", "\x1e", "\x1f", "\x00", "\t", '"', ",", "'", "é", "\\N"])
def test_odd_characters_stay_in_their_place(practice: Practice, odd: str) -> None:
    """Some payers send them; they must not become delimiters here, or end a row."""
    body = [s.replace("CHECK1", f"CHECK{odd}1").replace("EXAMPLE PLAN", f"EX{odd}PLAN") for s in b.PAYMENT]
    practice.put("a.835", b.remit_file(*body, *(s.replace("*45*", f"*4{odd}5*") for s in b.payment(f"A{odd}1"))))
    assert practice.night("--report", practice.report, "--as-of", "2026-03-20").code == 0
    shown = "?" if odd < " " else odd
    assert practice.rows(
        "SELECT c.control, carc FROM remitted_claims AS c JOIN adjustments USING (payment, claim)"
    ) == [(f"A{shown}1", f"4{shown}5")]
    [line] = (practice.report / "denial_lines-2026-03-20.jsonl").read_text("utf-8").splitlines()
    assert json.loads(line)["claim"] == f"A{shown}1"
    assert json.loads(line)["paid"] == decimal(6000)
