"""How far a run is, on a terminal only, and only when it takes long enough to be asked."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, TextIO


class Tick(Protocol):
    """Call it with the number of claims (or whatever is counted) so far."""

    def __call__(self, count: int, /) -> None:
        """So many so far."""


def _nothing(count: int) -> None:
    pass


def _on_terminal(stream: TextIO | None) -> bool:
    return stream is not None and stream.isatty()  # a closed stream is None


@contextmanager
def progress(quiet: bool, what: str = "claims", *, alone: bool = False) -> Iterator[Tick]:
    """A function that shows the number of `what` and their rate on standard error.

    `alone`: nothing is printed meanwhile, so that it does not matter whether the output goes to the terminal too.
    """
    if quiet or not _on_terminal(sys.stderr) or (_on_terminal(sys.stdout) and not alone):
        yield _nothing
        return
    from rich.console import Console

    started = time.monotonic()
    with Console(stderr=True).status("reading") as status:

        def tick(count: int) -> None:
            rate = count / max(time.monotonic() - started, 0.001)
            status.update(f"{count:,} {what}, {rate:,.0f} a second")

        yield tick
