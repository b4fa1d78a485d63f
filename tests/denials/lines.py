"""Lines of a remittance for the tests, from few words."""

import json
from pathlib import Path
from typing import Any

from curette.denials.facts import LineFacts
from curette.x12.cas import Adjustment

CASES = Path(__file__).with_name("cases.jsonl")


def line(
    paid: int, *adjustments: tuple[str, str, int], status: str = "1", charge: int = 15000, **more: Any
) -> LineFacts:
    """A line of 150.00 unless `charge` (cents) says otherwise; adjustments are (group, reason, cents)."""
    return LineFacts(status, charge, paid, tuple(Adjustment(*adjustment) for adjustment in adjustments), **more)


def denied(*codes: str, **more: Any) -> LineFacts:
    """An unpaid line whose charge the reasons ("CO-50") share equally."""
    pairs = [code.split("-") for code in codes]
    return line(0, *((group, carc, 15000 // len(pairs)) for group, carc in pairs), **more)


def cases() -> list[tuple[str, LineFacts, dict[str, Any]]]:
    """Name, line and what to expect of it, for every case of cases.jsonl."""
    found = []
    for text in CASES.read_text("utf-8").splitlines():
        case = json.loads(text)
        facts: dict[str, Any] = {key: tuple(v) if isinstance(v, list) else v for key, v in case["line"].items()}
        facts["adjustments"] = tuple((group, carc, cents, None) for group, carc, cents in case["line"]["adjustments"])
        expect = {key: tuple(v) if isinstance(v, list) else v for key, v in case["expect"].items()}
        found.append((case["name"], LineFacts(**facts), expect))
    return found
