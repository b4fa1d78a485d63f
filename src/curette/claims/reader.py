"""Segments to claims: one loop over the segments, each taken by the table of the loop that is open.

A claim with a value that cannot be read, or with a segment that belongs nowhere, is not handed out: its findings say
why, and the claims around it are read. `unread` names those.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

from curette.claims import loops
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
from curette.findings import Finding, Rule, Severity
from curette.x12 import cas, faults
from curette.x12.loop import Party
from curette.x12.transaction import Transaction
from curette.x12.values import CENTS, DAYS, PERIODS, QUANTITIES, Table

_LIMIT: Final = 1000
_DIAGNOSES: Final = frozenset({"ABK", "ABF", "BK", "BF"})
_PAD: Final = ("",) * 8
_NUMBERS: Final = {n: str(n) for n in range(1, 1000)}  # the guide allows fifty lines
_BELOW: Final = {
    "20": ("billing", "subscriber", "patient", "claim"),
    "22": ("subscriber", "patient", "claim"),
    "23": ("patient", "claim"),
}  # fmt: skip
_KNOWN: Final = frozenset(i for entries in loops.LOOPS.values() for i in entries)
_set: Final = object.__setattr__  # a line is frozen for everyone but its reader, who learns of it piece by piece
Handler = Callable[["Reader", list[str], int], None]
Procedure = tuple[str, str, tuple[str, ...], str]


def _procedure(separator: str, text: str) -> Procedure:
    parts = (*text.split(separator), "", "", "", "", "", "", "")
    return parts[0], parts[1], tuple(m for m in parts[2:6] if m), parts[6]


def _pointers(separator: str, text: str) -> tuple[int, ...]:
    parts = text.split(separator)
    if any(not p.isdigit() or not p.isascii() or len(p) > 2 for p in parts if p):
        raise ValueError
    return tuple(int(p) for p in parts if p)


def _diagnosis(separator: str, text: str) -> Diagnosis | None:
    qualifier, _, rest = text.partition(separator)
    return Diagnosis(qualifier, rest.partition(separator)[0]) if qualifier in _DIAGNOSES else None


class Reader:
    """Reads one transaction (or a part of one). `findings` fills while claims are taken."""

    def __init__(self, transaction: Transaction) -> None:
        self.transaction = transaction
        component = transaction.delimiters.component
        self.component = component
        self.findings: list[Finding] = []
        self.unread: list[str] = []
        self.composites: Table[str, list[str]] = Table(lambda text: text.split(component))
        self.procedures: Table[str, Procedure] = Table(partial(_procedure, component))
        self.pointers: Table[str, tuple[int, ...]] = Table(partial(_pointers, component))
        self.diagnoses: Table[str, Diagnosis | None] = Table(partial(_diagnosis, component))
        self.levels = Levels()
        self.done: list[Claim] = []
        self.stripped: list[int] = []
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
        segments: list[list[str]] = []
        self.submission = Submission(segments, 0, self.parties)
        self.roles, self.party_table = loops.HEADER, _TABLES["1000"]
        self._enter("ST", segments)

    # -- the loop

    def read(self) -> Iterator[Claim]:
        """Every claim that is whole, in order."""
        separator = self.transaction.delimiters.element
        done = self.done
        if self.transaction.context:
            self._read_context(separator)
        index = start = 0
        for block in self.transaction.blocks():
            for index, text in enumerate(block, start):
                segment = text.split(separator)
                if not segment[-1]:
                    self._strip(segment, index)
                try:
                    handler = self.table[segment[0]]
                except KeyError:
                    handler = Reader._misplaced
                if handler is None:
                    self.append(segment)
                else:
                    handler(self, segment, index)
                    if done:
                        yield done.pop()
            start = index + 1
        if self.claim_open:
            self._close_claim(self.transaction.count)
        yield from done
        if self.stripped:
            place = self.transaction.place(self.stripped[0])
            self.findings.append(faults.SEPARATORS.at(place, count=len(self.stripped)))

    def _read_context(self, separator: str) -> None:
        """Segments above a part of a long transaction: they open loops; their faults were told with their own part."""
        for text in self.transaction.context_segments():
            segment = text.split(separator)
            if not segment[-1]:
                self._strip(segment, -1)
            handler = self.table.get(segment[0], Reader._misplaced)
            if handler is None:
                self.append(segment)
            else:
                handler(self, segment, -1)
        self.findings.clear()
        self.stripped.clear()
        self.levels.count = None

    def _strip(self, segment: list[str], index: int) -> None:
        """Trailing separators mean nothing, so that a claim reads alike with and without them."""
        while len(segment) > 1 and not segment[-1]:
            segment.pop()
        self.stripped.append(index)

    def _enter(self, loop: str, segments: list[list[str]]) -> None:
        self.loop = loop
        self.table = _TABLES[loop]
        self.append = segments.append

    # -- what may go wrong

    def fault(self, rule: Rule, index: int, number: int | None = None, *, unread: bool = True, **facts: Any) -> None:
        """Note a finding. `unread`: an error also gives up the claim (or, above claims, every claim below)."""
        place = self.transaction.place(index, number, loop=self.loop)
        facts = {"segment": place.segment, "element": number, "loop": self.loop, **facts}
        finding = rule.at(place, claim=self.claim_id or None, line=self.line_number, **facts)
        if unread and finding.severity is Severity.ERROR:
            self.spoiled.add(self.scope)
        if len(self.findings) < _LIMIT:
            self.findings.append(finding)

    def _misplaced(self, segment: list[str], index: int) -> None:
        """Unknown segments spoil the claim; a known one in the wrong loop means that a head is missing."""
        if self.loop == "lost":
            return
        if segment[0] in _KNOWN:
            self.fault(faults.MISPLACED, index)
            self._lose(index)
        elif segment[0] and segment[0].isalnum() and segment[0].isupper() and 2 <= len(segment[0]) <= 3:
            self.fault(faults.UNKNOWN, index)
        else:
            self.fault(faults.SEGMENT_ID, index)

    def _lose(self, index: int) -> None:
        """Until the next HL nobody can say whose claim a segment belongs to."""
        if self.claim_open:
            self._close_claim(index)
        self._enter("lost", [])
        self.table = _TABLES["lost"]

    def _lost_claim(self, segment: list[str], index: int) -> None:
        self.unread.append(segment[1] if len(segment) > 1 else "")

    def _value(self, table: Table[str, int], rule: Rule, segment: list[str], index: int, number: int) -> int:
        """A required amount or quantity; 0 where it cannot be read (the claim is then not handed out)."""
        try:
            return table[segment[number]]
        except IndexError:
            self.fault(faults.ABSENT, index, number)
        except ValueError as error:
            if segment[number]:
                self.fault(rule, index, number, reason=error)
            else:
                self.fault(faults.ABSENT, index, number)
        return 0

    def _period(self, segment: list[str], index: int, form: int = 2) -> Period | None:
        try:
            if segment[form] == "D8":
                return DAYS[segment[form + 1]]
            return PERIODS[segment[form], segment[form + 1]]
        except IndexError:
            self.fault(faults.ABSENT, index, form + 1 if len(segment) > form else form)
        except ValueError as error:
            self.fault(faults.DATE, index, form + 1, reason=error)
        return None

    # -- levels

    def _level(self, segment: list[str], index: int) -> None:
        if self.claim_open:
            self._close_claim(index)
        self.claim_id = ""
        level = segment[3] if len(segment) > 3 else ""
        segments = [segment]
        parties: list[Party] = []
        self.parties = parties
        self.append = segments.append
        if level == "22":
            self.scope, self.loop, self.table = "subscriber", "2000B", _TABLES["2000B"]
            self.subscriber = Subscriber(segments, index, parties)
            self.patient = None
            self.roles, self.party_table = loops.SUBSCRIBER, _TABLES["2010B"]
        elif level == "23":
            self.scope, self.loop, self.table = "patient", "2000C", _TABLES["2000C"]
            self.patient = Patient(segments, index, parties)
            self.roles, self.party_table = loops.PATIENT, _TABLES["2010C"]
        elif level == "20":
            self.scope, self.loop, self.table = "billing", "2000A", _TABLES["2000A"]
            self.billing = Billing(segments, index, parties)
            self.subscriber = self.patient = None
            self.roles, self.party_table = loops.BILLING, _TABLES["2010A"]
        else:
            self.loop, self.table = "lost", _TABLES["lost"]
        if self.spoiled:
            self.spoiled.difference_update(_BELOW.get(level, ()))
        self.levels.take(self.fault, segment, index, level)

    def _end(self, segment: list[str], index: int) -> None:
        if self.claim_open:
            self._close_claim(index)
        self.claim_id = ""
        self.levels.end(self.fault)
        self._enter("lost", [])

    # -- parties

    def _party(self, segment: list[str], index: int) -> None:
        """NM1 opens a party of the loop that is open; which roles it may have depends on that loop."""
        try:
            loop = self.roles[segment[1]]
        except LookupError:
            self._misplaced(segment, index)
            return
        segments = [segment]
        self.loop = loop
        self.table = self.party_table
        self.append = segments.append
        self.parties.append(Party(segments, index, loop))

    # -- claims

    def _claim(self, segment: list[str], index: int) -> None:
        if self.claim_open:
            self._close_claim(index)
        self.claim_open = True
        self.claim_at = index
        self.claim_id = segment[1] if len(segment) > 1 else ""
        self.scope = "claim"
        self.spoiled.discard("claim")
        self.claim_segments = segments = [segment]
        self.claim_parties: list[Party] = []
        self.parties = self.claim_parties
        self.claim_diagnoses: list[Diagnosis] = []
        self.others: tuple[OtherSubscriber, ...] = ()
        self.lines: list[ServiceLine] = []
        self.roles, self.party_table = loops.CLAIM, _TABLES["2310"]
        self.loop = "2300"
        self.table = _TABLES["2300"]
        self.append = segments.append
        if not self.claim_id:
            self.fault(faults.ABSENT, index, 1)
        try:
            self.charge = CENTS[segment[2]]
        except (ValueError, IndexError):
            self.charge = self._value(CENTS, faults.MONEY, segment, index, 2)
        if self.charge < 0:
            self.fault(faults.NEGATIVE, index, 2, unread=False)
        if self.subscriber is None or self.billing is None:
            self.fault(
                faults.ORPHAN, index, expected="subscriber (HL 22)" if self.billing else "billing provider (HL 20)"
            )

    def _close_claim(self, index: int) -> None:
        if self.line is None and self.line_open:
            self._no_service(index)
        self.claim_open = self.line_open = False
        self.line_number = self.line = None
        segments = self.claim_segments
        if self.spoiled:
            self.unread.append(self.claim_id)
        elif self.billing is not None and self.subscriber is not None:
            clm = segments[0]
            place = self.composites[clm[5]] if len(clm) > 5 else ()
            self.done.append(
                Claim(
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
            )

    def _diagnoses(self, segment: list[str], index: int) -> None:
        self.append(segment)
        known = self.diagnoses
        self.claim_diagnoses += [diagnosis for text in segment[1:] if (diagnosis := known[text])]

    def _date(self, segment: list[str], index: int) -> None:
        self.append(segment)
        self._period(segment, index)

    def _birth(self, segment: list[str], index: int) -> None:
        self.append(segment)
        if len(segment) > 2:
            try:
                day(segment[2])
            except ValueError as error:
                self.fault(faults.DATE, index, 2, reason=error)

    def _patient_dates(self, segment: list[str], index: int) -> None:
        self.append(segment)
        if len(segment) > 6 and (segment[5] or segment[6]):
            self._period(segment, index, 5)

    def _money(self, segment: list[str], index: int) -> None:
        self.append(segment)
        for number in loops.MONEY[segment[0]]:
            if len(segment) > number and segment[number]:
                self._value(CENTS, faults.MONEY, segment, index, number)

    def _count(self, segment: list[str], index: int) -> None:
        self.append(segment)
        self._value(QUANTITIES, faults.QUANTITY, segment, index, 2)

    def _adjustments(self, segment: list[str], index: int) -> None:
        self.append(segment)
        for number, sort, reason in cas.faults(segment):
            rule = {"missing": faults.ABSENT, "money": faults.MONEY, "quantity": faults.QUANTITY}[sort]
            self.fault(rule, index, number, reason=reason)

    def _other(self, segment: list[str], index: int) -> None:
        segments = [segment]
        self.parties = []
        self.others = (*self.others, OtherSubscriber(segments, index, self.parties))
        self.roles, self.party_table = loops.OTHER, _TABLES["2330"]
        self._enter("2320", segments)

    # -- lines

    def _line(self, segment: list[str], index: int) -> None:
        if self.line is None and self.line_open:
            self._no_service(index)
        self.line_open = True
        self.line = None
        self.line_at = index
        self.line_segments = segments = [segment]
        self.parties = []
        self.roles, self.party_table = loops.LINE, _TABLES["2420"]
        self.loop = "2400"
        self.table = _TABLES["2400"]
        self.append = segments.append
        self.line_number = expected = len(self.lines) + 1
        if len(segment) < 2 or segment[1] != _NUMBERS.get(expected):
            self._line_numbered(segment, index, expected)

    def _line_numbered(self, segment: list[str], index: int, expected: int) -> None:
        self.fault(faults.LX_NUMBER, index, 1, unread=False, expected=expected)
        number = segment[1] if len(segment) > 1 else ""
        if number.isdigit() and number.isascii() and len(number) <= 6:
            self.line_number = int(number)

    def _no_service(self, index: int) -> None:
        """A line without SV1, said once; `index` is the segment that came instead."""
        self.line_open = False
        self.line_number = None
        self.fault(faults.ORPHAN, index, expected="SV1")

    def _service(self, segment: list[str], index: int) -> None:
        self.append(segment)
        size = len(segment)
        pointers: tuple[int, ...] = ()
        try:
            charge, units = CENTS[segment[2]], QUANTITIES[segment[4]]
            if size > 7:
                pointers = self.pointers[segment[7]]
        except (ValueError, IndexError):
            charge, units = self._service_faults(segment, index)
        if charge < 0:
            self.fault(faults.NEGATIVE, index, 2, unread=False)
        if not units and size > 4:
            self.fault(faults.ZERO_UNITS, index, 4, unread=False)
        if self.line is not None:
            self.fault(faults.MISPLACED, index)
        if size < 8:
            segment = [*segment, *_PAD[size:]]
        qualifier, code, modifiers, description = self.procedures[segment[1]]
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
        charge = self._value(CENTS, faults.MONEY, segment, index, 2)
        units = self._value(QUANTITIES, faults.QUANTITY, segment, index, 4)
        if len(segment) > 7:
            try:
                self.pointers[segment[7]]
            except ValueError:
                self.fault(faults.INTEGER, index, 7, unread=False, expected="a diagnosis pointer")
        return charge, units

    def _line_date(self, segment: list[str], index: int) -> None:
        self.append(segment)
        if self.line is None:
            self._no_service(index)
        try:
            period = DAYS[segment[3]] if segment[2] == "D8" else self._period(segment, index)
        except (ValueError, IndexError):
            period = self._period(segment, index)
        if period is not None and segment[1] == "472" and self.line is not None:
            _set(self.line, "service", period)

    def _drug(self, segment: list[str], index: int) -> None:
        segments = [segment]
        if self.line is not None:
            _set(self.line, "drugs", (*self.line.drugs, Drug(segments, index, self.component)))
        self._enter("2410", segments)

    def _drug_quantity(self, segment: list[str], index: int) -> None:
        self.append(segment)
        if len(segment) > 3 and segment[3]:
            self._value(CENTS, faults.MONEY, segment, index, 3)
        if len(segment) > 4:
            self._value(QUANTITIES, faults.QUANTITY, segment, index, 4)

    def _adjudication(self, segment: list[str], index: int) -> None:
        segments = [segment]
        self._enter("2430", segments)
        self._value(CENTS, faults.MONEY, segment, index, 2)
        if len(segment) > 5 and segment[5]:
            self._value(QUANTITIES, faults.QUANTITY, segment, index, 5)
        _, code, modifiers, _ = self.procedures[segment[3]] if len(segment) > 3 else ("", "", (), "")
        if self.line is not None:
            added = LineAdjudication(segments, index, code, modifiers)
            _set(self.line, "adjudications", (*self.line.adjudications, added))

    def _form(self, segment: list[str], index: int) -> None:
        segments = [segment]
        if self.line is not None:
            _set(self.line, "forms", (*self.line.forms, Form(segments, index)))
        self._enter("2440", segments)


# Functions, not bound methods: a reader that held its own methods could be freed by the garbage collector alone.
_TABLES: Final[dict[str, dict[str, Handler | None]]] = {
    name: {i: getattr(Reader, f"_{handler}") if handler else None for i, handler in entries.items()}
    for name, entries in loops.LOOPS.items()
}
