"""scripts/_env.sh, with stand-ins for Python and uv that write down what they are asked to do."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT

TOOLS = ("sh", "cat", "cksum", "cp", "dirname", "mkdir", "rm")
# `-c PROBE MODULE...` succeeds unless ensurepip is asked for and absent; `-m venv FOLDER` puts a copy into the folder.
PYTHON = """#!/bin/sh
case "$1 $*" in
    *ensurepip*) [ -z "$NO_ENSUREPIP" ] ;;
    -c*) ;;
    *) echo "python $*" >>"$LOG"; if [ "$2" = venv ]; then mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; fi ;;
esac
"""
UV = """#!/bin/sh
echo "uv $*" >>"$LOG"
if [ "$1" = venv ]; then mkdir -p .venv/bin; cp "$(command -v python3)" .venv/bin/python; fi
"""


class Machine:
    """A PATH of its own, and a bare checkout in a folder with a blank in its name."""

    def __init__(self, folder: Path) -> None:
        self.bin, self.log, self.checkout = folder / "bin", folder / "log", folder / "my files" / "curette"
        self.bin.mkdir()
        for tool in TOOLS:
            path = shutil.which(tool)
            assert path
            (self.bin / tool).symlink_to(path)
        (self.checkout / "scripts").mkdir(parents=True)
        for name in ("scripts/_env.sh", "pyproject.toml", "constraints.txt"):
            shutil.copy(ROOT / name, self.checkout / name)
        setup = self.checkout / "scripts" / "setup"
        setup.write_text('set -eu\n. "$(dirname -- "$0")/_env.sh"\nenvironment "$1"\n')

    def add(self, name: str, script: str) -> None:
        (self.bin / name).write_text(script)
        (self.bin / name).chmod(0o755)

    def setup(self, kind: str = "base", **environment: str) -> tuple[int, str, list[str]]:
        """Exit status, standard error, and what Python and uv were asked to do."""
        self.log.write_text("")
        done = subprocess.run(
            [self.bin / "sh", self.checkout / "scripts" / "setup", kind],
            cwd="/",
            env={"PATH": str(self.bin), "HOME": str(self.bin), "LOG": str(self.log), "NO_ENSUREPIP": "", **environment},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stderr, self.log.read_text().splitlines()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_no_suitable_python_is_one_line(machine: Machine) -> None:
    machine.add("python3", "#!/bin/sh\nexit 1\n")
    status, message, asked = machine.setup()
    assert (status, asked) == (2, [])
    assert message.startswith("setup: no Python 3.11 or newer")
    assert message.count("\n") == 1
    assert not (machine.checkout / ".venv").exists()


def test_missing_ensurepip_names_the_debian_package(machine: Machine) -> None:
    machine.add("python3", PYTHON)
    status, message, asked = machine.setup(NO_ENSUREPIP="1")
    assert (status, asked) == (2, [])
    assert "python3-venv" in message
    assert message.count("\n") == 1


def test_environment_is_made_once_and_renewed_when_its_lists_change_or_it_moves(machine: Machine) -> None:
    machine.add("python3", PYTHON)
    pip = "python -m pip install --quiet --disable-pip-version-check --no-cache-dir --constraint constraints.txt"
    assert machine.setup()[2] == ["python -m venv .venv", f"{pip} --editable ."]
    assert machine.setup() == (0, "", [])

    assert machine.setup("test")[2] == [f"{pip} --editable .[test]"]
    assert machine.setup("test") == (0, "", [])

    with (machine.checkout / "constraints.txt").open("a") as file:
        file.write("# changed\n")
    assert machine.setup()[2] == [f"{pip} --editable ."]

    machine.checkout = machine.checkout.rename(machine.checkout.with_name("moved"))
    assert machine.setup()[2] == [f"{pip} --editable ."]


def test_tests_environment_serves_the_demo_too(machine: Machine) -> None:
    machine.add("python3", PYTHON)
    machine.setup("test")
    assert machine.setup("base") == (0, "", [])


def test_failed_install_is_tried_again(machine: Machine) -> None:
    machine.add("python3", PYTHON.replace("*) echo", "*pip*) exit 7 ;;\n    *) echo"))
    assert machine.setup()[0] == 7
    (machine.checkout / ".venv/bin/python").unlink()
    machine.add("python3", PYTHON)
    assert len(machine.setup()[2]) == 2


def test_uv_is_used_when_it_is_there(machine: Machine) -> None:
    machine.add("python3", PYTHON)
    machine.add("uv", UV)
    status, _, asked = machine.setup("test", NO_ENSUREPIP="1")  # so that a pip.conf of this machine does not matter
    assert status == 0
    assert [line.split()[:2] for line in asked] == [["uv", "venv"], ["uv", "pip"]]
    assert asked[1].endswith("--constraint constraints.txt --editable .[test]")


def test_pip_serves_who_has_configured_pip(machine: Machine) -> None:
    machine.add("python3", PYTHON)
    machine.add("uv", UV)
    _, _, asked = machine.setup(PIP_INDEX_URL="https://mirror.invalid/simple")
    assert [line.split()[0] for line in asked] == ["python", "python"]
    assert "mirror" not in " ".join(asked)


@pytest.mark.parametrize("named", ["", "/somewhere/else"])
def test_what_curette_keeps_stays_in_the_checkout(machine: Machine, named: str) -> None:
    machine.add("python3", PYTHON)
    setup = machine.checkout / "scripts" / "setup"
    setup.write_text(f'{setup.read_text()}sh -c \'echo "cache $CURETTE_CACHE"\' >>"$LOG"\n')
    *_, told = machine.setup(CURETTE_CACHE=named)[2]
    assert told == f"cache {named or machine.checkout / '.venv' / 'cache'}"
