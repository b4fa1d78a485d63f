"""What is told of how a claim is sent again, and what is not: near misses beside each hit."""

from datetime import date
from typing import Any

import pytest

from curette.codes.payers import profiles
from curette.codes.procedures import procedures
from curette.codes.tables import Tables
from curette.diff.answers import Answered, Denied, Judged, State
from curette.diff.compare import compare
from curette.diff.hygiene import Hygiene
from curette.diff.model import Comparison
from tests.builder import ABOVE, SUBSCRIBER, claim, line
from tests.diff.edits import read

NUMBERS = {"A1": {"ICN1"}}
HEAD, HI = "CLM*A1*{}***11:B:{}*Y*A*Y*Y", "HI*ABK:L570*ABF:D485"
F8 = "REF*F8*ICN1"
LEVEL = ABOVE


def again(frequency: str = "7", *more: str, charge: str = "100", body: tuple[str, ...] = (), above: Any = ABOVE) -> Any:
    return (*above, HEAD.format(charge, frequency), *more, HI, *(body or line(1, charge)))


def changed(old: str, new: str, segments: tuple[str, ...] = ABOVE) -> tuple[str, ...]:
    assert old in segments
    return tuple(new if each == old else each for each in segments)


OLD = (*ABOVE, *claim("A1"))
SERVICE = ("LX*1", "SV1*HC:{}*100*UN*1***1", "DTP*472*D8*{}")


def service(code: str, day: str = "20260104") -> tuple[str, ...]:
    return tuple(each.format(code if "SV1" in each else day) for each in SERVICE)


def judged(state: State, *rarcs: str) -> Judged:
    denied = Denied("A1", "ICN1", "", 1, "99213", 10000, "CO", "16", rarcs, None, None, "data", None)
    return Judged(denied, state, 1, (), "")


def rules(
    old: Any, new: Any, *, numbers: Any = NUMBERS, today: date | None = None, denials: tuple[Judged, ...] = ()
) -> list[str]:
    hygiene, told = Hygiene(profiles(), procedures(), Tables(), today), list[str]()
    for found in compare(read(old), read(new), numbers):
        assert isinstance(found, Comparison)
        known = frozenset(number for old in found.match.olds for number in numbers.get(old.control_number, ()))
        answered = Answered(tuple(each.denied for each in denials), known, bool(known))
        told += [each.rule.id.removeprefix("DIFF-") for each in hygiene.check(found, denials, answered)]
    return told


