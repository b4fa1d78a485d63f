"""A long transaction gives the same claims as when it is read whole, also where it is damaged."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curette.errors import InputError
from curette.x12 import parts
from tests.property.files import GOOD, Everything, everything, files
from tests.property.test_bytes import edited, edits

# characters and sizes refuse the part they stand in, where a short transaction is refused as a whole
OF_A_PART = {"SYN-CONTROL", "SYN-LONG"}
sizes = st.sampled_from([1, 20, 100, 300, 1000, 2500])


@contextmanager
def cut_at(size: int, level: int) -> Iterator[None]:
    """Every transaction is a long one, read in pieces of `size` bytes; cut before a claim when a level is longer."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "LIMIT", 0)
        patch.setattr(parts, "_SIZE", size)
        patch.setattr(parts, "_MOST", level)
        yield


def in_parts(data: bytes, size: int, level: int) -> Everything:
    with cut_at(size, level):
        return everything(data)


@settings(max_examples=120)
@given(files, sizes, st.booleans())
def test_good_files(data: bytes, size: int, at_claims: bool) -> None:
    whole, found = everything(data), in_parts(data, size, 0 if at_claims else 1 << 20)
    assert found.claims == whole.claims
    assert found.findings == whole.findings


@settings(max_examples=500)
@given(files, edits, sizes)
def test_damaged_files(data: bytes, edit: tuple[str, float, bytes, int], size: int) -> None:
    data = edited(data, edit)
    try:
        whole = everything(data)
    except InputError:
        return
    found = in_parts(data, size, 1 << 20)
    if not OF_A_PART & {f.rule.id for f in whole.findings}:
        assert found.claims == whole.claims
    assert {t.control for t in found.transactions if t.refused} <= {t.control for t in whole.transactions if t.refused}


@settings(max_examples=150)
@given(st.sampled_from(GOOD[:3]), st.floats(0, 1, exclude_max=True), st.sampled_from([b"\n", b"\r\n"]), sizes)
def test_a_break_anywhere(data: bytes, where: float, breaks: bytes, size: int) -> None:
    at = int(106 + where * (len(data) - 106))
    data = data[:at] + breaks + data[at:]
    assert in_parts(data, size, 1 << 20).claims == everything(data).claims
