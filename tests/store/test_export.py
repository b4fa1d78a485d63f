"""The tables as Parquet, as other tools read them."""

import re
from pathlib import Path

import pytest

from curette.store import duckdb
from curette.store.export import PRIVATE
from tests.cli.run import limited, run
from tests.conftest import ROOT
from tests.store.night import AT, BATCH, REMIT, Practice


def test_every_table_but_that_of_patients_and_the_view(practice: Practice, tmp_path: Path) -> None:
    practice.put("a.835", REMIT)
    practice.put("b.837", BATCH)
    practice.night()
    target = tmp_path / "bob's tables"
    done = run("export", "--store", practice.store, "--to", target)
    assert (done.code, done.out) == (0, "")
    tables = {name for (name,) in practice.rows("SELECT table_name FROM duckdb_tables()")} - {PRIVATE}
    assert {p.stem for p in target.iterdir()} == tables | {"denial_lines"}
    with duckdb._connected(tmp_path / "elsewhere.duckdb", AT) as other:
        for name in (*tables, "denial_lines"):
            rows = other.rows("SELECT * FROM read_parquet(?) ORDER BY ALL", str(target / f"{name}.parquet"))
            assert rows == practice.rows(f"SELECT * FROM {name} ORDER BY ALL"), name


def test_it_can_be_done_again_but_not_through_a_link(practice: Practice, tmp_path: Path) -> None:
    practice.put("a.835", REMIT)
    practice.night()
    target = tmp_path / "to"
    assert run("export", "--store", practice.store, "--to", target, "--quiet").err == ""
    assert run("export", "--store", practice.store, "--to", target).code == 0
    precious = tmp_path / "precious"
    precious.write_text("mine", "utf-8")
    (target / "payments.parquet").unlink()
    (target / "payments.parquet").symlink_to(precious)
    done = run("export", "--store", practice.store, "--to", target)
    assert (done.code, "is not a file that may be replaced" in done.err) == (2, True)
    assert precious.read_text("utf-8") == "mine"


def test_a_full_folder_is_told_by_its_file(practice: Practice, tmp_path: Path) -> None:
    practice.put("a.835", REMIT)
    practice.night()
    target = tmp_path / "to"
    done = limited(1, "export", "--store", practice.store, "--to", target)
    assert (done.code, done.err) == (3, f"curette: {target}/adjustments.parquet: File too large\n")
    assert list(target.iterdir()) == []


@pytest.mark.parametrize("store", ["nowhere.duckdb", "folder"])
def test_without_a_store(tmp_path: Path, store: str) -> None:
    (tmp_path / "folder").mkdir()
    assert run("export", "--store", tmp_path / store, "--to", tmp_path / "to").code == 2


def test_the_examples_of_the_page_on_the_store_run(practice: Practice) -> None:
    practice.put("a.835", REMIT)
    practice.put("b.837", BATCH)
    practice.night()
    page = (ROOT / "docs" / "store.md").read_text("utf-8")
    examples = "".join(re.findall(r"```sql\n(.*?)```", page, re.DOTALL)).split(";")
    found = [practice.rows(example) for example in examples if example.strip()]
    assert [len(rows) for rows in found] == [1, 0, 0]
