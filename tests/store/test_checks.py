"""`curette check --store FILE`: what became of a claim the first time it was checked, and the rate of clean claims."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from curette.denials.figures import Rate
from curette.pipeline.trends import trend
from curette.store.duckdb import opened
from curette.x12 import parts
from tests import builder as b
from tests.cli.run import Done, run

BAD = tuple(s.replace("HI*ABK:L570", "HI*ABK:L57") for s in b.claim("A2", "90"))  # a code that there is not
LOST = tuple(s.replace("CLM*A3*100", "CLM*A3*1OO") for s in b.claim("A3"))


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store.duckdb"


def check(store: Path, data: bytes, *more: object, day: str = "2026-03-10") -> Done:
    path = store.parent / "batch.837"
    path.write_bytes(data)
    return run("check", path, "--store", store, "--as-of", day, "--format", "jsonl", *more)


def rows(store: Path, columns: str = "control, clean") -> list[tuple[Any, ...]]:
    with opened(store) as kept:
        return kept.rows(f"SELECT {columns} FROM checks ORDER BY control, seen")


def test_every_claim_is_kept_as_the_summary_counts_it(store: Path) -> None:
    done = check(store, b.claim_file(*b.ABOVE, *b.claim("A1"), *BAD, *LOST))
    assert done.code == 1
    summary = json.loads(done.lines[-1])
    assert (summary["claims"], summary["clean"]) == (3, 1)
    assert rows(store) == [("A1", True), ("A2", False), ("A3", False)]
    columns = "rules, charge, billing, seen, service_date, location"
    day, service = date(2026, 3, 10), date(2026, 1, 4)
    assert rows(store, columns)[0] == ([], 10000, "1234567893", day, service, "11")
    assert rows(store, columns)[2] == (["SYN-MONEY"], 0, None, day, None, None)
    [(told,)] = rows(store, "rules FROM checks WHERE control = 'A2' --")[:1]
    assert told == sorted({f["rule"] for f in map(json.loads, done.lines) if f.get("claim") == "A2" and f["severity"] == "error"})  # fmt: skip


def test_the_first_time_counts(store: Path) -> None:
    check(store, b.claim_file(*b.ABOVE, *b.claim("A1"), *BAD, *LOST))
    mended = b.claim_file(*b.ABOVE, *b.claim("A2", "90"), *b.claim("A3"), *b.claim("A4"))
    check(store, mended, day="2026-04-02")
    assert rows(store) == [("A1", True), ("A2", False), ("A3", False), ("A4", True)]
    with opened(store) as kept:
        figures = {f.metric: f for f in trend(kept, date(2026, 4, 10)).figures}
    figure = figures["clean_claim"]
    assert (figure.value, figure.missing) == (Rate(2, 4, 4), "")
    assert figure.months == (("2026-03", Rate(1, 3, 3)), ("2026-04", Rate(1, 1, 1)))


def test_a_claim_that_stands_twice_in_a_run_is_seen_once(store: Path) -> None:
    check(store, b.claim_file(*b.ABOVE, *b.claim("A1"), *b.claim("A1", "90")))
    assert rows(store, "control, charge") == [("A1", 10000)]


def test_a_refused_batch_has_no_clean_claim(store: Path) -> None:
    check(store, b.claim_file(*b.ABOVE, *b.claim("A1")).replace(b"SE*", b"SE*9"))
    assert rows(store) == [("A1", False)]


@pytest.mark.parametrize("jobs", [1, 2])
def test_long_transactions_and_several_processes(store: Path, jobs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands above holds the claims of later parts, too."""
    if jobs == 1:
        monkeypatch.setattr(parts, "LIMIT", 0)
        monkeypatch.setattr(parts, "_SIZE", 900)
        monkeypatch.setattr(parts, "_MOST", 0)
    above = [s.replace("SBR*P*18", "SBR*P*99") for s in b.subscriber(3)]
    many = [s for n in range(20) for s in b.claim(f"B{n:02}")]
    check(store, b.claim_file(*b.ABOVE, *b.claim("A1"), *above, *many), "--jobs", jobs)
    assert rows(store) == [("A1", True), *((f"B{n:02}", False) for n in range(20))]


def test_what_hold_on_says_is_what_counts(store: Path) -> None:
    twice = b.claim_file(*b.ABOVE, *b.claim("A1"), *b.claim("A1", "90"), *b.claim("A2"))
    check(store, twice, "--hold-on", "warning")
    assert dict(rows(store))["A2"] is True
    found = {f["rule"] for f in map(json.loads, check(store, twice).lines) if f.get("severity") == "warning"}
    assert "SYN-CLAIM-TWICE" in found


@pytest.mark.parametrize("more", [("--snip", "1-3"), ("--select", "DERM"), ("--no-conformance",)])
def test_only_a_whole_preflight_is_kept(store: Path, more: tuple[str, ...]) -> None:
    done = check(store, b.claim_file(*b.ABOVE, *b.claim("A1")), *more)
    assert (done.code, done.out, store.exists()) == (2, "", False)


def test_the_store_is_its_own_history(store: Path) -> None:
    data = b.claim_file(*b.ABOVE, *b.claim("A1"))
    (store.parent / "inbox").mkdir()
    (store.parent / "inbox/a.837").write_bytes(data)
    assert run("nightly", "--inbox", store.parent / "inbox", "--store", store).code == 0
    later = data.replace(b"000000001", b"000000002").replace(b"BATCH1*20260105", b"BATCH2*20260310")
    assert "PAY-SENT-TWICE" in check(store, later).out
    assert check(store, later, "--history", store).code == 2


def test_a_run_that_ends_in_an_error_keeps_nothing(store: Path) -> None:
    done = check(store, b.claim_file(*b.ABOVE, *b.claim("A1")), "--output", store.parent / "no/such/folder")
    assert done.code == 2
    assert not store.exists() or rows(store) == []
