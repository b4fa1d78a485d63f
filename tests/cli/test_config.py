"""Settings in layers: defaults, files from the root down, the environment, options; each told with its origin."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from curette.cli import settings
from tests import builder as b
from tests.cli.run import run

UNTIDY = b.GOOD_CLAIMS.replace(b"*SAMPLE*SAM*", b"*SAMPLE *SAM*")  # a warning


@pytest.fixture
def clinic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a clinic below that of the practice, where the run takes place."""
    folder = tmp_path / "practice" / "clinic"
    folder.mkdir(parents=True)
    (folder / "a.837").write_bytes(UNTIDY)
    monkeypatch.chdir(folder)
    return folder


def put(folder: Path, text: str) -> Path:
    path = folder / "curette.toml"
    path.write_text(text, "utf-8")
    return path


def shown(*arguments: str) -> dict[str, dict[str, Any]]:
    done = run("config", "show", *arguments, "--format", "jsonl")
    assert (done.code, done.err) == (0, "")
    return {record["option"]: record for record in map(json.loads, done.lines)}


@pytest.mark.parametrize(
    ("variable", "remedy"),
    [("XDG_CONFIG_HOME", "--no-config leaves it out"), ("CURETTE_TABLES", "names another folder")],
)
def test_a_home_that_cannot_be_looked_into_is_told(
    clinic: Path, monkeypatch: pytest.MonkeyPatch, variable: str, remedy: str
) -> None:
    """As of another user, or one that systemd hides: what may lie there is not passed over in silence."""
    monkeypatch.setenv(variable, str(clinic / ("x" * 300)))  # which root cannot look into either
    done = run("codes", "status")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"curette: {clinic}")
    assert remedy in done.err
    if variable == "XDG_CONFIG_HOME":
        assert run("--no-config", "codes", "status").code == 0


def test_inputs_that_a_file_names_go_from_its_folder(clinic: Path) -> None:
    """As every path; a pattern, too."""
    sent = clinic.parent / "sent"
    sent.mkdir()
    (sent / "a.837").write_bytes(b.GOOD_CLAIMS)
    (clinic / "a.835").write_bytes(b.GOOD_REMIT)
    put(clinic.parent, '[denials]\nclaims = ["sent/*.837"]\n[diff]\nremits = "clinic/a.835"\n')
    linked = [json.loads(line)["linked"] for line in run("denials", "a.835", "--format", "jsonl").lines[:2]]
    assert linked == [True, True]
    assert shown("diff")["--remits"]["value"] == str(clinic / "a.835")


def test_a_folder_that_is_gone_is_told(clinic: Path) -> None:
    clinic.joinpath("a.837").unlink()
    clinic.rmdir()
    done = run("codes", "status")
    assert (done.code, done.err) == (2, "curette: the folder in which curette runs: No such file or directory\n")


