"""Episodes of claims that were answered once, in full, as nearly all are: made by the database, not row by row.

They are what curette.denials.episodes makes of such a claim. What an episode needs beside its columns - whose turn the
payer had, and what its lines come to - is asked of the denials once for each combination that is there.
"""

from curette.denials.categorise import Categoriser
from curette.denials.outcomes import COUNTED, Outcome, of_claim
from curette.store.duckdb import Store
from curette.store.facts import IS_NAME

# answered, in no episode yet, and called by a name that no other answer has; `known`, `names`, and how an episode is
# numbered: see store.episodes
_ALONE = f"""
CREATE OR REPLACE TEMP TABLE alone AS
WITH told AS (
  SELECT payment, claim, string_agg(DISTINCT outcome, ' ' ORDER BY outcome) AS outcomes,
    min(service_date) AS service_date
  FROM categories WHERE current GROUP BY payment, claim
)
SELECT t.payment, t.claim, n.answer, n.batch, n.billed_claim, c.status, c.charge < 0 AS negative, t.outcomes,
  t.service_date, p.payer_id, c.control, p.payment_date, (concat('0x', substr(sha256(concat_ws(chr(31),
    coalesce(p.payer_id, ''), c.control, coalesce(c.payer_claim, ''),
    coalesce(p.payment_date, DATE '0001-01-01')::VARCHAR, coalesce(p.trace, ''), t.claim)), 1, 16))::UBIGINT >> 1
  )::BIGINT AS episode
FROM told AS t
JOIN known AS n USING (payment, claim)
JOIN remitted_claims AS c USING (payment, claim)
JOIN payments AS p USING (payment)
ANTI JOIN names AS s ON s.payment = t.payment AND s.claim = t.claim
ANTI JOIN episode_answers AS e ON e.payment = t.payment AND e.claim = t.claim
WHERE {IS_NAME.format("c.control")} OR {IS_NAME.format("c.payer_claim")}
"""
_SAID = """
CREATE OR REPLACE TEMP TABLE said AS
SELECT unnest(?) AS status, unnest(?) AS negative, unnest(?) AS outcomes, unnest(?) AS scope, unnest(?) AS outcome
"""
_ONCE = "CREATE OR REPLACE TEMP TABLE once AS FROM alone JOIN said USING (status, negative, outcomes)"
_EPISODES = """
INSERT INTO episodes
SELECT episode, payer_id, control, 'final', scope, service_date,
  CASE WHEN scope = 'primary' THEN payment_date END, CASE WHEN scope = 'primary' THEN outcome END,
  payment_date, outcome, 1, 0, NULL
FROM once
"""
_LINES = """
INSERT INTO episode_lines
SELECT episode, CASE WHEN scope = 'primary' THEN payment END, CASE WHEN scope = 'primary' THEN claim END,
  CASE WHEN scope = 'primary' THEN g.line END, payment, claim, g.line, false
FROM categories AS g JOIN once USING (payment, claim)
WHERE g.current
"""
_ANSWERS = """
INSERT INTO episode_answers
SELECT episode, payment, claim, answer, batch, billed_claim FROM once
"""


def answered_once(store: Store, categorise: Categoriser) -> None:
    """Write the episodes of all such claims, inside the transaction that is open."""
    store.run(_ALONE)
    found = []
    for status, negative, text in store.rows("SELECT DISTINCT status, negative, outcomes FROM alone"):
        outcomes = [Outcome(name) for name in text.split()]
        if COUNTED.issuperset(outcomes):
            scope = categorise.scope(status, -1 if negative else 0)
            found.append((status, negative, text, scope, str(of_claim(outcomes))))
    if not found:
        return
    store.run(_SAID, *map(list, zip(*found, strict=True)))
    for statement in (_ONCE, _EPISODES, _LINES, _ANSWERS):
        store.run(statement)
