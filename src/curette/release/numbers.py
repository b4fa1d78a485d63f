"""Control numbers of what is written: those of the input, or new ones from a counter file.

The counter file holds the last number given and what the last run gave to whom, so that the same input gets the same
numbers again. Interchange numbers alone are counted; within an interchange groups and transactions are numbered from 1.
"""

import json
import os
from pathlib import Path
from typing import Any, Protocol

from attrs import define

from curette.errors import ConfigError
from curette.release.files import Lock, make

_MOST = 999_999_999


class Numbers(Protocol):
    """What ISA13, GS06 and ST02 become, each asked once when its envelope is opened."""

    def interchange(self, control: str) -> str:
        """ISA13, nine digits."""

    def group(self, control: str, ordinal: int) -> str:
        """GS06; `ordinal` counts the groups of the interchange as they are written, from 1."""

    def transaction(self, control: str, ordinal: int) -> str:
        """ST02; `ordinal` counts the transactions of the group."""


@define
class Kept:
    """The numbers of the input. Where an ST may be split, transactions are numbered within their group."""

    split: bool = False

    def interchange(self, control: str) -> str:
        """As it was."""
        return control

    def group(self, control: str, ordinal: int) -> str:
        """As it was."""
        return control

    def transaction(self, control: str, ordinal: int) -> str:
        """As it was, or the ordinal."""
        return f"{ordinal:04d}" if self.split else control


@define
class Renewed:
    """New numbers for the interchanges of one outgoing file, which `key` names."""

    counter: "Counter"
    key: str
    _interchanges: int = 0

    def interchange(self, control: str) -> str:
        """The next number, or the one that this interchange got in the last run."""
        self._interchanges += 1
        return self.counter.take(f"{self.key} {self._interchanges}")

    def group(self, control: str, ordinal: int) -> str:
        """The ordinal."""
        return str(ordinal)

    def transaction(self, control: str, ordinal: int) -> str:
        """The ordinal."""
        return f"{ordinal:04d}"


class Counter:
    """A counter file: JSON with `last` and `given`. ConfigError when it is anything else, Busy when another run counts.

    The file is replaced whenever a batch is done, so that what is locked until `close` is another beside it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.last = 0
        self._before: dict[str, int] = {}
        self.given: dict[str, int] = {}
        if path.is_symlink():
            raise ConfigError(f"{path}: is a link, so it is not written")
        try:
            make(path.parent)
            self._lock = Lock(path, path.with_name(f".{path.name}.lock"), os.O_RDWR | os.O_CREAT)
        except OSError as error:
            raise ConfigError(f"{path}: {error.strerror or 'cannot be used'}") from None
        if path.exists():
            self._read()

    def _read(self) -> None:
        path = self.path
        try:
            told: Any = json.loads(path.read_text("utf-8"))
            self.last, self._before = int(told["last"]), {str(k): int(v) for k, v in told["given"].items()}
            if not all(0 <= number <= _MOST for number in (self.last, *self._before.values())):
                raise ValueError
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            self.close()
            raise ConfigError(f"{path}: is no counter file of curette") from None

    def close(self) -> None:
        """Let others count."""
        self._lock.close()

    def take(self, key: str) -> str:
        """The number that `key` got in the last run, else the next one, which follows 999999999 with 1."""
        number = self._before.get(key) or self.given.get(key)
        if number is None:
            number = self.last = self.last % _MOST + 1
        self.given[key] = number
        return f"{number:09d}"

    def text(self) -> str:
        """What the file should hold now."""
        return json.dumps({"last": self.last, "given": self.given}, indent=1, sort_keys=True) + "\n"
