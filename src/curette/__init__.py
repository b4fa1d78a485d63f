"""curette: X12 EDI for dermatology billing.

    for claim in curette.read_claims("batch.837"): ...
    for remit in curette.read_remits("era.835"):
        for answer in remit.claims: ...
    for result in curette.check(["batch.837"]): ...

Money is whole cents in an int, quantities are thousandths in an int, dates are dates.
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
_HOMES = {
    "Adjustment": "curette.x12.cas",
    "Claim": "curette.claims.model",
    "ClaimPayment": "curette.remits.model",
    "ConfigError": "curette.errors",
    "CuretteError": "curette.errors",
    "Finding": "curette.findings",
    "InputError": "curette.errors",
    "MapError": "curette.errors",
    "NotX12": "curette.errors",
    "NotesError": "curette.errors",
    "ProfileError": "curette.errors",
    "Remit": "curette.remits.model",
    "ServiceLine": "curette.claims.model",
    "ServicePayment": "curette.remits.model",
    "Severity": "curette.findings",
    "Unreadable": "curette.errors",
    "check": "curette.pipeline",
    "read_claims": "curette.pipeline",
    "read_remits": "curette.pipeline",
}

if TYPE_CHECKING:
    from curette.claims.model import Claim, ServiceLine
    from curette.errors import (
        ConfigError,
        CuretteError,
        InputError,
        MapError,
        NotesError,
        NotX12,
        ProfileError,
        Unreadable,
    )
    from curette.findings import Finding, Severity
    from curette.pipeline import check, read_claims, read_remits
    from curette.remits.model import ClaimPayment, Remit, ServicePayment
    from curette.x12.cas import Adjustment

__all__ = [
    "Adjustment",
    "Claim",
    "ClaimPayment",
    "ConfigError",
    "CuretteError",
    "Finding",
    "InputError",
    "MapError",
    "NotX12",
    "NotesError",
    "ProfileError",
    "Remit",
    "ServiceLine",
    "ServicePayment",
    "Severity",
    "Unreadable",
    "__version__",
    "check",
    "read_claims",
    "read_remits",
]


def __getattr__(name: str) -> Any:
    """Public names are loaded when they are first asked for, so that a command starts at once."""
    if name in _HOMES:
        import importlib

        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'curette' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
