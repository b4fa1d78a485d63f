"""What SNIP 6 says of small files."""

from collections.abc import Sequence
from pathlib import Path

from curette import pipeline
from curette.findings import Finding


def findings(data: bytes, folder: Path, payers: Path | None = None) -> list[Finding]:
    """What SNIP 6 says of a file."""
    path = folder / "a.837"
    path.write_bytes(data)
    chosen = pipeline.CheckOptions(conformance="off", snip=frozenset({6}), payers=payers)
    return [f for result in pipeline.check([path], chosen) for f in result.findings]


def payers(folder: Path, said: str, filing: str) -> Path:
    """A profile of a payer that says this."""
    folder.mkdir()
    (folder / "ours.xml").write_text(
        f'<payers><profile id="ours" name="Ours" source="practice"><match filing="{filing}" source="practice"/>{said}'
        "</profile></payers>",
        encoding="utf-8",
    )
    return folder


def told(found: Sequence[Finding]) -> list[str]:
    """ "DERM-B01:2:error", sorted."""
    return sorted(f"{f.rule.id}:{f.line or 0}:{f.severity}" for f in found)
