"""Shapes for inline SVG, in whole numbers; how they look is the style sheet's matter."""

from collections.abc import Sequence

from attrs import frozen

from curette.denials.figures import Limits, Rate, tenths

_SPARK = 180, 40  # width and height
_LONGEST, _ROW = 420, 26  # length of the longest bar, and from one bar to the next


@frozen
class Spark:
    """A line of rates by month: `paths` of points "x,y" (one for each stretch without a gap) and its last point."""

    paths: tuple[str, ...]
    last: tuple[int, int] | None
    says: str
    width: int
    height: int


def spark(months: Sequence[tuple[str, int | None]]) -> Spark | None:
    """A sparkline of tenths of a percent; None where fewer than two months tell anything."""
    told = [value for _, value in months if value is not None]
    if len(told) < 2:
        return None
    width, height = _SPARK
    top, step = max(*told, 1), (width - 8) // max(len(months) - 1, 1)
    paths: list[list[tuple[int, int]]] = [[]]
    for at, (_, value) in enumerate(months):
        if value is None:
            paths.append([])
        else:
            paths[-1].append((4 + at * step, height - 4 - value * (height - 8) // top))
    points = [point for path in paths for point in path]
    named = [(month, value) for month, value in months if value is not None]
    says = f"{named[0][0]}: {tenths(named[0][1])} %, {named[-1][0]}: {tenths(named[-1][1])} %"
    return Spark(
        tuple(" ".join(f"{x},{y}" for x, y in path) for path in paths if path), points[-1], says, width, height
    )


@frozen
class Bar:
    """A bar of a Pareto chart: its place and size, and where the running share stands over it."""

    label: str
    name: str
    amount: int
    y: int
    length: int
    share: int  # running, tenths of a percent
    at: int  # of the running share


def pareto(amounts: Sequence[tuple[str, str, int]]) -> tuple[Bar, ...]:
    """Bars of (id, name, cents), the greatest first, with their running share of all."""
    found = sorted((a for a in amounts if a[2] > 0), key=lambda a: (-a[2], a[0]))
    every, top, running, bars = sum(a[2] for a in found), max((a[2] for a in found), default=1), 0, []
    for number, (label, name, amount) in enumerate(found):
        running += amount
        bars.append(
            Bar(
                label,
                name,
                amount,
                number * _ROW,
                max(amount * _LONGEST // top, 1),
                running * 1000 // every,
                running * _LONGEST // every,
            )
        )
    return tuple(bars)


@frozen
class Dot:
    """One group against its limits, in tenths of a percent and as places on an axis."""

    value: str
    name: str
    rate: Rate
    place: str  # above, below, within
    x: int
    low: int
    high: int
    said: Limits


@frozen
class Comparison:
    """Groups against the limits of each; `few` had too few lines to tell."""

    dots: tuple[Dot, ...]
    few: int
    centre: int
    marks: tuple[tuple[int, str], ...]  # place and percent of the axis
    width: int


def compare(groups: Sequence[tuple[str, str, Rate, Limits | None]], width: int = 420) -> Comparison | None:
    """The groups by rate, the highest first; None where none can be told."""
    found = [(v, n, r, held) for v, n, r, held in groups if held is not None and r.permille is not None]
    if not found:
        return None
    top = max(max(r.permille or 0, held.high) for _, _, r, held in found)
    end = -(-top // 50) * 50 or 50
    dots = [
        Dot(
            v,
            n,
            r,
            held.place(r),
            (r.permille or 0) * width // end,
            held.low * width // end,
            held.high * width // end,
            held,
        )
        for v, n, r, held in sorted(found, key=lambda g: (-(g[2].permille or 0), g[0]))
    ]
    marks = tuple((end * part // 4 * width // end, tenths(end * part // 4)) for part in range(5))
    return Comparison(tuple(dots), len(groups) - len(found), found[0][3].centre * width // end, marks, width)


@frozen
class HeatMap:
    """A table of counts by row and month; `level` of a cell is 0 (nothing) to 5 (most)."""

    months: tuple[str, ...]
    rows: tuple[tuple[str, str, tuple[tuple[int, int, int], ...]], ...]  # id, name, (count, cents, level)


def heat(
    cells: Sequence[tuple[str, str, int, int]], months: Sequence[str], names: Sequence[tuple[str, str]]
) -> HeatMap:
    """From (month, row, count, cents); the rows are (id, name), in order."""
    found = {(row, month): (count, amount) for month, row, count, amount in cells}
    top = max((count for count, _ in found.values()), default=1)
    rows = []
    for row, name in names:
        line = []
        for month in months:
            count, amount = found.get((row, month), (0, 0))
            line.append((count, amount, -(-5 * count // top)))
        rows.append((row, name, tuple(line)))
    return HeatMap(tuple(months), tuple(rows))