def test_each_layer_goes_before_the_one_above(clinic: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def code(*options: str) -> int:
        return run("check", "a.837", *options).code

    assert code() == 0
    above = put(clinic.parent, '[check]\nfail-on = "warning"\n')
    assert code() == 1
    own = put(clinic, '[check]\nfail-on = "error"\n')
    assert code() == 0
    monkeypatch.setenv("CURETTE_CHECK_FAIL_ON", "warning")
    assert code() == 1
    assert code("--fail-on", "error") == 0
    told = shown("check", "--fail-on", "advice")["--fail-on"]
    assert (told["value"], told["origin"]) == ("advice", "option")
    assert [(one["value"], one["origin"]) for one in told["instead_of"]] == [
        ("warning", "environment CURETTE_CHECK_FAIL_ON"), ("error", str(own)), ("warning", str(above)),
        ("error", "default"),
    ]  # fmt: skip


def test_the_users_own_file_is_the_weakest(clinic: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "home" / "curette").mkdir(parents=True)
    own = put(tmp_path / "home" / "curette", '[check]\nfail-on = "warning"\nhold-on = "advice"\n')
    put(clinic, '[check]\nfail-on = "advice"\n')
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    told = shown()
    assert (told["--hold-on"]["value"], told["--hold-on"]["origin"]) == ("advice", str(own))
    assert (told["--fail-on"]["value"], told["--fail-on"]["instead_of"][0]["origin"]) == ("advice", str(own))


def test_one_file_alone_or_none(clinic: Path, tmp_path: Path) -> None:
    put(clinic, '[check]\nfail-on = "warning"\n')
    other = tmp_path / "other.toml"
    other.write_text('[check]\nfail-on = "error"\n', "utf-8")
    assert run("check", "a.837").code == 1
    assert run("--config", other, "check", "a.837").code == 0
    assert run("--no-config", "check", "a.837").code == 0
    assert run("--config", tmp_path / "absent.toml", "check", "a.837").code == 2


def test_paths_go_from_the_folder_of_the_file_and_lists_are_lists(clinic: Path) -> None:
    text = '[check]\nhistory = ["sent/a", "/b"]\nignore = ["SYN-PADDED", "PAY-"]\nas-of = 2026-03-10\njobs = 1\nquiet = true\n'
    put(clinic.parent, text)
    told = {option: record["value"] for option, record in shown().items()}
    assert told == {
        "--history": f"{clinic.parent}/sent/a,/b", "--ignore": "SYN-PADDED,PAY-", "--as-of": "2026-03-10", "--jobs": "1",
        "--quiet": "true",
    }  # fmt: skip
    (clinic.parent / "sent").mkdir()
    (clinic.parent / "sent" / "a").write_bytes(b.GOOD_CLAIMS)
    put(clinic.parent, '[check]\nhistory = ["sent/a"]\nignore = "SYN-PADDED"\nfail-on = "warning"\n')
    done = run("check", "a.837")
    assert done.code == 0, done.out
    assert "history: 2 claims" in done.out


def test_commands_of_a_group_and_switches(clinic: Path) -> None:
    put(clinic, '[codes.status]\nformat = "jsonl"\n[denials]\nepisodes = false\nconformance = "off"\n')
    assert json.loads(run("codes", "status").lines[0])
    told = shown("denials")
    assert (told["--episodes"]["value"], told["--conformance"]["value"]) == ("false", "off")
    assert shown("codes", "status")["--format"]["value"] == "jsonl"
    assert "--no-conformance" not in shown("check")


def test_conformance_from_a_file_gives_way_to_the_switch(clinic: Path) -> None:
    odd = b.GOOD_CLAIMS.replace(b"*Y*A*Y*Y~", b"*Y*Z*Q*Y~")
    (clinic / "a.837").write_bytes(odd)
    assert run("check", "a.837").code == 1
    put(clinic, '[check]\nconformance = "off"\n')
    assert run("check", "a.837").code == 0
    put(clinic, '[check]\nconformance = "fast"\n')
    assert run("check", "a.837").code == 1
    assert run("check", "a.837", "--no-conformance").code == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[chek]\n", "[chek] is no command; check?"),
        ("check = 1\n", "[check] is no table"),
        ('[check]\nfailon = "error"\n', "[check] failon: there is no such option; fail-on?"),
        ('[check]\nfail-on = "fatal"\n', "fail-on: 'fatal' is not one of 'error', 'warning', 'advice'."),
        ("[check]\nfail-on = 1.5\n", "[check] fail-on: wants a text, a number, true or false, a date"),
        ("[check]\nshow-phi = true\n", "[check] show-phi: is asked for on the command line only, each time"),
        ("[check]\nno-conformance = true\n", "no-conformance: there is no such option"),
        ("[check\n", "curette.toml: Expected ']'"),
        ("[check]\nas-of = 'tomorrow'\n", "as-of: 'tomorrow' is not a date like 2026-03-10"),
        ("[check]\nas-of = '0001-01-01'\n", "as-of: '0001-01-01' is not of the years 1900 to 2100"),
        ('[check]\npayers = ""\n', "payers: no file or folder is named"),
        ("[check]\npayers = 5\n", "[check] payers: wants the path of a file or folder, as text"),
        ("[check]\nhistory = [2026-01-01]\n", "[check] history: wants the path of a file or folder, as text"),
        ('[check]\npayers = "a\\u0000"\n', "[check] payers: wants the path of a file or folder, as text"),
        ('[check]\npayers = "~nobodyofthisname/x"\n', "[check] payers: nobody knows whose folder the ~ stands for"),
        ("[check]\ntiming = 1.5\n", "[check] timing: wants a text"),
        ("[check]\ntiming = 7\n", "timing: '7' is not a valid boolean"),
    ],
)
def test_what_is_wrong_ends_the_run_with_file_and_key(clinic: Path, text: str, said: str) -> None:
    path = put(clinic, text)
    for arguments in (("check", "a.837"), ("config", "show", "check")):
        done = run(*arguments)
        assert (done.code, done.out) == (2, "")
        assert said in done.err
        assert str(path) in done.err


