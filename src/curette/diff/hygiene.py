"""What is wrong with a resubmission as such: how it is sent, and what a payer or an auditor will ask about it."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from attrs import frozen

from curette.claims.model import MADE_AGAIN, ORIGINAL, VOID, Claim, ServiceLine
from curette.codes.payers import Profiles
from curette.codes.procedures import Procedures
from curette.codes.profile import Profile
from curette.codes.tables import Tables
from curette.diff.answers import NO_ANSWER, Answered, Judged, State
from curette.diff.model import HOW_SENT, Change, Comparison, Section
from curette.diff.value import values
from curette.findings import Confidence, Finding, Rule, Severity, declare
from curette.money import decimal
from curette.x12.loop import Loop

ERROR, WARNING, ADVICE = Severity.ERROR, Severity.WARNING, Severity.ADVICE
CERTAIN, LIKELY, POSSIBLE = Confidence.CERTAIN, Confidence.LIKELY, Confidence.POSSIBLE
_UNDECIDED = "MA130"
_PERSONAL = ("name", "first name", "birth date", "sex", "member id")
_PERSON = frozenset(f"{who} {what}" for who in ("subscriber", "patient") for what in _PERSONAL)
_NEXT_PAYER = ("payer id", "responsibility")


def _rule(
    id: str, name: str, severity: Severity, confidence: Confidence, message: str, fix: str, *sources: str
) -> Rule:
    more = {"confidence": confidence, "sources": sources or ("curette",)}
    return declare(f"DIFF-{id}", f"resubmission.{name}", 7, severity, message, fix, **more)


UNANSWERED = _rule(
    "UNANSWERED", "unanswered", ERROR, LIKELY,
    "nothing that changed speaks to the denial ({count} denied, none answered)",
    "Correct what the payer named, or appeal; the same claim is denied again.",
)  # fmt: skip
AS_NEW = _rule(
    "AS-NEW", "sent-as-new", WARNING, LIKELY,
    "the claim was sent before and comes again as a new one (CLM05-3 {code})",
    "Send 7 with the payer's claim number (REF*F8), unless the payer took no decision on the first.", "x12-837p",
)  # fmt: skip
UNDECIDED = _rule(
    "UNDECIDED", "replaces-undecided", WARNING, LIKELY,
    "the payer took no decision on the original (MA130), and this claim replaces it (CLM05-3 {code})",
    "Send a new claim (frequency 1); there is nothing to replace or appeal.", "ngs", "first-coast", "cms-claims-1",
)  # fmt: skip
OTHER_NUMBER = _rule(
    "F8-OTHER", "other-original", ERROR, LIKELY,
    "REF*F8 is not the number that the payer gave the original",
    "Take the payer's claim number (CLP07) from the remittance of the claim that is replaced.", "x12-837p", "x12-835",
)  # fmt: skip
TWICE = _rule(
    "TWICE", "replaced-twice", WARNING, LIKELY,
    "{count} claims replace one: a payer keeps the last of them",
    "Send one replacement with all lines, and what belongs on another claim as a new one.", "x12-837p",
)  # fmt: skip
VOID_CHANGED = _rule(
    "VOID-CHANGED", "void-changed", ERROR, LIKELY,
    "a void takes back the claim as it was, and this one differs in {count} of its lines or its charge",
    "Repeat the original, or send a replacement (frequency 7).", "x12-837p",
)  # fmt: skip
SAME = _rule(
    "SAME", "replacement-unchanged", WARNING, CERTAIN,
    "the replacement says what the original said",
    "Correct what the payer named; without a correction, appeal instead.",
)  # fmt: skip
LATE = _rule(
    "LATE", "too-late", WARNING, LIKELY,
    "the last day for a corrected claim was {date}",
    "Ask the payer whether it still takes it; a reopening or an appeal may have other limits.", "cms-timely-filing",
)  # fmt: skip
PATIENT = _rule(
    "PATIENT", "other-patient", WARNING, POSSIBLE,
    "the replacement names another patient or member ({form})",
    "If it is another person, void the original and send a new claim.",
)  # fmt: skip
PAYER = _rule(
    "PAYER", "other-payer", WARNING, LIKELY,
    "the replacement goes to another payer, which has no original to replace",
    "Void the original at the first payer and send a new claim to the other one.", "x12-837p",
)  # fmt: skip
DATES = _rule(
    "DATES", "other-days", WARNING, POSSIBLE,
    "the day of service {date} lies outside the days of the original",
    "Send services of other days as a new claim, unless the day of the original was wrong.",
)  # fmt: skip
CHARGE = _rule(
    "CHARGE", "charge-up", ADVICE, POSSIBLE,
    "the charge is higher by {difference}, though no service, code or unit was added",
    "Check the fees: a charge that rises with a denial is asked about.",
)  # fmt: skip
UPCODED = _rule(
    "UPCODED", "valued-higher", ADVICE, POSSIBLE,
    "{other} became {code}, which is valued higher: {actual} to {expected} RVU (fee schedule {guide})",
    "Check that the record supports the higher code; it was not billed at first.", "cms-pfs",
)  # fmt: skip
OF_ALL = frozenset(rule.id for rule in (UNANSWERED, TWICE, CHARGE))
"""What is said of all claims that came of a match, not of one of them."""


@frozen
class Hygiene:
    """Looks at how a claim was sent again. Without `today` nothing is too late."""

    profiles: Profiles
    procedures: Procedures
    tables: Tables
    today: date | None = None

    def check(
        self, found: Comparison, judged: Sequence[Judged] = (), answered: Answered = NO_ANSWER
    ) -> Iterator[Finding]:
        """The findings of one claim and those that replace it; `judged` are the denials of what was `answered`."""
        match = found.match
        if match.alone or match.confidence is POSSIBLE:
            return
        elsewhere = _to_another_payer(found)
        for new in match.news:
            yield from self._sent(found, new, judged, answered, elsewhere=elsewhere)
        news = [new for new in match.news if new.frequency in MADE_AGAIN]
        count = len(news) + (match.voided and bool(news))
        if count > 1 and len(match.olds) == 1:
            yield _at(TWICE, news[-1], "CLM", 5, count=count)
        yield from self._services(found)
        asking = [each for each in judged if not each.denied.reduced]
        if asking and not elsewhere and all(each.state is State.NOT for each in asking):
            yield _at(UNANSWERED, match.news[0], "CLM", None, count=len(asking))

    def _sent(
        self, found: Comparison, new: Claim, judged: Sequence[Judged], answered: Answered, *, elsewhere: bool
    ) -> Iterator[Finding]:
        """Frequency, number of the original, time, patient and payer; `elsewhere`: it is another payer's original."""
        replaces = new.frequency in MADE_AGAIN
        known = answered.numbers
        stands = known and answered.stands
        undecided = any(_UNDECIDED in denied.rarcs for denied in answered.denials)
        taken = found.match.voided or any(each.frequency in MADE_AGAIN for each in found.match.news)
        if new.frequency == ORIGINAL and stands and not undecided and not elsewhere and not taken:
            yield _at(AS_NEW, new, "CLM", 5, code=new.frequency)
        if not replaces:
            return
        if undecided:
            yield _at(UNDECIDED, new, "CLM", 5, code=new.frequency)
        if known and new.original_reference and new.original_reference not in known:
            yield _at(OTHER_NUMBER, new, "REF*F8", 2)
        if new.frequency == VOID:
            yield from _void(found, new)
        elif all(change.field in HOW_SENT for change in found.changes) and not found.match.several:
            yield _at(SAME, new, "CLM", None)
        yield from self._late(new)
        own = [change for s in found.sections if s.new_claim is new and _whole(s) for change in s.changes]
        if fields := [change.field for change in own if change.field in _PERSON and _another(change)]:
            yield _at(PATIENT, new, "CLM", None, form=", ".join(dict.fromkeys(fields)))
        if any(change.field == "payer id" for change in own):
            yield _at(PAYER, new, "CLM", None)

    def _late(self, new: Claim) -> Iterator[Finding]:
        if self.today is None or (days := new.service_dates) is None:
            return
        profile = self._profile(new)
        deadline = profile.corrected or profile.filing
        if deadline is None:
            return
        last = deadline.last_day(days.start)
        if self.today > last:
            yield _at(LATE, new, "CLM", 5, date=last.isoformat())

    def _profile(self, claim: Claim) -> Profile:
        payer, receiver = claim.payer, claim.submission.receiver
        return self.profiles.match(
            payer.id if payer else "",
            payer.last_name if payer else "",
            claim.subscriber.filing_indicator,
            receiver.id if receiver else "",
        ).profile

    def _services(self, found: Comparison) -> Iterator[Finding]:
        """Days, charges and values of the lines."""
        for section in found.sections:
            if section.new is not None and section.new_claim is not None and section.changes:
                yield from _outside(found, section, section.new, section.new_claim)
                yield from self._valued(section, section.new, section.new_claim)
        if found.money > 0 and found.match.new is not None and (more := _unexplained(found)):
            yield _at(CHARGE, found.match.new, "CLM", 2, difference=decimal(more))

    def _valued(self, section: Section, new: ServiceLine, claim: Claim) -> Iterator[Finding]:
        old = section.old
        if old is None or old.procedure == new.procedure or new.service is None:
            return
        found = values(self.procedures, self.tables, old.procedure, new.procedure, new.service.start)
        if found is not None and found.raised:
            yield _at(
                UPCODED, claim, "SV1", 1, new, other=old.procedure, code=new.procedure,
                actual=found.old, expected=found.new, guide=found.edition,
            )  # fmt: skip


