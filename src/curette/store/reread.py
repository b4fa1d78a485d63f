"""Claims read again from the store: as the payer answered them, with the claims that were sent."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby, islice

from attrs import evolve

from curette._records import record
from curette.claims.model import Claim
from curette.claims.reader import Reader as ClaimReader
from curette.denials.categorise import Categoriser
from curette.denials.due import CALENDAR, Calendar
from curette.denials.lines import DenialLine, Options
from curette.denials.lines import rows as lines_of
from curette.denials.link import UNLINKED, Links
from curette.denials.overrides import Overrides
from curette.errors import StoreError
from curette.money import x12
from curette.remits.model import ClaimPayment, Remit
from curette.remits.reader import Reader as RemitReader
from curette.remits.reader import head
from curette.store import kept, overrides, rows
from curette.store.duckdb import Row, Store

CHUNK = 20_000  # claims that are in memory, or in one transaction of the database, at a time
_MOST = 100  # claims of one patient in a batch that are looked at together; who has more is not one patient
_CLAIMS = f"""
    WITH own AS (
        SELECT s.payment, s.claim AS answered, b.batch, b.claim, b.patient, b.control, b.service_from, b.service_to
        FROM {{chosen}} AS s JOIN billed_claims AS b ON b.batch = s.batch AND b.claim = s.billed_claim
        WHERE s.chunk = $1
    ), patients AS (
        SELECT batch, patient FROM billed_claims SEMI JOIN own USING (batch, patient)
        GROUP BY ALL HAVING count(*) <= {_MOST}
    ), near AS (
        SELECT o.payment, o.answered, k.batch, k.claim
        FROM own AS o SEMI JOIN patients USING (batch, patient) JOIN billed_claims AS k USING (batch, patient)
        WHERE k.control = o.control
            OR (k.service_from <= o.service_to AND k.service_to >= o.service_from) IS DISTINCT FROM false
        UNION SELECT payment, answered, batch, claim FROM own
    ), kin AS (
        SELECT n.payment, n.answered, list(b.segments ORDER BY b.claim) AS texts
        FROM near AS n JOIN billed_claims AS b USING (batch, claim) GROUP BY ALL
    )
    SELECT s.payment, s.claim, c.segments, coalesce(k.texts, [])
    FROM {{chosen}} AS s JOIN remitted_claims AS c ON c.payment = s.payment AND c.claim = s.claim
    LEFT JOIN kin AS k ON k.payment = s.payment AND k.answered = s.claim
    WHERE s.chunk = $1 ORDER BY s.payment, s.claim
"""
_HEADS = """
    SELECT payment, billing IS NOT NULL, payment_date, amount,
        payer_name, payer_id, originator, payee_id, trace, method
    FROM payments SEMI JOIN (FROM {chosen} WHERE chunk = ?) AS s USING (payment)
"""
_TOLD = """
    CREATE OR REPLACE TEMP TABLE told AS
    SELECT links.*, (row_number() OVER (ORDER BY payment_date, payment, claim) - 1) // ? AS chunk
    FROM links JOIN payments USING (payment) WHERE payment_date BETWEEN ? AND ?
"""
_ANSWERS = f"""
    SELECT payment, claim, line, {", ".join(rows.DENIAL)} FROM categories
    SEMI JOIN (FROM told WHERE chunk = ?) AS s USING (payment, claim) WHERE current
"""


@record
class Again:
    """One answered claim, its payment, and what was sent for that patient and day with it, where that is known."""

    payment: int
    number: int  # remitted_claims.claim
    remit: Remit
    claim: ClaimPayment
    sent: list[Claim]
    overrides: Overrides

    def lines(self, categorise: Categoriser, calendar: Calendar = CALENDAR) -> list[DenialLine]:
        """What became of its lines by the tables of today, and by what a person says."""
        options = Options(Links(self.sent) if self.sent else UNLINKED, self.overrides, calendar=calendar)
        return lines_of(self.remit, self.claim, categorise, options)


def again(store: Store, chosen: str, chunk: int) -> Iterator[Again]:
    """The claims of one chunk of a table with the columns payment, claim, batch, billed_claim (`links`) and chunk."""
    found = store.rows(_CLAIMS.format(chosen=chosen), chunk)
    heads = {row[0]: row for row in store.rows(_HEADS.format(chosen=chosen), chunk)}
    said = overrides.load(store)
    sent = ClaimReader(kept.batch(text for row in found for text in row[3])).read()
    for payment, group in groupby(found, key=lambda row: row[0]):
        claims = list(group)
        for row, (remit, claim) in zip(claims, _answered(heads[payment], claims), strict=True):
            yield Again(payment, row[1], remit, claim, list(islice(sent, len(row[3]))), said)


def told(
    store: Store, categorise: Categoriser, first: date, last: date, calendar: Calendar = CALENDAR
) -> Iterator[DenialLine]:
    """Every answered line of the payments from `first` to `last`, with the answer that the store holds, and when it is
    due by `calendar`.

    Raises StoreError where it holds none for a line, which another version of curette may have read as part of another.
    """
    store.run(_TOLD, CHUNK, first, last)
    for chunk in range((store.value("SELECT max(chunk) FROM told") or 0) + 1):
        answers = {(p, c, n): values for p, c, n, *values in store.rows(_ANSWERS, chunk)}
        for found in again(store, "told", chunk):
            for line in found.lines(categorise, calendar):
                key = found.payment, found.number, line.line.number if line.line else 0
                if key not in answers:
                    raise StoreError(
                        f"{store.path}: lines are read otherwise since: run `curette nightly --recategorise`"
                    )
                denial, made = rows.denial(answers[key]), line.denial
                yield evolve(line, denial=evolve(denial, unknown=made.unknown, override=made.override))


def _answered(payment: Row, claims: Sequence[Row]) -> Iterator[tuple[Remit, ClaimPayment]]:
    transaction = kept.remittance(_head(payment), (row[2] for row in claims))
    remit, reader = head(transaction), RemitReader(transaction)
    for claim in reader.claims():
        yield remit, claim
    if not reader.usable:
        raise StoreError(f"payment {payment[0]} in the store cannot be read again: {reader.findings[0].rule.id}")


def _head(payment: Row) -> list[list[str]]:
    _, npi, day, amount, *texts = payment
    payer, payer_id, originator, payee_id, trace, method = (kept.plain(text or "") for text in texts)
    return [
        ["BPR", "I", x12(amount), "C", method, *[""] * 11, f"{day:%Y%m%d}" if day else ""],
        ["TRN", "1", trace, originator],
        ["N1", "PR", payer, "XV", payer_id],
        ["N1", "PE", "", "XX" if npi else "", payee_id],
    ]
