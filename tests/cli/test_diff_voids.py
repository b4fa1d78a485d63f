"""A void and what takes the place of the claim are both held against it; files and store say the same."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests import builder as b
from tests.cli.run import run
from tests.cli.test_diff_reversals import remit
from tests.store.night import Practice, numbered

VISIT = ("SV1*HC:99213{}*100*UN*1***1", "DTP*472*D8*{}", "REF*6R*L1")
LESION = ("SV1*HC:17000*80*UN*1***1", "DTP*472*D8*{}", "REF*6R*L2")
LATER = "20260201"


def claim(
    name: str,
    frequency: str = "1",
    *,
    number: str = "",
    visit: str | None = "",
    lesion: bool = True,
    day: str = "20260104",
) -> tuple[str, ...]:
    """A visit (None: none) with this modifier, and a lesion."""
    lines = [tuple(s.format(*([visit, day] if "SV1" in s else [day])) for s in VISIT)] if visit is not None else []
    lines += [tuple(s.format(day) for s in LESION)] if lesion else []
    charge = 100 * (visit is not None) + 80 * lesion
    body = [s for place, each in enumerate(lines, 1) for s in (f"LX*{place}", *each)]
    reference = [f"REF*F8*{number}"] if number else []
    return (f"CLM*{name}*{charge}***11:B:{frequency}*Y*A*Y*Y", *reference, "HI*ABK:L570*ABF:D485", *body)


def batch(day: str, *claims: Sequence[str]) -> bytes:
    above = (s.replace("*20260105*", f"*{day}*") for s in b.ABOVE)
    return b.claim_file(*above, *(s for each in claims for s in each))


def denied(name: str, number: str, code: str, charge: str, control: str) -> tuple[str, ...]:
    """A claim of one line that was denied as bundled."""
    return (
        f"CLP*{name}*1*{charge}*0**12*{number}*11*1", "NM1*QC*1*SAMPLE*SAM****MI*TEST0001",
        f"SVC*HC:{code}*{charge}*0**1", "DTM*472*20260104", f"CAS*CO*97*{charge}", f"REF*6R*{control}",
    )  # fmt: skip


def paid(name: str, number: str, code: str, charge: str, control: str) -> tuple[str, ...]:
    head, who, line, day, _, end = denied(name, number, code, charge, control)
    return (head.replace("*0**12", f"*{charge}**12"), who, line.replace("*0**1", f"*{charge}**1"), day, end)


FIRST = batch("20260105", claim("A1"))
VOID = claim("A1", "8", number="ICN1")
BUNDLED = remit(2, denied("A1", "ICN1", "99213", "180", "L1"))
TWO = batch("20260105", claim("A1", lesion=False), claim("A2", visit=None))
OF_TWO = remit(2, paid("A1", "ICN1", "99213", "100", "L1"), denied("A2", "ICN2", "17000", "80", "L2"))
# what was sent and answered, what is sent; what is told of (old claim, new claim, field), of the denials, by rules;
# claims matched and added
CASES: dict[str, Any] = {
    "a new claim under its number": (
        (FIRST,), BUNDLED, batch("20260310", VOID, claim("A1", visit=":25")),
        {("A1", "A1", "frequency"), ("A1", "A1", "modifiers")}, ["answered"], [], (2, 0)),
    "the new claim stands first": (
        (FIRST,), BUNDLED, batch("20260310", claim("A1", visit=":25"), VOID),
        {("A1", "A1", "frequency"), ("A1", "A1", "modifiers")}, ["answered"], [], (2, 0)),
    "under a number that was added to": (
        (FIRST,), BUNDLED, batch("20260310", VOID, claim("A1R", visit=":25")),
        {("A1", "A1", "frequency"), ("A1", "A1R", "modifiers")}, ["answered"], [], (2, 0)),
    "under another number": (
        (FIRST,), BUNDLED, batch("20260310", VOID, claim("B77", visit=":25")),
        {("A1", "A1", "frequency"), ("A1", "B77", "modifiers")}, ["answered"], [], (2, 0)),
    "the new one is as it was": (
        (FIRST,), BUNDLED, batch("20260310", VOID, claim("A1R")),
        {("A1", "A1", "frequency")}, ["not"], ["DIFF-UNANSWERED"], (2, 0)),
    "two claims for one": (
        (FIRST,), BUNDLED, batch("20260310", VOID, claim("A1A", visit=":25", lesion=False), claim("A1B", visit=None)),
        {("A1", "A1", "frequency"), ("A1", "A1A", "modifiers")}, ["answered"], [], (2, 0)),
    "one claim for two": (
        (TWO,), OF_TWO, batch("20260310", claim("A1", "7", number="ICN1", visit=":25"), claim("A2", "8", number="ICN2", visit=None)),
        {("A2", "A2", "frequency"), ("A1", "A1", "frequency"), ("A2", "A1", "frequency"), ("A1", "A1", "modifiers")}, ["answered"], [], (2, 0)),
    "a replacement beside the void": (
        (FIRST,), BUNDLED, batch("20260310", VOID, claim("A1", "7", number="ICN1", visit=":25")),
        {("A1", "A1", "frequency"), ("A1", "A1", "modifiers")}, ["answered"], ["DIFF-TWICE"], (2, 0)),
    "the void was sent before": (
        (FIRST, batch("20260306", VOID)), BUNDLED, batch("20260310", claim("A1", visit=":25")),
        {("A1", "A1", "modifiers")}, ["answered"], [], (1, 0)),
    "the void was sent before, and a new claim with it": (
        (FIRST, batch("20260306", VOID, claim("A1", visit=":25"))), BUNDLED, batch("20260310", claim("A1", "7", visit=":25", lesion=False)),
        {("A1", "A1", "frequency")}, ["not"], ["DIFF-UNANSWERED", "SIT-REF-F8"], (1, 0)),
    "a void alone": (
        (FIRST,), BUNDLED, batch("20260310", VOID), {("A1", "A1", "frequency")}, ["partly"], [], (1, 0)),
    "a visit of another day": (
        (FIRST,), BUNDLED, batch("20260310", VOID, claim("A1", day=LATER)),
        {("A1", "A1", "frequency")}, ["partly"], [], (1, 1)),
    "another service of the day": (
        (FIRST,), BUNDLED, batch("20260310", VOID, [s.replace("17000*80", "88305*70") for s in claim("B9", visit=None)]),
        {("A1", "A1", "frequency")}, ["partly"], [], (1, 1)),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_void_and_what_comes_in_its_place(name: str, tmp_path: Path) -> None:
    sent, answers, data, changes, states, rules, counts = CASES[name]
    made, new, remits = Practice(tmp_path), tmp_path / "again.837", numbered(answers, 9)
    for number, each in enumerate(sent, 1):
        made.put(f"sent/{number}.837", numbered(each, number))
    new.write_bytes(data)
    common = "--format", "jsonl", "--as-of", "2026-04-01"
    path = made.put("answers.835", remits)
    files = run("diff", made.inbox / "sent", new, "--remits", path, *common)
    made.night()
    for done in (files, run("diff", new, "--store", made.store, *common)):
        *told, summary = [json.loads(line) for line in done.lines]
        told_of = {(r["old_claim"], r["new_claim"], r["field"]) for r in told if r["type"] == "change"}
        assert {each for each in told_of if each[2] in ("frequency", "modifiers") and each[0]} == changes
        assert [r["state"] for r in told if r["type"] in ("answered", "unanswered")] == states
        assert sorted(r["rule"] for r in told if r["type"] == "finding") == sorted(rules)
        assert (summary["matched"], summary["added"], summary["removed"]) == (*counts, 0)


def test_the_void_itself_is_looked_at(tmp_path: Path) -> None:
    old, new, remits = (tmp_path / name for name in ("old.837", "new.837", "answers.835"))
    old.write_bytes(FIRST)
    new.write_bytes(batch("20260310", claim("A1", "8", number="OTHER", lesion=False), claim("A1", visit=":25")))
    remits.write_bytes(BUNDLED)
    done = run("diff", old, new, "--remits", remits, "--format", "jsonl", "--as-of", "2026-04-01")
    told = [json.loads(line) for line in done.lines]
    assert sorted(r["rule"] for r in told if r["type"] == "finding") == ["DIFF-F8-OTHER", "DIFF-VOID-CHANGED"]
    heads = [line for line in run("diff", old, new).lines if line.startswith("claim")]
    assert [head.split("  ")[-1] for head in heads] == [
        "void, matched by claim number",
        "matched by claim number, likely",
    ]
