"""curette show --canonical: the same for the same claims however written, another for every change; git uses it."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.builder import ABOVE, FOREIGN, claim, claim_file, line
from tests.cli.run import environment, run
from tests.diff.edits import BODIES

CLAIM = (*ABOVE, *claim("A1"))


def shown(folder: Path, data: bytes, *more: str) -> str:
    path = folder / "x.837"
    path.write_bytes(data)
    done = run("show", "--canonical", path, *more)
    assert (done.code, done.err) == (0, "")
    return done.out


def test_a_claim_reads_as_statements(tmp_path: Path) -> None:
    found = shown(tmp_path, claim_file(*CLAIM))
    assert found.startswith("claim A1\n  assignment: A\n")
    assert "  charge: 100.00\n" in found
    assert "  line 99213 25, 100.00, 1 unit, 2026-01-04, L570\n" in found
    assert "  subscriber member id: <8 characters>\n" in found
    assert "TEST0001" in shown(tmp_path, claim_file(*CLAIM), "--show-phi")


def test_writing_and_order_do_not_matter(tmp_path: Path) -> None:
    head = (*ABOVE, "CLM*A1*200***11:B:1*Y*A*Y*Y", "HI*ABK:L570*ABF:D485")
    other = (*ABOVE, "CLM*A1*0200.00***11:B:1*Y*A*Y*Y*", "HI*ABK:L570*ABF:D485")
    one, two = line(1, "90", "REF*6R*C1"), line(2, "110", "REF*6R*C2")
    turned = (*other, "LX*1", *two[1:], "LX*2", *one[1:])
    assert shown(tmp_path, claim_file(*head, *one, *two)) == shown(
        tmp_path, claim_file(*turned, delimiters=FOREIGN[2], end="")
    )


@pytest.mark.parametrize("name", BODIES)
def test_only_the_wanted_claim(name: str, tmp_path: Path) -> None:
    wanted = next(s for s in BODIES[name] if s.startswith("CLM*")).split("*")[1]
    found = shown(tmp_path, claim_file(*BODIES[name]), "--claim", wanted)
    assert [each for each in found.splitlines() if each.startswith("claim ")] == [f"claim {wanted}"]


def test_a_claim_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    bad = claim_file(*ABOVE, *claim("A1"), *claim("A2")).replace(b"HC:99213:25*100", b"HC:99213:25*1O0", 1)
    assert "! claim A1 cannot be read\n" in shown(tmp_path, bad)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_git_speaks_of_claims(tmp_path: Path) -> None:
    """As README.md says it is set up."""
    python = shlex.quote(sys.executable)

    def git(*arguments: str) -> str:
        alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        command = ["git", "-c", "user.name=x", "-c", "user.email=x@example.test", *arguments]
        done = subprocess.run(command, cwd=tmp_path, env=environment(alone), capture_output=True, text=True, check=True)
        return done.stdout

    git("init", "--quiet")
    git("config", "diff.x12.textconv", f"{python} -m curette show --canonical --show-phi")
    git("config", "difftool.curette.cmd", f'{python} -m curette diff "$LOCAL" "$REMOTE"')
    (tmp_path / ".gitattributes").write_text("*.837 diff=x12\n", "utf-8")
    (tmp_path / "a.837").write_bytes(claim_file(*CLAIM))
    git("add", ".")
    git("commit", "--quiet", "-m", "first")
    (tmp_path / "a.837").write_bytes(claim_file(*ABOVE, *claim("A1", "120"), delimiters=FOREIGN[2], end=""))
    found = git("diff", "a.837").splitlines()
    assert [each for each in found if each[:1] in "+-" and each[:3] not in ("+++", "---")] == [
        "-  charge: 100.00",
        "+  charge: 120.00",
        "-  line 99213 25, 100.00, 1 unit, 2026-01-04, L570",
        "-    charge: 100.00",
        "+  line 99213 25, 120.00, 1 unit, 2026-01-04, L570",
        "+    charge: 120.00",
    ]
    assert "claim A1  100.00 -> 120.00 (+20.00)" in git("difftool", "-y", "-t", "curette", "a.837")
