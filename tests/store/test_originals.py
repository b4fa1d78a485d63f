"""Claims are kept word for word, whatever their delimiters, and read again as they were sent."""

from pathlib import Path

import pytest

from curette.claims.model import Claim
from curette.diff.compare import compare
from curette.diff.match import Side
from curette.diff.model import Comparison
from curette.store import originals
from curette.store.duckdb import opened
from curette.x12.delimiters import Delimiters
from tests import builder as b
from tests.store.night import Practice

SAMPLES = ("clean/clinic_day.837", "odd/everything.837", "odd/two_interchanges_two_delimiters.837")
DEPENDENT = (
    "HL*3*2*23*0", "PAT*19", "NM1*QC*1*SAMPLE*KIM", "N3*2 TEST ROAD", "N4*TESTVILLE*IL*62701", "DMG*D8*20150101*F",
)  # fmt: skip


def side(claims: list[Claim]) -> Side:
    return Side(claims, outline=[(claim.control_number, claim.original_reference) for claim in claims])


def again(practice: Practice) -> list[Claim]:
    with opened(practice.store) as store:
        found = store.rows(
            f"SELECT {originals.COLUMNS} FROM originals JOIN transactions ON transaction = batch ORDER BY interchange, batch, claim"
        )
        return list(originals.read(found))


def differences(practice: Practice, data: bytes) -> list[str]:
    sent, kept = b.claims_of(data).claims, again(practice)
    assert len(sent) == len(kept) > 0
    found = [one for one in compare(side(sent), side(kept)) if not isinstance(one, Comparison) or one.sections]
    return [one.claim if not isinstance(one, Comparison) else repr(one.changes) for one in found]


@pytest.mark.parametrize("name", SAMPLES)
def test_a_claim_comes_back_as_it_was_sent(practice: Practice, samples: Path, name: str) -> None:
    data = (samples / name).read_bytes()
    practice.put("a.837", data)
    assert practice.night().code == 0
    assert differences(practice, data) == []


@pytest.mark.parametrize("delimiters", b.FOREIGN)
def test_whatever_the_delimiters(practice: Practice, delimiters: Delimiters) -> None:
    above = (*b.ABOVE[:9], b.subscriber(2, children=1)[0], *b.SUBSCRIBER[1:], *DEPENDENT)
    data = b.claim_file(*above, *b.claim("A1"), *b.claim("A2", "90", "K3*LATE"), delimiters=delimiters)
    practice.put("a.837", data)
    assert practice.night().code == 0
    assert differences(practice, data) == []
    assert [claim.patient_person.first_name for claim in again(practice) if claim.patient_person] == ["KIM", "KIM"]


def test_one_patient_has_one_digest_and_another_another(practice: Practice) -> None:
    other = [s.replace("19700101", "19700102") for s in b.subscriber(3)]
    practice.put("a.837", b.claim_file(*b.ABOVE, *b.claim("A1"), *b.claim("A2"), *other, *b.claim("A3")))
    practice.night()
    one, two, three = practice.rows("SELECT person, born FROM originals ORDER BY claim")
    assert one == two
    assert one[0] != three[0]
    assert (one[1], three[1]) == ("19700101", "19700102")
