"""Files to transactions: what a user names is walked, filled in, opened and cut, in order."""

import os
from collections.abc import Iterable, Iterator
from glob import glob
from pathlib import Path
from typing import IO, BinaryIO

from curette.errors import InputError, Unreadable
from curette.findings import Finding, Place
from curette.x12 import envelope, faults
from curette.x12.envelope import Item
from curette.x12.source import Source, open_sources, sources_in

BESIDE = frozenset({".csv", ".html", ".json", ".jsonl", ".md", ".xlsx"})  # what lies beside X12: results and sidecars
_PACKED = (b"\x1f\x8b", b"PK")
Paths = Iterable[str | Path] | str | Path


def sources(paths: Paths, stdin: IO[bytes] | None = None) -> Iterator[Source | InputError]:
    """Every file that the paths hold, in order: folders are walked, patterns filled in, archives opened.

    One path may stand alone. What holds no file is an Unreadable.
    """
    for path in [paths] if isinstance(paths, str | Path) else paths:
        try:
            files = _files(path)
        except OSError as error:
            yield Unreadable(str(path), error.strerror or "cannot be read")
            continue
        if files is None:
            yield from open_sources(path, stdin)
        elif not files:
            yield Unreadable(str(path), "holds no file")
        for file in files or ():
            if isinstance(file, Unreadable):
                yield file
            else:
                yield from open_sources(file)


def reads(paths: Iterable[str | Path], file: Path) -> bool:
    """Whether a file that exists is one of those that the paths hold."""
    for path in paths:
        try:
            found = _files(path) or [Path(path)]
            if str(path) != "-" and any(isinstance(one, Path) and one.samefile(file) for one in found):
                return True
        except OSError:  # it cannot be read
            continue
    return False


def _files(path: str | Path) -> list[Path | Unreadable] | None:
    """The files of a folder (but results and sidecars) or a pattern such as "in/*.837"; None for one file or "-"."""
    text = str(path)
    if text in ("", "-") or Path(path).is_file():  # no name is no folder, though "" is the one of the run to Path
        return None
    if Path(path).is_dir():
        return _inside(Path(path))
    if any(c in text for c in "*?["):
        found = (Path(name) for name in glob(text, recursive=True))  # noqa: PTH207 - the pattern may be absolute
        return [*sorted(file for file in found if _counts(file))]
    return None


def _inside(folder: Path) -> list[Path | Unreadable]:
    """The files of a folder and those below it, and the folders that cannot be looked into."""
    refused: list[OSError] = []
    walked = (Path(base, name) for base, _, names in os.walk(folder, onerror=refused.append) for name in names)
    found = sorted(file for file in walked if file.suffix.lower() not in BESIDE and _counts(file))
    closed = (Unreadable(str(e.filename or folder), e.strerror or "cannot be read") for e in refused)
    return [*found, *closed]


def _counts(file: Path) -> bool:
    return file.is_file() and not file.name.startswith(".")


def total_size(paths: Paths) -> int | None:
    """How many bytes of X12 the paths hold; None where that is not known before they are read."""
    total = 0
    for path in [paths] if isinstance(paths, str | Path) else paths:
        try:
            for file in _files(path) or [Path(path)]:
                if isinstance(file, Unreadable):
                    continue
                with file.open("rb") as stream:
                    if not file.is_file() or stream.read(2) in _PACKED:
                        return None
                total += file.stat().st_size
        except OSError:
            return None
    return total


def items(paths: Paths, stdin: IO[bytes] | None = None) -> Iterator[Item]:
    """What the files hold: each file's Source first, then its transactions, and findings and bytes outside them.

    A file that cannot be used is an InputError, and so is the rest of one that fails while it is read.
    """
    yield from _items(sources(paths, stdin))


def items_in(name: str, stream: BinaryIO) -> Iterator[Item]:
    """The same for one file that is open already."""
    yield from _items(sources_in(name, stream))


def _items(found: Iterable[Source | InputError]) -> Iterator[Item]:
    for source in found:
        yield source
        if isinstance(source, Source):
            try:
                yield from envelope.read(source)
            except InputError as error:
                yield error
            except OSError as error:
                yield InputError(source.name, error.strerror or "cannot be read to its end")


def unreadable(error: InputError) -> Finding:
    """A file that cannot be used, as a finding on the file itself."""
    return faults.FILE.at(Place(file=error.file, offset=error.offset), reason=error.reason)
