"""The trend report's tables, of figures made by hand."""

from datetime import date

from curette.denials.figures import Rate
from curette.denials.trends import Cut, Figure, Trend
from curette.reports import trends, trends_html


def test_months_have_the_rate_of_three_beside_their_own() -> None:
    months = [
        Cut("2025-12", lines=100, denied=10), Cut("2026-01", lines=100, denied=40), Cut("2026-02", lines=200, denied=30),
        Cut("2026-03", lines=20, denied=2),
    ]  # fmt: skip
    every = Cut("", lines=420, denied=82)
    report = Trend(date(2026, 4, 1), None, None, "", every, (), {"month": months, "payer": months, "service": months})
    for by, wanted in (("month", ["", "", "20.0", "22.5"]), ("service", ["", "", "20.0", "22.5"]), ("payer", [""] * 4)):
        table = trends.cut(report, by)
        at = [column.key for column in table.columns].index("three_months_pct")
        assert sorted(rate.percent if isinstance(rate := row[at], Rate) else "" for row in table.rows) == sorted(
            wanted
        ), by


def test_a_month_without_anything_is_a_gap_in_the_line_of_a_card() -> None:
    months = [
        (name, Rate(part, 100, 100))
        for name, part in (("2025-12", 10), ("2026-01", 20), ("2026-04", 30), ("2026-05", 5))
    ]
    figure = Figure("idr_lines", Rate(65, 400, 400), months=tuple(months))
    report = Trend(date(2026, 6, 1), None, None, "", Cut("", claims=1, lines=2), (figure,), {})
    page = "".join(trends_html.page(report))
    assert page.count('class="spark"') == 2  # December and January, April and May
    assert trends.head(report).startswith(
        "Denials as of 2026-06-01, first answers of all time: 1 claim, 2 lines, 0 denied"
    )
