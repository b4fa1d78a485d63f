"""What the trend report measures, what the guides set beside it, and which lines are at risk of a cause.

From maps/denials/metrics.xml. The guides' figures are their words, shown as theirs; curette holds nothing against them.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from curette.codes.maps import Row


@frozen
class Benchmark:
    """What the guides say of a figure, in their words; empty where they say nothing."""

    id: str
    typical: str
    best: str
    watch: str
    alert: str
    note: str
    sources: tuple[str, ...]

    @property
    def words(self) -> str:
        """One line for a report, beginning with whose figure it is."""
        said = (("typical", self.typical), ("best", self.best), ("watch", self.watch), ("alert", self.alert))
        parts = [f"{name} {value}" for name, value in said if value]
        return f"guides ({', '.join(self.sources)}): {', '.join(parts)}"


@frozen
class Metric:
    """One figure: `unit` is percent, days, money or count; `needs` what it is made from."""

    id: str
    name: str
    unit: str
    needs: tuple[str, ...]
    better: str  # low or high
    formula: str
    industry: str
    benchmarks: tuple[Benchmark, ...]
    sources: tuple[str, ...]


@frozen
class Risk:
    """The lines that could be denied for a cause: all conditions that are not empty hold."""

    cause: str
    families: tuple[str, ...]
    beside: tuple[str, ...]  # families of which a line stands on the same claim
    modifiers: tuple[str, ...]
    says: str


@frozen
class Measures:
    """All that the map says."""

    metrics: Mapping[str, Metric]
    benchmarks: Mapping[str, Benchmark]
    by_cause: Mapping[str, Benchmark]  # by dermatology cause
    risks: Mapping[str, Risk]
    evidence: Mapping[str, str]  # by dermatology cause: what to have at hand


@cache
def measures(overlay: Path | None = None) -> Measures:
    """The map, with a user's folder laid over it; MapError when it is wrong. Read once per folder."""
    from curette.codes.maps import Maps  # late: lxml is not needed before the first look-up

    rows = Maps(overlay).rows("denials/metrics")
    by_tag: dict[str, list[Row]] = {"metric": [], "benchmark": [], "risk": [], "evidence": []}
    for row in rows:
        by_tag[row.tag].append(row)
    known = {row.key for row in by_tag["metric"]}
    beside: dict[str, list[Benchmark]] = {}
    for row in by_tag["benchmark"]:
        for metric in row.words("metrics"):
            if metric not in known:
                raise row.error(f"benchmark {row.key}: there is no metric {metric}")
            beside.setdefault(metric, []).append(_benchmark(row))
    return Measures(
        {row.key: _metric(row, tuple(beside.get(row.key, ()))) for row in by_tag["metric"]},
        {row.key: _benchmark(row) for row in by_tag["benchmark"]},
        {row.get("cause"): _benchmark(row) for row in by_tag["benchmark"] if row.get("cause")},
        {row.get("cause"): _risk(row) for row in by_tag["risk"]},
        {row.get("cause"): row.get("says") for row in by_tag["evidence"]},
    )


def _benchmark(row: "Row") -> Benchmark:
    return Benchmark(
        row.key,
        row.get("typical"),
        row.get("best"),
        row.get("watch"),
        row.get("alert"),
        row.get("note"),
        row.words("source"),
    )


def _metric(row: "Row", benchmarks: tuple[Benchmark, ...]) -> Metric:
    return Metric(
        row.key,
        row.get("name"),
        row.get("unit"),
        row.words("needs"),
        row.get("better"),
        row.get("formula"),
        row.get("industry"),
        benchmarks,
        row.words("source"),
    )


def _risk(row: "Row") -> Risk:
    return Risk(row.get("cause"), row.words("families"), row.words("beside"), row.words("modifiers"), row.get("says"))
