"""The tables that ship, and the form they are kept in."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curette.codes import denials
from curette.codes.tables import TITLES, Head, Row, Table, Tables, number, write
from curette.errors import TableError

SHIPPED = Tables()
TODAY = date(2026, 11, 21)
HEAD = Head("mue", "2026Q3", date(2026, 7, 1), date(2026, 9, 30), "test", ("mue", "mai"))


def only(name: str, key: str, day: date = date(2026, 5, 1)) -> Row:
    table = SHIPPED.on(name, day)
    assert table is not None
    (row,) = table.find(key)
    return row


def spans(name: str, key: str) -> list[tuple[str, str]]:
    table = SHIPPED.on(name, date(2026, 5, 1))
    assert table is not None
    return [(str(row.start or ""), str(row.end or "")) for row in table.find(key)]


# -- what ships


@pytest.mark.parametrize(
    ("day", "count"), [(date(2026, 10, 1), 74_879), (date(2026, 4, 1), 74_719), (date(2025, 1, 15), 74_260)]
)
def test_billable_diagnoses_are_as_many_as_officially_counted(day: date, count: int) -> None:
    table = SHIPPED.on("icd10cm", day)
    assert table is not None
    assert sum(row.holds(day) for _, row in table) == count


def test_codes_begin_and_end_on_their_days() -> None:
    assert spans("icd10cm", "L02237") == [("2026-10-01", "")]
    assert spans("icd10cm", "Z681") == [("", "2026-09-30")]
    assert spans("hcpcs", "J0135") == [("", "2024-12-31")]
    assert spans("hcpcs", "J0139") == [("2025-01-01", "")]
    assert spans("cpt", "11100") == [("", "2018-12-31")]
    assert only("cpt", "11304").values["kind"] == only("cpt", "11309").values["kind"] == "never"
    assert only("cpt", "11102").values["kind"] == "valid"


def test_edits_and_fees_are_the_official_ones() -> None:
    assert only("ptp", "1700417000").values["indicator"] == "0"
    assert only("ptp", "1731188305").values["indicator"] == "1"
    assert only("ptp", "1711017000").values["indicator"] == "1"
    units = [(only("mue", code).values["mue"], only("mue", code).values["mai"]) for code in ("17003", "88305")]
    assert units == [("13", "2"), ("16", "3")]
    fees = {code: only("pfs", code, date(2025, 5, 1)).values for code in ("11642", "11102", "17004")}
    assert (fees["11642"]["global_days"], fees["11102"]["global_days"]) == ("010", "000")
    assert fees["17004"]["mult_proc"] == "0"
    assert [only("pfs", "11102", date(year, 5, 1)).values["work_rvu"] for year in (2025, 2026)] == ["0.66", "0.64"]
    assert only("addon", "1110311102").start == date(2019, 1, 1)


def test_every_table_says_where_it_is_from_and_until_when() -> None:
    assert {table.head.table for table in SHIPPED} == set(TITLES)
    for table in SHIPPED:
        assert table.head.edition
        assert table.head.source
        assert len(table) == table.head.rows == sum(1 for _ in table)
    subsets = {table.head.table for table in SHIPPED if not table.head.complete}
    assert subsets == {"cpt", "pfs", "mue", "addon", "ptp", "modifiers"}


def test_reason_and_remark_codes_are_those_of_the_maps() -> None:
    codes = denials.codes()
    for name, listed in (("carc", codes.carcs), ("rarc", codes.rarcs)):
        (table,) = SHIPPED.editions(name)
        assert {key for key, _ in table} == set(listed)
        for key, row in table:
            assert row.start == listed[key].start
            stop = listed[key].stop
            assert stop is None or (row.end is not None and (stop - row.end).days == 1)


def test_longer_codes_are_found_by_their_beginning() -> None:
    table = SHIPPED.on("icd10cm", TODAY)
    assert table is not None
    assert {code[:4] for code, _ in table.beginning("C441")} == {"C441"}
    assert not list(table.beginning("L02237"))
    assert not list(table.beginning("not a code"))


# -- which edition


def mue(folder: Path, edition: str, start: date | None, end: date | None, value: str) -> None:
    head = Head("mue", edition, start, end, "test", ("mue", "mai"))
    write(folder / f"mue-{edition}.table", head, [("17003", None, None, (value, "2"))])


def test_the_date_of_service_picks_the_edition_and_an_import_wins(tmp_path: Path) -> None:
    mue(tmp_path, "2026Q2", date(2026, 4, 1), date(2026, 6, 30), "99")
    mue(tmp_path, "2026Q4", date(2026, 10, 1), date(2026, 12, 31), "77")
    tables = Tables(tmp_path)

    def value(day: date) -> str:
        table = tables.on("mue", day)
        assert table is not None
        return table.find("17003")[0].values["mue"]

    assert value(date(2026, 5, 1)) == "99"
    assert value(date(2026, 11, 1)) == "77"
    assert value(date(2026, 8, 1)) == "99"  # between the two: the one before
    assert value(date(2027, 8, 1)) == "77"
    assert value(date(2020, 1, 1)) in ("13", "99")  # before all: the first there is
    assert [t.head.edition for t in tables.editions("mue")] == ["2026Q4", "2026Q2", "2026Q2"]
    assert tables.on("nothing", TODAY) is None


def test_heads_know_their_days() -> None:
    assert HEAD.covers(date(2026, 7, 1))
    assert not HEAD.covers(date(2026, 6, 30))
    assert not HEAD.covers(date(2026, 10, 1))
    assert HEAD.stale_on(date(2026, 10, 1))
    assert not HEAD.stale_on(date(2026, 9, 30))
    assert not Head("pos", "1", None, None, "test", ()).stale_on(TODAY)


# -- the form


KEYS = st.text("0123456789ABCXYZ", min_size=1, max_size=12)
DAYS = st.none() | st.dates(date(1990, 1, 1), date(2030, 1, 1))


@given(st.lists(st.tuples(KEYS, DAYS, DAYS, st.tuples(st.text(max_size=5), st.text(max_size=3))), max_size=40))
def test_what_is_written_is_found(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, date, date, tuple[str, str]]]
) -> None:
    file = tmp_path_factory.mktemp("tables") / "mue-1.table"
    assert write(file, HEAD, rows).rows == len(rows)
    table = Table(file)
    assert table.head.fields == HEAD.fields
    for key in {row[0] for row in rows}:
        found = sorted((str(r.start), str(r.end), *r.values.values()) for r in table.find(key))
        assert found == sorted((str(s), str(e), *values) for k, s, e, values in rows if k == key)
    assert sorted(key for key, _ in table) == sorted(row[0] for row in rows)
    again = file.with_name("mue-2.table")
    write(again, HEAD, reversed(rows))
    assert again.read_bytes() == file.read_bytes()


@pytest.mark.parametrize("key", ["", "abc", "12-3", "1" * 13, "１２", " 11", "1_1"])
def test_what_is_no_code_is_no_key(key: str) -> None:
    with pytest.raises(ValueError, match="not a code"):
        number(key)
    assert SHIPPED.editions("pos")[0].find(key) == []


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    file = tmp_path / "mue-1.table"
    write(file, HEAD, [("17003", None, None, ("1", "2"))])
    before = file.read_bytes()
    with pytest.raises(ValueError, match="1 values for 2 fields"):
        write(file, HEAD, [("17004", None, None, ("1",))])
    assert file.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["mue-1.table"]
    assert file.stat().st_mode & 0o077 == 0


def test_a_table_that_is_cut_short_is_named(tmp_path: Path) -> None:
    """A copy that was stopped: its head says all, and a look-up was the first to miss something."""
    path = tmp_path / "mue-1.table"
    head = Head("mue", "1", None, None, "test", ("mue", "mai", "rationale"))
    write(path, head, [("11102", None, None, ("1", "2", "]")), ("11103", None, None, ("6", "3", "x]"))])
    raw = path.read_bytes()
    assert len(Tables(tmp_path).editions("mue")[0]) == 2
    for size in range(len(raw)):
        path.write_bytes(raw[:size])
        with pytest.raises(TableError, match=r"mue-1\.table: (is cut short|cannot be used)"):
            Tables(tmp_path)


def test_a_table_without_rows_is_whole(tmp_path: Path) -> None:
    write(tmp_path / "mue-1.table", Head("mue", "1", None, None, "test", ()), [])
    assert len(Tables(tmp_path).editions("mue")[0]) == 0


@pytest.mark.parametrize(
    "raw", [b"", b"something else\n{}\n", b"curette table 1\n{", b'curette table 1\n{"table":"x"}\n']
)
def test_a_damaged_table_is_named(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "mue-1.table").write_bytes(raw)
    with pytest.raises(TableError, match=r"mue-1\.table: cannot be used"):
        Tables(tmp_path)
