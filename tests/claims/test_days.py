"""A patient's day: lines of sister claims together, wherever they stand in a transaction."""

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curette.claims.days import MOST_LINES, Day, days, together
from curette.claims.model import Claim
from curette.claims.reader import Reader
from curette.x12.delimiters import Delimiters
from curette.x12.transaction import Transaction
from tests import builder as b

PERSON = (
    "SBR*P*18*******CI",
    "N3*2 TEST ROAD",
    "N4*TESTVILLE*IL*62701",
    "DMG*D8*19700101*F",
    "NM1*PR*2*EXAMPLE PLAN*****PI*99001",
)


def level(number: int, member: str, *claims: str, children: int = 0) -> list[str]:
    """A subscriber with claims of these names."""
    sbr, *rest = PERSON
    found = [f"HL*{number}*1*22*{children}", sbr, f"NM1*IL*1*SAMPLE*SAM****MI*{member}", *rest]
    return [*found, *(s for name in claims for s in b.claim(name))]


def groups(data: bytes) -> list[list[str]]:
    return [[c.control_number for c in found] for part in b.parts(data) for found in _together(part)]


def _together(part: Transaction) -> Iterator[list[Claim]]:
    reader = Reader(part)
    yield from together(reader.read(), part, reader.unread)


def test_claims_of_one_patient_come_together_when_the_last_was_read() -> None:
    body = [*b.SUBMISSION, *b.BILLING, *level(2, "M1", "A1", "A2"), *level(3, "M2", "B1"), *level(4, "M1", "A3")]
    assert groups(b.claim_file(*body)) == [["B1"], ["A1", "A2", "A3"]]


def test_a_dependent_is_another_patient() -> None:
    dependent = ["HL*3*2*23*0", "PAT*19", "NM1*QC*1*SAMPLE*CHILD", *PERSON[1:4], *b.claim("C1")]
    body = [*b.SUBMISSION, *b.BILLING, *level(2, "M1", "A1", children=1), *dependent, *level(4, "M1", "A2")]
    assert groups(b.claim_file(*body)) == [["C1"], ["A1", "A2"]]


def test_another_payers_subscriber_is_nobody() -> None:
    other = ("SBR*S*18*******CI", "OI***Y***Y", "NM1*IL*1*SAMPLE*SAM****MI*OTHER1", "NM1*PR*2*SECOND PLAN*****PI*99002")
    first = list(b.claim("A1"))
    first[2:2] = other
    body = [*b.SUBMISSION, *b.BILLING, *level(2, "M1"), *first, *b.claim("A2")]
    assert groups(b.claim_file(*body)) == [["A1", "A2"]]


def test_a_claim_that_cannot_be_read_holds_nobody_up() -> None:
    broken = [s.replace("SV1*HC:99213:25*100*", "SV1*HC:99213:25*x*") for s in b.claim("A2")]
    body = [*b.SUBMISSION, *b.BILLING, *level(2, "M1", "A1"), *broken, *level(3, "M2", "B1")]
    assert sorted(groups(b.claim_file(*body))) == [["A1"], ["B1"]]


@pytest.mark.parametrize("delimiters", b.FOREIGN)
@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_any_delimiters_and_line_ends(delimiters: Delimiters, end: str) -> None:
    body = [*b.SUBMISSION, *b.BILLING, *level(2, "M1", "A1"), *level(3, "M2", "B1"), *level(4, "M1", "A2")]
    assert groups(b.claim_file(*body, delimiters=delimiters, end=end)) == [["B1"], ["A1", "A2"]]


@settings(max_examples=60)
@given(st.lists(st.tuples(st.sampled_from(["M1", "M2", "M3"]), st.integers(1, 3)), min_size=1, max_size=8))
def test_every_claim_comes_once_with_all_its_sisters(levels: list[tuple[str, int]]) -> None:
    names, body = iter(range(1000)), [*b.SUBMISSION, *b.BILLING]
    of: dict[str, list[str]] = {}
    for number, (member, count) in enumerate(levels, 2):
        claims = [f"{member}-{next(names)}" for _ in range(count)]
        of.setdefault(member, []).extend(claims)
        body += level(number, member, *claims)
    assert sorted(groups(b.claim_file(*body))) == sorted(of.values())


