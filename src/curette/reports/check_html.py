"""A pre-flight as one page of HTML: what to mend, claim by claim with its lines, to filter, print and mail.

The claims with findings stand in full, the worst first; the others are a row each. A page that is long holds the first
of them and says how many it leaves out.
"""

from collections.abc import Iterator
from datetime import date

from attrs import define, field, frozen

from curette.checks.results import Checked
from curette.claims.billed import BilledClaim, BilledLine
from curette.findings import Finding, Severity
from curette.reports import html, words
from curette.reports.check import CheckSummary, Group, accepted, fault, groups, spot
from curette.reports.check_tables import lacking, rates, rules
from curette.reports.check_words import again, amount, diagnoses, matched, patient, payer, pointed, provider
from curette.reports.layout import clean, days
from curette.reports.plain import grouped, many, printable
from curette.reports.show import PHI
from curette.reports.tables import Column, Kind, Table
from curette.reports.trends_html import Grid, grid

_LONGEST = 2000  # claims in full, and as many without findings

C = Column


@frozen
class _Finding:
    severity: str  # or accepted
    rule: str
    name: str
    where: str
    message: str
    fix: str
    accepted: str


@frozen
class _Line:
    number: int
    day: str
    code: str
    pointers: str
    place: str
    amount: str
    charge: str
    findings: list[_Finding]


@frozen
class _Claim:
    title: str
    state: str
    charge: str
    facts: list[tuple[str, str]]
    payer: str
    provider: str
    findings: list[_Finding]  # of the claim as a whole
    lines: list[_Line]


@define
class Page:
    """What is kept of a run until its page is written."""

    phi: bool
    files: list[str] = field(factory=list)
    claims: list[tuple[int, _Claim]] = field(factory=list)  # by rank
    clean: list[tuple[str, str, date | None, str, str, int]] = field(factory=list)
    faults: list[str] = field(factory=list)
    left: int = 0  # claims with findings beyond what a page holds
    left_clean: int = 0

    def take(self, result: Checked) -> None:
        """One more result."""
        if result.begins:
            self.files.append(printable(result.file))
        if result.fault is not None:
            self.faults.append(fault(result.fault))
        for group in groups(result):
            if group.findings:
                if len(self.claims) < _LONGEST:
                    self.claims.append((group.rank[0], _claim(result, group)))
                else:
                    self.left += 1
            elif (billed := group.billed) is not None and len(self.clean) < _LONGEST:
                self.clean.append((
                    billed.control_number, group.state, billed.start, payer(billed), provider(billed), billed.charge
                ))  # fmt: skip
            else:
                self.left_clean += 1

    def pieces(self, summary: CheckSummary, today: date) -> Iterator[str]:
        """The page; `summary` counts the same results."""
        told = [table for table in (rates(summary, today),) if table.rows]
        claims = [claim for _, claim in sorted(self.claims, key=lambda one: one[0])]
        yield from html.page(
            "check.html",
            styles=("trends.css", "check.css"),
            scripts=("tables.js", "check.js"),
            title="Pre-flight",
            phi=PHI if self.phi else "",
            today=today,
            files=self.files,
            cards=_cards(summary),
            notices=[*self.faults, *_notices(summary, today)],
            claims=claims,
            left=self.left,
            severities=[*Severity, *(["accepted"] if summary.accepted else [])],
            several=len(self.files) > 1,
            payers=sorted({claim.payer for claim in claims if claim.payer}),
            providers=sorted({claim.provider for claim in claims if claim.provider}),
            rules=sorted({f.rule for claim in claims for f in _all(claim)}),
            against=list(_against(summary)),
            grids=[grid(rules(summary)), self._others(), grid(lacking(summary)), *map(grid, told)],
        )

    def _others(self) -> Grid:
        columns = (
            C("claim", "Claim", Kind.CODE), C("state", "State", Kind.CODE), C("day", "Service", Kind.DATE),
            C("payer", "Payer"), C("provider", "Provider"), C("charge", "Charge", Kind.MONEY),
        )  # fmt: skip
        note = "Held without a finding of their own are claims that depend on something above them that has one."
        more = f" {many(self.left_clean, 'claim')} more." if self.left_clean else ""
        return grid(Table("clean", "Claims without findings", columns, self.clean, note + more))


