"""What a biller reads after a pre-flight: findings by claim, the worst first, and what became of the batch."""

import textwrap
from collections import Counter
from collections.abc import Iterator
from datetime import date

from attrs import define, field

from curette.checks.results import Checked, Fault
from curette.findings import Finding, Severity
from curette.money import decimal
from curette.reports import batch
from curette.reports.plain import grouped, many, printable
from curette.rules.batch import Batch

WIDTH = 80
_EARLIER = ("claims", "lines", "left_out")


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
    rules: Counter[str] = field(factory=Counter)
    not_evaluated: Counter[tuple[str, str]] = field(factory=Counter)  # by rule and what it needs
    unlisted: int = 0  # not evaluated beyond the limit of a file
    editions: set[tuple[str, str, date | None]] = field(factory=set)  # tables asked: name, edition, last day
    told_of: frozenset[str] = frozenset()  # the claims of the sidecar
    noted: set[str] = field(factory=set)  # those of them that are in the files
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
            self.severities[finding.severity] += 1
            self.rules[finding.rule.id] += 1
        for missed in result.unevaluated:
            self.not_evaluated[missed.rule.id, missed.needs] += missed.count
        self.unlisted += result.unlisted
        self.earlier = result.earlier or self.earlier
        self.editions |= result.editions
        self.noted |= result.noted
        self.batch.counts.update(result.batch)
        for profile, by, claims in result.profiles:
            self.profiles[profile, by] += claims

    @property
    def missed(self) -> int:
        """Claims of the sidecar that no file has."""
        return len(self.told_of - self.noted)

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

    def _editions(self) -> list[tuple[str, str, date | None]]:
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
            **({"notes": {"claims": len(self.told_of), "not_in_files": self.missed}} if self.told_of else {}),
            **({"history": dict(zip(_EARLIER, self.earlier, strict=True))} if self.earlier is not None else {}),
        }  # fmt: skip


def check(result: Checked, *, named: bool = False) -> Iterator[str]:
    """The findings of one transaction, claim by claim, below the name of its file (unless that is `named` above)."""
    if not named:
        yield ""
        yield printable(result.file)
    by_claim: dict[str | None, list[Finding]] = {}
    for finding in result.findings:
        by_claim.setdefault(finding.claim, []).append(finding)
    for claim, findings in sorted(by_claim.items(), key=lambda item: _rank(item[1])):
        yield ""
        yield f"claim {printable(claim)}" if claim else _where(result.kind, findings[0])
        for finding in sorted(findings, key=lambda f: (f.severity.rank, f.place.segment_index)):
            yield from _finding(finding)
    if result.fault is not None:
        yield ""
        yield fault(result.fault)


def fault(found: Fault) -> str:
    """A fault of curette itself, or of a practice's own rule, in one line."""
    if found.rule:
        return printable(f"rule {found.rule} failed in transaction {found.transaction}: {found.reason}")
    return printable(
        f"internal fault at transaction {found.transaction} of {found.file}: {found.reason}; please report it"
    )


def _rank(findings: list[Finding]) -> tuple[int, int]:
    return min(f.severity.rank for f in findings), findings[0].place.segment_index


def _where(kind: str, finding: Finding) -> str:
    number = finding.place.transaction
    if number:
        return f"{kind} transaction {printable(number)}".lstrip()
    return "envelope" if finding.place.segment else "file"


def _finding(finding: Finding) -> Iterator[str]:
    place = finding.place
    spot = place.segment
    if place.element:
        spot += f"{place.element:02d}" + (f"-{place.component}" if place.component else "")
    where = [f"line {finding.line}"] if finding.line is not None else []
    where += [printable(spot), f"segment {place.segment_index}"] if spot else []
    where += [f"byte {place.offset}"]
    yield f"  {finding.severity:<8} {finding.rule.id:<16} {', '.join(where)}"
    yield from _wrapped(printable(finding.message))
    yield from _wrapped(f"fix: {finding.rule.fix}")


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=" " * 11, subsequent_indent=" " * 11)


def check_summary(summary: CheckSummary, today: date) -> Iterator[str]:
    """The closing lines; tables that are out of date by `today` are named."""
    s = summary
    yield ""
    yield (
        f"{many(s.files, 'file')}, {many(s.transactions, 'transaction')}, {many(s.claims, 'claim')}, "
        f"{many(s.lines, 'line')}, charge {grouped(s.charge)}"
    )
    if s.claims:
        clean = s.claims - s.held
        yield f"clean {many(clean, 'claim')} {grouped(s.charge - s.held_charge)}"
        yield f"held  {many(s.held, 'claim')} {grouped(s.held_charge)}"
    if s.profiles:
        # lines break between profiles, never within one
        told = ", ".join(_profile(profile, by).replace(" ", "\0") for profile, by in s.matched().items())
        lines = textwrap.wrap(
            f"payer profiles: {told}", WIDTH, subsequent_indent="  ", break_on_hyphens=False, break_long_words=False
        )
        yield from (line.replace("\0", " ") for line in lines)
    if s.told_of:
        missed = f", warning: {s.missed:,} not in the files" if s.missed else ""
        yield f"notes on {many(len(s.told_of), 'claim')}{missed}"
    if s.earlier is not None:
        claims, kept, unread = s.earlier
        missed = f", warning: {many(unread, 'claim')} left out (damaged)" if unread else ""
        yield f"history: {many(claims, 'claim')}, {many(kept, 'line')} that rules ask about{missed}"
    found = [many(s.severities[severity], severity) for severity in Severity if s.severities[severity]]
    found = [f.replace("advices", "advice") for f in found]
    yield "findings: " + (", ".join(found) if found else "none")
    if s.hidden:
        yield f"  {many(s.hidden, 'finding')} beyond the limit of a file not listed"
    if s.rules:
        top = ", ".join(f"{rule} {number}" for rule, number in s.rules.most_common(5))
        yield from textwrap.wrap(f"most often: {top}", WIDTH, subsequent_indent="  ")
    for (rule, needs), number in s.not_evaluated.most_common(5):
        want = f"the code in {needs}" if needs[0].isupper() else needs  # a table's edition, or a fact
        yield from textwrap.wrap(f"not evaluated: {rule} {many(number, 'time')}, for want of {want}", WIDTH)
    if s.unlisted:
        yield f"not evaluated beyond the limit of a file: {s.unlisted:,}"
    if stale := s.stale(today):
        text = f"tables out of date: {', '.join(stale)} (import newer ones: curette codes import)"
        yield from textwrap.wrap(text, WIDTH, subsequent_indent="  ")
    yield from batch.lines(s.batch.rates(today))
    if s.unreadable:
        yield f"{many(s.unreadable, 'file')} could not be read"


def _matched(by: dict[str, int]) -> dict[str, object]:
    return {"claims": sum(by.values()), "matched_by": {words: claims for words, claims in by.items() if words}}


def _profile(profile: str, matched: dict[str, int]) -> str:
    """ "medicare_part_b 8 claims (filing indicator MB)"; of several ways to match, how many claims each."""
    words = [f"{by} {claims:,}" if len(matched) > 1 else by for by, claims in matched.items() if by]
    claims = many(sum(matched.values()), "claim")
    return printable(f"{profile} {claims} ({'; '.join(words)})" if words else f"{profile} {claims}")
