"""The reason and remark codes of a remittance, on its payment date, and the addresses of payer and payee.

An unknown or retired code is a warning: whoever reads the remittance cannot mend it.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from curette.checks.codesets.verdicts import IN_ADDRESS, Verdict, Verdicts
from curette.findings import Finding, Severity
from curette.remits.model import ClaimPayment, Organisation
from curette.x12.cas import Segment
from curette.x12.loop import Loop
from curette.x12.transaction import Transaction

TABLES = ("carc", "rarc")  # those that go out of date
_REMARKS = {"MOA": range(3, 8), "MIA": (5, 20, 21, 22, 23)}


def check(claim: ClaimPayment, part: Transaction, day: date, judge: Verdicts) -> Iterator[Finding]:
    """CAS02, 05, ..., the remarks of MOA and MIA, and LQ*HE."""
    for loop, line in ((claim, None), *((line, line.number) for line in claim.lines)):
        yield from _of_loop(loop, line, claim.control_number, part, day, judge)


def addresses(organisations: Iterable[Organisation], part: Transaction, judge: Verdicts) -> Iterator[Finding]:
    """N402, N403 and N404 of payer and payee."""
    for organisation in organisations:
        for at, segment in enumerate(organisation.segments, organisation.at):
            for found in judge.addresses[tuple(segment[2:5])] if segment[0] == "N4" else ():
                if not found.needs:
                    place = part.place(at, IN_ADDRESS[found.rule])
                    yield found.rule.at(place, severity=Severity.WARNING, **found.facts)


def _of_loop(
    loop: Loop, line: int | None, claim: str, part: Transaction, day: date, judge: Verdicts
) -> Iterator[Finding]:
    for at, segment in enumerate(loop.segments, loop.at):
        for number, found in _codes(segment, day, judge):
            if found is not None and not found.needs:
                place = part.place(at, number)
                yield found.rule.at(place, claim=claim, line=line, severity=found.severity, **found.facts)


def _codes(segment: Segment, day: date, judge: Verdicts) -> Sequence[tuple[int, Verdict]]:
    name, size = segment[0], len(segment)
    if name == "CAS":
        return [(i, judge.carcs[segment[i], day]) for i in range(2, size, 3) if segment[i]]
    if name == "LQ":
        return [(2, judge.rarcs[segment[2], day])] if size > 2 and segment[1] == "HE" and segment[2] else ()
    if name in _REMARKS:
        return [(i, judge.rarcs[segment[i], day]) for i in _REMARKS[name] if i < size and segment[i]]
    return ()
