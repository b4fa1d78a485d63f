"""curette rules: the catalogue, or one rule in full."""

import tomllib
from importlib import import_module
from importlib.resources import files
from typing import Any

import click

from curette.codes.maps import Maps
from curette.findings import Severity, rules
from curette.reports import jsonl, rules_text
from curette.reports.plain import printable
from curette.reports.rules_text import Entry
from curette.rules._engine import catalogue


@click.command("rules", short_help="The catalogue of rules, or one in full.")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--family", metavar="NAME", help="Only this family: biopsy, mohs, ..., or sit, cod, bal, ...")
@click.option("--severity", type=click.Choice([str(s) for s in Severity]), help="Only rules of this severity.")
@click.option("--snip", type=click.IntRange(0, 7), help="Only rules of this SNIP type.")
@click.option("--needs", metavar="FACT", help="Only rules that need this: notes, auths, history.")
@click.option("--format", "form", type=click.Choice(["text", "jsonl", "markdown"]), default="text", show_default=True)
def command(
    ids: tuple[str, ...], family: str | None, severity: str | None, snip: int | None, needs: str | None, form: str
) -> int:
    """Tell which rules there are, or with ID what one says, why, and when it is silent.

    ID may be a beginning: DERM-B tells all of the biopsies. Exit code 2 when no rule has that id.
    """
    found = [
        entry
        for entry in every()
        if (family is None or entry.family == family.lower())
        and (severity is None or entry.rule.severity == severity)
        and (snip is None or entry.rule.snip == snip)
        and (needs is None or (entry.derm is not None and needs in entry.derm.needs))
    ]
    wanted = tuple(id.strip().upper() for id in ids)
    for id in wanted:
        if not any(entry.rule.id.startswith(id) for entry in found):
            raise click.UsageError(f"no rule {printable(id)}")
    chosen = [entry for entry in found if not wanted or entry.rule.id.startswith(wanted)]
    if form == "jsonl":
        for entry in chosen:
            click.echo(jsonl.line(_record(entry)))
    elif form == "markdown":
        for line in rules_text.page(chosen):
            click.echo(line)
    elif wanted:
        maps = Maps()
        for entry in chosen:
            for line in (*rules_text.one(entry, maps), ""):
                click.echo(line)
    else:
        for line in rules_text.table(chosen):
            click.echo(line)
    return 0


def every() -> list[Entry]:
    """All rules of curette: the modules that declare them are loaded first."""
    for name in ("curette.pipeline", "curette.checks.guide", "curette.diff.hygiene"):
        import_module(name)
    catalogue()
    return rules_text.entries(rules(), _cases())


def _cases() -> dict[str, list[dict[str, Any]]]:
    folder = files("curette.rules")
    texts = [file.read_text(encoding="utf-8") for file in folder.iterdir() if file.name.endswith(".toml")]
    return {id: rows for text in texts for id, rows in tomllib.loads(text).items()}


def _record(entry: Entry) -> dict[str, Any]:
    rule, derm = entry.rule, entry.derm
    return {
        "type": "rule", "rule": rule.id, "name": rule.name, "title": entry.title, "family": entry.family,
        "snip": rule.snip, "severity": rule.severity, "by_ncci": derm is not None and derm.by_ncci,
        "confidence": rule.confidence, "message": rule.message, "why": derm.why if derm else None, "fix": rule.fix,
        "needs": derm.needs if derm else (), "prevents": rule.prevents, "sources": rule.sources,
        "cases": len(entry.cases),
    }  # fmt: skip
