"""Files, archives, pipes: what they hold can be read from anywhere, and a cut or hostile one gives nothing."""

import gzip
import io
import os
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

import pytest

from curette.errors import InputError, Unreadable
from curette.x12 import packed
from curette.x12.source import Source, Wrap, open_sources, unwrapped
from tests.builder import GOOD_CLAIMS, GOOD_REMIT


class Pipe(io.RawIOBase):
    """A stream that cannot seek and gives a little at a time."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.rest = data

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        size = min(size if size >= 0 else len(self.rest), 997)
        taken, self.rest = self.rest[:size], self.rest[size:]
        return taken


def contents(found: Iterator[Source | InputError]) -> list[tuple[str, bytes]]:
    """Names and bytes; of what cannot be used the reason."""
    return [
        (item.file, b"!" + item.reason.encode()) if isinstance(item, InputError) else (item.name, item.stream.read())
        for item in found
    ]


def opened(path: Path | str, stdin: IO[bytes] | None = None) -> list[tuple[str, bytes]]:
    return contents(open_sources(path, stdin))


def refused(path: Path | str) -> str:
    [item] = open_sources(path)
    assert isinstance(item, InputError)
    assert "\n" not in str(item)
    return item.reason


def zipped(path: Path, members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def test_a_plain_file(tmp_path: Path) -> None:
    path = tmp_path / "batch.837"
    path.write_bytes(GOOD_CLAIMS)
    assert opened(path) == opened(str(path)) == [(str(path), GOOD_CLAIMS)]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert refused(tmp_path / "none.837") == "No such file or directory"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert "directory" in refused(tmp_path)


def test_a_name_with_a_zero_byte_is_no_file() -> None:
    [item] = open_sources("a\0b")
    assert isinstance(item, InputError)


def test_standard_input_that_cannot_seek() -> None:
    pipe = cast(IO[bytes], Pipe(GOOD_CLAIMS * 3))
    assert not pipe.seekable()
    assert opened("-", pipe) == [("-", GOOD_CLAIMS * 3)]


def test_standard_input_is_read_to_its_end_and_can_be_read_again() -> None:
    for item in open_sources("-", cast(IO[bytes], Pipe(GOOD_CLAIMS * 3))):
        assert isinstance(item, Source)
        assert item.stream.read() == GOOD_CLAIMS * 3
        item.stream.seek(7)
        assert item.stream.read(3) == GOOD_CLAIMS[7:10]


def test_standard_input_may_be_packed() -> None:
    assert opened("-", cast(IO[bytes], Pipe(gzip.compress(GOOD_CLAIMS)))) == [("-", GOOD_CLAIMS)]


def test_no_standard_input() -> None:
    assert refused("-") == "no standard input"


def test_a_named_pipe(tmp_path: Path) -> None:
    path = tmp_path / "fifo"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_bytes, args=(GOOD_CLAIMS,))
    writer.start()
    assert opened(path) == [(str(path), GOOD_CLAIMS)]
    writer.join()


# -- gzip


@pytest.mark.parametrize("name", ["batch.837.gz", "batch.837", "batch"])
def test_gzip_by_its_bytes_not_its_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(gzip.compress(GOOD_CLAIMS))
    assert opened(path) == [(str(path), GOOD_CLAIMS)]


def test_gzip_of_several_members(tmp_path: Path) -> None:
    path = tmp_path / "two.gz"
    path.write_bytes(gzip.compress(GOOD_CLAIMS) + gzip.compress(GOOD_REMIT))
    assert opened(path) == [(str(path), GOOD_CLAIMS + GOOD_REMIT)]


@pytest.mark.parametrize("keep", [2, 3, 9, 11, 30, -1, -4, -8, -9])
def test_a_cut_gzip_gives_nothing(tmp_path: Path, keep: int) -> None:
    path = tmp_path / "cut.gz"
    path.write_bytes(gzip.compress(GOOD_CLAIMS)[:keep])
    assert "cut short or damaged" in refused(path)


@pytest.mark.parametrize("at", range(0, 200, 7))
def test_a_damaged_gzip_gives_nothing_else(tmp_path: Path, at: int) -> None:
    packed = bytearray(gzip.compress(GOOD_CLAIMS))
    packed[at] ^= 0x55
    path = tmp_path / "bad.gz"
    path.write_bytes(packed)
    [(_, data)] = opened(path)
    assert data == GOOD_CLAIMS or data[:1] == b"!" or data == bytes(packed)  # the header's time and flags do not matter


def test_rubbish_behind_a_gzip_gives_nothing(tmp_path: Path) -> None:
    path = tmp_path / "more.gz"
    path.write_bytes(gzip.compress(GOOD_CLAIMS) + b"rubbish")
    assert "damaged" in refused(path)


def test_a_gzip_bomb_is_refused_early(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "_FREE", 1 << 16)
    monkeypatch.setattr(packed, "_CHUNK", 1 << 14)
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(b"\0" * (1 << 22)))
    assert "unpacks to far more" in refused(path)


def test_a_file_that_packs_well_is_no_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "_FREE", 1 << 10)
    path = tmp_path / "batch.gz"
    path.write_bytes(gzip.compress(GOOD_CLAIMS * 20))
    [(_, data)] = opened(path)
    assert len(GOOD_CLAIMS) * 20 > 20 * path.stat().st_size
    assert data == GOOD_CLAIMS * 20


def test_nothing_is_unpacked_beyond_a_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "_MOST", 1000)
    path = tmp_path / "batch.gz"
    path.write_bytes(gzip.compress(GOOD_CLAIMS * 2))
    assert "unpacks to far more" in refused(path)


# -- zip


def test_a_zip_of_files(tmp_path: Path) -> None:
    path = zipped(tmp_path / "day.zip", {"a.837": GOOD_CLAIMS, "folder/b.835": GOOD_REMIT})
    assert opened(path) == [(f"{path}!a.837", GOOD_CLAIMS), (f"{path}!folder/b.835", GOOD_REMIT)]


def test_an_unpacked_zip_and_folders_in_it(tmp_path: Path) -> None:
    path = zipped(tmp_path / "day.zip", {"folder/": b"", "a.837": GOOD_CLAIMS}, zipfile.ZIP_STORED)
    assert opened(path) == [(f"{path}!a.837", GOOD_CLAIMS)]


@pytest.mark.parametrize("holds", [{}, {"folder/": b""}])
def test_a_zip_without_files(tmp_path: Path, holds: dict[str, bytes]) -> None:
    path = zipped(tmp_path / "none.zip", holds)
    assert opened(path) == [(str(path), b"!holds no file")]


def test_no_name_is_no_file() -> None:
    assert opened("") == [("", b"!no file is named")]


@pytest.mark.parametrize(
    "name", ["../a.837", "a/../../b.837", "/etc/a.837", "..\\a.837", "C:\\a.837", "a/..", "\\\\host\\a.837"]
)
def test_a_member_that_climbs_out_is_refused_alone(tmp_path: Path, name: str) -> None:
    path = zipped(tmp_path / "evil.zip", {name: GOOD_CLAIMS, "b.835": GOOD_REMIT})
    (_, first), (_, second) = opened(path)
    assert b"climbs out" in first
    assert second == GOOD_REMIT


def test_a_zip_bomb_is_refused_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "_FREE", 1 << 16)
    monkeypatch.setattr(packed, "_CHUNK", 1 << 14)
    path = zipped(tmp_path / "bomb.zip", {"a.837": b"\0" * (1 << 22), "b.835": GOOD_REMIT})
    (_, first), (_, second) = opened(path)
    assert b"unpacks to far more" in first
    assert second == GOOD_REMIT


def test_too_many_members(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "_MEMBERS", 3)
    assert "more than 3 files" in refused(zipped(tmp_path / "many.zip", {f"{n}": b"" for n in range(4)}))


@pytest.mark.parametrize("keep", [30, 200, -10, -30])
def test_a_cut_zip_gives_nothing(tmp_path: Path, keep: int) -> None:
    path = zipped(tmp_path / "cut.zip", {"a.837": GOOD_CLAIMS})
    path.write_bytes(path.read_bytes()[:keep])
    assert "damaged zip" in refused(path)


def test_a_damaged_member_is_refused_alone(tmp_path: Path) -> None:
    path = zipped(tmp_path / "bad.zip", {"a.837": GOOD_CLAIMS, "b.835": GOOD_REMIT})
    data = bytearray(path.read_bytes())
    data[60] ^= 0xFF
    path.write_bytes(data)
    (_, first), (_, second) = opened(path)
    assert first[:1] == b"!"
    assert second == GOOD_REMIT


@pytest.mark.parametrize(("at", "value"), [(6, 1), (8, 99)])
def test_an_encrypted_or_strangely_packed_member_is_refused_alone(tmp_path: Path, at: int, value: int) -> None:
    path = zipped(tmp_path / "odd.zip", {"a.837": GOOD_CLAIMS})
    data = bytearray(path.read_bytes())
    data[at] = value  # in the member's own header and in the directory
    data[data.index(b"PK\x01\x02") + at + 2] = value
    path.write_bytes(data)
    assert "damaged or encrypted" in refused(path) or "cut short or damaged" in refused(path)


def test_a_gzip_inside_a_zip_is_not_unpacked_twice(tmp_path: Path) -> None:
    path = zipped(tmp_path / "day.zip", {"a.gz": gzip.compress(GOOD_CLAIMS)})
    [(name, data)] = opened(path)
    assert name.endswith("!a.gz")
    assert data[:2] == b"\x1f\x8b"


# -- wraps


def test_offsets_behind_a_wrap() -> None:
    wrap = Wrap(80, 2)
    assert [wrap.offset(n) for n in (0, 79, 80, 159, 160)] == [0, 79, 82, 161, 164]


@pytest.mark.parametrize("width", [20, 80, 4097])
@pytest.mark.parametrize("breaks", [b"\n", b"\r\n", b"\r"])
def test_a_wrap_is_undone_in_long_files(width: int, breaks: bytes) -> None:
    plain = GOOD_CLAIMS.replace(b"\n", b"") * 400
    lines = [plain[at : at + width] for at in range(0, len(plain), width)]
    with unwrapped(Source("long", io.BytesIO(breaks.join(lines) + breaks))) as found:
        assert found.wrap == Wrap(width, len(breaks))
        assert found.stream.read() == plain


@pytest.mark.parametrize("longer", [1, 50, 1000])
def test_a_file_that_changes_its_width_is_left_alone(longer: int) -> None:
    plain = GOOD_CLAIMS.replace(b"\n", b"") * 400
    lines = [plain[at : at + 80] for at in range(0, len(plain), 80)]
    lines[-5] += b"X" * longer
    data = b"\n".join(lines)
    with unwrapped(Source("odd", io.BytesIO(data))) as found:
        assert found.wrap is None
        assert found.stream.read() == data


def test_errors_are_told_apart() -> None:
    assert issubclass(Unreadable, InputError)
