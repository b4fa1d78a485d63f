"""Two sets of claim files to what `diff` compares, and remittances to what was answered of the old ones."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import IO

from attrs import define

from curette.claims.model import Claim
from curette.claims.reader import Reader as ClaimReader
from curette.diff.match import Numbers, Side
from curette.errors import InputError
from curette.findings import Finding
from curette.pipeline.files import items
from curette.remits.reader import Reader as RemitReader
from curette.x12.tokens import decode
from curette.x12.transaction import Transaction

STDIN = "-"


@define
class Reading:
    """Reads the files of a comparison. `tell` is called with what is found wrong in them, `note` with what is left out,
    `fail` with what cannot be read at all.
    """

    tell: Callable[[Finding], object]
    note: Callable[[str], object]
    fail: Callable[[str], object]
    stdin: IO[bytes] | None = None
    failures: int = 0

    def side(self, path: str) -> Side:
        """The claims of OLD or NEW; those of a transaction that is damaged are named, and not compared."""
        side = Side(())
        if path != STDIN:
            side.outline = self._outline(path)
        side.claims = self._claims(path, side)
        return side

    def _outline(self, path: str) -> list[tuple[str, str]]:
        """CLM01 and REF*F8 of every claim, from a look at the segments alone. Faults are told by the real reading."""
        found: list[tuple[str, str]] = []
        for item in items([path]):
            if isinstance(item, Transaction) and item.kind == "837P" and item.readable and item.complete:
                for part in item.parts():
                    found += _names(part)
        return found

    def _claims(self, path: str, side: Side) -> Iterator[Claim]:
        usable, failures = False, self.failures
        for transaction in self._transactions([path], "837P"):
            if not transaction.complete:
                side.damaged = True
                continue
            usable = usable or not transaction.refused
            for part in transaction.parts():
                reader = ClaimReader(part)
                for claim in reader.read():
                    if part.refused:
                        side.unread.append(claim.control_number)
                    else:
                        yield claim
                side.unread += reader.unread
                self._tell(reader.findings)
        if not usable:
            self._fail(f"{path}: no 837P claims that can be read")
        side.damaged = side.damaged or self.failures > failures

    def payer_numbers(self, paths: Iterable[str]) -> Numbers:
        """The payers' claim numbers by control number. A remittance is used as a whole or not at all."""
        found: dict[str, set[str]] = {}
        for transaction in self._transactions(paths, "835"):
            if transaction.refused or not transaction.complete:
                continue
            pairs, usable = [], True
            for part in transaction.parts():
                reader = RemitReader(part)
                pairs += [(claim.control_number, claim.payer_claim) for claim in reader.claims() if claim.payer_claim]
                usable = usable and reader.usable and not part.refused
                self._tell(reader.findings)
            for control_number, payer_claim in pairs if usable else ():
                found.setdefault(control_number, set()).add(payer_claim)
        return found

    def _transactions(self, paths: Iterable[str], kind: str) -> Iterator[Transaction]:
        for item in items(paths, self.stdin):
            if isinstance(item, InputError):
                self._fail(str(item))
            elif isinstance(item, Finding):
                self._tell([item])
            elif isinstance(item, Transaction):
                self._tell(item.findings)
                if item.kind == kind and item.readable:
                    yield item
                else:
                    self.note(f"{item.file}: transaction {item.control} is {item.kind}, not {kind}; left out")

    def _fail(self, message: str) -> None:
        self.failures += 1
        self.fail(message)

    def _tell(self, findings: Iterable[Finding]) -> None:
        for finding in findings:
            self.tell(finding)


def _names(part: Transaction) -> Iterator[tuple[str, str]]:
    term, mark = (text.encode("latin-1") for text in (part.delimiters.segment, part.delimiters.element))
    raw = part.raw if term in b"\r\n" else part.raw.translate(None, b"\r\n")
    end, split = re.escape(term), re.escape(mark)
    heads = rb"(CLM|SBR|REF" + split + rb"F8)"
    name, number, other = b"", b"", False
    for found in re.finditer(rb"(?:^|" + end + rb")\s*" + heads + split + rb"([^" + end + split + rb"]*)", raw):
        head, text = found.groups()
        if head == b"CLM":
            if name:
                yield decode(name), decode(number)
            name, number, other = text, b"", False
        elif head == b"SBR":
            other = True  # the number of another payer follows, or the next claim
        elif not other:
            number = number or text
    if name:
        yield decode(name), decode(number)
