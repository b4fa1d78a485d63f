"""curette codes import, as a user types it."""

import os
from pathlib import Path

import pytest

from curette.codes.tables import Tables, user_folder
from tests.cli.run import run, spawn
from tests.codes import official as o


def test_one_line_a_file_and_where_it_is_kept(tmp_path: Path, tables: Path) -> None:
    mue = o.put(tmp_path, o.MUE_NAME, o.mue())
    pairs = o.put(tmp_path, o.PTP_NAME, o.ptp())
    carc = o.put(tmp_path, "carc.csv", o.commas([o.CARC_HEADING, *o.CARC]))
    done = run("codes", "import", mue, pairs, carc)
    excerpt = ", not the whole list: what it lacks is not checked; "
    assert (done.code, done.err) == (0, "")
    assert done.lines == [
        f"mue 2026Q4: 4 rows, services 2026-10-01 to 2026-12-31{excerpt}{tables / 'mue-2026Q4.table'}",
        f"ptp 2026Q4: 5 rows, services to 2026-12-31{excerpt}{tables / 'ptp-2026Q4.table'}",
        f"carc 2017-11-01: 4 rows, any service{excerpt}{tables / 'carc-2017-11-01.table'}",
    ]
    assert [t.head.table for t in Tables(tables) if t.imported] == ["mue", "ptp", "carc"]
    assert all(path.stat().st_mode & 0o077 == 0 for path in tables.iterdir())


def test_what_is_left_out_is_said_on_standard_error(tmp_path: Path, tables: Path) -> None:
    path = o.put(tmp_path, "a.zip", o.archive({o.MUE_NAME: o.mue(), "notes.txt": b"words"}))
    assert run("codes", "import", path).err == f"curette: {path}: 1 other file in it left out\n"
    assert run("codes", "import", "--quiet", path).err == ""


def test_wrong_file_is_one_line_and_code_2(tmp_path: Path, tables: Path) -> None:
    good = o.put(tmp_path, o.MUE_NAME, o.mue())
    bad = o.put(tmp_path, o.PTP_NAME, o.ptp([*o.PTP, ("17311", "88305", "", "2008", "*", "1", "")]))
    done = run("codes", "import", good, bad)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"curette: {bad}: row 14: a date is not")
    assert done.err.count("\n") == 1
    assert not tables.exists()


def test_command_line_without_files_is_usage(tables: Path) -> None:
    assert run("codes", "import").code == 2
    assert run("codes", "import", "no/such/file.csv").code == 2


def test_help_names_the_lists() -> None:
    done = run("codes", "import", "--help")
    assert done.code == 0
    assert "ICD-10-CM" in done.out


def test_folder_is_that_of_the_user_unless_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert user_folder() == Path(os.environ["CURETTE_TABLES"])
    monkeypatch.delenv("CURETTE_TABLES")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert user_folder().is_relative_to(tmp_path)
    assert user_folder().parts[-2:] == ("curette", "tables")


def test_import_in_a_process_of_its_own(tmp_path: Path, tables: Path) -> None:
    path = o.put(tmp_path, o.ICD_NAME, o.lines(o.icd_rows(o.ICD)))
    done = spawn("codes", "import", path)
    assert (done.code, done.err) == (0, "")
    assert (tables / "icd10cm-FY2027.table").is_file()
