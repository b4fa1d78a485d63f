"""What payers answered of each claim, as `diff` asks it: their numbers, and what they denied."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date

from attrs import define, field

from curette._records import record
from curette.claims.model import Claim
from curette.claims.sent import COUNTS
from curette.codes.denials import plain
from curette.denials.categorise import Categoriser
from curette.denials.facts import Denial
from curette.denials.lines import DenialLine, Options, rows
from curette.denials.outcomes import COUNTED, Outcome
from curette.denials.warnings import EXPECTED
from curette.diff.answers import NO_ANSWER, Answered, Denied, Further
from curette.diff.model import Match
from curette.pipeline import asked
from curette.remits.model import REVERSAL, UNKNOWN_PATIENT, ClaimPayment, Remit

_NO_CAUSE = "none"  # the category of what has no cause of dermatology's own
LineKey = tuple[str, int, date | None]


def line_key(line_control: str, procedure: str, charge: int, day: date | None) -> LineKey:
    """What tells a line in two answers of one claim: its control number, else its code, and its charge and day."""
    return line_control or procedure, charge, day


@record
class Adjudicated:
    """One claim of a remittance."""

    claim: str
    payer_claim: str
    payer: str
    paid_on: date
    trace: str
    position: int  # among the claims of its payment
    status: str
    scope: str  # as which payer it was answered; see Categoriser.scope
    charge: int  # cents, as `paid`
    paid: int
    lines: frozenset[LineKey]  # that were decided: what is pending or only tells something answers nothing
    denied: tuple[Denied, ...]

    @property
    def reversal(self) -> bool:
        """It takes an earlier answer back: CLP02 says so, or CLP03 is negative under another status."""
        return self.status == REVERSAL or self.charge < 0

    @property
    def payment(self) -> tuple[date, str]:
        """The payment it came with."""
        return self.paid_on, self.trace


@record
class _Addressed:
    """To whom new claims go: payers by their ids, and their places in line (as Adjudicated.scope)."""

    payers: frozenset[str]
    places: frozenset[str]

    def answers(self, found: Sequence[Adjudicated]) -> Sequence[Adjudicated]:
        """Those of the payer; where its id is not among them, those from its place in line."""
        own = [each for each in found if each.payer in self.payers] or [x for x in found if self._may_be(x)]
        return [each for each in own if each.scope in self.places] or own

    def others(self, found: Sequence[Adjudicated]) -> Sequence[Adjudicated]:
        """Those that are certainly another payer's, from another place in line."""
        if not any(each.payer in self.payers for each in found):
            return ()
        return [each for each in found if each.payer not in self.payers and not self._may_be(each)]

    def _may_be(self, each: Adjudicated) -> bool:
        """Whether it is of that place, as far as that is known: who does not know the patient has none."""
        return each.scope in self.places or not self.places or each.status == UNKNOWN_PATIENT


def _addressed(news: Iterable[Claim]) -> _Addressed:
    news = tuple(news)
    places = frozenset(COUNTS.get(new.subscriber.sequence, "") for new in news)
    payers = frozenset(new.payer.id for new in news if new.payer)
    return _Addressed(payers - {""}, frozenset() if "" in places else places)


@define
class Adjudications:
    """What payers answered of each claim: their numbers of it, and what they denied; taken in any order."""

    numbers: dict[str, set[str]] = field(factory=dict)
    _by_claim: dict[str, list[Adjudicated]] = field(factory=dict)

    def take(self, each: Adjudicated) -> None:
        """One more claim, unless it came before: a remittance may be given twice."""
        answers = self._by_claim.setdefault(each.claim, [])
        if each in answers:
            return
        answers.append(each)
        if each.payer_claim:
            self.numbers.setdefault(each.claim, set()).add(each.payer_claim)

    def of(self, match: Match) -> Answered:
        """What was answered of the old claims by the payer that the new ones go to (those that were not sent again: the
        old ones); of one that never answered, nothing stands and all others' denials are told. Denied is what was so
        under the number that a new claim names, else on the last day on which that payer decided.
        """
        if not self._by_claim:
            return NO_ANSWER
        to = _addressed(match.news or match.olds)
        named = {new.original_reference for new in match.news if new.original_reference}
        denials: list[Denied] = []
        numbers, stands = set[str](), False
        for name in dict.fromkeys(old.control_number for old in match.olds):
            every = self._by_claim.get(name, [])
            standing = _of_days(_standing(every), [old for old in match.olds if old.control_number == name])
            own = to.answers(standing)
            stands = stands or bool(own)
            numbers |= self.numbers.get(name, set()) - {each.payer_claim for each in to.others(every)}
            denials += _last(_named(standing, named) or _latest(own or standing))
        return Answered(tuple(denials), frozenset(numbers), stands)


def _of_days(answers: list[Adjudicated], olds: Sequence[Claim]) -> list[Adjudicated]:
    """Those of the days of these claims, where there are any: some offices number patients, not claims."""
    known = [days for old in olds if (days := old.service_dates)]
    own = [each for each in answers if any(day is None or days.holds(day) for *_, day in each.lines for days in known)]
    return own or answers


def _named(answers: Sequence[Adjudicated], numbers: Collection[str]) -> list[Adjudicated]:
    """Those under these numbers of the payer, and what that payer answered of their lines since under another one."""
    found = [each for each in answers if each.payer_claim in numbers]
    return [each for each in answers if each in found or any(_answers_again(each, one) for one in found)]


