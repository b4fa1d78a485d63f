"""Which changes of a resubmitted claim speak to which denial, from maps/denials/answers.xml.

Nothing is read before the first look-up; `answers()` then keeps what it read.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from curette._records import record
from curette.codes.denials import codes
from curette.codes.ranges import CodeRange

if TYPE_CHECKING:
    from curette.codes.maps import Row

EVERY = "any"


@record
class KindOfChange:
    """A kind of change. What is empty is not asked for.

    `fields` are names of fields ("*" stands for any text). `where` is line (the denied one), beside (another line),
    claim or any. `gives` and `takes` are codes, one of which it puts in or takes out. The procedure of the line is
    afterwards of one of `families` ("drug" is any drug) or among `codes`.
    """

    id: str
    words: str
    fields: tuple[str, ...]
    where: str
    kinds: tuple[str, ...]
    gives: frozenset[str]
    takes: frozenset[str]
    families: frozenset[str]
    codes: tuple[CodeRange, ...]
    direction: str


@record
class Answer:
    """What answers a denial, what answers a part of it, and what is open without and with the latter, in words.

    What is in `full` as well is not in `part`.
    """

    id: str
    full: tuple[KindOfChange, ...]
    part: tuple[KindOfChange, ...]
    open: str
    left: str


@record
class Answers:
    """The whole table, by the denial's id: derm.CATEGORY.SUB, carc.CODE, general.CATEGORY.SUB, ..."""

    rows: Mapping[str, Answer]

    def find(self, ids: tuple[str, ...]) -> Answer:
        """The row of the first id that has one, else what holds of every denial."""
        return next((self.rows[id] for id in ids if id in self.rows), self.every)

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
    return KindOfChange(
        row.key,
        row.get("words"),
        tuple(row.get("fields").split("|")),
        row.get("where") or "any",
        row.words("kinds"),
        frozenset(row.words("gives")),
        frozenset(row.words("takes")),
        frozenset(row.words("families")),
        tuple(_range(text) for text in row.words("codes")),
        row.get("direction"),
    )


def _range(text: str) -> CodeRange:
    first, _, last = text.partition("-")
    return CodeRange(first, last or first)


def _answer(row: "Row", kinds: Mapping[str, KindOfChange]) -> Answer:
    return Answer(
        row.key, tuple(_named(row, "full", kinds)), tuple(_named(row, "part", kinds)), row.get("open"), row.get("left")
    )


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
    category = known.categories.get(name)
    kind = "dermatology" if sort == "derm" else "general"
    if category is None or category.kind != kind or (sub and sub not in category.subs):
        raise row.error(f"answer {row.key}: categories.xml has no {kind} category {rest}")
