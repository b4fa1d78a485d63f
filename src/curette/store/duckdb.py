"""The store as a file: made, opened, locked, changed and closed. The only module that knows DuckDB.

A new store is made under another name in the same folder, written out and put in place whole, so that a run cut off
meanwhile leaves nothing behind that cannot be opened. One process at a time may hold a store, readers included.
"""

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import define

from curette.errors import ConfigError, StoreError, StoreHeld
from curette.store import schema

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Row = tuple[Any, ...]
_MEMORY = "1GB"  # what one run may use; more is kept on disk, beside the store
_HELD = "Could not set lock"
_REASONS = tuple(
    os.strerror(n) for n in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EACCES)
)
_IS_NUMBERED = "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'schema_versions'"


def now() -> datetime:
    """The time for records of what was done, UTC; nothing is decided by it."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


def local(path: Path) -> str:
    """A path as DuckDB takes it for that of a file: what begins like "md:" or ":memory:" is something else to it.

    ConfigError where it is no text.
    """
    text = str(path.absolute())
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ConfigError(f"{path}: is no text, which a store and its tables want for a name") from None
    return text


def is_database(path: Path) -> bool:
    """Whether a file is one of DuckDB's, by its first bytes."""
    try:
        if not path.is_file():  # a pipe is not looked into
            return False
        with path.open("rb") as file:
            return file.read(12)[8:] == b"DUCK"
    except OSError:
        return False


@define
class Store:
    """An open store. Every fault of the database is a StoreError whose words hold no value of a row."""

    path: Path
    _connection: "DuckDBPyConnection"

    def run(self, sql: str, *values: Any) -> None:
        """One statement."""
        with _told(self.path):
            self._connection.execute(sql, values or None)

    def insert(self, table: str, *values: Any) -> None:
        """One row, its values in the order of the table's columns; empty text becomes NULL."""
        marks = ", ".join("?" * len(values))
        self.run(f"INSERT INTO {table} VALUES ({marks})", *(None if value == "" else value for value in values))

    def rows(self, sql: str, *values: Any) -> list[Row]:
        """All rows of a query."""
        with _told(self.path):
            return self._connection.execute(sql, values or None).fetchall()

    def value(self, sql: str, *values: Any) -> Any:
        """The first column of the first row, None where there is no row."""
        found = self.rows(sql, *values)
        return found[0][0] if found else None

    def copy(self, table: str, path: Path) -> None:
        """A table or view as a Parquet file. What goes wrong is told of its folder."""
        with _told(path.parent):
            to = local(path).replace("'", "''")
            self._connection.execute(f"COPY {table} TO '{to}' (FORMAT parquet, COMPRESSION zstd)")

    def columns(self, table: str) -> list[tuple[str, str]]:
        """Names and types of a table's columns."""
        sql = "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = ? ORDER BY column_index"
        return [(name, kind) for name, kind in self.rows(sql, table)]

    @property
    def tables(self) -> list[str]:
        """The names of all tables, sorted."""
        return [name for (name,) in self.rows("SELECT table_name FROM duckdb_tables() ORDER BY table_name")]

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is done inside is kept together, or - when an error leaves it - not at all."""
        self.run("BEGIN TRANSACTION")
        try:
            yield
            self.run("COMMIT")
        except BaseException:
            with suppress(StoreError):  # a failed COMMIT has rolled back
                self.run("ROLLBACK")
            raise


@contextmanager
def opened(path: Path, *, read_only: bool = False) -> Iterator[Store]:
    """The store at `path`. To write, it is made where it is not there, and brought to this version where it is older.

    Raises StoreHeld where another process has it, ConfigError where `path` cannot be a store, StoreError where the
    store cannot be read or written. Files made meanwhile are readable by their owner alone.
    """
    mask = os.umask(0o077)
    try:
        _refuse(path, read_only)
        if not read_only and not path.exists():
            _create(path)
        with _connected(path, read_only) as store:
            if not read_only:
                _sweep(path)
            _migrate(store, read_only)
            yield store
    finally:
        os.umask(mask)


def _refuse(path: Path, read_only: bool) -> None:
    """What can be told without the database."""
    local(path)
    if path.is_symlink():
        raise ConfigError(f"{path}: is a symbolic link; name the store itself")
    if not path.exists():
        if read_only or not path.parent.is_dir():
            raise ConfigError(f"{path}: there is no store" if read_only else f"{path.parent}: there is no such folder")
        return
    if not path.is_file():
        raise ConfigError(f"{path}: is not a file")
    if not path.stat().st_size:
        raise ConfigError(f"{path}: is empty, not a store; remove it and a new store is made")
    if not read_only and not (path.stat().st_mode & 0o222 and os.access(path, os.W_OK)):
        raise StoreError(f"{path}: is read-only; nothing was done")


def _create(path: Path) -> None:
    """Make a store and put it in place whole; when another process was first, that one's stays."""
    made = path.parent / f".{path.name}.new-{secrets.token_hex(6)}"
    try:
        with _connected(made, False, path) as store:
            _apply(store, schema.scripts(), 0)
            store.run("CHECKPOINT")
        _flush(made)
        os.link(made, path)
        _flush(path.parent)
    except OSError as error:
        if not path.exists():  # else another run was first, and may have swept this one's away
            raise StoreError(f"{path}: a store cannot be made here: {error.strerror}") from None
    finally:
        for left in (made, made.with_name(f"{made.name}.wal")):
            left.unlink(missing_ok=True)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sweep(path: Path) -> None:
    """Remove what a run that was cut off left beside the store, which now is ours alone."""
    for left in path.parent.glob(f".{path.name}.*"):
        left.unlink(missing_ok=True)


