"""What the store knows of claims by their control numbers: when they were sent, and what was answered."""

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import groupby

from curette.claims.sent import Answer, Known, Sent
from curette.codes.denials import codes
from curette.dates import Period
from curette.store import identity
from curette.store.duckdb import Row, Store
from curette.x12.transaction import Transaction

_BATCH = """
SELECT transaction FROM transactions
WHERE interchange = ? AND group_control IS NOT DISTINCT FROM ? AND control IS NOT DISTINCT FROM ? AND kind = '837P'
"""
_SENT = """
SELECT control, sent, coalesce(frequency, ''), coalesce(payer_sequence, ''), coalesce(billing, ''), service_from,
  service_to
FROM billed_claims WHERE list_contains(?, control) AND NOT list_contains(?, batch) ORDER BY ALL
"""
_ANSWERS = """
SELECT * EXCLUDE (payment, claim) FROM (
  SELECT c.payment, c.claim, c.control, p.payment_date, c.status, coalesce(c.payer_claim, ''), coalesce(p.billing, ''),
    c.service_from, c.service_to, bool_or(coalesce(r.rarc = 'MA130', false))
  FROM remitted_claims AS c
  JOIN payments AS p USING (payment)
  LEFT JOIN remarks AS r ON r.payment = c.payment AND r.claim = c.claim
  WHERE list_contains(?, c.control)
  GROUP BY ALL
) ORDER BY control, payment_date, payment, claim
"""
_REVERSAL = "reversal"


def known(store: Store, names: Iterable[str], transaction: Transaction) -> dict[str, Known]:
    """What is known of each of these control numbers (none: left out); what `transaction` itself left is not."""
    asked = list(dict.fromkeys(names))
    envelope = identity.interchange(transaction.interchange)
    own = store.rows(_BATCH, envelope, transaction.group.control or None, transaction.control or None)
    sent = _by_control(store.rows(_SENT, asked, [number for (number,) in own]))
    answers = _by_control(store.rows(_ANSWERS, asked))
    return {
        name: Known(tuple(map(_sent, sent.get(name, ()))), *_answers(answers.get(name, ())))
        for name in asked
        if name in sent or name in answers
    }


def _by_control(rows: Iterable[Row]) -> Mapping[str, list[Row]]:
    return {name: list(group) for name, group in groupby(rows, key=lambda row: row[0])}


def _sent(row: Row) -> Sent:
    _, day, frequency, sequence, billing, start, end = row
    return Sent(day, frequency, sequence, billing, _period(start, end))


def _answers(rows: Iterable[Row]) -> tuple[tuple[Answer, ...], frozenset[str]]:
    """Those that stand, the earliest first, and every number that the payers gave."""
    statuses, numbers = codes().statuses, set[str]()
    standing: list[tuple[str, Answer]] = []
    for _, day, status, number, billing, start, end, undecided in rows:
        counts = statuses[status].counts if status in statuses else "none"
        numbers.add(number)
        if counts == _REVERSAL:
            standing = [(other, answer) for other, answer in standing if other != number]
        elif counts != "none":
            standing.append((number, Answer(day, counts, billing, _period(start, end), undecided)))
    return tuple(answer for _, answer in standing), frozenset(numbers - {""})


def _period(start: date | None, end: date | None) -> Period | None:
    return Period(start, end or start) if start is not None else None
