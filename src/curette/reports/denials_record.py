"""The summary of a run over remittances as one JSON object."""

from collections import Counter
from typing import Any

from curette._records import record
from curette.denials.standing import Answers, Standing
from curette.denials.totals import Totals
from curette.money import decimal


@record
class Notes:
    """What a run told besides rows."""

    listed: int
    hidden: int
    warnings: int
    faults: int
    refused: int
    repeated: int


def summary(totals: Totals, standing: Standing | None, notes: Notes, balanced: bool, version: str) -> dict[str, Any]:
    """The last line of JSON lines; `standing` is None where claims were not put together."""
    t = totals
    return {
        "type": "summary",
        "payments": t.payments,
        "refused": notes.refused,
        "repeated": notes.repeated,
        "claims": t.claims,
        "lines": t.lines,
        "charge": decimal(t.charge),
        "paid": decimal(t.paid),
        "denied": decimal(t.denied),
        "outcomes": t.by_outcome(),
        "by_category": _by(t.categories, t.category_money),
        "by_cause": _by(t.causes, t.cause_money),
        "primary": {
            "lines": t.primary_lines,
            "charge": decimal(t.primary_charge),
            "denied_lines": t.primary_denied_lines,
            "denied": decimal(t.primary_denied),
        },
        "patient_liable": decimal(t.patient_liable),
        "expected_denials": decimal(t.expected),
        "provider_adjustments": {name: decimal(amount) for name, amount in sorted(t.provider_adjustments.items())},
        "episodes": _standing(standing) if standing else None,
        "overridden": t.overridden,
        "unknown_codes": dict(sorted(t.unknown.items())),
        "balanced": balanced,
        "not_listed": notes.hidden,
        "faults": notes.faults,
        "warnings": notes.warnings + sum(t.warnings.values()),
        "tables": version,
    }


def _by(lines: Counter[str], money: Counter[str]) -> dict[str, Any]:
    return {name: {"lines": number, "denied": decimal(money[name])} for name, number in sorted(lines.items())}


def _standing(found: Standing) -> dict[str, Any]:
    return {
        "episodes": found.episodes,
        **{name: found.statuses[name] for name in ("final", "pending", "reversed", "left_out")},
        "begun_earlier": found.begun_earlier,
        "first": _answers(found.first),
        "current": _answers(found.current),
        "overturned": decimal(found.overturned),
        "reversals": found.reversals,
        "duplicates": found.duplicates,
        "recouped": decimal(found.recouped),
    }


def _answers(found: Answers) -> dict[str, Any]:
    return {
        "claims": found.claims,
        "denied_claims": found.denied_claims,
        "partly_denied_claims": found.partly_denied,
        "charge": decimal(found.charge),
        "paid": decimal(found.paid),
        "denied": decimal(found.denied),
    }