def test_a_day_is_one_date_and_billing_provider() -> None:
    lines = ["LX*1", "SV1*HC:99213:25*50*UN*1***1", "DTP*472*D8*20260104", "LX*2", "SV1*HC:11102*25*UN*1*22**2:1", "DTP*472*D8*20260105",
             "LX*3", "SV1*HC:11103*25*UN*2***2", "DTP*472*RD8*20260105-20260106", "NM1*82*1*EXAMPLE*ERIN****XX*1245319599",
             "LX*4", "SV1*ER:ABC*0*UN*1***1", "DTP*472*D8*20260105", "LX*5", "SV1*HC:88305*0*UN*1***1"]  # fmt: skip
    data = b.claim_file(*b.ABOVE, "CLM*A1*100***11:B:1*Y*A*Y*Y", "HI*ABK:L570*ABF:D485", *lines)
    first, second = days(b.claims_of(data).claims)
    assert [line.code for line in first.lines] == ["99213"]
    biopsy, more = second.lines
    assert (second.date, biopsy.place, biopsy.diagnoses, biopsy.provider) == (
        date(2026, 1, 5), "22", ("D485", "L570"), "1234567893"
    )  # fmt: skip
    assert (more.place, more.provider, more.end, more.count) == ("11", "1245319599", date(2026, 1, 6), 2)
    assert second.of(frozenset({"11103"})) == [more]
    assert second.others(biopsy) == [more]
    assert first.lines[0].has("59", "25")
    assert not biopsy.has("25")
    assert days([]) == []
    assert isinstance(first, Day)


def test_nobody_has_hundreds_of_lines_a_day() -> None:
    """Test data with one patient throughout: each claim alone, so that cost grows with the claims."""
    per_claim = sum(s.startswith("LX*") for s in b.claim("A"))
    most = MOST_LINES // per_claim
    for number, parts in ((most, [True]), (most + 1, [False] * (most + 1))):
        body = [*b.SUBMISSION, *b.BILLING, *level(2, "M1", *(f"A{n}" for n in range(number)))]
        (found,) = [found for part in b.parts(b.claim_file(*body)) for found in _together(part)]
        made = days(found)
        assert [day.whole for day in made] == parts
        assert [line.claim.control_number for day in made for line in day.lines] == [
            f"A{n}" for n in range(number) for _ in range(per_claim)
        ]


def test_a_claim_of_hundreds_of_lines_is_looked_at_in_pieces() -> None:
    line = [s for s in b.claim("A") if s.startswith(("SV1*", "DTP*472"))][:2]
    lines = [s for n in range(MOST_LINES + 1) for s in (f"LX*{n + 1}", *line)]
    head = list(b.claim("A"))
    body = [*b.SUBMISSION, *b.BILLING, *level(2, "M1"), *head[: head.index("LX*1")], *lines]
    (found,) = [found for part in b.parts(b.claim_file(*body)) for found in _together(part)]
    assert [(len(day.lines), day.whole) for day in days(found)] == [(MOST_LINES, False), (1, False)]


def test_voids_are_days_of_their_own_and_replacements_stand_apart() -> None:
    sent = [(name, again) for name, again in (("A1", "1"), ("A2", "7"), ("A3", "8"), ("A4", "1"))]
    body = [s.replace(":B:1*", f":B:{again}*") for name, again in sent for s in b.claim(name)]
    found = days(b.claims_of(b.claim_file(*b.ABOVE, *body)).claims)
    told = [([line.claim.control_number for line in lines] for lines in (day.lines, day.apart)) for day in found]
    assert [tuple(each) for each in told] == [(["A1", "A4"], ["A2"]), (["A2"], ["A1", "A4"]), (["A3"], [])]


def test_a_day_knows_the_lines_of_the_next_but_not_of_a_void() -> None:
    sent = [("A1", "1", "20260104"), ("A2", "1", "20260105"), ("A3", "8", "20260105"), ("A4", "1", "20260106")]
    body = [
        s.replace(":B:1*", f":B:{again}*").replace("20260104", day) for name, again, day in sent for s in b.claim(name)
    ]
    found = days(b.claims_of(b.claim_file(*b.ABOVE, *body)).claims)
    named = {day.lines[0].claim.control_number: [t.claim.control_number for t in day.tomorrow] for day in found}
    assert named == {"A1": ["A2"], "A2": ["A4"], "A3": ["A4"], "A4": []}
