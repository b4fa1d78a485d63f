"""What a biller reads after a pre-flight: findings by claim, the worst first, and what became of the batch."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from curette import pipeline
from curette.checks.codesets.verdicts import PROCEDURE
from curette.checks.results import Checked
from curette.findings import Finding, Place, Severity, Unevaluated
from curette.reports import check_text as text
from curette.reports.check import CheckSummary
from curette.x12 import faults
from tests import builder as b
from tests.running import PLAIN

TODAY = date(2026, 7, 1)


def place(index: int, segment: str = "CLM", element: int | None = 2, **more: object) -> Place:
    return Place(
        file="batch.837", transaction="0001", segment_index=index, segment=segment, element=element, offset=index * 10,
        **more,  # type: ignore[arg-type]
    )  # fmt: skip


def error(index: int, claim: str | None = "A1", line: int | None = None, **more: object) -> Finding:
    return faults.DATE.at(place(index, **more), claim=claim, line=line, segment="CLM", element=2, reason="no such day")  # type: ignore[arg-type]


def warning(index: int, claim: str | None = "A1") -> Finding:
    return faults.SEPARATORS.at(place(index, element=None), claim=claim, count=3)


def shown(*findings: Finding, kind: str = "837P", named: bool = True) -> list[str]:
    return list(text.check(Checked("batch.837", findings, kind), named=named))


UNREAD = f"{'claim A1':<66}cannot be read"


def test_a_finding() -> None:
    assert shown(error(12, line=3)) == [
        "",
        UNREAD,
        "  error    SYN-DATE         line 3, CLM02, segment 12, byte 120",
        "           CLM02 is no date: no such day",
        "           fix: Write CCYYMMDD, or two of them with a hyphen where the qualifier",
        "           is RD8.",
    ]


def test_the_file_is_named_unless_it_stands_above() -> None:
    assert shown(error(12), named=False)[:4] == ["", "batch.837", "", UNREAD]


def test_component_and_whole_segments() -> None:
    assert "SV101-2, segment 9, byte 90" in "\n".join(shown(error(9, segment="SV1", element=1, component=2)))
    assert "  error    SYN-DATE         CLM, segment 9, byte 90" in shown(error(9, element=None))


def headings(lines: Iterable[str]) -> list[str]:
    return [line.partition("  ")[0] for line in lines if line and not line.startswith(" ")]


def test_claims_with_errors_come_first_then_in_file_order() -> None:
    found = shown(warning(5, "A1"), warning(8, "A2"), error(9, "A2"), error(7, "A3"), error(20, "A2"))
    assert headings(found) == ["claim A3", "claim A2", "claim A1"]
    marks = [line.split()[0] for line in found if line.startswith("  ") and not line.startswith("   ")]
    assert marks == ["error", "error", "error", "warning", "warning"]


def test_what_belongs_to_no_claim_is_headed_by_where_it_is() -> None:
    assert headings(shown(error(3, None), kind="835")) == ["835 transaction 0001"]
    assert headings(shown(error(3, None), kind="")) == ["transaction 0001"]
    outside = faults.STRAY.at(Place(file="batch.837", segment="XX", segment_index=2))
    assert headings(shown(outside, kind="")) == ["envelope"]
    whole = faults.FILE.at(Place(file="batch.837"), reason="is a PDF")
    assert shown(whole, kind="")[1:3] == ["file", "  error    SYN-FILE         byte 0"]


def test_no_line_is_wider_than_a_terminal() -> None:
    long = faults.FILE.at(Place(file="x"), reason="word " * 60)
    assert max(map(len, shown(long))) <= text.WIDTH


def test_nothing_reaches_the_terminal_as_it_came() -> None:
    hostile = faults.KIND.at(place(1, segment="\x1b[2J"), claim="A\x1b]0;x\x07", kind="\u202e999")
    lines = shown(hostile)
    assert all(line.isprintable() for line in lines)
    assert lines[1].startswith("claim A\\x1b]0;x\\x07 ")


def test_nothing_found_says_nothing() -> None:
    assert shown() == []


# -- the summary


def summary(*results: Checked) -> CheckSummary:
    found = CheckSummary()
    for result in results:
        found.take(result)
    return found


def test_counts_over_files_and_transactions() -> None:
    found = summary(
        Checked("a", begins=True),
        Checked("a", (error(1), warning(2)), "837P", False, 1, 3, 5, 30000, held=1, held_charge=10000),
        Checked("b", begins=True),
        Checked("b", (), "837P", transactions=1, claims=2, lines=2, charge=5050),
        Checked("b", (error(1),), "837P", claims=1, lines=1, charge=100, hidden=(error(3), warning(4))),
        Checked("c", (faults.FILE.at(Place(file="c"), reason="is a PDF"),), begins=True, unreadable=True),
    )  # fmt: skip
    assert list(text.check_summary(found, TODAY)) == [
        "",
        "3 files, 2 transactions, 6 claims, 8 lines, charge 351.50",
        "clean 5 claims 251.50",
        "held  1 claim 100.00",
        "findings: 4 errors, 2 warnings",
        "  2 findings beyond the limit of a file not listed",
        "most often:     3  SYN-DATE         element.date",
        "                2  SYN-SEPARATORS   element.trailing-separators",
        "                1  SYN-FILE         file.not-x12",
        "1 file could not be read",
    ]
    assert found.record(None) == {
        "type": "summary", "files": 3, "transactions": 2, "claims": 6, "lines": 8, "charge": "351.50",
        "findings": {"error": 4, "warning": 2, "advice": 0}, "not_listed": 2, "held": 1, "clean": 5,
        "held_charge": "100.00", "not_evaluated": 0, "faults": 0, "seconds": None, "profiles": {},
    }  # fmt: skip
    assert found.record(1.25)["seconds"] == 1.25


def test_payer_profiles_and_what_they_were_matched_by() -> None:
    found = summary(
        Checked("a", profiles=(("our_hmo", "payer id 99003", 2), ("default", "", 4))),
        Checked(
            "a", profiles=(("our_hmo", "filing indicator HM, receiver RECEIVER-1", 1), ("our_hmo", "payer id 99003", 1))
        ),
    )
    assert list(text.check_summary(found, TODAY))[2:5] == [
        "payer profiles: default 4 claims,",
        "  our_hmo 4 claims (payer id 99003 3; filing indicator HM, receiver RECEIVER-1 1)",
        "findings: none",
    ]
    assert found.record(None)["profiles"] == {
        "default": {"claims": 4, "matched_by": {}},
        "our_hmo": {
            "claims": 4, "matched_by": {"payer id 99003": 3, "filing indicator HM, receiver RECEIVER-1": 1}
        },
    }  # fmt: skip


def test_a_file_that_fails_while_it_is_read_counts_once() -> None:
    damaged = Checked("a", (faults.FILE.at(Place(file="a"), reason="is damaged"),), unreadable=True)
    assert summary(Checked("a", begins=True), damaged).files == 1


@pytest.mark.parametrize(
    ("severity", "said"), [(Severity.ERROR, "1 error"), (Severity.WARNING, "1 warning"), (Severity.ADVICE, "1 advice")]
)
def test_one_of_each_severity(severity: Severity, said: str) -> None:
    found = summary(Checked("a", (error(1).with_severity(severity),), begins=True))
    assert f"findings: {said}" in list(text.check_summary(found, TODAY))


def test_a_clean_run() -> None:
    lines = list(text.check_summary(summary(Checked("a", begins=True), Checked("a", transactions=1)), TODAY))
    assert lines == ["", "1 file, 1 transaction, 0 claims, 0 lines, charge 0.00", "findings: none"]


def test_what_was_not_evaluated_and_tables_out_of_date_are_named() -> None:
    missed = Unevaluated(PROCEDURE, "A1", 1, "CPT 2026Q2", "the table at hand lacks the code")
    old, new = ("cpt", "2026Q2", date(2026, 6, 30)), ("icd10cm", "FY2027", date(2027, 3, 31))
    found = summary(
        Checked("a", begins=True),
        Checked("a", unevaluated=(missed, missed), unlisted=1, editions=frozenset({old, new, ("pos", "1", None)})),
    )
    assert list(text.check_summary(found, TODAY))[-4:] == [
        "not evaluated for want of the code in CPT 2026Q2, 2 times: COD-PROC 2",
        "not evaluated beyond the limit of a file: 1",
        "tables: cpt 2026Q2, icd10cm FY2027, pos 1",
        "tables out of date: cpt 2026Q2 (import newer ones: curette codes import)",
    ]
    assert not found.stale(date(2026, 6, 30))
    assert [t["stale"] for t in found.tables(TODAY)] == [True, False, False]
    assert found.record(None)["not_evaluated"] == 3


# -- what was billed


def checked(data: bytes, tmp_path: Path, **more: Any) -> list[Checked]:
    path = tmp_path / "a.837"
    path.write_bytes(data)
    return list(pipeline.check(path, evolve(PLAIN, billed="found", **more)))


def test_the_line_stands_as_it_was_billed_above_what_is_wrong_with_it(tmp_path: Path) -> None:
    data = b.GOOD_CLAIMS.replace(b"SV1*HC:99213:25*250*UN*1***1", b"SV1*HC:99213:25*250*UN*1***1:7")
    lines = [line for result in checked(data, tmp_path) for line in text.check(result)]
    at = next(n for n, line in enumerate(lines) if line.startswith("claim"))
    assert lines[at : at + 6] == [
        "claim A2                                                     held, charge 250.00",
        "  Payer         EXAMPLE PLAN (99001)",
        "  Provider      SAMPLE, SKIN, NPI 1234567893",
        "  Diagnoses     A L57.0  B D48.5",
        "  line 1   2026-01-04  99213 25           A ?7                    1       250.00",
        lines[at + 5],
    ]
    assert lines[at + 5].startswith("  error    SIT-HI-POINTER   SV107, segment ")


def test_the_patient_only_when_asked(tmp_path: Path) -> None:
    data = b.GOOD_CLAIMS.replace(b"CLM*A2*250*", b"CLM*A2*251*")
    shown = "\n".join(line for result in checked(data, tmp_path) for line in text.check(result))
    asked = "\n".join(line for result in checked(data, tmp_path, phi=True) for line in text.check(result))
    assert "Patient" not in shown
    assert "  Patient       SAMPLE, SAM, born 1970-01-01, member TEST0001" in asked.splitlines()
