"""What must never be flagged stays silent, each line of it; and the rule that might have spoken is awake."""

import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from curette import dates
from tests.rules.claims import DAY, file_of, fragment
from tests.rules.running import findings, told

LINES: list[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("never_flag.toml").read_text("utf-8"))["line"]
CASES = [pytest.param(case, id=f"{line['says']}: {case['name']}") for line in LINES for case in line["case"]]


def flagged(case: dict[str, Any], folder: Path) -> list[str]:
    """What SNIP 6 says, "DERM-B01:2:error"."""
    day = case.get("day", DAY)
    texts = [case["claim"], *([case["sister"]] if "sister" in case else [])]
    claims = [fragment(text, f"A{number}", day) for number, text in enumerate(texts, 1)]
    payer, made = case.get("payer", "MB"), dates.day(day) + timedelta(1)
    options = {"profile": (case["profile"], payer)} if "profile" in case else {}
    folder.mkdir()
    data = file_of(claims, payer, case.get("created", f"{made:%Y%m%d}"))
    return told(findings(data, folder, case.get("notes"), **options))


@pytest.mark.parametrize("case", CASES)
def test_it_stays_silent(case: dict[str, Any], tmp_path: Path) -> None:
    assert flagged(case, tmp_path / "right") == []
    if "wrong" in case:
        assert case["rule"] in [each[:8] for each in flagged(case | case["wrong"], tmp_path / "wrong")]


@pytest.mark.parametrize("line", LINES, ids=lambda line: line["says"])
def test_every_line_has_a_reason_and_a_case_next_to_a_fault(line: dict[str, Any]) -> None:
    assert line["why"].endswith(".")
    assert any("wrong" in case for case in line["case"])
