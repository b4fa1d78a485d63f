"""Opens what a user downloaded: csv, txt and xlsx files, also in a zip, as lines of text or rows of cells.

Nothing is trusted: what unpacks to more than any official list holds, lines without end and too many rows are refused.
A cell of a workbook that holds a number or a date becomes the text it stands for.
"""

import csv
import io
import tempfile
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import cached_property
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

import openpyxl

from curette.errors import TableError

_MOST_BYTES = 2 << 30  # unpacked; the largest official file is a tenth of it
_FREE = 64 << 20  # unpacked size up to which the ratio does not matter
_RATIO = 200
_MEMBERS = 1000
_MOST_ROWS = 5_000_000
_MOST_LINE = 1 << 17
_MOST_CELLS = 100
_HEAD = 40
_ENCODINGS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_OTHERS = (
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a gz file; unpack it first"),
    (b"\xd0\xcf\x11\xe0", "an old Excel file; save it as xlsx"),
    (b"<", "a web page, not the file that it leads to"),
)
# the last: with a password, or packed in a way that zipfile does not know
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError)


class File:
    """One downloaded file, or one member of a downloaded zip; it can be read as often as need be.

    Rows and lines come with their number in the file, from 1 (of a row over several lines, that of the last).
    TableError when the file or a row of it is damaged or out of bounds.
    """

    def __init__(self, path: Path, member: str | None = None) -> None:
        self.path = path
        self.member = member
        self.name = str(path) if member is None else f"{path}!{member}"
        # A member may not say which edition it is, where its archive does.
        self.names = (path.name,) if member is None else (PurePosixPath(member).name, path.name)
        self.size = path.stat().st_size

    @cached_property
    def head(self) -> list[tuple[int, list[str]]]:
        """The first rows with their numbers, as far as they are rows of cells."""
        rows = []
        try:
            for row in islice(self.rows(), _HEAD):
                rows.append(row)  # what was read stays where a later one is damaged
        except TableError:
            if not rows:
                raise
        return rows

    @cached_property
    def head_lines(self) -> list[str]:
        """The first lines; none of a workbook."""
        return [line for _, line in islice(self.lines(), _HEAD)]

    def lines(self) -> Iterator[tuple[int, str]]:
        """The lines of a text without their ends; none of a workbook."""
        if self._workbook:
            return
        with self._opened() as stream, io.TextIOWrapper(stream, self._encoding, "replace") as text:
            number = 0
            while line := text.readline(_MOST_LINE):
                number += 1
                if len(line) >= _MOST_LINE or number > _MOST_ROWS:
                    raise TableError(self.name, f"row {number}: longer than any list of codes")
                yield number, line.rstrip("\n")

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """The rows of a workbook's first sheet, or of a text with tabs or commas."""
        if self._workbook:
            yield from self._sheet()
        elif self._tabs:
            yield from ((number, line.split("\t")) for number, line in self.lines())
        else:
            reader = csv.reader((f"{line}\n" for _, line in self.lines()), strict=True)
            try:
                yield from ((reader.line_num, cells) for cells in reader)
            except csv.Error as error:
                raise TableError(self.name, f"row {reader.line_num}: cut short or damaged, {error}") from None

    @cached_property
    def _start(self) -> bytes:
        with self._opened() as stream:
            start = stream.read(1 << 16)
        for magic, what in _OTHERS:
            if start.lstrip().startswith(magic):
                raise TableError(self.name, f"is {what}")
        if not start:
            raise TableError(self.name, "is empty")
        return start

    @property
    def _workbook(self) -> bool:
        return self._start.startswith(b"PK\x03\x04")

    @property
    def _encoding(self) -> str:
        found = next((name for mark, name in _ENCODINGS if self._start.startswith(mark)), "cp1252")
        if found != "utf-16" and b"\0" in self._start:
            raise TableError(self.name, "is neither a csv, txt or xlsx file nor a zip of them")
        return found

    @property
    def _tabs(self) -> bool:
        return sum("\t" in line for line in self.head_lines) > len(self.head_lines) // 2

    @contextmanager
    def _opened(self) -> Iterator[IO[bytes]]:
        try:
            if self.member is None:
                with self.path.open("rb") as stream:
                    yield stream
            else:
                with zipfile.ZipFile(self.path) as archive, archive.open(self.member) as stream:
                    yield stream
        except _DAMAGE as error:
            raise TableError(self.name, f"is cut short or damaged ({type(error).__name__})") from None
        except OSError as error:
            raise TableError(self.name, error.strerror or "cannot be read") from None

    def _sheet(self) -> Iterator[tuple[int, list[str]]]:
        with self._opened() as packed, tempfile.SpooledTemporaryFile(_FREE) as stream:
            while chunk := packed.read(1 << 20):
                stream.write(chunk)
            with _archive(self.name, cast(IO[bytes], stream)):  # its members must be in bounds before any is read
                pass
            try:
                yield from _cells(cast(IO[bytes], stream))
            except (TableError, GeneratorExit):
                raise
            except Exception as error:  # a damaged workbook makes openpyxl raise nearly anything
                raise TableError(self.name, f"is a damaged workbook ({type(error).__name__})") from None


def opened(path: Path) -> list[File]:
    """The files that `path` is or holds; TableError when it cannot be used."""
    if path.is_dir():
        raise TableError(str(path), "is a folder; name its files")
    if not path.is_file():
        raise TableError(str(path), "is no file")
    file = File(path)
    if not file._workbook:
        return [file]
    with file._opened() as stream, _archive(file.name, stream) as archive:
        members = [m.filename for m in archive.infolist() if not m.is_dir()]
    return [file] if "[Content_Types].xml" in members else [File(path, member) for member in members]


@contextmanager
def _archive(name: str, stream: IO[bytes]) -> Iterator[zipfile.ZipFile]:
    """A zip whose members are in bounds (zipfile reads no more of one than it declares)."""
    size = stream.seek(0, io.SEEK_END)
    try:
        archive = zipfile.ZipFile(stream)
    except (*_DAMAGE, ValueError):
        raise TableError(name, "is cut short or damaged (no whole zip)") from None
    with archive:
        unpacked = sum(m.file_size for m in archive.infolist())
        if len(archive.infolist()) > _MEMBERS or unpacked > _MOST_BYTES or unpacked > max(_FREE, _RATIO * size):
            raise TableError(name, "unpacks to far more than a list of codes; refused")
        yield archive


def _cells(stream: IO[bytes]) -> Iterator[tuple[int, list[str]]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # styles and extensions that openpyxl does not know
        book = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # some programs write a wrong size
        for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
            if number > _MOST_ROWS:
                raise ValueError("too many rows")
            yield number, [_text(value) for value in row[:_MOST_CELLS]]
    finally:
        book.close()


def _text(value: Any) -> str:
    """A cell as the list would print it: 11102.0 is 11102, a day is ISO."""
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat()
    text = value.isoformat() if isinstance(value, date) else str(value)
    if len(text) > _MOST_LINE:
        raise ValueError("a cell without end")
    return text
