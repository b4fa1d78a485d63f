"""The codes of a claim: procedures, modifiers, diagnoses, places, drugs, laboratories, and of the levels above it.

What stands above claims (billing provider, subscriber, patient) is looked at once, with its first claim.
"""

from collections.abc import Iterator
from datetime import date

from curette.checks.codesets import verdicts
from curette.checks.codesets.verdicts import Problem, Verdicts
from curette.claims.model import Claim, Drug, ServiceLine
from curette.codes.tables import Edition
from curette.dates import Period
from curette.findings import Finding, Unevaluated
from curette.x12.cas import Segment
from curette.x12.loop import Loop, Party, element

Outcome = Finding | Unevaluated


class ClaimCodes:
    """Looks at one claim after another of a transaction."""

    def __init__(self, judge: Verdicts) -> None:
        self.judge = judge
        self.seen: tuple[object, object, object] = (None, None, None)  # the levels that were looked at
        self.days: set[date] = set()  # of service: they choose the editions
        self.claim: Claim

    def check(self, claim: Claim) -> Iterator[Outcome]:
        """What is wrong with its codes, and which could not be judged; nothing where it has no date of service.

        The usual claim is let through by a few look-ups; what is looked at closer is what these stop at.
        """
        self.claim = claim
        span = _span(claim)
        if span is None:
            return
        start, end = span.start, span.end
        self.days.add(end)
        above, judge = self.seen, self.judge
        if claim.billing is not above[0] or claim.subscriber is not above[1] or claim.patient is not above[2]:
            yield from self._above(end)
            self.seen = claim.billing, claim.subscriber, claim.patient
        diagnoses = judge.diagnoses
        for number, diagnosis in enumerate(claim.diagnoses):
            if (found := diagnoses[diagnosis.qualifier, diagnosis.code, start, end]) is not None:
                yield self._told(found, *self._diagnosis_at(number))
        place = claim.place_of_service
        if place and (found := judge.places[place, end]) is not None:
            yield self._told(found, claim.at, 5, 1)
        if _has_laboratory(claim):
            yield from self._laboratories(claim, None)
        for party in claim.parties:
            if len(party.segments) > 1:
                yield from self._party(party, end)
        if claim.others:
            yield from self._others(end)
        procedures, modifiers = judge.procedures, judge.modifiers
        for line in claim.lines:
            service = line.service or span
            if (
                procedures[line.procedure, service.start, service.end] is not None
                or line.place_of_service
                or line.drugs
                or line.parties
                or (line.modifiers and any(modifiers[m] is not None for m in line.modifiers))
                or _has_laboratory(line)
            ):
                yield from self._line(line, service)

    def _others(self, day: date) -> Iterator[Outcome]:
        for other in self.claim.others:
            indicator = other.filing_indicator
            if indicator and (found := self.judge.filings[indicator, day]) is not None:
                yield self._told(found, other.at, 9)
            for party in other.parties:
                yield from self._party(party, day)

    def editions(self) -> frozenset[Edition]:
        """The tables that the claims so far were held against."""
        return self.judge.tables.asked(_TABLES, self.days)

    def _line(self, line: ServiceLine, service: Period) -> Iterator[Outcome]:
        judge, number, start, end = self.judge, line.number, service.start, service.end
        if line.qualifier == "HC" and (found := judge.procedures[line.procedure, start, end]) is not None:
            yield self._told(found, line.index("SV1"), 1, 2, number)
        for place, modifier in enumerate(line.modifiers):
            if (found := judge.modifiers[modifier]) is not None:
                yield self._told(found, line.index("SV1"), 1, 3 + place, number)
        if line.place_of_service and (found := judge.places[line.place_of_service, end]) is not None:
            yield self._told(found, line.index("SV1"), 5, None, number)
        yield from self._laboratories(line, number)
        for drug in line.drugs:
            yield from self._drug(drug, number)
        for party in line.parties:
            yield from self._party(party, end, number)

    def _drug(self, drug: Drug, line: int) -> Iterator[Outcome]:
        for at, segment in enumerate(drug.segments, drug.at):
            if segment[0] == "LIN" and element(segment, 2) == "N4":
                if (found := verdicts.form(verdicts.NDC, "NDC", element(segment, 3))) is not None:
                    yield self._told(found, at, 3, None, line)
            elif segment[0] == "CTP" and drug.unit and (found := verdicts.ndc_unit(drug.unit)) is not None:
                yield self._told(found, at, 5, 1, line)

    def _laboratories(self, loop: Loop, line: int | None) -> Iterator[Outcome]:
        """CLIA numbers: REF*X4 of the laboratory, REF*F4 of the one it was referred to."""
        for at, segment in enumerate(loop.segments, loop.at):
            if segment[0] == "REF" and element(segment, 1) in _LABORATORY:
                found = verdicts.form(verdicts.CLIA, "CLIA", element(segment, 2))
                if found is not None:
                    yield self._told(found, at, 2, None, line)

    def _above(self, day: date) -> Iterator[Outcome]:
        """The levels that were not looked at with the claim before."""
        claim, judge = self.claim, self.judge
        billing, subscriber, patient = self.seen
        if claim.billing is not billing:
            yield from self._taxonomy(claim.billing, day)
            for party in claim.billing.parties:
                yield from self._party(party, day)
        if claim.subscriber is not subscriber:
            indicator = claim.subscriber.filing_indicator
            if indicator and (found := judge.filings[indicator, day]) is not None:
                yield self._told(found, claim.subscriber.index("SBR"), 9)
            for party in claim.subscriber.parties:
                yield from self._party(party, day)
        if claim.patient is not None and claim.patient is not patient:
            for party in claim.patient.parties:
                yield from self._party(party, day)

    def _party(self, party: Party, day: date, line: int | None = None) -> Iterator[Outcome]:
        for at, segment in enumerate(party.segments, party.at):
            if segment[0] == "N4":
                for found in self.judge.addresses[tuple(segment[2:5])]:
                    yield self._told(found, at, verdicts.IN_ADDRESS[found.rule], None, line)
            elif segment[0] == "PRV":
                yield from self._taxonomy_of(segment, at, day, line)

    def _taxonomy(self, loop: Loop, day: date) -> Iterator[Outcome]:
        for at, segment in enumerate(loop.segments, loop.at):
            if segment[0] == "PRV":
                yield from self._taxonomy_of(segment, at, day, None)

    def _taxonomy_of(self, segment: Segment, at: int, day: date, line: int | None) -> Iterator[Outcome]:
        code = element(segment, 3)
        if code and element(segment, 2) == "PXC" and (found := self.judge.taxonomies[code, day]) is not None:
            yield self._told(found, at, 3, None, line)

    def _diagnosis_at(self, number: int) -> tuple[int, int, int]:
        """Segment, element and component of a diagnosis, counted from nought."""
        for at, segment in enumerate(self.claim.segments, self.claim.at):
            if segment[0] == "HI":
                for place, text in enumerate(segment[1:], 1):
                    if text.partition(self.claim.transaction.delimiters.component)[0] in ("ABK", "ABF", "BK", "BF"):
                        if not number:
                            return at, place, 2
                        number -= 1
        return self.claim.at, 0, 0

    def _told(
        self, found: Problem, at: int, number: int, component: int | None = None, line: int | None = None
    ) -> Outcome:
        claim = self.claim
        if found.needs:
            return Unevaluated(found.rule, claim.control_number, line, found.needs, "the table at hand lacks the code")
        place = claim.transaction.place(at, number, component)
        return found.rule.at(place, claim=claim.control_number, line=line, severity=found.severity, **found.facts)


def _span(claim: Claim) -> Period | None:
    """From the first day of a service to the last."""
    first: Period | None = None
    for line in claim.lines:
        if line.service is not first and line.service is not None:
            if first is not None:  # rare: lines of several days
                return claim.service_dates
            first = line.service
    return first


def _has_laboratory(loop: Loop) -> bool:
    return any(s[0] == "REF" and element(s, 1) in _LABORATORY for s in loop.segments)


_LABORATORY = frozenset({"X4", "F4"})
_TABLES = ("icd10cm", "hcpcs", "cpt", "pos", "taxonomy")  # those that go out of date
