"""Episodes in the store: made again for every claim that something new is said about, and for no other.

What belongs together is decided by curette.denials.episodes alone; here only enough answers are gathered for it: all
that share a claim number with a new one, and all that share one with those, until no more are found. Claims that share
none, and were answered in full, are told by `answered_once`.
"""

from collections import defaultdict
from collections.abc import Iterator
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any

from curette.denials.categorise import Categoriser, categoriser
from curette.denials.episodes import Episode, episodes
from curette.denials.events import Adjudication, LineState
from curette.denials.outcomes import Outcome
from curette.store.answered import answered_once
from curette.store.duckdb import Row, Store
from curette.store.facts import IS_NAME, SERVED
from curette.store.staging import Staging, staging

_NOWHERE = (None, None, None)  # a line that was not answered then
_CHUNK = 5_000  # answers that are made into episodes at a time
# what an episode must know of each answer by now
_KNOWN = """
CREATE OR REPLACE TEMP TABLE known AS
SELECT g.payment, g.claim, max(g.answer) AS answer, any_value(k.batch) AS batch,
  any_value(k.billed_claim) AS billed_claim
FROM categories AS g LEFT JOIN links AS k USING (payment, claim) GROUP BY ALL
"""
_STALE = """
CREATE OR REPLACE TEMP TABLE stale AS
SELECT payment, claim, row_number() OVER (ORDER BY payment, claim) // ? AS chunk FROM (
  (SELECT payment, claim, answer, batch, billed_claim FROM known
    EXCEPT SELECT payment, claim, answer, batch, billed_claim FROM episode_answers)
  UNION ALL SELECT payment, claim, 0, NULL, NULL FROM episode_answers ANTI JOIN known USING (payment, claim)
)
"""
# names that more than one answer has: payer and claim number, its own or the payer's; a claim of other days that was
# sent under its number names nothing of it
_NAMES = f"""
CREATE OR REPLACE TEMP TABLE names AS
WITH every AS (
  SELECT c.payment, c.claim, coalesce(p.payer_id, '') AS payer,
    unnest([c.control, c.payer_claim, c.original_payer_claim, b.original_payer_claim]) AS name
  FROM remitted_claims AS c
  JOIN payments AS p USING (payment)
  LEFT JOIN links AS k USING (payment, claim)
  LEFT JOIN billed_claims AS b ON b.batch = k.batch AND b.claim = k.billed_claim AND {SERVED.format("c.service_from")}
), shared AS (
  SELECT payer, name FROM every WHERE {IS_NAME.format("name")}
  GROUP BY ALL HAVING min((payment, claim)) <> max((payment, claim))
)
SELECT DISTINCT payment, claim, payer, name FROM every SEMI JOIN shared USING (payer, name)
"""
_WANTED = "CREATE OR REPLACE TEMP TABLE wanted AS SELECT payment, claim FROM stale WHERE chunk = ?"
# what stood in an episode with what is wanted, and what shares a name with it
_GROW = """
INSERT INTO wanted
SELECT payment, claim FROM episode_answers
WHERE episode IN (SELECT episode FROM episode_answers SEMI JOIN wanted USING (payment, claim))
UNION
SELECT payment, claim FROM names
WHERE (payer, name) IN (SELECT (payer, name) FROM names SEMI JOIN wanted USING (payment, claim))
EXCEPT SELECT payment, claim FROM wanted
"""
_LINES = f"""
SELECT g.payment, g.claim, g.line, l.control, coalesce(l.submitted_procedure, l.procedure), g.service_date, g.outcome,
  g.charge, g.paid, g.denied, g.group_code, g.carc, g.general_category, g.derm_category, g.rule,
  p.payer_id, c.control, c.payer_claim, coalesce(c.original_payer_claim, b.original_payer_claim), c.frequency, c.status,
  p.payment_date, p.trace, c.charge, c.paid, n.answer, n.batch, n.billed_claim, g.rarcs
FROM categories AS g
SEMI JOIN wanted USING (payment, claim)
JOIN payments AS p USING (payment)
JOIN remitted_claims AS c USING (payment, claim)
LEFT JOIN remitted_lines AS l ON l.payment = g.payment AND l.claim = g.claim AND l.line = g.line
JOIN known AS n ON n.payment = g.payment AND n.claim = g.claim
LEFT JOIN billed_claims AS b ON b.batch = n.batch AND b.claim = n.billed_claim AND {SERVED.format("c.service_from")}
WHERE g.current
ORDER BY p.payment_date, p.trace, g.payment, g.claim, g.line
"""
_CLEAR = (
    "CREATE OR REPLACE TEMP TABLE gone AS FROM episode_answers SEMI JOIN wanted USING (payment, claim) SELECT episode",
    "DELETE FROM episode_lines WHERE episode IN (SELECT episode FROM gone)",
    "DELETE FROM episodes WHERE episode IN (SELECT episode FROM gone)",
    "DELETE FROM episode_answers WHERE episode IN (SELECT episode FROM gone)",
)