MEDICARE = changed(SUBSCRIBER[1], "SBR*P*18*******MB")
MORE = ("LX*2", "SV1*HC:11102*50*UN*1***1", "DTP*472*D8*{}")
TWO = again("1", charge="150", body=(*line(), *(s.format("20260104") for s in MORE)))
CASES: dict[str, tuple[Any, Any, list[str]]] = {
    "a good replacement": (OLD, again("7", F8, "PWK*OZ*BM"), []),
    "a replacement that changes nothing": (OLD, again("7", F8), ["SAME"]),
    "a replacement that is only numbered anew": (
        OLD, again("7", F8, "REF*D9*CLEARING1", body=line(1, "100", "REF*6R*NEW")), ["SAME"]),
    "sent as new to another payer": (OLD, again("1", above=changed(SUBSCRIBER[6], "NM1*PR*2*PLAN*****PI*99002")), []),
    "sent as new to the next payer": (
        OLD, again("1", above=changed(SUBSCRIBER[1], "SBR*S*18*******CI")), []),
    "sent as new, the payer known": (OLD, again("1", "REF*9F*R1"), ["AS-NEW"]),
    "another number": (OLD, again("7", "REF*F8*ICN2", "PWK*OZ*BM"), ["F8-OTHER"]),
    "no number is for another rule": (OLD, again("7", "PWK*OZ*BM"), []),
    "a void as it was": (OLD, again("8", F8), []),
    "a void with another line": (OLD, again("8", F8, body=line(1, "100", "REF*9F*R1")), ["VOID-CHANGED"]),
    "a void under other line numbers": (OLD, again("8", F8, body=line(1, "100", "REF*6R*NEW")), []),
    "a void with a note": (OLD, again("8", F8, "NTE*ADD*WHY"), []),
    "another member": (OLD, again("7", F8, above=changed(SUBSCRIBER[2], "NM1*IL*1*SAMPLE*SAM****MI*TEST0002")), ["PATIENT"]),
    "another middle name": (OLD, again("7", F8, above=changed(SUBSCRIBER[2], "NM1*IL*1*SAMPLE*SAM*Q***MI*TEST0001")), []),
    "the name in other letters": (OLD, again("7", F8, above=changed(SUBSCRIBER[2], "NM1*IL*1*Sample*Sam****MI*TEST0001")), []),
    "another first name": (
        OLD, again("7", F8, above=changed(SUBSCRIBER[2], "NM1*IL*1*SAMPLE*TOM****MI*TEST0001")), ["PATIENT"]),
    "the approval of another payer": (OLD, again("7", F8, body=line(1, "100", "REF*G1*AUTH1**2U:99002")), []),
    "another street": (OLD, again("7", F8, above=changed(SUBSCRIBER[3], "N3*3 TEST ROAD")), []),
    "another payer": (OLD, again("7", F8, above=changed(SUBSCRIBER[6], "NM1*PR*2*EXAMPLE PLAN*****PI*99002")), ["PAYER"]),
    "the same payer by another name": (OLD, again("7", F8, above=changed(SUBSCRIBER[6], "NM1*PR*2*PLAN*****PI*99001")), []),
    "a higher charge": (OLD, again("7", F8, charge="110"), ["CHARGE"]),
    "a lower charge": (OLD, again("7", F8, charge="90"), []),
    "a higher charge with a line": (
        OLD, again("7", F8, charge="150", body=(*line(), *(s.format("20260104") for s in MORE))), []),
    "a higher charge beside another change": (TWO, again("7", F8, charge="210", body=(
        *line(), *(s.format("20260104").replace("*50*", "*110*").replace("11102", "17000:59") for s in MORE))), []),
    "a higher charge of one line, more units of another": (TWO, again("7", F8, charge="260", body=(
        *line(1, "110"), *(s.format("20260104").replace("50*UN*1", "150*UN*3") for s in MORE))), ["CHARGE"]),
    "a line on another day": (
        OLD, again("7", F8, charge="150", body=(*line(), *(s.format("20260105") for s in MORE))), ["DATES"]),
    "a higher code of the family": (
        (*ABOVE, HEAD.format(100, 1), HI, *service("11641")), again("7", F8, body=service("11642")), ["UPCODED"]),
    "a lower code of the family": (
        (*ABOVE, HEAD.format(100, 1), HI, *service("11642")), again("7", F8, body=service("11641")), []),
    "a higher code of another family": (
        (*ABOVE, HEAD.format(100, 1), HI, *service("11102")), again("7", F8, body=service("11642")), []),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_is_told(name: str) -> None:
    old, new, expected = CASES[name]
    assert rules(old, new) == expected


def test_nothing_is_said_of_a_payer_of_whom_nothing_is_known() -> None:
    assert rules(OLD, again("1", "REF*9F*R1"), numbers={}) == []
    assert rules(OLD, again("7", "REF*F8*ICN2", "PWK*OZ*BM"), numbers={}) == []


@pytest.mark.parametrize(("today", "expected"), [(date(2027, 1, 4), []), (date(2027, 1, 5), ["LATE"]), (None, [])])
def test_the_last_day(today: date | None, expected: list[str]) -> None:
    old, new = (*MEDICARE, *claim("A1")), again("7", F8, "PWK*OZ*BM", above=MEDICARE)
    assert rules(old, new, today=today) == expected
    assert rules(OLD, again("7", F8, "PWK*OZ*BM"), today=today) == []  # a payer whose limit nobody wrote down


def test_what_was_never_decided_is_sent_as_new() -> None:
    denials = (judged(State.PARTLY, "MA130"),)
    assert rules(OLD, again("7", F8, "PWK*OZ*BM"), denials=denials) == ["UNDECIDED"]
    assert rules(OLD, again("1", "PWK*OZ*BM"), denials=denials) == []
    assert rules(OLD, again("7", F8, "PWK*OZ*BM"), denials=(judged(State.PARTLY, "N706"),)) == []


def test_the_next_payer_answers_nothing_of_the_first() -> None:
    new = again("1", above=changed(SUBSCRIBER[1], "SBR*S*18*******CI"))
    assert rules(OLD, new, denials=(judged(State.NOT),)) == []


@pytest.mark.parametrize(("reference", "expected"), [("ICN1", []), ("ICN2", []), ("ICN3", ["F8-OTHER"])])
def test_the_number_of_either_of_two_merged_claims_will_do(reference: str, expected: list[str]) -> None:
    numbers = {"A1": {"ICN1"}, "A2": {"ICN2"}}
    second = tuple(s.format("20260104") for s in MORE)
    old = (*OLD, HEAD.replace("A1", "A2").format(50, 1), HI, "LX*1", *second[1:])
    new = again("7", f"REF*F8*{reference}", charge="150", body=(*line(), *second))
    assert rules(old, new, numbers=numbers) == expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [("1", "1", ["AS-NEW", "AS-NEW"]), ("7", "1", []), ("7", "7", ["TWICE"]), ("1", "7", [])],
)
def test_parts_of_a_claim_that_are_sent_as_new(first: str, second: str, expected: list[str]) -> None:
    """What one part replaces, the other does not repeat."""
    parts = [
        (HEAD.replace("A1", name).format(charge, frequency), *([F8] if frequency == "7" else []), HI, *lines)
        for name, charge, frequency, lines in (
            ("A1", 100, first, line()),
            ("A2", 50, second, ("LX*1", *(s.format("20260104") for s in MORE[1:]))),
        )
    ]
    assert rules(TWO, (*ABOVE, *parts[0], *parts[1])) == expected


