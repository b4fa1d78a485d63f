"""What a person reads of a file: its claim batches and remittances; anything else is named for what it is."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby

from curette.errors import InputError
from curette.findings import Finding
from curette.reports import claims_text, remits_text
from curette.reports.envelopes_text import errors, faults, head
from curette.reports.layout import View, clean, spelled, wrapped
from curette.reports.plain import many
from curette.x12 import kinds
from curette.x12.source import Source
from curette.x12.transaction import Transaction, Unread

PHI = "This output holds patient data (--show-phi)."
Item = Source | Transaction | Finding | Unread | InputError


def show(items: Iterable[Item], view: View) -> Iterator[str]:
    """The lines of text of some files: each file's Source first, then what it holds, in order.

    Headings begin at the left edge, faults with an exclamation mark; all else is indented. A file of which nothing
    can be used has no lines: its InputError is for the caller to tell.
    """
    if view.phi:
        yield PHI
    number = 0

    def file_of(item: Item) -> int:
        nonlocal number
        number += isinstance(item, Source)
        return number

    for _, members in groupby(items, file_of):
        yield from _file(members, view)


def _file(members: Iterator[Item], view: View) -> Iterator[str]:
    source = next(members)
    if not isinstance(source, Source):
        return
    body = _body(source.name, members, view)
    first = next(body, None)
    if first is not None:
        yield f"== {spelled(source.name)}"  # in one piece, however long, so that it can be copied
        yield first
        yield from body
        yield ""


def _body(name: str, members: Iterator[Item], view: View) -> Iterator[str]:
    empty = True
    for other, group in groupby(members, _other):
        if other:
            empty = False
            yield from _others(other, group, view)
            continue
        for item in group:
            if isinstance(item, Finding):
                yield from faults(errors([item]), view)
            elif isinstance(item, Transaction):
                empty = False
                yield from _transaction(item, view)
            elif isinstance(item, InputError):
                if not empty and item.file == name:
                    yield from wrapped(f"! {spelled(item.reason)}: no more of it is shown", view.width, "  ", "    ")
                empty = False
    if empty and not view.wanted:
        yield "  no transactions"


def _other(item: Item) -> str:
    """What a transaction is that is not shown; nothing for what is."""
    if not isinstance(item, Transaction) or item.readable:
        return ""
    return f"{item.kind} ({clean(item.version)})" if item.kind in kinds.READ else item.kind


def _others(kind: str, group: Iterator[Item], view: View) -> Iterator[str]:
    number, told = 0, Counter[str]()
    for item in group:
        if isinstance(item, Transaction):
            number += 1
            told.update(f.message for f in errors(item.findings)[:1])
    if view.wanted:
        return
    yield ""
    yield f"{kind}, {many(number, 'transaction')}: not shown"
    for message, times in told.most_common(3):
        again = f" ({times} times)" if times > 1 else ""
        yield from wrapped(f"! {clean(message)}{again}", view.width, "  ", "    ")


def _transaction(transaction: Transaction, view: View) -> Iterator[str]:
    if not transaction.complete:
        if not view.wanted:
            yield from head(transaction, f"{transaction.kind} transaction", [], view)
            yield "  cut short: nothing of it can be shown"
    elif transaction.kind == "837P":
        yield from claims_text.batch(transaction, view)
    else:
        yield from remits_text.payment(transaction, view)
