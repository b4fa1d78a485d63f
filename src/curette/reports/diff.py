"""A comparison summed up, and as JSON lines. `diff_text` and `diff_html` show it to people.

Patient data is told by its size only, unless `phi` asks for it.
"""

import re
from collections import Counter
from collections.abc import Iterator

from attrs import define, field

from curette.codes.denials import codes
from curette.diff.answers import Denied, Judged, Resubmission, State
from curette.diff.hygiene import OF_ALL
from curette.diff.model import Change, Comparison, Kind, MatchedBy, NotCompared, Section
from curette.diff.summary import line_words
from curette.findings import Confidence, Finding, Severity, shape
from curette.money import decimal
from curette.reports import jsonl
from curette.reports.plain import grouped, many, printable

_MATCHED = {
    MatchedBy.PAYER_CLAIM: "payer claim number",
    MatchedBy.CLAIM: "claim number",
    MatchedBy.PATIENT_SERVICE: "patient, days and provider",
}
_AMOUNT = re.compile(r"(?<![^ -])\d+(?=\.\d\d(?:[ ,]|$))")  # whole dollars


@define
class DiffSummary:
    """Counts over a run. Money in cents: by how much the charge of all compared claims differs."""

    matched: int = 0
    added: int = 0
    removed: int = 0
    changed: int = 0
    regrouped: int = 0  # split or merged
    replaced: int = 0  # by a later batch of their own side, so that nothing is missing
    not_compared: int = 0
    money: int = 0
    kinds: Counter[Kind] = field(factory=Counter)
    states: Counter[State] = field(factory=Counter)
    findings: Counter[Severity] = field(factory=Counter)

    def take(self, result: Resubmission) -> None:
        """One more claim."""
        found = result.found
        self.states.update(each.state for each in result.judged)
        self.findings.update(each.severity for each in result.findings)
        if isinstance(found, NotCompared):
            self.not_compared += 1
            return
        if found.match.replaced:
            self.replaced += 1
            return
        if not found.match.olds:
            self.added += 1
        elif not found.match.news:
            self.removed += 1
        else:
            self.matched += 1
            self.changed += bool(found.sections)
            self.regrouped += found.match.several
        self.money += found.money
        self.kinds.update(change.kind for change in found.changes)

    @property
    def claims(self) -> int:
        """All of them."""
        return self.matched + self.added + self.removed + self.replaced + self.not_compared

    @property
    def clean(self) -> bool:
        """Whether nothing differs, everything was compared and no denial is left as it was."""
        return not (self.kinds or self.not_compared or self.findings or self.states[State.NOT])

    def record(self) -> dict[str, object]:
        """The summary line of JSON lines."""
        return {
            "type": "summary", "matched": self.matched, "added": self.added, "removed": self.removed,
            "changed": self.changed, "split_or_merged": self.regrouped, "replaced": self.replaced,
            "not_compared": self.not_compared,
            "changes": {str(kind): self.kinds[kind] for kind in Kind}, "money": decimal(self.money),
            "denials": {str(state): self.states[state] for state in State},
            "findings": {str(severity): self.findings[severity] for severity in Severity},
        }  # fmt: skip

    def words(self) -> Iterator[str]:
        """The closing lines for people."""
        alone = f"{self.added:,} added, {self.removed:,} removed"
        yield f"{many(self.matched, 'claim')} matched, {self.changed:,} changed; {alone}"
        if self.regrouped:
            yield f"{many(self.regrouped, 'claim')} split or merged"
        if self.replaced:
            yield f"{many(self.replaced, 'claim')} left out: replaced or voided by a later batch of the same side"
        if self.not_compared:
            yield f"{many(self.not_compared, 'claim')} not compared"
        kinds = [f"{self.kinds[kind]:,} {kind}" for kind in Kind if self.kinds[kind]]
        total = many(sum(self.kinds.values()), "change")
        if kinds:
            yield f"{total}: {', '.join(kinds)}; charge {signed(self.money) if self.money else 'unchanged'}"
        if denials := sum(self.states.values()):
            parts = [f"{self.states[state]:,} {_STATES[state]}" for state in State]
            yield f"{many(denials, 'denial')}: {', '.join(parts)}"
        if self.findings:
            yield ", ".join(many(self.findings[s], s.value, _MORE[s]) for s in Severity if self.findings[s])
        if self.clean:
            yield "no changes"


