"""Claims and remittances for programs that read them one by one."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from curette.errors import InputError
from curette.findings import Finding, Severity
from curette.pipeline.files import items
from curette.x12.transaction import Transaction

if TYPE_CHECKING:
    from curette.claims.model import Claim
    from curette.remits.model import Remit


def read_claims(path: str | Path, *, damaged: bool = False) -> "Iterator[Claim]":
    """The professional claims of a file, one at a time.

    Claims of a transaction whose envelope is damaged are left out unless `damaged` is set, and so are claims with
    a value that cannot be read; both are logged (logger "curette"), without patient data. Raises InputError when the
    file cannot be used.
    """
    return _claims([path], damaged, _stop)


def claims_at_hand(paths: Iterable[str | Path], fail: Callable[[InputError], object]) -> "Iterator[Claim]":
    """The claims of several files, as `read_claims` gives them; a file that cannot be used is handed to `fail`."""
    return _claims(paths, False, fail)


def _claims(paths: Iterable[str | Path], damaged: bool, fail: Callable[[InputError], object]) -> "Iterator[Claim]":
    from curette.claims import reader as claims_reader  # a program that reads remittances need not wait for it

    for transaction in _transactions(paths, "837P", damaged, fail):
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

    for transaction in _transactions([path], "835", damaged, _stop):
        yield remits_reader.head(transaction)


def _stop(error: InputError) -> None:
    raise error


def _transactions(
    paths: Iterable[str | Path], kind: str, damaged: bool, fail: Callable[[InputError], object]
) -> Iterator[Transaction]:
    for item in items(paths):
        if isinstance(item, InputError):
            fail(item)
        elif isinstance(item, Finding):
            _log([item])
        elif isinstance(item, Transaction):
            _log(item.findings)
            if item.readable and item.kind == kind and item.complete and (damaged or not item.refused):
                yield item


def _log(findings: Iterable[Finding]) -> None:
    for finding in findings:
        if finding.severity is Severity.ERROR:
            import logging  # a program whose files are whole need not wait for it

            place, log = finding.place, logging.getLogger("curette")
            log.warning("%s segment %d: %s (%s)", place.file, place.segment_index, finding.message, finding.rule.id)
