"""A comparison as a page, old and new side by side."""

from collections.abc import Iterable, Iterator
from typing import Any

from curette.diff.answers import Judged, Resubmission, State
from curette.diff.model import Change, Comparison, NotCompared, Section
from curette.reports.diff import (
    DiffSummary,
    charges,
    denial,
    how,
    label,
    message,
    name_of,
    names,
    note,
    reason_of,
    section_title,
    unchanged,
    values,
    verdict,
)
from curette.reports.html import page
from curette.reports.plain import printable
from curette.reports.show import PHI

_STATES = {State.ANSWERED: ("✓", "good"), State.PARTLY: ("◐", "half"), State.NOT: ("✗", "bad")}


def pages(old: str, new: str, results: Iterable[Resubmission], summary: DiffSummary, *, phi: bool) -> Iterator[str]:
    """The pieces of the page; `summary` is read after the last result was taken."""
    claims = filter(None, (_claim(result, phi) for result in results))
    return page(
        "diff.html",
        styles=("diff.css",),
        old=printable(old),
        new=printable(new),
        claims=claims,
        summary=summary,
        phi=PHI if phi else "",
    )


def _claim(result: Resubmission, phi: bool) -> dict[str, Any] | None:
    """What the page says of a claim; None where there is nothing to tell."""
    found = result.found
    empty: dict[str, Any] = {"charges": "", "rows": [], "denials": [], "findings": [], "unchanged": False}
    if isinstance(found, NotCompared):
        return empty | {"title": f"Claim {name_of(found)}", "how": reason_of(found)}
    if not (found.sections or result.judged or result.findings):
        return None
    return empty | {
        "title": f"Claim {names(found)}",
        "charges": charges(found),
        "how": how(found),
        "rows": [row for section in found.sections for row in _rows(section, found, phi)],
        "denials": [_denial(judged, found) for judged in result.judged],
        "findings": [
            {
                "severity": each.severity,
                "rule": each.rule.id,
                "message": message(each, found),
                "fix": each.rule.fix,
            }
            for each in result.findings
        ],
        "unchanged": not found.sections,
    }


def _rows(section: Section, found: Comparison, phi: bool) -> Iterator[dict[str, Any]]:
    empty = {"title": "", "same": "", "kind": "", "field": "", "old": None, "new": None, "note": ""}
    if not section.changes:
        if words := unchanged(section):
            yield empty | {"same": words}
        return
    if title := section_title(section, found):
        yield empty | {"title": title}
    yield from (empty | _change(change, phi) for change in section.changes)


def _change(change: Change, phi: bool) -> dict[str, Any]:
    old, new = values(change, phi)
    return {"kind": change.kind, "field": label(change), "old": old, "new": new, "note": note(change)}


def _denial(judged: Judged, found: Comparison) -> dict[str, Any]:
    sign, role = _STATES[judged.state]
    return {"sign": sign, "role": role, "what": denial(judged, found), "verdict": verdict(judged)}
