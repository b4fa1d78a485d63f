"""Keeps the pages true: every marked block of a page is the output of the command it names.

    <!-- $ curette check edi_samples/clean/clinic_day.837 -->
    (regenerated)
    <!-- end -->

docs/rules.md is written whole, from the declarations of the rules and their cases.

`python scripts/sync_docs.py` rewrites the blocks, `--check` only says which pages are out of step (exit 1).
"""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("README.md",)
RULES = """\
# The rules of dermatology coding

What `curette check` asks of every service line (SNIP type 6): why, what it says, how to mend it, and a claim of each
sort. This page is written by `python scripts/sync_docs.py` from the rules and their cases; `curette rules ID` tells a
rule in full. *error*: a payer will reject or deny it; *warning*: often denied, or an audit risk; *advice*: worth a
look.

"""
BLOCK = re.compile(r"(?P<start><!-- \$ (?P<command>.+?) -->\n)(?P<body>.*?)(?P<end><!-- end -->)", re.DOTALL)


def block(match: re.Match[str]) -> str:
    """The block with the command's output as it is today."""
    command = match["command"]
    return f"{match['start']}```console\n$ {command}\n{output(command)}```\n{match['end']}"


def output(command: str) -> str:
    """What `curette ...` prints in a checkout, 100 columns wide; findings and changes (exit 1) are no failure."""
    program, *arguments = shlex.split(command)
    if program != "curette":
        raise SystemExit(f"sync_docs.py: only curette is run, not {program}")
    done = subprocess.run(
        [sys.executable, "-c", "import sys; from curette.cli import main; sys.argv[0] = 'curette'; main()", *arguments],
        cwd=ROOT,
        env=os.environ | {"COLUMNS": "100", "NO_COLOR": "1", "PYTHONUTF8": "1", "CURETTE_AS_OF": "2026-06-15"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode not in (0, 1):
        raise SystemExit(f"sync_docs.py: {command} ended with {done.returncode}:\n{done.stderr}")
    return "\n".join(line.rstrip() for line in done.stdout.strip("\n").splitlines()) + "\n"


def main(arguments: list[str]) -> int:
    """Rewrite the pages, or with --check compare them."""
    stale = []
    for page in PAGES:
        path = ROOT / page
        old = path.read_text("utf-8")
        new = BLOCK.sub(block, old)
        if new != old:
            stale.append(page)
            if "--check" not in arguments:
                path.write_text(new, "utf-8")
    catalogue = ROOT / "docs" / "rules.md"
    text = RULES + output("curette rules --snip 6 --format markdown")
    if not catalogue.is_file() or catalogue.read_text("utf-8") != text:
        stale.append("docs/rules.md")
        if "--check" not in arguments:
            catalogue.parent.mkdir(exist_ok=True)
            catalogue.write_text(text, "utf-8")
    if stale:
        print("out of step:" if "--check" in arguments else "rewritten:", *stale)
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
