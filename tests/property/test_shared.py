"""The same promises on files that others wrote: corpora and fault collections beside this project."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from curette.errors import InputError
from tests.property.files import everything
from tests.property.test_cuts import check
from tests.property.test_parts import OF_A_PART, in_parts

OTHER = {".csv", ".json", ".md", ".xml"}


def x12_files(folder: Path) -> Iterator[bytes]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix not in OTHER:
            yield path.read_bytes()


@pytest.mark.shared
@pytest.mark.parametrize("folder", ["corpus", "faults"])
@pytest.mark.parametrize("size", [300, 2000])
def test_parts_give_what_the_whole_gives(shared: Path, folder: str, size: int) -> None:
    compared = 0
    for data in x12_files(shared / folder):
        try:
            whole = everything(data)
        except InputError:
            continue
        if not OF_A_PART & {f.rule.id for f in whole.findings}:
            assert in_parts(data, size, 1 << 30).claims == whole.claims
            compared += 1
    assert compared > 100


@pytest.mark.shared
def test_every_cut_of_a_good_file(shared: Path) -> None:
    for data in x12_files(shared / "faults" / "good"):
        for size in range(1, len(data), 3):
            check(data, size)
