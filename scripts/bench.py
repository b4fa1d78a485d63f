#!/usr/bin/env python3
"""Measures curette on files of any size, against the floor (bytes.split) and pyx12's reader, side by side.

    scripts/bench.py                         1,000 and 10,000 claims
    scripts/bench.py --sizes 1000,100000 --runs 3 --generator ../shared/tools/gen_edi.py
    scripts/bench.py --tables               only the import of full-size code lists, and look-ups in them
    scripts/bench.py --conformance          only SNIP 1 and 2, against pyx12's validation

Every figure is CPU seconds of a fresh process, imports left out, the median of the runs; the ratios matter, since
machines differ. Without a generator, files are made by repeating the samples. Exit status 1 when a target is missed;
an aim goes further than its target and is only told.
"""

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import bench_conformance
import bench_tables

# reading: what is promised, and what is aimed at
READER = {"837p": (6.0, 8.0), "835": (4.0, 5.5)}  # times as fast as X12Reader, at least
FLOOR = {"837p": (4.0, 2.75), "835": (5.0, 3.25)}  # times the floor, at most
AGAIN = 2.0  # SNIP 3, or SNIP 3 and the categories, with the read: times the read, at most
RULES = 1.5  # what all rules cost, times the read, at most
GROWTH = (11.5, 10.5)  # 100,000 claims against 10,000, at most
MEMORY = (64.0, 32.0)  # MB of a read at any size; MB that 100,000 claims take more than 1,000
PROCESS = 0.15  # CPU seconds of a whole process that reads 100 claims

ROOT = Path(__file__).resolve().parents[1]
LISTS = ROOT.parent / "shared" / "knowledge" / "codesets"
GENERATOR = ROOT.parent / "shared" / "tools" / "gen_edi.py"
AS_OF = date(2026, 2, 3)  # the generator's files are of 2 February
SAMPLES = {"837p": ROOT / "edi_samples/clean/clinic_day.837", "835": ROOT / "edi_samples/remits/clinic_day.835"}


# -- the jobs, each run in a process of its own


def floor(path: str) -> int:
    """The bytes split into segments and elements, nothing kept."""
    data, count = Path(path).read_bytes(), 0
    for segment in data.split(b"~\n"):
        segment.split(b"*")
        count += 1
    return count


def x12reader(path: str) -> int:
    """pyx12's tokeniser."""
    from pyx12.x12file import X12Reader

    return sum(1 for _ in X12Reader(path))


def read(path: str) -> int:
    """Claims or remittances as objects."""
    import curette

    if path.endswith("835"):
        return sum(1 for remit in curette.read_remits(path) for _ in remit.claims)
    return sum(1 for _ in curette.read_claims(path))


def balance(path: str) -> int:
    """The same with SNIP 3."""
    from curette import pipeline

    options = pipeline.CheckOptions(conformance="off", snip=frozenset({3}))
    return sum(result.claims for result in pipeline.check([path], options))


def rules(path: str) -> int:
    """The same with every coding rule (SNIP 6), as on the day after the file was made."""
    from curette import pipeline

    options = pipeline.CheckOptions(conformance="off", snip=frozenset({3, 6}), as_of=AS_OF)
    return sum(result.claims for result in pipeline.check([path], options))


def categories(path: str) -> int:
    """Remittances with SNIP 3, every line categorised: `curette denials --no-episodes`."""
    return denials(path, episodes=False)


def denials(path: str, episodes: bool = True) -> int:
    """As `categories`, and every claim kept for its episode: `curette denials`."""
    from curette import pipeline

    options = pipeline.DenialOptions(None, episodes=episodes)
    return sum(r.totals.lines for r in pipeline.denials([path], options) if r.totals is not None)


def diff(path: str) -> int:
    """Two files of claims, every claim of the second a corrected one of the first."""
    from curette.pipeline.adjudications import Adjudications
    from curette.pipeline.differences import Reading, differences, examination

    old, new = path.split(":")
    reading = Reading(lambda finding: None, lambda text: None, print)
    return sum(1 for _ in differences(reading.side(old), reading.side(new), examination(Adjudications())))


def both(path: str) -> int:
    """The claims of two files as objects."""
    return sum(map(read, path.split(":")))


