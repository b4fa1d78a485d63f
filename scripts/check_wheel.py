"""Is the package whole? Builds the sdist, from it the wheel, installs that outside the tree and runs every command.

The fresh environment sees the dependencies of this one through a .pth file, but neither src/ nor the editable install
(a .pth file in a folder that a .pth file names is not read): nothing is downloaded, nothing can come from the tree.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

# Every command once, with the exit status it should have; a new command must be added here.
COMMANDS: dict[str, tuple[int, list[str]]] = {
    "check": (0, ["edi_samples/clean/clinic_day.837"]),
    "config": (0, ["show", "check"]),
    "codes": (0, ["show", "11642", "L57.0"]),
    "denials": (0, ["edi_samples/remits/clinic_day.835", "--claims", "edi_samples/clean/clinic_day.837"]),
    "diff": (1, [f"edi_samples/resubmitted/excision_{state}.837" for state in ("original", "corrected")]),
    "nightly": (0, ["--inbox", "edi_samples/clean", "--store", "store.duckdb"]),
    "export": (0, ["--store", "store.duckdb", "--to", "parquet"]),
    "rules": (0, ["DERM-B01"]),
    "trends": (0, ["--store", "store.duckdb", "--as-of", "2026-04-01"]),
    "worklist": (0, ["--store", "store.duckdb", "--as-of", "2026-04-01"]),
    "show": (0, ["edi_samples/remits/clinic_day.835"]),
}
LIST_COMMANDS = "import click; from curette.cli import group; print(*group.list_commands(click.Context(group)))"
WHERE = "import curette; print(curette.__file__)"


def fail(reason: str) -> None:
    """End the check."""
    raise SystemExit(f"check_wheel.py: {reason}")


def call(command: list[str], cwd: Path, status: int = 0, zipped: Path | None = None) -> str:
    """The command's standard output, in an environment where no Python or coverage setting of ours is left."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "COV", "VIRTUAL_ENV"))}
    if zipped:
        clean["PYTHONPATH"] = str(zipped)
    done = subprocess.run(command, cwd=cwd, env=clean, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    errors = done.stderr.decode("utf-8", "replace")
    if done.returncode != status or "Traceback" in errors:
        fail(f"{' '.join(command)} ended with {done.returncode}, not {status}\n{errors}")
    return done.stdout.decode("utf-8")


def build(folder: Path) -> Path:
    """Makes both archives and looks into them; the path of the wheel."""
    call([sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)], folder)
    (sdist,), (wheel,) = folder.glob("*.tar.gz"), folder.glob("*.whl")
    maps = {path.relative_to(ROOT).as_posix() for path in (ROOT / "maps").rglob("*") if path.is_file()}
    with tarfile.open(sdist) as archive:
        demand(sdist, {name.partition("/")[2] for name in archive.getnames()}, maps | {"LICENSE", "tests/conftest.py"})
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    info = "-".join(wheel.name.split("-")[:2]) + ".dist-info"
    notices = {f"{info}/licenses/{name}" for name in ("LICENSE", "DATA-NOTICE.md")}
    demand(wheel, packed, {f"curette/{name}" for name in maps} | notices | {"curette/py.typed"})
    if strangers := {name.partition("/")[0] for name in packed} - {"curette", info}:
        fail(f"the wheel would also install {', '.join(sorted(strangers))}")
    return wheel


def demand(archive: Path, packed: set[str], wanted: set[str]) -> None:
    """Every wanted file is in the archive."""
    if missing := wanted - packed:
        fail(f"{archive.name} lacks {', '.join(sorted(missing))}")


def environment(folder: Path, wheel: Path | None) -> Path:
    """A fresh environment, with the wheel if given, that sees the dependencies of this one; the path of its Python."""
    venv.create(folder, symlinks=True)
    python = folder / "bin" / "python"
    if wheel:  # with pip, or with uv where that made this environment and left pip out
        pip = [sys.executable, "-m", "pip", "--python", str(python), "install"]
        uv = ["uv", "pip", "install", "--no-cache", "--python", str(python)]
        installer = pip if importlib.util.find_spec("pip") else uv
        call([*installer, "--quiet", "--no-index", "--no-deps", str(wheel)], wheel.parent)
    site = Path(sysconfig.get_path("purelib", "venv", {"base": str(folder)}))
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    return python


def run_commands(python: Path, curette: list[str], cwd: Path, home: Path, zipped: Path | None = None) -> list[str]:
    """The output of every command, by the curette that lies under `home` and no other."""
    place = Path(call([str(python), "-c", WHERE], cwd, zipped=zipped).strip())
    if not place.is_relative_to(home):
        fail(f"curette came from {place}, not {home}")
    known = set(call([str(python), "-c", LIST_COMMANDS], cwd, zipped=zipped).split())
    if known != set(COMMANDS):
        fail(f"curette has the commands {sorted(known)}, COMMANDS has {sorted(COMMANDS)}")
    call([*curette, "--version"], cwd, zipped=zipped)
    runs = ([*curette, command, *arguments] for command, (_, arguments) in COMMANDS.items())
    statuses = (status for status, _ in COMMANDS.values())
    return [call(run, cwd, status, zipped) for run, status in zip(runs, statuses, strict=True)]


def main() -> int:
    """Build, install, run installed and from a zip; both must say the same."""
    with tempfile.TemporaryDirectory(prefix="curette wheel ") as name:
        folder = Path(name).resolve()
        wheel = build(folder)
        shutil.copytree(ROOT / "edi_samples", folder / "edi_samples")

        python = environment(folder / "env", wheel)
        installed = run_commands(python, [str(python.with_name("curette"))], folder, folder / "env")

        zipped = folder / "curette.zip"  # a wheel is a zip with the package at its top
        shutil.copy(wheel, zipped)
        python = environment(folder / "bare", None)
        if run_commands(python, [str(python), "-m", "curette"], folder, zipped, zipped) != installed:
            fail("curette from a zip says something else than curette installed")
        print(f"{wheel.name}: {len(COMMANDS)} commands run installed and from a zip")
    return 0


if __name__ == "__main__":
    sys.exit(main())
