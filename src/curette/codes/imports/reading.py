"""Files to editions: which list each is, every row of it, the parts of one edition together, and the writing."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath

from attrs import define, field, frozen

from curette.codes.imports import addon, hcpcs, icd10cm, mue, pfs, ptp, reasons, taxonomy
from curette.codes.imports.files import File, opened
from curette.codes.imports.layout import Edition, Layout, Start
from curette.codes.tables import Draft, Head, Table, file_name
from curette.errors import TableError

LAYOUTS = (
    ptp.LAYOUT,
    mue.LAYOUT,
    addon.LAYOUT,
    pfs.LAYOUT,
    hcpcs.LAYOUT,
    icd10cm.LAYOUT,
    taxonomy.LAYOUT,
    reasons.CARC,
    reasons.RARC,
)
_FORMS = (".csv", ".txt", ".xlsx")  # in this order one of several forms of a file is taken
_EVERY = 10_000
_PARTS = re.compile(r", parts? ([1-9, ]+) \(")

Tick = Callable[[int], None]  # called with the rows so far


@frozen
class _Found:
    """A file and what it is."""

    file: File
    layout: Layout
    start: Start
    edition: Edition


@define
class Imported:
    """One edition as it was read, not yet kept."""

    layout: Layout
    edition: Edition
    draft: Draft
    files: list[str] = field(factory=list)
    parts: set[int] = field(factory=set)
    last: str = ""

    @property
    def complete(self) -> bool:
        """Whether it looks like the whole list; of an excerpt, a code that is absent must not be judged."""
        whole = len(self.draft) >= self.layout.least and self.last >= self.layout.reach
        return whole and (self.layout.parts == 1 or self.parts == set(range(1, self.layout.parts + 1)))

    @property
    def head(self) -> Head:
        """What its file says of itself."""
        parts = f", parts {', '.join(map(str, sorted(self.parts)))}" if self.parts else ""
        source = f"{self.layout.source}{parts} ({', '.join(self.files)})"
        edition, fields = self.edition, self.layout.fields
        return Head(self.layout.table, edition.name, edition.start, edition.end, source, fields, self.complete)

    def path(self, folder: Path) -> Path:
        """Where it is kept."""
        return folder / file_name(self.layout.table, self.edition.name)


@define
class Batch:
    """All that one call imports, and what it left out and why."""

    editions: list[Imported] = field(factory=list)
    notes: list[str] = field(factory=list)


def read(paths: Iterable[Path], folder: Path, tick: Tick) -> Batch:
    """Every edition of the files, together with the parts of it that `folder` has. Writes nothing.

    TableError names the file, the row and the reason, for the first that is no official list or damaged.
    """
    batch = Batch()
    found = [f for path in paths for f in _archive(path, batch.notes)]
    done = 0
    for one in _one_of_each(found, batch.notes):
        edition = _edition(one, batch.editions)
        for row in _rows(one, edition):
            done += row
            if done % _EVERY == 0:
                tick(done)
    for edition in batch.editions:
        _beside(edition, folder, batch.notes)
    return batch


def keep(batch: Batch, folder: Path) -> list[Head]:
    """Write every edition; each is there whole or not at all. Returns their heads."""
    try:
        return [edition.draft.write(edition.path(folder), edition.head) for edition in batch.editions]
    except OSError as error:
        raise TableError(str(folder), error.strerror or "cannot be written") from None


def _archive(path: Path, notes: list[str]) -> list[_Found]:
    """What a downloaded file is, or holds: of several forms of one file the first that is known."""
    forms = defaultdict[tuple[str, str], list[File]](list)
    for file in opened(path):
        place = PurePosixPath(file.member or path.name)
        forms[str(place.parent), place.stem.casefold()].append(file)
    found, unknown = [], 0
    for files in forms.values():
        known = list(filter(None, map(_recognised, sorted(files, key=_form))))
        found += known[:1]
        unknown += not known
        notes += [f"{other.file.name}: left out, another form of the same file" for other in known[1:]]
    if not found:
        raise TableError(str(path), "is, or holds, no list that curette knows")
    if unknown:
        notes.append(f"{path}: {unknown} other {'file' if unknown == 1 else 'files'} in it left out")
    return found


def _form(file: File) -> int:
    suffix = PurePosixPath(file.names[0]).suffix.lower()
    return _FORMS.index(suffix) if suffix in _FORMS else len(_FORMS)


def _recognised(file: File) -> _Found | None:
    """Which list a file is, by what is in it; None for another file of an archive."""
    try:
        _ = file.head, file.head_lines
    except TableError:
        if file.member is None:
            raise
        return None  # a PDF beside the list
    try:
        for layout in LAYOUTS:
            start = layout.begin(file)
            if start is not None:
                return _Found(file, layout, start, layout.edition(file))
    except ValueError as error:
        raise TableError(file.name, str(error)) from None
    return None


def _one_of_each(found: Sequence[_Found], notes: list[str]) -> list[_Found]:
    """The files without the second fee schedule of a release, for participants in QPP; its values are the same."""
    others = {one.edition.name for one in found if one.layout is pfs.LAYOUT and not pfs.for_qpp(one.file)}
    kept = []
    for one in found:
        if one.layout is pfs.LAYOUT and pfs.for_qpp(one.file) and one.edition.name in others:
            notes.append(f"{one.file.name}: left out, the nonQPP file of the release is taken")
        else:
            kept.append(one)
    return kept


def _edition(one: _Found, editions: list[Imported]) -> Imported:
    """The edition that a file belongs to; a new one, unless other parts of it were read."""
    layout, name, part = one.layout, one.edition.name, one.edition.part
    same = next((e for e in editions if e.layout is layout and e.edition.name == name), None)
    if same is None:
        same = Imported(layout, one.edition, Draft(layout.fields))
        editions.append(same)
    elif not part or not same.parts or part in same.parts:
        raise TableError(one.file.name, f"is {layout.table} {name} again, as {same.files[-1]}; give one of them")
    same.files.append(one.file.names[0])
    same.parts |= {part} if part else set()
    return same


def _rows(one: _Found, edition: Imported) -> Iterable[int]:
    """Add the rows of a file to its edition; gives 1 for each."""
    file, after, parse, add = one.file, one.start.after, one.start.parse, edition.draft.add
    known: set[str] = set()
    number, cells, key, seen = 0, list[str](), "", False
    try:
        for number, cells in ((n, [line]) for n, line in file.lines()) if one.layout.lines else file.rows():
            if number <= after or not any(map(str.strip, cells)):
                continue
            yield 1
            seen, row = True, parse(cells)
            if row is None:
                continue
            key = row[0]
            if one.layout.unique:
                if key in known:
                    raise ValueError(f"{key} is there a second time")
                known.add(key)
            add(*row)
    except IndexError:
        raise TableError(file.name, f"row {number}: cut short, {len(cells)} cells") from None
    except ValueError as error:
        raise TableError(file.name, f"row {number}: {error}") from None
    if not seen:
        raise TableError(file.name, f"has the heading of {one.layout.table} and no rows; it is cut short")
    edition.last = max(edition.last, key)


def _beside(edition: Imported, folder: Path, notes: list[str]) -> None:
    """Take in the other parts of the same edition that were imported earlier; never give up more than is given."""
    there = None
    with suppress(TableError):  # not there, or not usable any more
        there = Table(edition.path(folder), imported=True)
    if there is None or edition.complete:
        return
    said = f"{edition.layout.table} {edition.edition.name}"
    if there.head.complete:
        raise TableError(
            edition.files[0], f"is a part or an excerpt of {said}, which is there as a whole; nothing done"
        )
    parts = {int(part) for part in ("".join(_PARTS.findall(there.head.source))).split(", ") if part}
    if not edition.parts or not parts:
        return
    if parts & edition.parts:
        notes.append(f"{said}: part {min(parts & edition.parts)} was there; the edition is made anew of what is given")
        return
    for key, row in there:
        edition.draft.add(key, row.start, row.end, tuple(row.values.values()))
        edition.last = max(edition.last, key)
    edition.parts |= parts
    edition.files[:0] = re.findall(r"\((.*)\)$", there.head.source)
