"""How long does each query of the trend report take on a store of many lines?

    python scripts/bench_trends.py FILE [--lines 1000000]

Makes FILE (invented rows, put in by SQL: nothing is read or categorised) where it is not there, then times the
gathering of facts, every cut and every other query. Wall time, and processor time of all threads.
"""

import argparse
import sys
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from curette.codes.metrics import measures as known
from curette.denials.fees import Fee
from curette.store import cuts, facts, measures, worklist
from curette.store.duckdb import Store, opened

AS_OF, FIRST, LAST = date(2026, 6, 30), date.min, date.max
FEES = [Fee("", code, "", 8000, 100, FIRST, LAST) for code in ("99213", "17000", "88305")]
AT = datetime(2026, 3, 20)  # noqa: DTZ001 - UTC, as a store has it
PER = 1000  # claims a payment
CODES = "['11102','99213','17000','17003','88305','17311','J3245','11642']"
CLAIM = f"(l // 3) // {PER}, (l // 3) % {PER}, l % 3 + 1"
ROWS = {
    "payments": """SELECT i, 'PAYER ' || i % 6, 'P' || i % 6, '1', 'B', '1234567893', 'T' || i, 1000,
        DATE '2025-01-01' + CAST(i * 540 // {payments} AS INTEGER), NULL, 'ACH', 'I', 1000, 0, true
        FROM range({payments}) AS t(i)""",
    "remitted_claims": """SELECT c // {per}, c % {per}, 'C' || c, 'ICN' || c, NULL, '1', 30000, 15000, 0, 'CI', '11',
        '1', NULL, NULL, NULL, NULL, NULL, NULL, '' FROM range({claims}) AS t(c)""",
    "remitted_lines": """SELECT {claim}, 'L' || l, 'HC', {codes}[CAST(1 + hash(l) % 8 AS INTEGER)],
        CASE hash(l * 7) % 5 WHEN 0 THEN ['25'] WHEN 1 THEN ['59', 'RT'] ELSE [] END, NULL, [], 10000, 5000, 6000,
        1000, NULL, NULL, NULL, NULL FROM range({lines}) AS t(l)""",
    "categories": """SELECT {claim}, 1, true, 'e', 'r', CASE WHEN hash(l) % 10 = 0 THEN 'denied' ELSE 'paid' END, 'CO',
        ['50', '97', '197', '16', '29'][CAST(1 + hash(l, 1) % 5 AS INTEGER)],
        CASE WHEN hash(l // 3) % 3 = 0 THEN ['N115'] ELSE [] END,
        ['none', 'modifier_25', 'biologic_pa', 'cosmetic', 'mohs'][CAST(1 + hash(l, 1) % 5 AS INTEGER)], NULL,
        ['mednec', 'bundling', 'auth', 'data', 'timely'][CAST(1 + hash(l, 1) % 5 AS INTEGER)], NULL, 'certain', 'act',
        '48H', CASE WHEN hash(l) % 10 = 0 THEN 10000 ELSE 0 END, 0, 0, 10000, 6000, 5000,
        DATE '2024-12-01' + CAST(l * 540 // {lines} AS INTEGER), true,
        [['L57.0', 'C44.311', 'L82.1', 'D22.5'][CAST(1 + hash(l // 3) % 4 AS INTEGER)]], 'N' || hash(l // 3) % 10,
        'BILL', '11', [] FROM range({lines}) AS t(l)""",
    "episodes": """SELECT c, 'P' || c // {per} % 6, 'C' || c, 'final', 'primary', NULL, p.payment_date,
        CASE WHEN hash(c) % 4 = 0 THEN 'partial_denial' ELSE 'paid' END, p.payment_date, NULL, 1, 0, NULL
        FROM range({claims}) AS t(c) JOIN payments AS p ON p.payment = c // {per}""",
    "episode_lines": "SELECT l // 3, {claim}, {claim}, false FROM range({lines}) AS t(l)",
}


def make(path: Path, lines: int) -> None:
    """A store of so many lines."""
    values = {"per": PER, "lines": lines, "claims": lines // 3, "payments": lines // 3 // PER + 1, "claim": CLAIM}
    with opened(path, AT) as store, store.transaction():
        for table, sql in ROWS.items():
            store.run(f"INSERT INTO {table} {sql.format(codes=CODES, **values)}")


def queries(store: Store) -> dict[str, Callable[[], Any]]:
    """Every query of the report, by name."""
    made: dict[str, Callable[[], Any]] = {
        "gather": lambda: facts.gather(store, AS_OF, None, None, None), "every": lambda: cuts.every(store),
    }  # fmt: skip
    for name in cuts.CUTS:
        made[f"by {name}"] = lambda name=name: cuts.cut(store, name)  # type: ignore[misc]
    return made | {
        "heat": lambda: cuts.heat(store), "zero remits": lambda: measures.zero_remits(store, AS_OF),
        "causes": lambda: measures.causes(store, ["modifier_25"]), "processable": lambda: measures.processable(store),
        "days": lambda: measures.days(store, FIRST, LAST), "receivable": lambda: measures.receivable(store, AS_OF),
        "resubmissions": lambda: measures.resubmissions(store, FIRST, LAST),
        "incidence": lambda: measures.incidence(store, known().risks.values()),
        "visits": lambda: measures.visits(store, AS_OF),
        "worklist": lambda: sum(1 for _ in worklist.open_lines(store, AS_OF)),
        "unanswered": lambda: sum(1 for _ in worklist.unanswered(store, AS_OF)),
        "gather by fees": lambda: facts.gather(store, AS_OF, None, None, FEES),
        "underpaid": lambda: measures.underpaid(store),
    }  # fmt: skip


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Time the queries of the trend report.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--lines", type=int, default=1_000_000)
    chosen = parser.parse_args(arguments)
    if not chosen.file.exists():
        make(chosen.file, chosen.lines)
    with opened(chosen.file) as store:
        for name, ask in queries(store).items():
            wall, work = time.perf_counter(), time.process_time()
            ask()
            print(f"{name:16}{time.perf_counter() - wall:8.3f} s{time.process_time() - work:8.3f} s of work")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
