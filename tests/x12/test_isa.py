"""ISA: each element is checked, what can be read is read, and what is no interchange is called what it is."""

import pytest

from curette.errors import InputError, NotX12
from curette.findings import Severity
from curette.x12.isa import is_day, is_time
from tests.builder import ABOVE, PAYMENT, claim, claim_file, claims_of, isa, payment, read, remit_file, write

FILE = claim_file(*ABOVE, *claim())
REST = FILE[106:]


def with_elements(**values: str) -> bytes:
    """The file with ISA elements replaced: `e6="X"` is ISA06."""
    elements = isa().split("*")
    for name, value in values.items():
        elements[int(name[1:])] = value
    return "*".join(elements).encode() + b"~" + REST


WRONG = [
    (9, "261305", "YYMMDD"), (9, "260229", "YYMMDD"), (9, "00000A", "YYMMDD"), (9, "２６", "ISA09"), (10, "2500", "HHMM"), (10, "0960", "HHMM"),
    (10, "09:3", "HHMM"), (12, "00801", "00501"), (12, "ABCDE", "00501"), (12, "     ", "00501"), (15, "X", "P or T"), (15, "t", "P or T"),
]  # fmt: skip
ODD = [(1, "99"), (3, "05"), (5, "AA"), (7, "99"), (14, "2"), (14, "A")]


@pytest.mark.parametrize(("element", "value", "expected"), WRONG)
def test_a_wrong_value_refuses_the_interchange(element: int, value: str, expected: str) -> None:
    data = with_elements(**{f"e{element}": value})
    found = read(data).finding()
    assert (found.place.segment, found.place.element, found.place.offset, found.place.segment_index) == (
        "ISA",
        element,
        0,
        1,
    )
    assert found.severity is Severity.ERROR
    assert expected in found.message
    assert claims_of(data).names == []


@pytest.mark.parametrize("value", ["-00000001", "+00000001", "00000000A", "         ", "1 2 3 4 5"])
def test_a_control_number_is_nine_digits(value: str) -> None:
    data = with_elements(e13=value)
    assert ("SYN-ISA-VALUE", 13) in [(f.rule.id, f.place.element) for f in read(data).findings]
    assert claims_of(data).names == []


@pytest.mark.parametrize(("element", "value"), ODD)
def test_an_unusual_code_is_a_warning(element: int, value: str) -> None:
    data = with_elements(**{f"e{element}": value})
    found = read(data).finding()
    assert (found.rule.id, found.place.element, found.severity) == ("SYN-ISA-VALUE", element, Severity.WARNING)
    assert claims_of(data).names == ["A1"]


@pytest.mark.parametrize("element", [2, 4, 6, 8])
def test_a_wrong_width_is_told_with_both_widths(element: int) -> None:
    width = len(isa().split("*")[element])
    data = with_elements(**{f"e{element}": "X" * (width - 1)})
    found = read(data).finding()
    assert (found.rule.id, found.place.element) == ("SYN-ISA-WIDTH", element)
    assert f"ISA{element:02d} is {width - 1} characters wide, not {width}" == found.message
    assert read(data).transactions[0].control == "0001"


def test_all_wrong_widths_are_told() -> None:
    found = read(with_elements(e2="", e4="", e6="A", e8="B")).findings
    assert [f.place.element for f in found] == [2, 4, 6, 8]


def test_a_letter_in_isa11_is_a_warning() -> None:
    data = with_elements(e11="U")
    found = read(data).finding()
    assert (found.rule.id, found.place.element, found.severity) == ("SYN-ISA-REPETITION", 11, Severity.WARNING)
    assert claims_of(data).names == ["A1"]


@pytest.mark.parametrize("value", ["0" * 9, "999999999"])
def test_any_nine_digits_are_a_control_number(value: str) -> None:
    data = with_elements(e13=value).replace(b"IEA*1*000000001", f"IEA*1*{value}".encode())
    assert read(data).rules == []


@pytest.mark.parametrize("size", [4, 5, 50, 103, 104, 105])
def test_an_isa_alone_and_cut(size: int) -> None:
    found = read(FILE[:size]).finding()
    assert found.rule.id in ("SYN-ISA-MISSING", "SYN-ISA-DELIMITERS")
    assert (found.place.segment, found.place.segment_index, found.place.offset) == ("ISA", 1, 0)


