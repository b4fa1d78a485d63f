"""Files for their owner alone (mode 0600) that stand under their name only when they are whole and on disk.

A file is written under a temporary name in its folder. Whoever writes it holds a lock on it, so that the next who
writes in that folder can tell what a run left behind that was killed, and takes that away: it may name patients.
"""

import fcntl
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import IO

_TEMPORARY = ".curette-"
_RANDOM = 4  # bytes, of two digits each
_LENGTH = len(_TEMPORARY) + 2 * _RANDOM  # the store gives its exports longer names


def begin(folder: Path) -> tuple[IO[bytes], Path]:
    """A new file to write and read, and its temporary name; OSError where there can be none."""
    _clear_once(folder)
    while True:
        name = folder / f"{_TEMPORARY}{secrets.token_hex(_RANDOM)}"  # known before it is there, so that a stop finds it
        file: IO[bytes] | None = None
        try:
            file = open(name, "x+b", opener=_opener)  # noqa: SIM115 - whoever asked for it closes it
            with suppress(OSError):  # without locks on this disk nothing is ever taken away
                fcntl.flock(file, fcntl.LOCK_EX)
            if os.fstat(file.fileno()).st_nlink:
                return file, name
            file.close()  # it was taken for one that was left behind, before it had its lock
        except FileExistsError:
            continue
        except BaseException:
            name.unlink(missing_ok=True)
            if file is not None:
                file.close()
            raise


def _opener(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW, 0o600)


def clear(folders: Iterable[Path]) -> None:
    """Take away what killed runs left in folders; what somebody still writes stays."""
    for folder in folders:
        with suppress(OSError):
            for entry in os.scandir(folder):
                if entry.name.startswith(_TEMPORARY) and len(entry.name) == _LENGTH:
                    _take_away(Path(entry.path))


@cache
def _clear_once(folder: Path) -> None:
    """As the first of a run that writes there: a folder may hold the files of years."""
    clear([folder])


def _take_away(path: Path) -> None:
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()
        finally:
            os.close(descriptor)


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file that takes the place of `path` at the end; nothing does where writing it fails."""
    file, name = begin(path.parent)
    try:
        with file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            name.replace(path)  # before it is closed, and so nobody's
        sync(path.parent)
    except BaseException:
        name.unlink(missing_ok=True)
        raise


def sync(folder: Path) -> None:
    """Make the names in a folder last."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
