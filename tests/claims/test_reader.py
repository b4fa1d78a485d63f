"""Each loop of 005010X222A1 lands where it belongs, in order and whole, with its values typed."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import chain
from pathlib import Path

import pytest

from curette.claims.model import Claim, Diagnosis
from curette.dates import Period
from curette.x12.cas import Adjustment
from curette.x12.delimiters import Delimiters
from curette.x12.loop import Loop, Party
from tests.builder import ABOVE, FOREIGN, claim, claim_file, claims_of, line, only, read, subscriber

SAMPLES = ["clean/clinic_day.837", "clean/second_practice.837", "odd/everything.837", "odd/two_transactions.837", "odd/crlf.837",
           "odd/newline_terminator.837", "odd/two_interchanges_two_delimiters.837", "resubmitted/excision_original.837"]  # fmt: skip


def loops(record: Loop) -> Iterator[Loop]:
    """A record and all loops below it."""
    yield record
    for name in ("parties", "others", "lines", "drugs", "adjudications", "forms"):
        for below in getattr(record, name, ()):
            yield from loops(below)


def texts(found: Iterator[Loop], separator: str) -> list[str]:
    """The segments of loops in the order of their places."""
    ordered = sorted(found, key=lambda loop: loop.at)
    return [separator.join(s) for loop in ordered for s in loop.segments]


@pytest.fixture(scope="module")
def everything() -> dict[str, Claim]:
    path = Path(__file__).resolve().parents[2] / "edi_samples" / "odd" / "everything.837"
    found = claims_of(path.read_bytes())
    assert found.findings == []
    return {c.control_number: c for c in found.claims}


@pytest.mark.parametrize("name", SAMPLES)
def test_no_segment_of_a_claim_is_dropped_or_moved(samples: Path, name: str) -> None:
    for found in claims_of((samples / name).read_bytes()).claims:
        separator = found.transaction.delimiters.element
        assert texts(loops(found), separator) == found.transaction.segments()[found.at : found.end]


@pytest.mark.parametrize("name", SAMPLES)
def test_no_segment_of_a_transaction_is_dropped(samples: Path, name: str) -> None:
    data = (samples / name).read_bytes()
    claims = claims_of(data).claims
    for transaction in read(data).transactions:
        inside = [c for c in claims if c.transaction == transaction]
        above = {id(x): x for c in inside for x in (c.submission, c.billing, c.subscriber, c.patient) if x is not None}
        found = chain(*(loops(x) for x in above.values()), *(loops(c) for c in inside))
        assert texts(iter(list(found)), transaction.delimiters.element) == transaction.segments()[:-1]


@pytest.mark.parametrize("name", SAMPLES)
def test_a_claim_is_its_exact_bytes(samples: Path, name: str) -> None:
    data = (samples / name).read_bytes()
    for found in claims_of(data).claims:
        d = found.transaction.delimiters
        begin = found.transaction.place(found.at).offset
        assert data[begin:].startswith(found.raw)
        assert found.raw.startswith(f"CLM{d.element}{found.control_number}{d.element}".encode())
        assert found.raw.endswith(d.segment.encode())
        assert len([p for p in found.raw.split(d.segment.encode()) if p.strip()]) == found.end - found.at
        following = data[begin + len(found.raw) :].lstrip()
        assert following[:2] in (b"HL", b"SE", b"CL")


# -- where each loop of the everything file lands

ROLES = {
    "ALL-OFFICE": ["2310A DN", "2310A P3", "2310B 82", "2310C 77", "2310D DQ"],
    "ALL-ACCIDENT": ["2310B 82", "2310C 77"],
    "ALL-DEPENDENT": ["2310B 82"],
    "ALL-AMBULANCE": ["2310E PW", "2310F 45"],
    "ALL-EQUIPMENT": [],
    "ALL-OTHERS": [],
}


def roles(parties: Sequence[Party]) -> list[str]:
    return [f"{p.loop} {p.role}" for p in parties]


@pytest.mark.parametrize("name", ROLES)
def test_parties_of_the_claim(everything: dict[str, Claim], name: str) -> None:
    assert roles(everything[name].parties) == ROLES[name]


def test_parties_above_the_claim(everything: dict[str, Claim]) -> None:
    office, dependent = everything["ALL-OFFICE"], everything["ALL-DEPENDENT"]
    assert roles(office.submission.parties) == ["1000A 41", "1000B 40"]
    assert roles(office.billing.parties) == ["2010AA 85", "2010AB 87", "2010AC PE"]
    assert roles(office.subscriber.parties) == ["2010BA IL", "2010BB PR"]
    assert office.patient is None
    assert dependent.patient is not None
    assert roles(dependent.patient.parties) == ["2010CA QC"]


def test_other_subscribers(everything: dict[str, Claim]) -> None:
    others = everything["ALL-OFFICE"].others
    assert [o.sequence for o in others] == ["P", "S", "T", "B"]
    assert roles(others[0].parties) == [
        "2330A IL", "2330B PR", "2330C DN", "2330D 82", "2330E 77", "2330F DQ", "2330G 85",
    ]  # fmt: skip
    assert [roles(o.parties) for o in others[1:]] == [["2330A IL", "2330B PR"]] * 3
    assert [o.paid for o in others] == [37000, 6000, 2000, None]
    assert [o.payer_id for o in others] == ["99004", "99003", "99002", "99016"]
    assert [o.filing_indicator for o in others] == ["MB", "CI", "BL", "16"]
    assert [len(o.adjustments) for o in others] == [0, 1, 10, 0]
    assert others[2].adjustments[3] == Adjustment("OA", "A1", 525, None)
    assert others[0].person is not None
    assert others[0].person.id == "TEST0901"
    assert others[0].all("MOA") == [["MOA", "", ".5", "MA01", "MA18", "", "", "", "10", "5"]]
    assert others[2].parties[1].dates("573") == Period(date(2026, 3, 9), date(2026, 3, 9))


def test_lines_and_their_parties(everything: dict[str, Claim]) -> None:
    first, second = everything["ALL-OFFICE"].lines
    assert roles(first.parties) == ["2420A 82", "2420B QB", "2420C 77", "2420D DQ", "2420F DN", "2420F P3"]
    assert roles(everything["ALL-AMBULANCE"].lines[0].parties) == ["2420G PW", "2420H 45"]
    assert roles(everything["ALL-EQUIPMENT"].lines[0].parties) == ["2420E DK"]
    assert second.parties == []
    assert (first.procedure, first.modifiers, first.description) == (
        "11642",
        ("58", "GC", "KX", "Q6"),
        "NOT LISTED ELSEWHERE",
    )
    assert (first.charge, first.unit, first.units, first.place_of_service, first.pointers) == (
        40025,
        "UN",
        1000,
        "11",
        (1, 2, 3, 4),
    )
    assert first.service == Period(date(2026, 3, 1), date(2026, 3, 3))
    assert (second.procedure, second.modifiers, second.description) == ("J3590", (), "DUPILUMAB 300 MG")
    assert (first.control_number, second.control_number) == ("ALL-OFFICE-L1", "ALL-OFFICE-L2")
    assert first.rendering is not None
    assert (first.rendering.npi, first.rendering.taxonomy) == ("1000000533", "207ND0101X")
    assert first.referring is not None
    assert first.service_facility is not None


def test_drugs(everything: dict[str, Claim]) -> None:
    [drug] = everything["ALL-OFFICE"].lines[1].drugs
    assert (drug.ndc, drug.quantity, drug.unit, drug.reference("XZ")) == ("00024591401", 2000, "UN", "TESTRX1")
    assert everything["ALL-OFFICE"].lines[0].drugs == ()


def test_adjudications(everything: dict[str, Claim]) -> None:
    first, second = everything["ALL-OFFICE"].lines
    found = [(a.payer_id, a.paid, a.procedure, a.modifiers, a.units, len(a.adjustments)) for a in first.adjudications]
    assert found == [
        ("99004", 20000, "11642", ("58",), 1000, 2), ("99004", 10000, "11602", ("58",), 1000, 0), ("99003", 5000, "11642", ("58",), 1000, 1),
    ]  # fmt: skip
    assert [a.payer_id for a in second.adjudications] == ["99004", "99003"]
    assert first.adjudications[0].dates("573") == Period(date(2026, 3, 5), date(2026, 3, 5))
    assert first.adjudications[0].amount("EAF") == 4000


def test_forms(everything: dict[str, Claim]) -> None:
    [form] = everything["ALL-EQUIPMENT"].lines[0].forms
    assert [s[0] for s in form.segments] == ["LQ", "FRM", "FRM", "FRM", "FRM"]
    assert form.value("LQ", 2) == "484.3"


def test_the_claim_itself(everything: dict[str, Claim]) -> None:
    office = everything["ALL-OFFICE"]
    assert (office.charge, office.place_of_service, office.frequency) == (50025, "11", "7")
    assert (office.original_reference, office.prior_authorization, office.referral, office.clia) == (
        "ICN-CI-0099", "TESTAUTH01", "TESTREFERRAL1", "14D9999999",
    )  # fmt: skip
    assert office.patient_paid == 2550
    assert len(office.diagnoses) == 12
    assert office.diagnoses[:2] == (Diagnosis("ABK", "C44311"), Diagnosis("ABF", "C44319"))
    assert office.codes(office.lines[0]) == ("C44311", "C44319", "L570", "L820")
    assert office.service_dates == Period(date(2026, 3, 1), date(2026, 3, 3))
    assert office.notes == (("ADD", "INVENTED CLAIM NOTE"),)
    assert office.dates("431") == Period(date(2026, 1, 10), date(2026, 1, 10))
    assert [s[0] for s in office.all("K3")] == ["K3", "K3"]
    assert (office.rendering and office.rendering.npi, office.referring and office.referring.npi) == (
        "1000000525",
        "1000000541",
    )
    assert (office.service_facility and office.service_facility.npi, office.supervising and office.supervising.npi) == (
        "1000000566", "1000000533",
    )  # fmt: skip
    assert office.payer is not None
    assert office.payer.id == "99001"


def test_who_is_the_patient(everything: dict[str, Claim]) -> None:
    office, dependent = everything["ALL-OFFICE"], everything["ALL-DEPENDENT"]
    assert office.patient_person is not None
    assert office.patient_person.name == "SAMPLE, TERRA Q"
    assert dependent.patient_person is not None
    assert (dependent.patient_person.name, dependent.patient_person.birth_date) == ("DUMMY, ULRIC Q", date(2010, 2, 2))
    assert dependent.patient is not None
    assert dependent.patient.relationship == "G8"
    assert (office.subscriber.relationship, dependent.subscriber.relationship) == ("18", "")


def test_the_head_and_the_provider(everything: dict[str, Claim]) -> None:
    office = everything["ALL-OFFICE"]
    assert (office.submission.number, office.submission.created) == ("EVERYTHING", "20260312")
    assert office.submission.submitter is not None
    assert office.submission.receiver is not None
    assert (office.billing.npi, office.billing.taxonomy) == ("1000000517", "207N00000X")
    assert office.billing.pay_to is not None
    assert office.billing.pay_to.city == "SPRINGFIELD"
    assert office.billing.pay_to_plan is not None
    assert office.billing.pay_to_plan.id == "99005"
    assert (office.subscriber.sequence, office.subscriber.group_number, office.subscriber.group_name) == (
        "A",
        "TESTGROUP",
        "",
    )
    assert everything["ALL-ACCIDENT"].subscriber.group_name == "EXAMPLE GROUP"
    assert (office.subscriber.filing_indicator, office.subscriber.insurance_type) == ("CI", "")


def test_fractions_of_a_unit_stay_exact(everything: dict[str, Claim]) -> None:
    assert [n.units for n in everything["ALL-AMBULANCE"].lines] == [1000, 12500]
    assert everything["ALL-OTHERS"].lines[0].unit == "MJ"


def test_other_diagnosis_lists_are_kept_as_segments(everything: dict[str, Claim]) -> None:
    others = everything["ALL-OTHERS"]
    assert others.diagnoses == (Diagnosis("ABK", "O80"),)
    assert [s[1:] for s in others.all("HI")] == [["ABK:O80"], ["BP:59400", "BO:59409"]]


# -- small files


def test_ten_dimes_are_a_dollar() -> None:
    body = [s for n in range(1, 11) for s in line(n, "0.1")]
    found = claims_of(claim_file(*ABOVE, "CLM*A1*1***11:B:1*Y*A*Y*Y", "HI*ABK:L570", *body)).claims[0]
    assert sum(n.charge for n in found.lines) == found.charge == 100


@pytest.mark.parametrize("delimiters", FOREIGN, ids=repr)
def test_values_hold_the_punctuation_of_other_files(delimiters: Delimiters) -> None:
    data = claim_file(*ABOVE, *claim("A1", "100", "NTE*ADD*PLAIN TEXT"), delimiters=delimiters)
    odd = next(c for c in "~*:^+|" if c not in delimiters.bytes.decode())
    found = claims_of(data.replace(b"PLAIN TEXT", f"ODD{odd}TEXT".encode())).claims[0]
    assert found.notes == (("ADD", f"ODD{odd}TEXT"),)


def test_claims_of_one_subscriber_share_it() -> None:
    first, second = claims_of(claim_file(*ABOVE, *claim("A1"), *claim("A2"))).claims
    assert first.subscriber is second.subscriber
    assert first.submission is second.submission


def test_claims_come_as_they_are_read() -> None:
    from curette.claims.reader import Reader

    reader = Reader(only(claim_file(*ABOVE, *claim("A1"), *subscriber(3), *claim("A2", "1O0"))))
    stream = reader.read()
    assert next(stream).control_number == "A1"
    assert reader.findings == []
    assert list(stream) == []
    assert reader.unread == [("A2", 0)]


@pytest.mark.parametrize(
    ("service", "code", "modifiers", "description"),
    [
        ("HC:99213", "99213", (), ""), ("HC:99213:25:59:GA:GZ", "99213", ("25", "59", "GA", "GZ"), ""), ("HC:J3490:::::TEXT", "J3490", (), "TEXT"),
        ("HC:99213::59", "99213", ("59",), ""), ("ER:99213", "99213", (), ""), ("HC", "", (), ""),
    ],
)  # fmt: skip
def test_procedures(service: str, code: str, modifiers: tuple[str, ...], description: str) -> None:
    data = claim_file(*ABOVE, *claim()).replace(b"HC:99213:25*", service.encode() + b"*")
    [found] = claims_of(data).claims[0].lines
    assert (found.procedure, found.modifiers, found.description) == (code, modifiers, description)
    assert found.qualifier == service.partition(":")[0]


def test_a_claim_whose_lines_have_no_dates() -> None:
    data = claim_file(*ABOVE, *[s for s in claim() if not s.startswith("DTP")])
    assert claims_of(data).claims[0].service_dates is None


def test_pointers_that_lead_nowhere_are_left_out() -> None:
    data = claim_file(*ABOVE, *claim()).replace(b"*UN*1***1~", b"*UN*1***2:9:0:1~")
    found = claims_of(data).claims[0]
    assert found.lines[0].pointers == (2, 9, 0, 1)
    assert found.codes(found.lines[0]) == ("D485", "L570")
