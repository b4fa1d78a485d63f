"""The trend page in a real browser: opened, sorted, filtered, printed; nothing in it runs but its own script."""

import re
import subprocess
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from attrs import evolve

from curette.denials.figures import Rate
from curette.denials.trends import Cut, Figure, Heat, Taken, Trend
from curette.reports import charts, trends_html
from tests.cli.run import run
from tests.conftest import ROOT
from tests.system import require_system

EVIL = '<img src=x onerror="document.title=1">"\'</script><script>document.title="owned"</script>'


def cut(value: str, denied: int, lines: int = 1000) -> Cut:
    return Cut(
        value, lines, denied, 0, lines, denied, lines * 10000, denied * 10000, lines * 6000, denied * 6000, open=denied
    )


MONTHS = [f"2025-{n:02d}" for n in range(7, 13)] + ["2026-01", "2026-02"]
CATEGORIES = ("auth", "bundling", "mednec", "coding", "timely", "elig", "data")
TREND = Trend(
    date(2026, 3, 1), None, None, "the fee schedule", cut("", 700, 7000),
    [
        Figure("idr_claims", Rate(700, 7000, 7000), "700 of 7,000 claims", months=tuple((m, Rate(80 + 9 * n, 1000, 1000)) for n, m in enumerate(MONTHS))),
        Figure("idr_lines", Rate(5, 12, 12), "5 of 12 lines"), Figure("days_ar", 455, "x"),
        Figure("clean_claim", None, missing="no results"),
    ],
    {
        "category": [cut(c, 100 + 37 * n) for n, c in enumerate(CATEGORIES)],
        "provider": [cut(f"100000{n:04d}", 60 + n * 13) for n in range(9)] + [cut("few", 3, 12)],
        "payer": [cut("99001", 100), cut(EVIL, 160), cut("99003", 70)],
        "month": [cut(m, 80 + n) for n, m in enumerate(MONTHS)],
        "service": [cut("2025-10", 90), cut("2026-01", 90)],
    },
    heat=[Heat(m, c, (n * 7 + k * 11) % 40, 1000 * k) for n, m in enumerate(MONTHS) for k, c in enumerate(CATEGORIES)],
    taken=[Taken("99001", "2026-01", 4500)],  # the last table, behind others without a row
    names={"99001": "EXAMPLE HEALTH PLAN", EVIL: EVIL},
)  # fmt: skip


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "trends.html"
    path.write_text("".join(trends_html.page(TREND)), "utf-8")
    return path


def chromium(*arguments: str, cwd: Path) -> str:
    """What a headless browser prints."""
    command = [
        require_system("chromium"),
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={cwd}/profile",
    ]
    done = subprocess.run([*command, *arguments], cwd=cwd, capture_output=True, timeout=120, check=True)
    return done.stdout.decode()


def dom(page: Path, script: str = "") -> str:
    """The page after a user did something: a copy whose policy lets one script more run."""
    text = page.read_text("utf-8")
    if script:
        text = re.sub(r"script-src [^;]+;", "script-src 'unsafe-inline';", text)
        text = text.replace("</body>", f"<script>{script}</script></body>")
    copy = page.with_name("copy.html")
    copy.write_text(text, "utf-8")
    return chromium("--dump-dom", copy.as_uri(), cwd=page.parent)


def attributes(html: str) -> list[str]:
    """The names of all attributes of a page."""
    found: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.extend(name for name, _ in attrs)

    Reader().feed(html)
    return found


def rows(html: str, table: str) -> list[str]:
    """First cells of the rows that are seen."""
    body = html[html.index(f'id="t-{table}"') :]
    body = body[body.index("<tbody>") : body.index("</tbody>")]
    return re.findall(r"<tr><td[^>]*>([^<]*)</td>", body)


def test_the_page_stands_alone(page: Path) -> None:
    text = page.read_text("utf-8")
    assert re.findall(r"(?:src|href)=\"(?!#)[^\"]*", text) == []
    assert not re.search(r"url\(|@import|https?://", text)
    assert [name for name in attributes(text) if name == "style" or name.startswith("on")] == []
    assert "default-src 'none'; style-src 'sha256-" in text


SAMPLES = ROOT / "edi_samples"
DENIED = SAMPLES / "resubmitted/denied.835"


