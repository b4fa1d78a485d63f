"""Damage to envelopes: what is still read, what is refused, and at which segment, element and byte it is said.

The file has two interchanges; the first has two groups, of which one has two transactions. Each transaction holds one
claim: A and B in one group, C in the other, D in the second interchange.
"""

import io

import pytest

from curette.claims.reader import Reader
from curette.findings import Finding, Severity
from curette.x12 import writer
from curette.x12.delimiters import Delimiters
from tests.builder import (
    ABOVE,
    FOREIGN,
    GOOD_REMIT,
    USUAL,
    Reading,
    claim,
    group,
    interchange,
    isa,
    ordinal,
    read,
    transaction,
    write,
)


def single(name: str, control: str) -> tuple[str, ...]:
    return transaction(*ABOVE, *claim(name), control=control)


FIRST = interchange(
    group(single("A", "0001"), single("B", "0002"), control="1"), group(single("C", "0003"), control="2")
)
SECOND = interchange(group(single("D", "0004"), control="3"), control="000000002")
FILE = write([*FIRST, *SECOND])

GS = "GS*HC*SENDER*RECEIVER*20260105*0930*1*X*005010X222A1~\n"
GS_2 = GS.replace("*1*X", "*2*X")
ST = "ST*837*0002*005010X222A1~\n"
SE = "SE*23*0002~\n"
GE = "GE*2*1~\n"
IEA = "IEA*2*000000001~\n"
LAST = "IEA*1*000000002~\n"
STRAY = "NTE*ADD*STRAY~\n"


def accepted(data: bytes) -> str:
    """The names of the claims that may be used."""
    return "".join(c.control_number for t in read(data).transactions if not t.refused for c in Reader(t).read())


def told(data: bytes, found: Finding) -> tuple[str, str, int | None]:
    """Rule, segment and element, when the place is right by two counts: bytes and terminators."""
    place = found.place
    text = data[place.offset :]
    assert text.startswith(place.segment.encode())
    assert place.segment_index == ordinal(data, place.offset)
    assert text[place.length : place.length + 1] in (b"~", b"")
    return found.rule.id.removeprefix("SYN-"), text.split(b"~")[0].decode(), place.element


def replaced(old: str, new: str) -> bytes:
    assert FILE.count(old.encode()) == 1
    return FILE.replace(old.encode(), new.encode())


def test_the_file_is_good() -> None:
    reading = read(FILE)
    assert (reading.rules, accepted(FILE)) == ([], "ABCD")
    assert [t.control for t in reading.transactions] == ["0001", "0002", "0003", "0004"]
    assert [t.group.control for t in reading.transactions] == ["1", "1", "2", "3"]
    assert [t.interchange.control for t in reading.transactions] == ["000000001"] * 3 + ["000000002"]


# -- trailers that say something wrong: (old, new, claims still read, rule, element)

COUNTS = [
    (SE, "SE*24*0002", "ACD", "COUNT", 1), (SE, "SE*0*0002", "ACD", "COUNT", 1), (SE, "SE*+23*0002", "ACD", "NUMBER", 1),
    (SE, "SE*2_3*0002", "ACD", "NUMBER", 1), (SE, "SE* 23*0002", "ACD", "NUMBER", 1), (SE, "SE**0002", "ACD", "NUMBER", 1),
    (SE, "SE*-23*0002", "ACD", "NUMBER", 1), (SE, "SE*23.0*0002", "ACD", "NUMBER", 1), (SE, "SE*2E1*0002", "ACD", "NUMBER", 1),
    (SE, "SE*" + "9" * 11 + "*0002", "ACD", "NUMBER", 1), (SE, "SE*" + "2" * 5000 + "*0002", "ACD", "NUMBER", 1),
    (GE, "GE*3*1", "CD", "COUNT", 1), (GE, "GE*1*1", "CD", "COUNT", 1), (GE, "GE*X*1", "CD", "NUMBER", 1),
    (GE, "GE**1", "CD", "NUMBER", 1), (IEA, "IEA*1*000000001", "D", "COUNT", 1), (IEA, "IEA*3*000000001", "D", "COUNT", 1),
    (IEA, "IEA*X*000000001", "D", "NUMBER", 1), (LAST, "IEA*2*000000002", "ABC", "COUNT", 1),
]  # fmt: skip
CONTROL_NUMBERS = [
    (SE, "SE*23*0001", "ACD"), (SE, "SE*23*2", "ACD"), (SE, "SE*23", "ACD"), (SE, "SE*23*", "ACD"), (GE, "GE*2*2", "CD"),
    (GE, "GE*2*01", "CD"), (GE, "GE*2", "CD"), (IEA, "IEA*2*1", "D"), (IEA, "IEA*2*000000002", "D"), (IEA, "IEA*2", "D"),
    (LAST, "IEA*1*00000002", "ABC"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "claims", "rule", "element"), COUNTS)
