"""Segments to a remittance, by the tables of `loops` (see `x12.walk` for how).

`head` gives the payment with its provider adjustments; `Reader.claims` streams the claims it answers.

An amount, date or quantity that cannot be read, or a segment that belongs nowhere, makes the whole transaction
unusable: a payment is used as a whole or not at all. `findings` say why.
"""

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain
from typing import Any, Final

from curette.errors import InputError
from curette.findings import Finding, Severity
from curette.remits import loops
from curette.remits.model import ClaimPayment, Organisation, ProviderAdjustment, Remit, Section, ServicePayment
from curette.x12 import cas, faults
from curette.x12.cas import Adjustment
from curette.x12.loop import Party
from curette.x12.transaction import Transaction
from curette.x12.values import CENTS, DAYS, QUANTITIES, Table
from curette.x12.walk import LoopReader

_new: Final = tuple.__new__  # a named tuple at the price of a tuple
_ONE: Final = 1000
_OF_LINES: Final = frozenset({"150", "151", "472"})  # dates that only a line has
_PAD: Final = ("",) * 10
_LAST: Final = 13  # the element of PLB in which the sixth and last adjustment begins
Procedure = tuple[str, str, tuple[str, ...]]


def _procedure(separator: str, text: str) -> Procedure:
    parts = (*text.split(separator), "", "", "", "", "", "")
    return parts[0], parts[1], tuple(m for m in parts[2:6] if m)


