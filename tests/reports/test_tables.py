"""One table in every form."""

import csv as reader
import errno
import gc
import io
import resource
import tempfile
import time
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest

from curette.denials.figures import Rate
from curette.reports import csv, excel, tables_text
from curette.reports.tables import Column, Kind, Table, plain, shown

COLUMNS = (
    Column("value", "Value", Kind.CODE, 0), Column("name", "Name", Kind.TEXT, 1), Column("lines", "Lines", Kind.COUNT, 3),
    Column("rate", "Rate", Kind.RATE, 0), Column("limit", "Limit", Kind.PERCENT, 5),
    Column("amount", "Amount", Kind.MONEY, 0), Column("day", "Day", Kind.DATE, 2),
    Column("what", "What", Kind.TEXT, 1, below=True),
)  # fmt: skip
ROWS = [
    ("99213", "A payer with a long name that has to be wrapped somewhere", 1234, Rate(123, 1234, 1234), 125, 123456789, date(2026, 3, 10), "Do this."),
    ("=1+1", "+SUM(A1)", 2, Rate(1, 2, 2), None, -5, None, ""),
]  # fmt: skip
TABLE = Table("t", "A table", COLUMNS, ROWS, "A note.")


@pytest.mark.parametrize(
    ("kind", "value", "for_programs", "for_people"),
    [
        (Kind.MONEY, 123456789, "1234567.89", "1,234,567.89"), (Kind.MONEY, -5, "-0.05", "-0.05"),
        (Kind.COUNT, 1234, 1234, "1,234"), (Kind.RATE, Rate(123, 1234, 1234), "10.0", "10.0 %"),
        (Kind.RATE, Rate(1, 2, 2), None, "few"), (Kind.RATE, Rate(0, 0, 0), None, ""),
        (Kind.PERCENT, 125, "12.5", "12.5 %"), (Kind.DATE, date(2026, 3, 10), "2026-03-10", "2026-03-10"),
        (Kind.TIME, datetime(2026, 3, 10, 9, 30, tzinfo=UTC), "2026-03-10T09:30+00:00", "2026-03-10 09:30"),
        (Kind.TEXT, "a\x1b[2Jb", "a\x1b[2Jb", "a\\x1b[2Jb"), (Kind.TEXT, None, None, ""),
        (Kind.TEXT, "", None, ""), (Kind.TEXT, "0", "0", "0"), (Kind.COUNT, 0, 0, "0"), (Kind.MONEY, 0, "0.00", "0.00"),
    ],
)  # fmt: skip
def test_values(kind: Kind, value: object, for_programs: object, for_people: str) -> None:
    assert plain(kind, value) == for_programs  # type: ignore[arg-type]
    assert shown(kind, value) == for_people  # type: ignore[arg-type]


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
def test_text_fits_and_the_wide_keeps_what_the_narrow_drops(width: int) -> None:
    lines = list(tables_text.table(TABLE, width))
    assert max(map(len, lines)) <= width
    assert lines[1] == "A table"
    assert any(line.strip() == "Do this." for line in lines)
    assert ("1,234,567.89" in "\n".join(lines)) is True
    assert ("Limit" in lines[2]) is (width >= 120)
    assert ("more in a wider terminal" in " ".join(" ".join(lines).split())) is (width < 120)


def test_how_many_columns_are_left_out() -> None:
    notes = (" ".join(" ".join(tables_text.table(TABLE, width)).split()) for width in range(30, 140))
    left = {note.partition("A note. ")[2].partition(" in a wider")[0] for note in notes}
    assert {"", "1 column more", "2 columns more"} <= left


def test_numbers_stand_at_the_right() -> None:
    lines = [line for line in tables_text.table(TABLE, 200) if "1,234,567.89" in line or "-0.05" in line]
    ends = [line.index(amount) + len(amount) for line, amount in zip(lines, ("1,234,567.89", "-0.05"), strict=True)]
    assert ends[0] == ends[1]


