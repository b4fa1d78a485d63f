"""Earlier claims from the 837P files of runs before, for the rules that ask about the days before a claim."""

from collections.abc import Callable, Iterable
from pathlib import Path

from curette.claims.history import History
from curette.claims.reader import Reader
from curette.errors import ConfigError, InputError
from curette.pipeline.files import items
from curette.x12.transaction import Transaction


def history(paths: Iterable[Path], keep: Callable[[str], bool]) -> History:
    """The lines of all claims whose codes `keep` wants. ConfigError when a file cannot be used.

    Files of another kind are passed over. What was refused for its envelope was never filed: it is left out, as are
    claims that cannot be read, and counted.
    """
    found = History()
    for item in items(paths):
        if isinstance(item, InputError):
            raise ConfigError(f"earlier claims: {item}")
        if isinstance(item, Transaction) and item.kind == "837P":
            for part in item.parts():
                reader = Reader(part)
                usable = item.readable and item.complete and not item.refused
                for claim in reader.read():
                    if usable:
                        found.take(claim, keep)
                    else:
                        found.unread += 1
                found.unread += len(reader.unread)
    found.settle()
    return found