def test_a_wrong_count_refuses_its_envelope(old: str, new: str, claims: str, rule: str, element: int) -> None:
    data = replaced(old, new + "~\n")
    assert told(data, read(data).finding()) == (rule, new, element)
    assert accepted(data) == claims


@pytest.mark.parametrize(("old", "new", "claims"), CONTROL_NUMBERS)
def test_a_wrong_control_number_refuses_its_envelope(old: str, new: str, claims: str) -> None:
    data = replaced(old, new + "~\n")
    assert told(data, read(data).finding()) == ("CONTROLS", new, 2)
    assert accepted(data) == claims


@pytest.mark.parametrize(("old", "new"), [(SE, "SE*023*0002"), (GE, "GE*02*1"), (IEA, "IEA*02*000000001")])
def test_leading_zeros_of_a_count_are_a_warning(old: str, new: str) -> None:
    data = replaced(old, new + "~\n")
    found = read(data).finding()
    assert told(data, found) == ("ZEROS", new, 1)
    assert found.severity is Severity.WARNING
    assert accepted(data) == "ABCD"


@pytest.mark.parametrize(("old", "bare", "claims"), [(SE, "SE", "ACD"), (GE, "GE", "CD"), (IEA, "IEA", "D")])
def test_a_trailer_of_its_identifier_alone(old: str, bare: str, claims: str) -> None:
    data = replaced(old, bare + "~\n")
    assert [told(data, f) for f in read(data).findings] == [("NUMBER", bare, 1), ("CONTROLS", bare, 2)]
    assert accepted(data) == claims


def test_the_counts_are_both_shown() -> None:
    assert read(replaced(SE, "SE*24*0002~\n")).finding().message == "SE01 says 24, but there are 23"


def test_fullwidth_digits_are_no_count() -> None:
    data = replaced(SE, "SE*２３*0002~\n")
    assert "SYN-NUMBER" in read(data).rules
    assert accepted(data) == "ACD"


# -- what is missing, too much, or in the wrong place: (old, new, claims still read, rule, the segment it is told of)

ORDER = [
    ("SE*23*0001~\n", "", "BCD", "NEST", ST),
    (SE, "", "ACD", "NEST", GE),
    (SE, SE + SE, "CD", "NEST", SE),
    (GE, "", "CD", "NEST", GS_2),
    ("GE*1*2~\n", "", "ABD", "NEST", IEA),
    (GE, GE + GE, "D", "NEST", GE),
    (IEA, GE + IEA, "D", "NEST", GE),
    (GS, "", "D", "NEST", "ST*837*0001*005010X222A1~\n"),
    (GS_2, "", "D", "NEST", "ST*837*0003*005010X222A1~\n"),
    (IEA, "", "D", "NEST", isa("000000002") + "~\n"),
    (LAST, "", "ABC", "CUT", "GE*1*3~\n"),
    ("GE*1*3~\n" + LAST, "", "ABC", "CUT", "SE*23*0004~\n"),
    (GE, STRAY + GE, "CD", "STRAY", STRAY),
    (GE, GE + STRAY, "D", "STRAY", STRAY),
    (GS, STRAY + GS, "D", "STRAY", STRAY),
    (ST, STRAY + ST, "CD", "STRAY", STRAY),
    (GS_2, GS_2 + STRAY, "ABD", "STRAY", STRAY),
    (IEA, STRAY + IEA, "D", "STRAY", STRAY),
]


