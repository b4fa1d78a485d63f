"""A loop is read by name; what is absent is empty, never an error."""

from datetime import date

from curette.dates import Period
from curette.x12.loop import Loop, Party, element, party

LOOP = Loop(
    [s.split("*") for s in (
        "CLM*A1*100", "DTP*431*D8*20260101", "DTP*434*RD8*20260101-20260103", "DTP*096*DT*202601041200", "DTP*439", "DTP*297*TM*1200",
        "REF*G1*AUTH1", "REF*G1*AUTH2", "REF*9F", "AMT*F5*25.5", "AMT*D", "NTE*ADD*FIRST", "NTE*DCP*SECOND", "NTE",
    )],
    7,
)  # fmt: skip
PERSON = Party(
    [s.split("*") for s in (
        "NM1*82*1*EXAMPLE*DANA*Q***XX*1000000111", "PRV*PE*PXC*207N00000X", "N3*1 TEST ROAD*SUITE 2", "N4*TESTVILLE*IL*62701",
        "DMG*D8*19700101*F", "REF*G2*X1",
    )],
    9, "2310B",
)  # fmt: skip
CLINIC = Party([["NM1", "77", "2", "SAMPLE ANNEX"]], 3, "2310C")


def test_segments_by_name_and_qualifier() -> None:
    assert [s[2] for s in LOOP.all("REF", "G1")] == ["AUTH1", "AUTH2"]
    assert len(LOOP.all("DTP")) == 5
    assert LOOP.first("AMT", "D") == ["AMT", "D"]
    assert LOOP.first("AMT", "X") is LOOP.first("XXX") is None


def test_values_that_are_absent_are_empty() -> None:
    assert LOOP.value("REF", 2, "9F") == LOOP.value("XXX", 1) == LOOP.reference("F8") == element(["A"], 5) == ""
    assert LOOP.value("CLM", 1) == "A1"


def test_references_and_notes_keep_their_order() -> None:
    assert LOOP.references == (("G1", "AUTH1"), ("G1", "AUTH2"), ("9F", ""))
    assert LOOP.notes == (("ADD", "FIRST"), ("DCP", "SECOND"), ("", ""))


def test_amounts_are_cents() -> None:
    assert (LOOP.amount("F5"), LOOP.amount("D"), LOOP.amount("X")) == (2550, None, None)


def test_dates_are_periods() -> None:
    assert LOOP.dates("431") == Period(date(2026, 1, 1), date(2026, 1, 1))
    assert LOOP.dates("434") == Period(date(2026, 1, 1), date(2026, 1, 3))
    assert LOOP.dates("096") == Period(date(2026, 1, 4), date(2026, 1, 4))
    assert LOOP.dates("439") is LOOP.dates("297") is LOOP.dates("XXX") is None


def test_a_person() -> None:
    assert (PERSON.role, PERSON.is_person, PERSON.name, PERSON.npi) == ("82", True, "EXAMPLE, DANA Q", "1000000111")
    assert (PERSON.taxonomy, PERSON.street, PERSON.city, PERSON.state) == (
        "207N00000X",
        ("1 TEST ROAD", "SUITE 2"),
        "TESTVILLE",
        "IL",
    )
    assert (PERSON.postal_code, PERSON.birth_date, PERSON.sex, PERSON.reference("G2")) == (
        "62701",
        date(1970, 1, 1),
        "F",
        "X1",
    )


def test_an_organisation_with_nothing_but_a_name() -> None:
    assert (CLINIC.is_person, CLINIC.name, CLINIC.npi, CLINIC.id, CLINIC.taxonomy) == (
        False,
        "SAMPLE ANNEX",
        "",
        "",
        "",
    )
    assert (CLINIC.street, CLINIC.city, CLINIC.birth_date, CLINIC.sex) == ((), "", None, "")


def test_an_npi_is_only_what_says_so() -> None:
    assert Party([["NM1", "PR", "2", "PLAN", "", "", "", "", "PI", "1000000111"]], 0, "2010BB").npi == ""


def test_the_first_party_of_a_role() -> None:
    assert party([CLINIC, PERSON], "82") is PERSON
    assert party([CLINIC], "82") is None
