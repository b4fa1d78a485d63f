"""What came of a pre-flight, in the small: one transaction or part at a time."""

from collections.abc import Mapping
from datetime import date
from typing import Literal

from attrs import field, frozen

from curette.claims.billed import BilledClaim
from curette.claims.spans import Held
from curette.codes.tables import Edition
from curette.findings import Finding, Unevaluated

Conformance = Literal["fast", "pyx12", "off"]  # how the implementation guide is held against a transaction
Billed = Literal["none", "found", "all"]  # of which claims it is told what was billed: those with findings, or all


@frozen
class Fault:
    """A fault of curette itself, or of a practice's `rule`, in a transaction: of what kind and where in the code."""

    file: str
    interchange: str
    group: str
    transaction: str
    segment_index: int
    reason: str
    rule: str = ""  # only this one could not look; everything else of the transaction was checked

    @property
    def whole(self) -> bool:
        """Whether nothing is known of the transaction or part."""
        return not self.rule


class Noted(dict[str, frozenset[int]]):
    """Claims of which the sidecar tells something, with the places of what it tells of lines that they lack."""

    def take(self, claim: str, idle: frozenset[int]) -> None:
        """One more claim; of one number there may be two, of which either may have a line."""
        self[claim] = idle & self.get(claim, idle)


@frozen
class Seen:
    """A claim that was looked at. Money in cents."""

    control: str  # CLM01
    at: int  # where it begins in the part, in bytes; -1: it cannot be read
    billing: str = ""  # NPI
    charge: int = 0
    service_date: date | None = None
    rendering: str = ""  # NPI
    place_of_service: str = ""
    rules: tuple[str, ...] = ()  # what of its own holds it


@frozen
class Checked:
    """The outcome of a transaction, of a part of one, or of what stands outside them. Money in cents."""

    file: str
    findings: tuple[Finding, ...] = ()
    kind: str = ""
    begins: bool = False  # a file begins
    transactions: int = 0
    claims: int = 0
    lines: int = 0
    charge: int = 0
    held: int = 0  # claims with an error, or in a refused transaction
    held_charge: int = 0
    unreadable: bool = False  # the file could not be used at all
    paid: int = 0  # CLP04
    size: int = 0  # bytes of the transaction or part
    whole: bool = True  # nothing of it was lost that the payment as a whole must add up with
    unevaluated: tuple[Unevaluated, ...] = ()
    editions: frozenset[Edition] = frozenset()  # of the tables that were asked
    unlisted: int = 0  # unevaluated beyond the limit of a file
    hidden: tuple[Finding, ...] = ()  # findings beyond the limit of a file: counted, not listed
    above: Held = field(factory=Held)  # what it leaves to the parts that follow
    free: tuple[tuple[int, int], ...] = ()  # byte in the part and levels in earlier parts of claims it does not hold
    # where the claims begin that nothing holds; only for a release or a store, or with `billed`
    clean: tuple[int, ...] = ()
    billed: tuple[BilledClaim, ...] = ()  # what was billed, where it was asked for
    seen: tuple[Seen, ...] = ()  # its claims, only for a store
    profiles: tuple[tuple[str, str, int], ...] = ()  # payer profile, by what it was matched, claims
    noted: Noted = field(factory=Noted)
    batch: Mapping[tuple[str, str, str, str], int] = field(factory=dict)  # what rules.batch counted
    earlier: tuple[int, int, int] | None = None  # earlier claims: read, lines kept of them, claims that cannot be read
    fault: Fault | None = None  # unless it is a rule's, nothing more is known of this transaction or part
