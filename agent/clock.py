"""The one place where the wall clock is read."""

from datetime import UTC, datetime

from model.times import written


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def stamp() -> str:
    """This moment in written form."""
    return written(now())
