"""Maps from a user's folder are read with suspicion: each of these is refused in one line, at once."""

import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from importlib.resources.abc import Traversable
from pathlib import Path

import pytest

from curette import resources
from curette.codes.answers import answers
from curette.codes.denials import codes
from curette.codes.maps import MAX_BYTES, Maps, read
from curette.errors import MapError
from tests.conftest import ROOT

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
ROW = '<carc code="{code}" label="{label}" class="denial" category="other" sub="unspecified" source="{source}"/>'


def carcs(*rows: str) -> str:
    return HEAD + "<carcs>\n" + "\n".join(rows) + "\n</carcs>\n"


def row(code: str = "Z9", label: str = "Ours", source: str = "curette") -> str:
    return ROW.format(code=code, label=label, source=source)


def doctype(declarations: str, label: str = "x") -> bytes:
    return (HEAD + f"<!DOCTYPE carcs [{declarations}]>\n<carcs>{row(label=label)}</carcs>").encode()


LAUGHS = '<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
HOSTILE: dict[str, tuple[bytes, int]] = {
    "a file of the machine as an entity": (doctype('<!ENTITY x SYSTEM "file:///etc/passwd">', "&x;"), 2),
    "a file of the machine as a parameter entity": (doctype('<!ENTITY % p SYSTEM "file:///etc/hostname"> %p;'), 2),
    "an address as an entity": (doctype('<!ENTITY x SYSTEM "http://127.0.0.1:9/x">', "&x;"), 2),
    "entities that grow without end": (doctype(LAUGHS, "&i;"), 2),
    "one large entity many times": (doctype(f'<!ENTITY a "{"A" * 50_000}">', "&a;" * 20_000), 2),
    "an external DTD": ((HEAD + '<!DOCTYPE carcs SYSTEM "x.dtd">\n' + carcs(row())[len(HEAD) :]).encode(), 2),
    "a DOCTYPE without anything in it": (HEAD.encode() + b"<!DOCTYPE carcs>\n<carcs/>", 2),
    "XInclude": (carcs('<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="/etc/passwd"/>').encode(), 3),
    "a stylesheet": ((HEAD + '<?xml-stylesheet href="file:///x"?>\n' + carcs(row())[len(HEAD) :]).encode(), 2),
    "an instruction between rows": (carcs(row(), "<?run this?>").encode(), 4),
    "an instruction after the end": ((carcs(row()) + "<?run this?>").encode(), 5),
    "cut short": (carcs(row())[:-12].encode(), 3),
    "empty": (b"", 1),
    "blank": (b" \n ", 2),
    "not XML": (b"ISA*00*", 1),
    "another root": (HEAD.encode() + b"<map/>", 2),
    "Latin-1": (carcs(row(label="\xe9t\xe9")).encode("latin-1"), 3),
    "UTF-16": (carcs(row()).encode("utf-16"), 1),
    "a NUL": (carcs(row(label="\0")).encode(), 3),
    "an element of another map": (carcs(row(), "<rarc/>").encode(), 4),
    "an unknown attribute": (carcs(row().replace("label", "lable")).encode(), 3),
    "no label": (carcs(row(label="")).encode(), 3),
    "an unknown class": (carcs(row().replace("denial", "denied")).encode(), 3),
    "a code of another form": (carcs(row(code="12345")).encode(), 3),
    "no source": (carcs(row(source="")).encode(), 3),
    "one code twice": (carcs(row(), row("Z8"), row()).encode(), 5),
    "text between rows": (carcs(row(), "hello").encode(), 2),
    "a very deep tree": ((HEAD + "<a>" * 100_000).encode(), 2),
    "a very long attribute": (carcs(row(label="x" * (MAX_BYTES - 400))).encode(), 3),
    "too large": (b" " * (MAX_BYTES + 1), 0),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_bad_map_is_refused_in_one_line(case: str, tmp_path: Path) -> None:
    content, line = HOSTILE[case]
    refused(tmp_path / "carc.xml", content, line)


@pytest.mark.shared
def test_the_shared_bad_maps_are_refused_in_one_line(shared: Path, tmp_path: Path) -> None:
    files = sorted((shared / "faults" / "cases").glob("map-*.xml"))
    assert len(files) == 13
    for file in files:
        refused(tmp_path / file.name, file.read_bytes())


def refused(file: Path, content: bytes, line: int | None = None) -> None:
    file.write_bytes(content)
    started = time.perf_counter()
    with pytest.raises(MapError) as caught:
        read(file, "denials/carc")
    assert time.perf_counter() - started < 2
    text = str(caught.value)
    assert text.startswith(f"{file}:")
    assert text.isprintable()
    assert len(text) < len(str(file)) + 200
    assert "root:" not in text
    assert line is None or caught.value.line == line, text


def test_bad_maps_take_no_memory(tmp_path: Path) -> None:
    for at, (content, _) in enumerate(HOSTILE.values()):
        (tmp_path / f"{at}.xml").write_bytes(content)
    program = """
import sys
from pathlib import Path
from curette.codes.answers import answers
from curette.codes.denials import codes
from curette.codes.maps import read
from curette.errors import MapError
refused = 0
for file in Path(sys.argv[1]).iterdir():
    try:
        read(file, "denials/carc")
    except MapError:
        refused += 1
status = Path("/proc/self/status").read_text()
print(refused, next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))
"""
    if not Path("/proc/self/status").exists():
        pytest.skip("needs the memory figures of Linux")
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True)
    count, kilobytes = (int(word) for word in done.stdout.split())
    assert count == len(HOSTILE)
    assert kilobytes < 200 * 1024


def overlay(folder: Path, **maps: str) -> Maps:
    (folder / "denials").mkdir()
    for name, content in maps.items():
        (folder / ("sources.xml" if name == "sources" else f"denials/{name}.xml")).write_text(content, "utf-8")
    return Maps(folder)


