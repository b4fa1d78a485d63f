"""The authorisation log."""

import json
from datetime import date
from pathlib import Path

import pytest

from curette.errors import NotesError
from curette.notes.authorisations import authorisations, read
from curette.notes.model import Authorisation

HEADER = "number,payer,codes,drug,from,to,units_approved,units_used,event\n"


def test_the_example(samples: Path) -> None:
    found = read(samples / "notes/authorisations.csv")
    assert found.numbers == {"TESTAUTH01", "TESTAUTH02", "TESTAUTH03"}
    assert found.of("TESTAUTH01") == Authorisation(
        "TESTAUTH01", "TESTCASE HMO", ("J3245", "96372"), "tildrakizumab", date(2026, 1, 1), date(2026, 12, 31),
        500_000, 100_000, "maintenance",
    )  # fmt: skip
    last = found.of("TESTAUTH02")
    assert last is not None
    assert last.doses_left(60_000) == 1
    assert found.of("TESTAUTH09") is None


def test_both_templates_tell_the_same(samples: Path) -> None:
    table, json_ = (read(samples / f"notes/authorisations.{form}") for form in ("csv", "json"))
    assert table.numbers == json_.numbers
    assert all(table.of(number) == json_.of(number) for number in table.numbers)


@pytest.mark.parametrize("wrapped", [True, False])
def test_json_is_the_same(samples: Path, tmp_path: Path, wrapped: bool) -> None:
    rows = [
        {
            "number": "TESTAUTH01", "payer": "TESTCASE HMO", "codes": ["J3245", "96372"], "drug": "tildrakizumab",
            "from": "2026-01-01", "to": "2026-12-31", "units_approved": 500, "units_used": 100, "event": "maintenance",
        },
        {"number": 7, "units_used": 0.5, "payer": None},
    ]  # fmt: skip
    path = tmp_path / "log.json"
    path.write_text(json.dumps({"authorisations": rows} if wrapped else rows))
    found = read(path)
    assert found.of("TESTAUTH01") == read(samples / "notes/authorisations.csv").of("TESTAUTH01")
    assert found.of("7") == Authorisation("7", units_used=500)


@pytest.mark.parametrize(
    ("rows", "row", "field", "reason"),
    [
        ("A,,,,,,,,\nA,,,,,,,,\n", 3, "number", "the same number as in row 2"),
        (",P,,,,,,,\n", 2, "number", "is missing"),
        ("A,,J32,,,,,,\n", 2, "codes 1", "five characters"),
        ("A,,J3245;,,,,,,\n", 2, "codes 2", "empty"),
        ("A,,,,2026-02-30,,,,\n", 2, "from", "a date"),
        ("A,,,,2026-03-02,2026-03-01,,,\n", 2, "to", "before the day in from"),
        ("A,,,,,,1.0001,,\n", 2, "units_approved", "finer than a thousandth"),
        ("A,,,,,,,-1,\n", 2, "units_used", "without the unit"),
        ("A,,,,,,,,stop\n", 2, "event", "none of start, maintenance, renewal"),
    ],
)
def test_what_is_wrong_in_a_row(tmp_path: Path, rows: str, row: int, field: str, reason: str) -> None:
    path = tmp_path / "log.csv"
    path.write_text(HEADER + rows)
    with pytest.raises(NotesError, match=reason) as refused:
        read(path)
    assert (refused.value.file, refused.value.row, refused.value.field) == (str(path), row, field)


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("a.csv", "payer\nP\n", "row 1, number: this column is missing"),
        ("a.csv", "number,units\nA,1\n", "row 1, column 2: not a field that is known; is units_used meant?"),
        ("a.json", "{}", "an object with authorisations and nothing else"),
        ("a.json", "[1]", "row 1: an object of named fields"),
        ("a.json", "[null]", "row 1, number: is missing"),
        ("a.jsonl", "", r"none of \.json, \.csv"),
    ],
)
def test_what_is_wrong_with_a_file(tmp_path: Path, name: str, text: str, reason: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(NotesError, match=reason):
        read(tmp_path / name)


def test_no_log_is_not_an_empty_one(samples: Path) -> None:
    assert authorisations(None) is None
    log = samples / "notes/authorisations.csv"
    assert authorisations(log) is authorisations(log)
