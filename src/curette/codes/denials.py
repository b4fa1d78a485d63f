"""The codes of a remittance: adjustment reasons, remarks, groups, claim statuses, and the denial categories.

Code numbers and dates are X12's; labels, classes and categories are curette's own and come from maps/denials.
Nothing is read before the first look-up; `codes()` then keeps what it read.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from curette._records import record
from curette.codes.denial_rules import DenialRules, denial_rules
from curette.codes.ranges import CodeRange

if TYPE_CHECKING:
    from curette.codes.maps import Maps, Row

GROUPS = ("CO", "PR", "OA", "PI")  # CAS01 in 5010


@record
class Category:
    """A denial category. `kind` is general, not-denial or dermatology; a low precedence is asked first."""

    id: str
    name: str
    kind: str
    precedence: int | None
    guide_cause: int | None
    subs: dict[str, str]  # sub-category to its name
    sub_precedence: dict[str, int]
    sources: tuple[str, ...]


@record
class Carc:
    """A claim adjustment reason code (CAS02, X12 list 139). Dates are None where they are not known."""

    code: str
    label: str
    kind: str  # denial, patient, contractual, reduction, informational, pending, transferred, cob
    category: str
    sub: str
    dispositions: dict[str, str]  # what the amount is under CO, PR, OA, PI; the same words as `kind`
    groups: tuple[str, ...]  # the only group codes it may go with; empty: any
    needs_remark: bool
    generic: bool  # a remark decides the category
    tags: tuple[str, ...]
    start: date | None
    modified: date | None
    stop: date | None
    replaced_by: tuple[str, ...]
    replaced_basis: str  # published, inferred or empty
    sources: tuple[str, ...]

    def active_on(self, day: date) -> bool:
        """Whether X12 listed it as usable on `day`."""
        return (self.start is None or self.start <= day) and (self.stop is None or day < self.stop)


@record
class Rarc:
    """A remittance advice remark code (LQ02, MOA03-07, MIA05, MIA20-23; X12 list 411)."""

    code: str
    label: str
    alert: bool  # explains, and is never the cause of a denial
    category: str
    sub: str
    precedence: int | None  # rank among remarks that may name a cause; None: never does
    tags: tuple[str, ...]
    reviewed: bool  # a person read it; else words in its text chose the category
    start: date | None
    modified: date | None
    stop: date | None
    sources: tuple[str, ...]

    def active_on(self, day: date) -> bool:
        """Whether X12 listed it as usable on `day`."""
        return (self.start is None or self.start <= day) and (self.stop is None or day < self.stop)


@record
class Group:
    """A claim adjustment group (CAS01); `bears` says who carries the money: provider, patient or other."""

    code: str
    name: str
    bears: str
    reads_as: str


@record
class Status:
    """A claim status (CLP02): in which rates the claim counts, and the outcome it gives every line, if any."""

    code: str
    name: str
    counts: str
    outcome: str | None


@record
class Codes:
    """All that maps/denials says, by code."""

    categories: Mapping[str, Category]
    carcs: Mapping[str, Carc]
    rarcs: Mapping[str, Rarc]
    groups: Mapping[str, Group]
    statuses: Mapping[str, Status]
    filings: Mapping[str, str]  # CLP06 to its name
    medicare: frozenset[str]  # CLP06 of original Medicare
    handlings: Mapping[str, str]  # BPR01
    methods: Mapping[str, str]  # BPR04
    qualifiers: Mapping[str, str]  # SVC01-1
    provider_adjustments: Mapping[str, str]  # PLB03-1 to recoupment, interest, ...
    reporting: tuple[CodeRange, ...]  # procedures that report a measure and are never paid
    slas: Mapping[str, str]
    hours: Mapping[str, int]  # of an SLA, from the day of receipt
    actions: Mapping[str, str]
    rules: DenialRules
    split: frozenset[str]  # remarks which say that a payer divided a claim
    version: str  # of all these maps together: another one says that something in them is different

    def carc(self, code: str) -> Carc | None:
        """The adjustment reason, however it is written (" 045" is 45)."""
        return self.carcs.get(code) or self.carcs.get(plain(code))

    def rarc(self, code: str) -> Rarc | None:
        """The remark, in any case of letters."""
        return self.rarcs.get(code) or self.rarcs.get(code.strip().upper())


def plain(code: str) -> str:
    """A group or reason code without blanks, small letters and leading zeros."""
    trimmed = code.strip().upper()
    return trimmed.lstrip("0") or trimmed[:1]


def carc(code: str) -> Carc | None:
    """The adjustment reason `code` of the built-in map; None when X12 has no such code."""
    return codes().carc(code)


def rarc(code: str) -> Rarc | None:
    """The remark `code` of the built-in map; None when X12 has no such code."""
    return codes().rarc(code)


@cache
def codes(overlay: Path | None = None) -> Codes:
    """The denial maps, with a user's folder laid over them; MapError when a map is wrong. Read once per folder."""
    from curette.codes.maps import Maps  # late: lxml is not needed before the first look-up

    maps = Maps(overlay)
    tables = maps.rows("denials/tables")
    categories = {row.key: _category(row) for row in maps.rows("denials/categories")}
    classes = {row.key: _dispositions(row, {}) for row in _of("dispositions", tables)}
    rarcs = {row.key: _rarc(row, categories) for row in maps.rows("denials/rarc")}
    tags = frozenset(tag for row in rarcs.values() for tag in row.tags)
    return Codes(
        categories=categories,
        carcs=_carcs(maps, categories, classes),
        rarcs=rarcs,
        groups={row.key: _group(row) for row in _of("group", tables)},
        statuses={row.key: _status(row) for row in _of("status", tables)},
        filings=_names("filing", tables),
        medicare=frozenset(row.key for row in _of("filing", tables) if row.get("medicare")),
        handlings=_names("handling", tables),
        methods=_names("method", tables),
        qualifiers=_names("qualifier", tables),
        provider_adjustments={row.key: row.get("class") for row in _of("plb", tables)},
        reporting=tuple(row.range(row.get("from"), row.get("to")) for row in _of("reporting", tables)),
        slas=_names("sla", tables),
        hours={row.key: hours for row in _of("sla", tables) if (hours := row.number("hours")) is not None},
        actions=_names("action", tables),
        rules=denial_rules(maps.rows("denials/rules"), categories, tags),
        split=frozenset(row.code for row in rarcs.values() if "split" in row.tags),
        version=maps.digest("denials/categories", "denials/carc", "denials/rarc", "denials/rules", "denials/tables"),
    )


