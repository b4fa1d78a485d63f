"""curette check: pre-flight of 837P files (835 files are held against their guide and balance too)."""

import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click

from curette import __version__, pipeline
from curette.checks import baseline as accepted
from curette.checks.results import Checked, Conformance
from curette.cli.check_forms import Form, billed
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
from curette.cli.progress import progress
from curette.cli.tables import FORM, check_form
from curette.findings import Severity
from curette.notes import sidecar
from curette.release.run import Release, ReleaseOptions
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
@FORM
@click.option(
    "--show-phi", is_flag=True, help="With patients: names, birth dates, member numbers.", allow_from_autoenv=False
)
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
    show_phi: bool,
    as_of: date,
    timing: bool,
    output_file: Path | None,
    jobs: int,
    quiet: bool,
) -> int:
    """Pre-flight FILE... as a clearinghouse does: files, folders, .zip or .gz of them, or - for standard input.

    Exit code 0: nothing at or above --fail-on; 1: findings; 2: usage; 3: a file that cannot be read.
    """
    check_form(form, output_file)
    if show_phi and form == "jsonl":
        raise click.UsageError("--format jsonl has no patient data to show")
    pipeline.settle()
    options = pipeline.CheckOptions(
        conformance, snip, select, ignore, payers,
        notes=notes, auths=auths, as_of=as_of, history=history, rules=rules, hold_on=Severity(hold_on),
        baseline=baseline, billed=billed(form, released=released is not None), phi=show_phi,
    )  # fmt: skip
    release = _release(files, released, options, max_claims, counter)
    results = pipeline.check(files, options, jobs=jobs, stdin=getattr(sys.stdin, "buffer", None), release=release)
    summary = CheckSummary(told_of=sidecar.notes(notes).claims, baseline=accepted.baseline(baseline).rows)
    started = time.monotonic()

    def seconds() -> float | None:
        return round(time.monotonic() - started, 3) if timing else None

    with progress(quiet, alone=form in ("html", "xlsx")) as tick:

        def counted() -> Iterator[Checked]:
            for result in results:
                summary.take(result)
                yield result
                tick(summary.claims)

        Form(form, output_file, as_of, show_phi).write(counted(), summary, files, seconds, lambda: _told(release))
    if summary.unreadable or summary.faults:
        return 3
    return int(any(summary.severities[s] for s in _SEVERITIES[: _SEVERITIES.index(fail_on) + 1]))


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
