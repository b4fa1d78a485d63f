"""The marks of one interchange: which envelope segments stand where, counted, whatever stands between segments."""

import io
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curette.x12 import scan
from curette.x12.delimiters import Delimiters
from curette.x12.scan import Mark, between, marks
from tests.builder import ABOVE, CONTROLS, FOREIGN, USUAL, claim, claim_file, group, interchange, transaction, write

FILE = claim_file(*ABOVE, *claim())
SE = FILE.index(b"SE*23")
TOLD = ("IEA", "GS", "GE", "ST", "SE", "TA1")


def scanned(data: bytes, delimiters: Delimiters = USUAL) -> list[Mark]:
    """The marks after an ISA of usual width at the beginning of `data`."""
    return list(marks(io.BytesIO(data), 105, 1, delimiters))


def envelopes(data: bytes, delimiters: Delimiters = USUAL) -> list[Mark]:
    return [mark for mark in scanned(data, delimiters) if mark.id in TOLD]


def counted(data: bytes, delimiters: Delimiters = USUAL) -> list[Mark]:
    """The same by splitting: what `scan` avoids."""
    term, found, offset, index = delimiters.segment.encode(), [], 0, 0
    for piece in data.split(term):
        bare = piece.strip(b"\r\n").lstrip(b" \t\r\n\0\x1a")
        if bare:
            index += 1
            name = bare.split(delimiters.element.encode())[0].decode("latin-1")
            if name in TOLD:
                begin = offset + len(piece) - len(piece.lstrip(b" \t\r\n\0\x1a"))
                found.append(Mark(name, begin, index, data[begin : offset + len(piece)]))
        offset += len(piece) + 1
    return found


@pytest.mark.parametrize("delimiters", FOREIGN, ids=repr)
@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\r", "\n\n", "\r\n\r\n", " ", "  \n", "\n\t"], ids=ascii)
def test_marks_are_where_splitting_finds_them(delimiters: Delimiters, end: str) -> None:
    if delimiters.segment in "\r\n\t" or delimiters.element == "\t":
        end = end.replace("\t", "")
    data = claim_file(*ABOVE, *claim(), delimiters=delimiters, end=end)
    assert envelopes(data, delimiters) == counted(data, delimiters)
    assert [m.id for m in envelopes(data, delimiters)] == ["GS", "ST", "SE", "GE", "IEA"]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 50, 105, 106, 107, 108, 500, 1000])
@pytest.mark.parametrize("end", ["", "\n", "\r\n", " \n"], ids=ascii)
def test_the_size_of_a_block_changes_nothing(monkeypatch: pytest.MonkeyPatch, size: int, end: str) -> None:
    data = claim_file(*ABOVE, *claim(), "NTE*ADD*~", " LX*2", "*", *claim("A2"), end=end)
    wanted = [m for m in scanned(data) if m.id != "MIXED"]
    monkeypatch.setattr(scan, "BLOCK", size)
    assert [m for m in scanned(data) if m.id != "MIXED"] == wanted
    assert [m for m in wanted if m.id in TOLD] == counted(data)


@settings(max_examples=80)
@given(st.lists(st.sampled_from(["", "\n", "\r\n", "\r", " ", "\n\n", "~", "~\n", "\n ~ "]), min_size=31, max_size=31))
def test_any_mixture_between_segments(ends: list[str]) -> None:
    segments = interchange(group(transaction(*ABOVE, *claim())))
    data = segments[0].encode() + b"~"
    for segment, end in zip(segments[1:], ends, strict=False):
        data += end.encode() + segment.encode() + b"~"
    assert len(segments) - 1 <= len(ends)
    assert envelopes(data) == counted(data)


def test_a_blank_before_a_segment_is_told_once() -> None:
    data = FILE.replace(b"\nLX*1", b"\n  LX*1")
    [mark] = [m for m in scanned(data) if m.id == "BLANK"]
    assert (mark.offset, mark.index) == (data.index(b"LX*1"), data[: data.index(b"LX*1")].count(b"~") + 1)


def test_an_empty_segment_is_not_counted() -> None:
    data = FILE.replace(b"LX*1~", b"~LX*1~")
    assert [m.id for m in scanned(data) if m.id == "EMPTY"] == ["EMPTY"]
    assert [m.index for m in envelopes(data)] == [m.index for m in envelopes(FILE)]


