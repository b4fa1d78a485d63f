"""Bytes changed, inserted, dropped or moved: never an error but InputError, never a claim that is not in the file."""

from hypothesis import given, settings
from hypothesis import strategies as st

from curette.claims.reader import Reader
from curette.errors import InputError
from curette.x12 import envelope
from curette.x12.transaction import Transaction
from tests.builder import source
from tests.property.files import GOOD, everything, files

LIKELY = b"~*:^\n\r \0\x1a\x1c0123456789AZaz.-+\x7f\x80\xc3\xff"
byte = st.one_of(st.sampled_from(list(LIKELY)), st.integers(0, 255)).map(lambda b: bytes([b]))
edits = st.tuples(
    st.sampled_from(["change", "insert", "drop", "double", "move"]),
    st.floats(0, 1, exclude_max=True),
    byte,
    st.integers(1, 40),
)


def edited(data: bytes, edit: tuple[str, float, bytes, int]) -> bytes:
    sort, where, new, size = edit
    at = int(where * len(data))
    if sort == "change":
        return data[:at] + new + data[at + 1 :]
    if sort == "insert":
        return data[:at] + new + data[at:]
    if sort == "drop":
        return data[:at] + data[at + size :]
    if sort == "double":
        return data[:at] + data[at : at + size] + data[at:]
    return data[:at] + data[at + size : at + 2 * size] + data[at : at + size] + data[at + 2 * size :]


def check(data: bytes) -> None:
    """All is read, all places lie inside the file and name what stands there, and accepted claims are in the file."""
    try:
        found = everything(data)
    except InputError as error:
        assert "\n" not in str(error)
        return
    for finding in found.findings:
        place = finding.place
        assert 0 <= place.offset <= len(data)
        assert place.segment_index >= 0
        assert finding.message.isprintable()
    for claim in found.claims:
        assert data[claim.offset :].startswith((b"CLM", b"CLP")) or b"\n" in data or b"\r" in data


@settings(max_examples=1200)
@given(files, edits)
def test_one_edit(data: bytes, edit: tuple[str, float, bytes, int]) -> None:
    check(edited(data, edit))


@settings(max_examples=400)
@given(files, st.lists(edits, min_size=2, max_size=12))
def test_many_edits(data: bytes, many: list[tuple[str, float, bytes, int]]) -> None:
    for edit in many:
        data = edited(data, edit)
    check(data)


@settings(max_examples=250)
@given(files, st.integers(100, 130), byte)
def test_edits_where_delimiters_are_told(data: bytes, at: int, new: bytes) -> None:
    check(data[:at] + new + data[at + 1 :])


@settings(max_examples=250)
@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    check(data)
    check(b"ISA" + data)
    check(GOOD[0][:106] + data)
    check(GOOD[0][:186] + data)


@settings(max_examples=250)
@given(st.lists(st.sampled_from([s + b"~" for s in GOOD[0].split(b"~")]), max_size=40))
def test_any_segments_in_any_order(segments: list[bytes]) -> None:
    check(GOOD[0][:107] + b"".join(segments))


@settings(max_examples=250)
@given(st.lists(st.integers(0, 100), min_size=1, max_size=4))
def test_any_order_inside_a_transaction_keeps_claims_apart(swaps: list[int]) -> None:
    """Whatever moves, a claim that is handed out is a run of the segments that stand in the file."""
    segments = [s.strip() for s in GOOD[0].split(b"~")]
    end = next(n for n, s in enumerate(segments) if s.startswith(b"SE*"))
    for index in swaps:
        at = 3 + index % (end - 4)  # behind ST, before SE
        segments[at], segments[at + 1] = segments[at + 1], segments[at]
    data = b"~".join(segments)
    for item in envelope.read(source(data)):
        if isinstance(item, Transaction) and item.code == "837" and item.complete:
            for claim in Reader(item).read():
                assert claim.raw in data
                assert claim.raw.count(b"CLM*") == 1
                assert claim.raw.count(b"LX*") == len(claim.lines) == claim.raw.count(b"SV1*")
