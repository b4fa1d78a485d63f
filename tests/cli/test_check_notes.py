"""`curette check --notes FILE --auths FILE`: read before anything is checked; claims that no file has are counted."""

import json
from pathlib import Path

import pytest

import curette
from curette import pipeline
from tests.cli.run import run
from tests.rules.claims import file_of, fragment


def test_the_closing_lines_count_the_notes(samples: Path) -> None:
    day, notes = samples / "clean/clinic_day.837", samples / "notes/notes.csv"
    done = run("check", day, "--notes", notes, "--auths", samples / "notes/authorisations.csv")
    assert (done.code, done.err) == (0, "")
    assert "notes on 7 claims" in done.lines
    assert "notes on" not in run("check", day).out


@pytest.mark.parametrize("jobs", [1, 2])
def test_claims_that_no_file_has_are_a_warning(samples: Path, tmp_path: Path, jobs: int) -> None:
    notes = tmp_path / "notes.json"
    notes.write_text(json.dumps([{"claim": c} for c in ("DAY01", "DAY17", "ABSENT1", "ABSENT2")]))
    day = samples / "clean/clinic_day.837"
    done = run("check", day, "--notes", notes, "--jobs", jobs)
    assert "notes on 4 claims, warning: 2 not in the files" in done.lines
    record = json.loads(run("check", day, "--notes", notes, "--format", "jsonl", "--jobs", jobs).lines[-1])
    assert record["notes"] == {"claims": 4, "not_in_files": 2, "lines_not_in_claims": 0}


@pytest.mark.parametrize("jobs", [1, 2])
def test_lines_that_the_claim_lacks_are_a_warning(samples: Path, tmp_path: Path, jobs: int) -> None:
    notes, page = tmp_path / "notes.json", tmp_path / "page.html"
    lines = [{"line": 1}, {"line": 9, "site": "nose"}, {"line_control": "NONE"}]
    notes.write_text(json.dumps([{"claim": "DAY01", "lines": lines}, {"claim": "DAY17"}, {"claim": "ABSENT1"}]))
    day = samples / "clean/clinic_day.837"
    done = run("check", day, "--notes", notes, "--jobs", jobs)
    assert "notes on 3 claims, warning: 1 not in the files, 2 lines not in the claim (DAY01)" in " ".join(done.lines)
    record = json.loads(run("check", day, "--notes", notes, "--format", "jsonl", "--jobs", jobs).lines[-1])
    assert record["notes"] == {"claims": 3, "not_in_files": 1, "lines_not_in_claims": 2}
    run("check", day, "--notes", notes, "--format", "html", "--output", page, "--jobs", jobs)
    assert "Of the notes, 2 lines not in the claim (DAY01)." in page.read_text(encoding="utf-8")


def test_a_line_of_either_claim_of_one_number_is_in_the_claim(tmp_path: Path) -> None:
    """An original and what replaces it may have other lines."""
    notes, files = tmp_path / "notes.json", (tmp_path / "a.837", tmp_path / "b.837")
    notes.write_text(json.dumps([{"claim": "A1", "lines": [{"line": 1}, {"line": 2}, {"line": 3}]}]))
    one, more = "HI*ABK:L570\nSV1*HC:17000*100*UN*1***1", "\nSV1*HC:17003*100*UN*2***1"
    for file, text in zip(files, (one, one + more), strict=True):
        file.write_bytes(file_of([fragment(text)]))
    done = run("check", *files, "--notes", notes, "--no-conformance")
    assert "notes on 1 claim, warning: 1 line not in the claim (A1)" in done.lines


def test_of_many_claims_that_lack_a_line_some_are_named(tmp_path: Path) -> None:
    notes, file = tmp_path / "notes.json", tmp_path / "a.837"
    notes.write_text(json.dumps([{"claim": f"A{n}", "lines": [{"line": 7}]} for n in range(7)]))
    file.write_bytes(file_of(fragment("HI*ABK:L570\nSV1*HC:17000*100*UN*1***1", f"A{n}") for n in range(7)))
    done = run("check", file, "--notes", notes, "--no-conformance")
    assert "7 lines not in the claim (A0, A1, A2, A3, A4, 2 more)" in " ".join(line.strip() for line in done.lines)


@pytest.mark.parametrize("option", ["--notes", "--auths"])
def test_a_wrong_file_ends_it_at_once(samples: Path, tmp_path: Path, option: str) -> None:
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("claim,number,Musterfrau\n")
    done = run("check", samples / "clean/clinic_day.837", option, wrong)
    assert (done.code, done.out) == (2, "")
    assert f"{wrong}: row 1, column" in done.err
    assert "Muster" not in done.err
    assert run("check", samples / "clean/clinic_day.837", option, tmp_path / "none.csv").code == 2


def test_the_library_says_so_before_the_first_result(samples: Path, tmp_path: Path) -> None:
    day = samples / "clean/clinic_day.837"
    for options in (pipeline.CheckOptions(notes=tmp_path / "a.csv"), pipeline.CheckOptions(auths=tmp_path / "a.csv")):
        with pytest.raises(curette.NotesError):
            curette.check([day], options)
