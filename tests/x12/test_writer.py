"""What was read is written back byte for byte, or with other delimiters; what cannot be written is refused."""

import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curette.errors import ConfigError
from curette.x12 import parts, writer
from curette.x12.delimiters import Delimiters
from curette.x12.transaction import Transaction
from tests import builder as b

SAMPLES = Path(__file__).resolve().parents[2] / "edi_samples"
WHOLE = sorted(p for p in SAMPLES.rglob("*.83[57]") if p.name not in ("truncated.837", "wrong_count.837"))
TA1 = "TA1*000000009*260104*0900*A*000"
SEVERAL = b.interchange(
    b.group(b.transaction(*b.ABOVE, *b.claim("A1")), b.transaction(*b.ABOVE, *b.claim("A2"), control="0002")),
    b.group(b.transaction(*b.PAYMENT, *b.payment(), version=b.REMITS), control="2", version=b.REMITS),
)  # fmt: skip


def written(transactions: Sequence[Transaction], delimiters: Delimiters | None = None, line_break: str = "\n") -> bytes:
    stream = io.BytesIO()
    writer.write(transactions, stream, delimiters, line_break)
    return stream.getvalue()


def again(data: bytes, delimiters: Delimiters | None = None, line_break: str = "\n") -> bytes:
    return written(b.read(data).transactions, delimiters, line_break)


# -- the bytes they came from


@pytest.mark.parametrize("path", WHOLE, ids=lambda p: p.name)
def test_samples_are_written_back_as_they_are(path: Path) -> None:
    assert again(path.read_bytes()) == path.read_bytes()


@pytest.mark.parametrize("delimiters", b.FOREIGN, ids=repr)
@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_any_layout_is_written_back_as_it_is(delimiters: Delimiters, end: str) -> None:
    end = "" if delimiters.segment in "\r\n" else end
    data = b.write(SEVERAL, delimiters, end)
    assert again(data) == data


ODD = {
    "no line break at the end": b.GOOD_CLAIMS.rstrip(b"\n"),
    "blank lines after": b.GOOD_CLAIMS + b"\n\n\n",
    "indentation": b.GOOD_CLAIMS.replace(b"~\n", b"~\n   "),
    "line breaks of two kinds": b.GOOD_CLAIMS.replace(b"~\nHI", b"~\r\nHI"),
    "an empty segment": b.GOOD_CLAIMS.replace(b"~\nHI", b"~~\nHI"),
    "an acknowledgement": b.write((SEVERAL[0], TA1, *SEVERAL[1:])),
    "UTF-8": b.GOOD_CLAIMS.replace(b"SAM*", "SÄM*".encode()),
    "Latin-1": b.GOOD_CLAIMS.replace(b"SAM*", "SÄM*".encode("latin-1")),
    "trailing separators": b.GOOD_CLAIMS.replace(b"DMG*D8*19700101*F~", b"DMG*D8*19700101*F**~"),
    "two interchanges": b.GOOD_CLAIMS
    + b.write(b.interchange(b.group(b.transaction(*b.ABOVE, *b.claim())), control="000000002"), b.CONTROLS),
}  # fmt: skip


@pytest.mark.parametrize("data", ODD.values(), ids=ODD.keys())
def test_oddities_are_written_back_as_they_are(data: bytes) -> None:
    assert again(data) == data


def test_a_long_transaction_is_written_back_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    data = b.claim_file(*b.ABOVE, *(s for n in range(40) for s in b.claim(f"A{n}")))
    monkeypatch.setattr(parts, "LIMIT", 1000)
    monkeypatch.setattr(parts, "_SIZE", 400)
    monkeypatch.setattr(parts, "_MOST", 0)
    assert len(list(b.only(data).parts())) > 4
    assert again(data) == data


# -- some of the transactions


def test_counts_are_those_of_what_is_written() -> None:
    data = b.write(SEVERAL)
    first, second, third = b.read(data).transactions
    text = written([first, third]).decode()
    assert b.read(text.encode()).rules == []
    assert "GE*1*1~" in text
    assert "IEA*2*000000001~" in text
    text = written([second]).decode()
    assert b.read(text.encode()).accepted == ["0002"]
    assert "GE*1*1~" in text
    assert "IEA*1*000000001~" in text
    assert "ST*837*0001" not in text


def test_nothing_writes_nothing() -> None:
    assert written([]) == b""


def test_a_wrong_count_is_put_right() -> None:
    data = b.GOOD_CLAIMS.replace(b"GE*1*1", b"GE*2*1").replace(b"IEA*1*", b"IEA*7*")
    assert again(data) == b.GOOD_CLAIMS


# -- other delimiters


def texts(data: bytes) -> list[list[str]]:
    """The elements of every segment, in the delimiters of the builder."""
    found = []
    for transaction in b.read(data).transactions:
        d = transaction.delimiters
        table = str.maketrans(d.component + d.repetition, ":^"[: 1 + len(d.repetition)])
        found += [[e.translate(table) for e in s.split(d.element)] for s in transaction.segments()]
    return found


