"""What every test may ask for. Values and states of the tests live in the checkout's .cache."""

from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from hypothesis.configuration import set_hypothesis_home_dir

ROOT = Path(__file__).resolve().parents[1]

# The same examples in every run; `pytest --hypothesis-profile=explore` goes looking for new ones.
set_hypothesis_home_dir(ROOT / ".cache" / "hypothesis")
hypothesis.settings.register_profile("repeatable", deadline=None, derandomize=True)
hypothesis.settings.register_profile("explore", deadline=None, max_examples=2000)
hypothesis.settings.load_profile("repeatable")


@pytest.fixture(scope="session", autouse=True)
def _own_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No imported tables, no settings, and a cache in the checkout: what the person who runs the tests has is neither read nor
    touched."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CURETTE_TABLES", str(tmp_path_factory.mktemp("none") / "tables"))
        patch.setenv("CURETTE_CACHE", str(ROOT / ".cache" / "curette"))
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("no settings")))
        yield


@pytest.fixture
def tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of one's own for imported tables."""
    folder = tmp_path / "kept"
    monkeypatch.setenv("CURETTE_TABLES", str(folder))
    return folder


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def samples() -> Path:
    """The sample files that ship with curette."""
    return ROOT / "edi_samples"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of corpora beside the checkout, which users do not have: tests that ask for it are marked `shared`."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("needs ../shared, which is not part of the project")
    return folder
