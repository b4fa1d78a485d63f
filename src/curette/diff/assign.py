"""The cheapest way to pair the things of two short lists: each at most once, as many as may be paired.

The pairs do not depend on which list is called the old one.
"""

from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

T = TypeVar("T")
MOST = 10_000  # cells of the table of costs; beyond, the caller pairs by keys
_NEVER = 1 << 40


def assign(
    olds: Sequence[T], news: Sequence[T], cost: Callable[[T, T], int | None], content: Callable[[T], Hashable]
) -> list[tuple[int, int]]:
    """Places of the pairs with the lowest sum of costs, where None forbids a pair; the most pairs come before the sum.

    `cost` is the same from either side. `content` is all that a thing says: it settles which list is worked from, so
    that the same pairs come out turned round when the lists change places. Among equals, order is kept.
    """
    if not olds or not news:
        return []
    turned = _order(news, content) < _order(olds, content)
    left, right = (news, olds) if turned else (olds, news)
    room = (len(left) + len(right)) ** 3  # what places may add up to stays below one unit of cost
    table = []
    for i, a in enumerate(left):
        costs = [cost(a, b) for b in right]
        table.append([_NEVER * room if c is None else c * room + (i - j) ** 2 for j, c in enumerate(costs)])
    pairs = [(i, j) for i, j in _cheapest(table) if table[i][j] < _NEVER * room]
    return sorted((j, i) if turned else (i, j) for i, j in pairs)


def _order(things: Sequence[T], content: Callable[[T], Hashable]) -> tuple[int, list[str]]:
    return len(things), [repr(content(thing)) for thing in things]


def _cheapest(table: list[list[int]]) -> list[tuple[int, int]]:
    """The assignment of rows to columns with the lowest sum (Kuhn 1955, by shortest augmenting paths)."""
    if len(table) > len(table[0]):
        return [(i, j) for j, i in _cheapest([list(column) for column in zip(*table, strict=True)])]
    rows, columns = len(table), len(table[0])
    row_price, column_price = [0] * (rows + 1), [0] * (columns + 1)
    taken = [0] * (columns + 1)  # the row of each column, counted from 1; column 0 stands for the row to be placed
    for row in range(1, rows + 1):
        taken[0], at = row, 0
        slack, came = [_NEVER**3] * (columns + 1), [0] * (columns + 1)
        seen = [False] * (columns + 1)
        while taken[at]:
            seen[at] = True
            i, step, following = taken[at], _NEVER**3, 0
            for j in range(1, columns + 1):
                if seen[j]:
                    continue
                reduced = table[i - 1][j - 1] - row_price[i] - column_price[j]
                if reduced < slack[j]:
                    slack[j], came[j] = reduced, at
                if slack[j] < step:
                    step, following = slack[j], j
            for j in range(columns + 1):
                if seen[j]:
                    row_price[taken[j]] += step
                    column_price[j] -= step
                else:
                    slack[j] -= step
            at = following
        while at:
            taken[at], at = taken[came[at]], came[at]
    return [(taken[j] - 1, j - 1) for j in range(1, columns + 1) if taken[j]]
