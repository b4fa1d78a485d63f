"""The store as a file: made whole, private, held by one, never something else."""

import os
import shutil
import stat
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import duckdb as module
import pytest

from curette.errors import ConfigError, StoreError, StoreHeld
from curette.store import duckdb, schema
from curette.store.duckdb import opened
from curette.store.export import export
from tests.cli.run import environment
from tests.store.night import AT

OTHER_PROCESS = """
import sys
from datetime import datetime
from pathlib import Path
from curette.errors import StoreHeld
from curette.store.duckdb import opened
try:
    with opened(Path(sys.argv[1]), None if sys.argv[2] == "read" else datetime(2026, 3, 20)):
        print("open")
except StoreHeld as error:
    print(error.exit_code, error)
"""

OWN = schema.scripts()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a store is to be."""
    return tmp_path / "store.duckdb"


def elsewhere(path: Path, how: str) -> str:
    command = [sys.executable, "-c", OTHER_PROCESS, str(path), how]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=60, check=True)
    return done.stdout.strip()


@pytest.mark.parametrize("name", [":memory:", "md:x", "sqlite:x", "file:x", "s3:x", "it's", "a*", "-", "two\nlines"])
def test_a_name_is_that_of_a_file_whatever_it_looks_like(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with opened(Path(name), AT) as store:
        assert export(store, Path())
    with opened(Path(name)) as store:
        assert "payments" in store.tables
    assert {p.name for p in tmp_path.iterdir() if p.suffix != ".parquet"} == {name}


def test_a_name_that_is_no_text_is_refused(tmp_path: Path) -> None:
    name = tmp_path / os.fsdecode(b"a\xff")
    for at in (AT, None):
        with pytest.raises(ConfigError, match="is no text"), opened(name, at):
            pass
    with opened(tmp_path / "store", AT) as store, pytest.raises(ConfigError, match="is no text"):
        export(store, name)


@pytest.mark.parametrize("error", [RuntimeError("Query interrupted"), module.InterruptException("INTERRUPT Error")])
def test_ctrl_c_in_a_query_is_ctrl_c(path: Path, error: Exception) -> None:
    """DuckDB tells it in words of its own."""
    with pytest.raises(KeyboardInterrupt), opened(path, AT), duckdb._told(path):
        raise error
    with pytest.raises(RuntimeError), duckdb._told(path):
        raise RuntimeError("something else")


def test_a_new_store_is_whole_and_private_and_alone(path: Path) -> None:
    with opened(path, AT) as store:
        assert {"payments", "categories", "billed_lines"} <= set(store.tables)
        assert store.rows("SELECT version FROM schema_versions") == [(n,) for n in range(1, len(OWN) + 1)]
        assert {stat.S_IMODE(p.stat().st_mode) for p in path.parent.iterdir()} == {0o600}
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_what_a_run_left_is_swept_away(path: Path) -> None:
    with opened(path, AT):
        pass
    for name in (".store.duckdb.new-0123456789ab", ".store.duckdb.payments.csv", ".other.csv"):
        (path.parent / name).write_text("1,2", "utf-8")
    with opened(path, AT):
        assert sorted(p.name for p in path.parent.iterdir()) == [".other.csv", "store.duckdb"]


def test_the_first_of_two_that_make_a_store_is_right(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link = os.link

    def late(made: Path, target: Path) -> None:
        monkeypatch.setattr(os, "link", link)
        with opened(path, AT) as first:  # another run makes it in between
            first.insert("audit", AT, "first", *[None] * 4)
        link(made, target)

    monkeypatch.setattr(os, "link", late)
    with opened(path, AT) as store:
        assert store.rows("SELECT action FROM audit") == [("first",)]
    assert [p.name for p in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("how", ["read", "write"])
def test_one_process_at_a_time_holds_it(path: Path, how: str) -> None:
    with opened(path, AT):
        assert elsewhere(path, how) == f"75 {path}: another run holds the store; nothing was done"
    assert elsewhere(path, how) == "open"


def test_many_may_read(path: Path) -> None:
    with opened(path, AT):
        pass
    with opened(path):
        assert elsewhere(path, "read") == "open"
        assert elsewhere(path, "write").startswith("75 ")


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda p: p.symlink_to(p.parent / "other"), "is a symbolic link"),
        (lambda p: p.mkdir(), "is not a file"),
        (lambda p: p.touch(), "is empty, not a store"),
    ],
    ids=["link", "folder", "empty"],
)
@pytest.mark.parametrize("at", [None, AT])
def test_what_cannot_be_a_store(path: Path, make: object, reason: str, at: datetime | None) -> None:
    assert callable(make)
    make(path)
    with pytest.raises(ConfigError, match=reason), opened(path, at):
        pass


def test_a_reader_makes_no_store(path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no store"), opened(path):
        pass
    assert not path.exists()


@pytest.mark.parametrize("content", [b"ISA*00*" + b" " * 5000, b"%PDF-1.7\n" * 500])
def test_a_file_that_is_no_database(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(StoreError, match="not a valid DuckDB database"), opened(path, AT):
        pass
    assert path.read_bytes() == content


def test_a_database_that_is_no_store(path: Path) -> None:
    with duckdb._connected(path, AT) as other:
        other.run("CREATE TABLE mine (a INTEGER)")
    with pytest.raises(ConfigError, match="not a store of curette"), opened(path, AT):
        pass


def test_a_read_only_store_is_left_alone(path: Path) -> None:
    with opened(path, AT):
        pass
    path.chmod(0o400)
    before = path.read_bytes()
    with pytest.raises(StoreError, match="is read-only; nothing was done"), opened(path, AT):
        pass
    with opened(path) as store:
        assert store.value("SELECT count(*) FROM payments") == 0
    assert path.read_bytes() == before


def test_a_store_of_a_newer_curette_is_refused(path: Path) -> None:
    with opened(path, AT) as store:
        store.run("INSERT INTO schema_versions VALUES (99, ?)", AT)
    with pytest.raises(StoreError, match="has version 99, made by a newer curette"), opened(path, AT):
        pass


def with_change(folder: Path, change: str) -> list[str]:
    """curette's own scripts and one more."""
    for script in Path(schema.__file__).parent.glob("*.sql"):
        shutil.copy(script, folder)
    (folder / f"{len(OWN) + 1:04d}_more.sql").write_text(change, "utf-8")
    return schema.scripts(folder)


