"""SNIP 7: each rule with what it tells and with near misses that stay silent."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from curette.checks.payer import Payers, check
from curette.codes.profile import Profile
from curette.findings import Finding, Severity
from tests import builder as b
from tests.codes.payers import profile, read

MEMBER = b"NM1*IL*1*SAMPLE*SAM****MI*TEST0001"
CLAIM = b.claim_file(*b.ABOVE, *b.claim("A1"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def told(folder: Path, data: bytes, *rows: str) -> list[Finding]:
    """What is found where the payer has a profile of these rows; the file itself is whole."""
    known = read(folder / str(len(list(folder.iterdir()))), profile("ours", "<match payer-id='99001'/>", *rows))
    read_back = b.claims_of(data)
    assert (read_back.findings, read_back.unread) == ([], [])
    payers = Payers(known)
    return [finding for claim in read_back.claims for finding in check(claim, payers.of(claim))]


def places(found: list[Finding]) -> Iterator[tuple[object, ...]]:
    for finding in found:
        place = finding.place
        yield finding.rule.id, finding.line, place.segment, place.element, place.component, finding.message


# -- modifiers


def lines(*procedures: str, more: tuple[str, ...] = ()) -> bytes:
    body = [
        s for n, p in enumerate(procedures, 1) for s in (f"LX*{n}", f"SV1*HC:{p}*100*UN*1***1", "DTP*472*D8*20260104")
    ]
    charge = f"CLM*A1*{100 * len(procedures)}***11:B:1*Y*A*Y*Y"
    return b.claim_file(*b.ABOVE, charge, "HI*ABK:L570", *more, *body)


def test_a_modifier_that_is_refused(folder: Path) -> None:
    found = told(folder, lines("99213:25", "17000:59:XS", "17110:::XU"), "<modifiers refused='XS XU'/>")
    assert list(places(found)) == [
        ("PAY-MODIFIER", 2, "SV1", 1, 4, "this payer does not take modifier XS"),
        ("PAY-MODIFIER", 3, "SV1", 1, 5, "this payer does not take modifier XU"),
    ]
    assert {(f.claim, f.severity) for f in found} == {("A1", Severity.WARNING)}


def test_a_modifier_that_is_not_allowed(folder: Path) -> None:
    found = told(folder, lines("99213:25", "17000:59"), "<modifiers allowed='25 XS'/>")
    assert [(f.line, f.message) for f in found] == [(2, "this payer does not take modifier 59")]


@pytest.mark.parametrize(
    "row", ["<modifiers refused='XE'/>", "<modifiers allowed='25 59 XS'/>", "<ncci follows='no'/>"]
)
def test_modifiers_that_are_taken(row: str, folder: Path) -> None:
    assert told(folder, lines("99213:25", "17000:59:XS", "17110"), row) == []


def test_other_components_are_no_modifiers(folder: Path) -> None:
    assert told(folder, lines("J3490:::::51"), "<modifiers refused='51'/>") == []


# -- member numbers


def test_a_member_number_of_another_form(folder: Path) -> None:
    found = told(folder, CLAIM, "<member-id pattern='[A-Z]{4}[0-9]{5}'/>", "<member-id pattern='W[0-9]{8}'/>")
    message = "the member number (<8 characters>) has none of the forms that this payer gives"
    assert list(places(found)) == [("PAY-MEMBER", None, "NM1", 9, None, message)]
    assert (found[0].claim, found[0].place.offset) == ("A1", b.where(CLAIM, MEMBER))


@pytest.mark.parametrize("pattern", ["[A-Z]{4}[0-9]{4}", "TEST[0-9]{1,9}"])
@pytest.mark.parametrize("member", [b"*MI*TEST0001", b"*MI*test0001"])
def test_a_member_number_that_fits(pattern: str, member: bytes, folder: Path) -> None:
    data = CLAIM.replace(b"*MI*TEST0001", member)
    assert told(folder, data, f"<member-id pattern='{pattern}'/>", "<member-id pattern='W[0-9]{8}'/>") == []


@pytest.mark.parametrize("member", [b"", b"*MI", b"*II*TEST0001"])
def test_an_absent_number_and_one_of_another_kind_are_not_judged(member: bytes, folder: Path) -> None:
    data = CLAIM.replace(b"****MI*TEST0001", b"****" + member[1:] if member else b"")
    assert told(folder, data, "<member-id pattern='W[0-9]{8}'/>") == []


# -- referrals


BOTH = "<referral number='required' provider='required'/>"
REFERRING = "NM1*DN*1*EXAMPLE*DANA****XX*1234567893"
NUMBER, PROVIDER = (
    f"this payer wants the {kind}, and the claim has none"
    for kind in ("referral number (REF*9F)", "referring provider (NM1*DN)")
)


def referred(*more: str, first: tuple[str, ...] = (), second: tuple[str, ...] = ()) -> bytes:
    head = ("CLM*A1*200***11:B:1*Y*A*Y*Y", *(s for s in more if s.startswith("REF")), "HI*ABK:L570")
    providers = (s for s in more if s.startswith("NM1"))
    return b.claim_file(*b.ABOVE, *head, *providers, *b.line(1, "100", *first), *b.line(2, "100", *second))


@pytest.mark.parametrize(
    ("data", "row", "messages"),
    [
        (referred(), BOTH, [NUMBER, PROVIDER]),
        (referred("REF*9F*R1"), BOTH, [PROVIDER]),
        (referred(REFERRING), BOTH, [NUMBER]),
        (referred("REF*G1*A1", REFERRING), BOTH, [NUMBER]),  # an approval is no referral
        (referred(first=("REF*9F*R1",)), "<referral number='required'/>", [NUMBER]),
        (referred(first=("REF*9F*R1",), second=("REF*9F*R2",)), "<referral number='required'/>", []),
        (referred(first=(REFERRING,), second=(REFERRING,)), "<referral provider='required'/>", []),
        (referred("REF*9F*R1", REFERRING), BOTH, []),
        (referred(), "<referral number='optional'/>", []),
        (referred("REF*9F*R1"), "<referral number='required'/>", []),
    ],
)
def test_referrals(data: bytes, row: str, messages: list[str], folder: Path) -> None:
    found = told(folder, data, row)
    assert [(f.rule.id, f.message) for f in found] == [("PAY-REFERRAL", message) for message in messages]
    assert {f.place.segment for f in found} <= {"CLM"}


# -- frequency codes and voids


def sent_as(code: str) -> bytes:
    return CLAIM.replace(b"11:B:1", f"11:B:{code}".encode())


def test_a_frequency_code_that_is_refused(folder: Path) -> None:
    found = told(folder, sent_as("7"), "<frequency refused='7 8'/>")
    message = "this payer does not take claims with frequency code 7"
    assert list(places(found)) == [("PAY-FREQUENCY", None, "CLM", 5, 3, message)]


@pytest.mark.parametrize("code", ["1", "8"])
def test_frequency_codes_that_are_taken(code: str, folder: Path) -> None:
    assert told(folder, sent_as(code), "<frequency refused='7'/>") == []


def test_a_void_repeats_the_claim_and_is_only_asked_whether_it_may_come(folder: Path) -> None:
    rows = (BOTH, "<modifiers refused='25'/>", "<member-id pattern='W'/>", "<frequency refused='8'/>")
    assert [f.rule.id for f in told(folder, sent_as("8"), *rows)] == ["PAY-FREQUENCY"]
    assert [f.rule.id for f in told(folder, sent_as("7"), *rows)] == [
        "PAY-MEMBER", "PAY-REFERRAL", "PAY-REFERRAL", "PAY-MODIFIER"
    ]  # fmt: skip


# -- limits


@pytest.mark.parametrize(
    ("row", "messages"),
    [
        ("<limits lines='2' diagnoses='1'/>", ["the claim has 3 service lines, and this payer takes 2"]),
        ("<limits lines='3' diagnoses='1'/>", []),
        ("<limits diagnoses='1'/>", []),
    ],
)
def test_limits(row: str, messages: list[str], folder: Path) -> None:
    assert [f.message for f in told(folder, lines("11102", "11103", "88305"), row)] == messages


def test_too_many_diagnoses(folder: Path) -> None:
    found = told(folder, CLAIM, "<limits diagnoses='1'/>")
    message = "the claim has 2 diagnoses, and this payer takes 1"
    assert list(places(found)) == [("PAY-LIMIT", None, "CLM", None, None, message)]


# -- quiet


def test_a_profile_that_asks_nothing_here_looks_at_nothing(folder: Path) -> None:
    (claim,) = b.claims_of(CLAIM).claims
    switches = Profile("x", "X", follows_ncci=True, modifier_51="yes", ndc_on_drugs=True, clia_for_mohs=True)
    assert not switches.asks
    assert list(check(claim, switches)) == []


def test_another_payers_claims_are_left_alone(folder: Path) -> None:
    assert told(folder, CLAIM.replace(b"*PI*99001", b"*PI*99002"), BOTH, "<modifiers refused='25'/>") == []


def test_nothing_of_a_patient_is_told(folder: Path) -> None:
    rows = (BOTH, "<modifiers refused='25'/>", "<member-id pattern='W'/>", "<limits lines='1' diagnoses='1'/>")
    text = json.dumps([(f.message, f.rule.fix) for f in told(folder, CLAIM, *rows)])
    assert "TEST0001" not in text
    assert "SAM" not in text.upper().replace("SAME", "")
