"""Runs the cases of the rules: those beside each family, and the vectors."""

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from curette import pipeline
from curette.findings import Finding
from tests.rules.claims import DAY, file_of, fragment

RULES = Path(__file__).resolve().parents[2] / "src" / "curette" / "rules"


@dataclass
class Case:
    """One case of a rule, as its .toml has it."""

    rule: str
    family: str
    kind: str  # hit, near (a near miss) or other (another day or payer)
    name: str
    expected: list[str]
    data: bytes
    notes: Any = None
    auths: Any = None
    options: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.rule} {self.kind}: {self.name}"


def cases() -> list[Case]:
    """Every case of every family."""
    return [case for file in sorted(RULES.glob("*.toml")) for case in _cases(file)]


def _cases(file: Path) -> Iterator[Case]:
    for rule, rows in tomllib.loads(file.read_text(encoding="utf-8")).items():
        for row in rows:
            known = {
                "kind", "name", "claim", "sister", "payer", "day", "created", "place", "frequency", "expected", "notes",
                "auths", "as_of", "profile",
            }  # fmt: skip
            assert not set(row) - known, f"{file.name} {rule}: {set(row) - known}"
            day = row.get("day", DAY)
            texts = [row["claim"], *([row["sister"]] if "sister" in row else [])]
            claims = [
                fragment(text, f"A{n}", day, row.get("place", "11"), row.get("frequency", "1"))
                for n, text in enumerate(texts, 1)
            ]
            data = file_of(claims, row.get("payer", "MB"), row.get("created", str(int(day) + 1)))
            options: dict[str, Any] = {"as_of": date.fromisoformat(row["as_of"])} if "as_of" in row else {}
            if "profile" in row:
                options["profile"] = row["profile"], row.get("payer", "MB")
            yield Case(
                rule, file.stem, row["kind"], row["name"], row["expected"], data, row.get("notes"), row.get("auths"),
                options,
            )  # fmt: skip


def findings(data: bytes, folder: Path, notes: Any = None, auths: Any = None, **options: Any) -> list[Finding]:
    """What SNIP 6 says of a file."""
    path = folder / "a.837"
    path.write_bytes(data)
    if notes is not None:
        (folder / "notes.json").write_text(json.dumps(_of_claim(notes)), encoding="utf-8")
        options["notes"] = folder / "notes.json"
    if auths is not None:
        (folder / "auths.json").write_text(json.dumps(auths), encoding="utf-8")
        options["auths"] = folder / "auths.json"
    if "profile" in options:
        options["payers"] = payers(folder / "payers", *options.pop("profile"))
    chosen = pipeline.CheckOptions(conformance="off", snip=frozenset({6}), **options)
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


def _of_claim(notes: Any) -> Any:
    """Notes of the first claim may leave out its name."""
    if isinstance(notes, Mapping):
        return [{"claim": "A1", **notes}]
    return notes


def told(found: Sequence[Finding]) -> list[str]:
    """ "DERM-B01:2:error", sorted; "review" is how the vectors call advice."""
    return sorted(f"{f.rule.id}:{f.line or 0}:{'review' if f.severity == 'advice' else f.severity}" for f in found)
