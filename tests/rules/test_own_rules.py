"""The example of a practice's own rules is what the README prints, and works as written there."""

import json
from pathlib import Path

import pytest

import curette.rules
from curette.rules import _cases
from tests.cli.run import run
from tests.conftest import ROOT
from tests.rules.claims import file_of, fragment

FOLDER = ROOT / "docs" / "own_rules"
PAGE = (ROOT / "README.md").read_text("utf-8").split("### Rules of your own")[1].split("\n### ")[0]
PHOTOGRAPHS = "HI*ABK:D229\nSV1*HC:96904*200*UN*1***1"


def printed(form: str) -> str:
    return PAGE.split(f"```{form}\n")[1].split("```")[0]


def test_the_page_prints_the_example() -> None:
    assert printed("python") == (FOLDER / "clinic.py").read_text("utf-8")
    assert (FOLDER / "clinic.toml").read_text("utf-8").startswith(printed("toml"))


def test_the_page_names_all_that_a_case_may_have() -> None:
    assert [name for name in _cases.FIELDS if f"`{name}`" not in PAGE and f"{name} = " not in PAGE] == []


def test_its_cases_are_as_expected() -> None:
    done = run("rules", "--test", "--rules", FOLDER)
    assert (done.code, done.lines) == (0, ["12 cases, none failed"])


def test_a_rule_that_needs_history_is_not_evaluated_without(tmp_path: Path) -> None:
    batch, before = tmp_path / "batch.837", tmp_path / "before.837"
    batch.write_bytes(file_of([fragment(PHOTOGRAPHS, "A1")]))
    before.write_bytes(file_of([fragment(PHOTOGRAPHS, "Z1", "20251201")]))
    common = ("check", batch, "--rules", FOLDER, "--select", "CLINIC-02", "--format", "jsonl", "--snip", "6")
    [missed, *_] = [json.loads(line) for line in run(*common).lines]
    assert (missed["type"], missed["rule"], missed["needs"]) == ("not_evaluated", "CLINIC-02", "history")
    [told, *_] = [json.loads(line) for line in run(*common, "--history", before).lines]
    assert (told["rule"], told["message"]) == ("CLINIC-02", "96904 was sent for 2025-12-01 too, 99 days before")


def test_the_names_to_import_are_there() -> None:
    assert [name for name in curette.rules.__all__ if not hasattr(curette.rules, name)] == []
    with pytest.raises(AttributeError, match=r"curette\.rules.*no attribute 'nothing'"):
        _ = curette.rules.nothing
