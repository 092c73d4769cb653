"""How old a pack's lists may be: a list misses every maker that has registered since."""

from collections.abc import Mapping
from datetime import date

OLD = 180  # days
CLOSED = frozenset({"iab"})  # the IEEE gives out no more of these


def days(dates: Mapping[str, str], today: date) -> dict[str, int]:
    """{list: its age in days}, by name."""
    return {name: (today - date.fromisoformat(day)).days for name, day in sorted(dates.items())}


def old_lists(dates: Mapping[str, str], today: date) -> tuple[str, ...]:
    """Lists older than OLD days, with their age: `ma-l 2026-01-02 (325 days)`."""
    return tuple(
        f"{name} {dates[name]} ({age} days)"
        for name, age in days(dates, today).items()
        if age > OLD and name not in CLOSED
    )
