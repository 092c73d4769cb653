"""Schedules and spells: what people write means one thing, over midnight, over a change of the clock, and at a year's end."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from model.schedule import closed, moments, schedule_of, spell_of
from model.trouble import UsageTrouble

CHICAGO = ZoneInfo("America/Chicago")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "after", "first"),
    [
        ("02:30", "2026-11-23T02:29", "2026-11-23T02:30"),
        ("02:30", "2026-11-23T02:30", "2026-11-24T02:30"),
        ("02:30 sat,sun", "2026-11-23T00:00", "2026-11-28T02:30"),
        ("02:30 fri-mon", "2026-11-24T00:00", "2026-11-27T02:30"),
        ("23:59 mon-fri", "2026-11-27T23:59", "2026-11-30T23:59"),
        ("02:30 1,15", "2026-11-15T02:30", "2026-12-01T02:30"),
    ],
)
def test_the_next_moment(text: str, after: str, first: str) -> None:
    assert next(moments(schedule_of(text, "t"), at(after), UTC)) == at(first)


def test_local_time_over_the_change_of_the_clock() -> None:
    daily = schedule_of("02:30", "t")  # 2026-03-08 has no 02:30 in Chicago; on 2026-11-01 01:30 comes twice
    spring = moments(daily, at("2026-03-07T12:00"), CHICAGO)
    assert [next(spring) for _ in range(2)] == [at("2026-03-08T08:30"), at("2026-03-09T07:30")]
    autumn = moments(schedule_of("01:30", "t"), at("2026-10-31T12:00"), CHICAGO)
    assert [next(autumn) for _ in range(2)] == [at("2026-11-01T06:30"), at("2026-11-02T07:30")]


@pytest.mark.parametrize(
    ("text", "moment", "end"),
    [
        ("08:00-18:00", "2026-11-23T08:00", "2026-11-23T18:00"),
        ("08:00-18:00", "2026-11-23T18:00", None),
        ("mon-fri 08:00-18:00", "2026-11-28T09:00", None),
        ("sun 22:00-05:00", "2026-11-30T04:59", "2026-11-30T05:00"),
        ("sun 22:00-05:00", "2026-11-30T22:30", None),
        ("00:00-24:00", "2026-11-30T00:00", "2026-12-01T00:00"),
        ("2026-12-24/2027-01-02", "2027-01-02T23:59", "2027-01-03T00:00"),
        ("2026-12-24/2027-01-02", "2027-01-03T00:00", None),
    ],
)
def test_a_spell_holds_until_its_end(text: str, moment: str, end: str | None) -> None:
    assert spell_of(text, "t").until(at(moment), UTC) == (at(end) if end else None)


def test_spells_that_run_into_each_other_are_one() -> None:
    spells = [spell_of(text, "t") for text in ("08:00-12:00", "12:00-18:00", "2026-11-24/2026-11-24")]
    assert closed(spells, at("2026-11-23T09:00"), UTC) == at("2026-11-23T18:00")
    assert closed(spells, at("2026-11-24T09:00"), UTC) == at("2026-11-25T00:00")
    assert closed(spells, at("2026-11-23T19:00"), UTC) is None


@pytest.mark.parametrize("text", ["", "2:30", "24:00", "02:30 someday", "02:30 29", "02:30 1,mon", "every night"])
def test_no_schedule(text: str) -> None:
    with pytest.raises(UsageTrouble, match=r"^agent\.schedule: "):
        schedule_of(text, "agent.schedule")


@pytest.mark.parametrize(
    "text", ["", "08:00", "08:00-25:00", "08:00-24:30", "mon 8-9", "2026-12-24/2026-12-23", "2026-02-30/2026-03-01"]
)
def test_no_spell(text: str) -> None:
    with pytest.raises(UsageTrouble, match=r"^agent\.blackout: "):
        spell_of(text, "agent.blackout")
