"""The tables that ship are the ones that the script builds from the verified lists."""

import pytest

import make_tables

pytestmark = pytest.mark.skipif(not make_tables.KNOWLEDGE.is_dir(), reason="the verified lists are not at hand")


@pytest.mark.shared
def test_the_tables_are_those_of_the_lists(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["make_tables.py", "--check"])
    assert make_tables.main() == 0
    assert "DIFFERS" not in capsys.readouterr().out
