"""The collection of bad and odd input beside the project: each case gets the behaviour its manifest asks for.

Shares are asserted as a whole, as the collection's labels are one person's view; DISPUTED lists labels that curette
does not follow, with the reason.
"""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from curette import pipeline
from curette.codes.maps import Maps
from curette.errors import MapError
from curette.findings import Finding, Severity

FORM = pipeline.CheckOptions(snip=frozenset({0, 1, 2, 3, 4, 5, 7}))  # the cases are about form, not about coding
FAULTS = Path(__file__).resolve().parents[2] / "shared" / "faults"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not FAULTS.is_dir(), reason="the fault collection is not beside the project"),
]
DISPUTED = {
    "container-zip": "a zip of X12 files is legal input here (the label allows it as well)",
}


def cases(*expected: str) -> list[dict[str, Any]]:
    if not FAULTS.is_dir():
        return []
    listed = json.loads((FAULTS / "manifest.json").read_text(encoding="utf-8"))["cases"]
    return [c for c in listed if c["base"] != "map" and c["expect"] in expected and c["name"] not in DISPUTED]


def findings(case: dict[str, Any]) -> list[Finding]:
    started = time.monotonic()
    found = [f for result in pipeline.check([FAULTS / case["file"]], FORM) for f in (*result.findings, *result.hidden)]
    assert time.monotonic() - started < 10, f"{case['name']} took too long"
    return found


def claims(path: Path) -> list[object]:
    """What a file says, whatever its delimiters and line ends."""
    found: list[object] = []
    for claim in pipeline.read_claims(path):
        lines = [(x.procedure, x.modifiers, x.charge, x.units, x.pointers, x.service) for x in claim.lines]
        who = claim.patient_person.name if claim.patient_person else ""
        found.append((claim.control_number, claim.charge, claim.diagnoses, claim.frequency, lines, who))
    for remit in pipeline.read_remits(path):
        found.append((remit.paid, remit.trace, [a.amount for a in remit.adjustments]))
        for answer in remit.claims:
            services = [(s.procedure, s.modifiers, s.charge, s.paid, s.units, s.adjustments) for s in answer.lines]
            remarks = [(s.remarks, s.start) for s in answer.lines]
            who = answer.patient.name if answer.patient else ""
            found.append((answer.control_number, answer.status, answer.charge, answer.paid, answer.adjustments))
            found.append((services, remarks, who))
    return found


def test_errors_are_reported_where_they_are() -> None:
    listed = [case for case in cases("error") if case["snip"] <= 3]
    missed, misplaced, elements, offsets = [], [], 0, 0
    for case in listed:
        found, at = findings(case), case["at"]
        wanted = found if "warning" in case["also"] else [f for f in found if f.severity is Severity.ERROR]
        here = [f for f in wanted if f.place.segment_index == at["segment"]]
        offsets += all(f.place.offset >= 0 for f in found)
        if not here:
            missed.append(case["name"])
        if at["element"]:
            elements += 1
            if not any(f.place.element == at["element"] for f in here):
                misplaced.append(case["name"])
    assert len(missed) <= 0.05 * len(listed), missed
    assert len(misplaced) <= 0.10 * elements, misplaced
    assert offsets == len(listed)


@pytest.mark.parametrize("case", cases("identical"), ids=lambda case: case["name"])
def test_legal_variants_raise_no_alarm_and_read_alike(case: dict[str, Any]) -> None:
    found = findings(case)
    assert not [f for f in found if f.severity is Severity.ERROR]
    if "warning" not in case["also"]:
        assert not found
    if case["same_as"]:
        assert claims(FAULTS / case["file"]) == claims(FAULTS / case["same_as"])


def test_warnings_are_given_and_the_data_is_read() -> None:
    listed, silent = cases("warning"), []
    for case in listed:
        found = findings(case)
        errors = [f for f in found if f.severity is Severity.ERROR]
        if (errors and "error" not in case["also"]) or (not found and "identical" not in case["also"]):
            silent.append(case["name"])
        if case["same_as"] and not errors:
            assert claims(FAULTS / case["file"]) == claims(FAULTS / case["same_as"]), case["name"]
    assert len(silent) <= 0.05 * len(listed), silent


def test_nothing_of_a_refused_remittance_is_read() -> None:
    for case in cases("error"):
        if not case["file"].endswith("835") and "835" not in case["name"]:
            continue
        if case["snip"] in (0, 1) and not case["also"]:
            for result in pipeline.denials([FAULTS / case["file"]], pipeline.DenialOptions(lambda row: "row")):
                assert not (result.refused and result.rows), case["name"]


@pytest.mark.parametrize(
    "path", sorted(FAULTS.glob("cases/map-*")) if FAULTS.is_dir() else [], ids=lambda path: path.name
)
def test_hostile_maps_are_refused_in_one_line(path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "denials"
    folder.mkdir()
    (folder / "carc.xml").write_bytes(path.read_bytes())
    started = time.monotonic()
    with pytest.raises(MapError) as caught:
        list(Maps(tmp_path).rows("denials/carc"))
    assert "\n" not in str(caught.value)
    assert time.monotonic() - started < 2
