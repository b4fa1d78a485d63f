import pytest

from curette.codes.ranges import CodeRange


@pytest.mark.parametrize(
    ("first", "last", "inside", "outside"),
    [
        ("11102", "11107", ["11102", "11105", "11107"], ["11101", "11108", "1110", "111051", "G1105", "1110T", ""]),
        ("G8395", "G9999", ["G8395", "G9000", "G9999"], ["G8394", "H9000", "98395", "g9000"]),
        ("0001F", "9007F", ["0001F", "1110F", "9007F"], ["11102", "0001T", "9008F", "0000F"]),
    ],
)
def test_range(first: str, last: str, inside: list[str], outside: list[str]) -> None:
    codes = CodeRange(first, last)
    assert [code for code in inside if code not in codes] == []
    assert [code for code in outside if code in codes] == []


def test_digits_of_other_scripts_are_no_code() -> None:
    assert "１１１０５" not in CodeRange("11102", "11107")