def test_a_folder_of_the_user_is_laid_over_row_by_row(tmp_path: Path) -> None:
    built_in = Maps().rows("denials/carc")
    rows = overlay(tmp_path, carc=carcs(row("Z9"), row("50", "As our payers use it"))).rows("denials/carc")
    assert [r.key for r in rows] == [*(r.key for r in built_in), "Z9"]
    changed = next(r for r in rows if r.key == "50")
    assert (changed.get("label"), Path(changed.file).parent.parent, changed.line) == (
        "As our payers use it",
        tmp_path,
        4,
    )


def test_a_folder_of_the_user_may_bring_its_sources(tmp_path: Path) -> None:
    sources = HEAD + '<sources><source id="our-payer" kind="own" title="Letter of our payer"/></sources>'
    maps = overlay(tmp_path, carc=carcs(row(source="our-payer curette")), sources=sources)
    assert maps.rows("denials/carc")[-1].words("source") == ("our-payer", "curette")


def test_a_source_that_is_not_listed_is_refused(tmp_path: Path) -> None:
    maps = overlay(tmp_path, carc=carcs(row(), row("Z8", source="hearsay")))
    with pytest.raises(MapError, match=r"carc\.xml:4: source hearsay is not in sources\.xml"):
        maps.rows("denials/carc")


@pytest.mark.parametrize("name", ["cacr.xml", "denials/carcs.xml", "payer/acme.xml"])
def test_a_mistyped_name_is_no_success(name: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(carcs(row()), "utf-8")
    with pytest.raises(MapError, match="no map of curette has this name"):
        Maps(tmp_path)


@pytest.mark.parametrize("name", ["acme.xml", "medicaid.xml"])
def test_payer_profiles_do_not_lie_among_the_maps(name: str, tmp_path: Path) -> None:
    (tmp_path / "payers").mkdir()
    (tmp_path / "payers" / name).write_text(HEAD + "<payers/>", "utf-8")
    with pytest.raises(MapError, match=rf"{name}:1: payer profiles are not laid over with the maps"):
        Maps(tmp_path)


def test_a_broken_map_of_any_name_is_named_for_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "mine.xml").write_bytes(HOSTILE["one large entity many times"][0])
    with pytest.raises(MapError, match=r"mine\.xml:2: a DOCTYPE is not allowed"):
        Maps(tmp_path)


def test_what_cannot_be_read_is_a_map_error(tmp_path: Path) -> None:
    with pytest.raises(MapError, match="is not a folder"):
        Maps(tmp_path / "absent")
    (tmp_path / "sources.xml").mkdir()
    with pytest.raises(MapError, match=r"sources\.xml: cannot be read"):
        read(tmp_path / "sources.xml", "sources")


def test_comments_and_line_ends_do_not_matter(tmp_path: Path) -> None:
    file = tmp_path / "carc.xml"
    file.write_bytes(carcs("<!-- ours -->", row()).replace("\n", "\r\n").encode("utf-8-sig"))
    (only,) = read(file, "denials/carc")
    assert (only.key, only.tag, only.line, only.get("label"), only.get("stop")) == ("Z9", "carc", 4, "Ours", "")


def test_messages_hold_no_control_characters(tmp_path: Path) -> None:
    file = tmp_path / "carc.xml"
    file.write_text(carcs(row().replace("denial", "\x9b31m\u202edeined")), "utf-8")
    with pytest.raises(MapError) as caught:
        read(file, "denials/carc")
    assert caught.value.reason.isprintable()
    assert "?31m?" in caught.value.reason


def test_maps_are_read_from_a_zip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = tmp_path / "curette.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for file in (ROOT / "maps").rglob("*.x*"):
            packed.write(file, file.relative_to(ROOT))
    inside: Callable[[], Traversable] = lambda: zipfile.Path(archive) / "maps"  # noqa: E731
    monkeypatch.setattr(resources, "maps", inside)
    assert len(Maps().rows("denials/carc")) == 407


FAMILY = '<rules version="1"><family id="biopsy" codes="11104 {}" source="practice"/></rules>'
REPORTING = '<tables><reporting from="{0[0]}" to="{0[1]}" source="practice"/></tables>'
CHANGE = (
    '<answers><change id="ours" words="w" fields="procedure" codes="11104 {}" source="practice"/>'
    '<answer id="any" full="ours" open="o" source="practice"/></answers>'
)


@pytest.mark.parametrize(
    ("text", "right"), [("11102-11107", True), ("11107-11102", False), ("11102-J0139", False), ("J0135-J0139", True)]
)
@pytest.mark.parametrize(("name", "content"), [("rules", FAMILY), ("tables", REPORTING), ("answers", CHANGE)])
def test_a_range_that_no_code_is_in_is_refused(name: str, content: str, text: str, right: bool, tmp_path: Path) -> None:
    given = text.split("-") if name == "tables" else text
    overlay(tmp_path, **{name: content.format(given)})
    read_it: Callable[[Path], object] = answers if name == "answers" else codes
    if right:
        assert read_it(tmp_path)
    else:
        first, last = text.split("-")
        with pytest.raises(MapError, match=f"{name}.xml:1: .*{first} to {last} is not in order and of one form"):
            read_it(tmp_path)


def test_a_number_past_any_use_is_refused(tmp_path: Path) -> None:
    """A due date that far ahead would be in no calendar."""
    overlay(tmp_path, tables=f'<tables><sla id="priority" name="Soon" hours="{"9" * 7}" source="practice"/></tables>')
    with pytest.raises(MapError, match=r"tables\.xml:1: sla priority: hours is too large"):
        codes(tmp_path)
