"""Payers that want the laboratory's number on Mohs surgery too: a switch of their profile."""

from pathlib import Path

import pytest

from tests.rules.claims import file_of, fragment
from tests.rules.running import findings, told

MOHS = "HI*ABK:C44329\nSV1*HC:17311*900*UN*1***1\nSV1*HC:17312*500*UN*1***1"


@pytest.mark.parametrize(
    ("wanted", "claim", "expected"),
    [
        ("required", MOHS, ["DERM-P05:1:error"]),
        ("required", f"REF*X4*05D1234567\n{MOHS}", []),
        ("optional", MOHS, []),
    ],
)
def test_mohs_needs_the_number_where_the_payer_says_so(
    tmp_path: Path, wanted: str, claim: str, expected: list[str]
) -> None:
    folder = tmp_path / "payers"
    folder.mkdir()
    (folder / "ours.xml").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n<payers><profile id="ours" name="Ours" source="practice">'
        f'<match filing="MB" source="practice"/><mohs clia="{wanted}" source="practice"/></profile></payers>\n',
        encoding="utf-8",
    )
    assert told(findings(file_of([fragment(claim)]), tmp_path, payers=folder)) == expected
