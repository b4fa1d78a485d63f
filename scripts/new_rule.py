"""Starts a rule with its cases: `python scripts/new_rule.py DERM-B07 biopsy`, or `... CLINIC-02 clinic --dir DIR`.

FAMILY is the module: src/curette/rules/FAMILY.py, or DIR/FAMILY.py for a rule of a practice's own, with FAMILY.toml
beside it. Both are made, or added to where they are there. The rule wakes on a code that no claim has, and raises; its
six cases expect what no rule says. So each of them fails until it is written.

Exit 2 when the id is taken, was taken once, or may not be used there.
"""

import argparse
import ast
import re
import sys
from pathlib import Path

from curette.cli.rules import every
from curette.errors import ConfigError
from curette.findings import Rule, Severity, reserved
from curette.rules._registry import RETIRED

ROOT = Path(__file__).resolve().parents[1]
OURS = ROOT / "src" / "curette" / "rules"
NAMES = {"Context", "Day", "DayLine", "Hit", "Iterator", "rule"}
HEAD = '''\
"""What is checked of {family}."""

from collections.abc import Iterator

{imports}
'''
IMPORTS_OURS = """\
from curette.claims.days import Day, DayLine
from curette.rules._context import Context
from curette.rules._registry import Hit, rule"""
IMPORTS_OTHERS = "from curette.rules import Context, Day, DayLine, Hit, rule"
# the rule says itself that nobody has written it, until somebody has: its cases fail with these words
RULE = '''

@rule(
    "{id}",
    "{name}",
    on=("00000",),
    message="{{code}}: what is wrong, and with what",
)
def {function}(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """What it is about, in one line.

    Why: Why a payer denies it.
    Fix: What the biller does.
    """
    raise NotImplementedError("{id} is not written yet: yield Hit(line, {{}}) where it speaks")
'''
CASE = '''\
[[{id}]]
kind = "{kind}"
name = "{kind} {number}: say what is special about it"{more}
claim = """
HI*ABK:L570
SV1*HC:00000*100*UN*1***1
"""
expected = [{expected}"NOT-WRITTEN:0:error"]
'''
KINDS = (("hit", ""), ("hit", ""), ("near", ""), ("near", ""), ("near", ""), ("other", '\npayer = "CI"'))


def refused(id: str, family: str, folder: Path | None) -> str:
    """Why the rule cannot be started, or nothing."""
    if not re.fullmatch("[a-z][a-z0-9_]*", family):
        return f"{family} is no name of a module in small letters"
    try:
        Rule(id, "a.rule", 6, Severity.ERROR, "", "")
    except ValueError as error:
        return str(error)
    if folder is None and not id.startswith("DERM-"):
        return f"{id}: curette's own rules begin with DERM-; for those of a practice name a folder with --dir"
    if folder is not None and reserved(id):
        return f"{id}: {id.partition('-')[0]}- is kept for curette's own rules"
    if id in RETIRED:
        return f"{id} is retired, and ids are never used again"
    filled = folder is not None and folder.is_dir() and any(folder.glob("*.py"))
    if any(entry.rule.id == id for entry in every(folder if filled else None)):
        return f"there is a rule {id}: curette rules {id} tells it"
    return ""


def lacking(source: str) -> list[str]:
    """The names that a file of rules does not import and the new rule needs."""
    imports = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom)]
    return sorted(NAMES - {alias.asname or alias.name for node in imports for alias in node.names})


def skeleton(id: str, family: str, ours: bool) -> tuple[str, str, str]:
    """The head of a new file, the rule, and its cases."""
    last = id.lower().partition("-")[2]
    head = HEAD.format(family=family, imports=IMPORTS_OURS if ours else IMPORTS_OTHERS)
    name = f"{family.replace('_', '-')}.{last}"
    rule = RULE.format(id=id, name=name, function=re.sub("[^a-z0-9]", "_", id.lower()))
    cases = [
        CASE.format(id=id, kind=kind, number=n, more=more, expected="" if kind == "near" else f'"{id}:1:error", ')
        for n, (kind, more) in enumerate(KINDS, 1)
    ]
    return head, rule, "\n".join(cases)


def main(arguments: list[str]) -> int:
    """Write the files, and say where."""
    parser = argparse.ArgumentParser(prog="new_rule.py", description="Start a rule with its cases.")
    parser.add_argument("id", help="such as DERM-B07, or CLINIC-02 with --dir")
    parser.add_argument("family", help="the module it belongs to: biopsy, mohs, ...")
    parser.add_argument("--dir", type=Path, help="the folder of a practice's own rules")
    given = parser.parse_args(arguments)
    try:
        reason = refused(given.id, given.family, given.dir)
    except ConfigError as error:
        reason = str(error)
    file = (given.dir or OURS) / f"{given.family}.py"
    head, rule, cases = skeleton(given.id, given.family, given.dir is None)
    before = file.read_text("utf-8") if file.is_file() else head
    if not reason and (names := lacking(before)):
        reason = f"{file} does not import {', '.join(names)}, which the rule needs: add them first"
    if reason:
        print(f"new_rule.py: {reason}", file=sys.stderr)
        return 2
    beside = file.with_suffix(".toml")
    old = beside.read_text("utf-8").rstrip("\n") + "\n\n" if beside.is_file() else ""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(before.rstrip("\n") + "\n" + rule, "utf-8")
    beside.write_text(old + cases, "utf-8")
    of_folder = f" --rules {given.dir}" if given.dir else ""
    print(f"{file}\n{beside}\nWrite them until this passes: curette rules --test {given.id}{of_folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
