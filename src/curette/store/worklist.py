"""What the worklist is made of: lines that stand denied, and claims that nobody answered."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from curette.denials.worklist import OpenLine, Unanswered
from curette.store.duckdb import Store
from curette.store.facts import ANSWERED, DENIED, MODIFIERS, NAMED, PROCEDURE, SERVED, WHOLE

_PROCEDURES = """
SELECT batch, claim, list(DISTINCT procedure ORDER BY procedure) AS procedures FROM billed_lines
WHERE procedure IS NOT NULL GROUP BY ALL
"""
_DENIED = f"""
WITH denied AS (
  SELECT l.episode, CASE e.scope WHEN 'secondary' THEN 'S' WHEN 'tertiary' THEN 'T' ELSE 'P' END AS sequence,
    n.*, e.service_date AS began, p.payer_id, p.payer_name, p.payment_date, c.control, c.payer_claim, c.filing_indicator
  FROM episode_lines AS l
  JOIN episodes AS e USING (episode)
  JOIN categories AS n ON n.payment = l.now_payment AND n.claim = l.now_claim AND n.line = l.now_line AND n.current
  JOIN payments AS p ON p.payment = l.now_payment
  JOIN remitted_claims AS c ON c.payment = l.now_payment AND c.claim = l.now_claim
  WHERE n.outcome IN {DENIED} AND coalesce(n.sla, 'NONE') <> 'NONE'
)"""
# what goes to the next payer afterwards (SBR01) leaves a denial where it is; a void that is the last of it ends it, and
# so does the answer of another payer to whom it was sent as the first
_OPEN = f"""
{_DENIED}, resent AS (
  SELECT d.episode, d.payment_date, b.sent, coalesce(b.frequency, '1') <> '8' AS asks, b.batch, b.claim
  FROM denied AS d JOIN billed_claims AS b ON b.control = d.control AND coalesce(b.payer_sequence, 'P') = d.sequence
    AND {SERVED.format("d.service_date")}
  WHERE b.sent > d.payment_date OR (b.sent = d.payment_date AND b.frequency <> '1')
  UNION ALL
  SELECT d.episode, d.payment_date, b.sent, coalesce(b.frequency, '1') <> '8' AS asks, b.batch, b.claim
  FROM denied AS d JOIN billed_claims AS b ON {NAMED.format("d.payer_claim")}
  WHERE b.sent >= d.payment_date
)
SELECT coalesce(d.payer_id, ''), coalesce(d.payer_name, ''), coalesce(d.filing_indicator, ''), d.control,
  coalesce(d.payer_claim, ''), nullif(d.line, 0), coalesce(l.control, ''),
  {PROCEDURE}, {MODIFIERS}, d.service_date, d.payment_date, d.denied,
  coalesce(d.group_code, ''), coalesce(d.carc, ''), d.rarcs, coalesce(d.general_category, 'other'),
  coalesce(d.derm_category, 'none'), d.rule, d.confidence, coalesce(d.action, ''), d.sla,
  coalesce(d.rendering, ''), coalesce(d.location, ''), s.sent, coalesce(t.procedures, [])
FROM denied AS d
LEFT JOIN remitted_lines AS l ON l.payment = d.payment AND l.claim = d.claim AND l.line = d.line
{WHOLE.format("d", "")}
LEFT JOIN (
  SELECT * FROM resent WHERE sent <= ?
  QUALIFY row_number() OVER (PARTITION BY episode, payment_date ORDER BY sent DESC, asks DESC, batch, claim) = 1
) AS s ON s.episode = d.episode AND s.payment_date = d.payment_date
LEFT JOIN ({_PROCEDURES}) AS t ON t.batch = s.batch AND t.claim = s.claim
ANTI JOIN episodes AS o ON o.control = d.control AND o.service_date = d.began AND o.payer_id <> d.payer_id
  AND d.sequence = 'P' AND o.scope = 'primary' AND o.first_date >= s.sent
WHERE coalesce(s.asks, true)
"""
# not answered since it was sent last: what was sent again for a denial is asked for by the denial
_UNANSWERED = f"""
{_DENIED}, answered AS (
  SELECT c.control, c.service_from, coalesce(p.payment_date, DATE '9999-12-31') AS day
  FROM {ANSWERED} AS c JOIN payments AS p USING (payment)
)
SELECT coalesce(b.payer_id, ''), coalesce(b.payer_name, ''), coalesce(b.filing_indicator, ''), b.control,
  coalesce(l.procedures, []), b.service_from, b.sent, b.charge, coalesce(b.rendering, ''),
  coalesce(b.place_of_service, ''), coalesce(b.original_payer_claim, '')
FROM billed_claims AS b
LEFT JOIN ({_PROCEDURES}) AS l ON l.batch = b.batch AND l.claim = b.claim
ANTI JOIN answered AS c ON c.control = b.control AND {SERVED.format("c.service_from")}
  AND (c.day > b.sent OR (c.day = b.sent AND coalesce(b.frequency, '1') = '1'))
ANTI JOIN denied AS d ON d.control = b.control AND d.sequence = 'P' AND {SERVED.format("d.service_date")}
WHERE b.sent <= CAST(? AS DATE) AND b.payer_sequence IS NOT DISTINCT FROM 'P'
QUALIFY row_number() OVER (
    PARTITION BY b.control, b.service_from ORDER BY b.sent DESC, coalesce(b.frequency, '1') = '8', b.batch, b.claim) = 1
  AND coalesce(b.frequency, '1') <> '8'
"""


def open_lines(store: Store, as_of: date) -> Iterator[OpenLine]:
    """Lines denied as things stand, with what was sent for them by `as_of`."""
    return (OpenLine(*map(_fixed, row)) for row in store.rows(_OPEN, as_of))


def unanswered(store: Store, as_of: date) -> Iterator[Unanswered]:
    """Claims sent to a primary payer by `as_of` and not answered since; each once, as it was sent last."""
    return (Unanswered(*map(_fixed, row)) for row in store.rows(_UNANSWERED, as_of))


def _fixed(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
