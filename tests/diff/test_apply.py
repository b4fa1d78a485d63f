"""The changes of a comparison, applied to the old claim, give the new one: nothing is unseen, nothing invented."""

from collections import Counter
from collections.abc import Iterable

import pytest
from hypothesis import HealthCheck, given, settings

from curette.claims.model import Claim, ServiceLine
from curette.diff import canonical
from curette.diff.canonical import Statement
from curette.diff.compare import compare
from curette.diff.match import Side
from curette.diff.model import Change, Comparison, Section
from curette.diff.summary import line_words
from tests.diff.edits import Segments, edited, lines_edited, read

Rows = Counter[tuple[str, str, str, str]]
MANY = settings(max_examples=1000, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
_SUMMARY = {"line", "claims"}


def rows(statements: Iterable[Statement]) -> tuple[Rows, set[str]]:
    """What is said, and the fields that are qualifiers."""
    found = list(statements)
    return Counter((s.payer, s.segment, s.field, s.value) for s in found), {s.field for s in found if s.minor}


def named(found: Rows, payers: set[str]) -> Rows:
    """The statements under these payers, and all others under none: a coverage may lose its payer's name, or get one."""
    result: Rows = Counter()
    for (payer, *rest), times in found.items():
        segment, field, value = rest
        result[payer if payer in payers else "", segment, field, value] += times
    return result


def applied(old: Rows, changes: Iterable[Change], payers: set[str]) -> Rows:
    """The old statements with what was removed taken away and what was added put in."""
    result = named(old, payers)
    for c in changes:
        if c.field in _SUMMARY:
            continue
        payer = c.payer if c.payer in payers and c.payer else ""
        if c.old is not None:
            assert result[payer, c.segment, c.field, c.old] > 0, f"invented: {c}"
            result[payer, c.segment, c.field, c.old] -= 1
        if c.new is not None:
            result[payer, c.segment, c.field, c.new] += 1
    return +result


def without(found: Rows, minor: set[str]) -> Rows:
    return Counter({key: times for key, times in found.items() if key[2] not in minor})


def check_rows(old: Rows, changes: Iterable[Change], new: Rows, minor: set[str]) -> None:
    both = {payer for payer, *_ in old} & {payer for payer, *_ in new}
    assert without(applied(old, changes, both), minor) == without(named(new, both), minor)


def check_line(section: Section) -> None:
    old = of_line(section.old_claim, section.old)
    new = of_line(section.new_claim, section.new)
    minor = old[1] | new[1]
    if section.old and section.new:
        check_rows(old[0], section.changes, new[0], minor)
        return
    alone, line = (section.new_claim, section.new) if section.new else (section.old_claim, section.old)
    assert alone is not None
    assert line is not None
    whole, *details = section.changes
    assert (whole.field, whole.new if section.new else whole.old) == ("line", line_words(alone, line))
    said = Counter((c.payer or "", c.segment, c.field, str(c.new if section.new else c.old)) for c in details)
    summed = without((new[0] if section.new else old[0]) - said, minor)
    assert {key[1] for key in summed} <= {"SV1", "DTP"}
    assert {key[2] for key in summed} <= {
        "procedure", "modifiers", "charge", "units", "unit of measure", "diagnosis pointers", "service date",
    }  # fmt: skip
    assert all(part in whole_words(whole) for key in summed for part in key[3].split() if key[3] != "UN")


def whole_words(whole: Change) -> str:
    return f"{whole.new or whole.old}"


def of_line(claim: Claim | None, line: ServiceLine | None) -> tuple[Rows, set[str]]:
    return rows(canonical.of_line(claim, line)) if claim and line else (Counter(), set())


def check(old: Segments, new: Segments) -> None:
    for found in compare(Side(list(read(old).claims)), Side(list(read(new).claims))):
        if not isinstance(found, Comparison) or found.match.alone:
            continue
        if not found.sections:  # nothing is said to differ
            (one,), (other,) = found.match.olds, found.match.news
            assert rows(canonical.of_claim(one))[0] == rows(canonical.of_claim(other))[0]
            pairs = zip(canonical.in_order(one), canonical.in_order(other), strict=True)
            assert all(of_line(one, a) == of_line(other, b) for (_, a), (_, b) in pairs)
        for section in found.sections:
            if section.old or section.new:
                check_line(section)
            elif section.old_claim and section.new_claim and not any(c.field == "claims" for c in section.changes):
                before, after = rows(canonical.of_claim(section.old_claim)), rows(canonical.of_claim(section.new_claim))
                minor = before[1] | after[1]
                check_rows(before[0], section.changes, after[0], minor)


@pytest.mark.slow
@MANY
@given(edited(), edited())
def test_the_changes_turn_the_old_claims_into_the_new_ones(a: Segments, b: Segments) -> None:
    check(a, b)


@pytest.mark.slow
@MANY
@given(lines_edited(), lines_edited())
def test_the_changes_turn_lines_into_lines(a: Segments, b: Segments) -> None:
    check(a, b)
