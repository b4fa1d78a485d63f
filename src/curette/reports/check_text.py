"""What a biller reads after a pre-flight: findings by claim, the worst first, and what became of the batch.

Within a transaction (or a part of a very long one) the claims with the worst findings come first; transactions and
files come as they were read, so that nothing waits in memory.
"""

import textwrap
from collections.abc import Iterator
from datetime import date

from curette.checks.results import Checked
from curette.claims.billed import BilledClaim, BilledLine
from curette.findings import Finding, Severity
from curette.reports import batch, words
from curette.reports.check import CheckSummary, Group, accepted, fault, groups, spot
from curette.reports.check_words import again, amount, diagnoses, matched, patient, payer, pointed, provider
from curette.reports.layout import TIE, days, labelled, spread
from curette.reports.plain import grouped, many, printable

WIDTH = 80
_INDENT = " " * 11


def check(result: Checked, *, named: bool = False) -> Iterator[str]:
    """The findings of one transaction, claim by claim, below the name of its file (unless that is `named` above)."""
    if not named:
        yield ""
        yield printable(result.file)
    for group in groups(result):
        if group.findings:
            yield ""
            yield from _group(group)
    if result.fault is not None:
        yield ""
        yield fault(result.fault)


def _group(group: Group) -> Iterator[str]:
    billed = group.billed
    if billed is None:
        yield from spread(printable(group.heading), group.state, WIDTH)
    else:
        yield from spread(printable(group.heading), f"{group.state}, charge {grouped(billed.charge)}", WIDTH)
        yield from _claim(billed)
    for line, findings in group.by_line():
        if line is not None and billed is not None:
            yield from _line(line, billed)
        for finding in findings:
            yield from _finding(finding, told=line is not None)


def _claim(billed: BilledClaim) -> Iterator[str]:
    """Who paid for what: two or three lines below the claim's name."""
    rows = [
        ("Payer", payer(billed)),
        ("Provider", provider(billed)),
        ("Diagnoses", diagnoses(billed)),
        ("Again", again(billed)),
        ("Patient", patient(billed)),
    ]
    yield from labelled(rows, WIDTH)


def _line(line: BilledLine, billed: BilledClaim) -> Iterator[str]:
    """The line as it was billed."""
    code = words.procedure(line.qualifier, line.procedure, line.modifiers)
    left = f"  line {line.number:<3} {days(line.start, line.start):<10}  {code:<17}  {pointed(line, billed)}"
    yield from spread(left, f"{amount(line):>7} {grouped(line.charge):>12}", WIDTH)
    if line.start != line.end:
        yield f"{_INDENT}until {days(line.end, line.end)}"


def _finding(finding: Finding, *, told: bool) -> Iterator[str]:
    """Three lines or more; a line of the claim is named unless it is `told` above."""
    line = f"line {finding.line}, " if finding.line is not None and not told else ""
    yield f"  {finding.severity if finding.open else 'accepted':<8} {finding.rule.id:<16} {line}{spot(finding)}"
    also = f" (with line {', '.join(map(str, finding.related_lines))})" if finding.related_lines else ""
    yield from _wrapped(printable(finding.message) + also)
    if finding.open:
        yield from _wrapped(f"fix: {finding.rule.fix}")
    yield from _wrapped(accepted(finding))


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=_INDENT, subsequent_indent=_INDENT)


# -- the closing lines


def check_summary(summary: CheckSummary, today: date) -> Iterator[str]:
    """The closing lines; tables that are out of date by `today` are named."""
    s = summary
    yield ""
    yield (
        f"{many(s.files, 'file')}, {many(s.transactions, 'transaction')}, {many(s.claims, 'claim')}, "
        f"{many(s.lines, 'line')}, charge {grouped(s.charge)}"
    )
    if s.claims:
        yield f"clean {many(s.claims - s.held, 'claim')} {grouped(s.charge - s.held_charge)}"
        yield f"held  {many(s.held, 'claim')} {grouped(s.held_charge)}"
    yield from _beside(s)
    found = [many(s.severities[severity], severity) for severity in Severity if s.severities[severity]]
    found = [f.replace("advices", "advice") for f in found]
    yield "findings: " + (", ".join(found) if found else "none")
    if s.baseline:
        idle = s.baseline - len(s.accepted_rows)
        over = f", {s.ended:,} no longer" if s.ended else ""
        unused = f"; {many(idle, 'row')} of the baseline without a finding" if idle else ""
        yield f"accepted: {many(s.accepted, 'finding')}{over}{unused}"
    if s.hidden:
        yield f"  {many(s.hidden, 'finding')} beyond the limit of a file not listed"
    yield from _most(s)
    yield from _not_evaluated(s)
    yield from _tables(s, today)
    yield from batch.lines(s.batch.rates(today))
    if s.unreadable:
        yield f"{many(s.unreadable, 'file')} could not be read"


def _beside(s: CheckSummary) -> Iterator[str]:
    """What the claims were held against: profiles, notes, earlier claims."""
    if s.profiles:
        # lines break between profiles, never within one
        told = ", ".join(matched(profile, by).replace(" ", TIE) for profile, by in s.matched().items())
        yield from _list("payer profiles: ", told)
    if s.told_of:
        absent = f"{s.missed:,} not in the files" if s.missed else ""
        told = ", ".join(filter(None, (absent, s.lines_missed)))
        warning = f", warning: {told}" if told else ""
        yield from _list("", f"notes on {many(len(s.told_of), 'claim')}{warning}")
    if s.earlier is not None:
        claims, kept, unread = s.earlier
        missed = f", warning: {many(unread, 'claim')} left out (damaged)" if unread else ""
        yield f"history: {many(claims, 'claim')}, {many(kept, 'line')} that rules ask about{missed}"


def _most(s: CheckSummary) -> Iterator[str]:
    """The rules that spoke most, in words."""
    for at, (rule, number) in enumerate(s.rules.most_common(5)):
        yield f"{'most often: ' if not at else ' ' * 12}{number:>5,}  {rule.id:<16} {rule.name}"


def _not_evaluated(s: CheckSummary) -> Iterator[str]:
    """By what was lacking, that of which most was lacking first."""
    for needs, rules in s.lacking():
        want = f"the code in {needs}" if needs[0].isupper() else needs  # a table's edition, or a fact
        told = ", ".join(f"{rule}{TIE}{number:,}" for rule, number in rules[:_RULES])
        more = f", {len(rules) - _RULES} rules more" if len(rules) > _RULES else ""
        number = many(sum(n for _, n in rules), "time")
        yield from _list(f"not evaluated for want of {want}, {number}: ", told + more)
    if s.unlisted:
        yield f"not evaluated beyond the limit of a file: {s.unlisted:,}"


def _tables(s: CheckSummary, today: date) -> Iterator[str]:
    stale = s.stale(today)
    if s.editions:
        told = ", ".join(f"{name}{TIE}{edition}" for name, edition in s.edition_names())
        yield from _list("tables: ", told)
    if stale:
        told = ", ".join(name.replace(" ", TIE) for name in stale)
        yield from _list("tables out of date: ", f"{told} (import newer ones: curette codes import)")


_RULES = 8  # named of those that lack one thing


def _list(first: str, text: str) -> Iterator[str]:
    lines = textwrap.wrap(
        first + text, WIDTH, subsequent_indent="  ", break_on_hyphens=False, break_long_words=False
    )  # fmt: skip
    yield from (line.replace(TIE, " ") for line in lines)
