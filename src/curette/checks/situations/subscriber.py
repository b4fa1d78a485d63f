"""Subscriber and patient levels (2000B, 2010BA, 2000C): who the patient is, and what must then be said of whom."""

from collections.abc import Iterator

from curette.checks.situations import accidents, cob, dates
from curette.checks.situations._tell import ADVICE, CERTAIN, ERROR, LIKELY, POSSIBLE, WARNING, coverage, rule, tell
from curette.claims.model import Claim
from curette.findings import Finding
from curette.x12.cas import Segment
from curette.x12.loop import Party, element, party

SELF = rule(
    "SBR-SELF", "subscriber.self-with-patient-level", ERROR, LIKELY,
    "SBR02 says that the subscriber is the patient, but a patient level follows",
    "Leave SBR02 empty, or send the claim at the subscriber's level without the patient level.",
)  # fmt: skip
NOBODY = rule(
    "SBR-PATIENT", "subscriber.no-patient", ERROR, CERTAIN,
    "nobody is the patient: SBR02 is empty and there is no patient level",
    "Put 18 into SBR02 when the subscriber is the patient, else send the patient level (HL 23).",
)  # fmt: skip
DETAILS = rule(
    "SBR-DETAILS", "subscriber.patient-details", ERROR, CERTAIN,
    "the subscriber is the patient, but {segment} of the subscriber is missing",
    "Send the subscriber's address (N3, N4) and birth date and sex (DMG) when the subscriber is the patient.",
)  # fmt: skip
MEMBER = rule(
    "SBR-MEMBER", "subscriber.member-number", ERROR, LIKELY,
    "the subscriber is a person without a member number",
    "Put MI into NM108 and the member number into NM109.",
)  # fmt: skip
GROUP = rule(
    "SBR-GROUP", "subscriber.group-name", ADVICE, LIKELY,
    "SBR04 names the group although SBR03 holds its number",
    "Send the group's name only where it has no number; some clearinghouses reject both.",
)  # fmt: skip
MSP = rule(
    "SBR-MSP", "subscriber.medicare-secondary-type", ERROR, LIKELY,
    "Medicare is not the first payer (SBR01 {code}), but SBR05 does not say why",
    "Put the Medicare secondary payer type (12, 13, 14, 15, 16, 41, 42, 43 or 47) into SBR05.",
)  # fmt: skip
MSP_UNUSED = rule(
    "SBR-MSP-UNUSED", "subscriber.medicare-secondary-type-unused", ADVICE, CERTAIN,
    "SBR05 is given although this is no claim to Medicare as a later payer",
    "Leave SBR05 empty unless Medicare pays after another payer.",
)  # fmt: skip
MEDICARE = rule(
    "SBR-MEDICARE", "subscriber.medicare-dependent", ERROR, LIKELY,
    "a claim to Medicare ({code}) has a patient level, but Medicare knows no dependents",
    "Send the patient as the subscriber (SBR02 18), without the patient level.", "cms-837p-guide",
)  # fmt: skip
SEX = rule(
    "PAT-SEX", "patient.pregnancy-and-sex", WARNING, LIKELY,
    "{segment} tells of a pregnancy or a menstrual period, but the patient's sex is M",
    "Correct the sex (DMG03), or remove the segment or indicator.",
)  # fmt: skip
PROPERTY = rule(
    "PAT-CASUALTY", "patient.property-casualty-number", ADVICE, POSSIBLE,
    "a claim to a property and casualty payer ({code}) without its claim number (REF*Y4)",
    "Ask the insurer for its number and send it as REF*Y4 with the patient's name.",
)  # fmt: skip

_MEDICARE = frozenset({"MA", "MB"})
_CASUALTY = frozenset({"AM", "LM", "WC"})  # payers whose subscriber need not be known by a member number
_WITH_NUMBER = frozenset({"AM", "WC"})
_MEDICARE_SECONDARY = _MEDICARE | {"16"}
_TYPES = frozenset({"12", "13", "14", "15", "16", "41", "42", "43", "47"})
_LATER = frozenset("STABCDEFGH")
_DETAILS = ("N3", "N4", "DMG")


