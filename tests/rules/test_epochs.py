"""What is remembered of days holds for those on which the tables say the same, and for no others."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from curette.codes.diagnoses import diagnoses
from curette.codes.drugs import drugs
from curette.codes.procedures import procedures
from curette.codes.tables import Head, Tables, file_name, write
from curette.pipeline import CheckOptions, check
from curette.rules import _epochs
from curette.rules._context import Facts
from curette.rules._epochs import Epochs
from tests.rules.claims import file_of, fragment

OWN = ("mue", "mai", "rationale")


def limits(folder: Path, *rows: tuple[str, date | None, date | None, tuple[str, ...]]) -> Path:
    """An edition of a quarter whose limits of units change within it."""
    head = Head("mue", "2026Q2", date(2026, 4, 1), date(2026, 6, 30), "a test", OWN)
    write(folder / file_name("mue", "2026Q2"), head, rows)
    return folder


def epochs(folder: Path | None = None, maps: Path | None = None) -> Epochs:
    return Epochs(Facts(procedures(maps), diagnoses(maps), drugs(maps), Tables(folder)))


def test_the_days_of_a_month_are_one_epoch_and_other_months_others() -> None:
    known = epochs()
    first = date(2026, 1, 1)
    months = {(day.month, known.of(day)) for day in (first + timedelta(n) for n in range(365))}
    assert len(months) == len({number for _, number in months}) == 12
    assert known.of(date(2025, 1, 10)) != known.of(date(2026, 1, 10))


def test_a_table_that_changes_within_a_month_parts_it(tmp_path: Path) -> None:
    day = date(2026, 5, 20)
    known = epochs(limits(tmp_path, ("11301", None, day, ("1", "2", "")), ("11302", day, None, ("1", "2", ""))))
    assert known.of(date(2026, 5, 1)) == known.of(day - timedelta(1))
    assert len({known.of(day - timedelta(1)), known.of(day), known.of(day + timedelta(1))}) == 3
    assert known.of(day + timedelta(1)) == known.of(date(2026, 5, 31))


def test_a_code_that_ends_within_a_month_parts_it(tmp_path: Path) -> None:
    row = '<deleted code="11102" last-day="2026-05-20" instead="another" source="practice"/>'
    (tmp_path / "procedures.xml").write_text(f"<procedures>{row}</procedures>", encoding="utf-8")
    known = epochs(maps=tmp_path)
    assert known.of(date(2026, 5, 20)) == known.of(date(2026, 5, 1)) != known.of(date(2026, 5, 21))


def test_no_number_comes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_epochs, "_MOST", 2)
    known = epochs()
    numbers = [known.of(date(2026, month, 1)) for month in (1, 2, 3, 4, 1, 2)]
    assert len(set(numbers)) == 6


def test_what_was_said_of_alike_claims_holds_until_the_table_changes(tmp_path: Path) -> None:
    """Twelve claims of one kind: those before the limit of units changes, and those after."""
    last = date(2026, 5, 20)
    tables = limits(
        tmp_path / "own",
        ("11103", None, last, ("9", "2", "")),
        ("11103", last + timedelta(1), None, ("1", "2", "")),
    )
    text = "HI*ABK:D225\nSV1*HC:11102*100*UN*1***1\nSV1*HC:11103*100*UN*3***1"
    days = [date(2026, 5, day) for day in (2, 19, 20, 21, 22, 31)]
    path = tmp_path / "a.837"
    data = b"".join(
        file_of([fragment(text, f"A{day:%d}{n}", f"{day:%Y%m%d}")], created="20260601") for day in days for n in (1, 2)
    )
    path.write_bytes(data)
    options = CheckOptions(conformance="off", snip=frozenset({6}), tables=tables)
    found = [f.claim for result in check([path], options) for f in result.findings if f.rule.id == "DERM-U01"]
    assert found == ["A211", "A212", "A221", "A222", "A311", "A312"]


def test_what_a_line_alone_says_heeds_its_day_too(tmp_path: Path) -> None:
    """A diagnosis that begins within the month: before that day nothing is said by it."""
    head = Head("icd10cm", "own", date(2015, 10, 1), date(2027, 9, 30), "a test", ("kind",))
    row = ("C000", date(2026, 5, 20), None, ("x",))
    write(tmp_path / "own" / file_name("icd10cm", "own"), head, [row])
    text = "HI*ABK:C000\nSV1*HC:11102*100*UN*1***1"
    days = [date(2026, 5, day) for day in (2, 19, 20, 31)]
    path = tmp_path / "a.837"
    path.write_bytes(
        b"".join(file_of([fragment(text, f"A{day:%d}", f"{day:%Y%m%d}")], created="20260601") for day in days)
    )
    options = CheckOptions(conformance="off", snip=frozenset({6}), tables=tmp_path / "own")
    found = [f.claim for result in check([path], options) for f in result.findings if f.rule.id == "DERM-B05"]
    assert found == ["A20", "A31"]
