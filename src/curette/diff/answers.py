"""Does a resubmission speak to the denials of the original? By the table maps/denials/answers.xml.

That a change speaks to a denial does not say that the payer will be content; that none does, says that it will not.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from fnmatch import fnmatchcase

from attrs import evolve

from curette._records import record
from curette.claims.model import ServiceLine
from curette.codes.answers import Answers, KindOfChange
from curette.codes.drugs import Drugs
from curette.codes.procedures import Procedures
from curette.diff.model import Change, Comparison, NotCompared, Section
from curette.findings import Finding

_DRUG = "drug"
_HOW_SENT = ("frequency", "original reference", "claim number", "line control number", "claims")
_NOT_SENT = "the claim was not sent again"


class State(StrEnum):
    """Whether the changes speak to a denial."""

    ANSWERED = "answered"
    PARTLY = "partly"
    NOT = "not"


@record
class Denied:
    """A denied line of a remittance, or a claim that was denied as a whole (without a procedure)."""

    claim: str  # CLP01
    payer_claim: str  # CLP07
    line_control: str  # REF*6R
    number: int | None  # of the SVC in its claim
    procedure: str
    charge: int
    group: str | None
    carc: str | None
    rarcs: tuple[str, ...]
    derm: str | None
    derm_sub: str | None
    general: str | None
    general_sub: str | None

    @property
    def category(self) -> str:
        """The dermatology category, else the general one, with its sub-category after a dot."""
        name, sub = (self.derm, self.derm_sub) if self.derm else (self.general, self.general_sub)
        return ".".join(filter(None, (name, sub)))

    @property
    def ids(self) -> tuple[str, ...]:
        """What it is called in the table of answers, the most particular first."""
        found = []
        if self.derm:
            found += [f"derm.{self.derm}.{self.derm_sub}", f"derm.{self.derm}"]
        if self.general and self.general_sub:
            found.append(f"general.{self.general}.{self.general_sub}")
        if self.carc:
            found.insert(2 if self.derm else 0, f"carc.{self.carc}")
        if self.general:
            found.append(f"general.{self.general}")
        return tuple(found)


@record
class Judged:
    """A denial with what became of it: the kinds of change that speak to it, and what is open, in words."""

    denied: Denied
    state: State
    line: int | None  # LX01 of the old claim; None for the claim itself, or where no line is known
    by: tuple[str, ...]
    open: str


@record
class Resubmission:
    """What became of a claim, of the denials of the old one, and what is wrong with how it was sent again."""

    found: Comparison | NotCompared
    judged: tuple[Judged, ...] = ()
    findings: tuple[Finding, ...] = ()


class Judge:
    """Holds denials against the changes of the claims they are about."""

    def __init__(self, table: Answers, procedures: Procedures, drugs: Drugs) -> None:
        self._table, self._procedures, self._drugs = table, procedures, drugs

    def judge(self, found: Comparison, denials: Iterable[Denied]) -> tuple[Comparison, tuple[Judged, ...]]:
        """The comparison with what each change answers, and each denial with its state."""
        judged = []
        answered: dict[int, list[tuple[str, int | None]]] = {}
        changes = [(id(change), change, section) for section in found.sections for change in section.changes]
        for denied in denials:
            if not found.match.news:
                judged.append(Judged(denied, State.NOT, None, (), _NOT_SENT))
                continue
            home = _home(found, denied)
            line = home.old.number if home and home.old else None
            row = self._table.find(denied.ids)
            full, part, always = (
                [(key, kind) for kind in kinds for key, c, s in changes if self._speaks(kind, c, s, home)]
                for kinds in (row.full, row.part, self._table.every.part)
            )
            for key, _ in (*full, *part, *always):
                told = answered.setdefault(key, [])
                if (denied.carc or "", line) not in told:
                    told.append((denied.carc or "", line))
            if full:
                judged.append(Judged(denied, State.ANSWERED, line, _words(full), ""))
            elif part or always:
                left = row.left or row.open if part else self._table.every.left
                judged.append(Judged(denied, State.PARTLY, line, _words([*part, *always]), left))
            else:
                judged.append(Judged(denied, State.NOT, line, (), row.open))
        return _marked(found, answered), tuple(judged)

    def _speaks(self, kind: KindOfChange, change: Change, section: Section, home: Section | None) -> bool:
        if not any(fnmatchcase(change.field, field) for field in kind.fields):
            return False
        if change.field in _HOW_SENT and change.field not in kind.fields:  # which "*" does not mean
            return False
        if kind.kinds and change.kind not in kind.kinds:
            return False
        on_line = section.old is not None or section.new is not None
        here = on_line and (home is None or section is home)
        if (
            (kind.where == "line" and not here)
            or (kind.where == "beside" and not (on_line and section is not home))
            or (kind.where == "claim" and on_line)
        ):
            return False
        before, after = set((change.old or "").split()), set((change.new or "").split())
        if (kind.gives and not kind.gives & (after - before)) or (kind.takes and not kind.takes & (before - after)):
            return False
        if (kind.families or kind.codes) and not self._is(kind, section.new):
            return False
        return not kind.direction or _direction(section) == kind.direction

    def _is(self, kind: KindOfChange, line: ServiceLine | None) -> bool:
        """Whether the procedure of a line is one of those asked for."""
        if line is None:
            return False
        code = line.procedure
        return (
            self._procedures.family(code) in kind.families
            or (_DRUG in kind.families and self._drugs.holds(code))
            or any(code in codes for codes in kind.codes)
        )


def _direction(section: Section) -> str:
    """Whether there are more or fewer units of a line than before."""
    if section.old is None or section.new is None or section.old.units == section.new.units:
        return ""
    return "up" if section.new.units > section.old.units else "down"


def _home(found: Comparison, denied: Denied) -> Section | None:
    """The line that was denied: by its control number, else the only one with its code (and charge), else its place."""
    if not found.sections:  # nothing changed, so that only the number is asked for
        return next((Section(line, line) for line in _lines(found, denied)), None)
    lines = [section for section in found.sections if section.old is not None]
    wanted = {id(line) for line in _lines(found, denied)}
    return next((section for section in lines if id(section.old) in wanted), None)


def _lines(found: Comparison, denied: Denied) -> Sequence[ServiceLine]:
    claims = [c for c in found.match.olds if c.control_number == denied.claim] or found.match.olds
    lines = [line for claim in claims for line in claim.lines]
    if denied.line_control and (same := [x for x in lines if x.control_number == denied.line_control]):
        return same[:1]
    same = [x for x in lines if x.procedure == denied.procedure]
    if len(same) > 1:
        same = [x for x in same if x.charge == denied.charge] or same
    if len(same) > 1 and denied.number is not None:
        same = [x for x in same if x.number == denied.number] or same
    return same[:1]


def _words(found: Iterable[tuple[int, KindOfChange]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(kind.words for _, kind in found))


def _marked(found: Comparison, answered: Mapping[int, Sequence[tuple[str, int | None]]]) -> Comparison:
    """The comparison, its changes with the denials they speak to."""
    if not answered:
        return found
    sections = []
    for section in found.sections:
        changes = tuple(
            evolve(change, answers=tuple(answered[id(change)])) if id(change) in answered else change
            for change in section.changes
        )
        sections.append(evolve(section, changes=changes))
    return evolve(found, sections=tuple(sections))
