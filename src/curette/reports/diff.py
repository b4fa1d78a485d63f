"""What a biller reads after a comparison, and the same as JSON lines: changes by claim and line, and their sum.

Patient data is told by its size only, unless `phi` asks for it.
"""

import textwrap
from collections import Counter
from collections.abc import Iterator

from attrs import define, field

from curette.diff.model import Change, Comparison, Kind, MatchedBy, NotCompared, Section
from curette.findings import Confidence, shape
from curette.money import decimal
from curette.reports import jsonl
from curette.reports.plain import grouped, many, printable
from curette.reports.show import PHI

WIDTH = 80
_SIGNS = {Kind.ADDED: "+", Kind.REMOVED: "-"}
_MATCHED = {MatchedBy.PAYER_CLAIM: "payer claim number", MatchedBy.CLAIM: "claim number"}
_LABEL = 34  # the longest name that is padded; longer ones push the value on


@define
class DiffSummary:
    """Counts over a run. Money in cents: by how much the charge of all compared claims differs."""

    matched: int = 0
    added: int = 0
    removed: int = 0
    changed: int = 0
    not_compared: int = 0
    money: int = 0
    kinds: Counter[Kind] = field(factory=Counter)

    def take(self, result: Comparison | NotCompared) -> None:
        """One more claim."""
        if isinstance(result, NotCompared):
            self.not_compared += 1
            return
        if result.match.old is None:
            self.added += 1
        elif result.match.new is None:
            self.removed += 1
        else:
            self.matched += 1
            self.changed += bool(result.sections)
        self.money += result.money
        self.kinds.update(change.kind for change in result.changes)

    @property
    def claims(self) -> int:
        """All of them."""
        return self.matched + self.added + self.removed + self.not_compared

    @property
    def clean(self) -> bool:
        """Whether nothing differs and everything was compared."""
        return not self.kinds and not self.not_compared

    def record(self) -> dict[str, object]:
        """The summary line of JSON lines."""
        return {
            "type": "summary", "matched": self.matched, "added": self.added, "removed": self.removed,
            "changed": self.changed, "not_compared": self.not_compared,
            "changes": {str(kind): self.kinds[kind] for kind in Kind}, "money": decimal(self.money),
        }  # fmt: skip


# -- text


def head(old: str, new: str, stat: bool, phi: bool) -> Iterator[str]:
    """The opening lines: which file is which."""
    if phi:
        yield PHI
    yield f"--- {printable(old)}"
    yield f"+++ {printable(new)}"
    if stat:
        yield f"  {'claim':<33}{''.join(f'{kind:>8}' for kind in Kind)}{'charge':>13}"


def text(result: Comparison | NotCompared, phi: bool) -> Iterator[str]:
    """A claim and what changed in it; nothing where nothing did."""
    if isinstance(result, NotCompared):
        yield from textwrap.wrap(f"! claim {_named(result)}: {_why(result)}", WIDTH, subsequent_indent="  ")
    elif result.sections:
        yield ""
        yield from textwrap.wrap(_head(result), WIDTH, subsequent_indent="  ")
        width = min(max(len(_label(change)) for change in result.changes), _LABEL)
        for section in result.sections:
            if title := _title(section):
                yield f"@@ {title} @@"
            for change in section.changes:
                yield from _change(change, _label(change).ljust(width), phi)


def _named(result: NotCompared) -> str:
    return printable(result.claim) or "(no number)"


def _why(result: NotCompared) -> str:
    side = "both files" if result.old and result.new else "the old file" if result.old else "the new file"
    if result.named:
        return f"not compared, because it cannot be read in {side}"
    return f"not compared, because {side} is damaged and may hold it"


def _head(result: Comparison) -> str:
    match = result.match
    if match.old is None or match.new is None:
        claim = match.new or match.old
        return f"claim {printable(claim.control_number)} {'added' if match.new else 'removed'}" if claim else ""
    old, new = match.old, match.new
    name = printable(old.control_number)
    if old.control_number != new.control_number:
        name += f" -> {printable(new.control_number)}"
    charge = grouped(old.charge)
    if result.money:
        charge += f" -> {grouped(new.charge)} ({_signed(result.money)})"
    by = f"matched by {_MATCHED[match.matched_by]}" if match.matched_by else ""
    sure = f", {match.confidence}" if match.confidence is not Confidence.CERTAIN else ""
    return f"claim {name}  {charge}  {by}{sure}".rstrip()


