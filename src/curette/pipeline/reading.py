"""Claims and remittances for programs that read them one by one."""

import logging
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from curette.errors import InputError
from curette.findings import Finding, Severity
from curette.pipeline.files import items
from curette.x12.transaction import Transaction

if TYPE_CHECKING:
    from curette.claims.model import Claim
    from curette.remits.model import Remit

log = logging.getLogger("curette")


def read_claims(path: str | Path, *, damaged: bool = False) -> "Iterator[Claim]":
    """The professional claims of a file, one at a time.

    Claims of a transaction whose envelope is damaged are left out unless `damaged` is set, and so are claims with
    a value that cannot be read; both are logged (logger "curette"), without patient data. Raises InputError when the
    file cannot be used.
    """
    from curette.claims import reader as claims_reader  # a program that reads remittances need not wait for it

    for transaction in _transactions(path, "837P", damaged):
        for part in transaction.parts():
            if part.refused and not damaged:
                _log(part.findings)
                continue
            reader = claims_reader.Reader(part)
            yield from reader.read()
            _log(reader.findings)


def read_remits(path: str | Path, *, damaged: bool = False) -> "Iterator[Remit]":
    """The remittances of a file, one a transaction; `remit.claims` streams the claims each answers.

    Those with a damaged envelope are left out, unless `damaged` is set, and logged. Raises InputError when the file
    cannot be used.
    """
    from curette.remits import reader as remits_reader  # a program that reads claims need not wait for it

    for transaction in _transactions(path, "835", damaged):
        yield remits_reader.head(transaction)


def _transactions(path: str | Path, kind: str, damaged: bool) -> Iterator[Transaction]:
    for item in items([path]):
        if isinstance(item, InputError):
            raise item
        if isinstance(item, Finding):
            _log([item])
        elif isinstance(item, Transaction):
            _log(item.findings)
            if item.readable and item.kind == kind and item.complete and (damaged or not item.refused):
                yield item


def _log(findings: Iterable[Finding]) -> None:
    for finding in findings:
        if finding.severity is Severity.ERROR:
            place = finding.place
            log.warning("%s segment %d: %s (%s)", place.file, place.segment_index, finding.message, finding.rule.id)
