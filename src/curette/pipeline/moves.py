"""The folders of a nightly run: what lies in the inbox, and where its files go. Never over a file that is there."""

import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from attrs import field, frozen

from curette import private
from curette.errors import ConfigError, StoreError
from curette.pipeline.files import BESIDE

_PASSED = BESIDE | {".tmp", ".part", ".partial", ".filepart", ".crdownload"}  # the latter are still being copied
_LONGEST = 200  # bytes of a name; most file systems take 255, and a digest and ".reason.txt" may follow


def _folder(value: str | Path | None) -> Path | None:
    return None if value is None else Path(value)


@frozen
class Folders:
    """The inbox (None: nothing is read), and where its files go: `archive` and `quarantine` (None: they stay)."""

    inbox: Path | None = field(converter=_folder)
    archive: Path | None = field(default=None, converter=_folder)
    quarantine: Path | None = field(default=None, converter=_folder)
    others: tuple[Path, ...] = ()  # folders and files that may lie in the inbox and are not part of it

    def prepare(self) -> None:
        """Make the folders that files go to, private; ConfigError where one cannot be a folder."""
        if self.inbox is not None and not self.inbox.is_dir():
            raise ConfigError(f"{self.inbox}: there is no such folder")
        for folder in filter(None, (self.archive, self.quarantine)):
            make_folder(folder)
            if self.inbox is not None and folder.samefile(self.inbox):
                raise ConfigError(f"{folder}: is the inbox itself")

    def inbox_files(self) -> Iterator[Path]:
        """All that lies in the inbox, by name, but results, sidecars and what is hidden or still being copied.

        Links are not followed.
        """
        if self.inbox is not None:
            apart = {_identity(p) for p in (self.archive, self.quarantine, *self.others) if p and p.exists()}
            yield from _walk(self.inbox, apart)

    def put_away(self, path: Path, opened: os.stat_result, sha256: str, reasons: Iterable[str]) -> Path | None:
        """Move a file that was read: to quarantine with the reasons beside it where there are any, else the archive.

        `opened` is what was read; another file of that name is left alone. Where it went; None where it stays.
        StoreError or ConfigError where it cannot be moved: it stays then, and nothing of it is left elsewhere.
        """
        why = list(reasons)
        folder = self.quarantine if why else self.archive
        if folder is None or self.inbox is None or _identity(path) != (opened.st_dev, opened.st_ino):
            return None
        target = folder / path.relative_to(self.inbox)
        make_folder(target.parent)
        if len(os.fsencode(target.name)) > _LONGEST:
            target = target.with_name(f"{os.fsdecode(os.fsencode(target.name)[:_LONGEST])}.{sha256[:12]}")
        elif os.path.lexists(target):
            target = target.with_name(f"{target.name}.{sha256[:12]}")
        beside = target.with_name(f"{target.name}.reason.txt")
        if why:
            write_private(beside, (f"{line}\n" for line in why))
        try:
            _move(path, target)
        except StoreError:
            if why:
                beside.unlink(missing_ok=True)
            raise
        return target


def make_folder(folder: Path) -> None:
    """Make a folder for its owner alone; ConfigError where that cannot be."""
    if folder.is_symlink():
        raise ConfigError(f"{folder}: is a symbolic link; name the folder itself")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"{folder}: {error.strerror}") from None


def write_private(path: Path, texts: Iterable[str]) -> None:
    """A whole file, readable by its owner alone, put in place at once and on disk; never through a link."""
    if path.is_symlink():
        raise ConfigError(f"{path}: is a symbolic link, which is not written through")
    try:
        with private.replacing(path) as file:
            file.writelines(text.encode() for text in texts)
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}") from None


def _walk(folder: Path, apart: set[tuple[int, int] | None]) -> Iterator[Path]:
    try:
        entries = sorted(os.scandir(folder), key=lambda e: e.name)
    except OSError:
        yield folder  # whoever opens it is told why it cannot be read
        return
    for entry in entries:
        path = Path(entry.path)
        if entry.name.startswith(".") or path.suffix.lower() in _PASSED or _identity(path) in apart:
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(path, apart)
        else:
            yield path


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.lstat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _move(path: Path, target: Path) -> None:
    """Rename, or copy and remove where the target is on another disk; private afterwards."""
    try:
        try:
            path.replace(target)
        except OSError:
            _copy(path, target)
        target.chmod(0o600)
        private.sync(target.parent)
    except OSError as error:
        raise StoreError(f"{path}: cannot be moved to {target.parent}: {error.strerror}") from None


def _copy(path: Path, target: Path) -> None:
    with private.replacing(target) as copy, path.open("rb") as original:
        shutil.copyfileobj(original, copy)
    try:
        path.unlink()
    except OSError:
        target.unlink()
        raise
