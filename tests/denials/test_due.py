"""By when a denial is to be worked: calendar hours as the guides count, or working days."""

from datetime import date

import pytest

from curette.codes.denials import codes
from curette.denials.due import CALENDAR, Calendar, due

FRIDAY, SATURDAY = date(2026, 3, 6), date(2026, 3, 7)
WORKING = Calendar(working=True)


@pytest.mark.parametrize(
    ("sla", "received", "calendar", "expected"),
    [
        ("48H", date(2026, 3, 2), CALENDAR, date(2026, 3, 4)),
        ("48H", FRIDAY, CALENDAR, date(2026, 3, 8)),  # a Sunday: the guides count every hour
        ("48H", FRIDAY, WORKING, date(2026, 3, 10)),
        ("48H", SATURDAY, WORKING, date(2026, 3, 10)),
        ("48H", date(2026, 3, 5), WORKING, date(2026, 3, 9)),
        ("48H", date(2026, 2, 27), CALENDAR, date(2026, 3, 1)),  # end of a month
        ("48H", date(2028, 2, 28), CALENDAR, date(2028, 3, 1)),  # a leap year
        ("48H", date(2026, 12, 31), CALENDAR, date(2027, 1, 2)),
        ("48H", date(2026, 3, 7), CALENDAR, date(2026, 3, 9)),  # the clock goes forward on the 8th
        ("SAME_DAY", FRIDAY, CALENDAR, FRIDAY),
        ("SAME_DAY", SATURDAY, CALENDAR, SATURDAY),
        ("SAME_DAY", SATURDAY, WORKING, date(2026, 3, 9)),
        ("SAME_DAY", FRIDAY, WORKING, FRIDAY),
        ("P2P_24H", FRIDAY, CALENDAR, SATURDAY),
        ("P2P_24H", FRIDAY, WORKING, date(2026, 3, 9)),
        ("NONE", FRIDAY, CALENDAR, None),
        (None, FRIDAY, CALENDAR, None),
        ("48H", None, CALENDAR, None),
    ],
)
def test_due(sla: str | None, received: date | None, calendar: Calendar, expected: date | None) -> None:
    assert due(codes(), sla, received, calendar) == expected
