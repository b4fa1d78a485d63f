"""Rates over a batch: what is counted, over parts and processes, and how it is told."""

import json
import pickle
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from curette import pipeline
from curette.checks.results import Checked
from curette.reports import batch as report
from curette.reports.check import CheckSummary
from curette.rules.batch import LEAST, Batch, Rate, percent
from tests.cli.run import run
from tests.rules.claims import file_of, fragment

TODAY = date(2026, 4, 1)
NPI = "1245319599"
BOTH = "HI*ABK:L570*ABF:D492\nSV1*HC:99213:25*100*UN*1***1\nSV1*HC:17000:59*90*UN*1***1\nSV1*HC:11102*120*UN*1***2"
VISIT = "HI*ABK:L400\nSV1*HC:99213*100*UN*1***1"


def many(text: str, number: int, start: int = 1, **more: str) -> list[list[str]]:
    """Claims of one patient, each of a day of its own: 28 days of March 2026, then of February."""
    found = []
    for n in range(start, start + number):
        claim = fragment(text, f"A{n}", f"202603{n % 28 + 1:02d}" if n < 29 else f"202602{n % 28 + 1:02d}", **more)
        at = next(i for i, s in enumerate(claim) if s.startswith("LX*"))
        found.append([*claim[:at], f"NM1*82*1*EXAMPLE*ERIN****XX*{NPI}", *claim[at:]])
    return found


def counted(folder: Path, claims: list[list[str]], **options: frozenset[int] | tuple[str, ...]) -> list[Checked]:
    path = folder / "a.837"
    path.write_bytes(file_of(claims))
    return list(pipeline.check([path], pipeline.CheckOptions(conformance="off", **options)))  # type: ignore[arg-type]


def rates(results: list[Checked], today: date = TODAY) -> dict[str, Rate]:
    summary = CheckSummary()
    for result in results:
        summary.take(result)
    return {rate.kind: rate for rate in summary.batch.rates(today)}


def test_what_is_counted(tmp_path: Path) -> None:
    found = rates(counted(tmp_path, [*many(BOTH, 20), *many(VISIT, 12, 21), *many(BOTH, 12, 33)]))
    told = {kind: (rate.who, rate.count, rate.of) for kind, rate in found.items()}
    assert told == {
        "visit_25_on_procedure_days": (NPI, 32, 32),
        "procedure_on_visits": (NPI, 32, 44),
        "distinct_on_procedures": (NPI, 32, 64),
        "distinct_on_pairs": ("11102/17000", 32, 32),
    }
    assert {(rate.first, rate.last) for rate in found.values()} == {("2026-02", "2026-03")}


def test_fewer_tell_nothing(tmp_path: Path) -> None:
    results = counted(tmp_path, many(VISIT, LEAST - 1))
    assert rates(results) == {}
    assert any(result.batch for result in results)
    assert list(report.lines([])) == []


def test_voided_claims_count_for_nothing(tmp_path: Path) -> None:
    assert not any(r.batch for r in counted(tmp_path, many(VISIT, 2, frequency="8")))


def test_only_where_it_is_asked_for(tmp_path: Path) -> None:
    claims = many(BOTH, 2)
    assert not any(r.batch for r in counted(tmp_path, claims, snip=frozenset({5})))
    assert not any(r.batch for r in counted(tmp_path, claims, ignore=("DERM-Z",)))
    kinds = {key[0] for r in counted(tmp_path, claims, select=("DERM-Z02",)) for key in r.batch}
    assert kinds == {"distinct_on_procedures", "distinct_on_pairs"}


def test_parts_add_up_in_any_order(tmp_path: Path) -> None:
    first, second = (Batch(), Batch())
    for batch, claims in ((first, many(BOTH, 20)), (second, many(BOTH, 14, 21))):
        for result in counted(tmp_path, claims):
            batch.counts.update(result.batch)
    there, back = pickle.loads(pickle.dumps(first)), pickle.loads(pickle.dumps(second))
    there += second
    back += first
    assert there == back
    assert there.rates(TODAY)[0].of == 34