_ALL = (
    *(floor, x12reader, read, balance, rules, categories, denials, diff, both),
    *(bench_conformance.conform, bench_conformance.document),
)
JOBS: dict[str, Callable[[str], int]] = {f.__name__: f for f in _ALL}


def child(job: str, path: str) -> None:
    """Run one job and print its figures."""
    # imports and maps are not what is measured
    if job in ("read", "balance", "rules", "categories", "denials", "diff", "both"):
        from curette import pipeline

        sample = str(SAMPLES["835" if path.endswith("835") else "837p"])
        JOBS[job](f"{sample}:{sample}" if ":" in path else sample)
        if job != "read":
            pipeline.settle()
    elif job == "x12reader":
        import pyx12.x12file
    elif job == "conform":
        from curette import pipeline

        pipeline.settle()
    elif job == "document":
        import pyx12.x12n_document  # noqa: F401
    started = time.process_time()
    count = JOBS[job](path)
    spent = time.process_time() - started
    print(json.dumps([spent, peak(), count]))


def peak() -> float:
    """The most memory that this process had, in MB. What ru_maxrss tells begins with that of the parent."""
    status = Path("/proc/self/status")
    if status.is_file():
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(job: str, path: Path, runs: int) -> tuple[float, float]:
    """Median CPU seconds and largest memory in MB over fresh processes."""
    figures = []
    for _ in range(runs):
        done = subprocess.run(
            [sys.executable, __file__, "--child", job, str(path)], capture_output=True, text=True, check=True
        )
        figures.append(json.loads(done.stdout))
    return statistics.median(f[0] for f in figures), max(f[1] for f in figures)


# -- the files


def make(kind: str, claims: int, folder: Path, generator: Path | None, *more: str) -> Path:
    """A file of about so many claims; `more` are options of the generator."""
    path = folder / f"{claims}{''.join(more)}.{kind}"
    if path.exists():
        return path
    if generator is not None and generator.is_file():
        options = ["--kind", kind, "--claims", str(claims), "--seed", "7", "--out", str(path), *more]
        subprocess.run([sys.executable, str(generator), *options], check=True, capture_output=True)
        return path
    with path.open("wb") as file:
        file.writelines(_repeated(SAMPLES[kind], claims))
    return path


