"""When the next scan is due, and until when none may run. The clock is an argument; of the machine only its zone is read."""

from datetime import UTC, datetime, timedelta, tzinfo
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

from agent.config import Config
from agent.deployed.diary import Scan
from model.schedule import Schedule, Spell, closed, moments, schedule_of, spell_of
from model.times import read, written

LOCAL = Path("/etc/localtime")
GRACE = timedelta(hours=1)  # that a moment may be missed by and still count
BACK = timedelta(days=32)  # that a missed moment is looked for


def zone_of(config: Config, now: datetime) -> tzinfo:
    """The zone of the configuration's times; the machine's where none is named."""
    if config.agent.timezone:
        return ZoneInfo(config.agent.timezone)
    try:
        with LOCAL.open("rb") as file:
            return ZoneInfo.from_file(file)  # with its changes of the clock, which the offset of today has not
    except (OSError, ValueError):
        return now.astimezone().tzinfo or UTC


def blackout(config: Config, now: datetime) -> datetime | None:
    """Until when no scan may run; None if one may now."""
    return closed(_spells(config), now, zone_of(config, now))


def due(config: Config, last: Scan | None, now: datetime, seed: str) -> datetime | None:
    """The moment of the schedule that a scan is to begin for at once; None if there is none. `seed` spreads agents over the jitter."""
    if not config.agent.schedule or blackout(config, now) is not None:
        return None
    schedule, zone = schedule_of(config.agent.schedule, "agent.schedule"), zone_of(config, now)
    # The jitter shifts a moment by hours at most, so what began within GRACE was due within a day.
    since = now - (BACK if config.agent.catch_up else timedelta(days=1))
    past = [at for at in moments(schedule, since, zone) if begin(at, config, seed) <= now]
    if not past:
        return None
    found = past[-1]
    if last is not None and (last.due == written(found) or begin(found, config, seed) <= read(last.started_at) <= now):
        return None  # done for it, or asked for by hand since
    if now - begin(found, config, seed) <= GRACE:
        return found
    # An agent that never scanned has missed nothing.
    return found if config.agent.catch_up and last is not None else None


def coming(config: Config, now: datetime, seed: str) -> datetime | None:
    """When the next scan begins, if the agent runs until then; None without a schedule, or if blackouts leave no moment in a year."""
    if not config.agent.schedule:
        return None
    schedule, zone = schedule_of(config.agent.schedule, "agent.schedule"), zone_of(config, now)
    return _open(schedule, _spells(config), now - timedelta(days=1), zone, config, seed, now)


def _open(
    schedule: Schedule, spells: list[Spell], since: datetime, zone: tzinfo, config: Config, seed: str, now: datetime
) -> datetime | None:
    for at in moments(schedule, since, zone):
        starts = begin(at, config, seed)
        if starts > now and closed(spells, starts, zone) is None:
            return starts
    return None


def begin(at: datetime, config: Config, seed: str) -> datetime:
    """When the scan of that moment really begins: later by the same number of seconds each time it is asked."""
    most = config.agent.jitter_minutes * 60
    lot = int.from_bytes(sha256(f"{seed} {at.isoformat()}".encode()).digest()[:8], "big")
    return at + timedelta(seconds=lot % (most + 1))


def _spells(config: Config) -> list[Spell]:
    return [spell_of(text, "agent.blackout") for text in config.agent.blackout]
