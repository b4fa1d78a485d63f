"""Where the files that belong to curette are: beside the package in a wheel or zip, or in the checkout."""

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path


def maps() -> Traversable:
    """The folder of XML maps, also when curette runs from a zip."""
    packed = files("curette") / "maps"
    if packed.is_dir():
        return packed
    return Path(__file__).resolve().parents[2] / "maps"
