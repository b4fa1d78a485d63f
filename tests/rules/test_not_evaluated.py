"""Rules that need more of the notes than these tell: that they could not judge is said, never passed over."""

import json
from pathlib import Path
from typing import Any

import pytest

from curette import pipeline
from tests.rules.claims import file_of, of_vector

LESION = {"line": 1, "lesion_id": "A"}, {"line": 2, "lesion_id": "A"}


def missing(
    rule: str, lines: list[str], notes: dict[str, Any], folder: Path, sister: tuple[str, ...] = ()
) -> list[str]:
    """What a rule lacks of the first claim."""
    claims = [of_vector(lines, {}), *([of_vector(sister, {}, "A2")] if sister else [])]
    (folder / "a.837").write_bytes(file_of(claims))
    file = folder / f"{len(list(folder.iterdir()))}.json"  # each is read once
    file.write_text(json.dumps([{"claim": "A1", **notes}]), encoding="utf-8")
    chosen = pipeline.CheckOptions(conformance="off", snip=frozenset({6}), notes=file)
    results = list(pipeline.check([folder / "a.837"], chosen))
    assert rule not in {f.rule.id for result in results for f in result.findings}
    return [u.needs for result in results for u in result.unevaluated if (u.rule.id, u.claim) == (rule, "A1")]


@pytest.mark.parametrize(
    ("rule", "lines"),
    [
        ("DERM-B04", ["11302 x1 @D22.5", "11102-59 x1 @D22.5"]),
        ("DERM-N03", ["17110 x1 @L82.0", "17000-59 x1 @L57.0"]),
    ],
)
def test_a_lesion_that_only_one_of_two_lines_tells(rule: str, lines: list[str], tmp_path: Path) -> None:
    first, second = LESION
    for told in ([first], [second], []):
        assert missing(rule, lines, {"lines": told}, tmp_path) == ["notes.lesion_id"]
    apart = [first, {**second, "lesion_id": "B"}]
    assert missing(rule, lines, {"lines": apart}, tmp_path) == []


@pytest.mark.parametrize(
    ("rule", "here", "there"), [("DERM-B04", "11102-59", "11302"), ("DERM-N03", "17000-59", "17110")]
)
def test_what_is_told_of_a_sister_claim_is_not_known_here(rule: str, here: str, there: str, tmp_path: Path) -> None:
    sister = (f"{there} x1 @L82.0",)
    assert missing(rule, [f"{here} x1 @L57.0"], {"lines": [LESION[0]]}, tmp_path, sister) == ["notes.lesion_id"]


def test_another_removal_that_is_told_apart_does_not_settle_it(tmp_path: Path) -> None:
    lines = ["11302 x1 @D22.5", "11102-59 x1 @D22.5", "11402 x1 @D22.5"]
    told = [LESION[0], {"line": 2, "lesion_id": "B"}]
    assert missing("DERM-B04", lines, {"lines": told}, tmp_path) == ["notes.lesion_id"]


def test_notes_under_a_number_of_several_visits_are_of_none(tmp_path: Path) -> None:
    """Offices that number patients: the size of one visit is not that of the next."""
    excised, day = {"claim": "A1", "lines": [{"line": 1, "excised_diameter_mm": 15}]}, "20260303"
    (tmp_path / "n.json").write_text(json.dumps([excised]), encoding="utf-8")
    smaller, larger = ["11401 x1 @D22.5"], ["11403 x1 @D22.5"]
    for second, told in ((of_vector(larger, {}, "A1", day), 0), (of_vector(larger, {}, "A1"), 2)):
        path = tmp_path / f"{told}.837"
        path.write_bytes(file_of([of_vector(smaller, {}, "A1"), second]))
        chosen = pipeline.CheckOptions(conformance="off", select=("DERM-E03",), notes=tmp_path / "n.json")
        results = list(pipeline.check([path], chosen))
        assert sum(len(result.findings) for result in results) == told
        assert [(u.needs, u.count) for result in results for u in result.unevaluated] == (
            [] if told else [("notes", 2)]
        )