@pytest.mark.parametrize(("old", "new", "claims", "rule", "segment"), ORDER)
def test_envelopes_nest(old: str, new: str, claims: str, rule: str, segment: str) -> None:
    data = replaced(old, new)
    assert told(data, read(data).finding()) == (rule, segment.removesuffix("~\n"), None)
    assert accepted(data) == claims


def test_a_header_twice() -> None:
    data = replaced(GS, GS + GS)
    assert [told(data, f) for f in read(data).findings if f.rule.id == "SYN-NEST"] == [("NEST", GS[:-2], None)]
    assert accepted(data) == "D"


def test_without_st_the_segments_belong_nowhere() -> None:
    data = replaced(ST, "")
    place = read(data).finding().place  # and nothing of GE01, which would count it
    assert place.offset == data.index(b"BHT", data.index(b"SE*23*0001"))
    assert accepted(data) == "CD"


def test_iea_before_ge() -> None:
    data = replaced("GE*1*2~\n" + IEA, IEA + "GE*1*2~\n")
    nest, text = sorted(read(data).findings, key=lambda f: f.place.offset)
    assert told(data, nest) == ("NEST", IEA[:-2], None)
    assert (text.rule.id, text.place.offset) == ("SYN-TEXT", data.index(b"GE*1*2"))
    assert accepted(data) == "ABD"


def test_an_isa_in_the_middle_ends_what_is_open() -> None:
    begin = FILE.index(b"CLM*B")
    data = FILE[:begin] + write(SECOND)
    found = read(data).finding()
    assert (found.rule.id, found.place.offset) == ("SYN-NEST", begin)
    assert found.place.segment_index == ordinal(data, begin)
    assert accepted(data) == "D"


@pytest.mark.parametrize("other", [USUAL, FOREIGN[2]])
@pytest.mark.parametrize("ended", [b"IEA*2*000000001", b"IEA*2*000000001\r\n"])
def test_the_last_terminator_is_missing_and_another_interchange_follows(ended: bytes, other: Delimiters) -> None:
    data = FILE[: FILE.index(b"IEA")] + ended + write(SECOND, other)
    found = read(data).finding()
    assert told(FILE[: FILE.index(b"IEA")] + ended.rstrip(), found) == ("TAIL", "IEA*2*000000001", None)
    assert accepted(data) == "ABCD"
    stream = io.BytesIO()
    writer.write(read(data).transactions, stream)
    assert stream.getvalue() == data


@pytest.mark.parametrize("other", [USUAL, FOREIGN[2]])
def test_an_interchange_that_was_cut_anywhere_leaves_the_next_whole(other: Delimiters) -> None:
    first, second = write(FIRST), write(SECOND, other)
    for size in range(len(isa()) + 2, first.index(b"IEA") + 4):
        data = first[:size] + second
        found = [f for f in read(data).findings if f.severity is Severity.ERROR]
        assert accepted(data) == "D", size
        assert found[-1].rule.id in ("SYN-NEST", "SYN-VACANT", "SYN-CONTROLS"), size


def test_what_only_begins_like_an_isa_ends_nothing() -> None:
    data = write(FIRST).replace(b"HI*", b"NTE*ADD*VISA*1~\nHI*").replace(b"IEA*2", b"IEA*3")
    assert accepted(data + write(SECOND)) == "D"


