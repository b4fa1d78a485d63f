"""Episodes: all that payers said of one service, told once.

An episode is every adjudication of one claim by one payer: same claim number (CLP01), joined by the payer's own number
(CLP07) and by the number that a corrected claim names (REF*F8). Where an office numbers patients instead of claims,
each visit is a claim. Its first final adjudication is the initial one, what is left standing at the end its current
state. A reversal takes an adjudication away and a correction takes its place: neither adds. A pure function of the set
of events: in which order they were read, and how often, changes nothing.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from itertools import pairwise

from attrs import define, field

from curette._records import record
from curette.codes.denials import carc
from curette.denials.events import Adjudication, LineState, Takeback
from curette.denials.outcomes import COUNTED, Outcome, of_claim
from curette.denials.twins import became, twins

_APPEALS = (Outcome.APPEAL_UPHELD, Outcome.APPEAL_DISMISSED)
_REPLACES = ("7", "8")  # CLP09
_DUPLICATE = "dup"  # the category of a claim sent twice


@record
class State:
    """What an episode came to at one point. Lines that say nothing final (pending, informational, ...) are left out."""

    payment_date: date | None
    trace: str
    outcome: Outcome | None
    lines: tuple[LineState, ...]

    @property
    def charge(self) -> int:
        """Cents billed for its lines."""
        return sum(line.charge for line in self.lines)

    @property
    def paid(self) -> int:
        """Cents paid for its lines."""
        return sum(line.paid for line in self.lines)

    @property
    def denied(self) -> int:
        """Cents denied of its lines."""
        return sum(line.denied for line in self.lines)


@record
class Episode:
    """One service or set of services, from the first answer to the last."""

    payer: str
    claim: str  # CLP01 of the earliest event
    claims: tuple[str, ...]  # every CLP01
    payer_claims: tuple[str, ...]  # every CLP07
    service_date: date | None
    status: str  # final, pending, reversed (nothing stands), left_out (forwarded, predetermined, informational)
    scope: str  # of the initial adjudication, else of the earliest event
    first: State | None  # the initial adjudication by the primary payer; None where it is not among the events
    current: State | None
    begun_earlier: bool  # a reversal takes back what is not among the events
    adjudications: int  # final ones, reversed ones too
    reversals: int
    duplicates: int  # events that came again
    recouped: int  # cents that a PLB took back under one of its numbers
    appeal: Outcome | None  # the last answer to an appeal
    lines: tuple[tuple[LineState, LineState | None], ...]  # each line of `first` and what stands of it now
    events: tuple[Adjudication, ...]  # all that it is made of, in order
    appealed: tuple[LineState, ...] = ()  # lines that stand because an answer to an appeal left them
    answered_later: bool = False  # an answer stands that came after those of `first`

    @property
    def is_simple(self) -> bool:
        """One answer, and nothing was taken back: there is nothing to tell that its rows do not."""
        return self.adjudications <= 1 and not (self.reversals or self.duplicates or self.recouped or self.appeal)

    @property
    def is_unmoved(self) -> bool:
        """What stands now is what was said at first."""
        same = all(old is new for old, new in self.lines)
        return self.first is not None and self.current is not None and same and not self.recouped and not self.appeal

    def is_answered_again(self, old: LineState, new: LineState | None) -> bool:
        """Whether a line of `first` has a later final answer: its own, one to an appeal, or one without the line."""
        if new is None:
            return self.answered_later
        return new is not old or any(line is old for line in self.appealed)

    @property
    def overturned(self) -> int:
        """Cents denied at first on lines that are not denied now."""
        return sum(
            old.denied for old, new in self.lines if old.is_denied and new and not new.is_denied and _settled(new)
        )


def _settled(line: LineState) -> bool:
    return line.outcome in COUNTED


def episodes(events: Iterable[Adjudication], takebacks: Iterable[Takeback] = ()) -> Iterator[Episode]:
    """Every episode once, by payer and claim number."""
    found, again = _once(events)
    amounts = {t.identity: t for t in takebacks}
    names = _Names(amounts.values())
    groups = _groups(found)
    for group in groups:
        group.sort(key=lambda event: event.order)
    for group in sorted(groups, key=lambda group: (group[0].payer, group[0].claim, group[0].order)):
        times = sum(again.get(event.identity, 0) for event in group) if again else 0
        taken = names.taken(group) if amounts else 0
        only = group[0] if len(group) == 1 else None
        if only and all(line.outcome in COUNTED for line in only.lines):  # nearly every claim
            yield _answered(only, times, taken)
        else:
            yield _episode(group, times, taken)


def _once(events: Iterable[Adjudication]) -> tuple[list[Adjudication], dict[tuple[object, ...], int]]:
    """Each event once, and how often the others came."""
    known: dict[tuple[object, ...], Adjudication] = {}
    again: dict[tuple[object, ...], int] = {}
    for event in events:
        if known.setdefault(event.identity, event) is not event:
            again[event.identity] = again.get(event.identity, 0) + 1
    return list(known.values()), again


def _groups(events: list[Adjudication]) -> list[list[Adjudication]]:
    """Events that belong together, by union-find over the names they share."""
    parent = list(range(len(events)))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = at = parent[parent[at]]
        return at

    shared = _shared(events)
    first: dict[tuple[object, ...], int] = {}
    by_number: dict[tuple[str, str], int] = {}
    by_claim: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for at, event in enumerate(events):
        if is_name(event.claim):
            by_claim[event.payer, event.claim].append(at)
        if is_name(event.payer_claim) and (event.payer, event.payer_claim) not in shared:
            parent[root(at)] = root(first.setdefault((event.payer, event.payer_claim, event.service_date), at))
            by_number.setdefault((event.payer, event.payer_claim), at)
    for several in by_claim.values():
        for one, other in _visits(events, several, shared) if len(several) > 1 else ():
            parent[root(one)] = root(other)
    for at, event in enumerate(events):
        if event.replaces and (older := by_number.get((event.payer, event.replaces))) is not None:
            parent[root(at)] = root(older)
    found: defaultdict[int, list[Adjudication]] = defaultdict(list)
    for at, event in enumerate(events):
        found[root(at)].append(event)
    return list(found.values())


def _visits(
    events: Sequence[Adjudication], several: Sequence[int], shared: Collection[tuple[str, str]]
) -> Iterator[tuple[int, int]]:
    """The answers under one claim number that are of one visit, as pairs: what shares a day or the payer's number.

    An answer that does with none goes with the one before it where it says itself that it is about another, and with
    its neighbours where it tells no day.
    """
    first: dict[object, int] = {}
    tied = set[int]()
    for at in several:
        event = events[at]
        names: list[object] = [line.day for line in event.lines if line.day]
        if is_name(event.payer_claim) and (event.payer, event.payer_claim) not in shared:
            names.append(event.payer_claim)
        for name in names:
            if (known := first.setdefault(name, at)) != at:
                tied |= {at, known}
                yield known, at
    for before, at in pairwise(sorted(several, key=lambda at: events[at].order)):
        one, other = events[before], events[at]
        speaks_of_another = other.is_reversal or other.part or _is_replacement(other)
        if at not in tied and (speaks_of_another or not other.service_date):
            yield before, at
        if before not in tied and not one.service_date:
            yield before, at


def _shared(events: list[Adjudication]) -> set[tuple[str, str]]:
    """Numbers under which a payer answers several claims in one payment: they name none of them."""
    claims: dict[tuple[object, ...], str] = {}
    found = set[tuple[str, str]]()
    for event in events:
        if not event.is_reversal:
            number = event.payer, event.payer_claim
            if claims.setdefault((*number, *event.order[:2]), event.claim) != event.claim:
                found.add(number)
    return found


def is_name(number: str) -> bool:
    """Whether a number names anything: payers fill the element with zeros where they have none."""
    return number.strip("0 ") != ""


class _Names:
    """Money taken back, by the claim number that the payer wrote beside it."""

    def __init__(self, takebacks: Iterable[Takeback]) -> None:
        self._amounts: defaultdict[tuple[str, str], int] = defaultdict(int)
        for taken in takebacks:
            if is_name(taken.reference):
                self._amounts[taken.payer, taken.reference] += taken.amount

    def taken(self, group: Iterable[Adjudication]) -> int:
        """Cents taken back under any number of a group; what several go by counts for the first that asks."""
        names = {(event.payer, name) for event in group for name in (event.claim, event.payer_claim) if is_name(name)}
        return sum(self._amounts.pop(name, 0) for name in names)


def _answered(event: Adjudication, again: int, taken: int) -> Episode:
    """The episode of a claim that was answered once, in full."""
    state = State(event.payment_date, event.trace, event.outcome, event.lines)
    is_primary = event.scope == "primary"
    return Episode(
        event.payer,
        event.claim,
        (event.claim,),
        (event.payer_claim,) if event.payer_claim else (),
        event.service_date,
        "final",
        event.scope,
        state if is_primary else None,
        state,
        False,
        1,
        0,
        again,
        taken,
        None,
        tuple((line, line) for line in event.lines) if is_primary else (),
        (event,),
    )


def _episode(group: Sequence[Adjudication], again: int, taken: int) -> Episode:
    reversals = [event for event in group if event.is_reversal]
    answers = [event for event in group if not event.is_reversal]
    left, begun_earlier = _take_away(answers, reversals)
    finals, standing = ([event for event in some if _final_lines(event)] for some in (answers, left))
    first = None if begun_earlier else _first(answers)
    now = _Now()
    for event in standing:
        now.take(event)
    current = now.state() if standing else None
    return Episode(
        group[0].payer,
        group[0].claim,
        tuple(sorted({event.claim for event in group})),
        tuple(sorted({event.payer_claim for event in group if event.payer_claim})),
        min((event.service_date for event in group if event.service_date), default=None),
        _status(group, standing, reversals),
        next((event.scope for event in finals if event.scope == "primary"), group[0].scope),
        first,
        current,
        begun_earlier,
        len(finals),
        len(reversals),
        again,
        taken,
        now.appeal,
        tuple(became(first.lines, now.lines)) if first else (),
        tuple(group),
        tuple(now.appealed),
        first is not None and any(_is_later(event, first) for event in standing),
    )


def _final_lines(event: Adjudication) -> list[LineState]:
    return [line for line in event.lines if line.outcome in COUNTED or line.outcome in _APPEALS]


def _status(group: Sequence[Adjudication], standing: list[Adjudication], reversals: list[Adjudication]) -> str:
    if standing:
        return "final"
    if any(line.outcome is Outcome.PENDING for event in group for line in event.lines):
        return "pending"
    return "reversed" if reversals else "left_out"


def _take_away(answers: list[Adjudication], reversals: list[Adjudication]) -> tuple[list[Adjudication], bool]:
    """The answers, final or pending, that no reversal took back, and whether a reversal took back what is not here."""
    standing, begun_earlier = list(answers), False
    for reversal in reversals:
        candidates = [event for event in standing if _may_undo(reversal, event)]
        if candidates:
            standing.remove(max(candidates, key=lambda event: (_likeness(reversal, event), event.order)))
        elif not any(event.order < reversal.order for event in answers):
            begun_earlier = True
    return standing, begun_earlier


def _may_undo(reversal: Adjudication, event: Adjudication) -> bool:
    """Earlier, or in another payment of the same day; of the amount that is negated, or under the payer's number."""
    same_payment = reversal.order[:2] == event.order[:2]
    if reversal.order[0] < event.order[0] or (same_payment and reversal.position < event.position):
        return False
    return -reversal.charge == event.charge or (event.payer_claim == reversal.payer_claim != "")


