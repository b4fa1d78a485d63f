"""What makes two transactions the same, whatever their file is called and however it is written.

Content decides: the segments from ST+1 to SE-1 without delimiters, line breaks and control numbers. A payment is also
known by its key (CAQH CORE 370: what reassociates a payment with its remittance), an envelope by its numbers; either
with other content is a conflict.
"""

import hashlib
from datetime import date
from itertools import chain

from attrs import frozen

from curette.remits.model import Remit
from curette.x12 import tokens
from curette.x12.transaction import Interchange, Transaction

_CANONICAL = ("\x1d", "\x1f", "\x1e")  # in place of the file's own element, component and repetition separators
_END = b"\x1c"


def content(transaction: Transaction) -> str:
    """SHA-256, in hexadecimal, of what a transaction says."""
    given = transaction.delimiters
    own = (given.element, given.component, given.repetition)
    table = str.maketrans({old: new for old, new in zip(own, _CANONICAL, strict=True) if old})
    digest = hashlib.sha256()
    for part in transaction.parts():
        encoding = tokens.encoding_of(part.raw)
        blocks = part.blocks()
        held = next(blocks)[0 if part.before else 1 :]
        for block in chain(blocks, [[]]):
            if not block and part.last:
                held = held[:-1]
            if held:
                digest.update("\x1c".join(held).translate(table).encode(encoding) + _END)
            held = block
    return digest.hexdigest()


def number(text: str) -> int:
    """A positive 63-bit number for a text: the same in every store, so that order of ingest decides nothing."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1


def interchange(found: Interchange) -> int:
    """The number of an envelope: who sent it to whom, when, and its control number."""
    parts = (
        found.sender_qualifier, found.sender, found.receiver_qualifier, found.receiver, found.created, found.control,
    )  # fmt: skip
    return number("\x1c".join(part.strip() for part in parts))


@frozen
class PaymentKey:
    """What tells one payment from another: payer, payee, trace, amount (cents) and day."""

    payer_id: str | None
    originator: str | None  # TRN03
    payee_id: str | None
    trace: str
    amount: int
    payment_date: date | None


def payment_key(remit: Remit) -> PaymentKey | None:
    """The key of a payment; None where it has no trace number, so that nothing but its content tells it."""
    if not remit.trace:
        return None
    payee = remit.payee.id if remit.payee else ""
    return PaymentKey(
        remit.payer_id or None, remit.value("TRN", 3) or None, payee or None, remit.trace, remit.paid,
        remit.payment_date,
    )  # fmt: skip
