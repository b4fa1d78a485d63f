"""Does a resubmission speak to the denials of the original? By the table maps/denials/answers.xml.

That a change speaks to a denial does not say that the payer will be content; that none does, says that it will not.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from itertools import chain

from attrs import evolve

from curette._records import record
from curette.claims.model import VOID, Claim, ServiceLine
from curette.codes.answers import Answer, Answers, KindOfChange
from curette.diff.model import Change, Comparison, Kind, NotCompared, Section
from curette.diff.speaking import Home, Speaking
from curette.findings import Finding

_NOT_SENT = "the claim was not sent again"


Spoken = tuple[int, KindOfChange]
"""The identity of a change, and the kind that speaks to a denial."""
_Told = tuple[Change, Change, Section]  # a change as it is told, as it counts, and where it stands


class State(StrEnum):
    """Whether the changes speak to a denial."""

    ANSWERED = "answered"
    PARTLY = "partly"
    NOT = "not"


@record
class Further:
    """Another reason of a denied line: money was denied for it too."""

    reason: str  # CO-97
    ids: tuple[str, ...]  # as Denied.ids


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
    modifiers: tuple[str, ...] = ()  # as they were sent
    day: date | None = None  # the first of its service
    reduced: bool = False  # paid, only less: told, though it asks for no answer
    remarks: tuple[str, ...] = ()  # general.CATEGORY.SUB.REMARK of what else its remarks ask for
    others: tuple[Further, ...] = ()
    answered: frozenset[str] = frozenset()  # the procedures of all lines of that answer

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
            derm = f"derm.{self.derm}.{self.derm_sub}"
            found += [*(f"{derm}.{code}" for code in self.rarcs), f"{derm}.{self.carc}", derm, f"derm.{self.derm}"]
        if self.carc:
            found.append(f"carc.{self.carc}")
        if self.general and self.general_sub:
            general = f"general.{self.general}.{self.general_sub}"
            found += [*(f"{general}.{remark}" for remark in self.rarcs), general]
        if self.general:
            found.append(f"general.{self.general}")
        return tuple(found)


@record
class Answered:
    """What the payer that a claim is sent to answered of those it replaces."""

    denials: tuple[Denied, ...] = ()
    numbers: frozenset[str] = frozenset()  # CLP07, also of answers that were taken back
    stands: bool = False  # an answer is left that was not taken back


NO_ANSWER = Answered()


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

    def __init__(self, table: Answers, speaking: Speaking) -> None:
        self._table, self._speaking = table, speaking

    def judge(self, found: Comparison, denials: Iterable[Denied]) -> tuple[Comparison, tuple[Judged, ...]]:
        """The comparison with what each change answers, and each denial with its state."""
        judged = []
        answered: dict[int, list[tuple[str, int | None]]] = {}
        for denied in denials:
            if not found.match.news:
                judged.append(Judged(denied, State.NOT, None, (), _NOT_SENT))
                continue
            home = _home(found, denied)
            line = home.old.number if home.old else None
            each, speaking = self._judged(found, denied, home, line)
            judged.append(each)
            for key, _ in speaking:
                told = answered.setdefault(key, [])
                if (denied.carc or "", line) not in told:
                    told.append((denied.carc or "", line))
        return _marked(found, answered), tuple(judged)

    def _judged(
        self, found: Comparison, denied: Denied, home: Home, line: int | None
    ) -> tuple[Judged, Sequence[Spoken]]:
        """A denial with its state, and all changes that speak to it."""
        changes, every = _changes(found, home), self._table.every
        telling = () if _withdrawn(found, home) else changes
        asked = self._asked(denied, home)
        spoken = [(self._of(each.full, telling, home), self._of(each.part, telling, home)) for each in asked]
        always = self._of(every.part, changes, home)
        some = [one for full, part in spoken for one in full or part]
        open = [each.left if part else each.open for each, (full, part) in zip(asked, spoken, strict=True) if not full]
        left = "; ".join(dict.fromkeys(open))
        if not left:
            state, by = State.ANSWERED, some
        elif some or always:
            state, by, left = State.PARTLY, [*some, *always], left if some else every.left
        else:
            state, by = State.NOT, []
        return Judged(denied, state, line, _words(by), left), [*chain.from_iterable(chain(*spoken)), *always]

    def _asked(self, denied: Denied, home: Home) -> list[Answer]:
        """What a denial asks for: by its main reason, then by further remarks that a change could answer, then by its
        other reasons. Of a line that is gone only the first.
        """
        main = self._table.find(denied.ids)
        if home.section is not None and home.section.new is None:
            return [main]
        remarks = [row for id in denied.remarks if (row := self._table.exactly(id)) and row.full]
        others = [(each.reason, self._table.find(each.ids)) for each in denied.others]
        return [
            main,
            *(evolve(row, part=()) for row in remarks),
            *(evolve(row, open=f"{reason}: {row.open}", left=f"{reason}: {row.left}") for reason, row in others),
        ]

    def _of(self, kinds: Iterable[KindOfChange], changes: Sequence[_Told], home: Home) -> list[Spoken]:
        """The changes that are of these kinds, by identity."""
        return [
            (id(told), kind)
            for kind in kinds
            for told, change, section in changes
            if self._speaking.speaks(kind, change, section, home)
        ]


def _changes(found: Comparison, home: Home) -> list[_Told]:
    """Everything that changed, as it counts for the denied line. Lines of another old claim that stand on its claim now
    were added there; what is told of it is that claims were merged.
    """
    every = [(change, change, section) for section in found.sections for change in section.changes]
    merged = next((change for change, *_ in every if change.field == "claims"), None) if found.match.several else None
    if merged is not None and home.section is not None:
        added = evolve(merged, kind=Kind.ADDED, field="line", old=None)
        for section in found.sections:
            here = section.new is not None and section.new_claim is home.section.new_claim
            if here and section.old is not None and section.old_claim is not home.section.old_claim:
                every.append((merged, added, section))
    return every


def _home(found: Comparison, denied: Denied) -> Home:
    """The line that was denied: by its control number, else by code, day, charge and modifiers, else by its place; what
    has another code than was sent, by charge, day and place.
    """
    claims = _claims(found, denied)
    reasons = frozenset((denied.carc or "", *denied.rarcs))
    wanted = {id(line) for line in _lines(claims, denied)}
    if not found.sections:  # nothing changed, so that only the number is asked for
        section = next((Section(x, x) for claim in claims for x in claim.lines if id(x) in wanted), None)
    else:
        section = next((each for each in found.sections if id(each.old) in wanted), None)
    return Home(tuple(claims), section, reasons)


def _withdrawn(found: Comparison, home: Home) -> bool:
    """Whether a void is all that became of it, which asks nothing of the payer, whatever else it says."""
    new = home.section.new_claim if home.section else None
    return all(claim.frequency == VOID for claim in ([new] if new else found.match.news))


def _claims(found: Comparison, denied: Denied) -> Sequence[Claim]:
    """The old claims that the denial may be about."""
    return [c for c in found.match.olds if c.control_number == denied.claim] or found.match.olds


def _lines(claims: Sequence[Claim], denied: Denied) -> Sequence[ServiceLine]:
    lines = [line for claim in claims for line in claim.lines]
    if denied.line_control and (same := [x for x in lines if x.control_number == denied.line_control]):
        return same[:1]
    same = [x for x in lines if x.procedure == denied.procedure] or _recoded(lines, denied)
    same = [x for x in same if x.service and x.service.start == denied.day] or same
    same = [x for x in same if x.charge == denied.charge] or same
    same = [x for x in same if x.modifiers == denied.modifiers] or same
    same = [x for x in same if x.number == denied.number] or same
    return same[:1]


def _recoded(lines: Sequence[ServiceLine], denied: Denied) -> list[ServiceLine]:
    """The line that a payer answered under another code and did not say so (SVC06): the one of that charge and day that
    was not answered under its own, or of several the one in that place.
    """
    if not denied.procedure:
        return []
    left, day = [x for x in lines if x.procedure not in denied.answered], denied.day
    same = [x for x in left if x.charge == denied.charge and (not x.service or not day or x.service.start == day)]
    return same if len(same) == 1 else [x for x in same if x.number == denied.number]


def _words(found: Iterable[Spoken]) -> tuple[str, ...]:
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
