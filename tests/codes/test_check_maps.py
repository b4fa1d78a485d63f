from pathlib import Path

import pytest

import check_maps


def test_maps_are_whole_and_their_page_is_current(capsys: pytest.CaptureFixture[str]) -> None:
    assert check_maps.main([]) == 0
    assert capsys.readouterr().out == "maps are whole\n"


def test_a_stale_page_is_reported_and_rewritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "README.md"
    page.write_text("# Maps\n", "utf-8")
    monkeypatch.setattr(check_maps, "PAGE", page)
    assert check_maps.main([]) == 1
    assert capsys.readouterr().out == "maps/README.md is out of step: python scripts/check_maps.py --write\n"
    assert check_maps.main(["--write"]) == 0
    assert page.read_text("utf-8") == check_maps.page()


def test_every_source_and_disagreement_is_on_the_page() -> None:
    page = check_maps.page()
    assert page.count("| guide |") == 5
    assert page.count("\n- **") == 29
    assert "| [denials/rarc.xml](denials/rarc.xml) | 1,216 |" in page
