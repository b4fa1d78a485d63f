"""Which claims were seen before in this run: a private temporary table of digests, so that memory does not grow."""

import hashlib
import sqlite3
from collections.abc import Iterable

_SIZE = 16


class Seen:
    """The claims of one run, by a digest of all that says what they are."""

    def __init__(self) -> None:
        self._table = sqlite3.connect(
            "", isolation_level=None
        )  # unnamed: in memory while small, then in a private file without a name
        for setting in ("journal_mode = OFF", "synchronous = OFF"):  # nobody reads it after a crash
            self._table.execute(f"PRAGMA {setting}")
        self._table.execute("CREATE TABLE seen (key BLOB PRIMARY KEY, clean INTEGER) WITHOUT ROWID")
        self._table.execute("BEGIN")

    def seen(self, key: bytes, *, clean: bool) -> bool:
        """Whether the claim was seen before - if it is clean itself, as a clean one; from now on it was."""
        if self._table.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (key, clean)).rowcount:
            return False
        known = "UPDATE seen SET clean = 1 WHERE key = ? AND NOT clean"  # what is held keeps no other back
        return not (clean and self._table.execute(known, (key,)).rowcount)

    def close(self) -> None:
        """Forget them."""
        self._table.close()


def digest(pieces: Iterable[bytes]) -> bytes:
    """What stands for a claim: its bytes and those of the levels above it, without line breaks."""
    sum_ = hashlib.blake2b(digest_size=_SIZE)
    for piece in pieces:
        sum_.update(piece.translate(None, b"\r\n"))
        sum_.update(b"\0")
    return sum_.digest()
