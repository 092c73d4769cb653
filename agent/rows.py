"""Rows as JSON lines: the body of evidence that was no single packet."""

from collections.abc import Iterable, Mapping

import msgspec

JSON_LINES = "application/jsonlines"
PAGE = 500  # rows in one piece of evidence: below 64 KB


def lines(rows: Iterable[Mapping[str, str]]) -> bytes:
    """JSON lines, each closed by a newline."""
    return b"".join(msgspec.json.encode(row) + b"\n" for row in rows)
