"""Unusual characters, breaks and sizes: an error on a claim, a warning on a payment, told at the element."""

import pytest

from curette.findings import Finding, Severity
from curette.x12.characters import SEGMENT_LIMIT
from curette.x12.delimiters import Delimiters
from tests.builder import (
    ABOVE,
    CONTROLS,
    PAYMENT,
    USUAL,
    claim,
    claim_file,
    claims_of,
    ordinal,
    payment,
    read,
    remit_file,
    remits_of,
)

CLAIMS = claim_file(*ABOVE, *claim("A1"), *claim("A2"))
REMIT = remit_file(*PAYMENT, *payment("A1")).replace(b"*000000001", b"*000000002")
CONTROL_CHARACTERS = [
    "\0",
    "\x01",
    "\t",
    "\x07",
    "\x0b",
    "\x0c",
    "\x1b",
    "\x1c",
    "\x7f",
    "\x80",
    "\x9b",
    "\u2028",
    "\u202e",
    "\u200f",
    "\ufeff",
]


def place(data: bytes, found: Finding) -> tuple[str, int | None]:
    assert found.place.segment_index == ordinal(data, found.place.offset)
    assert data[found.place.offset :].startswith(found.place.segment.encode())
    return found.place.segment, found.place.element


def named(data: bytes, name: bytes) -> bytes:
    """The first name replaced."""
    return data.replace(b"*SAMPLE*SAM*", b"*" + name + b"*SAM*", 1)


@pytest.mark.parametrize("character", CONTROL_CHARACTERS, ids=ascii)
def test_a_control_character_is_an_error_on_a_claim(character: str) -> None:
    data = named(CLAIMS, f"SAM{character}PLE".encode())
    found = read(data).finding()
    assert (found.rule.id, found.severity, place(data, found)) == ("SYN-CONTROL", Severity.ERROR, ("NM1", 3))
    assert found.message == "1 control characters inside the segment"
    assert claims_of(data).claims == []


@pytest.mark.parametrize("character", CONTROL_CHARACTERS, ids=ascii)
def test_a_control_character_is_a_warning_on_a_payment(character: str) -> None:
    data = named(REMIT, f"SAM{character}PLE".encode())
    found = read(data).finding()
    assert (found.rule.id, found.severity, place(data, found)) == ("SYN-CONTROL", Severity.WARNING, ("NM1", 3))
    answers = remits_of(data)
    assert [c.paid for c in answers.claims] == [6000]
    assert answers.claims[0].patient is not None
    assert answers.claims[0].patient.last_name == f"SAM{character}PLE"


@pytest.mark.parametrize(
    ("name", "text", "form"),
    [
        ("MÜLLER".encode(), "MÜLLER", "UTF-8"), (b"M\xdcLLER", "MÜLLER", "Latin-1"), ("李".encode(), "李", "UTF-8"), (b"D\xb4SO", "D´SO", "Latin-1"),
    ],
)  # fmt: skip
def test_other_letters_are_read_with_a_warning(name: bytes, text: str, form: str) -> None:
    data = named(CLAIMS, name)
    found = read(data).finding()
    assert (found.rule.id, found.severity, place(data, found)) == ("SYN-CHARSET", Severity.WARNING, ("NM1", 3))
    assert form in found.message
    person = claims_of(data).claims[0].patient_person
    assert person is not None
    assert person.last_name == text


@pytest.mark.parametrize(
    "data", [named(CLAIMS, "MÜLLER".encode()), named(CLAIMS, b"M\xdcLLER"), named(CLAIMS, "李李李".encode())]
)
def test_offsets_are_bytes_also_behind_other_letters(data: bytes) -> None:
    data = data.replace(b"CLM*A2*100*", b"CLM*A2*1X0*")
    assert claims_of(data).finding().place.offset == data.index(b"CLM*A2")


