"""Keeps the pages true: every marked block of a page is the output of the command it names.

    <!-- $ curette check edi_samples/clean/clinic_day.837 -->
    (regenerated)
    <!-- end -->

docs/rules.md is written whole, from the declarations of the rules and their cases, docs/store.md from the comments of
the store's tables.

`python scripts/sync_docs.py` rewrites the blocks, `--check` only says which pages are out of step (exit 1).
"""

import os
import re
import shlex
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path

from curette.store.duckdb import opened
from curette.store.schema import scripts

ROOT = Path(__file__).resolve().parents[1]
AT = datetime(2026, 3, 20)  # noqa: DTZ001 - UTC, as a store has it
PAGES = ("README.md",)
RULES = """\
# The rules of dermatology coding

What `curette check` asks of every service line (SNIP type 6): why, what it says, how to mend it, and a claim of each
sort. This page is written by `python scripts/sync_docs.py` from the rules and their cases; `curette rules ID` tells a
rule in full. *error*: a payer will reject or deny it; *warning*: often denied, or an audit risk; *advice*: worth a
look.

"""
STORE = """\
# The tables of the store

What `curette nightly` keeps: one DuckDB file. Any DuckDB opens it (`duckdb -readonly store.duckdb`, or `duckdb.connect(
"store.duckdb", read_only=True)` in Python) while no nightly run holds it, and `curette export` writes every table but
`originals` as Parquet. This page is written by `python scripts/sync_docs.py` from the comments in the store itself
(`SELECT * FROM duckdb_columns()`).

Money is whole cents, units are thousandths. What is absent is NULL. Only `originals` holds patients' names, birth
dates, addresses and member numbers; everywhere else a claim is named by its control number. Reports start at the view
`denial_lines`: one row a service line with the answer that counts.

The numbers that join tables (`payment`, `batch`, `interchange`, `episode`) have up to 19 digits. Spreadsheets and
JavaScript keep 15 or 16 of them, and pandas makes such a column one of floats where some are absent (`links.batch`,
`episode_lines.now_payment`): `pandas.read_parquet(path, dtype_backend="pyarrow")` keeps them whole, and dates as dates.

```sql
-- what was denied, by payer and month, in dollars
SELECT payer_name, date_trunc('month', payment_date) AS month, general_category, count(*), sum(denied) / 100 AS denied
FROM denial_lines WHERE outcome IN ('denied', 'partial_denial') GROUP BY ALL ORDER BY ALL;

-- answers that changed, with the tables that gave them
SELECT control, line, answer, general_category, rule, edition
FROM categories JOIN remitted_claims USING (payment, claim)
WHERE (payment, claim, line) IN (SELECT (payment, claim, line) FROM categories WHERE answer > 1) ORDER BY ALL;

-- payments that do not balance
SELECT payer_name, trace, payment_date, amount FROM payments WHERE NOT balanced;
```

"""
BLOCK = re.compile(r"(?P<start><!-- \$ (?P<command>.+?) -->\n)(?P<body>.*?)(?P<end><!-- end -->)", re.DOTALL)


def block(match: re.Match[str]) -> str:
    """The block with the command's output as it is today."""
    command = match["command"]
    return f"{match['start']}```console\n$ {command}\n{output(command)}```\n{match['end']}"


def output(command: str) -> str:
    """What `curette ...` prints in a checkout, 100 columns wide; findings and changes (exit 1) are no failure."""
    program, *arguments = shlex.split(command)
    if program != "curette":
        raise SystemExit(f"sync_docs.py: only curette is run, not {program}")
    done = subprocess.run(
        [sys.executable, "-c", "import sys; from curette.cli import main; sys.argv[0] = 'curette'; main()", *arguments],
        cwd=ROOT,
        env=os.environ | {"COLUMNS": "100", "NO_COLOR": "1", "PYTHONUTF8": "1", "CURETTE_AS_OF": "2026-06-15"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode not in (0, 1):
        raise SystemExit(f"sync_docs.py: {command} ended with {done.returncode}:\n{done.stderr}")
    return "\n".join(line.rstrip() for line in done.stdout.strip("\n").splitlines()) + "\n"


def tables() -> str:
    """Every table of a new store, as its comments explain it."""
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder) / "store.duckdb", AT) as store:
        kinds = (
            "SELECT table_name, comment FROM duckdb_tables() UNION ALL SELECT view_name, comment FROM duckdb_views()"
        )
        columns = (
            "SELECT column_name, data_type, comment FROM duckdb_columns() WHERE table_name = ? ORDER BY column_index"
        )
        lines = []
        for name, comment in sorted((row for row in store.rows(kinds) if row[1]), key=lambda row: order(row[0])):
            lines += [f"## {name}", "", comment, "", "| Column | Type | |", "| --- | --- | --- |"]
            lines += [f"| {column} | {kind} | {text or ''} |" for column, kind, text in store.rows(columns, name)]
            lines.append("")
    return "\n".join(lines)


def order(name: str) -> int:
    """Where a table or view stands in the schema."""
    found = re.search(rf"^CREATE \w+ {name} ", "\n".join(scripts()), re.MULTILINE)
    return found.start() if found else -1


def main(arguments: list[str]) -> int:
    """Rewrite the pages, or with --check compare them."""
    stale = []
    for page in PAGES:
        path = ROOT / page
        old = path.read_text("utf-8")
        new = BLOCK.sub(block, old)
        if new != old:
            stale.append(page)
            if "--check" not in arguments:
                path.write_text(new, "utf-8")
    written = {"rules.md": RULES + output("curette rules --snip 6 --format markdown"), "store.md": STORE + tables()}
    for name, text in written.items():
        path = ROOT / "docs" / name
        if not path.is_file() or path.read_text("utf-8") != text:
            stale.append(f"docs/{name}")
            if "--check" not in arguments:
                path.parent.mkdir(exist_ok=True)
                path.write_text(text, "utf-8")
    if stale:
        print("out of step:" if "--check" in arguments else "rewritten:", *stale)
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
