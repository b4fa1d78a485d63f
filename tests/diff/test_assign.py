"""The cheapest pairs, held against trying them all."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curette.diff.assign import assign

TABLES = st.integers(0, 5).flatmap(
    lambda rows: st.integers(0, 5).flatmap(
        lambda columns: st.lists(
            st.lists(st.none() | st.integers(0, 9), min_size=columns, max_size=columns), min_size=rows, max_size=rows
        )
    )
)
Table = list[list[int | None]]


def solve(table: Table, columns: int, *, turned: bool = False) -> list[tuple[int, int]]:
    rows, places = [("row", i) for i in range(len(table))], [("column", j) for j in range(columns)]

    def cost(a: tuple[str, int], b: tuple[str, int]) -> int | None:
        (row, column) = (a, b) if a[0] == "row" else (b, a)
        return table[row[1]][column[1]]

    return assign(places, rows, cost, repr) if turned else assign(rows, places, cost, repr)


def best(table: Table, columns: int) -> tuple[int, int]:
    """The most pairs, and the lowest sum that so many can have."""
    rows, found = len(table), (0, 0)
    for chosen in permutations([*range(columns), *[None] * rows], rows):
        costs = [table[i][j] for i, j in enumerate(chosen) if j is not None]
        known = [cost for cost in costs if cost is not None]
        if len(known) == len(costs):
            found = min(found, (-len(known), sum(known)))
    return -found[0], found[1]


@given(TABLES)
def test_no_other_pairs_are_more_or_cheaper(table: Table) -> None:
    columns = len(table[0]) if table else 0
    pairs = solve(table, columns)
    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)
    costs = [table[i][j] for i, j in pairs]
    assert (len(costs), sum(cost for cost in costs if cost is not None)) == best(table, columns)


@given(TABLES)
def test_the_lists_may_change_places(table: Table) -> None:
    columns = len(table[0]) if table else 0
    assert sorted((j, i) for i, j in solve(table, columns, turned=True)) == sorted(solve(table, columns))


@pytest.mark.parametrize("count", [1, 2, 7])
def test_among_equals_order_is_kept(count: int) -> None:
    assert solve([[0] * count for _ in range(count)], count) == [(k, k) for k in range(count)]
