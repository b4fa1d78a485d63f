"""What a check says: which rule, how bad, how sure, and where. Findings never carry patient data.

A `Rule` is declared once, at import; its message may use only the fields of SAFE_FIELDS, and a field is filled
with a code, a count, an amount or a shape ("<12 characters>") - never with a name, birth date, address or
member number.
"""

import enum
import re
from collections.abc import Iterable
from datetime import date
from string import Formatter
from typing import Any

from attrs import evolve, field, frozen

from curette._records import record

SAFE_FIELDS = frozenset(
    {
        "actual", "billed", "code", "codes", "component", "count", "date", "days", "diagnosis", "difference", "drug",
        "element", "expected", "form", "found", "group", "guide", "instead", "kind", "limit", "line", "loop",
        "modifier", "number", "other", "qualifier", "reason", "segment", "shape", "site", "size", "units",
    }
)  # fmt: skip
RESERVED = frozenset({"SYN", "IG", "BAL", "SIT", "COD", "PAY", "DERM", "DIFF"})  # beginnings of curette's own ids
_ID = re.compile(r"[A-Z][A-Z0-9]{1,11}(?:-[A-Z0-9]+)+")
_FORM = re.compile("0?[0-9]?,?d?")  # how a message may write a number
_NAME = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")


class Severity(enum.StrEnum):
    """error: a payer rejects or denies it, or it breaks the law of the file; warning; advice: worth a look."""

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"

    @property
    def rank(self) -> int:
        """0 for error, 1 for warning, 2 for advice."""
        return _RANK[self]


_RANK = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.ADVICE: 2}


class Confidence(enum.StrEnum):
    """How sure a rule is of its finding."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"


@record
class Place:
    """Where in which file; every part may be unknown. Offsets and lengths are bytes of the (unpacked) file."""

    file: str = ""
    interchange: str | None = None  # ISA13
    group: str | None = None  # GS06
    transaction: str | None = None  # ST02
    segment_index: int = 0  # 1-based in the file; 0 is the file itself
    segment_in_transaction: int | None = None  # 1-based, ST is 1
    segment: str = ""  # segment identifier
    loop: str | None = None
    element: int | None = None  # 1-based; None is the whole segment
    component: int | None = None
    offset: int = 0
    length: int = 0


@frozen(cache_hash=True)
class Rule:
    """One thing that is checked. `id` is never reused; `snip` is the WEDI SNIP type (0: below X12)."""

    id: str
    name: str
    snip: int
    severity: Severity
    message: str
    fix: str
    confidence: Confidence = Confidence.CERTAIN
    sources: tuple[str, ...] = ()
    prevents: tuple[str, ...] = ()
    payers: str = ""  # of whose claims it asks, in words; empty: of all

    def __attrs_post_init__(self) -> None:
        if not _ID.fullmatch(self.id) or not _NAME.fullmatch(self.name):
            raise ValueError(f"bad rule id or name: {self.id} {self.name}")
        try:
            fields = [field[1:] for field in Formatter().parse(self.message) if field[1] is not None]
        except (TypeError, ValueError):
            raise ValueError(f"{self.id}: the message is no text, or a brace in it has no other") from None
        if unknown := {str(name) for name, _, _ in fields} - SAFE_FIELDS:
            raise ValueError(f"{self.id}: the message uses unlisted fields {sorted(unknown)}")
        if any(not _FORM.fullmatch(form or "") or conversion for _, form, conversion in fields):
            raise ValueError(f"{self.id}: the message shows a field in a form of its own")

    def at(
        self,
        place: Place,
        *,
        claim: str | None = None,
        line: int | None = None,
        severity: Severity | None = None,
        related: tuple[int, ...] = (),
        **facts: Any,
    ) -> "Finding":
        """A finding of this rule at `place`; `facts` fill the message, `related` are other lines of its cause."""
        message = self.message.format(**facts)
        return Finding(self, place, message, severity or self.severity, self.confidence, claim, line, related)


@frozen
class Accepted:
    """That a person knows of a finding and lets it stand: since `day`, up to and with `until` (None: for good).

    `by` and `reason` are that person's words, `row` the line of the file that says so.
    """

    day: date
    until: date | None
    by: str
    reason: str
    row: int
    ended: bool = False  # the day it held until is over


@record
class Finding:
    """One fault in one place."""

    rule: Rule
    place: Place
    message: str
    severity: Severity
    confidence: Confidence
    claim: str | None = None  # CLM01 or CLP01
    line: int | None = None  # LX01 (837) or the ordinal of the SVC in its claim (835)
    related_lines: tuple[int, ...] = field(default=())
    accepted: Accepted | None = None

    @property
    def open(self) -> bool:
        """Whether nobody has accepted it, so that it holds its claim and counts."""
        return self.accepted is None or self.accepted.ended

    def marked(self, accepted: Accepted, *, ended: bool) -> "Finding":
        """The same finding, accepted by a person."""
        return evolve(self, accepted=evolve(accepted, ended=ended))

    def with_severity(self, severity: Severity) -> "Finding":
        """The same finding, weighed otherwise."""
        return evolve(self, severity=severity)


@frozen
class Unevaluated:
    """A rule that could not look: `needs` is the table or fact that it lacks."""

    rule: Rule
    claim: str | None
    line: int | None
    needs: str
    reason: str
    count: int = 1


_RULES: dict[str, Rule] = {}


def declare(
    id: str,
    name: str,
    snip: int,
    severity: Severity,
    message: str,
    fix: str,
    **more: object,
) -> Rule:
    """Declare and register a rule; a bad or repeated declaration fails at import."""
    if id in _RULES:
        raise ValueError(f"rule {id} is declared twice")
    if not reserved(id):
        raise ValueError(f"{id} does not begin as curette's own ids do")
    _RULES[id] = rule = Rule(id, name, snip, severity, message, fix, **more)  # type: ignore[arg-type]
    return rule


def reserved(id: str) -> bool:
    """Whether an id begins as only curette's own do."""
    return id.partition("-")[0] in RESERVED


def rules() -> tuple[Rule, ...]:
    """Every rule declared so far, by id."""
    return tuple(_RULES[k] for k in sorted(_RULES))


def shape(text: str) -> str:
    """What may be said of a value that may hold patient data: its size."""
    return "empty" if not text else "<1 character>" if len(text) == 1 else f"<{len(text)} characters>"


def worst(findings: Iterable[Finding]) -> Severity | None:
    """The gravest severity among `findings`."""
    return min((f.severity for f in findings), key=lambda s: s.rank, default=None)
