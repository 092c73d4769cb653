"""Agents: how each is, revoking one, the tokens with which they enrol, and what is wished of a site's agents."""

from typing import Any

import msgspec
from litestar import get, post
from sqlalchemy import insert, select, update

from collector.desk import Desk
from collector.intake.enrol import counted
from collector.lists import Limit, Offset, Page, Slice, Sort, Word, page, shaped
from collector.people import tokens
from collector.people.tokens import Token
from collector.refused import Refused, unknown
from collector.store.tables import agent, pack, policy, site, token
from model.policy import SCHEMA, Policy


class Agent(msgspec.Struct, frozen=True):
    """An agent as it told of itself last. `doubled`: why two machines may hold its key, "" while nothing says so."""

    id: str
    site: str
    ref: str
    host: str
    keyid: str
    engine: str
    enrolled_at: str
    seen_at: str
    state: str
    spool_parcels: int
    spool_bytes: int
    last_scan: str
    next_scan: str
    problems: list[str]
    doubled: str
    revoked_at: str
    revoked_by: str
    revoked_reason: str


class Revoke(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why it is revoked."""

    reason: str


class Issue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Sites, by their ids in the register, that get a token each; `all`: those without an agent. `days`: how long they are good."""

    sites: list[str] = []
    all: bool = False
    days: int = tokens.DAYS


class Issued(msgspec.Struct, frozen=True):
    """A token that was given out; its word is not kept."""

    id: str
    ref: str
    created_at: str
    created_by: str
    expires_at: str
    used_at: str
    used_by: str
    revoked_at: str


class Wish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a policy wishes: as in docs/protocol.md. It can only narrow what the site's own settings allow."""

    targets: tuple[str, ...] | None = None
    exclude: tuple[str, ...] = ()
    schedule: str | None = None
    blackout: tuple[str, ...] = ()
    profile: str | None = None
    pack: str | None = None


JOINED = (site.c.organisation == agent.c.organisation) & (site.c.id == agent.c.site)
SORTS = {
    name: agent.c[name]
    for name in ("seen_at", "host", "enrolled_at", "state", "spool_parcels", "spool_bytes", "last_scan", "revoked_at")
}


def agents(desk: Desk, where: str, search: str, part: Slice) -> Page[Agent]:
    """Agents, of one site or of all."""
    query = select(*agent.c, site.c.ref).join(site, JOINED).where(desk.who.mine(agent))
    if where:
        query = query.where(agent.c.site == desk.site(where, "read", "agents").id)
    if search:
        query = query.where(agent.c.host.icontains(search, autoescape=True))
    rows, total = page(desk, query, part, {**SORTS, "ref": site.c.ref}, [agent.c.id])
    desk.note("read", f"agents, {len(rows)} of {total}")
    return Page([shaped(row, Agent) for row in rows], total, part.offset, part.limit)


def one_agent(desk: Desk, ident: str) -> Agent:
    """One agent."""
    row = desk.one(agent, ident, "agent")
    ref = desk.tx.execute(
        select(site.c.ref).where(site.c.organisation == row.organisation, site.c.id == row.site)
    ).scalar_one()
    return shaped(row, Agent, ref=ref)


@get("/api/v1/agents", sync_to_thread=True, tags=["agents"], summary="Agents and how they are")
def listed(
    desk: Desk, site: Word = "", search: Word = "", sort: Sort = "seen_at", limit: Limit = 100, offset: Offset = 0
) -> Page[Agent]:
    """Those that were not heard for longest come first."""
    return agents(desk, site, search, Slice(limit, offset, sort))


@get("/api/v1/agents/{agent:str}", sync_to_thread=True, tags=["agents"], summary="One agent")
def shown(desk: Desk, agent: str) -> Agent:
    """By its id."""
    return one_agent(desk, agent)


@post(
    "/api/v1/agents/{agent:str}/revoke",
    role="admin",
    sync_to_thread=True,
    tags=["agents"],
    summary="Revoke an agent",
    status_code=200,
)
def revoke(desk: Desk, agent: str, data: Revoke) -> Agent:
    """Its key opens nothing from now on; what it sent stays."""
    return revoked(desk, agent, data.reason)


def revoked(desk: Desk, ident: str, reason: str) -> Agent:
    """Revoke an agent; Refused where no reason is given."""
    if not reason.strip():
        raise Refused(400, "reason", "no reason is given", "say why", final=True)
    row = desk.one(agent, ident, "agent")
    if row.revoked_at is None:
        ours = (agent.c.organisation == row.organisation, agent.c.id == row.id)
        values = {"revoked_at": desk.now, "revoked_by": desk.who.login, "revoked_reason": reason[:500]}
        desk.tx.execute(update(agent).where(*ours).values(**values))
        counted(desk.tx, row.organisation, row.site)
        desk.note("agent revoked", f"{row.host} {row.id}: {reason}", row.site)
        desk.then.append(desk.forget)
    return one_agent(desk, ident)


@get("/api/v1/tokens", role="admin", sync_to_thread=True, tags=["agents"], summary="Tokens that were given out")
def given(desk: Desk, limit: Limit = 100, offset: Offset = 0) -> Page[Issued]:
    """The newest first; their words are not kept."""
    return tokens_given(desk, Slice(limit, offset, "-created_at"))


def tokens_given(desk: Desk, part: Slice) -> Page[Issued]:
    """Tokens that were given out."""
    joined = (site.c.organisation == token.c.organisation) & (site.c.id == token.c.site)
    query = select(*token.c, site.c.ref).join(site, joined).where(desk.who.mine(token))
    rows, total = page(desk, query, part, {"created_at": token.c.created_at}, [token.c.id])
    return Page([shaped(row, Issued) for row in rows], total, part.offset, part.limit)


@post("/api/v1/tokens", role="admin", sync_to_thread=True, tags=["agents"], summary="Give out tokens")
def give(desk: Desk, data: Issue) -> list[Token]:
    """Each is told this once."""
    return given_out(desk, data)


def given_out(desk: Desk, data: Issue) -> list[Token]:
    """Give out a token a site."""
    org = desk.who.organisation
    if data.all:
        desk.who.needs_all()
    refs = [*data.sites[:5000], *(tokens.lacking(desk.tx, org) if data.all else ())]
    ids = [desk.site(ref, "token given").ref for ref in refs]
    return tokens.issued(desk.tx, org, ids, desk.who.login, data.days)


@post(
    "/api/v1/tokens/{token:str}/revoke",
    role="admin",
    sync_to_thread=True,
    tags=["agents"],
    summary="Take a token back",
    status_code=200,
)
def take_back(desk: Desk, token: str) -> Issued:
    """One that was used stays as it is."""
    return taken_back(desk, token)


def taken_back(desk: Desk, ident: str) -> Issued:
    """Take a token back."""
    row = desk.one(token, ident, "token")
    if not tokens.revoked(desk.tx, desk.who.organisation, ident):
        raise Refused(409, "token", "it was used or taken back before", "revoke the agent instead", final=True)
    ref = desk.tx.execute(
        select(site.c.ref).where(site.c.organisation == row.organisation, site.c.id == row.site)
    ).scalar_one()
    desk.note("token taken back", ident, row.site)
    return shaped(desk.one(token, ident, "token"), Issued, ref=ref)


@post(
    "/api/v1/sites/{site:str}/policy",
    role="admin",
    sync_to_thread=True,
    tags=["agents"],
    summary="Wish something of a site's agents",
)
def wish(desk: Desk, site: str, data: Wish) -> Policy:
    """A new policy takes the place of the one before; its serial grows. The collector signs it."""
    return wished(desk, site, data)


def wished(desk: Desk, ref: str, data: Wish) -> Policy:
    """Write the next policy of a site."""
    where = desk.site(ref, "policy set")
    ours = (policy.c.organisation == where.organisation, policy.c.site == where.id)
    if data.pack and not _has(desk, data.pack):
        raise unknown("pack")
    newest = desk.tx.execute(select(policy.c.serial).where(*ours).order_by(policy.c.serial.desc()).limit(1)).scalar()
    made = Policy(SCHEMA, where.ref, (newest or 0) + 1, desk.now, **msgspec.structs.asdict(data))
    row: dict[str, Any] = {
        "organisation": where.organisation,
        "site": where.id,
        "serial": made.serial,
        "issued_at": desk.now,
    }
    desk.tx.execute(insert(policy).values(**row, issued_by=desk.who.login, payload=msgspec.json.encode(made).decode()))
    return made


def _has(desk: Desk, name: str) -> bool:
    return desk.tx.execute(select(pack.c.sha256).where(desk.who.mine(pack), pack.c.sha256 == name)).first() is not None


@get(
    "/api/v1/sites/{site:str}/policy", sync_to_thread=True, tags=["agents"], summary="What is wished of a site's agents"
)
def wished_now(desk: Desk, site: str) -> Policy:
    """The newest policy; 404 where nothing was ever wished."""
    found = policy_now(desk, site)
    if found is None:
        raise unknown("policy")
    return found


def policy_now(desk: Desk, ref: str) -> Policy | None:
    """The newest policy of a site's agents, None where nothing was ever wished."""
    where = desk.site(ref, "read", "policy")
    held = select(policy.c.payload).where(policy.c.organisation == where.organisation, policy.c.site == where.id)
    text = desk.tx.execute(held.order_by(policy.c.serial.desc()).limit(1)).scalar()
    return msgspec.json.decode(text, type=Policy) if text else None


HANDLERS = [listed, shown, revoke, given, give, take_back, wish, wished_now]
