"""A claim or a service line on one line, for what came or went and for what stands around a change."""

from curette.claims.model import Claim, ServiceLine
from curette.dates import Period
from curette.money import count, decimal


def claim_words(claim: Claim) -> str:
    """A claim on one line: charge, lines, days."""
    days = claim.service_dates
    lines = f"{len(claim.lines)} line{'' if len(claim.lines) == 1 else 's'}"
    return ", ".join(filter(None, (decimal(claim.charge), lines, days_words(days) if days else "")))


def line_words(claim: Claim, line: ServiceLine) -> str:
    """A line on one line: code, modifiers, charge, units, days, diagnoses."""
    procedure = " ".join((line.procedure, *line.modifiers))
    units = f"{count(line.units)} {line.unit}"
    if line.unit == "UN":
        units = f"{count(line.units)} unit{'' if line.units == 1000 else 's'}"
    days = days_words(line.service) if line.service else ""
    return ", ".join(filter(None, (procedure, decimal(line.charge), units, days, " ".join(claim.codes(line)))))


def days_words(days: Period) -> str:
    """A day, or the first and the last."""
    return days.start.isoformat() + (f" to {days.end.isoformat()}" if days.end != days.start else "")
