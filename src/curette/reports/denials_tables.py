"""What payers did with each line, as tables: for spreadsheets, and as a page that stands alone."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from curette.codes.denials import carc, codes
from curette.denials.facts import Override
from curette.denials.lines import DenialLine
from curette.denials.outcomes import Outcome
from curette.denials.totals import Totals
from curette.money import count, decimal
from curette.reports import html
from curette.reports.tables import Column, Kind, Table, Value
from curette.reports.trends_html import grid

C = Column
Row = tuple[Value, ...]
# the keys of JSON lines; see CONTRACTS
COLUMNS = (
    C("file", "File", Kind.CODE), C("payer", "Payer", Kind.TEXT), C("payer_id", "Payer id", Kind.CODE),
    C("trace", "Payment", Kind.CODE), C("payment_date", "Paid on", Kind.DATE), C("claim", "Claim", Kind.CODE),
    C("payer_claim", "Payer's number", Kind.CODE), C("claim_status", "Status", Kind.CODE),
    C("line_control", "Line number", Kind.CODE), C("line", "Line", Kind.COUNT), C("service_date", "Service", Kind.DATE),
    C("procedure", "Procedure", Kind.CODE), C("modifiers", "Modifiers", Kind.CODE), C("units", "Units", Kind.CODE),
    C("submitted", "Billed as", Kind.CODE), C("charge", "Charge", Kind.MONEY), C("allowed", "Allowed", Kind.MONEY),
    C("paid", "Paid", Kind.MONEY), C("denied", "Denied", Kind.MONEY),
    C("patient_responsibility", "Patient", Kind.MONEY), C("contractual", "Contractual", Kind.MONEY),
    C("scope", "As payer", Kind.CODE), C("outcome", "Outcome", Kind.CODE), C("group", "Group", Kind.CODE),
    C("carc", "Reason", Kind.CODE), C("rarcs", "Remarks", Kind.CODE), C("adjustments", "Adjustments", Kind.CODE),
    C("derm_category", "Cause", Kind.CODE), C("derm_sub", "Cause in detail", Kind.CODE),
    C("general_category", "Category", Kind.CODE), C("general_sub", "Category in detail", Kind.CODE),
    C("rule", "Rule", Kind.CODE), C("confidence", "Confidence", Kind.CODE), C("action", "What to do", Kind.TEXT),
    C("sla", "How soon", Kind.TEXT), C("due", "Due", Kind.DATE), C("linked", "Found among billed", Kind.CODE),
    C("matched_by", "Found by", Kind.CODE), C("ndc", "NDC", Kind.CODE), C("diagnoses", "Diagnoses", Kind.CODE),
    C("rendering", "Provider", Kind.CODE), C("billing", "Payee", Kind.CODE), C("location", "Place", Kind.CODE),
    C("unknown_codes", "Unknown codes", Kind.TEXT), C("warnings", "Notes", Kind.TEXT),
    C("merged", "Made of lines", Kind.CODE), C("authorized", "Authorisation sent", Kind.CODE),
    C("overridden", "The tables said", Kind.TEXT),
)  # fmt: skip
_ON_A_PAGE = (
    "due", "claim", "line", "procedure", "modifiers", "denied", "group", "carc", "rarcs", "derm_category", "action",
    "sla", "payer", "service_date", "payment_date", "charge", "paid", "outcome", "general_category",
    "rendering", "rule",
)  # fmt: skip


def values(row: DenialLine) -> Row:
    """The values of one line, in the order of COLUMNS; lists are words with blanks between them."""
    remit, claim, service, denial, billed = row.remit, row.claim, row.line, row.denial, row.billed
    return (
        remit.transaction.file, remit.payer_name, remit.payer_id, remit.trace, remit.payment_date, claim.control_number,
        claim.payer_claim, claim.status, service.control_number if service else None,
        service.number if service else None, row.service_date, service.procedure if service else None,
        " ".join(service.modifiers) if service else None, count(service.units) if service else None, row.billed_code,
        row.charge, row.allowed, row.paid, denial.denied, denial.patient_responsibility, denial.contractual, row.scope,
        str(denial.outcome), denial.group, denial.carc, " ".join(denial.rarcs),
        " ".join(f"{group or '?'}-{code} {decimal(amount)}" for group, code, amount, _ in row.adjustments),
        denial.derm_category, denial.derm_sub, denial.general_category, denial.general_sub, denial.rule,
        str(denial.confidence), denial.action, denial.sla, row.due, _YES[billed is not None],
        row.found.by if row.found else None, billed.ndc if billed else None,
        " ".join(billed.diagnoses) if billed else None, row.rendering, row.billing,
        billed.place_of_service if billed else claim.place_of_service, ", ".join(denial.unknown),
        " ".join(denial.warnings), " ".join(str(part.number) for part in row.parts),
        _YES[billed.authorized] if billed else None, _overridden(denial.override),
    )  # fmt: skip


_YES = {True: "yes", False: "no"}


def _overridden(found: Override | None) -> str | None:
    """What the tables had said where a person said otherwise: rule, category, cause."""
    if found is None:
        return None
    return " ".join(said for said in (found.rule, found.general_category, found.derm_category) if said)


def not_paid(row: DenialLine) -> Row | None:
    """The values of a line that was not simply paid."""
    return None if row.denial.outcome is Outcome.PAID else values(row)


def lines(rows: Sequence[Row]) -> Table:
    """One row a service line."""
    return Table("denial_lines", "Lines", COLUMNS, rows)


def cuts(totals: Totals) -> Iterator[Table]:
    """What was denied, by category, cause and reason, the most money first."""
    names = {category.id: category.name for category in codes().categories.values()}
    yield _cut("category", "Categories", totals.categories, totals.category_money, names)
    yield _cut("cause", "Causes in dermatology", totals.causes, totals.cause_money, names)
    reasons = Counter({"-".join(reason): number for reason, number in totals.reasons.items()})
    money = Counter({"-".join(reason): amount for reason, amount in totals.reason_money.items()})
    labels = {"-".join(reason): known.label for reason in totals.reasons if (known := carc(reason[1]))}
    yield _cut("reason", "Reasons", reasons, money, labels)


def page(rows: Sequence[Row], totals: Totals, head: Iterable[str]) -> Iterator[str]:
    """Lines that were not simply paid, and what they come to."""
    at = [lines(()).column(key) for key in _ON_A_PAGE]
    shown = [tuple(row[place] for place in at) for row in rows]
    table = Table("denial_lines", "Lines that were not simply paid", tuple(COLUMNS[place] for place in at), shown)
    grids = [grid(made) for made in (*cuts(totals), table)]
    yield from html.page(
        "list.html", styles=("trends.css",), scripts=("tables.js",), title="Denials", heads=list(head), grids=grids
    )


def _cut(id: str, title: str, numbers: Counter[str], money: Counter[str], labels: Mapping[str, str]) -> Table:
    columns = (
        C(id, title, Kind.CODE), C("label", "In words", Kind.TEXT), C("lines", "Lines", Kind.COUNT),
        C("denied", "Denied", Kind.MONEY),
    )  # fmt: skip
    found = sorted(numbers, key=lambda name: (-money[name], name))
    return Table(id, title, columns, [(name, labels.get(name), numbers[name], money[name]) for name in found])
