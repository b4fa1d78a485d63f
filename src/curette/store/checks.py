"""The verdicts of pre-flight: what became of a claim the first time it was seen."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from curette.checks.results import Checked
from curette.store.duckdb import Store
from curette.store.staging import Staging, joined, staging

_TABLE = "CREATE OR REPLACE TEMP TABLE seen_now AS SELECT *, CAST(0 AS INTEGER) AS place FROM checks LIMIT 0"
_NEW = """
INSERT INTO checks SELECT n.* EXCLUDE (place) FROM seen_now AS n
WHERE NOT EXISTS (FROM checks AS c WHERE c.control = n.control AND (c.billing = n.billing) IS DISTINCT FROM false)
QUALIFY row_number() OVER (PARTITION BY control, billing ORDER BY place) = 1
"""


class Verdicts:
    """Takes the results of a run, in order."""

    def __init__(self, rows: Staging, day: date) -> None:
        self._rows, self._day, self._count = rows, day, 0

    def take(self, result: Checked) -> None:
        """The claims of a transaction, or of a part of one."""
        clean = frozenset(result.clean)
        for claim in result.seen:
            self._count += 1
            self._rows.add("seen_now", (
                claim.control, claim.billing, self._day, claim.at in clean, joined(claim.rules), claim.charge,
                claim.service_date, claim.rendering, claim.place_of_service, self._count,
            ))  # fmt: skip


@contextmanager
def verdicts(store: Store, day: date) -> Iterator[Verdicts]:
    """Where the results of a run on `day` go; they are kept when it ends, and not at all when an error ends it."""
    store.run(_TABLE)
    with staging(store) as rows:
        yield Verdicts(rows, day)
        rows.keep()
        with store.transaction():
            rows.load()
            store.run(_NEW)
