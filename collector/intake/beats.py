"""Heartbeats: how an agent is, said by itself; and the newest policy for its site."""

import msgspec
from sqlalchemy import select, update

from collector.clock import stamp
from collector.intake.agents import Caller
from collector.place import Place
from collector.store.tables import agent, policy, site
from model.enrolment import Beat, Heartbeat
from model.policy import Policy, enclosed

LONGEST, MOST = 200, 20
TWICE = (
    "tells of an earlier last scan than before: two machines may hold this key, or one was set back to an older state"
)


def beaten(place: Place, who: Caller, said: Heartbeat) -> Beat:
    """Note it; the serial of the newest policy."""
    at = stamp()
    problems = [one[:LONGEST] for one in said.problems[:MOST]]
    values = {
        "seen_at": at, "engine": said.engine[:LONGEST], "state": said.state[:40],
        "spool_parcels": _count(said.spool.parcels), "spool_bytes": _count(said.spool.bytes),
        "last_scan": said.last_scan[:40], "next_scan": said.next_scan[:40], "problems": msgspec.json.encode(problems).decode(),
    }  # fmt: skip
    with place.store.tenant(who.organisation, write=True) as tx:
        before = tx.execute(
            select(agent.c.last_scan).where(agent.c.organisation == who.organisation, agent.c.id == who.id)
        ).scalar()
        if said.last_scan and (before or "") > said.last_scan:
            values["doubled"] = TWICE
        tx.execute(update(agent).where(agent.c.organisation == who.organisation, agent.c.id == who.id).values(**values))
        tx.execute(
            update(site).where(site.c.organisation == who.organisation, site.c.id == who.site).values(agent_seen_at=at)
        )
        newest = select(policy.c.serial).where(policy.c.organisation == who.organisation, policy.c.site == who.site)
        serial = tx.execute(newest.order_by(policy.c.serial.desc()).limit(1)).scalar()
    return Beat(serial or 0)


def _count(number: int) -> int:
    return max(0, min(number, (1 << 63) - 1))


def policy_for(place: Place, who: Caller) -> bytes | None:
    """The newest policy in its envelope, None where there is none."""
    with place.store.tenant(who.organisation) as tx:
        held = select(policy.c.payload).where(policy.c.organisation == who.organisation, policy.c.site == who.site)
        text = tx.execute(held.order_by(policy.c.serial.desc()).limit(1)).scalar()
    return enclosed(place.key, msgspec.json.decode(text, type=Policy)) if text else None
