"""scripts/check.py says which step failed and why, and runs the rest."""

import pytest

import check
import sync_docs


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        check,
        "STEPS",
        {
            "good": ["-c", "print('a quiet step')"],
            "bad": ["-c", "raise SystemExit('what went wrong')"],
            "tests": ["-c", "print('noise'); print('TOTAL  10  1  90%'); print('3 passed, 1 skipped in 0.12s')"],
        },
    )


@pytest.mark.usefixtures("steps")
def test_a_failed_step_is_shown_and_the_rest_runs(capsys: pytest.CaptureFixture[str]) -> None:
    assert check.main([]) == 1
    out = capsys.readouterr().out
    assert "what went wrong" in out
    assert "a quiet step" not in out
    assert "TOTAL  10  1  90%\n3 passed, 1 skipped in 0.12s\nfailed: bad\n" in out
    assert "noise" not in out


@pytest.mark.usefixtures("steps")
def test_only_the_steps_named_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert check.main(["good"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("good ")
    assert out.endswith(" ok\nall passed\n")


@pytest.mark.usefixtures("steps")
def test_unknown_step_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert check.main(["good", "nosuch"]) == 2
    assert "no step nosuch; there are good, bad, tests" in capsys.readouterr().err


def test_marked_block_is_replaced_and_the_rest_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync_docs, "output", lambda command: f"<{command}>\n")
    start, end = "before\n<!-- $ curette show x -->\n", "<!-- end -->\nafter\n"
    new = f"{start}```console\n$ curette show x\n<curette show x>\n```\n{end}"
    assert sync_docs.BLOCK.sub(sync_docs.block, f"{start}old\nlines\n{end}") == new
    assert sync_docs.BLOCK.sub(sync_docs.block, new) == new


def test_only_curette_is_run_for_a_page() -> None:
    with pytest.raises(SystemExit, match="only curette is run"):
        sync_docs.output("rm -rf nothing")
