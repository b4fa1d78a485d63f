"""What a payer's profile changes in the rules of visits and modifiers, and claims that replace others."""

from pathlib import Path

import pytest

from tests.rules.claims import file_of, fragment
from tests.rules.running import findings, told

VISIT = ["HI*ABK:L400*ABF:B078", "SV1*HC:99204*100*UN*1***1", "SV1*HC:17110*100*UN*1***2"]
KNOWN = [VISIT[0], VISIT[1].replace("99204", "99214"), VISIT[2]]
EXCISIONS = ["HI*ABK:C44519", "SV1*HC:11606*300*UN*1***1", "SV1*HC:11602*100*UN*1***1"]


@pytest.mark.parametrize(
    ("row", "claim", "expected"),
    [
        ('<visit-25 beside="procedures"', VISIT, ["DERM-X02:1:warning"]),
        ('<visit-25 beside="pairs"', VISIT, []),
        ('<visit-25 beside="pairs"', KNOWN, ["DERM-X01:1:warning"]),
        ('<visit-25 beside="nothing"', KNOWN, []),
        ('<modifier-51 wanted="yes"', EXCISIONS, ["DERM-X07:2:warning"]),
        ('<modifier-51 wanted="yes"', [*EXCISIONS[:2], EXCISIONS[2].replace("11602", "11602:51")], []),
        ('<modifier-51 wanted="yes"', [*EXCISIONS[:2], EXCISIONS[1].replace("11606", "11606:59")], []),
        ('<modifier-51 wanted="no"', [*EXCISIONS[:2], EXCISIONS[2].replace("11602", "11602:51")], ["DERM-X06:2:warning"]),
    ],
)  # fmt: skip
def test_profile(row: str, claim: list[str], expected: list[str], tmp_path: Path) -> None:
    folder = tmp_path / "payers"
    folder.mkdir()
    (folder / "ours.xml").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n<payers><profile id="ours" name="Ours" source="practice">'
        f'<match filing="CI" source="practice"/>{row} source="practice"/></profile></payers>\n',
        encoding="utf-8",
    )
    data = file_of([fragment("\n".join(claim))], "CI")
    assert told(findings(data, tmp_path, payers=folder)) == expected


def test_a_claim_and_its_replacement_are_not_two_services(tmp_path: Path) -> None:
    first = fragment("HI*ABK:D225\nSV1*HC:11402*100*UN*1***1", "A1")
    again = fragment("HI*ABK:D225\nSV1*HC:11402*100*UN*1***1", "A2", frequency="7")
    again.insert(1, "REF*F8*1234567")
    assert told(findings(file_of([first, again], "CI"), tmp_path)) == []