def test_isa_directly_after_isa() -> None:
    data = write([isa("000000007")]) + FILE
    found = read(data).finding()
    assert (found.rule.id, found.place.offset, found.place.segment_index) == ("SYN-NEST", 107, 2)
    assert accepted(data) == "ABCD"


@pytest.mark.parametrize(
    ("segments", "segment", "claims"),
    [
        (interchange(group(single("A", "0001"), transaction(control="0002"))), "SE*2*0002", "A"),
        (interchange(group(single("A", "0001")), group(control="2")), "GE*0*2", "A"),
        (interchange(), "IEA*0*000000001", ""),
    ],
)
def test_an_empty_envelope_is_refused_alone(segments: tuple[str, ...], segment: str, claims: str) -> None:
    data = write([*segments, *SECOND])
    found = read(data).finding()
    assert told(data, found)[:2] == ("VACANT", segment)
    assert accepted(data) == claims + "D"


def test_segments_in_reverse_order_give_nothing() -> None:
    data = write([*FIRST, *SECOND][::-1])
    assert accepted(data) == ""
    assert Severity.ERROR in [f.severity for f in read(data).findings]


# -- headers

HEADERS = [
    (GS, "GS*ZZ*S*R*20260105*0930*1*X*005010X222A1", "CD", "GS-VALUE", 1),
    (GS, "GS*HC*S*R*260105*0930*1*X*005010X222A1", "CD", "GS-VALUE", 4),
    (GS, "GS*HC*S*R*20260229*0930*1*X*005010X222A1", "CD", "GS-VALUE", 4),
    (GS, "GS*HC*S*R*20260105*2560*1*X*005010X222A1", "CD", "GS-VALUE", 5),
    (GS, "GS*HC*S*R*20260105*930*1*X*005010X222A1", "CD", "GS-VALUE", 5),
    (GS, "GS*HC*S*R*20260105*0930*1*T*005010X222A1", "CD", "GS-VALUE", 7),
    (GS, "GS*HC**RECEIVER*20260105*0930*1*X*005010X222A1", "CD", "GS-VALUE", 2),
    (GS, "GS*HC*SENDER**20260105*0930*1*X*005010X222A1", "CD", "GS-VALUE", 3),
    (GS, "GS*HC*SENDER*RECEIVER*20260105*0930*A1*X*005010X222A1", "CD", "GS-VALUE", 6),
    (GS, "GS*HC*SENDER*RECEIVER*20260105*0930*1*X*005010X222A1*1", "CD", "EXTRA", 9),
    (ST, "ST*837*0002*005010X222A1**1", "ACD", "EXTRA", 4),
    (SE, "SE*23*0002*1", "ACD", "EXTRA", 3),
    (GE, "GE*2*1**1", "CD", "EXTRA", 3),
    (IEA, "IEA*2*000000001*1", "D", "EXTRA", 3),
    (ST, "ST*838*0002*005010X222A1", "ACD", "ST-VALUE", 1),
    (ST, "ST*835*0002*005010X222A1", "ACD", "ST-VALUE", 1),
    (ST, "ST*837*1*005010X222A1", "ACD", "ST-VALUE", 2),
    (ST, "ST*P*0002*005010X222A1", "ACD", "ST-VALUE", 1),
    (ST, "ST**0002*005010X222A1", "ACD", "ST-VALUE", 1),
    (ST, "ST*837*0002*005010X223A2", "ACD", "ST-VALUE", 3),
    (ST, "ST*837*0002*005010X222", "ACD", "ST-VALUE", 3),
]


@pytest.mark.parametrize(("old", "new", "claims", "rule", "element"), HEADERS)
def test_a_header_with_a_wrong_value(old: str, new: str, claims: str, rule: str, element: int) -> None:
    data = replaced(old, new + "~\n")
    assert told(data, read(data).finding()) == (rule, new, element)
    assert accepted(data) == claims


def test_separators_at_the_end_of_an_envelope_segment_mean_nothing() -> None:
    for segment in (GS, SE, GE, IEA):
        assert (read(replaced(segment, segment.replace("~", "**~"))).rules, segment) == ([], segment)


