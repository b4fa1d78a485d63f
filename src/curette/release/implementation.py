"""999 (005010X231A1): what a functional group was found to be, by syntax and implementation guide (SNIP 1 and 2).

One 999 answers one group. A transaction is accepted (A), accepted although some of its claims are at fault (E: those
are held, the others go out), or rejected (R). Values are never repeated, only where they stand and CLM01.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby

from attrs import define, field

from curette.codes.acknowledgements import acknowledgements
from curette.findings import Finding, Severity
from curette.release.blocks import elements
from curette.release.files import Outgoing
from curette.release.numbers import Numbers
from curette.release.reply import DIGITS, Reply
from curette.x12 import kinds
from curette.x12.transaction import Group, Transaction

VERSION = "005010X231A1"
ANSWERED = frozenset({"BE", "HB", "HC", "HI", "HN", "HP", "HR", "HS", "RA"})  # AK101: an acknowledgement gets none
_MISSING = re.compile(r"(?:begins with |^)([A-Z][A-Z0-9]{1,2})\b")  # the segment that a message says is missing
_LOOP = re.compile(r"^loop ([0-9A-Z]+) ")
_LOOP_SIZE = 4  # of data element 447, so 2310B is 2310
_MOST = 5  # notes in IK5 and AK9
_CONTEXT = 35  # characters of CTX01-2
_VERSION = 12  # of AK103; AK203 may be longer, but no guide is


def _named(item: Transaction) -> tuple[str, str]:
    """AK201 and AK202: ST01 and ST02, or what comes nearest where they cannot be repeated in a valid answer."""
    code, control = item.code, item.control.strip()[:9]
    if not (len(code) == 3 and code.isascii() and code.isalnum()):
        code = kinds.sets_of_group(item.group.code)[0]
    return code, control.rjust(4, "0")


@define(eq=False)
class GroupAnswers:
    """A file of 999, one for each group as its transactions come."""

    reply: Reply
    _group: Group | None = None
    _code: str = ""  # GE01 as it was told
    _notes: list[str] = field(factory=list)
    _received: int = 0
    _accepted: int = 0
    _errors: bool = False  # in the open group
    _faulty: list[int] = field(factory=list)  # SNIP types of the errors in the open transaction

    @classmethod
    def into(cls, out: Outgoing, numbers: Numbers, day: date) -> "GroupAnswers":
        """Answers in a new file."""
        return cls(Reply(out, numbers, day, "FA", VERSION))

    def take(self, part: Transaction, item: Transaction, findings: Sequence[Finding], taken: bool) -> None:
        """A transaction (`item`) or the next part of it, with all that was found there."""
        if item.group.code not in ANSWERED:
            return
        if item.group is not self._group:
            self._open(item)
        if not part.before:
            self._faulty = []
            self._received += 1
            version = elements(item.raw, item.delimiters, 4)[3] or item.version
            self.reply.add("AK2", *_named(item), version[:_VERSION])
        self._errors_of(findings)
        if part.last:
            self._end(item, taken)

    def about_group(self, findings: Iterable[Finding]) -> None:
        """What is wrong with the open group itself."""
        self._notes += filter(None, (acknowledgements().note("group", finding) for finding in findings))

    def close(self) -> None:
        """No transaction of the open interchange follows."""
        self._close_group()
        self.reply.close()

    def _open(self, item: Transaction) -> None:
        self._close_group()
        self._group, self._notes, self._received, self._accepted, self._errors = item.group, [], 0, 0, False
        self._code = elements(item.group.tail, item.delimiters, 2)[1] if item.group.tail else ""
        self.reply.begin(item, "999")
        control = "".join(c for c in item.group.control if c in DIGITS)[:9] or "0"
        self.reply.add("AK1", item.group.code, control, (item.group.version or item.version)[:_VERSION] or "005010")

    def _errors_of(self, findings: Iterable[Finding]) -> None:
        found = [
            f
            for f in findings
            if f.rule.snip < 3 and f.severity is Severity.ERROR and f.place.segment_in_transaction is not None
        ]
        self._faulty += {f.rule.snip for f in found}
        for _, beside in groupby(found, lambda f: f.place.segment_in_transaction):
            together = list(beside)
            elemental = [f for f in together if not acknowledgements().note("segment", f)]
            for finding in together:
                if note := acknowledgements().note("segment", finding):
                    self._segment(finding, note)
            if elemental:
                self._segment(elemental[0], "8")
                for finding in elemental:
                    self._element(finding)

    def _segment(self, finding: Finding, note: str) -> None:
        place, name, loop = finding.place, finding.place.segment, finding.place.loop or ""
        if note in ("3", "I7") and (missing := _MISSING.search(finding.message)):
            name = missing[1]
            loop = found[1] if (found := _LOOP.match(finding.message)) else loop
        name = name if name.isalnum() else "ZZZ"  # what stands there has no name that may be repeated
        self.reply.add("IK3", name, str(place.segment_in_transaction), loop[:_LOOP_SIZE], note)
        if finding.claim and len(finding.claim) <= _CONTEXT:
            self.reply.add("CTX", ("CLM01", finding.claim))

    def _element(self, finding: Finding) -> None:
        place, note = finding.place, acknowledgements().note("element", finding)
        if place.element and note:
            self.reply.add("IK4", (str(place.element), str(place.component or "")), "", note)

    def _end(self, item: Transaction, taken: bool) -> None:
        notes = ["5"] * any(snip < 2 for snip in self._faulty) + ["I5"] * any(snip == 2 for snip in self._faulty)
        if not taken:
            told = [acknowledgements().note("transaction", f) for f in item.findings if f.severity is Severity.ERROR]
            told += ["1"] * (item.kind != "837P")
            notes = list(dict.fromkeys([*filter(None, told), *notes]))
        self._accepted += taken
        self._errors = self._errors or bool(notes)
        self.reply.add("IK5", ("E" if notes else "A") if taken else "R", *notes[:_MOST])

    def _close_group(self) -> None:
        if self._group is None:
            return
        received, accepted = self._received, self._accepted
        code = "R" if not accepted else "P" if accepted < received else "E" if self._errors or self._notes else "A"
        if not self._group.tail:
            self._notes.append("3")
        told = self._code
        included = int(told) if told.isascii() and told.isdigit() and len(told) < 7 else received
        notes = list(dict.fromkeys(self._notes))[:_MOST]
        self.reply.add("AK9", code, str(included), str(received), str(accepted), *notes)
        self.reply.end()
        self._group = None
