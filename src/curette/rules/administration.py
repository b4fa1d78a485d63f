"""What stands around the services: approvals, scores, deadlines, dates, corrected claims, who and where."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import chain

from curette.claims.days import Day, DayLine
from curette.claims.model import MADE_AGAIN, ORIGINAL, Claim, ServiceLine
from curette.findings import Confidence, Severity
from curette.notes.model import Authorisation
from curette.rules import _drugs as d
from curette.rules._context import Context
from curette.rules._day import PACKAGES, follow_up, is_surgery
from curette.rules._lesions import MOHS
from curette.rules._registry import Hit, Missing, rule

_APPROVED = ("drug", "phototherapy", "excimer_psoriasis", "pdt", "mohs", "mohs_addon", "chemodenervation")


@rule(
    "DERM-A01", "administration.approval-missing", looks="day", severity=Severity.WARNING,
    sees=lambda claim, line: bool(d.approved(claim, line)), confidence=Confidence.LIKELY,
    asks=lambda ctx: bool(ctx.profile.authorised), payers="payers whose profile lists procedures to approve",
    message="this payer wants an approval for {code}, and the claim has no number (REF*G1)",
    prevents=("biologic_pa", "procedure_auth"), sources=("practice", "x12-837p"),
)  # fmt: skip
def approval_missing(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """No approval number.

    Why: The payer's list names this code, and a claim without the number is denied. A referral (REF*9F) is none.
    Fix: Add the number as REF*G1, or ask the payer whether this patient's plan needs none.
    """
    if not ctx.profile.wants_authorisation(line.code):
        return
    mohs = ctx.part_b and ctx.family(line) in ("mohs", "mohs_addon")  # original Medicare asks none
    if not mohs and not d.approval(line):
        yield Hit(line, {})


@rule(
    "DERM-A02", "administration.approval-does-not-cover", on=_APPROVED, needs=("auths or notes",),
    message="the approval of {code} {reason}", prevents=("biologic_pa", "procedure_auth"), sources=("000",),
)  # fmt: skip
def approval_does_not_cover(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """The approval does not cover this dose.

    Why: An approval holds for a drug, for dates and for units; the payer denies what lies outside.
    Fix: Correct the number, or ask for a new approval; renew it while two doses are left.
    """
    number = d.approval(line)
    held = _held(number, ctx)
    if held is None:
        if number and (reason := _unknown(line, ctx)) and _first_with(number, line, day, ctx):
            yield Hit(line, {"reason": reason})
    elif reason := _outside(held, line, ctx):
        yield Hit(line, {"reason": reason})
    elif (left := _doses_left(held, line, day, ctx)) is not None and left < 2:
        severity = None if left < 0 else Severity.ADVICE
        reason = "has too few units left for this dose" if left < 0 else "leaves units for less than two further doses"
        yield Hit(line, {"reason": reason}, severity=severity, element=4)


def _held(number: str, ctx: Context) -> Authorisation | None:
    """What is known of the approval of a line with this number ("" for none): notes with the number, the log, notes."""
    own = ctx.notes.auth if ctx.notes is not None else None
    if own is not None and own.number and number in ("", own.number):
        return own
    logged = ctx.auths.of(number) if ctx.auths is not None and number else None
    return logged or (own if own is not None and not own.number else None)


def _unknown(line: DayLine, ctx: Context) -> str:
    """Why nothing is known of its number; "" where neither a log nor the notes should know it."""
    if ctx.auths is not None:
        return "has a number that is not in the log"
    own = ctx.notes.auth if ctx.notes is not None else None  # under another number, and maybe of another drug
    if own is None or not (line.code in (own.codes or ()) or (own.drug and _names(own.drug, line, ctx))):
        return ""
    return "has another number in the notes"


def _first_with(number: str, line: DayLine, day: Day, ctx: Context) -> bool:
    """Whether the line is the first of its claim that the number can be meant for, so that it is told once."""
    meant = (
        other
        for other in day.lines
        if other.claim is line.claim
        and d.approval(other) == number
        and (ctx.facts.drugs.holds(other.code) or ctx.family(other) in _APPROVED)
    )
    return next(meant, line) is line


def _outside(held: Authorisation, line: DayLine, ctx: Context) -> str:
    """Why the approval is not for this line, or ""."""
    if not _meant(held, line, ctx):
        return ""
    if not held.covers(line.day):
        return "does not hold on the day of service"
    if held.codes:
        return "" if line.code in held.codes else "is for another code"
    if held.drug is None or not d.products(line, ctx) or _names(held.drug, line, ctx):
        return ""
    return "is for another drug"


def _names(drug: str, line: DayLine, ctx: Context) -> bool:
    """Whether what an approval calls its drug is the line's: its code, its generic name or its brand."""
    wanted = drug.casefold()
    rows = d.products(line, ctx)
    named = any(d.stem(row.name) in wanted or (row.brand and row.brand.split()[0].casefold() in wanted) for row in rows)
    return named or line.code.casefold() in wanted