def _repeated(sample: Path, claims: int) -> Iterator[bytes]:
    """The transactions of a sample over and over, numbered anew."""
    from curette import pipeline
    from curette.x12.transaction import Transaction

    transactions = [t for t in pipeline.items([sample]) if isinstance(t, Transaction)]
    inside = sum(t.raw.count(b"\nCLM*") + t.raw.count(b"\nCLP*") for t in transactions)
    first = transactions[0]
    yield first.interchange.head + first.group.head
    number = 0
    for _ in range(max(claims // inside, 1)):
        for t in transactions:
            number += 1
            old, new = t.control.encode(), b"%09d" % number
            yield t.raw.replace(b"*" + old, b"*" + new, 1).replace(b"*" + old + b"~", b"*" + new + b"~") + t.gap
    count = b"GE*%d*" % number
    yield count + first.group.tail.split(b"*", 2)[2] + first.interchange.tail


# -- the table


def compare(sizes: list[int], runs: int, generator: Path | None, folder: Path) -> bool:
    """Print every figure; True when all targets are met."""
    met = True
    for kind in SAMPLES:
        jobs = ["floor", "x12reader", "read", "balance", *(["rules"] if kind == "837p" else ["categories", "denials"])]
        passes = "balance" if kind == "837p" else "categories"
        reads: dict[int, tuple[float, float]] = {}
        for size in sizes:
            path = make(kind, size, folder, generator)
            kept = {j: measure(j, path, 1 if j == "x12reader" and size > 10_000 else runs) for j in jobs}
            base, peer, (spent, memory) = kept["floor"][0], kept["x12reader"][0], kept["read"]
            print(f"\n{kind}, {size:,} claims, {path.stat().st_size / 1e6:.1f} MB")
            for job, (seconds, peak) in kept.items():
                ratios = f"{seconds / base:6.2f} x floor  {peer / seconds:6.2f} x X12Reader"
                print(f"  {job:<10} {seconds:8.3f} s  {ratios}  {peak:6.1f} MB")
            if size >= 10_000:
                met &= target(f"{kind} read, times as fast as X12Reader", peer / spent, ">=", *READER[kind])
                met &= target(f"{kind} read, times the floor", spent / base, "<=", *FLOOR[kind])
                met &= target(f"{kind} {passes}, times the read", kept[passes][0] / spent, "<=", AGAIN)
            if size >= 100_000 and kind == "837p":
                cost = (kept["rules"][0] - kept["balance"][0]) / spent
                met &= target("all rules cost, times the read", cost, "<=", RULES)
            met &= target(f"{kind} read, MB", memory, "<=", MEMORY[0])
            reads[size] = kept["read"]
        met &= growth(kind, reads, runs, generator, folder)
    return met


def growth(kind: str, reads: dict[int, tuple[float, float]], runs: int, generator: Path | None, folder: Path) -> bool:
    """How the read grows from ten thousand claims to a hundred thousand, also where no amount comes twice, and where a
    file holds many transactions.
    """
    small, large = 10_000, 100_000
    if not {small, large} <= reads.keys():
        return True
    print(f"\n{kind}, from {small:,} to {large:,} claims")
    met = target(f"{kind} time of 100k, times that of 10k", reads[large][0] / reads[small][0], "<=", *GROWTH)
    if 1_000 in reads:
        met &= target(f"{kind} memory of 100k over 1k, MB", reads[large][1] - reads[1_000][1], "<=", MEMORY[1])
    if generator is not None and generator.is_file():
        for words, *more in (("unique amounts", "--unique-amounts"), ("short transactions", "--claims-per-st", "10")):
            files = [make(kind, size, folder, generator, *more) for size in (small, large)]
            few, many = (measure("read", path, runs)[0] for path in files)
            met &= target(f"{kind} the same with {words}", many / few, "<=", *GROWTH)
    return met


def whole_process(generator: Path | None, folder: Path) -> bool:
    """A whole process that reads 100 claims, start-up and imports with it (compiled once before)."""
    code = "import sys, curette; print(sum(1 for _ in curette.read_claims(sys.argv[1])))"
    command = [sys.executable, "-c", code, str(make("837p", 100, folder, generator))]
    settings = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    settings["PYTHONPYCACHEPREFIX"] = str(folder / "compiled")
    took = [_spent(command, env=settings) for _ in range(8)]
    return target("a whole process on 100 claims, CPU seconds", statistics.median(took[1:]), "<=", PROCESS)


def corrected(path: Path) -> Path:
    """The same claims sent again: frequency 7 with the payer's number, and a modifier on the first line of each."""
    made = path.with_name(f"corrected.{path.name}")
    head, count, first = b"", 0, False
    with path.open("rb") as file, made.open("wb") as out:
        for segment in file.read().split(b"~"):
            bare = segment.lstrip()
            if bare.startswith(b"ST*"):
                count = 0
            if bare.startswith(b"REF*F8*"):
                continue
            count += 1
            if bare.startswith(b"CLM*"):
                parts = segment.split(b"*")
                parts[5] = parts[5][: parts[5].rfind(b":")] + b":7"
                name, first = parts[1], True
                segment, count = b"*".join(parts) + b"~\nREF*F8*P" + name, count + 1
            elif first and bare.startswith(b"SV1*"):
                parts, first = segment.split(b"*"), False
                segment = b"*".join([parts[0], parts[1] + b":59", *parts[2:]])
            elif bare.startswith(b"SE*"):
                segment = segment.split(b"*")[0] + b"*%d*" % count + segment.split(b"*")[2]
            out.write(head + segment)
            head = b"~"
    return made


def differing(size: int, runs: int, generator: Path | None, folder: Path) -> bool:
    """As many claims against as many, all corrected: time and memory beside reading both."""
    old = make("837p", size, folder, generator)
    pair = Path(f"{old}:{corrected(old)}")
    (reading, base), (spent, memory) = measure("both", pair, runs), measure("diff", pair, runs)
    print(
        f"\ndiff of {size:,} claims with {size:,}, all changed: {spent:.2f} s, {memory:.1f} MB; reading {reading:.2f} s"
    )
    met = target("diff takes at most 3 times the reading of both", spent / reading, "<=", 3.0)
    return met & target("diff needs at most 64 MB more than reading", memory - base, "<=", 64.0)


def night(size: int, runs: int, generator: Path | None, folder: Path) -> bool:
    """A whole `curette nightly` of a file of so many answered claims into a new store, beside the reading of it."""
    path = make("835", size, folder, generator)
    took = []
    for _ in range(runs):
        with tempfile.TemporaryDirectory(dir=folder) as place:
            names = {"--inbox": "inbox", "--archive": "read", "--quarantine": "refused", "--store": "night.duckdb"}
            given = {option: Path(place, name) for option, name in names.items()}
            given["--inbox"].mkdir()
            shutil.copy(path, given["--inbox"])
            command = [sys.executable, "-m", "curette", "nightly", *map(str, chain(*given.items()))]
            took.append(_spent(command))
    (reading, _), spent = measure("read", path, runs), statistics.median(took)
    print(f"\na night of {size:,} answered claims: {spent:.2f} s; reading {reading:.2f} s")
    return target("a night takes at most 8 times the reading", spent / reading, "<=", 8.0)


def _spent(command: list[str], **options: Any) -> float:
    """CPU seconds of a process that succeeds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, capture_output=True, check=True, **options)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def processes(sizes: list[int], generator: Path | None, folder: Path) -> bool:
    """A whole check in one process and in two, on the largest file: wall seconds, and the same bytes out."""
    path = make("837p", max(sizes), folder, generator)
    took, said = [], []
    for jobs in ("1", "2"):
        started = time.perf_counter()
        command = [sys.executable, "-m", "curette", "check", "--format", "jsonl", "--jobs", jobs, str(path)]
        said.append(subprocess.run(command, capture_output=True, check=False).stdout)
        took.append(time.perf_counter() - started)
    print(f"\ncheck of {max(sizes):,} claims: one process {took[0]:.1f} s, two {took[1]:.1f} s (wall)")
    same = target("two processes say the same", float(said[0] == said[1]), ">=", 1.0)
    return same & target("two processes are at least 1.6 times one", took[0] / took[1], ">=", 1.6)


def help_time() -> bool:
    """`curette --help` from start to end."""
    command = [sys.executable, "-m", "curette", "--help"]
    took = []
    for _ in range(7):
        started = time.perf_counter()
        subprocess.run(command, capture_output=True, check=True)
        took.append((time.perf_counter() - started) * 1000)
    return target("curette --help, milliseconds", statistics.median(took), "<=", 150.0)


def target(name: str, value: float, sign: str, bound: float, aim: float | None = None) -> bool:
    """Print one target and whether it is met, and whether the aim behind it is."""

    def reached(limit: float) -> bool:
        return value >= limit if sign == ">=" else value <= limit

    further = "" if aim is None else f"; aim {aim:g}{'' if reached(aim) else ', not reached'}"
    print(f"  {'met   ' if reached(bound) else 'MISSED'} {name}: {value:.2f} ({sign} {bound:g}{further})")
    return reached(bound)


def main() -> int:
    """Parse the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="1000,10000")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--generator", type=Path, default=GENERATOR)
    parser.add_argument("--folder", type=Path, help="keep the files here")
    parser.add_argument("--tables", action="store_true", help="measure the import of code lists instead")
    parser.add_argument("--conformance", action="store_true", help="measure SNIP 1 and 2 instead")
    parser.add_argument("--lists", type=Path, default=LISTS, help="plain csv files to make full-size lists from")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(*options.child)
        return 0
    sizes = [int(s) for s in options.sizes.split(",")]
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        if options.tables:
            met = bench_tables.measure(options.lists, folder, target)
        elif options.conformance:
            made = partial(make, folder=folder, generator=options.generator)
            met = bench_conformance.compare(sizes, options.runs, made, measure, target)
        else:
            met = compare(sizes, options.runs, options.generator, folder)
            met &= differing(10_000, options.runs, options.generator, folder)
            if max(sizes) >= 100_000:  # of fewer, most is the start and the making of a store
                met &= night(100_000, options.runs, options.generator, folder)
            met &= processes(sizes, options.generator, folder)
            met &= help_time() & whole_process(options.generator, folder)
    print("\nall targets met" if met else "\nsome targets missed")
    return int(not met)


if __name__ == "__main__":
    sys.exit(main())
