"""Dates of a claim against each other: stays, onsets, births and deaths against the days of service."""

from collections.abc import Iterator

from curette.checks.situations._tell import CERTAIN, ERROR, LIKELY, WARNING, period, rule, tell
from curette.claims.model import Claim, Patient, ServiceLine, Subscriber
from curette.dates import Period
from curette.findings import Finding
from curette.x12.cas import Segment
from curette.x12.loop import Loop, Party, element
from curette.x12.values import DAYS

AFTER = rule(
    "DATE-AFTER", "date.after-service", WARNING, LIKELY,
    "DTP*{qualifier} is a date before the service by its nature, but lies after it",
    "Correct the date, or that of the service.",
)  # fmt: skip
STAY = rule(
    "DATE-STAY", "date.outside-stay", WARNING, LIKELY,
    "an inpatient service lies outside the stay (DTP*435, DTP*096)",
    "Correct the date of admission, discharge or service, or the place of service.",
)  # fmt: skip
STAY_ORDER = rule(
    "DATE-STAY-ORDER", "date.stay-order", ERROR, CERTAIN,
    "the discharge (DTP*096) lies before the admission (DTP*435)", "Correct the dates of the stay.",
)  # fmt: skip
ADMISSION = rule(
    "DATE-ADMISSION", "date.admission", WARNING, LIKELY,
    "place of service {code} is an inpatient one, but the admission date (DTP*435) is missing",
    "Send the admission date as DTP*435.", "x12-837p", "x12-rfi-837",
)  # fmt: skip
DISCHARGE = rule(
    "DATE-DISCHARGE", "date.discharge-alone", WARNING, LIKELY,
    "a discharge date (DTP*096) without an admission date (DTP*435)", "Send both dates of the stay.",
)  # fmt: skip
WORK = rule(
    "DATE-WORK", "date.work", WARNING, LIKELY,
    "the return to work (DTP*296) lies before the last day worked (DTP*297)", "Correct the dates.",
)  # fmt: skip
BIRTH = rule(
    "DATE-BIRTH", "date.birth", ERROR, CERTAIN,
    "a service lies before the patient's birth", "Correct the patient's birth date or the date of service.",
)  # fmt: skip
DEATH = rule(
    "DATE-DEATH", "date.death", WARNING, LIKELY,
    "a service lies after the patient's death (PAT06)", "Correct the date of death or of service.",
)  # fmt: skip
FILE = rule(
    "DATE-FILE", "date.after-file", WARNING, LIKELY,
    "DTP*{qualifier} lies after the day the file was made (BHT04)", "Correct the date.",
)  # fmt: skip

_BEFORE = frozenset({"431", "454", "304", "453", "439", "484", "455"})  # of a claim: not after its last service
_LINE_BEFORE = frozenset({"304", "454", "455", "471"})
_PAST = frozenset({"435", "096", "297", "444", "050"})  # not after the file; those above follow the service
_INPATIENT = frozenset({"21", "51", "61"})


def check(claim: Claim) -> Iterator[Finding]:
    """The dates of a claim's own DTP segments."""
    last = max((line.service.end for line in claim.lines if line.service), default=None)
    found: dict[str, Period] = {}
    for segment in claim.segments:
        if segment[0] != "DTP" or (when := period(segment)) is None:
            continue
        qualifier = segment[1]
        found[qualifier] = when
        if qualifier in _BEFORE and last is not None and when.start > last:
            yield tell(AFTER, claim, claim, "2300", segment, 3, qualifier=qualifier)
        elif qualifier in _PAST:
            yield from after_file(claim, claim, "2300", segment)
    if "435" in found or "096" in found:
        yield from _stay(claim, found.get("435"), found.get("096"))
    if "296" in found and "297" in found and found["296"].start < found["297"].start:
        yield tell(WORK, claim, claim, "2300", claim.first("DTP", "296"), 3)


def after_file(claim: Claim, loop: Loop, loop_id: str, segment: Segment) -> Iterator[Finding]:
    """A date of the past that lies after BHT04, both as text."""
    created = claim.submission.created
    if len(created) == 8 and segment[3][:8] > created:
        yield tell(FILE, claim, loop, loop_id, segment, 3, qualifier=segment[1])


def _stay(claim: Claim, admission: Period | None, discharge: Period | None) -> Iterator[Finding]:
    if admission is None:
        yield tell(DISCHARGE, claim, claim, "2300", claim.first("DTP", "096"))
    elif discharge is not None and discharge.end < admission.start:
        yield tell(STAY_ORDER, claim, claim, "2300", claim.first("DTP", "096"), 3)
        return
    for line in claim.lines:
        if line.service is None or (line.place_of_service or claim.place_of_service) not in _INPATIENT:
            continue
        early = admission is not None and line.service.end < admission.start
        if early or (discharge is not None and line.service.start > discharge.end):
            yield tell(STAY, claim, line, "2400", line.first("DTP", "472"), 3, line)


def admission(claim: Claim) -> Iterator[Finding]:
    """An inpatient place without DTP*435, whether the claim names it or a line."""
    places = [claim.place_of_service, *(line.place_of_service for line in claim.lines)]
    inpatient = next((p for p in places if p in _INPATIENT), None)
    if inpatient and claim.first("DTP", "435") is None:
        yield tell(ADMISSION, claim, claim, "2300", claim.segments[0], 5, code=inpatient)


def line(claim: Claim, line: ServiceLine) -> Iterator[Finding]:
    """The other dates of a line that has some."""
    for segment in line.segments:
        if segment[0] == "DTP" and element(segment, 1) in _LINE_BEFORE:
            when = period(segment)
            if when is not None and line.service is not None and when.start > line.service.end:
                yield tell(AFTER, claim, line, "2400", segment, 3, line, qualifier=segment[1])


def unborn(claim: Claim, birth: Segment) -> bool:
    """Whether a service lies before the birth date in this DMG."""
    if len(birth) < 3 or not birth[2]:
        return False
    year = int(birth[2][:4])
    for line in claim.lines:
        service = line.service
        if service is not None and service.start.year <= year and service.start < DAYS[birth[2]].start:
            return True
    return False


def life(claim: Claim, level: Subscriber | Patient, person: Party) -> Iterator[Finding]:
    """Birth and death of the patient, who stands on `level`, against the services."""
    birth = person.first("DMG")
    if birth is not None and unborn(claim, birth):
        yield tell(BIRTH, claim, person, person.loop, birth, 2)
    pat = level.first("PAT")
    if pat is None or element(pat, 5) != "D8" or not element(pat, 6):
        return
    death = DAYS[pat[6]].end
    if any(line.service is not None and line.service.start > death for line in claim.lines):
        yield tell(DEATH, claim, level, "2000C" if claim.patient else "2000B", pat, 6)
