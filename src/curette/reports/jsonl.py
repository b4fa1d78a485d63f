"""JSON lines: one object a line, money as text with two decimals, dates ISO, null for what does not apply."""

import json
import re
from collections.abc import Iterable
from typing import Any

from curette.checks.results import Fault
from curette.denials.episodes import Episode, State
from curette.denials.facts import Override
from curette.denials.lines import DenialLine
from curette.findings import Accepted, Finding, Unevaluated
from curette.money import count, decimal

_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
# control and direction characters, line separators, and the halves that stand for bytes of a file name that is no text
_OBEYED = re.compile("[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb]")


def line(record: dict[str, Any]) -> str:
    """One object as one line of text, without its end; what a terminal might obey is an escape."""
    text = _encode(record)
    return text if text.isascii() and "\x7f" not in text else _OBEYED.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return "\\ufffd" if 0xD800 <= code < 0xE000 else f"\\u{code:04x}"


def money(amount: int | None) -> str | None:
    """Cents as "125.50"."""
    return None if amount is None else decimal(amount)


def finding(found: Finding) -> str:
    """A finding."""
    rule, place = found.rule, found.place
    return line(
        {
            "type": "finding",
            "rule": rule.id,
            "name": rule.name,
            "severity": found.severity,
            "confidence": found.confidence,
            "snip": rule.snip,
            "message": found.message,
            "fix": rule.fix,
            "file": place.file,
            "interchange": place.interchange,
            "group": place.group,
            "transaction": place.transaction,
            "claim": found.claim,
            "line": found.line,
            "related_lines": found.related_lines,
            "segment_index": place.segment_index,
            "segment": place.segment or None,
            "loop": place.loop,
            "element": place.element,
            "component": place.component,
            "offset": place.offset,
            "length": place.length,
            "prevents": rule.prevents,
            "sources": rule.sources,
            "payer_scope": rule.payers or None,
            "accepted": _accepted(found.accepted),
        }
    )


def _accepted(one: Accepted | None) -> dict[str, Any] | None:
    if one is None:
        return None
    until = one.until.isoformat() if one.until else None
    return {"date": one.day.isoformat(), "until": until, "by": one.by or None, "reason": one.reason, "ended": one.ended}


def not_evaluated(missed: Unevaluated) -> str:
    """What a rule could not look at."""
    return line(
        {
            "type": "not_evaluated",
            "rule": missed.rule.id,
            "claim": missed.claim,
            "line": missed.line,
            "needs": missed.needs,
            "reason": missed.reason,
            "count": missed.count,
        }
    )


def fault(found: Fault) -> str:
    """A fault of curette itself."""
    return line(
        {
            "type": "fault",
            "file": found.file,
            "interchange": found.interchange,
            "group": found.group,
            "transaction": found.transaction,
            "segment_index": found.segment_index,
            "reason": found.reason,
            "rule": found.rule or None,
        }
    )


def denial_line(row: DenialLine) -> str:
    """A row of a remittance."""
    remit, claim, service, denial = row.remit, row.claim, row.line, row.denial
    day = row.service_date
    return line(
        {
            "type": "denial_line",
            "file": remit.transaction.file or None,
            "payer": remit.payer_name or None,
            "payer_id": remit.payer_id or None,
            "trace": remit.trace or None,
            "payment_date": remit.payment_date.isoformat() if remit.payment_date else None,
            "claim": claim.control_number,
            "payer_claim": claim.payer_claim or None,
            "claim_status": claim.status,
            "line_control": (service.control_number or None) if service else None,
            "line": service.number if service else None,
            "service_date": day.isoformat() if day else None,
            "procedure": (service.procedure or None) if service else None,
            "modifiers": service.modifiers if service else (),
            "units": count(service.units) if service else None,
            "merged": [part.number for part in row.parts],
            "submitted": row.billed_code or None,
            "charge": decimal(row.charge),
            "allowed": money(row.allowed),
            "paid": decimal(row.paid),
            "denied": decimal(denial.denied),
            "patient_responsibility": decimal(denial.patient_responsibility),
            "contractual": decimal(denial.contractual),
            "scope": row.scope,
            "outcome": denial.outcome,
            "group": denial.group,
            "carc": denial.carc,
            "rarcs": denial.rarcs,
            "adjustments": [
                {"group": g, "carc": c, "amount": decimal(a), "quantity": None if q is None else count(q)}
                for g, c, a, q in row.adjustments
            ],
            "derm_category": denial.derm_category,
            "derm_sub": denial.derm_sub,
            "general_category": denial.general_category,
            "general_sub": denial.general_sub,
            "rule": denial.rule,
            "confidence": denial.confidence,
            "action": denial.action,
            "sla": denial.sla,
            "due": row.due.isoformat() if row.due else None,
            "overridden": _override(denial.override),
            "linked": row.billed is not None,
            "matched_by": row.found.by if row.found else None,
            "ndc": (row.billed.ndc or None) if row.billed else None,
            "authorized": row.billed.authorized if row.billed else None,
            "diagnoses": row.billed.diagnoses if row.billed else (),
            "rendering": row.rendering or None,
            "billing": row.billing or None,
            "location": row.billed.place_of_service if row.billed else claim.place_of_service or None,
            "unknown_codes": denial.unknown,
            "warnings": denial.warnings,
        }
    )


def _override(found: Override | None) -> dict[str, Any] | None:
    """What the tables had said where a person said otherwise."""
    if found is None:
        return None
    return {
        "date": found.day.isoformat(),
        "by": found.by or None,
        "row": found.row,
        "rule": found.rule,
        "general_category": found.general_category,
        "derm_category": found.derm_category,
    }


def episode(found: Episode) -> str:
    """An episode."""
    return line(
        {
            "type": "episode",
            "payer_id": found.payer or None,
            "claim": found.claim,
            "claims": found.claims,
            "payer_claims": found.payer_claims,
            "service_date": found.service_date.isoformat() if found.service_date else None,
            "status": found.status,
            "scope": found.scope,
            "adjudications": found.adjudications,
            "reversals": found.reversals,
            "duplicates": found.duplicates,
            "begun_earlier": found.begun_earlier,
            "first": _state(found.first),
            "current": _state(found.current),
            "overturned": decimal(found.overturned),
            "recouped": decimal(found.recouped),
            "appeal": found.appeal,
        }
    )


def _state(found: State | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "payment_date": found.payment_date.isoformat() if found.payment_date else None,
        "trace": found.trace or None,
        "outcome": found.outcome,
        "charge": decimal(found.charge),
        "paid": decimal(found.paid),
        "denied": decimal(found.denied),
        "lines": len(found.lines),
        "denied_lines": sum(line.is_denied for line in found.lines),
    }


def lines(records: Iterable[dict[str, Any]]) -> str:
    """Several objects as text with line ends."""
    return "".join(f"{line(record)}\n" for record in records)
