"""Tables as text that fits the terminal: what is least needed is dropped, what is longest is wrapped."""

import textwrap
from collections.abc import Iterator, Sequence

from curette.reports.plain import many
from curette.reports.tables import Column, Kind, Table, shown

_GAP = 2
_NARROWEST, _READABLE = 12, 24  # of a column of words before others are dropped for it
_NEEDLESS = 5  # rank from which a column goes before words are set narrower than they are readable


def table(made: Table, width: int) -> Iterator[str]:
    """The table in lines of at most `width` columns; a title, its rows, its note."""
    yield ""
    yield made.title
    if not made.rows:
        yield "  nothing"
        return
    cells = [[shown(c.kind, value) for c, value in zip(made.columns, row, strict=True)] for row in made.rows]
    under = [at for at, c in enumerate(made.columns) if c.below]
    kept, widths = _fit(made.columns, cells, width - 2)
    yield from _line([made.columns[at].title for at in kept], widths, [made.columns[at] for at in kept])
    yield "  " + "-" * (sum(widths) + _GAP * (len(widths) - 1))
    for row in cells:
        yield from _line([row[at] for at in kept], widths, [made.columns[at] for at in kept])
        for at in under:
            yield from textwrap.wrap(row[at], width, initial_indent=" " * 6, subsequent_indent=" " * 6)
    dropped = sum(1 for at in range(len(made.columns)) if at not in (*kept, *under) and any(row[at] for row in cells))
    note = made.note + (f" {many(dropped, 'column')} more in a wider terminal and in --format csv." if dropped else "")
    if note:
        yield from textwrap.wrap(note.strip(), width, initial_indent="  ", subsequent_indent="  ")


def _fit(columns: Sequence[Column], cells: Sequence[Sequence[str]], width: int) -> tuple[list[int], list[int]]:
    """The columns that fit, and how wide each is.

    Words are set narrower before a column is dropped, but only so far while columns are left that few need.
    """
    wanted = [max(map(len, (c.title, *(row[at] for row in cells)))) for at, c in enumerate(columns)]
    kept = [at for at, c in enumerate(columns) if not c.below and any(row[at] for row in cells)]
    while True:
        needless = max((columns[at].rank for at in kept), default=0) >= _NEEDLESS
        least = [_least(columns[at], cells, at, _READABLE if needless else _NARROWEST) for at in kept]
        widths = [wanted[at] for at in kept]
        spare = width - sum(widths) - _GAP * (len(kept) - 1)
        while spare < 0 and (free := [place for place, size in enumerate(least) if size < widths[place]]):
            widths[max(free, key=lambda place: widths[place])] -= 1
            spare += 1
        if spare >= 0 or len(kept) <= 1:
            return kept, [min(w, width) for w in widths]
        kept.remove(max(kept, key=lambda at: (columns[at].rank, at)))


def _least(column: Column, cells: Sequence[Sequence[str]], at: int, narrowest: int) -> int:
    """How narrow a column may become: one of words down to its longest word, any other not at all."""
    texts = [row[at] for row in cells]
    if column.kind is not Kind.TEXT:
        return max(map(len, (column.title, *texts)))
    words = (len(word) for text in (column.title, *texts) for word in text.split())
    return min(max(narrowest, *words), max(map(len, (column.title, *texts))))


def _line(texts: Sequence[str], widths: Sequence[int], columns: Sequence[Column]) -> Iterator[str]:
    """One row; cells of words take as many lines as they need."""
    wrapped = [textwrap.wrap(text, size) or [""] for text, size in zip(texts, widths, strict=True)]
    for number in range(max(map(len, wrapped))):
        parts = [lines[number] if number < len(lines) else "" for lines in wrapped]
        row = (
            part.rjust(size) if column.kind.number else part.ljust(size)
            for part, size, column in zip(parts, widths, columns, strict=True)
        )  # fmt: skip
        yield "  " + (" " * _GAP).join(row).rstrip()
