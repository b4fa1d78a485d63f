"""Needless blanks and separators: one warning a transaction for each sort, at the first, with their number."""

import pytest

from curette.findings import Severity
from curette.x12.delimiters import Delimiters
from curette.x12.style import inspect
from tests.builder import ABOVE, CONTROLS, USUAL, claim, claim_file, only, where

FILE = claim_file(*ABOVE, *claim())


@pytest.mark.parametrize("delimiters", [USUAL, CONTROLS, Delimiters("]", "[", "^", "-"[:0] or "\\"), Delimiters("|", ">", "^", "\n")], ids=repr)
def test_a_tidy_file_gives_nothing(delimiters: Delimiters) -> None:
    assert list(inspect(only(claim_file(*ABOVE, *claim(), delimiters=delimiters)))) == []


@pytest.mark.parametrize(
    ("old", "new", "rule", "element"),
    [
        ("*SAMPLE*SAM*", "* SAMPLE*SAM*", "SYN-PADDED", 3), ("*SAMPLE*SAM*", "*SAMPLE*SAM *", "SYN-PADDED", 4),
        ("2 TEST ROAD~", "2 TEST ROAD ~", "SYN-PADDED", 1), ("HC:99213:25", "HC:99213 :25", "SYN-PADDED", 1),
        ("HC:99213:25", "HC:99213:25::", "SYN-COMPONENTS", 1), ("11:B:1", "11:B:", "SYN-COMPONENTS", 5), ("ABF:D485~", "ABF:D485:~", "SYN-COMPONENTS", 2),
    ],
)  # fmt: skip
def test_what_is_untidy_is_told_at_its_element(old: str, new: str, rule: str, element: int) -> None:
    data = FILE.replace(old.encode(), new.encode())
    [found] = inspect(only(data))
    assert (found.rule.id, found.place.element, found.severity) == (rule, element, Severity.WARNING)
    begin = FILE[: where(FILE, old)].rindex(b"\n") + 1 if old != "2 TEST ROAD~" else FILE.index(b"N3*2 TEST")
    assert found.place.offset == begin


def test_many_are_counted() -> None:
    data = FILE.replace(b"*IL*", b"* IL *").replace(b"*SAM*", b"* SAM*")
    [found] = inspect(only(data))
    assert found.message.startswith("4 ")
