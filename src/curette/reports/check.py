"""What a report of a pre-flight tells, whatever its form: claims with their findings, worst first, and counts of a run.

`groups` puts a result together as a biller works it; text, page and tables all write what it yields. `CheckSummary`
counts over a run.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from attrs import define, field, frozen

from curette.checks import guide
from curette.checks.results import Checked, Fault, Noted
from curette.claims.billed import BilledClaim, BilledLine
from curette.codes.tables import Edition
from curette.findings import Finding, Rule, Severity
from curette.money import decimal
from curette.reports import batch
from curette.reports.layout import clean
from curette.reports.plain import many, printable
from curette.rules.batch import Batch

_EARLIER = ("claims", "lines", "left_out")
_NAMED = 5  # claims that lack a line of the notes


# -- one claim after the other


@frozen
class Group:
    """A claim with its findings, the worst first. Without `billed` it could not be read, or is no claim of an 837P.

    What belongs to no single claim has no `name`; its `heading` says where it stands. `held` is None where it is not
    known whether the claim goes out.
    """

    heading: str
    name: str | None
    findings: tuple[Finding, ...] = ()
    billed: BilledClaim | None = None
    held: bool | None = None
    unread: bool = False  # a claim that nobody could read
    holds: int = 0  # claims that are held with their whole transaction

    @property
    def rank(self) -> tuple[int, int]:
        """The worst first, then in the order of the file."""
        return min((f.severity.rank for f in self.findings if f.open), default=8 if self.findings else 9), self._at

    @property
    def state(self) -> str:
        """What becomes of the claim, in words."""
        if self.holds:
            return f"{many(self.holds, 'claim')} held with it"
        if self.billed is None:
            return "cannot be read" if self.unread else ""
        return "held" if self.held else "not held"

    @property
    def _at(self) -> int:
        if self.billed is not None:
            return self.billed.own[0]
        return min((f.place.segment_index for f in self.findings), default=0)

    def by_line(self) -> list[tuple[BilledLine | None, list[Finding]]]:
        """The findings by line as billed, the line with the worst first; None is the claim as a whole."""
        lines = {line.number: line for line in reversed(self.billed.lines)} if self.billed is not None else {}
        found: dict[int | None, list[Finding]] = {}
        for finding in self.findings:
            found.setdefault(finding.line if finding.line in lines else None, []).append(finding)
        return [(lines.get(number) if number is not None else None, group) for number, group in found.items()]


def groups(result: Checked) -> list[Group]:
    """The claims of a result with what was found on them, and what was found beside them; the worst first.

    A finding on a level above claims is told with the claim where only one depends on it, else by itself.
    """
    found = _Claims(result.billed)
    by_claim: dict[tuple[int, str], list[Finding]] = {}
    for finding in result.findings:
        at, where = found.owner(finding), ""
        if at < 0:
            where = f"claim {finding.claim}" if finding.claim else _where(result.kind, finding)
        by_claim.setdefault((at, where), []).append(finding)
    released = frozenset(result.clean)
    made = [
        Group(f"claim {one.control_number}", one.control_number, _ordered(by_claim.pop((at, ""), [])), one,
              one.byte not in released)
        for at, one in enumerate(result.billed)
    ]  # fmt: skip
    for (_, where), own in by_claim.items():
        name, claims = own[0].claim, result.kind == "837P"
        holds = result.claims if claims and not name and not result.whole else 0
        made.append(Group(where, name, _ordered(own), unread=bool(name) and claims, holds=holds))
    return sorted(made, key=lambda group: group.rank)


class _Claims:
    """Whose a finding is, among the claims of a result."""

    def __init__(self, claims: Sequence[BilledClaim]) -> None:
        self.claims = claims
        dependents: dict[tuple[int, int], list[int]] = {}
        for at, one in enumerate(claims):
            for span in one.depends:
                dependents.setdefault(span, []).append(at)
        self.spans = sorted(dependents)  # levels and claims do not overlap
        self.dependents = [dependents[span] for span in self.spans]
        self.begins = [begin for begin, _ in self.spans]
        self.named: dict[str, list[int]] = {}
        for at, one in enumerate(claims):
            self.named.setdefault(one.control_number, []).append(at)

    def owner(self, finding: Finding) -> int:
        """The place of the claim among them; -1 for none, or several."""
        segment = finding.place.segment_in_transaction
        if segment is None:
            return -1
        segment -= guide.ended(finding)
        number = bisect_right(self.begins, segment) - 1
        if number >= 0 and segment < self.spans[number][1]:
            at = self.dependents[number]
            if len(at) == 1 and finding.claim in (None, self.claims[at[0]].control_number):
                return at[0]
        same = self.named.get(finding.claim or "", ())  # what a claim lacks is told where the next one begins
        return max((at for at in same if self.claims[at].own[0] <= segment), default=-1)


def _ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda f: (not f.open, f.severity.rank, f.place.segment_index)))


def _where(kind: str, finding: Finding) -> str:
    number = finding.place.transaction
    if number:
        return f"{kind} transaction {number}".lstrip()
    return "envelope" if finding.place.segment else "file"


def spot(finding: Finding) -> str:
    """Where in the file: "SV101-2, segment 9, byte 90"."""
    place = finding.place
    name = place.segment
    if place.element:
        name += f"{place.element:02d}" + (f"-{place.component}" if place.component else "")
    return ", ".join([*([printable(name), f"segment {place.segment_index}"] if name else []), f"byte {place.offset}"])


def status(finding: Finding) -> str:
    """open, accepted, or ended: accepted up to a day that is over."""
    return "open" if finding.accepted is None else "ended" if finding.accepted.ended else "accepted"


def accepted(finding: Finding) -> str:
    """Who accepted it, when, until when and why; nothing where nobody did."""
    one = finding.accepted
    if one is None:
        return ""
    by, until = f" by {clean(one.by)}" if one.by else "", f" until {one.until}" if one.until else ""
    was = f", which is over since {one.until}" if one.ended else until
    return f"accepted {one.day}{by}{was}: {clean(one.reason)}"


def fault(found: Fault) -> str:
    """A fault of curette itself, or of a practice's own rule, in one line."""
    if found.rule:
        return printable(f"rule {found.rule} failed in transaction {found.transaction}: {found.reason}")
    return printable(
        f"internal fault at transaction {found.transaction} of {found.file}: {found.reason}; please report it"
    )


