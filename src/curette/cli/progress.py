"""How far a run is, on a terminal only, and only when it takes long enough to be asked."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol, TextIO


class Tick(Protocol):
    """Call it with the number of claims (or whatever is counted) so far, and how many bytes that took."""

    def __call__(self, count: int, done: int = 0, /) -> None:
        """So many so far."""


def _nothing(count: int, done: int = 0) -> None:
    pass


def _on_terminal(stream: TextIO | None) -> bool:
    return stream is not None and stream.isatty()  # a closed stream is None


def _unknown() -> None:
    return None


@contextmanager
def progress(
    quiet: bool, what: str = "claims", *, alone: bool = False, total: Callable[[], int | None] = _unknown
) -> Iterator[Tick]:
    """A function that shows the number of `what`, their rate and the time left on standard error.

    `alone`: nothing is printed meanwhile, so that it does not matter whether the output goes to the terminal too.
    `total` is how many bytes there are, where that can be known; it is asked only when it is shown.
    """
    if quiet or not _on_terminal(sys.stderr) or (_on_terminal(sys.stdout) and not alone):
        yield _nothing
        return
    from rich.console import Console

    started, bytes_ = time.monotonic(), total()
    with Console(stderr=True).status("reading") as status:

        def tick(count: int, done: int = 0) -> None:
            seconds = max(time.monotonic() - started, 0.001)
            status.update(f"{count:,} {what}, {count / seconds:,.0f} a second{left(seconds, done, bytes_)}")

        yield tick


def left(seconds: float, done: int, total: int | None) -> str:
    """How long it still takes, as ", 1:05 left"; nothing where that is not known, or too early to say."""
    if not total or not done or seconds < 1:
        return ""
    rest = round(seconds * max(total - done, 0) / done)
    minutes, rest = divmod(rest, 60)
    hours, minutes = divmod(minutes, 60)
    return f", {hours}:{minutes:02d}:{rest:02d} left" if hours else f", {minutes}:{rest:02d} left"
