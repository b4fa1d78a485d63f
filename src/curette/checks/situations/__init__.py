"""SNIP 4 for claims: conditions between elements, segments and loops that the map of the guide leaves open.

Each module speaks of one subject. What can be asked of every claim is asked of every claim; the rest is asked where a
segment stands that it is about, so that a plain office claim costs little.
"""

from collections.abc import Iterator

from curette.checks.situations import (
    accidents,
    cob,
    conditions,
    dates,
    diagnoses,
    providers,
    references,
    services,
    subscriber,
)
from curette.claims.model import Claim, ServiceLine
from curette.findings import Finding
from curette.x12.cas import Segment

__all__ = ["check"]

_PLAIN = frozenset({"HI", "NTE", "K3", "CN1", "HCP", "CR2"})  # of a claim: few rules are about these
_CONDITIONS = frozenset({"PWK", "CR1", "CRC"})
_USUAL = frozenset({"LX", "SV1", "DTP", "REF"})


def check(claim: Claim) -> Iterator[Finding]:
    """Every situational rule on one claim. What a plain claim has is looked at first, before any rule is asked."""
    if not subscriber.plain(claim):
        yield from subscriber.check(claim)
    if not providers.plain(claim):
        yield from providers.check(claim)
    if not diagnoses.sound(claim):
        yield from diagnoses.check(claim)
    if claim.frequency != "1" or _special(claim):
        yield from _segments(claim)
    if claim.others or not _plain(claim):
        yield from _lines(claim)


def _plain(claim: Claim) -> bool:
    """Whether no line has more than most: a code, a unit, a place, a provider, segments that a rule is about."""
    kinds, facilities = services.KINDS, providers.FACILITIES
    if claim.place_of_service in facilities:
        return False
    for line in claim.lines:
        segments = line.segments
        size = len(segments)
        if (
            kinds[line.procedure]
            or line.unit == "MJ"
            or line.parties
            or line.adjudications
            or line.place_of_service in facilities
            or size > 4
            or (size == 4 and not _number(segments[3]))
            or line.drugs
        ):
            return False
    return True


def _number(segment: Segment) -> bool:
    """REF*6R, the number that most lines have."""
    return len(segment) > 1 and segment[1] == "6R"


def _special(claim: Claim) -> bool:
    """Whether a claim has more than most: causes in CLM11, REF*F8, dates, amounts, conditions, a second HI."""
    segments = claim.segments
    if len(segments) == 2:
        return len(segments[0]) > 11
    listed = False
    for segment in segments[1:]:
        name = segment[0]
        if name == "REF":
            if len(segment) > 1 and segment[1] == "F8":
                return True
        elif name not in _PLAIN or (listed and name == "HI"):
            return True
        elif name == "HI":
            listed = True
    return len(segments[0]) > 11


def _segments(claim: Claim) -> Iterator[Finding]:
    """What the claim's own segments ask for."""
    names = [segment[0] for segment in claim.segments]
    if "REF" in names or claim.frequency != "1":
        yield from references.check(claim)
    if "DTP" in names:
        yield from dates.check(claim)
        if (period := claim.first("DTP", "484")) is not None:
            yield from subscriber.menstruation(claim, period)
    if "DTP" in names or len(claim.segments[0]) > 11:
        yield from accidents.check(claim)
    if "AMT" in names:
        yield from conditions.paid(claim)
    if not _CONDITIONS.isdisjoint(names):
        yield from conditions.check(claim)
    if names.count("HI") > 1:
        yield from diagnoses.anesthesia(claim)


def _lines(claim: Claim) -> Iterator[Finding]:
    """What the lines and the other payers ask for."""
    facility = claim.place_of_service in providers.FACILITIES
    drugs = adjudicated = False
    for line in claim.lines:
        kind = services.KINDS[line.procedure]
        if kind or line.unit == "MJ":
            yield from _procedure(claim, line, kind)
        if line.parties:
            yield from providers.line(claim, line)
        if len(line.segments) > 3 and (len(line.segments) > 4 or not _number(line.segments[3])):
            yield from _extra(claim, line)
        drugs = drugs or bool(line.drugs)
        adjudicated = adjudicated or bool(line.adjudications)
        facility = facility or line.place_of_service in providers.FACILITIES
    if drugs:
        yield from services.drugs(claim)
    if facility:  # inpatient places are among them
        yield from dates.admission(claim)
        yield from providers.unplaced(claim)
    if adjudicated or claim.others:
        yield from cob.check(claim)


def _procedure(claim: Claim, line: ServiceLine, kind: str) -> Iterator[Finding]:
    """What a line's procedure asks for."""
    if (line.unit == "MJ") is not (kind is services.ANESTHESIA):
        yield from services.minutes(claim, line)
    if kind is services.NOC:
        yield from services.described(claim, line)
    elif kind is services.MAMMOGRAPHY:
        yield from references.mammography(claim, line)


def _extra(claim: Claim, line: ServiceLine) -> Iterator[Finding]:
    """What a line's segments ask for, beyond LX, SV1, its date and its number."""
    names = [segment[0] for segment in line.segments]
    if names.count("REF") > 1 or (names.count("REF") and not line.control_number):
        yield from references.line(claim, line)
    if names.count("DTP") > 1:
        yield from dates.line(claim, line)
    if not _USUAL.issuperset(names):
        yield from conditions.line(claim, line)
        yield from services.purchased(claim, line)
