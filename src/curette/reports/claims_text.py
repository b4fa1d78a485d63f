"""A claim batch (837P) as a biller reads it: the head of the transaction, then each claim with its lines."""

from collections.abc import Iterator
from itertools import groupby

from attrs import define

from curette.claims.model import Submission
from curette.claims.reader import Reader
from curette.findings import Finding
from curette.reports import billed_text, envelopes_text
from curette.reports.envelopes_text import errors, faults
from curette.reports.layout import View, clean, joined, money, spread
from curette.reports.plain import many
from curette.x12.transaction import Transaction


@define
class _Sums:
    """What the closing line says, and the head of the first part."""

    submission: Submission | None = None
    claims: int = 0
    lines: int = 0
    charge: int = 0
    unread: int = 0
    shown: int = 0


def batch(transaction: Transaction, view: View) -> Iterator[str]:
    """A whole transaction. Where only some claims are wanted and it has none of them, nothing."""
    sums = _Sums()
    body = _claims(transaction, view, sums)
    first = next(body, None)
    if first is None and view.wanted:
        return
    yield from envelopes_text.head(transaction, "837P claim batch", _head(sums.submission), view)
    if first is not None:
        yield first
        yield from body
    yield ""
    text = f"{many(sums.claims, 'claim')}, {many(sums.lines, 'line')}"
    unread = f"{many(sums.unread, 'claim')} that cannot be read" if sums.unread else ""
    shown = f"{sums.shown} shown" if view.wanted else ""
    yield from spread(joined(f"Batch: {text}", unread, shown), f"charge {money(sums.charge)}", view.width)


def _head(submission: Submission | None) -> list[tuple[str, str]]:
    if submission is None:
        return []
    by, to = submission.submitter, submission.receiver
    reissue = "sent again" if submission.value("BHT", 2) == "18" else ""
    encounter = "encounters, not for payment" if submission.value("BHT", 6) == "RP" else ""
    return [
        ("Submitter", clean(by.name) if by else ""),
        ("Receiver", clean(to.name) if to else ""),
        ("Batch", joined(clean(submission.number), reissue, encounter)),
    ]


def _claims(transaction: Transaction, view: View, sums: _Sums) -> Iterator[str]:
    for part in transaction.parts():
        reader = Reader(part)
        if sums.submission is None:
            sums.submission = reader.submission
        if part.before and not view.wanted:
            yield from faults(errors(part.findings), view)
        told = _Told(reader, part)
        for claim in reader.read():
            sums.claims += 1
            sums.lines += len(claim.lines)
            sums.charge += claim.charge
            yield from _unread(told, claim.at, view, sums)
            own = told.until(claim.end)
            if view.wants(claim.control_number):
                sums.shown += 1
                yield from billed_text.claim_lines(claim, view)
                yield from faults(own, view)
        yield from _unread(told, part.count, view, sums)


class _Told:
    """The errors and unread claims that a reader notes between the claims it hands out."""

    def __init__(self, reader: Reader, part: Transaction) -> None:
        self.reader, self.first = reader, part.first_segment + part.before
        self.findings = self.unread = 0

    def until(self, index: int) -> list[Finding]:
        """The errors before the segment `index` that were not told yet."""
        start, found = self.findings, self.reader.findings
        while self.findings < len(found) and found[self.findings].place.segment_index < self.first + index:
            self.findings += 1
        return errors(found[start : self.findings])

    def names(self) -> list[str]:
        """The claims given up since the last call."""
        start, self.unread = self.unread, len(self.reader.unread)
        return [claim.control_number for claim in self.reader.unread[start:]]


def _unread(told: _Told, index: int, view: View, sums: _Sums) -> Iterator[str]:
    """Claims before the segment `index` that could not be read, and why."""
    names, found = told.names(), told.until(index)
    sums.unread += len(names)
    for name, group in groupby(found, lambda f: f.claim):
        own = list(group)
        if name in names:
            names.remove(name)
            if view.wants(name):
                yield from _given_up(name, view)
                yield from faults(own, view)
        elif not view.wanted:
            yield ""
            yield from faults(own, view)
    for name in names:
        if view.wants(name):
            yield from _given_up(name, view)


def _given_up(name: str, view: View) -> Iterator[str]:
    yield ""
    yield f"Claim {clean(name)}  DAMAGED, cannot be read"
