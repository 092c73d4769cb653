"""Periods as clauses count them: business days that skip weekends and holidays given as an argument, and hours of the clock."""

from collections.abc import Set
from datetime import UTC, date, datetime, time, timedelta, tzinfo

SATURDAY = 5
LONGEST = 400  # days that a count is followed before it is given up as a fault in the holidays


def business_day(at: date, holidays: Set[date]) -> bool:
    """Monday to Friday and no holiday."""
    return at.weekday() < SATURDAY and at not in holidays


def later(at: date, count: int, holidays: Set[date]) -> date:
    """The `count`-th business day after `at`, which itself is not counted."""
    day, left = at, count
    for _ in range(LONGEST + 7 * count):
        if left == 0:
            return day
        day += timedelta(days=1)
        left -= business_day(day, holidays)
    raise ValueError("the holidays leave no business day")


def due(moment: datetime, count: int, unit: str, holidays: Set[date], zone: tzinfo) -> datetime:
    """When a report is due, in UTC: the last second of a business day in `zone`, or `count` hours of the clock later.

    `unit`: `business-days` or `clock-hours`; ValueError for any other.
    """
    if unit == "clock-hours":
        return moment.astimezone(UTC) + timedelta(hours=count)
    if unit != "business-days":
        raise ValueError(f"no such unit {unit!r}")
    day = later(moment.astimezone(zone).date(), count, holidays)
    return datetime.combine(day, time(23, 59, 59), zone).astimezone(UTC)
