"""SNIP 1 and 2 against pyx12's own validation of the same files: clean, and with a fault in every twentieth claim.

CPU seconds of fresh processes, imports left out, the loading of guides counted on both sides.
"""

import re
from collections.abc import Callable
from pathlib import Path

Measure = Callable[[str, Path, int], tuple[float, float]]
Target = Callable[[str, float, str, float], bool]
_FAULTS = {"837p": (rb"(?m)^(CLM\*[^~]*?\*Y\*)A(\*)", rb"\1Q\2"), "835": (rb"(?m)^(CLP\*[^*]*\*)\d+", rb"\g<1>77")}
_TIMES = {("837p", False): 50.0, ("835", False): 35.0, ("837p", True): 15.0, ("835", True): 15.0}


def conform(path: str) -> int:
    """Our findings of SNIP 1 and 2, without reading claims."""
    from curette import pipeline
    from curette.checks.conformance import check
    from curette.x12.transaction import Transaction

    transactions = (t for t in pipeline.items([path]) if isinstance(t, Transaction))
    return sum(1 for t in transactions for part in t.parts() for _ in check(part))


def document(path: str) -> int:
    """pyx12's validation of a file, without reports."""
    import pyx12.params
    from pyx12.x12n_document import x12n_document

    return int(x12n_document(pyx12.params.ParamsBase(), path, None, None))


def faulty(clean: Path) -> Path:
    """The same file with a wrong code in every twentieth claim."""
    path = clean.with_name(f"faulty-{clean.name}")
    pattern, wrong = _FAULTS[clean.suffix[1:]]
    met = 0

    def spoiled(match: re.Match[bytes]) -> bytes:
        nonlocal met
        met += 1
        return match[0] if met % 20 else match.expand(wrong)

    path.write_bytes(re.sub(pattern, spoiled, clean.read_bytes()))
    return path


def compare(sizes: list[int], runs: int, make: Callable[[str, int], Path], measure: Measure, target: Target) -> bool:
    """Print both sides; True when all targets are met. pyx12's seconds at 100,000 claims are measured once."""
    met = True
    for kind in ("837p", "835"):
        for size in sizes:
            clean = make(kind, size)
            for path in (clean, faulty(clean)):
                spoiled = path is not clean
                ours, memory = measure("conform", path, runs)
                theirs, _ = measure("document", path, 1)
                name = f"{kind}, {size:,} claims{', one in twenty faulty' if spoiled else ''}"
                print(f"\n{name}: {ours:.2f} s, pyx12 {theirs:.2f} s, {memory:.0f} MB")
                if size >= 10_000:
                    times = _TIMES[kind, spoiled]
                    met &= target(f"{name}: times pyx12's validation", theirs / ours, ">=", times)
                    met &= target(f"{name}: memory in MB", memory, "<=", 110.0)
    return met
