"""Content decides: the same however it is written, another when a cent differs."""

import pytest

from curette.remits.reader import head
from curette.store.identity import content, interchange, payment_key
from curette.x12 import envelope
from curette.x12.delimiters import Delimiters
from curette.x12.transaction import Transaction
from tests import builder as b
from tests.running import make_parts_small, many

ODD = (*b.PAYMENT[:3], "N1*PR*EXAMPLÉ PLAN", *b.PAYMENT[4:])


def same(data: bytes) -> str:
    return content(b.only(data))


@pytest.mark.parametrize("delimiters", b.FOREIGN)
@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_delimiters_and_line_breaks_do_not_matter(delimiters: Delimiters, end: str) -> None:
    form = delimiters
    assert same(b.remit_file(*ODD, *b.payment(), delimiters=form, end=end)) == same(b.remit_file(*ODD, *b.payment()))


def test_wraps_and_blank_lines_do_not_matter() -> None:
    plain = b.GOOD_REMIT.replace(b"\n", b"")
    wrapped = b"\n".join(plain[at : at + 80] for at in range(0, len(plain), 80)) + b"\n"
    assert same(wrapped) == same(b.GOOD_REMIT) == same(b.GOOD_REMIT.replace(b"~\n", b"~\n\n  "))


def test_control_numbers_do_not_matter() -> None:
    other = b.write(
        b.interchange(
            b.group(b.transaction(*b.PAYMENT, *b.payment(), control="4711", version=b.REMITS), version=b.REMITS),
            control="000000077",
        )
    )
    assert same(other) == same(b.remit_file(*b.PAYMENT, *b.payment()))


@pytest.mark.parametrize(("old", "new"), [(b"*60*", b"*60.01*"), (b"CLP*A1", b"CLP*A9"), (b"DTM*472*", b"DTM*150*")])
def test_any_other_data_is_another_content(old: bytes, new: bytes) -> None:
    assert old in b.GOOD_REMIT
    assert same(b.GOOD_REMIT.replace(old, new)) != same(b.GOOD_REMIT)


def test_elements_cannot_move_into_one_another() -> None:
    one, other = (b.remit_file(*b.PAYMENT, *b.payment("A1", ref)) for ref in ("REF*EA*1:2", "REF*EA*1*2"))
    assert same(one) != same(other)


def test_a_long_transaction_has_the_same_content_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = same(many(40))
    make_parts_small(monkeypatch)
    found: list[Transaction] = []
    for transaction in envelope.read(b.source(many(40))):
        assert isinstance(transaction, Transaction)
        assert len(list(transaction.parts())) > 3
        assert content(transaction) == whole
        found.append(transaction)
    assert len(found) == 1


def test_an_interchange_is_known_by_its_parties_time_and_number() -> None:
    def number(data: bytes) -> int:
        return interchange(b.only(data).interchange)

    first = number(b.GOOD_REMIT)
    assert first == number(b.GOOD_CLAIMS.replace(b"~\n", b"~"))
    assert first != number(b.GOOD_REMIT.replace(b"000000001", b"000000002"))
    assert first != number(b.GOOD_REMIT.replace(b"*260105*", b"*260106*"))
    assert first != number(b.GOOD_REMIT.replace(b"SENDER  ", b"SENDERS "))
    assert 0 < first < 2**63


def test_a_payment_is_known_by_payer_payee_trace_amount_and_day() -> None:
    key = payment_key(head(b.only(b.GOOD_REMIT)))
    assert key == payment_key(head(b.only(b.GOOD_REMIT.replace(b"*40~", b"*40.00~"))))
    for old, new in ((b"CHECK1", b"CHECK2"), (b"20260302~", b"20260303~"), (b"*I*60*", b"*I*61*"), (b"*XX*", b"*XX*9")):
        assert old in b.GOOD_REMIT
        assert payment_key(head(b.only(b.GOOD_REMIT.replace(old, new, 1)))) != key, old
    assert payment_key(head(b.only(b.GOOD_REMIT.replace(b"TRN*1*CHECK1*", b"TRN*1**")))) is None
