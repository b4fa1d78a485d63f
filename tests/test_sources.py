"""Every rule names where it comes from, and the source is on record."""

import curette.checks.conformance
import curette.diff.hygiene
import curette.pipeline  # noqa: F401 - all are imported for the rules they declare
from curette.codes.maps import Maps
from curette.findings import rules


def test_the_sources_of_every_rule_are_on_record() -> None:
    known = {row.key for row in Maps().rows("sources") if row.tag == "source"}
    named = {(rule.id, source) for rule in rules() for source in rule.sources}
    assert {(rule, source) for rule, source in named if source not in known} == set()
    assert [rule.id for rule in rules() if not rule.sources] == []


def test_every_rule_says_what_to_do() -> None:
    for rule in rules():
        assert rule.fix.endswith("."), rule.id
        assert not rule.message.endswith("."), rule.id
