"""Categories in the store: what became of each answered line, by the tables of today and the claims that were sent.

A line is categorised once its payment is in, and again when the claim it answers comes or changes, when a person says
something else of it (see `overrides`), or asks for it. The newest answer counts, older ones stay. What counts is a
function of the transactions and overrides in the store, not of the order in which they came.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from attrs import define, field

from curette import resources
from curette.denials.categorise import Categoriser, categoriser
from curette.errors import where
from curette.store import rows
from curette.store.duckdb import Store
from curette.store.reread import CHUNK, again
from curette.store.staging import Staging, staging

# The claim that an answer is held against has its control number. Where several have it (a corrected claim keeps the
# number of the first, some offices number patients), it is the payee's own, sent before it was answered, of the
# answered day, with the same charge, the latest of them.
_WANTED = """
    CREATE OR REPLACE TEMP TABLE wanted AS
    SELECT payment, claim, batch, billed_claim FROM (
        SELECT c.payment, c.claim, b.batch, b.claim AS billed_claim, row_number() OVER (
            PARTITION BY c.payment, c.claim ORDER BY b.billing IS NOT DISTINCT FROM p.billing DESC,
            coalesce(b.sent < p.payment_date OR (b.sent = p.payment_date AND b.frequency = '1'), true) DESC,
            coalesce(c.service_from BETWEEN b.service_from AND b.service_to, false) DESC,
            b.charge = abs(c.charge) DESC, b.sent DESC NULLS LAST, b.batch, b.claim
        ) AS place
        FROM remitted_claims AS c JOIN payments AS p USING (payment) LEFT JOIN billed_claims AS b USING (control)
    ) WHERE place = 1
"""
_STALE = """
    CREATE OR REPLACE TEMP TABLE stale AS
    SELECT w.*, l.payment IS NULL AS new, (row_number() OVER (ORDER BY new, w.payment, w.claim) - 1) // ? AS chunk
    FROM wanted AS w LEFT JOIN links AS l ON l.payment = w.payment AND l.claim = w.claim
    WHERE ? OR l.payment IS NULL OR w.batch IS DISTINCT FROM l.batch OR w.billed_claim IS DISTINCT FROM l.billed_claim
"""
_SAID = "* EXCLUDE (answer, current, edition)"
_IN_CHUNK = "SEMI JOIN (FROM stale WHERE chunk = $1) AS s USING (payment, claim)"
_CHANGED = f"""
    CREATE OR REPLACE TEMP TABLE changed AS
    SELECT payment, claim, line FROM (
        SELECT {_SAID} FROM fresh EXCEPT SELECT {_SAID} FROM categories {_IN_CHUNK} WHERE current
    )
"""
_BEFORE = """
    CREATE OR REPLACE TEMP TABLE before AS
    SELECT payment, claim, line, max(answer) AS answer FROM categories SEMI JOIN changed USING (payment, claim, line)
    GROUP BY ALL
"""
_OUTDATE = """
    UPDATE categories SET current = false FROM changed AS n
    WHERE categories.payment = n.payment AND categories.claim = n.claim AND categories.line = n.line AND current
"""
_GONE = f"""
    UPDATE categories SET current = false FROM (
        SELECT payment, claim, line FROM categories {_IN_CHUNK} ANTI JOIN fresh USING (payment, claim, line)
        WHERE current
    ) AS n
    WHERE categories.payment = n.payment AND categories.claim = n.claim AND categories.line = n.line AND current
"""
_RENEW = """
    INSERT INTO categories SELECT f.* REPLACE (coalesce(b.answer, 0) + 1 AS answer)
    FROM fresh AS f SEMI JOIN changed USING (payment, claim, line) LEFT JOIN before AS b USING (payment, claim, line)
"""


_UNLINK = """
    DELETE FROM links USING stale AS s WHERE s.chunk = ? AND links.payment = s.payment AND links.claim = s.claim
"""


@define
class Answered:
    """How many answered claims were categorised, and how many lines have a new answer."""

    claims: int = 0
    lines: int = 0
    faults: Counter[str] = field(factory=Counter)  # of curette itself: claims it could not categorise, by the place


def edition(version: str, maps: Path | None = None) -> str:
    """What names the tables of today: a digest of the version of curette, its maps, and a folder `maps` over them."""
    digest = hashlib.sha256(version.encode())
    for folder in (resources.maps(), maps) if maps else (resources.maps(),):
        for path, data in sorted(_files(folder)):
            digest.update(path.encode() + b"\0" + data)
    return digest.hexdigest()[:16]


def _files(folder: Traversable, path: str = "") -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _files(entry, f"{path}{entry.name}/")
        elif entry.name.endswith(".xml"):
            yield path + entry.name, entry.read_bytes()


def answer(store: Store, version: str, maps: Path | None = None, *, everything: bool = False) -> Answered:
    """Categorise what has no answer yet or is linked otherwise since; with `everything` all that is in the store.

    `version` is that of curette, `maps` a folder of maps laid over the built-in ones. Raises MapError when a map is
    wrong.
    """
    categorise, done, name = categoriser(maps), Answered(), edition(version, maps)
    store.run(_WANTED)
    store.run(_STALE, CHUNK, everything)
    chunks = store.value("SELECT max(chunk) FROM stale")
    if chunks is None:
        return done
    store.run("INSERT INTO editions VALUES (?, ?, ?) ON CONFLICT DO NOTHING", name, version, store.at)
    store.run("CREATE TEMP TABLE IF NOT EXISTS fresh AS FROM categories LIMIT 0")
    with staging(store) as staged:
        for chunk in range(chunks + 1):
            with store.transaction():
                _chunk(store, categorise, name, chunk, staged, done)
                done.lines += _keep(store, chunk, staged)
    return done


def _chunk(store: Store, categorise: Categoriser, name: str, chunk: int, staged: Staging, done: Answered) -> None:
    """Stage the answers of one chunk."""
    table = "fresh" if store.value("SELECT bool_or(NOT new) FROM stale WHERE chunk = ?", chunk) else "categories"
    for found in again(store, "stale", chunk):
        try:
            lines = list(found.lines(categorise))
            answers = list(rows.categories(found.payment, found.number, 1, name, lines))
        except Exception as error:  # a fault of ours in one claim must not cost the others; the next run asks again
            done.faults[where(error)] += 1
            store.run("DELETE FROM stale WHERE payment = ? AND claim = ?", found.payment, found.number)
            continue
        done.claims += 1
        for answer in answers:
            staged.add(table, answer)


def _keep(store: Store, chunk: int, staged: Staging) -> int:
    """Take the staged answers of a chunk in; the number of lines whose answer is new."""
    before: Any = store.value("SELECT count(*) FROM categories")
    store.run("DELETE FROM fresh")
    staged.keep()
    staged.load()
    if store.value("SELECT count(*) FROM fresh"):
        store.run(_CHANGED, chunk)
        store.run(_GONE, chunk)  # lines that are told as one since
        for statement in (_BEFORE, _OUTDATE, _RENEW):
            store.run(statement)
    store.run(_UNLINK, chunk)
    store.run("INSERT INTO links SELECT payment, claim, batch, billed_claim FROM stale WHERE chunk = ?", chunk)
    return int(store.value("SELECT count(*) FROM categories") - before)