def _title(section: Section) -> str:
    old, new = section.old, section.new
    line = new or old
    if line is None:
        return ""
    number = f"line {line.number}"
    if old and new and old.number != new.number:
        number = f"line {old.number} -> {new.number}"
    day = f", {line.service.start.isoformat()}" if line.service else ""
    return f"{number}: {printable(' '.join((line.procedure, *line.modifiers)))[:40]}{day}"


def _label(change: Change) -> str:
    return printable(f"{change.field} ({change.payer})" if change.payer else change.field)


def _change(change: Change, label: str, phi: bool) -> Iterator[str]:
    """A `-` and a `+` line, or one `~` line where the values are not shown."""
    if change.private and not phi:
        yield from _wrapped(_SIGNS.get(change.kind, "~"), label, _shapes(change))
        return
    if change.old is not None:
        yield from _wrapped("-", label, printable(change.old))
    if change.new is not None:
        note = "  (order)" if change.kind is Kind.MOVED else ""
        note = f"  ({_signed(change.money)})" if change.money and change.kind is Kind.CHANGED else note
        yield from _wrapped("+", label, printable(change.new) + note)


def _wrapped(sign: str, label: str, value: str) -> Iterator[str]:
    """A value behind its label, in as many lines as it takes, each with the sign."""
    room = WIDTH - len(label) - 4
    pieces = textwrap.wrap(value, room, break_on_hyphens=False, drop_whitespace=len(value) > room) or [""]
    for number, piece in enumerate(pieces):
        yield f"{sign} {label if not number else ' ' * len(label)}  {piece}".rstrip()


def _shapes(change: Change) -> str:
    """What may be said of patient data: sizes."""
    old, new = change.old, change.new
    if old is None or new is None:
        return shape(new if old is None and new is not None else old or "")
    return f"<changed, {len(old)} -> {many(len(new), 'character')}>"


def _signed(cents: int) -> str:
    return f"{'+' if cents >= 0 else ''}{grouped(cents)}"


def stat(result: Comparison | NotCompared) -> Iterator[str]:
    """A claim on one line with the number of its changes; nothing where it has none."""
    if isinstance(result, NotCompared):
        yield f"! {_short(_named(result)):<33}  not compared"
    elif result.sections:
        match = result.match
        claim, sign = match.new or match.old, "+" if match.old is None else "-" if match.new is None else "~"
        kinds = Counter(change.kind for change in result.changes)
        numbers = "".join(f"{kinds[kind]:>8}" for kind in Kind)
        money = _signed(result.money) if result.money else "="
        yield f"{sign} {_short(claim.control_number if claim else ''):<33}{numbers}{money:>13}"


def _short(name: str) -> str:
    plain = printable(name)
    return plain if len(plain) <= 33 else f"{plain[:30]}..."


def summary(found: DiffSummary) -> Iterator[str]:
    """The closing lines."""
    s = found
    yield ""
    alone = f"{s.added:,} added, {s.removed:,} removed"
    yield f"{many(s.matched, 'claim')} matched, {s.changed:,} changed; {alone}"
    if s.not_compared:
        yield f"{many(s.not_compared, 'claim')} not compared"
    kinds = [f"{s.kinds[kind]:,} {kind}" for kind in Kind if s.kinds[kind]]
    total = many(sum(s.kinds.values()), "change")
    if kinds:
        yield f"{total}: {', '.join(kinds)}; charge {_signed(s.money) if s.money else 'unchanged'}"
    elif s.clean:
        yield "no changes"


# -- JSON lines


def records(result: Comparison | NotCompared, phi: bool) -> Iterator[dict[str, object]]:
    """The changes of a claim, or that it was not compared."""
    if isinstance(result, NotCompared):
        yield {
            "type": "not_compared", "claim": result.claim, "old_unread": result.old, "new_unread": result.new,
            "reason": _why(result),
        }  # fmt: skip
        return
    for change in result.changes:
        hidden = change.private and not phi
        yield {
            "type": "change",
            "claim": change.claim,
            "old_claim": change.old_claim,
            "new_claim": change.new_claim,
            "matched_by": change.matched_by,
            "confidence": change.confidence,
            "kind": change.kind,
            "line": change.line,
            "old_line": change.old_line,
            "new_line": change.new_line,
            "field": change.field,
            "old": shape(change.old) if hidden and change.old is not None else change.old,
            "new": shape(change.new) if hidden and change.new is not None else change.new,
            "segment": change.segment,
            "payer": change.payer,
            "answers": [{"carc": carc, "line": line} for carc, line in change.answers],
            "money": jsonl.money(change.money),
        }
