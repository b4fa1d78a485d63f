"""What an edition that a practice imported says on its days is what the rules go by, on its days only."""

from datetime import date
from pathlib import Path

import pytest

from curette.codes.tables import Head, Tables, write
from tests.rules.claims import file_of, fragment
from tests.rules.running import findings, told

FIRST, LAST = date(2027, 1, 1), date(2027, 3, 31)
INSIDE, BEFORE = "20270210", "20260410"


def edition(folder: Path, table: str, *rows: tuple[str, tuple[str, ...]]) -> Path:
    """A folder with one edition of a table, of the first quarter of 2027, which has these rows and no others."""
    folder.mkdir()
    head = Head(table, "2027Q1", FIRST, LAST, "ours", Tables().editions(table)[0].head.fields, complete=False)
    write(folder / f"{table}-2027Q1.table", head, [(key, None, None, values) for key, values in sorted(rows)])
    return folder


@pytest.mark.parametrize(
    ("table", "row", "claim", "inside", "before"),
    [
        pytest.param(
            "ptp", ("1700417110", ("1", "", "")), "SV1*HC:17004*300*UN*1***1\nSV1*HC:17000:59*100*UN*1***1",
            [], ["DERM-D03:2:error"], id="a pair that is gone",
        ),
        pytest.param(
            "mue", ("17000", ("1", "3", "Clinical: Data")), "SV1*HC:17000*200*UN*2***1",
            ["DERM-U02:1:warning"], ["DERM-U01:1:error"], id="a limit that may be argued by now",
        ),
        pytest.param(
            "mue", ("11102", ("1", "2", "Clinical: Data")), "SV1*HC:11102*200*UN*1***1\nSV1*HC:11103*800*UN*9***1",
            [], ["DERM-U02:2:warning"], id="a code without a limit by now",
        ),
        pytest.param(
            "addon", ("1110311102", ("1", "")), "SV1*HC:13102*200*UN*1***1",
            [], ["DERM-N04:1:error"], id="an add-on that is none by now",
        ),
        pytest.param(
            "cpt", ("11425", ("code", "")), "SV1*HC:11425*200*UN*1***1", [], ["DERM-C01:1:error"],
            id="a number that is a code by now",
        ),
    ],
)  # fmt: skip
def test_its_own_days(
    table: str, row: tuple[str, tuple[str, ...]], claim: str, inside: list[str], before: list[str], tmp_path: Path
) -> None:
    tables = edition(tmp_path / "tables", table, row)
    text = f"HI*ABK:L570\n{claim}"
    for day, expected in ((INSIDE, inside), (BEFORE, before)):
        (folder := tmp_path / day).mkdir()
        found = findings(file_of([fragment(text, day=day)], "MB", "20270301"), folder, tables=tables)
        assert [t for t in told(found) if t[5] in "UCDMN"] == expected


def test_follow_up_that_a_new_fee_schedule_ends(tmp_path: Path) -> None:
    """A schedule that leaves a code out knows no days of follow-up for it."""
    row = Tables().editions("pfs")[0].find("11402")[0].values
    tables = edition(tmp_path / "tables", "pfs", ("17110", tuple(row.values())))
    for day, expected in ((INSIDE, []), (BEFORE, ["DERM-X12:1:warning"])):
        (folder := tmp_path / day).mkdir()
        earlier = str(date(int(day[:4]), int(day[4:6]), 5))
        data = file_of([fragment("HI*ABK:D225\nSV1*HC:11402*300*UN*1***1", day=day)], "MB", "20270301")
        notes = {"history": [{"code": "17110", "dos": earlier}]}
        found = findings(data, folder, notes, tables=tables)
        assert [t for t in told(found) if "X12" in t] == expected
