"""What is known of the claims that were sent under a control number (CLM01), and of what payers answered of them."""

from datetime import date

from curette._records import record
from curette.dates import Period

COUNTS = {"P": "primary", "S": "secondary", "T": "tertiary"}
"""SBR01 to how an answer to it counts."""


@record
class Sent:
    """A claim as it was sent before."""

    day: date | None  # BHT04
    frequency: str  # CLM05-3
    sequence: str  # SBR01
    billing: str  # NPI
    service: Period | None


@record
class Answer:
    """An answer that was given and, as things are known, stands: nobody took it back."""

    day: date | None  # of the payment
    counts: str  # as which payer: primary, secondary, tertiary
    billing: str  # NPI of the payee, empty where the payment does not tell it
    service: Period | None
    undecided: bool  # the payer could not process the claim (MA130)


@record
class Known:
    """All that is known of a control number. `numbers` are those that payers gave its claims, ever (CLP07)."""

    sent: tuple[Sent, ...] = ()
    answers: tuple[Answer, ...] = ()
    numbers: frozenset[str] = frozenset()
