"""A person's word on denied lines, from a dated CSV; what is wrong in it is told by row and field."""

from datetime import date
from pathlib import Path

import pytest

from curette.codes.denials import codes
from curette.denials.categorise import categoriser
from curette.denials.facts import Override
from curette.denials.lines import DenialLine, Options, rows
from curette.denials.overrides import read
from curette.errors import NotesError
from tests import builder as b

HEADER = "date,claim,line,trace,general_category,derm_category,derm_sub,by,note\n"
CLAIM = (
    "CLP*A1*1*400*60**12*ICN1*11*1", "NM1*QC*1*SAMPLE*SAM****MI*TEST0001",
    "SVC*HC:17110*100*0**1", "DTM*472*20260104", "CAS*CO*50*100", "REF*6R*L1",
    "SVC*HC:11102*200*0**1", "DTM*472*20260104", "CAS*CO*97*200", "REF*6R*L2",
    "SVC*HC:99213*100*60**1", "DTM*472*20260104", "CAS*CO*45*40", "REF*6R*L3",
)  # fmt: skip


def put(folder: Path, text: str, name: str = "said.csv") -> Path:
    path = folder / name
    path.write_text(HEADER + text, "utf-8")
    return path


def told(folder: Path, text: str, claim: tuple[str, ...] = CLAIM) -> list[DenialLine]:
    given = read(put(folder, text), codes())
    remits = b.remits_of(b.remit_file(*b.PAYMENT, *claim))
    return list(rows(remits.remits[0], remits.claims[0], categoriser(), Options(overrides=given)))


def test_a_category_is_overridden_and_says_so(tmp_path: Path) -> None:
    first, second, third = told(tmp_path, "2026-03-12,A1,1,,auth,procedure_auth,laser,AB,approved by phone\n")
    denial = first.denial
    assert (denial.rule, denial.general_category, denial.general_sub) == ("OVERRIDE", "auth", None)
    assert (denial.derm_category, denial.derm_sub) == ("procedure_auth", "laser")
    assert denial.override == Override(date(2026, 3, 12), "AB", 2, "COS-04", "mednec", "cosmetic")
    assert (denial.outcome, denial.denied, denial.carc) == ("denied", 10000, "50"), "what the payer did stays"
    assert second.denial.override is None
    assert third.denial.override is None


@pytest.mark.parametrize(
    ("row", "hit"),
    [
        ("2026-03-12,A1,1,,auth,,,,", {1}),
        ("2026-03-12,A1,L2,,auth,,,,", {2}),
        ("2026-03-12,A1,,,auth,,,,", {1, 2}),
        ("2026-03-12,A1,,CHECK1,auth,,,,", {1, 2}),
        ("2026-03-12,A1,,CHECK2,auth,,,,", set()),
        ("2026-03-12,A2,,,auth,,,,", set()),
        ("2026-03-12,A1,3,,auth,,,,", set()),  # a paid line has no category
        ("2026-03-02,A1,1,,auth,,,,", {1}),
        ("2026-03-01,A1,1,,auth,,,,", set()),  # said before this payment was made
    ],
)
def test_which_lines_a_row_speaks_of(row: str, hit: set[int], tmp_path: Path) -> None:
    found = told(tmp_path, row + "\n")
    assert {line.line.number for line in found if line.line and line.denial.override} == hit


@pytest.mark.parametrize(("line", "hit"), [("1", {2}), ("2", {1}), ("3", set())])
def test_control_numbers_go_before_numbers(line: str, hit: set[int], tmp_path: Path) -> None:
    """The first two lines have each other's number as their control number; "2" is both, and one line is meant."""
    crossed = tuple({"REF*6R*L1": "REF*6R*2", "REF*6R*L2": "REF*6R*1"}.get(segment, segment) for segment in CLAIM)
    found = told(tmp_path, f"2026-03-12,A1,{line},,auth,,,,\n", crossed)
    assert {row.line.number for row in found if row.line and row.denial.override} == hit


def test_of_several_rows_the_latest(tmp_path: Path) -> None:
    text = "2026-03-20,A1,1,,coding,,,,\n2026-03-12,A1,1,,auth,,,,\n2026-03-12,A1,,,doc,,,,\n"
    assert [row.denial.general_category for row in told(tmp_path, text)][:2] == ["coding", "doc"]


def test_one_of_the_two_categories_may_be_given(tmp_path: Path) -> None:
    [first, *_] = told(tmp_path, "2026-03-12,A1,1,,,none,,,\n")
    assert (first.denial.general_category, first.denial.derm_category, first.denial.derm_sub) == ("mednec", None, None)
    [first, *_] = told(tmp_path, "2026-03-12,A1,1,,coding,,,,\n")
    assert (first.denial.general_category, first.denial.derm_category) == ("coding", "cosmetic")


@pytest.mark.parametrize(
    ("text", "row", "field"),
    [
        ("2026-03-12,,1,,auth,,,,\n", 2, "claim"),
        (",A1,1,,auth,,,,\n", 2, "date"),
        ("12.03.2026,A1,1,,auth,,,,\n", 2, "date"),
        ("2026-03-12,A1,1,,,,,,\n", 2, "general_category"),
        ("2026-03-12,A1,1,,authorisation,,,,\n", 2, "general_category"),
        ("2026-03-12,A1,1,,patient,,,,\n", 2, "general_category"),  # no denial category
        ("2026-03-12,A1,1,,auth,lasers,,,\n", 2, "derm_category"),
        ("2026-03-12,A1,1,,auth,mohs,laser,,\n", 2, "derm_sub"),
        ("2026-03-12,A1,1,,auth,,laser,,\n", 2, "derm_sub"),
        ("2026-03-12,A1,1,,auth,,,,\n2026-03-12,A1,1,,doc,,,,\n", 3, "claim"),
        ("2026-03-12,A1,1,,auth\n", 2, ""),
    ],
)
def test_what_is_wrong_is_told_by_row_and_field(text: str, row: int, field: str, tmp_path: Path) -> None:
    with pytest.raises(NotesError) as told:
        read(put(tmp_path, text), codes())
    assert (told.value.row, told.value.field) == (row, field)
    assert told.value.exit_code == 2
    assert "authorisation" not in str(told.value), "what stands in the file is not repeated"


@pytest.mark.parametrize("name", ["said.txt", "said.json"])
def test_only_csv(name: str, tmp_path: Path) -> None:
    with pytest.raises(NotesError, match=r"\.csv"):
        read(put(tmp_path, "", name), codes())


def test_an_unknown_column(tmp_path: Path) -> None:
    path = tmp_path / "said.csv"
    path.write_text("date,claim,category\n2026-03-12,A1,auth\n", "utf-8")
    with pytest.raises(NotesError, match="column 3"):
        read(path, codes())