def _of(tag: str, rows: "tuple[Row, ...]") -> "Iterator[Row]":
    return (row for row in rows if row.tag == tag)


def _names(tag: str, rows: "tuple[Row, ...]") -> dict[str, str]:
    return {row.key: row.get("name") for row in _of(tag, rows)}


def _category(row: "Row") -> Category:
    return Category(
        row.key,
        row.get("name"),
        row.tag,
        row.number("precedence"),
        row.number("guide-cause"),
        {sub.key: sub.get("name") for sub in row.rows},
        {sub.key: first for sub in row.rows if (first := sub.number("precedence")) is not None},
        row.words("source"),
    )


def _dispositions(row: "Row", usual: dict[str, str]) -> dict[str, str]:
    return {group: row.get(group.lower()) or usual[group] for group in GROUPS}


def _carcs(maps: "Maps", categories: dict[str, Category], classes: dict[str, dict[str, str]]) -> dict[str, Carc]:
    rows = maps.rows("denials/carc")
    known = {row.key for row in rows}
    for row in rows:
        _check(row, categories)
        if lost := set(row.words("replaced-by")) - known:
            raise row.error(f"carc {row.key} is replaced by {min(lost)}, which is not in the map")
    return {row.key: _carc(row, classes[row.get("class")]) for row in rows}


def _carc(row: "Row", usual: dict[str, str]) -> Carc:
    values = row.values
    return Carc(
        row.key,
        values["label"],
        values["class"],
        values["category"],
        values["sub"],
        _dispositions(row, usual) if values.keys() & {"co", "pr", "oa", "pi"} else usual,
        row.words("groups"),
        "needs-remark" in values,
        "generic" in values,
        row.words("tags"),
        *_dates(row),
        row.words("replaced-by"),
        row.get("replaced-basis"),
        row.words("source"),
    )


def _rarc(row: "Row", categories: dict[str, Category]) -> Rarc:
    _check(row, categories)
    values = row.values
    category, sub, alert = categories[values["category"]], values["sub"], values["kind"] == "alert"
    return Rarc(
        row.key,
        values.get("label") or f"{category.name}: {category.subs[sub]}",
        alert,
        category.id,
        sub,
        None if alert else category.sub_precedence.get(sub, category.precedence),
        row.words("tags"),
        values["basis"] == "reviewed",
        *_dates(row),
        row.words("source"),
    )


def _group(row: "Row") -> Group:
    reads_as = row.get("reads-as") or row.key
    if reads_as not in GROUPS:
        raise row.error(f"group {row.key} must be read as one of {', '.join(GROUPS)}")
    return Group(row.key, row.get("name"), row.get("bears"), reads_as)


def _status(row: "Row") -> Status:
    return Status(row.key, row.get("name"), row.get("counts"), row.get("outcome") or None)


def _check(row: "Row", categories: dict[str, Category]) -> None:
    category = categories.get(row.get("category"))
    if category is None or category.kind == "dermatology":
        raise row.error(f"{row.tag} {row.key}: categories.xml has no category {row.get('category')}")
    if row.get("sub") not in category.subs:
        raise row.error(f"{row.tag} {row.key}: category {category.id} has no sub-category {row.get('sub')}")


def _dates(row: "Row") -> tuple[date | None, date | None, date | None]:
    """When it began, was last changed and ended. X12 announces changes early, so only the ends must be in order."""
    start, modified, stop = (row.day(name) for name in ("start", "modified", "stop"))
    if start and stop and stop < start:
        raise row.error(f"{row.tag} {row.key} stops before it starts")
    return start, modified, stop
