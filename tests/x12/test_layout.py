"""The same claims and remittances however the bytes are laid out, and places that are right in each layout."""

import re

import pytest

from curette.findings import Severity
from curette.x12.delimiters import Delimiters
from tests.builder import (
    ABOVE,
    FOREIGN,
    PAYMENT,
    Claims,
    Payments,
    claim,
    claim_file,
    claims_of,
    group,
    interchange,
    isa,
    only,
    payment,
    read,
    remit_file,
    remits_of,
    subscriber,
    transaction,
    write,
)

CLAIM_BODY = (*ABOVE, *claim("A1"), *subscriber(3), *claim("A2", "250.5", "REF*F8*PAYER1"))
REMIT_BODY = (*PAYMENT, *payment("A1", "MOA***MA01"), *payment("A2"), "PLB*1234567893*20261231*WO:REF1*10*FB*-10")
ENDS = ["", "\n", "\r\n", "\r", "\n\n", "\r\n\r\n"]
INDENTED = [" ", "  \n", "\n   ", "\n\t", "\r\n  "]
USUAL_CLAIMS, USUAL_REMIT = claim_file(*CLAIM_BODY), remit_file(*REMIT_BODY)


def claimed(found: Claims) -> list[object]:
    """Claims as values, without their bytes and places."""
    return [
        (
            c.control_number, c.charge, c.place_of_service, c.frequency, c.diagnoses, c.original_reference, c.payer and c.payer.id,
            c.patient_person and c.patient_person.name, c.service_dates, c.billing.npi, c.subscriber.sequence, c.submission.number,
            *((n.number, n.procedure, n.modifiers, n.charge, n.units, n.pointers, n.service) for n in c.lines),
        )
        for c in found.claims
    ]  # fmt: skip


def answered(found: Payments) -> list[object]:
    """Payments and their claims as values."""
    return [
        (r.paid, r.trace, r.payment_date, r.payer_name, r.payer_id, [(p.reason, p.reference, p.amount) for p in r.adjustments])
        for r in found.remits
    ] + [
        (
            c.control_number, c.status, c.charge, c.paid, c.patient and c.patient.name, c.remarks, c.service_dates,
            *((n.procedure, n.modifiers, n.charge, n.paid, n.start, n.adjustments) for n in c.lines),
        )
        for c in found.claims
    ]  # fmt: skip


CLAIMED, ANSWERED = claimed(claims_of(USUAL_CLAIMS)), answered(remits_of(USUAL_REMIT))


def test_there_is_something_to_compare() -> None:
    assert (len(CLAIMED), len(ANSWERED)) == (2, 3)


@pytest.mark.parametrize("end", ENDS, ids=ascii)
@pytest.mark.parametrize("delimiters", FOREIGN, ids=repr)
def test_delimiters_and_line_ends_change_nothing(delimiters: Delimiters, end: str) -> None:
    data = claim_file(*CLAIM_BODY, delimiters=delimiters, end=end)
    assert read(data).rules == []
    assert (claims_of(data).rules, claimed(claims_of(data))) == ([], CLAIMED)
    data = remit_file(*REMIT_BODY, delimiters=delimiters, end=end)
    assert read(data).rules == []
    assert (remits_of(data).rules, answered(remits_of(data))) == ([], ANSWERED)


@pytest.mark.parametrize("end", INDENTED, ids=ascii)
@pytest.mark.parametrize("delimiters", [d for d in FOREIGN if d.element != "\t" and d.segment != "\n"], ids=repr)
def test_blanks_between_segments_are_a_warning(delimiters: Delimiters, end: str) -> None:
    data = claim_file(*CLAIM_BODY, delimiters=delimiters, end=end)
    assert [(f.rule.id, f.severity) for f in read(data).findings] == [("SYN-BLANKS", Severity.WARNING)]
    assert (claims_of(data).rules, claimed(claims_of(data))) == ([], CLAIMED)


@pytest.mark.parametrize("width", [20, 33, 79, 80, 81, 132, 200])
@pytest.mark.parametrize("breaks", ["\n", "\r\n", "\r"], ids=ascii)
@pytest.mark.parametrize("closed", [True, False])
def test_a_wrap_is_undone(width: int, breaks: str, closed: bool) -> None:
    plain = claim_file(*CLAIM_BODY, end="").decode()
    lines = re.findall(f".{{1,{width}}}", plain)
    data = (breaks.join(lines) + breaks * closed).encode()
    assert [(f.rule.id, f.severity) for f in read(data).findings] == [("SYN-WRAP", Severity.WARNING)]
    assert claimed(claims_of(data)) == CLAIMED


