"""`curette check --history FILE`: what was sent before speaks to what is sent now."""

import json
from pathlib import Path

import pytest

from curette.claims.days import DayLine
from curette.claims.history import Past
from curette.notes.model import Earlier
from curette.rules import _day
from curette.store.duckdb import _connected, opened
from curette.x12 import parts
from tests.cli.run import Done, run
from tests.rules.claims import file_of, fragment
from tests.store.night import AT

WART = "HI*ABK:B078\nSV1*HC:17110*100*UN*1***1"
VISIT = "HI*ABK:L400\nSV1*HC:99213*100*UN*1***1"


@pytest.fixture
def batch(tmp_path: Path) -> Path:
    path = tmp_path / "today.837"
    path.write_bytes(file_of([fragment(VISIT, "A1", "20260310")]))
    return path


@pytest.fixture
def before(tmp_path: Path) -> Path:
    folder = tmp_path / "sent"
    folder.mkdir()
    (folder / "march.837").write_bytes(file_of([fragment(WART, "Z1", "20260305"), fragment(VISIT, "Z2", "20260304")]))
    return folder


def check(*arguments: object) -> Done:
    return run("check", *arguments, "--snip", "6", "--as-of", "2026-04-01")


def rules(done: Done) -> list[str]:
    return [f["rule"] for f in map(json.loads, done.lines) if f["type"] == "finding"]


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("whole", [True, False])
def test_a_visit_within_the_follow_up_of_what_was_sent(batch: Path, before: Path, jobs: int, whole: bool) -> None:
    path = before if whole else before / "march.837"
    done = check(batch, "--history", path, "--jobs", jobs, "--format", "jsonl")
    assert rules(done) == ["DERM-X12"]
    [told] = [json.loads(line) for line in done.lines if "DERM-X12" in line]
    assert told["message"] == "99213 is within the 10 follow-up days of 17110 of 2026-03-05, and no modifier says why"
    assert json.loads(done.lines[-1])["history"] == {"claims": 2, "lines": 1, "left_out": 0}
    assert not [line for line in done.lines if '"not_evaluated","rule":"DERM-X12"' in line]


def test_without_it_the_rule_is_not_evaluated(batch: Path) -> None:
    done = check(batch, "--format", "jsonl")
    assert rules(done) == []
    [missed] = [json.loads(line) for line in done.lines if '"rule":"DERM-X12"' in line]
    assert (missed["type"], missed["needs"]) == ("not_evaluated", "history or notes")
    assert "history" not in json.loads(done.lines[-1])


def test_the_closing_lines_say_what_was_read(batch: Path, before: Path) -> None:
    assert "history: 2 claims, 1 line that rules ask about" in check(batch, "--history", before).lines


def test_several_files_are_one_history(batch: Path, before: Path, tmp_path: Path) -> None:
    void = tmp_path / "void.837"
    void.write_bytes(file_of([fragment(f"REF*F8*9\n{WART}", "Z1", "20260305", frequency="8")]))
    done = check(batch, "--history", void, "--history", before, "--format", "jsonl")
    assert rules(done) == []
    assert json.loads(done.lines[-1])["history"]["lines"] == 0


def test_another_practice_is_another_matter(batch: Path, before: Path) -> None:
    path = before / "march.837"
    path.write_bytes(path.read_bytes().replace(b"XX*1234567893", b"XX*1000000012"))
    assert rules(check(batch, "--history", before, "--format", "jsonl")) == []


def test_what_was_refused_or_cannot_be_read_is_left_out_and_counted(batch: Path, before: Path) -> None:
    path = before / "march.837"
    good = path.read_bytes()
    path.write_bytes(good.replace(b"*20260305~", b"*20260399~"))
    done = check(batch, "--history", before)
    assert "history: 1 claim, 0 lines that rules ask about, warning: 1 claim left out (damaged)" in done.lines
    path.write_bytes(good.replace(b"SE*", b"SE*9"))
    done = check(batch, "--history", before)
    assert "history: 0 claims, 0 lines that rules ask about, warning: 2 claims left out (damaged)" in done.lines


