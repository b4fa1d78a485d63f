"""The counts of the trend report, cut by what a line has: one query a cut over `facts` (see store.facts)."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from curette.denials.trends import Cut, Heat
from curette.store.duckdb import Store
from curette.store.facts import ALLOWED

# what each cut groups by, and what it reads
_EVERY, _DENIED = "facts", "(SELECT * FROM facts WHERE is_denied)"
CUTS = {
    "category": ("category", _DENIED),
    "cause": ("cause", _DENIED),
    "carc": ("reason", _DENIED),
    "rarc": ("rarc", f"(SELECT *, unnest(list_distinct(rarcs)) AS rarc FROM {_DENIED})"),
    "cpt": ("procedure", _EVERY),
    "family": ("family", "facts JOIN families USING (procedure)"),
    "icd": ("diagnosis", _EVERY),
    "modifier": (
        "modifier",
        "(SELECT *, unnest(list_distinct(modifiers)) AS modifier FROM facts WHERE len(modifiers) > 0)",
    ),
    "provider": ("rendering", _EVERY),
    "billing": ("billing", _EVERY),
    "payer": ("payer", _EVERY),
    "location": ("location", _EVERY),
    # a claim counts in one month, also where a line of it was pending until another
    "month": (
        "month",
        "(SELECT * REPLACE (counts_claim AND month = date_trunc('month', first_date) AS counts_claim) FROM facts)",
    ),
    "service": ("service_month", _EVERY),
}
_LINES = f"""
  count(*), count_if(is_denied), coalesce(sum(charge), 0), coalesce(sum(denied) FILTER (is_denied), 0),
  sum(expected), sum(denied_expected) FILTER (is_denied AND charge > 0),
  count_if(is_denied AND group_code = 'PR'), coalesce(sum(denied) FILTER (is_denied AND group_code = 'PR'), 0),
  count_if(now_denied), coalesce(sum(now_amount) FILTER (now_denied), 0),
  count_if(is_denied AND again), count_if(is_denied AND again AND now_outcome IN {ALLOWED}),
  coalesce(sum(denied) FILTER (is_denied AND again AND now_outcome IN {ALLOWED}), 0)
"""
_CLAIMS = (
    "count_if(counts_claim), count_if(counts_claim AND claim_denied), count_if(counts_claim AND claim_denied_whole)"
)
_HEAT = """
SELECT strftime(month, '%Y-%m') AS month, category, count(*), sum(denied)
FROM facts WHERE is_denied GROUP BY ALL ORDER BY ALL
"""


def every(store: Store) -> Cut:
    """All lines."""
    return next(iter(_cut(store, "''", _EVERY)), Cut(""))


def cut(store: Store, by: str) -> list[Cut]:
    """One cut, by value; KeyError for one there is not."""
    return _cut(store, *CUTS[by])


def _cut(store: Store, value: str, source: str) -> list[Cut]:
    lines = store.rows(f"SELECT {value}, {_LINES} FROM {source} GROUP BY 1")
    distinct = (
        f"SELECT DISTINCT {value} AS value, episode, counts_claim, claim_denied, claim_denied_whole FROM {source}"
    )
    claims = {row[0]: row[1:] for row in store.rows(f"SELECT value, {_CLAIMS} FROM ({distinct}) GROUP BY 1")}
    found = [Cut(_text(row[0]), *map(_int, (*claims[row[0]], *row[1:]))) for row in lines]
    return sorted(found, key=lambda one: one.value)


def cuts(store: Store, names: Iterable[str]) -> dict[str, list[Cut]]:
    """Several cuts."""
    return {name: cut(store, name) for name in names}


def heat(store: Store) -> list[Heat]:
    """Lines denied by month of remittance and category."""
    return [Heat(month, category, lines, int(amount)) for month, category, lines, amount in store.rows(_HEAT)]


def _int(value: Any) -> Any:
    return None if value is None else int(value)


def _text(value: object) -> str:
    return value.strftime("%Y-%m") if isinstance(value, date) else str(value or "")