def _claim(result: Checked, group: Group) -> _Claim:
    billed, by_line = group.billed, group.by_line()
    own = [_finding(f, named=True) for line, found in by_line if line is None for f in found]
    title = printable(group.heading)
    made = _Claim(title[:1].upper() + title[1:], group.state, "", [("File", printable(result.file))], "", "", own, [])
    if billed is None:
        return made
    found = {line.number: [_finding(f, named=False) for f in findings] for line, findings in by_line if line}
    place = words.place(billed.place_of_service).removeprefix("place ")
    facts = [
        ("Service", days(billed.start, billed.end)), ("Payer", payer(billed)), ("Provider", provider(billed)),
        ("Diagnoses", diagnoses(billed)), ("Place", place),
        ("Again", again(billed)),
        ("Patient", patient(billed)), ("File", printable(result.file)),
    ]  # fmt: skip
    lines = [_line(line, billed, found.pop(line.number, [])) for line in billed.lines]
    return _Claim(
        made.title, group.state, grouped(billed.charge), [fact for fact in facts if fact[1]], payer(billed),
        provider(billed), own, lines,
    )  # fmt: skip


def _line(line: BilledLine, billed: BilledClaim, findings: list[_Finding]) -> _Line:
    return _Line(
        line.number, days(line.start, line.end), words.procedure(line.qualifier, line.procedure, line.modifiers),
        pointed(line, billed), clean(line.place_of_service), amount(line), grouped(line.charge), findings,
    )  # fmt: skip


def _finding(finding: Finding, *, named: bool) -> _Finding:
    line = f"line {finding.line}, " if named and finding.line is not None else ""
    also = f" (with line {', '.join(map(str, finding.related_lines))})" if finding.related_lines else ""
    return _Finding(
        str(finding.severity) if finding.open else "accepted", finding.rule.id, finding.rule.name,
        f"{line}{spot(finding)}", printable(finding.message) + also, finding.rule.fix, accepted(finding),
    )  # fmt: skip


def _all(claim: _Claim) -> Iterator[_Finding]:
    yield from claim.findings
    for line in claim.lines:
        yield from line.findings


def _cards(s: CheckSummary) -> list[tuple[str, str, str]]:
    """What a run came to: title, figure, detail."""
    clean_claims = s.claims - s.held
    found = {severity: s.severities[severity] for severity in Severity}
    made = [
        ("Claims", f"{s.claims:,}", f"{many(s.lines, 'line')}, charge {grouped(s.charge)}"),
        ("Clean", f"{clean_claims:,}", f"charge {grouped(s.charge - s.held_charge)}"),
        ("Held", f"{s.held:,}", f"charge {grouped(s.held_charge)}"),
        ("Errors", f"{found[Severity.ERROR]:,}", "a payer will reject or deny it"),
        ("Warnings", f"{found[Severity.WARNING]:,}", "often denied, or an audit risk"),
        ("Advice", f"{found[Severity.ADVICE]:,}", "worth a look"),
    ]
    return [*made, ("Accepted", f"{s.accepted:,}", "known, and let stand")] if s.baseline else made


def _against(s: CheckSummary) -> Iterator[tuple[str, list[str]]]:
    """What the claims were held against."""
    yield "Payer profiles", [matched(name, by) for name, by in s.matched().items()]
    yield "Tables", [" ".join(names) for names in s.edition_names()]


def _notices(s: CheckSummary, today: date) -> Iterator[str]:
    """What a reader must know before he trusts the figures."""
    if s.unreadable:
        yield f"{many(s.unreadable, 'file')} could not be read."
    if s.hidden:
        yield f"{many(s.hidden, 'finding')} beyond the limit of a file: counted, not listed."
    if s.ended:
        yield f"{many(s.ended, 'finding')} had been accepted up to a day that is over."
    if s.missed:
        yield f"{many(s.missed, 'claim')} of the notes not in the files."
    if s.lines_missed:
        yield f"Of the notes, {s.lines_missed}."
    if stale := s.stale(today):
        yield f"Tables out of date: {', '.join(stale)} (import newer ones: curette codes import)."
