"""The templates in edi_samples/notes and the page beside them: every field, in three forms; and the shared list."""

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest

from curette.errors import NotesError
from curette.notes import fields, sidecar
from curette.notes.kinds import Many, Parts
from curette.notes.model import ClaimNotes, LineNotes, excised
from curette.pipeline import read_claims
from tests.conftest import ROOT

NOTES = ROOT / "edi_samples" / "notes"


def names(parts: Parts) -> set[str]:
    """The fields of an object and of the objects in it."""
    found = set(parts.fields)
    for part in parts.fields.values():
        kind = part.kind.item if isinstance(part.kind, Many) else part.kind
        found |= names(kind) if isinstance(kind, Parts) else set()
    return found


def used(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value) | {name for inner in value.values() for name in used(inner)}
    return {name for inner in value for name in used(inner)} if isinstance(value, list) else set()


def test_three_forms_tell_the_same() -> None:
    json_, lines, table = (sidecar.read(NOTES / f"notes.{form}") for form in ("json", "jsonl", "csv"))
    assert len(json_.claims) == 7
    assert json_.claims == lines.claims == table.claims
    for claim in json_.claims:
        assert json_.of(claim) == lines.of(claim) == table.of(claim)


def test_the_examples_have_every_field() -> None:
    given = used(json.loads((NOTES / "notes.json").read_text("utf-8")))
    assert names(fields.CLAIM) - given == set()


def test_the_table_has_every_column() -> None:
    with (NOTES / "notes.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert set(header) == sidecar._COLUMNS
    assert all(any(row[at] for row in rows) for at in range(len(header)))


def test_the_examples_are_of_lines_that_are_there() -> None:
    notes = sidecar.read(NOTES / "notes.csv")
    claims = {c.control_number: c for c in read_claims(ROOT / "edi_samples/clean/clinic_day.837")}
    assert notes.claims <= claims.keys()
    for number in notes.claims:
        found = notes.of(number)
        assert found is not None
        told = [found.line(line.number, line.control_number) for line in claims[number].lines]
        assert [line for line in found.lines if line not in told] == []


def test_the_page_explains_every_field_and_value() -> None:
    page = (NOTES / "README.md").read_text("utf-8")
    explained = set(re.findall(r"`(\w+)`", page))
    assert (names(fields.CLAIM) | names(fields.LOGGED)) - explained == set()
    for values in (fields.SITES, fields.TECHNIQUES, fields.BEHAVIOURS, fields.SYMPTOMS):
        assert ", ".join(values) in page
    assert all(name in page for name in fields.SCORES)


def test_a_size_of_the_examples() -> None:
    claim = sidecar.read(NOTES / "notes.json").of("DAY08")
    assert claim is not None
    line = claim.line(1, "DAY08-L1")
    assert line is not None
    assert (line.lesion_max, line.margins, excised(line)) == (135, (50, 50, 60), 240)


# -- the list of fields, and the vectors, of the knowledge tables

# the list's own words for what has a plainer name or form here
RENAMED = {"claim_key": "claim", "line_key": "line_control", "taxonomy/credentials of renderer": "credentials"}


@pytest.mark.shared
def test_every_field_of_the_shared_list_is_there(shared: Path) -> None:
    with (shared / "knowledge/dermatology/sidecar_fields.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        parts = fields.CLAIM if row["level"] == "claim" else fields.LINE
        name = RENAMED.get(row["field"], row["field"])
        assert name in parts.fields, row
        if row["type_unit"] == "enum":
            for value in row["x12_or_values"].split(","):
                assert parts.fields[name].kind.read(value) == value
    assert len(rows) > 30


# What the vectors put beside the lines and is not a note: the 837, payer profiles and earlier claims tell it.
ELSEWHERE = {
    "claim_status", "pos", "clia", "sv101_7", "ndc", "ctp", "nte", "payer_pa", "created", "clm05_3", "sister_lines",
}  # fmt: skip
AS = {"received": "received_date", "rendering_taxonomy": "credentials"}


def as_notes(given: dict[str, Any]) -> dict[str, Any]:
    """A vector's facts as a claim of a sidecar."""
    claim: dict[str, Any] = {"claim": "V"}
    lines = []
    for name, value in given.items():
        if name.isdigit():
            facts = {key: fact for key, fact in value.items() if key not in ELSEWHERE}
            lines.append({"line": int(name), **facts})
        elif name == "history":
            claim[name] = [{"code": each["code"], "dos": "2026-03-01"} for each in value]
        elif name == "auth" and "scores" in value:
            claim["scores"] = value["scores"]
            claim[name] = {key: fact for key, fact in value.items() if key != "scores"}
        elif name not in ELSEWHERE:
            claim[AS.get(name, name)] = value
    return {**claim, "lines": lines}


@pytest.mark.shared
def test_every_fact_of_the_vectors_has_a_home(shared: Path, tmp_path: Path) -> None:
    vectors = json.loads((shared / "knowledge/dermatology/test_vectors.json").read_text("utf-8"))
    told = [vector["sidecar"] for vector in vectors if vector.get("sidecar")]
    path = tmp_path / "notes.jsonl"
    path.write_text("".join(json.dumps({**as_notes(v), "claim": str(at)}) + "\n" for at, v in enumerate(told)))
    notes = sidecar.read(path)
    assert len(notes.claims) == len(told) > 40


@pytest.mark.shared
def test_a_vector_is_read_as_it_means(shared: Path, tmp_path: Path) -> None:
    vectors = json.loads((shared / "knowledge/dermatology/test_vectors.json").read_text("utf-8"))
    by_id = {vector["id"]: vector["sidecar"] for vector in vectors}

    def read(id: str) -> ClaimNotes:
        path = tmp_path / f"{id}.json"
        path.write_text(json.dumps([as_notes(by_id[id])]))
        found = sidecar.read(path).of("V")
        assert found is not None
        return found

    def line(id: str) -> LineNotes:
        found = read(id).line(1)
        assert found is not None
        return found

    assert excised(line("TV063")) == 180
    assert excised(line("TV066")) == 55
    assert line("TV074").path_result == "none"
    assert line("TV063").path_result is None
    assert line("TV075").prior_path_result == line("TV076").path_result == "malignant"
    assert read("TV219").scores == ()
    assert read("TV208").scores is None
    specimens = read("TV023").specimens
    assert specimens is not None
    assert [s.technique for s in specimens] == ["tangential_biopsy"] * 2
    assert read("TV049").lesion_counts == {"premalignant": 10, "benign": 6}


def test_an_error_can_be_sent_between_processes() -> None:
    import pickle

    error = NotesError("a.csv", 3, "site", "none of ...")
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.row) == ("a.csv: row 3, site: none of ...", 3)
    assert str(NotesError("a.csv", 0, "", "cannot be read")) == "a.csv: cannot be read"
