"""Several files in a call, parts of one list, archives; and what is refused, with the file, the row and the reason."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from attrs import evolve

from curette.codes import imports
from curette.codes.imports import files, reading
from curette.codes.tables import Head, Tables
from curette.errors import TableError
from tests.codes import official as o


def bring(folder: Path, *given: tuple[str, bytes]) -> tuple[list[Head], list[str]]:
    """Import files of these names in one call; the heads of what is kept, and the notes."""
    paths = [o.put(folder / "given", name, data) for name, data in given]
    batch = imports.read(paths, folder / "kept", lambda count: None)
    return imports.keep(batch, folder / "kept"), batch.notes


def kept(folder: Path) -> list[str]:
    """Every file in the folder of tables, temporary ones too."""
    where = folder / "kept"
    return sorted(path.name for path in where.iterdir()) if where.exists() else []


def part(number: int, *rows: tuple[str, ...]) -> tuple[str, bytes]:
    """One of the four files of a PTP quarter."""
    return f"ccipra-v323r0-f{number}.TXT", o.ptp(
        rows or [(f"1110{number}", "17000", "", "20190101", "*", "1", o.MISUSE)]
    )


@pytest.fixture
def short_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists of a few rows count as whole."""
    monkeypatch.setattr(reading, "LAYOUTS", tuple(evolve(x, least=1, reach="0") for x in reading.LAYOUTS))


# -- parts of one list


def test_four_parts_are_one_whole_table(tmp_path: Path, short_lists: None) -> None:
    (head,), notes = bring(tmp_path, part(1), part(2), part(3), part(4))
    assert (head.complete, head.rows, notes) == (True, 4, [])
    assert kept(tmp_path) == ["ptp-2026Q4.table"]


def test_three_parts_are_not_the_whole(tmp_path: Path, short_lists: None) -> None:
    (head,), _ = bring(tmp_path, part(1), part(2), part(4))
    assert (head.complete, head.rows) == (False, 3)


def test_four_tiny_parts_are_an_excerpt(tmp_path: Path) -> None:
    (head,), _ = bring(tmp_path, part(1), part(2), part(3), part(4))
    assert not head.complete


def test_parts_given_one_after_another_come_together(tmp_path: Path, short_lists: None) -> None:
    heads = [bring(tmp_path, part(number))[0][0] for number in (3, 1, 4, 2)]
    assert [(head.rows, head.complete) for head in heads] == [(1, False), (2, False), (3, False), (4, True)]
    table = Tables(tmp_path / "kept").editions("ptp")[0]
    assert [key for key, _ in table] == ["1110117000", "1110217000", "1110317000", "1110417000"]
    assert table.find("1110317000")[0].values["rationale"] == o.MISUSE
    assert all(f"v323r0-f{number}" in table.head.source for number in (1, 2, 3, 4))


def test_part_that_was_there_begins_the_edition_anew(tmp_path: Path, short_lists: None) -> None:
    bring(tmp_path, part(1), part(2))
    (head,), notes = bring(tmp_path, part(2))
    assert head.rows == 1
    assert "part 2 was there" in notes[0]


def test_part_of_another_quarter_is_another_edition(tmp_path: Path) -> None:
    heads, _ = bring(tmp_path, part(1), ("ccipra-v322r0-f2.TXT", part(2)[1]))
    assert [head.edition for head in heads] == ["2026Q4", "2026Q3"]
    assert Tables(tmp_path / "kept").on("ptp", date(2026, 9, 1)) is not None


def test_part_does_not_take_the_place_of_the_whole(tmp_path: Path, short_lists: None) -> None:
    bring(tmp_path, part(1), part(2), part(3), part(4))
    with pytest.raises(TableError, match="is there as a whole; nothing done"):
        bring(tmp_path, part(1))
    assert len(Tables(tmp_path / "kept").editions("ptp")[0]) == 4


def test_same_part_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="again"):
        bring(tmp_path, part(1), ("copy-v323-f1.TXT", part(1)[1]))


def test_damaged_table_that_is_there_is_replaced(tmp_path: Path) -> None:
    o.put(tmp_path / "kept", "ptp-2026Q4.table", b"something else")
    assert bring(tmp_path, part(1))[0][0].rows == 1


# -- archives and several files