def test_an_empty_table_says_so() -> None:
    assert list(tables_text.table(Table("t", "A table", COLUMNS, []), 80)) == ["", "A table", "  nothing"]


def test_csv_holds_plain_values_and_no_formula() -> None:
    rows = list(reader.reader(io.StringIO("".join(csv.table(TABLE)), newline="")))
    assert rows[0] == [c.key for c in COLUMNS]
    assert rows[1][2:7] == ["1234", "10.0", "12.5", "1234567.89", "2026-03-10"]
    assert rows[2] == ["'=1+1", "'+SUM(A1)", "2", "", "", "-0.05", "", ""]


def test_a_workbook_has_filters_a_frozen_head_and_real_values(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    twin = Table("t", "A Table", COLUMNS, ROWS)
    with path.open("wb") as file:
        excel.workbook([TABLE, twin, Table("x", "a/b: [c]?" * 9, COLUMNS, [])], file)
    book = openpyxl.load_workbook(path)
    assert [len(name) <= 31 for name in book.sheetnames] == [True] * 3
    assert book.sheetnames[:2] == ["A table", "A Table 2"]  # Excel takes no two that differ in capitals alone
    sheet = book["A table"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:H3")
    assert [cell.value for cell in sheet[1]] == [c.title for c in COLUMNS]
    values = [cell.value for cell in sheet[2]]
    assert values[2] == 1234
    assert values[4] == pytest.approx(0.125)
    assert values[5] == pytest.approx(1234567.89)
    assert values[6].date() == date(2026, 3, 10)
    assert (sheet["D2"].number_format, sheet["G2"].number_format) == ("0.0%", "yyyy-mm-dd")
    formula = sheet["A3"]
    assert (formula.value, formula.data_type) == ("=1+1", "s")
    assert sheet["D3"].value is None  # too few to tell a rate


def test_control_characters_do_not_break_a_workbook(tmp_path: Path) -> None:
    with (tmp_path / "t.xlsx").open("wb") as file:
        excel.workbook([Table("t", "T", COLUMNS[:1], [("a\x00b\x1f",)])], file)
    assert openpyxl.load_workbook(tmp_path / "t.xlsx")["T"]["A2"].value == "a\\x00b\\x1f"


class Full(io.BytesIO):
    """A file on a disk that takes no more."""

    def write(self, data: object) -> int:
        """Never."""
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_workbook_that_finds_no_room_says_so_and_no_more() -> None:
    """What else was said, when it was thrown away, would fail this test as a warning."""
    with Full() as file, pytest.raises(OSError, match="No space left on device"):
        excel.workbook([TABLE], file)
    gc.collect()


def test_the_same_tables_give_the_same_workbook(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the time is, and however long it took."""
    made = []
    for now in (1_000_000_000, 1_700_000_000):
        monkeypatch.setattr(time, "time", lambda now=now: float(now))
        file = io.BytesIO()
        excel.workbook([TABLE], file)
        made.append(file.getvalue())
    assert made[0] == made[1]
    with zipfile.ZipFile(io.BytesIO(made[0])) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_DEFLATED}
        assert b"1980-01-01" in archive.read("docProps/core.xml")


@pytest.mark.parametrize("most", [0, 1_000, 3_000, 20_000])
def test_a_full_disk_is_an_error_of_the_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], most: int
) -> None:
    """Where rows wait, and where the workbook goes; Python says nothing besides, and no row stays in a file."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    rows = [(f"{'=' * (n % 7)}{n * n}", *ROWS[0][1:]) for n in range(3_000)]
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    with (tmp_path / "t.xlsx").open("wb") as file:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
        try:
            with pytest.raises(OSError, match="File too large"):
                excel.workbook([TABLE, Table("t", "T", COLUMNS, rows)], file)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
    gc.collect()
    assert capfd.readouterr().err == ""
    assert [path.name for path in tmp_path.iterdir()] == ["t.xlsx"]
