"""What says that two claims are about the same: patient, days, provider, services, a number that was added to."""

from collections import Counter
from collections.abc import Hashable
from hashlib import blake2b

from curette.claims.model import MADE_AGAIN, Claim
from curette.dates import overlap
from curette.diff.model import MatchedBy
from curette.findings import Confidence
from curette.x12.loop import Loop

_SORT = 3  # digits of a procedure code that say of what sort it is
_ADDED = 3  # the most that an office puts before or after a control number, with what sets it off


def services(claim: Claim) -> Counter[Hashable]:
    """Code and days of every line."""
    return Counter(
        (line.procedure, line.service.start, line.service.end) if line.service else (line.procedure,)
        for line in claim.lines
    )


def same_services(a: Claim, b: Claim) -> bool:
    """Whether two claims have the same services, in whatever order."""
    if len(a.lines) != len(b.lines):
        return False
    for x, y in zip(a.lines, b.lines, strict=True):  # asked of every pair: no call within
        if x.procedure != y.procedure or x.service != y.service:
            return services(a) == services(b)
    return True


def days_of(claim: Claim) -> Hashable:
    """The first and the last."""
    days = claim.service_dates
    return (days.start, days.end) if days else None


def member(claim: Claim) -> Hashable | None:
    """The patient by the subscriber's member number."""
    subscriber, patient = claim.subscriber.person, claim.patient_person
    if subscriber is None or patient is None or not subscriber.id:
        return None
    return subscriber.id.upper(), patient.first_name.upper(), patient.value("DMG", 2)


def person(claim: Claim) -> Hashable | None:
    """The patient by name and birth date."""
    patient = claim.patient_person
    if patient is None or not patient.last_name or not (birth := patient.value("DMG", 2)):
        return None
    return patient.last_name.upper(), patient.first_name.upper(), birth


def strangers(a: Claim, b: Claim) -> bool:
    """Whether two claims are of other patients and of other days: a number that was given twice, and no correction."""
    if a.lines and b.lines and a.lines[0].service == b.lines[0].service:  # nearly always
        return False
    one, other = a.service_dates, b.service_dates
    if one is None or other is None or overlap(one, other):
        return False
    members, persons = (member(a), member(b)), (person(a), person(b))
    return None not in members and None not in persons and members[0] != members[1] and persons[0] != persons[1]


def added_to(a: str, b: str) -> bool:
    """Whether one control number is the other with a little before or after it: A17 and A17-R, A17 and 2A17."""
    short, long = sorted((a, b), key=len)
    return len(long) - len(short) <= _ADDED and bool(short) and (long.startswith(short) or long.endswith(short))


def distance(a: Claim, b: Claim) -> int | None:
    """How little two claims of one patient have in common; None where they are not about the same."""
    if not overlap(a.service_dates, b.service_dates):
        return None
    added = added_to(a.control_number, b.control_number)
    if not added and not _one_provider(a, b):
        return None
    one, other = services(a), services(b)
    if not added and not one & other and not _akin(a, b):
        return None
    return 8 * (not added) + 2 * (a.charge != b.charge) + min(((one - other) + (other - one)).total(), 20)


def _one_provider(a: Claim, b: Claim) -> bool:
    """Whether one provider bills or renders both; of two who render, only a correction speaks of the other."""
    one, other = _rendering(a), _rendering(b)
    if one and other and one != other and not _corrects(a, b):
        return False
    return a.billing.npi == b.billing.npi or bool(one and one == other)


def _corrects(a: Claim, b: Claim) -> bool:
    return a.frequency in MADE_AGAIN or b.frequency in MADE_AGAIN


def _akin(a: Claim, b: Claim) -> bool:
    """Whether one claim could be the other though they have no service in common: one corrects an earlier claim, or
    charge or sort of service are the same. Else they are two claims of a day, as of the visit and of its pathology.
    """
    if a.charge == b.charge or _corrects(a, b):
        return True
    sorts = [{line.procedure[:_SORT] for line in claim.lines} for claim in (a, b)]
    return not sorts[0].isdisjoint(sorts[1])


def _rendering(claim: Claim) -> str:
    return claim.rendering.npi if claim.rendering else ""


def how(old: Claim, new: Claim) -> tuple[MatchedBy, Confidence]:
    """What tells that two claims of one patient belong together, and how surely."""
    if added_to(old.control_number, new.control_number):
        return MatchedBy.CLAIM, Confidence.LIKELY
    shared = (services(old) & services(new)).total()
    return MatchedBy.PATIENT_SERVICE, Confidence.LIKELY if shared else Confidence.POSSIBLE


def fingerprint(claim: Claim) -> bytes:
    """Equal for claims that say the same in the same words and order; HL and LX numbers are left out."""
    levels = [level for level in (claim.billing, claim.subscriber, claim.patient) if level]
    parties = [*(p for level in levels for p in level.parties), *claim.parties]
    loops: list[Loop] = [*parties, *claim.others, *(p for o in claim.others for p in o.parties)]
    for line in claim.lines:
        loops += (*line.drugs, *line.parties, *line.adjudications, *line.forms)
    words = (
        claim.transaction.delimiters.bytes,
        claim.submission.value("BHT", 6),
        [[level.segments[0][5:], level.segments[1:]] for level in levels],
        claim.segments,
        [[line.segments[0][2:], line.segments[1:]] for line in claim.lines],
        [loop.segments for loop in loops],
    )
    return blake2b(repr(words).encode("utf-8", "surrogatepass"), digest_size=16).digest()
