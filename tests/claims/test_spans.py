"""Which claims an error holds: those that depend on its segment, and no other."""

import pytest

from curette.claims.reader import Reader
from curette.claims.spans import Carried, Held, Spans
from curette.x12 import parts
from curette.x12.transaction import Transaction
from tests import builder as b

PATIENT = (
    "HL*3*2*23*0",
    "PAT*19",
    "NM1*QC*1*SAMPLE*KIM",
    "N3*2 TEST ROAD",
    "N4*TESTVILLE*IL*62701",
    "DMG*D8*20150101*F",
)
# two billing providers; the first has two subscribers, the second of whom has a dependent
BODY = (
    *b.SUBMISSION,
    *b.BILLING,
    *b.subscriber(2),
    *b.claim("A1", "1"),
    *b.claim("A2", "10"),
    *b.subscriber(3, children=1),
    *b.claim("B1", "100"),
    "HL*4*3*23*0", *PATIENT[1:],
    *b.claim("C1", "1000"),
    *b.claim("C2", "10000"),
    "HL*5**20*1", *b.BILLING[1:],
    *b.subscriber(6, parent=5),
    *b.claim("D1", "100000"),
)  # fmt: skip
CLAIMS = {"A1": 1, "A2": 10, "B1": 100, "C1": 1000, "C2": 10000, "D1": 100000}
DATA = b.claim_file(*BODY)
SEGMENTS = b.only(DATA).segments()


def spans_of(data: bytes) -> Spans:
    spans = Spans()
    for claim in Reader(b.only(data)).read():
        spans.add(claim)
    return spans


WHOLE = spans_of(DATA)


def index(text: str, nth: int = 0) -> int:
    """Which segment of the transaction (0-based) `text` is; where there are several, the nth."""
    return [i for i, s in enumerate(SEGMENTS) if s.startswith(text)][nth]


def held(*places: int) -> set[str]:
    """The claims that errors in these segments hold, told by their charges."""
    found = WHOLE.held(places)
    names = {name for name, amount in CLAIMS.items() if found.charge // 100 // amount % 10}
    assert len(names) == found.count
    return names


ALL = set(CLAIMS)
FIRST = ALL - {"D1"}


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (0, ALL),  # ST
        (index("BHT"), ALL),
        (index("NM1*40"), ALL),  # receiver, the last of the head
        (index("HL*1*"), FIRST),
        (index("NM1*85"), FIRST),
        (index("REF*EI"), FIRST),
        (index("HL*2*"), {"A1", "A2"}),
        (index("NM1*PR"), {"A1", "A2"}),
        (index("CLM*A1"), {"A1"}),
        (index("LX*1"), {"A1"}),
        (index("DTP*472"), {"A1"}),  # the last segment of A1
        (index("CLM*A2"), {"A2"}),
        (index("HL*3*"), {"B1", "C1", "C2"}),
        (index("CLM*B1"), {"B1"}),
        (index("HL*4*"), {"C1", "C2"}),
        (index("NM1*QC"), {"C1", "C2"}),
        (index("DMG", 2), {"C1", "C2"}),
        (index("CLM*C1"), {"C1"}),
        (index("CLM*C2"), {"C2"}),
        (index("HL*5*"), {"D1"}),
        (index("HL*6*"), {"D1"}),
        (index("CLM*D1"), {"D1"}),
        (index("SE*"), set()),
    ],
)
def test_an_error_holds_what_depends_on_its_segment(place: int, expected: set[str]) -> None:
    assert held(place) == expected


def test_several_errors() -> None:
    assert held() == set()
    assert held(index("CLM*A1"), index("CLM*D1")) == {"A1", "D1"}
    assert held(index("CLM*A1"), index("CLM*A1"), index("SV1")) == {"A1"}
    assert held(index("HL*2*"), index("CLM*C1")) == {"A1", "A2", "C1"}


def test_the_order_of_errors_does_not_matter() -> None:
    places = [index("CLM*D1"), index("CLM*A1"), index("SE*")]
    assert held(*places) == held(*reversed(places)) == {"A1", "D1"}


def test_an_error_in_a_claim_that_cannot_be_read_holds_no_other() -> None:
    data = DATA.replace(b"SV1*HC:99213:25*1*", b"SV1*HC:99213:25*one*").replace(b"CLM*B1*100*", b"CLM*B1*hundred*")
    segments = b.only(data).segments()
    wrong = [i for i, s in enumerate(segments) if "*one*" in s or "*hundred*" in s]
    assert len(wrong) == 2
    assert spans_of(data).held(wrong) == Held()


def test_a_claim_of_a_remittance_stands_alone() -> None:
    spans = Spans()
    spans.add_alone("A1", 100, 5, 8)
    spans.add_alone("A2", 1000, 8, 9)
    found = [spans.held([place]) for place in (4, 5, 7, 8, 9)]
    assert [(held.count, held.charge) for held in found] == [(0, 0), (1, 100), (1, 100), (1, 1000), (0, 0)]


@pytest.fixture
def pieces(monkeypatch: pytest.MonkeyPatch) -> list[Transaction]:
    """The transaction in parts of about a claim each."""
    monkeypatch.setattr(parts, "LIMIT", 0)
    monkeypatch.setattr(parts, "_SIZE", 150)
    monkeypatch.setattr(parts, "_MOST", 0)
    found = list(b.only(DATA).parts())
    assert len(found) >= len(CLAIMS)
    return found


def held_in_parts(pieces: list[Transaction], *places: int) -> tuple[int, int]:
    """What errors in segments of the whole transaction hold, told part by part."""
    carried, count, charge = Carried(), 0, 0
    for part in pieces:
        spans, reader = Spans(), Reader(part)
        for claim in reader.read():
            spans.add(claim)
        errors = [place - part.before for place in places if part.before <= place < part.before + part.count]
        levels = (reader.submission, reader.billing, reader.subscriber, reader.patient)
        more, amount = carried.over(spans.held(errors, levels, part.before))
        count += more
        charge += amount
    return count, charge


def test_parts_hold_what_the_whole_holds(pieces: list[Transaction]) -> None:
    for place, segment in enumerate(SEGMENTS):
        found = WHOLE.held([place])
        assert held_in_parts(pieces, place) == (found.count, found.charge), segment
    several = [index("HL*2*"), index("CLM*B1"), index("SE*")]
    assert held_in_parts(pieces, *several) == (WHOLE.held(several).count, WHOLE.held(several).charge)
    assert held_in_parts(pieces) == (0, 0)
