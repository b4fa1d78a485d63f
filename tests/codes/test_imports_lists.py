"""Every layout: what is imported looks up, with its dates and values."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curette.codes import imports
from curette.codes.tables import Table, Tables
from curette.errors import TableError
from tests.codes import official as o

Found = list[tuple[date | None, date | None, tuple[str, ...]]]


def taken(folder: Path, name: str, data: bytes) -> Table:
    """The one table that a file becomes."""
    path = o.put(folder / "given", name, data)
    batch = imports.read([path], folder / "kept", lambda count: None)
    (head,) = imports.keep(batch, folder / "kept")
    (table,) = [t for t in Tables(folder / "kept").editions(head.table) if t.imported]
    assert table.head == head
    return table


def found(table: Table, key: str) -> Found:
    return [(row.start, row.end, tuple(row.values.values())) for row in table.find(key)]


def as_numbers(rows: Sequence[Sequence[str]]) -> list[list[Any]]:
    """Rows as a spreadsheet keeps them: what looks like a number is one, leading zeros lost."""
    return [[int(cell) if cell.isdigit() else cell for cell in row] for row in rows]


# -- NCCI PTP


@pytest.mark.parametrize(
    ("name", "data"),
    [
        (o.PTP_NAME, o.ptp()),
        ("ccipra-v323r0-f1.xlsx", o.workbook([*o.PTP_HEADING, *as_numbers(o.PTP)])),
        ("ccipra-v323r0-f1.xlsx", o.workbook([*o.PTP_HEADING, *o.PTP])),
        (o.PTP_NAME, o.ptp().replace(b"\r\n", b"\n")),
        (o.PTP_NAME, o.ptp() + b"\r\n\t\t\t\t\t\t\r\n"),
    ],
    ids=["tabs", "workbook of numbers", "workbook of text", "unix", "blank end"],
)
def test_pairs(tmp_path: Path, name: str, data: bytes) -> None:
    table = taken(tmp_path, name, data)
    assert (table.head.table, table.head.edition, table.head.start, table.head.end) == (
        "ptp",
        "2026Q4",
        None,
        date(2026, 12, 31),
    )
    assert table.head.fields == ("indicator", "rationale", "basis")
    assert len(table) == 5
    assert found(table, "1110217000") == [(date(2019, 1, 1), None, ("1", o.MISUSE, ""))]
    assert found(table, "1110299213") == [
        (date(1996, 1, 1), date(2010, 12, 31), ("0", "More extensive procedure", "")),
        (date(2015, 1, 1), None, ("1", o.MISUSE, "")),
    ]
    assert found(table, "1700417003") == []
    assert found(table, "1731188305") == []
    assert table.at("G012711719", date(2022, 12, 31)) is not None
    assert table.at("G012711719", date(2023, 1, 1)) is None


MANY = (*o.PTP, *(("11102", str(code), "", "20190101", "*", "1", o.MISUSE) for code in range(20000, 20060)))


def as_days(cell: str) -> Any:
    """A date as a spreadsheet keeps it."""
    return date.fromisoformat(cell) if len(cell) == 8 and cell.isdigit() else cell


@pytest.mark.parametrize(
    ("name", "data"),
    [
        (o.PTP_NAME, o.ptp(MANY)),
        ("ccipra-v323r0-f1.xlsx", o.workbook([*o.PTP_HEADING, *([as_days(cell) for cell in row] for row in MANY)])),
        (
            "ccipra-v323r0-f1.csv",
            o.commas(
                [
                    *o.PTP_HEADING,
                    *(
                        [
                            f"{cell[4:6]}/{cell[6:]}/{cell[:4]}" if len(cell) == 8 and cell.isdigit() else cell
                            for cell in row
                        ]
                        for row in MANY
                    ),
                ]
            ),
        ),
        (o.PTP_NAME, o.tabs([(row[1], row[0], *row[2:]) for row in (*o.PTP_HEADING, *MANY)])),
        (o.PTP_NAME, o.tabs([("", *row[::-1]) for row in (*o.PTP_HEADING, *MANY)])),
        (
            o.PTP_NAME,
            o.tabs(
                [*o.PTP_HEADING[:2], tuple(" ".join(cells) for cells in zip(*o.PTP_HEADING[2:], strict=True)), *MANY]
            ),
        ),
    ],
    ids=[
        "official",
        "days of a workbook",
        "American days",
        "columns exchanged",
        "columns backwards",
        "heading in one row",
    ],
)
def test_no_pair_is_lost_or_turned(tmp_path: Path, name: str, data: bytes) -> None:
    """Rows with dates of another form were taken for the heading, as far as the first forty."""
    table = taken(tmp_path, name, data)
    assert len(table) == 65
    assert found(table, "1110217000") == [(date(2019, 1, 1), None, ("1", o.MISUSE, ""))]
    assert found(table, "1700011102") == []


@pytest.mark.parametrize(
    "row",
    [
        ("11102", "17000", "", "", "*", "1", ""),
        ("11102", "17000", "", "2019", "*", "1", ""),
        ("", "17000", "", "20190101", "*", "1", ""),
        ("11102", "", "", "20190101", "*", "1", ""),
    ],
)
def test_a_damaged_first_pair_is_no_heading(tmp_path: Path, row: tuple[str, ...]) -> None:
    with pytest.raises(TableError, match="row 7"):
        taken(tmp_path, o.PTP_NAME, o.ptp([row, *o.PTP]))


def test_pairs_without_names_of_columns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="does not name its columns"):
        taken(tmp_path, o.PTP_NAME, o.tabs([*o.PTP_HEADING[:2], *o.PTP]))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("MCD_MUE_PractitionerServices_Eff_10-01-2026.csv", o.mue()),
        ("medicaid-ncci-2026q4-mue-practitioner.csv", o.mue()),
        ("medicaid-ncci-2026q4-ptp-practitioner.txt", o.ptp()),
        ("AOC_V2026Q4-MCD.xlsx", o.workbook([*o.AOC_HEADING, *o.AOC])),
    ],
)
def test_edits_of_medicaid_are_refused(tmp_path: Path, name: str, data: bytes) -> None:
    with pytest.raises(TableError, match="Medicaid"):
        taken(tmp_path, name, data)


@pytest.mark.parametrize(("day", "right"), [(2020366, True), (2021365, True), (2021366, False), (2021000, False)])
def test_the_last_day_of_a_year(tmp_path: Path, day: int, right: bool) -> None:
    """Day 366 of a year without it was the first of the next."""
    data = o.workbook([*o.AOC_HEADING, (1, 11103, None, 11102, None, 2019001, day, None)])
    if right:
        assert found(taken(tmp_path, o.AOC_NAME, data), "1110311102")[0][1] == date(day // 1000, 12, 31)
    else:
        with pytest.raises(TableError, match="row 3: a date is not a year and a day of it"):
            taken(tmp_path, o.AOC_NAME, data)


@pytest.mark.parametrize(
    ("name", "edition", "end"),
    [
        ("ccipra-v302r0-f1.TXT", "2024Q3", date(2024, 9, 30)),
        ("ccipra-v313r0-f1.TXT", "2025Q4", date(2025, 12, 31)),
        ("ccipra-v320r0-f2.txt", "2026Q1", date(2026, 3, 31)),
        ("pairs of 2026-q2.txt", "2026Q2", date(2026, 6, 30)),
    ],
)
def test_quarter_of_the_pairs_is_in_the_name(tmp_path: Path, name: str, edition: str, end: date) -> None:
    head = taken(tmp_path, name, o.ptp()).head
    assert (head.edition, head.end) == (edition, end)


# -- MUE


@pytest.mark.parametrize(
    ("name", "data"),
    [
        (o.MUE_NAME, o.mue()),
        (o.MUE_NAME.replace("csv", "xlsx"), o.workbook([*o.MUE_HEADING, *as_numbers(o.MUE)])),
        (o.MUE_NAME, b"\xef\xbb\xbf" + o.mue().decode("cp1252").encode()),
        ("practitioner-services-mue-table-2026-q4.csv", o.mue()),
    ],
    ids=["csv", "workbook", "utf-8", "other name"],
)
def test_units(tmp_path: Path, name: str, data: bytes) -> None:
    table = taken(tmp_path, name, data)
    head = table.head
    assert (head.table, head.edition, head.start, head.end) == ("mue", "2026Q4", date(2026, 10, 1), date(2026, 12, 31))
    assert head.fields == ("mue", "mai", "rationale")
    assert len(table) == 4
    assert found(table, "0001U") == [(None, None, ("1", "2", "Code Descriptor / CPT Instruction"))]
    assert found(table, "11103") == [(None, None, ("6", "3", "Clinical: Data"))]
    assert found(table, "J7336") == [(None, None, ("0", "1", "CMS Policy"))]


# -- add-on codes


def test_addons(tmp_path: Path) -> None:
    table = taken(tmp_path, o.AOC_NAME, o.workbook([*o.AOC_HEADING, *o.AOC]))
    head = table.head
    assert (head.table, head.edition, head.start, head.end) == ("addon", "2026Q4", None, date(2026, 12, 31))
    assert head.fields == ("type", "note")
    assert len(table) == 5
    assert found(table, "1110311102") == [(date(2019, 1, 1), None, ("1", ""))]
    assert found(table, "1700317000") == [(date(2013, 4, 1), None, ("1", "with care"))]
    assert found(table, "0054TCCCCC") == [(date(2013, 4, 1), None, ("2", "Contractor Defined Primary Codes"))]
    assert found(table, "G221199213") == []
    assert found(table, "9935499213") == [(date(2013, 4, 1), date(2022, 12, 31), ("1", ""))]
    assert found(table, "1120111200") == [(date(2013, 4, 1), date(2020, 12, 31), ("1", ""))]
    assert [key for key, _ in table.beginning("11103")] == ["1110311102"]


# -- physician fee schedule

MOHS = ("A", "6.05", "13.33", "1.95", "0.59", "19.97", "8.59", "0", "000", "2", "0", "1", "0", "0", "")


def as_workbook(rows: Sequence[Sequence[str]]) -> bytes:
    """Relative values and indicators as numbers."""

    def cell(text: str) -> Any:
        if text.replace(".", "", 1).isdigit():
            return float(text)
        return text

    return o.workbook([[cell(text) for text in row] for row in rows])


@pytest.mark.parametrize(
    ("name", "data"),
    [
        (o.PFS_NAME, o.commas(o.pfs_rows())),
        (o.PFS_NAME, o.commas(o.pfs_rows(pricing=False))),
        ("PPRRVU2026_Oct_nonQPP.xlsx", as_workbook(o.pfs_rows())),
        ("renamed.csv", o.commas(o.pfs_rows())),
        (o.PFS_NAME, o.commas(o.pfs_rows()).replace(b"\r\n", b"\r")),
    ],
    ids=["32 columns", "31 columns", "workbook", "any name", "old Mac"],
)
def test_fee_schedule(tmp_path: Path, name: str, data: bytes) -> None:
    table = taken(tmp_path, name, data)
    head = table.head
    assert (head.table, head.edition, head.start, head.end) == ("pfs", "2026D", date(2026, 10, 1), date(2026, 12, 31))
    assert len(table) == 5
    assert found(table, "17311") == [(None, None, MOHS)]
    assert [row.values["pctc"] for row in table.find("8830526")] == ["1"]
    assert found(table, "88305") == []
    assert table.find("31622")[0].values["endo_base"] == "00123"
    assert table.find("31622")[0].values["global_days"] == "090"
    assert table.find("G0008")[0].values["fac_pe_rvu"] == ""


@pytest.mark.parametrize(
    ("name", "title", "edition", "start"),
    [
        (
            "a.csv",
            "2026 National Physician Fee Schedule Relative Value File January Release",
            "2026A",
            date(2026, 1, 1),
        ),
        ("a.csv", "2025 National Physician Fee Schedule Relative Value File April Release", "2025B", date(2025, 4, 1)),
        ("a.csv", "2026 NATIONAL PHYSICIAN FEE SCHEDULE RELATIVE VALUE FILE JULY RELEASE", "2026C", date(2026, 7, 1)),
        (
            "PPRRVU24_JAN.csv",
            "NATIONAL PHYSICIAN FEE SCHEDULE RELATIVE VALUE FILE CALENDAR YEAR 2024",
            "2024A",
            date(2024, 1, 1),
        ),
        ("RVU26B.csv", "no title", "2026B", date(2026, 4, 1)),
    ],
)
def test_release_of_the_fee_schedule(tmp_path: Path, name: str, title: str, edition: str, start: date) -> None:
    rows = o.pfs_rows()
    rows[0] = ["", "", title]
    head = taken(tmp_path, name, o.commas(rows)).head
    assert (head.edition, head.start, head.end) == (edition, start, date(start.year, 12, 31))


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        (13, "1.10", "row 15: an indicator is not one digit"),  # PCTC
        (19, "00", "row 15: an indicator is not one digit"),  # bilateral
        (22, "X", "row 15: an indicator is not one digit"),  # team
        (14, "0.00", "row 15: the global days are neither"),
        (14, "XX", "row 15: the global days are neither"),
    ],
)
def test_a_fee_of_moved_cells_is_refused(tmp_path: Path, column: int, cell: str, reason: str) -> None:
    *rows, last = o.pfs_rows()
    with pytest.raises(TableError, match=reason):
        taken(tmp_path, o.PFS_NAME, o.commas([*rows, [*last[:column], cell, *last[column + 1 :]]]))


@pytest.mark.parametrize("missing", range(10, 23))
def test_a_fee_that_lacks_a_cell_is_refused(tmp_path: Path, missing: int) -> None:
    *rows, last = o.pfs_rows()
    with pytest.raises(TableError, match="row 15"):
        taken(tmp_path, o.PFS_NAME, o.commas([*rows, [*last[:missing], *last[missing + 1 :]]]))


# -- HCPCS


def test_hcpcs(tmp_path: Path) -> None:
    table = taken(tmp_path, o.HCPCS_NAME, o.lines([*o.HCPCS, " " * 320]))
    head = table.head
    assert (head.table, head.edition, head.start, head.end) == (
        "hcpcs",
        "2026Q4",
        date(2026, 10, 1),
        date(2026, 12, 31),
    )
    assert [key for key, _ in table] == ["A1", "AB", "G0127", "J7336", "Q4100"]
    assert found(table, "A1") == [(date(2002, 7, 1), None, ("Dressing for one wound", "modifier"))]
    assert found(table, "G0127") == [(date(1998, 1, 1), None, ("Trim nail(s)", "procedure"))]
    assert found(table, "J7336") == [(date(2015, 1, 1), date(2026, 6, 30), ("Capsaicin 8% patch", "procedure"))]
    assert found(table, "Q4100")[0][0] == date(2026, 1, 1)  # brought back


# -- ICD-10-CM


@pytest.mark.parametrize(
    ("name", "edition", "start", "end"),
    [
        ("icd10cm_order_2027.txt", "FY2027", date(2026, 10, 1), date(2027, 9, 30)),
        ("icd10cm-order-2026.txt", "FY2026", date(2025, 10, 1), date(2026, 9, 30)),
        ("icd10cm-order-April-2026.txt", "FY2026-April", date(2026, 4, 1), date(2026, 9, 30)),
    ],
)
def test_diagnoses(tmp_path: Path, name: str, edition: str, start: date, end: date) -> None:
    table = taken(tmp_path, name, o.lines(o.icd_rows(o.ICD)))
    head = table.head
    assert (head.table, head.edition, head.start, head.end) == ("icd10cm", edition, start, end)
    assert head.fields == ()
    assert sorted(key for key, _ in table) == ["C44319", "D229", "L570", "S0100XA"]
    assert found(table, "C4431") == []
    assert b"words" not in (tmp_path / "kept" / f"icd10cm-{edition}.table").read_bytes()


# -- taxonomy, reasons and remarks


@pytest.mark.parametrize(
    ("name", "edition", "start", "end"),
    [
        ("nucc_taxonomy_261.csv", "26.1", date(2026, 10, 1), date(2027, 3, 31)),
        ("nucc_taxonomy_260.csv", "26.0", date(2026, 4, 1), date(2026, 9, 30)),
    ],
)
def test_taxonomy(tmp_path: Path, name: str, edition: str, start: date, end: date) -> None:
    table = taken(tmp_path, name, o.commas([o.NUCC_HEADING, *o.NUCC]))
    head = table.head
    assert (head.table, head.edition, head.start, head.end) == ("taxonomy", edition, start, end)
    assert found(table, "207N00000X") == [(None, None, ())]
    assert len(table) == 2


def excel_dates(rows: Sequence[Sequence[str]]) -> list[list[Any]]:
    def day(text: str) -> Any:
        parts = [int(part) for part in text.split("/")] if "/" in text else []
        return datetime(parts[2], parts[0], parts[1]) if parts else text  # noqa: DTZ001

    return [[day(cell) for cell in row] for row in rows]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("carc.csv", o.commas([o.CARC_HEADING, *o.CARC])),
        ("carc.tsv", o.tabs([o.CARC_HEADING, *o.CARC])),
    ],
)
def test_reasons(tmp_path: Path, name: str, data: bytes) -> None:
    check_reasons(taken(tmp_path, name, data))


def test_reasons_of_a_workbook(tmp_path: Path) -> None:
    rows = [[int(row[0]) if row[0].isdigit() else row[0], *excel_dates([row[1:]])[0]] for row in o.CARC]
    check_reasons(taken(tmp_path, "list.xlsx", o.workbook([o.CARC_HEADING, *rows])))


def test_reasons_with_dates_in_the_description(tmp_path: Path) -> None:
    rows = [
        (
            code,
            f"{text} Start: {start}" + f" | Last Modified: {changed}" * bool(changed) + f" | Stop: {stop}" * bool(stop),
        )
        for code, text, start, changed, stop in o.CARC
    ]
    check_reasons(taken(tmp_path, "list.csv", o.commas([("Code", "Description"), *rows])))


def check_reasons(table: Table) -> None:
    assert (table.head.table, table.head.edition, table.head.fields) == ("carc", "2017-11-01", ("modified",))
    assert found(table, "45") == [(date(1995, 1, 1), None, ("2017-11-01",))]
    assert found(table, "1") == [(date(1995, 1, 1), None, ("",))]
    # From the day X12 stops a code it is not usable, as curette.codes.denials has it too.
    assert table.at("36", date(2003, 10, 15)) is not None
    assert table.at("36", date(2003, 10, 16)) is None
    assert len(table) == 4


def test_remarks(tmp_path: Path) -> None:
    table = taken(tmp_path, "remarks.csv", o.commas([o.CARC_HEADING, *o.RARC]))
    assert (table.head.table, table.head.edition) == ("rarc", "2014-03-01")
    assert found(table, "MA130") == [(date(1997, 1, 1), None, ("2014-03-01",))]
    assert found(table, "N657") == [(date(2013, 3, 1), date(2029, 12, 31), ("",))]


def test_list_without_dates_takes_that_of_its_name(tmp_path: Path) -> None:
    rows = [(code, "words", "", "", "") for code, *_ in o.CARC]
    assert taken(tmp_path, "carc-2026-07-01.csv", o.commas([o.CARC_HEADING, *rows])).head.edition == "2026-07-01"


# -- any list

codes = st.from_regex(r"[0-9A-V][0-9]{3}[0-9A-U]", fullmatch=True)
days = st.dates(date(1996, 1, 2), date(2026, 9, 1))


@given(st.dictionaries(st.tuples(codes, codes), st.tuples(days, st.none() | days, st.sampled_from("01")), min_size=1))
def test_every_pair_of_a_list_looks_up(
    tmp_path_factory: pytest.TempPathFactory,
    pairs: dict[tuple[str, str], tuple[date, date | None, str]],
) -> None:
    rows = [
        (*pair, "", f"{start:%Y%m%d}", f"{end:%Y%m%d}" if end else "*", indicator, "why")
        for pair, (start, end, indicator) in pairs.items()
    ]
    table = taken(tmp_path_factory.mktemp("pairs"), o.PTP_NAME, o.ptp(rows))
    for (first, second), (start, end, indicator) in pairs.items():
        dropped = end is not None and end <= start
        assert found(table, first + second) == ([] if dropped else [(start, end, (indicator, "why", ""))])
    assert [key for key, _ in table] == sorted(key for key, _ in table)