@pytest.mark.parametrize("number", [1, 800, 1600])
def test_other_letters_anywhere_in_a_long_file(number: int) -> None:
    names = [f"A{n}" for n in range(1, 1601)]
    data = claim_file(*ABOVE, *(s for name in names for s in claim(name))).replace(
        b"CLM*A%d*" % number, b"CLM*\xc4%d*" % number
    )
    reading = read(data)
    assert [(f.rule.id, f.place.offset) for f in reading.findings] == [("SYN-CHARSET", data.index(b"CLM*\xc4"))]
    assert len(claims_of(data).claims) == len(names)


def test_a_hole_of_zero_bytes() -> None:
    data = named(CLAIMS, b"\0" * 4096)
    found = read(data).finding()
    assert (found.rule.id, place(data, found)) == ("SYN-CONTROL", ("NM1", 3))
    assert "4096" in found.message


def test_separators_that_are_control_characters_are_not_found() -> None:
    assert read(claim_file(*ABOVE, *claim(), delimiters=CONTROLS)).rules == []
    assert read(claim_file(*ABOVE, *claim(), delimiters=Delimiters("\t", "\x07", "\x01", "\x7f"), end="")).rules == []


def test_other_control_characters_are_found_besides_such_separators() -> None:
    data = claim_file(*ABOVE, *claim(), delimiters=CONTROLS).replace(b"SAMPLE\x1dSAM", b"SAM\x07PLE\x1dSAM")
    assert read(data).finding().place.element == 3


def test_the_repetition_separator_is_no_control_character() -> None:
    delimiters = Delimiters("*", ":", "\x1e", "~")
    assert read(claim_file(*ABOVE, *claim("A1", "100", "NTE*ADD*A\x1eB"), delimiters=delimiters)).rules == []


def test_each_element_is_told_and_the_first_hundred_only() -> None:
    notes = [f"NTE*ADD*BELL{chr(7)}*{chr(27)}" for _ in range(80)]
    found = read(claim_file(*ABOVE, *claim("A1", "100", *notes))).findings
    assert len(found) == 100
    assert {f.place.element for f in found} == {2, 3}
    assert len({(f.place.segment_index, f.place.element) for f in found}) == 100


def test_a_segment_over_the_limit_refuses_its_transaction_alone() -> None:
    data = claim_file(*ABOVE, *claim("A1", "100", "NTE*ADD*" + "A" * SEGMENT_LIMIT))
    found = read(data + REMIT).finding()
    assert (found.rule.id, place(data, found)) == ("SYN-LONG", ("NTE", None))
    assert str(SEGMENT_LIMIT) in found.message
    assert [t.kind for t in read(data + REMIT).transactions if not t.refused] == ["835"]


def test_a_segment_under_the_limit_is_read() -> None:
    note = "A" * (SEGMENT_LIMIT - 100)
    data = claim_file(*ABOVE, *claim("A1", "100", "NTE*ADD*" + note))
    assert read(data).rules == []
    assert claims_of(data).claims[0].notes == (("ADD", note),)


@pytest.mark.parametrize("size", [(1 << 20) + 200_000, 3 << 20])
def test_a_segment_without_end_refuses_its_interchange_alone(size: int) -> None:
    data = claim_file(*ABOVE, *claim("A1", "100", "NTE*ADD*" + "A" * size)) + REMIT
    reading = read(data)
    assert reading.rules == ["SYN-LONG"]  # and nothing of the bytes behind it
    assert reading.findings[0].place.offset == data.index(b"NTE*ADD")
    assert [t.kind for t in reading.transactions if not t.refused] == ["835"]


def test_breaks_inside_segments_are_told_once_with_their_number() -> None:
    data = named(CLAIMS, b"SAM\r\nPLE").replace(b"2 TEST ROAD", b"2 TEST\n ROAD")
    found = read(data).finding()
    assert (found.rule.id, found.severity, place(data, found)) == ("SYN-WRAP", Severity.WARNING, ("NM1", None))
    assert found.message.startswith("2 ")


def test_usual_bytes_give_nothing() -> None:
    assert (read(CLAIMS).rules, read(REMIT).rules, USUAL.bytes) == ([], [], b"*:^~")
