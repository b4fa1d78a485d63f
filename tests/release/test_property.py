"""Whatever the hierarchy, the delimiters and the length of parts: nothing is lost, doubled or changed."""

import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curette import pipeline
from curette.claims.model import Claim
from curette.x12 import parts
from curette.x12.delimiters import Delimiters
from tests import builder as b
from tests.release import running
from tests.release.layouts import Layout, layouts


def above(claim: Claim) -> tuple[object, ...]:
    """Everyone above a claim, by all their segments but HL."""
    levels = (claim.submission, claim.billing, claim.subscriber, claim.patient)
    return tuple(
        None if level is None else ([_told(s, claim) for s in level.segments if s[0] not in ("HL", "ST")],
                                    [[list(s) for s in party.segments] for party in level.parties])
        for level in levels
    )  # fmt: skip


def _told(segment: Sequence[str], claim: Claim) -> list[str]:
    """SBR02 says whether the subscriber has claims of his own, which others may be without."""
    dependent = segment[0] == "SBR" and claim.patient is not None
    return [*segment[:2], "", *segment[3:]] if dependent else list(segment)


def read(path: Path) -> dict[str, tuple[object, ...]]:
    """Claims by name with everyone above them; a name that stands twice fails."""
    found: dict[str, tuple[object, ...]] = {}
    for claim in pipeline.read_claims(path):
        assert claim.control_number not in found
        found[claim.control_number] = above(claim)
    return found


def is_true(path: Path) -> None:
    """A released file has no fault of syntax, hierarchy or counts."""
    assert [f.rule.id for r in running.checked(path, running.PLAIN) for f in r.findings if f.rule.snip < 3] == []


def hold(layout: Layout, delimiters: Delimiters, end: str, most: int | None) -> None:
    """All that must hold of one batch."""
    with tempfile.TemporaryDirectory() as name:
        folder, file = Path(name), Path(name) / "batch.837"
        file.write_bytes(b.write(layout.segments(), delimiters, end))
        done = running.release(folder / "out", file, options=running.PLAIN, max_claims=most)
        expected = layout.claims()
        before, after, bytes_ = read(file), dict[str, tuple[object, ...]](), Counter[bytes]()
        for written, wanted in (("clean.837", True), ("held.837", False)):
            names = [name for name, good in expected if good is wanted]
            path = done.first / written
            assert path.exists() is bool(names)
            if names:
                is_true(path)
                found = read(path)
                assert list(found) == names
                after |= found
                bytes_ += running.claims(path)
                again = running.release(folder / f"again {written}", path, options=running.PLAIN, max_claims=most)
                assert again.read(written) == path.read_bytes()
        assert after == before
        assert bytes_ == running.claims(file)
        totals = done.manifest["totals"]
        assert totals["in"]["claims"] == len(expected) == totals["clean"]["claims"] + totals["held"]["claims"]


@pytest.mark.slow
@settings(max_examples=60)
@given(layouts, st.sampled_from(b.FOREIGN), st.sampled_from(["", "\n", "\r\n"]), st.sampled_from([None, 1, 2]))
def test_a_batch_is_split_without_loss(layout: Layout, delimiters: Delimiters, end: str, most: int | None) -> None:
    hold(layout, delimiters, end, most)


@pytest.mark.slow
@settings(max_examples=40)
@given(layouts, st.sampled_from(["", "\n"]), st.sampled_from([None, 2]), st.integers(200, 900))
def test_a_long_transaction_is_split_without_loss(layout: Layout, end: str, most: int | None, size: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "LIMIT", 0)
        patch.setattr(parts, "_SIZE", size)
        patch.setattr(parts, "_MOST", 0)
        hold(layout, b.USUAL, end, most)
