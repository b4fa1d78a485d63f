"""curette check: pre-flight of 837P files (835 files are held against their guide and balance too)."""

import sys
import time
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import chain
from pathlib import Path

import click

from curette import __version__, pipeline
from curette.checks import baseline as accepted
from curette.checks.results import Billed, Checked, Conformance
from curette.cli.options import (
    AS_OF,
    CONFORMANCE,
    FILES,
    JOBS,
    NO_CONFORMANCE,
    OUTPUT,
    OWN_RULES,
    QUIET,
    Prefixes,
    SnipTypes,
)
from curette.cli.output import coloured, output, paint
from curette.cli.progress import progress
from curette.findings import Severity
from curette.notes import sidecar
from curette.release.run import Release, ReleaseOptions
from curette.reports import check_text, jsonl
from curette.reports.check import CheckSummary
from curette.reports.plain import grouped, many, printable

_SEVERITIES = [str(s) for s in Severity]
SEVERITY = click.Choice(_SEVERITIES)


@click.command("check", short_help="Pre-flight 837P files.")
@FILES
@click.option("--fail-on", type=SEVERITY, default="error", show_default=True, help="Mildest severity for exit code 1.")
@click.option("--snip", type=SnipTypes(), default="1-7", show_default=True, help="Which SNIP types to run.")
@click.option("--select", type=Prefixes(), default=(), help="Only these rules: ids or their beginnings.")
@click.option("--ignore", type=Prefixes(), default=(), help="Not these rules.")
@click.option("--payers", type=click.Path(path_type=Path), metavar="DIR", help="Payer profiles over the built-in ones.")
@click.option("--notes", type=click.Path(path_type=Path), metavar="FILE", help="Documentation: .json, .jsonl or .csv.")
@click.option("--auths", type=click.Path(path_type=Path), metavar="FILE", help="Authorisations: .json or .csv.")
@click.option(
    "--history",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="837-FILE",
    help="Claims sent before: files, folders (may be repeated).",
)
@OWN_RULES
@click.option("--baseline", type=click.Path(path_type=Path), metavar="FILE", help="Findings you have accepted: .csv.")
@CONFORMANCE
@NO_CONFORMANCE
@click.option(
    "--release", "released", type=click.Path(path_type=Path), metavar="DIR", help="Write clean and held files."
)
@click.option("--hold-on", type=SEVERITY, default="error", show_default=True, help="Mildest severity that holds.")
@click.option("--max-claims", type=click.IntRange(1), metavar="N", help="Claims in an ST of a released file.")
@click.option("--counter", type=click.Path(path_type=Path), metavar="FILE", help="New control numbers, counted here.")
@click.option("--format", "form", type=click.Choice(["text", "jsonl"]), default="text", show_default=True)
@AS_OF
@click.option("--timing", is_flag=True, help="Tell seconds in the summary (they differ from run to run).")
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
    rules: Path | None,
    baseline: Path | None,
    conformance: Conformance,
    released: Path | None,
    hold_on: str,
    max_claims: int | None,
    counter: Path | None,
    form: str,
    as_of: date,
    timing: bool,
    output_file: Path | None,
    jobs: int,
    quiet: bool,
) -> int:
    """Pre-flight FILE... as a clearinghouse does: files, folders, .zip or .gz of them, or - for standard input.

    Exit code 0: nothing at or above --fail-on; 1: findings; 2: usage; 3: a file that cannot be read.
    """
    pipeline.settle()
    options = pipeline.CheckOptions(
        conformance, snip, select, ignore, payers,
        notes=notes, auths=auths, as_of=as_of, history=history, rules=rules, hold_on=Severity(hold_on),
        baseline=baseline, billed=_billed(form, released is not None),
    )  # fmt: skip
    release = _release(files, released, options, max_claims, counter)
    results = pipeline.check(files, options, jobs=jobs, stdin=getattr(sys.stdin, "buffer", None), release=release)
    summary = CheckSummary(told_of=sidecar.notes(notes).claims, baseline=accepted.baseline(baseline).rows)
    started = time.monotonic()
    with output(output_file, files) as write, progress(quiet) as tick:
        for line in _lines(results, summary, form):
            write(f"{paint(line, coloured(output_file)) if form == 'text' else line}\n")
            tick(summary.claims)
        seconds = round(time.monotonic() - started, 3) if timing else None
        if form == "text":
            closing = chain(check_text.check_summary(summary, as_of), _told(release))
        else:
            closing = chain(map(jsonl.line, (*summary.tables(as_of), *summary.rates(as_of), summary.record(seconds))))
        for line in closing:
            write(f"{line}\n")
    if summary.unreadable or summary.faults:
        return 3
    return int(any(summary.severities[s] for s in _SEVERITIES[: _SEVERITIES.index(fail_on) + 1]))


def _billed(form: str, released: bool) -> Billed:
    """A release finds copies when a claim was checked already, so what was billed must be at hand for every claim."""
    return "none" if form == "jsonl" else "all" if released else "found"


def _release(
    files: tuple[str, ...], folder: Path | None, options: pipeline.CheckOptions, most: int | None, counter: Path | None
) -> Release | None:
    if folder is None:
        if most is not None or counter is not None:
            raise click.UsageError("--max-claims and --counter go with --release")
        return None
    if options.as_of is None:
        raise click.UsageError("--release needs a day")
    return Release(ReleaseOptions(folder, options.as_of, options.hold_on, most, counter, version=__version__), files)


def _told(release: Release | None) -> Iterator[str]:
    """Where everything is that was released."""
    if release is None:
        return
    yield f"released to {printable(str(release.options.folder))}, as its manifest.json tells:"
    for one in release.inputs:
        parts = [
            f"{name} {many(amount.claims, 'claim')} {grouped(amount.charge)}"
            for name, amount in (("clean", one.clean), ("held", one.held), ("rejected", one.rejected))
            if amount.claims
        ]
        yield f"  {one.folder or 'not read'}: {', '.join(parts) or 'no claims'}"
        if one.duplicates:
            yield f"  {many(one.duplicates, 'claim')} of them stood in this run before"


def _lines(results: Iterable[Checked], summary: CheckSummary, form: str) -> Iterable[str]:
    told = ""  # the file whose name stands above
    for result in results:
        summary.take(result)
        if form == "jsonl":
            yield from map(jsonl.finding, result.findings)
            yield from map(jsonl.not_evaluated, result.unevaluated)
            yield from map(jsonl.fault, filter(None, [result.fault]))
        elif result.findings or result.fault:
            yield from check_text.check(result, named=result.file == told)
            told = result.file
