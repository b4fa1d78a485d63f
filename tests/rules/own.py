"""A practice's own rules, as files of a folder."""

from pathlib import Path

RULE = '''\
from collections.abc import Iterator

from curette.rules import Context, Day, DayLine, Hit, Severity, rule


@rule("{id}", "clinic.told", on=("99215",), severity=Severity.WARNING, message="{{code}} of {{count}} lines")
def told(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """Highest visits.

    Why: They are read.
    Fix: Ask the coding lead.
    """
    if len(day.lines) > 1:
        {body}
'''
CASES = '''\
[[{id}]]
kind = "hit"
name = "beside a biopsy"
claim = """
HI*ABK:L400*ABF:D492
SV1*HC:99215:25*300*UN*1***1
SV1*HC:11102*120*UN*1***2
"""
expected = ["{id}:1:warning"]

[[{id}]]
kind = "near"
name = "alone"
claim = """
HI*ABK:L400
SV1*HC:99215*300*UN*1***1
"""
expected = []
'''
YIELD = 'yield Hit(line, {"count": len(day.lines)})'
CLAIM = "HI*ABK:L400*ABF:D492\nSV1*HC:99215:25*300*UN*1***1\nSV1*HC:11102*120*UN*1***2"


def rules(folder: Path, id: str = "CLINIC-01", name: str = "clinic", body: str = YIELD) -> Path:
    """A folder with one rule and its cases; the path of the folder."""
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.py").write_text(RULE.format(id=id, body=body))
    (folder / f"{name}.toml").write_text(CASES.format(id=id))
    return folder
