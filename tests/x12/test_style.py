"""Blanks and separators that a tidy sender leaves out: told once a transaction, with a count and the first place."""

import pytest

from curette.findings import Finding, Severity
from curette.x12.delimiters import Delimiters
from curette.x12.style import inspect
from tests import builder as b

BASE = b.claim_file(*b.ABOVE, *b.claim("A1", "100", "NTE*ADD*PLAIN NOTE"))


def found(data: bytes) -> list[Finding]:
    return [finding for part in b.parts(data) for finding in inspect(part)]


def told(data: bytes) -> list[tuple[str, str, int | None, str]]:
    return [(f.rule.id, f.place.segment, f.place.element, f.message) for f in found(data)]


@pytest.mark.parametrize("data", [BASE, b.GOOD_CLAIMS, b.GOOD_REMIT], ids=["note", "claims", "remittance"])
def test_tidy_files_pass(data: bytes) -> None:
    assert not found(data)


@pytest.mark.parametrize(
    ("old", "new", "segment", "element"),
    [
        (b"*SAMPLE*SAM*", b"* SAMPLE*SAM*", "NM1", 3),
        (b"*SAMPLE*SAM*", b"*SAMPLE*SAM *", "NM1", 4),
        (b"*SAMPLE*SAM*", b"*SAMPLE* *", "NM1", 4),
        (b"*SAMPLE*SAM*", b"*SAMPLE*  *", "NM1", 4),
        (b"*SAMPLE*SAM*", b"*  SAMPLE  *SAM*", "NM1", 3),
        (b"PLAIN NOTE~", b"PLAIN NOTE ~", "NTE", 2),
        (b"ABK:L570", b"ABK: L570", "HI", 1),
        (b"ABK:L570", b"ABK :L570", "HI", 1),
        (b"HC:99213:25*", b"HC:99213:25 *", "SV1", 1),
    ],
)
def test_one_value_with_blanks(old: bytes, new: bytes, segment: str, element: int) -> None:
    data = BASE.replace(old, new)
    assert data != BASE
    assert told(data) == [("SYN-PADDED", segment, element, "1 values begin or end with a blank")]
    assert found(data)[0].severity is Severity.WARNING
    place = found(data)[0].place
    assert place.segment_index == b.ordinal(data, place.offset)


def test_values_are_counted_not_blanks() -> None:
    data = BASE.replace(b"*SAMPLE*SAM*", b"* SAMPLE *  SAM*").replace(b"PLAIN NOTE", b" PLAIN NOTE  ")
    assert told(data) == [("SYN-PADDED", "NM1", 3, "3 values begin or end with a blank")]


def test_blanks_inside_values_are_data() -> None:
    assert not found(BASE.replace(b"PLAIN NOTE", b"PLAIN   NOTE  OF  WORDS"))


@pytest.mark.parametrize(
    ("old", "new", "segment", "element", "count"),
    [
        (b"HC:99213:25*", b"HC:99213:25:*", "SV1", 1, 1),
        (b"HC:99213:25*", b"HC:99213:25:::*", "SV1", 1, 1),
        (b"ABF:D485", b"ABF:D485:", "HI", 2, 1),
        (b"ABK:L570*ABF:D485", b"ABK:L570:*ABF:D485:", "HI", 1, 2),
    ],
)
def test_hanging_components(old: bytes, new: bytes, segment: str, element: int, count: int) -> None:
    assert told(BASE.replace(old, new)) == [
        ("SYN-COMPONENTS", segment, element, f"{count} composites end in an empty component")
    ]


def test_empty_components_inside_a_composite_are_legal() -> None:
    assert not found(BASE.replace(b"HC:99213:25*", b"HC:99213:25::::WORDS*"))


def test_both_are_told() -> None:
    data = BASE.replace(b"HC:99213:25*", b"HC:99213:25:*").replace(b"PLAIN NOTE", b" PLAIN NOTE")
    assert [rule for rule, *_ in told(data)] == ["SYN-PADDED", "SYN-COMPONENTS"]


@pytest.mark.parametrize("delimiters", b.FOREIGN, ids=repr)
def test_any_delimiters(delimiters: Delimiters) -> None:
    segments = [
        *b.ABOVE, "CLM*A1*100***11:B:1*Y*A*Y*Y", "HI*ABK:L570:", "LX*1", "SV1*HC:99213:25*100*UN*1***1",
        "DTP*472*D8*20260104", "NTE*ADD*WORDS ",
    ]  # fmt: skip
    data = b.claim_file(*segments, delimiters=delimiters)
    assert [(rule, segment, element) for rule, segment, element, _ in told(data)] == [
        ("SYN-PADDED", "NTE", 2), ("SYN-COMPONENTS", "HI", 1)
    ]  # fmt: skip
