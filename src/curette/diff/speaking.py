"""Whether a change is of a kind that maps/denials/answers.xml names, seen from the line that was denied.

The right change on another line, on another claim or on another day is not the right change.
"""

from datetime import date
from fnmatch import fnmatchcase

from attrs import frozen

from curette._records import record
from curette.claims.model import Claim, ServiceLine
from curette.codes.answers import Group, KindOfChange
from curette.codes.diagnoses import Diagnoses
from curette.codes.drugs import Drugs
from curette.codes.procedures import Procedures
from curette.codes.tables import Row, Tables
from curette.dates import overlap
from curette.diff.model import HOW_SENT, Change, Section
from curette.diff.value import values
from curette.diff.words import item, who
from curette.x12.cas import Segment
from curette.x12.loop import element

_DRUG, _PLACE, _CLAIMS = "drug", "place of service", "claims"
_ANY = "*"
_ON_REQUEST = "AA"  # PWK02
_LIMITS = (_A_LINE, _A_DAY) = ("1", "2")  # edits that no record lifts, of a line or of a day
_APART = frozenset({"JW", "TC"})
_ONE = 1000  # unit
_NINETY, _FEWER = "090", frozenset({"000", "010"})  # follow-up days


@record
class Home:
    """Where a denial belongs: the old claims it may be about, its line there (None: the claim itself, or unknown) and
    the codes of its reason and remarks.
    """

    claims: tuple[Claim, ...]
    section: Section | None
    reasons: frozenset[str]

    @property
    def old(self) -> ServiceLine | None:
        """The denied line."""
        return self.section.old if self.section else None

    @property
    def new(self) -> ServiceLine | None:
        """What became of it; None where it is gone."""
        return self.section.new if self.section else None


