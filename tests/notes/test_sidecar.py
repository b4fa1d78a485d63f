"""The sidecar: every fact, every complaint with its row and field, and none of what stands in the file."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curette.errors import ConfigError, NotesError
from curette.notes import forms
from curette.notes.model import Authorisation, ClaimNotes, Earlier, LineNotes, Score, Specimen, Therapy, Tumour
from curette.notes.sidecar import Notes, notes, read


@pytest.fixture
def put(tmp_path: Path) -> Any:
    def write(content: Any, form: str = "json") -> Path:
        path = tmp_path / f"notes.{form}"
        data = content if isinstance(content, bytes | str) else json.dumps(content)
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    return write


def one(path: Path) -> ClaimNotes:
    found = read(path)
    (claim,) = found.claims
    told = found.of(claim)
    assert told is not None
    return told


def refused(path: Path) -> NotesError:
    with pytest.raises(NotesError) as error:
        read(path)
    assert isinstance(error.value, ConfigError)
    assert error.value.exit_code == 2
    assert error.value.file == str(path)
    return error.value


# -- every fact, from JSON and from CSV

LINE_FACTS: list[tuple[str, Any, str, str, Any]] = [
    ("lesion_id", "A", "A", "lesion_id", "A"),
    ("lesion_id", 12, "12", "lesion_id", "12"),
    ("site", "eyelid_upper", "Eyelid_Upper", "site", "eyelid_upper"),
    ("side", "L", "l", "side", "L"),
    ("technique", "ED_and_C", "ED_AND_C", "technique", "ED_and_C"),
    ("depth", "subcutis", "subcutis", "depth", "subcutis"),
    ("lesion_max_mm", 12.5, "12.50", "lesion_max", 125),
    ("lesion_max_mm", "12.5", "12.5", "lesion_max", 125),
    ("margins_mm", [3, 2.5, 0], "3; 2.5;0", "margins", (30, 25, 0)),
    ("margins_mm", [], "none", "margins", ()),
    ("excised_diameter_mm", 5.5, "5.5", "excised_diameter", 55),
    ("measured_when", "specimen", "specimen", "measured_when", "specimen"),
    ("closure", "none", "none", "closure", "none"),
    ("repair_class", "complex", "complex", "repair_class", "complex"),
    ("repair_len_mm", 40, "40", "repair_len", 400),
    ("defect_area_cm2", 2.25, "2.25", "defect_area", 225),
    ("lesion_count", {"benign": 6, "Skin_tag": 2}, "benign:6; skin_tag: 2", "lesion_count", {"benign": 6, "skin_tag": 2}),
    ("path_result", None, "none", "path_result", "none"),
    ("path_result", "in_situ", "in situ", "path_result", "in_situ"),
    ("path_date", "2026-03-13", "2026-03-13", "path_date", date(2026, 3, 13)),
    ("prior_path_result", "BCC", "bcc", "prior_path_result", "malignant"),
    ("prior_path_result", "words of a report", "words of a report", "prior_path_result", "other"),
    ("prior_path_date", "2026-01-05", "2026-01-05", "prior_path_date", date(2026, 1, 5)),
    ("prior_path_lab", "EXAMPLE LAB", "EXAMPLE LAB", "prior_path_lab", "EXAMPLE LAB"),
    ("session", "09:15", "09:15", "session", "09:15"),
    ("units_wasted", 0.125, "0.125", "units_wasted", 125),
    ("vial_type", "multi", "multi", "vial_type", "multi"),
]  # fmt: skip
APPROVAL = Authorisation("A1", "P", ("J3245",), "x", date(2026, 1, 1), date(2026, 2, 28), 500_000, 1500, "start")
CLAIM_FACTS: list[tuple[str, Any, str, str, Any]] = [
    (
        "specimens", [{"lesion_id": "A", "technique": "punch"}, {"container": 2}], "A:punch;::2", "specimens",
        (Specimen("A", "punch_biopsy"), Specimen(container="2")),
    ),
    (
        "mohs", [{"tumour": "A", "site": "nose", "deep_structure": "bone", "blocks": [4, 3]}, {"deep_structure": False}],
        "A:nose:bone:4/3;::no", "mohs", (Tumour("A", "nose", True, (4, 3)), Tumour(deep_structure=False)),
    ),
    (
        "history", [{"code": "17000", "dos": "2026-02-01"}], "17000:2026-02-01", "history",
        (Earlier("17000", date(2026, 2, 1)),),
    ),
    (
        "scores", [{"name": "pasi", "value": 12.4}, {"name": "Hurley", "value": 3, "date": "2026-03-01"}],
        "PASI:12.4;hurley:3:2026-03-01", "scores", (Score("PASI", 124), Score("Hurley", 30, date(2026, 3, 1))),
    ),
    ("scores", [], "none", "scores", ()),
    (
        "prior_therapies", [{"drug": "x", "dose": "5 mg", "from": "2025-01-01", "to": "2025-01-01", "reason": "r"}],
        "x:5 mg:2025-01-01:2025-01-01:r", "prior_therapies",
        (Therapy("x", "5 mg", date(2025, 1, 1), date(2025, 1, 1), "r"),),
    ),
    ("symptoms", ["pain", "Itch"], "pain;itch", "symptoms", frozenset({"pain", "itch"})),
    ("symptoms", [], "none", "symptoms", frozenset()),
    ("photo", True, "TRUE", "photo", True),
    ("photo", "no", "no", "photo", False),
    ("abn_signed", "yes", "yes", "abn_signed", True),
    ("abn_signed", False, "no", "abn_signed", False),
    ("abn_signed", "2026-03-10", "2026-03-10", "abn_signed", date(2026, 3, 10)),
    ("drug_source", "patient", "patient", "drug_source", "patient"),
    ("credentials", "363A00000X", "363A00000X", "credentials", "363A00000X"),
    ("received_date", "2026-03-11", "2026-03-11", "received", date(2026, 3, 11)),
    ("lesion_count", {"premalignant": 7}, "premalignant:7", "lesion_count", {"premalignant": 7}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "cell", "attribute", "expected"), LINE_FACTS)
def test_facts_of_a_line(put: Any, name: str, value: Any, cell: str, attribute: str, expected: Any) -> None:
    wanted = ClaimNotes("C", lines=(LineNotes(1, **{attribute: expected}),))
    told = {"claim": "C", "lines": [{"line": 1, name: value}]}
    assert one(put([told])) == wanted
    assert one(put({"claims": [told]})) == wanted
    assert one(put(told, "jsonl")) == wanted
    assert one(put(f'claim,line,{name}\nC,1,"{cell}"\n', "csv")) == wanted


@pytest.mark.parametrize(("name", "value", "cell", "attribute", "expected"), CLAIM_FACTS)
def test_facts_of_a_claim(put: Any, name: str, value: Any, cell: str, attribute: str, expected: Any) -> None:
    wanted = ClaimNotes("C", **{attribute: expected})
    assert one(put([{"claim": "C", name: value}])) == wanted
    assert one(put(f"claim,{name}\nC,{cell}\n", "csv")) == wanted


def test_an_approval(put: Any) -> None:
    told = {
        "number": "A1", "payer": "P", "codes": ["j3245"], "drug": "x", "from": "2026-01-01", "to": "2026-02-28",
        "units_approved": 500, "units_used": 1.5, "event": "start",
    }  # fmt: skip
    assert one(put([{"claim": "C", "auth": told}])) == ClaimNotes("C", auth=APPROVAL)
    header = ",".join(f"auth_{name}" for name in told)
    row = "A1,P,J3245,x,2026-01-01,2026-02-28,500,1.5,start"
    assert one(put(f"claim,{header}\nC,{row}\n", "csv")) == ClaimNotes("C", auth=APPROVAL)
    assert one(put([{"claim": "C", "auth": {"to": "2026-02-28"}}])).auth == Authorisation(end=date(2026, 2, 28))


@pytest.mark.parametrize("name", [name for name, *_ in LINE_FACTS if "path_result" not in name])
def test_null_says_nothing(put: Any, name: str) -> None:
    assert one(put([{"claim": "C", "lines": [{"line": 1, name: None}]}])).lines == (LineNotes(1),)


@given(st.integers(1, 99_999))
def test_no_measure_is_changed(tmp_path_factory: pytest.TempPathFactory, value: int) -> None:
    path = tmp_path_factory.mktemp("notes") / "a.json"
    path.write_text(f'[{{"claim": "C", "lines": [{{"line": 1, "lesion_max_mm": {value // 10}.{value % 10}}}]}}]')
    assert one(path).lines[0].lesion_max == value


# -- what is wrong, and where


def line(**facts: Any) -> list[dict[str, Any]]:
    return [{"claim": "B"}, {"claim": "C", "lines": [{"line": 1}, {"line": 2, **facts}]}]


def claim(**facts: Any) -> list[dict[str, Any]]:
    return [{"claim": "B"}, {"claim": "C", **facts}]


WRONG: list[tuple[Any, str, str]] = [
    (line(site="Musterfrau"), "lines 2 site", "none of scalp, "),
    (line(lesion_max_cm=1.2), "lines 2 field 2", "is lesion_max_mm meant"),
    (line(Musterfrau=1), "lines 2 field 2", "not a field that is known"),
    (line(lesion_max_mm="12 mm"), "lines 2 lesion_max_mm", "without the unit"),
    (line(lesion_max_mm=12.34), "lines 2 lesion_max_mm", "finer than a tenth"),
    (line(lesion_max_mm=0), "lines 2 lesion_max_mm", "more than 0"),
    (line(lesion_max_mm=-1), "lines 2 lesion_max_mm", "without the unit"),
    (line(lesion_max_mm=10**30), "lines 2 lesion_max_mm", "without the unit"),
    (line(lesion_max_mm=[12]), "lines 2 lesion_max_mm", "one value"),
    (line(lesion_max_mm=True), "lines 2 lesion_max_mm", "without the unit"),
    (line(margins_mm=3), "lines 2 margins_mm", "a list"),
    (line(margins_mm=[3, None]), "lines 2 margins_mm 2", "empty"),
    (line(margins_mm=[3, 2.55]), "lines 2 margins_mm 2", "finer"),
    (line(defect_area_cm2=1.255), "lines 2 defect_area_cm2", "finer than a hundredth"),
    (line(lesion_count=6), "lines 2 lesion_count", "an object"),
    (line(lesion_count={"Musterfrau": 6}), "lines 2 lesion_count", "none of benign"),
    (line(lesion_count={"benign": 1.5}), "lines 2 lesion_count benign", "whole number"),
    (line(lesion_count={"benign": 1, "Benign": 1}), "lines 2 lesion_count", "twice"),
    (line(path_date="13.03.2026"), "lines 2 path_date", "a date like 2026-03-10"),
    (line(lesion_id=""), "lines 2 lesion_id", "empty"),
    (line(lesion_id="Muster\nfrau"), "lines 2 lesion_id", "printable"),
    (line(lesion_id="x" * 201), "lines 2 lesion_id", "at most 200"),
    (line(lesion_id="\ud800"), "lines 2 lesion_id", "printable"),
    (line(line=1), "lines 2", "stands there already"),
    (line(line=0), "lines 2 line", "from 1"),
    (line(line=None), "lines 2 line", "is missing, and so is line_control"),
    (claim(lines=[{"line_control": "X"}, {"line": 2, "line_control": "X"}]), "lines 2", "stands there already"),
    (claim(lines={}), "lines", "a list"),
    (claim(lines=[7]), "lines 1", "an object"),
    (claim(claim="B"), "claim", "the same claim as in row 1"),
    (claim(claim=None), "claim", "is missing"),
    (claim(scores=[{"name": "PASI", "value": 72.1}]), "scores 1 value", "outside PASI's range, 0 to 72"),
    (claim(scores=[{"name": "BSA", "value": 100.1}]), "scores 1 value", "0 to 100"),
    (claim(scores=[{"name": "EASI", "value": 73}]), "scores 1 value", "0 to 72"),
    (claim(scores=[{"name": "IGA", "value": 5}]), "scores 1 value", "0 to 4"),
    (claim(scores=[{"name": "IGA", "value": 2.5}]), "scores 1 value", "IGA is a whole number"),
    (claim(scores=[{"name": "DLQI", "value": 31}]), "scores 1 value", "0 to 30"),
    (claim(scores=[{"name": "Hurley", "value": 0}]), "scores 1 value", "1 to 3"),
    (claim(scores=[{"name": "IHS4", "value": -1}]), "scores 1 value", "a number"),
    (claim(scores=[{"name": "PGA", "value": 1}]), "scores 1 name", "none of PASI"),
    (claim(scores=[{"name": "PASI"}]), "scores 1 value", "is missing"),
    (claim(history=[{"code": "17000"}]), "history 1 dos", "is missing"),
    (claim(history=[{"code": "1700", "dos": "2026-03-01"}]), "history 1 code", "five characters"),
    (claim(mohs=[{"blocks": [0]}]), "mohs 1 blocks 1", "from 1"),
    (claim(mohs=[{"deep_structure": "skin"}]), "mohs 1 deep_structure", "yes, no"),
    (claim(specimens=[{"technique": "biopsy"}]), "specimens 1 technique", "none of tangential_biopsy"),
    (claim(prior_therapies=[{"dose": "1"}]), "prior_therapies 1 drug", "is missing"),
    (
        claim(prior_therapies=[{"drug": "x", "from": "2026-01-02", "to": "2026-01-01"}]),
        "prior_therapies 1 to", "before",
    ),
    (claim(auth={"from": "2026-01-02", "to": "2026-01-01"}), "auth to", "before the day in from"),
    (claim(auth={"units": 3}), "auth field 1", "is units_used meant"),
    (claim(symptoms=["fever"]), "symptoms 1", "none of bleeding"),
    (claim(symptoms=["pain"] * 10_001), "symptoms", "at most 10000"),
    (claim(photo="maybe"), "photo", "none of yes, no"),
    (claim(abn_signed="soon"), "abn_signed", "yes, no or a date"),
    ([{"claim": "B"}, 7], "", "an object"),
    ([{"claim": "B"}, None], "claim", "is missing"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "field", "reason"), WRONG)
@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_what_is_wrong_in_a_claim(put: Any, content: Any, field: str, reason: str, form: str) -> None:
    data = content if form == "json" else "".join(json.dumps(each) + "\n" for each in content)
    error = refused(put(data, form))
    assert (error.row, error.field) == (2, field)
    assert reason in error.reason
    assert "Muster" not in str(error)
    assert "\n" not in str(error)


@pytest.mark.parametrize(
    ("text", "row", "field", "reason"),
    [
        ("claim,site\nC,\n\nC,back\n", 4, "site", "names neither line nor control"),
        ("claim,line,site\nC,1,moon\n", 2, "site", "none of scalp"),
        ("claim,line\nC,1\nC,1\n", 3, "line", "stands there already"),
        ("claim,line_control\nC,X\nD,X\nC,X\n", 4, "line", "stands there already"),
        ("claim,line,photo\nC,1,yes\nC,2,no\n", 3, "photo", "differs from row 2"),
        ("claim,line,received_date\nC,1,2026-03-11\nC,2,2026-03-12\n", 3, "received_date", "differs from row 2"),
        ("claim,line\n,1\n", 2, "claim", "is missing"),
        ("line\n1\n", 1, "claim", "this column is missing"),
        ("claim;line\nC;1\n", 1, "", "parted by semicolons; save it with commas"),
        ("claim\tline\nC\t1\n", 1, "", "parted by tabs; save it with commas"),
        ("claim,Musterfrau\nC,x\n", 1, "column 2", "not a field"),
        ("claim,lines\nC,x\n", 1, "column 2", "is line meant"),
        ("claim,line,line\nC,1,1\n", 1, "column 3", "second column"),
        ("claim,line\nC\n", 2, "", "1 cells, and 2 columns"),
        ("claim,line,\nC,1,x\n", 2, "", "without a name"),
        ("claim,mohs\nC,A:nose:no:4/x\n", 2, "mohs 1 blocks 2", "a number of blocks"),
        ("claim,scores\nC,PASI:1:2026-03-01:x\n", 2, "scores", "at most 3 parts are wanted: name:value:date"),
        ("claim,symptoms\nC,pain;\n", 2, "symptoms 2", "empty"),
        ("claim,lesion_count\nC,benign\n", 2, "lesion_count", "pairs like"),
        ("claim,lesion_count\nC,benign:1;benign:2\n", 2, "lesion_count", "each name once"),
        ("claim,line,auth_from,auth_to\nC,1,2026-01-02,\nC,2,,2026-01-01\n", 3, "auth to", "before the day in from"),
        ("claim,auth_event\nC,stop\n", 2, "auth_event", "none of start"),
        ('claim,line\n"C"x,1\n', 2, "", "not CSV"),
        ("", 1, "claim", "this column is missing"),
    ],
)
def test_what_is_wrong_in_a_table(put: Any, text: str, row: int, field: str, reason: str) -> None:
    error = refused(put(text, "csv"))
    assert (error.row, error.field) == (row, field)
    assert reason in error.reason
    assert "Muster" not in str(error)


@pytest.mark.parametrize(
    ("data", "form", "reason"),
    [
        (b"[", "json", "line 1, column 2: not JSON"),
        (b'{"claim": "A"}\n{', "jsonl", "row 2, column 2: not JSON"),
        (b'{"claim": "A"}', "json", "an object with claims and nothing else"),
        (b'{"claims": [], "claims": []}', "json", "an object with claims and nothing else"),
        (b'{"claims": {}}', "json", "a list is wanted"),
        (b"7", "json", "a list is wanted"),
        (b'[{"claim": "A", "claim": "A"}]', "json", "row 1: an object that names a field twice"),
        (b'[{"claim": "A", "lines": [{"line": 1, "line": 1}]}]', "json", "row 1, lines 1: an object that names"),
        (b'[{"claim": "A", "lesion_count": {"benign": 1, "benign": 1}}]', "json", "row 1, lesion_count: an object"),
        (b'[{"claim": NaN}]', "json", "NaN and Infinity"),
        (b"[" * 100_000, "json", "nested too deep"),
        (b'[\n{"claim": "\xe4"}]', "json", "row 2: not UTF-8 text"),
        (b'[{"claim": "A\nB"}]', "json", "not JSON"),
        (b"", "json", "not JSON"),
        (b"", "xlsx", r"none of \.json, \.jsonl, \.csv"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_file(put: Any, data: bytes, form: str, reason: str) -> None:
    with pytest.raises(NotesError, match=reason):
        read(put(data, form))


def test_a_file_that_is_not_there_or_too_large(put: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotesError, match="No such file"):
        read(tmp_path / "none.json")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(NotesError, match="directory"):
        read(tmp_path / "folder.csv")
    monkeypatch.setattr(forms, "LARGEST", 1024 * 1024)
    with pytest.raises(NotesError, match="larger than 1 MB"):
        read(put(b" " * (1024 * 1024 + 1)))


# -- forms that spreadsheets and people make


def test_a_table_as_spreadsheets_write_it(put: Any) -> None:
    data = '\ufeffclaim , line,site,\r\nC,1,back,\r\n,,,\r\n C ,2," nose ",\r\n'
    assert one(put(data, "csv")) == ClaimNotes("C", lines=(LineNotes(1, site="back"), LineNotes(2, site="nose")))


def test_rows_of_a_claim_need_not_stand_together(put: Any) -> None:
    data = "claim,line,photo,lesion_count\nC,1,,benign:2\nD,1,no,\nC,,yes,premalignant:3\nC,2,yes,\n"
    found = read(put(data, "csv"))
    lines = (LineNotes(1, lesion_count={"benign": 2}), LineNotes(2))
    assert found.of("C") == ClaimNotes("C", photo=True, lesion_count={"premalignant": 3}, lines=lines)
    assert found.of("D") == ClaimNotes("D", photo=False, lines=(LineNotes(1),))


def test_blank_lines_and_nothing_at_all(put: Any) -> None:
    assert read(put('\n{"claim": 1}\r\n\n', "jsonl")).claims == {"1"}
    assert read(put("[]")).claims == read(put("claim\n", "csv")).claims == read(put("", "jsonl")).claims == frozenset()


def test_notes_are_read_once(samples: Path) -> None:
    path = samples / "notes/notes.json"
    assert notes(path) is notes(path)
    assert notes(None).claims == Notes().claims == frozenset()
    assert notes(None).of("A") is None
