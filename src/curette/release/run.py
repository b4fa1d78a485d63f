"""A release: what a check yields, in order, becomes clean and held files, answers and a manifest below one folder."""

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing
from datetime import date
from pathlib import Path
from typing import Any

from attrs import frozen

from curette.checks.results import Checked
from curette.codes.tables import Edition
from curette.errors import ConfigError, InputError
from curette.findings import Finding, Severity
from curette.release import manifest
from curette.release.batch import Batch
from curette.release.blocks import cut
from curette.release.duplicates import Seen
from curette.release.files import Folder, Unwritable, sha256, write
from curette.release.manifest import Input
from curette.release.numbers import Counter
from curette.release.walk import Walk, Wants
from curette.x12.envelope import Item
from curette.x12.source import Source
from curette.x12.transaction import Interchange, Transaction, Unread

Result = tuple[Item, Transaction | None, Checked]
MANIFEST = "manifest.json"


@frozen
class ReleaseOptions:
    """Where a release is written and how: `as_of` is its day, a finding at or above `hold_on` holds its claim,
    `max_claims` is how many an ST may have, `counter` a file of control numbers (None: they stay as they are).
    """

    folder: Path
    as_of: date
    hold_on: Severity = Severity.ERROR
    max_claims: int | None = None
    counter: Path | None = None
    version: str = ""  # of curette and so of its rules, for the manifest

    def settings(self) -> dict[str, Any]:
        """What the manifest says of them."""
        numbers = "kept" if self.counter is None else "new"
        told = {"curette": self.version, "rules_version": self.version}
        return told | {"hold_on": str(self.hold_on), "max_claims": self.max_claims, "control_numbers": numbers}


class Release:
    """One run. The folder and the counter are locked from the beginning to `close`, and an old manifest is removed.

    Raises ConfigError when the folder cannot be written to safely, Busy when another run writes to it or counts,
    Unwritable when there is no room, or it is somebody else's.
    """

    def __init__(self, options: ReleaseOptions, inputs: Iterable[str | Path] = ()) -> None:
        self.options = options
        for path in map(Path, inputs):
            if path.is_dir() and options.folder.resolve().is_relative_to(path.resolve()):
                raise ConfigError(f"{options.folder}: lies in a folder that is read")
        with ExitStack() as held:
            counter = options.counter
            self.counter = held.enter_context(closing(Counter(counter))) if counter is not None else None
            held.enter_context(closing(Folder(options.folder)))
            try:
                (options.folder / MANIFEST).unlink(missing_ok=True)
            except OSError as error:
                raise Unwritable(f"{options.folder / MANIFEST}: {error.strerror}") from None
            self.held = held.pop_all()  # until `close`
        self.seen = Seen()
        self.inputs: list[Input] = []
        self.editions: set[Edition] = set()
        self.digests: deque[tuple[str, int]] = deque()
        self.loose: list[Finding] = []  # around transactions, not yet assigned
        self.batch: Batch | None = None
        self.interchange: Interchange | None = None
        self.walk = Walk(self.seen, options.hold_on)

    def opening(self, things: Iterable[Item]) -> Iterator[Item]:
        """The same, with the digest of every file taken as it is opened."""
        for item in things:
            if isinstance(item, Source):
                self.digests.append((sha256(item.stream), item.stream.seek(0, 2)))
                item.stream.seek(0)
            yield item

    def over(self, results: Iterable[Result], wants: Wants) -> Iterator[Checked]:
        """The same results, with claims that stand twice held; at the end everything is in place."""
        try:
            for item, part, result in results:
                self.editions |= result.editions
                if isinstance(item, Source):
                    self._begin_file(item)
                elif isinstance(item, InputError):
                    self._unreadable(item)
                elif isinstance(item, Finding):
                    self.loose.append(item)
                elif isinstance(item, Unread):
                    assert self.batch is not None
                    self.batch.give_up(item)
                    self.loose = [f for f in self.loose if f not in item.findings]  # no answer is about those bytes
                elif part is not None:
                    result = self._transaction(item, part, result, wants)
                yield result
            self._end_file()
            told = manifest.text(self.inputs, self.options.settings(), self.editions, self.options.as_of)
            write(self.options.folder / MANIFEST, told.encode("utf-8"))
        except OSError as error:
            raise Unwritable(f"{error.filename or self.options.folder}: {error.strerror}") from None
        finally:
            self.close()

    def close(self) -> None:
        """Give up what is unfinished, and let others write."""
        if self.batch is not None:
            self.batch.drop()
        self.seen.close()
        self.held.close()

    # -- files

    def _begin_file(self, source: Source) -> None:
        self._end_file()
        sum_, size = self.digests.popleft()
        known = sum(one.digest == sum_ for one in self.inputs)
        name = sum_[:16] + (f"-{known + 1}" if known else "")
        entry = Input(source.name, sum_, size, name)
        self.inputs.append(entry)
        options = self.options
        self.batch = Batch.begin(entry, options.folder, options.as_of, options.max_claims, self.counter)

    def _unreadable(self, error: InputError) -> None:
        if self.batch is None or self.batch.entry.file != error.file:
            self._end_file()
            self.inputs.append(Input(error.file, unreadable=error.reason))
        else:
            self.batch.entry.unreadable = error.reason

    def _end_file(self) -> None:
        if self.batch is None:
            return
        if self.counter is not None:  # before any file that uses its numbers can be sent
            write(self.counter.path, self.counter.text().encode("utf-8"))
        self.batch.finish()
        self.batch, self.interchange, self.loose = None, None, []

    # -- transactions

    def _transaction(self, item: Transaction, part: Transaction, result: Checked, wants: Wants) -> Checked:
        batch = self.batch
        assert batch is not None
        around = [] if part.before else self._around(item, batch)
        known = part.kind == "837P" and item.readable and item.complete and not item.refused
        fault = result.fault.reason if result.fault is not None and result.fault.whole else ""
        taken = known and (not fault or item.stream is not None)
        findings = tuple(f for f in (*result.findings, *result.hidden) if f.open)
        if taken:
            result = self.walk.take(batch, cut(part), result, wants)
        else:
            batch.reject(item, part, [*item.findings, *around, *result.findings], fault)
        batch.groups.take(part, item, findings, taken)
        if not part.before:
            ours = [f for f in item.findings if f.place.segment == "GS"]
            batch.groups.about_group([*ours, *(f for f in around if f.place.segment not in ("ISA", "IEA"))])
        if part.last and taken:
            batch.claims.end()
        return result

    def _around(self, item: Transaction, batch: Batch) -> list[Finding]:
        """What was found around the transaction; the interchange is answered at its first one."""
        found, self.loose = self.loose, []
        found = [f for f in found if f.place.interchange == item.interchange.control]
        if self.interchange is not item.interchange:
            self.interchange = item.interchange
            batch.interchanges.answer(
                item.interchange, (f for f in found if f.place.group is None or f.place.segment in ("ISA", "IEA"))
            )
        self.walk.begin(item)
        return found