@frozen
class Speaking:
    """Holds changes against kinds of change."""

    procedures: Procedures
    drugs: Drugs
    diagnoses: Diagnoses
    tables: Tables

    def speaks(self, kind: KindOfChange, change: Change, section: Section, home: Home) -> bool:
        """Whether a change is of this kind; `section` is where it stands."""
        return (
            _named(kind, change)
            and not (kind.not_for & home.reasons)
            and _shared(change, section, home)
            and _placed(kind.where, change, section, home)
            and _swapped(kind, change)
            and self._is(kind.of, section.new)
            and self._is(kind.was_of, section.old)
            and not self._holds(kind.without, section.new or section.old)
            and (home.section is None or self._is(kind.denied_of, home.old))
            and (not kind.pair or home.section is None or self._paired(kind.pair, section, home))
            and (not kind.alone or self._alone(kind, section, home))
            and (not kind.fits or self._fits(section) == kind.fits)
            and (not kind.valid or self._in_force(section) == kind.valid)
            and (not kind.raised or self._raised(section) == kind.raised)
            and (not kind.points or self._points(kind.points, section))
            and (not kind.fresh or _fresh(kind.fresh, change, home))
            and (not kind.sent or _sent(section) == kind.sent)
            and (not kind.behaviours or self._behaves(kind, section))
            and (not kind.direction or self._direction(section) == kind.direction)
        )

    def _is(self, group: Group, line: ServiceLine | None) -> bool:
        """Whether the procedure of a line is one of those asked for, if any are."""
        return not (group.families or group.codes) or self._holds(group, line)

    def _holds(self, group: Group, line: ServiceLine | None) -> bool:
        """Whether the procedure of a line is in a group."""
        if line is None:
            return False
        code = line.procedure
        return (
            self.procedures.family(code) in group.families
            or (_DRUG in group.families and self.drugs.holds(code))
            or any(code in codes for codes in group.codes)
        )

    def _paired(self, pair: str, section: Section, home: Home) -> bool:
        """Whether the procedure of the section has to do with others as asked."""
        line, denied = section.new, home.new or home.old
        if pair == "added":
            lines = section.new_claim.lines if section.new_claim else ()
            return line is not None and any(self._adds(line, each) for each in lines)
        if pair == "primary":
            return line is not None and denied is not None and self._adds(denied, line)
        if pair in ("major", "minor"):
            days = self._follow_up(home)
            return _NINETY in days if pair == "major" else _NINETY not in days or not days.isdisjoint(_FEWER)
        line, denied = section.old or section.new, home.old
        if line is None or denied is None or denied.service is None:
            return False
        day = denied.service.start
        table = self.tables.on("ptp", day)
        one, other = line.procedure, denied.procedure
        return table is not None and any(table.at(codes, day) is not None for codes in (one + other, other + one))

    def _follow_up(self, home: Home) -> set[str]:
        """The follow-up days of what stands beside the denied line on its day, as the fee schedule has them."""
        line, claim = home.new, home.section.new_claim if home.section else None
        if line is None or claim is None or line.service is None:
            return set()
        day = line.service.start
        table = self.tables.on("pfs", day)
        beside = [x.procedure for x in claim.lines if x is not line and _one_day(x, line)]
        rows = [table.at(code, day) for code in beside] if table else []
        return {row.values["global_days"] for row in rows if row}

    def _adds(self, line: ServiceLine, first: ServiceLine) -> bool:
        """Whether a line is an add-on to another."""
        known = self.procedures.get(line.procedure)
        return known is not None and first.procedure in known.primaries

    def _alone(self, kind: KindOfChange, section: Section, home: Home) -> bool:
        """Whether no two units of its families are left beside the denied one, itself included, of as many as asked."""
        claim, denied = section.new_claim or (home.section.new_claim if home.section else None), home.new or home.old
        if self._units(kind.alone, claim, denied) > _ONE:
            return False
        old = home.section.old_claim if home.section else section.old_claim
        return not kind.least or self._units(kind.alone, old, home.old) >= kind.least * _ONE

    def _units(self, families: frozenset[str], claim: Claim | None, line: ServiceLine | None) -> int:
        """How many units of these families a claim has on the day of a line."""
        lines = claim.lines if claim else ()
        same = [x for x in lines if self.procedures.family(x.procedure) in families and _one_day(x, line)]
        return sum(x.units for x in same)

    def _fits(self, section: Section) -> str:
        """Whether one day can hold the units of a line: yes or no; an edit that may be appealed says nothing."""
        line = section.new
        row = self._limit(line)
        if line is None or row is None or row.values["mai"] not in _LIMITS or row.values["mue"] == "0":
            return "yes"
        return "no" if self._counted(line, section.new_claim) > int(row.values["mue"]) * _ONE else "yes"

    def _direction(self, section: Section) -> str:
        """Whether there are more (up) or fewer units (down) than before, or fewer on this line alone (spread)."""
        old, new = section.old, section.new
        if old is None or new is None:
            return ""
        before, after = self._counted(old, section.old_claim), self._counted(new, section.new_claim)
        if after < before:
            return "down"
        return "spread" if new.units < old.units else "up" if after > before else ""

    def _counted(self, line: ServiceLine, claim: Claim | None) -> int:
        """The units that a payer counts together: those of the day, unless the limit of the code is one of a line."""
        row = self._limit(line)
        if claim is None or (row is not None and row.values["mai"] == _A_LINE):
            return line.units
        return sum(x.units for x in claim.lines if _counted_with(x, line))

    def _limit(self, line: ServiceLine | None) -> Row | None:
        """The edit (MUE) of the units of a line."""
        if line is None or line.service is None:
            return None
        table, day = self.tables.on("mue", line.service.start), line.service.start
        return table.at(line.procedure, day) if table else None

    def _in_force(self, section: Section) -> str:
        """Whether the code of a line is in force on its day: yes or no; what no table tells of may be."""
        line = section.new
        if line is None or line.service is None:
            return "yes"
        code, day = line.procedure, line.service.start
        ended = self.procedures.deleted(code)
        if self.procedures.never(code) or (ended is not None and ended.last_day < day):
            return "no"
        return "yes" if code[:1].isdigit() or self._known("hcpcs", code, day) else "no"

    def _raised(self, section: Section) -> str:
        """Whether the code of a line became one of its family that is valued higher: yes or no."""
        old, new = section.old, section.new
        if old is None or new is None or new.service is None:
            return "no"
        found = values(self.procedures, self.tables, old.procedure, new.procedure, new.service.start)
        return "yes" if found is not None and found.raised else "no"

    def _known(self, name: str, code: str, day: date) -> bool:
        """Whether a table has a code on a day, or cannot say: it is of another time or an excerpt."""
        table = self.tables.on(name, day)
        return table is None or table.excerpt or not table.head.covers(day) or table.at(code, day) is not None

    def _points(self, how: str, section: Section) -> bool:
        """Whether the diagnoses of a line are as asked now."""
        line, claim = section.new, section.new_claim
        if line is None or claim is None:
            return False
        codes = claim.codes(line)
        if how == "valid":
            day = line.service.start if line.service else None
            return day is None or all(self._known("icd10cm", code, day) for code in codes)
        if how == "exact":
            before = section.old_claim.codes(section.old) if section.old_claim and section.old else ()
            return any((known := self.diagnoses.get(x)) is None or not known.flags for x in codes if x not in before)
        return any((known := self.diagnoses.get(x)) is None or known.cosmetic == "none" for x in codes)

    def _behaves(self, kind: KindOfChange, section: Section) -> bool:
        """Whether the line has such a diagnosis now."""
        if section.new is None or section.new_claim is None:
            return False
        codes = section.new_claim.codes(section.new)
        return any(self.diagnoses.behaviour(code) in kind.behaviours for code in codes)


