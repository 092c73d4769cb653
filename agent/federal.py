"""The federal calendar: which days are no business days, and whose clock ends a day. Both are assumptions, and said to be."""

from datetime import date
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("America/New_York")
ASSUMED = (
    "Business days are taken to be Monday to Friday without the holidays of the US federal calendar (5 U.S.C. 6103, as observed), "
    "ending at midnight of US Eastern time; the day of the event is not counted. The clauses define none of this: it is our assumption. "
    "72 hours are hours of the clock, weekends and holidays included."
)


def days_off(years: range) -> frozenset[date]:
    """Observed federal holidays of `years`, and those that the year after lets fall on the last day before it."""
    import holidays

    return frozenset(holidays.country_holidays("US", years=[*years, years.stop], observed=True))
