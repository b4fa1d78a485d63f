"""curette diff: what changed between original and resubmitted claims."""

import sys
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

import click
from attrs import define

from curette import pipeline
from curette.claims.model import Claim
from curette.claims.reader import Reader as ClaimReader
from curette.cli.options import OUTPUT, QUIET
from curette.cli.output import coloured, output
from curette.cli.progress import progress
from curette.diff.compare import compare
from curette.diff.match import Side
from curette.errors import InputError
from curette.findings import Finding
from curette.remits.reader import Reader as RemitReader
from curette.reports import diff as report
from curette.reports import jsonl
from curette.reports.denials_text import finding as finding_text
from curette.reports.plain import printable
from curette.x12.transaction import Transaction

_HUES = {"-": "red", "+": "green", "~": "yellow", "!": "magenta", "@": "cyan"}


@click.command("diff", short_help="Compare original and resubmitted claims.")
@click.argument("old")
@click.argument("new")
@click.option(
    "--remits", multiple=True, metavar="835-FILE", help="What was answered, to pair by REF*F8 (may be repeated)."
)
@click.option("--format", "form", type=click.Choice(["text", "jsonl"]), default="text", show_default=True)
@click.option("--stat", is_flag=True, help="One line a claim: how many changes, and the charge.")
@click.option("--show-phi", is_flag=True, help="Show names, birth dates, addresses, member numbers and free text.")
@OUTPUT
@QUIET
def command(
    old: str,
    new: str,
    remits: tuple[str, ...],
    form: str,
    stat: bool,
    show_phi: bool,
    output_file: Path | None,
    quiet: bool,
) -> int:
    """Compare the claims of OLD and NEW: 837P files, folders, .zip or .gz of them, or - (once) for standard input.

    Claims are paired by REF*F8, where --remits tell the payer's numbers, else by their control number (CLM01); lines
    by their control number (REF*6R), else by procedure and date.

    Exit code 0: no change; 1: changes, or claims that cannot be compared; 2: usage; 3: a file that cannot be read.
    """
    if (old, new, *remits).count("-") > 1:
        raise click.UsageError("only one file can be standard input")
    if stat and form == "jsonl":
        raise click.UsageError("--stat is for text")
    reading, summary = _Reading(quiet), report.DiffSummary()
    numbers = reading.payer_numbers(remits)
    before, after = reading.side(old), reading.side(new)
    colour = form == "text" and coloured(output_file)
    with output(output_file) as write, progress(quiet) as tick:
        for line in report.head(old, new, stat, show_phi) if form == "text" else ():
            write(f"{_paint(line, colour)}\n")
        for result in compare(before, after, numbers):
            summary.take(result)
            lines = (
                map(jsonl.line, report.records(result, show_phi)) if form == "jsonl" else report.text(result, show_phi)
            )
            for line in report.stat(result) if stat else lines:
                write(f"{_paint(line, colour)}\n")
            tick(summary.claims)
        for line in report.summary(summary) if form == "text" else [jsonl.line(summary.record())]:
            write(f"{line}\n")
    if reading.failures:
        return 3
    return int(not summary.clean or before.damaged or after.damaged)


def _paint(line: str, colour: bool) -> str:
    if not colour or not line:
        return line
    return click.style(line, bold=True) if line.startswith("claim ") else click.style(line, fg=_HUES.get(line[0]))


@define
class _Reading:
    """Reads the files of a run and tells on standard error what is wrong with them."""

    quiet: bool
    failures: int = 0  # files that cannot be read at all

    def side(self, path: str) -> Side:
        """The claims of OLD or NEW; those of a transaction that is damaged are named, and not compared."""
        side = Side(())
        side.claims = self._claims(path, side)
        return side

    def _claims(self, path: str, side: Side) -> Iterator[Claim]:
        usable, failures = False, self.failures
        for transaction in self._transactions([path], "837P"):
            if not transaction.complete:
                side.damaged = True
                continue
            usable = usable or not transaction.refused
            for part in transaction.parts():
                reader = ClaimReader(part)
                for claim in reader.read():
                    if part.refused:
                        side.unread.append(claim.control_number)
                    else:
                        yield claim
                side.unread += reader.unread
                self._tell(reader.findings)
        if not usable:
            self._fail(f"{path}: no 837P claims that can be read")
        side.damaged = side.damaged or self.failures > failures

    def payer_numbers(self, paths: Iterable[str]) -> dict[str, Collection[str]]:
        """The payers' claim numbers by control number. A remittance is used as a whole or not at all."""
        found: dict[str, set[str]] = {}
        for transaction in self._transactions(paths, "835"):
            if transaction.refused or not transaction.complete:
                continue
            pairs, usable = [], True
            for part in transaction.parts():
                reader = RemitReader(part)
                pairs += [(claim.control_number, claim.payer_claim) for claim in reader.claims() if claim.payer_claim]
                usable = usable and reader.usable and not part.refused
                self._tell(reader.findings)
            for control_number, payer_claim in pairs if usable else ():
                found.setdefault(control_number, set()).add(payer_claim)
        return dict(found)

    def _transactions(self, paths: Iterable[str], kind: str) -> Iterator[Transaction]:
        for item in pipeline.items(paths, sys.stdin.buffer):
            if isinstance(item, InputError):
                self._fail(str(item))
            elif isinstance(item, Finding):
                self._tell([item])
            elif isinstance(item, Transaction):
                self._tell(item.findings)
                if item.kind == kind and item.readable:
                    yield item
                else:
                    self._note(f"{item.file}: transaction {item.control} is {item.kind}, not {kind}; left out")

    def _fail(self, message: str) -> None:
        self.failures += 1
        click.echo(f"curette: {printable(message)}", err=True)

    def _tell(self, findings: Iterable[Finding]) -> None:
        for finding in findings:
            self._note(finding_text(finding))

    def _note(self, message: str) -> None:
        if not self.quiet:
            click.echo(printable(message), err=True)