_STATES = {State.ANSWERED: "answered", State.PARTLY: "partly", State.NOT: "not answered"}
_MORE = {Severity.ERROR: "errors", Severity.WARNING: "warnings", Severity.ADVICE: "advice"}


# -- words that every form uses


def name_of(found: NotCompared) -> str:
    """The claim that could not be compared."""
    return printable(found.claim) or "(no number)"


def reason_of(found: NotCompared) -> str:
    """Why a claim could not be compared."""
    side = "both files" if found.old and found.new else "the old file" if found.old else "the new file"
    if found.named:
        return f"not compared, because it cannot be read in {side}"
    return f"not compared, because {side} is damaged and may hold it"


def names(found: Comparison) -> str:
    """The claims: "A1", "A1 -> B1", "A1 -> B1, B2"."""
    old, new = (", ".join(printable(c.control_number) for c in side) for side in (found.match.olds, found.match.news))
    return f"{old} -> {new}" if old and new and old != new else old or new


def charges(found: Comparison) -> str:
    """The charge, before and after where it differs."""
    match = found.match
    if match.alone:
        return grouped(found.new_charge if match.news else found.old_charge)
    if not found.money:
        return grouped(found.old_charge)
    return f"{grouped(found.old_charge)} -> {grouped(found.new_charge)} ({signed(found.money)})"


def how(found: Comparison) -> str:
    """How the claims were matched, and how surely where that is not certain."""
    match = found.match
    if match.alone:
        return "added: not in the old file" if match.news else "removed: not in the new file"
    sort = "split, " if len(match.news) > 1 else "merged, " if len(match.olds) > 1 else "void, " if match.beside else ""
    by = f"matched by {_MATCHED[match.matched_by]}" if match.matched_by else ""
    sure = f", {match.confidence}" if match.confidence not in (None, Confidence.CERTAIN) else ""
    return f"{sort}{by}{sure}"


def section_title(section: Section, found: Comparison) -> str:
    """Which line it is, or of several claims which."""
    old, new = section.old, section.new
    several = found.match.several
    claims = [c.control_number for c in (section.old_claim, section.new_claim) if c]
    where = f"{' -> '.join(dict.fromkeys(map(printable, claims)))}, " if several else ""
    line = new or old
    if any(change.field == "claims" for change in section.changes):
        return ""
    if line is None:
        return where.rstrip(", ")
    day = f", {line.service.start.isoformat()}" if line.service else ""
    return f"{where}{_line(section)}: {printable(' '.join((line.procedure, *line.modifiers)))[:40]}{day}"


def _line(section: Section) -> str:
    """The number of a line, before and after where it differs."""
    numbers = dict.fromkeys(each.number for each in (section.old, section.new) if each)
    return f"line {' -> '.join(map(str, numbers))}"


def label(change: Change) -> str:
    """What differs, with the other payer it is about."""
    return printable(f"{change.field} ({change.payer})" if change.payer else change.field)


def note(change: Change) -> str:
    """What stands behind a new value: that only the order changed, or by how much an amount."""
    if change.kind is Kind.MOVED:
        return "(order)"
    return f"({signed(change.money)})" if change.money and change.kind is Kind.CHANGED else ""


def values(change: Change, phi: bool) -> tuple[str | None, str | None]:
    """The old and the new value as they may be shown; of patient data their sizes."""
    pair = (change.old, change.new)
    if change.private and not phi:
        old, new = (None if text is None else shape(text) for text in pair)
        return old, f"{new}, another" if new is not None and new == old else new
    told = _grouped if change.money is not None and change.field != "claims" else str
    old, new = (None if text is None else printable(told(text)) for text in pair)
    return old, new


