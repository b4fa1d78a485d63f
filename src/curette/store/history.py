"""Earlier service lines from the store, for the rules that ask about the days before a claim."""

from collections.abc import Callable
from itertools import groupby

from curette.claims.history import History, Past
from curette.store.duckdb import Row, Store

_CLAIMS = """
SELECT count(*), coalesce(count_if(o.batch IS NULL), 0) FROM billed_claims LEFT JOIN originals AS o USING (batch, claim)
"""
_CODES = "SELECT DISTINCT procedure FROM billed_lines WHERE procedure IS NOT NULL"
# the lines with these codes, and each claim that corrects or voids another, with such lines or without
_LINES = """
SELECT b.batch, b.claim, o.person, coalesce(b.frequency, ''), b.control, l.service_from, l.procedure,
  coalesce(l.modifiers, []), l.units, coalesce(l.rendering, ''), coalesce(b.billing, ''),
  coalesce(l.place_of_service, ''), coalesce(l.diagnoses, [])
FROM billed_claims AS b
JOIN originals AS o ON o.batch = b.batch AND o.claim = b.claim
LEFT JOIN billed_lines AS l ON l.batch = b.batch AND l.claim = b.claim AND list_contains(?, l.procedure)
  AND l.qualifier = 'HC' AND l.service_from IS NOT NULL
WHERE o.person IS NOT NULL AND (l.line IS NOT NULL OR b.frequency IN ('7', '8')) AND b.batch % ? = ?
ORDER BY b.batch, b.claim, l.line
"""
_PORTIONS = 16  # of the batches: what is in memory at a time besides what is kept


def fill(store: Store, found: History, keep: Callable[[str], bool]) -> None:
    """Put the lines into `found` whose codes `keep` wants; `found` must know patients without a key (b"").

    Claims that came before the store kept who they are for are counted as unread.
    """
    ((claims, untold),) = store.rows(_CLAIMS)
    found.claims += claims - untold
    found.unread += untold
    codes = [code for (code,) in store.rows(_CODES) if keep(code)]
    for portion in range(_PORTIONS):
        for _, group in groupby(store.rows(_LINES, codes, _PORTIONS, portion), key=lambda row: row[:2]):
            rows = list(group)
            _, _, person, frequency, control = rows[0][:5]
            lines = [_past(row) for row in rows if row[5] is not None]
            found.sent(bytes.fromhex(person), frequency, control, lines)


def _past(row: Row) -> Past:
    control, day, code, modifiers, units, provider, billing, place, diagnoses = row[4:]
    return Past(day, code, tuple(modifiers), units, provider, billing, place, tuple(diagnoses), control)
