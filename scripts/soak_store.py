"""Cuts nightly runs off at every instant, fills their disk, starts two at once: is any row lost, doubled or torn?

    python scripts/soak_store.py                      every trial, up to 200 points each (strace must be installed)
    python scripts/soak_store.py kill pair --points 20

What is compared is the store as sorted lines without times (curette.store.intake.dump). Exit 0 when every trial held.
"""

import argparse
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from curette.store.duckdb import opened
from curette.store.intake import dump
from soak_inbox import files

SRC = Path(__file__).resolve().parents[1] / "src"
AT = datetime(2026, 3, 20)  # noqa: DTZ001 - UTC, as a store has it
# calls that change what is on disk
CHANGING = (
    "write,pwrite64,pwritev,fsync,fdatasync,ftruncate,fallocate,rename,renameat,renameat2,link,linkat,unlink,unlinkat,"
    "openat"
)
_CALL = re.compile(r"(?P<thread>\d+) +(?P<name>\w+)\((?P<rest>.*)")
CODES = {0, 1, 3}  # of a run that was let be; the inbox holds what must be refused
HELD = 75


class Practice:
    """One practice in a folder of its own: inbox, archive, quarantine, store."""

    def __init__(self, folder: Path, names: Sequence[str] | None = None) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        self.folder, self.store, self.inbox = folder, folder / "store.duckdb", folder / "inbox"
        self.inbox.mkdir(parents=True)
        self.put(names)

    def put(self, names: Sequence[str] | None = None) -> None:
        """Lay files of the soak's inbox (None: all) into the inbox."""
        for name, data in files().items():
            if names is None or name in names:
                (self.inbox / name).write_bytes(data)

    def command(self) -> list[str]:
        """A nightly run."""
        folders = [f"--{name}={self.folder / name}" for name in ("inbox", "archive", "quarantine", "report")]
        run = [sys.executable, "-m", "curette", "nightly", f"--store={self.store}", *folders]
        return [*run, "--as-of=2026-05-01"]

    def start(self, *before: str, limit: int | None = None) -> "subprocess.Popen[bytes]":
        """A run under `before` (strace), with no file longer than `limit` bytes."""

        def small() -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit or 0, limit or 0))

        clean = {k: v for k, v in os.environ.items() if not k.startswith("COV")} | {"PYTHONPATH": str(SRC)}
        pipe = subprocess.PIPE
        return subprocess.Popen(
            [*before, *self.command()], env=clean, stdout=pipe, stderr=pipe, preexec_fn=small if limit else None
        )

    def run(self, *before: str, limit: int | None = None) -> int:
        """A whole run; its exit status. A traceback is never right."""
        return finish(self.start(*before, limit=limit))

    def lines(self) -> list[str]:
        """The store as it is; none where there is no store yet."""
        if not self.store.exists():
            return []
        with opened(self.store, AT) as store:
            return dump(store)


def finish(process: "subprocess.Popen[bytes]") -> int:
    """Its exit status."""
    _, errors = process.communicate(timeout=120)
    if b"Traceback" in errors or b"internal fault" in errors:
        raise SystemExit(f"soak_store.py: a fault reached the user:\n{errors.decode()}")
    return process.returncode


