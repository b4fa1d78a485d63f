"""A claim as plain statements, the same however it was written: what `compare` holds against each other, all of it."""

from collections.abc import Iterator

from curette._records import record
from curette.claims.model import Claim, ServiceLine
from curette.diff import facts
from curette.diff.facts import Node
from curette.diff.summary import line_words


@record
class Statement:
    """One thing that a claim or line says: whose coverage it is about (another payer's, or empty), what, and the value.

    `minor` is a qualifier, which is told only where it differs alone; `private` are patient data.
    """

    payer: str
    segment: str
    field: str
    value: str
    private: bool
    minor: bool


def of_claim(claim: Claim) -> list[Statement]:
    """What the claim says, its lines left out; by field and value, since order in the file means nothing."""
    return sorted(_statements(facts.node(claim)), key=_order)


def of_line(claim: Claim, line: ServiceLine) -> list[Statement]:
    """What a service line says."""
    return sorted(_statements(facts.line(claim, line)), key=_order)


def in_order(claim: Claim) -> list[tuple[str, ServiceLine]]:
    """The lines, each with its summary, in an order that does not depend on their numbers."""
    lines = [(line_words(claim, line), line) for line in claim.lines]
    return sorted(lines, key=lambda each: (each[1].control_number, each[0]))


def _statements(node: Node) -> Iterator[Statement]:
    for entry in node.entries:
        for fact in entry.facts.values():
            value = " ".join(fact.value)
            yield Statement(node.payer, entry.segment, fact.field, value, fact.private, fact.minor)
    for child in node.children:
        yield from _statements(child)


def _order(each: Statement) -> tuple[str, str, str]:
    return each.payer, each.field, each.value
