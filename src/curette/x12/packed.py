"""What comes packed or piped: unpacked into an unnamed temporary file first, and refused before anything is used of it.

The operating system makes such a file readable by its owner alone, and removes it.
"""

import gzip
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import IO, BinaryIO, cast

from curette.errors import Damaged, InputError, Unreadable

_MEMORY = 8 << 20  # smaller input stays in memory
_FREE = 64 << 20  # unpacked size up to which the ratio does not matter
_RATIO = 200  # X12 packs ten- to twentyfold; a bomb a thousandfold
_MOST = 8 << 30
_MEMBERS = 10_000
_CHUNK = 1 << 20


def spool() -> BinaryIO:
    """A private place for bytes."""
    return cast(BinaryIO, tempfile.SpooledTemporaryFile(_MEMORY))


@contextmanager
def unzipped(name: str, stream: BinaryIO, size: int) -> Iterator[BinaryIO]:
    """What a .gz of `size` bytes holds."""
    with spooled(name, cast(IO[bytes], gzip.GzipFile(fileobj=stream, mode="rb")), size) as plain:
        yield plain


@contextmanager
def spooled(name: str, packed: IO[bytes], size: int | None) -> Iterator[BinaryIO]:
    """All of `packed` in a private temporary file; refused when it unpacks to far more than its `size`."""
    with spool() as plain:
        total = 0
        try:
            while chunk := packed.read(_CHUNK):
                total += len(chunk)
                if total > _MOST or (size is not None and total > _FREE and total > _RATIO * size):
                    raise Damaged(name, "unpacks to far more than a file of its size holds; refused")
                plain.write(chunk)
        except (EOFError, zlib.error, zipfile.BadZipFile, RuntimeError) as error:  # the last as `members` has it
            raise Unreadable(name, f"is cut short or damaged ({type(error).__name__})") from None
        except gzip.BadGzipFile:
            raise Damaged(name, "is damaged (BadGzipFile)") from None
        plain.seek(0)
        yield plain


def members(name: str, stream: BinaryIO) -> Iterator[tuple[str, BinaryIO] | InputError]:
    """The files of a zip, each by its name; what cannot be used is an InputError."""
    try:
        archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):  # a version that zipfile does not know
        yield Unreadable(name, "is a damaged zip")
        return
    with archive:
        found = [m for m in archive.infolist() if not m.is_dir()]
        if len(found) > _MEMBERS:
            yield Damaged(name, f"holds more than {_MEMBERS} files")
            return
        if not found:
            yield Unreadable(name, "holds no file")
        for member in found:
            inner = f"{name}!{member.filename}"
            path = PurePosixPath(member.filename.replace("\\", "/"))
            if path.is_absolute() or ".." in path.parts or ":" in member.filename:
                yield Damaged(inner, "the name of this member climbs out of the archive; refused")
                continue
            try:
                with archive.open(member) as packed, spooled(inner, packed, member.compress_size) as plain:
                    yield inner, plain
            except InputError as error:
                yield Damaged(inner, error.reason)  # the archive ends as it should
            except (zipfile.BadZipFile, RuntimeError, OSError):  # a password, or packed in a way zipfile does not know
                yield Damaged(inner, "is damaged or encrypted")
