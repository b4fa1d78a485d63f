"""What our clinic wants of its claims."""

from collections.abc import Iterator

from curette.rules import Context, Day, DayLine, Hit, Severity, rule


@rule(
    "CLINIC-01",
    "clinic.highest-visit",
    on=("99205", "99215"),
    beside=("*",),
    asks=lambda ctx: ctx.part_b,
    payers="Medicare Part B",
    severity=Severity.ADVICE,
    message="{code} beside {count} other lines goes to the coding lead first",
)
def highest_visit(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """A visit of the highest level beside other work.

    Why: Our Medicare contractor asks for the notes of these days.
    Fix: Attach the note and let the coding lead sign it off.
    """
    others = day.others(line)
    yield Hit(line, {"count": len(others)}, related=tuple(others))


@rule(
    "CLINIC-02",
    "clinic.photographs-again",
    on=("96904",),
    severity=Severity.WARNING,
    needs=("history",),
    recalls=("96904",),
    message="{code} was sent for {date} too, {days} days before",
)
def photographs_again(line: DayLine, day: Day, ctx: Context) -> Iterator[Hit]:
    """Whole-body photographs twice within a year.

    Why: The plans we work with pay them once in 365 days.
    Fix: Take the line off, or add the letter that says why they were needed again.
    """
    for old in ctx.history or ():
        days = (line.day - old.day).days
        if 0 < days < 365:
            yield Hit(line, {"date": old.day, "days": days})
            return