def test_a_control_number_that_was_told_of_is_not_told_again_beside_another() -> None:
    wrong = replaced(ST, ST.replace("0002", "0001"))
    assert told(wrong, read(wrong).finding())[::2] == ("ST-TWICE", 2)
    taken = replaced("ST*837*0001*", "ST*837*0002*")  # of the second, which has it by right
    assert told(taken, read(taken).finding())[::2] == ("CONTROLS", 2)
    assert (accepted(wrong), accepted(taken)) == ("ACD", "BCD")


def test_gs08_names_another_set_than_all_its_transactions() -> None:
    data = replaced(GS, GS.replace("X222A1", "X221A1"))
    assert {told(data, f)[::2] for f in read(data).findings} == {("GS-VALUE", 8)}
    assert accepted(data) == "CD"


def test_what_is_not_read_is_named_whatever_its_guide() -> None:
    data = write(interchange(group(("ST*997*0001", "AK1*HC*1", "AK9*A*1*1*1", "SE*4*0001"), version="005010X231A1")))
    reading = read(data.replace(b"GS*HC", b"GS*FA"))
    assert (reading.rules, [t.kind for t in reading.transactions]) == ([], ["997"])


def test_a_5010_group_asks_for_a_5010_interchange() -> None:
    data = FILE.replace(b"*00501*000000001", b"*00401*000000001")
    found = read(data).finding()
    assert (found.rule.id, found.place.element, accepted(data)) == ("SYN-ISA-VALUE", 12, "D")


TA1 = "TA1*000000099*260104*0930*A*000~\n"


@pytest.mark.parametrize(
    ("old", "new", "claims"), [(ST, TA1 + ST, "CD"), (GE, TA1 + GE, "CD"), (GE, GE + TA1, "D"), (IEA, TA1 + IEA, "D")]
)
def test_an_acknowledgement_stands_before_the_groups(old: str, new: str, claims: str) -> None:
    data = replaced(old, new)
    assert told(data, read(data).finding()) == ("NEST", TA1[:-2], None)
    assert accepted(data) == claims


@pytest.mark.parametrize(
    ("version", "rule", "claims"),
    [
        ("005010X999", "GS-GUIDE", "CD"), ("005010X222A9", "GS-GUIDE", "CD"), ("005010", "GS-GUIDE", "CD"), ("", "GS-GUIDE", "CD"), ("004010X098A1", "GS-OLD", "CD"), ("005010X222", "GS-ADDENDA", "ABCD"),
    ],
)  # fmt: skip
def test_the_guide_is_told_of_gs08(version: str, rule: str, claims: str) -> None:
    data = replaced(GS, f"GS*HC*S*R*20260105*0930*1*X*{version}~\n").replace(
        b"*005010X222A1~\nBHT", f"*{version}~\nBHT".encode()
    )
    data = data.replace(b"ST*837*0003*" + version.encode(), b"ST*837*0003*005010X222A1")
    data = data.replace(b"ST*837*0004*" + version.encode(), b"ST*837*0004*005010X222A1")
    found = {told(data, f) for f in read(data).findings}
    assert {(rule, element) for rule, _, element in found} == {(rule, 8)}
    assert accepted(data) == claims


def test_st03_may_be_absent_and_is_missed_in_claims_alone() -> None:
    data = replaced(ST, "ST*837*0002~\n")
    assert (read(data).rules, accepted(data)) == (["SYN-ST-GUIDE"], "ABCD")
    assert told(data, read(data).finding()) == ("ST-GUIDE", "ST*837*0002", 3)
    assert read(data).finding().severity is Severity.ADVICE
    assert read(data).transactions[1].version == "005010X222A1"
    assert read(GOOD_REMIT).rules == []


