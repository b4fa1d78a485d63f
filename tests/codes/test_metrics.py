import json
from pathlib import Path

import pytest

from curette.codes.denials import codes
from curette.codes.maps import Maps
from curette.codes.metrics import measures
from curette.errors import MapError


def test_every_cause_has_evidence_and_risks_name_known_families() -> None:
    known = measures()
    causes = {c.id for c in codes().categories.values() if c.kind == "dermatology"}
    assert set(known.evidence) == causes - {"none"}
    assert set(known.risks) <= causes
    families = set(codes().rules.families)
    assert {f for risk in known.risks.values() for f in (*risk.families, *risk.beside)} <= families


def test_the_guides_words_say_whose_they_are() -> None:
    (benchmark,) = measures().metrics["idr_claims"].benchmarks
    assert benchmark.words == "guides (000): typical 8 to 15 %, best under 5 %"


def test_a_benchmark_of_no_metric_is_refused(tmp_path: Path) -> None:
    (tmp_path / "denials").mkdir()
    (tmp_path / "denials" / "metrics.xml").write_text(
        '<metrics><benchmark id="x" metrics="absent" best="1 %" source="000"/></metrics>', "utf-8"
    )
    with pytest.raises(MapError, match="there is no metric absent"):
        measures(tmp_path)


@pytest.mark.shared
def test_nothing_of_the_knowledge_is_left_out(shared: Path) -> None:
    folder = shared / "knowledge" / "denials"
    metrics = {row["id"] for row in json.loads((folder / "metrics.json").read_text("utf-8"))}
    assert metrics <= set(measures().metrics)
    benchmarks = json.loads((folder / "benchmarks.json").read_text("utf-8"))
    rows = [row for row in Maps().rows("denials/metrics") if row.tag == "benchmark"]
    assert len(rows) == len(benchmarks) == 18
    for known, row in zip(benchmarks, rows, strict=True):  # in the same order, each with its numbers
        said = " ".join(row.get(name) for name in ("typical", "best", "watch", "alert"))
        numbers = [n for key in ("typical", "best", "watch", "alert") for n in _numbers(known.get(key))]
        assert all(number in said for number in numbers), (known["id"], numbers, said)


def _numbers(value: object) -> list[str]:
    """The figures in a value of the table: [8, 15] or "<5" or 0."""
    text = json.dumps(value) if not isinstance(value, str) else value
    return [
        "".join(c for c in part if c.isdigit())
        for part in text.replace(",", " ").split()
        if any(map(str.isdigit, part))
    ]
