"""What a person and a program read of a comparison: no patient data, nothing hostile, nothing too wide."""

import json

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from curette.diff.answers import Denied, Judged, Resubmission, State
from curette.diff.hygiene import AS_NEW, CHARGE
from curette.diff.model import Change, Comparison, Kind, Match, MatchedBy, NotCompared, Section
from curette.findings import Place
from curette.reports import diff as report
from curette.reports import diff_html, diff_text, jsonl
from curette.reports.diff_text import View
from curette.reports.show import PHI
from tests.builder import ABOVE, SUBSCRIBER, claim
from tests.diff.edits import BODIES, Segments, edited, inside, read, results
from tests.diff.test_compare import CLAIM, CLM, HI, SV1, edit

CONTRACT = {
    "type", "claim", "old_claim", "new_claim", "matched_by", "confidence", "kind", "line", "field", "old", "new",
    "segment", "answers", "money",
}  # fmt: skip
MEMBER = SUBSCRIBER[2]


def text(old: Segments, new: Segments, phi: bool = False) -> list[str]:
    view = View(phi=phi, context=0)
    return [line for result in results(old, new) for line in diff_text.text(Resubmission(result), view)]


def rows(old: Segments, new: Segments, phi: bool = False) -> list[dict[str, object]]:
    return [
        json.loads(jsonl.line(row)) for result in results(old, new) for row in report.records(Resubmission(result), phi)
    ]


def summary(old: Segments, new: Segments) -> report.DiffSummary:
    found = report.DiffSummary()
    for result in results(old, new):
        found.take(Resubmission(result))
    return found


def test_a_claim_reads_like_a_diff() -> None:
    new = edit((CLM, "CLM*A1*110***11:B:7*Y*A*Y*Y"), (SV1, "SV1*HC:99213:59:25*110*UN*1***1"))
    assert text(edit((SV1, "SV1*HC:99213:25:59*100*UN*1***1")), new) == [
        "",
        "claim A1  100.00 -> 110.00 (+10.00)  matched by claim number",
        "- charge     100.00",
        "+ charge     110.00  (+10.00)",
        "- frequency  1",
        "+ frequency  7",
        "@@ line 1: 99213 59 25, 2026-01-04 @@",
        "- modifiers  25 59",
        "+ modifiers  59 25  (order)",
        "- charge     100.00",
        "+ charge     110.00  (+10.00)",
    ]


def test_patient_data_is_told_by_its_size() -> None:
    new = edit((MEMBER, "NM1*IL*1*EXAMPLES*SAM****MI*TEST00022"), (HI, f"NTE*ADD*CALL SAM|{HI}"))
    assert text(CLAIM, new)[2:] == [
        "+ note                  <8 characters>",
        "~ subscriber name       <6 characters> -> <8 characters>",
        "~ subscriber member id  <8 characters> -> <9 characters>",
    ]
    assert [(row["old"], row["new"]) for row in rows(CLAIM, new)] == [
        (None, "<8 characters>"),
        ("<6 characters>", "<8 characters>"),
        ("<8 characters>", "<9 characters>"),
    ]


def test_patient_data_is_shown_when_asked_for() -> None:
    new = edit((MEMBER, "NM1*IL*1*EXAMPLES*SAM****MI*TEST0001"))
    assert text(CLAIM, new, phi=True)[2:] == ["- subscriber name  SAMPLE", "+ subscriber name  EXAMPLES"]
    assert [(row["old"], row["new"]) for row in rows(CLAIM, new, phi=True)] == [("SAMPLE", "EXAMPLES")]
    assert next(diff_text.head("a", "b", View(phi=True))) == PHI


PERSONAL = {"NM1*IL", "NM1*QC", "DMG", "PER", "NTE", "K3", "REF*SY", "REF*Y4", "REF*EA", "NM1*PW", "NM1*45"}
SECRET = "ZZTOPSECRET"


def _personal(segments: Segments, place: int, number: int) -> bool:
    """Whether an element holds patient data, by its segment and the party it stands under."""
    owner = next((s[:6] for s in segments[place::-1] if s.startswith(("NM1*", "CLM*", "LX*", "HL*", "SBR*"))), "")
    name = segments[place].split("*")[0]
    address = name in ("N3", "N4") and owner in ("NM1*IL", "NM1*QC", "NM1*77", "NM1*PW", "NM1*45")
    personal = name if name != "NM1" else owner
    named = {name, personal, "*".join(segments[place].split("*")[:2])} & PERSONAL
    coverage = name == "SBR" and number in (3, 4)
    return bool(address or coverage or (named and not (name == "DMG" and number == 3)))