def _meant(held: Authorisation, line: DayLine, ctx: Context) -> bool:
    """Whether the number can be this line's: its own; of one of its codes; of a claim where no line has one of them.

    Without codes it is meant for what practices ask approvals for: of drugs the biologics.
    """
    if line.line.reference("G1"):
        return True
    if not held.codes:
        return not ctx.facts.drugs.holds(line.code) or any(map(d.is_biologic, d.products(line, ctx)))
    return line.code in held.codes or not any(other.procedure in held.codes for other in line.claim.lines)


def _doses_left(held: Authorisation, line: DayLine, day: Day, ctx: Context) -> int | None:
    """Whole doses after this one, -1 where the units do not suffice for it; None where that is not known.

    What was given before under the number counts; a corrected claim does not, since its dose was counted before.
    Without a code the units may be doses, so that too few for one are no fault, while none at all are.
    """
    left = held.units_left
    if left is None or line.units <= 0 or line.has("JW") or line.claim.frequency != ORIGINAL:
        return None
    by_code = line.code in (held.codes or ())
    by_name = not held.codes and held.drug is not None and _names(held.drug, line, ctx)
    given = _given(line, day)
    if given <= left:
        return (left - given) // line.units if by_code or by_name else None
    unnamed = not held.codes and held.drug is None and _meant(held, line, ctx)
    return -1 if by_code or (left <= 0 and (by_name or unnamed)) else None


def _given(line: DayLine, day: Day) -> int:
    """The units of its code up to this line, on this day and the days of the batch before it, under its number.

    A line may have a number of its own, whose units are not those of the claim's. Without one the notes tell of an
    approval, which is this claim's alone.
    """
    number, code = d.approval(line), line.code
    today = (o for o in day.lines if (o.claim.at, o.line.at) <= (line.claim.at, line.line.at))
    given = (o for o in chain(day.earlier(), today) if o.code == code and not o.has("JW") and d.approval(o) == number)
    if not number:
        return sum(o.units for o in given if o.claim is line.claim)
    billing = line.claim.billing.npi
    return sum(o.units for o in given if o.claim.frequency == ORIGINAL and o.claim.billing.npi == billing)


_SCORES = frozenset({"PASI", "BSA", "EASI", "IGA", "DLQI"})
_ACNE_INVERSA = "L732"


@rule(
    "DERM-A03", "administration.score-missing", on=("drug",), severity=Severity.ADVICE, needs=("notes",),
    confidence=Confidence.LIKELY, prevents=("biologic_medical",), sources=("000",),
    message="a biologic is begun or renewed, and the note has no {expected}",
)  # fmt: skip
def score_missing(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit | Missing]:
    """No severity score behind a biologic.

    Why: At the start and at each renewal payers ask how bad the disease is, in a number.
    Fix: Add the score of the visit to the request, if the note has one.
    """
    if ctx.notes is None or not d.pointed(line, ("L20", "L40", _ACNE_INVERSA)):
        return
    rows = d.products(line, ctx)
    if not rows or not all(map(d.is_biologic, rows)) or _event(line, ctx) not in ("start", "renewal"):
        return
    if ctx.notes.scores is None:
        yield Missing(line, "notes.scores")
        return
    inversa = d.pointed(line, (_ACNE_INVERSA,))
    if not any(score.name in _SCORES or inversa for score in ctx.notes.scores):
        yield Hit(line, {"expected": "Hurley stage or IHS4" if inversa else "PASI, BSA, EASI, IGA or DLQI"})


def _event(line: DayLine, ctx: Context) -> str | None:
    """Start, maintenance or renewal: as the notes of the claim have it, else as the log has it."""
    own, held = ctx.notes.auth if ctx.notes is not None else None, _held(d.approval(line), ctx)
    return own.event if own is not None and own.event else held.event if held is not None else None


_SOON = timedelta(days=30)


def _filed_late(claim: Claim, ctx: Context) -> tuple[date, str, Severity] | None:
    """The last day for a claim, and whether it is late for it or nearly so."""
    profile, notes = ctx.profile, ctx.notes
    limit = (profile.corrected or profile.filing) if claim.frequency in MADE_AGAIN else profile.filing
    received = notes.received if notes is not None else None
    reached = received or ctx.today
    first = min([line.service.start for line in claim.lines if line.service], default=None)
    if limit is None or first is None or reached is None:
        return None
    last = limit.last_day(first)
    if reached > last:
        return last, f"late by days: {(reached - last).days}", Severity.ERROR
    if received is not None or reached < last - _SOON:
        return None
    made = claim.submission.created_on  # a file made long before is not warned of: it shows what was sent then
    soon = made is not None and made >= last - _SOON
    return (last, f"days left: {(last - reached).days}", Severity.WARNING) if soon else None


@rule(
    "DERM-A04", "administration.filing-deadline", level="claim", may=_filed_late,
    sources=("cms-timely-filing", "practice"),
    asks=lambda ctx: bool(ctx.profile.filing or ctx.profile.corrected), payers="payers whose profile has a limit",
    message="the claim must reach the payer by {date}: {reason}",
)  # fmt: skip
def filing_deadline(claim: Claim, day: Day, ctx: Context) -> Iterator[Hit]:
    """The last day for filing.

    Why: A payer does not pay what reaches it after its limit, counted from the first day of service; a claim that was
    rejected was not filed.
    Fix: Send it at once; after the last day look for proof that it was filed in time, or for an exception.
    """
    if found := _filed_late(claim, ctx):
        last, reason, severity = found
        yield Hit(
            next(line for line in day.lines if line.claim is claim), {"date": last, "reason": reason}, severity=severity
        )


