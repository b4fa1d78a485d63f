"""Which changes of a resubmitted claim speak to which denial, from maps/denials/answers.xml.

Nothing is read before the first look-up; `answers()` then keeps what it read.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve

from curette._records import record
from curette.codes.denials import codes
from curette.codes.ranges import CodeRange

if TYPE_CHECKING:
    from curette.codes.maps import Row

EVERY = "any"
_SUB, _REMARK = 2, 3  # points in general.CATEGORY.SUB and general.CATEGORY.SUB.REMARK (derm.CATEGORY.SUB.REMARK too)


@record
class Group:
    """Procedures by family ("drug" is any drug) and code; an empty group asks for nothing."""

    families: frozenset[str]
    codes: tuple[CodeRange, ...]


@record
class KindOfChange:
    """A kind of change. What is empty is not asked for.

    `fields` are names of fields, `patterns` those of them with "*" for any text. `where` is line (the denied one), here
    (that or its claim), beside (another line of its claim and day), claim or any. `gives` and `takes` are codes, one of
    which it puts in or takes out ("*" is any). The procedure of the line is afterwards `of` some, was `was_of` some
    before, and is none of `without`; the denied one is `denied_of` some. `pair` is edit (NCCI holds it and the denied
    one to be one service), primary (the denied one is an add-on to it), added (it is an add-on to what stands on the
    claim), major (a procedure with 90 follow-up days stands beside the denied one) or minor (none does, or one with
    fewer does too). Of the families of `alone` no two units of that day are left, where there were `least` units of
    them before. `fits` is yes or no: one day can hold the units of the line, or cannot; `valid`: its code is in force,
    or not; `raised`: it became one of its family that is valued higher, or not. `behaviours` are those of diagnoses,
    one of which the line then has; `points` is valid (all are in force), exact (one that came leaves nothing unsaid) or
    medical (one is no sign of cosmetic care). `fresh` is the qualifier of a REF: neither the denied line nor its claim
    had that number there. `sent` is yes or no: an attachment that is new comes to the payer, or only on request.
    `direction` is down or up (fewer or more units of its code on that day) or spread (fewer on
    the line alone). It says nothing of denials for a reason or remark `not_for`.
    """

    id: str
    words: str
    fields: frozenset[str]
    patterns: tuple[str, ...]
    where: str
    kinds: tuple[str, ...]
    gives: frozenset[str]
    takes: frozenset[str]
    of: Group
    was_of: Group
    without: Group
    denied_of: Group
    pair: str
    alone: frozenset[str]
    least: int
    fits: str
    valid: str
    raised: str
    points: str
    fresh: str
    sent: str
    behaviours: frozenset[str]
    direction: str
    not_for: frozenset[str]


@record
class Answer:
    """What answers a denial, what answers a part of it, and what is open without and with the latter, in words.

    What is in `full` as well is not in `part`. One that `yields` does not tell reasons apart: where the general
    sub-category of the reason has a row, that holds.
    """

    id: str
    full: tuple[KindOfChange, ...]
    part: tuple[KindOfChange, ...]
    open: str
    left: str
    yields: bool = False


@record
class Answers:
    """The whole table, by the denial's id: derm.CATEGORY.SUB, carc.CODE, general.CATEGORY.SUB.REMARK, ..."""

    rows: Mapping[str, Answer]

    def find(self, ids: tuple[str, ...]) -> Answer:
        """The row of the first id that has one, else what holds of every denial. What answers one of several remarks
        that have a row leaves the others, so that nothing answers all of them.
        """
        known = [self.rows[id] for id in ids if id in self.rows]
        if known and known[0].yields:
            known = [row for row in known if row.id.startswith("general.") and row.id.count(".") >= _SUB] or known
        remarks = [row for row in known if row.id.count(".") == _REMARK]
        if len(remarks) > 1 and known[0] in remarks:
            return evolve(remarks[0], full=(), part=tuple(kind for row in remarks for kind in (*row.full, *row.part)))
        return known[0] if known else self.every

    def exactly(self, id: str) -> Answer | None:
        """The row of general.CATEGORY.SUB.REMARK or of its sub-category, if there is one."""
        return self.rows.get(id) or self.rows.get(id.rpartition(".")[0])

    @property
    def every(self) -> Answer:
        """What holds of every denial, beside its own row."""
        return self.rows[EVERY]


@cache
def answers(overlay: Path | None = None) -> Answers:
    """The table, with a user's folder laid over it; MapError when it is wrong. Read once per folder."""
    from curette.codes.maps import Maps  # late: lxml is not needed before the first look-up

    rows = Maps(overlay).rows("denials/answers")
    kinds = {row.key: _kind(row) for row in rows if row.tag == "change"}
    found = {row.key: _answer(row, kinds) for row in rows if row.tag == "answer"}
    for row in rows:
        if row.tag == "answer":
            _check(row, overlay)
    if EVERY not in found:
        raise rows[0].error(f"there is no answer {EVERY}")
    return Answers(found)


def _kind(row: "Row") -> KindOfChange:
    fields = row.get("fields").split("|")
    return KindOfChange(
        row.key,
        row.get("words"),
        frozenset(fields),
        tuple(field for field in fields if "*" in field),
        row.get("where") or "any",
        row.words("kinds"),
        frozenset(row.words("gives")),
        frozenset(row.words("takes")),
        _group(row, ""),
        _group(row, "was-"),
        _group(row, "not-"),
        _group(row, "for-"),
        row.get("pair"),
        frozenset(row.words("alone")),
        row.number("least") or 0,
        row.get("fits"),
        row.get("valid"),
        row.get("raised"),
        row.get("points"),
        row.get("fresh"),
        row.get("sent"),
        frozenset(row.words("behaviours")),
        row.get("direction"),
        frozenset(row.words("not-for")),
    )


def _group(row: "Row", prefix: str) -> Group:
    return Group(frozenset(row.words(f"{prefix}families")), row.ranges(f"{prefix}codes"))


def _answer(row: "Row", kinds: Mapping[str, KindOfChange]) -> Answer:
    full, part = (tuple(_named(row, name, kinds)) for name in ("full", "part"))
    return Answer(row.key, full, part, row.get("open"), row.get("left") or row.get("open"), row.get("yields") == "yes")


def _named(row: "Row", name: str, kinds: Mapping[str, KindOfChange]) -> Iterator[KindOfChange]:
    for id in row.words(name):
        if id not in kinds:
            raise row.error(f"answer {row.key}: there is no change {id}")
        yield kinds[id]


def _check(row: "Row", overlay: Path | None) -> None:
    """The categories and reasons that a row is for must be those of the other maps."""
    sort, _, rest = row.key.partition(".")
    known = codes(overlay)
    if sort == "carc" and known.carc(rest) is None:
        raise row.error(f"answer {row.key}: carc.xml has no code {rest}")
    if sort not in ("derm", "general"):
        return
    name, _, sub = rest.partition(".")
    sub, _, remark = sub.partition(".")
    if remark and known.rarc(remark) is None and (sort == "general" or known.carc(remark) is None):
        raise row.error(f"answer {row.key}: there is no remark or reason {remark}")
    category = known.categories.get(name)
    kind = "dermatology" if sort == "derm" else "general"
    if category is None or category.kind != kind or (sub and sub not in category.subs):
        raise row.error(f"answer {row.key}: categories.xml has no {kind} category {rest}")
