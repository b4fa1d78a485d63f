"""Segments to claims, by the tables of `loops` (see `x12.walk` for how).

A claim with a value that cannot be read, or with a segment that belongs nowhere, is not handed out: its findings say
why, and the claims around it are read. `unread` tells of those.
"""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from curette.claims import loops
from curette.claims.composites import composites
from curette.claims.levels import Levels
from curette.claims.model import (
    Billing,
    Claim,
    Diagnosis,
    Drug,
    Form,
    LineAdjudication,
    OtherSubscriber,
    Patient,
    ServiceLine,
    Submission,
    Subscriber,
)
from curette.dates import Period, day
from curette.x12 import faults
from curette.x12.loop import Loop, Party
from curette.x12.transaction import Transaction
from curette.x12.values import CENTS, DAYS, PERIODS, QUANTITIES
from curette.x12.walk import LoopReader

_PAD: Final = ("",) * 8
_NUMBERS: Final = {n: str(n) for n in range(1, 1000)}  # the guide allows fifty lines
_BELOW: Final = {
    "20": ("billing", "subscriber", "patient", "claim"),
    "22": ("subscriber", "patient", "claim"),
    "23": ("patient", "claim"),
}  # fmt: skip


class UnreadClaim(NamedTuple):
    """A claim that is not handed out: CLM01 and CLM02 (cents, 0 where that is what cannot be read)."""

    control_number: str
    charge: int