def test_archive_of_text_and_workbook_is_read_once(tmp_path: Path) -> None:
    book = o.workbook([*o.PTP_HEADING, *o.PTP])
    data = o.archive({"ccipra-v323r0-f1.xlsx": book, "ccipra-v323r0-f1.TXT": o.ptp()})
    (head,), notes = bring(tmp_path, ("medicare-ncci-2026q4-practitioner-ptp-edits-ccipra-v323r0-f1.zip", data))
    assert (head.rows, head.edition) == (5, "2026Q4")
    assert "f1.TXT" in head.source
    assert "another form of the same file" in notes[0]


def test_name_of_the_archive_tells_the_edition(tmp_path: Path) -> None:
    (head,), _ = bring(tmp_path, ("medicare-ncci-2026-q3-practitioner-mue-table.zip", o.archive({"a/t.csv": o.mue()})))
    assert head.edition == "2026Q3"


def test_mixed_archive(tmp_path: Path) -> None:
    members = {
        "readme.pdf": b"%PDF-1.7",
        "folder/": b"",
        "notes.txt": b"Some words\r\n",
        "empty.txt": b"",
        "inner.zip": o.archive({"x.txt": b"x"}),
        o.MUE_NAME: o.mue(),
        f"deep/{o.HCPCS_NAME}": o.lines(o.HCPCS),
        o.AOC_NAME: o.workbook([*o.AOC_HEADING, *o.AOC]),
        "AOC_V2026Q4-MCR.txt": b"11103  11102\r\n",
        o.ICD_NAME: o.lines(o.icd_rows(o.ICD)),
        "icd10cm_codes_2027.txt": b"A000    Words\r\nA001    More words\r\n",
    }
    heads, notes = bring(tmp_path, ("all.zip", o.archive(members)))
    assert sorted(head.table for head in heads) == ["addon", "hcpcs", "icd10cm", "mue"]
    assert kept(tmp_path) == [
        "addon-2026Q4.table",
        "hcpcs-2026Q4.table",
        "icd10cm-FY2027.table",
        "mue-2026Q4.table",
    ]
    assert "5 other files in it left out" in notes[0]


@pytest.mark.parametrize("name", [".", "..", "../../etc/x", "/x", "x.", "a\\b"])
def test_member_of_any_name_is_only_read(tmp_path: Path, name: str) -> None:
    (head,), _ = bring(tmp_path, ("mue-2026Q4.zip", o.archive({name: o.mue(), "b/t.csv": b"words"})))
    assert head.edition == "2026Q4"
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["given", "kept", "mue-2026Q4.table", "mue-2026Q4.zip"]


def test_file_for_qpp_is_left_out_beside_the_other(tmp_path: Path) -> None:
    csv = o.commas(o.pfs_rows())
    data = o.archive(
        {"PPRRVU2026_Oct_QPP.csv": csv, "PPRRVU2026_Oct_nonQPP.csv": csv, "GPCI2026.csv": b"a,b\r\n1,2\r\n"}
    )
    (head,), notes = bring(tmp_path, ("RVU26D.zip", data))
    assert "nonQPP" in head.source
    assert any("the nonQPP file of the release is taken" in note for note in notes)


def test_file_for_qpp_alone_is_taken(tmp_path: Path) -> None:
    (head,), _ = bring(tmp_path, ("PPRRVU2026_Oct_QPP.csv", o.commas(o.pfs_rows())))
    assert head.edition == "2026D"


def test_two_editions_serve_their_own_days(tmp_path: Path) -> None:
    bring(
        tmp_path,
        ("MCR_MUE_PractitionerServices_Eff_07-01-2026.csv", o.mue([("11103", "5", "3 x", "y")])),
        (o.MUE_NAME, o.mue([("11103", "6", "3 x", "y")])),
    )
    tables = Tables(tmp_path / "kept")
    for day, units in ((date(2026, 9, 30), "5"), (date(2026, 10, 1), "6"), (date(2027, 1, 1), "6")):
        table = tables.on("mue", day)
        assert table is not None
        assert table.find("11103")[0].values["mue"] == units


def test_newer_file_of_an_edition_takes_the_place_of_the_older(tmp_path: Path) -> None:
    bring(tmp_path, (o.MUE_NAME, o.mue()))
    (head,), _ = bring(tmp_path, (o.MUE_NAME, o.mue([("11103", "7", "3 x", "y")])))
    assert head.rows == 1
    assert kept(tmp_path) == ["mue-2026Q4.table"]