def test_no_patient_data_in_any_element_is_printed() -> None:
    old = BODIES["odd/everything.837"]
    tried = 0
    for place in inside(old):
        elements = old[place].split("*")
        for number in range(2, len(elements)):
            qualifier = elements[0] in ("NM1", "DMG", "PER") and number in (2, 3, 5, 7, 8) and len(elements[number]) < 3
            if not elements[number] or qualifier or not _personal(old, place, number):
                continue
            changed = "*".join((*elements[:number], SECRET, *elements[number + 1 :]))
            new = (*old[:place], changed, *old[place + 1 :])
            for a, b in ((old, new), (new, old)):
                printed = "\n".join(text(a, b)) + json.dumps(rows(a, b))
                assert SECRET not in printed, changed
                assert elements[number] not in printed or len(elements[number]) < 4, changed
            tried += 1
    assert tried > 60


def test_hostile_text_does_not_reach_a_terminal() -> None:
    hostile = "A1\x1b[2J\u202e\x9b"
    (old,), (new,) = (list(read((*ABOVE, *claim("A1", charge))).claims) for charge in ("100", "110"))
    match = Match((evolve(old, control_number=hostile),), (evolve(new, control_number="A1"),), MatchedBy.CLAIM)
    change = Change("A1", hostile, "A1", None, None, Kind.CHANGED, hostile, hostile, "x", "CLM", payer=hostile)
    line = evolve(new.lines[0], procedure=hostile)
    found = Comparison(match, (Section(None, line, (change,)),))
    missing = NotCompared(hostile, old=True, new=False)
    shown = [line for each in (found, missing) for view in VIEWS for line in every(each, view)]
    assert sum(line.count("\\x1b[2J\\u202e\\x9b") for line in shown) >= 12
    assert [line for line in shown if not line.isprintable()] == []


VIEWS = (View(80, phi=True), View(160, phi=True, wide=True), View(60, context=3))


def every(found: Comparison | NotCompared, view: View) -> list[str]:
    """All lines of text there are of a comparison."""
    return [*diff_text.text(Resubmission(found), view), *diff_text.stat(Resubmission(found), view)]


@given(edited(), edited(), st.sampled_from(VIEWS))
def test_nothing_is_wider_than_a_terminal(a: Segments, b: Segments, view: View) -> None:
    found = results(a, b)
    lines = [line for result in found for line in diff_text.text(Resubmission(result), view)]
    tally = report.DiffSummary()
    for result in found:
        tally.take(Resubmission(result))
    assert [line for line in lines if len(line) > view.width] == []
    stats = [line for result in found for line in diff_text.stat(Resubmission(result), view)]
    assert [line for line in (*stats, *tally.words()) if len(line) > 80] == []  # the same in every terminal


def test_a_long_name_stands_above_its_values_where_these_have_no_room_beside_it() -> None:
    other = (
        "SBR*S*18*******CI",
        "OI***Y***Y",
        "NM1*IL*1*SAMPLE*SAM****MI*TEST0002",
        "NM1*PR*2*OTHER PLAN*****PI*99004",
    )
    referring = (*other, "NM1*DN*1", "REF*G2*77001")
    old, new = ((*ABOVE, *claim("A1", "100", *loops)) for loops in (referring, (*referring[:-1], "REF*G2*77002")))
    name = "other payer's referring provider payer's provider number (99004)"
    for width in (60, 80):
        view = View(width, context=0)
        found = [line for result in results(old, new) for line in diff_text.text(Resubmission(result), view)]
        assert " ".join(" ".join(found).split()).endswith(f"{name} - 77001 + 77002"), found


