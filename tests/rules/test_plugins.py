"""Rules of a practice's own: told as curette's are, listed as whose they are, refused when something is wrong."""

import json
from pathlib import Path

import pytest

from curette import pipeline
from curette.errors import RuleError
from curette.rules import _engine, _plugins
from tests.cli.run import run, spawn
from tests.rules import own
from tests.rules.claims import file_of, fragment


@pytest.fixture
def batch(tmp_path: Path) -> Path:
    path = tmp_path / "a.837"
    path.write_bytes(file_of([fragment(own.CLAIM)]))
    return path


def told(*arguments: object) -> list[tuple[str, int]]:
    done = run("check", *arguments, "--format", "jsonl", "--no-conformance", "--snip", "6", "--as-of", "2026-04-01")
    assert done.code in (0, 1), done.err
    return [(f["rule"], f["line"]) for f in map(json.loads, done.lines) if f["type"] == "finding"]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_rule_of_a_folder_is_told(batch: Path, tmp_path: Path, jobs: int) -> None:
    folder = own.rules(tmp_path / "own")
    assert told(batch, "--rules", folder, "--jobs", jobs) == [("CLINIC-01", 1)]
    assert told(batch, "--jobs", jobs) == []


def test_it_is_chosen_and_left_out_as_any_other(batch: Path, tmp_path: Path) -> None:
    folder = own.rules(tmp_path / "own")
    assert told(batch, "--rules", folder, "--select", "CLINIC") == [("CLINIC-01", 1)]
    assert told(batch, "--rules", folder, "--select", "DERM") == []
    assert told(batch, "--rules", folder, "--ignore", "clinic-01") == []


def test_the_catalogue_lists_it_with_its_origin(tmp_path: Path) -> None:
    folder = own.rules(tmp_path / "own")
    assert "CLINIC-01  warning  6  Highest visits [clinic.py]" in [
        " ".join(line.split()).replace("CLINIC-01 warning 6 ", "CLINIC-01  warning  6  ")
        for line in run("rules", "--rules", folder).lines
    ]
    one = run("rules", "CLINIC-01", "--rules", folder).out
    for words in (
        "why         They are read.",
        f"from        {folder}/clinic.py",
        "beside a biopsy: CLINIC-01:1:warning",
    ):
        assert words in one
    [row] = map(json.loads, run("rules", "CLINIC", "--rules", folder, "--format", "jsonl").lines)
    assert (row["origin"], row["family"], row["sources"]) == (str(folder / "clinic.py"), "clinic", ["practice"])
    assert "CLINIC" not in run("rules").out
    assert run("rules", "CLINIC-01").code == 2


def test_its_cases_are_run(tmp_path: Path) -> None:
    folder = own.rules(tmp_path / "own")
    done = run("rules", "--test", "--rules", folder)
    assert done.code == 1
    assert done.lines == [
        f"{folder / 'clinic.toml'}: CLINIC-01 needs more cases: 1 of 2 hit, 1 of 3 near, 0 of 1 other",
        "2 cases, none failed; 1 rule with too few",
    ]
    more = (folder / "clinic.toml").read_text()
    hit, near = more.split("\n\n", 1)
    other = hit.replace('"hit"', '"other"\npayer = "CI"')
    other_folder = tmp_path / "whole"
    own.rules(other_folder)
    (other_folder / "clinic.toml").write_text("\n\n".join([hit, hit, near, near, near, other]) + "\n")
    done = run("rules", "--test", "CLINIC", "--rules", other_folder)
    assert (done.code, done.out) == (0, "6 cases, none failed\n")


def test_a_case_that_fails_is_told_with_its_place(tmp_path: Path) -> None:
    folder = own.rules(tmp_path / "own", body=own.YIELD + "\n    else:\n        yield Hit(line, {'count': 1})")
    done = run("rules", "--test", "--rules", folder)
    assert done.code == 1
    assert done.lines[:2] == [
        f"{folder / 'clinic.toml'}:11: CLINIC-01 near: alone",
        "  not expected: CLINIC-01:1:warning  99215 of 1 lines",
    ]


def test_nothing_to_run_is_a_usage_error() -> None:
    assert run("rules", "--test").code == 2
    assert run("rules", "--test", "BAL-A").code == 2