def test_an_older_store_is_brought_forward_with_its_rows(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(path, AT) as store:
        store.insert("audit", AT, "kept", *[None] * 4)
    scripts = with_change(tmp_path, "ALTER TABLE audit ADD COLUMN extra INTEGER")
    monkeypatch.setattr(schema, "scripts", lambda: scripts)
    with pytest.raises(StoreError, match="run `curette nightly` once"), opened(path):
        pass
    with opened(path, AT) as store:
        assert store.rows("SELECT action, extra FROM audit") == [("kept", None)]
        versions = store.rows("SELECT version FROM schema_versions ORDER BY ALL")
        assert versions == [(n,) for n in range(1, len(OWN) + 2)]


def test_every_older_store_is_brought_forward(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(path, AT) as store:
        now = [(table, store.columns(table)) for table in store.tables]
    for version in range(1, len(OWN)):
        path.unlink()
        with monkeypatch.context() as patch:
            patch.setattr(schema, "scripts", lambda version=version: OWN[:version])
            with opened(path, AT):
                pass
        with opened(path, AT) as store:
            assert [(table, store.columns(table)) for table in store.tables] == now


def test_a_change_that_fails_changes_nothing(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(path, AT):
        pass
    change = "CREATE TABLE more (a INTEGER); INSERT INTO nowhere VALUES (1)"
    scripts = with_change(tmp_path, change)
    with monkeypatch.context() as patch:
        patch.setattr(schema, "scripts", lambda: scripts)
        with pytest.raises(StoreError, match="the database refuses"), opened(path, AT):
            pass
    with opened(path, AT) as store:
        assert "more" not in store.tables
        assert store.value("SELECT max(version) FROM schema_versions") == len(OWN)


def test_changes_are_numbered_without_a_gap(tmp_path: Path) -> None:
    with_change(tmp_path, "")
    (tmp_path / "0099_more.sql").write_text("", "utf-8")
    with pytest.raises(ValueError, match=f"does not follow version {len(OWN) + 1}"):
        schema.scripts(tmp_path)


def test_every_table_and_column_is_explained(path: Path) -> None:
    with opened(path, AT) as store:
        bare = store.rows(
            "SELECT table_name, column_name FROM duckdb_columns() JOIN duckdb_tables() USING (table_name)"
            " WHERE duckdb_columns.comment IS NULL OR duckdb_tables.comment IS NULL"
        )
        assert store.value("SELECT count(*) FROM duckdb_columns() WHERE comment IS NOT NULL") > 150
    assert bare == []


def test_faults_of_the_database_quote_no_value(path: Path) -> None:
    with opened(path, AT) as store, pytest.raises(StoreError) as told:
        store.run("SELECT CAST('TESTCASE, SAM' AS INTEGER)")
    assert str(told.value) == f"{path}: the database refuses (ConversionException)"


def test_held_is_a_store_error_that_says_try_again() -> None:
    assert (StoreHeld("x").exit_code, StoreError("x").exit_code) == (75, 3)
