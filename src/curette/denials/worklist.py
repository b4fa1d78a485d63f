"""What is to be done, by when: open denials, and claims that no payer has answered.

Due days are the guides' (see denials.due): a remittance tells no hour, so hours are days. Deadlines are those of the
payer's profile, where it has any. Nothing here asks the time.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from attrs import frozen

from curette._records import record
from curette.codes.denial_rules import HIGH_VALUE
from curette.codes.denials import Codes
from curette.codes.payers import Profiles
from curette.denials.due import Calendar, due
from curette.denials.episodes import is_name

HIGH_VALUE_DAYS, OTHER_DAYS = 14, 21  # guide 000: high-value claims receive follow-up at 14 days, not 21


@record
class OpenLine:
    """A line that stands denied. Money is cents; empty texts where the store has nothing."""

    payer: str
    payer_name: str
    filing: str  # CLP06
    claim: str  # CLP01
    payer_claim: str  # CLP07
    line: int | None
    control: str  # REF*6R
    procedure: str
    modifiers: tuple[str, ...]
    service_date: date | None
    answered: date | None  # payment date of the denial that stands
    denied: int
    group: str
    carc: str
    rarcs: tuple[str, ...]
    category: str
    cause: str
    rule: str
    confidence: str
    action: str
    sla: str
    rendering: str
    location: str
    sent_again: date | None  # what was sent for the claim after the denial
    procedures: tuple[str, ...] = ()  # of what was sent again


@record
class Unanswered:
    """A claim that was sent and that nobody answered since."""

    payer: str
    payer_name: str
    filing: str  # SBR09
    claim: str  # CLM01
    procedures: tuple[str, ...]
    service_date: date | None
    sent: date
    charge: int
    rendering: str
    location: str
    replaces: str = ""  # REF*F8: the payer's number of the claim it stands for


@frozen
class Task:
    """One row of the worklist."""

    due: date
    state: str  # overdue, today, later, waiting (sent again, no answer yet)
    money: int
    payer: str
    payer_name: str
    claim: str
    payer_claim: str
    line: int | None
    control: str
    procedure: str
    modifiers: tuple[str, ...]
    service_date: date | None
    answered: date | None
    reason: str  # CO-197
    rarcs: tuple[str, ...]
    category: str
    cause: str
    sla: str
    action: str
    corrected_by: date | None
    appeal_by: date | None
    sent_again: date | None
    rendering: str
    location: str
    rule: str
    confidence: str


@frozen
class Desk:
    """What tasks are made with."""

    codes: Codes
    profiles: Profiles
    calendar: Calendar
    as_of: date


def tasks(desk: Desk, lines: Iterable[OpenLine], unanswered: Iterable[Unanswered]) -> list[Task]:
    """Every task, the earliest due first, of one day the most money first."""
    denied = list(lines)
    # the row of the denial asks for the answer
    asked = {line.payer_claim for line in denied if line.sent_again and is_name(line.payer_claim)}
    sent = (claim for claim in unanswered if claim.replaces not in asked)
    found = [*_denials(desk, denied), *_follow_ups(desk, sent)]
    return sorted(found, key=_order)


def _order(task: Task) -> tuple[object, ...]:
    """The same in every run, also among visits under the number of one patient."""
    served = task.service_date or date.min
    return task.due, -task.money, task.payer, task.claim, task.line or 0, served, task.payer_claim, task.procedure


def _denials(desk: Desk, lines: Sequence[OpenLine]) -> Iterator[Task]:
    for line in lines:
        again = line.sent_again
        if again is not None:  # it was worked; what is due is to ask for the answer to the claim
            by = again + timedelta(days=_patience(desk.codes, line.procedures))
        elif (found := due(desk.codes, line.sla, line.answered, desk.calendar)) is not None:
            by = found
        else:
            continue  # nothing to do (an expected denial), or no day to count from
        state = _state(desk, by)
        profile = desk.profiles.match(line.payer, line.payer_name, line.filing, "").profile
        correct, appeal = profile.corrected or profile.filing, profile.appeal
        action = line.action
        if again is not None:
            state = "waiting" if state == "later" else state
            action = f"Sent again on {again}: ask the payer for its answer by then. {action}"
        yield Task(
            by, state, line.denied, line.payer, line.payer_name, line.claim, line.payer_claim, line.line, line.control,
            line.procedure, line.modifiers, line.service_date, line.answered,
            "-".join(filter(None, (line.group, line.carc))), line.rarcs, line.category, line.cause,
            line.sla, action,
            correct.last_day(line.service_date) if correct and line.service_date else None,
            appeal.last_day(line.answered) if appeal and line.answered else None,
            again, line.rendering, line.location, line.rule, line.confidence,
        )  # fmt: skip


def _follow_ups(desk: Desk, unanswered: Iterable[Unanswered]) -> Iterator[Task]:
    """Claims whose day to be asked for has come."""
    for claim in unanswered:
        days = _patience(desk.codes, claim.procedures)
        by = claim.sent + timedelta(days=days)
        if by > desk.as_of:
            continue
        profile = desk.profiles.match(claim.payer, claim.payer_name, claim.filing, "").profile
        filing = profile.filing
        yield Task(
            by, _state(desk, by), claim.charge, claim.payer, claim.payer_name, claim.claim, "", None, "",
            " ".join(claim.procedures), (), claim.service_date, None, "", (), "no_answer", "none",
            "FOLLOWUP_14D", f"No answer {days} days after it was sent: ask the payer for its state.",
            filing.last_day(claim.service_date) if filing and claim.service_date else None, None, None,
            claim.rendering, claim.location, "", "certain",
        )  # fmt: skip


def _patience(codes: Codes, procedures: Iterable[str]) -> int:
    """Days after which an answer is asked for."""
    high = any(not HIGH_VALUE.isdisjoint(codes.rules.families_of(code)) for code in procedures)
    return HIGH_VALUE_DAYS if high else OTHER_DAYS


def _state(desk: Desk, by: date) -> str:
    return "overdue" if by < desk.as_of else "today" if by == desk.as_of else "later"


def summary(found: Iterable[Task]) -> Mapping[str, tuple[int, int]]:
    """Tasks and cents by state."""
    sums: dict[str, tuple[int, int]] = {}
    for task in found:
        number, money = sums.get(task.state, (0, 0))
        sums[task.state] = number + 1, money + task.money
    return sums
