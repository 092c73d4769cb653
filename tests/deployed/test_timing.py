"""When a scan begins: in its hour, once, never in a blackout; over restarts, missed nights and clocks that jump."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from agent.config import Config
from agent.deployed.diary import Scan
from agent.deployed.tables import AgentTable
from agent.deployed.timing import begin, blackout, coming, due
from model.times import written

DUE = datetime(2026, 11, 28, 2, 30, tzinfo=UTC)  # a Saturday


def configured(**fields: object) -> Config:
    table = AgentTable(schedule="02:30 sat", jitter_minutes=0, timezone="UTC")
    return Config(agent=msgspec.structs.replace(table, **fields))


def scanned(at: datetime) -> Scan:
    return Scan("f", written(at), "done", 1, written(at), written(at), "")


@pytest.mark.parametrize(
    ("minutes", "begins"), [(-1, False), (0, True), (59, True), (60, True), (61, False), (24 * 60, False)]
)
def test_within_an_hour_of_its_moment(minutes: int, begins: bool) -> None:
    found = due(configured(), None, DUE + timedelta(minutes=minutes), "a")
    assert found == (DUE if begins else None)


def test_a_moment_counts_once_whatever_the_clock_does() -> None:
    config, last = configured(), scanned(DUE)
    assert due(config, last, DUE + timedelta(minutes=5), "a") is None
    # The clock was a year ahead when it scanned; set right, the next Saturday is scanned all the same.
    ahead = scanned(DUE + timedelta(days=364))
    assert due(config, ahead, DUE + timedelta(minutes=5), "a") == DUE
    assert due(config, last, DUE + timedelta(days=7), "a") == DUE + timedelta(days=7)


def test_a_missed_moment_is_made_up_for_only_if_that_is_said() -> None:
    late = DUE + timedelta(days=3)
    assert due(configured(), scanned(DUE - timedelta(days=7)), late, "a") is None
    assert due(configured(catch_up=True), scanned(DUE - timedelta(days=7)), late, "a") == DUE
    assert due(configured(catch_up=True), scanned(DUE), late, "a") is None
    assert due(configured(catch_up=True), None, late, "a") is None, "an agent that never scanned has missed nothing"


def test_no_scan_begins_in_a_blackout() -> None:
    dark = configured(blackout=("02:00-03:00", "2026-12-01/2026-12-10"))
    assert due(dark, None, DUE, "a") is None and blackout(dark, DUE) == DUE + timedelta(minutes=30)
    assert coming(dark, DUE, "a") is None, "each of its moments is dark"
    partly = configured(blackout=("2026-12-01/2026-12-10",))
    assert coming(partly, DUE, "a") == DUE + timedelta(days=14)


def test_jitter_spreads_agents_and_is_the_same_after_a_restart() -> None:
    config = configured(jitter_minutes=30)
    starts = [begin(DUE, config, f"agent-{number}") for number in range(200)]
    assert all(DUE <= at <= DUE + timedelta(minutes=30) for at in starts) and len(set(starts)) > 150
    assert starts == [begin(DUE, config, f"agent-{number}") for number in range(200)]
    one = starts[7]
    assert due(config, None, one - timedelta(seconds=1), "agent-7") is None
    assert due(config, None, one, "agent-7") == DUE
    assert coming(config, DUE - timedelta(hours=1), "agent-7") == one


def test_without_a_schedule_nothing_is_due() -> None:
    assert due(configured(schedule=""), None, DUE, "a") is None and coming(configured(schedule=""), DUE, "a") is None
