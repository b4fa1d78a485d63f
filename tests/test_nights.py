"""Made nights: whatever the order in which they come, and how often, the report says what the truth file says."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

import nights_month
from tests.cli.run import run

AS_OF = "2026-04-05"
Order = Callable[[list[Path]], Iterator[list[Path]]]


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("nights")
    nights_month.write(folder, 3)
    return folder


def one_by_one(nights: list[Path]) -> Iterator[list[Path]]:
    yield from ([night] for night in nights)


def backwards_and_again(nights: list[Path]) -> Iterator[list[Path]]:
    for night in reversed(nights):
        yield [night]
        yield [night]


def by_chance_in_fours(nights: list[Path]) -> Iterator[list[Path]]:
    mixed = list(nights)
    Random(3).shuffle(mixed)
    yield from (mixed[at : at + 4] for at in range(0, len(mixed), 4))


def all_at_once(nights: list[Path]) -> Iterator[list[Path]]:
    yield nights


def ingest(nights: Path, folder: Path, order: Order) -> Path:
    """A store into which the nights came in this order."""
    store, inbox = folder / "store.duckdb", folder / "inbox"
    for at, part in enumerate(order(sorted(p for p in nights.iterdir() if p.is_dir()))):
        inbox.mkdir()
        for file in (file for night in part for file in night.iterdir()):
            shutil.copy(file, inbox / f"{at}-{file.parent.name}-{file.name}")
        done = run("nightly", "--inbox", inbox, "--store", store, "--as-of", AS_OF, "-q")
        assert done.code == 0, done.err
        shutil.rmtree(inbox)
    return store


def told(store: Path) -> list[dict[str, Any]]:
    done = run("trends", "--store", store, "--as-of", AS_OF, "--format", "jsonl")
    assert (done.code, done.err) == (0, "")
    return [json.loads(line) for line in done.lines]


def cents(text: str) -> int:
    return int(text.replace(".", ""))


def table(records: list[dict[str, Any]], by: str) -> dict[str, list[int]]:
    rows = [r for r in records if r["type"] == "trend" and r["by"] == by]
    return {r["value"]: [r["denied"], cents(r["denied_charge"])] for r in rows if r["denied"]}


@pytest.fixture(scope="module")
def at_once(nights: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ingest(nights, tmp_path_factory.mktemp("once"), all_at_once)


@pytest.mark.slow
@pytest.mark.parametrize("order", [one_by_one, backwards_and_again, by_chance_in_fours])
def test_no_order_changes_the_report(nights: Path, at_once: Path, tmp_path: Path, order: Order) -> None:
    store = ingest(nights, tmp_path, order)
    assert told(store) == told(at_once)
    work = ("--as-of", AS_OF, "--format", "csv")
    assert run("worklist", "--store", store, *work) == run("worklist", "--store", at_once, *work)


@pytest.mark.slow
def test_the_report_says_the_truth(nights: Path, at_once: Path) -> None:
    truth = json.loads((nights / "truth.json").read_text("utf-8"))
    store = at_once
    records = told(store)
    summary = records[-1]
    assert summary["type"] == "summary"
    found = {name: summary[name] for name in ("claims", "lines", "denied", "open")}
    assert found == {name: truth[name] for name in found}
    for name in ("charge", "denied_charge", "open_charge"):
        assert cents(summary[name]) == truth[name], name
    for by in ("category", "cause", "payer", "provider", "month"):
        assert table(records, by) == truth[by], by
    months = [r for r in records if r["type"] == "trend" and r["by"] == "month"]
    assert sum(r["claims_denied"] for r in months) == truth["claims_denied"]
    assert sum(r["overturned"] for r in months) == truth["overturned"]
    assert sum(cents(r["amount"]) for r in records if r["type"] == "taken") == truth["taken"]
    figures = {r["metric"]: r for r in records if r["type"] == "metrics"}
    assert figures["resubmission"]["detail"].startswith(f"{truth['resubmitted']} of ")
    work = run("worklist", "--store", store, "--as-of", AS_OF, "--format", "jsonl")
    tasks = [json.loads(line) for line in work.lines][:-1]
    open_ = [t for t in tasks if t["general_category"] != "no_answer"]
    assert (len(open_), sum(cents(t["denied"]) for t in open_)) == (truth["open"], truth["open_charge"])
    assert len(tasks) - len(open_) == truth["unanswered"]


def test_the_nights_are_the_same_every_time(tmp_path: Path) -> None:
    for name in ("a", "b"):
        nights_month.write(tmp_path / name, 1)
    one, two = (sorted((tmp_path / name).rglob("*.*")) for name in ("a", "b"))
    assert [p.read_bytes() for p in one] == [p.read_bytes() for p in two] != []
