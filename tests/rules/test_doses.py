"""Doses of one approval over the days of a batch: each is counted by its day of service, whatever claim holds it."""

import json
from pathlib import Path

import pytest

from curette import pipeline
from tests.rules.claims import file_of, fragment

DOSE = "REF*G1*{number}\nHI*ABK:L400\nSV1*HC:J3245*900*UN*100***1\nSV1*HC:96372*30*UN*1***1"
DAYS = ("20260105", "20260119", "20260202")


def dose(day: str, number: str = "TEST01", name: str = "", frequency: str = "1") -> list[str]:
    claim = fragment(DOSE.format(number=number), name or f"A{day}", day, frequency=frequency)
    return [*claim[:1], "REF*F8*1234567", *claim[1:]] if frequency != "1" else claim


def found(claims: list[list[str]], approved: int, folder: Path) -> list[str]:
    log = [{"number": n, "codes": ["J3245"], "units_approved": approved, "units_used": 0} for n in ("TEST01", "TEST02")]
    (folder / "auths.json").write_text(json.dumps(log), encoding="utf-8")
    (folder / "a.837").write_bytes(file_of(claims, "CI"))
    chosen = pipeline.CheckOptions(conformance="off", snip=frozenset({6}), auths=folder / "auths.json")
    findings = [f for result in pipeline.check([folder / "a.837"], chosen) for f in result.findings]
    assert {f.rule.id for f in findings} <= {"DERM-A02"}
    return [f"{(f.claim or '')[1:]} {f.severity}" for f in findings]


@pytest.mark.parametrize(
    ("approved", "expected"),
    [
        (500, []),
        (400, ["20260202 advice"]),
        (300, ["20260119 advice", "20260202 advice"]),
        (200, ["20260105 advice", "20260119 advice", "20260202 error"]),
        (100, ["20260105 advice", "20260119 error", "20260202 error"]),
    ],
)
@pytest.mark.parametrize("order", [DAYS, DAYS[::-1]])
def test_each_dose_is_counted_after_those_of_the_days_before(
    order: tuple[str, ...], approved: int, expected: list[str], tmp_path: Path
) -> None:
    assert sorted(found([dose(day) for day in order], approved, tmp_path)) == expected


def test_another_number_and_a_corrected_claim_are_no_doses_of_it(tmp_path: Path) -> None:
    first, second, _ = DAYS
    other = [dose(first), dose(second, "TEST02")]
    again = [dose(first, name="A1", frequency="7"), dose(second)]
    for claims in (other, again):
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        assert found(claims, 300, folder) == []


def test_another_patient_has_doses_of_his_own(tmp_path: Path) -> None:
    first, second, _ = DAYS
    patient = [
        "HL*3*1*22*0", "SBR*P*18*******CI", "NM1*IL*1*SAMPLE*SUE****MI*TEST0002", "N3*2 TEST ROAD",
        "N4*TESTVILLE*IL*62701", "DMG*D8*19700101*F", "NM1*PR*2*EXAMPLE PLAN*****PI*99001",
    ]  # fmt: skip
    assert found([dose(first), [*patient, *dose(second)]], 300, tmp_path) == []
