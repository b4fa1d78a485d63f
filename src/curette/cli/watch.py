"""A drop folder: every file that lies still is checked once, one after the other, until somebody stops it.

A file is done when its report stands, named by the digest of what is in it: a file that comes again, or under another
name, is known, and one that was cut off is done again. The files themselves are left where they are.
"""

import signal
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

import click
from attrs import define, field

from curette.errors import ConfigError
from curette.findings import Severity
from curette.pipeline.moves import Folders
from curette.release.files import Folder, sha256
from curette.reports.check import CheckSummary
from curette.reports.plain import grouped, many, printable

_Look = tuple[int, int, int]  # device's file number, size, time of the last change, also of who may read it
_GONE = (0, 0, 0)
Check = Callable[[Path, Path, Path | None], CheckSummary]  # a file, its report and its release, to what came of it


class Stopped(BaseException):
    """Somebody stopped the watch."""


@define
class Watch:
    """`inbox` is looked at `every` so many seconds; `reports` and `released` (None: nothing is) are folders, which may
    lie in it.
    """

    inbox: Path
    every: int
    reports: Path
    released: Path | None
    form: str
    known: dict[Path, _Look] = field(factory=dict)  # what was checked, or was found to be
    checked: int = 0
    stopping: bool = False
    idle: bool = True

    def run(self, check: Check, *, quiet: bool) -> None:
        """Until SIGTERM or Ctrl-C, at which nothing half stands under a final name."""
        written = tuple(filter(None, (self.reports, self.released)))
        inbox = Folders(self.inbox, others=written)
        inbox.prepare()
        for place in written:  # else each report would be checked, and reported, without end
            if place.exists() and place.samefile(self.inbox):
                raise ConfigError(f"{place}: is the folder that is watched")
        folder = Folder(self.reports)
        before = {number: signal.signal(number, self._stop) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            seen = _looks(inbox)
            while not self.stopping:
                self.idle = True
                time.sleep(self.every)
                self.idle = False
                seen = self.turn(inbox, seen, check, quiet=quiet)
        except Stopped:
            pass
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            folder.close()
        if not quiet:
            click.echo(f"curette: stopped; {many(self.checked, 'file')} checked", err=True)

    def turn(self, inbox: Folders, seen: dict[Path, _Look], check: Check, *, quiet: bool) -> dict[Path, _Look]:
        """Check what is as it was `seen` before and is not known; what is seen now."""
        now = _looks(inbox)
        for path, look in now.items():
            if seen.get(path) == look and self.known.get(path) != look and _looks_at(path) == look:
                self._one(path, look, check, quiet)
        return now

    def look(self) -> None:
        """Whoever checks a file calls this where it may be cut off; Stopped where it is to be."""
        if self.stopping:
            raise Stopped

    def _stop(self, number: int, frame: FrameType | None) -> None:
        """At once while nothing is done, else at the next `look`: processes that begin or end are left in peace."""
        self.stopping = True
        if self.idle:
            raise Stopped

    def _one(self, path: Path, look: _Look, check: Check, quiet: bool) -> None:
        try:
            with path.open("rb") as file:
                digest = sha256(file)[:16]
        except OSError as error:  # gone, or not ours to read: it is looked at again when it changes
            self.known[path] = look
            if not quiet:
                click.echo(f"{printable(path)}: cannot be read ({error.strerror})", err=True)
            return
        report = self.reports / f"{digest}.{'txt' if self.form == 'text' else self.form}"
        if not report.exists():
            summary = check(path, report, self.released / digest if self.released is not None else None)
            self.checked += 1
            if not quiet:
                for line in _told(path, report, summary):
                    click.echo(line, err=True)
        self.known[path] = look


def _looks(inbox: Folders) -> dict[Path, _Look]:
    """What lies there, links and what is no file left out; and folders that cannot be looked into, the first too."""
    return {path: look for path in inbox.inbox_files() if (look := _looks_at(path)) is not None}


def _looks_at(path: Path) -> _Look | None:
    try:
        found = path.lstat()
    except OSError:
        return _GONE
    told = stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)
    return (found.st_ino, found.st_size, found.st_ctime_ns) if told else None


def _told(path: Path, report: Path, s: CheckSummary) -> Iterator[str]:
    found = ", ".join(f"{s.severities[severity]:,} {severity}" for severity in Severity)
    held = f"held {s.held:,} of {many(s.claims, 'claim')}, {grouped(s.held_charge)} of {grouped(s.charge)}"
    failed = "; could not be read" if s.unreadable else "; a fault of curette's" if s.faults else ""
    yield f"{printable(path)}: {held}; {found}{failed}; {printable(report)}"
