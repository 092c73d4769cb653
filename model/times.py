"""Times as text: UTC, RFC 3339, microseconds and Z. The clock itself is read at the edge, never here."""

from datetime import UTC, datetime

FORM = "%Y-%m-%dT%H:%M:%S.%fZ"


def written(moment: datetime) -> str:
    """`2026-11-23T18:19:06.000001Z`; `moment` must know its zone (ValueError otherwise)."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone cannot be written")
    return moment.astimezone(UTC).strftime(FORM)


def read(text: str) -> datetime:
    """The moment written by `written`; ValueError for any other form."""
    return datetime.strptime(text, FORM).replace(tzinfo=UTC)
