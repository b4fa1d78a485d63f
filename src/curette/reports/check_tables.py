"""A pre-flight as tables: one row a claim and one a finding, for CSV (both in one list) and Excel (a sheet each).

CSV has a column `row` that says what a row is: claim, finding or fault; a claim's findings follow it. Columns that hold
patient data, present only where it was asked for, have names that begin with `phi_`.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from attrs import define, field

from curette.checks.results import Checked
from curette.claims.billed import BilledClaim, BilledLine
from curette.codes.denials import codes
from curette.findings import Finding, Severity
from curette.reports import batch, words
from curette.reports.billed_text import icd
from curette.reports.check import CheckSummary, Group, accepted, fault, groups, status
from curette.reports.check_words import amount, pointed
from curette.reports.show import PHI
from curette.reports.tables import Column, Kind, Table, Value
from curette.rules.batch import KINDS, percent

C = Column
_BOTH = (
    C("file", "File", Kind.CODE), C("transaction", "Transaction", Kind.CODE), C("claim", "Claim", Kind.CODE),
    C("state", "State", Kind.CODE), C("payer", "Payer", Kind.CODE), C("payer_name", "Payer name"),
    C("billing_npi", "Billing NPI", Kind.CODE), C("billing", "Billing"),
    C("rendering_npi", "Rendering NPI", Kind.CODE), C("rendering", "Rendering"),
)  # fmt: skip
_CLAIM = (
    C("from", "From", Kind.DATE), C("to", "To", Kind.DATE), C("place", "Place", Kind.CODE),
    C("frequency", "Frequency", Kind.CODE), C("original", "Replaces", Kind.CODE),
    C("diagnoses", "Diagnoses", Kind.CODE), C("lines", "Lines", Kind.COUNT), C("charge", "Charge", Kind.MONEY),
    C("errors", "Errors", Kind.COUNT), C("warnings", "Warnings", Kind.COUNT), C("advice", "Advice", Kind.COUNT),
    C("accepted", "Accepted", Kind.COUNT),
)  # fmt: skip
_FINDING = (
    C("severity", "Severity", Kind.CODE), C("status", "Status", Kind.CODE), C("rule", "Rule", Kind.CODE),
    C("name", "Name", Kind.CODE), C("message", "What is wrong"), C("fix", "What to do"), C("acceptance", "Accepted"),
    C("line", "Line", Kind.COUNT), C("related_lines", "With lines", Kind.CODE), C("day", "Service", Kind.DATE),
    C("procedure", "Procedure", Kind.CODE), C("pointers", "Points at", Kind.CODE), C("units", "Units", Kind.CODE),
    C("line_charge", "Line charge", Kind.MONEY), C("confidence", "Confidence", Kind.CODE),
    C("snip", "SNIP", Kind.COUNT), C("segment_index", "Segment number", Kind.COUNT),
    C("segment", "Segment", Kind.CODE), C("element", "Element", Kind.COUNT),
    C("component", "Component", Kind.COUNT), C("offset", "Byte", Kind.COUNT),
)  # fmt: skip
_PATIENT = (
    C("phi_patient", "Patient (PHI)"), C("phi_born", "Born (PHI)", Kind.CODE),
    C("phi_member", "Member (PHI)", Kind.CODE),
)  # fmt: skip
Row = dict[str, Value]


def records(result: Checked) -> Iterator[Row]:
    """The rows of a result by the keys of their columns: each claim, then its findings; faults last."""
    for group in groups(result):
        above = _both(result, group)
        if group.billed is not None or group.unread:
            yield {"row": "claim"} | above | _claim(group.billed, group.findings)
        lines = {id(f): line for line, found in group.by_line() for f in found}
        for finding in group.findings:
            yield {"row": "finding"} | above | _finding(finding, lines[id(finding)], group.billed)
    if result.fault is not None:
        yield {"row": "fault", "file": result.file, "message": fault(result.fault)}


def _both(result: Checked, group: Group) -> Row:
    billed = group.billed
    number = next((f.place.transaction for f in group.findings), None)
    made: Row = {"file": result.file, "transaction": number, "claim": group.name, "state": group.state}
    if billed is not None:
        rendering, patient = billed.rendering, billed.patient
        made |= {
            "payer": billed.payer.id, "payer_name": billed.payer.name,
            "billing_npi": billed.billing.id, "billing": billed.billing.name,
            "rendering_npi": rendering.id if rendering else None, "rendering": rendering.name if rendering else None,
        }  # fmt: skip
        if patient is not None:
            made |= {"phi_patient": patient.name, "phi_born": patient.born, "phi_member": patient.member}
    return made


def _claim(billed: BilledClaim | None, findings: Iterable[Finding]) -> Row:
    found = list(findings)
    counts = {s: sum(f.open and f.severity == s for f in found) for s in ("error", "warning", "advice")}
    made: Row = {
        "errors": counts["error"], "warnings": counts["warning"], "advice": counts["advice"],
        "accepted": sum(not f.open for f in found),
    }  # fmt: skip
    if billed is None:
        return made
    return made | {
        "from": billed.start, "to": billed.end, "place": billed.place_of_service, "frequency": billed.frequency,
        "original": billed.original_reference, "diagnoses": " ".join(icd(d) for d in billed.diagnoses),
        "lines": len(billed.lines), "charge": billed.charge,
    }  # fmt: skip


def _finding(finding: Finding, line: BilledLine | None, billed: BilledClaim | None) -> Row:
    rule, place = finding.rule, finding.place
    made: Row = {
        "severity": str(finding.severity), "status": status(finding), "rule": rule.id, "name": rule.name,
        "message": finding.message, "fix": rule.fix, "acceptance": accepted(finding), "line": finding.line,
        "related_lines": " ".join(map(str, finding.related_lines)), "confidence": str(finding.confidence),
        "snip": rule.snip, "segment_index": place.segment_index, "segment": place.segment, "element": place.element,
        "component": place.component, "offset": place.offset,
    }  # fmt: skip
    if line is not None and billed is not None:
        made |= {
            "day": line.start, "procedure": words.procedure(line.qualifier, line.procedure, line.modifiers),
            "pointers": pointed(line, billed), "units": amount(line), "line_charge": line.charge,
        }  # fmt: skip
    return made


def _columns(phi: bool, *own: tuple[Column, ...]) -> tuple[Column, ...]:
    return (*_BOTH, *(column for columns in own for column in columns), *(_PATIENT if phi else ()))


def listed(rows: Iterable[Row], *, phi: bool) -> Table:
    """Rows of every sort in one list."""
    return _table("check", "Check", (C("row", "Row", Kind.CODE), *_columns(phi, _CLAIM, _FINDING)), rows)


def _table(id: str, title: str, columns: tuple[Column, ...], rows: Iterable[Row]) -> Table:
    keys = [column.key for column in columns]
    return Table(id, title, columns, [tuple(row.get(key) for key in keys) for row in rows])


# -- a workbook


@define
class Sheets:
    """What a workbook holds; the rows of a run are kept, since a sheet's head says how many there are."""

    phi: bool
    claims: list[Row] = field(factory=list)
    findings: list[Row] = field(factory=list)

    def take(self, result: Checked) -> None:
        """One more result."""
        for row in records(result):
            (self.claims if row["row"] == "claim" else self.findings).append(row)

    def tables(self, summary: CheckSummary, today: date) -> Iterator[Table]:
        """A summary, a row a claim, a row a finding (or a fault), and what could not be looked at."""
        yield summed(summary, today, phi=self.phi)
        yield _table("claims", "Claims", _columns(self.phi, _CLAIM), self.claims)
        yield _table("findings", "Findings", _columns(self.phi, _FINDING), self.findings)
        yield rules(summary)
        yield lacking(summary)
        if (table := rates(summary, today)).rows:
            yield table


