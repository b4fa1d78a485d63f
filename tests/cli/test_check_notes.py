"""`curette check --notes FILE --auths FILE`: read before anything is checked; claims that no file has are counted."""

import json
from pathlib import Path

import pytest

import curette
from curette import pipeline
from tests.cli.run import run


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
    assert record["notes"] == {"claims": 4, "not_in_files": 2}


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
