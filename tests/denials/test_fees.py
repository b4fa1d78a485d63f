from datetime import date
from pathlib import Path

import pytest

from curette.denials.fees import Fee, read_fees
from curette.errors import TableError


def put(folder: Path, text: str) -> Path:
    path = folder / "fees.csv"
    path.write_text(text, "utf-8")
    return path


def test_columns_stand_in_any_order_and_what_is_empty_is_open(tmp_path: Path) -> None:
    path = put(
        tmp_path,
        "\ufeffprocedure,amount,payer,modifier,multiple,from,to\n11102,98.5,99001,,50,2026-01-01,\n\n88305,38.10,,26,,,\n",
    )
    assert read_fees(path) == [
        Fee("99001", "11102", "", 9850, 50, date(2026, 1, 1), date.max),
        Fee("", "88305", "26", 3810, 100, date.min, date.max),
    ]


def test_three_columns_are_enough(tmp_path: Path) -> None:
    assert [f.amount for f in read_fees(put(tmp_path, "payer,procedure,amount\n,99213,100\n"))] == [10000]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("procedure,amount\n", "row 1: there is no column payer"),
        ("payer,procedure,amount,color\n", "row 1: column 4 is none of payer, procedure, modifier, amount"),
        ("payer,procedure,amount,amount\n", "row 1: column 3 is none of"),
        ("payer,procedure,amount\n,9921,1\n", "row 2, procedure: not a code"),
        ("payer,procedure,amount\n,99213,1.005\n", "row 2, amount: a fraction of a cent"),
        ("payer,procedure,amount\n,99213,\n", "row 2, amount: not a decimal number"),
        ("payer,procedure,amount\n,99213,-1\n", "row 2, amount: less than nothing"),
        ("payer,procedure,amount,modifier\n,99213,1,LT\n", "row 2, modifier: none of 22 26"),
        ("payer,procedure,amount,multiple\n,99213,1,101\n", "row 2, multiple: not a percentage"),
        ("payer,procedure,amount,from\n,99213,1,3/1/2026\n", "row 2, from: not a date"),
        ("payer,procedure,amount,from,to\n,99213,1,2026-03-01,2026-02-01\n", "row 2, to: before from"),
        ("payer,procedure,amount\n,99213,1\n,99213,2\n", "row 3: stands already in row 2"),
        ('payer,procedure,amount\n,"99213,1\n', "not a row of a CSV file"),
    ],
)
def test_a_bad_row_is_named_with_its_column(tmp_path: Path, text: str, reason: str) -> None:
    path = put(tmp_path, text)
    with pytest.raises(TableError) as caught:
        read_fees(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert reason in str(caught.value)


def test_a_file_that_is_not_there_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="No such file"):
        read_fees(tmp_path / "absent.csv")
    (tmp_path / "b.csv").write_bytes(b"payer,\xff")
    with pytest.raises(TableError, match="not UTF-8"):
        read_fees(tmp_path / "b.csv")
