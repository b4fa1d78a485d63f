"""The lines that trends count, gathered once a run: each at its first final primary answer, and where it stands now.

Temporary tables: `facts`, one row a line; `families` of procedure codes; with a fee schedule also `contracted`, the
lines that are in it as they stand now. Nothing of the store is changed. A line counts
in the month it was answered even where nothing of it stands now: its answer was taken back, or another took its place
without it.
"""

from collections.abc import Iterable
from datetime import date

from curette.codes.drugs import drugs
from curette.codes.procedures import procedures
from curette.denials.fees import PRICING, Fee
from curette.denials.outcomes import COUNTED
from curette.store.duckdb import Store

DENIED = "('denied', 'partial_denial')"
# what counts as allowed after all: paid, or owed by the patient or another payer
ALLOWED = "('paid', 'reduced', 'patient_zero_pay', 'cob_zero_pay')"
# that the claim `b` was sent for a day: some offices number patients, so that visits share a claim number
SERVED = "coalesce({} BETWEEN b.service_from AND b.service_to, true)"
# that a number names anything, as denials.episodes.is_name has it
IS_NAME = "coalesce(trim({}, '0 ') <> '', false)"
# that the claim `b` names an answer by the payer's number: payers write zeros where they have none
NAMED = f"(b.original_payer_claim = {{0}} AND {IS_NAME.format('{0}')})"
# the claims that a payer answered: who only forwards one, or says beforehand what it would pay, leaves it unanswered
ANSWERED = """(FROM remitted_claims SEMI JOIN (
  FROM categories WHERE current AND outcome NOT IN ('transferred', 'predetermination')) AS g USING (payment, claim))"""
# lines of which another answer stands now than the first
_MOVED = """
CREATE OR REPLACE TEMP TABLE moved AS
SELECT el.first_payment, el.first_claim, el.first_line, n.outcome, n.denied
FROM episode_lines AS el
JOIN categories AS n ON n.payment = el.now_payment AND n.claim = el.now_claim AND n.line = el.now_line AND n.current
WHERE (el.now_payment, el.now_claim, el.now_line) IS DISTINCT FROM (el.first_payment, el.first_claim, el.first_line)
"""
# units of lines that a payer split: those of the parts that carry a charge, as denials.merge adds them; fees alone ask
_SPLIT = """
CREATE OR REPLACE TEMP TABLE split AS
SELECT payment, claim, control, coalesce(submitted_procedure, procedure) AS procedure,
  sum(units) FILTER (charge <> 0) AS units
FROM remitted_lines WHERE control IS NOT NULL GROUP BY ALL HAVING count(*) > 1
"""
# the line that was sent of a claim that was answered as a whole: its only one
WHOLE = """LEFT JOIN (
  SELECT g.payment, g.claim, g.line, any_value(b.procedure) AS procedure, any_value(b.modifiers) AS modifiers,
    any_value(b.units) AS units
  FROM categories AS g JOIN links AS k USING (payment, claim)
  JOIN billed_lines AS b ON b.batch = k.batch AND b.claim = k.billed_claim
  WHERE g.line = 0 AND g.current AND g.linked GROUP BY ALL
) AS w ON w.payment = {0}.{1}payment AND w.claim = {0}.{1}claim AND w.line = {0}.{1}line"""
_UNITS = "CAST(coalesce(m.units, l.submitted_units, l.units, w.units, 0) AS BIGINT)"
_PARTS = """LEFT JOIN split AS m ON m.payment = l.payment AND m.claim = l.claim AND m.control = l.control
  AND m.procedure = coalesce(l.submitted_procedure, l.procedure)"""
# what was billed: SVC06 where the payer changed it, as it is for the code
PROCEDURE = "coalesce(l.submitted_procedure, l.procedure, w.procedure, '')"
MODIFIERS = """CASE WHEN len(l.submitted_modifiers) > 0 THEN l.submitted_modifiers
  ELSE coalesce(l.modifiers, w.modifiers, []) END"""