@pytest.mark.parametrize("asked", ["-h", "--help"])
def test_help_is_told_whatever_is_wrong_with_settings(clinic: Path, asked: str) -> None:
    put(clinic, '[check]\nfailon = "error"\n[chek]\n')
    done = run("check", asked)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("Usage: curette check [OPTIONS]")


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("CURETTE_CHECK_FAILON", "error", "CURETTE_CHECK_FAILON: there is no such option; fail-on?"),
        ("CURETTE_CHECK_SHOW_PHI", "1", "CURETTE_CHECK_SHOW_PHI: is asked for on the command line only, each time"),
        ("CURETTE_CHECK_JOBS", "many", "environment CURETTE_CHECK_JOBS: jobs: 'many' is neither a number"),
    ],
)
def test_a_wrong_variable_ends_the_run(
    clinic: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, said: str
) -> None:
    monkeypatch.setenv(variable, value)
    done = run("check", "a.837")
    assert (done.code, done.out) == (2, "")
    assert said in done.err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("codes = 1\n", "[codes.status] is no table"),
        ("[codes.statsu]\nas-of = 2026-01-01\n", "[codes.statsu] is no command; status?"),
        ("[codes]\nas-of = 2026-01-01\n", "[codes.as-of] is no command"),
    ],
)
def test_what_is_set_for_no_command_of_a_group_ends_the_run(clinic: Path, text: str, said: str) -> None:
    path = put(clinic, text)
    for arguments in (("codes", "status"), ("config", "show")):
        done = run(*arguments)
        assert (done.code, done.out) == (2, "")
        assert f"{path}: {said}" in done.err


@pytest.mark.parametrize(
    ("variable", "meant"),
    [
        ("CURETTE_CHEK_FAIL_ON", "CURETTE_CHECK_FAIL_ON"),
        ("CURETTE_WORKLIST_WORKING_DAY", ""),  # as in a file: told where the command runs
        ("CURETTE_NIGHLY_ARCHIVE", "CURETTE_NIGHTLY_ARCHIVE"),
        ("CURETTE_CODE_STATUS_AS_OF", "CURETTE_CODES_STATUS_AS_OF"),
        ("CURETTE_ASOF", "CURETTE_AS_OF"),
        ("CURETTE_TABLE", "CURETTE_TABLES"),
        ("CURETTE_TABLES", ""),
        ("CURETTE_CACHE", ""),
        # no settings, and none nearly: whoever writes a script around curette may call his own variables so
        ("CURETTE_STORE", ""),
        ("CURETTE_STORE_FORMAT", ""),
        ("CURETTE_REPORT_DIR", ""),
        ("CURETTE_CODE_DIR", ""),
        ("CURETTE_TABLES_DIR", ""),
        ("CURETTE_HOME", ""),
        ("CURETTE_", ""),
        ("CURETTE_GOLDEN", ""),
        ("MYCURETTE_CHEK_FAIL_ON", ""),
    ],
)
def test_a_slip_in_the_name_of_a_variable_ends_every_run(
    clinic: Path, monkeypatch: pytest.MonkeyPatch, variable: str, meant: str
) -> None:
    monkeypatch.setenv(variable, str(clinic))
    done = run("check", "a.837")
    expected = f"curette: {variable}: there is no such setting; {meant}?\n" if meant else ""
    assert (done.code, done.err) == (2 if meant else 0, expected)
    monkeypatch.setenv(variable, "")
    assert run("check", "a.837").code == 0


def test_a_slip_in_the_name_of_a_command_in_a_group_ends_its_run(clinic: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CURETTE_CODES_STATSU_AS_OF", "2026-01-01")
    done = run("codes", "status")
    assert (done.code, done.out) == (2, "")
    assert "CURETTE_CODES_STATSU_AS_OF: there is no such setting; CURETTE_CODES_STATUS_AS_OF?" in done.err
    assert run("check", "a.837").code == 0
    monkeypatch.delenv("CURETTE_CODES_STATSU_AS_OF")
    monkeypatch.setenv("CURETTE_CODES_DIR", str(clinic))
    assert run("codes", "status").code == 0


def test_every_variable_for_all_commands_is_known_and_told(samples: Path) -> None:
    """None of them may be taken for a slip, nor be a secret."""
    code = "".join(path.read_text("utf-8") for path in (samples.parent / "src").rglob("*.py"))
    read = set(re.findall(r'(?:environ\.get\(|envvar=)"CURETTE_(\w+)"', code)) - {"FROZEN"}  # that one is for tests
    assert read == set(settings._OF_EVERY_COMMAND)
    readme = (samples.parent / "README.md").read_text("utf-8")
    assert [name for name in read if f"`CURETTE_{name}`" not in readme] == []


def test_a_file_that_anybody_may_write_is_not_read(clinic: Path) -> None:
    path = put(clinic, "[check]\nrules = 'evil'\n")
    path.chmod(0o666)
    done = run("check", "a.837")
    assert (done.code, done.out) == (2, "")
    assert "others may write it, so it is not read" in done.err
    assert run("--no-config", "check", "a.837").code == 0


def test_text_says_what_a_value_took_the_place_of(clinic: Path) -> None:
    path = put(clinic, '[check]\nfail-on = "warning"\n')
    assert run("config", "show").lines == [
        "files, the later win:",
        f"  {path}",
        "",
        "curette check",
        "  --fail-on            warning",
        f"                       from {path}",
        "                       not error from default",
    ]
    assert "  --snip               1-7  (default)" in run("config", "show", "check").lines
    path.unlink()
    assert run("config", "show").lines == ["files: none", "everything is as it comes"]
    assert run("config", "show", "nothing").code == 2