def unchanged(section: Section) -> str:
    """A line that stands around changed ones; nothing for the claim itself."""
    line, claim = section.new, section.new_claim
    if line is None or claim is None:
        return ""
    return f"{_line(section)}: {printable(_grouped(line_words(claim, line)))}"


def _grouped(text: str) -> str:
    """The first amount as it is read in the head of a claim: "99213, 1234.50, 1 unit" has "1,234.50"."""
    return _AMOUNT.sub(lambda found: f"{int(found[0]):,}", text, count=1)


def message(finding: Finding, found: Comparison) -> str:
    """What was found, on which line and of several new claims on which; amounts as in the head of a claim."""
    claim = finding.claim if len(found.match.news) > 1 and finding.rule.id not in OF_ALL else None
    place = ", ".join(filter(None, (claim, f"line {finding.line}" if finding.line else "")))
    return printable(f"{place}: {_grouped(finding.message)}" if place else _grouped(finding.message))


def denial(judged: Judged, found: Comparison) -> str:
    """A denial in words: which line, of several old claims of which, reason, remarks, category."""
    d = judged.denied
    place = _denied_line(judged, found) if judged.line is not None else "claim"
    if len(found.match.olds) > 1:
        place = f"claim {d.claim}" if judged.line is None else f"{d.claim}, {place}"
    reason = "-".join(filter(None, (d.group, d.carc)))
    return printable(" ".join(filter(None, (place, d.procedure, reason, *d.rarcs)))) + _category(d)


def _denied_line(judged: Judged, found: Comparison) -> str:
    """The number of the denied line, and the one that it has now."""
    several = len(found.match.olds) > 1
    for section in found.sections:
        old, claim = section.old, section.old_claim
        if old and claim and old.number == judged.line and (claim.control_number == judged.denied.claim or not several):
            return _line(section)
    return f"line {judged.line}"


def _category(denied: Denied) -> str:
    """What the payer meant, in words."""
    name, _, id = denied.category.partition(".")
    category = codes().categories.get(name)
    if category is None:
        return ""
    sub = category.subs.get(id, "")
    name = category.name.partition(":")[0]
    return f": {name}: {sub[:1].lower()}{sub[1:]}" if sub and sub[1:2].islower() else f": {name}: {sub}".rstrip(": ")


def verdict(judged: Judged) -> str:
    """What became of a denial."""
    by = "; ".join(judged.by)
    if judged.state is State.ANSWERED:
        return f"answered: {by}"
    if judged.state is State.PARTLY:
        return f"partly answered: {by}. Open: {judged.open}"
    return f"not answered. Open: {judged.open}"


def signed(cents: int) -> str:
    """An amount with its sign."""
    return f"{'+' if cents >= 0 else ''}{grouped(cents)}"


# -- JSON lines


def records(result: Resubmission, phi: bool) -> Iterator[dict[str, object]]:
    """The changes of a claim, or that it was not compared; then its denials."""
    found = result.found
    if isinstance(found, NotCompared):
        yield {
            "type": "not_compared", "claim": found.claim, "old_unread": found.old, "new_unread": found.new,
            "reason": reason_of(found),
        }  # fmt: skip
        return
    for change in found.changes:
        yield _change(change, phi)
    for judged in result.judged:
        yield _judged(judged, found)


def lines(result: Resubmission, phi: bool) -> Iterator[str]:
    """All of a claim as JSON lines: changes, denials, findings."""
    yield from (jsonl.line(record) for record in records(result, phi))
    yield from (jsonl.finding(each) for each in result.findings)


def _change(change: Change, phi: bool) -> dict[str, object]:
    hidden = change.private and not phi
    return {
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


def _judged(judged: Judged, found: Comparison) -> dict[str, object]:
    d = judged.denied
    new = found.match.new
    return {
        "type": "unanswered" if judged.state is State.NOT else "answered",
        "claim": d.claim,
        "new_claim": new.control_number if new else None,
        "line": judged.line,
        "procedure": d.procedure or None,
        "group": d.group,
        "carc": d.carc,
        "rarcs": d.rarcs,
        "category": d.category or None,
        "state": judged.state,
        "by": judged.by,
        "open": judged.open or None,
    }
