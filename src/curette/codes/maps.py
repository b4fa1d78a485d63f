"""Maps: the tables of curette as XML under maps/, each held to its schema every time it is read.

A map may come from a user's own folder, so it is read with suspicion: UTF-8 only, no DOCTYPE (hence no entities
and nothing outside the file), no processing instructions, XInclude never followed, a bounded size, and the schema
decides what may stand in it. Whatever is wrong becomes one MapError that names the file and the line. This is the
only module that knows lxml; others see `Row`s. (Its elements are Any here: the stubs of lxml have no line numbers.)
"""

from collections.abc import Iterator
from datetime import date
from functools import cache, cached_property
from hashlib import sha256
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from lxml import etree

from curette import resources
from curette._records import record
from curette.codes.ranges import CodeRange
from curette.errors import MapError

MAX_BYTES = 8 * 1024 * 1024  # the largest built-in map has a twentieth of it
_MAX_REASON = 160
_DIGITS = 6


@record
class Row:
    """One element of a map: its attributes, its text and the elements in it, and where it stands."""

    tag: str
    file: str
    line: int
    values: dict[str, str]
    text: str
    rows: tuple["Row", ...]

    @property
    def key(self) -> str:
        """What names the row among its like: its code, else its id; empty for rows without either."""
        return self.values.get("code") or self.values.get("id") or ""

    def get(self, name: str) -> str:
        """An attribute, empty where it is absent."""
        return self.values.get(name, "")

    def words(self, name: str) -> tuple[str, ...]:
        """An attribute that holds a list separated by blanks."""
        return tuple(self.values.get(name, "").split())

    def ranges(self, name: str) -> tuple[CodeRange, ...]:
        """An attribute that holds codes and ranges of them (11102-11107)."""
        parts = (text.partition("-") for text in self.words(name))
        return tuple(self.range(first, last or first) for first, _, last in parts)

    def range(self, first: str, last: str) -> CodeRange:
        """The codes from `first` to `last`; MapError where that is none, which would be passed over in silence."""
        found = CodeRange(first, last)
        if first not in found or last not in found:
            raise self.error(f"{self.tag} {self.key}: {first} to {last} is not in order and of one form")
        return found

    def day(self, name: str) -> date | None:
        """An attribute that is a date, None where it is absent; MapError for what a schema lets pass and is none."""
        text = self.values.get(name)
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:  # the schema lets a time zone or a five-digit year pass
            raise self.error(f"{self.tag} {self.key}: {name} is not a plain date") from None

    def number(self, name: str) -> int | None:
        """An attribute that is a whole number, None where it is absent; MapError for one past any use: the schemas know
        no largest one, and a day that many days ahead would be in no calendar.
        """
        text = self.values.get(name)
        if text and len(text) > _DIGITS:
            raise self.error(f"{self.tag} {self.key}: {name} is too large")
        return int(text) if text else None

    def error(self, reason: str) -> MapError:
        """What to raise when this row is wrong."""
        return MapError(self.file, self.line, _one_line(reason))


class Maps:
    """The built-in maps, with a user's folder of the same layout laid over them row by row.

    A row of the user's replaces the built-in row of the same kind and code (or id); a new one is added.
    """

    def __init__(self, overlay: Path | None = None) -> None:
        self.overlay = overlay
        if overlay is not None:
            _check_folder(overlay)

    def rows(self, name: str) -> tuple[Row, ...]:
        """The rows of a map ("denials/carc"), in order; MapError when it breaks its schema or names no known source."""
        rows = self._laid_over(name)
        for row in rows:
            self._check_sources(row)
        return rows

    def folder(self, name: str, own: Path | None = None) -> tuple[Row, ...]:
        """The rows of every file of a folder whose files are all of one kind ("payers"), by file name; `own` is a
        user's folder to read instead of the built-in one.
        """
        if own is not None and not own.is_dir():
            raise MapError(str(own), 0, "is not a folder")
        files = sorted((own or resources.maps() / name).iterdir(), key=lambda file: file.name)
        rows = tuple(row for file in files if file.name.lower().endswith(".xml") for row in read(file, name))
        if not rows:
            raise MapError(str(own), 0, f"holds no file of {name} (*.xml)")
        for row in rows:
            self._check_sources(row)
        return rows

    def digest(self, *names: str) -> str:
        """Twelve hexadecimal digits that tell one state of these maps, with what is laid over them, from another."""
        found = sha256()
        for name in names:
            found.update(_bytes(resources.maps() / f"{name}.xml"))
            if self.overlay is not None and (own := self.overlay / f"{name}.xml").is_file():
                found.update(_bytes(own))
        return found.hexdigest()[:12]

    @cached_property
    def sources(self) -> frozenset[str]:
        """The ids that a row may name as its source."""
        return frozenset(row.key for row in self._laid_over("sources") if row.tag == "source")

    def _laid_over(self, name: str) -> tuple[Row, ...]:
        rows = read(resources.maps() / f"{name}.xml", name)
        if self.overlay is None or not (own := self.overlay / f"{name}.xml").is_file():
            return rows
        merged = {(row.tag, row.key or str(row.line)): row for row in rows}
        merged |= {(row.tag, row.key or f"{own}:{row.line}"): row for row in read(own, name)}
        return tuple(merged.values())

    def _check_sources(self, row: Row) -> None:
        for source in (*row.words("source"), *row.words("between")):
            if source not in self.sources:
                raise row.error(f"source {source} is not in sources.xml")
        for inner in row.rows:
            self._check_sources(inner)