class Reader(LoopReader[ClaimPayment], loops=loops.LOOPS, money=loops.MONEY, days=loops.DAYS):
    """Reads one transaction (or a part of one)."""

    __slots__ = (
        "adjustments", "claim", "line", "lines", "opening", "organisations", "parties", "procedures",
        "provider_adjustments", "section",
    )  # fmt: skip

    def __init__(self, transaction: Transaction) -> None:
        super().__init__(transaction)
        self.procedures: Table[str, Procedure] = Table(partial(_procedure, self.component))
        self.organisations: list[Organisation] = []
        self.provider_adjustments: list[ProviderAdjustment] = []
        self.section: Section | None = None
        self.claim: ClaimPayment | None = None
        self.line: ServicePayment | None = None
        self.adjustments: list[Adjustment] = []  # of the claim or line that is open
        self.opening: tuple[str | None, int | None] | None = None  # the claim and line whose head has a fault

    def claims(self) -> Iterator[ClaimPayment]:
        """Every claim, in order; they may be used only when `usable` is still true at the end."""
        return self.walk()

    def finish(self, index: int) -> ClaimPayment | None:
        """The claim that is open ends before segment `index`."""
        claim = self.claim
        if claim is not None:
            growing: Any = claim  # frozen for everyone but its reader
            growing.end = index
        self.claim = self.line = None
        return claim

    def owner(self) -> tuple[str | None, int | None]:
        """The claim and line that are open."""
        if self.opening is not None:
            return self.opening
        number = self.line.number if self.line is not None else None
        return self.claim.control_number if self.claim is not None else None, number

    @property
    def usable(self) -> bool:
        """Whether what was read may be used."""
        return not any(f.severity is Severity.ERROR for f in self.findings)

    # -- header

    def _payment(self, segment: list[str], index: int) -> None:
        self.segments.append(segment)
        self.value(CENTS, faults.MONEY, segment, index, 2)
        self.check_day(segment, index, 16)

    def _date(self, segment: list[str], index: int) -> None:
        self.segments.append(segment)
        try:
            DAYS[segment[2]]
        except (ValueError, IndexError):
            self.check_day(segment, index, 2)

    def _claim_date(self, segment: list[str], index: int) -> ClaimPayment | None:
        if len(segment) > 1 and segment[1] in _OF_LINES:
            self.fault(faults.ORPHAN, index, expected="SVC")
            return self.lose(index)
        self._date(segment, index)
        return None

    def _organisation(self, segment: list[str], index: int) -> None:
        segments = [segment]
        self.organisations.append(Organisation(segments, index))
        self.enter("1000", segments)

    def _section(self, segment: list[str], index: int) -> ClaimPayment | None:
        finished = self.finish(index)
        segments = [segment]
        self.section = Section(segments, index)
        self.enter("2000", segments)
        return finished

    # -- claims

    def _claim(self, segment: list[str], index: int) -> ClaimPayment | None:
        finished = self.finish(index)
        segments = [segment]
        self.loop = "2100"
        self.table = self.tables["2100"]
        self.segments = segments
        self.parties: list[Party] = []
        self.lines: list[ServicePayment] = []
        self.adjustments = []
        size = len(segment)
        if size < 10:
            segment = [*segment, *_PAD[size:]]
        try:
            charge, paid = CENTS[segment[3]], CENTS[segment[4]]
            share = CENTS[segment[5]] if segment[5] else None
            if not (segment[1] and segment[2]):
                raise ValueError
        except ValueError:
            self.opening = segment[1] or None, None
            charge, paid, share = self._claim_faults(segment, index)
            self.opening = None
        self.claim = ClaimPayment(
            segments,
            index,
            segment[1],
            segment[2],
            charge,
            paid,
            share,
            segment[6],
            segment[7],
            segment[8],
            segment[9],
            self.parties,
            self.adjustments,
            self.lines,
            self.section,
            index + 1,
        )
        return finished

    def _claim_faults(self, segment: list[str], index: int) -> tuple[int, int, int | None]:
        for number in (1, 2):
            if not segment[number]:
                self.fault(faults.ABSENT, index, number)
        charge, paid = (self.value(CENTS, faults.MONEY, segment, index, number) for number in (3, 4))
        return charge, paid, self.optional(CENTS, faults.MONEY, segment, index, 5)

    def _party(self, segment: list[str], index: int) -> None:
        self.segments.append(segment)
        self.parties.append(Party([segment], index, "2100"))

    def _triplets(self, segment: list[str], index: int) -> tuple[Adjustment, ...]:
        group, size = segment[1] if len(segment) > 1 else "", len(segment)
        found = []
        try:
            for i in range(2, size, 3):
                quantity = QUANTITIES[segment[i + 2]] if size > i + 2 and segment[i + 2] else None
                if not segment[i]:
                    return self._bad(segment, index)
                found.append(_new(Adjustment, (group, segment[i], CENTS[segment[i + 1]], quantity)))
        except (ValueError, IndexError):
            return self._bad(segment, index)
        return tuple(found) if found else self._bad(segment, index)

    def _bad(self, segment: list[str], index: int) -> tuple[Adjustment, ...]:
        """A CAS that is not all triplets: every fault is told; what is empty at its end is let be."""
        return () if self.triplet_faults(segment, index) else cas.adjustments((segment,))

    def _adjustments(self, segment: list[str], index: int) -> None:
        """CAS of a claim or line: one triplet without a quantity, as nearly all have, or more."""
        self.segments.append(segment)
        if len(segment) == 4 and segment[2]:
            try:
                self.adjustments.append(_new(Adjustment, (segment[1], segment[2], CENTS[segment[3]], None)))
                return
            except ValueError:
                pass
        self.adjustments += self._triplets(segment, index)

    def _remarks(self, segment: list[str], index: int) -> None:
        """MIA and MOA: the remarks of the claim, and amounts."""
        self._checked(segment, index)
        claim: Any = self.claim  # frozen for everyone but its reader
        codes = segment[3:8] if segment[0] == "MOA" else segment[5:6] + segment[20:24]
        claim.remarks += tuple([code for code in codes if code])

    # -- lines

    def _service(self, segment: list[str], index: int) -> None:
        segments = [segment]
        adjustments: list[Adjustment] = []
        self.adjustments = adjustments
        self.loop = "2110"
        self.table = self.tables["2110"]
        self.segments = segments
        size = len(segment)
        qualifier, code, modifiers = self.procedures[segment[1] if size > 1 else ""]
        try:
            charge, paid = CENTS[segment[2]], CENTS[segment[3]]
        except (ValueError, IndexError):
            self.opening = self.owner()[0], len(self.lines) + 1
            charge = self.value(CENTS, faults.MONEY, segment, index, 2)
            paid = self.value(CENTS, faults.MONEY, segment, index, 3)
            self.opening = None
        units = _ONE
        if size > 5:
            try:
                units = QUANTITIES[segment[5]] if segment[5] else _ONE
                if size > 7 and segment[7]:
                    QUANTITIES[segment[7]]
            except ValueError:
                self.opening = self.owner()[0], len(self.lines) + 1
                for number in (5, 7):
                    self.optional(QUANTITIES, faults.QUANTITY, segment, index, number)
                self.opening = None
        self.line = ServicePayment(
            segments,
            index,
            len(self.lines) + 1,
            qualifier,
            code,
            modifiers,
            charge,
            paid,
            units,
            None,
            None,
            adjustments,
            self.procedures[segment[6]] if size > 6 and segment[6] else None,
        )
        self.lines.append(self.line)

    def _line_date(self, segment: list[str], index: int) -> ClaimPayment | None:
        line: Any = self.line  # frozen for everyone but its reader
        if line is None:
            return None
        if line.segments[-1][0] not in ("SVC", "DTM"):
            self.fault(faults.ORPHAN, index, expected="SVC")
            return self.lose(index)
        self.segments.append(segment)
        try:
            day = DAYS[segment[2]].start
        except (ValueError, IndexError):
            self.check_day(segment, index, 2)
            return None
        qualifier = segment[1]
        if qualifier == "472" or qualifier == "150":
            line.start = day
        if qualifier == "472" or qualifier == "151":
            line.end = day
        return None

    def _line_amount(self, segment: list[str], index: int) -> None:
        self.segments.append(segment)
        try:
            amount = CENTS[segment[2]]
        except (ValueError, IndexError):
            self.value(CENTS, faults.MONEY, segment, index, 2)
            return
        line: Any = self.line  # frozen for everyone but its reader
        if segment[1] == "B6" and line.allowed is None:
            line.allowed = amount

    def _remark(self, segment: list[str], index: int) -> None:
        self.segments.append(segment)
        if len(segment) > 2 and segment[1] == "HE":
            line: Any = self.line  # frozen for everyone but its reader
            line.remarks += (segment[2],)

    # -- provider adjustments

    def _provider(self, segment: list[str], index: int) -> ClaimPayment | None:
        finished = self.finish(index)
        if self.loop != "PLB":
            self.enter("PLB", [])
        self.segments.append(segment)
        period = DAYS[segment[2]].start if self.check_day(segment, index, 2) else None
        size = len(segment)
        if size < 4:
            self.fault(faults.ABSENT, index, 3)
        for number in range(3, size, 2):
            if number > 3 and not segment[number] and not (size > number + 1 and segment[number + 1]):
                continue
            if number > _LAST and not (segment[number] and size > number + 1 and segment[number + 1]):
                self.fault(faults.EXTRA, index, number, found=size - 1, limit=_LAST + 1)
                break
            reason, _, reference = segment[number].partition(self.component)
            if not reason:
                self.fault(faults.ABSENT, index, number)
            amount = self.value(CENTS, faults.MONEY, segment, index, number + 1)
            self.provider_adjustments.append(
                ProviderAdjustment(segment[1], period, reason, reference, amount, index, number + 1)
            )
        return finished

    def _end(self, segment: list[str], index: int) -> ClaimPayment | None:
        finished = self.finish(index)
        self.enter("lost", [])
        return finished


