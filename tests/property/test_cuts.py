"""A file cut anywhere is never taken for whole: nothing of what is unfinished is used, and it is said."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curette.errors import InputError
from curette.findings import Severity
from curette.x12 import parts
from tests.property.files import GOOD, boundaries, everything, files


def check(data: bytes, size: int) -> None:
    """Read the first `size` bytes of a good file."""
    stops = [stop for stop in boundaries(data) if stop <= size]
    begin = stops[-1] if stops else 0  # of the interchange that is cut
    whole = everything(data)
    try:
        found = everything(data[:size])
    except InputError as error:
        assert not stops
        assert "\n" not in str(error)
        return
    if "SYN-TAIL" in [f.rule.id for f in found.findings]:  # IEA is there, only its terminator is not
        assert size + 1 in boundaries(data)
        begin = size
    assert found.claims == [c for c in whole.claims if c.offset < begin]
    assert all(t.refused for t in found.transactions if t.offset >= begin)
    if data[begin:size].strip():
        assert Severity.ERROR in [f.severity for f in found.findings]


@settings(max_examples=500)
@given(files, st.data())
def test_a_cut_file(data: bytes, draw: st.DataObject) -> None:
    check(data, draw.draw(st.integers(0, len(data) - 1)))


@pytest.mark.parametrize("data", GOOD[:4], ids=range(4))
def test_every_cut_near_the_end_of_an_interchange(data: bytes) -> None:
    for stop in boundaries(data):
        for size in range(stop - 45, min(stop + 110, len(data))):
            check(data, size)


@pytest.mark.parametrize("data", GOOD[:3], ids=range(3))
def test_every_cut_in_the_first_header(data: bytes) -> None:
    for size in range(200):
        check(data, size)


@settings(max_examples=150)
@given(st.integers(0, 5000), st.integers(1, 600))
def test_a_cut_file_in_parts(size: int, part: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "LIMIT", 0)
        patch.setattr(parts, "_SIZE", part)
        patch.setattr(parts, "_MOST", 0)
        data = GOOD[0]
        check(data, size % len(data))


def test_a_cut_day_keeps_nothing(samples: Path) -> None:
    data = (samples / "clean/clinic_day.837").read_bytes()
    for size in range(110, len(data) - 20, 487):
        assert everything(data[:size]).claims == []
