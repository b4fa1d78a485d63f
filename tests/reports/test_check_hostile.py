"""A batch that means harm, through every form: nothing of it is obeyed by a spreadsheet, a browser or a terminal."""

import csv
import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests import builder as b
from tests.cli.run import Done, run
from tests.reports.test_pages import chromium

SCRIPT = '<script>document.title="owned"</script>'
FORMULA = "=cmd|'/C calc'!A0"
LINK = '=HYPERLINK("//evil","x")'
ESCAPE = "\x1b]0;owned\x07\x1b[2J"
BIDI = "\u202egpj.exe"
PATHS = "..\\..\\etc/passwd"
ABOVE = (
    *b.SUBMISSION,
    b.BILLING[0], f"NM1*85*2*{FORMULA}*****XX*1234567893", *b.BILLING[2:],
    *b.SUBSCRIBER[:2], f"NM1*IL*1*{LINK}*{SCRIPT}****MI*+1-1{ESCAPE}", *b.SUBSCRIBER[3:6],
    f"NM1*PR*2*{SCRIPT}{ESCAPE}*****PI*@SUM(1+1)",
)  # fmt: skip
RENDERING = f"NM1*82*1*<img src=x onerror=alert(1)>*{BIDI}****XX*1000000012"
NAMES = (LINK[:20], "-2+3", "<b onclick=x()>", f"x{ESCAPE}", PATHS, "\uff1d1+1", " =1+1", f"{BIDI}")


def claims() -> bytes:
    segments = [s for name in NAMES for s in b.claim(name, "100", RENDERING)]
    body = b"~\n".join(s.encode("utf-8") for s in segments).replace(b"*100***", b"*101***") + b"~\n"
    mark = b.claim_file(*ABOVE, *b.claim("MARK"))
    return mark.replace(b"CLM*MARK", body + b"CLM*MARK", 1)


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    path = tmp_path / f"=1+1 {SCRIPT.replace('/', '')}\u202e.837"
    path.write_bytes(claims())
    return path


def check(path: Path, form: str, *more: object) -> Done:
    known = path.with_name("known.csv")
    known.write_text(f"date,claim,rule,by,reason\n2026-03-01,-2+3,BAL-A,@me,{SCRIPT}{ESCAPE}\n", "utf-8")
    return run("check", path, "--format", form, "--show-phi", "--baseline", known, "--as-of", "2026-03-10", *more)


def safe(text: str) -> bool:
    return all(c.isprintable() for c in text)


def test_a_terminal_gets_text_that_prints(hostile: Path) -> None:
    done = check(hostile, "text")
    assert done.code in (1, 3), done.err
    assert [line for line in done.lines if not safe(line)] == []
    assert "x\\x1b]0;owned" in done.out


def test_json_lines_hold_escapes(hostile: Path) -> None:
    done = run("check", hostile, "--format", "jsonl", "--as-of", "2026-03-10")
    assert [line for line in done.lines if not safe(line)] == []
    assert f"x{ESCAPE}" in {json.loads(line).get("claim") for line in done.lines}


def test_no_cell_of_csv_begins_as_a_formula(hostile: Path) -> None:
    cells = [cell for row in csv.reader(check(hostile, "csv").out.splitlines()) for cell in row]
    begins = ("=", "+", "-", "@", "\t", "\r", "\uff1d")
    assert [cell for cell in cells if cell.strip(" ").startswith(begins) or not safe(cell)] == []
    assert f"'{FORMULA}" in cells
    assert "'-2+3" in cells


def test_every_text_of_the_workbook_is_text(hostile: Path, tmp_path: Path) -> None:
    check(hostile, "xlsx", "-o", tmp_path / "a.xlsx")
    cells = [cell for sheet in load_workbook(tmp_path / "a.xlsx") for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr", "n", "d"}  # no "f"
    texts = [cell.value for cell in cells if isinstance(cell.value, str)]
    assert [text for text in texts if not safe(text)] == []
    assert FORMULA in texts
    assert [cell for cell in cells if cell.hyperlink is not None] == []


def test_the_page_holds_only_its_own_tags_and_script(hostile: Path, tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    check(hostile, "html", "-o", page)
    text = page.read_text("utf-8")
    tags, attributes = set[str](), set[str]()

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            tags.add(tag)
            attributes.update(name for name, _ in attrs)

    Reader().feed(text)
    assert not tags & {"img", "iframe", "object", "a href"}
    assert not {name for name in attributes if name.startswith("on")}
    assert text.count("<script>") == 1
    assert all(c.isprintable() or c in "\n\xa0" for c in text)
    assert "&lt;script&gt;" in text
    assert "This output holds patient data" in text


@pytest.mark.slow
def test_a_browser_runs_nothing_of_it(hostile: Path, tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    check(hostile, "html", "-o", page)
    html = chromium("--dump-dom", page.as_uri(), cwd=tmp_path)
    assert "<title>Pre-flight</title>" in html
    assert "shown, " in html  # its own script did run


def test_released_files_are_named_by_digests(hostile: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run("check", hostile, "--release", out, "--as-of", "2026-03-10")
    names = [path.name for path in out.rglob("*")]
    assert names
    assert [name for name in names if not name.replace(".", "").replace("-", "").isalnum()] == []
