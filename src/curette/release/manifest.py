"""manifest.json: what went in, what came out, and that both add up. Written last, so a run without it is unfinished."""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from attrs import define, field

from curette.codes.tables import Edition
from curette.findings import Finding
from curette.money import decimal
from curette.release.files import Written


@define
class Amount:
    """Claims and their charge in cents; a charge that cannot be read counts as none."""

    claims: int = 0
    charge: int = 0

    def take(self, charge: int | None) -> None:
        """One more claim."""
        self.claims += 1
        self.charge += charge or 0

    def add(self, other: "Amount") -> None:
        """Several more."""
        self.claims += other.claims
        self.charge += other.charge

    def record(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {"claims": self.claims, "charge": decimal(self.charge)}


@define
class Input:
    """One file that was read, and what was made of it."""

    file: str
    digest: str = ""
    size: int = 0
    folder: str = ""
    unreadable: str = ""
    clean: Amount = field(factory=Amount)
    held: Amount = field(factory=Amount)
    rejected: Amount = field(factory=Amount)
    duplicates: int = 0
    outputs: list[dict[str, Any]] = field(factory=list)
    refusals: list[dict[str, Any]] = field(factory=list)

    @property
    def all(self) -> Amount:
        """What came in."""
        total = Amount()
        for part in (self.clean, self.held, self.rejected):
            total.add(part)
        return total

    def record(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {
            "file": _text(self.file), "sha256": self.digest or None, "bytes": self.size, "folder": self.folder or None,
            "unreadable": self.unreadable or None, **self.all.record(), "clean": self.clean.record(),
            "held": self.held.record(), "rejected": self.rejected.record(), "duplicates": self.duplicates,
            "outputs": self.outputs, "refused": self.refusals,
        }  # fmt: skip


def _text(name: str) -> str:
    """The name of a file; bytes of it that are no text are told as U+FFFD, as in JSON lines."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def output(written: Written, folder: str, amount: Amount | None = None) -> dict[str, Any]:
    """A finished file."""
    name = written.path.name if written.path.parent.name == folder else f"rejected/{written.path.name}"
    counted = amount.record() if amount is not None else {}
    return {"file": f"{folder}/{name}", "sha256": written.digest, "bytes": written.size, **counted}


def reason(finding: Finding) -> dict[str, Any]:
    """Why a transaction was not taken."""
    place = finding.place
    return {
        "rule": finding.rule.id, "message": finding.message, "segment": place.segment or None,
        "segment_index": place.segment_index, "element": place.element, "offset": place.offset,
    }  # fmt: skip


def text(inputs: list[Input], settings: dict[str, Any], editions: Iterable[Edition], day: date) -> str:
    """The manifest."""
    totals = {name: Amount() for name in ("in", "clean", "held", "rejected")}
    for one in inputs:
        for name, amount in zip(totals, (one.all, one.clean, one.held, one.rejected), strict=True):
            totals[name].add(amount)
    tables = [
        {"table": name, "edition": edition, "stale": end is not None and end < day}
        for name, edition, end in sorted(editions, key=lambda e: e[:2])
    ]
    record = {
        "as_of": day.isoformat(), **settings,
        "totals": {name: amount.record() for name, amount in totals.items()},
        "inputs": [one.record() for one in inputs], "tables": tables,
    }  # fmt: skip
    return json.dumps(record, indent=1, ensure_ascii=False) + "\n"