@pytest.mark.parametrize(
    "command",
    [
        ("check", SAMPLES / "faulty/clinic_day_faulty.837"),
        ("check", SAMPLES / "clean/clinic_day.837"),
        ("denials", DENIED),
        ("diff", SAMPLES / "resubmitted/excision_original.837", SAMPLES / "resubmitted/excision_corrected.837"),
        (),
    ],
    ids=["check", "check, nothing found", "denials", "diff", "trends"],
)
def test_headings_go_down_one_level_at_a_time(command: tuple[str | Path, ...], page: Path) -> None:
    """Who cannot see a page walks through it by them."""
    html = run(*command, "--format", "html").out if command else page.read_text("utf-8")
    levels = [int(level) for level in re.findall("<h([1-6])[ >]", html)]
    assert len(levels) > 2
    assert levels.count(1) == 1
    assert [b for a, b in zip([0, *levels], levels, strict=False) if b > a + 1] == []


def test_what_was_not_asked_for_is_not_said_to_be_nothing() -> None:
    chosen = "".join(trends_html.page(evolve(TREND, cuts={"payer": TREND.cuts["payer"]})))
    assert "Nothing is denied" not in chosen
    assert "#pareto" not in chosen
    assert "#by-month" not in chosen
    none = "".join(trends_html.page(evolve(TREND, cuts={"category": []}, heat=[])))
    assert none.count("Nothing is denied") == 2


def test_every_link_of_the_page_leads_somewhere(page: Path) -> None:
    text = page.read_text("utf-8")
    links = re.findall(r'href="#([^"]*)"', text)
    assert len(links) > 10
    assert set(links) <= set(re.findall(r' id="([^"]*)"', text))


def test_values_are_escaped(page: Path) -> None:
    text = page.read_text("utf-8")
    assert "<img" not in text
    assert text.count("<script>") == 1
    assert "&lt;img src=x onerror=" in text


@pytest.mark.slow
def test_its_script_runs_under_its_own_policy_and_nothing_else_does(page: Path) -> None:
    html = dom(page)
    assert "<title>Denials</title>" in html
    assert html.count('<button type="button">') > 20  # heads become buttons, so the hash of the script holds
    assert ">7 rows<" in html
    assert rows(html, "category") == ["data", "elig", "timely", "coding", "mednec", "bundling", "auth"]
    other = page.read_text("utf-8").replace("</body>", "<script>document.title='owned'</script></body>")
    page.with_name("other.html").write_text(other, "utf-8")
    assert "<title>Denials</title>" in chromium("--dump-dom", page.with_name("other.html").as_uri(), cwd=page.parent)


@pytest.mark.slow
def test_a_table_sorts_by_number_and_by_text(page: Path) -> None:
    click = "[...document.querySelectorAll('#t-{} th button')].find(b => b.textContent === '{}').click();"
    down = dom(page, click.format("payer", "Denied"))
    assert [value[:5] for value in rows(down, "payer")] == ["&lt;i", "99001", "99003"]
    assert 'aria-sort="descending"' in down
    up = dom(page, click.format("payer", "Denied") * 2)
    assert [value[:5] for value in rows(up, "payer")] == ["99003", "99001", "&lt;i"]
    by_name = dom(page, click.format("category", "Value"))
    assert rows(by_name, "category") == sorted(CATEGORIES)


@pytest.mark.slow
def test_a_filter_hides_rows_and_says_how_many_are_left(page: Path) -> None:
    typed = (
        "const i = document.querySelector('#category input'); i.value = 'elig'; i.dispatchEvent(new Event('input'));"
    )
    html = dom(page, typed)
    assert rows(html, "category") == ["elig"]  # the others have the attribute hidden
    assert ">1 of 7 rows<" in html


@pytest.mark.slow
def test_a_table_without_rows_takes_nothing_from_those_after_it(page: Path) -> None:
    html = dom(page)
    drills = html.split('<section class="drill"')[1:]
    empty = [">Nothing." in drill for drill in drills]
    assert True in empty
    assert False in empty[empty.index(True) :]
    assert all(bare or '<button type="button">' in drill for bare, drill in zip(empty, drills, strict=True))
    assert ">1 row<" in drills[-1]


