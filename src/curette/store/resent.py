"""Which claims of the store a batch may send again, and what was answered of them before it was sent.

A claim is sought by the payer's number of the one it replaces (REF*F8 as CLP07), by its own number (CLM01), and by its
patient and days of service. What is found is a choice; which claim replaces which is for curette.diff to say.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from itertools import groupby

from curette._records import record
from curette.claims.model import MADE_AGAIN, Claim
from curette.denials.facts import Denial
from curette.store import originals, rows
from curette.store.duckdb import Row, Store
from curette.store.facts import IS_NAME
from curette.x12.cas import Adjustment
from curette.x12.delimiters import Delimiters

_CHUNK = 1000  # claims whose texts are in memory at a time
_TABLE = """
CREATE OR REPLACE TEMP TABLE sought (
  number INTEGER, control VARCHAR, reference VARCHAR, corrects BOOLEAN, sequence VARCHAR, payer VARCHAR,
  billing VARCHAR, born VARCHAR, first_day DATE, last_day DATE, procedures VARCHAR[], sent DATE
)
"""
_IS_VOID = "coalesce(b.frequency, '') = '8'"
_SAME_DAYS = "b.service_from <= s.last_day AND b.service_to >= s.first_day"
_FILL = f"INSERT INTO sought SELECT {', '.join(['unnest(?)'] * 12)}"
# claims under the numbers that a new one names: its own, or the payer's of its original
_WANTED = f"""
CREATE OR REPLACE TEMP TABLE wanted AS
SELECT number, control, coalesce(list(answered) FILTER (answered IS NOT NULL), []) AS answered FROM (
  SELECT s.number, r.control, CASE WHEN k.batch IS NOT NULL THEN row(k.batch, k.billed_claim) END AS answered
  FROM sought AS s
  JOIN remitted_claims AS r ON r.payer_claim = s.reference AND {IS_NAME.format("s.reference")}
  LEFT JOIN links AS k ON k.payment = r.payment AND k.claim = r.claim
  UNION ALL SELECT number, control, NULL FROM sought
) GROUP BY ALL
"""
# Of those with one number (a corrected claim keeps it, a secondary one too) that to the same payer in the same place,
# the one whose answer is named, else that of the same days, to a payer in this place, by the same billing provider,
# the last. What one of two payers answered may have been linked with what the other got. An original of other days is
# another visit, where an office numbers patients. The batch itself may be in the store by now. A void is found beside
# what it took back, never in its place.
_BY_NUMBER = f"""
CREATE OR REPLACE TEMP TABLE found AS
SELECT s.number, b.batch, b.claim, b.control
FROM sought AS s
JOIN wanted AS w USING (number)
JOIN billed_claims AS b ON b.control = w.control
WHERE NOT list_contains(?, b.batch) AND (b.sent <= s.sent) IS DISTINCT FROM false
  AND (s.corrects OR coalesce({_SAME_DAYS}, true))
QUALIFY row_number() OVER (
  PARTITION BY s.number, b.control, {_IS_VOID} ORDER BY
  b.payer_id IS NOT DISTINCT FROM s.payer AND b.payer_sequence IS NOT DISTINCT FROM s.sequence DESC,
  list_contains(w.answered, row(b.batch, b.claim)) DESC, coalesce({_SAME_DAYS}, false) DESC,
  b.payer_sequence IS NOT DISTINCT FROM s.sequence DESC, b.billing IS NOT DISTINCT FROM s.billing DESC,
  b.sent DESC NULLS LAST, b.batch, b.claim
) = 1
"""
# Claims of the same patient on the same days: for what replaces another, or is not in the store, with a common service.
_BY_PATIENT = f"""
INSERT INTO found
SELECT s.number, b.batch, b.claim, b.control
FROM sought AS s
JOIN originals AS o ON o.born = s.born
JOIN billed_claims AS b ON b.batch = o.batch AND b.claim = o.claim
WHERE {_SAME_DAYS}
  AND NOT list_contains(?, b.batch) AND (b.sent <= s.sent) IS DISTINCT FROM false
  AND (s.corrects OR s.number NOT IN (SELECT number FROM found))
  AND b.control NOT IN (SELECT control FROM found UNION SELECT control FROM sought)
  AND (s.corrects OR EXISTS (
    FROM billed_lines AS l
    WHERE l.batch = b.batch AND l.claim = b.claim AND list_contains(s.procedures, l.procedure)
  ))
QUALIFY row_number() OVER (
  PARTITION BY s.number, b.control, {_IS_VOID} ORDER BY b.payer_sequence IS NOT DISTINCT FROM s.sequence DESC,
  b.sent DESC NULLS LAST, b.batch, b.claim
) = 1
"""
_CHOSEN = """
CREATE OR REPLACE TEMP TABLE chosen AS
SELECT f.* EXCLUDE (number), coalesce(b.original_payer_claim, '') AS reference, o.batch IS NOT NULL AS whole,
  (row_number() OVER (ORDER BY f.number, f.batch, f.claim) - 1) // ? AS chunk
