"""What the tests of the pipeline share: files, and the shortest way to check them."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from curette import pipeline
from curette.checks.results import Checked
from curette.findings import Finding
from curette.pipeline import CheckOptions
from curette.x12 import parts
from tests import builder as b

Put = Callable[[str, bytes], Path]
FORM = frozenset({0, 1, 2, 3, 4, 5, 7})  # all but coding, which judges small invented claims as it should
PLAIN = CheckOptions(conformance="off", snip=FORM)
BAD_CHARGE = b.claim_file(*b.ABOVE, *b.claim("A1"), *b.claim("A2", "250")).replace(b"CLM*A2*250*", b"CLM*A2*251*")
BAD_COUNT = b.GOOD_CLAIMS.replace(b"SE*28*", b"SE*29*")
MIXED = BAD_CHARGE.replace(b"*XX*1234567893", b"*XX*1234567890").replace(b"*SAMPLE*SAM*", b"*SAMPLE *SAM*")


def put_in(folder: Path) -> Put:
    """Writes files of a folder."""

    def write(name: str, data: bytes) -> Path:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    return write


def writes_in(folder: Path, usual: str) -> Callable[..., Path]:
    """The same for text or bytes that nearly always go by one name."""
    put = put_in(folder)

    def write(data: bytes | str, name: str = usual) -> Path:
        return put(name, data.encode() if isinstance(data, str) else data)

    return write


def zipped(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def check(*paths: Path, options: CheckOptions = PLAIN, jobs: int = 1) -> list[Checked]:
    return list(pipeline.check(paths, options, jobs=jobs))


def findings(results: list[Checked]) -> list[Finding]:
    return [f for result in results for f in result.findings]


def rules(*paths: Path, options: CheckOptions = PLAIN) -> list[str]:
    return [f.rule.id for f in findings(check(*paths, options=options))]


def make_parts_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every transaction is a long one, read in parts of some claims."""
    monkeypatch.setattr(parts, "LIMIT", 0)
    monkeypatch.setattr(parts, "_SIZE", 600)
    monkeypatch.setattr(parts, "_MOST", 0)


def many(count: int) -> bytes:
    payments = [s for n in range(count) for s in b.payment(f"A{n}")]
    return b.remit_file(f"BPR*I*{60 * count}*C*CHK************20260302", *b.PAYMENT[1:], *payments)
