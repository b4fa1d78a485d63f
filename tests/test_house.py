"""The rules of the house that no other tool keeps: sizes, money without floats, dependencies and versions in step."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

import curette
from tests.conftest import ROOT

MODULE_WALL, FUNCTION_WALL = 500, 60

SOURCES = sorted((ROOT / "src").rglob("*.py"))
MODULES = [*SOURCES, *sorted((ROOT / "scripts").rglob("*.py")), *sorted((ROOT / "tests").rglob("*.py"))]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def imports(path: Path) -> Iterator[str]:
    """The top-level names of what a module imports, also late."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module is not None, f"{name(path)} has a relative import"
            yield node.module.partition(".")[0]


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_module_stays_small(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= MODULE_WALL


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_functions_stay_small(path: Path) -> None:
    functions = [node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    sizes = {f"{f.name}, line {f.lineno}": (f.end_lineno or f.lineno) - f.lineno + 1 for f in functions}
    assert {function: size for function, size in sizes.items() if size > FUNCTION_WALL} == {}


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_nothing_is_read_as_a_float(path: Path) -> None:
    calls = [node for node in ast.walk(tree(path)) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    assert [c.lineno for c in calls if isinstance(c.func, ast.Name) and c.func.id == "float"] == []


@pytest.mark.parametrize("path", [path for path in SOURCES if "cli" not in path.parts], ids=name)
def test_only_the_command_line_asks_what_time_it_is(path: Path) -> None:
    asked = {"now", "today", "utcnow", "time", "gmtime", "localtime"}
    calls = [node.func for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]
    modules = [(f.value, f.attr) for f in calls if isinstance(f, ast.Attribute) and isinstance(f.value, ast.Name)]
    assert [f"{of.id}.{what}" for of, what in modules if of.id in ("date", "datetime", "time") and what in asked] == []


def test_dependencies_are_what_the_source_imports() -> None:
    imported = {top for path in SOURCES for top in imports(path)} - sys.stdlib_module_names - {"curette"}
    declared = {Requirement(line).name for line in PROJECT["project"]["dependencies"]}
    assert {"attrs" if top == "attr" else top for top in imported} == declared


def test_constraints_are_exact_and_cover_every_dependency() -> None:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    held = {line for line in lines if line and not line.startswith("#")}
    assert [line for line in held if not re.fullmatch(r"[a-z0-9-]+==[0-9a-z.]+", line)] == []
    versions = dict(line.split("==") for line in held)
    project = PROJECT["project"]
    for line in [*project["dependencies"], *project["optional-dependencies"]["test"]]:
        wanted = Requirement(line)
        assert wanted.specifier.contains(versions[wanted.name]), line


def test_version_is_one_everywhere() -> None:
    changes = (ROOT / "CHANGELOG.md").read_text("utf-8")
    newest = re.search(r"^## (\S+)", changes, re.MULTILINE)
    assert newest is not None
    assert curette.__version__ == PROJECT["project"]["version"] == newest[1]
