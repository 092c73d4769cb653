"""How a deployed agent stands: for the collector's heartbeat, for a person at the machine, and for a program."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

from agent.config import Config
from agent.deployed import timing
from agent.deployed.diary import Diary
from agent.deployed.home import Collector, Home, own
from agent.deployed.narrow import narrowed
from agent.deployed.outbox import MB, Outbox
from agent.deployed.policies import held_policy
from agent.deployed.release import standing
from agent.deployed.store import Store
from agent.engine import engine
from agent.words import many
from model.enrolment import Heartbeat, SpoolState
from model.keys import keyid
from model.times import read, written
from model.trouble import Trouble

MOST, LONGEST = 20, 300  # problems of one heartbeat, and signs of one
SKEWED = 60.0  # seconds from which a wrong clock is a problem


def heartbeat(home: Home, store: Store, config: Config, to: Collector, now: datetime) -> Heartbeat:
    """What that collector is told. Another organisation than the site's own hears of its own parcels, and of nothing else."""
    outbox, diary = Outbox(home, store, config.agent.spool_mb), Diary(store)
    collectors = home.collectors()
    aside = outbox.of(to.organisation, "aside")
    mine = [*outbox.of(to.organisation), *aside]
    spool = SpoolState(len(mine), sum(one.size for one in mine))
    if to.organisation != own(config, collectors):
        return Heartbeat(engine(), "idle", spool, problems=tuple(one.why[:LONGEST] for one in aside[:MOST]))
    problems = troubles(store)
    narrow = _policy(home, config, collectors, to.organisation, now, problems).pop("config")
    problems += [f"set aside: {one.why}" for one in aside]
    coming = timing.coming(narrow, now, collectors[0].agent)
    done = [one.ended_at for one in diary.scans("done", "scanned")]
    state = (
        "scanning"
        if diary.scans("running")
        else "waiting"
        if diary.unfinished()
        else "refused"
        if troubles(store)
        else "idle"
    )
    told = tuple(one[:LONGEST] for one in problems[:MOST])
    return Heartbeat(engine(), state, spool, done[-1] if done else "", written(coming) if coming else "", told)


def troubles(store: Store) -> list[str]:
    """What the running agent last said that it cannot do."""
    return msgspec.json.decode(store.recall("agent.troubles", "[]"), type=list[str])


class Status(msgspec.Struct, frozen=True):
    """What `laydown agent status --json` prints. `ok`: nothing a person should look at."""

    ok: bool
    state: str
    collectors: list[dict[str, Any]]
    spool: dict[str, Any]
    scans: dict[str, Any]
    policy: dict[str, Any]
    problems: list[str]


def status(home: Home, store: Store, config: Config, now: datetime) -> Status:
    """The agent of this home, whether it runs or not."""
    outbox, diary = Outbox(home, store, config.agent.spool_mb), Diary(store)
    collectors = home.collectors()
    ours = own(config, collectors)
    problems = [] if collectors else ["not enrolled: laydown agent enroll URL --token T"]
    problems += troubles(store)
    policy = _policy(home, config, collectors, ours, now, problems)
    narrow = policy.pop("config")
    seed = collectors[0].agent if collectors else ""
    problems += _outbox_problems(outbox)
    told = [_collector(home, store, config, one, ours, now, problems) for one in collectors]
    scans = _scans(diary, narrow, now, seed, problems)
    return Status(not problems, scans.pop("state"), told, _spool(outbox, config), scans, policy, problems)


def _collector(
    home: Home, store: Store, config: Config, to: Collector, ours: str, now: datetime, problems: list[str]
) -> dict[str, Any]:
    known = {name: store.recall(f"{to.organisation}.{name}") for name in ("contact", "beat", "skew", "trouble")}
    word = standing(config, to.organisation, ours, now.date())
    if known["trouble"]:
        problems.append(f"{to.organisation}: {known['trouble']}")
    if abs(float(known["skew"] or 0)) >= SKEWED:
        problems.append(
            f"this machine's clock is {float(known['skew']):+,.0f} s off {to.organisation}'s: set it; requests allow for it"
        )
    if word.level == "none" and to.organisation == ours:
        problems.append(f"{to.organisation}: nothing leaves: {word.why}")
    return {
        "organisation": to.organisation,
        "own": to.organisation == ours,
        "url": to.url,
        "agent": to.agent,
        "entity": to.entity,
        "site": to.site.id,
        "key": keyid(home.key(to.organisation).public_key()),
        "release": word.level,
        "released_by": word.by,
        "last_contact": known["contact"],
        "clock_off": float(known["skew"] or 0),
        "trouble": known["trouble"],
    }