@pytest.mark.slow
def test_paper_holds_every_column(tmp_path: Path) -> None:
    usual = evolve(TREND, cuts={**TREND.cuts, "payer": [cut("99001", 100)]})
    script = """
      const filters = [...document.querySelectorAll(".tools label")].filter((label) => label.offsetParent);
      document.title = [document.documentElement.scrollWidth, innerWidth, filters.length];
    """
    text = re.sub("<meta http-equiv[^>]*>", "", "".join(trends_html.page(usual))).replace("@media print", "@media all")
    paper = tmp_path / "paper.html"
    paper.write_text(text.replace("</body>", f"<script>{script}</script></body>"), "utf-8")
    html = chromium("--window-size=979,700", "--dump-dom", paper.as_uri(), cwd=tmp_path)  # letter, landscape
    (title,) = re.findall("<title>(.*)</title>", html)
    wide, seen, filters = map(int, title.split(","))
    assert wide < seen * 1.4  # a browser shrinks a page to two thirds and cuts off the rest
    assert filters == 0
    assert "@page { size: landscape;" in text


@pytest.mark.slow
def test_it_prints_and_fits_a_phone(page: Path) -> None:
    folder = page.parent
    chromium(f"--print-to-pdf={folder / 'out.pdf'}", "--no-pdf-header-footer", page.as_uri(), cwd=folder)
    data = (folder / "out.pdf").read_bytes()
    assert data.startswith(b"%PDF")
    assert data.count(b"/Type /Page\n") + data.count(b"/Type /Page ") >= 2
    narrow = "document.title = document.documentElement.scrollWidth <= innerWidth ? 'fits' : 'wide';"
    text = page.read_text("utf-8").replace("</body>", f"<script>{narrow}</script></body>")
    page.with_name("phone.html").write_text(re.sub(r"script-src [^;]+;", "script-src 'unsafe-inline';", text), "utf-8")
    html = chromium("--window-size=500,900", "--dump-dom", page.with_name("phone.html").as_uri(), cwd=folder)
    assert "<title>fits</title>" in html


def test_a_reader_without_sight_is_told_the_same(page: Path) -> None:
    text = page.read_text("utf-8")
    assert text.count("<svg") == len(re.findall(r'<svg[^>]+role="img" aria-label="[^"]+"', text)) > 3
    assert text.count('<th scope="col"') > 20
    assert '<html lang="en">' in text
    assert '<a class="skip" href="#main">' in text
    assert "above limits" in text  # not by colour alone


def test_shapes() -> None:
    bars = charts.pareto([("a", "A", 100), ("b", "B", 300), ("c", "C", 0)])
    assert [(b.label, b.length, b.share) for b in bars] == [("b", 420, 750), ("a", 140, 1000)]
    made = charts.spark([("1", 100), ("2", None), ("3", 0), ("4", 50)])
    assert made is not None
    assert [len(path.split()) for path in made.paths] == [1, 2]
    assert charts.spark([("1", 100), ("2", None)]) is None
    heat = charts.heat([("m", "a", 10, 5), ("m", "b", 1, 5)], ["m"], [("a", "A"), ("b", "B"), ("c", "C")])
    assert [cells[0][2] for _, _, cells in heat.rows] == [5, 1, 0]


def luminance(colour: str) -> float:
    """Of #rrggbb, as WCAG 2 has it: 0 is black, 1 is white."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", [0, 1, 2], ids=["light", "dark", "paper"])
def test_figures_of_the_heat_table_can_be_read(page: Path, scheme: int) -> None:
    roots = re.findall(r":root {(.*?)}", page.read_text("utf-8"), re.DOTALL)
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", roots[scheme]))
    if scheme == 2:
        colours["ink"] = "#000000"
    inks = {"h1": "ink", "h2": "ink", "h3": "on-h3", "h5": "on-dark"}
    for ground, ink in {**inks, "ground": "ink", "stripe": "soft"}.items():
        if ground not in colours or ink not in colours:  # written short: white paper
            continue
        low, high = sorted((luminance(colours[ground]), luminance(colours[ink])))
        assert (high + 0.05) / (low + 0.05) >= 4.5, (ground, ink)
    assert inks.keys() <= colours.keys()
    assert "td.l3 { background: var(--h3); color: var(--on-h3); }" in page.read_text("utf-8")
