"""What a transaction's findings need before they are handed on: one for each cause, in file order, not too many."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from attrs import evolve

from curette.checks import guide
from curette.checks.results import Checked, Conformance
from curette.findings import Finding, Place, Severity
from curette.remits import balance
from curette.remits import reader as remits_reader
from curette.remits.model import ClaimPayment
from curette.x12 import faults
from curette.x12.transaction import Transaction

if TYPE_CHECKING:
    from curette.pipeline.remittances import Categorised

_CODES = ("DERM-C01", "DERM-C02")
# say nothing of other elements; a date nothing but of its qualifier, which stands before it
_OF_A_VALUE = (faults.MONEY, faults.QUANTITY, faults.NEGATIVE, faults.INTEGER, faults.CONTROL, faults.DATE)
_GUIDE_FINDINGS = 1000  # of a transaction or part
FINDINGS_A_FILE = 1000  # listed; the rest is counted
_TOGETHER = 8  # claims read before they are looked at: code that runs over several of them stays in the processor
L = TypeVar("L", Checked, "Categorised")


def listed(results: Iterable[L]) -> Iterator[L]:
    """What every transaction shows of its group is told once; the findings beyond the limit are only counted."""
    listed, told = 0, set[tuple[str, int, int | None]]()
    for result in results:
        if result.begins:
            listed, told = 0, set()
        if any(f.place.segment == "GS" for f in result.findings):
            result = evolve(result, findings=tuple(_once(result.findings, told)))
        room = max(FINDINGS_A_FILE - listed, 0)
        listed += len(result.findings)
        if len(result.findings) > room:
            result = evolve(result, findings=result.findings[:room], hidden=result.findings[room:])
        yield result


def _once(findings: Iterable[Finding], told: set[tuple[str, int, int | None]]) -> Iterator[Finding]:
    """Those that are not about a GS segment, or not `told` of it."""
    for finding in findings:
        key = (finding.rule.id, finding.place.segment_index, finding.place.element)
        if finding.place.segment != "GS" or key not in told:
            yield finding
        if finding.place.segment == "GS":
            told.add(key)


def named(results: Iterable[Checked]) -> Iterator[Checked]:
    """What was not evaluated in a file is named up to the same limit."""
    told = 0
    for result in results:
        kept = result.unevaluated[: max(FINDINGS_A_FILE - (0 if result.begins else told), 0)]
        told = len(kept) + (0 if result.begins else told)
        unlisted = len(result.unevaluated) - len(kept)
        yield evolve(result, unevaluated=kept, unlisted=unlisted) if unlisted else result


def conform(part: Transaction, findings: list[Finding], engine: Conformance) -> tuple[list[Finding], int | None]:
    """Add what the guide says, but not where a reader (of segment or value) or a list (of the code) has told a cause.

    What a list says more mildly of a value than the guide gives way to the guide. Also from which segment on (counted
    in the transaction from 1) nobody looked: too much was wrong, or pyx12 gave up.
    """
    if engine == "off":
        return findings, None
    from curette.checks import conformance

    syntax = [f for f in findings if f.severity is Severity.ERROR and f.rule.snip < 3]
    told = {f.place.segment_index for f in syntax if f.rule not in _OF_A_VALUE}
    orphans = {f.place.segment_index: f for f in syntax if f.rule is faults.ORPHAN}
    values = {(f.place.segment_index, f.place.element) for f in syntax}
    values |= {
        (f.place.segment_index, f.place.element - 1) for f in syntax if f.rule is faults.DATE and f.place.element
    }
    codes: dict[tuple[int, int | None], list[Finding]] = {}
    for finding in findings:
        if finding.rule.snip == 5:
            codes.setdefault((finding.place.segment_index, finding.place.element), []).append(finding)
    found = list(conformance.check(part, _GUIDE_FINDINGS, engine))
    gave_up = bool(found) and found[-1].rule == guide.ENGINE and found[-1].place.element is None
    ended = found[-1].place.segment_in_transaction if gave_up or len(found) == _GUIDE_FINDINGS else None
    new, milder = list[Finding](), set[int]()
    for finding in found:
        at = finding.place
        alike = [f for f in codes.get((at.segment_index, at.element), ()) if _same_component(f.place, at)]
        heard = at.segment_index in told or (at.segment_index, at.element) in values
        if guide.ended(finding):  # which is about what stands before that segment, not about its values
            heard = _same_want(orphans.get(at.segment_index), finding)
        if heard or any(f.severity.rank <= finding.severity.rank for f in alike):
            continue
        new.append(finding)
        milder.update(map(id, alike))
    return [*(f for f in findings if id(f) not in milder), *new], ended


def _same_want(orphan: Finding | None, finding: Finding) -> bool:
    """Whether an orphan lacks what a finding of the guide says is missing: a line its service, or a claim its level."""
    if orphan is None:
        return False
    loop = finding.place.loop or ""
    return loop.startswith("24") if guide.ended(orphan) else loop in ("2000A", "2000B", "2000C")


def _same_component(place: Place, other: Place) -> bool:
    return place.component == other.component or not (place.component and other.component)


def particular(findings: Iterable[Finding]) -> list[Finding]:
    """Without what a coding rule says better of the same element or claim.

    It comes after what is asked for was chosen: where the coding rule was left out, the other finding stays.
    """
    found = list(findings)
    codes = {(f.place.segment_index, f.place.element) for f in found if f.rule.id in _CODES}
    claims = {f.claim for f in found if f.rule.id == "DERM-A06"}
    if not codes and not claims:
        return found
    return [
        f
        for f in found
        if not (f.rule.id.startswith(("COD-PROC", "COD-DX")) and (f.place.segment_index, f.place.element) in codes)
        and not (f.rule.id == "SIT-REF-F8" and f.claim in claims)
    ]


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """In file order; of those that two readers, or the days of one claim, told of one place the first."""
    unique: dict[tuple[object, ...], Finding] = {}
    for f in findings:
        unique.setdefault((f.rule.id, f.place.segment_index, f.place.element, f.place.component, f.message), f)
    return tuple(sorted(unique.values(), key=lambda f: (f.place.segment_index, f.severity.rank, f.place.element or 0)))


def hinders(finding: Finding) -> bool:
    """Whether the payment as a whole cannot be expected to add up."""
    return finding.rule is balance.REVERSAL


def balanced(reader: remits_reader.Reader) -> Iterator[tuple[ClaimPayment, Iterable[Finding]]]:
    """Each claim with its balance; one with an amount that cannot be read is not expected to balance, nor one behind
    which the way was lost: what came then may be its own.
    """
    part, older, newer, claims = reader.transaction, 0, 0, reader.claims()
    while together := list(islice(claims, _TOGETHER)):
        recent = reader.findings[older:]  # a claim is handed out at the next one, whose head may be told by then
        older, newer = newer, len(reader.findings)
        for claim in together:
            yield claim, () if recent and _faulty(claim, part, recent) else balance.check_claim(claim, part)


def _faulty(claim: ClaimPayment, part: Transaction, findings: Iterable[Finding]) -> bool:
    """Whether one of those findings stands within the claim, or says that the next segment has no place."""
    first, last = claim.at + part.before, claim.end + part.before
    return any(
        first < (f.place.segment_in_transaction or 0) <= last + (f.rule in (faults.MISPLACED, faults.ORPHAN))
        for f in findings
    )
