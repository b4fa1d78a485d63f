"""Options that several commands share."""

import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from curette.dates import YEARS


class _Named(click.Path):
    """A path. An empty one, of a variable that was not set, is none, though Path takes it for the folder of the run."""

    def convert(
        self, value: str | os.PathLike[str], param: click.Parameter | None, ctx: click.Context | None
    ) -> str | bytes | os.PathLike[str]:
        """Text to a Path."""
        if not os.fspath(value):
            self.fail("no file or folder is named", param, ctx)
        return super().convert(value, param, ctx)


PATH = _Named(path_type=Path)
INPUT = click.Path(readable=False)  # what is read, or a pattern, or -: the reading tells of one that cannot be
FILES = click.argument("files", nargs=-1, required=True, type=INPUT, metavar="FILE...")


def _standard(context: click.Context, param: click.Parameter, value: Path | None) -> Path | None:
    """A hyphen is standard output, as it is standard input among the files to read."""
    return None if value == Path("-") else value


OUTPUT = click.option(
    "--output",
    "-o",
    "output_file",
    type=PATH,
    callback=_standard,
    help="Write to a file (private) instead; - is standard output.",
)
CONFORMANCE = click.option(
    "--conformance",
    type=click.Choice(["fast", "pyx12", "off"]),
    default="fast",
    show_default=True,
    help="How to hold against the implementation guide (SNIP 1, 2); pyx12 is slow and says the same.",
)
NO_CONFORMANCE = click.option(
    "--no-conformance", "conformance", flag_value="off", help="The same as --conformance off."
)
STORE = click.option("--store", required=True, type=PATH, metavar="FILE", help="The store, a DuckDB file.")
QUIET = click.option("--quiet", "-q", is_flag=True, help="No progress and no notes on standard error.")


OWN_MAPS = click.option("--maps", type=PATH, metavar="DIR", help="Maps laid over the built-in ones.")
OWN_RULES = click.option("--rules", type=PATH, metavar="DIR", help="Rules of your own, with their cases.")


class _Jobs(click.ParamType[int]):
    name = "N"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if value == "auto":
            return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        try:
            number = int(value)
        except (TypeError, ValueError):
            number = 0
        if not 1 <= number <= 256:
            self.fail(f"{value!r} is neither a number of processes nor auto", param, ctx)
        return number


JOBS = click.option("--jobs", "-j", type=_Jobs(), default=1, show_default=True, help="Processes, or auto.")


class Day(click.ParamType[date]):
    """A day like 2026-03-10; one that is reckoned with (`near`) is of the years that X12 knows, as those of files."""

    name = "DATE"

    def __init__(self, *, near: bool = False) -> None:
        self.near = near

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Text to a date."""
        try:
            found = value if isinstance(value, date) else date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is not a date like 2026-03-10", param, ctx)
        if self.near and not YEARS[0] <= found.year <= YEARS[1]:
            self.fail(f"{value!r} is not of the years {YEARS[0]} to {YEARS[1]}", param, ctx)
        return found


def _today() -> date:
    return date.today()  # noqa: DTZ011 - the day where the user is; only the command line asks


def now() -> datetime:
    """The time for the records of a store, UTC."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


AS_OF = click.option(
    "--as-of", type=Day(near=True), default=_today, show_default="today", envvar="CURETTE_AS_OF", help="What today is."
)


class Prefixes(click.ParamType[tuple[str, ...]]):
    """Rule ids or their beginnings, separated by commas."""

    name = "RULES"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """Text to beginnings in capitals."""
        if isinstance(value, tuple):
            return value
        return tuple(part.strip().upper() for part in str(value).split(",") if part.strip())


class SnipTypes(click.ParamType[frozenset[int]]):
    """SNIP types: "3", "1-3" or "1,2,5". Type 0 (the bytes themselves) always goes with 1."""

    name = "TYPES"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> frozenset[int]:
        """Text to types."""
        if isinstance(value, frozenset):
            return value
        found: set[int] = set()
        for part in str(value).split(","):
            first, hyphen, last = part.strip().partition("-")
            last = last if hyphen else first
            if first not in _TYPES or last not in _TYPES or first > last:
                self.fail(f"{value!r} is not a list of SNIP types 1 to 7", param, ctx)
            found.update(range(int(first), int(last) + 1))
        return frozenset(found | {0} if 1 in found else found)


_TYPES = ("1", "2", "3", "4", "5", "6", "7")
