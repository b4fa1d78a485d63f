"""What the operator or a programmer must mend; what the sender of a file can mend is a finding instead.

Every error prints as one line and never carries patient data.
"""

from pathlib import Path


class CuretteError(Exception):
    """Base of all errors curette raises on purpose; `exit_code` is what the commands end with."""

    exit_code = 3


class InputError(CuretteError):
    """A file that cannot be used at all. `file` names it, `offset` is the byte where reading stopped."""

    def __init__(self, file: str, reason: str, offset: int = 0) -> None:
        super().__init__(f"{file}: {reason}")
        self.file = file
        self.reason = reason
        self.offset = offset

    def __reduce__(self) -> tuple[type["InputError"], tuple[str, str, int]]:
        return type(self), (self.file, self.reason, self.offset)


class NotX12(InputError):
    """The bytes are something else: a PDF, JSON, UTF-16 text, an empty file."""


class Unreadable(InputError):
    """The file cannot be opened, unpacked or read to its end."""


class Damaged(Unreadable):
    """The file is all there and cannot be used: it will not become better by waiting for more of it."""


class ConfigError(CuretteError):
    """A command line, map or profile that must be corrected before anything can run."""

    exit_code = 2


class PlacedError(ConfigError):
    """A file that must be corrected, with the line: 0 for the file as a whole."""

    def __init__(self, file: str, line: int, reason: str) -> None:
        super().__init__(f"{file}:{line}: {reason}" if line else f"{file}: {reason}")
        self.file = file
        self.line = line
        self.reason = reason

    def __reduce__(self) -> tuple[type["PlacedError"], tuple[str, int, str]]:
        return type(self), (self.file, self.line, self.reason)


class MapError(PlacedError):
    """A map (XML under maps/) that breaks its schema or contradicts itself."""


class RuleError(PlacedError):
    """A practice's own rules, or their cases, that cannot be used."""


class TableError(ConfigError):
    """A code table, or a file to make one from, that cannot be used."""

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(f"{file}: {reason}")
        self.file = file
        self.reason = reason

    def __reduce__(self) -> tuple[type["TableError"], tuple[str, str]]:
        return type(self), (self.file, self.reason)


class ProfileError(MapError):
    """A payer profile that breaks its schema or contradicts itself or another."""


class NotesError(ConfigError):
    """A documentation sidecar, authorisation log or file of overrides that cannot be used.

    `row` is the line of a .csv or .jsonl, or the number of the entry in a .json, 0 for the file as a whole. Neither
    `field` (a known name or a position) nor `reason` ever holds what stands in the file.
    """

    def __init__(self, file: str, row: int, field: str, reason: str) -> None:
        place = ", ".join(filter(None, [f"row {row}" if row else "", field]))
        super().__init__(": ".join(filter(None, [file, place, reason])))
        self.file = file
        self.row = row
        self.field = field
        self.reason = reason

    def __reduce__(self) -> tuple[type["NotesError"], tuple[str, int, str, str]]:
        return type(self), (self.file, self.row, self.field, self.reason)


class StoreError(CuretteError):
    """A store that cannot be read or written."""


class StoreHeld(StoreError):
    """Another process holds the store: nothing was done, and the next run may succeed (EX_TEMPFAIL)."""

    exit_code = 75


def where(error: BaseException) -> str:
    """The type of an error and the place it came from; its message may hold patient data and stays out."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" in {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""
    return f"{type(error).__name__}{place}"
