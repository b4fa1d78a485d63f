"""Episodes in the store: made again for every claim that something new is said about, and for no other.

What belongs together is decided by curette.denials.episodes alone; here only enough answers are gathered for it: all
that share a claim number with a new one, and all that share one with those, until no more are found.
"""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import groupby
from typing import Any

from curette.codes.denials import codes
from curette.denials.episodes import Episode, episodes
from curette.denials.events import Adjudication, LineState, Takeback
from curette.denials.outcomes import Outcome
from curette.store.duckdb import Row, Store
from curette.store.staging import Staging

_NOWHERE = (None, None, None)  # a line that was not answered then

_NAMES = """
CREATE OR REPLACE TEMP VIEW answer_names AS
SELECT c.payment, c.claim, p.payer_id, unnest([c.control, c.payer_claim, c.original_payer_claim, b.original_payer_claim]) AS name
FROM remitted_claims AS c
JOIN payments AS p USING (payment)
LEFT JOIN links AS k USING (payment, claim)
LEFT JOIN billed_claims AS b ON b.batch = k.batch AND b.claim = k.billed_claim
"""
_GROW = """
INSERT INTO wanted
SELECT DISTINCT o.payment, o.claim
FROM answer_names AS o
ANTI JOIN wanted USING (payment, claim)
WHERE trim(o.name, '0 ') <> ''
  AND (o.payer_id, o.name) IN (SELECT (n.payer_id, n.name) FROM answer_names AS n SEMI JOIN wanted USING (payment, claim))
"""
_LINES = """
SELECT g.payment, g.claim, g.line, l.control, coalesce(l.submitted_procedure, l.procedure), g.service_date, g.outcome,
  g.charge, g.paid, g.denied, g.group_code, g.carc, g.general_category, g.derm_category, g.rule,
  p.payer_id, c.control, c.payer_claim, coalesce(c.original_payer_claim, b.original_payer_claim), c.frequency, c.status,
  p.payment_date, p.trace, c.charge, c.paid
FROM categories AS g
SEMI JOIN wanted USING (payment, claim)
JOIN payments AS p USING (payment)
JOIN remitted_claims AS c USING (payment, claim)
LEFT JOIN remitted_lines AS l ON l.payment = g.payment AND l.claim = g.claim AND l.line = g.line
LEFT JOIN links AS k ON k.payment = g.payment AND k.claim = g.claim
LEFT JOIN billed_claims AS b ON b.batch = k.batch AND b.claim = k.billed_claim
WHERE g.current
ORDER BY p.payment_date, p.trace, g.payment, g.claim, g.line
"""
_THEIRS = "INSERT INTO wanted SELECT payment, claim FROM remitted_claims WHERE list_contains(?, payment)"
_WITH_THEM = """
INSERT INTO wanted
SELECT DISTINCT o.payment, o.claim
FROM episode_answers AS o
SEMI JOIN remitted_claims USING (payment, claim)
ANTI JOIN wanted USING (payment, claim)
WHERE o.episode IN (SELECT episode FROM episode_answers WHERE list_contains(?, payment))
"""
_TAKEN = """
SELECT p.payer_id, a.reference, a.reason, a.amount, p.payment_date, p.trace, a.position
FROM provider_adjustments AS a JOIN payments AS p USING (payment)
WHERE list_contains(?, a.reason)
"""


def refresh(store: Store, rows: Staging, payments: Iterable[int] | None = None) -> None:
    """Make the episodes of these payments again (None: of all), inside the caller's transaction.

    Payments whose rows are gone by now are told of too, so that what shared an episode with them is made again.
    """
    store.run("CREATE OR REPLACE TEMP TABLE wanted (payment BIGINT, claim INTEGER)")
    store.run(_NAMES)
    if payments is None:
        store.run("INSERT INTO wanted SELECT payment, claim FROM remitted_claims")
    else:
        _gather(store, list(payments))
    _clear(store, everything=payments is None)
    _write(store, rows)
    rows.load()
    store.run("DROP TABLE wanted")


def _gather(store: Store, payments: list[int]) -> None:
    """Their answers, those that stood in an episode with them, and all that share a name with any of these."""
    store.run(_THEIRS, payments)
    store.run(_WITH_THEM, payments)
    before = -1
    while (found := store.value("SELECT count(*) FROM wanted")) != before:
        before = found
        store.run(_GROW)


def _clear(store: Store, *, everything: bool) -> None:
    which = "" if everything else "SEMI JOIN wanted USING (payment, claim)"
    store.run(f"CREATE OR REPLACE TEMP TABLE gone AS SELECT DISTINCT episode FROM episode_answers {which}")
    for table in ("episode_lines", "episodes", "episode_answers"):
        store.run(f"DELETE FROM {table} WHERE episode IN (SELECT episode FROM gone)")
    store.run("DROP TABLE gone")


def _write(store: Store, rows: Staging) -> None:
    """The episodes of the wanted answers, as rows."""
    keys: dict[int, Row] = {}  # by the identity of a state or event, which the episodes hand on as they got it
    events = list(_events(store, keys))
    recoupments = sorted(reason for reason, kind in codes().provider_adjustments.items() if kind == "recoupment")
    taken = [Takeback(*(_text(v) for v in row)) for row in store.rows(_TAKEN, recoupments)]
    for episode in episodes(events, taken):
        number = _number(episode)
        rows.add("episodes", _head(number, episode))
        for event in episode.events:
            rows.add("episode_answers", (number, *keys[id(event)]))
        for old, new in _lines(episode):
            first = keys[id(old)] if old is not None else _NOWHERE
            rows.add("episode_lines", (number, *first, *(keys[id(new)] if new is not None else _NOWHERE)))


def _events(store: Store, keys: dict[int, Row]) -> Iterator[Adjudication]:
    """The wanted answers as events; `keys` is told where each of them and of their lines stands in the store."""
    known = codes()
    for place, found in groupby(store.rows(_LINES), key=lambda row: row[:2]):
        answers = list(found)
        states = tuple(_state(row) for row in answers)
        for row, state in zip(answers, states, strict=True):
            keys[id(state)] = row[:3]
        payer, control, payer_claim, replaces, frequency, status, day, trace, charge, paid = answers[0][15:]
        counts = known.statuses[status].counts if status in known.statuses else "none"
        event = Adjudication(
            _text(payer), control, _text(payer_claim), _text(replaces), _text(frequency), counts, day, _text(trace),
            place[1], charge, paid, False, states,
        )  # fmt: skip
        keys[id(event)] = place
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
        episode.adjudications, episode.reversals, episode.recouped, episode.appeal,
    )  # fmt: skip


def _number(episode: Episode) -> int:
    """The same for the same episode, in whatever order its answers came."""
    event = episode.events[0]
    name = "\x1f".join(map(str, (event.payer, event.claim, event.payer_claim, *event.order)))
    return int.from_bytes(sha256(name.encode()).digest()[:8]) >> 1
