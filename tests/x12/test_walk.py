"""The readers look at every amount and day that the guides know: their tables are held against the shapes."""

from collections.abc import Iterator
from typing import Any

import pytest

from curette.checks.conformance.shape import Element, Loop, Segment, shape
from curette.claims import loops as of_claims
from curette.remits import loops as of_remits
from curette.x12.walk import PLAIN

_MONEY, _DAY = "782", "373"  # data elements


def segments(loop: Loop) -> Iterator[Segment]:
    for child in loop.children:
        yield from segments(child) if isinstance(child, Loop) else (child,)


@pytest.mark.parametrize(("kind", "tables"), [("837P", of_claims), ("835", of_remits)])
def test_no_amount_or_day_of_the_guide_is_passed_over(kind: str, tables: Any) -> None:
    loops: dict[str, dict[str, str]] = tables.LOOPS
    known: dict[str, dict[str, set[int]]] = {_MONEY: {}, _DAY: {}}
    for segment in segments(shape(kind)):
        for number, field in enumerate(segment.fields, 1):
            if isinstance(field, Element) and field.number in known and field.usage != "N":
                known[field.number].setdefault(segment.id, set()).add(number)
    handlers = {(id, handler) for entries in loops.values() for id, handler in entries.items()}
    plain = {id for id, handler in handlers if handler == PLAIN}
    checked = {*tables.MONEY, *tables.DAYS, *(id for id, handler in handlers if handler == "checked")}
    assert not plain & (set(known[_MONEY]) | set(known[_DAY]))
    for element, table in ((_MONEY, tables.MONEY), (_DAY, tables.DAYS)):
        assert {id: set(of) for id, of in table.items() if id in checked} == {
            id: of for id, of in known[element].items() if id in checked
        }
