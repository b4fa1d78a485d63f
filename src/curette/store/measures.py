"""The metrics that the counts of lines do not give: days, resubmissions, recoupments, lines at risk, underpayments.

One query each, over `facts` (see store.facts) and what was sent. Rates come as pairs of counts, days as whole days.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from curette._records import record
from curette.codes.denials import codes
from curette.codes.metrics import Risk
from curette.denials.categorise import categoriser
from curette.denials.figures import Rate
from curette.denials.outcomes import COUNTED
from curette.denials.trends import Incidence, Overturned, Share, Taken, Underpaid
from curette.denials.warnings import EXPECTED
from curette.store.duckdb import Row, Store
from curette.store.facts import ALLOWED, ANSWERED, DENIED, IS_NAME, NAMED, SERVED

_RECOUPED = ["WO", "72", "B3", "FB"]  # the reasons that the metric names
_VISITS, _MINOR = ("em", "em_legacy"), ("minor_procedure",)
# a claim that is answered again as before is a duplicate; parts of a split claim in one payment are not
_ZERO = """
SELECT count_if(paid <= 0), count(*) FROM (
  SELECT DISTINCT payer_id, control, payer_claim, charge, paid, part FROM (
    SELECT p.payer_id, c.control, c.payer_claim, c.charge, c.paid,
      row_number() OVER (PARTITION BY c.payment, c.control, c.payer_claim, c.charge, c.paid ORDER BY c.claim) AS part
    FROM remitted_claims AS c JOIN payments AS p USING (payment)
    SEMI JOIN (SELECT payment, claim FROM categories WHERE current AND list_contains(?, outcome)) USING (payment, claim)
    WHERE list_contains(?, c.status) AND c.charge >= 0
      AND p.payment_date > CAST(? AS DATE) - INTERVAL 28 DAY AND p.payment_date <= ?))
"""
_CLEAN = """
SELECT strftime(seen, '%Y-%m'), count_if(clean), count(*) FROM checks WHERE seen BETWEEN ? AND ? GROUP BY ALL ORDER BY 1
"""
_CAUSES = """
SELECT strftime(month, '%Y-%m'), count_if(list_contains(?, cause)), count(*)
FROM facts WHERE is_denied GROUP BY ALL ORDER BY 1
"""
_UNPROCESSABLE = """
SELECT strftime(month, '%Y-%m'), count(*) - count_if(refused), count(*) FROM (
  SELECT min(month) AS month, bool_or(list_contains(rarcs, 'MA130')) AS refused
  FROM facts WHERE counts_claim GROUP BY episode)
GROUP BY 1 ORDER BY 1
"""
_SENT = """
CREATE OR REPLACE TEMP VIEW first_sent AS
SELECT control, min(sent) AS sent, service_from, max(service_to) AS service_to
FROM billed_claims WHERE sent IS NOT NULL AND coalesce(frequency, '1') NOT IN ('7', '8') GROUP BY control, service_from
"""
_LAG = """
SELECT CAST(10 * median(d) AS BIGINT), quantile_disc(d, 0.9), count(d)
FROM (SELECT sent - service_from AS d FROM first_sent WHERE sent BETWEEN ? AND ?)
"""
_TO_PAY = f"""
SELECT CAST(10 * median(d) AS BIGINT), quantile_disc(d, 0.9), count(d) FROM (
  SELECT any_value(e.first_date) - min(b.sent) AS d FROM episodes AS e JOIN first_sent AS b USING (control)
  WHERE {SERVED.format("e.service_date")} AND e.first_date BETWEEN ? AND ? AND e.first_date >= b.sent
  GROUP BY e.episode)
"""
_SINCE_SERVICE = """
SELECT CAST(10 * median(d) AS BIGINT), quantile_disc(d, 0.9), count(d)
FROM (SELECT first_date - service_date AS d FROM episodes WHERE service_date IS NOT NULL AND first_date BETWEEN ? AND ?)
"""
# as each claim was sent to its first payer last, by number and day: one that was voided is owed no more
_LAST_SENT = """
CREATE OR REPLACE TEMP TABLE last_sent AS
SELECT control, sent, service_from, service_to, charge, original_payer_claim, coalesce(frequency, '1') = '8' AS is_void
FROM billed_claims WHERE sent <= ? AND coalesce(payer_sequence, 'P') = 'P'
QUALIFY row_number() OVER (PARTITION BY control, service_from ORDER BY sent DESC, is_void, batch, claim) = 1
"""
_VOIDED = f"""
EXISTS (FROM last_sent AS b WHERE b.is_void AND b.control = e.control AND {SERVED.format("e.service_date")})
"""
# denied, then sent to another payer as the first, which answered
_ELSEWHERE = f"""
EXISTS (FROM last_sent AS b JOIN episodes AS o USING (control)
  WHERE b.control = e.control AND b.sent > e.now_date AND {SERVED.format("e.service_date")} AND e.scope = 'primary'
    AND o.scope = 'primary' AND o.payer_id <> e.payer_id AND o.service_date = e.service_date AND o.first_date >= b.sent)