def test_short_list_does_not_take_the_place_of_a_whole_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LAYOUTS", tuple(evolve(x, least=4, reach="J") for x in reading.LAYOUTS))
    assert bring(tmp_path, (o.MUE_NAME, o.mue()))[0][0].complete
    with pytest.raises(TableError, match="is there as a whole"):
        bring(tmp_path, (o.MUE_NAME, o.mue(o.MUE[:3])))


def test_file_is_the_same_in_any_order_of_its_rows(tmp_path: Path) -> None:
    bring(tmp_path / "a", (o.PTP_NAME, o.ptp()))
    bring(tmp_path / "b", (o.PTP_NAME, o.ptp(o.PTP[::-1])))
    a, b = ((tmp_path / x / "kept" / "ptp-2026Q4.table").read_bytes() for x in "ab")
    assert a == b


# -- what is refused

CUT = o.mue()[: o.mue().index(b"Clinical: Data")]
BOOK = o.workbook([*o.AOC_HEADING, *o.AOC])
RECORD = o.hcpcs_record("G0127", 3, "Trim nail(s)", "19980101", "20010101")


def mue_row(*cells: str) -> bytes:
    return o.mue([*o.MUE, cells])


def ptp_row(*cells: str) -> bytes:
    return o.ptp([*o.PTP, cells])


def aoc_row(*cells: object) -> bytes:
    return o.workbook([*o.AOC_HEADING, *o.AOC, cells])


def pfs_row(change: Callable[[str], str]) -> bytes:
    return o.commas(o.pfs_rows(rows=[*o.PFS, change(o.PFS[0].replace("17311", "17313"))]))