@contextmanager
def _connected(path: Path, read_only: bool, named: Path | None = None) -> Iterator[Store]:
    """A connection to the file at `path`, whose faults name `named`."""
    import duckdb

    settings: dict[str, Any] = {
        "autoinstall_known_extensions": False,  # nothing is fetched from anywhere
        "autoload_known_extensions": False,
        "memory_limit": _MEMORY,
        "preserve_insertion_order": False,
    }
    named = named or path
    with _told(named):
        connection = duckdb.connect(local(path), read_only=read_only, config=settings)
    store = Store(named, connection)
    try:
        yield store
    finally:
        del store._connection  # DuckDB complains on standard error of connections that outlive it
        with _told(named):
            connection.close()


def _migrate(store: Store, read_only: bool) -> None:
    known = schema.scripts()
    if not store.value(_IS_NUMBERED):
        raise ConfigError(f"{store.path}: is a database, but not a store of curette")
    version = store.value("SELECT max(version) FROM schema_versions")
    if version > len(known):
        raise StoreError(f"{store.path}: has version {version}, made by a newer curette; this one knows {len(known)}")
    if version < len(known) and read_only:
        raise StoreError(f"{store.path}: has version {version}; run `curette nightly` once to bring it to {len(known)}")
    _apply(store, known[version:], version)


def _apply(store: Store, scripts: list[str], version: int) -> None:
    """Bring a store of `version` forward by `scripts`, all or none of them."""
    if not scripts:
        return
    with store.transaction():
        for number, script in enumerate(scripts, version + 1):
            store.run(script)
            for comment in schema.comments(script):
                store.run(comment)
            store.run("INSERT INTO schema_versions VALUES (?, ?)", number, now())


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """A fault of the database in our words: its own may quote a value."""
    import duckdb

    try:
        yield
    except duckdb.IOException as error:
        reason = str(error).partition("\n")[0]
        if _HELD in reason:
            raise StoreHeld(f"{path}: another run holds the store; nothing was done") from None
        said = next((known for known in _REASONS if known in reason), reason.removeprefix("IO Error: "))
        raise StoreError(f"{path}: {said}") from None
    except duckdb.InterruptException:
        raise KeyboardInterrupt from None
    except RuntimeError as error:
        if "interrupted" in str(error):  # by Ctrl-C, as DuckDB tells it
            raise KeyboardInterrupt from None
        raise
    except duckdb.Error as error:
        reason = next((known for known in _REASONS if known in str(error)), type(error).__name__)
        raise StoreError(f"{path}: the database refuses ({reason})") from None
