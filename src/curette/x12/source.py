"""Opens what a user names: a file, a .gz, a .zip of files (see `packed`), or standard input; always seekable."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO

from attrs import frozen

from curette.errors import InputError, NotX12, Unreadable

_NARROWEST = 20


@frozen
class Wrap:
    """A file broken into lines of equal width, inside segments: `width` bytes of data, then `breaks` bytes."""

    width: int
    breaks: int

    def offset(self, position: int) -> int:
        """The byte in the file of a byte of the unwrapped text."""
        return position + position // self.width * self.breaks


@frozen
class Source:
    """One X12 file: `name` as findings give it, and a seekable stream of its bytes (unwrapped, if `wrap` is set)."""

    name: str
    stream: BinaryIO
    wrap: Wrap | None = None

    def offset(self, position: int) -> int:
        """The byte in the file of a byte of `stream`."""
        return self.wrap.offset(position) if self.wrap is not None else position


def open_sources(path: str | Path, stdin: IO[bytes] | None = None) -> Iterator[Source | InputError]:
    """The files that `path` holds; one, unless it is a zip. What cannot be used is yielded as an InputError.

    "-" is standard input, which the caller hands in. A source is closed when the next one is asked for.
    """
    name = str(path)
    try:
        if not name:
            raise Unreadable(name, "no file is named")
        with _opened(path, stdin) as (stream, size):
            yield from _inside(name, stream, size)
    except InputError as error:
        yield error
    except OSError as error:
        yield Unreadable(name, error.strerror or "cannot be read")
    except ValueError:  # a name that no file can have
        yield Unreadable(name, "cannot be opened")


def sources_in(name: str, stream: BinaryIO) -> Iterator[Source | InputError]:
    """The same for a file that is open already (and stays so), read through its one descriptor."""
    try:
        yield from _inside(name, stream, _size(stream))
    except InputError as error:
        yield error
    except OSError as error:
        yield Unreadable(name, error.strerror or "cannot be read")


def _inside(name: str, stream: BinaryIO, size: int) -> Iterator[Source | InputError]:
    head = stream.read(4)
    stream.seek(0)
    if head[:2] == b"\x1f\x8b":
        from curette.x12 import packed  # few files are

        with packed.unzipped(name, stream, size) as plain:
            yield Source(name, plain)
    elif head in (b"PK\x03\x04", b"PK\x05\x06"):  # the second holds nothing
        from curette.x12 import packed

        for member in packed.members(name, stream):
            yield member if isinstance(member, InputError) else Source(*member)
    else:
        yield Source(name, stream)


@contextmanager
def _opened(path: str | Path, stdin: IO[bytes] | None) -> Iterator[tuple[BinaryIO, int]]:
    if str(path) == "-":
        if stdin is None:
            raise Unreadable("-", "no standard input")
        from curette.x12 import packed

        with packed.spooled("-", stdin, None) as stream:
            yield stream, _size(stream)
        return
    with Path(path).open("rb") as file:
        if file.seekable():
            yield file, _size(file)
        else:
            from curette.x12 import packed

            with packed.spooled(str(path), file, None) as stream:
                yield stream, _size(stream)


def _size(stream: BinaryIO) -> int:
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    return size


_MAGIC = (
    (b"%PDF", "is a PDF"),
    (b"\x7fELF", "is a program"),
    (b"\xff\xfe", "is UTF-16 text; X12 is one byte a character"),
    (b"\xfe\xff", "is UTF-16 text; X12 is one byte a character"),
    (b"I\x00S\x00A", "is UTF-16 text; X12 is one byte a character"),
    (b"\x00I\x00S", "is UTF-16 text; X12 is one byte a character"),
    (b"\xc9\xe2\xc1", "is EBCDIC; convert it to ASCII"),
    (b"<", "is XML or HTML"),
    (b"{", "is JSON"),
    (b"[", "is JSON"),
)


def refuse_other_forms(name: str, head: bytes) -> None:
    """NotX12 when the first bytes belong to a form that is certainly not X12."""
    if not head:
        raise NotX12(name, "is empty")
    for magic, reason in _MAGIC:
        if head.startswith(magic):
            raise NotX12(name, reason)


@contextmanager
def unwrapped(source: Source) -> Iterator[Source]:
    """The same file without the line breaks of a fixed-width transfer, where all its lines have one width."""
    wrap = _wrap(source)
    if wrap is None:
        yield source
        return
    from curette.x12 import packed

    with packed.spool() as plain:
        whole = _unwrap(source, wrap, plain)
        (plain if whole else source.stream).seek(0)
        yield Source(source.name, plain, wrap) if whole else source


def _wrap(source: Source) -> Wrap | None:
    """How the file seems to be wrapped, from its first lines."""
    head = source.stream.read(1 << 16)
    source.stream.seek(0)
    lines = head.splitlines(keepends=True)[:-1]  # the last line may be shorter, or go on behind this look
    if len(lines) < 2 or len(set(map(len, lines))) > 1:
        return None
    width = len(lines[0].rstrip(b"\r\n"))
    ends = {line[width - 1 : width] for line in lines}
    inside = len(ends) > 1 or ends.pop().isalnum()  # else every line ends with a terminator: no wrap
    return Wrap(width, len(lines[0]) - width) if width >= _NARROWEST and inside else None


def _unwrap(source: Source, wrap: Wrap, plain: BinaryIO) -> bool:
    """Copy the file without its breaks; False when a line before the last has another width."""
    step = wrap.width + wrap.breaks
    while row := source.stream.read(step * 4096):
        for start in range(0, len(row), step):
            line = row[start : start + step]
            bare = line.rstrip(b"\r\n")
            if len(bare) > wrap.width or (len(bare) < wrap.width and start + len(line) < len(row)):
                return False
            plain.write(bare)
    return True
