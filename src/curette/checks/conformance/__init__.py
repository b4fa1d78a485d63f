"""SNIP 1-2: a transaction held against its implementation guide. Transaction in, findings out.

Two parts share the work. The `machine` is fast and only says where something may be wrong; it is made from the map of
the installed pyx12 (`maps`, `shape`, `patterns`). The `walk` is slow and explains, with pyx12 itself; it begins at the
claim in which the machine stopped and gives back as soon as it has found its way. So what is told is always told by
the walk, and what it would say of the whole transaction is what it says here. What pyx12 raises becomes IG-ENGINE.
"""

from collections.abc import Generator, Iterator
from itertools import islice

from curette.checks import guide
from curette.checks.conformance.machine import Run, above, machine_of
from curette.checks.results import Conformance
from curette.findings import Finding
from curette.x12.transaction import Transaction


def check(transaction: Transaction, limit: int = 1000, engine: Conformance = "fast") -> Iterator[Finding]:
    """What the guide says against an 837P or 835 transaction, from its start on; `limit` findings end the search.

    A finding's claim is the one it stands in, or the one that ended without what is missing. Transactions of another
    kind or version give nothing. What goes wrong inside becomes a finding too. `engine` "pyx12" walks all the way.
    """
    if transaction.readable:
        yield from islice(_findings(transaction, engine), limit)


def _findings(transaction: Transaction, engine: Conformance) -> Iterator[Finding]:
    texts = transaction.segments()
    try:
        run = _run(transaction) if engine == "fast" else None
    except Exception as error:
        yield guide.ENGINE.at(transaction.place(0), reason=type(error).__name__)
        return
    index = 0
    while index < len(texts):
        stop = 0 if run is None else run.go(texts, index)
        if stop is None:
            if transaction.last or (run is not None and run.closes()):
                return
            stop = len(texts)
        index = yield from _explained(transaction, texts, run, stop)


def _run(transaction: Transaction) -> Run | None:
    """The machine before the first segment; None where what is above a part has no way."""
    return Run.begun(machine_of(transaction.kind, transaction.delimiters), above(transaction))


def _explained(transaction: Transaction, texts: list[str], run: Run | None, stop: int) -> Generator[Finding, None, int]:
    """What the walk finds from the machine's mark until it knows its way past `stop`; where the machine goes on."""
    from curette.checks.conformance.walk import Walk  # pyx12 and its maps are only loaded where there is a fault

    walk: Walk | None = None
    index = run.mark.at if run is not None else 0
    try:
        walk = Walk.taken_over(transaction, texts, run) if run is not None else Walk.begun(transaction)
        for index in range(index, len(texts)):  # noqa: B020 - it is told where an error was met
            yield from walk.take(index, texts[index])
            if run is not None and index >= stop and walk.hand_back(run, index + 1):
                return index + 1
        yield from walk.close()
    except Exception as error:
        claim, line = (walk.claim, walk.line) if walk is not None else (None, None)
        yield guide.ENGINE.at(transaction.place(index), claim=claim, line=line, reason=type(error).__name__)
    return len(texts)
