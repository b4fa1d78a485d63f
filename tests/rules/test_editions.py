"""What rules make of tables that a user imported, and of a file whose day of making cannot be read."""

from datetime import date
from pathlib import Path

import pytest

from curette import pipeline
from curette.codes.tables import Head, Table, Tables, file_name, write
from curette.pipeline import CheckOptions
from curette.reports.check import CheckSummary
from curette.rules import _cases
from curette.rules._context import TABLES
from tests.rules.claims import file_of, fragment

DAY = "20260415"
AS_OF = date(2026, 4, 16)
FIELDS = {
    "ptp": ("indicator", "rationale", "basis"),
    "addon": ("type", "note"),
    "cpt": ("kind", "separate_procedure"),
    "mue": ("mue", "mai", "rationale"),
}


def told(path: Path, data: bytes, tables: Path | None = None) -> list[str]:
    path.write_bytes(data)
    options = CheckOptions(conformance="off", snip=frozenset({6}), tables=tables, as_of=AS_OF)
    results = list(pipeline.check([path], options))
    assert not any(result.fault for result in results)
    return sorted(f.rule.id for result in results for f in result.findings)


@pytest.mark.parametrize(
    ("rule", "lines", "table", "key", "values"),
    [
        ("DERM-D03", ("17000", "17004"), "ptp", "1110211104", ("0", "", "")),
        ("DERM-N04", ("11732",), "addon", "1300113000", ("1", "")),
        ("DERM-C01", ("11425",), "cpt", "11425", ("valid", "")),
        ("DERM-U01", ("11900", "11900:76"), "mue", "11901", ("1", "2", "")),
        ("DERM-U02", ("11301:59",) * 7, "mue", "11302", ("1", "3", "")),
        ("DERM-U02", ("11301:59",) * 7, "mue", "11301", ("9", "3", "")),
    ],
)
def test_an_edition_that_says_otherwise_holds(
    tmp_path: Path, rule: str, lines: tuple[str, ...], table: str, key: str, values: tuple[str, ...]
) -> None:
    text = "\n".join(["HI*ABK:D225", *(f"SV1*HC:{line}*100*UN*1***1" for line in lines)])
    data = file_of([fragment(text, day=DAY)], created=DAY)
    assert rule in told(tmp_path / "a.837", data)
    head = Head(table, "2026Q2", date(2026, 4, 1), date(2026, 6, 30), "a test", FIELDS[table])
    write(tmp_path / "own" / file_name(table, "2026Q2"), head, [(key, None, None, values)])
    assert rule not in told(tmp_path / "a.837", data, tmp_path / "own")


@pytest.mark.parametrize(
    ("rule", "lines", "table", "key", "values"),
    [
        ("DERM-N04", ("11103", "11104"), "addon", "1110311106", ("1", "")),
        ("DERM-X09", ("11301:59", "11104"), "ptp", "1700417000", ("0", "", "")),
    ],
)
def test_what_an_excerpt_lacks_proves_nothing(
    tmp_path: Path, rule: str, lines: tuple[str, ...], table: str, key: str, values: tuple[str, ...]
) -> None:
    text = "\n".join(["HI*ABK:D225", *(f"SV1*HC:{line}*100*UN*1***1" for line in lines)])
    data = file_of([fragment(text, day=DAY)], created=DAY)
    for complete in (True, False):
        head = Head(table, "2026Q2", date(2026, 4, 1), date(2026, 6, 30), "a test", FIELDS[table], complete)
        own = tmp_path / str(complete)
        write(own / file_name(table, "2026Q2"), head, [(key, None, None, values)])
        assert (rule in told(tmp_path / "a.837", data, own)) is complete


@pytest.mark.parametrize(
    ("rule", "day", "line", "created"),
    [
        ("DERM-A04", "20250420", "11102", "20260410"),  # four days are left
        ("DERM-A05", "20260415", "11102", "20260414"),  # the file is older than the service
        ("DERM-I05", "20260415", "11102", "20260416"),  # no report was at hand
    ],
)
def test_what_is_counted_from_the_day_of_the_file_is_not_told_where_it_cannot_be_read(
    tmp_path: Path, rule: str, day: str, line: str, created: str
) -> None:
    claim = fragment(f"HI*ABK:D485\nSV1*HC:{line}*100*UN*1***1", day=day)
    assert rule in told(tmp_path / "a.837", file_of([claim], created=created))
    assert rule not in told(tmp_path / "a.837", file_of([claim], created="20261399"))


def test_every_table_that_rules_ask_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: set[str] = set()
    on = Tables.on

    def noting(self: Tables, name: str, day: date) -> Table | None:
        asked.add(name)
        return on(self, name, day)

    path = tmp_path / "a.837"
    options = CheckOptions(conformance="off", snip=frozenset({6}), tables=tmp_path / "none", as_of=AS_OF)
    monkeypatch.setattr(Tables, "on", noting)
    monkeypatch.setattr(Tables, "asked", lambda *_: frozenset())  # what is told of them is no asking
    for case in (case for cases in _cases.own().values() for case in cases):
        path.write_bytes(case.data)
        list(pipeline.check(path, options))
    assert asked == set(TABLES)


def test_the_editions_of_bundling_limits_and_fees_are_told(tmp_path: Path) -> None:
    path = tmp_path / "a.837"
    path.write_bytes(file_of([fragment("HI*ABK:D225\nSV1*HC:11301*100*UN*1***1", day="20260910")]))
    (edition,) = {table.head.edition for table in Tables().editions("ptp")}
    out_of_date = f"ptp {edition}"
    asked = []
    for snip in ({6}, {5, 6}, {5}, {4}):
        summary = CheckSummary()
        for result in pipeline.check(path, CheckOptions(conformance="off", snip=frozenset(snip))):
            summary.take(result)
        asked.append({name for name, _ in summary.edition_names()})
        assert (out_of_date in summary.stale(date(2026, 9, 11))) == (6 in snip)
    assert asked[0] == set(TABLES) < asked[1]
    assert asked[2] == asked[1] - {"addon", "mue", "pfs", "ptp"}
    assert asked[3] == set()