def test_helpers_are_shared_by_files_and_leave_nothing_behind(batch: Path, tmp_path: Path) -> None:
    folder = own.rules(tmp_path / "own", body="yield Hit(line, {'count': number(day)})")
    file = folder / "clinic.py"
    file.write_text(file.read_text().replace("\n\n\n@rule", "\nfrom ._days import number\n\n\n@rule"))
    (folder / "_days.py").write_text("def number(day):\n    return len(day.lines)\n")
    assert told(batch, "--rules", folder) == [("CLINIC-01", 1)]
    assert sorted(path.name for path in folder.iterdir()) == ["_days.py", "clinic.py", "clinic.toml"]


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_installed_package_brings_rules(batch: Path, tmp_path: Path, jobs: int) -> None:
    site = own.rules(tmp_path / "site", "GROUP-7", "group_rules")
    info = site / "group_rules-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: group-rules\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[curette.rules]\nall = group_rules\n")
    path = {"PYTHONPATH": f"{own_source()}:{site}"}
    done = spawn("check", batch, "--snip", "6", "--format", "jsonl", "--jobs", jobs, env=path)
    assert [f["rule"] for f in map(json.loads, done.lines) if f["type"] == "finding"] == ["GROUP-7"], done.err
    assert "Highest visits [group_rules.py of group-rules]" in " ".join(spawn("rules", env=path).out.split())
    folder = own.rules(tmp_path / "own", "GROUP-7")
    done = spawn("check", batch, "--rules", folder, env=path)
    assert (done.code, done.out) == (2, "")
    assert f"{folder / 'clinic.py'}:6: rule GROUP-7 is declared in group_rules.py of group-rules too" in done.err
    (site / "group_rules.py").write_text("import curette\n\nraise KeyError('x')\n")
    done = spawn("rules", env=path)
    assert (done.code, done.err) == (2, f"curette: {site / 'group_rules.py'}:3: KeyError: 'x'\n")
    (info / "entry_points.txt").write_text("[curette.rules]\nall = no_such_module\n")
    done = spawn("check", batch, env=path)
    assert (done.code, done.out) == (2, "")
    assert "entry point all of group-rules: there is no file of a module no_such_module" in done.err


def own_source() -> str:
    return str(Path(_engine.__file__).resolve().parents[2])