FROM (
  SELECT batch, claim, found.control, min(number) AS number, max(sent) AS sent FROM found JOIN sought USING (number)
  GROUP BY ALL
) AS f
JOIN billed_claims AS b ON b.batch = f.batch AND b.claim = f.claim
LEFT JOIN originals AS o ON o.batch = f.batch AND o.claim = f.claim
"""
_OUTLINE = "SELECT control, reference FROM chosen WHERE whole ORDER BY chunk, batch, claim"
_TEXTS = f"""
SELECT {originals.COLUMNS} FROM originals JOIN (FROM chosen WHERE chunk = ?) USING (batch, claim)
ORDER BY head, batch, claim
"""
# a line without adjustments of its own has those of its claim
_ANSWERS = f"""
WITH reasons AS (
  SELECT payment, claim, line, list((coalesce(group_code, ''), carc, amount) ORDER BY position) AS found
  FROM adjustments
  WHERE (payment, claim) IN (
    SELECT (payment, claim) FROM remitted_claims WHERE control IN (SELECT control FROM chosen)
  )
  GROUP BY ALL
)
SELECT r.payment, r.claim, r.control, coalesce(r.payer_claim, ''), coalesce(p.payer_id, ''), p.payment_date,
  coalesce(p.trace, ''), r.status, r.charge, r.paid,
  coalesce(r.filing_indicator, ''),
  nullif(g.line, 0), coalesce(l.control, ''), coalesce(l.submitted_procedure, l.procedure, ''),
  CASE WHEN l.submitted_procedure IS NULL THEN l.modifiers ELSE l.submitted_modifiers END, g.charge, g.paid,
  g.service_date, coalesce(a.found, w.found, []),
  {", ".join(f"g.{name}" for name in rows.DENIAL)}
FROM remitted_claims AS r
JOIN payments AS p USING (payment)
JOIN (SELECT control, max(sent) AS sent FROM chosen GROUP BY control) AS s ON s.control = r.control
LEFT JOIN categories AS g ON g.payment = r.payment AND g.claim = r.claim AND g.current
LEFT JOIN remitted_lines AS l ON l.payment = g.payment AND l.claim = g.claim AND l.line = g.line
LEFT JOIN reasons AS a ON a.payment = g.payment AND a.claim = g.claim AND a.line = g.line
LEFT JOIN reasons AS w ON w.payment = g.payment AND w.claim = g.claim AND w.line = 0
WHERE (p.payment_date <= s.sent) IS DISTINCT FROM false
ORDER BY p.payment_date, r.payment, r.claim, g.line
"""


@record
class AnsweredLine:
    """A line as it was answered; `number` is None for a claim without lines. Money in cents."""

    number: int | None
    control: str  # REF*6R
    procedure: str  # as it was sent
    modifiers: tuple[str, ...]
    charge: int
    paid: int
    day: date | None  # the first of its service
    adjustments: tuple[Adjustment, ...]  # its own, else those of its claim
    denial: Denial


@record
class AnsweredClaim:
    """What one remittance says of a claim."""

    control: str
    payer_claim: str
    payer: str
    payment_date: date | None
    trace: str
    position: int  # among the claims of its payment
    status: str
    charge: int  # cents, as `paid`
    paid: int
    filing: str  # CLP06
    lines: tuple[AnsweredLine, ...]


def seek(store: Store, news: Iterable[Claim], batches: Collection[int]) -> None:
    """Find what the claims `news` may send again; `batches` are the numbers they have where they are in the store."""
    store.run(_TABLE)
    fields = list(zip(*map(_sought, range(1 << 31), news), strict=False))
    if fields:
        store.run(_FILL, *map(list, fields))
    store.run(_WANTED)
    store.run(_BY_NUMBER, list(batches))
    store.run(_BY_PATIENT, list(batches))
    store.run(_CHOSEN, _CHUNK)


def outline(store: Store) -> list[tuple[str, str]]:
    """CLM01 and REF*F8 of every claim that was found, in the order of `claims`."""
    return [(control, reference) for control, reference in store.rows(_OUTLINE)]


def untold(store: Store) -> list[str]:
    """CLM01 of those that were found, but came before the store kept what was sent."""
    return [control for (control,) in store.rows("SELECT control FROM chosen WHERE NOT whole ORDER BY ALL")]


def claims(store: Store, wanted: Delimiters) -> Iterator[Claim]:
    """The claims that were found, as they were sent, in the delimiters that are `wanted` where that can be."""
    for chunk in range((store.value("SELECT max(chunk) FROM chosen") or 0) + 1):
        yield from originals.read(store.rows(_TEXTS, chunk), wanted)


def answers(store: Store) -> Iterator[AnsweredClaim]:
    """What was answered of them until they were sent again, the earliest payment first."""
    for _, group in groupby(store.rows(_ANSWERS), key=lambda row: row[:2]):
        found = list(group)
        lines = tuple(_line(row[11:]) for row in found if row[15] is not None)
        position, control, payer_claim, payer, day, trace, status, charge, paid, filing = found[0][1:11]
        yield AnsweredClaim(control, payer_claim, payer, day, trace, position, status, charge, paid, filing, lines)


def _line(row: Row) -> AnsweredLine:
    number, control, procedure, modifiers, charge, paid, day, reasons = row[:8]
    adjustments = tuple(Adjustment(group, carc, amount) for group, carc, amount in reasons)
    return AnsweredLine(
        number, control, procedure, tuple(modifiers or ()), charge, paid, day, adjustments, rows.denial(row[8:])
    )


def _sought(number: int, claim: Claim) -> tuple[object, ...]:
    patient, days = claim.patient_person, claim.service_dates
    return (
        number, claim.control_number, claim.original_reference or None, claim.frequency in MADE_AGAIN,
        claim.subscriber.sequence or None, (claim.payer.id if claim.payer else "") or None, claim.billing.npi or None,
        (patient.value("DMG", 2) or None) if patient is not None else None,
        days.start if days else None, days.end if days else None, [line.procedure for line in claim.lines],
        rows.sent(claim.submission.created) or None,
    )  # fmt: skip
