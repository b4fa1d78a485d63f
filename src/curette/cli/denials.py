"""curette denials: what payers did with each line of a remittance, and why."""

import sys
from functools import partial
from pathlib import Path

import click
from attrs import define

from curette import pipeline
from curette.cli.options import FILES, JOBS, OUTPUT, QUIET
from curette.cli.output import output
from curette.cli.progress import progress
from curette.denials.categorise import categoriser
from curette.denials.lines import Options
from curette.denials.link import Links
from curette.denials.totals import Totals
from curette.findings import Severity
from curette.money import decimal
from curette.pipeline import Categorised
from curette.reports import denials_text, jsonl
from curette.reports.text import fault


@click.command("denials", short_help="Categorise 835 files.")
@FILES
@click.option(
    "--claims", multiple=True, metavar="837-FILE", help="What was billed, to link lines to (may be repeated)."
)
@click.option("--conformance/--no-conformance", default=True, help="Hold against the implementation guide (SNIP 1, 2).")
@click.option("--format", "form", type=click.Choice(["text", "jsonl"]), default="text", show_default=True)
@OUTPUT
@JOBS
@QUIET
def command(
    files: tuple[str, ...],
    claims: tuple[str, ...],
    conformance: bool,
    form: str,
    output_file: Path | None,
    jobs: int,
    quiet: bool,
) -> int:
    """Categorise the remittances of FILE...: files, folders, .zip or .gz of them, or - for standard input.

    Exit code 0: done; 1: a payment does not balance or cannot be used; 2: usage; 3: a file that cannot be read.
    """
    categoriser()  # a map that is wrong must be told before anything runs
    pipeline.settle()
    links = Links(claim for path in claims for claim in pipeline.read_claims(path))
    render = jsonl.denial_line if form == "jsonl" else denials_text.row
    options = pipeline.DenialOptions(render, conformance, Options(links))
    totals, tally, unusable, failed = Totals(), _Tally(), 0, False
    with output(output_file, (*files, *claims)) as write, progress(quiet) as tick:
        say = write if form == "jsonl" else partial(click.echo, err=True, nl=False)
        for result in pipeline.denials(files, options, jobs=jobs, stdin=getattr(sys.stdin, "buffer", None)):
            failed = failed or result.unreadable or result.fault is not None
            unusable += result.refused
            tally.take(result)
            if result.totals is not None:
                totals += result.totals
            if form == "text" and result.remit is not None:
                write(f"\n{denials_text.payment(result.remit)}\n")
                write(f"{denials_text.head()}\n" if result.rows else "  nothing denied\n")
            for row in result.rows:
                write(f"{row}\n")
            for finding in result.findings if form == "jsonl" or not quiet else ():
                say(f"{jsonl.finding(finding) if form == 'jsonl' else denials_text.finding(finding)}\n")
            if result.fault is not None:
                say(f"{jsonl.fault(result.fault) if form == 'jsonl' else fault(result.fault)}\n")
            tick(totals.claims)
        if form == "jsonl":
            write(f"{jsonl.line(_record(totals, unusable, tally))}\n")
        else:
            for line in denials_text.summary(totals, tally.listed, tally.hidden, unusable):
                write(f"{line}\n")
    if failed:
        return 3
    return int(tally.wrong > 0 or unusable > 0)


@define
class _Tally:
    """How many findings there were."""

    listed: int = 0
    hidden: int = 0
    warnings: int = 0
    faults: int = 0
    wrong: int = 0  # sums that do not add up, and damage outside remittances

    def take(self, result: Categorised) -> None:
        """The findings of one result."""
        self.listed += len(result.findings)
        self.hidden += len(result.hidden)
        self.faults += result.fault is not None
        for finding in (*result.findings, *result.hidden):
            self.warnings += finding.severity is Severity.WARNING
            counts = result.remit is None or finding.rule.id.startswith("BAL-")
            self.wrong += counts and finding.severity is Severity.ERROR


def _record(totals: Totals, unusable: int, tally: _Tally) -> dict[str, object]:
    """The summary line of JSON lines."""
    return {
        "type": "summary",
        "payments": totals.payments,
        "refused": unusable,
        "claims": totals.claims,
        "lines": totals.lines,
        "charge": decimal(totals.charge),
        "paid": decimal(totals.paid),
        "denied": decimal(totals.denied),
        "outcomes": totals.by_outcome(),
        "by_category": {
            category: {"lines": number, "denied": decimal(totals.category_money[category])}
            for category, number in sorted(totals.categories.items())
        },
        "balanced": not tally.wrong and not unusable,
        "not_listed": tally.hidden,
        "faults": tally.faults,
        "warnings": tally.warnings + sum(totals.warnings.values()),
    }
