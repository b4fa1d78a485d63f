"""Pairs by keys."""

from collections.abc import Hashable

from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from curette.diff.pairs import pair


@frozen
class Thing:
    name: str
    keys: tuple[Hashable, ...]


def things(*keys: tuple[Hashable, ...]) -> list[Thing]:
    return [Thing(chr(97 + number), each) for number, each in enumerate(keys)]


def names(olds: list[Thing], news: list[Thing]) -> list[tuple[str | None, str | None]]:
    return [(old.name if old else None, new.name if new else None) for old, new in pair(olds, news)]


def test_strict_keys_go_first() -> None:
    assert names(things((1, "x"), (2, "x")), things((3, "x"), (1, "x"))) == [("b", "a"), ("a", "b")]


def test_equal_keys_pair_in_order() -> None:
    assert names(things((1,), (1,), (1,)), things((1,), (1,))) == [("a", "a"), ("b", "b"), ("c", None)]


def test_what_is_gone_stands_where_it_stood() -> None:
    assert names(things((1,), (2,), (3,)), things((1,), (3,))) == [("a", "a"), ("b", None), ("c", "b")]


def test_no_key_is_no_reason_to_pair() -> None:
    assert names(things((1, None)), things((2, None))) == [("a", None), (None, "a")]


def test_nothing_on_one_side() -> None:
    assert names([], things((1,))) == [(None, "a")]
    assert names(things((1,)), []) == [("a", None)]
    assert names([], []) == []


KEYS = st.lists(st.tuples(st.integers(0, 3), st.none() | st.integers(0, 2), st.integers(0, 1)), max_size=6)


@given(KEYS, KEYS)
def test_each_once_and_the_same_from_either_side(a: list[tuple[int, ...]], b: list[tuple[int, ...]]) -> None:
    olds, news = things(*a), things(*b)
    found = names(olds, news)
    assert sorted(old for old, _ in found if old) == [t.name for t in olds]
    assert sorted(new for _, new in found if new) == [t.name for t in news]
    assert {(old, new) for new, old in names(news, olds)} == set(found)