WRONG = {
    "syntax": ("clinic.py", "if len(day", "if if len(day", ":13: invalid syntax"),
    "import": ("clinic.py", "from collections.abc", "import not_there\nfrom collections.abc", ":1: ModuleNotFoundError: No"),
    "exit": ("clinic.py", "from collections.abc", "raise SystemExit(3)\nfrom collections.abc", ":1: SystemExit: 3"),
    "reserved": ("clinic.py", '"CLINIC-01"', '"DERM-B99"', ":6: DERM-B99: DERM- is kept for curette's own rules"),
    "id": ("clinic.py", '"CLINIC-01"', '"clinic-01"', ":6: bad rule id or name: clinic-01"),
    "field": ("clinic.py", "{count} lines", "{patient} lines", ":6: CLINIC-01: the message uses unlisted fields ['patient']"),
    "docstring": ("clinic.py", "Why: They are read.", "They are read.", ":6: CLINIC-01: the docstring needs"),
    "argument": ("clinic.py", "severity=", "gravity=", ":6: TypeError: rule() got an unexpected keyword argument 'gravity'"),
    "letters": ("clinic.py", '("99215",)', '"99215"', ":6: CLINIC-01: on, beside"),
    "family": ("clinic.py", '("99215",)', '("biopsies",)', ":6: CLINIC-01: biopsies is nothing that `on` may name"),
    "modifier": ("clinic.py", '("99215",)', '("TC", "1")', ":6: CLINIC-01: 1 is nothing that `on` may name"),
    "beside": ("clinic.py", "message=", 'beside=("sames",), message=', ":6: CLINIC-01: sames is nothing that `beside` may"),
    "of another line": ("clinic.py", '("99215",)', '("same",)', ":6: CLINIC-01: same is nothing that `on` may name"),
    "recalls": ("clinic.py", "message=", 'recalls=("25",), message=', ":6: CLINIC-01: 25 is nothing that `recalls` may"),
    "alone": ("clinic.py", "message=", 'looks="line", recalls=("*",), message=', ":6: CLINIC-01: a rule that looks at the line alone"),
    "source": ("clinic.py", "message=", 'sources=("hearsay",), message=', ":6: CLINIC-01: hearsay is no source"),
    "needs": ("clinic.py", "message=", 'needs=("faith",), message=', ":6: CLINIC-01: needs may name auths, history, notes"),
    "called": ("clinic.py", "day: Day, ctx: Context)", "day: Day)", ":6: CLINIC-01: a rule is a function that is called"),
    "brace": ("clinic.py", "{count} lines", "{count lines", ":6: CLINIC-01: the message is no text, or a brace"),
    "inside": ("clinic.py", "{count} lines", "{count.real} lines", ":6: CLINIC-01: the message uses unlisted fields"),
    "width": ("clinic.py", "{count} lines", "{count:>999999999} lines", ":6: CLINIC-01: the message shows a field in"),
    "severity": ("clinic.py", "Severity.WARNING", '"warning"', ":6: CLINIC-01: severity is one of Severity"),
    "asks": ("clinic.py", "message=", "asks=7, message=", ":6: CLINIC-01: rank is one of CODES to REVIEW, and asks"),
    "rank": ("clinic.py", "message=", "rank='own', message=", ":6: CLINIC-01: rank is one of CODES to REVIEW"),
    "numbers": ("clinic.py", '("99215",)', "(99215,)", ":6: CLINIC-01: on, beside"),
    "odd end": ("clinic.py", "from collections.abc", "raise GeneratorExit\nfrom collections.abc", ":1: GeneratorExit:"),
    "level": ("clinic.py", "message=", 'level="day", message=', ":6: CLINIC-01: bad level"),
    "none": ("clinic.py", "@rule(", "(lambda *a, **k: lambda f: f)(", ": declares no rule"),
    "toml": ("clinic.toml", 'kind = "hit"', "kind = hit", ":2: Invalid value"),
    "toml's end": ("clinic.toml", "expected = []\n", "expected = [", ":18: Invalid value"),
    "of another": ("clinic.toml", "[[CLINIC-01]]\nkind = \"near\"", "[[CLINIC-02]]\nkind = \"near\"", ":11: clinic.py declares no rule CLINIC-02"),
    "kind": ("clinic.toml", '"near"', '"miss"', ":11: CLINIC-01: kind is not hit, near or other"),
    "unknown": ("clinic.toml", 'name = "alone"', 'name = "alone"\npatient = "X"', ":11: CLINIC-01: a case has no patient"),
    "lacks": ("clinic.toml", 'name = "alone"\n', "", ":11: CLINIC-01: the case lacks name"),
    "expected": ("clinic.toml", "CLINIC-01:1:warning", "CLINIC-01:warning", ":1: CLINIC-01: expected is not a list such as"),
    "no hit": ("clinic.toml", '["CLINIC-01:1:warning"]', "[]", ":1: CLINIC-01: of a hit expected is with CLINIC-01"),
    "segment": ("clinic.toml", "SV1*HC:99215*300*UN*1***1", "a visit", ":11: CLINIC-01: line 2 is no segment such as"),
    "charge": ("clinic.toml", "SV1*HC:99215*300*", "SV1*HC:99215*3.5*", ":11: CLINIC-01: it needs a service line (SV1), and SV102"),
    "day": ("clinic.toml", 'name = "alone"', 'name = "alone"\nday = "20260230"', ":11: CLINIC-01: day is not a date like"),
    "history": ("clinic.toml", 'name = "alone"', 'name = "alone"\nhistory = [{}]', ":11: CLINIC-01: history is not a list such as"),
}  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_ends_it_with_file_and_line(wrong: str, batch: Path, tmp_path: Path) -> None:
    name, old, new, reason = WRONG[wrong]
    folder = own.rules(tmp_path / "own")
    text = (folder / name).read_text()
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1))
    done = run("check", batch, "--rules", folder)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"curette: {folder / name}{reason}"), done.err
    assert done.err.count("\n") == 1


