"""SNIP 6: the coding and modifier rules of dermatology, one module a family, each with its cases beside it.

`_registry` declares a rule, `_engine` applies all of them to a patient's day, `_plugins` loads those of a practice. A
rule is a plain function; its cases stand in the `.toml` of the same name and are run by the tests. Whoever writes rules
outside curette takes the names below from here, and relies on no other:

    from curette.rules import Context, Day, DayLine, Hit, rule
"""

from typing import TYPE_CHECKING, Any

_HOMES = {
    "Confidence": "curette.findings",
    "Context": "curette.rules._context",
    "Day": "curette.claims.days",
    "DayLine": "curette.claims.days",
    "Hit": "curette.rules._registry",
    "Missing": "curette.rules._registry",
    "Past": "curette.claims.history",
    "Severity": "curette.findings",
    "rule": "curette.rules._registry",
}

if TYPE_CHECKING:
    from curette.claims.days import Day, DayLine
    from curette.claims.history import Past
    from curette.findings import Confidence, Severity
    from curette.rules._context import Context
    from curette.rules._registry import Hit, Missing, rule

__all__ = ["Confidence", "Context", "Day", "DayLine", "Hit", "Missing", "Past", "Severity", "rule"]


def __getattr__(name: str) -> Any:
    """Loaded when first asked for: the commands that ask no rule load none."""
    if name in _HOMES:
        import importlib

        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'curette.rules' has no attribute {name!r}")
