"""Private files that appear only when they are whole, in a folder that one run at a time may write.

As `private` has it; nothing is written through a link.
"""

import fcntl
import hashlib
import os
from contextlib import suppress
from pathlib import Path
from typing import IO

from attrs import define

from curette import private
from curette.errors import ConfigError, CuretteError

_BUFFER = 1 << 20


class Busy(CuretteError):
    """Another run writes to the folder; nothing was done."""

    exit_code = 75


class Unwritable(CuretteError):
    """What is released cannot be written: a full disk, a folder of somebody else."""


@define
class Written:
    """A finished file: where, how long, and the SHA-256 of its bytes in hexadecimal."""

    path: Path
    size: int
    digest: str


class Lock:
    """Keeps other runs from `what` until `close`, by a lock on `path`; Busy where another run has it."""

    def __init__(self, what: Path, path: Path, flags: int) -> None:
        self._descriptor = os.open(path, flags | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self.close()
            raise Busy(f"{what}: another run writes here; nothing was done") from None

    def close(self) -> None:
        """Let others have it."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


class Folder:
    """The folder of a run, made if it is absent (0700), locked until `close`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        _refuse_link(path)
        try:
            make(path)
            self._lock = Lock(path, path, os.O_DIRECTORY)
        except OSError as error:
            raise ConfigError(f"{path}: {error.strerror or 'cannot be used'}") from None
        private.clear((path, *path.glob("*/"), *path.glob("*/*/")))

    def close(self) -> None:
        """Let others write."""
        self._lock.close()


def make(path: Path) -> None:
    """A folder (and those above it that are absent) for its owner alone; ConfigError where a link stands instead."""
    _refuse_link(path)
    if not path.parent.exists():
        make(path.parent)
    path.mkdir(mode=0o700, exist_ok=True)


def _refuse_link(path: Path) -> None:
    if path.is_symlink():
        raise ConfigError(f"{path}: is a link, so nothing is written there")


class Outgoing:
    """A file that is being written. Nothing stands under a final name before `finish`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.size = 0
        self._file: IO[bytes] | None = None
        self._name = Path()
        self._waiting = bytearray()  # the end of the file, not on disk yet

    def write(self, data: bytes) -> None:
        """Append."""
        self._waiting += data
        self.size += len(data)
        if len(self._waiting) > _BUFFER:
            self._flush()

    def patch(self, place: int, data: bytes) -> None:
        """Put other bytes of the same number where some were written."""
        begin = self.size - len(self._waiting)
        if place >= begin:
            self._waiting[place - begin : place - begin + len(data)] = data
        else:
            file = self._opened()
            file.seek(place)
            file.write(data)
            file.seek(0, os.SEEK_END)

    def finish(self, path: Path) -> Written:
        """Put the file in place under its final name; `private.sync` its folder before anybody is told of it."""
        _refuse_link(path)
        self._flush()
        file = self._opened()
        file.flush()
        os.fsync(file.fileno())
        digest = sha256(file)
        self._name.replace(path)
        file.close()
        self._file = None
        return Written(path, self.size, digest)

    def drop(self) -> None:
        """Give the file up."""
        if self._file is not None:
            self._name.unlink(missing_ok=True)
            with suppress(OSError):  # what is left in its buffer may have no room
                self._file.close()
            self._file = None

    def _flush(self) -> None:
        self._opened().write(self._waiting)
        self._waiting.clear()

    def _opened(self) -> IO[bytes]:
        if self._file is None:
            make(self.folder)
            self._file, self._name = private.begin(self.folder)
        return self._file


def sha256(file: IO[bytes]) -> str:
    """Of all bytes of a file, in hexadecimal."""
    file.seek(0)
    sum_ = hashlib.sha256()
    while data := file.read(_BUFFER):
        sum_.update(data)
    return sum_.hexdigest()


def write(path: Path, data: bytes) -> Written:
    """A small file at once, for good."""
    out = Outgoing(path.parent)
    try:
        out.write(data)
        written = out.finish(path)
        private.sync(path.parent)
        return written
    finally:
        out.drop()
