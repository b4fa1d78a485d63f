"""The forms of a pre-flight. Text, JSON lines and CSV are written as results come; a page and a workbook at the end."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import chain
from pathlib import Path

from attrs import frozen

from curette.checks.results import Billed, Checked
from curette.cli.output import coloured, output, output_bytes, paint
from curette.reports import check_tables, check_text, csv, excel, jsonl
from curette.reports.check import CheckSummary
from curette.reports.show import PHI


def billed(form: str, *, released: bool) -> Billed:
    """Of which claims a form needs what was billed.

    A release finds copies of claims that were checked already, so text needs all of them then.
    """
    if form == "jsonl":
        return "none"
    return "found" if form == "text" and not released else "all"


@frozen
class Form:
    """What is written, where (None: standard output), as of which day, and whether with patient data."""

    name: str
    path: Path | None
    as_of: date
    phi: bool = False

    def write(
        self,
        results: Iterable[Checked],
        summary: CheckSummary,
        inputs: Iterable[str],
        seconds: Callable[[], float | None],
        told: Callable[[], Iterable[str]],
    ) -> None:
        """All of it. `summary` counts what `results` yields; `told` are closing lines of the text."""
        if self.name == "xlsx" and self.path is not None:
            sheets = check_tables.Sheets(self.phi)
            with output_bytes(self.path, inputs) as file:
                for result in results:
                    sheets.take(result)
                excel.workbook(sheets.tables(summary, self.as_of), file)
            return
        with output(self.path, inputs) as write:
            for text in self._texts(results, summary, seconds, told):
                write(text)

    def _texts(
        self,
        results: Iterable[Checked],
        summary: CheckSummary,
        seconds: Callable[[], float | None],
        told: Callable[[], Iterable[str]],
    ) -> Iterator[str]:
        if self.name == "text":
            colour = coloured(self.path)
            lines = chain(self._text(results), self._closing(summary), _late(told))
            return (f"{paint(line, colour)}\n" for line in lines)
        if self.name == "csv":
            return self._csv(results)
        if self.name == "html":
            return self._html(results, summary)
        return (f"{line}\n" for line in self._json_lines(results, summary, seconds))

    def _closing(self, summary: CheckSummary) -> Iterator[str]:
        yield from check_text.check_summary(summary, self.as_of)

    def _text(self, results: Iterable[Checked]) -> Iterator[str]:
        if self.phi:
            yield PHI
        named = ""  # the file whose name stands above
        for result in results:
            if result.findings or result.fault:
                yield from check_text.check(result, named=result.file == named)
                named = result.file

    def _json_lines(
        self, results: Iterable[Checked], summary: CheckSummary, seconds: Callable[[], float | None]
    ) -> Iterator[str]:
        for result in results:
            yield from map(jsonl.finding, result.findings)
            yield from map(jsonl.not_evaluated, result.unevaluated)
            yield from map(jsonl.fault, filter(None, [result.fault]))
        closing = (*summary.tables(self.as_of), *summary.rates(self.as_of), summary.record(seconds()))
        yield from map(jsonl.line, closing)

    def _csv(self, results: Iterable[Checked]) -> Iterator[str]:
        yield from csv.table(check_tables.listed((), phi=self.phi))
        for result in results:
            yield from csv.rows(check_tables.listed(check_tables.records(result), phi=self.phi))

    def _html(self, results: Iterable[Checked], summary: CheckSummary) -> Iterator[str]:
        from curette.reports.check_html import Page  # late: only this form needs templates

        page = Page(self.phi)
        for result in results:
            page.take(result)
        yield from page.pieces(summary, self.as_of)


def _late(told: Callable[[], Iterable[str]]) -> Iterator[str]:
    """Lines that are known only when those before them were written."""
    yield from told()
