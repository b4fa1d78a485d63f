"""Tables as text that fits the terminal: what is least needed is dropped, what is longest is wrapped."""

import textwrap
from collections.abc import Iterator, Sequence

from curette.reports.tables import Column, Kind, Table, shown

_GAP = 2
_NARROWEST = 12  # of a column of words before others are dropped for it


def table(made: Table, width: int) -> Iterator[str]:
    """The table in lines of at most `width` columns; a title, its rows, its note."""
    yield ""
    yield made.title
    if not made.rows:
        yield "  nothing"
        return
    cells = [[shown(c.kind, value) for c, value in zip(made.columns, row, strict=True)] for row in made.rows]
    wanted = [max(len(c.title), *(len(row[at]) for row in cells)) for at, c in enumerate(made.columns)]
    under = [at for at, c in enumerate(made.columns) if c.below]
    wanted = [0 if at in under else size for at, size in enumerate(wanted)]
    kept, widths = _fit(made.columns, wanted, width - 2)
    yield from _line([made.columns[at].title for at in kept], widths, [made.columns[at] for at in kept])
    yield "  " + "-" * (sum(widths) + _GAP * (len(widths) - 1))
    for row in cells:
        yield from _line([row[at] for at in kept], widths, [made.columns[at] for at in kept])
        for at in under:
            yield from textwrap.wrap(row[at], width, initial_indent=" " * 6, subsequent_indent=" " * 6)
    dropped = sum(1 for at in range(len(wanted)) if at not in (*kept, *under) and any(row[at] for row in cells))
    note = made.note + (f" {dropped} columns more in a wider terminal and in --format csv." if dropped else "")
    if note:
        yield from textwrap.wrap(note.strip(), width, initial_indent="  ", subsequent_indent="  ")


def _fit(columns: Sequence[Column], wanted: Sequence[int], width: int) -> tuple[list[int], list[int]]:
    """The columns that fit, and how wide each is: words are narrowed before a column is dropped."""
    kept = [at for at, size in enumerate(wanted) if size]
    while True:
        widths = [wanted[at] for at in kept]
        spare = width - sum(widths) - _GAP * (len(kept) - 1)
        for place in sorted(range(len(kept)), key=lambda p: -widths[p]):
            if spare < 0 and columns[kept[place]].kind is Kind.TEXT:
                least = min(widths[place], max(_NARROWEST, *map(len, columns[kept[place]].title.split())))
                widths[place], spare = max(least, widths[place] + spare), spare + widths[place] - least
        if spare >= 0 or len(kept) == 1:
            return kept, [min(w, width) for w in widths]
        kept.remove(max(kept, key=lambda at: (columns[at].rank, at)))


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
