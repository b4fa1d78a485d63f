"""A practice in a folder: an inbox, a store, and nights."""

from datetime import datetime
from pathlib import Path
from typing import Any

from curette.store.duckdb import opened
from curette.store.intake import dump
from tests import builder as b
from tests.cli.run import Done, run

AT = datetime(2026, 3, 20, 2)  # noqa: DTZ001 - UTC, as a store has it
PAID = ("BPR*I*120*C*CHK************20260302", *b.PAYMENT[1:])
DENIED = (
    "CLP*A3*1*90*0**12*PAYER3*11*1", "NM1*QC*1*SAMPLE*SAM****MI*TEST0001",
    "SVC*HC:11102*90*0**1", "DTM*472*20260104", "CAS*CO*50*90", "LQ*HE*N115",
)  # fmt: skip
REMIT = b.remit_file(*PAID, *b.payment("A1"), *b.payment("A2"), *DENIED)
BATCH = b.claim_file(*b.ABOVE, *b.claim("A1"), *b.claim("A2"), *b.claim("A3", "90")).replace(
    b"HC:99213:25*90*", b"HC:11102*90*"
)


def numbered(data: bytes, control: int) -> bytes:
    """The same file in an interchange of another number."""
    return data.replace(b"000000001", b"%09d" % control)


OTHER_MONEY = REMIT.replace(b"BPR*I*120*", b"BPR*I*119*").replace(b"CLP*A1*1*100*60*", b"CLP*A1*1*100*59*")
CORRECTED = numbered(REMIT.replace(b"LQ*HE*N115", b"LQ*HE*N130"), 2)


class Practice:
    """Where one practice keeps its files."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.inbox, self.store = folder, folder / "inbox", folder / "store.duckdb"
        self.archive, self.quarantine, self.report = (folder / n for n in ("archive", "quarantine", "report"))
        self.inbox.mkdir()

    def put(self, name: str, data: bytes) -> Path:
        """A file in the inbox."""
        path = self.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def night(self, *more: object) -> Done:
        """A nightly run that leaves its files in the inbox."""
        return run("nightly", "--inbox", self.inbox, "--store", self.store, *more)

    def whole_night(self, *more: object) -> Done:
        """A nightly run that moves its files and reports."""
        folders = "--archive", self.archive, "--quarantine", self.quarantine, "--report", self.report
        return self.night(*folders, "--as-of", "2026-03-20", *more)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What a query of the store gives."""
        with opened(self.store) as store:
            return store.rows(sql)

    def dump(self) -> list[str]:
        """The whole store, as it is compared."""
        with opened(self.store) as store:
            return dump(store)
