"""The one place of the collector where the wall clock is read."""

from datetime import UTC, datetime, timedelta

from model.times import written


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def stamp() -> str:
    """This moment in written form."""
    return written(now())


def ahead(seconds: float) -> str:
    """The moment that many seconds from now, or before it, in written form."""
    return written(now() + timedelta(seconds=seconds))
