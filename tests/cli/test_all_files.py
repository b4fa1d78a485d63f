"""Every file at hand through every form of check and denials, in one process: no traceback, strict output, no patient.

The files of edi_samples always; the corpus and the collection of faults where they lie beside the project.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.run import Done, run
from tests.reports.test_jsonl import strict

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
TYPES = {
    "check": {"finding", "not_evaluated", "table", "batch", "summary"},
    "denials": {"finding", "denial_line", "episode", "summary"},
}
FORMS = [
    ("check", "--format", "jsonl"),
    ("check", "--format", "text", "--no-conformance"),
    ("denials", "--format", "jsonl", "--no-conformance"),
    ("denials", "--format", "text"),
]
PEOPLE = {"IL", "QC", "74", "03", "GB"}  # NM101: insured, patient, corrected insured, dependent, other insured
TOLD = {"ISA", "GS", "ST", "SE", "TRN", "BPR", "CLM", "CLP", "N1", "SVC", "SV1", "LX", "DTM", "DTP", "CAS", "LQ", "MOA"}


def look(path: Path) -> Iterator[Done]:
    """The file through every form; each must end as promised."""
    for command, *options in FORMS:
        done = run(command, path, *options)
        assert done.code in (0, 1, 3), (path, done.err)
        assert "Traceback" not in done.err
        assert "internal fault" not in done.out + done.err, (path, done.out[-300:], done.err[-300:])
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", done.out + done.err), path
        if "jsonl" in options:
            types = [strict(line)["type"] for line in done.lines]
            assert set(types) <= TYPES[command]
            assert types.count("summary") == 1
            assert types[-1] == "summary"
        yield done


def segments(path: Path) -> list[list[str]]:
    """The segments of a file, split the simple way; of a damaged file as far as that goes."""
    text = path.read_bytes().decode("latin-1")
    start = max(text.find("ISA"), 0)
    separator = text[start + 3 : start + 4] or "*"
    ends = re.match(
        r"(?:[^" + re.escape(separator) + r"]*" + re.escape(separator) + r"){16}.(.)", text[start:], re.DOTALL
    )
    end = ends[1] if ends and not ends[1].isalnum() else "~"
    return [s.strip().split(separator) for s in text.split(end)]


def patient_words(path: Path) -> set[str]:
    """Names, birth dates, addresses and numbers of the people in a file that stand nowhere else in it."""
    secret: set[str] = set()
    told = set(re.findall(r"[^\W_]+", str(path)))
    person = False
    for segment in segments(path):
        name, values = segment[0], segment[1:]
        if name in ("NM1", "HL", "CLM", "CLP", "LX", "SBR", "PAT", "SVC"):
            person = name == "NM1" and bool(values) and values[0] in PEOPLE
        if name == "REF" and values[:1] in (["SY"], ["1W"]):  # social security number, member number
            secret.update(values[1:])
        elif person and name in ("NM1", "N3", "N4", "DMG", "PER"):
            secret.update(values[2:] if name == "NM1" else values[1:] if name in ("DMG", "PER") else values)
        elif name in TOLD or name in ("NM1", "REF"):
            told.update(word for value in values for word in re.findall(r"[^\W_]+", value))
    return {value for value in secret if len(value) > 3 and not set(re.findall(r"[^\W_]+", value)) & told}


def leaks(words: set[str], shown: str) -> list[str]:
    return [word for word in words if re.search(rf"(?<![^\W_]){re.escape(word)}(?![^\W_])", shown)]


def check_all(paths: list[Path]) -> int:
    """Looks at all files; the number of words that had to stay secret."""
    secret = 0
    for path in paths:
        words = patient_words(path)
        secret += len(words)
        for done in look(path):
            assert not leaks(words, done.out + done.err), path
    return secret


def test_all_samples() -> None:
    paths = sorted((ROOT / "edi_samples").rglob("*.83[57]"))
    assert len(paths) > 20
    assert check_all(paths) > 200


def test_the_sieve_finds_a_leak() -> None:
    path = ROOT / "edi_samples" / "clean" / "clinic_day.837"
    words = patient_words(path)
    assert {"TEST0001", "19580704"} & words or any(word.startswith("TEST0") for word in words)
    assert leaks(words, path.read_text(encoding="utf-8"))


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the corpus and the faults are not beside the project")
@pytest.mark.parametrize("folder", ["corpus", "faults"])
def test_all_files_beside_the_project(folder: str) -> None:
    paths = sorted(
        p for p in (SHARED / folder).rglob("*") if p.is_file() and p.suffix not in (".csv", ".json", ".md", ".py")
    )
    assert len(paths) > 280
    assert check_all(paths) > 1000