@pytest.mark.parametrize("bad", ["lx*1", "1X*1", "*1", "\u00c4X*1", "(", "ſE*1"])
def test_what_begins_unlike_a_segment_is_odd(bad: str) -> None:
    data = FILE.replace(b"LX*1~", bad.encode() + b"~")
    [mark] = [m for m in scanned(data) if m.id == "ODD"]
    assert mark.offset == FILE.index(b"LX*1~")
    assert mark.text == bad.encode()


def test_an_isa_ends_the_interchange_before_it() -> None:
    data = FILE[:SE] + FILE
    *_, last = scanned(data)
    assert (last.id, last.offset) == ("ISA", SE)
    assert last.index == FILE[:SE].count(b"~") + 1


def test_nothing_is_read_behind_iea() -> None:
    assert scanned(FILE + b"GS*HC~") == scanned(FILE)
    assert scanned(FILE)[-1].id == "IEA"


@pytest.mark.parametrize("rest", [b"", b"\n", b" \r\n\x1a", b"\0\0\0"], ids=repr)
def test_a_file_that_ends_after_a_segment(rest: bytes) -> None:
    data = FILE[: FILE.index(b"GE*")].rstrip() + rest
    last = scanned(data)[-1]
    assert (last.id, last.offset, last.text) == ("CUT", len(data) - len(rest) - 1, b"")
    assert last.index == data.count(b"~")


def test_a_file_that_ends_inside_a_segment() -> None:
    data = FILE[: FILE.index(b"HI*") + 9]
    last = scanned(data)[-1]
    assert (last.id, last.offset, last.text) == ("CUT", FILE.index(b"HI*"), data[FILE.index(b"HI*") :])
    assert last.index == data.count(b"~") + 1


def test_an_iea_without_terminator() -> None:
    data = FILE.rstrip().rstrip(b"~")
    *_, iea, tail = scanned(data)
    assert (iea.id, tail.id) == ("IEA", "TAIL")
    assert iea.text == b"IEA*1*000000001"
    assert iea.offset == data.index(b"IEA")


def test_a_segment_is_not_followed_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "BLOCK", 64)
    monkeypatch.setattr(scan, "LONGEST", 500)
    begin = FILE.index(b"HI*")
    data = FILE[:begin] + b"NTE*ADD*" + b"A" * 2000 + b"~" + FILE[begin:]
    last = scanned(data)[-1]
    assert last.id == "LONG"
    assert begin - 1 <= last.offset <= begin
    assert last.index == FILE[:begin].count(b"~") + 1


@pytest.mark.parametrize("name", ["ST", "SE", "GS", "GE", "IEA", "ISA", "TA1"])
def test_longer_and_embedded_identifiers_are_no_marks(name: str) -> None:
    data = FILE.replace(b"LX*1~", f"{name}X*1~NTE*ADD*{name}*1~NTE*ADD*\n{name}~X{name}*1~".encode())
    assert [m.id for m in envelopes(data)] == ["GS", "ST", "SE", "GE", "IEA"]


def test_an_envelope_segment_of_its_identifier_alone() -> None:
    data = FILE.replace(b"GE*1*1~", b"GE~")
    assert [m.id for m in envelopes(data)] == ["GS", "ST", "SE", "GE", "IEA"]


@pytest.mark.parametrize(
    ("after", "term", "found"),
    [
        ("GS", "~", "~"), ("\nGS", "~", "~\n"), ("\r\nGS", "~", "~\r\n"), ("\rGS", "~", "~\r"), ("\n\rGS", "~", "~\n"),
        ("\n\nGS", "~", "~\n"), (" GS", "~", "~"), ("GS", "\n", "\n"), ("\nGS", "\n", "\n"), ("\nGS", "\r", "\r\n"), ("", "~", "~"),
    ],
    ids=ascii,
)  # fmt: skip
def test_between_is_the_terminator_with_its_line_break(after: str, term: str, found: str) -> None:
    data = ("XX" + term + after).encode()
    assert between(io.BytesIO(data), 2, term.encode()) == found.encode()


def test_control_characters_are_read_like_others() -> None:
    data = write(interchange(group(transaction(*ABOVE, *claim()))), CONTROLS, "")
    assert [m.id for m in scanned(data, CONTROLS)] == ["GS", "ST", "SE", "GE", "IEA"]
    assert re.search(rb"[*~:^]", data) is None