REFUSED = {
    "empty": ("a.csv", b"", "is empty"),
    "words": ("a.txt", b"Dear Sir\r\n", "no list that curette knows"),
    "binary": ("a.csv", bytes(range(256)), "neither a csv"),
    "pdf": ("a.csv", b"%PDF-1.7", "is a PDF"),
    "licence page": ("f1.zip", b"\r\n<!DOCTYPE html>", "is a web page"),
    "gz": ("a.csv.gz", b"\x1f\x8b\x08", "unpack it first"),
    "old Excel": ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1", "save it as xlsx"),
    "X12": ("a.txt", b"ISA*00*          *00*          *ZZ*A~", "no list that curette knows"),
    "zip of nothing": ("a.zip", o.archive({"a.txt": b"words"}), "no list that curette knows"),
    "cut zip": ("a.zip", o.archive({o.MUE_NAME: o.mue()})[:-30], "cut short or damaged"),
    "damaged zip": ("a.zip", o.archive({o.MUE_NAME: o.mue()}).replace(b"PK\x01\x02", b"PK\x01\x09"), "damaged"),
    "cut workbook": (o.AOC_NAME, BOOK[: len(BOOK) // 2], "cut short or damaged"),
    "workbook without sheets": ("a.xlsx", o.archive({"[Content_Types].xml": b"<x/>"}), "a damaged workbook"),
    "hospital pairs": ("ccioph-v323r0-f1.TXT", o.ptp(), "edits for hospitals"),
    "Medicaid pairs": ("medicaid-2026q4.txt", o.ptp(), "edits of Medicaid"),
    "Medicaid add-ons": ("AOC_V2026Q4-MCD.xlsx", BOOK, "add-on codes of Medicaid"),
    "hospital units": (o.MUE_NAME, o.mue().replace(b"Practitioner", b"Outpatient Hospital"), "edits for hospitals"),
    "supplier units": (o.MUE_NAME, o.mue().replace(b"Practitioner", b"DME Supplier"), "edits for suppliers"),
    "pairs without edition": ("a.txt", o.ptp(), "keep the official one"),
    "units without edition": ("a.csv", o.mue(), "keep the official one"),
    "add-ons without edition": ("a.xlsx", BOOK, "keep the official one"),
    "hcpcs without edition": ("a.txt", o.lines(o.HCPCS), "keep the official one"),
    "diagnoses without edition": ("a.txt", o.lines(o.icd_rows(o.ICD)), "keep the official one"),
    "taxonomy without edition": ("a.csv", o.commas([o.NUCC_HEADING, *o.NUCC]), "keep the official one"),
    "fees without edition": ("a.csv", o.commas(o.pfs_rows()[8:]), "keep the official one"),
    "fees of two years": (
        "PPRRVU23_JAN.csv",
        o.commas([["", "", "Relative Value File Calendar Year 2024"], *o.pfs_rows()[8:]]),
        "its heading says 2024",
    ),
    "reasons without dates": ("a.csv", o.commas([o.CARC_HEADING, ("1", "x", "", "", "")]), "has no dates"),
    "pair cut": (o.PTP_NAME, ptp_row("17311", "88305", "", "2008"), "row 14: cut short, 4 cells"),
    "pair cut in a date": (o.PTP_NAME, ptp_row("17311", "88305", "", "2008", "*", "1", ""), "row 14: a date is not"),
    "pair with a bad code": (o.PTP_NAME, ptp_row("1731-", "88305", "", "20080101", "*", "1"), "row 14: no five-ch"),
    "pair with a bad indicator": (o.PTP_NAME, ptp_row("17311", "88305", "", "20080101", "*", "2"), "row 14: the modi"),
    "pairs without rows": (o.PTP_NAME, o.ptp([]), "no rows; it is cut short"),
    "units cut in a cell": (o.MUE_NAME, CUT + b'"Clin', r"row \d+: cut short or damaged"),
    "units cut": (o.MUE_NAME, mue_row("17004", "1"), "row 10: cut short, 2 cells"),
    "units not a number": (o.MUE_NAME, mue_row("17004", "one", "2 x", "y"), "row 10: the number of units"),
    "units without a number": (o.MUE_NAME, mue_row("17004", "", "2 x", "y"), "row 10: the number of units"),
    "units of a bad indicator": (o.MUE_NAME, mue_row("17004", "1", "9 x", "y"), "row 10: the adjudication"),
    "units twice": (o.MUE_NAME, mue_row("11103", "7", "3 x", "y"), "row 10: 11103 is there a second time"),
    "units in small letters": (o.MUE_NAME, mue_row("j7336", "7", "3 x", "y"), "row 10: no five-character code"),
    "add-on of a bad type": (o.AOC_NAME, aoc_row(4, 11103, None, 11102, None, 2019001), "row 9: the type"),
    "add-on without a date": (o.AOC_NAME, aoc_row(1, 11103, None, 11102), "row 9: the edit has no"),
    "add-on of a bad date": (o.AOC_NAME, aoc_row(1, 11103, None, 11102, None, 2019400), "row 9: a date is not"),
    "add-on with text": (o.AOC_NAME, aoc_row(1, 11103, None, 11102, None, "soon"), "row 9: a date is not"),
    "add-on without codes": (o.AOC_NAME, aoc_row(1, None, None, 11102, None, 2019001), "row 9: no five-ch"),
    "fee cut": (o.PFS_NAME, pfs_row(lambda row: row[:30]), r"row \d+: cut short"),
    "fee of a bad status": (o.PFS_NAME, pfs_row(lambda row: row.replace(",A,", ",7,")), "the status is not a letter"),
    "fee not a number": (o.PFS_NAME, pfs_row(lambda row: row.replace("6.05", "six")), "a relative value is not a num"),
    "fee without bounds": (o.PFS_NAME, pfs_row(lambda row: row.replace("6.05", "NaN")), "a relative value"),
    "fee of a bad modifier": (o.PFS_NAME, pfs_row(lambda row: row.replace("17313,,", "17313,2,")), "the modifier"),
    "record cut": (o.HCPCS_NAME, o.lines([*o.HCPCS, RECORD[:280]]), "row 8: cut short: 280 characters"),
    "record of another kind": (o.HCPCS_NAME, o.lines([*[o.HCPCS[2]] * 50, "words"]), "row 51: not a record"),
    "record of a long modifier": (o.HCPCS_NAME, o.lines([RECORD[:10] + "7" + RECORD[11:]]), "G0127 is no modifier"),
    "record with a bad date": (o.HCPCS_NAME, o.lines([RECORD.replace("19980101", "19981301")]), "row 1: a date"),
    "diagnoses with a gap": (
        o.ICD_NAME,
        o.lines([*o.icd_rows(o.ICD)[:4], *o.icd_rows(o.ICD)[6:]]),
        "row 5: numbered 00007 after 00004; rows are missing",
    ),
    "diagnoses without the first": (o.ICD_NAME, o.lines(o.icd_rows(o.ICD)[1:]), "numbered 00002 after 00000"),
    "diagnoses cut": (
        o.ICD_NAME,
        o.lines([*o.icd_rows([(f"A{n:03}", 1) for n in range(50)]), "00051 A"]),
        "row 51: not a row of the order file",
    ),
    "taxonomy of a bad code": (
        o.NUCC_NAME,
        o.commas([o.NUCC_HEADING, *o.NUCC, ("207N", "x", *[""] * 6)]),
        "no ten-character code",
    ),
    "taxonomy cut": (o.NUCC_NAME, o.commas([o.NUCC_HEADING, *o.NUCC, ("207ND0101X",)]), "cut short, 1 cells"),
    "remark among reasons": ("a.csv", o.commas([o.CARC_HEADING, *o.CARC, *o.RARC]), "row 6: no code of this list"),
    "reason of a bad date": (
        "a.csv",
        o.commas([o.CARC_HEADING, *o.CARC, ("5", "x", "13/45/1999", "", "")]),
        "row 6: a date is not",
    ),
    "line without end": (o.PTP_NAME, o.ptp() + b"x" * 200_000, "longer than any list"),
}


@pytest.mark.parametrize(("name", "data", "reason"), REFUSED.values(), ids=REFUSED)
def test_refused(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    with pytest.raises(TableError, match=reason) as caught:
        bring(tmp_path, ("nucc_taxonomy_251.csv", o.commas([o.NUCC_HEADING, *o.NUCC])), (name, data))
    assert name in caught.value.file
    assert caught.value.exit_code == 2
    assert kept(tmp_path) == []


def test_whatever_is_cut_off_raises_nothing_else(tmp_path: Path) -> None:
    whole = {
        o.PTP_NAME: o.ptp(),
        o.MUE_NAME: o.mue(),
        o.AOC_NAME: BOOK,
        o.PFS_NAME: o.commas(o.pfs_rows()),
        o.HCPCS_NAME: o.lines(o.HCPCS),
        o.ICD_NAME: o.lines(o.icd_rows(o.ICD)),
        "carc.csv": o.commas([o.CARC_HEADING, *o.CARC]),
        "a.zip": o.archive({o.MUE_NAME: o.mue()}),
    }
    for name, data in whole.items():
        for length in range(0, len(data), max(len(data) // 25, 1)):
            try:
                heads, _ = bring(tmp_path, (name, data[:length]))
            except TableError:
                continue
            assert not any(head.complete for head in heads)


def test_refused_file_changes_nothing(tmp_path: Path) -> None:
    bring(tmp_path, (o.MUE_NAME, o.mue()))
    before = (tmp_path / "kept" / "mue-2026Q4.table").read_bytes()
    with pytest.raises(TableError):
        bring(tmp_path, (o.MUE_NAME, o.mue()), (o.PTP_NAME, o.ptp([])))
    with pytest.raises(TableError):
        bring(tmp_path, (o.MUE_NAME, mue_row("17004", "one", "2 x", "y")))
    assert kept(tmp_path) == ["mue-2026Q4.table"]
    assert (tmp_path / "kept" / "mue-2026Q4.table").read_bytes() == before


@pytest.mark.parametrize("name", [".", "nothing.csv", "a\0b"])
def test_no_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(TableError, match=r"is a folder|is no file"):
        imports.read([tmp_path / name], tmp_path, lambda count: None)


@pytest.mark.parametrize("name", ["a.zip", o.AOC_NAME])
def test_bomb(tmp_path: Path, name: str) -> None:
    member = o.MUE_NAME if name == "a.zip" else "xl/worksheets/sheet1.xml"
    content = {"[Content_Types].xml": b"<x/>"} if name != "a.zip" else {}
    with pytest.raises(TableError, match="unpacks to far more"):
        bring(tmp_path, (name, o.archive({**content, member: b" " * (80 << 20)})))


def test_too_many_members(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_MEMBERS", 2)
    with pytest.raises(TableError, match="unpacks to far more"):
        bring(tmp_path, ("a.zip", o.archive({str(n): b"x" for n in range(3)})))


@pytest.mark.parametrize("book", [False, True])
def test_too_many_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, book: bool) -> None:
    monkeypatch.setattr(files, "_MOST_ROWS", 5)
    name, data = (o.AOC_NAME, BOOK) if book else (o.PTP_NAME, o.ptp())
    with pytest.raises(TableError, match=r"longer than|damaged workbook"):
        bring(tmp_path, (name, data))


def test_folder_that_cannot_be_written(tmp_path: Path) -> None:
    o.put(tmp_path, "kept", b"a file where the folder should be")
    with pytest.raises(TableError, match="kept"):
        bring(tmp_path, (o.MUE_NAME, o.mue()))
