"""All remittances of the public corpus in one night, and again: what was accepted counts as the manifest says."""

import csv
import hashlib
from pathlib import Path
from shutil import copyfile

import pytest

from curette.money import cents
from curette.store.duckdb import opened
from curette.store.episodes import stale
from tests.store.night import AT, Practice

pytestmark = pytest.mark.shared

_SUMS = """
    WITH claims AS (SELECT payment, count(*) AS n, sum(charge) AS charge, sum(paid) AS paid FROM remitted_claims GROUP BY 1),
    lines AS (SELECT payment, count(*) AS n FROM remitted_lines GROUP BY 1),
    reasons AS (SELECT payment, count(*) AS n FROM adjustments GROUP BY 1)
    SELECT file, sum(amount)::BIGINT, coalesce(sum(claims.n), 0)::BIGINT, coalesce(sum(claims.charge), 0)::BIGINT,
           coalesce(sum(claims.paid), 0)::BIGINT, coalesce(sum(lines.n), 0)::BIGINT, coalesce(sum(reasons.n), 0)::BIGINT
    FROM transactions JOIN payments ON payment = transaction
    LEFT JOIN claims USING (payment) LEFT JOIN lines USING (payment) LEFT JOIN reasons USING (payment)
    WHERE file IN (SELECT sha256 FROM files WHERE whole) GROUP BY file
"""


def test_a_night_of_the_corpus(shared: Path, practice: Practice) -> None:
    with (shared / "corpus/manifest.csv").open(encoding="utf-8", newline="") as file:
        manifest = {row["sha256"]: row for row in csv.DictReader(file) if row["kind"] == "835"}
    for sha, row in manifest.items():
        copyfile(shared / "corpus" / row["file"], practice.inbox / f"{sha}.835")
    practice.whole_night()
    with opened(practice.store, AT) as kept:
        assert stale(kept) == 0, "every answer stands in an episode"
    found = practice.rows(_SUMS)
    assert len(found) >= 20
    for sha, paid, *counts in found:
        row = manifest[sha]
        expected = [int(row["clp"]), cents(row["clp03_sum"]), cents(row["clp04_sum"]), int(row["svc"])]
        assert (paid, counts) == (cents(row["bpr02_sum"]), [*expected, int(row["cas_triplets"])]), row["file"]
    # every other file has its reason beside it, or held nothing new
    archived = {hashlib.sha256(p.read_bytes()).hexdigest() for p in practice.archive.iterdir()}
    refused = {p.stem for p in practice.quarantine.iterdir() if p.suffix == ".835"}
    assert archived | refused == manifest.keys()
    assert {sha for sha, *_ in found} <= archived
    assert all((practice.quarantine / f"{sha}.835.reason.txt").stat().st_size for sha in refused)
    before = practice.dump()
    for folder in (practice.archive, practice.quarantine):
        for path in folder.glob("*.835"):
            path.rename(practice.inbox / f"again_{path.name}")
    practice.whole_night()
    assert practice.dump() == before