def test_what_is_wrong_with_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "own"
    assert run("rules", "--rules", folder).err == f"curette: {folder}: No such file or directory\n"
    folder.mkdir()
    assert run("rules", "--rules", folder).err == f"curette: {folder}: holds no rules (*.py)\n"
    own.rules(folder)
    (folder / "clinic.toml").rename(folder / "other.toml")
    assert "other.toml: there is no other.py whose cases" in run("rules", "--rules", folder).err
    (folder / "other.toml").unlink()
    assert "clinic.py: its cases are missing: clinic.toml beside it" in run("rules", "--rules", folder).err
    own.rules(folder)
    own.rules(folder, name="second-file")
    assert "second-file.py: the name of a file of rules has letters" in run("rules", "--rules", folder).err
    (folder / "second-file.py").rename(folder / "second.py")
    (folder / "second-file.toml").rename(folder / "second.toml")
    assert "second.py:6: rule CLINIC-01 is declared in" in run("rules", "--rules", folder).err


def test_a_second_declaration_and_a_hidden_one(tmp_path: Path) -> None:
    folder = own.rules(tmp_path / "own")
    text = (folder / "clinic.py").read_text()
    (folder / "clinic.py").write_text(text + text[text.index("\n\n@rule") :].replace("def told", "def again"))
    assert "clinic.py:17: rule CLINIC-01 is declared twice" in run("rules", "--rules", folder).err
    (folder / "clinic.py").write_text(text + "\n\nfrom . import _more\n")
    (folder / "_more.py").write_text(text.replace("CLINIC-01", "CLINIC-02"))
    assert "_more.py:6: rules are declared in files whose" in run("rules", "--rules", folder).err


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("yield 1 // 0", "ZeroDivisionError in clinic.py:14"),
        ("yield Hit(line, {})", "its hit lacks count"),
        ("yield Hit(line, {'count': 'two'})", "ValueError in _plugins.py"),
        ("yield 'a hit'", "it gives str, neither Hit nor Missing"),
        ("yield Hit('1', {'count': 2})", "its Hit has no usable line"),
        ("yield Hit(line, {'count': 2}, severity='error')", "its Hit has no usable severity"),
        ("yield Hit(line, {'count': 2}, related=(1,))", "its Hit has no usable related"),
        ("yield Hit(line, [2])", "its Hit has no usable facts"),
        ("yield Hit(line, {'count': 2}, at='CLM')", "its Hit has no usable at"),
        ("yield Hit(line, {'count': 2}, element='SV1')", "its Hit has no usable element"),
    ],
)
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_rule_that_raises_costs_nothing_else(body: str, kind: str, jobs: int, tmp_path: Path) -> None:
    folder = own.rules(tmp_path / "own", body=body)
    path = tmp_path / "a.837"
    file = folder / "clinic.py"
    file.write_text(file.read_text().replace("{count} lines", "{count:d} lines"))
    wrong = "HI*ABK:D492\nSV1*HC:11103*120*UN*1***1"
    path.write_bytes(
        file_of([fragment(own.CLAIM, "A1"), fragment(wrong, "A2", "20260302"), fragment(own.CLAIM, "A3", "20260303")])
    )
    done = run("check", path, "--rules", folder, "--format", "jsonl", "--snip", "6", "--jobs", jobs)
    assert done.code == 3
    *found, summary = map(json.loads, done.lines)
    assert [f["rule"] for f in found if f["type"] == "finding"] == ["DERM-B02"]
    [fault] = [f for f in found if f["type"] == "fault"]
    assert fault["rule"] == "CLINIC-01"
    assert fault["reason"].startswith(kind)
    assert fault["reason"].endswith(", claim A1, and 1 more")
    assert (summary["claims"], summary["held"], summary["faults"]) == (3, 3, 1), "what was not looked at is not clean"
    text = run("check", path, "--rules", folder, "--snip", "6").out
    assert f"rule CLINIC-01 failed in transaction 0001: {kind}" in text
    assert "please report it" not in text
    ignored = run("check", path, "--rules", folder, "--snip", "6", "--ignore", "CLINIC")
    assert (ignored.code, "CLINIC" in ignored.out) == (1, False)