@pytest.mark.parametrize("breaks", ["\n", "\r\n"], ids=ascii)
def test_a_wrap_of_a_file_whose_size_is_a_multiple_of_the_width(breaks: str) -> None:
    plain = claim_file(*CLAIM_BODY, end="").decode()
    width = next(w for w in range(20, len(plain)) if len(plain) % w == 0)
    data = breaks.join(re.findall(f".{{{width}}}", plain)).encode()
    assert claimed(claims_of(data)) == CLAIMED


@pytest.mark.parametrize("breaks", ["\n", "\r\n"], ids=ascii)
def test_places_in_a_wrapped_file_are_those_of_the_file(breaks: str) -> None:
    plain = claim_file(*ABOVE, *claim("A1"), *subscriber(3), *claim("A2", "2X0"), end="").decode()
    data = breaks.join(re.findall(".{1,80}", plain)).encode()
    place = claims_of(data).findings[0].place
    where = plain.index("CLM*A2")
    assert (place.segment, place.element) == ("CLM", 2)
    assert place.offset == where + where // 80 * len(breaks)
    assert data[place.offset : place.offset + 2] == b"CL"


@pytest.mark.parametrize(
    ("old", "new", "segment"),
    [
        ("SE*", "SE*9", b"SE"),
        ("GE*1", "GE*7", b"GE"),
        ("IEA*1", "IEA*7", b"IEA"),
        ("*837*", "*838*", b"ST"),
        ("GS*HC", "GS*ZZ", b"GS"),
    ],
)
def test_places_of_envelopes_in_a_wrapped_file(old: str, new: str, segment: bytes) -> None:
    plain = claim_file(*CLAIM_BODY, end="").decode().replace(old, new)
    data = "\r\n".join(re.findall(".{1,80}", plain)).encode()
    place = next(f for f in read(data).findings if f.severity is Severity.ERROR).place
    where = plain.index({b"ST": "~ST*838"}.get(segment, f"~{segment.decode()}*")) + 1
    assert place.segment == segment.decode()
    assert place.offset == where + where // 80 * 2


def test_places_behind_an_interchange_in_a_wrapped_file() -> None:
    plain = claim_file(*CLAIM_BODY, end="").decode() + "NO X12"
    data = "\n".join(re.findall(".{1,80}", plain)).encode()
    place = next(f for f in read(data).findings if f.rule.id == "SYN-TEXT").place
    assert place.offset == data.index(b"NO")


def test_lines_of_one_width_by_chance_are_no_wrap() -> None:
    # every segment 26 bytes long: the line breaks stand between segments, not inside
    segments = [isa(), *(f"NTE*ADD*{'A' * 17}{n}" for n in range(9))]
    lines = write(segments).splitlines(keepends=True)
    assert len(set(map(len, lines[1:]))) == 1
    assert read(b"".join(lines)).rules != ["SYN-WRAP"]


def test_a_break_inside_one_value_is_dropped_with_a_warning() -> None:
    data = USUAL_CLAIMS.replace(b"SAMPLE*SAM", b"SAM\nPLE*SAM", 1)
    found = read(data).finding()
    assert (found.rule.id, found.severity) == ("SYN-WRAP", Severity.WARNING)
    assert found.place.offset == data.index(b"NM1*IL")
    assert claimed(claims_of(data)) == CLAIMED


def test_a_byte_order_mark_is_a_warning() -> None:
    data = b"\xef\xbb\xbf" + USUAL_CLAIMS
    found = read(data).finding()
    assert (found.rule.id, found.place.offset, found.place.length) == ("SYN-PADDING", 0, 3)
    assert claimed(claims_of(data)) == CLAIMED
    assert only(data).place(0).offset == data.index(b"ST*")


@pytest.mark.parametrize(
    "before", [b" ", b"\n", b"\r\n\r\n", b"\t", b"\0\0", b"\xef\xbb\xbf\n", b"\xef\xbb\xbf "], ids=repr
)
def test_padding_before_the_first_interchange_is_a_warning(before: bytes) -> None:
    data = before + USUAL_REMIT
    assert {f.severity for f in read(data).findings} == {Severity.WARNING}
    assert answered(remits_of(data)) == ANSWERED


@pytest.mark.parametrize("after", [b"\n\n\n", b"\r\n", b" ", b"  \n"], ids=repr)
def test_blanks_at_the_end_are_nothing(after: bytes) -> None:
    data = USUAL_REMIT + after
    assert read(data).rules == []
    assert answered(remits_of(data)) == ANSWERED


@pytest.mark.parametrize("after", [b"\x1a", b"\0" * 4096, b"\r\n\x1a\x1a", b"\n\0\0\n"], ids=lambda b: repr(b[:8]))
def test_padding_at_the_end_is_a_warning(after: bytes) -> None:
    data = USUAL_REMIT + after
    found = read(data).finding()
    assert (found.rule.id, found.place.offset, found.severity) == (
        "SYN-PADDING",
        len(USUAL_REMIT) - 1,
        Severity.WARNING,
    )
    assert answered(remits_of(data)) == ANSWERED


