"""A batch against the store: what it may send again, as that was sent, and what was answered of it."""

from collections.abc import Iterable, Iterator
from datetime import date

from curette.claims.model import Claim
from curette.claims.reader import Reader
from curette.denials.categorise import categoriser
from curette.denials.outcomes import COUNTED
from curette.diff.answers import Resubmission
from curette.diff.match import Side
from curette.diff.model import Comparison
from curette.pipeline import asked
from curette.pipeline.adjudications import (
    Adjudicated,
    Adjudications,
    LineKey,
    denied,
    is_denied,
    is_duplicate,
    line_key,
)
from curette.pipeline.differences import Examination, differences
from curette.pipeline.files import items
from curette.store import identity, resent
from curette.store.duckdb import Store
from curette.store.resent import AnsweredClaim, AnsweredLine
from curette.x12.delimiters import Delimiters
from curette.x12.transaction import Transaction


def sought(store: Store, new: str) -> tuple[Side, Adjudications]:
    """The claims of the store that those of the file (or folder) `new` may send again, and what was answered of them
    until then. Claims are read from the store as they are asked for, so it must stay open.
    """
    batches: dict[int, Delimiters] = {}  # filled while the claims are read
    resent.seek(store, _claims(new, batches), batches)
    wanted = next(iter(batches.values()), Delimiters())  # claims in the same words are compared soonest
    found = Adjudications()
    for answer in resent.answers(store):
        found.take(_adjudicated(answer))
    return Side(resent.claims(store, wanted), resent.untold(store), outline=resent.outline(store)), found


def resubmissions(old: Side, new: Side, examine: Examination) -> Iterator[Resubmission]:
    """The claims of `new`, each compared with what it sends again; other claims of `old` were only a guess."""
    for result in differences(old, new, examine):
        if not isinstance(result.found, Comparison) or result.found.match.news:
            yield result


def _claims(path: str, batches: dict[int, Delimiters]) -> Iterator[Claim]:
    """All claims of a file that can be compared; `batches` is told the number that each batch has in a store."""
    for item in items([path]):
        if isinstance(item, Transaction) and item.kind == "837P" and item.readable and item.complete:
            batches[identity.number(identity.content(item))] = item.delimiters
            for part in item.parts():
                if not part.refused:
                    yield from Reader(part).read()


def _adjudicated(answer: AnsweredClaim) -> Adjudicated:
    decided = [line for line in answer.lines if line.denial.outcome in COUNTED]
    codes = frozenset(line.procedure for line in answer.lines)
    told = tuple(
        denied(
            answer.control, answer.payer_claim, line.control, line.number, line.procedure, line.modifiers,
            line.charge, line.day, line.denial,
            tuple(asked.reasons(line.denial, line.adjustments, answer.filing, line.paid)), codes,
        )
        for line in decided
        if is_denied(line.denial)
    )  # fmt: skip
    return Adjudicated(
        answer.control, answer.payer_claim, answer.payer, answer.payment_date or date.min, answer.trace,
        answer.position, answer.status, categoriser().scope(answer.status, answer.charge), answer.charge, answer.paid,
        _keys(decided), _keys([line for line in decided if not is_duplicate(line.denial)]), told,
    )  # fmt: skip


def _keys(lines: Iterable[AnsweredLine]) -> frozenset[LineKey]:
    return frozenset(line_key(line.control, line.procedure, line.charge, line.day) for line in lines)
