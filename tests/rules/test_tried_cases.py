"""What trying a case says when it is not as expected: a case that proves nothing never passes in silence."""

from pathlib import Path

import pytest

from curette.errors import RuleError
from curette.pipeline import try_case
from curette.rules import _cases

CASE = '''\
[[DERM-B02]]
kind = "{kind}"
name = "tried"
{more}claim = """
{claim}
"""
expected = {expected}
'''
ALONE = "HI*ABK:D492\nSV1*HC:11103*120*UN*1***1"
WHOLE = "HI*ABK:D492\nSV1*HC:11102*120*UN*1***1\nSV1*HC:11103*120*UN*1***1"
TOLD = '["DERM-B02:1:error"]'


def tried(folder: Path, claim: str, expected: str = "[]", more: str = "") -> list[str]:
    file = folder / "cases.toml"
    kind = "hit" if "B02" in expected else "near"
    file.write_text(CASE.format(kind=kind, claim=claim, expected=expected, more=more), encoding="utf-8")
    [case] = _cases.read(file)["DERM-B02"]
    return try_case(case)


@pytest.mark.parametrize(
    ("claim", "expected", "more", "wrong"),
    [
        (ALONE, TOLD, "", ""),
        (WHOLE, "[]", "", ""),
        (ALONE, "[]", "", "not expected: DERM-B02:1:error  11103 rides on"),
        (WHOLE, TOLD, "", "expected: DERM-B02:1:error"),
        (ALONE, '["DERM-B02:1:error", "DERM-B02:1:error"]', "", "expected: DERM-B02:1:error"),
        (ALONE.replace("UN*1*", "UN*one*"), "[]", "", "the claim cannot be read: "),
        (ALONE, "[]", 'history = [{ day = "20260310", claim = "SV1*HC:11102*9*UN*one***1" }]\n', "the earlier claims cannot be read"),
        (ALONE, TOLD, 'notes = { lesion = "x" }\n', "notes.json: row 1, "),
        (ALONE, TOLD, 'profile = "<nothing/>"\n', "payers/ours.xml:1: "),
    ],
)  # fmt: skip
def test_what_is_otherwise(claim: str, expected: str, more: str, wrong: str, tmp_path: Path) -> None:
    found = tried(tmp_path, claim, expected, more)
    assert found == [] if not wrong else [line.startswith(wrong) for line in found] == [True], found


def test_what_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"none\.toml: No such file"):
        _cases.read(tmp_path / "none.toml")
    (tmp_path / "a.toml").write_bytes(b"\xff")
    with pytest.raises(RuleError, match=r"a\.toml: not UTF-8"):
        _cases.read(tmp_path / "a.toml")
    with pytest.raises(RuleError, match=r"cases\.toml:1: DERM-B02: between LX and SV1 there is nothing"):
        tried(tmp_path, ALONE.replace("HI*", "LX*1\nHI*"))
    (tmp_path / "a.toml").write_text("[DERM-B02]\nkind = 1\n")
    with pytest.raises(RuleError, match=r"a\.toml: DERM-B02: every case is written under \[\[DERM-B02\]\]"):
        _cases.read(tmp_path / "a.toml")