_NOW = "CASE WHEN el.now_payment IS NULL THEN 'none' ELSE coalesce(n.outcome, f.outcome) END"
_LINES = f"""
CREATE OR REPLACE TEMP TABLE lines AS
SELECT e.episode, coalesce(e.payer_id, '') AS payer, p.payer_name, e.first_date,
  e.first_outcome IN {DENIED} AS claim_denied, e.first_outcome = 'denied' AS claim_denied_whole,
  f.outcome IN {DENIED} AS is_denied, coalesce(f.group_code, '') AS group_code,
  coalesce(f.group_code || '-', '') || coalesce(f.carc, '') AS reason, f.rarcs, f.warnings, f.sla,
  coalesce(f.derm_category, 'none') AS cause, coalesce(f.general_category, 'other') AS category,
  f.charge, f.denied, f.allowed, f.paid, f.service_date, coalesce(f.diagnoses[1], '') AS diagnosis,
  coalesce(f.rendering, '') AS rendering, coalesce(f.billing, '') AS billing, coalesce(f.location, '') AS location,
  {PROCEDURE} AS procedure, {MODIFIERS} AS modifiers,
  {{units}} AS units, p.payment_date AS answered,
  date_trunc('month', p.payment_date) AS month, date_trunc('month', f.service_date) AS service_month,
  el.again, {_NOW} AS now_outcome, {_NOW} IN {DENIED} AS now_denied, coalesce(n.denied, f.denied) AS now_amount
FROM episode_lines AS el
JOIN episodes AS e USING (episode)
JOIN categories AS f
  ON f.payment = el.first_payment AND f.claim = el.first_claim AND f.line = el.first_line AND f.current
JOIN payments AS p ON p.payment = el.first_payment
LEFT JOIN remitted_lines AS l ON l.payment = el.first_payment AND l.claim = el.first_claim AND l.line = el.first_line
{WHOLE.format("el", "first_")}
{{parts}}
LEFT JOIN moved AS n USING (first_payment, first_claim, first_line)
WHERE list_contains(?, f.outcome)
"""
# of the lines of all time, which tell what is expected, those that are asked for; their claim is, if that was answered
# first then (a line may have been pending until later)
_ASKED = "answered BETWEEN ? AND ?"
_COUNTS = "first_date BETWEEN ? AND ? AS counts_claim"
# without a schedule: what the payer allowed for the code in the last year, as twice the median part of the charge (the
# two in the middle added), to 18 places in whole numbers, rounded up so that half a cent stays one
_PLACES = 10**18
_USUAL = f"""
CREATE OR REPLACE TEMP TABLE usual AS
SELECT payer, procedure, quantile_disc(part, 0.5) - quantile_disc(-part, 0.5) AS twice
FROM (SELECT *, (least(allowed, charge)::HUGEINT * {_PLACES} + charge - 1) // charge AS part FROM lines
  WHERE allowed > 0 AND charge > 0 AND NOT is_denied)
WHERE answered > CAST(? AS DATE) - INTERVAL 12 MONTH AND answered <= ?
GROUP BY ALL
"""
_BY_USUAL = f"""
CREATE OR REPLACE TEMP TABLE facts AS
SELECT l.*, CAST((l.charge * u.twice + {_PLACES}) // {2 * _PLACES} AS BIGINT) AS expected,
  CAST((least(l.denied, l.charge) * u.twice + {_PLACES}) // {2 * _PLACES} AS BIGINT) AS denied_expected, {_COUNTS}
FROM lines AS l LEFT JOIN usual AS u USING (payer, procedure) WHERE {_ASKED}
"""
# of procedures of one price the payer chooses which it pays in full
_PRICED = """
CREATE OR REPLACE TEMP TABLE priced AS
WITH named AS (
  SELECT rowid AS number, episode, payer, payer_name, procedure, service_date, units, allowed,
    array_to_string(list_sort(list_filter(modifiers, lambda m: list_contains(?, m))), ' ') AS modifier
  FROM {lines}
), matched AS (
  SELECT n.number, n.episode, n.service_date, n.allowed, s.amount::HUGEINT * n.units // 1000 AS amount, s.multiple
  FROM named AS n
  JOIN fees AS s ON s.procedure = n.procedure AND s.modifier = n.modifier
    AND (s.payer = '' OR s.payer = upper(n.payer) OR s.payer = upper(n.payer_name))
    AND n.service_date BETWEEN s.first_day AND s.last_day
  QUALIFY row_number() OVER (PARTITION BY n.number ORDER BY s.payer = '', s.payer, s.first_day DESC) = 1
)
SELECT number, CASE WHEN multiple < 100 AND row_number() OVER (
    PARTITION BY episode, service_date, multiple < 100 ORDER BY amount DESC, allowed DESC NULLS LAST, number
  ) > 1 THEN amount * multiple // 100 ELSE amount END AS expected
FROM matched
"""
_BY_FEES = f"""
CREATE OR REPLACE TEMP TABLE facts AS
SELECT l.*, p.expected,
  CASE WHEN charge > 0 THEN p.expected * least(denied, charge) // charge END AS denied_expected, {_COUNTS}
FROM lines AS l LEFT JOIN priced AS p ON p.number = l.rowid WHERE {_ASKED}
"""
# what the payer left a line at in the end: a correction takes the place of what it corrects. Of all time: a line that
# is asked for may be the second of a day whose first was answered in another month
_STANDING = f"""
CREATE OR REPLACE TEMP TABLE standing AS
SELECT e.episode, coalesce(e.payer_id, '') AS payer, p.payer_name, n.outcome, n.allowed, n.paid, n.service_date,
  {PROCEDURE} AS procedure, {MODIFIERS} AS modifiers,
  {_UNITS} AS units, p.payment_date AS answered
FROM episode_lines AS el
JOIN episodes AS e USING (episode)
JOIN categories AS n ON n.payment = el.now_payment AND n.claim = el.now_claim AND n.line = el.now_line AND n.current
JOIN payments AS p ON p.payment = el.now_payment
LEFT JOIN remitted_lines AS l ON l.payment = el.now_payment AND l.claim = el.now_claim AND l.line = el.now_line
{WHOLE.format("el", "now_")}
{_PARTS}
WHERE e.scope = 'primary'
"""
_STANDING_PRICED = f"""
CREATE OR REPLACE TEMP TABLE contracted AS
SELECT s.*, p.expected, p.expected - s.allowed AS short
FROM standing AS s JOIN priced AS p ON p.number = s.rowid WHERE {_ASKED}
"""