def plain(claim: Claim) -> bool:
    """Whether the patient is the subscriber, known by all he needs to the only payer that matters, and was born."""
    if claim.patient is not None:
        return False
    subscriber = claim.subscriber
    segments, parties = subscriber.segments, subscriber.parties
    if len(segments) != 2 or not parties:
        return False
    sbr, person = segments[1], parties[0].segments
    size = len(sbr)
    return (
        size > 9
        and sbr[1] == "P"
        and sbr[2] == "18"
        and not sbr[4]
        and not sbr[5]
        and sbr[9] not in _WITH_NUMBER
        and len(person) == 4
        and person[0][1] == "IL"
        and len(person[0]) > 9
        and person[0][9] != ""
        and person[1][0] == "N3"
        and person[2][0] == "N4"
        and person[3][0] == "DMG"
        and not dates.unborn(claim, person[3])
    )


def check(claim: Claim) -> Iterator[Finding]:
    """Every rule on the levels above a claim."""
    subscriber, patient, sbr = claim.subscriber, claim.patient, coverage(claim)
    if len(sbr) < 2:
        return
    relationship, filing = element(sbr, 2), element(sbr, 9)
    person = party(subscriber.parties, "IL")
    if patient is None:
        yield from _self(claim, sbr, relationship)
    elif relationship:
        if relationship == "18" and _follows(claim):
            yield tell(SELF, claim, subscriber, "2000B", sbr, 2)
    elif filing in _MEDICARE:
        yield tell(MEDICARE, claim, patient, "2000C", code=filing)
    if person is not None:
        yield from _member(claim, person, filing)
    yield from _payer(claim, sbr, filing)
    if filing in _WITH_NUMBER:
        yield from _casualty(claim, filing)
        yield from accidents.payer(claim, filing)
    level = patient or subscriber
    whom = party(patient.parties, "QC") if patient is not None else person
    if whom is not None:
        yield from dates.life(claim, level, whom)
        pat = level.first("PAT")
        if pat is not None and element(pat, 9) == "Y" and whom.sex == "M":
            yield tell(SEX, claim, level, _level(claim), pat, 9, segment="PAT09")


def _follows(claim: Claim) -> bool:
    """Whether the patient level comes right after the subscriber's: a subscriber with claims of his own has SBR02 18
    and may have dependents after them.
    """
    subscriber, patient = claim.subscriber, claim.patient
    size = len(subscriber.segments) + sum(len(p.segments) for p in subscriber.parties)
    return patient is not None and subscriber.at >= 0 and subscriber.at + size == patient.at


def _member(claim: Claim, person: Party, filing: str) -> Iterator[Finding]:
    if person.is_person and not person.id and filing not in _CASUALTY:
        yield tell(MEMBER, claim, person, "2010BA", person.segments[0], 9)


def _self(claim: Claim, sbr: Segment, relationship: str) -> Iterator[Finding]:
    """What a claim at the subscriber's own level must have."""
    subscriber = claim.subscriber
    person = subscriber.person
    if not relationship:
        yield tell(NOBODY, claim, subscriber, "2000B", sbr, 2)
    elif relationship == "18" and person is not None:
        sent = {s[0] for s in person.segments}
        if missing := [name for name in _DETAILS if name not in sent]:
            yield tell(DETAILS, claim, person, "2010BA", segment=" and ".join(missing))


def _payer(claim: Claim, sbr: Segment, filing: str) -> Iterator[Finding]:
    """SBR03 to SBR09 against each other."""
    subscriber = claim.subscriber
    if element(sbr, 3) and element(sbr, 4):
        yield tell(GROUP, claim, subscriber, "2000B", sbr, 4)
    later = sbr[1] in _LATER
    if later and not claim.others:
        yield from cob.alone(claim)
    if element(sbr, 5) in _TYPES:
        if sbr[1] == "P" or (filing and filing not in _MEDICARE_SECONDARY):
            yield tell(MSP_UNUSED, claim, subscriber, "2000B", sbr, 5)
    elif later and not element(sbr, 5) and filing in _MEDICARE:
        yield tell(MSP, claim, subscriber, "2000B", sbr, 5, code=sbr[1])


def _casualty(claim: Claim, filing: str) -> Iterator[Finding]:
    """REF*Y4 stands with the patient, on whichever level that is."""
    level = claim.patient or claim.subscriber
    person, loop = level.person, "2010CA" if claim.patient else "2010BA"
    if person is not None and not person.reference("Y4"):
        yield tell(PROPERTY, claim, person, loop, code=filing)


def menstruation(claim: Claim, segment: Segment) -> Iterator[Finding]:
    """DTP*484 of a patient who is male."""
    person = claim.patient_person
    if person is not None and person.sex == "M":
        yield tell(SEX, claim, claim, "2300", segment, segment="DTP*484")


def _level(claim: Claim) -> str:
    """The loop on which the patient stands."""
    return "2000C" if claim.patient else "2000B"
