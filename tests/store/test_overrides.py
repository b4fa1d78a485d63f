"""What a person says of denied lines holds in the store: in worklist, trends and whatever is asked again."""

import json
from pathlib import Path

from curette.codes.denials import codes
from curette.denials import overrides as overriding
from curette.store import overrides
from curette.store.duckdb import opened
from tests.cli.run import run
from tests.store.night import AT, BATCH, REMIT, Practice

CURRENT = "SELECT rule, general_category FROM categories WHERE current AND outcome = 'denied'"
BY_PERSON = [("OVERRIDE", "auth")]


def said(practice: Practice, *rows: str) -> Path:
    path = practice.folder / "overrides.csv"
    path.write_text("\n".join(("date,claim,line,general_category,by", *rows)) + "\n")
    return path


def test_what_a_person_says_stands_in_every_report(practice: Practice) -> None:
    practice.put("a.837", BATCH)
    practice.put("a.835", REMIT)
    before = practice.whole_night()
    assert before.code == 0, before.err
    tables = practice.rows(CURRENT)
    assert [rule for rule, _ in tables] != ["OVERRIDE"]
    assert tables[0][1] != "auth"
    done = practice.whole_night("--overrides", said(practice, "2026-03-10,A3,,auth,AB"))
    assert (done.code, "1 categorised" in done.err) == (0, True), done.err
    assert practice.rows(CURRENT) == BY_PERSON
    assert practice.rows("SELECT rule FROM categories WHERE NOT current") == [tables[0][:1]]
    listed = run("worklist", "--store", practice.store, "--as-of", "2026-03-20", "--format", "jsonl")
    assert [json.loads(line)["general_category"] for line in listed.lines if "A3" in line] == ["auth"]
    trend = run("trends", "--store", practice.store, "--as-of", "2026-03-20", "--by", "category", "--format", "jsonl")
    assert [json.loads(line)["value"] for line in trend.lines if '"by"' in line] == ["auth"]
    rows = (practice.report / "denial_lines-2026-03-20.jsonl").read_text().splitlines()
    (line,) = (row for row in map(json.loads, rows) if row["claim"] == "A3")
    assert line["overridden"] == {
        "date": "2026-03-10", "by": "AB", "row": 2, "rule": tables[0][0],
        "general_category": tables[0][1], "derm_category": None,
    }  # fmt: skip


def test_it_is_kept_until_another_file_says_otherwise(practice: Practice) -> None:
    practice.put("a.835", REMIT)
    given = said(practice, "2026-03-10,A3,,auth,AB", "2026-03-10,A1,,auth,AB")
    assert practice.night("--overrides", given).code == 0
    assert practice.rows(CURRENT) == BY_PERSON
    practice.put("a.837", BATCH)  # the claim comes later, and the answer is held against it again
    assert practice.night().code == 0
    assert run("nightly", "--store", practice.store, "--recategorise").code == 0
    assert practice.rows(CURRENT) == BY_PERSON
    assert practice.rows("SELECT claim, given_by, line FROM overrides ORDER BY ALL") == [
        ("A1", "AB", None),
        ("A3", "AB", None),
    ]
    again = run("nightly", "--store", practice.store, "--overrides", said(practice, "2026-03-11,A1,,auth,AB"))
    assert again.code == 0, again.err
    assert [rule for rule, _ in practice.rows(CURRENT)] != ["OVERRIDE"]
    assert practice.rows("SELECT count(*) FROM audit WHERE action = 'overridden'") == [(2,)]


def test_the_same_rows_elsewhere_in_the_file_ask_nothing_again(practice: Practice) -> None:
    practice.put("a.835", REMIT)
    row = "2026-03-10,A3,,auth,AB"
    assert practice.night("--overrides", said(practice, row)).code == 0
    answers = practice.rows("SELECT * FROM categories ORDER BY ALL")
    done = practice.night("--overrides", said(practice, "2026-03-10,A9,,auth,AB", row))
    assert "0 categorised" in done.err
    assert practice.rows("SELECT * FROM categories ORDER BY ALL") == answers
    assert practice.rows("SELECT file_row FROM overrides WHERE claim = 'A3'") == [(3,)]


def test_a_run_cut_off_before_it_asked_again_is_made_good_by_the_next(practice: Practice) -> None:
    practice.put("a.837", BATCH)
    practice.put("a.835", REMIT)
    assert practice.night().code == 0
    with opened(practice.store, AT) as store:
        overrides.keep(store, overriding.read(said(practice, "2026-03-10,A3,,auth,AB"), codes()))
    assert practice.night().code == 0
    assert practice.rows(CURRENT) == BY_PERSON
    assert practice.rows("SELECT count(*) FROM links WHERE batch = 0") == [(0,)]


def test_a_wrong_file_ends_the_run_before_anything_is_done(practice: Practice) -> None:
    practice.put("a.835", REMIT)
    done = practice.night("--overrides", said(practice, "2026-03-10,A3,,nonsense,AB"))
    assert done.code == 2
    assert "row 2" in done.err
    assert not practice.store.exists()
