"""scripts/new_rule.py: what it starts is in order and fails until it is written; an id is given once."""

import subprocess
import sys
from pathlib import Path

import pytest

import new_rule
from curette.rules import _registry
from tests.cli.run import environment, run, spawn
from tests.conftest import ROOT
from tests.rules import own


def tool(*arguments: object) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *map(str, arguments)], cwd=ROOT, env=environment(), capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()


def test_a_new_file_and_one_more_rule_in_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for id in ("CLINIC-02", "CLINIC-03"):
        assert new_rule.main([id, "clinic", "--dir", str(tmp_path)]) == 0
    assert "curette rules --test CLINIC-03 --rules" in capsys.readouterr().out
    tool("ruff", "format", "--check", "--config", ROOT / "pyproject.toml", tmp_path)
    tool("ruff", "check", "--config", ROOT / "pyproject.toml", tmp_path)
    tool("mypy", "--config-file", ROOT / "pyproject.toml", "--cache-dir", tmp_path / "cache", tmp_path / "clinic.py")
    done = spawn("rules", "--test", "--rules", tmp_path)  # each process reads a folder once
    assert (done.code, done.lines[-1]) == (1, "12 cases, 12 failed")


def test_cases_fail_until_each_is_written(tmp_path: Path) -> None:
    assert new_rule.main(["CLINIC-02", "clinic", "--dir", str(tmp_path)]) == 0
    file = tmp_path / "clinic.py"
    raising = 'raise NotImplementedError("CLINIC-02 is not written yet: yield Hit(line, {}) where it speaks")'
    written = file.read_text().replace(raising, "yield from ()")
    assert "yield from ()" in written
    file.write_text(written)
    assert run("rules", "--test", "--rules", tmp_path).lines[-1] == "6 cases, 6 failed", "also those that want silence"


@pytest.mark.parametrize(
    ("id", "family", "reason"),
    [
        ("CLINIC-01", "clinic", "there is a rule CLINIC-01"),
        ("DERM-B99", "clinic", "DERM- is kept for curette's own rules"),
        ("clinic-1", "clinic", "bad rule id"),
        ("CLINIC-02", "Clinic Rules", "is no name of a module"),
        ("CLINIC-02", "_clinic", "is no name of a module"),
    ],
)
def test_what_a_practice_may_not_start(
    id: str, family: str, reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = own.rules(tmp_path / "own")
    before = {file: file.read_bytes() for file in folder.iterdir()}
    assert new_rule.main([id, family, "--dir", str(folder)]) == 2
    assert reason in capsys.readouterr().err
    assert {file: file.read_bytes() for file in folder.iterdir()} == before


def test_a_file_that_lacks_what_the_rule_needs_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = own.rules(tmp_path / "own") / "clinic.py"
    text = (
        file.read_text()
        .replace("import Context, Day, DayLine,", "import")
        .replace("line: DayLine, day: Day, ctx: Context", "line, day, ctx")
    )
    file.write_text(text)
    assert new_rule.main(["CLINIC-02", "clinic", "--dir", str(file.parent)]) == 2
    assert f"{file} does not import Context, Day, DayLine, which the rule needs" in capsys.readouterr().err
    assert file.read_text() == text


@pytest.mark.parametrize(("id", "reason"), [("DERM-B01", "there is a rule DERM-B01"), ("CLINIC-1", "begin with DERM-")])
def test_what_may_not_be_started_in_curette(id: str, reason: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert new_rule.main([id, "biopsy"]) == 2
    assert reason in capsys.readouterr().err


def test_a_retired_id_is_never_used_again(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(_registry.RETIRED, "DERM-B90", "DERM-B01")
    assert new_rule.main(["DERM-B90", "biopsy"]) == 2
    assert "DERM-B90 is retired" in capsys.readouterr().err


def test_every_family_of_curette_can_take_one_more() -> None:
    families = [file for file in new_rule.OURS.glob("*.py") if not file.name.startswith("_")]
    lacking = {file.stem: new_rule.lacking(file.read_text("utf-8")) for file in families}
    assert {family: names for family, names in lacking.items() if names} == {"batch": lacking["batch"]}


def test_a_rule_of_curette_in_a_family_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(new_rule, "OURS", tmp_path)
    assert new_rule.main(["DERM-Q01", "quilting"]) == 0
    tool("ruff", "check", "--config", ROOT / "pyproject.toml", tmp_path)
    tool("mypy", "--config-file", ROOT / "pyproject.toml", "--cache-dir", tmp_path / "cache", tmp_path / "quilting.py")
    assert (tmp_path / "quilting.toml").read_text().count("[[DERM-Q01]]") == 6