def _likeness(reversal: Adjudication, event: Adjudication) -> tuple[bool, bool, bool, bool]:
    numbers = {reversal.payer_claim, reversal.replaces} - {""}
    return (
        -reversal.charge == event.charge,
        event.payer_claim in numbers,
        -reversal.paid == event.paid,
        reversal.claim == event.claim,
    )


def _first(answers: list[Adjudication]) -> State | None:
    """The first final adjudication by the primary payer, with the other parts of a claim that the payer split.

    A line that was pending joins it as it was decided: until then it is out of every rate.
    """
    begun: Adjudication | None = None
    lines: list[LineState] = []
    pending: list[LineState] = []
    for event in answers:
        own = [line for line in event.lines if line.outcome in COUNTED or line.outcome is Outcome.PENDING]
        if event.scope != "primary" or not own:
            continue
        pairs = list(twins(own, pending + lines, parts=event.part))
        known = {id(line) for line in lines}
        final = [(line, old) for line, old in pairs if line.outcome in COUNTED]
        is_new = begun is None or (
            (event.part or event.order[:2] == begun.order[:2])
            and not _is_replacement(event)
            and not any(id(old) in known for _, old in final)
        )
        decided = {id(old) for _, old in final}
        pending = [line for line in pending if id(line) not in decided]
        pending += [line for line, old in pairs if line.outcome is Outcome.PENDING and old is None]
        lines += [line for line, old in final if is_new or (old is not None and id(old) not in known)]
        begun = begun or (event if lines else None)
    if begun is None:
        return None
    return State(begun.payment_date, begun.trace, of_claim(line.outcome for line in lines), tuple(lines))


