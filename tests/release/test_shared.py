"""Files of the world: split, read back by curette and by pyx12, and added up."""

from collections import Counter
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.release import running
from tests.release.test_answers import complaints

SAMPLES = sorted(ROOT.glob("edi_samples/**/*.837"))
BATCHES = {"837p": 60, "malformed": 4, "other": 0}  # most transactions of the corpus have wrong counts: rejected


def check(folder: Path, file: Path) -> int:
    """What must hold of every file; how many claims were written."""
    done = running.release(folder / "out", file, options=running.GUIDE)
    (entry,) = done.manifest["inputs"]
    if not entry["folder"]:
        return 0
    assert entry["held"]["claims"] <= sum(result.held for result in done.results)
    assert entry["clean"]["claims"] + entry["held"]["claims"] + entry["rejected"]["claims"] == entry["claims"]
    before, after = running.faults(done.results), Counter[bytes]()
    theirs = said(file) if entry["outputs"] else Counter()
    for name in ("clean.837", "held.837"):
        path = done.first / name
        if not path.exists():
            continue
        again = running.release(folder / f"again {name}", path, options=running.GUIDE)
        assert running.faults(again.results) - before == Counter()
        after += running.claims(path)
        if name == "clean.837":
            assert again.read(name) == path.read_bytes()
            assert again.read("held.837") == b""
        ours = said(path)
        assert ours is None or theirs is None or ours - theirs == Counter(), name
    for refused in entry["refused"]:
        after += running.claims(done.folder / refused["file"])
    assert after == running.claims(file)
    return int(entry["clean"]["claims"] + entry["held"]["claims"])


def said(file: Path) -> Counter[str] | None:
    """What pyx12 has to say against a file, without the places, which move; None where it gives up."""
    try:
        return Counter(each.partition(" - ")[2] or each for each in complaints(file.read_bytes()))
    except Exception:
        return None


@pytest.mark.slow
@pytest.mark.parametrize("file", SAMPLES, ids=lambda path: path.name)
def test_samples(tmp_path: Path, file: Path) -> None:
    check(tmp_path, file)


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.parametrize("kind", BATCHES)
def test_corpus(tmp_path: Path, shared: Path, kind: str) -> None:
    files = [path for path in sorted((shared / "corpus" / kind).rglob("*")) if b"837" in path.read_bytes()[:2000]]
    wrong, written = dict[str, str](), 0
    for number, file in enumerate(files):
        try:
            written += check(tmp_path / str(number), file)
        except AssertionError as error:
            wrong[file.name] = str(error)[:500]
    assert wrong == {}
    assert written >= BATCHES[kind]