def _void(found: Comparison, new: Claim) -> Iterator[Finding]:
    own = [s for s in found.sections if not _whole(s) and (s.new_claim is None or s.new_claim is new)]
    lines = sum(any(c.field not in HOW_SENT for c in section.changes) for section in own)
    if lines or new.charge != found.old_charge:
        yield _at(VOID_CHANGED, new, "CLM", 5, count=lines)


def _outside(found: Comparison, section: Section, new: ServiceLine, claim: Claim) -> Iterator[Finding]:
    if new.service is None or (section.old is not None and section.old.service == new.service):
        return
    known = [days for old in found.match.olds if (days := old.service_dates) is not None]
    if not known:
        return
    if new.service.start < min(d.start for d in known) or new.service.end > max(d.end for d in known):
        yield _at(DATES, claim, "DTP*472", 3, new, date=new.service.start.isoformat())


def _whole(section: Section) -> bool:
    """Whether it is the claim itself."""
    return section.old is None and section.new is None


def _another(change: Change) -> bool:
    """Whether a name or number is another one, and not only written otherwise."""
    return (change.old or "").upper() != (change.new or "").upper()


def _to_another_payer(found: Comparison) -> bool:
    """Whether the claim goes as an original to another payer, or to the next one in line."""
    return all(new.frequency == ORIGINAL for new in found.match.news) and any(
        change.field in _NEXT_PAYER for section in found.sections if _whole(section) for change in section.changes
    )