def _is_later(event: Adjudication, first: State) -> bool:
    """Whether an answer is another than those of the initial adjudication, and no older."""
    told = {id(line) for line in first.lines}
    return event.order[:2] >= (first.payment_date or date.min, first.trace) and told.isdisjoint(map(id, event.lines))


def _counted(event: Adjudication) -> list[LineState]:
    return [line for line in event.lines if line.outcome in COUNTED]


def _is_replacement(event: Adjudication) -> bool:
    return event.frequency in _REPLACES or event.replaces not in ("", event.payer_claim)


@define
class _Now:
    """What stands after the events taken so far, each later line in the place of the one it answers again."""

    lines: list[LineState] = field(factory=list)
    appeal: Outcome | None = None
    appealed: list[LineState] = field(factory=list)
    waiting: list[LineState] = field(factory=list)  # pending, and not answered before
    last: Adjudication | None = None

    def take(self, event: Adjudication) -> None:
        """One more adjudication, in order."""
        before, final = self.lines, _final_lines(event)
        pairs = self._pairs(event)
        if self._is_of_all(event, final):
            pairs = [(line, old) for line in final for old in before]
        self.last = event
        kept = [] if _is_replacement(event) and _counted(event) else before
        answered = {id(old) for _, old in pairs}
        now = [self._now(line, old) for line, old in pairs]
        self.lines = [line for line in kept if id(line) not in answered]
        self.lines += {id(line): line for line in now}.values()

    def _pairs(self, event: Adjudication) -> list[tuple[LineState, LineState | None]]:
        """Its final lines with those they answer again; one that was pending answers none of them."""
        waiting = {id(line) for line in self.waiting}
        pending = [line for line in event.lines if line.outcome is Outcome.PENDING]
        own = _final_lines(event) + pending
        pairs = list(twins(own, self.waiting + self.lines, parts=event.part))
        told = {id(old) for _, old in pairs}
        self.waiting = [line for line in self.waiting if id(line) not in told]
        pairs = [(line, None if id(old) in waiting else old) for line, old in pairs]
        self.waiting += [line for line, old in pairs if line.outcome is Outcome.PENDING and old is None]
        return [(line, old) for line, old in pairs if line.outcome is not Outcome.PENDING]

    def _is_of_all(self, event: Adjudication, final: Sequence[LineState]) -> bool:
        """Whether a claim that was answered whole is answered by lines, or the other way: each speaks of every one."""
        if not any(line.is_whole for line in (*self.lines, *final)):
            return False
        is_part = event.part or (self.last is not None and event.order[:2] == self.last.order[:2])
        return not is_part and event.charge == sum(line.charge for line in self.lines)

    def _now(self, line: LineState, old: LineState | None) -> LineState:
        if line.outcome in _APPEALS:
            self.appeal = line.outcome
            if old is not None:
                self.appealed.append(old)
            return old or line
        # a denial as duplicate says that the service was answered before: what it was then still holds
        holds = old is not None and (not old.is_denied or line.is_whole != old.is_whole) and _says_duplicate(line)
        return old if old is not None and holds else line

    def state(self) -> State:
        """It as a state."""
        last = self.last
        found = tuple(sorted(self.lines, key=lambda line: (line.day or date.min, line.number or 0)))
        return State(
            last.payment_date if last else None, last.trace if last else "", of_claim(s.outcome for s in found), found
        )


def _says_duplicate(line: LineState) -> bool:
    """Whether a line was denied as answered before, also where a rule for its procedure knows the likely cause."""
    reason = carc(line.reason.partition("-")[2])
    return _DUPLICATE in (line.general, reason.category if reason else "")