"""
# a pending answer, and one taken back with none in its place, leave the whole claim open, a denied line what is denied
# of it, but where it was billed to be denied, or the claim was voided; what was sent in the place of an answered claim
# is open as that is. What is charged counts when it is sent first, and once: not to the next payer again
_RECEIVABLE = f"""
SELECT
  (SELECT coalesce(sum(b.charge), 0) FROM last_sent AS b
    ANTI JOIN {ANSWERED} AS c ON c.control = b.control AND {SERVED.format("c.service_from")}
    ANTI JOIN {ANSWERED} AS o ON {NAMED.format("o.payer_claim")}
    WHERE NOT b.is_void),
  (SELECT coalesce(sum(charge), 0) FROM (
    SELECT e.episode, arg_max(c.charge, (p.payment_date, p.trace, c.claim)) AS charge
    FROM episodes AS e JOIN episode_answers USING (episode) JOIN remitted_claims AS c USING (payment, claim)
    JOIN payments AS p USING (payment)
    WHERE (e.scope = 'primary' AND e.status IN ('pending', 'reversed') OR e.scope = 'none' AND e.status = 'pending')
      AND c.charge > 0 AND NOT {_VOIDED}
    GROUP BY e.episode)),
  (SELECT coalesce(sum(n.denied), 0) FROM episode_lines AS l JOIN episodes AS e USING (episode) JOIN categories AS n
    ON n.payment = l.now_payment AND n.claim = l.now_claim AND n.line = l.now_line AND n.current
      AND n.outcome IN {DENIED} AND NOT list_contains(n.warnings, '{EXPECTED}')
    WHERE NOT {_VOIDED} AND NOT {_ELSEWHERE}),
  (SELECT coalesce(sum(charge), 0) FROM (
    SELECT charge, min(sent) AS sent FROM billed_claims
    WHERE coalesce(frequency, '1') NOT IN ('7', '8') AND coalesce(payer_sequence, 'P') = 'P'
    GROUP BY control, service_from, charge)
    WHERE sent > CAST(? AS DATE) - INTERVAL 90 DAY AND sent <= ?),
  (SELECT count(*) FROM billed_claims)
