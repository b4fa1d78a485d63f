"""The form of a table: both widths of the numbers of values, heads without a width, and what is no table."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from curette.codes.tables import Draft, Head, Table, write
from curette.errors import TableError

HEAD = Head("mue", "2026Q4", date(2026, 10, 1), date(2026, 12, 31), "made up", ("units",))
FIRST = date(1900, 1, 1)


def test_few_values_take_two_bytes_and_many_four(tmp_path: Path) -> None:
    few = write(tmp_path / "few", HEAD, ((f"{n:05}", None, None, (str(n % 7),)) for n in range(70_000)))
    many = write(tmp_path / "many", HEAD, ((f"{n:05}", None, None, (str(n),)) for n in range(70_000)))
    assert few.rows == many.rows == 70_000
    sizes = [len(path.read_bytes().split(b"\n", 2)[2]) for path in (tmp_path / "few", tmp_path / "many")]
    assert sizes[0] < 70_000 * 10 + 200 < 70_000 * 12 < sizes[1]
    assert Table(tmp_path / "few").find("00008")[0].values == {"units": "1"}
    assert Table(tmp_path / "many").find("69999")[0].values == {"units": "69999"}


def test_head_without_a_width_has_numbers_of_four_bytes(tmp_path: Path) -> None:
    path = tmp_path / "t"
    write(path, HEAD, [("11102", None, FIRST + timedelta(days=n), (str(n),)) for n in range(3)])
    magic, line, _ = path.read_bytes().split(b"\n", 2)
    head = json.loads(line)
    assert head.pop("width") == 2
    first = magic + b"\n" + json.dumps(head).encode() + b"\n"
    first += b" " * (-len(first) % 8)
    keys = b"".join(int("111102", 36).to_bytes(8, "little") for _ in range(3))
    kinds = b"".join(n.to_bytes(4, "little") for n in range(3))
    values = json.dumps([[None, str(FIRST + timedelta(days=n)), str(n)] for n in range(3)]).encode()
    path.write_bytes(first + keys + kinds + values)
    assert [row.values["units"] for row in Table(path).find("11102")] == ["0", "1", "2"]


@pytest.mark.parametrize(
    "change", [b"curette table 9\n{}\n", b"", b'curette table 1\n{"width":3,"fields":[]}\n', b"curette table 1\n[]\n"]
)
def test_what_is_no_table(tmp_path: Path, change: bytes) -> None:
    (tmp_path / "t").write_bytes(change)
    with pytest.raises(TableError, match="import it again"):
        Table(tmp_path / "t")


def test_draft_refuses_what_is_no_row() -> None:
    draft = Draft(("units",))
    with pytest.raises(ValueError, match="2 values for 1 fields"):
        draft.add("11102", None, None, ("1", "2"))
    with pytest.raises(ValueError, match="not a code"):
        draft.add("1110-", None, None, ("1",))
    assert len(draft) == 0


def test_what_is_no_code_is_not_found(tmp_path: Path) -> None:
    path = tmp_path / "t"
    write(path, HEAD, [("11102", None, None, ("1",)), ("1110217000", None, None, ("2",)), ("A", None, None, ("3",))])
    table = Table(path)
    for text in ("", " ", "a", "A ", "1_1", "1110\n", "\uff11\uff11102", "\u00c4", "-", "A" * 13, "11102170001111"):
        assert table.find(text) == []
        assert list(table.beginning(text)) == []
    assert [key for key, _ in table] == ["A", "11102", "1110217000"]
    assert [key for key, _ in table.beginning("11102")] == ["1110217000"]
    assert list(table.beginning("A")) == []