_ONE_DAY = frozenset({"excimer_psoriasis", "pdt", "phototherapy"})  # beside surgery
_ADD_ON = "ZZZ"


@rule(
    "DERM-A05", "administration.impossible-date", looks="day",
    message="the line's date {reason}", sources=("x12-837p",),
)  # fmt: skip
def impossible_date(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """A date that cannot be.

    Why: A service cannot follow the file that bills it, and a procedure of one day has one day.
    Fix: Correct the date; send treatments of several days with a line for each day.
    """
    if line.end > line.day and _done_on_one_day(line, ctx):
        yield Hit(line, {"reason": f"is a range, and {line.code} is done on one day"})
    if line is day.lines[0]:  # whose date and file are those of all
        created = line.claim.submission.created_on
        if created is not None and created < day.date:
            yield from (Hit(other, {"reason": "lies after the day of the file (BHT04)"}) for other in day.lines)


def _done_on_one_day(line: DayLine, ctx: Context) -> bool:
    family = ctx.family(line)
    if family in _ONE_DAY or not is_surgery(line.code):
        return family in _ONE_DAY
    return bool(family) or follow_up(line.code, line.day, ctx) in {*PACKAGES, _ADD_ON}  # other surgery may take months


@rule(
    "DERM-A06", "administration.corrected-without-number", level="claim", looks="day", sources=("x12-837p",),
    may=lambda claim, ctx: claim.frequency in MADE_AGAIN, sees=lambda claim, line: bool(claim.original_reference),
    message="the claim replaces or voids another (CLM05-3 {code}), and the payer's number of that one is missing",
)  # fmt: skip
def corrected_without_number(claim: Claim, day: Day, ctx: Context) -> Iterator[Hit]:
    """A corrected claim without the payer's number.

    Why: Without REF*F8 the payer does not find the claim that this one replaces, and denies it as a duplicate.
    Fix: Put the payer's claim number of its remittance into REF*F8.
    """
    if claim.frequency in MADE_AGAIN and not claim.original_reference:
        yield Hit(None, {"code": claim.frequency}, at=("CLM", 5))


@rule(
    "DERM-A07", "administration.drug-in-facility", on=("drug",), looks="line", severity=Severity.WARNING,
    asks=lambda ctx: ctx.medicare, payers="Medicare",
    confidence=Confidence.LIKELY, message="{code} in place of service {found}: there the facility bills the drug",
    sources=("curette",),
)  # fmt: skip
def drug_in_facility(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """A drug billed from a facility.

    Why: In a hospital or surgical centre Medicare pays the drug to the facility that supplied it.
    Fix: Take the drug off the claim, or correct the place of service.
    """
    if line.place in d.FACILITY and line.code[0] in "JQ":
        yield Hit(line, {"found": line.place})


_ASSISTANTS = {"363A": "a physician assistant", "363L": "a nurse practitioner"}  # beginnings of taxonomies
_CREDENTIALS = {
    "PA": "a physician assistant", "PAC": "a physician assistant", "NP": "a nurse practitioner",
    "FNP": "a nurse practitioner", "CRNP": "a nurse practitioner", "APRN": "a nurse practitioner",
}  # fmt: skip


@rule(
    "DERM-A10", "administration.mohs-by", looks="day", sees=lambda claim, line: _taxonomy(claim, line)[:4],
    on=tuple(sorted(MOHS)), severity=Severity.ADVICE,
    confidence=Confidence.LIKELY, asks=lambda ctx: ctx.medicare, payers="Medicare",
    message="{code} is done by a physician who is surgeon and pathologist in one; {form} rendered it",
    prevents=("mohs",), sources=("aad-mohs",),
)  # fmt: skip
def mohs_by(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """Who did the Mohs surgery.

    Why: Medicare pays Mohs surgery to a physician who cuts and reads the slides.
    Fix: Correct the rendering provider if a physician did both; otherwise these are not the right codes.
    """
    mohs = day.of(MOHS)
    if line is not next(other for other in mohs if other.claim is line.claim and other.provider == line.provider):
        return  # told once of each who rendered it
    if taxonomy := _taxonomy(line.claim, line.line):
        form = _ASSISTANTS.get(taxonomy[:4], "")
    else:
        words = re.findall("[A-Z]+", (ctx.notes.credentials or "").upper()) if ctx.notes is not None else []
        form = "" if {"MD", "DO"} & set(words) else next((_CREDENTIALS[w] for w in words if w in _CREDENTIALS), "")
    if form:
        yield Hit(line, {"form": form})


def _taxonomy(claim: Claim, line: ServiceLine) -> str:
    """Of who rendered the line."""
    rendering = line.rendering or claim.rendering
    return rendering.taxonomy if rendering is not None else ""