def test_a_long_list_is_wrapped_behind_its_sign() -> None:
    codes = "*".join(f"ABF:L57{n}" for n in range(9))
    found = text(CLAIM, edit((HI, f"HI*ABK:C44311*{codes}"), (SV1, "SV1*HC:99213:25*100*UN*1***1")))
    assert found[3:5] == [
        "+ diagnoses           C44311 L570 L571 L572 L573 L574 L575 L576 L577 L578",
        "@@ line 1: 99213 25, 2026-01-04 @@",
    ]
    wide = text(CLAIM, edit((HI, f"HI*ABK:C44311*{codes}*{codes}")))
    assert wide[3].startswith("+ diagnoses           C44311")
    assert wide[4].startswith("+" + " " * 21 + "L57")


def test_lines_without_a_counterpart() -> None:
    more = (*CLAIM, "LX*2", "SV1*HC:11102:59*80*UN*2***2", "DTP*472*D8*20260104")
    assert text(CLAIM, more)[2:] == [
        "@@ line 2: 11102 59, 2026-01-04 @@",
        "+ line  11102 59, 80.00, 2 units, 2026-01-04, D485",
    ]


def test_claims_without_a_counterpart_and_those_not_compared() -> None:
    later = tuple(s.replace("20260104", "20260204") for s in claim("A2"))
    assert text((*ABOVE, *claim("A1")), (*ABOVE, *later)) == [
        "",
        "claim A2  100.00  added: not in the old file",
        "+ claim  100.00, 1 line, 2026-02-04",
        "",
        "claim A1  100.00  removed: not in the new file",
        "- claim  100.00, 1 line, 2026-01-04",
    ]
    assert list(diff_text.text(Resubmission(NotCompared("A1", old=False, new=True)), View())) == [
        "! claim A1: not compared, because it cannot be read in the new file"
    ]
    assert list(diff_text.text(Resubmission(NotCompared("", old=True, new=True)), View())) == [
        "! claim (no number): not compared, because it cannot be read in both files"
    ]
    damaged = NotCompared("A1", old=True, new=False, named=False)
    assert list(diff_text.text(Resubmission(damaged), View())) == [
        "! claim A1: not compared, because the old file is damaged and may hold it"
    ]
    assert list(report.records(Resubmission(damaged), phi=False)) == [
        {
            "type": "not_compared", "claim": "A1", "old_unread": True, "new_unread": False,
            "reason": "not compared, because the old file is damaged and may hold it",
        }
    ]  # fmt: skip


def test_json_lines_have_the_names_of_the_contract() -> None:
    (row,) = rows(CLAIM, edit((SV1, "SV1*HC:99213:25*90*UN*1***1")))
    assert row.keys() >= CONTRACT
    assert {k: row[k] for k in CONTRACT} == {
        "type": "change", "claim": "A1", "old_claim": "A1", "new_claim": "A1", "matched_by": "claim",
        "confidence": "certain", "kind": "changed", "line": 1, "field": "charge", "old": "100.00", "new": "90.00",
        "segment": "SV1", "answers": [], "money": "-10.00",
    }  # fmt: skip


def test_amounts_are_read_as_in_the_head_of_the_claim() -> None:
    """In changed and unchanged lines; JSON lines and what is no money keep plain decimals."""
    old = claim("A1", "1100.5", "REF*F8*1234567.00")
    new = claim("A1", "1234567", "REF*F8*1234568.00")
    more = ("LX*2", "SV1*HC:J0897*2345*UN*1234.25***1"), ("LX*3", "SV1*HC:J3590*12345.6*UN*1234.25***1")
    sides = (*ABOVE, *old, *more[0]), (*ABOVE, *new, *more[0], *more[1])
    (result,) = results(*sides)
    told = list(diff_text.text(Resubmission(result), View(context=1)))
    assert {"- charge              1,100.50", "+ charge              1,234,567.00  (+1,233,466.50)"} <= set(told)
    assert "  line 2: J0897, 2,345.00, 1234.25 units, L570" in told
    assert "+ line                J3590, 12,345.60, 1234.25 units, L570" in told
    assert "+ original reference  1234568.00" in told
    page = "".join(diff_html.pages("a", "b", [Resubmission(result)], report.DiffSummary(), phi=False))
    assert all(amount in page for amount in ("1,100.50<", "1,234,567.00", "J3590, 12,345.60,", "J0897, 2,345.00,"))
    assert {"1100.50", "1234567.00"} <= {row[side] for row in rows(*sides) for side in ("old", "new")}


