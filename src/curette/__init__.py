"""curette: X12 EDI for dermatology billing.

    for claim in curette.read_claims("batch.837"): ...
    for remit in curette.read_remits("era.835"):
        for answer in remit.claims: ...
    for result in curette.check("batch.837", notes="notes.csv", today=date(2026, 3, 10)):
        for finding in result.findings: ...

Money is whole cents in an int, quantities are thousandths in an int, dates are dates.
"""

from typing import TYPE_CHECKING

from curette._lazy import lazily

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
    "check": "curette.pipeline.preflight",
    "read_claims": "curette.pipeline.reading",
    "read_remits": "curette.pipeline.reading",
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


__getattr__ = lazily(__name__, _HOMES)


def __dir__() -> list[str]:
    return sorted(__all__)
