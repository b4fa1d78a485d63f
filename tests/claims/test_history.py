"""Earlier lines by patient: who is the same patient, what a correction takes away, and that no name is kept."""

import pickle
from collections.abc import Iterable
from datetime import date

import pytest

from curette.claims.history import History, Past
from curette.claims.model import Claim
from tests import builder as b
from tests.rules.claims import file_of, fragment

WART = "HI*ABK:B078\nSV1*HC:17110*100*UN*1***1"
VISIT = "HI*ABK:B078\nSV1*HC:99213*100*UN*1***1"


def claims(*fragments: list[str], above: dict[str, str] | None = None) -> list[Claim]:
    return b.claims_of(file_of(fragments, above=above)).claims


def filled(found: Iterable[Claim], *codes: str) -> History:
    history = History()
    for claim in found:
        history.take(claim, frozenset(codes or ("17110",)).__contains__)
    history.settle()
    return history


def test_what_is_kept_of_a_line() -> None:
    rendered = WART.replace("\nSV1", "\nNM1*82*1*EXAMPLE*ERIN****XX*1245319599\nSV1").replace("17110", "17110:59")
    [claim] = claims(fragment(rendered, "A1", "20260305"))
    past = Past(date(2026, 3, 5), "17110", ("59",), 1000, "1245319599", "1234567893", "11", ("B078",), "A1")
    assert filled([claim]).of(claim) == (past,)


def test_only_what_some_rule_recalls_is_kept() -> None:
    history = filled(claims(fragment(WART, "A1"), fragment(VISIT, "A2")))
    assert (history.claims, history.lines) == (2, 1)


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("*SAMPLE*SAM*", "*sample*Sam*", True),
        ("*SAMPLE*SAM*", "*SAM-PLE*SAM *", True),
        ("*SAMPLE*SAM*", "*SAMPLE*SAMUEL*", False),
        ("*SAMPLE*SAM*", "*SAMSAM*PLE*", False),
        ("TEST0001", "test-0001", True),
        ("TEST0001", "TEST0002", False),
        ("DMG*D8*19700101", "DMG*D8*19700102", False),
    ],
)
def test_who_is_the_same_patient(old: str, new: str, same: bool) -> None:
    [first], [other] = claims(fragment(WART)), claims(fragment(WART), above={old: new})
    history = filled([first])
    assert (len(history.of(other)) == 1) is same


@pytest.mark.parametrize(("member", "known"), [("*MI*TEST0001", True), ("", False)])
def test_a_name_alone_is_nobody(member: str, known: bool) -> None:
    above = {"DMG*D8*19700101*F": "REF*SY*123456789", "****MI*TEST0001": f"****{member}" if member else ""}
    above = {old: new.replace("*****", "****") for old, new in above.items()}
    [claim] = claims(fragment(WART), above=above)
    history = filled([claim])
    assert (history.claims, history.lines, len(history.of(claim))) == (1, int(known), int(known))


def test_a_dependent_is_not_the_subscriber() -> None:
    above = {
        "HL*2*1*22*0": "HL*2*1*22*1", "SBR*P*18*": "SBR*P**",
        "NM1*PR*2*EXAMPLE PLAN*****PI*99001": "NM1*PR*2*EXAMPLE PLAN*****PI*99001\nHL*3*2*23*0\nPAT*19\n"
        "NM1*QC*1*SAMPLE*KIM\nN3*2 TEST ROAD\nN4*TESTVILLE*IL*62701\nDMG*D8*20150101*F",
    }  # fmt: skip
    [child], [parent] = claims(fragment(WART), above=above), claims(fragment(WART))
    history = filled([child])
    assert history.of(child)
    assert not history.of(parent)


@pytest.mark.parametrize(
    ("frequency", "number", "text", "kept"),
    [
        ("8", "A1", WART, []),
        ("8", "A9", WART, []),  # known by its service
        ("8", "A9", WART.replace("17110", "17111"), ["17110"]),
        ("7", "A1", WART.replace("17110", "17111"), ["17111"]),
        ("7", "A9", WART, ["17110"]),
        ("7", "A1", VISIT, []),
        ("1", "A9", WART, ["17110", "17110"]),
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_a_correction_takes_the_place_of_what_it_corrects(
    frequency: str, number: str, text: str, kept: list[str], first: bool
) -> None:
    original, again = claims(fragment(WART, "A1"), fragment(text, number, frequency=frequency))
    history = filled([again, original] if first else [original, again], "17110", "17111")
    assert [past.code for past in history.of(original)] == kept


def test_a_correction_of_a_correction_takes_its_place_too() -> None:
    original, first, second, last = claims(
        fragment(WART, "A1"), fragment(WART.replace("17110", "17111"), "A1", frequency="7"),
        fragment(WART, "A1", frequency="7"), fragment(WART, "A9", "20260302"),
    )  # fmt: skip
    history = filled([original, first, second, last], "17110", "17111")
    assert [(past.code, past.claim) for past in history.of(original)] == [("17110", "A9"), ("17110", "A1")]


def test_lines_are_found_by_code_and_day() -> None:
    days = ("20260305", "20260302", "20260305")
    found = claims(*(fragment(WART, f"A{number}", day) for number, day in enumerate(days)))
    [(code, by_day)] = filled(found).of(found[0]).by_code.items()
    assert (code, list(by_day)) == ("17110", [date(2026, 3, 2), date(2026, 3, 5)]), "the earliest first"
    assert [past.claim for past in by_day[date(2026, 3, 5)]] == ["A0", "A2"]


def test_a_service_of_another_day_stays() -> None:
    original, void = claims(fragment(WART, "A1", "20260301"), fragment(WART, "A2", "20260302", frequency="8"))
    assert len(filled([original, void]).of(original)) == 1


def test_no_name_is_kept_and_two_runs_share_no_digest() -> None:
    found = claims(fragment(WART))
    one, other = filled(found), filled(found)
    kept = pickle.dumps(one)
    assert not [word for word in (b"SAMPLE", b"SAM", b"sample", b"19700101", b"TEST0001") if word in kept]
    assert one.patient(found[0]) != other.patient(found[0])
    assert pickle.loads(kept).of(found[0]) == one.of(found[0])


def test_a_store_fills_it_under_its_own_key() -> None:
    [claim] = claims(fragment(WART))
    key = b"of the store"
    history = History(key)
    history.put(History(key).patient(claim), Past(date(2025, 12, 1), "17110", (), 1000, "", "", "11", (), "OLD"))
    assert [past.claim for past in history.of(claim)] == ["OLD"]
