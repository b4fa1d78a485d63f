"""All of CI, step by step: `python scripts/check.py`, or only some: `python scripts/check.py lint types tests`.

Exit 0 when every step passed, 1 when one failed (the others have still run), 2 for an unknown step.
"""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CACHE = ROOT / ".cache"  # whatever the tools keep stays in the checkout

LINT_IMPORTS = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
PYTEST = ["-m", "pytest", "-q", "-n", "auto"]
QUICK = ["-m", "not slow and not shared and not bench"]
# Every branch of every coding rule has a case. Read from what the last `tests` wrote; a total of 99.99 % fails too.
FAMILIES, ENGINE = "*/curette/rules/*.py", "*/curette/rules/_*.py"

# Tools are called as modules: the scripts in .venv/bin name the folder they were installed in, and that may move.
STEPS: dict[str, list[str]] = {
    "format": ["-m", "ruff", "format", "--check", "."],
    "lint": ["-m", "ruff", "check", "."],
    "types": ["-m", "mypy"],
    "imports": ["-c", LINT_IMPORTS, "--no-logo", "--cache-dir", str(CACHE / "import-linter")],
    "maps": ["scripts/check_maps.py"],
    "samples": ["scripts/make_samples.py", "--check"],
    "docs": ["scripts/sync_docs.py", "--check"],
    "frozen": [*PYTEST, *QUICK, "--ignore=tests/store"],  # which takes long, and makes what denials make
    "tests": [*PYTEST, *QUICK, "--cov", "--cov-report=term"],
    "slow": [*PYTEST, "-m", "(slow or shared) and not bench"],  # without coverage, which doubles their time
    "rules": ["-m", "coverage", "report", f"--include={FAMILIES}", f"--omit={ENGINE}", "--fail-under=100"],
    "wheel": ["scripts/check_wheel.py"],
}
EXTRA_ENVIRONMENT = {"frozen": {"CURETTE_FROZEN": "1"}}
CLOSING_LINES = re.compile(r"^(?:TOTAL .*|=* ?\d+ (?:passed|failed|skipped|error).* in [\d.]+s.*)$", re.MULTILINE)


def run(step: str) -> bool:
    """Run one step and print its name, time and verdict; its output only when it failed."""
    print(f"{step:8}", end="", flush=True)
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *STEPS[step]],
        cwd=ROOT,
        env=environment() | EXTRA_ENVIRONMENT.get(step, {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    print(f"{time.perf_counter() - started:6.1f} s  {'FAILED' if done.returncode else 'ok'}", flush=True)
    if done.returncode:
        print(done.stdout, flush=True)
    elif step in ("tests", "slow"):
        print(*CLOSING_LINES.findall(done.stdout), sep="\n", flush=True)
    return not done.returncode


def environment() -> dict[str, str]:
    """This process's environment, with pytest's temporary folders inside the checkout and no colour codes."""
    temporary = CACHE / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    return os.environ | {"PYTEST_DEBUG_TEMPROOT": str(temporary), "NO_COLOR": "1"}


def main(names: list[str]) -> int:
    """Run the steps named, or all of them."""
    if unknown := [name for name in names if name not in STEPS]:
        print(f"check.py: no step {', '.join(unknown)}; there are {', '.join(STEPS)}", file=sys.stderr)
        return 2
    failed = [step for step in STEPS if step in (names or STEPS) and not run(step)]
    print(f"failed: {', '.join(failed)}" if failed else "all passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
