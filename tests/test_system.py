"""The helper that finds system parts: skip at a desk, fail in CI."""

from pathlib import Path

import pytest

from tests.system import COMMANDS, require_system


@pytest.fixture
def bin_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("name", COMMANDS)
def test_absent_part_skips_at_a_desk(name: str, bin_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CURETTE_REQUIRE_SYSTEM", raising=False)
    with pytest.raises(pytest.skip.Exception, match=f"{name} is not installed"):
        require_system(name)


@pytest.mark.parametrize("name", COMMANDS)
def test_absent_part_fails_in_ci(name: str, bin_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CURETTE_REQUIRE_SYSTEM", "1")
    with pytest.raises(pytest.fail.Exception, match=f"{name} is not installed"):
        require_system(name)


@pytest.mark.parametrize(("name", "command"), [(name, c) for name, known in COMMANDS.items() for c in known])
def test_part_is_found_under_each_of_its_names(name: str, command: str, bin_folder: Path) -> None:
    program = bin_folder / command
    program.touch(mode=0o755)
    assert require_system(name) == str(program)
