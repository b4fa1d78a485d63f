"""The trend report as one page of HTML that needs nothing but itself."""

from collections.abc import Iterator

from attrs import frozen

from curette.codes.metrics import measures
from curette.denials.figures import Rate, months_between
from curette.denials.trends import Figure, Trend
from curette.reports import charts, html, trends
from curette.reports.plain import grouped
from curette.reports.tables import Kind, Table, Value, order, shown

_CARDS = (
    "idr_claims",
    "idr_lines",
    "idr_dollars",
    "first_pass_paid",
    "overturn",
    "patient_liable",
    "days_to_pay",
    "days_ar",
)
_LONGEST = 2000  # rows of a table in a page; the others are in the other forms
_MONTHS, _CARD_MONTHS = 18, 24  # of the heat table, and of the line in a card


@frozen
class _Card:
    name: str
    value: str
    detail: str
    state: str
    guides: str
    spark: charts.Spark | None


@frozen
class _Cell:
    text: str
    order: int | str
    style: str


@frozen
class Grid:
    """A table as the page has it."""

    id: str
    title: str
    note: str
    heads: tuple[tuple[str, bool], ...]  # title, whether a number
    rows: tuple[tuple[_Cell, ...], ...]
    left: int


def page(trend: Trend) -> Iterator[str]:
    """The page in pieces."""
    tables = [grid(table) for table in trends.tables(trend) if table.id != "heat"]
    named = trends.namer(trend, "category")
    categories = sorted(trend.cuts.get("category", ()), key=lambda c: -c.denied_charge)
    yield from html.page(
        "trends.html",
        styles=("trends.css",),
        scripts=("tables.js",),
        title="Denials",
        head=trends.head(trend),
        trend=trend,
        cards=[_card(figure) for name in _CARDS for figure in trend.figures if figure.metric == name],
        pareto=charts.pareto([(c.value, named(c.value), c.denied_charge) for c in categories]),
        heat=_heat(trend, [c.value for c in categories]),
        comparisons=[(by, trends.TITLES[by], _compare(trend, by)) for by in ("provider", "payer") if by in trend.cuts],
        tables=tables,
        grouped=grouped,
    )


def _card(figure: Figure) -> _Card:
    metric = measures().metrics[figure.metric]
    told = {month: value.permille if isinstance(value, Rate) else value for month, value in figure.months}
    months = months_between(min(told), max(told)) if told else []  # one without anything is a gap
    return _Card(
        metric.name,
        trends.figure_words(metric, figure),
        figure.detail,
        trends.state(figure),
        "; ".join(benchmark.words for benchmark in metric.benchmarks),
        charts.spark([(month, told.get(month)) for month in months[-_CARD_MONTHS:]]),
    )


def _compare(trend: Trend, by: str) -> charts.Comparison | None:
    name = trends.namer(trend, by)
    groups = [(c.value or "not known", name(c.value), c.line_rate, c.within(trend.every)) for c in trend.cuts[by]]
    return charts.compare(groups)


def _heat(trend: Trend, categories: list[str]) -> charts.HeatMap | None:
    if not trend.heat:
        return None
    months = months_between(min(h.month for h in trend.heat), max(h.month for h in trend.heat))[-_MONTHS:]
    name = trends.namer(trend, "category")
    cells = [(h.month, h.category, h.denied, h.denied_charge) for h in trend.heat if h.month in months]
    return charts.heat(cells, months, [(c, name(c) or c) for c in categories])


def grid(table: Table) -> Grid:
    """A table for tables.html: only the columns that hold something."""
    used = [at for at in range(len(table.columns)) if any(row[at] not in (None, "") for row in table.rows)]
    rows = table.rows[:_LONGEST]
    return Grid(
        table.id,
        table.title,
        table.note,
        tuple((table.columns[at].title, table.columns[at].kind.number) for at in used),
        tuple(tuple(_cell(table.columns[at].kind, row[at]) for at in used) for row in rows),
        len(table.rows) - len(rows),
    )


def _cell(kind: Kind, value: Value) -> _Cell:
    style = "n" if kind.number else "t" if kind is Kind.TEXT else "c"
    if value in ("above", "overdue"):
        style = "bad"
    elif value in ("below",):
        style = "good"
    elif value == "filling up":
        style = "warn"
    text = shown(kind, value)
    return _Cell(text, order(kind, value) if value is not None else "", style)
