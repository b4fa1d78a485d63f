"""What the records of notes work out: diameters, lines, counts, what is left of an approval."""

from datetime import date

import pytest

from curette.notes.model import Authorisation, ClaimNotes, LineNotes, Tumour, excised


@pytest.mark.parametrize(
    ("lesion", "margins", "stated", "measured", "expected"),
    [
        (120, (30, 30), None, None, 180),
        (120, (50, 30, 40), None, None, 180),  # the narrowest counts
        (125, (0,), None, None, 125),
        (90, None, None, None, None),
        (90, (), None, None, None),
        (None, (30,), None, None, None),
        (None, None, 55, None, 55),
        (90, None, 150, None, 150),
        (120, (30,), 180, None, 180),
        (120, (30,), 190, "before_excision", 190),
        (120, (30,), 170, None, 170),
        (120, (30,), 191, None, None),
        (120, (30,), 169, None, None),
        (120, (30,), None, "specimen", None),
        (None, None, 55, "specimen", None),
        (None, None, None, None, None),
    ],
)
def test_excised(
    lesion: int | None,
    margins: tuple[int, ...] | None,
    stated: int | None,
    measured: str | None,
    expected: int | None,
) -> None:
    notes = LineNotes(1, lesion_max=lesion, margins=margins, excised_diameter=stated, measured_when=measured)
    assert excised(notes) == expected


BY_NUMBER, BY_CONTROL, BY_BOTH = LineNotes(1), LineNotes(control="C2"), LineNotes(3, "C3")
CLAIM = ClaimNotes("A", lines=(BY_NUMBER, BY_CONTROL, BY_BOTH))


@pytest.mark.parametrize(
    ("number", "control", "expected"),
    [
        (1, "", BY_NUMBER),
        (1, "C1", BY_NUMBER),
        (2, "C2", BY_CONTROL),
        (2, "", None),
        (9, "C2", BY_CONTROL),
        (3, "C3", BY_BOTH),
        (3, "", BY_BOTH),
        (4, "C3", BY_BOTH),  # lines were numbered anew
        (3, "C9", None),  # another line has its number now
        (1, "C3", BY_BOTH),  # the control number goes first
        (5, "", None),
    ],
)
def test_line(number: int, control: str, expected: LineNotes | None) -> None:
    assert CLAIM.line(number, control) is expected


def test_lesion_counts_of_lines_that_agree_and_of_the_claim_before_them() -> None:
    lines = (
        LineNotes(1, lesion_count={"premalignant": 7, "benign": 4}),
        LineNotes(2, lesion_count={"premalignant": 7}),
        LineNotes(3, lesion_count={"benign": 5, "skin_tag": 3}),
        LineNotes(4),
    )
    assert ClaimNotes("A", lines=lines).lesion_counts == {"premalignant": 7, "skin_tag": 3}
    assert ClaimNotes("A", lesion_count={"benign": 9}, lines=lines).lesion_counts == {
        "premalignant": 7, "benign": 9, "skin_tag": 3
    }  # fmt: skip
    assert ClaimNotes("A").lesion_counts == {}


def test_stages() -> None:
    assert Tumour("A", blocks=(4, 3)).stages == 2
    assert Tumour("A", blocks=()).stages == 0
    assert Tumour("A").stages is None


@pytest.mark.parametrize(
    ("approved", "used", "left", "doses"),
    [
        (500_000, 100_000, 400_000, 4),
        (500_000, 450_000, 50_000, 0),
        (500_000, None, 500_000, 5),
        (100_000, 200_000, -100_000, 0),
        (None, 100_000, None, None),
    ],
)
def test_what_is_left(approved: int | None, used: int | None, left: int | None, doses: int | None) -> None:
    found = Authorisation("A", units_approved=approved, units_used=used)
    assert (found.units_left, found.doses_left(100_000)) == (left, doses)
    assert found.doses_left(0) is None


def test_covers() -> None:
    first, last = date(2026, 1, 1), date(2026, 2, 28)
    found = Authorisation("A", start=first, end=last)
    days = (date(2025, 12, 31), first, last, date(2026, 3, 1))
    assert [found.covers(day) for day in days] == [False, True, True, False]
    assert Authorisation("A").covers(first)
    assert not Authorisation("A", end=last).covers(date(2026, 3, 1))
