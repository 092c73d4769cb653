"""Business days of the federal calendar and hours of the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.federal import ZONE, days_off
from model.periods import business_day, due, later

OFF = days_off(range(2020, 2036))
MOMENTS = st.datetimes(datetime(2021, 1, 1), datetime(2034, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2026-11-20T23:59:00-05:00", 1, "2026-11-23"),  # Friday night: Monday
        ("2026-11-25T09:00:00-05:00", 1, "2026-11-27"),  # the day before Thanksgiving: Friday is a business day
        ("2026-06-18T12:00:00-04:00", 1, "2026-06-22"),  # Juneteenth is a Friday in 2026
        ("2026-12-31T12:00:00-05:00", 1, "2027-01-04"),  # New Year's Day is a Friday
        ("2021-12-30T12:00:00-05:00", 1, "2022-01-03"),  # observed on Friday, 31 December 2021
        ("2028-02-28T12:00:00-05:00", 1, "2028-02-29"),
        (
            "2025-01-17T12:00:00-05:00",
            1,
            "2025-01-21",
        ),  # Dr. King's day; Inauguration Day itself is no national holiday
        ("2026-11-24T12:00:00-05:00", 10, "2026-12-09"),
        ("2026-11-21T03:00:00Z", 1, "2026-11-23"),  # still Friday in the east
    ],
)
def test_business_days(start: str, count: int, end: str) -> None:
    found = due(datetime.fromisoformat(start), count, "business-days", OFF, ZONE).astimezone(ZONE)
    assert (found.date().isoformat(), found.hour, found.minute) == (end, 23, 59)


def test_hours_are_hours_of_the_clock_over_weekends_and_a_change_of_clocks() -> None:
    start = datetime(2026, 3, 6, 14, 30, tzinfo=ZoneInfo("America/New_York"))  # clocks go forward on the 8th
    found = due(start, 72, "clock-hours", OFF, ZONE)
    assert found - start.astimezone(UTC) == timedelta(hours=72)
    assert found.astimezone(ZONE).isoformat() == "2026-03-09T15:30:00-04:00"


def test_an_unknown_unit_is_refused() -> None:
    with pytest.raises(ValueError, match="fortnights"):
        due(datetime.now(UTC), 1, "fortnights", OFF, ZONE)


@given(MOMENTS, st.integers(1, 40), st.integers(0, 10**6))
def test_a_period_ends_on_a_business_day_and_a_later_start_never_ends_earlier(
    at: datetime, count: int, more: int
) -> None:
    end = due(at, count, "business-days", OFF, ZONE)
    assert business_day(end.astimezone(ZONE).date(), OFF) and end > at
    assert due(at + timedelta(seconds=more), count, "business-days", OFF, ZONE) >= end


@given(st.dates(date(2021, 1, 1), date(2034, 1, 1)), st.integers(1, 40))
def test_as_many_business_days_lie_between_as_were_counted(at: date, count: int) -> None:
    end = later(at, count, OFF)
    days = [at + timedelta(days=n) for n in range(1, (end - at).days + 1)]
    assert sum(business_day(one, OFF) for one in days) == count