def batch_of(**months: int) -> Batch:
    found = Batch()
    for month, of in months.items():
        found.counts["procedure_on_visits", NPI, month[1:].replace("_", "-"), "of"] = of
    return found


def test_twelve_months_and_no_days_to_come() -> None:
    found = batch_of(m2025_03=500, m2025_04=20, m2026_03=20, m2099_01=70).rates(TODAY)
    assert [(rate.of, rate.first, rate.last) for rate in found] == [(40, "2025-04", "2026-03")]
    assert batch_of(m2099_01=70).rates(TODAY) == []


@pytest.mark.parametrize(("count", "of", "told"), [(0, 30, "0.0"), (1, 3, "33.3"), (2, 3, "66.7"), (7, 7, "100.0")])
def test_percent(count: int, of: int, told: str) -> None:
    assert percent(count, of) == told


def test_text_shows_all_and_the_benchmark() -> None:
    found = [Rate("visit_25_on_procedure_days", NPI, 12, 40, 30, 90, "2025-04", "2026-03")]
    found += [Rate("distinct_on_pairs", f"11102/1700{n}", 3, 40, 30, 600, "2025-04", "2026-03") for n in range(12)]
    lines = list(report.lines(found))
    assert lines[:4] == [
        "rates, 2025-04 to 2026-03 (to compare, not limits):",
        "  DERM-Z01 procedure days with a visit and 25, 33.3 % of 90 in all",
        "    guide benchmark 30-40 % (000: called a risk above; no source was found)",
        f"    {NPI}    30.0 %  12 of 40",
    ]
    assert lines[-1] == "    and 2 more"


def test_json_lines_come_before_the_summary(tmp_path: Path) -> None:
    path = tmp_path / "a.837"
    path.write_bytes(file_of(many(VISIT, 40)))
    done = run("check", path, "--format", "jsonl", "--no-conformance", "--snip", "6", "--as-of", "2026-04-01")
    assert done.lines[-1].startswith('{"type":"summary"')
    assert (
        '{"type":"batch","rule":"DERM-Z01","rate":"procedure_on_visits","provider":"1245319599","pair":null,'
        '"from":"2026-02","to":"2026-03","count":0,"of":40,"percent":"0.0","all_percent":"0.0",'
        '"benchmarks":[{"source":"oig-visits","percent":"61.5","note":"Medicare dermatology 2019-20"}]}'
    ) in done.lines


def test_page_and_workbook_have_the_rates_too(tmp_path: Path) -> None:
    path, page, book = tmp_path / "a.837", tmp_path / "a.html", tmp_path / "a.xlsx"
    path.write_bytes(file_of(many(BOTH, 40)))
    common = ("check", path, "--no-conformance", "--snip", "6", "--as-of", "2026-04-01")
    for form, out in (("html", page), ("xlsx", book)):
        assert run(*common, "--format", form, "--output", out).code in (0, 1)
    told = [json.loads(line) for line in run(*common, "--format", "jsonl").lines]
    wanted = [row for row in told if row["type"] == "batch"]
    heads, *rows = load_workbook(book)["Rates over the batch"].iter_rows(values_only=True)
    found = [dict(zip(map(str, heads), row, strict=True)) for row in rows]
    assert len(found) == len(wanted) > 2
    for sheet, line in zip(found, wanted, strict=True):
        assert sheet["Provider or pair"] == (line["provider"] or line["pair"])
        assert (sheet["Count"], sheet["Of"], sheet["From"], sheet["To"]) == tuple(
            line[key] for key in ("count", "of", "from", "to")
        )
        assert f"{float(str(sheet['Rate'])) * 100:.1f}" == line["percent"]
    text = page.read_text("utf-8")
    assert '<a href="#rates">Rates over the batch</a>' in text
    assert "guide benchmark 30-40 % (000: called a risk above; no source was found)" in text
    path.write_bytes(file_of(many(VISIT, LEAST - 1)))
    assert run(*common, "--format", "html", "--output", page).code in (0, 1)
    assert "Rates over the batch" not in page.read_text("utf-8")
