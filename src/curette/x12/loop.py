"""A loop of any guide: segments in order, read by name. Parties (NM1) are the same in claims and remittances."""

from collections.abc import Sequence
from datetime import date

from curette._records import record
from curette.dates import Period, day, period
from curette.x12.cas import Segment
from curette.x12.values import CENTS


def element(segment: Segment, index: int) -> str:
    """An element, empty where the segment is shorter."""
    return segment[index] if index < len(segment) else ""


@record
class Loop:
    """A loop and its segments."""

    segments: Sequence[Segment]
    at: int

    def all(self, identifier: str, qualifier: str | None = None) -> list[Segment]:
        """The segments with this identifier (and first element)."""
        return [s for s in self.segments if s[0] == identifier and (qualifier is None or element(s, 1) == qualifier)]

    def first(self, identifier: str, qualifier: str | None = None) -> Segment | None:
        """The first of `all`, or None."""
        for s in self.segments:  # asked of every claim: no call within
            if s[0] == identifier and (qualifier is None or (len(s) > 1 and s[1] == qualifier)):
                return s
        return None

    def index(self, identifier: str) -> int:
        """Where the first segment with this identifier stands in the transaction; if none does, where the loop is."""
        return next((at for at, s in enumerate(self.segments, self.at) if s[0] == identifier), self.at)

    def value(self, identifier: str, index: int, qualifier: str | None = None) -> str:
        """One element of the first such segment, empty where there is none."""
        found = self.first(identifier, qualifier)
        return element(found, index) if found is not None else ""

    def reference(self, qualifier: str) -> str:
        """REF02 of the first REF with this qualifier."""
        for s in self.segments:  # asked of every line: no call within
            if s[0] == "REF" and len(s) > 1 and s[1] == qualifier:
                return s[2] if len(s) > 2 else ""
        return ""

    @property
    def references(self) -> tuple[tuple[str, str], ...]:
        """Every REF as (qualifier, value)."""
        return tuple((element(s, 1), element(s, 2)) for s in self.segments if s[0] == "REF")

    def amount(self, qualifier: str) -> int | None:
        """AMT02 in cents of the first AMT with this qualifier."""
        text = self.value("AMT", 2, qualifier)
        return CENTS[text] if text else None

    def dates(self, qualifier: str) -> Period | None:
        """The date or range of the first DTP with this qualifier (a date with a time gives its day)."""
        found = self.first("DTP", qualifier)
        if found is None or element(found, 2) not in ("D8", "RD8", "DT"):
            return None
        form, text = element(found, 2), element(found, 3)
        return period("D8", text[:8]) if form == "DT" else period(form, text)

    @property
    def notes(self) -> tuple[tuple[str, str], ...]:
        """Every NTE as (code, text)."""
        return tuple((element(s, 1), element(s, 2)) for s in self.segments if s[0] == "NTE")


@record
class Party(Loop):
    """Someone with a role: an NM1 with its N2, N3, N4, REF, PER, DMG and PRV. `loop` is the guide's loop id."""

    loop: str

    @property
    def role(self) -> str:
        """NM101: 85 billing, IL insured, QC patient, PR payer, 82 rendering, DN referring, 77 facility, ..."""
        return element(self.segments[0], 1)

    @property
    def is_person(self) -> bool:
        """NM102 is 1."""
        return element(self.segments[0], 2) == "1"

    @property
    def last_name(self) -> str:
        """NM103, or the organisation's name."""
        return element(self.segments[0], 3)

    @property
    def first_name(self) -> str:
        """NM104."""
        return element(self.segments[0], 4)

    @property
    def middle_name(self) -> str:
        """NM105."""
        return element(self.segments[0], 5)

    @property
    def name(self) -> str:
        """As a report shows it: "DOE, JANE Q" or the organisation's name."""
        given = " ".join(filter(None, (self.first_name, self.middle_name)))
        return f"{self.last_name}, {given}" if given else self.last_name

    @property
    def id_qualifier(self) -> str:
        """NM108."""
        return element(self.segments[0], 8)

    @property
    def id(self) -> str:
        """NM109: an NPI, member number, payer id, ..., as `id_qualifier` says."""
        return element(self.segments[0], 9)

    @property
    def npi(self) -> str:
        """NM109 where NM108 is XX, else empty."""
        head = self.segments[0]  # asked of every claim
        return head[9] if len(head) > 9 and head[8] == "XX" else ""

    @property
    def taxonomy(self) -> str:
        """PRV03."""
        return self.value("PRV", 3)

    @property
    def street(self) -> tuple[str, ...]:
        """N301 and N302."""
        found = self.first("N3")
        return tuple(found[1:]) if found is not None else ()

    @property
    def city(self) -> str:
        """N401."""
        return self.value("N4", 1)

    @property
    def state(self) -> str:
        """N402."""
        return self.value("N4", 2)

    @property
    def postal_code(self) -> str:
        """N403."""
        return self.value("N4", 3)

    @property
    def birth_date(self) -> date | None:
        """DMG02."""
        text = self.value("DMG", 2)
        return day(text) if text else None

    @property
    def sex(self) -> str:
        """DMG03."""
        return self.value("DMG", 3)


def party(parties: Sequence[Party], role: str) -> Party | None:
    """The first of `parties` with this role, or None."""
    for candidate in parties:
        head = candidate.segments[0]
        if len(head) > 1 and head[1] == role:
            return candidate
    return None
