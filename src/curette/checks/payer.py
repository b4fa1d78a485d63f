"""SNIP 7: what the payer of a claim wants beyond the guide, as its profile tells (maps/payers, or a practice's own).

A profile is what somebody knows of a payer, not the claim's own evidence, so these are warnings until a profile makes
them more. A void repeats the claim as it was sent and is only asked whether the payer takes it.

Approval numbers, drug codes, laboratory numbers and deadlines are switches of a profile that the dermatology rules
read (DERM-A01, DERM-R04, DERM-P05, DERM-A04); they are not told a second time here.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from operator import itemgetter

from curette.claims.model import VOID, Claim, ServiceLine, Submission
from curette.codes.payers import Profiles
from curette.codes.profile import Profile
from curette.findings import Confidence, Finding, Rule, Severity, declare, shape
from curette.x12.loop import element


def _rule(id: str, name: str, message: str, fix: str) -> Rule:
    sources = ("practice", "x12-837p")
    return declare(
        id, name, 7, Severity.WARNING, message, fix, sources=sources, confidence=Confidence.LIKELY,
        payers="payers whose profile asks for it",
    )  # fmt: skip


MODIFIER = _rule(
    "PAY-MODIFIER", "payer.modifier", "this payer does not take modifier {code}",
    "Take the modifier off, or use the one that the payer asks for; if the payer takes it now, mend its profile.",
)  # fmt: skip
MEMBER = _rule(
    "PAY-MEMBER", "payer.member-number", "the member number ({shape}) has none of the forms that this payer gives",
    "Read the number on the member's card again: it is written without blanks and hyphens.",
)  # fmt: skip
REFERRAL = _rule(
    "PAY-REFERRAL", "payer.referral", "this payer wants the {kind}, and the claim has none",
    "Ask who sent the patient for the referral and add it; nothing is wrong if the visit needed none.",
)  # fmt: skip
FREQUENCY = _rule(
    "PAY-FREQUENCY", "payer.frequency", "this payer does not take claims with frequency code {code}",
    "Send it the way the payer asks for corrections: its own form, its portal or paper.",
)  # fmt: skip
LIMIT = _rule(
    "PAY-LIMIT", "payer.limit", "the claim has {count} {kind}, and this payer takes {limit}",
    "Split the claim, or leave out what the payer would not read.",
)  # fmt: skip


def check(claim: Claim, profile: Profile) -> Iterator[Finding]:
    """What the claim's payer would object to."""
    if not profile.asks:
        return
    if claim.frequency in profile.frequencies_refused:
        place = claim.transaction.place(claim.at, 5, 3, loop="2300")
        yield FREQUENCY.at(place, claim=claim.control_number, code=claim.frequency)
    if claim.frequency == VOID:
        return
    if profile.most_lines is not None and len(claim.lines) > profile.most_lines:
        yield _over(claim, "service lines", len(claim.lines), profile.most_lines)
    if profile.most_diagnoses is not None and len(claim.diagnoses) > profile.most_diagnoses:
        yield _over(claim, "diagnoses", len(claim.diagnoses), profile.most_diagnoses)
    if profile.member_ids and (found := _member(claim, profile)):
        yield found
    if profile.referral_number and not (claim.referral or _all(line.reference("9F") for line in claim.lines)):
        yield _unreferred(claim, "referral number (REF*9F)")
    if profile.referral_provider and not (claim.referring or _all(line.referring for line in claim.lines)):
        yield _unreferred(claim, "referring provider (NM1*DN)")
    for line in claim.lines:
        if line.modifiers and not profile.takes(line.modifiers):
            yield from _modifiers(claim, line, profile)


def _over(claim: Claim, kind: str, count: int, limit: int) -> Finding:
    place = claim.transaction.place(claim.at, loop="2300")
    return LIMIT.at(place, claim=claim.control_number, count=count, kind=kind, limit=limit)


