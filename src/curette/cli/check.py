"""curette check: pre-flight of 837P files (835 files are held against their guide and balance too)."""

from datetime import date
from pathlib import Path
from typing import Any

import click
from attrs import evolve
from click.core import ParameterSource

from curette import pipeline
from curette.checks.results import Conformance
from curette.cli.options import (
    AS_OF,
    CONFORMANCE,
    INPUT,
    JOBS,
    NO_CONFORMANCE,
    OUTPUT,
    OWN_MAPS,
    OWN_RULES,
    PATH,
    QUIET,
    Prefixes,
    SnipTypes,
)
from curette.cli.preflight import Preflight
from curette.cli.tables import FORM, check_form
from curette.cli.watch import Watch
from curette.findings import Severity
from curette.reports.check import CheckSummary

_SEVERITIES = [str(s) for s in Severity]
SEVERITY = click.Choice(_SEVERITIES)


@click.command("check", short_help="Pre-flight 837P files.")
@click.argument("files", nargs=-1, type=INPUT, metavar="FILE...")
@click.option("--fail-on", type=SEVERITY, default="error", show_default=True, help="Mildest severity for exit code 1.")
@click.option("--snip", type=SnipTypes(), default="1-7", show_default=True, help="Which SNIP types to run.")
@click.option("--select", type=Prefixes(), default=(), help="Only these rules: ids or their beginnings.")
@click.option("--ignore", type=Prefixes(), default=(), help="Not these rules.")
@click.option("--payers", type=PATH, metavar="DIR", help="Payer profiles over the built-in ones.")
@click.option("--notes", type=PATH, metavar="FILE", help="Documentation: .json, .jsonl or .csv.")
@click.option("--auths", type=PATH, metavar="FILE", help="Authorisations: .json or .csv.")
@click.option(
    "--history",
    type=PATH,
    multiple=True,
    metavar="STORE",
    help="Claims sent before: the store, or 837P files, folders (may be repeated).",
)
@click.option(
    "--store",
    type=PATH,
    metavar="FILE",
    help="A store: asked for claims sent before, and told which claims were clean.",
)
@OWN_RULES
@OWN_MAPS
@click.option("--baseline", type=PATH, metavar="FILE", help="Findings you have accepted: .csv.")
@CONFORMANCE
@NO_CONFORMANCE
@click.option("--release", "released", type=PATH, metavar="DIR", help="Write clean and held files.")
@click.option("--hold-on", type=SEVERITY, default="error", show_default=True, help="Mildest severity that holds.")
@click.option("--max-claims", type=click.IntRange(1), metavar="N", help="Claims in an ST of a released file.")
@click.option("--counter", type=PATH, metavar="FILE", help="New control numbers, counted here.")
@FORM
@click.option("--show-phi", is_flag=True, help="With patients: names, birth dates, member numbers.")
@AS_OF
@click.option("--timing", is_flag=True, help="Tell seconds in the summary (they differ from run to run).")
@click.option("--watch", type=PATH, metavar="DIR", help="Check what comes to lie in DIR.")
@click.option(
    "--every",
    type=click.IntRange(1, 3600),
    default=5,
    show_default=True,
    metavar="SECONDS",
    help="How often to look; a file that has not changed since the last look is taken.",
)
@OUTPUT
@JOBS
@QUIET
def command(
    files: tuple[str, ...],
    fail_on: str,
    snip: frozenset[int],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    payers: Path | None,
    notes: Path | None,
    auths: Path | None,
    history: tuple[Path, ...],
    store: Path | None,
    rules: Path | None,
    maps: Path | None,
    baseline: Path | None,
    conformance: Conformance,
    released: Path | None,
    hold_on: str,
    max_claims: int | None,
    counter: Path | None,
    form: str,
    show_phi: bool,
    as_of: date,
    timing: bool,
    watch: Path | None,
    every: int,
    output_file: Path | None,
    jobs: int,
    quiet: bool,
) -> int:
    """Pre-flight FILE... as a clearinghouse does: files, folders, .zip or .gz of them, or - for standard input.

    With --watch, until it is stopped, every file that comes to lie in DIR: one report each in the folder that --output
    names, and with --release one folder each. Files stay where they are, and none is checked twice.

    Exit code 0: nothing at or above --fail-on; 1: findings; 2: usage; 3: a file that cannot be read; 75: another run
    holds the store, the folder or the counter.
    """
    _check_usage(click.get_current_context().params)
    pipeline.settle()
    options = pipeline.CheckOptions(
        conformance, snip, select, ignore, payers, notes=notes, auths=auths, as_of=as_of, history=history, rules=rules,
        maps=maps, baseline=baseline, hold_on=Severity(hold_on), phi=show_phi,
    )  # fmt: skip
    preflight = Preflight(options, form, timing, jobs, quiet, max_claims, counter, store)
    if watch is not None and output_file is not None:
        return _watch(preflight, Watch(watch, every, output_file, released, form))
    return _code(preflight.run(files, output_file, released, as_of), fail_on)


def _check_usage(given: dict[str, Any]) -> None:
    """What options of a call cannot go together."""
    if given["watch"] is None:
        if not given["files"]:
            raise click.UsageError("Missing argument 'FILE...'.")
        check_form(given["form"], given["output_file"])
    elif given["files"] or given["output_file"] is None:
        raise click.UsageError("--watch DIR goes with --output FOLDER (for the reports), and without FILE...")
    if given["show_phi"] and given["form"] == "jsonl":
        raise click.UsageError("--format jsonl has no patient data to show")
    if given["released"] is None and (given["max_claims"] is not None or given["counter"] is not None):
        raise click.UsageError("--max-claims and --counter go with --release")
    if given["store"] is not None:
        _check_store(given)


def _check_store(given: dict[str, Any]) -> None:
    """What is kept must be the word of a whole pre-flight, and a store is opened once."""
    if given["snip"] != pipeline.CheckOptions().snip or given["select"] or given["conformance"] == "off":
        raise click.UsageError("--store keeps whole pre-flights: it goes without --snip, --select, --no-conformance")
    if any(p.exists() and given["store"].exists() and p.samefile(given["store"]) for p in given["history"]):
        raise click.UsageError("--store is asked for claims sent before as it is: leave it out of --history")


def _watch(preflight: Preflight, watch: Watch) -> int:
    """Each file a report of its own (and a release), as of the day on which it is checked."""
    context = click.get_current_context()
    fixed = context.get_parameter_source("as_of") is not ParameterSource.DEFAULT
    preflight.check()

    def check(path: Path, report: Path, released: Path | None) -> CheckSummary:
        today = preflight.options.as_of if fixed else None
        return preflight.run((str(path),), report, released, today or date.today())  # noqa: DTZ011 - where the user is

    preflight = evolve(preflight, look=watch.look)
    watch.run(check, quiet=preflight.quiet)
    return 0


def _code(summary: CheckSummary, fail_on: str) -> int:
    if summary.unreadable or summary.faults:
        return 3
    return int(any(summary.severities[s] for s in _SEVERITIES[: _SEVERITIES.index(fail_on) + 1]))
