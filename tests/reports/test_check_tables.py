"""One row a claim and one a finding: CSV and Excel read back."""

import csv
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests import builder as b
from tests.cli.run import run
from tests.conftest import ROOT

FAULTY = ROOT / "edi_samples" / "faulty" / "clinic_day_faulty.837"


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tables")
    for form in ("csv", "xlsx"):
        done = run("check", FAULTY, "--format", form, "--output", folder / f"day.{form}", "--as-of", "2026-06-15")
        assert (done.code, done.out, done.err) == (1, "", "")
    return folder


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_csv_has_each_claim_with_its_findings_after_it(faulty: Path) -> None:
    found = rows(faulty / "day.csv")
    kinds = [row["row"] for row in found]
    assert (kinds.count("claim"), kinds.count("finding")) == (18, 21)
    at = next(n for n, row in enumerate(found) if row["claim"] == "FAULT-BAL-D")
    claim, *findings = found[at : at + 4]
    assert {k: claim[k] for k in ("state", "payer", "rendering_npi", "from", "charge", "errors", "warnings")} == {
        "state": "held", "payer": "99001", "rendering_npi": "1000000129", "from": "2026-02-03", "charge": "770.00",
        "errors": "1", "warnings": "2",
    }  # fmt: skip
    assert [(f["rule"], f["line"], f["procedure"], f["line_charge"]) for f in findings] == [
        ("BAL-D", "", "", ""), ("DERM-X10", "1", "11604", "420.00"), ("DERM-N06", "2", "12032", "350.00"),
    ]  # fmt: skip
    assert not [name for name in claim if name.startswith("phi_")]


def test_the_workbook_says_the_same(faulty: Path) -> None:
    book = load_workbook(faulty / "day.xlsx")
    assert book.sheetnames == ["Summary", "Claims", "Findings", "Rules that spoke", "Not evaluated"]
    listed = rows(faulty / "day.csv")
    for sheet, kind in (("Claims", "claim"), ("Findings", "finding")):
        names = [row[2] for row in book[sheet].iter_rows(min_row=2, values_only=True)]
        assert names == [row["claim"] or None for row in listed if row["row"] == kind]
    charges = [row["charge"] for row in listed if row["row"] == "claim"]
    heads = [cell.value for cell in book["Claims"][1]]
    column = [row[heads.index("Charge")] for row in book["Claims"].iter_rows(min_row=2, values_only=True)]
    assert ["" if c is None else f"{c:.2f}" for c in column] == charges
    summary = {row[0]: row[1:3] for row in book["Summary"].iter_rows(min_row=2, values_only=True)}
    assert (summary["Claims"], summary["Held"][0]) == ((18, 3790), 17)
    assert summary["Payer profile default"][0] == 15
    assert summary["Table ptp"][0] == "2026Q2"


def test_patients_only_when_asked_and_then_by_name_of_the_column(tmp_path: Path) -> None:
    path = tmp_path / "a.837"
    path.write_bytes(b.GOOD_CLAIMS)
    done = run("check", path, "--format", "csv", "--show-phi")
    [first, _] = [row for row in csv.DictReader(done.out.splitlines()) if row["row"] == "claim"]
    assert (first["phi_patient"], first["phi_born"], first["phi_member"]) == ("SAMPLE, SAM", "1970-01-01", "TEST0001")
    assert "SAM," not in run("check", path, "--format", "csv").out
    assert run("check", path, "--format", "jsonl", "--show-phi").code == 2
    run("check", path, "--format", "xlsx", "--show-phi", "-o", tmp_path / "a.xlsx")
    assert "patient data" in str(load_workbook(tmp_path / "a.xlsx")["Summary"]["A2"].value)


def test_a_table_lists_what_is_beyond_the_limit_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("curette.pipeline.results.FINDINGS_A_FILE", 2)
    path = tmp_path / "a.837"
    bad = (s.replace("*100*", "*101*") if s.startswith("CLM") else s for n in range(5) for s in b.claim(f"B{n}"))
    path.write_bytes(b.claim_file(*b.ABOVE, *bad))
    found = list(csv.DictReader(run("check", path, "--format", "csv", "--select", "BAL").out.splitlines()))
    assert [row["errors"] for row in found if row["row"] == "claim"] == ["1"] * 5
    assert [row["rule"] for row in found if row["row"] == "finding"] == ["BAL-A"] * 5
    text = run("check", path, "--select", "BAL").out
    assert (text.count("error    BAL-A"), "3 findings beyond the limit of a file not listed" in text) == (2, True)


def test_a_workbook_needs_a_file(tmp_path: Path) -> None:
    done = run("check", FAULTY, "--format", "xlsx")
    assert done.code == 2
    assert "--output FILE" in done.err