def summed(summary: CheckSummary, today: date, *, phi: bool) -> Table:
    """The run in figures."""
    s = summary
    rows: list[tuple[Value, ...]] = [(PHI, None, None)] if phi else []
    rows += [
        ("As of", str(today), None), ("Files", s.files, None), ("Transactions", s.transactions, None),
        ("Claims", s.claims, s.charge), ("Clean", s.claims - s.held, s.charge - s.held_charge),
        ("Held", s.held, s.held_charge), ("Lines", s.lines, None),
        *((f"Findings: {severity}", s.severities[severity], None) for severity in Severity),
        ("Findings accepted", s.accepted, None), ("Findings beyond the limit of a file", s.hidden, None),
        ("Files that could not be read", s.unreadable, None), ("Faults of curette", s.faults, None),
    ]  # fmt: skip
    for name, by in s.matched().items():
        rows += [(f"Payer profile {name}{f': {row}' if row else ''}", claims, None) for row, claims in by.items()]
    rows += [(f"Table {name}", edition, None) for name, edition in s.edition_names()]
    rows += [(f"Out of date: {name}", None, None) for name in s.stale(today)]
    columns = (C("what", "What"), C("number", "Number", Kind.COUNT), C("charge", "Charge", Kind.MONEY))
    return Table("summary", "Summary", columns, rows)


def rules(summary: CheckSummary) -> Table:
    """Which rules spoke, how often, and which denials they prevent."""
    columns = (
        C("rule", "Rule", Kind.CODE), C("name", "Name", Kind.CODE), C("findings", "Findings", Kind.COUNT),
        C("prevents", "Prevents"), C("fix", "What to do"),
    )  # fmt: skip
    rows = [
        (rule.id, rule.name, number, ", ".join(map(_category, rule.prevents)), rule.fix)
        for rule, number in summary.rules.most_common()
    ]
    return Table("rules", "Rules that spoke", columns, rows)


def _category(id: str) -> str:
    found = codes().categories.get(id)
    return found.name if found is not None else id


def lacking(summary: CheckSummary) -> Table:
    """What could not be looked at, and for want of what."""
    columns = (C("needs", "For want of", Kind.TEXT), C("rule", "Rule", Kind.CODE), C("times", "Times", Kind.COUNT))
    rows = [(needs, rule, times) for needs, rules_ in summary.lacking() for rule, times in rules_]
    return Table("lacking", "Not evaluated", columns, rows)


def rates(summary: CheckSummary, today: date) -> Table:
    """The rates over the batch, each provider or pair beside all of them and beside what is said elsewhere."""
    columns = (
        C("rule", "Rule", Kind.CODE), C("rate", "Rate of"), C("who", "Provider or pair", Kind.CODE),
        C("count", "Count", Kind.COUNT), C("of", "Of", Kind.COUNT), C("percent", "Rate", Kind.PERCENT),
        C("all_percent", "Rate of all", Kind.PERCENT), C("from", "From", Kind.CODE), C("to", "To", Kind.CODE),
        C("benchmarks", "Benchmark"),
    )  # fmt: skip
    found = summary.batch.rates(today)
    rows = [
        (
            KINDS[one.kind].rule, KINDS[one.kind].title, one.who, one.count, one.of, _tenths(one.count, one.of),
            _tenths(one.all_count, one.all_of), one.first, one.last,
            "; ".join(map(batch.beside, KINDS[one.kind].benchmarks)),
        )
        for one in found
    ]  # fmt: skip
    return Table("rates", "Rates over the batch", columns, rows, "To compare, not limits.")


def _tenths(count: int, of: int) -> int:
    return int(percent(count, of).replace(".", ""))
