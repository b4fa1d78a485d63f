"""By when a denial is to be worked: the guides' hours, counted in whole days since a remittance tells no hour."""

from datetime import date, timedelta

from curette._records import record
from curette.codes.denials import Codes

_SATURDAY = 5
_HOURS_A_DAY = 24


@record
class Calendar:
    """`working`: Saturdays and Sundays do not count (the guides count every hour)."""

    working: bool = False

    def after(self, day: date, hours: int) -> date:
        """The day on which so many hours after `day` have passed; 0 is the same day (or the next that counts)."""
        left = -(-hours // _HOURS_A_DAY)
        if not self.working:
            return day + timedelta(days=left)
        while left or day.weekday() >= _SATURDAY:
            day += timedelta(days=1)
            left -= day.weekday() < _SATURDAY and left > 0
        return day


CALENDAR = Calendar()


def due(codes: Codes, sla: str | None, received: date | None, calendar: Calendar) -> date | None:
    """The last day for a denial with this SLA; None where there is nothing to do or the day of receipt is unknown."""
    hours = codes.hours.get(sla or "")
    return calendar.after(received, hours) if hours is not None and received else None
