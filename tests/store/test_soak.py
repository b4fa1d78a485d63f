"""The short form of scripts/soak_store.py: a few of its points each."""

from pathlib import Path

import pytest

from soak_store import Soak, trials
from tests.store.night import AT
from tests.system import require_system


@pytest.fixture(scope="module")
def soak(tmp_path_factory: pytest.TempPathFactory) -> Soak:
    """The reference that trials are held against."""
    return Soak(tmp_path_factory.mktemp("soak"))


@pytest.mark.slow
@pytest.mark.parametrize(("trial", "points"), [("kill", 6), ("enospc", 2), ("eio", 2)])
def test_a_run_that_is_cut_off_or_fails_loses_nothing(soak: Soak, trial: str, points: int) -> None:
    require_system("strace")
    outcomes = list(trials(soak)[trial](points))
    assert len(outcomes) == points
    assert [o for o in outcomes if o[1]] == []


@pytest.mark.slow
@pytest.mark.parametrize(("trial", "points"), [("fsize", 3), ("pair", 2)])
def test_a_small_disk_and_two_at_once(soak: Soak, trial: str, points: int) -> None:
    outcomes = list(trials(soak)[trial](points))
    assert len(outcomes) == points
    assert [o for o in outcomes if o[1]] == []


@pytest.mark.slow
def test_the_soak_can_tell(soak: Soak, tmp_path: Path) -> None:
    """A store with a row too many, and one with a row too few, do not hold."""
    from curette.store.duckdb import opened

    for harm, told in (
        ("INSERT INTO remarks SELECT * FROM remarks LIMIT 1", "1 rows are doubled"),
        ("DELETE FROM adjustments WHERE line = 1", "transactions are torn"),
        ("UPDATE payments SET amount = amount + 1", "holds what an undisturbed run does not"),
        ("DELETE FROM categories WHERE line = 1", "the next run does not complete it"),
    ):
        practice = soak.practice("harmed")
        practice.run()
        with opened(practice.store, AT) as store:
            store.run(harm)
        assert soak.holds(practice) == told, harm