def read(file: Traversable, name: str) -> tuple[Row, ...]:
    """The rows of one file, held to the schema of the map `name`; MapError says what is wrong and on which line."""
    root = _parse(file)
    schema = _schema(name)
    if not schema.validate(root):
        fault = schema.error_log[0]
        unknown_root = fault.type_name == "SCHEMAV_CVC_ELT_1"
        reason = f"<{root.tag}> is not the root of a {name} map" if unknown_root else fault.message
        raise MapError(str(file), fault.line, _one_line(reason))
    rows = tuple(_row(element, str(file)) for element in root)
    _check_once(rows)
    return rows


def _check_folder(folder: Path) -> None:
    """Refuse a folder in which a file would be passed over in silence: a mistyped name must not look like success."""
    if not folder.is_dir():
        raise MapError(str(folder), 0, "is not a folder")
    for file in sorted([*folder.glob("*.xml"), *folder.glob("*/*.xml")]):
        name = file.relative_to(folder).with_suffix("").as_posix()
        if name.startswith("payers/"):
            raise MapError(
                str(file), 1, "payer profiles are not laid over with the maps: they are a folder of their own"
            )
        if not (resources.maps() / f"{name}.xml").is_file():
            _parse(file)
            raise MapError(str(file), 1, "no map of curette has this name")


def _parse(file: Traversable) -> Any:
    raw = _bytes(file)
    parser = etree.XMLParser(
        encoding="UTF-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
    )
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as fault:
        raise MapError(str(file), fault.lineno or 1, _one_line(fault.msg or "not XML")) from None
    except (OSError, ValueError) as fault:  # libxml2 reports some bad bytes as input errors
        raise MapError(str(file), 1, _one_line(str(fault))) from None
    for instruction in _instructions(root):
        raise MapError(str(file), instruction.sourceline or 1, "a processing instruction is not allowed in a map")
    return root


def _instructions(root: Any) -> Iterator[Any]:
    """The processing instructions of a document, before, in and after its root."""
    yield from root.itersiblings(etree.ProcessingInstruction, preceding=True)
    yield from root.iter(etree.ProcessingInstruction)
    yield from root.itersiblings(etree.ProcessingInstruction)


def _bytes(file: Traversable) -> bytes:
    """The bytes of a map, refused before any parser sees them when they are too many, not text or hold a DOCTYPE."""
    try:
        with file.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except OSError as fault:
        raise MapError(str(file), 0, f"cannot be read ({fault.strerror or 'input error'})") from None
    if len(raw) > MAX_BYTES:
        raise MapError(str(file), 0, f"larger than {MAX_BYTES // 1024 // 1024} MB")
    try:
        raw.decode()
    except UnicodeDecodeError as fault:
        raise MapError(str(file), raw.count(b"\n", 0, fault.start) + 1, "not UTF-8 text") from None
    if (at := raw.find(b"<!DOCTYPE")) >= 0:
        raise MapError(str(file), raw.count(b"\n", 0, at) + 1, "a DOCTYPE is not allowed in a map")
    return raw


@cache
def _schema(name: str) -> Any:
    file = resources.maps() / "schema" / f"{name.rpartition('/')[2]}.xsd"
    try:
        return etree.XMLSchema(_parse(file))
    except etree.XMLSchemaParseError as fault:
        raise MapError(str(file), 1, _one_line(str(fault))) from None


def _row(element: Any, file: str) -> Row:
    text = " ".join((element.text or "").split())
    inner = tuple(_row(e, file) for e in element) if len(element) else ()
    # The schemas look at values without blanks around them and with one between words, and so does who reads a row.
    values = {name: " ".join(value.split()) for name, value in element.attrib.items()}
    return Row(str(element.tag), file, element.sourceline or 0, values, text, inner)


def _check_once(rows: tuple[Row, ...]) -> None:
    """The same code (or id) twice in one place of one file is a mistake: nobody could say which row counts."""
    first: dict[tuple[str, str], Row] = {}
    for row in rows:
        if row.key and (twin := first.setdefault((row.tag, row.key), row)) is not row:
            raise row.error(f"{row.tag} {row.key} stands already on line {twin.line}")
        if row.rows:
            _check_once(row.rows)


def _one_line(text: str) -> str:
    """Someone else's words, fit for a terminal: one line, printable, not long."""
    clean = "".join(c if c.isprintable() else "?" for c in " ".join(text.split()))
    return clean if len(clean) <= _MAX_REASON else clean[: _MAX_REASON - 1] + "…"
