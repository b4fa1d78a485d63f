"""A practice for each test."""

from pathlib import Path

import pytest

from tests.store.night import Practice


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    """An empty one."""
    return Practice(tmp_path)
