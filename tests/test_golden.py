"""Every sample has its golden results beside it: what the commands say of it, line by line.

`<file>.check.jsonl` is `curette check --format jsonl` and `<file>.denials.jsonl` (of an 835) `curette denials --format
jsonl`, run in the checkout with relative names. After a change that is meant, write them anew and read the difference:

    python tests/test_golden.py --write
"""

import json
import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")] if __name__ == "__main__" else []

from tests.cli.run import run  # noqa: E402 - the line above makes this file a script as well

FOLDER = ROOT / "edi_samples"
# the made resubmissions have golden comparisons instead (tests/cli/test_diff_samples.py)
FILES = (path for path in FOLDER.rglob("*.83[57]") if path.parent.name != "set")
SAMPLES = sorted(path.relative_to(ROOT).as_posix() for path in FILES)
CASES = [(name, "check") for name in SAMPLES] + [(name, "denials") for name in SAMPLES if name.endswith(".835")]
ODD_BUT_TRUE = {  # outside faulty/, what is wrong on purpose: sums, and the claims that were sent wrong at first
    "edi_samples/odd/everything.837",  # every segment there is, whether it makes sense to a coder or not
    "edi_samples/remits/out_of_balance.835",
    "edi_samples/resubmitted/biologic_original.837",
    "edi_samples/resubmitted/excision_original.837",
}


def golden(name: str, command: str) -> Path:
    """Where the golden result is kept."""
    return ROOT / f"{name}.{command}.jsonl"


def result(name: str, command: str) -> str:
    """What the command says now."""
    before = Path.cwd()
    os.chdir(ROOT)
    try:
        dated = ("--as-of", "2026-06-15") if command == "check" else ()
        return run(command, name, "--format", "jsonl", *dated).out
    finally:
        os.chdir(before)


@pytest.mark.parametrize(("name", "command"), CASES)
def test_the_command_says_what_it_said(name: str, command: str) -> None:
    wanted = golden(name, command).read_text(encoding="utf-8").splitlines()
    found = result(name, command).splitlines()
    for number, (line, expected) in enumerate(zip(found, wanted, strict=False), 1):
        assert json.loads(line) == json.loads(expected), f"line {number} (see the head of {Path(__file__).name})"
    assert found == wanted


def test_no_golden_result_is_left_of_a_sample_that_is_gone() -> None:
    there = {path for path in FOLDER.rglob("*.jsonl") if path.name.endswith((".check.jsonl", ".denials.jsonl"))}
    assert there == {golden(name, command) for name, command in CASES}


@pytest.mark.parametrize(("name", "command"), [c for c in CASES if "/faulty/" not in c[0] and c[0] not in ODD_BUT_TRUE])
def test_a_good_sample_raises_no_alarm(name: str, command: str) -> None:
    kinds = {json.loads(line)["type"] for line in golden(name, command).read_text(encoding="utf-8").splitlines()}
    assert not kinds & {"finding", "fault"}


def main(arguments: list[str]) -> int:
    """Write all golden results."""
    if arguments != ["--write"]:
        print("usage: python tests/test_golden.py --write", file=sys.stderr)  # noqa: T201
        return 2
    for name, command in CASES:
        golden(name, command).write_text(result(name, command), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
