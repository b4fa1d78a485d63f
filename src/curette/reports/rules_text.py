"""The catalogue of rules as a person reads it: a table, or one rule in full; also as a page."""

import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path

from attrs import frozen

from curette.codes.maps import Maps, Row
from curette.findings import Rule
from curette.reports.plain import printable
from curette.rules._cases import Case
from curette.rules._registry import DermRule

WIDTH = 80
_LABEL = 12
_KINDS = {"hit": "tells", "near": "is silent", "other": "elsewhere"}


@frozen
class Entry:
    """A rule with what is known of it beyond its declaration."""

    rule: Rule
    derm: DermRule | None
    cases: Sequence[Case] = ()

    @property
    def title(self) -> str:
        """What it is about, in one line."""
        return self.derm.title if self.derm is not None else self.rule.name.replace(".", ": ").replace("-", " ")

    @property
    def family(self) -> str:
        """The module of a coding rule, else the beginning of the id."""
        return self.derm.family if self.derm is not None else self.rule.id.partition("-")[0].lower()

    @property
    def origin(self) -> str:
        """Where it comes from, empty for curette."""
        return self.derm.origin if self.derm is not None else ""


def table(found: Sequence[Entry]) -> Iterator[str]:
    """One line a rule (more where its title is long): id, severity, SNIP type, what it is about."""
    wide = max((len(e.rule.id) for e in found), default=0)
    for entry in found:
        head = f"{entry.rule.id:<{wide}}  {entry.rule.severity:<8} {entry.rule.snip}  "
        title = f"{entry.title} [{Path(entry.origin).name}]" if entry.origin else entry.title
        yield from textwrap.wrap(
            title, WIDTH, initial_indent=head, subsequent_indent=" " * len(head), break_on_hyphens=not entry.origin
        )
    yield ""
    yield f"{len(found)} rules; curette rules ID tells one in full"


def one(entry: Entry, maps: Maps) -> Iterator[str]:
    """Everything about one rule."""
    rule, derm = entry.rule, entry.derm
    yield from textwrap.wrap(f"{rule.id}  {entry.title}", WIDTH, subsequent_indent="  ")
    yield from _row("severity", f"{_severity(entry)}, {rule.confidence}; SNIP type {rule.snip}")
    yield from _row("asked of", rule.payers)
    yield from _row("says", rule.message)
    if derm is not None:
        yield from _row("why", derm.why)
    yield from _row("fix", rule.fix)
    if derm is not None:
        yield from _row("wakes on", "every line" if "*" in derm.on else ", ".join(sorted(derm.on)))
        yield from _row("needs", ", ".join(derm.needs))
        yield from _row("recalls", ", ".join(sorted(derm.recalls)))
        if derm.origin:
            yield f"  {'from':<{_LABEL}}{printable(derm.origin)}"
        yield from _row("since", derm.since)
    yield from _row("prevents", ", ".join(rule.prevents))
    sources = maps.rows("sources")
    for row in sources:
        if row.tag == "source" and row.key in rule.sources:
            yield from _row("source", _source(row))
    for row in sources:
        if row.tag == "disagreement" and rule.id in row.words("rules"):
            yield from _row("disputed", f"{row.get('about')}: {row.text}")
    for case in entry.cases:
        told = ", ".join(case.expected) or "nothing"
        yield from _row(_KINDS[case.kind], f"{case.name}: {told}")
        for segment in case.claim.strip().splitlines():
            yield f"  {'':<{_LABEL}}  {segment}"


def _severity(entry: Entry) -> str:
    by_ncci = entry.derm is not None and entry.derm.by_ncci
    return "error for payers that follow NCCI, else warning" if by_ncci else str(entry.rule.severity)


def _row(label: str, text: str) -> Iterator[str]:
    if text:
        head = f"  {label:<{_LABEL}}"
        yield from textwrap.wrap(text, WIDTH, initial_indent=head, subsequent_indent=" " * len(head))


def _source(row: Row) -> str:
    edition = f" ({row.get('edition')})" if row.get("edition") else ""
    return f"{row.get('title')}{edition}"


def page(found: Sequence[Entry]) -> Iterator[str]:
    """The catalogue as Markdown: a section a family, a heading a rule."""
    family = ""
    for entry in sorted(found, key=lambda e: (e.family, e.rule.id)):
        rule, derm = entry.rule, entry.derm
        if entry.family != family:
            family = entry.family
            yield from (f"## {family.capitalize()}", "")
        yield from (f"### {rule.id}: {entry.title}", "", f"*{_severity(entry)}, {rule.confidence}*", "")
        if derm is not None:
            yield from (f"**Why.** {derm.why}", "")
        yield from (f"**Says.** {rule.message}", "", f"**Fix.** {rule.fix}", "")
        if derm is not None and derm.needs:
            yield from (f"Needs: {', '.join(derm.needs)}.", "")
        if rule.payers:
            yield from (f"Asked of: {rule.payers}.", "")
        hit = next((case for case in entry.cases if case.kind == "hit"), None)
        near = next((case for case in entry.cases if case.kind == "near"), None)
        for case, verb in ((hit, "Told"), (near, "Not told")):
            if case is not None:
                yield from (f"{verb}: {case.name}.", "", "```", *case.claim.strip().splitlines(), "```", "")
        yield from (f"Sources: {', '.join(rule.sources) or 'none'}.", "")
