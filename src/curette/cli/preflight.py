"""One pre-flight with what it writes: text, JSON lines and CSV as results come, page and workbook at the end.

A report is in place only when it is whole, and a release before it.
"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import date
from functools import partial
from itertools import chain
from pathlib import Path

from attrs import define, evolve, field, frozen

from curette import __version__, pipeline
from curette.checks import baseline
from curette.checks.results import Billed, Checked
from curette.cli.options import now
from curette.cli.output import coloured, output, output_bytes, paint
from curette.cli.progress import Tick, progress
from curette.notes import sidecar
from curette.release.run import Release, ReleaseOptions
from curette.reports import check_tables, check_text, csv, excel, jsonl
from curette.reports.check import CheckSummary
from curette.reports.plain import grouped, many, printable
from curette.reports.show import PHI
from curette.store.duckdb import Store, opened

_TABLES = ("csv", "html", "xlsx")  # a person looks for one claim in them, so none may lack


@define
class _Run:
    """A pre-flight that is under way."""

    files: tuple[str, ...]
    as_of: date
    results: Iterator[Checked]
    release: Release | None
    summary: CheckSummary
    look: Callable[[], None]
    every: bool  # list what is beyond the limit of a file, too
    started: float = field(factory=time.monotonic)
    done: int = 0  # bytes of transactions

    def counted(self, tick: Tick) -> Iterator[Checked]:
        """The results, each counted before it is handed on."""
        for result in self.results:
            self.look()
            if self.every and result.hidden:
                result = evolve(result, findings=(*result.findings, *result.hidden), hidden=())
            self.summary.take(result)
            self.done += result.size
            yield result
            tick(self.summary.claims, self.done)


@frozen
class Preflight:
    """What is checked and in which form it is told; `max_claims` and `counter` are for releases, `store` is told of the
    claims. `look` is called between results, and may raise to end the run.
    """

    options: pipeline.CheckOptions
    form: str = "text"
    timing: bool = False
    jobs: int = 1
    quiet: bool = False
    max_claims: int | None = None
    counter: Path | None = None
    store: Path | None = None
    look: Callable[[], None] = lambda: None

    def check(self) -> None:
        """ConfigError where notes, profiles, rules or the like are wrong, before there is a file."""
        for _ in pipeline.check((), self.options):
            pass

    def run(self, files: tuple[str, ...], path: Path | None, released: Path | None, as_of: date) -> CheckSummary:
        """Pre-flight `files` as of a day; report to `path` (None: standard output), release to `released`."""
        with opened(self.store, now()) if self.store is not None else nullcontext() as kept:
            return self._write(self._begin(files, released, as_of, kept), path)

    def _write(self, run: _Run, path: Path | None) -> CheckSummary:
        files, as_of, o = run.files, run.as_of, self.options
        inputs = (*files, o.notes, o.auths, o.baseline, *o.history, self.counter, self.store)
        size = partial(pipeline.total_size, files)
        if self.form == "xlsx" and path is not None:
            with output_bytes(path, inputs) as file, progress(self.quiet, alone=True, total=size) as tick:
                sheets = check_tables.Sheets(self.options.phi)
                for result in run.counted(tick):
                    sheets.take(result)
                excel.workbook(sheets.tables(run.summary, as_of), file)
        else:  # the bar takes standard output for itself, so it begins after that was taken
            with output(path, inputs) as write, progress(self.quiet, alone=self.form == "html", total=size) as tick:
                for text in self._texts(run, run.counted(tick), coloured(path)):
                    write(text)
        return run.summary

    def _begin(self, files: tuple[str, ...], released: Path | None, as_of: date, store: Store | None) -> _Run:
        options = evolve(self.options, as_of=as_of, billed=self._billed(released is not None))
        release = None
        if released is not None:
            kept = ReleaseOptions(
                released, as_of, options.hold_on, self.max_claims, self.counter, version=__version__
            )  # fmt: skip
            release = Release(kept, files)
        stdin = getattr(sys.stdin, "buffer", None)
        results = pipeline.check(files, options, jobs=self.jobs, stdin=stdin, release=release, store=store)
        notes, known = sidecar.notes(options.notes), baseline.baseline(options.baseline)
        summary = CheckSummary(told_of=notes.claims, baseline=known.rows)
        return _Run(files, as_of, results, release, summary, self.look, self.form in _TABLES)

    def _billed(self, released: bool) -> Billed:
        """A release finds copies of claims that were checked already, so text needs all claims then."""
        if self.form == "jsonl":
            return "none"
        return "found" if self.form == "text" and not released else "all"

    # -- the forms

    def _texts(self, run: _Run, results: Iterator[Checked], colour: bool) -> Iterator[str]:
        if self.form == "csv":
            return self._csv(results)
        if self.form == "html":
            return self._html(run, results)
        lines = self._json_lines(run, results) if self.form == "jsonl" else self._text(run, results, colour)
        return (f"{line}\n" for line in lines)

    def _text(self, run: _Run, results: Iterator[Checked], colour: bool) -> Iterator[str]:
        if self.options.phi:
            yield PHI
        named = ""  # the file whose name stands above
        for result in results:
            if result.findings or result.fault:
                yield from (paint(line, colour) for line in check_text.check(result, named=result.file == named))
                named = result.file
        yield from check_text.check_summary(run.summary, run.as_of)
        if run.release is not None:
            yield from _released(run.release)

    def _json_lines(self, run: _Run, results: Iterator[Checked]) -> Iterator[str]:
        for result in results:
            yield from map(jsonl.finding, result.findings)
            yield from map(jsonl.not_evaluated, result.unevaluated)
            yield from map(jsonl.fault, filter(None, [result.fault]))
        summary, today = run.summary, run.as_of
        seconds = round(time.monotonic() - run.started, 3) if self.timing else None
        yield from map(jsonl.line, chain(summary.tables(today), summary.rates(today), [summary.record(seconds)]))

    def _csv(self, results: Iterator[Checked]) -> Iterator[str]:
        phi = self.options.phi
        yield from csv.table(check_tables.listed((), phi=phi))
        for result in results:
            yield from csv.rows(check_tables.listed(check_tables.records(result), phi=phi))

    def _html(self, run: _Run, results: Iterator[Checked]) -> Iterator[str]:
        from curette.reports.check_html import Page  # late: only this form needs templates

        page = Page(self.options.phi)
        for result in results:
            page.take(result)
        yield from page.pieces(run.summary, run.as_of)


def _released(release: Release) -> Iterator[str]:
    """Where everything is that was released."""
    yield f"released to {printable(str(release.options.folder))}, as its manifest.json tells:"
    for one in release.inputs:
        parts = [
            f"{name} {many(amount.claims, 'claim')} {grouped(amount.charge)}"
            for name, amount in (("clean", one.clean), ("held", one.held), ("rejected", one.rejected))
            if amount.claims
        ]
        if one.refusals and not one.rejected.claims:
            parts.append(f"rejected {many(len(one.refusals), 'piece')} without a claim that can be counted")
        yield f"  {one.folder or 'not read'}: {', '.join(parts) or 'no claims'}"
        if one.duplicates:
            yield f"  {many(one.duplicates, 'claim')} of them stood in this run before"
