"""[agent] and [release] of agent.toml: when a deployed agent scans, what it keeps, and what may leave the site for whom."""

from datetime import date
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import msgspec

from model.parcel import Release
from model.schedule import schedule_of, spell_of
from model.trouble import UsageTrouble

BOUNDS = {
    "jitter_minutes": (0, 720),
    "heartbeat_minutes": (1, 1440),
    "keep": (1, 10_000),
    "spool_mb": (1, 1_000_000),
    "results_mb": (1, 10_000_000),
}


class AgentTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """[agent]. `schedule`, `blackout`, `window`: as in docs/agent.md; sizes in MB of 1,000,000 bytes.

    `window`: when a collector's policy may put the scan, "" for no other moments than the schedule's own. `packs`: whose rules judge.
    """

    state: str = ""
    schedule: str = ""
    jitter_minutes: int = 30
    blackout: tuple[str, ...] = ()
    window: tuple[str, ...] = ()
    timezone: str = ""
    catch_up: bool = False
    packs: Literal["shipped", "collector"] = "shipped"
    heartbeat_minutes: int = 15
    keep: int = 6
    spool_mb: int = 2_000
    results_mb: int = 10_000
    proxy: str = ""


class ReleaseTo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """[[release.to]]: what leaves for one recipient, an organisation's id, released by a named person, until a day if one is given."""

    recipient: str
    level: Release
    by: str
    until: str = ""
    addresses: bool = False


class ReleaseTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """[release]. `organisation`: the site's own, "" for the one it was first enrolled with; `level`: what leaves for that one.

    `by`: who releases, "" for the name under [authority]; `marking`: goes with every parcel.
    """

    organisation: str = ""
    level: Release = "full"
    by: str = ""
    marking: str = ""
    to: tuple[ReleaseTo, ...] = ()


def check(agent: AgentTable, release: ReleaseTable, where: str) -> None:
    """UsageTrouble naming file and key where a value cannot be meant."""
    for name, (least, most) in BOUNDS.items():
        if not least <= getattr(agent, name) <= most:
            what = f"{getattr(agent, name)} cannot be meant"
            raise UsageTrouble(f"{where}: agent.{name}", what, f"write a number from {least:,} to {most:,}")
    if agent.schedule:
        schedule_of(agent.schedule, f"{where}: agent.schedule")
    for key in ("blackout", "window"):
        for text in getattr(agent, key):
            spell_of(text, f"{where}: agent.{key}")
    _zone(agent.timezone, f"{where}: agent.timezone")
    _proxy(agent.proxy, f"{where}: agent.proxy")
    for one in release.to:
        _released(one, release, f"{where}: release.to {one.recipient!r}")


def _zone(name: str, where: str) -> None:
    try:
        ZoneInfo(name or "UTC")
    except (ValueError, OSError, KeyError):
        raise UsageTrouble(where, f"{name[:40]!r} is no time zone", 'write one such as "America/Chicago"') from None


def _proxy(url: str, where: str) -> None:
    parts = urlsplit(url)
    if url and (parts.scheme not in ("http", "https") or not parts.hostname or parts.username):
        raise UsageTrouble(where, "is no proxy", 'write "http://proxy.example:3128", without a password')


def _released(one: ReleaseTo, release: ReleaseTable, where: str) -> None:
    if not one.recipient or not one.by.strip():
        raise UsageTrouble(where, "nobody releases it", 'name the recipient, and the person with by = "..."')
    if sum(other.recipient == one.recipient for other in release.to) > 1 or one.recipient == release.organisation:
        raise UsageTrouble(where, "named twice", "say once what leaves for it")
    try:
        date.fromisoformat(one.until or "2026-01-01")
    except ValueError:
        raise UsageTrouble(where, f"until {one.until[:20]!r} is no day", "write it in the form 2027-06-30") from None
