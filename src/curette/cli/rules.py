"""curette rules: the catalogue, or one rule in full; `--test` runs the cases of rules."""

from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from attrs import evolve

from curette import pipeline
from curette.cli.options import OWN_RULES, PATH
from curette.codes.maps import Maps
from curette.codes.payers import profiles
from curette.findings import Severity, rules
from curette.reports import jsonl, rules_text
from curette.reports.plain import many, printable
from curette.reports.rules_text import Entry
from curette.rules import _cases
from curette.rules._engine import catalogue
from curette.rules._plugins import plugins
from curette.rules._scope import Scope


@click.command("rules", short_help="The catalogue of rules, or one in full.")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--family", metavar="NAME", help="Only this family: biopsy, mohs, ..., or sit, cod, bal, ...")
@click.option("--severity", type=click.Choice([str(s) for s in Severity]), help="Only rules of this severity.")
@click.option("--snip", type=click.IntRange(0, 7), help="Only rules of this SNIP type.")
@click.option("--payer", metavar="PROFILE", help="Only rules that are asked of this payer, as grave as they are to it.")
@click.option("--payers", type=PATH, metavar="DIR", help="Payer profiles over the built-in ones.")
@click.option("--needs", metavar="FACT", help="Only rules that need this: notes, auths, history.")
@OWN_RULES
@click.option("--test", "tested", is_flag=True, help="Run the cases of the rules in DIR, or of ID.")
@click.option("--format", "form", type=click.Choice(["text", "jsonl", "markdown"]), default="text", show_default=True)
def command(
    ids: tuple[str, ...],
    family: str | None,
    severity: str | None,
    snip: int | None,
    payer: str | None,
    payers: Path | None,
    needs: str | None,
    rules: Path | None,
    tested: bool,
    form: str,
) -> int:
    """Tell which rules there are, or with ID what one says, why, and when it is silent.

    ID may be a beginning: DERM-B tells all of the biopsies. PROFILE is the id of a payer's profile; the last lines of
    curette check name it. Exit code 1 when a case of --test fails; 2 when no rule has that id, or a rule of DIR cannot
    be used.
    """
    found = [
        entry
        for entry in _asked(every(rules), payer, payers)
        if (family is None or entry.family == family.lower())
        and (severity is None or entry.rule.severity == severity)
        and (snip is None or entry.rule.snip == snip)
        and (
            needs is None or (entry.derm is not None and any(needs in need.split(" or ") for need in entry.derm.needs))
        )
    ]
    wanted = tuple(id.strip().upper() for id in ids)
    for id in wanted:
        if not any(entry.rule.id.startswith(id) for entry in found):
            raise click.UsageError(f"no rule {printable(id)}")
    chosen = [entry for entry in found if not wanted or entry.rule.id.startswith(wanted)]
    if tested:
        return _test(chosen if wanted else [entry for entry in chosen if entry.origin], rules)
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


def every(folder: Path | None = None) -> list[Entry]:
    """All rules of curette, whose modules are loaded first, and those of the entry points and of a folder; by id."""
    for name in ("curette.pipeline.preflight", "curette.diff.hygiene"):  # which load all that declare some
        import_module(name)
    ours, cases = {one.rule.id: one for one in catalogue()}, _cases.own()
    found = [Entry(rule, ours.get(rule.id), cases.get(rule.id, ())) for rule in rules()]
    found += [Entry(one.rule, one, own.cases[one.rule.id]) for own in plugins(folder) for one in own.rules]
    return sorted(found, key=lambda entry: entry.rule.id)


def _asked(entries: list[Entry], payer: str | None, folder: Path | None) -> list[Entry]:
    """Those of a payer, as grave as they are to it; all where none is named."""
    known = profiles(folder)
    if payer is None:
        return entries
    if payer not in known.by_id:
        raise click.UsageError(f"no profile {printable(payer)}; there are {', '.join(sorted(known.by_id))}")
    scope = Scope(known, payer)
    weighed = ((entry, scope.severity(entry.rule, entry.derm)) for entry in entries)
    return [evolve(entry, rule=evolve(entry.rule, severity=severity)) for entry, severity in weighed if severity]


def _test(entries: Iterable[Entry], folder: Path | None) -> int:
    """Run the cases, tell those that fail, and which rules have too few."""
    number = failed = few = 0
    for entry in entries:
        for case in entry.cases:
            number += 1
            if wrong := pipeline.try_case(case, folder):
                failed += 1
                click.echo(f"{printable(case.file)}:{case.row}: {printable(str(case))}")
                for line in wrong:
                    click.echo(f"  {printable(line)}")
        if entry.cases and (lacks := _cases.lacking(entry.cases)):
            few += 1
            click.echo(f"{printable(entry.cases[0].file)}: {entry.rule.id} needs more cases: {lacks}")
    if not number:
        raise click.UsageError("no case to run: name rules that have cases, or a folder of rules with --rules")
    click.echo(
        f"{many(number, 'case')}, {failed or 'none'} failed" + (f"; {many(few, 'rule')} with too few" if few else "")
    )
    return int(failed + few > 0)


def _record(entry: Entry) -> dict[str, Any]:
    rule, derm = entry.rule, entry.derm
    return {
        "type": "rule", "rule": rule.id, "name": rule.name, "title": entry.title, "family": entry.family,
        "snip": rule.snip, "severity": rule.severity, "by_ncci": derm is not None and derm.by_ncci,
        "confidence": rule.confidence, "payer_scope": rule.payers or None, "message": rule.message,
        "why": derm.why if derm else None, "fix": rule.fix,
        "needs": derm.needs if derm else (), "prevents": rule.prevents, "sources": rule.sources,
        "cases": len(entry.cases), "origin": entry.origin or None,
    }  # fmt: skip
