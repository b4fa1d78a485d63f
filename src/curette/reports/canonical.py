"""Claims as plain statements, one a line, the same however the file was written: what `git diff` can compare."""

from collections.abc import Iterable, Iterator

from curette.claims.model import Claim
from curette.claims.reader import Reader
from curette.diff import canonical as diff
from curette.diff.canonical import Statement
from curette.findings import shape
from curette.reports.layout import View, spelled
from curette.reports.show import PHI, Item
from curette.x12.transaction import Transaction


def canonical(items: Iterable[Item], view: View) -> Iterator[str]:
    """The lines of all claims that `view` wants. Files, envelopes and whatever is no claim are left out.

    A claim that cannot be read is named, so that no change of it goes unseen in silence.
    """
    if view.phi:
        yield PHI
    for item in items:
        if isinstance(item, Transaction) and item.kind == "837P" and item.readable and item.complete:
            for part in item.parts():
                reader = Reader(part)
                for claim in reader.read():
                    if view.wants(claim.control_number):
                        yield from _claim(claim, view.phi)
                yield from (f"! claim {spelled(name)} cannot be read" for name, _ in reader.unread if view.wants(name))


def _claim(claim: Claim, phi: bool) -> Iterator[str]:
    yield f"claim {spelled(claim.control_number)}"
    yield from (f"  {_said(each, phi)}" for each in diff.of_claim(claim))
    for summary, line in diff.in_order(claim):
        yield f"  line {spelled(summary)}"
        yield from (f"    {_said(each, phi)}" for each in diff.of_line(claim, line))


def _said(each: Statement, phi: bool) -> str:
    name = f"{each.field} ({each.payer})" if each.payer else each.field
    return f"{spelled(name)}: {shape(each.value) if each.private and not phi else spelled(each.value)}"
