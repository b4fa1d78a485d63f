"""`curette denials --format csv|xlsx|html`: the lines of JSON lines for spreadsheets, and a page."""

import csv
import io
import json
import stat
from pathlib import Path

import openpyxl
import pytest

from tests import builder as b
from tests.cli.run import limited, run

COMMON = ("--no-conformance",)


@pytest.fixture
def remit(samples: Path) -> Path:
    return samples / "resubmitted/denied.835"


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """Names and numbers that a spreadsheet, a page or a terminal would take for something else."""
    path = tmp_path / "hostile.835"
    body = [s.replace("EXAMPLE PLAN", "=1+1<script>x</script>") for s in (*b.PAYMENT, *b.payment("@A1"))]
    path.write_bytes(
        b.remit_file(*(s.replace("*100*60*", "*100*0*").replace("CAS*CO*45*40", "CAS*CO*97*100") for s in body))
    )
    return path


def test_csv_says_what_json_lines_say(remit: Path, samples: Path) -> None:
    claims = "--claims", samples / "resubmitted/excision_original.837"
    wanted = [json.loads(line) for line in run("denials", remit, *claims, *COMMON, "--format", "jsonl").lines]
    lines = [row for row in wanted if row["type"] == "denial_line"]
    done = run("denials", remit, *claims, *COMMON, "--format", "csv")
    assert done.code == 0
    found = list(csv.DictReader(io.StringIO(done.out)))
    assert len(found) == len(lines) > 0
    plain = {
        "adjustments",
        "linked",
        "authorized",
        "merged",
        "overridden",
        "modifiers",
        "rarcs",
        "diagnoses",
        "unknown_codes",
        "warnings",
    }
    for row, line in zip(found, lines, strict=True):
        assert set(row) == set(line) - {"type"}
        for key in set(row) - plain:
            assert row[key] == ("" if line[key] is None else str(line[key])), key
        assert row["adjustments"] == " ".join(f"{a['group']}-{a['carc']} {a['amount']}" for a in line["adjustments"])
        assert row["linked"] == ("yes" if line["linked"] else "no")
        assert row["authorized"] == {True: "yes", False: "no", None: ""}[line["authorized"]]
        assert row["overridden"] == ""
        for key in ("modifiers", "rarcs", "diagnoses", "merged"):
            assert row[key] == " ".join(map(str, line[key]))


def test_what_a_person_said_otherwise_stands_beside_it(remit: Path, tmp_path: Path) -> None:
    said = tmp_path / "said.csv"
    said.write_text(
        "date,claim,line,trace,general_category,derm_category,derm_sub,by,note\n2026-03-05,EXC01,1,,dup,,,AB,x\n",
        "utf-8",
    )
    done = run("denials", remit, *COMMON, "--overrides", said, "--format", "csv")
    row = next(csv.DictReader(io.StringIO(done.out)))
    assert (row["rule"], row["general_category"], row["overridden"]) == ("OVERRIDE", "dup", "LES-02 coding dx_mismatch")


def test_what_it_comes_to_stands_on_standard_error(remit: Path) -> None:
    done = run("denials", remit, *COMMON, "--format", "csv")
    assert "2 payments of 288.00, 2 claims, 5 lines, charge 18,735.00" in done.err
    assert run("denials", remit, *COMMON, "--format", "csv", "--quiet").err == ""


def test_a_workbook_has_lines_and_cuts(remit: Path, tmp_path: Path) -> None:
    path = tmp_path / "denials.xlsx"
    assert run("denials", remit, *COMMON, "--format", "xlsx", "--output", path).code == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Lines", "Categories", "Causes in dermatology", "Reasons"]
    assert book["Lines"].max_row == 6
    denied = [row[3] for row in book["Categories"].iter_rows(min_row=2, values_only=True)]
    assert sum(denied) == 18175
    assert denied == sorted(denied, reverse=True)


def test_a_workbook_is_not_for_a_terminal(remit: Path) -> None:
    assert run("denials", remit, *COMMON, "--format", "xlsx").code == 2


def test_a_page_stands_alone(remit: Path) -> None:
    page = run("denials", remit, *COMMON, "--format", "html", "--quiet").out
    assert "<title>Denials</title>" in page
    assert "denied 18,175.00 of 18,735.00 charged" in page
    assert "EXC01" in page
    assert "12052" not in page  # was paid
    assert "http://" not in page.replace("http://www.w3.org", "")


def test_nothing_runs_in_any_form(hostile: Path, tmp_path: Path) -> None:
    [row] = csv.DictReader(io.StringIO(run("denials", hostile, *COMMON, "--format", "csv").out))
    assert (row["payer"], row["claim"]) == ("'=1+1<script>x</script>", "'@A1")
    assert "<script>x" not in run("denials", hostile, *COMMON, "--format", "html").out
    path = tmp_path / "denials.xlsx"
    run("denials", hostile, *COMMON, "--format", "xlsx", "--output", path)
    cell = openpyxl.load_workbook(path)["Lines"]["B2"]
    assert (cell.data_type, cell.value) == ("s", "=1+1<script>x</script>")


def test_what_is_refused_gives_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "cut.835"
    path.write_bytes(b.remit_file(*b.PAYMENT, *b.payment("A1")).replace(b"SE*", b"SE*9"))
    done = run("denials", path, *COMMON, "--format", "csv")
    assert (done.code, len(done.lines)) == (1, 1)
    assert "refused" in done.err


def test_sheets_that_find_no_room_are_told_without_a_fault_of_ours(samples: Path, tmp_path: Path) -> None:
    path = tmp_path / "o.xlsx"
    done = limited(4096, "denials", samples / "remits", "--format", "xlsx", "--output", path, "--quiet")
    assert (done.code, done.err.count("\n")) == (3, 1), done.err
    assert done.err == f"curette: {path}: File too large\n"
    assert list(tmp_path.iterdir()) == []
