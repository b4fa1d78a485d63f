"""The shape of a guide on disk: taken once, kept whole or not at all, never trusted when damaged."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from curette.checks.conformance import check, machine, maps, shape
from curette.checks.conformance.shape import Loop
from tests.checks.transactions import CLAIMS, lines, made, said


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty cache folder, and a process that has not taken the shape yet."""
    monkeypatch.setenv("CURETTE_CACHE", str(tmp_path / "cache"))
    _forget()
    yield tmp_path / "cache"
    _forget()


def _forget() -> None:
    shape.shape.cache_clear()
    machine.machine_of.cache_clear()


def taken(kind: str = "835") -> Loop:
    shape.shape.cache_clear()
    return shape.shape(kind)


@pytest.mark.parametrize("kind", ["837P", "835"])
def test_what_was_kept_is_what_was_taken(kept: Path, kind: str) -> None:
    assert taken(kind) == taken(kind) == maps.shape(kind)
    (file,) = kept.iterdir()
    assert file.name == f"guide-{kind}.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_second_time_the_map_is_not_loaded(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = taken()
    monkeypatch.delattr(maps, "shape")
    assert taken() == first


@pytest.mark.parametrize("damage", [b"", b"1 4.0.0 x\n", b"\xff\xfe", None])
def test_a_damaged_file_is_made_anew(kept: Path, damage: bytes | None) -> None:
    first = taken()
    (file,) = kept.iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole.replace(b'"usage":"R"', b'"usage":"S"', 1) if damage is None else damage)
    assert taken() == first
    assert file.read_bytes() == whole


def test_another_pyx12_is_another_shape(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taken()
    (file,) = kept.iterdir()
    monkeypatch.setattr(shape, "version", lambda name: "4.0.1")
    taken()
    assert file.read_text().startswith(f"{shape.FORM} 4.0.1 ")


def test_a_folder_that_cannot_be_written_to_is_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("CURETTE_CACHE", str(tmp_path / "file" / "cache"))
    assert taken() == maps.shape("835")
    shape.shape.cache_clear()


def test_a_map_that_cannot_be_loaded_is_one_finding(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(maps, "shape")
    assert [said(f) for f in check(made(lines(CLAIMS)))] == ["IG-ENGINE ST -"]