@pytest.mark.parametrize(
    ("between", "kind"),
    [
        (b"\xef\xbb\xbf", "a byte order mark"),
        (b"\n\xef\xbb\xbf", "a byte order mark"),
        (b"\x1a\x1a", "an end-of-file mark"),
        (b"\0\0", "zero bytes"),
        (b"\x0c\n", "blanks"),
    ],
    ids=repr,
)
def test_padding_between_joined_files_is_told_as_what_it_is(between: bytes, kind: str) -> None:
    data = USUAL_CLAIMS + between + USUAL_REMIT.replace(b"000000001", b"000000002")
    found = read(data).finding()
    assert (found.rule.id, found.severity, found.message) == (
        "SYN-PADDING",
        Severity.WARNING,
        f"{kind} outside any interchange",
    )
    assert len(read(data).transactions) == 2


@pytest.mark.parametrize("where", [b"BHT", b"HL*2", b"CLM*A1", b"SV1*HC:99213:25*100", b"SE*3"])
@pytest.mark.parametrize("empty", [b"~", b"~\n", b"~~~~", b"\n~\n~\n"], ids=repr)
def test_empty_segments_are_a_warning(where: bytes, empty: bytes) -> None:
    data = USUAL_CLAIMS.replace(where, empty + where, 1)
    found = read(data).finding()
    assert (found.rule.id, found.severity) == ("SYN-EMPTY", Severity.WARNING)
    assert claimed(claims_of(data)) == CLAIMED


def test_an_empty_segment_between_interchanges() -> None:
    data = USUAL_CLAIMS + b"~\n" + write(interchange(group(transaction(*CLAIM_BODY)), control="000000002"))
    assert claimed(claims_of(data)) == CLAIMED * 2
    assert read(data).rules == ["SYN-TEXT"]


def test_interchanges_of_different_delimiters() -> None:
    files = [
        write(interchange(group(transaction(*CLAIM_BODY)), control=f"{n:09d}"), delimiters, end)
        for n, (delimiters, end) in enumerate(zip(FOREIGN, ["", "\n", "\r\n", ""] * 2, strict=True), 1)
    ]
    data = b"".join(files)
    assert read(data).rules == []
    assert [t.interchange.control for t in read(data).transactions] == [f"{n:09d}" for n in range(1, 9)]
    assert claimed(claims_of(data)) == CLAIMED * 8
    firsts = [t.first_segment for t in read(data).transactions]
    assert firsts == [3 + n * (len(CLAIM_BODY) + 6) for n in range(8)]


def test_an_acknowledgement_may_stand_before_the_groups() -> None:
    data = USUAL_CLAIMS.replace(b"GS*HC", b"TA1*000000001*260105*0930*A*000~\nGS*HC")
    assert read(data).rules == []
    assert claimed(claims_of(data)) == CLAIMED
    assert only(data).first_segment == 4


def test_an_interchange_of_acknowledgements_alone() -> None:
    data = write([isa(), "TA1*000000001*260105*0930*A*000", "TA1*000000002*260105*0930*A*000", "IEA*0*000000001"])
    assert read(data).rules == []
    assert read(data + USUAL_CLAIMS).accepted == ["0001"]


@pytest.mark.parametrize("extra", ["*", "**", "***"])
def test_trailing_separators_change_nothing(extra: str) -> None:
    body = [s + extra for s in CLAIM_BODY]
    found = claims_of(claim_file(*body))
    assert [(f.rule.id, f.severity) for f in found.findings] == [("SYN-SEPARATORS", Severity.WARNING)]
    assert claimed(found) == CLAIMED
    body = [s + extra for s in REMIT_BODY]
    answers = remits_of(remit_file(*body))
    assert answers.rules == ["SYN-SEPARATORS"]
    assert answered(answers) == ANSWERED


@pytest.mark.parametrize(
    "segment", [b"HI*ABK:L570*ABF:D485", b"DTP*472*D8*20260104", b"SE*%d*0001" % (len(CLAIM_BODY) + 2)]
)
@pytest.mark.parametrize("end", [b"*~", b"**\n~", b"*\r\n~"])
def test_one_trailing_separator_is_told_where_it_stands(segment: bytes, end: bytes) -> None:
    data = USUAL_CLAIMS.replace(segment + b"~", segment + end)
    found = [f for f in claims_of(data).findings if f.rule.id == "SYN-SEPARATORS"]
    assert [f.place.offset for f in found] == [data.index(segment)]
    assert claimed(claims_of(data)) == CLAIMED


def test_trailing_component_separators_change_nothing() -> None:
    data = (
        USUAL_CLAIMS.replace(b"HC:99213:25*", b"HC:99213:25:::*")
        .replace(b"11:B:1", b"11:B:1:")
        .replace(b"ABF:D485", b"ABF:D485::")
    )
    assert claimed(claims_of(data)) == CLAIMED
