"""Many rows into the store: written to private files beside it, then taken in by one statement a table.

That is two hundred times as fast as one statement a row. The files hold what the store holds; they are readable by
their owner alone and removed at once, and those of a run that was cut off by the next run.
"""

import os
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TextIO

from attrs import define, field

from curette.errors import StoreError
from curette.store.duckdb import Store

_MANY = 4000  # rows of a table that are in memory
_JOINER = "\x1f"  # between the texts of a list
_FIELD, _END = "\x01", "\n"  # after values and rows: no text of a claim holds them, so that nothing need be quoted
_NULL = str(None)
joined = _JOINER.join  # a list of texts as one value of a row
_PLAIN = str.maketrans({_FIELD: "?", _END: " "})


@define
class _File:
    path: Path
    text: TextIO
    kept: int = 0  # bytes that are not to be discarded


@define
class Staging:
    """Rows on their way into the store, by table; see `staging`. What cannot be written is a StoreError."""

    store: Store
    _pending: defaultdict[str, list[tuple[Any, ...]]] = field(factory=lambda: defaultdict(list))
    _files: dict[str, _File] = field(factory=dict)
    _statements: dict[str, str] = field(factory=dict)

    def add(self, table: str, row: tuple[Any, ...]) -> None:
        """One row, its values in the order of the table's columns; None and empty texts become NULL.

        Where many rows come, an empty text is written faster than None.
        """
        rows = self._pending[table]
        rows.append(row)
        if len(rows) > _MANY:
            self._write(table)

    def keep(self) -> None:
        """The rows added so far are good."""
        for table in self._pending:
            self._write(table)
        with self._told():
            for file in self._files.values():
                file.kept = file.text.tell()

    def discard(self) -> None:
        """Forget the rows added since the last `keep`."""
        self._pending.clear()
        with self._told():
            for file in self._files.values():
                if file.text.tell() != file.kept:
                    file.text.seek(file.kept)
                    file.text.truncate()

    def load(self) -> None:
        """Move the rows that were kept into the store, inside the transaction that is open."""
        for table, file in self._files.items():
            if file.kept:
                with self._told():
                    file.text.flush()
                self.store.run(self._statement(table), str(file.path))
        self.clear()

    def clear(self) -> None:
        """Forget all rows that were not loaded."""
        for file in self._files.values():
            file.kept = 0
        self.discard()

    def close(self) -> None:
        """Remove the files."""
        for file in self._files.values():
            file.path.unlink(missing_ok=True)
            with suppress(OSError):  # rows that nobody wants any more need not reach a full disk
                file.text.close()

    def _write(self, table: str) -> None:
        rows = self._pending[table]
        if not rows:
            return
        parts = len(rows[0]) - 1
        line = f"%s{_FIELD}" * parts + f"%s{_END}"
        text = "".join([line % row for row in rows])
        if text.count(_FIELD) != len(rows) * parts or text.count(_END) != len(rows) or _NULL in text:
            text = "".join(map(_line, rows))
        with self._told():
            self._file(table).text.write(text)
        rows.clear()

    def _file(self, table: str) -> _File:
        if table not in self._files:
            path = self.store.path.parent / f".{self.store.path.name}.{table}.csv"
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
            self._files[table] = _File(path, os.fdopen(descriptor, "w", encoding="utf-8", newline=""))
        return self._files[table]

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StoreError(f"{self.store.path}: no rows can be written beside it: {error.strerror}") from None

    def _statement(self, table: str) -> str:
        if table not in self._statements:
            self._statements[table] = _compose(self.store.columns(table), table)
        return self._statements[table]


def _line(row: tuple[Any, ...]) -> str:
    """The same with care, for rows that hold None or what parts rows: it takes longer."""
    return _FIELD.join(["" if v is None else str(v).translate(_PLAIN) for v in row]) + _END


@contextmanager
def staging(store: Store) -> Iterator[Staging]:
    """A place for rows; what was not loaded is gone at the end."""
    made = Staging(store)
    try:
        yield made
    finally:
        made.close()


def _compose(columns: list[tuple[str, str]], table: str) -> str:
    chosen, kinds = [], []
    for name, kind in columns:
        is_list = kind.endswith("[]")
        kinds.append(f"'{name}': '{'VARCHAR' if is_list else kind}'")
        chosen.append(f"CASE WHEN {name} IS NULL THEN [] ELSE string_split({name}, chr(31)) END" if is_list else name)
    return (
        f"INSERT INTO {table} SELECT {', '.join(chosen)} FROM read_csv(?, columns = {{{', '.join(kinds)}}}, "
        f"auto_detect = false, header = false, delim = '{_FIELD}', quote = '', escape = '', new_line = '\\n', "
        "parallel = false)"
    )
