"""The worklist as a table: what to do first, by when, for how much."""

import textwrap
from collections.abc import Iterator, Sequence
from datetime import date

from attrs import evolve

from curette.codes.denials import codes
from curette.codes.metrics import measures
from curette.denials.worklist import Task, summary
from curette.money import decimal
from curette.reports import html, tables_text
from curette.reports.plain import grouped, many
from curette.reports.tables import Column, Kind, Table
from curette.reports.trends_html import grid

C = Column
_COLUMNS = (
    C("due", "Due", Kind.DATE, 0), C("state", "State", Kind.CODE, 0), C("denied", "Money", Kind.MONEY, 0),
    C("claim", "Claim", Kind.CODE, 0), C("line", "Line", Kind.COUNT, 2), C("procedure", "Procedure", Kind.CODE, 1),
    C("modifiers", "Modifiers", Kind.CODE, 4), C("service_date", "Service", Kind.DATE, 3),
    C("payer", "Payer", Kind.CODE, 6), C("payer_name", "Payer name", Kind.TEXT, 2),
    C("payer_claim", "Payer's number", Kind.CODE, 7), C("payment_date", "Answered", Kind.DATE, 4),
    C("reason", "Reason", Kind.CODE, 1), C("rarcs", "Remarks", Kind.CODE, 5),
    C("general_category", "Category", Kind.CODE, 5), C("derm_category", "Cause", Kind.CODE, 3),
    C("sla", "How soon", Kind.TEXT, 7), C("action", "What to do", Kind.TEXT, 1, below=True),
    C("evidence", "At hand", Kind.TEXT, 6), C("corrected_by", "Correct by", Kind.DATE, 4),
    C("appeal_by", "Appeal by", Kind.DATE, 4), C("sent_again", "Sent again", Kind.DATE, 5),
    C("rendering", "Provider", Kind.CODE, 6), C("location", "Place", Kind.CODE, 8),
    C("line_control", "Line number", Kind.CODE, 9), C("rule", "Rule", Kind.CODE, 8),
    C("confidence", "Confidence", Kind.CODE, 8),
)  # fmt: skip


def table(tasks: Sequence[Task]) -> Table:
    """One row a task."""
    slas, evidence = codes().slas, measures().evidence
    rows = [
        (
            t.due, t.state, t.money, t.claim, t.line, t.procedure, " ".join(t.modifiers), t.service_date, t.payer,
            t.payer_name, t.payer_claim, t.answered, t.reason, " ".join(t.rarcs), t.category, t.cause,
            slas.get(t.sla, t.sla), t.action, evidence.get(t.cause, ""), t.corrected_by, t.appeal_by, t.sent_again,
            t.rendering, t.location, t.control, t.rule, t.confidence,
        )
        for t in tasks
    ]  # fmt: skip
    return Table("worklist", "Worklist", _COLUMNS, rows)


def head(tasks: Sequence[Task], as_of: date) -> str:
    """The worklist in one line."""
    found = summary(tasks)
    parts = [
        f"{found[s][0]:,} {s} ({grouped(found[s][1])})" for s in ("overdue", "today", "later", "waiting") if s in found
    ]
    return f"Worklist as of {as_of}: {many(len(tasks), 'task')}" + (f": {', '.join(parts)}" if parts else "")


def text(tasks: Sequence[Task], as_of: date, width: int) -> Iterator[str]:
    """The worklist for a terminal."""
    yield from textwrap.wrap(head(tasks, as_of), width)
    if tasks:
        yield from tables_text.table(table(tasks), width)


def record(tasks: Sequence[Task], as_of: date) -> dict[str, object]:
    """The closing record of JSON lines."""
    states = {state: {"tasks": number, "money": decimal(money)} for state, (number, money) in summary(tasks).items()}
    return {"type": "summary", "as_of": as_of.isoformat(), "tasks": len(tasks), "states": states}


def page(tasks: Sequence[Task], as_of: date) -> Iterator[str]:
    """The worklist as one page of HTML."""
    yield from html.page(
        "list.html",
        styles=("trends.css", "list.css"),
        scripts=("tables.js",),
        title="Worklist",
        heads=[f"{head(tasks, as_of)}."],
        grids=[grid(_by_rank(table(tasks)))],
    )


def _by_rank(made: Table) -> Table:
    """What matters most stands first: a screen shows less than half of the columns at once."""
    order = sorted(range(len(made.columns)), key=lambda at: made.columns[at].rank)
    rows = [tuple(row[at] for at in order) for row in made.rows]
    return evolve(made, columns=tuple(made.columns[at] for at in order), rows=rows)
