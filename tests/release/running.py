"""The shortest way to release files and to read back what came of it."""

import json
import os
import signal
import sys
from collections import Counter
from collections.abc import Iterable
from ctypes import c_int
from datetime import date
from pathlib import Path
from typing import Any

from attrs import define

from curette import pipeline
from curette.checks.results import Checked
from curette.findings import Finding, Severity
from curette.pipeline import CheckOptions
from curette.release.blocks import CLAIM, cut
from curette.release.run import Release, ReleaseOptions
from curette.x12.transaction import Transaction
from tests.running import FORM

DAY = date(2026, 3, 10)
PLAIN = CheckOptions(conformance="off", snip=frozenset({0, 1, 2, 3}), as_of=DAY)
FULL = CheckOptions(snip=FORM, as_of=DAY)  # all but coding, which judges small invented claims as it should
GUIDE = CheckOptions(snip=frozenset({0, 1, 2, 3}), as_of=DAY)


@define
class Released:
    """What one run wrote below a folder, and what it told."""

    folder: Path
    results: list[Checked]

    @property
    def manifest(self) -> dict[str, Any]:
        """manifest.json."""
        told: dict[str, Any] = json.loads((self.folder / "manifest.json").read_text("utf-8"))
        return told

    @property
    def first(self) -> Path:
        """The folder of the first input."""
        return self.folder / str(self.manifest["inputs"][0]["folder"])

    def read(self, name: str) -> bytes:
        """A file of the first input; empty where there is none."""
        path = self.first / name
        return path.read_bytes() if path.exists() else b""

    @property
    def findings(self) -> list[Finding]:
        """All of them."""
        return [f for result in self.results for f in (*result.findings, *result.hidden)]


def release(folder: Path, *files: Path, options: CheckOptions = PLAIN, jobs: int = 1, **more: Any) -> Released:
    """One run."""
    run = Release(ReleaseOptions(folder, DAY, options.hold_on, version="1", **more), files)
    return Released(folder, list(pipeline.check(files, options, jobs=jobs, release=run)))


def release_until(step: int, steps: c_int, folder: Path, *files: Path) -> None:
    """One run that is killed before its so manyth step in the file system; `steps` counts them. For a process alone."""

    def count(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open" or event.startswith(("os.", "fcntl.")):
            steps.value += 1
            if steps.value == step:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)
    release(folder, *files)


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def claims(path: Path) -> Counter[bytes]:
    """The exact bytes of every claim of a file, up to its last terminator, with how often they stand there."""
    found: Counter[bytes] = Counter()
    for item in pipeline.items([path]):
        if isinstance(item, Transaction):
            term = item.delimiters.segment.encode("latin-1")
            for part in item.parts():
                made = cut(part)
                found.update(made.raw(block).rpartition(term)[0] for block in made.blocks if block.kind == CLAIM)
    return found


def faults(results: Iterable[Checked]) -> Counter[tuple[str, str | None, str, int | None]]:
    """Errors of SNIP 1 and 2, by what stays the same when claims move: rule, claim, segment, element."""
    return Counter(
        (f.rule.id, f.claim, f.place.segment, f.place.element)
        for result in results
        for f in (*result.findings, *result.hidden)
        if f.rule.snip < 3 and f.severity is Severity.ERROR
    )


def checked(path: Path, options: CheckOptions = GUIDE) -> list[Checked]:
    """A plain check."""
    return list(pipeline.check([path], options))