class Soak:
    """Trials against one reference: what an undisturbed run leaves."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        practice = self.practice("reference")
        self.check_run(practice.run())
        self.reference = practice.lines()
        self.known = facts(self.reference)
        again = self.check_run(practice.run())
        if practice.lines() != self.reference or again not in CODES or not self.reference:
            raise SystemExit("soak_store.py: a second run changes the store")
        self.size = practice.store.stat().st_size

    def practice(self, name: str, names: Sequence[str] | None = None) -> Practice:
        """A fresh practice."""
        return Practice(self.folder / name, names)

    @staticmethod
    def check_run(code: int) -> int:
        """A run that was let be must end as one does."""
        if code not in CODES:
            raise SystemExit(f"soak_store.py: an undisturbed run ended with {code}")
        return code

    def holds(self, practice: Practice) -> str:
        """What is wrong after a disturbed run; empty: nothing lost, doubled or torn, and a rerun completes it."""
        found = practice.lines()
        if set(found) - set(self.reference):
            return "holds what an undisturbed run does not"
        counts = facts(found)
        if beyond := counts - self.known:
            return f"{beyond.total()} rows are doubled"
        accepted = {line.partition("(")[2].partition(",")[0] for line in found if line.startswith("transactions")}
        if any(counts[owner] != count * (owner in accepted) for owner, count in self.known.items()):
            return "transactions are torn"
        if practice.run() not in CODES:
            return "the next run fails"
        return "" if practice.lines() == self.reference else "the next run does not complete it"

    def points(self, calls: str = CHANGING) -> list[tuple[str, int]]:
        """The calls of a run that change something in its folder, as (call, how manieth of its thread)."""
        practice = self.practice("points")
        log = self.folder / "strace.log"
        practice.run("strace", "-f", "-y", "-qq", "-o", str(log), "-e", f"trace={calls}")
        counts: Counter[tuple[str, str]] = Counter()
        found: dict[tuple[str, int], None] = {}
        for line in log.read_text("utf-8", "replace").splitlines():
            if match := _CALL.match(line):
                counts[key := (match["thread"], match["name"])] += 1
                reads_only = match["name"] == "openat" and "O_CREAT" not in line
                if str(practice.folder) in match["rest"] and not reads_only:
                    found[match["name"], counts[key]] = None
        return list(found)

    def inject(self, name: str, call: str, at: str, what: str) -> str:
        """One run in which strace does `what` at the calls `at`."""
        practice = self.practice(name)
        practice.run(
            "strace", "-f", "-qq", "-o", os.devnull, "-e", f"trace={call}", "-e", f"inject={call}:{what}:when={at}"
        )
        return self.holds(practice)

    # -- trials: each yields a name and what is wrong

    def kill(self, limit: int) -> Iterator[tuple[str, str]]:
        """SIGKILL on entry to a call that changes something."""
        for call, at in spread(self.points(), limit):
            yield f"{call} {at}", self.inject("kill", call, str(at), "signal=SIGKILL")

    def enospc(self, limit: int) -> Iterator[tuple[str, str]]:
        """No space from the n-th write to the store on."""
        for call, at in spread(self.points("pwrite64,fallocate"), limit):
            yield f"{call} {at}", self.inject("enospc", call, f"{at}+", "error=ENOSPC")

    def eio(self, limit: int) -> Iterator[tuple[str, str]]:
        """One write or flush that fails."""
        for call, at in spread(self.points("pwrite64,fsync,fdatasync"), limit):
            yield f"{call} {at}", self.inject("eio", call, str(at), "error=EIO")

    def fsize(self, limit: int) -> Iterator[tuple[str, str]]:
        """Files that may not grow beyond a size (EFBIG), as on a disk that is too small."""
        for step in range(1, limit + 1):
            practice = self.practice("fsize")
            practice.run(limit=self.size * step // limit)
            yield f"{step}/{limit}", self.holds(practice)

    def pair(self, limit: int) -> Iterator[tuple[str, str]]:
        """Two runs at once, 0 to 50 ms apart: one does the work, the other does it too or does nothing."""
        for step in range(limit):
            practice = self.practice("pair")
            first = practice.start()
            time.sleep(0.05 * step / limit)
            codes = sorted((finish(practice.start()), finish(first)))
            wrong = "" if set(codes) <= {*CODES, HELD} and codes[0] != HELD else f"ended with {codes}"
            yield f"{step}", wrong or self.holds(practice)

    def order(self, limit: int) -> Iterator[tuple[str, str]]:
        """One file a night, in other orders, and everything again; the one that is refused stays away."""
        names = [name for name in files() if name != "23_other_money.835"]
        turned = [names[::-1], names[1::2] + names[::2], names[5:] + names[:5], [*names, *names]]
        for number, order in enumerate(turned[:limit]):
            practice = self.practice("order", [])
            for name in order:
                practice.put([name])
                practice.run()
            yield f"{number}", "" if practice.lines() == self.reference else "is not what one night gives"


def facts(lines: list[str]) -> "Counter[str]":
    """How many rows each transaction has in a dump, without what categorising and episodes add."""
    split = (line.partition("\t") for line in lines)
    own = ("categories", "links", "editions", "episodes", "episode_answers", "episode_lines", "transactions")
    return Counter(row[1:].partition(",")[0] for table, _, row in split if table not in own)


def spread(points: list[tuple[str, int]], limit: int) -> list[tuple[str, int]]:
    """At most `limit` of them, evenly spread."""
    return points if len(points) <= limit else [points[at * len(points) // limit] for at in range(limit)]


def trials(soak: Soak) -> dict[str, Callable[[int], Iterator[tuple[str, str]]]]:
    return {name: getattr(soak, name) for name in ("kill", "enospc", "eio", "fsize", "pair", "order")}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("trial", nargs="*", help="kill, enospc, eio, fsize, pair, order (all of them)")
    parser.add_argument("--points", type=int, default=200)
    given = parser.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory(prefix="curette-soak-") as folder:
        soak = Soak(Path(folder))
        for name, trial in trials(soak).items():
            if given.trial and name not in given.trial:
                continue
            started, count, wrong = time.monotonic(), 0, 0
            for point, reason in trial(given.points):
                count += 1
                wrong += bool(reason)
                if reason or count % 20 == 0:
                    print(f"    {name} {count}, {point}: {reason or 'held'}", flush=True)
            print(f"{name:8} {count - wrong}/{count} held, {time.monotonic() - started:.0f} s", flush=True)
            failed += wrong
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
