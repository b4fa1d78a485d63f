"""What was billed, kept small: so that a denied line can be told with its diagnoses, provider and place."""

from collections.abc import Iterable

from curette._records import record
from curette.claims.model import Claim, ServiceLine
from curette.remits.model import ClaimPayment, ServicePayment


@record
class Billed:
    """A billed line as far as a denial needs it."""

    control_number: str  # REF*6R
    procedure: str
    modifiers: tuple[str, ...]
    charge: int
    diagnoses: tuple[str, ...]  # the codes its pointers lead to
    rendering: str  # NPI
    billing: str  # NPI
    place_of_service: str


class Links:
    """Billed lines by claim control number (CLM01, which a remittance repeats as CLP01)."""

    def __init__(self, claims: Iterable[Claim] = ()) -> None:
        self._claims: dict[str, list[Billed]] = {}
        for claim in claims:
            self._claims.setdefault(claim.control_number, []).extend(_billed(claim, line) for line in claim.lines)

    def __bool__(self) -> bool:
        return bool(self._claims)

    def find(self, claim: ClaimPayment, line: ServicePayment | None) -> Billed | None:
        """The billed line: by its control number, else the only one with its code (submitted, else adjudicated)."""
        billed = self._claims.get(claim.control_number, [])
        if line is None:
            return billed[0] if len(billed) == 1 else None
        number = line.control_number
        if number and (found := [b for b in billed if b.control_number == number]):
            return found[0]
        code = line.submitted[1] if line.submitted else line.procedure
        found = [b for b in billed if b.procedure == code]
        if len(found) > 1:
            found = [b for b in found if b.charge == line.charge]
        return found[0] if len(found) == 1 else None


def _billed(claim: Claim, line: ServiceLine) -> Billed:
    rendering = line.rendering or claim.rendering
    return Billed(
        line.control_number,
        line.procedure,
        line.modifiers,
        line.charge,
        claim.codes(line),
        rendering.npi if rendering else claim.billing.npi,
        claim.billing.npi,
        line.place_of_service or claim.place_of_service,
    )
