"""What may enter the store: each transaction once, and nothing that contradicts what is there.

Everything is looked up and written inside one transaction of the database, which the caller opens and closes.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from attrs import define, field, frozen

from curette.remits.model import Remit
from curette.remits.reader import head
from curette.store import identity
from curette.store.duckdb import Store
from curette.store.staging import Staging
from curette.x12.transaction import Transaction

_CONTENTS = "SELECT content FROM transactions WHERE content IN (SELECT unnest(?::VARCHAR[]))"
_KEYS = """
    SELECT p.payer_id, p.originator, p.payee_id, p.trace, p.amount, p.payment_date, t.content
    FROM payments AS p JOIN transactions AS t ON t.transaction = p.payment
    SEMI JOIN (SELECT unnest(?::VARCHAR[]) AS trace, unnest(?::BIGINT[]) AS amount) AS w USING (trace, amount)
"""
_ADDRESSES = """
    SELECT t.interchange, t.group_control, t.control, t.kind, t.content, p.trace
    FROM transactions AS t LEFT JOIN payments AS p ON p.payment = t.transaction
    SEMI JOIN (SELECT unnest(?::BIGINT[]) AS interchange, unnest(?::VARCHAR[]) AS control) AS w
    ON t.interchange = w.interchange AND t.control IS NOT DISTINCT FROM w.control
    WHERE t.superseded_by IS NULL
"""
_INTERCHANGES = "SELECT interchange FROM interchanges WHERE interchange IN (SELECT unnest(?::BIGINT[]))"
_OF_PAYMENT = (
    "payments", "provider_adjustments", "remitted_claims", "remitted_lines", "adjustments", "remarks", "links",
    "categories",
)  # fmt: skip


class Address(NamedTuple):
    """The numbers under which a transaction was sent."""

    interchange: int  # identity.interchange
    group: str | None  # GS06
    control: str | None  # ST02
    kind: str


@frozen
class Candidate:
    """A transaction that has come, with what tells it from others."""

    transaction: Transaction
    remit: Remit | None  # of a payment
    key: identity.PaymentKey | None  # of a payment that has one
    address: Address
    content: str  # identity.content
    number: int  # transactions.transaction

    @classmethod
    def of(cls, found: Transaction) -> "Candidate":
        """Of an 837P or 835."""
        remit = head(found) if found.kind == "835" else None
        key = identity.payment_key(remit) if remit else None
        envelope = identity.interchange(found.interchange)
        address = Address(envelope, found.group.control or None, found.control or None, found.kind)
        content = identity.content(found)
        return cls(found, remit, key, address, content, identity.number(content))


@frozen
class Arrival:
    """What the store says to a transaction that has come."""

    known: bool = False
    against: str = ""  # content of a stored transaction that it contradicts
    reason: str = ""  # in what it contradicts that one
    other: bool = False  # that one is another payment: its numbers were used again, and it cannot be superseded


@define
class Intake:
    """The transactions of one file on their way into the store. Their rows are staged; see `Staging`.

    What the store holds that could stand against them is looked up for many at once: a statement takes longer than
    reading a short transaction.
    """

    store: Store
    staged: Staging
    file: str  # its SHA-256
    _contents: set[str] = field(factory=set)
    _keys: dict[identity.PaymentKey, str] = field(factory=dict)  # to content
    _addresses: dict[Address, dict[str, str | None]] = field(factory=dict)  # to contents and their trace numbers
    _interchanges: set[int] = field(factory=set)

    def look_up(self, candidates: Sequence[Candidate]) -> None:
        """Learn what the store holds that has to do with them."""
        keys = [key for each in candidates if (key := each.key)]
        addresses = [each.address for each in candidates]
        envelopes = [address.interchange for address in addresses]
        self._contents.update(content for (content,) in self.store.rows(_CONTENTS, [c.content for c in candidates]))
        for *values, content in self.store.rows(_KEYS, [k.trace for k in keys], [k.amount for k in keys]):
            self._keys[identity.PaymentKey(*values)] = content
        for *address, content, trace in self.store.rows(_ADDRESSES, envelopes, [a.control for a in addresses]):
            self._addresses.setdefault(Address(*address), {})[content] = trace
        self._interchanges.update(number for (number,) in self.store.rows(_INTERCHANGES, envelopes))

    def arrival(self, found: Candidate) -> Arrival:
        """Whether a transaction that was looked up is new, known, or in conflict with the store or its own file."""
        if found.content in self._contents:
            return Arrival(known=True)
        key = found.key
        if key is not None and key in self._keys:
            return Arrival(against=self._keys[key], reason="the same payer, payee, trace, amount and day")
        rivals = self._addresses.get(found.address)
        if not rivals:
            return Arrival()
        trace = key.trace if key else None  # of several that used the same numbers, the same payment first
        other, content = min((known != trace, content) for content, known in rivals.items())
        return Arrival(False, content, "the same interchange, group and transaction numbers", other)

    def accept(self, found: Candidate, arrival: Arrival) -> None:
        """Note a transaction as accepted; its own rows, which the caller has staged, are kept with that."""
        transaction, address, key = found.transaction, found.address, found.key
        envelope = transaction.interchange
        if address.interchange not in self._interchanges:
            values = (
                envelope.sender_qualifier, envelope.sender, envelope.receiver_qualifier, envelope.receiver,
                envelope.created, envelope.control, envelope.usage,
            )  # fmt: skip
            self.staged.add("interchanges", (address.interchange, *(value.strip() for value in values)))
        row = (
            found.number, found.content, transaction.kind, transaction.version, address.interchange,
            transaction.group.control, transaction.control, self.file, self.store.at, None,
        )  # fmt: skip
        self.staged.add("transactions", row)
        self.audit("accepted", found.content, *((arrival.against, arrival.reason) if arrival.other else ()))
        self._contents.add(found.content)
        self._interchanges.add(address.interchange)
        self._addresses.setdefault(address, {})[found.content] = key.trace if key else None
        if key is not None:
            self._keys[key] = found.content

    def supersede(self, found: Candidate, against: str) -> None:
        """Take a payment that `found` contradicts out of the store: what it said is gone, that it was stays."""
        self.staged.load()  # it may have come in the same file
        number = identity.number(against)
        for table in _OF_PAYMENT:
            self.store.run(f"DELETE FROM {table} WHERE payment = ?", number)
        self.store.run("UPDATE transactions SET superseded_by = ? WHERE transaction = ?", found.content, number)
        self._keys = {key: content for key, content in self._keys.items() if content != against}
        for rivals in self._addresses.values():
            rivals.pop(against, None)
        self.audit("superseded", found.content, against)

    def audit(self, action: str, content: str = "", other: str = "", detail: str = "") -> None:
        """One more line of what was done, which stays whatever becomes of the rows staged after it."""
        self.staged.add("audit", (self.store.at, action, self.file, content, other, detail))
        self.staged.keep()


def is_whole(store: Store, sha256: str) -> bool:
    """Whether everything in a file of these bytes was taken or known."""
    return bool(store.value("SELECT whole FROM files WHERE sha256 = ?", sha256))


def note_file(store: Store, sha256: str, name: str, size: int, *, whole: bool) -> None:
    """Note a file as read."""
    store.run(
        "INSERT INTO files VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET whole = excluded.whole, "
        "read_at = excluded.read_at",
        sha256, name, size, whole, store.at,
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
