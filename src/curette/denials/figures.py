"""Rates from whole numbers: how they are rounded, when they are too small to tell, and when they leave their limits.

Statistics as the trend report promises them: counts with every rate, no rate below 30 observations, limits of a
p-chart (p +/- 3 sqrt(p (1 - p) / n)), the mean of three months, service months that fill up for 90 days. Nothing here
asks the time.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from math import isqrt

from curette._records import record

FEW = 30  # observations below which no rate is told
MEAN_OF = 3  # months of a running mean
FILLS_FOR = 90  # days after the end of a month of service in which remittances still come


@record
class Rate:
    """`part` of `whole`, both counts or both cents, seen on `of` lines (or claims, or days)."""

    part: int
    whole: int
    of: int

    @property
    def told(self) -> bool:
        """Whether there are enough observations to tell a rate."""
        return self.of >= FEW and self.whole > 0

    @property
    def permille(self) -> int | None:
        """Tenths of a percent, half rounded up; None where it is not told."""
        return (2000 * self.part + self.whole) // (2 * self.whole) if self.told else None

    @property
    def percent(self) -> str:
        """ "12.5", empty where it is not told."""
        value = self.permille
        return "" if value is None else tenths(value)


def counted(part: int, whole: int) -> Rate:
    """The rate of things counted."""
    return Rate(part, whole, whole)


def tenths(value: int) -> str:
    """Tenths with their point: 125 is "12.5"."""
    sign = "-" if value < 0 else ""
    return f"{sign}{abs(value) // 10}.{abs(value) % 10}"


@record
class Limits:
    """Where the rate of a group is expected, in tenths of a percent: three standard deviations about that of all."""

    centre: int
    low: int
    high: int

    def place(self, rate: Rate) -> str:
        """above, below or within; empty where the rate is not told."""
        value = rate.permille
        if value is None:
            return ""
        return "above" if value > self.high else "below" if value < self.low else "within"


def limits(every: Rate, of: int) -> Limits | None:
    """The limits of a group of `of` within all; None where either is too small to tell."""
    if not every.told or of < FEW:
        return None
    part, whole = every.part, every.whole
    centre, spread = 10**6 * part // whole, isqrt(9 * 10**12 * part * (whole - part) // (whole * whole * of))
    low, high = max(centre - spread, 0), min(centre + spread, 10**6)
    return Limits(*((500 + value) // 1000 for value in (centre, low, high)))


def month(day: date) -> str:
    """ "2026-03"."""
    return f"{day.year:04d}-{day.month:02d}"


def month_end(name: str) -> date:
    """The last day of "2026-03"."""
    year, number = int(name[:4]), int(name[5:])
    return date(year + number // 12, number % 12 + 1, 1) - timedelta(days=1)


def immature(service_month: str, as_of: date) -> bool:
    """Whether remittances for a month of service are still to come."""
    return as_of < month_end(service_month) + timedelta(days=FILLS_FOR)


def months_between(first: str, last: str) -> list[str]:
    """Every month from the first to the last, so that one without anything is seen as such."""
    found, end = [], (int(last[:4]), int(last[5:]))
    year, number = int(first[:4]), int(first[5:])
    while (year, number) <= end:
        found.append(f"{year:04d}-{number:02d}")
        year, number = year + number // 12, number % 12 + 1
    return found


def running(months: Mapping[str, Rate]) -> dict[str, Rate]:
    """The mean of each month and the two before it, every line of them alike; none where these are not all known.

    A month between that is not there had nothing to count.
    """
    if not months:
        return {}
    known = months_between(min(months), max(months))
    found: dict[str, Rate] = {}
    for at in range(MEAN_OF - 1, len(known)):
        rates = [months[name] for name in known[at - MEAN_OF + 1 : at + 1] if name in months]
        found[known[at]] = Rate(sum(r.part for r in rates), sum(r.whole for r in rates), sum(r.of for r in rates))
    return found