def _unreferred(claim: Claim, kind: str) -> Finding:
    return REFERRAL.at(claim.transaction.place(claim.at, loop="2300"), claim=claim.control_number, kind=kind)


def _all(found: Iterable[object]) -> bool:
    """Whether there are lines, and each has one of its own."""
    each = [bool(one) for one in found]
    return bool(each) and all(each)


def _member(claim: Claim, profile: Profile) -> Finding | None:
    """NM109 of 2010BA; an absent one is for SIT-SBR-MEMBER to tell."""
    person = claim.subscriber.person
    if person is None or not (number := person.id) or profile.knows(number) or person.id_qualifier != "MI":
        return None
    if person.at < 0:  # in an earlier part of a very long transaction
        place = claim.transaction.place(claim.at, loop="2300")
    else:
        place = claim.transaction.place(person.at, 9, loop="2010BA")
    return MEMBER.at(place, claim=claim.control_number, shape=shape(number))


def _modifiers(claim: Claim, line: ServiceLine, profile: Profile) -> Iterator[Finding]:
    """SV101-3 to 6."""
    offset, service = next((n, s) for n, s in enumerate(line.segments) if s[0] == "SV1")
    parts = element(service, 1).split(claim.transaction.delimiters.component)
    for component, modifier in enumerate(parts[2:6], 3):
        if modifier and not profile.takes([modifier]):
            place = claim.transaction.place(line.at + offset, 1, component, loop="2400")
            yield MODIFIER.at(place, claim=claim.control_number, line=line.number, code=modifier)


class Payers:
    """The profiles of the claims of a transaction (or a part of one), and how grave its findings are to them."""

    def __init__(self, profiles: Profiles) -> None:
        self._profiles = profiles
        self._submission: Submission | None = None
        self._receiver = ""
        self._claims: Counter[tuple[str, str, str, str]] = Counter()  # by what the file says of the payer
        self._weighing: list[tuple[int, int, str, Profile]] = []  # claims whose payer weighs findings otherwise

    def of(self, claim: Claim) -> Profile:
        """The profile of one more claim, in order."""
        if claim.submission is not self._submission:
            self._submission = claim.submission
            receiver = claim.submission.receiver
            self._receiver = receiver.id if receiver else ""
        subscriber = claim.subscriber
        payer = subscriber.payer
        id, name = (payer.id, payer.last_name) if payer else ("", "")
        key = id, name, subscriber.filing_indicator, self._receiver
        self._claims[key] += 1
        profile = self._profiles.match(*key).profile
        if profile.weights:
            self._weighing.append((claim.at, claim.end, claim.control_number, profile))
        return profile

    def counts(self) -> tuple[tuple[str, str, int], ...]:
        """How many claims each profile holds for: (profile, by what it was matched, claims)."""
        found: Counter[tuple[str, str]] = Counter()
        for key, claims in self._claims.items():
            matched = self._profiles.match(*key)
            found[matched.profile.id, matched.by] += claims
        return tuple((profile, by, claims) for (profile, by), claims in found.items())

    def weigh(self, findings: list[Finding], before: int) -> list[Finding]:
        """The findings as grave as they are to the payers of their claims, without those that a payer turns off.

        A finding is a claim's where it stands in its segments, else by name; `before` is that of the part.
        """
        if not self._weighing:
            return findings
        names = {name: profile for _, _, name, profile in self._weighing}
        return list(filter(None, (self._weighed(finding, before, names) for finding in findings)))

    def _weighed(self, finding: Finding, before: int, names: Mapping[str, Profile]) -> Finding | None:
        number = finding.place.segment_in_transaction
        profile = names.get(finding.claim or "")
        if number is not None:
            nearest = bisect_right(self._weighing, number - 1 - before, key=itemgetter(0)) - 1
            if nearest >= 0 and number - 1 - before < self._weighing[nearest][1]:
                profile = self._weighing[nearest][3]
        return finding if profile is None else profile.weigh(finding)
