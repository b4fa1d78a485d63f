"""A comparison as text: unified in a narrow terminal, side by side in a wide one; or one line a claim."""

import textwrap
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from attrs import frozen

from curette.diff.answers import Judged, Resubmission, State
from curette.diff.model import Change, Comparison, Kind, NotCompared, Section
from curette.findings import Finding
from curette.reports.diff import (
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
    signed,
    unchanged,
    values,
    verdict,
)
from curette.reports.layout import wrapped
from curette.reports.plain import printable
from curette.reports.show import PHI

SIDE_BY_SIDE = 110  # columns from which two values stand beside each other
_LABEL = 44  # the longest name that is padded; longer ones push the value on
_SIGNS = {Kind.ADDED: ">", Kind.REMOVED: "<", Kind.CHANGED: "|", Kind.MOVED: "~"}
_STATES = {State.ANSWERED: ("=", "good"), State.PARTLY: ("?", "half"), State.NOT: ("!", "bad")}


def _plain(text: str, role: str) -> str:
    return text


@frozen
class View:
    """How to show: columns, `context` unchanged lines around each changed one, patient data or not, and `paint`, which
    colours a text by its role (head, title, old, new, moved, dim, good, half, bad).
    """

    width: int = 80
    context: int = 1
    phi: bool = False
    wide: bool = False
    paint: Callable[[str, str], str] = _plain


def head(old: str, new: str, view: View, *, stat: bool = False) -> Iterator[str]:
    """The opening lines: which file is which."""
    if view.phi:
        yield PHI
    yield view.paint(f"--- {printable(old)}", "old")
    yield view.paint(f"+++ {printable(new)}", "new")
    if stat:
        yield f"  {'claim':<33}{''.join(f'{kind:>8}' for kind in Kind)}{'charge':>13}"


def text(result: Resubmission, view: View) -> Iterator[str]:
    """A claim, what changed in it, and what became of its denials; nothing where there is nothing to tell."""
    found = result.found
    if isinstance(found, NotCompared):
        told = f"! claim {name_of(found)}: {reason_of(found)}"
        yield from (view.paint(line, "bad") for line in textwrap.wrap(told, view.width, subsequent_indent="  "))
        return
    if not (found.sections or result.judged or result.findings):
        return
    yield ""
    title = f"claim {names(found)}  {charges(found)}  {how(found)}"
    yield from (view.paint(line, "head") for line in textwrap.wrap(title, view.width, subsequent_indent="  "))
    if not found.sections and not found.match.alone:
        yield "  sent again without a change"
    width = min(max((len(label(c)) for c in found.changes), default=0), _LABEL)
    for shown, section in _shown(found, view.context):
        if not shown:
            yield from _context(section, view)
            continue
        if title := section_title(section, found):
            yield view.paint(f"@@ {title} @@", "title")
        for change in section.changes:
            name = label(change)
            if 5 * len(name) > 3 * view.width:  # beside it no value has room
                yield from wrapped(name, view.width, "  ", "    ")
                name = ""
            yield from (_beside if view.wide else _unified)(change, name.ljust(width), view)
    for judged in result.judged:
        yield from _denial(judged, found, view)
    for finding in result.findings:
        yield from _finding(finding, found, view)


def _shown(found: Comparison, context: int) -> Iterator[tuple[bool, Section]]:
    """The sections with changes, and so many unchanged lines before and after each."""
    sections = found.sections
    near: set[int] = set()
    for place, section in enumerate(sections):
        if section.changes and (section.old or section.new):
            near.update(range(place - context, place + context + 1))
    for place, section in enumerate(sections):
        if section.changes:
            yield True, section
        elif place in near and (section.old or section.new):
            yield False, section


def _context(section: Section, view: View) -> Iterator[str]:
    if words := unchanged(section):
        yield from (view.paint(each, "dim") for each in wrapped(words, view.width, "  ", "    "))


def _unified(change: Change, name: str, view: View) -> Iterator[str]:
    """A `-` and a `+` line, or one `~` line where patient data is hidden."""
    old, new = values(change, view.phi)
    if change.private and not view.phi and old is not None and new is not None:
        yield from _wrapped("~", name, f"{old} -> {new}", view, "moved")
        return
    if old is not None:
        yield from _wrapped("-", name, old, view, "old")
    if new is not None:
        yield from _wrapped("+", name, _noted(new, change), view, "new")


def _noted(value: str, change: Change) -> str:
    return f"{value}  {note(change)}" if note(change) else value


def _wrapped(sign: str, name: str, value: str, view: View, role: str) -> Iterator[str]:
    """A value behind its label, in as many lines as it takes, each with the sign."""
    for number, piece in enumerate(_pieces(value, view.width - len(name) - 4)):
        yield view.paint(f"{sign} {name if not number else ' ' * len(name)}  {piece}".rstrip(), role)


def _pieces(value: str, room: int) -> Sequence[str]:
    return textwrap.wrap(value, room, break_on_hyphens=False, drop_whitespace=len(value) > room) or [""]


def _beside(change: Change, name: str, view: View) -> Iterator[str]:
    """Old and new beside each other: `|` changed, `<` gone, `>` come, `~` in another order."""
    room = (view.width - len(name) - 7) // 2
    old, new = values(change, view.phi)
    left = [] if old is None else _pieces(old, room)
    right = [] if new is None else _pieces(_noted(new, change), room)
    for number in range(max(len(left), len(right))):
        a, b = (side[number] if number < len(side) else "" for side in (left, right))
        first = f"  {name if not number else ' ' * len(name)}  "
        before, after = (
            view.paint(text, role) if text.strip() else text for text, role in ((a.ljust(room), "old"), (b, "new"))
        )
        yield f"{first}{before} {_SIGNS[change.kind]} {after}".rstrip()


def _denial(judged: Judged, found: Comparison, view: View) -> Iterator[str]:
    sign, role = _STATES[judged.state]
    yield from wrapped(f"denied {denial(judged, found)}", view.width, f"{sign} ", "    ")
    yield from (view.paint(line, role) for line in wrapped(verdict(judged), view.width, f"{sign}   ", "    "))


def _finding(finding: Finding, found: Comparison, view: View) -> Iterator[str]:
    told = f"{finding.severity} {finding.rule.id}: {message(finding, found)}"
    role = {"error": "bad", "warning": "half"}.get(finding.severity, "dim")
    yield from (view.paint(line, role) for line in wrapped(told, view.width, "  ", "    "))


def stat(result: Resubmission, view: View) -> Iterator[str]:
    """A claim on one line with the number of its changes; nothing where it has none."""
    found = result.found
    if isinstance(found, NotCompared):
        yield view.paint(f"! {_short(name_of(found)):<33}  not compared", "bad")
    elif found.sections:
        sign, role = ("+", "new") if not found.match.olds else ("-", "old") if not found.match.news else ("~", "moved")
        kinds = Counter(change.kind for change in found.changes)
        numbers = "".join(f"{kinds[kind]:>8}" for kind in Kind)
        money = signed(found.money) if found.money else "="
        name = found.match.news[0] if found.match.news else found.match.olds[0]
        yield view.paint(f"{sign} {_short(printable(name.control_number)):<33}{numbers} {money:>12}", role)


def name_only(result: Resubmission) -> Iterator[str]:
    """The number of a claim that differs; of a new number, both."""
    found = result.found
    if isinstance(found, NotCompared):
        yield name_of(found)
    elif found.sections:
        yield names(found)


def _short(name: str) -> str:
    return name if len(name) <= 33 else f"{name[:30]}..."
