"""A transaction says where each of its segments is, hands out exact bytes, and travels between processes."""

import pickle

import pytest

from curette.findings import Severity
from curette.x12 import faults, parts
from curette.x12.transaction import shown
from tests.builder import (
    ABOVE,
    FOREIGN,
    PAYMENT,
    claim,
    claim_file,
    claims_of,
    only,
    ordinal,
    payment,
    read,
    remit_file,
)

FILE = claim_file(*ABOVE, *claim("A1"), *claim("A2"))


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\n\n", " \n", "\r\n  "], ids=ascii)
@pytest.mark.parametrize("delimiters", FOREIGN[:4], ids=repr)
def test_every_place_is_right_by_two_counts(delimiters: object, end: str) -> None:
    data = claim_file(*ABOVE, *claim("A1"), *claim("A2"), delimiters=delimiters, end=end)  # type: ignore[arg-type]
    transaction = only(data)
    separators = transaction.delimiters
    for index, segment in enumerate(transaction.segments()):
        place = transaction.place(index, 2, 1, loop="X")
        assert data[place.offset : place.offset + place.length].decode() == segment
        assert place.segment_index == ordinal(data, place.offset, separators)
        assert place.segment_in_transaction == index + 1
        assert place.segment == segment.split(separators.element)[0]
        assert (place.element, place.component, place.loop) == (2, 1, "X")
        assert (place.file, place.interchange, place.group, place.transaction) == ("file.edi", "000000001", "1", "0001")


def test_places_out_of_range_are_the_nearest() -> None:
    transaction = only(FILE)
    assert transaction.place(-1) == transaction.place(0)
    assert transaction.place(10_000) == transaction.place(transaction.count - 1)


def test_raw_is_exact() -> None:
    transaction = only(FILE)
    assert transaction.raw == FILE[FILE.index(b"ST*") : FILE.index(b"GE*") - 1]
    assert FILE[transaction.offset :].startswith(transaction.raw)
    assert transaction.count == transaction.raw.count(b"~")
    assert transaction.first_segment == 3


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\n\n", "  \n", "~\n"], ids=ascii)
def test_the_bytes_of_segments_end_with_the_last_terminator(end: str) -> None:
    data = claim_file(*ABOVE, *claim("A1"), *claim("A2"), end=end)
    transaction = only(data)
    names = [s.partition("*")[0] for s in transaction.segments()]
    begin, stop = names.index("CLM"), len(names) - 1 - names[::-1].index("CLM")
    found = transaction.bytes_of(begin, stop)
    assert found.startswith(b"CLM*A1*")
    assert found.endswith(b"~")
    assert data.count(found) == 1
    assert [p.strip() for p in found.split(b"~") if p.strip()] == [
        s.encode() for s in transaction.segments()[begin:stop]
    ]
    assert transaction.bytes_of(begin, 10_000).endswith(b"~")
    assert b"SE*" in transaction.bytes_of(begin, 10_000)


def test_no_segments_are_no_bytes() -> None:
    assert only(FILE).bytes_of(3, 3) == b""


def test_a_missing_last_terminator_is_no_segment_less() -> None:
    data = FILE[: FILE.index(b"~\nGE*")] + b"~" + b"GE*1*1~IEA*1*000000001"
    assert only(data).raw == only(FILE).raw


def test_an_error_makes_it_refused_and_a_warning_does_not() -> None:
    transaction = only(FILE)
    warned = transaction.with_findings(faults.WRAP.at(transaction.place(9), count=1))
    refused = warned.with_findings(faults.LONG.at(transaction.place(3), size=1, limit=1))
    assert transaction.with_findings() is transaction
    assert (transaction.refused, warned.refused, refused.refused) == (False, False, True)
    assert [f.place.segment_in_transaction for f in refused.findings] == [4, 10]
    assert [f.severity for f in refused.findings] == [Severity.ERROR, Severity.WARNING]


def test_one_without_its_end_holds_only_its_beginning() -> None:
    [found] = read(FILE[: FILE.index(b"SE*")]).transactions
    assert (found.complete, found.refused, found.count) == (False, True, 1)
    assert found.segments() == ["ST*837*0001*005010X222A1"]
    assert claims_of(FILE[: FILE.index(b"SE*")]).claims == []


def test_it_travels_between_processes() -> None:
    transaction = only(FILE)
    same = pickle.loads(pickle.dumps(transaction))
    assert same == transaction
    assert same.place(5) == transaction.place(5)


@pytest.mark.parametrize("size", [40, 1 << 10, 1 << 14])
def test_the_last_segments(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("curette.x12.transaction._TAIL", size)
    tail = [f"PLB*1234567893*20261231*WO:{n}*1" for n in range(30)]
    transaction = only(remit_file(*PAYMENT, *payment("A1"), *tail))
    found = transaction.tail_segments("PLB")
    begin = found.index(tail[0])
    assert found[begin:-1] == tail
    assert found[-1].startswith("SE*")


@pytest.mark.parametrize("limit", [0, 10**9])
def test_the_head_is_found_in_long_ones_too(limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "LIMIT", limit)
    monkeypatch.setattr(parts, "_SIZE", 64)
    first = next(only(remit_file(*PAYMENT, *payment("A1"))).head_blocks())
    assert [s.partition("*")[0] for s in first][:3] == ["ST", "BPR", "TRN"]


@pytest.mark.parametrize("text", ["SAMPLE", "nm1", "NM1 ", "NM11", "SAM", "\x1b[2J", "<B>"])
def test_what_is_no_identifier_is_never_shown(text: str) -> None:
    assert text not in shown(text)
    assert shown(text).startswith("<")


@pytest.mark.parametrize("text", ["NM1", "CLM", "ISA", "SV2", ""])
def test_identifiers_are_shown(text: str) -> None:
    assert shown(text) == text
