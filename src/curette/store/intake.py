"""What may enter the store: each transaction once, and nothing that contradicts what is there.

Everything is looked up and written inside one transaction of the database, which the caller opens and closes.
"""

from collections.abc import Iterable

from attrs import frozen

from curette.store import identity
from curette.store.duckdb import Store, now
from curette.x12.transaction import Transaction

_BY_KEY = """
    SELECT payment FROM payments
    WHERE trace = ? AND amount = ? AND payment_date IS NOT DISTINCT FROM ? AND originator IS NOT DISTINCT FROM ?
    AND payer_id IS NOT DISTINCT FROM ? AND payee_id IS NOT DISTINCT FROM ?
"""
# of several that used the same numbers, the same payment first
_BY_ADDRESS = """
    SELECT t.content, p.trace IS DISTINCT FROM ? AS other
    FROM transactions AS t LEFT JOIN payments AS p ON p.payment = t.transaction
    WHERE t.interchange = ? AND t.group_control IS NOT DISTINCT FROM ? AND t.control IS NOT DISTINCT FROM ?
    AND t.kind = ? AND t.superseded_by IS NULL ORDER BY other, t.content LIMIT 1
"""
_OF_PAYMENT = (
    "payments", "provider_adjustments", "remitted_claims", "remitted_lines", "adjustments", "remarks", "links",
    "categories",
)  # fmt: skip


@frozen
class Arrival:
    """A transaction that has come, and what the store says to it."""

    content: str  # identity.content
    known: bool = False
    against: str = ""  # content of a stored transaction that it contradicts
    reason: str = ""  # in what it contradicts that one
    other: bool = False  # that one is another payment: its numbers were used again, and it cannot be superseded

    @property
    def number(self) -> int:
        """transactions.transaction"""
        return identity.number(self.content)


def arrival(store: Store, transaction: Transaction, key: identity.PaymentKey | None) -> Arrival:
    """Whether a transaction is new, known, or in conflict; `key` is that of a payment."""
    content = identity.content(transaction)
    if store.value("SELECT true FROM transactions WHERE content = ?", content):
        return Arrival(content, known=True)
    if key is not None:
        stored = store.value(
            _BY_KEY, key.trace, key.amount, key.payment_date, key.originator, key.payer_id, key.payee_id
        )
        if stored is not None:
            against = store.value("SELECT content FROM transactions WHERE transaction = ?", stored)
            return Arrival(content, against=against, reason="the same payer, payee, trace, amount and day")
    envelope = identity.interchange(transaction.interchange)
    address = transaction.group.control or None, transaction.control or None, transaction.kind
    for stored, other in store.rows(_BY_ADDRESS, key.trace if key else None, envelope, *address):
        return Arrival(content, False, stored, "the same interchange, group and transaction numbers", other)
    return Arrival(content)


def accept(store: Store, found: Arrival, transaction: Transaction, file: str) -> None:
    """Note a transaction as accepted; its rows are the caller's. `file` is the SHA-256 of the file it came in."""
    envelope = transaction.interchange
    number = identity.interchange(envelope)
    values = (
        envelope.sender_qualifier, envelope.sender, envelope.receiver_qualifier, envelope.receiver, envelope.created,
        envelope.control, envelope.usage,
    )  # fmt: skip
    if not store.value("SELECT true FROM interchanges WHERE interchange = ?", number):
        store.insert("interchanges", number, *(value.strip() for value in values))
    store.insert(
        "transactions", found.number, found.content, transaction.kind, transaction.version, number,
        transaction.group.control, transaction.control, file, now(), None,
    )  # fmt: skip
    audit(store, "accepted", file, found.content, *((found.against, found.reason) if found.other else ()))


def supersede(store: Store, found: Arrival, file: str) -> None:
    """Take the stored payment that `found` contradicts out of the store: what it said is gone, that it was stays."""
    number = identity.number(found.against)
    for table in _OF_PAYMENT:
        store.run(f"DELETE FROM {table} WHERE payment = ?", number)
    store.run("UPDATE transactions SET superseded_by = ? WHERE transaction = ?", found.content, number)
    audit(store, "superseded", file, found.content, found.against)


def audit(store: Store, action: str, file: str = "", content: str = "", other: str = "", detail: str = "") -> None:
    """One more line of what was done."""
    store.insert("audit", now(), action, file, content, other, detail)


def is_whole(store: Store, sha256: str) -> bool:
    """Whether everything in a file of these bytes was taken or known."""
    return bool(store.value("SELECT whole FROM files WHERE sha256 = ?", sha256))


def note_file(store: Store, sha256: str, name: str, size: int, *, whole: bool) -> None:
    """Note a file as read."""
    store.run(
        "INSERT INTO files VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET whole = excluded.whole, "
        "read_at = excluded.read_at",
        sha256, name, size, whole, now(),
    )  # fmt: skip


def dump(store: Store, tables: Iterable[str] = ()) -> list[str]:
    """The store as sorted lines that do not depend on when or in which files things came; for comparing stores.

    Left out: times, names of files, the audit, envelopes, and answers that no longer count.
    """
    left_out = {"audit", "files", "interchanges", "schema_versions"}
    without = {
        "transactions": "interchange, group_control, control, file, accepted_at", "editions": "first_used_at",
        "episode_answers": "answer",
    }  # fmt: skip
    lines = []
    for table in tables or (t for t in store.tables if t not in left_out):
        if table == "categories":
            sql = "SELECT * EXCLUDE (answer) FROM categories WHERE current"
        else:
            sql = f"SELECT * {f'EXCLUDE ({without[table]})' if table in without else ''} FROM {table}"
        lines += [f"{table}\t{row!r}" for row in store.rows(f"{sql} ORDER BY ALL")]
    return lines