def test_earlier_lines_by_the_hundred_are_not_searched_for_each_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    ours = _day._ours

    def counted(old: Past | Earlier, line: DayLine) -> bool:
        asked.append(old)
        return ours(old, line)

    monkeypatch.setattr(_day, "_ours", counted)
    old, new, count = tmp_path / "old.837", tmp_path / "new.837", 200
    old.write_bytes(file_of(fragment(WART, f"Z{n}", f"202602{n % 10 + 10}") for n in range(count)))
    new.write_bytes(file_of(fragment(VISIT, f"A{n}", "20260305") for n in range(count)))
    check(new, "--history", old)
    assert count <= len(asked) <= 10 * count, "of each day one"


def test_files_of_another_kind_are_passed_over(batch: Path, before: Path, samples: Path) -> None:
    (before / "march.835").write_bytes((samples / "remits/clinic_day.835").read_bytes())
    assert rules(check(batch, "--history", before, "--format", "jsonl")) == ["DERM-X12"]


def test_a_history_that_cannot_be_read_ends_it_at_once(batch: Path, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4")
    for name, reason in (("none", "No such file or directory"), ("a.pdf", "is a PDF")):
        done = check(batch, "--history", tmp_path / name)
        assert (done.code, done.out) == (2, "")
        assert f"earlier claims: {tmp_path / name}: {reason}" in done.err


def test_long_transactions_are_read_in_parts(batch: Path, before: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "LIMIT", 0)
    monkeypatch.setattr(parts, "_SIZE", 600)
    monkeypatch.setattr(parts, "_MOST", 0)
    assert rules(check(batch, "--history", before, "--format", "jsonl")) == ["DERM-X12"]


@pytest.fixture
def store(before: Path, tmp_path: Path) -> Path:
    path = tmp_path / "store.duckdb"
    assert run("nightly", "--inbox", before, "--store", path).code == 0
    return path


@pytest.mark.parametrize("jobs", [1, 2])
def test_the_store_is_as_good_as_the_files(batch: Path, before: Path, store: Path, jobs: int) -> None:
    by_files = check(batch, "--history", before, "--format", "jsonl")
    by_store = check(batch, "--history", store, "--jobs", jobs, "--format", "jsonl")
    assert by_store.out == by_files.out
    assert rules(by_store) == ["DERM-X12"]


def test_a_void_in_the_store_takes_what_it_voids_away(batch: Path, before: Path, store: Path, tmp_path: Path) -> None:
    void = file_of([fragment(f"REF*F8*9\n{WART}", "Z1", "20260305", frequency="8")])
    (before / "void.837").write_bytes(void.replace(b"000000001", b"000000002"))
    assert run("nightly", "--inbox", before, "--store", store).code == 0
    assert rules(check(batch, "--history", store, "--format", "jsonl")) == []
    (tmp_path / "void.837").write_bytes(void)
    (before / "void.837").unlink()
    done = check(batch, "--history", before, "--history", tmp_path / "void.837", "--format", "jsonl")
    assert rules(done) == []


def test_files_and_a_store_are_one_history(batch: Path, store: Path, tmp_path: Path) -> None:
    void = tmp_path / "void.837"
    void.write_bytes(file_of([fragment(f"REF*F8*9\n{WART}", "Z1", "20260305", frequency="8")]))
    assert rules(check(batch, "--history", void, "--history", store, "--format", "jsonl")) == []


def test_claims_of_an_older_store_are_counted_as_left_out(batch: Path, store: Path) -> None:
    with opened(store, AT) as kept:
        kept.run("DELETE FROM originals")
    done = check(batch, "--history", store, "--format", "jsonl")
    assert json.loads(done.lines[-1])["history"] == {"claims": 0, "lines": 0, "left_out": 2}


def test_another_database_is_no_history(batch: Path, tmp_path: Path) -> None:
    with _connected(tmp_path / "mine.duckdb", AT) as other:
        other.run("CREATE TABLE mine (a INTEGER)")
    done = check(batch, "--history", tmp_path / "mine.duckdb")
    assert (done.code, done.out) == (2, "")
    assert "not a store of curette" in done.err


def test_no_name_is_told(batch: Path, before: Path) -> None:
    done = check(batch, "--history", before)
    assert not [word for word in ("SAM,", ", SAM", "19700101", "TEST0001") if word in done.out + done.err]
