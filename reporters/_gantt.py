"""Where the bars of a Gantt stand: days as shares of the calendar's width, and the few dates written along it."""

from datetime import date
from typing import Any

import msgspec

from reporters._document import Gantt

MOST = 7  # dates along the top: more would touch


class Tick(msgspec.Struct, frozen=True):
    """A date along the top. `at`: share of the width, 0 to 1."""

    at: float
    label: str


class Stretch(msgspec.Struct, frozen=True):
    """A bar. `at`, `width`: shares of the calendar's width."""

    label: str
    start: str
    end: str
    at: float
    width: float


class Chart(msgspec.Struct, frozen=True):
    """A Gantt ready to be drawn."""

    ticks: tuple[Tick, ...]
    bars: tuple[Stretch, ...]


def charted(gantt: Gantt) -> Chart:
    """The Gantt's geometry; the calendar begins on the first day of a month and ends with one."""
    if not gantt.rows:
        return Chart((), ())
    days = [(date.fromisoformat(row.start), date.fromisoformat(row.end)) for row in gantt.rows]
    first, last = _month(min(start for start, _ in days)), _month(max(end for _, end in days)) + 1
    left, right = _first(first), _first(last)
    bars = tuple(
        Stretch(
            row.label, row.start, row.end, _share(start, left, right), ((end - start).days + 1) / (right - left).days
        )
        for row, (start, end) in zip(gantt.rows, days, strict=True)
    )
    return Chart(_ticks(first, last), bars)


def drawn(block: Any, held: dict[str, Any]) -> dict[str, Any]:
    """`held`, the block as plain data, with its chart beside it where the block is a Gantt."""
    return held | {"chart": msgspec.to_builtins(charted(block))} if isinstance(block, Gantt) else held


def _ticks(first: int, last: int) -> tuple[Tick, ...]:
    """A date each so many months, at most MOST: months are told by name, and where they are many, quarters or years."""
    step = next(n for n in (1, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 12000) if (last - first) / n <= MOST)
    begin = first + (-first) % step
    left, right = _first(first), _first(last)
    marks = (
        [first, *range(begin, last, step)] if begin - first > step // 2 or begin >= last else range(begin, last, step)
    )
    return tuple(Tick(_share(_first(at), left, right), _first(at).isoformat()[:7]) for at in marks)


def _share(day: date, left: date, right: date) -> float:
    return (day - left).days / (right - left).days


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _first(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)
