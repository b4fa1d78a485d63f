"""What holds of any comparison: nothing unseen, nothing invented, the same from either side."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curette.claims.model import VOID, Claim
from curette.diff.compare import compare
from curette.diff.match import Side
from curette.diff.model import Comparison
from tests.builder import FOREIGN, claim_file, claims_of
from tests.diff.edits import BODIES, Segments, edited, element_edit, read, results, told

NUMBERS = st.dictionaries(
    st.sampled_from([s.split("*")[1] for body in BODIES.values() for s in body if s.startswith("CLM*")]),
    st.sets(st.sampled_from(["ICN1", "ICN2", "ICN3"]), min_size=1),
    max_size=4,
)
SLOW = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@SLOW
@given(element_edit())
def test_every_edit_of_an_element_is_seen(pair: tuple[Segments, Segments]) -> None:
    old, new = pair
    found = results(old, new)
    unseen = told(found) == told(results(old, old))
    assert not unseen or _points_at_the_same(old, new)


def _points_at_the_same(old: Segments, new: Segments) -> bool:
    """Pointers that are written otherwise and lead to the same codes are no change."""
    lines = zip(read(old).claims, read(new).claims, strict=True)
    return all(a.codes(x) == b.codes(y) for a, b in lines for x, y in zip(a.lines, b.lines, strict=True)) and [
        s for s in old if not s.startswith("SV1*")
    ] == [s for s in new if not s.startswith("SV1*")]


@SLOW
@given(edited(), NUMBERS)
def test_a_file_does_not_differ_from_itself(segments: Segments, numbers: dict[str, set[str]]) -> None:
    side = read(segments)
    for result in compare(side, read(segments), numbers):
        if isinstance(result, Comparison):
            assert result.changes == ()
            assert result.match.old is not None
            assert result.match.new is not None


@SLOW
@given(edited(), edited(), NUMBERS)
def test_a_comparison_turned_round_is_its_mirror_image(a: Segments, b: Segments, numbers: dict[str, set[str]]) -> None:
    there = told(results(a, b, {k: sorted(v) for k, v in numbers.items()}))
    back = told(results(b, a, {k: sorted(v) for k, v in numbers.items()}), mirrored=True)
    assert there == back


@SLOW
@given(edited(), edited(), NUMBERS)
def test_no_claim_is_lost_or_told_twice(a: Segments, b: Segments, numbers: dict[str, set[str]]) -> None:
    told_once(list(read(a).claims), list(read(b).claims), numbers)


@SLOW
@given(edited(), edited(), edited(), edited(), NUMBERS)
def test_nor_is_one_of_folders_that_hold_corrections(
    a: Segments, b: Segments, c: Segments, d: Segments, numbers: dict[str, set[str]]
) -> None:
    told_once(folder(a, b), folder(c, d), numbers)


def folder(*batches: Segments) -> list[Claim]:
    """The claims of batches that were made on one day after the other."""
    found: list[Claim] = []
    for day, segments in enumerate(batches, 10):
        found += read([f"BHT*0019*00*B{day}*202603{day}*0930*CH", *segments[1:]]).claims
    return found


def told_once(olds: list[Claim], news: list[Claim], numbers: dict[str, set[str]]) -> None:
    every = [r for r in compare(Side(olds), Side(news), numbers) if isinstance(r, Comparison)]
    found = [r for r in every if not r.match.beside]
    voids = [c for r in every if r.match.beside for c in (*r.match.olds, *r.match.news) if c.frequency == VOID]
    once = Counter(map(id, voids))
    for side, claims in (("olds", olds), ("news", news)):
        told = Counter(id(claim) for r in found for claim in getattr(r.match, side))
        assert told + Counter({k: 1 for k in once if k in set(map(id, claims))}) == Counter(map(id, claims))


@pytest.mark.parametrize("delimiters", FOREIGN, ids=repr)
@pytest.mark.parametrize("name", BODIES)
def test_delimiters_are_no_change(name: str, delimiters: object) -> None:
    usual = "*:^~"
    (d,) = [each for each in FOREIGN if each is delimiters]
    segments = [s for s in BODIES[name] if not set(d.bytes.decode("latin-1")) - set(usual) & set(s)]
    other = claims_of(claim_file(*segments, delimiters=d, end=""))
    found = list(compare(read(segments), Side(other.claims, other.unread)))
    assert found
    assert all(isinstance(r, Comparison) and not r.changes for r in found)
