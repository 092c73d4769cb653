"""Times as text: UTC, RFC 3339, microseconds and Z. The clock itself is read at the edge, never here."""

import re
from datetime import UTC, datetime

FORM = "%Y-%m-%dT%H:%M:%S.%fZ"
# One form only: times are compared as texts, and the order of texts must be theirs.
WRITTEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")


def written(moment: datetime) -> str:
    """`2026-11-23T18:19:06.000001Z`; `moment` must know its zone (ValueError otherwise)."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone cannot be written")
    return moment.astimezone(UTC).strftime(FORM)


def read(text: str) -> datetime:
    """The moment written by `written`; ValueError for any other form."""
    if not WRITTEN.fullmatch(text):
        raise ValueError(f"{text[:40]!r} is no time of the form 2026-11-23T18:19:06.000001Z")
    return datetime.fromisoformat(text)
