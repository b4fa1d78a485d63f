"""A folder that holds a claim and its corrections: what comes next is held against the last of them, as by a store."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests import builder as b
from tests.cli.run import Done, run
from tests.cli.test_diff_reversals import answer, remit
from tests.store.night import Practice, numbered


def batch(day: str, *claims: tuple[str, str, str]) -> bytes:
    """Claim A1 with these frequencies, charges and numbers of the original, in one batch of a day."""
    above = (s.replace("*20260105*", f"*{day}*") for s in b.ABOVE)
    made = [
        s.replace("11:B:1", f"11:B:{frequency}")
        for frequency, charge, number in claims
        for s in b.claim("A1", charge, *([f"REF*F8*{number}"] if number else []))
    ]
    return b.claim_file(*above, *made)


FIRST, SECOND = batch("20260105", ("1", "100", "")), batch("20260201", ("7", "110", "ICN1"))
VOID = batch("20260305", ("8", "100", "ICN1"))
DENIED = remit(2, answer("1", "0", "97", "ICN1")).replace(b"20260302", b"20260120")
AGAIN = remit(3, answer("1", "0", "50", "ICN2", "110"))
Case = tuple[tuple[bytes, ...], tuple[bytes, ...], bytes, tuple[str, str], list[str], int]
# OLD and its remittances, NEW; then the charges that are compared, the denials that are told, how many are left out
CASES: dict[str, Case] = {
    "a correction of a correction": (
        (FIRST, SECOND), (DENIED, AGAIN), batch("20260401", ("7", "120", "ICN2")), ("110.00", "120.00"), ["50"], 1),
    "the files in another order": (
        (SECOND, FIRST), (DENIED, AGAIN), batch("20260401", ("7", "120", "ICN2")), ("110.00", "120.00"), ["50"], 1),
    "it names no number": (
        (FIRST, SECOND), (DENIED, AGAIN), batch("20260401", ("7", "120", "")), ("110.00", "120.00"), ["50"], 1),
    "the third": (
        (FIRST, SECOND, batch("20260310", ("7", "115", "ICN2"))), (DENIED, AGAIN), batch("20260401", ("7", "120", "ICN2")),
        ("115.00", "120.00"), ["50"], 2),
    "a new claim after a void": (
        (FIRST, VOID), (DENIED,), batch("20260401", ("1", "120", "")), ("100.00", "120.00"), ["97"], 1),
    "two originals are two": ((FIRST, batch("20260201", ("1", "110", ""))), (DENIED,), batch("20260401", ("7", "120", "")),
        ("100.00", "120.00"), ["97", "97"], 0),
}  # fmt: skip


def rows(done: Done) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.lines]


def compared(told: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [
        (r["old"], r["new"]) for r in told if r["type"] == "change" and r["field"] == "charge" and r["line"] is None
    ]


def renamed(data: bytes, name: str) -> bytes:
    return data.replace(b"CLM*A1*", b"CLM*%s*" % name.encode())


def test_a_chain_under_other_control_numbers(tmp_path: Path) -> None:
    """What was corrected under another number is not missing, and its denial not open."""
    folder = tmp_path / "sent"
    folder.mkdir()
    paths = {
        "sent/1.837": FIRST, "sent/2.837": renamed(SECOND, "A1R"), "1.835": DENIED,
        "2.835": numbered(AGAIN.replace(b"CLP*A1*", b"CLP*A1R*"), 2),
        "again.837": renamed(batch("20260401", ("7", "120", "ICN2")), "A1S"),
    }  # fmt: skip
    for name, data in paths.items():
        (tmp_path / name).write_bytes(data)
    remits = "--remits", tmp_path / "1.835", "--remits", tmp_path / "2.835"
    told = rows(run("diff", folder, tmp_path / "again.837", *remits, "--format", "jsonl", "--as-of", "2026-04-01"))
    assert compared(told) == [("110.00", "120.00")]
    assert [r["carc"] for r in told if r["type"] in ("answered", "unanswered")] == ["50"]
    assert (told[-1]["removed"], told[-1]["replaced"]) == (0, 1)


@pytest.mark.parametrize("name", CASES)
def test_the_last_of_a_chain(name: str, tmp_path: Path) -> None:
    sent, remits, data, charges, denials, left_out = CASES[name]
    made = Practice(tmp_path)
    for number, old in enumerate(sent, 1):
        made.put(f"sent/{number}.837", old)
    paths = [made.put(f"{number}.835", numbered(each, number + 5)) for number, each in enumerate(remits)]
    new = tmp_path / "again.837"
    new.write_bytes(data)
    given = [part for path in paths for part in ("--remits", path)]
    told = rows(run("diff", made.inbox / "sent", new, *given, "--format", "jsonl", "--as-of", "2026-04-01"))
    assert compared(told) == [charges]
    assert [r["carc"] for r in told if r["type"] in ("answered", "unanswered")] == denials
    assert told[-1]["replaced"] == left_out
    mirrored = rows(run("diff", new, made.inbox / "sent", "--format", "jsonl"))
    assert compared(mirrored) == [charges[::-1]]
    assert mirrored[-1]["replaced"] == left_out


def test_nothing_is_left_out_of_one_batch_or_of_what_is_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "sent"
    folder.mkdir()
    for number, data in enumerate((FIRST, SECOND)):
        (folder / f"{number}.837").write_bytes(data)
    assert run("diff", folder, folder).code == 0
    old, new = tmp_path / "old.837", tmp_path / "new.837"
    old.write_bytes(FIRST)
    new.write_bytes(batch("20260401", ("8", "100", "ICN1"), ("7", "120", "ICN1")))
    told = rows(run("diff", old, new, "--format", "jsonl"))
    assert told[-1]["replaced"] == 0
    assert len([r for r in told if r["type"] == "change" and r["new"] == "8"]) == 1
    new.write_bytes(batch("20260401", ("7", "120", "ICN2")))
    text = run("diff", folder, new).lines
    assert "1 claim left out: replaced or voided by a later batch of the same side" in text
    assert "1 claim matched, 1 changed; 0 added, 0 removed" in text