def gather(store: Store, as_of: date, start: date | None, end: date | None, fees: Iterable[Fee] | None) -> None:
    """Make the temporary tables, for first answers paid from `start` to `end`, both included."""
    store.run(_MOVED)
    if fees is not None:
        store.run(_SPLIT)
    units, parts = ("NULL", "") if fees is None else (_UNITS, _PARTS)
    asked = start or date.min, end or date.max
    store.run(_LINES.format(units=units, parts=parts), sorted(COUNTED))
    if fees is None:
        store.run(_USUAL, as_of, as_of)
        store.run(_BY_USUAL, *asked, *asked)
    else:
        _keep_fees(store, list(fees))
        store.run(_PRICED.format(lines="lines"), list(PRICING))
        store.run(_BY_FEES, *asked, *asked)
        store.run(_STANDING)
        store.run(_PRICED.format(lines="standing"), list(PRICING))
        store.run(_STANDING_PRICED, *asked)
    store.run("DROP TABLE lines")
    _name_families(store)


def _name_families(store: Store) -> None:
    """The family of each procedure that stands in `facts`: by the map of procedures, "drug" by that of drugs."""
    found = [code for (code,) in store.rows("SELECT DISTINCT procedure FROM facts")]
    known, medicines = procedures(), drugs()
    families = [known.family(code) or ("drug" if medicines.holds(code) else "other") for code in found]
    store.run(
        "CREATE OR REPLACE TEMP TABLE families AS SELECT unnest(?) AS procedure, unnest(?) AS family", found, families
    )


def _keep_fees(store: Store, fees: list[Fee]) -> None:
    columns = zip(
        *((f.payer, f.procedure, f.modifier, f.amount, f.multiple, f.start, f.end) for f in fees), strict=True
    )
    store.run(
        "CREATE OR REPLACE TEMP TABLE fees (payer VARCHAR, procedure VARCHAR, modifier VARCHAR, amount BIGINT, "
        "multiple INTEGER, first_day DATE, last_day DATE)"
    )
    if fees:
        store.run(
            "INSERT INTO fees SELECT unnest(?), unnest(?), unnest(?), unnest(?), unnest(?), unnest(?), unnest(?)",
            *map(list, columns),
        )
