"""Earlier service lines by patient: what rules may ask about the days before a claim.

Any source can fill a History: 837P files of earlier runs (`take`), a store (`sent`), or both; then `settle`. Patients
are known by a digest of name, birth date and the subscriber's member number, under a key of the run unless a store is
asked: no name is kept, and the digests of one run say nothing to another. Who has a new member number is a stranger,
for name and birth date alone would take two patients for one. Only lines are kept whose codes some rule recalls, so
memory grows with those lines and the patients who have them, not with the files.
"""

import secrets
from collections.abc import Callable, Iterable
from datetime import date
from functools import cached_property
from hashlib import blake2b
from itertools import count
from operator import attrgetter
from typing import Any, TypeVar

from curette._records import record
from curette.claims.days import DayLine, days
from curette.claims.model import MADE_AGAIN, VOID, Claim

V = TypeVar("V")


@record
class Past:
    """A service line that was sent before. Units are thousandths."""

    day: date
    code: str
    modifiers: tuple[str, ...]
    units: int
    provider: str  # NPI of who rendered it
    billing: str  # NPI of the billing provider
    place: str
    diagnoses: tuple[str, ...]
    claim: str  # CLM01


class PastLines(tuple[Past, ...]):
    """The earlier lines of one patient, in the order in which they were given."""

    @cached_property
    def by_code(self) -> dict[str, dict[date, list[Past]]]:
        """By code and day, the earliest day first: who has thousands of lines is not searched for every new one."""
        found: dict[str, dict[date, list[Past]]] = {}
        for line in sorted(self, key=attrgetter("day")):
            found.setdefault(line.code, {}).setdefault(line.day, []).append(line)
        return found


_NONE = PastLines()


class History:
    """The earlier lines of every patient. `claims` counts those it was filled from, `unread` those it could not be."""

    def __init__(self, key: bytes | None = None) -> None:
        self._key = secrets.token_bytes(16) if key is None else key
        self._lines: dict[bytes, list[Past]] = {}
        self._correcting: list[tuple[bytes, bool, str, list[Past]]] = []  # patient, void, claim, lines
        self._asked: dict[bytes, PastLines] = {}  # of patients that were asked about
        self._same: dict[object, Any] = {}  # one object for values that many lines share
        self.claims = self.unread = 0

    @property
    def lines(self) -> int:
        """How many lines are kept."""
        return sum(map(len, self._lines.values()))

    def of(self, claim: Claim) -> PastLines:
        """The earlier lines of a claim's patient; nobody may be asked about before every line was put in."""
        patient = self.patient(claim)
        if patient in self._asked or patient not in self._lines:
            return self._asked.get(patient, _NONE)
        found = self._asked[patient] = PastLines(self._lines[patient])
        return found

    def patient(self, claim: Claim) -> bytes:
        """Under what a claim's patient is known here."""
        return person(claim, self._key)

    def put(self, patient: bytes, line: Past) -> None:
        """One more line of a patient."""
        self._lines.setdefault(patient, []).append(line)

    def take(self, claim: Claim, keep: Callable[[str], bool]) -> None:
        """The lines of a claim that was sent, as far as `keep` wants their codes."""
        self.claims += 1
        found = [self._past(line) for day in days([claim]) for line in day.lines if keep(line.code)]
        if (found or claim.frequency in MADE_AGAIN) and (patient := self.patient(claim)):
            self.sent(patient, claim.frequency, claim.control_number, found)

    def sent(self, patient: bytes, frequency: str, control: str, lines: list[Past]) -> None:
        """The lines of a claim that was sent for a patient; `frequency` is CLM05-3, `control` CLM01."""
        if frequency in MADE_AGAIN:
            self._correcting.append((patient, frequency == VOID, control, lines))
        else:
            for line in lines:
                self.put(patient, line)

    def settle(self) -> None:
        """Once every claim was taken: one that corrects or voids another takes its lines away.

        The other is known by its number (CLM01), or by the same code and day of the same billing provider.
        """
        corrections: dict[bytes, list[tuple[bool, str, list[Past]]]] = {}
        for patient, void, claim, lines in self._correcting:
            corrections.setdefault(patient, []).append((void, claim, lines))
        for patient, theirs in corrections.items():
            if kept := _corrected(self._lines.pop(patient, ()), theirs):
                self._lines[patient] = kept
        self._correcting.clear()
        self._same.clear()

    def _past(self, line: DayLine) -> Past:
        one = self._one
        return Past(
            one(line.day), one(line.code), one(line.modifiers), one(line.units), one(line.provider),
            one(line.claim.billing.npi), one(line.place), one(line.diagnoses), one(line.claim.control_number),
        )  # fmt: skip

    def _one(self, value: V) -> V:
        kept: V = self._same.setdefault(value, value)
        return kept


def _corrected(lines: Iterable[Past], corrections: Iterable[tuple[bool, str, list[Past]]]) -> list[Past]:
    """The lines that stay: corrections are a void or not, the claim and its lines, in their order."""
    kept: dict[int, Past] = {}
    places: dict[object, list[int]] = {}  # by claim and by service
    number = count()

    def keep(line: Past) -> None:
        kept[at := next(number)] = line
        for key in (line.claim, _service(line)):
            places.setdefault(key, []).append(at)

    for line in lines:
        keep(line)
    for void, claim, own in corrections:
        for key in (claim, *map(_service, own)):
            for at in places.pop(key, ()):
                kept.pop(at, None)
        for line in () if void else own:
            keep(line)
    return list(kept.values())


def _service(line: Past) -> tuple[str, date, str]:
    return line.code, line.day, line.billing


def person(claim: Claim, key: bytes = b"") -> bytes:
    """A digest of who a claim's patient is: letters of the name, birth date, the subscriber's member number.

    b"" for nobody: without a name, or with neither of the others.
    """
    patient, subscriber = claim.patient_person, claim.subscriber.person
    birth = patient.value("DMG", 2) if patient is not None else ""
    member = subscriber.id if subscriber is not None else ""
    if patient is None or not patient.last_name or not (birth or member):
        return b""
    names = (patient.last_name, patient.first_name)
    known = "\0".join((*map(_letters, names), birth, _letters(member)))
    return blake2b(known.encode(), key=key, digest_size=12).digest()


def _letters(text: str) -> str:
    """Letters and digits, small: O'Brien is OBRIEN."""
    return "".join(filter(str.isalnum, text.casefold()))