LATER = tuple(s.replace("20260104", "20260204") for s in claim("A4", "250"))


def test_stat_is_a_line_a_claim() -> None:
    old = (*ABOVE, *claim("A1"), *claim("A2"), *claim("A3"))
    new = (*ABOVE, *claim("A1", "120"), *claim("A2"), *LATER)
    assert [line for result in results(old, new) for line in diff_text.stat(Resubmission(result), View())] == [
        "~ A1                                      0       0       2       0       +20.00",
        "+ A4                                      1       0       0       0      +250.00",
        "- A3                                      0       1       0       0      -100.00",
    ]
    assert list(diff_text.head("a", "b", View(), stat=True))[2:] == [
        "  claim                               added removed changed   moved       charge"
    ]


def test_stat_keeps_its_columns_apart() -> None:
    (line,) = [
        line
        for result in results((*ABOVE, *claim("A1")), (*ABOVE, *claim("A1", "1234667")))
        for line in diff_text.stat(Resubmission(result), View())
    ]
    assert line.split() == ["~", "A1", "0", "0", "2", "0", "+1,234,567.00"]


def test_summary() -> None:
    old = (*ABOVE, *claim("A1"), *claim("A2"), *claim("A3"))
    new = (*ABOVE, *claim("A1", "120"), *claim("A2"), *LATER)
    found = summary(old, new)
    assert list(found.words()) == [
        "2 claims matched, 1 changed; 1 added, 1 removed",
        "4 changes: 1 added, 1 removed, 2 changed; charge +170.00",
    ]
    assert found.record() == {
        "type": "summary", "matched": 2, "added": 1, "removed": 1, "changed": 1, "split_or_merged": 0, "replaced": 0,
        "not_compared": 0, "changes": {"added": 1, "removed": 1, "changed": 2, "moved": 0}, "money": "170.00",
        "denials": {"answered": 0, "partly": 0, "not": 0}, "findings": {"error": 0, "warning": 0, "advice": 0},
    }  # fmt: skip
    assert not found.clean


@pytest.mark.parametrize("name", BODIES)
def test_nothing_is_said_where_nothing_changed(name: str) -> None:
    found = summary(BODIES[name], BODIES[name])
    assert text(BODIES[name], BODIES[name]) == []
    assert found.clean
    assert list(found.words())[-1] == "no changes"
    assert all(isinstance(each, Comparison) for each in results(BODIES[name], BODIES[name]))


def test_findings_tell_amounts_as_heads_do() -> None:
    told = CHARGE.at(Place("made.837"), line=2, difference="1234567.89")
    (found,) = results(CLAIM, CLAIM)
    assert isinstance(found, Comparison)
    assert report.message(told, found).startswith("line 2: the charge is higher by 1,234,567.89, though")


def test_of_several_claims_it_is_told_which() -> None:
    """Their lines are numbered from 1 each."""
    second = ("LX*2", "SV1*HC:11102*80*UN*1***2", "DTP*472*D8*20260104")
    one = edit((CLM, "CLM*A1*180***11:B:1*Y*A*Y*Y")) + second
    two = (*CLAIM, "CLM*A2*80***11:B:1*Y*A*Y*Y", HI, "LX*1", *second[1:])
    denied = Denied("A2", "", "", 1, "11102", 8000, "CO", "11", (), None, None, None, None)
    finding = AS_NEW.at(Place("made.837"), claim="A2", line=1, code="1")
    of_all = CHARGE.at(Place("made.837"), claim="A2", difference="1.00")
    (merged,), (split,) = results(two, one), results(one, two)
    assert isinstance(merged, Comparison)
    assert isinstance(split, Comparison)
    for line, place in ((1, "line 1"), (None, "claim")):
        judged = Judged(denied, State.NOT, line, (), "")
        several = "A2, line 1 -> 2" if line else "claim A2"
        assert report.denial(judged, merged) == f"{several} 11102 CO-11"
        assert report.denial(judged, split) == f"{place} 11102 CO-11"
    assert report.message(finding, split).startswith("A2, line 1: the claim")
    assert report.message(finding, merged).startswith("line 1: the claim")
    assert report.message(evolve(finding, line=None), split).startswith("A2: the claim")
    assert report.message(of_all, split).startswith("the charge")
