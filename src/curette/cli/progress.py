"""How far a run is, on a terminal only, and only when it takes long enough to be asked."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, TextIO


class Tick(Protocol):
    """Call it with the number of claims so far."""

    def __call__(self, claims: int) -> None:
        """So many claims so far."""


def _nothing(claims: int) -> None:
    pass


def _on_terminal(stream: TextIO | None) -> bool:
    return stream is not None and stream.isatty()  # a closed stream is None


@contextmanager
def progress(quiet: bool) -> Iterator[Tick]:
    """A function that shows the number of claims and their rate on standard error."""
    if quiet or not _on_terminal(sys.stderr) or _on_terminal(sys.stdout):
        yield _nothing
        return
    from rich.console import Console

    started = time.monotonic()
    with Console(stderr=True).status("reading") as status:

        def tick(claims: int) -> None:
            rate = claims / max(time.monotonic() - started, 0.001)
            status.update(f"{claims:,} claims, {rate:,.0f} a second")

        yield tick