def _unexplained(found: Comparison) -> int:
    """By how much lines rose of which nothing else says that there was more; of no line, the claim, in cents."""
    lines = [section for section in found.sections if section.old and section.new]
    rises = [_rise(section) for section in lines if not any(map(_more, section.changes))]
    if up := sum(rise for rise in rises if rise > 0):
        return up
    if any(section.old is None for section in found.sections if section.new) or any(_rise(s) for s in lines):
        return 0
    return found.money


def _rise(section: Section) -> int:
    return section.new.charge - section.old.charge if section.old and section.new else 0


def _more(change: Change) -> bool:
    """Whether a change of a line explains a higher charge: another code, more units."""
    return change.field in ("procedure", "modifiers", "units")


def _at(
    rule: Rule, claim: Claim, segment: str, element: int | None, line: ServiceLine | None = None, **facts: Any
) -> Finding:
    """A finding at the first such segment ("DTP", "REF*F8") of the claim, or of one of its lines."""
    loop: Loop = line or claim
    name, _, qualifier = segment.partition("*")
    found = loop.first(name, qualifier or None)
    index = next((at for at, each in enumerate(loop.segments, loop.at) if each is found), loop.at)
    place = claim.transaction.place(index, element, loop="2400" if line else "2300")
    return rule.at(place, claim=claim.control_number, line=line.number if line else None, **facts)
