"""The made resubmissions of edi_samples/resubmitted/set: what curette diff says of each batch, as text and JSON lines.

CURETTE_GOLDEN=write renews the golden files beside the samples; read their diff before you keep them.
"""

import json
import os
import re

import pytest

from tests.cli.run import run
from tests.conftest import ROOT

FOLDER = ROOT / "edi_samples/resubmitted/set"
THEMES = sorted(path.name.removesuffix("_old.837") for path in FOLDER.glob("*_old.837"))
FORMS = ("text", "jsonl")


@pytest.fixture(autouse=True)
def _in_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def files(theme: str) -> tuple[str, ...]:
    name = f"edi_samples/resubmitted/set/{theme}"
    return f"{name}_old.837", f"{name}_new.837", "--remits", f"{name}_denied.835", "--as-of", "2026-03-16"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("theme", THEMES)
def test_golden(theme: str, form: str) -> None:
    found = run("diff", *files(theme), "--format", form)
    assert (found.code, found.err) == (1, "")
    path = FOLDER / f"{theme}.diff.{'txt' if form == 'text' else form}"
    if os.environ.get("CURETTE_GOLDEN") == "write":
        path.write_text(found.out, "utf-8")
    assert found.out == path.read_text("utf-8")


def test_there_are_sixty_and_every_kind_of_thing_happens() -> None:
    rows = [
        json.loads(line)
        for theme in THEMES
        for line in (FOLDER / f"{theme}.diff.jsonl").read_text("utf-8").splitlines()
    ]
    assert sum(row["matched"] for row in rows if row["type"] == "summary") >= 60
    changes = [row for row in rows if row["type"] == "change"]
    assert {row["kind"] for row in changes} == {"added", "removed", "changed", "moved"}
    assert {row["matched_by"] for row in changes} == {"payer_claim", "claim", "patient_service"}
    assert {row["confidence"] for row in changes} >= {"certain", "likely"}
    assert {row["state"] for row in rows if row["type"] in ("answered", "unanswered")} == {"answered", "partly", "not"}
    told = {row["rule"] for row in rows if row["type"] == "finding"}
    declared = re.findall(r'^    "([A-Z0-9-]+)", "', (ROOT / "src/curette/diff/hygiene.py").read_text("utf-8"), re.M)
    assert {f"DIFF-{id}" for id in declared} <= told
    assert "SIT-REF-F8" in told


@pytest.mark.parametrize("theme", THEMES)
def test_turned_round_it_is_as_much(theme: str) -> None:
    old, new, *_ = files(theme)
    there, back = (
        json.loads(run("diff", *pair, "--format", "jsonl").out.splitlines()[-1]) for pair in ((old, new), (new, old))
    )
    assert there["matched"] == back["matched"]
    assert there["changes"]["added"] == back["changes"]["removed"]
    assert there["changes"]["changed"] == back["changes"]["changed"]


def test_what_is_wide_stands_side_by_side() -> None:
    wide = run("diff", *files("codes"), "--width", "160").out
    narrow = run("diff", *files("codes"), "--width", "160", "--unified", "0").out
    assert re.search(r"^  frequency +1 +\| 7$", wide, re.M)
    assert re.search(r"^  original reference +> ICN-COD01$", wide, re.M)
    assert "- frequency           1\n+ frequency           7\n" in narrow
    assert "  line 2: 17110" in wide
    assert "  line 2: 17110" not in narrow
    assert max(map(len, wide.splitlines())) <= 160


def test_names_only() -> None:
    found = run("diff", *files("grouping"), "--name-only")
    assert found.out.splitlines() == [
        "GRP01", "GRP02", "GRP03", "GRP04 -> GRP04, GRP04B", "GRP05, GRP06 -> GRP05", "GRP07 -> NEW08",
        "GRP08 -> GRP08-R", "GRP09 -> NEW10",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "wrong", [("--stat", "--name-only"), ("--name-only", "--format", "html"), ("-U", "3", "--format", "jsonl")]
)
def test_what_does_not_go_together(wrong: tuple[str, ...]) -> None:
    assert run("diff", *files("codes"), *wrong).code == 2


def test_no_patient_data() -> None:
    for form in ("text", "jsonl", "html"):
        shown = run("diff", *files("records"), "--format", form).out
        for secret in ("TEST0099", "CORRECTED", "20160508", "GROWING"):
            assert secret not in shown
        assert "TEST0099" in run("diff", *files("records"), "--format", form, "--show-phi").out
