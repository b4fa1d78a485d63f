"""Other payers (2320, 2330B, 2430): who pays before whom, and what each that pays before has said."""

from collections import Counter
from collections.abc import Iterator

from curette.checks.situations._tell import CERTAIN, ERROR, LIKELY, WARNING, coverage, period, rule, tell
from curette.checks.situations.dates import after_file
from curette.claims.model import Claim, OtherSubscriber
from curette.findings import Finding
from curette.x12.loop import Loop

SEQUENCE = rule(
    "COB-SEQUENCE", "cob.sequence-twice", ERROR, CERTAIN,
    "two payers of the claim have the place {code} (SBR01)", "Give each payer of a claim a place of its own.",
)  # fmt: skip
MISSING = rule(
    "COB-MISSING", "cob.payer-before", ERROR, LIKELY,
    "the payer has the place {code} (SBR01), but no payer before it is named",
    "Send loop 2320 for each payer that comes first, or put P into SBR01.",
)  # fmt: skip
GAP = rule(
    "COB-GAP", "cob.payer-between", WARNING, LIKELY,
    "the payer has the place {code} (SBR01), but of the payers before it only {count} are named",
    "Send loop 2320 for each payer that comes first, or correct SBR01.",
)  # fmt: skip
UNKNOWN = rule(
    "COB-SVD", "cob.line-payer", ERROR, CERTAIN,
    "SVD01 names a payer that loop 2330B does not", "Repeat NM109 of loop 2330B in SVD01.",
)  # fmt: skip
TWICE = rule(
    "COB-PAYER-TWICE", "cob.payer-twice", WARNING, CERTAIN,
    "two loops 2330B have one payer number, so SVD01 does not tell whose adjudication it is",
    "Give every payer of the claim a number of its own.",
)  # fmt: skip
PAID = rule(
    "COB-PAID", "cob.paid-amount", ERROR, LIKELY,
    "a payer has adjudicated the claim, but not said what it paid (AMT*D)",
    "Send AMT*D with what it paid, zero included.",
)  # fmt: skip
DATE = rule(
    "COB-DATE", "cob.date", ERROR, CERTAIN,
    "a payer has adjudicated the claim, but the day is missing (DTP*573)",
    "Send DTP*573 in loop 2330B, or in 2430 where the payer adjudicated by line.",
)  # fmt: skip
DATE_TWICE = rule(
    "COB-DATE-TWICE", "cob.date-twice", WARNING, CERTAIN,
    "the day of a payer's adjudication (DTP*573) stands at the claim and at its lines",
    "Leave it out of loop 2330B when the lines have it.",
)  # fmt: skip
EARLY = rule(
    "COB-DATE-EARLY", "cob.date-before-service", WARNING, LIKELY,
    "a payer has adjudicated (DTP*573) before the service", "Correct the date of adjudication or of service.",
)  # fmt: skip
SILENT = rule(
    "COB-SILENT", "cob.not-adjudicated", WARNING, LIKELY,
    "the payer with the place {code} comes first, but has not adjudicated the claim",
    "Send what that payer paid and adjusted, or wait for its remittance.",
)  # fmt: skip

_RANKS = {code: rank for rank, code in enumerate("PSTABCDEFGH")}


def check(claim: Claim) -> Iterator[Finding]:
    """Every rule on the other payers of a claim."""
    if claim.others:
        yield from _places(claim)
    counts = Counter(other.payer_id for other in claim.others)
    by_line: dict[str, bool] = {}  # whether any of these tells the day
    lost = False
    for line in claim.lines:
        for adjudication in line.adjudications:
            payer = adjudication.payer_id
            if payer and payer not in counts and payer not in by_line:  # told once a claim
                lost = True
                yield tell(UNKNOWN, claim, adjudication, "2430", adjudication.segments[0], 1, line)
            by_line[payer] = by_line.get(payer, False) or adjudication.first("DTP", "573") is not None
    rank = _RANKS.get(claim.subscriber.sequence, 0)
    for other in claim.others:
        adjudicated = other.payer_id in by_line
        if adjudicated or not lost:  # else its lines may be those of the payer that is not known
            yield from _payer(claim, other, by_line.get(other.payer_id), rank)
        if adjudicated and counts[other.payer_id] > 1 and other.payer is not None:
            yield tell(TWICE, claim, other.payer, "2330B", other.payer.segments[0], 9)
    yield from _days(claim)


def alone(claim: Claim) -> Iterator[Finding]:
    """A claim to a later payer, without any other."""
    sbr = coverage(claim)
    yield tell(MISSING, claim, claim.subscriber, "2000B", sbr, 1, code=sbr[1])


def _places(claim: Claim) -> Iterator[Finding]:
    """SBR01 of all payers; U is the place that is not known. Of two with one place, one may be whom a third lacks."""
    own = claim.subscriber.sequence
    seen, twice = {own}, False
    for other in claim.others:
        code = other.sequence
        if code in seen and code != "U":
            twice = True
            yield tell(SEQUENCE, claim, other, "2320", other.segments[0], 1, code=code)
        seen.add(code)
    rank = _RANKS.get(own, 0)
    before = sum(_RANKS.get(code, rank) < rank for code in seen)
    if twice or "U" in seen or before >= rank:
        return
    rule = GAP if before else MISSING
    yield tell(rule, claim, claim.subscriber, "2000B", claim.subscriber.first("SBR"), 1, code=own, count=before)


def _payer(claim: Claim, other: OtherSubscriber, by_line: bool | None, rank: int) -> Iterator[Finding]:
    """What one payer has said: an amount, adjustments, or nothing yet. `by_line`: whether its lines tell the day, None
    where it has none; that a line does not is the guide's to tell.
    """
    paid, adjusted = other.paid, other.first("CAS") is not None
    dated = other.payer.first("DTP", "573") if other.payer is not None else None
    before = _RANKS.get(other.sequence, rank) < rank
    if by_line is None and not adjusted and paid is None:
        if before and dated is None and other.first("AMT", "A8") is None:  # A8: billed past this payer
            yield tell(SILENT, claim, other, "2320", other.segments[0], 1, code=other.sequence)
        return
    if paid is None:
        yield tell(PAID, claim, other, "2320", other.segments[0])
    if dated is not None and by_line:
        yield tell(DATE_TWICE, claim, other.payer or other, "2330B", dated)
    elif dated is None and by_line is None and (before or adjusted or paid):
        yield tell(DATE, claim, other.payer or other, "2330B")


def _days(claim: Claim) -> Iterator[Finding]:
    """Every DTP*573 against the service and the file."""
    first = min((line.service.start for line in claim.lines if line.service), default=None)
    places: list[tuple[Loop, str]] = [(other.payer, "2330B") for other in claim.others if other.payer is not None]
    places += [(adjudication, "2430") for line in claim.lines for adjudication in line.adjudications]
    for loop, name in places:
        segment = loop.first("DTP", "573")
        when = period(segment)
        if segment is None or when is None:
            continue
        if first is not None and when.end < first:
            yield tell(EARLY, claim, loop, name, segment, 3)
        yield from after_file(claim, loop, name, segment)
