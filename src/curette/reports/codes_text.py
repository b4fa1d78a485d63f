"""What a person reads of the code tables: which editions are at hand, and everything they say of one code."""

import textwrap
from collections.abc import Iterator
from datetime import date
from itertools import chain

from curette.codes import denials
from curette.codes.diagnoses import diagnoses
from curette.codes.drugs import drugs
from curette.codes.procedures import Procedure, procedures
from curette.codes.tables import TITLES, Head, Row, Table, Tables

WIDTH = 80
_INDENT = " " * 4
_PAIRS = 12  # of a code's NCCI pairs: the others are counted


def status(tables: Tables, today: date) -> Iterator[str]:
    """Every table with its editions: rows, dates of service, source, and what is out of date."""
    stale = 0
    for name, title in TITLES.items():
        editions = tables.editions(name)
        current = editions[0] if editions else None
        yield ""
        yield f"{name:<10} {title}"
        for table in editions:
            head = table.head
            old = head.stale_on(today) and table is current
            stale += old
            words = (("imported", table.imported), ("a subset", not head.complete), ("OUT OF DATE", old))
            marks = "  ".join(["", ", ".join(word for word, on in words if on)] if any(on for _, on in words) else "")
            yield f"{_INDENT}{head.edition:<16} {head.rows:>9,} rows  {_days(head)}{marks}"
            yield f"{_INDENT}{'':<16} {head.source}"
    yield ""
    yield f"{stale} of {len(TITLES)} tables out of date on {today}" + (
        ": import newer ones (curette codes import)" if stale else ""
    )


def _days(head: Head) -> str:
    if head.start and head.end:
        return f"{head.start} to {head.end}"
    return f"to {head.end}" if head.end else f"from {head.start}" if head.start else "any date"


def records(tables: Tables, today: date) -> Iterator[dict[str, object]]:
    """The same as JSON lines."""
    for table in tables:
        head = table.head
        yield {
            "type": "table", "table": head.table, "edition": head.edition, "rows": head.rows,
            "start": head.start and head.start.isoformat(), "end": head.end and head.end.isoformat(),
            "source": head.source, "complete": head.complete, "imported": table.imported,
            "stale": head.stale_on(today),
        }  # fmt: skip


def show(tables: Tables, code: str) -> Iterator[str]:
    """Everything at hand about a code, edition by edition, then what the maps say; nothing where none has it."""
    tabled = (line for table in tables for line in _SHOWN.get(table.head.table, _plain)(table, code))
    for line in chain(tabled, _mapped(code)):
        yield from textwrap.wrap(line, WIDTH, initial_indent="  ", subsequent_indent="      ", break_on_hyphens=False)


def _title(table: Table) -> str:
    return f"{TITLES[table.head.table]} ({table.head.edition})"


def _span(row: Row) -> str:
    if row.start and row.end:
        return f"{row.start} to {row.end}"
    return f"until {row.end}" if row.end else f"since {row.start}" if row.start else "in force"


def _values(row: Row) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in row.values.items() if value)


def _plain(table: Table, code: str) -> Iterator[str]:
    for row in table.find(code):
        said = _values(row)
        yield f"{_title(table)}: {_span(row)}{f'; {said}' if said else ''}"


def _diagnosis(table: Table, code: str) -> Iterator[str]:
    yield from _plain(table, code)
    longer = {key for key, row in table.beginning(code) if row.end is None}
    if longer:
        yield f"{_title(table)}: not billable, {len(longer):,} longer codes are"


def _fees(table: Table, code: str) -> Iterator[str]:
    if len(code) != 5:
        return
    yield from _plain(table, code)
    for key, row in table.beginning(code):
        yield f"{_title(table)}, modifier {key[len(code) :]}: {_values(row)}"


def _primaries(table: Table, code: str) -> Iterator[str]:
    if len(code) != 5:
        return
    own = [f"{key[5:]} ({_span(row)})" for key, row in table.beginning(code)]
    if own:
        yield f"{_title(table)}: added to {', '.join(own)}"
    others = sorted({key[:5] for key, _ in table if key[5:] == code})
    if others:
        yield f"{_title(table)}: primary of {', '.join(others)}"


def _pairs(table: Table, code: str) -> Iterator[str]:
    if len(code) != 5:
        return
    first = [(key[5:], row) for key, row in table.beginning(code)]
    second = [(key[:5], row) for key, row in table if key[5:] == code]
    for words, pairs in (("column 1 to", first), ("column 2 to", second)):
        for indicator, meaning in (
            ("0", "no modifier opens them"),
            ("1", "a modifier may"),
            ("", "modifier not known"),
        ):
            found = sorted(other for other, row in pairs if row.values["indicator"] == indicator)
            if found:
                more = f" and {len(found) - _PAIRS:,} more" if len(found) > _PAIRS else ""
                yield f"{_title(table)}: {words} {', '.join(found[:_PAIRS])}{more}; {meaning}"


def _reason(table: Table, code: str) -> Iterator[str]:
    yield from _plain(table, code)
    known = denials.codes()
    entry = known.carcs.get(code) if table.head.table == "carc" else known.rarcs.get(code)
    if entry is not None and table.find(code):
        yield f"{entry.label}; category {entry.category}{f' ({entry.sub})' if entry.sub else ''}"


def _mapped(code: str) -> Iterator[str]:
    """What the coding rules know of it."""
    known = procedures()
    if (row := known.get(code)) is not None:
        said = {"family": row.family, "site": row.site, row.basis: _size(row), "diagnoses": " ".join(row.behaviours)}
        yield f"Map of procedures: {'; '.join([row.label, *_named(said)])}"
    if (gone := known.deleted(code)) is not None:
        yield f"Map of procedures: ended on {gone.last_day}; use {gone.instead}"
    if known.never(code):
        yield "Map of procedures: no code, a gap between two of a family"
    if (facts := diagnoses().get(code)) is not None:
        said = {
            "family": facts.family, "behaviour": facts.behaviour, "site": facts.site,
            "of CPT": " ".join(sorted(facts.sites)), "side": facts.side, "Mohs": facts.mohs,
            "cosmetic": facts.cosmetic.replace("none", ""), "leaves open": " ".join(sorted(facts.flags)),
        }  # fmt: skip
        yield f"Map of diagnoses: {'; '.join(_named(said))}"
    for drug in drugs().rows(code):
        said = {
            "given": " ".join(drug.route), "a unit is": drug.unit, "diagnoses": " ".join(drug.expected),
            "last day": str(drug.last_day or ""), "vials": "for one dose" if drug.single_dose else "",
            "note": drug.note,
        }  # fmt: skip
        yield f"Map of drugs: {'; '.join([f'{drug.name} ({drug.brand})', *_named(said)])}"


def _named(said: dict[str, str]) -> list[str]:
    return [f"{name} {value}" for name, value in said.items() if value]


def _size(row: Procedure) -> str:
    """The bounds of a tier: millimetres, or square centimetres of an area."""
    if row.low is None:
        return ""
    digits, unit = (2, "cm2") if row.basis == "area" else (1, "mm")
    low, high = (_decimal(bound, digits) if bound is not None else "" for bound in (row.low, row.high))
    return f"{low} to {high} {unit}" if high else f"from {low} {unit}"


def _decimal(number: int, digits: int) -> str:
    whole, part = divmod(number, 10**digits)
    return f"{whole}.{part:0{digits}d}"


_SHOWN = {
    "icd10cm": _diagnosis, "pfs": _fees, "addon": _primaries, "ptp": _pairs, "carc": _reason, "rarc": _reason,
}  # fmt: skip
