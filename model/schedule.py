"""Schedules and spells of time as people write them: `02:30 mon-fri`, `22:00-05:00`, `2026-12-24/2027-01-02`. Pure: no clock is read.

A schedule is a moment of the day, then weekdays, or days of the month from 1 to 28, or nothing for every day. A spell is weekdays (or
nothing) and hours, which may run over midnight and then belong to the day they begin on; or two days, both included. Local times: of an
hour that the clock skips in spring, the moments fall on the hour after it, and of one that comes twice, on the first.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo

import msgspec

from model.trouble import UsageTrouble

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
HOURS = re.compile(r"([0-2][0-9]:[0-5][0-9])-([0-2][0-9]:[0-5][0-9])")
FURTHEST = 366  # days that a next moment is looked for
DAY = timedelta(days=1)


class Schedule(msgspec.Struct, frozen=True):
    """`at`: minutes after midnight; `weekdays`: 0 is Monday; `monthdays`: from 1 to 28. Both empty: every day."""

    at: int
    weekdays: frozenset[int] = frozenset()
    monthdays: frozenset[int] = frozenset()

    def on(self, day: date) -> bool:
        """Whether it has a moment on that day."""
        return not (self.weekdays or self.monthdays) or day.weekday() in self.weekdays or day.day in self.monthdays


class Spell(msgspec.Struct, frozen=True):
    """`begin`, `end`: minutes after midnight, with `end` <= `begin` on the next day; or `first` and `last`, whole days."""

    text: str
    begin: int = 0
    end: int = 0
    weekdays: frozenset[int] = frozenset(range(7))
    first: date | None = None
    last: date | None = None

    def of(self, day: date, zone: tzinfo) -> tuple[datetime, datetime] | None:
        """Its begin and end where it begins on that day."""
        if self.first is not None and self.last is not None:
            inside = self.first <= day <= self.last
            return (moment(day, 0, zone), moment(day + DAY, 0, zone)) if inside else None
        if day.weekday() not in self.weekdays:
            return None
        return moment(day, self.begin, zone), moment(day + DAY * (self.end <= self.begin), self.end, zone)

    def until(self, at: datetime, zone: tzinfo) -> datetime | None:
        """When it is over, if it holds at that moment; None if it does not."""
        today = at.astimezone(zone).date()
        both = filter(None, (self.of(day, zone) for day in (today - DAY, today)))
        return max((end for begin, end in both if begin <= at < end), default=None)


def moment(day: date, minutes: int, zone: tzinfo) -> datetime:
    """That local time of that day, in UTC."""
    return datetime.combine(day, time(minutes // 60, minutes % 60), zone).astimezone(UTC)


def schedule_of(text: str, where: str) -> Schedule:
    """The schedule in words; UsageTrouble naming `where`."""
    clock, _, days = text.strip().lower().partition(" ")
    found = CLOCK.fullmatch(clock)
    if found is None:
        raise UsageTrouble(where, f"{text[:40]!r} is no schedule", 'write "02:30", "02:30 mon-fri" or "02:30 1,15"')
    at = int(found[1]) * 60 + int(found[2])
    words = days.replace(" ", "").split(",") if days.strip() else []
    if words and all(word.isdecimal() and 1 <= int(word) <= 28 for word in words):
        return Schedule(at, monthdays=frozenset(map(int, words)))
    return Schedule(at, weekdays=_weekdays(words, text, where))


def spell_of(text: str, where: str) -> Spell:
    """The spell in words; UsageTrouble naming `where`."""
    words = text.strip().lower()
    try:
        if "/" in words:
            first, last = (date.fromisoformat(part.strip()) for part in words.split("/"))
            if first <= last:
                return Spell(text, first=first, last=last)
    except ValueError:
        pass
    days, _, hours = words.rpartition(" ")
    found = HOURS.fullmatch(hours)
    if found is None or max(found.groups()) > "24:00":
        remedy = 'write "08:00-18:00", "mon-fri 08:00-18:00" or "2026-12-24/2027-01-02"'
        raise UsageTrouble(where, f"{text[:40]!r} is no spell of time", remedy)
    begin, end = (int(part[:2]) * 60 + int(part[3:]) for part in found.groups())
    kept = days.replace(" ", "").split(",") if days.strip() else []
    weekdays = _weekdays(kept, text, where) or frozenset(range(7))
    return Spell(text, begin % 1440, end % 1440, weekdays)


def _weekdays(words: Iterable[str], text: str, where: str) -> frozenset[int]:
    found: set[int] = set()
    for word in words:
        first, _, last = word.partition("-")
        if first not in DAYS or (last or first) not in DAYS:
            raise UsageTrouble(
                where, f"{word!r} in {text[:40]!r} is no day", f"choose from {', '.join(DAYS)}, or 1 to 28"
            )
        begin, end = DAYS.index(first), DAYS.index(last or first)
        found |= {day % 7 for day in range(begin, end + 1 + 7 * (end < begin))}
    return frozenset(found)


def moments(schedule: Schedule, after: datetime, zone: tzinfo) -> Iterator[datetime]:
    """Its moments later than `after`, in UTC, for a year."""
    today = after.astimezone(zone).date()
    for day in (today + DAY * number for number in range(FURTHEST + 1)):
        if schedule.on(day) and (at := moment(day, schedule.at, zone)) > after:
            yield at


def closed(spells: Iterable[Spell], at: datetime, zone: tzinfo) -> datetime | None:
    """Until when the spells, one running into the next, hold at that moment; None if none does."""
    spells, end = tuple(spells), at
    for _ in range(FURTHEST):
        later = max((one for spell in spells if (one := spell.until(end, zone))), default=None)
        if later is None:
            break
        end = later
    return None if end == at else end