def stale(store: Store) -> int:
    """How many answers stand in no episode yet, or otherwise than the store has them now."""
    store.run(_KNOWN)
    return _left(store)


def _left(store: Store) -> int:
    """The same, with what is known of the answers already."""
    store.run(_STALE, _CHUNK)
    return int(store.value("SELECT count(*) FROM stale"))


def refresh(store: Store, maps: Path | None = None) -> None:
    """Make the episodes of every answer that is new, gone or categorised otherwise.

    A run that is cut off is completed by the next. `maps` are laid over the built-in ones.
    """
    if not stale(store):
        return
    store.run(_NAMES)
    with store.transaction():
        answered_once(store, categoriser(maps))
    if not _left(store):
        return
    with staging(store) as rows:
        for chunk in range(store.value("SELECT max(chunk) FROM stale") + 1):
            with store.transaction():
                store.run(_WANTED, chunk)
                before = -1
                while (found := store.value("SELECT count(*) FROM wanted")) != before:
                    before = found
                    store.run(_GROW)
                for statement in _CLEAR:
                    store.run(statement)
                _write(store, rows, categoriser(maps))
                rows.keep()
                rows.load()


def _write(store: Store, rows: Staging, categorise: Categoriser) -> None:
    """The episodes of the wanted answers, as rows."""
    keys: dict[int, Row] = {}  # by the identity of a state or event, which the episodes hand on as they got it
    events = list(_events(store, keys, categorise))
    places: defaultdict[tuple[object, ...], list[Row]] = defaultdict(list)  # of an answer that came again, all of them
    for event in events:
        places[event.identity].append(keys[id(event)])
    for episode in episodes(events):
        number = _number(episode)
        rows.add("episodes", _head(number, episode))
        for event in episode.events:
            for place in places[event.identity]:
                rows.add("episode_answers", (number, *place))
        for old, new in _lines(episode):
            first, now = (keys[id(line)] if line is not None else _NOWHERE for line in (old, new))
            again = old is not None and episode.is_answered_again(old, new)
            rows.add("episode_lines", (number, *first, *now, again))


def _events(store: Store, keys: dict[int, Row], categorise: Categoriser) -> Iterator[Adjudication]:
    """The wanted answers as events; `keys` is told where each of them and of their lines stands in the store."""
    split = categorise.codes.split
    for place, found in groupby(store.rows(_LINES), key=lambda row: row[:2]):
        answers = list(found)
        states = tuple(_state(row) for row in answers)
        for row, state in zip(answers, states, strict=True):
            keys[id(state)] = row[:3]
        payer, control, payer_claim, replaces, frequency, status, day, trace, charge, paid = answers[0][15:25]
        now = answers[0][25:28]
        part = any(not split.isdisjoint(row[28]) for row in answers)
        event = Adjudication(
            _text(payer), control, _text(payer_claim), _text(replaces), _text(frequency),
            categorise.scope(status, charge), day, _text(trace), place[1], charge, paid,
            part, states,
        )  # fmt: skip
        keys[id(event)] = (*place, *now)
        yield event


def _state(row: Row) -> LineState:
    _, _, line, control, procedure, day, outcome, charge, paid, denied, group, carc, general, derm, rule = row[:15]
    reason = f"{group or '?'}-{carc}" if carc else ""
    return LineState(
        line or None, _text(control), _text(procedure), day, Outcome(outcome), charge, paid, denied, reason,
        _text(general), _text(derm), rule,
    )  # fmt: skip


def _text(value: Any) -> Any:
    """The records have empty texts where the store has nothing."""
    return "" if value is None else value


def _lines(episode: Episode) -> Iterator[tuple[LineState | None, LineState | None]]:
    """Each line as it was answered first and as it stands now; then those that came later."""
    yield from episode.lines
    told = {id(new) for _, new in episode.lines if new is not None}
    for line in episode.current.lines if episode.current else ():
        if id(line) not in told:
            yield None, line


def _head(number: int, episode: Episode) -> tuple[Any, ...]:
    first, now = episode.first, episode.current
    return (
        number, episode.payer, episode.claim, episode.status, episode.scope, episode.service_date,
        first.payment_date if first else None, first.outcome if first else None,
        now.payment_date if now else None, now.outcome if now else None,
        episode.adjudications, episode.reversals, episode.appeal,
    )  # fmt: skip


def _number(episode: Episode) -> int:
    """The same for the same episode, in whatever order its answers came."""
    event = episode.events[0]
    name = "\x1f".join(map(str, (event.payer, event.claim, event.payer_claim, *event.order)))
    return int.from_bytes(sha256(name.encode()).digest()[:8]) >> 1