def test_unanswered_means_every_denial() -> None:
    new = again("7", F8, "PWK*OZ*BM")
    assert rules(OLD, new, denials=(judged(State.NOT), judged(State.NOT))) == ["UNANSWERED"]
    assert rules(OLD, new, denials=(judged(State.NOT), judged(State.PARTLY))) == []


def test_two_replacements_of_one() -> None:
    new = (*again("7", F8), *(s.replace("*A1*", "*B1*") for s in again("7", F8)[len(ABOVE) :]))
    assert "TWICE" in rules(OLD, new)


def test_a_guess_is_not_judged() -> None:
    other = tuple(s.replace("*A1*", "*B7*").replace("99213:25", "11102") for s in again("7", "REF*F8*ICN9"))
    assert rules(OLD, other) == []


def test_findings_say_where() -> None:
    (found,) = compare(read(OLD), read(again("7", "REF*F8*ICN2", "PWK*OZ*BM")), NUMBERS)
    assert isinstance(found, Comparison)
    answered = Answered(numbers=frozenset({"ICN1"}))
    (finding,) = Hygiene(profiles(), procedures(), Tables()).check(found, answered=answered)
    place = finding.place
    assert (place.segment, place.loop, place.element, finding.claim) == ("REF", "2300", 2, "A1")
    assert place.offset > 0


@pytest.mark.parametrize(("charge", "expected"), [("100", ["TWICE"]), ("90", ["TWICE", "VOID-CHANGED"])])
def test_a_void_is_held_against_the_original_and_not_the_replacement_beside_it(
    charge: str, expected: list[str]
) -> None:
    new = (*again("8", F8, charge=charge), *again("7", F8, charge="130")[len(ABOVE) :])
    assert sorted(set(rules(OLD, new)) - {"SAME", "CHARGE"}) == expected
