"""What payers answered of each claim, as `diff` asks it: their numbers, and what they denied."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date

from attrs import define, field

from curette import dates
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
_DUPLICATE = "18"
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
    anew: frozenset[LineKey]  # those of them of which it does not say that they were decided before (a duplicate)
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
        old ones) until the new ones were made; of one that never answered, nothing stands and all others' denials are
        told. Denied is what was so under the number that a new claim names, else on the last day on which that payer
        decided.
        """
        if not self._by_claim:
            return NO_ANSWER
        to = _addressed(match.news or match.olds)
        named = {new.original_reference for new in match.news if new.original_reference}
        denials: list[Denied] = []
        numbers, stands = set[str](), False
        for name in dict.fromkeys(old.control_number for old in match.olds):
            olds = [old for old in match.olds if old.control_number == name]
            every = _until(match.news, self._by_claim.get(name, []))
            standing = _of_days(_standing(every), olds)
            own = to.answers(standing)
            stands = stands or bool(own)
            numbers |= self.numbers.get(name, set()) - {each.payer_claim for each in to.others(every)}
            chosen = _named(standing, named) or _latest(own or standing)
            denials += _last(_whole(chosen, standing, sum(old.charge for old in olds)))
        return Answered(tuple(denials), frozenset(numbers), stands)


def _until(news: Sequence[Claim], answers: list[Adjudicated]) -> list[Adjudicated]:
    """Those of which the makers of the new claims could know, where there are any: later ones answer these."""
    try:
        last = max(dates.day(new.submission.created) for new in news)
    except ValueError:  # there is no new claim, or the day of its batch cannot be read
        return answers
    return [each for each in answers if each.paid_on <= last] or answers


def _of_days(answers: list[Adjudicated], olds: Sequence[Claim]) -> list[Adjudicated]:
    """Those of the days of these claims, where there are any: some offices number patients, not claims."""
    known = [days for old in olds if (days := old.service_dates)]
    own = [each for each in answers if any(day is None or days.holds(day) for *_, day in each.lines for days in known)]
    return own or answers


def _named(answers: Sequence[Adjudicated], numbers: Collection[str]) -> list[Adjudicated]:
    """Those under these numbers of the payer, and what that payer answered of their lines under another one: since, or
    before where it only said that they are duplicates.
    """
    found = [each for each in answers if each.payer_claim in numbers]
    return [
        each
        for each in answers
        if each in found
        or any(_again(each, one, each.lines) or _again(one, each, one.lines - one.anew) for one in found)
    ]


def _again(later: Adjudicated, each: Adjudicated, lines: frozenset[LineKey]) -> bool:
    """Whether a payer answered any of these lines of an answer again."""
    same = (later.payer, later.scope) == (each.payer, each.scope)
    return same and later.paid_on > each.paid_on and not lines.isdisjoint(each.lines)


def _latest(answers: Sequence[Adjudicated]) -> list[Adjudicated]:
    """Those since the last day of payment on which anything was decided anew."""
    decided = [each for each in answers if each.lines]
    last = max((each.paid_on for each in decided if each.anew), default=date.min)
    return [each for each in decided if each.paid_on >= last]


def _whole(chosen: Sequence[Adjudicated], answers: Sequence[Adjudicated], charge: int) -> list[Adjudicated]:
    """With the other parts of what a payer answered: it may split a claim, and decide each part under a number and on a
    day of its own. Parts have no line in common, and together no more than was billed.
    """
    found, lines = list(chosen), {line for each in chosen for line in each.lines}
    for each in reversed(answers):
        akin = any((each.payer, each.scope) == (one.payer, one.scope) for one in chosen)
        if akin and each.lines and lines.isdisjoint(each.lines) and _billed(lines | each.lines) <= charge:
            found.append(each)
            lines |= each.lines
    return [each for each in answers if each in found]


def _billed(lines: Iterable[LineKey]) -> int:
    return sum(charge for _, charge, _ in lines)


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
    """What is denied still: what was answered of a line on a later day stands for what was answered before; a duplicate
    leaves the earlier answer as it was.
    """
    for each in answers:
        later = [other for other in answers if other.paid_on > each.paid_on]
        before = [other for other in answers if other.paid_on < each.paid_on]
        for denied in each.denied:
            key = line_key(denied.line_control, denied.procedure, denied.charge, denied.day)
            stood = key not in each.anew and any(key in other.lines for other in before)
            if not stood and not any(key in other.anew for other in later):
                yield denied


def adjudicated(remit: Remit, claim: ClaimPayment, categorise: Categoriser, options: Options) -> Adjudicated:
    """One claim of a remittance, as far as a comparison asks."""
    every = rows(remit, claim, categorise, options)
    decided = [row for row in every if row.denial.outcome in COUNTED]
    codes = frozenset(map(_procedure, every))
    lines = frozenset(_key(row) for row in decided)
    anew = frozenset(_key(row) for row in decided if not is_duplicate(row.denial))
    return Adjudicated(
        claim.control_number, claim.payer_claim, remit.payer_id, remit.payment_date or date.min, remit.trace, claim.at,
        claim.status, categorise.scope(claim.status, claim.charge), claim.charge, claim.paid, lines, anew,
        tuple(_of_line(row, codes) for row in decided if is_denied(row.denial)),
    )  # fmt: skip


def is_denied(denial: Denial) -> bool:
    """Denied in whole or part, or paid less for a reason that is dermatology's own; what was billed to be denied is
    not (SCR-16).
    """
    if EXPECTED in denial.warnings:
        return False
    told = denial.outcome is Outcome.REDUCED and denial.derm_category is not None
    return told or denial.outcome in (Outcome.DENIED, Outcome.PARTIAL_DENIAL)


def is_duplicate(denial: Denial) -> bool:
    """Whether it only says that the line was decided before: that earlier answer stands."""
    return denial.carc is not None and plain(denial.carc) == _DUPLICATE


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
    answered: frozenset[str],
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
        answered,
    )  # fmt: skip


def _key(row: DenialLine) -> LineKey:
    control = row.line.control_number if row.line is not None else ""
    return line_key(control, _procedure(row), row.charge, row.service_date)


def _procedure(row: DenialLine) -> str:
    """As it was sent; empty without a line."""
    return row.billed_code or (row.line.procedure if row.line is not None else "")


def _of_line(row: DenialLine, codes: frozenset[str]) -> Denied:
    claim, line, denial, day = row.claim, row.line, row.denial, row.service_date
    others = tuple(asked.reasons(denial, row.adjustments, claim.filing_indicator, row.paid))
    if line is None:
        return denied(claim.control_number, claim.payer_claim, "", None, "", (), row.charge, day, denial, others, codes)
    modifiers = line.submitted[2] if line.submitted else line.modifiers
    return denied(
        claim.control_number, claim.payer_claim, line.control_number, line.number, _procedure(row),
        modifiers, row.charge, day, denial, others, codes,
    )  # fmt: skip
