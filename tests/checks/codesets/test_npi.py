"""SNIP 5: provider identifiers in claims and remittances, found where they are."""

import pytest

from curette.checks.codesets.npi import NPI, check
from curette.findings import Finding, Severity
from curette.x12.delimiters import Delimiters
from tests import builder as b

RIGHT, WRONG = "1234567893", "1234567890"


def found(data: bytes) -> list[Finding]:
    return [finding for part in b.parts(data) for finding in check(part)]


def billed_by(npi: str, qualifier: str = "XX") -> bytes:
    above = [s.replace(f"*XX*{RIGHT}", f"*{qualifier}*{npi}") for s in b.ABOVE]
    return b.claim_file(*above, *b.claim())


@pytest.mark.parametrize("data", [b.GOOD_CLAIMS, b.GOOD_REMIT], ids=["837P", "835"])
def test_right_identifiers_pass(data: bytes) -> None:
    assert not found(data)


def test_a_wrong_check_digit_is_an_error_on_a_claim() -> None:
    data = billed_by(WRONG)
    finding = found(data)[0]
    assert len(found(data)) == 1
    assert (finding.rule, finding.severity, finding.rule.snip) == (NPI, Severity.ERROR, 5)
    assert (finding.place.segment, finding.place.element) == ("NM1", 9)
    assert finding.place.offset == b.where(data, "NM1*85")
    assert finding.place.segment_index == b.ordinal(data, finding.place.offset)
    assert finding.message == "the NPI has a wrong check digit"
    assert WRONG not in finding.message


def test_an_absent_one_is_the_guides_to_tell() -> None:
    assert not found(billed_by(""))


@pytest.mark.parametrize(
    "npi", ["123", "12345678931", "ABCDEFGHIJ", "123456789", "1234567893 ", "１２３４５６７８９３"]
)
def test_what_is_no_number_of_ten_digits_is_told_by_its_size(npi: str) -> None:
    finding = found(billed_by(npi))[0]
    assert npi not in finding.message
    assert finding.message == f"the NPI is <{len(npi)} characters>, not ten digits"


@pytest.mark.parametrize("qualifier", ["24", "46", "MI", "PI", "X", "XXX", "AXX"])
def test_other_identifiers_are_not_held_against_the_check_digit(qualifier: str) -> None:
    assert not found(billed_by(WRONG, qualifier))


@pytest.mark.parametrize(
    "segment",
    ["NTE*ADD*SEE XX", "REF*XX*1234567890", "K3*A*XX*1234567890", "NTE*ADD*XX*1234567890"],
)
def test_the_same_letters_elsewhere_are_no_qualifier(segment: str) -> None:
    assert not found(b.claim_file(*b.ABOVE, *b.claim("A1", "100", segment)))


def test_every_place_is_told() -> None:
    rendering = f"NM1*82*1*SAMPLE*DOC****XX*{WRONG}"
    data = b.claim_file(*b.ABOVE, *b.claim("A1", "100", rendering), *b.claim("A2", "100", rendering))
    assert [f.place.segment_index for f in found(data)] == [
        n for n, s in enumerate(data.decode().split("~\n"), 1) if s == rendering
    ]


def test_a_payee_of_a_remittance_is_a_warning() -> None:
    data = b.GOOD_REMIT.replace(RIGHT.encode(), WRONG.encode())
    finding = found(data)[0]
    assert (finding.severity, finding.place.segment, finding.place.element) == (Severity.WARNING, "N1", 4)


@pytest.mark.parametrize("delimiters", b.FOREIGN, ids=repr)
@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_any_delimiters(delimiters: Delimiters, end: str) -> None:
    segments = b.interchange(b.group(b.transaction(*b.ABOVE, *b.claim("A1", "100", f"NM1*82*2*X*****XX*{WRONG}"))))
    end = "" if delimiters.segment in "\r\n" else end
    data = b.write(segments, delimiters, end)
    assert [(f.place.segment, f.place.element) for f in found(data)] == [("NM1", 9)]


def test_an_identifier_at_the_end_of_a_segment_with_a_line_break_after_the_terminator() -> None:
    data = b.GOOD_CLAIMS.replace(RIGHT.encode() + b"~", b"123456\n7893~")
    assert not found(data), "a wrapped line is no fault of the number"