def _counted_with(line: ServiceLine, other: ServiceLine) -> bool:
    """Whether a payer adds the units of two lines: of a day, but for waste and the technical part of a test."""
    apart = [_APART.intersection(each.modifiers) for each in (line, other)]
    return line.procedure == other.procedure and apart[0] == apart[1] and _one_day(line, other)


def _named(kind: KindOfChange, change: Change) -> bool:
    """Whether it is about the right thing, and came, went or differs as asked."""
    if change.field not in kind.fields:
        if not kind.patterns or change.field in HOW_SENT:  # which "*" does not mean
            return False
        if not any(fnmatchcase(change.field, pattern) for pattern in kind.patterns):
            return False
    return not kind.kinds or change.kind in kind.kinds


def _shared(change: Change, section: Section, home: Home) -> bool:
    """Whether it is about the claims of the denial: of several that were merged or split, others do not count, but that
    they were is said of all.
    """
    old, new = section.old_claim, section.new_claim
    if change.field == _CLAIMS:
        return True
    if section.old is None and section.new is None and old is not None and all(old is not c for c in home.claims):
        return False
    if home.section is None:
        return True
    if home.section.new_claim is not None and new is not None:
        return new is home.section.new_claim
    return old is None or old is home.section.old_claim


def _placed(where: str, change: Change, section: Section, home: Home) -> bool:
    """Whether it stands where it has to."""
    on_line = section.old is not None or section.new is not None
    here = on_line and (home.section is None or section is home.section)
    match where:
        case "line":
            return here
        case "here":
            return here or (not on_line and not _own(home.new, change))
        case "beside":
            return on_line and section is not home.section and _same_day(section, home)
        case "claim":
            return not on_line
        case _:
            return True


def _own(line: ServiceLine | None, change: Change) -> bool:
    """Whether a line has a place, provider or number of its own, so that what changed for its claim is not for it."""
    if line is None:
        return False
    if change.field == _PLACE:
        return bool(line.place_of_service)
    providers = (who(party.loop, party.role).name for party in line.parties)
    numbers = (item("REF", each[1]).name for each in line.all("REF") if element(each, 2) and not element(each, 4))
    return change.field in numbers or any(change.field.startswith(f"{name} ") for name in providers)


def _same_day(section: Section, home: Home) -> bool:
    """Whether a line is of the day of the denied one, as far as it is known."""
    return _one_day(section.new or section.old, home.new if section.new and home.new else home.old)


def _one_day(line: ServiceLine | None, other: ServiceLine | None) -> bool:
    if line is None or other is None or line.service is None or other.service is None:
        return True
    return overlap(line.service, other.service)


def _swapped(kind: KindOfChange, change: Change) -> bool:
    """Whether it puts in and takes out what is asked for."""
    before, after = set((change.old or "").split()), set((change.new or "").split())
    given, taken = after - before, before - after
    if kind.gives and not (given if _ANY in kind.gives else given & kind.gives):
        return False
    return not kind.takes or bool(taken if _ANY in kind.takes else taken & kind.takes)


def _fresh(qualifier: str, change: Change, home: Home) -> bool:
    """Whether a number is one that neither the denied line nor its claim had in such a REF."""
    known = {segment[2] for claim in home.claims for segment in claim.segments if _is_number(segment, qualifier)}
    if home.old is not None:
        known |= {segment[2] for segment in home.old.segments if _is_number(segment, qualifier)}
    return change.new not in known


def _sent(section: Section) -> str:
    """Whether an attachment that a line or claim did not have comes to the payer, or only when asked for: yes or no."""
    on_line = section.old is not None or section.new is not None
    old, new = (section.old, section.new) if on_line else (section.old_claim, section.new_claim)
    known = old.all("PWK") if old else ()
    came = [each for each in new.all("PWK") if each not in known] if new else ()
    return "yes" if any(element(each, 2) != _ON_REQUEST for each in came) else "no"


def _is_number(segment: Segment, qualifier: str) -> bool:
    return segment[0] == "REF" and element(segment, 1) == qualifier and bool(element(segment, 2))
