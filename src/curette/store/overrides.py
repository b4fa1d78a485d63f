"""What a person says of denied lines, kept in the store: answers that are made anew later heed it too."""

from collections.abc import Sequence
from itertools import chain

from attrs import astuple, evolve

from curette.denials.overrides import NONE, Given, Overrides
from curette.store.duckdb import Store

# a batch that there is none of: what is linked to it counts as linked otherwise, and is asked again (see `answers`)
_ASK_AGAIN = """
    UPDATE links SET batch = 0 FROM remitted_claims AS c
    WHERE c.payment = links.payment AND c.claim = links.claim AND list_contains(?, c.control)
"""


def keep(store: Store, overrides: Overrides) -> None:
    """Keep these rows in the place of those that were kept; `answers.answer` then asks again about their claims."""
    before, rows = load(store).by_claim, overrides.by_claim
    if before == rows:
        return
    changed = [claim for claim in {**before, **rows} if _said(before.get(claim, ())) != _said(rows.get(claim, ()))]
    with store.transaction():
        store.run("DELETE FROM overrides")
        for row in chain.from_iterable(rows.values()):
            store.insert("overrides", *astuple(row))
        store.run(_ASK_AGAIN, changed)
        store.insert("audit", store.at, "overridden", None, None, None, f"claims: {len(changed)}")


def load(store: Store) -> Overrides:
    """The rows that are kept."""
    rows = [
        Given(number, day, *(text or "" for text in texts))
        for number, day, *texts in store.rows("SELECT * FROM overrides")
    ]
    return Overrides(rows) if rows else NONE


def _said(rows: Sequence[Given]) -> list[Given]:
    """Rows wherever they stand in their file."""
    return [evolve(row, row=0) for row in rows]