@pytest.mark.parametrize("new", b.FOREIGN, ids=repr)
@pytest.mark.parametrize("old", b.FOREIGN, ids=repr)
def test_from_any_delimiters_to_any(old: Delimiters, new: Delimiters) -> None:
    data = b.write(SEVERAL, old)
    converted = again(data, new)
    assert b.read(converted).rules == []
    assert texts(converted) == texts(data)
    assert {t.delimiters for t in b.read(converted).transactions} == {new}
    assert again(converted, old) == b.write(SEVERAL, old)


@pytest.mark.parametrize(("line_break", "lines"), [("", 0), ("\n", 32), ("\r\n", 32)])
def test_line_breaks_as_wanted(line_break: str, lines: int) -> None:
    data = again(b.GOOD_CLAIMS, b.FOREIGN[2], line_break)
    assert data.count(b"\n") == lines
    assert data.count(b"\r\n") == (lines if line_break == "\r\n" else 0)


def test_no_line_break_after_a_terminator_that_is_one() -> None:
    assert b"\n\n" not in again(b.GOOD_CLAIMS, Delimiters("|", ">", "^", "\n"))


def test_an_acknowledgement_is_rewritten_too() -> None:
    converted = again(b.write((SEVERAL[0], TA1, *SEVERAL[1:])), b.FOREIGN[2])
    assert b"TA1+000000009+260104+0900+A+000'\n" in converted
    assert b.read(converted).rules == []


def test_repetitions_follow() -> None:
    data = b.GOOD_CLAIMS.replace(b"*99001~", b"*99001~\nK3*ONE^TWO~").replace(b"SE*28", b"SE*29")
    assert b"K3+ONE!TWO'" in again(data, b.FOREIGN[2])
    with pytest.raises(ConfigError, match="repetition separator"):
        again(data, Delimiters("*", ":", "", "~"))


@pytest.mark.parametrize(
    ("data", "new"),
    [
        (b.GOOD_CLAIMS.replace(b"SAM*", b"SA|M*"), Delimiters("|", ":", "^", "~")),
        (b.GOOD_CLAIMS.replace(b"SAM*", b"SA>M*"), Delimiters("*", ">", "^", "~")),
        (b.GOOD_CLAIMS.replace(b"SAM*", b"SA!M*"), Delimiters("*", ":", "!", "~")),
        (b.GOOD_CLAIMS.replace(b"SAM*", b"SA'M*"), Delimiters("*", ":", "^", "'")),
        (b.GOOD_CLAIMS.replace(b"SENDER   ", b"SEND|ER  "), Delimiters("|", ":", "^", "~")),
        (b.GOOD_CLAIMS.replace(b"SENDER   ", b"SEND'ER  "), Delimiters("*", ":", "^", "'")),
        (b.GOOD_CLAIMS, Delimiters("*", "*", "^", "~")),
        (b.GOOD_CLAIMS, Delimiters("*", ":", ":", "~")),
        (b.GOOD_CLAIMS, Delimiters("A", ":", "^", "~")),
        (b.GOOD_CLAIMS, Delimiters("*", ":", "^", "7")),
        (b.GOOD_CLAIMS, Delimiters("*", " ", "^", "~")),
        (b.GOOD_CLAIMS, Delimiters("*", "-", "^", "~")),
    ],
)
def test_what_data_may_hold_cannot_part_it(data: bytes, new: Delimiters) -> None:
    assert b.read(data).accepted == ["0001"]
    with pytest.raises(ConfigError) as caught:
        again(data, new)
    assert "SAM" not in str(caught.value)


def test_text_beyond_ascii_becomes_utf_8() -> None:
    data = b.GOOD_CLAIMS.replace(b"SAM*", "SÄM*".encode("latin-1"))
    assert "*SÄM*".replace("*", "+").encode() in again(data, b.FOREIGN[2])


SPARE = "".join(c for c in "!\"%&'()*+,/:;<=>?@[]^_`{|}~#$\\\x1c\x1d\x1e\x1f")


@given(st.permutations(SPARE).map(lambda chosen: Delimiters(*chosen[:4])))
def test_any_four_characters_or_a_refusal(new: Delimiters) -> None:
    try:
        converted = again(b.GOOD_CLAIMS, new)
    except ConfigError:
        taken = set(b.GOOD_CLAIMS.decode()) - set("*:^~")
        assert taken & set(new.bytes.decode())
        return
    assert again(converted, b.USUAL) == b.GOOD_CLAIMS


@given(st.sampled_from([b.GOOD_CLAIMS, b.GOOD_REMIT, b.write(SEVERAL)]), st.sampled_from(b.FOREIGN))
def test_reading_what_was_written_gives_the_same(data: bytes, new: Delimiters) -> None:
    assert texts(again(data, new)) == texts(data)