def _answers_again(each: Adjudicated, one: Adjudicated) -> bool:
    same = (each.payer, each.scope) == (one.payer, one.scope)
    return same and each.paid_on > one.paid_on and not each.lines.isdisjoint(one.lines)


def _latest(answers: Sequence[Adjudicated]) -> list[Adjudicated]:
    """Those of the last day of payment on which anything was decided."""
    decided = [each for each in answers if each.lines]
    last = max((each.paid_on for each in decided), default=None)
    return [each for each in decided if each.paid_on == last]


def _standing(answers: Iterable[Adjudicated]) -> list[Adjudicated]:
    """The answers by day, without those that a reversal took back: each takes one, the one most like it."""
    found: list[Adjudicated] = []
    reversals: list[Adjudicated] = []
    for each in sorted(answers, key=lambda answer: (*answer.payment, answer.position)):
        (reversals if each.reversal else found).append(each)
    for reversal in reversals:
        undone = [place for place, each in enumerate(found) if _may_undo(reversal, each)]
        if undone:
            del found[max(undone, key=lambda place: (*_likeness(reversal, found[place]), place))]
    return found


def _may_undo(reversal: Adjudicated, each: Adjudicated) -> bool:
    """SCR-01: an earlier answer under the payer's number, else of the same payer over the amount that is negated."""
    if each.paid_on > reversal.paid_on or (each.payment == reversal.payment and each.position > reversal.position):
        return False
    same = each.payer_claim == reversal.payer_claim != ""
    return same or (each.payer == reversal.payer and each.charge == -reversal.charge)


def _likeness(reversal: Adjudicated, each: Adjudicated) -> tuple[bool, ...]:
    """What an answer has in common with what takes it back; its correction may stand before it in one payment."""
    return (
        each.payer_claim == reversal.payer_claim,
        each.charge == -reversal.charge,
        each.paid == -reversal.paid,
        each.payment != reversal.payment,
    )


def _last(answers: Sequence[Adjudicated]) -> Iterator[Denied]:
    """What is denied still: what was answered of a line on a later day stands for what was answered before."""
    for each in answers:
        later = [other for other in answers if other.paid_on > each.paid_on]
        for denied in each.denied:
            key = line_key(denied.line_control, denied.procedure, denied.charge, denied.day)
            if not any(key in other.lines for other in later):
                yield denied


def adjudicated(remit: Remit, claim: ClaimPayment, categorise: Categoriser, options: Options) -> Adjudicated:
    """One claim of a remittance, as far as a comparison asks."""
    decided = [row for row in rows(remit, claim, categorise, options) if row.denial.outcome in COUNTED]
    lines = frozenset(_key(row) for row in decided)
    return Adjudicated(
        claim.control_number, claim.payer_claim, remit.payer_id, remit.payment_date or date.min, remit.trace, claim.at,
        claim.status, categorise.scope(claim.status, claim.charge), claim.charge, claim.paid, lines,
        tuple(_of_line(row) for row in decided if is_denied(row.denial)),
    )  # fmt: skip


def is_denied(denial: Denial) -> bool:
    """Denied in whole or part, or paid less for a reason that is dermatology's own; what was billed to be denied is
    not (SCR-16).
    """
    if EXPECTED in denial.warnings:
        return False
    told = denial.outcome is Outcome.REDUCED and denial.derm_category is not None
    return told or denial.outcome in (Outcome.DENIED, Outcome.PARTIAL_DENIAL)


def denied(
    claim: str,
    payer_claim: str,
    line_control: str,
    number: int | None,
    procedure: str,
    modifiers: tuple[str, ...],
    charge: int,
    day: date | None,
    denial: Denial,
    others: tuple[Further, ...],
) -> Denied:
    """A denied line, or a claim without lines, as a comparison asks; see Denied for the arguments."""
    return Denied(
        claim, payer_claim, line_control, number, procedure, charge,
        denial.group,
        plain(denial.carc) if denial.carc else None,
        denial.rarcs,
        None if denial.derm_category == _NO_CAUSE else denial.derm_category,
        denial.derm_sub,
        denial.general_category,
        denial.general_sub,
        modifiers,
        day,
        denial.outcome is Outcome.REDUCED,
        tuple(asked.remarks(denial)),
        others,
    )  # fmt: skip


def _key(row: DenialLine) -> LineKey:
    control = row.line.control_number if row.line is not None else ""
    return line_key(control, _procedure(row), row.charge, row.service_date)


def _procedure(row: DenialLine) -> str:
    """As it was sent; empty without a line."""
    return row.billed_code or (row.line.procedure if row.line is not None else "")


def _of_line(row: DenialLine) -> Denied:
    claim, line, denial, day = row.claim, row.line, row.denial, row.service_date
    others = tuple(asked.reasons(denial, row.adjustments, claim.filing_indicator, row.paid))
    if line is None:
        return denied(claim.control_number, claim.payer_claim, "", None, "", (), row.charge, day, denial, others)
    modifiers = line.submitted[2] if line.submitted else line.modifiers
    return denied(
        claim.control_number, claim.payer_claim, line.control_number, line.number, _procedure(row),
        modifiers, row.charge, day, denial, others,
    )  # fmt: skip
