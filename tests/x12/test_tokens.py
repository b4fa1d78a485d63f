"""Bytes to segments: split at the terminator, without line breaks and indentation, nothing else touched."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curette.x12 import tokens
from curette.x12.delimiters import Delimiters
from tests.builder import FOREIGN, USUAL

SEGMENTS = ["ST*837*0001", "NM1*IL*1*SAMPLE", "N3*1 TEST ROAD*", "HI*ABK:L570", "SE*5*0001"]
ENDS = ["", "\n", "\r\n", "\r"]


def raw(segments: list[str], term: str, end: str) -> bytes:
    """As a transaction keeps it: what stands behind the last terminator is not part of it."""
    text = "".join(s + term + end for s in segments)
    return text[: len(text) - len(end)].encode()


@pytest.mark.parametrize("end", ENDS, ids=ascii)
@pytest.mark.parametrize("term", ["~", "\x1c", "'", "\n", "\r"], ids=ascii)
def test_segments_between_terminators(term: str, end: str) -> None:
    data = raw(SEGMENTS, term, end)
    delimiters = Delimiters(segment=term)
    between = tokens.separator(data, term.encode(), len(SEGMENTS))
    assert tokens.split(data, delimiters, between) == SEGMENTS
    assert tokens.split(data, delimiters, None) == SEGMENTS


@pytest.mark.parametrize("end", ENDS, ids=ascii)
def test_what_stands_between_all_segments(end: str) -> None:
    assert tokens.separator(raw(SEGMENTS, "~", end), b"~", len(SEGMENTS)) in (b"~" + end.encode(), None)


@pytest.mark.parametrize("end", ["", "\n", "\r\n"], ids=ascii)
def test_usual_files_are_split_in_one_call(end: str) -> None:
    assert tokens.separator(raw(SEGMENTS, "~", end), b"~", len(SEGMENTS)) == b"~" + end.encode()


@pytest.mark.parametrize(
    "data",
    [
        b"A*1~\nB*2~C*3~",
        b"A*1~\nB*2~\n\nC*3~",
        b"A*1~\r\nB*2~\nC*3~",
        b"A*\n1~B*2~\nC*3~",
        b"A*1~\n B*2~\nC*\r3~",
        b"A*1\n~B*2\n~C*3~",
        b"A*1~\n B*2~\n C*3~",
        b"A*1~ B*2~ C*3~",
        b"A*1~B*2~\tC*3~",
        b"A*1~\n\0B*2~\nC*3~",
        b"A*1~~B*2~C*3~",
        b"\nA*1~\nB*2~C*3~",
    ],
)
def test_mixed_breaks_are_not_taken_for_regular(data: bytes) -> None:
    between = tokens.separator(data, b"~", 3)
    assert tokens.split(data, USUAL, between) == ["A*1", "B*2", "C*3"]


def test_indentation_empty_segments_and_wraps_are_dropped() -> None:
    data = b"ST*837~ \n\tNM1*IL*1*SAM\r\nPLE~~\n \n~\0\0N3*1 TEST\n ROAD~\x1aSE*3~"
    assert tokens.split(data, USUAL, None) == ["ST*837", "NM1*IL*1*SAMPLE", "N3*1 TEST ROAD", "SE*3"]


def test_blanks_inside_and_at_the_end_of_values_stay() -> None:
    assert tokens.split(b"NM1*  A B  * ~N3* ~", USUAL, b"~") == ["NM1*  A B  * ", "N3* "]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"ABC", "ABC"),
        ("M\u00dcLLER".encode(), "M\u00dcLLER"),
        (b"M\xdcLLER", "M\u00dcLLER"),
        (b"\xff\xfe\x00", "\xff\xfe\x00"),
        (b"\xc3", "\xc3"),
    ],
)
def test_decoding_never_fails(data: bytes, text: str) -> None:
    assert tokens.decode(data) == text


@given(st.binary(max_size=60))
def test_decoding_loses_no_byte(data: bytes) -> None:
    text = tokens.decode(data)
    assert data in (text.encode("utf-8"), text.encode("latin-1", "replace"))


@settings(max_examples=200)
@given(st.lists(st.text("A*: \n\r\t~\0", max_size=6), max_size=8).map("~".join), st.sampled_from(FOREIGN))
def test_starts_and_segments_agree(text: str, delimiters: Delimiters) -> None:
    data = (text.replace("~", delimiters.segment) + delimiters.segment).encode()
    starts = tokens.starts(data, delimiters, None)
    segments = tokens.split(data, delimiters, None)
    assert len(starts) == len(segments) + 1
    assert starts[-1] == len(data)
    assert list(starts) == sorted(set(starts))
    for start, stop, segment in zip(starts[:-1], starts[1:], segments, strict=True):
        piece = data[start:stop].split(delimiters.segment.encode())[0]
        assert piece.replace(b"\r", b"").replace(b"\n", b"").decode() == segment


@pytest.mark.parametrize("end", ["", "\n", "\r\n"], ids=ascii)
@pytest.mark.parametrize("size", [1, 5, 11, 12, 13, 14, 50, 1 << 15])
def test_blocks_are_the_segments_in_small_lists(monkeypatch: pytest.MonkeyPatch, size: int, end: str) -> None:
    monkeypatch.setattr(tokens, "_HEAD", size)
    monkeypatch.setattr(tokens, "_BLOCK", size)
    segments = SEGMENTS * 5
    data = raw(segments, "~", end)
    blocks = list(tokens.blocks(data, USUAL, b"~" + end.encode()))
    assert [s for block in blocks for s in block] == segments
    assert all(blocks)


def test_blocks_are_small() -> None:
    data = raw(["NM1*IL*1*SAMPLE"] * 20_000, "~", "\n")
    blocks = list(tokens.blocks(data, USUAL, b"~\n"))
    assert len(blocks) > 5
    assert len(blocks[0]) < 200  # the head of a payment is read alone
    assert sum(map(len, blocks)) == 20_000


def test_a_long_segment_fills_a_block_and_no_more() -> None:
    segments = ["K3*" + "A" * 50_000, *SEGMENTS * 20]
    blocks = list(tokens.blocks(raw(segments, "~", "\n"), USUAL, b"~\n"))
    assert blocks[0] == segments[:1]
    assert [s for block in blocks for s in block] == segments