@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_part_of_the_word_isa(size: int) -> None:
    with pytest.raises(NotX12):
        read(FILE[:size])


def test_an_isa_and_nothing_else() -> None:
    assert "SYN-CUT" in read(FILE[:106]).rules


FORMS = [
    (b"", "is empty"), (b"%PDF-1.7\n", "PDF"), (b"\x7fELF\x02", "program"), (b"<?xml version='1.0'?><ISA*>", "XML"),
    (b'{"ISA": 1}', "JSON"), (b'[{"a": 1}]', "JSON"), (FILE.decode().encode("utf-16"), "UTF-16"), (FILE.decode().encode("utf-16-le"), "UTF-16"),
    (FILE.decode().encode("utf-16-be"), "UTF-16"), (FILE.decode().encode("cp037"), "EBCDIC"), (b" \r\n\t ", "blanks"), (b"\0" * 5000, "zero bytes"),
    (b"\xef\xbb\xbf", "blanks"), (b"Hello,\nthis is a report.\n", "no X12"), (b"claim,charge\nA1,100\n", "no X12"), (b"A" * 3_000_000, "no X12"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "reason"), FORMS, ids=lambda v: repr(v)[:30])
def test_other_forms_are_called_what_they_are(data: bytes, reason: str) -> None:
    with pytest.raises(NotX12) as caught:
        read(data)
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("file.edi: ")


@pytest.mark.parametrize(
    ("data", "name"),
    [(FILE[107:], "GS"), (FILE.lower(), "isa"), (FILE[FILE.index(b"ST*") :], "ST"), (b"IEA*1*1~" + FILE[107:], "IEA")],
)
def test_x12_without_a_usable_isa(data: bytes, name: str) -> None:
    found = read(data).finding()
    assert (found.rule.id, found.place.offset, found.place.segment_index, found.place.element) == (
        "SYN-ISA-MISSING",
        0,
        1,
        None,
    )
    assert found.place.segment == name
    assert found.place.length == len(data)


@pytest.mark.parametrize("character", ["*", ":", "^"])
def test_an_interchange_with_clashing_delimiters_is_refused_and_the_next_is_read(character: str) -> None:
    data = isa().encode() + character.encode() + REST + remit_file(*PAYMENT, *payment())
    reading = read(data)
    assert reading.rules[0] == "SYN-ISA-DELIMITERS"
    assert reading.findings[0].place.offset == 0
    assert [t.kind for t in reading.transactions] == ["835"]


def test_an_isa_without_any_segment_is_cut() -> None:
    data = write([isa()])
    found = read(data).finding()
    assert (found.rule.id, found.place.segment_index, found.place.offset) == ("SYN-CUT", 1, 0)


def test_what_an_isa_says() -> None:
    found = read(FILE).transactions[0].interchange
    assert (found.sender_qualifier, found.sender, found.receiver_qualifier, found.receiver) == (
        "ZZ",
        "SENDER",
        "ZZ",
        "RECEIVER",
    )
    assert (found.control, found.created, found.version, found.usage) == ("000000001", "2601050930", "00501", "T")


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("20260105", True),
        ("260105", True),
        ("20000229", True),
        ("20260229", False),
        ("0", False),
        ("2026010", False),
        ("２６０１０５", False),
    ],
)
def test_is_day(text: str, right: bool) -> None:
    assert is_day(text) is right


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("0000", True), ("2359", True), ("235959", True), ("2359599", True), ("23595999", True), ("2400", False), ("0960", False),
        ("096", False), ("09300", False), ("093060", False), ("235959999", False), ("", False), ("٠٩٣٠", False), ("0930\n", False),
    ],
)  # fmt: skip
def test_is_time(text: str, right: bool) -> None:
    assert is_time(text) is right


@pytest.mark.parametrize(
    "data", [b"ISA*" * 300, b"ISA*00*\n" * 20_000, b"ISA" + bytes(range(256)) * 20, b"ISA is short"]
)
def test_rubbish_that_begins_well_is_refused_quickly(data: bytes) -> None:
    try:
        reading = read(data)
    except InputError:
        return
    assert reading.transactions == []
    assert Severity.ERROR in [f.severity for f in reading.findings]
