"""The page of a comparison: complete, escaped, closed to the outside, and what a browser makes of it."""

import base64
import hashlib
import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from curette.diff.answers import Resubmission
from curette.diff.model import NotCompared
from curette.reports import diff_html
from curette.reports.diff import DiffSummary
from tests.builder import ABOVE, claim
from tests.cli.run import run
from tests.conftest import ROOT
from tests.diff.edits import Segments, results
from tests.diff.test_compare import CLAIM, HI, SV1, edit
from tests.system import require_system

SET = "edi_samples/resubmitted/set"
HOSTILE = "A1<script>alert(1)</script>"


def page(old: Segments, new: Segments, *more: NotCompared, phi: bool = False) -> str:
    summary = DiffSummary()

    def taken() -> object:
        for each in (*results(old, new), *more):
            summary.take(Resubmission(each))
            yield Resubmission(each)

    return "".join(diff_html.pages("old.837", "new.837", taken(), summary, phi=phi))  # type: ignore[arg-type]


class Tags(HTMLParser):
    """Every tag, and those that are left open."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.append(tag)
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def tags(text: str) -> list[str]:
    parser = Tags()
    parser.feed(text)
    assert parser.open == []
    return parser.seen


def test_both_sides_stand_beside_each_other() -> None:
    shown = page(CLAIM, edit((SV1, "SV1*HC:99213:25*90*UN*1***1")))
    assert '<td class="old">100.00</td><td class="new">90.00 <span>(-10.00)</span></td>' in shown
    assert "line 1: 99213 25, 2026-01-04" in shown
    assert "1 claim matched, 1 changed" in shown
    assert {"section", "table", "h1", "h2", "main", "footer"} <= set(tags(shown))


def test_nothing_in_a_file_is_markup() -> None:
    new = tuple(s.replace("CLM*A1*", f"CLM*{HOSTILE}*") for s in (*ABOVE, *claim("A1", "110")))
    shown = page((*ABOVE, *claim("A1")), new, NotCompared(HOSTILE, old=True, new=False))
    assert "<script" not in shown
    assert shown.count("&lt;script&gt;") >= 3
    assert "script" not in tags(shown)


def test_nothing_comes_from_outside_and_the_style_is_the_one_that_is_allowed() -> None:
    shown = page(CLAIM, edit((HI, f"REF*G1*AUTH1|{HI}")))
    assert not re.search(r"https?:|src=|@import|url\(| on\w+=", shown)
    style = re.search(r"<style>(.*?)</style>", shown, re.S)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', shown)
    assert policy is not None
    assert f"default-src 'none'; style-src 'sha256-{digest}'" in policy[1].replace("&#39;", "'")
    assert " style=" not in shown


def test_patient_data_only_when_asked_for() -> None:
    new = tuple(s.replace("*SAMPLE*SAM*", "*CHANGED*SAM*") for s in CLAIM)
    assert "CHANGED" not in page(CLAIM, new)
    shown = page(CLAIM, new, phi=True)
    assert "CHANGED" in shown
    assert "This output holds patient data" in shown


def test_no_change_is_a_page_too() -> None:
    shown = page(CLAIM, CLAIM)
    assert "no changes" in shown
    assert "section" not in tags(shown)


@pytest.mark.slow
def test_a_browser_shows_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = require_system("chromium")
    monkeypatch.chdir(ROOT)
    path = tmp_path / "diff.html"
    files = (f"{SET}/codes_old.837", f"{SET}/codes_new.837", "--remits", f"{SET}/codes_denied.835")
    assert run("diff", *files, "--format", "html", "--output", path).code == 1
    command = [browser, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}/user", "--dump-dom"]
    done = subprocess.run([*command, path.as_uri()], capture_output=True, text=True, timeout=90, check=False)
    assert done.returncode == 0
    assert done.stdout.count("<section") == 24
    assert "Refused to apply" not in done.stderr
