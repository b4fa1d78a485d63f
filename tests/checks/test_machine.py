"""The machine against the walk: on every transaction they say the same, finding for finding."""

from pathlib import Path

import pytest

from curette.checks.conformance import check
from curette.checks.conformance.walk import Walk
from curette.findings import Finding
from curette.x12.delimiters import Delimiters
from curette.x12.transaction import Transaction
from tests.checks.mutations import mutated, transactions
from tests.checks.transactions import CLAIMS, REMITTANCE, lines, made


def differences(transaction: Transaction) -> tuple[list[Finding], list[Finding]] | None:
    """What the two say, where it is not the same."""
    fast, walked = list(check(transaction)), list(check(transaction, engine="pyx12"))
    return None if fast == walked else (fast, walked)


def test_samples(samples: Path) -> None:
    files = [p for p in sorted(samples.rglob("*")) if p.suffix in (".837", ".835")]
    found = transactions(files)
    assert len(found) > 25
    assert [t.file for t in found if differences(t)] == []


@pytest.mark.slow
def test_mutations(samples: Path) -> None:
    _same_on(samples, 2_000)


@pytest.mark.bench
def test_many_mutations(samples: Path) -> None:
    _same_on(samples, 20_000)


def _same_on(samples: Path, number: int) -> None:
    good = [t for t in transactions([samples / "clean", samples / "odd", samples / "remits"]) if t.count < 300]
    good += [made(lines(CLAIMS)), made(lines(REMITTANCE)), made(lines(CLAIMS), Delimiters("|", ">", "!", "\n"))]
    faulty = 0
    for transaction in mutated(good, number):
        fast, walked = list(check(transaction)), list(check(transaction, engine="pyx12"))
        assert fast == walked, transaction.segments()
        faulty += bool(walked)
    assert number // 2 < faulty < number


@pytest.mark.shared
@pytest.mark.parametrize("folder", ["corpus", "faults"])
def test_shared_files(shared: Path, folder: str) -> None:
    files = sorted(p for p in (shared / folder).rglob("*") if p.is_file())
    found = transactions(files)
    assert len(found) > 300
    assert [t.file for t in found if differences(t)] == []


def test_a_clean_batch_is_never_walked(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def walked(*_: object) -> None:
        raise AssertionError("the walk was asked")

    monkeypatch.setattr(Walk, "taken_over", walked)
    for transaction in transactions([samples / "clean", samples / "odd", samples / "remits"]):
        assert list(check(transaction)) == []
