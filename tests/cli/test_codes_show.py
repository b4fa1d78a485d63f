"""curette codes status and show, as a user reads them."""

import json
from datetime import date
from pathlib import Path

import pytest

from curette.codes.tables import TITLES, Head, write
from tests.cli.run import run


def test_status_names_every_table_and_what_is_out_of_date(tables: Path) -> None:
    done = run("codes", "status", "--as-of", "2026-11-21")
    assert done.code == 0
    assert [line.split()[0] for line in done.lines if line and not line.startswith((" ", "6"))] == list(TITLES)
    assert "    2026Q2              35,626 rows  2019-07-01 to 2026-06-30  a subset, OUT OF DATE" in done.lines
    assert done.lines[-1] == "6 of 15 tables out of date on 2026-11-21: import newer ones (curette codes import)"
    assert run("codes", "status", "--as-of", "2026-03-01").lines[-1] == "0 of 15 tables out of date on 2026-03-01"


def test_an_imported_edition_stands_first_and_is_marked(tables: Path) -> None:
    head = Head("mue", "2026Q4", date(2026, 10, 1), date(2026, 12, 31), "a test", ("mue", "mai", "rationale"))
    write(tables / "mue-2026Q4.table", head, [("17003", None, None, ("13", "2", ""))])
    lines = run("codes", "status", "--as-of", "2026-11-21").lines
    at = lines.index("mue        Medically unlikely edits")
    assert lines[at + 1] == "    2026Q4                   1 rows  2026-10-01 to 2026-12-31  imported"
    assert "OUT OF DATE" not in lines[at + 3]  # an older edition is not the one in use
    records = [json.loads(line) for line in run("codes", "status", "--format", "jsonl").lines]
    mine = next(r for r in records if r["table"] == "mue")
    assert (mine["edition"], mine["imported"], mine["complete"], mine["start"]) == ("2026Q4", True, True, "2026-10-01")


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("11642", ["CPT codes", "Medicare fee schedule", "work rvu 2.62", "work rvu 2.55", "Medically unlikely edits"]),
        ("17003", ["added to 17000", "column 2 to 17004; no modifier"]),
        ("88305", ["modifier 26", "modifier TC", "primary of 88311, 88314"]),
        ("17004", ["column 1 to 17000, 17003", "95 more"]),
        ("L57.0", ["ICD-10-CM diagnoses, billable (FY2016-FY2027): in force"]),
        ("C44", ["not billable, 101 longer codes"]),
        ("J0135", ["until 2024-12-31"]),
        ("L02237", ["since 2026-10-01"]),
        ("25", ["belongs on E/M", "Birthing Center", "1995-01-01 to 2008-03-31"]),
        ("N115", ["Remittance advice remark codes", "category"]),
        ("MB", ["Medicare Part B"]),
        ("207N00000X", ["Provider taxonomy codes"]),
        ("11642", ["family excision_malignant; site FACE; excised 11.0 to 20.0 mm; diagnoses malignant in_situ"]),
        ("17108", ["vascular skin lesions", "area from 50.01 cm2"]),
        ("11100", ["ended on 2018-12-31; use 11102, 11104 or 11106"]),
        ("11309", ["no code, a gap between two"]),
        ("D22.39", ["family nevus; behaviour benign; site face_other; of CPT FACE; Mohs 17311; cosmetic soft"]),
        ("J3245", ["tildrakizumab-asmn (Ilumya); given SC; a unit is 1 mg; diagnoses L40; vials for one dose"]),
    ],
)
def test_show_tells_everything_known_of_a_code(code: str, told: list[str]) -> None:
    done = run("codes", "show", code)
    text = " ".join(" ".join(done.lines).split())
    assert done.code == 0
    for words in told:
        assert words in text


def test_show_says_when_no_table_has_a_code() -> None:
    done = run("codes", "show", "17003", "nothing", "\x1b[31m")
    assert done.code == 1
    assert "NOTHING: in no table at hand" in done.lines
    assert "\x1b" not in done.out