@pytest.mark.parametrize("control", ["", "2", "12345678901"])
def test_st02_has_four_to_nine_characters(control: str) -> None:
    data = FILE.replace(b"*0002", f"*{control}".encode())
    found = read(data).finding()
    assert told(data, found)[::2] == ("ST-VALUE", 2)
    assert accepted(data) == "ACD"


def test_st02_once_in_a_group() -> None:
    data = FILE.replace(b"*0002", b"*0001")
    found = read(data).finding()
    assert told(data, found) == ("ST-TWICE", "ST*837*0001*005010X222A1", 2)
    assert (found.place.offset, accepted(data)) == (data.rindex(b"ST*837*0001"), "ACD")


def test_st02_may_come_again_in_another_group() -> None:
    assert accepted(FILE.replace(b"*0003", b"*0001")) == "ABCD"


# -- several interchanges


def test_an_interchange_that_comes_again_counts_once() -> None:
    data = FILE + write(FIRST)
    found = read(data).finding()
    assert told(data, found)[::2] == ("ISA-COPY", 13)
    assert (found.place.offset, accepted(data)) == (len(FILE), "ABCD")


def test_a_control_number_used_for_other_content_is_a_warning() -> None:
    data = write([*FIRST, *interchange(group(single("E", "0001"), control="9"))])
    found = read(data).finding()
    assert told(data, found)[::2] == ("ISA-TWICE", 13)
    assert (found.severity, accepted(data)) == (Severity.WARNING, "ABCE")


@pytest.mark.parametrize(
    "text", [b"HELLO THERE\n", b"NTE*ADD*X~\n", b"\xff\xfe", b"ISA", b"isa*00*", b"--MIME BOUNDARY ISA--\r\n"]
)
def test_text_between_interchanges_is_told_and_stepped_over(text: bytes) -> None:
    data = write(FIRST) + text + write(SECOND)
    [found] = [f for f in read(data).findings if f.severity is Severity.ERROR]
    assert found.rule.id in ("SYN-TEXT", "SYN-ISA-MISSING", "SYN-ISA-DELIMITERS")
    assert found.place.offset == len(write(FIRST))
    assert accepted(data) == "ABCD"


@pytest.mark.parametrize("text", [b"some words\n", b"\x1b[2J", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_text_before_and_after(text: bytes) -> None:
    data = text + FILE + text
    assert {f.rule.id: f.place.offset for f in read(data).findings} == {"SYN-TEXT": len(text) + len(FILE)} or {
        f.place.offset for f in read(data).findings
    } == {0, len(text) + len(FILE)}
    assert accepted(data) == "ABCD"


def test_a_damaged_isa_loses_its_interchange_alone() -> None:
    data = replaced(isa() + "~", isa()[:50] + "~")
    found = read(data)
    assert found.rules[0] in ("SYN-ISA-MISSING", "SYN-ISA-DELIMITERS")
    assert found.findings[0].place.offset == 0
    assert accepted(data) == "D"


def test_one_damage_does_not_hide_another() -> None:
    data = replaced(SE, "SE*24*0002~\n").replace(LAST.encode(), b"IEA*1*9~\n")
    assert [told(data, f) for f in read(data).findings] == [("CONTROLS", "IEA*1*9", 2), ("COUNT", "SE*24*0002", 1)]
    assert accepted(data) == "AC"


def places(reading: Reading) -> list[tuple[str | None, str | None, str | None]]:
    return [(f.place.interchange, f.place.group, f.place.transaction) for f in reading.findings]


def test_findings_name_the_envelopes_around_them() -> None:
    assert places(read(replaced(SE, "SE*24*0002~\n"))) == [("000000001", "1", "0002")]
    assert places(read(replaced(GE, "GE*3*1~\n"))) == [("000000001", "1", None)]
    assert places(read(replaced(ST, "ST*838*0002*005010X222A1~\n"))) == [("000000001", "1", "0002")]
    assert places(read(replaced(IEA, "IEA*3*000000001~\n"))) == [("000000001", None, None)]