# -- all of a run


@define
class CheckSummary:
    """Counts over a run. Money in cents."""

    files: int = 0
    transactions: int = 0
    claims: int = 0
    lines: int = 0
    charge: int = 0
    held: int = 0
    held_charge: int = 0
    unreadable: int = 0
    hidden: int = 0
    faults: int = 0
    severities: Counter[str] = field(factory=Counter)
    rules: Counter[Rule] = field(factory=Counter)
    not_evaluated: Counter[tuple[str, str]] = field(factory=Counter)  # by rule and what it needs
    unlisted: int = 0  # not evaluated beyond the limit of a file
    editions: set[Edition] = field(factory=set)  # of the tables that were asked
    accepted: int = 0  # findings that a person has accepted, which count nowhere else
    ended: int = 0  # findings of which that is over
    accepted_rows: set[int] = field(factory=set)  # of the baseline, those that speak of a finding
    baseline: int = 0  # its rows
    told_of: frozenset[str] = frozenset()  # the claims of the sidecar
    noted: Noted = field(factory=Noted)  # of them in the files
    earlier: tuple[int, int, int] | None = None  # earlier claims: read, lines kept of them, claims that cannot be read
    batch: Batch = field(factory=Batch)
    profiles: Counter[tuple[str, str]] = field(factory=Counter)  # claims, by payer profile and what matched it

    def take(self, result: Checked) -> None:
        """One more result."""
        self.files += result.begins
        for name in ("transactions", "claims", "lines", "charge", "held", "held_charge"):
            setattr(self, name, getattr(self, name) + getattr(result, name))
        self.unreadable += result.unreadable
        self.hidden += len(result.hidden)
        self.faults += result.fault is not None
        for finding in (*result.findings, *result.hidden):
            if finding.accepted is not None:
                self.accepted_rows.add(finding.accepted.row)
                self.ended += finding.accepted.ended
            if finding.open:
                self.severities[finding.severity] += 1
                self.rules[finding.rule] += 1
            else:
                self.accepted += 1
        for missed in result.unevaluated:
            self.not_evaluated[missed.rule.id, missed.needs] += missed.count
        self.unlisted += result.unlisted
        self.earlier = result.earlier or self.earlier
        self.editions |= result.editions
        for claim, idle in result.noted.items():
            self.noted.take(claim, idle)
        self.batch.counts.update(result.batch)
        for profile, by, claims in result.profiles:
            self.profiles[profile, by] += claims

    def _baseline(self) -> dict[str, int]:
        idle = self.baseline - len(self.accepted_rows)
        return {"rows": self.baseline, "without_finding": idle, "accepted": self.accepted, "ended": self.ended}

    def _notes(self) -> dict[str, int]:
        lines = sum(map(len, self.noted.values()))
        return {"claims": len(self.told_of), "not_in_files": self.missed, "lines_not_in_claims": lines}

    @property
    def missed(self) -> int:
        """Claims of the sidecar that no file has."""
        return len(self.told_of - self.noted.keys())

    @property
    def lines_missed(self) -> str:
        """Lines of the sidecar that its claims lack, and which claims these are; "" for none."""
        lacking = [printable(claim) for claim, idle in sorted(self.noted.items()) if idle]
        more = f", {len(lacking) - _NAMED} more" if len(lacking) > _NAMED else ""
        lines = many(sum(map(len, self.noted.values())), "line")
        return f"{lines} not in the claim ({', '.join(lacking[:_NAMED])}{more})" if lacking else ""

    def stale(self, today: date) -> list[str]:
        """The tables asked of which a newer edition must exist, as "cpt 2026Q2"."""
        return [f"{name} {edition}" for name, edition, end in self._editions() if end is not None and end < today]

    def tables(self, today: date) -> list[dict[str, object]]:
        """The lines of JSON lines about the tables asked."""
        return [
            {"type": "table", "table": name, "edition": edition, "stale": end is not None and end < today}
            for name, edition, end in self._editions()
        ]

    def rates(self, today: date) -> list[dict[str, object]]:
        """The lines of JSON lines about the batch as a whole."""
        return [batch.record(rate) for rate in self.batch.rates(today)]

    def lacking(self) -> list[tuple[str, list[tuple[str, int]]]]:
        """What was lacking, most first: the rules that could not be evaluated for want of it, and how often."""
        found: dict[str, list[tuple[str, int]]] = {}
        for (rule, needs), number in self.not_evaluated.most_common():
            found.setdefault(needs, []).append((rule, number))
        return sorted(found.items(), key=lambda item: -sum(number for _, number in item[1]))

    def edition_names(self) -> list[tuple[str, str]]:
        """The tables asked, each with its edition."""
        return [(name, edition) for name, edition, _ in self._editions()]

    def _editions(self) -> list[Edition]:
        return sorted(self.editions, key=lambda e: e[:2])

    def matched(self) -> dict[str, dict[str, int]]:
        """Claims by payer profile, those with most claims first, and by what matched it."""
        found: dict[str, dict[str, int]] = {}
        for (profile, by), claims in sorted(self.profiles.items(), key=lambda item: (-item[1], item[0])):
            found.setdefault(profile, {})[by] = claims
        return dict(sorted(found.items(), key=lambda item: (-sum(item[1].values()), item[0])))

    def record(self, seconds: float | None) -> dict[str, object]:
        """The summary line of JSON lines."""
        return {
            "type": "summary", "files": self.files, "transactions": self.transactions, "claims": self.claims,
            "lines": self.lines, "charge": decimal(self.charge),
            "findings": {str(s): self.severities[s] for s in Severity},
            "not_listed": self.hidden, "held": self.held, "clean": self.claims - self.held,
            "held_charge": decimal(self.held_charge),
            "not_evaluated": self.not_evaluated.total() + self.unlisted, "faults": self.faults, "seconds": seconds,
            "profiles": {name: _matched(by) for name, by in self.matched().items()},
            **({"baseline": self._baseline()} if self.baseline else {}),
            **({"notes": self._notes()} if self.told_of else {}),
            **({"history": dict(zip(_EARLIER, self.earlier, strict=True))} if self.earlier is not None else {}),
        }  # fmt: skip


def _matched(by: dict[str, int]) -> dict[str, object]:
    return {"claims": sum(by.values()), "matched_by": {words: claims for words, claims in by.items() if words}}