def _spool(outbox: Outbox, config: Config) -> dict[str, Any]:
    count, size = outbox.usage()
    rows = [*outbox.of(), *outbox.of(state="aside")]
    waiting = [
        {"parcel": one.digest, "to": one.recipient, "release": one.release, "state": one.state, "why": one.why}
        | {"size": one.size, "since": one.put_at, "folder": one.folder, "by_file": one.by_file}
        for one in rows
    ]
    return {"parcels": count, "bytes": size, "limit": config.agent.spool_mb * MB, "waiting": waiting}


def _outbox_problems(outbox: Outbox) -> Iterator[str]:
    if not outbox.fits():
        yield "the spool is full: no scan is begun until something is sent; see agent.spool_mb"
    for one in outbox.of(state="aside"):
        yield f"{one.folder}: set aside: {one.why}"


def _scans(diary: Diary, config: Config, now: datetime, seed: str, problems: list[str]) -> dict[str, Any]:
    last, open_ = diary.last(), diary.unfinished()
    coming, dark = timing.coming(config, now, seed), timing.blackout(config, now)
    if config.agent.schedule and coming is None:
        problems.append("the blackouts leave no moment of agent.schedule in a year")
    if last is not None and last.state == "failed":
        problems.append(f"the last scan failed: {last.note}")
    state = open_.state if open_ is not None else "idle"
    return {
        "state": {"running": "scanning", "scanned": "scanning"}.get(state, state),
        "last": msgspec.to_builtins(last) if last else None,
        "next": written(coming) if coming else "",
        "blackout_until": written(dark) if dark else "",
    }


def _policy(
    home: Home, config: Config, collectors: list[Collector], ours: str, now: datetime, problems: list[str]
) -> dict[str, Any]:
    to = next((one for one in collectors if one.organisation == ours), None)
    try:
        held = held_policy(home, to) if to else None
    except Trouble as fault:
        problems.append(str(fault))
        held = None
    found = narrowed(config, held, to.site.id if to else "", now, timing.zone_of(config, now))
    problems += [f"policy: not followed: {one}" for one in found.refused]
    told = {"serial": held.serial if held else 0, "refused": list(found.refused), "pack": found.pack}
    return {**told, "targets": list(found.config.scope.targets), "config": found.config}


def lines(found: Status) -> Iterator[str]:
    """For a person."""
    for one in found.collectors:
        whose = "own organisation" if one["own"] else "another organisation"
        yield f"{one['organisation']} ({whose}): site {one['site']}, agent {one['agent']}, {one['url']}"
        by = f", released by {one['released_by']}" if one["release"] != "none" else ""
        yield f"  leaves: {one['release']}{by}; last contact {one['last_contact'][:19] or 'never'}; key {one['key'][:16]}..."
    spool, scans = found.spool, found.scans
    size = f"{spool['bytes'] / MB:,.1f} of {spool['limit'] / MB:,.0f} MB"
    yield f"spool: {many(spool['parcels'], 'parcel')}, {size}"
    for one in spool["waiting"]:
        how = " by file" if one["by_file"] else ""
        yield f"  {one['state']} for {one['to']}{how} since {one['since'][:19]}: {one['folder']} ({one['release']})"
    last = scans["last"]
    yield (
        f"last scan: {last['folder']}: {last['state']}{', ' + last['note'] if last['note'] else ''}"
        if last
        else "last scan: none"
    )
    until = scans["blackout_until"]
    yield f"next scan: {_local(scans['next']) or 'none'}{f'; blackout until {_local(until)}' if until else ''}"
    if found.policy["serial"]:
        yield f"policy {found.policy['serial']}: {len(found.policy['refused'])} of its wishes not followed"
    yield from (f"look at: {one}" for one in found.problems)


def _local(text: str) -> str:
    return f"{read(text).astimezone():%Y-%m-%d %H:%M %Z}" if text else ""