"""
# as original again: the same number, payer, day and procedures; only what has a number and day twice is looked into
_RESENT = """
WITH twice AS (
  SELECT control, payer_sequence, service_from FROM billed_claims GROUP BY ALL HAVING count(*) > 1
), sent_twice AS (
  SELECT b.batch, b.claim, list_sort(list(l.procedure)) AS procedures FROM billed_claims AS b JOIN twice AS t
    ON t.control = b.control AND t.payer_sequence IS NOT DISTINCT FROM b.payer_sequence
      AND t.service_from IS NOT DISTINCT FROM b.service_from
  JOIN billed_lines AS l ON l.batch = b.batch AND l.claim = b.claim GROUP BY ALL
)
SELECT count_if(again), count(*) FROM (
  SELECT coalesce(b.frequency, '1') IN ('7', '8') OR (s.batch IS NOT NULL AND row_number() OVER (
    PARTITION BY b.control, b.payer_sequence, b.service_from, s.procedures ORDER BY b.sent, b.batch, b.claim) > 1
  ) AS again, b.sent
  FROM billed_claims AS b LEFT JOIN sent_twice AS s ON s.batch = b.batch AND s.claim = b.claim
) WHERE sent BETWEEN ? AND ?
"""
# what was sent to the primary payer for a claim after its denial, under its own number or naming the payer's; what was
# pending at first was denied later than the claim was answered
_WORKED = f"""
CREATE OR REPLACE TEMP TABLE worked AS
WITH denied AS (
  SELECT e.episode, e.control, e.service_date, min(p.payment_date) AS first_date, e.now_date, e.now_outcome
  FROM episodes AS e JOIN episode_lines AS l USING (episode)
  JOIN categories AS f
    ON f.payment = l.first_payment AND f.claim = l.first_claim AND f.line = l.first_line AND f.current
  JOIN payments AS p ON p.payment = l.first_payment
  WHERE f.outcome IN {DENIED}
  GROUP BY ALL HAVING min(p.payment_date) BETWEEN ? AND ?
), resent AS (
  SELECT d.episode, b.sent FROM denied AS d JOIN billed_claims AS b
    ON b.control = d.control AND coalesce(b.payer_sequence, 'P') = 'P' AND {SERVED.format("d.service_date")}
  WHERE b.sent > d.first_date OR (b.sent = d.first_date AND b.frequency <> '1')
  UNION ALL
  SELECT d.episode, b.sent FROM denied AS d JOIN episode_answers AS a USING (episode)
  JOIN remitted_claims AS c USING (payment, claim) JOIN billed_claims AS b ON {NAMED.format("c.payer_claim")}
  WHERE b.sent >= d.first_date
)
SELECT d.*, r.sent
FROM denied AS d JOIN (SELECT episode, min(sent) AS sent FROM resent GROUP BY episode) AS r USING (episode)
"""
_RESENT_PAID = f"SELECT count_if(now_outcome IN {ALLOWED}), count(*) FROM worked WHERE now_date > sent"
_IN_TIME = """
SELECT count_if(sent <= first_date + days), count(*) FROM worked JOIN (
  SELECT episode, min(CAST(list_extract(?, list_position(?, sla)) AS INTEGER)) AS days
  FROM facts WHERE is_denied AND list_contains(?, sla) GROUP BY episode) USING (episode)
