"""What every transaction begins with when a person reads it: who sent it to whom, when, its numbers, its damage."""

import re
from collections.abc import Iterable, Iterator, Sequence

from curette.findings import Finding, Severity
from curette.reports.layout import View, clean, joined, labelled, spread, wrapped
from curette.x12.transaction import Transaction

_MOST = 20  # faults that are told of one thing
_IDENTIFIER = re.compile(r"[A-Z][A-Z0-9]{1,2}", re.ASCII)
_USAGES = {"T": "TEST", "P": "production"}
_INDENT = "    "


def errors(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that make something unusable; warnings are for `check` and `denials`."""
    return [f for f in findings if f.severity is Severity.ERROR]


def faults(findings: Sequence[Finding], view: View) -> Iterator[str]:
    """A line for each fault, marked with an exclamation mark."""
    for finding in findings[:_MOST]:
        place = finding.place
        # what stands where an identifier belongs may be anything, so it is shown only when it is one
        name = f" ({place.segment})" if _IDENTIFIER.fullmatch(place.segment) else ""
        where = f"segment {place.segment_index}{name}: " if place.segment_index else ""
        yield from wrapped(f"! {where}{clean(finding.message)} [{finding.rule.id}]", view.width, "  ", _INDENT)
    if len(findings) > _MOST:
        yield f"  ! and {len(findings) - _MOST} more"


def head(transaction: Transaction, title: str, rows: Sequence[tuple[str, str]], view: View) -> Iterator[str]:
    """The head of a transaction; `rows` say what is particular to its kind."""
    interchange, group = transaction.interchange, transaction.group
    usage = _USAGES.get(interchange.usage, clean(f"usage {interchange.usage}"))
    damaged = "DAMAGED, " if transaction.refused else ""
    numbers = {"interchange": interchange.control, "group": group.control, "transaction": transaction.control}
    yield ""
    yield from spread(title, f"{damaged}{usage}", view.width)
    yield from labelled(
        [
            ("Envelope", f"{clean(interchange.sender)} to {clean(interchange.receiver)}, {_moment(transaction)}"),
            ("Control", joined(*(f"{name} {clean(number)}" for name, number in numbers.items()))),
            *rows,
        ],
        view.width,
    )
    if transaction.refused:
        told = errors(transaction.findings)
        yield from faults(told, view)
        if not told:
            yield "  ! refused, because what encloses it is damaged"


def _moment(transaction: Transaction) -> str:
    """When the group was made (GS04 and GS05), else the interchange (ISA09 and ISA10)."""
    text = transaction.group.created
    if not (text.isdigit() and text.isascii() and len(text) >= 12):
        text = f"20{transaction.interchange.created}"
    if not (text.isdigit() and text.isascii() and len(text) >= 12):
        return "time unknown"
    return joined(f"{text[:4]}-{text[4:6]}-{text[6:8]}", f"{text[8:10]}:{text[10:12]}", by=" ")