def head(transaction: Transaction) -> Remit:
    """The payment itself, without its claims. What cannot be read is left empty; `Reader` tells it."""
    reader = Reader(transaction)
    separator = transaction.delimiters.element
    for text in chain(_first(transaction, separator), _last(transaction, separator)):
        reader.take(text.split(separator), -1)
    payment = next((s for s in reader.head if s[0] == "BPR"), [])
    try:
        paid = CENTS[payment[2]]
    except (IndexError, ValueError):
        paid = 0
    try:
        day = DAYS[payment[16]].start
    except (IndexError, ValueError):
        day = None
    return Remit(reader.head, 0, reader.organisations, paid, day, reader.provider_adjustments, transaction)


def claims(remit: Remit) -> Iterator[ClaimPayment]:
    """The claims of a payment; raises InputError at the first that cannot be read."""
    told = remit.transaction.findings
    for part in remit.transaction.parts():
        _refuse(f for f in part.findings if f not in told)
        reader = Reader(part)
        for claim in reader.claims():
            if reader.findings:
                _refuse(reader.findings)
            yield claim
        _refuse(reader.findings)


def _refuse(findings: Iterable[Finding]) -> None:
    for finding in findings:
        if finding.severity is Severity.ERROR:
            place = finding.place
            reason = f"payment {place.transaction} cannot be used: segment {place.segment_index}, {finding.message}"
            raise InputError(place.file, reason, place.offset)


def _first(transaction: Transaction, separator: str) -> Iterator[str]:
    """The segments before the first claim."""
    for block in transaction.head_blocks():
        for text in block:
            if text.partition(separator)[0] in ("LX", "CLP", "PLB", "SE"):
                return
            yield text


def _last(transaction: Transaction, separator: str) -> list[str]:
    """The PLB segments, which stand just before SE."""
    found = []
    for text in reversed(transaction.tail_segments("PLB")):
        identifier = text.partition(separator)[0]
        if identifier == "PLB":
            found.append(text)
        elif identifier != "SE":
            break
    return found[::-1]
