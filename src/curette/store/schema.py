"""The tables of the store: `schema.sql` as version 1, and numbered changes to it (`0002_words.sql`, ...).

A comment behind a table or column of a script becomes its comment in the store, so that whoever queries the store, and
docs/store.md, are told the same.
"""

import re
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable

_TABLE = re.compile(r"CREATE (?P<kind>TABLE|VIEW) (?P<name>\w+)(?: AS)?(?: \()? -- (?P<text>.+)")
_COLUMN = re.compile(r"    (?P<name>\w+) [A-Z][^-]*?,? -- (?P<text>.+)")
_CHANGE = re.compile(r"(?P<version>\d{4})_\w+\.sql")


def scripts(folder: Traversable | None = None) -> list[str]:
    """What makes a store, in order: after n of them it has version n. `folder` holds them (None: curette's own)."""
    folder = folder or files("curette.store")
    changes = sorted((f for f in folder.iterdir() if _CHANGE.fullmatch(f.name)), key=lambda f: f.name)
    for version, file in enumerate(changes, 2):
        if not file.name.startswith(f"{version:04d}_"):
            raise ValueError(f"{file.name} does not follow version {version - 1}")
    return [file.read_text("utf-8") for file in (folder / "schema.sql", *changes)]


def comments(script: str) -> Iterator[str]:
    """Statements that give tables, views and columns the comments that stand behind them in a script."""
    table = ""
    for line in script.splitlines():
        if found := _TABLE.fullmatch(line):
            table = found["name"]
            yield f"COMMENT ON {found['kind']} {table} IS {_quoted(found['text'])}"
        elif found := _COLUMN.fullmatch(line):
            yield f"COMMENT ON COLUMN {table}.{found['name']} IS {_quoted(found['text'])}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
