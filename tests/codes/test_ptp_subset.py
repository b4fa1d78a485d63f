"""The dermatology pairs that ship say what the full practitioner table of 2024Q3 says."""

import csv
import gzip
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from curette.codes.tables import Tables

FULL = Path(__file__).resolve().parents[3] / "shared" / "knowledge" / "codesets" / "ptp_practitioner_2024q3.csv.gz"
DAY = date(2024, 8, 15)


def full() -> Iterator[tuple[str, str, bool]]:
    """Key, modifier indicator and whether the pair is in force on the day, of each of its 2.5 million rows."""
    with gzip.open(FULL, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            ended = row["deletion_date"]
            yield row["column1"] + row["column2"], row["modifier_indicator"], not ended or ended >= DAY.isoformat()


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.skipif(not FULL.is_file(), reason="the full table is not at hand")
def test_every_pair_of_the_subset_is_that_of_the_full_table() -> None:
    (table,) = Tables().editions("ptp")
    held = {key: row.values["indicator"] for key, row in table if "P24" in row.values["basis"] and row.holds(DAY)}
    assert held == {key: indicator for key, indicator, active in full() if active and key in held}
    assert len(held) == 35_306  # one more ended before; 319 are newer, their indicator is not always known
