#!/usr/bin/env python3
"""Reads a folder of public EDI files and compares what curette reads with the folder's manifest.csv.

    scripts/corpus.py [FOLDER]        FOLDER holds manifest.csv (default: ../shared/corpus beside the project)

One line a file: kind, transactions (refused), claims, lines, adjustments and sums; a star where a count differs from
the manifest. The last line says how many files agree. Exit status 1 when one differs (tests/test_corpus.py says why
each may).
"""

import csv
import sys
from collections import Counter
from pathlib import Path

from attrs import define, field

from curette import pipeline
from curette.claims import reader as claims_reader
from curette.errors import InputError
from curette.findings import Finding, Severity
from curette.money import cents
from curette.remits import reader as remits_reader
from curette.x12.transaction import Transaction

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "corpus"


@define
class Counts:
    """What a file holds. Money in cents."""

    kinds: Counter[str] = field(factory=Counter)
    refused: int = 0
    claims: int = 0  # CLM and CLP
    unread: int = 0
    lines: int = 0  # SV1 and SVC
    triplets: int = 0
    charge: int = 0  # CLM02
    remit_charge: int = 0  # CLP03
    remit_paid: int = 0  # CLP04
    payments: int = 0  # BPR02
    errors: int = 0
    reason: str = ""  # why the file could not be read


def count(path: Path) -> Counts:
    """Read a file as far as it can be read, also what is refused."""
    counts = Counts()
    for item in pipeline.items([path]):
        if isinstance(item, InputError):
            counts.reason = item.reason
        elif isinstance(item, Finding):
            counts.errors += item.severity is Severity.ERROR
        elif isinstance(item, Transaction):
            counts.kinds[item.kind] += 1
            counts.refused += item.refused
            if item.readable and item.complete:
                _read(item, counts)
    return counts


def _read(transaction: Transaction, counts: Counts) -> None:
    for part in transaction.parts():
        if transaction.kind == "837P":
            claims = claims_reader.Reader(part)
            for claim in claims.read():
                counts.claims += 1
                counts.charge += claim.charge
                counts.lines += len(claim.lines)
                counts.triplets += sum(len(o.adjustments) for o in claim.others)
                counts.triplets += sum(len(a.adjustments) for line in claim.lines for a in line.adjudications)
            counts.unread += len(claims.unread)
        else:
            answers = remits_reader.Reader(part)
            for answer in answers.claims():
                counts.claims += 1
                counts.remit_charge += answer.charge
                counts.remit_paid += answer.paid
                counts.lines += len(answer.lines)
                counts.triplets += len(answer.adjustments) + sum(len(line.adjustments) for line in answer.lines)
            counts.unread += not answers.usable
    if transaction.kind == "835":
        counts.payments += remits_reader.head(transaction).paid


def differences(row: dict[str, str], counts: Counts) -> list[str]:
    """The columns of the manifest that curette reads otherwise."""
    expected = {
        "claims": int(row["clm"]) + int(row["clp"]),
        "lines": int(row["sv1"]) + int(row["svc"]),
        "triplets": int(row["cas_triplets"]),
        "charge": _cents(row["clm02_sum"]),
        "remit_charge": _cents(row["clp03_sum"]),
        "remit_paid": _cents(row["clp04_sum"]),
        "payments": _cents(row["bpr02_sum"]),
    }
    return [
        f"{name} {getattr(counts, name)} not {value}"
        for name, value in expected.items()
        if getattr(counts, name) != value
    ]


def _cents(text: str) -> int:
    try:
        return cents(text)
    except ValueError:
        return 0


def main() -> int:
    """Print the table."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    if not (folder / "manifest.csv").is_file():
        print(f"{folder}: no manifest.csv there", file=sys.stderr)
        return 2
    same = named = differing = 0
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            counts = count(folder / row["file"])
            read = set(counts.kinds) & {"837P", "835"}
            found = differences(row, counts) if read or not counts.kinds else []
            kinds = ", ".join(sorted(counts.kinds)) or counts.reason or "no transaction"
            print(
                f"{'*' if found else ' '} {row['file'][:64]:<64} {kinds:<24.24} {sum(counts.kinds.values()):>3}"
                f" ({counts.refused} refused) {counts.claims:>4} claims {counts.lines:>5} lines"
                f"{'  ' + '; '.join(found) if found else ''}"
            )
            same, named, differing = same + (not found and bool(read)), named + (not read), differing + bool(found)
    print(f"{same} files read as the manifest says, {named} of other kinds named, {differing} differ")
    return int(differing > 0)


if __name__ == "__main__":
    sys.exit(main())