def test_a_rule_that_raises_holds_its_claim_alone_in_a_release_too(tmp_path: Path) -> None:
    folder, path, out = own.rules(tmp_path / "own", body="yield 1 // 0"), tmp_path / "a.837", tmp_path / "out"
    right = "HI*ABK:L400\nSV1*HC:99215*300*UN*1***1"
    path.write_bytes(
        file_of([fragment(right, "A1"), fragment(own.CLAIM, "A2", "20260302"), fragment(right, "A3", "20260303")])
    )
    done = run("check", path, "--rules", folder, "--snip", "1-3,6", "--select", "CLINIC", "--release", out)
    assert (done.code, done.out.count("rule CLINIC-01 failed")) == (3, 1)
    told = json.loads((out / "manifest.json").read_text())["totals"]
    assert {name: told[name]["claims"] for name in told} == {"in": 3, "clean": 2, "held": 1, "rejected": 0}
    [held] = out.glob("*/held.837")
    assert (b"CLM*A2*" in held.read_bytes(), b"CLM*A1*" in held.read_bytes()) == (True, False)


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_it_prints_is_no_part_of_the_results(batch: Path, tmp_path: Path, jobs: int) -> None:
    file = own.rules(tmp_path / "own", body="print('asked')\n        " + own.YIELD) / "clinic.py"
    text = file.read_text().replace("message=", "asks=lambda ctx: print('payer') is None, message=")
    file.write_text("print('read')\n" + text)
    done = spawn("check", batch, "--rules", file.parent, "--format", "jsonl", "--snip", "6", "--jobs", jobs)
    found = [json.loads(line) for line in done.lines]
    assert [f["rule"] for f in found if f["type"] == "finding"] == ["CLINIC-01"]
    assert {"read", "payer", "asked"} <= set(done.err.split())
    assert json.loads(spawn("rules", "CLINIC-01", "--rules", file.parent, "--format", "jsonl").out)


def test_what_a_rule_told_before_it_raised_stays_told(batch: Path, tmp_path: Path) -> None:
    folder = own.rules(tmp_path / "own", body=f"{own.YIELD}\n        yield 1 // 0")
    done = run("check", batch, "--rules", folder, "--format", "jsonl", "--snip", "6")
    found = [(f["type"], f["rule"]) for f in map(json.loads, done.lines) if f["type"] in ("finding", "fault")]
    assert found == [("finding", "CLINIC-01"), ("fault", "CLINIC-01")]


@pytest.mark.parametrize(("word", "wakes"), [("11102", True), ("biopsy", True), ("99215", False), ("same", False)])
def test_what_stands_beside_wakes_it(word: str, wakes: bool, batch: Path, tmp_path: Path) -> None:
    file = own.rules(tmp_path / "own") / "clinic.py"
    file.write_text(file.read_text().replace("message=", f'beside=("{word}",), message='))
    assert told(batch, "--rules", file.parent) == ([("CLINIC-01", 1)] if wakes else [])


def test_the_library_says_so_before_the_first_result(batch: Path, tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    with pytest.raises(RuleError):
        pipeline.check([batch], pipeline.CheckOptions(rules=tmp_path / "own"))


def test_a_file_that_was_mended_is_read_again(tmp_path: Path) -> None:
    folder = own.rules(tmp_path / "own")
    good = (folder / "clinic.toml").read_text()
    (folder / "clinic.toml").write_text("")
    with pytest.raises(RuleError, match="has no case"):
        _plugins.plugins(folder)
    (folder / "clinic.toml").write_text(good)
    [plugin] = _plugins.plugins(folder)
    assert [one.rule.id for one in plugin.rules] == ["CLINIC-01"]
    assert "CLINIC-01" not in {one.rule.id for one in _engine.catalogue()}


def test_a_payer_question_that_raises_costs_nothing_else(tmp_path: Path) -> None:
    folder = own.rules(tmp_path / "own")
    file = folder / "clinic.py"
    file.write_text(file.read_text().replace("message=", "asks=lambda ctx: 1 // 0, message="))
    path = tmp_path / "a.837"
    wrong = "HI*ABK:D492\nSV1*HC:11103*120*UN*1***1"
    path.write_bytes(file_of([fragment(own.CLAIM, "A1"), fragment(wrong, "A2", "20260302")]))
    done = run("check", path, "--rules", folder, "--format", "jsonl", "--snip", "6")
    *found, summary = map(json.loads, done.lines)
    assert (done.code, summary["claims"], summary["held"]) == (3, 2, 2)
    assert [f["rule"] for f in found if f["type"] == "finding"] == ["DERM-B02"]
    [fault] = [f for f in found if f["type"] == "fault"]
    assert (fault["rule"], fault["reason"]) == ("CLINIC-01", "ZeroDivisionError in clinic.py:6, claim A1")
