"""The page of a pre-flight in a real browser: opened, filtered, printed."""

import re
from datetime import date
from pathlib import Path

import pytest
from attrs import evolve

from curette import pipeline
from curette.reports.check import CheckSummary
from curette.reports.check_html import Page
from tests import builder as b
from tests.cli.run import run
from tests.conftest import ROOT
from tests.reports.test_pages import attributes, chromium, dom
from tests.running import PLAIN

FAULTY = ROOT / "edi_samples" / "faulty" / "clinic_day_faulty.837"
CLEAN = ROOT / "edi_samples" / "clean" / "clinic_day.837"
TYPED = "const f = document.querySelector('.filters'); {} f.dispatchEvent(new Event('input'));"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "check.html"
    done = run("check", FAULTY, CLEAN, "--format", "html", "--output", path, "--as-of", "2026-06-15")
    assert (done.code, done.out, done.err) == (1, "", "")
    return path


def seen(html: str) -> list[str]:
    """The claims that are shown."""
    tags = re.findall(r'<article class="claim"[^>]*>\s*<header><h3 id="c\d+">([^<]*)', html)
    hidden = re.findall(r'<article class="claim"[^>]*hidden=""[^>]*>\s*<header><h3 id="c\d+">([^<]*)', html)
    return [name for name in tags if name not in hidden]


def test_the_page_stands_alone_and_is_private(page: Path) -> None:
    text = page.read_text("utf-8")
    assert re.findall(r"(?:src|href)=\"(?!#)[^\"]*", text) == []
    assert [name for name in attributes(text) if name == "style" or name.startswith("on")] == []
    assert page.stat().st_mode & 0o777 == 0o600


def test_claims_stand_with_their_lines_and_findings_in_place(page: Path) -> None:
    text = " ".join(page.read_text("utf-8").split())
    claim = text[text.index("Claim FAULT-BAL-D") :]
    claim = claim[: claim.index("</article>")]
    assert '<span class="state bad">held</span><span class="charge">770.00</span>' in claim
    assert claim.index("BAL-D</span>") < claim.index("11604</td>") < claim.index("DERM-X10</span>")
    assert claim.index("DERM-X10</span>") < claim.index("12032</td>") < claim.index("DERM-N06</span>")
    clean = text[text.index('id="t-clean"') :]
    assert "DAY01" in clean
    assert "FAULT-BAL" not in clean[: clean.index("</table>")]


def test_it_says_what_the_claims_were_held_against(page: Path) -> None:
    text = page.read_text("utf-8")
    assert "Payer profiles: default 26 claims" in text
    assert "medicare_part_b 4 claims (filing indicator MB)" in text
    (tables,) = re.findall("Tables: (.*)[.]<", text)
    assert {"icd10cm FY2016-FY2027", "ptp 2026Q2", "mue 2026Q2"} <= set(tables.split(", "))


def test_the_worst_claims_come_first(page: Path) -> None:
    kinds = re.findall(r'data-severity="(\w+)"|(<article)', page.read_text("utf-8"))
    firsts = [kinds[n + 1][0] for n, (_, begins) in enumerate(kinds) if begins]
    assert firsts == sorted(firsts, key=("error", "warning", "advice").index)


@pytest.mark.slow
def test_it_filters_by_rule_payer_provider_severity_and_words(page: Path) -> None:
    html = dom(page)
    assert "<title>Pre-flight</title>" in html
    assert len(seen(html)) == 17
    assert seen(dom(page, TYPED.format("f.elements.rule.value = 'DERM-X10';"))) == ["Claim FAULT-BAL-D"]
    boxes = "f.querySelector('[value=error]').checked = false;"
    html = dom(page, TYPED.format(boxes))
    assert len(seen(html)) == 4 - 1
    assert ">3 of 17 shown, 4 findings: warning, advice<" in html
    assert seen(dom(page, TYPED.format("f.elements.words.value = 'fault-bal 770';"))) == [
        "Claim FAULT-BAL-B", "Claim FAULT-BAL-D",
    ]  # fmt: skip
    provider = TYPED.format("f.elements.provider.value = 'TESTCASE, MORGAN, NPI 1000000129';")
    assert len(seen(dom(page, provider))) == 2
    assert ">1 of 17 shown, 1 finding: DERM-X10<" in dom(page, TYPED.format("f.elements.rule.value = 'DERM-X10';"))
    nobody = TYPED.format("f.elements.payer.selectedIndex = 1;")
    assert len(seen(dom(page, nobody))) < 17


@pytest.mark.slow
def test_it_filters_where_no_claim_is_without_findings(tmp_path: Path) -> None:
    path, batch = tmp_path / "check.html", tmp_path / "a.837"
    batch.write_bytes(b.claim_file(*b.ABOVE, *(s.replace("CLM*B1*100", "CLM*B1*101") for s in b.claim("B1"))))
    assert run("check", batch, "--format", "html", "--output", path).code == 1
    html = dom(path)
    assert "Nothing. Held without a finding" in html
    assert '<form class="filters" aria-label="Filter claims">' in html
    assert seen(dom(path, TYPED.format("f.elements.words.value = 'nobody';"))) == []


@pytest.mark.slow
def test_it_prints_and_fits_a_phone(page: Path) -> None:
    folder = page.parent
    chromium(f"--print-to-pdf={folder / 'out.pdf'}", "--no-pdf-header-footer", page.as_uri(), cwd=folder)
    assert (folder / "out.pdf").read_bytes().startswith(b"%PDF")
    narrow = "document.title = document.documentElement.scrollWidth <= innerWidth ? 'fits' : 'wide';"
    text = re.sub(r"script-src [^;]+;", "script-src 'unsafe-inline';", page.read_text("utf-8"))
    page.with_name("phone.html").write_text(text.replace("</body>", f"<script>{narrow}</script></body>"), "utf-8")
    html = chromium("--window-size=500,900", "--dump-dom", page.with_name("phone.html").as_uri(), cwd=folder)
    assert "<title>fits</title>" in html


def test_a_long_page_says_what_it_leaves_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("curette.reports.check_html._LONGEST", 2)
    path = tmp_path / "a.837"
    bad = (s.replace("*100*", "*101*") if s.startswith("CLM") else s for n in range(3) for s in b.claim(f"B{n}"))
    path.write_bytes(b.claim_file(*b.ABOVE, *bad, *(s for n in range(5) for s in b.claim(f"A{n}"))))
    page, summary = Page(phi=False), CheckSummary()
    for result in pipeline.check(path, evolve(PLAIN, billed="all")):
        page.take(result)
        summary.take(result)
    text = "".join(page.pieces(summary, date(2026, 3, 1)))
    assert text.count("<article") == 2
    assert "1 more claim with findings: see --format csv and xlsx." in text
    assert "3 claims more." in text
