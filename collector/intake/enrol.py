"""An agent becomes one of a site's by a one-time token and its own key; later it may change the key."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, insert, select, update

from collector.clock import now, stamp
from collector.intake.agents import Caller
from collector.place import Place
from collector.refused import Refused
from collector.store.store import AtOnce, random_id
from collector.store.tables import agent, entity, old_key, site, token
from model.enrolment import Enrol, Enrolled, Rotate, proof_of, succession_of, token_digest
from model.keys import Public, keyid, pem, public
from model.report import Site
from model.signed_request import CLOCK
from model.times import read, written
from model.trouble import Trouble

# One answer for all three: a stranger must not learn which tokens there were.
NO_TOKEN = Refused(403, "token", "no token that is good: unknown, used, or over", "ask for a new one", final=True)
ONE_KEY = Refused(
    409,
    "key",
    "this key is enrolled already: each agent has a key of its own",
    "make a new one: `laydown agent enroll`",
    final=True,
)
LONGEST = 200


def enrolled(place: Place, data: Enrol) -> Enrolled:
    """The agent as it is in the register from now on. Asked again with the same token and key, the answer is the same."""
    key = _proved(data)
    try:
        return _enrolled(place, data, key)
    except AtOnce:  # the same key came a second time at the same moment: once more, and it is there
        return _enrolled(place, data, key)


def _enrolled(place: Place, data: Enrol, key: Public) -> Enrolled:
    with place.store.system(write=True) as tx:
        held = tx.execute(select(token).where(token.c.sha256 == token_digest(data.token))).first()
        if held is None:
            raise NO_TOKEN
        mine = tx.execute(select(agent).where(agent.c.keyid == keyid(key))).first()
        if held.used_at and mine is not None and mine.id == held.used_by and mine.organisation == held.organisation:
            return _answer(place, tx, mine)
        if held.used_at or held.revoked_at or held.expires_at < stamp() or _closed(tx, held):
            raise NO_TOKEN
        if mine is not None or tx.execute(select(old_key.c.keyid).where(old_key.c.keyid == keyid(key))).first():
            raise ONE_KEY
        return _answer(place, tx, _added(tx, held, data, key))


def _proved(data: Enrol) -> Public:
    """The new key; Refused unless it proves itself, for this token, now."""
    try:
        key = public(data.key.encode(), "key")
        proof = proof_of(data.proof, key)
    except Trouble as fault:
        raise Refused(403, "proof", f"{fault.where}: {fault.what}", fault.remedy, final=True) from None
    if proof.token_sha256 != token_digest(data.token):
        raise Refused(403, "proof", "the key proves itself for another token", "enrol again", final=True)
    timely(proof.at, now())
    return key


def timely(at: str, here: datetime) -> None:
    """Refused with our time where a proof is not of now."""
    try:
        far = abs((read(at) - here).total_seconds())
    except (ValueError, OverflowError):
        far = CLOCK + 1.0
    if far > CLOCK:
        what = "your clock and ours differ"
        raise Refused(
            401, "clock", what, f"work with the difference, or set the clock: at most {CLOCK} s", now=written(here)
        )


def _closed(tx: Connection, held: Row[Any]) -> bool:
    query = select(site.c.closed_at).where(site.c.organisation == held.organisation, site.c.id == held.site)
    return tx.execute(query).scalar() is not None


def _added(tx: Connection, held: Row[Any], data: Enrol, key: Public) -> Row[Any]:
    made, at = random_id(), stamp()
    row = {
        "organisation": held.organisation,
        "id": made,
        "site": held.site,
        "host": data.host[:LONGEST],
        "keyid": keyid(key),
    }
    tx.execute(
        insert(agent).values(**row, key=pem(key).decode(), engine=data.engine[:LONGEST], enrolled_at=at, seen_at=at)
    )
    ours = (token.c.organisation == held.organisation, token.c.id == held.id)
    fresh = (token.c.used_at.is_(None), token.c.revoked_at.is_(None))
    if tx.execute(update(token).where(*ours, *fresh).values(used_at=at, used_by=made)).rowcount != 1:
        raise NO_TOKEN  # somebody else came with it at the same moment, or it was taken back
    _ended(tx, held, made, data.host[:LONGEST], at)
    counted(tx, held.organisation, held.site, at)
    return tx.execute(select(agent).where(agent.c.organisation == held.organisation, agent.c.id == made)).one()


def _ended(tx: Connection, held: Row[Any], made: str, host: str, at: str) -> None:
    """A machine that was set up anew is enrolled again: the key it had before ends. The token says that an admin wanted it."""
    same = (
        agent.c.organisation == held.organisation,
        agent.c.site == held.site,
        agent.c.host == host,
        agent.c.id != made,
    )
    why = f"a machine of this name was enrolled again, as {made}"
    values = {"revoked_at": at, "revoked_by": "enrolment", "revoked_reason": why}
    tx.execute(update(agent).where(*same, agent.c.revoked_at.is_(None)).values(**values))


def counted(tx: Connection, org: str, where: str, seen_at: str = "") -> None:
    """Write into the register how many agents a site has, and when one was heard last."""
    live = select(agent.c.id).where(agent.c.organisation == org, agent.c.site == where, agent.c.revoked_at.is_(None))
    values: dict[str, Any] = {"agents": len(tx.execute(live).all())}
    if seen_at:
        values["agent_seen_at"] = seen_at
    tx.execute(update(site).where(site.c.organisation == org, site.c.id == where).values(**values))


def _answer(place: Place, tx: Connection, row: Row[Any]) -> Enrolled:
    joined = (entity.c.organisation == site.c.organisation) & (entity.c.id == site.c.entity)
    query = select(site, entity.c.name.label("entity_name")).join(entity, joined)
    home = tx.execute(query.where(site.c.organisation == row.organisation, site.c.id == row.site)).one()
    return Enrolled(row.id, row.organisation, home.entity, site_of(home), place.public.decode())


def site_of(row: Row[Any]) -> Site:
    """The site as its reports shall name it."""
    contracts, supply = (tuple(msgspec.json.decode(text)) for text in (row.contracts, row.supply_categories))
    return Site(row.ref, row.name, row.country, row.region, row.entity_name, row.uei, row.cage, contracts, supply)


def rotated(place: Place, who: Caller, data: Rotate) -> None:
    """The old key ends at once; what it has signed stays signed."""
    try:
        key = public(data.key.encode(), "key")
        said = succession_of(data.proof, key)
    except Trouble as fault:
        raise Refused(403, "proof", f"{fault.where}: {fault.what}", fault.remedy, final=True) from None
    if said.replaces != who.row.keyid:
        raise Refused(403, "proof", "takes the place of another key", "rotate again", final=True)
    timely(said.at, now())
    try:
        _rotated(place, who, key)
    except AtOnce:
        raise ONE_KEY from None


def _rotated(place: Place, who: Caller, key: Public) -> None:
    with place.store.system(write=True) as tx:
        taken = select(agent.c.id).where(agent.c.keyid == keyid(key))
        if (
            tx.execute(taken).first()
            or tx.execute(select(old_key.c.keyid).where(old_key.c.keyid == keyid(key))).first()
        ):
            raise ONE_KEY
        ours = (agent.c.organisation == who.organisation, agent.c.id == who.id, agent.c.keyid == who.row.keyid)
        if tx.execute(update(agent).where(*ours).values(keyid=keyid(key), key=pem(key).decode())).rowcount != 1:
            raise ONE_KEY
        old = {"organisation": who.organisation, "agent": who.id, "keyid": who.row.keyid, "key": who.row.key}
        tx.execute(insert(old_key).values(**old, ended_at=stamp()))