"""
_UNDERPAID = f"""
SELECT payer, procedure, array_to_string(modifiers, ' '), year(answered) || ' Q' || quarter(answered),
  count(*), count_if(short > greatest(expected // 100, 50)),
  coalesce(sum(short) FILTER (short > greatest(expected // 100, 50)), 0)
FROM contracted
WHERE outcome NOT IN {DENIED} AND allowed > 0 AND (paid > 0 OR outcome = 'patient_zero_pay')
GROUP BY ALL ORDER BY ALL
"""
# by an appeal, where a remark says so (N690 on the reversal, MA91 on the answer); by a corrected claim, where the
# answer that stands has frequency 7, or what it answers was sent with it; else by the payer itself
_OVERTURNED = f"""
WITH found AS (
  SELECT l.episode, f.denied, '7' IN (c.frequency, b.frequency) AS corrected
  FROM episode_lines AS l
  JOIN categories AS f
    ON f.payment = l.first_payment AND f.claim = l.first_claim AND f.line = l.first_line AND f.current
  JOIN categories AS n ON n.payment = l.now_payment AND n.claim = l.now_claim AND n.line = l.now_line AND n.current
  JOIN payments AS p ON p.payment = l.first_payment
  JOIN remitted_claims AS c ON c.payment = l.now_payment AND c.claim = l.now_claim
  LEFT JOIN links AS k ON k.payment = l.now_payment AND k.claim = l.now_claim
  LEFT JOIN billed_claims AS b ON b.batch = k.batch AND b.claim = k.billed_claim
  WHERE l.again AND f.outcome IN {DENIED} AND n.outcome IN {ALLOWED} AND p.payment_date BETWEEN ? AND ?
), appealed AS (
  SELECT DISTINCT episode FROM episode_answers JOIN categories AS n USING (payment, claim)
  WHERE n.current AND episode IN (SELECT episode FROM found) AND list_has_any(n.rarcs, ['N690', 'MA91'])
)
SELECT CASE WHEN episode IN (FROM appealed) THEN 'appeal' WHEN corrected THEN 'corrected claim' ELSE 'payer' END AS how,
  count(*), sum(denied)
FROM found GROUP BY ALL ORDER BY ALL
"""
# PLB03-2 names a claim by its own number or by the payer's, with zeros none
_TAKEN = f"""
WITH taken AS (
  SELECT coalesce(p.payer_id, '') AS payer, p.payment_date, a.reference, a.amount
  FROM provider_adjustments AS a JOIN payments AS p USING (payment)
  WHERE list_contains(?, a.reason) AND p.payment_date BETWEEN ? AND ?
), named AS (
  SELECT DISTINCT coalesce(p.payer_id, '') AS payer, unnest([c.control, c.payer_claim]) AS reference
  FROM remitted_claims AS c JOIN payments AS p USING (payment)
  WHERE c.control IN (SELECT reference FROM taken) OR c.payer_claim IN (SELECT reference FROM taken)
)
SELECT payer, strftime(date_trunc('month', payment_date), '%Y-%m'), sum(amount),
  coalesce(sum(amount) FILTER (n.reference IS NOT NULL AND {IS_NAME.format("reference")}), 0)
FROM taken LEFT JOIN named AS n USING (payer, reference) GROUP BY ALL ORDER BY ALL
"""
_EXPECTED = "SELECT count(*) FROM facts WHERE list_contains(warnings, ?)"
_PREVENTABLE = """
SELECT cause, count(*), sum(denied) FROM facts WHERE is_denied AND NOT list_contains(warnings, ?) GROUP BY cause
"""
_NAMES = """
SELECT coalesce(payer_id, ''), arg_max(payer_name, (payment_date, payer_name))
FROM payments WHERE payer_name IS NOT NULL GROUP BY 1
"""
# a patient is known in every batch by a digest, else only within one; of a claim what was sent of it last holds, to its
# first payer where it went to several: to each the patient has another number
_VISIT_SHARE = """
SELECT coalesce(rendering, ''), count_if(has_25), count(*) FROM (
  SELECT coalesce(o.person, concat_ws(' ', b.batch, b.patient)) AS person, l.service_from, l.rendering,
    bool_or(k.family = 'minor') AS has_minor, bool_or(k.family = 'visit' AND list_contains(l.modifiers, '25')) AS has_25
  FROM (
    SELECT batch, claim, patient, coalesce(frequency, '1') = '8' AS is_void
    FROM billed_claims WHERE sent > CAST(? AS DATE) - INTERVAL 90 DAY AND sent <= ?
    QUALIFY row_number() OVER (PARTITION BY control, service_from
      ORDER BY coalesce(payer_sequence, 'P') <> 'P', sent DESC, is_void, batch, claim) = 1
  ) AS b JOIN billed_lines AS l USING (batch, claim) JOIN kinds AS k USING (procedure)
    LEFT JOIN originals AS o ON o.batch = b.batch AND o.claim = b.claim
  WHERE NOT b.is_void GROUP BY ALL) WHERE has_minor GROUP BY 1 ORDER BY 1
"""


@record
class Receivable:
    """Cents of charge that are open, and those charged in the last 90 days."""

    unanswered: int
    unsettled: int  # pending, or taken back and not answered again
    denied: int
    charged: int
    claims: int  # sent at all

    @property
    def open(self) -> int:
        """All that is open."""
        return self.unanswered + self.unsettled + self.denied


def clean(store: Store, start: date, end: date) -> list[tuple[str, Rate]]:
    """By month, claims that pre-flight held for nothing the first time it saw them, among those it saw first then."""
    return [(row[0], _rate(row[1:])) for row in store.rows(_CLEAN, start, end)]


def zero_remits(store: Store, as_of: date) -> Rate:
    """Primary answers of the last 28 days that paid nothing."""
    scope = categoriser().scope
    primary = [s for (s,) in store.rows("SELECT DISTINCT status FROM remitted_claims") if scope(s, 0) == "primary"]
    return _rate(store.rows(_ZERO, sorted(COUNTED), primary, as_of, as_of)[0])


def causes(store: Store, names: Sequence[str]) -> list[tuple[str, Rate]]:
    """By month, denied lines with one of these causes among all denied lines."""
    return [(row[0], _rate(row[1:])) for row in store.rows(_CAUSES, list(names))]


def processable(store: Store) -> list[tuple[str, Rate]]:
    """By month, claims that were not refused as unprocessable (MA130) among those first answered."""
    return [(row[0], _rate(row[1:])) for row in store.rows(_UNPROCESSABLE)]


def days(store: Store, start: date, end: date) -> dict[str, Row]:
    """The days between service, sending and first answer, by metric: median in tenths, 90th percentile, how many."""
    store.run(_SENT)
    return {
        "charge_lag": store.rows(_LAG, start, end)[0],
        "days_to_pay": store.rows(_TO_PAY, start, end)[0],
        "days_service_to_pay": store.rows(_SINCE_SERVICE, start, end)[0],
    }


def receivable(store: Store, as_of: date) -> Receivable:
    """What is open without the patients' shares, and what it is held against."""
    store.run(_LAST_SENT, as_of)
    return Receivable(*map(int, store.rows(_RECEIVABLE, as_of, as_of)[0]))


def resubmissions(store: Store, start: date, end: date) -> dict[str, Rate]:
    """What was sent again, what came of it, and whether it was sent in time; by metric."""
    store.run(_WORKED, start, end)
    hours = codes().hours
    names = sorted(hours)
    in_time = store.rows(_IN_TIME, [-(-hours[name] // 24) for name in names], names, names)[0]
    return {
        "resubmission": _rate(store.rows(_RESENT, start, end)[0]),
        "resubmission_paid": _rate(store.rows(_RESENT_PAID)[0]),
        "time_to_work": _rate(in_time),
    }


def incidence(store: Store, risks: Iterable[Risk]) -> list[Incidence]:
    """Lines denied for each cause among the lines at risk of it."""
    _name_families(store, "SELECT DISTINCT procedure FROM facts", {})
    return [Incidence(risk.cause, risk.says, _at_risk(store, risk)) for risk in risks]


def _at_risk(store: Store, risk: Risk) -> Rate:
    asked, values = [], []
    if risk.families:
        asked.append("procedure IN (SELECT procedure FROM kinds WHERE list_contains(?, family))")
        values.append(list(risk.families))
    if risk.beside:
        asked.append(
            "(episode, service_date) IN (SELECT (episode, service_date) FROM facts "
            "JOIN kinds USING (procedure) WHERE list_contains(?, family))"
        )
        values.append(list(risk.beside))
    if risk.modifiers:
        asked.append("list_has_any(modifiers, ?)")
        values.append(list(risk.modifiers))
    where = " AND ".join(asked)
    return _rate(
        store.rows(f"SELECT count_if(is_denied AND cause = ?), count(*) FROM facts WHERE {where}", risk.cause, *values)[
            0
        ]
    )


def visits(store: Store, as_of: date) -> list[Share]:
    """By rendering provider, encounters of the last 90 days with a minor procedure, and those with a 25 visit too."""
    _name_families(
        store,
        "SELECT DISTINCT procedure FROM billed_lines",
        dict.fromkeys(_VISITS, "visit") | dict.fromkeys(_MINOR, "minor"),
    )
    return [Share(provider, _rate(row)) for provider, *row in store.rows(_VISIT_SHARE, as_of, as_of)]


def _name_families(store: Store, which: str, names: Mapping[str, str]) -> None:
    """`kinds`: the families of each code, all of them or those of `names` under another name."""
    rules = codes().rules
    found = {
        (code, names.get(family, family))
        for (code,) in store.rows(which)
        for family in rules.families_of(code or "")
        if not names or family in names
    }
    store.run("CREATE OR REPLACE TEMP TABLE kinds (procedure VARCHAR, family VARCHAR)")
    if found:
        store.run("INSERT INTO kinds SELECT unnest(?), unnest(?)", *map(list, zip(*sorted(found), strict=True)))


def underpaid(store: Store) -> list[Underpaid]:
    """Paid lines in the schedule that were allowed less, by more than a percent and fifty cents."""
    return [Underpaid(*row) for row in store.rows(_UNDERPAID)]


def overturned(store: Store, start: date, end: date) -> list[Overturned]:
    """Lines denied at first and allowed now, by what did it."""
    return [Overturned(how, lines, int(amount)) for how, lines, amount in store.rows(_OVERTURNED, start, end)]


def taken(store: Store, start: date, end: date) -> list[Taken]:
    """Recoupments beside the claims."""
    return [
        Taken(payer, month or "", int(amount), int(linked))
        for payer, month, amount, linked in store.rows(_TAKEN, _RECOUPED, start, end)
    ]


def expected_denials(store: Store) -> int:
    """Lines billed to be denied."""
    return int(store.value(_EXPECTED, EXPECTED))


def preventable(store: Store) -> dict[str, tuple[int, int]]:
    """Lines denied and cents denied by cause, without those billed to be denied."""
    return {cause: (lines, int(cents)) for cause, lines, cents in store.rows(_PREVENTABLE, EXPECTED)}


def payer_names(store: Store) -> dict[str, str]:
    """The name on the latest payment of each payer."""
    return dict(store.rows(_NAMES))


def _rate(row: Sequence[int | None]) -> Rate:
    part, whole = (int(value or 0) for value in row)
    return Rate(part, whole, whole)