class Reader(LoopReader[Claim], loops=loops.LOOPS, money=loops.MONEY, days=loops.DAYS):
    """Reads one transaction (or a part of one). `findings` fills while claims are taken."""

    __slots__ = (
        "billing", "charge", "claim_at", "claim_diagnoses", "claim_id", "claim_open", "claim_parties",
        "claim_segments", "composites", "levels", "line", "line_at", "line_break", "line_count", "line_number",
        "line_open", "line_segments", "lines", "others", "parties", "party_table", "patient", "roles", "scope",
        "spoiled", "submission", "subscriber", "unread",
    )  # fmt: skip

    def __init__(self, transaction: Transaction) -> None:
        super().__init__(transaction)
        self.unread: list[UnreadClaim] = []
        self.composites = composites(self.component)
        self.levels = Levels()
        self.spoiled: set[str] = set()  # the scopes whose claims cannot be handed out
        self.scope = "header"
        self.claim_open = self.line_open = False
        self.claim_id = ""
        self.line_number: int | None = None
        self.line: ServiceLine | None = None
        self.billing: Billing | None = None
        self.subscriber: Subscriber | None = None
        self.patient: Patient | None = None
        self.parties: list[Party] = []
        self.submission = Submission(self.head, 0, self.parties)
        self.roles, self.party_table = loops.HEADER, self.tables["1000"]

    def read(self) -> Iterator[Claim]:
        """Every claim that is whole, in order."""
        return self.walk()

    def take_context(self) -> None:
        """The levels above a part, which need not be all that came before it."""
        super().take_context()
        self.levels.resume(self.transaction.level, self.transaction.levels)

    def finish(self, index: int) -> Claim | None:
        """The claim that is open ends before segment `index`."""
        return self._close_claim(index) if self.claim_open else None

    def owner(self) -> tuple[str | None, int | None]:
        """The claim and line that are open."""
        return self.claim_id or None, self.line_number

    def spoil(self) -> None:
        """Give up the claim or, above claims, every claim below."""
        self.spoiled.add(self.scope)

    def _orphan(self, segment: list[str], index: int) -> Claim | None:
        """A claim where its subscriber (HL 22) should be; the levels above it are none the worse for it."""
        self._lost_claim(segment, index)
        self.claim_id = self.unread[-1].control_number
        self.fault(faults.ORPHAN, index, unread=False, expected="subscriber (HL 22)")
        self.claim_id = ""
        return self.lose(index)

    def _lost_claim(self, segment: list[str], index: int) -> None:
        try:
            charge = CENTS[segment[2]]
        except (ValueError, IndexError):
            charge = 0  # what is wrong with it is not told: nobody knows whose claim it is
        self.unread.append(UnreadClaim(segment[1] if len(segment) > 1 else "", charge))

    def _period(self, segment: list[str], index: int, form: int = 2) -> Period | None:
        try:
            if segment[form] == "D8":
                return DAYS[segment[form + 1]]
            return PERIODS[segment[form], segment[form + 1]]
        except IndexError:
            self.fault(faults.ABSENT, index, form + 1 if len(segment) > form else form)
        except ValueError as error:
            if segment[form]:
                self.fault(faults.DATE, index, form + 1, reason=error)
            else:
                self.fault(faults.ABSENT, index, form)
        return None

    # -- levels

    def _level(self, segment: list[str], index: int) -> Claim | None:
        finished = self._close_claim(index) if self.claim_open else None
        self.claim_id = ""
        level = segment[3] if len(segment) > 3 else ""
        segments = [segment]
        parties: list[Party] = []
        self.parties = parties
        self.segments = segments
        if level == "22":
            self.scope, self.loop, self.table = "subscriber", "2000B", self.tables["2000B"]
            self.subscriber = Subscriber(segments, index, parties)
            self.patient = None
            self.roles, self.party_table = loops.SUBSCRIBER, self.tables["2010B"]
        elif level == "23":
            self.scope, self.loop, self.table = "patient", "2000C", self.tables["2000C"]
            self.patient = Patient(segments, index, parties)
            self.roles, self.party_table = loops.PATIENT, self.tables["2010C"]
        elif level == "20":
            self.scope, self.loop, self.table = "billing", "2000A", self.tables["2000A"]
            self.billing = Billing(segments, index, parties)
            self.subscriber = self.patient = None
            self.roles, self.party_table = loops.BILLING, self.tables["2010A"]
        else:
            self.scope, self.loop, self.table = "patient", "lost", self.tables["lost"]
        if self.spoiled:
            self.spoiled.difference_update(_BELOW.get(level, ()))
        if not self.levels.take(self.fault, segment, index, level):
            self.spoil()
        return finished

    def _end(self, segment: list[str], index: int) -> Claim | None:
        finished = self._close_claim(index) if self.claim_open else None
        self.claim_id = ""
        self.levels.end(self.fault)
        self.enter("lost", [])
        return finished

    # -- parties

    def _party(self, segment: list[str], index: int) -> Claim | None:
        """NM1 opens a party of the loop that is open; which roles it may have depends on that loop."""
        try:
            loop = self.roles[segment[1]]
        except LookupError:
            return self._no_party(segment, index)
        segments = [segment]
        self.loop = loop
        self.table = self.party_table
        self.segments = segments
        self.parties.append(Party(segments, index, loop))
        return None

    def _no_party(self, segment: list[str], index: int) -> Claim | None:
        """A role that the open loop does not have; one that no loop has is what is wrong."""
        role = segment[1] if len(segment) > 1 else ""
        if role in loops.ROLES:
            return self._misplaced(segment, index)
        self.fault(faults.MISPLACED if role else faults.ABSENT, index, 1)
        return self.lose(index)

    # -- claims

    def _claim(self, segment: list[str], index: int) -> Claim | None:
        finished = self._close_claim(index) if self.claim_open else None
        self.claim_open = True
        self.claim_at = index
        self.claim_id = segment[1] if len(segment) > 1 else ""
        self.scope = "claim"
        self.spoiled.discard("claim")
        self.claim_segments = segments = [segment]
        self.claim_parties: list[Party] = []
        self.parties = self.claim_parties
        self.claim_diagnoses: list[Diagnosis] = []
        self.others: list[OtherSubscriber] = []
        self.lines: list[ServiceLine] = []
        self.line_count = self.line_break = 0
        self.roles, self.party_table = loops.CLAIM, self.tables["2310"]
        self.loop = "2300"
        self.table = self.tables["2300"]
        self.segments = segments
        if not self.claim_id:
            self.fault(faults.ABSENT, index, 1)
        try:
            self.charge = CENTS[segment[2]]
        except (ValueError, IndexError):
            self.charge = self.value(CENTS, faults.MONEY, segment, index, 2)
        if self.charge < 0:
            self.fault(faults.NEGATIVE, index, 2, unread=False)
        if (self.subscriber is None or self.billing is None) and not self.spoiled:
            missing = "subscriber (HL 22)" if self.billing else "billing provider (HL 20)"
            self.fault(faults.ORPHAN, index, expected=missing)
        return finished

    def _close_claim(self, index: int) -> Claim | None:
        """The claim that ends before segment `index`; None when it may not be handed out."""
        if self.line is None and self.line_open:
            self._no_service(index)
        self.claim_open = self.line_open = False
        self.line_number = self.line = None
        if self.spoiled or self.billing is None or self.subscriber is None:
            self.unread.append(UnreadClaim(self.claim_id, self.charge))
            return None
        segments = self.claim_segments
        clm = segments[0]
        place = self.composites.parts[clm[5]] if len(clm) > 5 else ()
        return Claim(
            segments,
            self.claim_at,
            self.claim_id,
            self.charge,
            place[0] if place else "",
            place[2] if len(place) > 2 else "",
            tuple(self.claim_diagnoses),
            self.claim_parties,
            self.others,
            self.lines,
            self.submission,
            self.billing,
            self.subscriber,
            self.patient,
            self.transaction,
            index,
        )

    def _diagnoses(self, segment: list[str], index: int) -> None:
        self.segments.append(segment)
        known = self.composites.diagnoses
        self.claim_diagnoses += [diagnosis for text in segment[1:] if (diagnosis := known[text])]

    def _date(self, segment: list[str], index: int) -> None:
        self.segments.append(segment)
        self._period(segment, index)

    def _birth(self, segment: list[str], index: int) -> None:
        self.segments.append(segment)
        if len(segment) > 2:
            try:
                day(segment[2])
            except ValueError as error:
                self.fault(faults.DATE, index, 2, reason=error)

    def _patient_dates(self, segment: list[str], index: int) -> None:
        self.segments.append(segment)
        if len(segment) > 6 and (segment[5] or segment[6]):
            self._period(segment, index, 5)

    def _adjustments(self, segment: list[str], index: int) -> None:
        self.segments.append(segment)
        self.triplet_faults(segment, index)

    def _other(self, segment: list[str], index: int) -> None:
        segments = [segment]
        self.parties = []
        self.others.append(OtherSubscriber(segments, index, self.parties))
        self.roles, self.party_table = loops.OTHER, self.tables["2330"]
        self.enter("2320", segments)

    # -- lines

    def _line(self, segment: list[str], index: int) -> None:
        if self.line is None and self.line_open:
            self._no_service(index)
        self.line_open = True
        self.line = None
        self.line_at = index
        self.line_segments = segments = [segment]
        self.parties = []
        self.roles, self.party_table = loops.LINE, self.tables["2420"]
        self.loop = "2400"
        self.table = self.tables["2400"]
        self.segments = segments
        self.line_count = self.line_number = expected = self.line_count + 1
        if len(segment) < 2 or segment[1] != _NUMBERS.get(expected):
            self._line_numbered(segment, index, expected)

    def _line_numbered(self, segment: list[str], index: int, expected: int) -> None:
        """LX01 is not the count of lines. Lines that begin anew may be those of a claim whose CLM is missing.

        One break is told once: `line_break` is by how much the numbers differ from the count since.
        """
        number = segment[1] if len(segment) > 1 else ""
        known = int(number) if number.isdigit() and number.isascii() and len(number) <= 6 else None
        if number != str(expected) and (not known or number != str(expected + self.line_break)):
            self.fault(faults.LX_NUMBER, index, 1, unread=number == "1", expected=expected)
            self.line_break = 0 if known is None else known - expected
        self.line_number = expected if known is None else known

    def _no_service(self, index: int) -> None:
        """A line without SV1, said once; `index` is the segment that came instead."""
        self.line_open = False
        self.line_number = None
        self.fault(faults.ORPHAN, index, expected="SV1")

    def _service(self, segment: list[str], index: int) -> None:
        self.segments.append(segment)
        size = len(segment)
        pointers: tuple[int, ...] = ()
        try:
            charge, units = CENTS[segment[2]], QUANTITIES[segment[4]]
            if size > 7:
                pointers = self.composites.pointers[segment[7]]
        except (ValueError, IndexError):
            charge, units = self._service_faults(segment, index)
        if charge < 0:
            self.fault(faults.NEGATIVE, index, 2, unread=False)
        if units <= 0:
            self._no_units(segment, index)
        if self.line is not None:
            self.fault(faults.MISPLACED, index)
        if size < 8:
            segment = [*segment, *_PAD[size:]]
        qualifier, code, modifiers, description = self.composites.procedures[segment[1]]
        self.line = ServiceLine(
            self.line_segments,
            self.line_at,
            self.line_number or 0,
            qualifier,
            code,
            modifiers,
            description,
            charge,
            segment[3],
            units,
            segment[5],
            pointers,
            None,
            (),
            self.parties,
            (),
            (),
        )
        self.lines.append(self.line)

    def _service_faults(self, segment: list[str], index: int) -> tuple[int, int]:
        charge = self.value(CENTS, faults.MONEY, segment, index, 2)
        units = self.value(QUANTITIES, faults.QUANTITY, segment, index, 4)
        if len(segment) > 7:
            try:
                self.composites.pointers[segment[7]]
            except ValueError:
                self.fault(faults.INTEGER, index, 7, unread=False, expected="a diagnosis pointer")
        return charge, units

    def _no_units(self, segment: list[str], index: int) -> None:
        """Zero units, or less; those that could not be read were told already."""
        try:
            units = QUANTITIES[segment[4]]
        except (ValueError, IndexError):
            return
        self.fault(faults.NEGATIVE if units else faults.ZERO_UNITS, index, 4, unread=False)

    def _line_date(self, segment: list[str], index: int) -> None:
        self.segments.append(segment)
        if self.line is None and self.line_open:
            self._no_service(index)
        try:
            period = DAYS[segment[3]] if segment[2] == "D8" else self._period(segment, index)
        except (ValueError, IndexError):
            period = self._period(segment, index)
        line: Any = self.line  # frozen for everyone but its reader
        if period is not None and segment[1] == "472" and line is not None:
            line.service = period

    def _add(self, field: str, record: Loop) -> None:
        """One more record of the open line; a list, so that many cost no more than few."""
        if self.line is None:
            return
        if found := getattr(self.line, field):
            found.append(record)
        else:
            setattr(self.line, field, [record])

    def _drug(self, segment: list[str], index: int) -> None:
        segments = [segment]
        self._add("drugs", Drug(segments, index, self.component))
        self.enter("2410", segments)

    def _drug_quantity(self, segment: list[str], index: int) -> None:
        self.segments.append(segment)
        if len(segment) > 3 and segment[3]:
            self.value(CENTS, faults.MONEY, segment, index, 3)
        if len(segment) > 4:
            self.value(QUANTITIES, faults.QUANTITY, segment, index, 4)

    def _adjudication(self, segment: list[str], index: int) -> None:
        segments = [segment]
        self.enter("2430", segments)
        self.value(CENTS, faults.MONEY, segment, index, 2)
        if len(segment) > 5 and segment[5]:
            self.value(QUANTITIES, faults.QUANTITY, segment, index, 5)
        _, code, modifiers, _ = self.composites.procedures[segment[3]] if len(segment) > 3 else ("", "", (), "")
        self._add("adjudications", LineAdjudication(segments, index, code, modifiers))

    def _form(self, segment: list[str], index: int) -> None:
        segments = [segment]
        self._add("forms", Form(segments, index))
        self.enter("2440", segments)
