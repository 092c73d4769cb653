"""Packs and replays: a pack is brought, judges every site's stored evidence again, is looked at, and adopted or not."""

from typing import Any

import msgspec
from litestar import Request, Response, get, post
from sqlalchemy import select

from collector.desk import Desk
from collector.lists import Limit, Offset, Page, Slice, Sort, Word, page, shaped
from collector.packs import Brought, brought
from collector.refused import Refused
from collector.replay import run
from collector.replay.jobs import started
from collector.replay.rejudge import Difference
from collector.store.tables import pack, replay, replay_site, site


class Pack(msgspec.Struct, frozen=True):
    """A pack that was brought. `adopted_at`: when its verdicts were taken over, "" while they were not."""

    sha256: str
    digest: str
    name: str
    size: int
    added_at: str
    added_by: str
    adopted_at: str


class Begin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`pack`: the sha256 of a pack that was brought."""

    pack: str


class Replay(msgspec.Struct, frozen=True):
    """`state`: running, previewed, adopted. `done`: sites judged so far; `changed`: devices of which something else is said."""

    id: str
    pack: str
    pack_digest: str
    started_at: str
    started_by: str
    state: str
    sites: int
    done: int
    changed: int
    failed: int
    finished_at: str
    adopted_at: str
    adopted_by: str


class Preview(msgspec.Struct, frozen=True):
    """What a replay would change at a site. `state`: waiting, previewed, failed (`fault` says why), adopted."""

    site: str
    ref: str
    state: str
    changed: int
    changes: list[Difference]
    fault: str
    done_at: str


class Adopted(msgspec.Struct, frozen=True):
    """At how many sites the new verdicts count now. A site that reported anew since is not among them."""

    sites: int


def packs(desk: Desk, part: Slice) -> Page[Pack]:
    """Packs of the organisation."""
    rows, total = page(
        desk, select(pack).where(desk.who.mine(pack)), part, {"added_at": pack.c.added_at}, [pack.c.sha256]
    )
    desk.note("read", "packs")
    return Page([shaped(row, Pack) for row in rows], total, part.offset, part.limit)


def replays(desk: Desk, part: Slice) -> Page[Replay]:
    """Replays of the organisation."""
    query = select(replay).where(desk.who.mine(replay))
    rows, total = page(desk, query, part, {"started_at": replay.c.started_at}, [replay.c.id])
    desk.note("read", "replays")
    return Page([_replay(desk, row) for row in rows], total, part.offset, part.limit)


def _replay(desk: Desk, row: Any) -> Replay:
    held = select(replay_site.c.state, replay_site.c.changed).where(
        desk.who.mine(replay_site), replay_site.c.replay == row.id
    )
    sites = desk.tx.execute(held).all()
    done, failed = (
        sum(one.state in words for one in sites) for words in (("previewed", "adopted", "failed"), ("failed",))
    )
    return shaped(row, Replay, sites=len(sites), done=done, failed=failed, changed=sum(one.changed for one in sites))


def previews(desk: Desk, ident: str, only_changed: bool, part: Slice) -> Page[Preview]:
    """What a replay would change, the most first. Looking at it is a moment on record, and opens clock candidates."""
    desk.one(replay, ident, "replay")
    joined = (site.c.organisation == replay_site.c.organisation) & (site.c.id == replay_site.c.site)
    query = (
        select(*replay_site.c, site.c.ref)
        .join(site, joined)
        .where(desk.who.mine(replay_site), replay_site.c.replay == ident)
    )
    if only_changed:
        query = query.where(replay_site.c.changed > 0)
    sorts = {"changed": replay_site.c.changed, "ref": site.c.ref}
    rows, total = page(desk, query, part, sorts, [replay_site.c.site])
    for row in rows:
        desk.note("previewed", f"replay {ident}", row.site)
        desk.previews.append((ident, row.site))
    return Page([shaped(row, Preview) for row in rows], total, part.offset, part.limit)


@get("/api/v1/packs", sync_to_thread=True, tags=["packs"], summary="Packs that were brought")
def listed(desk: Desk, limit: Limit = 100, offset: Offset = 0) -> Page[Pack]:
    """The newest first."""
    return packs(desk, Slice(limit, offset, "-added_at"))


LARGEST = 32 * 1024 * 1024


@post("/api/v1/packs", role="admin", tags=["packs"], summary="Bring a pack", request_max_body_size=LARGEST)
async def bring(request: Request[Any, Any, Any], desk: Desk, name: Word = "") -> Brought:
    """The body is pack.zip. Its proofs are run first."""
    from anyio import to_thread

    data = await request.body()
    return await to_thread.run_sync(bring_in, desk, data, name)


def bring_in(desk: Desk, data: bytes, name: str) -> Brought:
    """Keep a pack."""
    desk.who.needs_all()
    if not data:
        raise Refused(400, "pack", "the body is empty", "send the bytes of pack.zip", final=True)
    made = brought(desk.place, desk.tx, desk.who.organisation, data, name, desk.who.login)
    desk.note("pack brought", f"{name} {made.sha256}")
    return made


@get("/api/v1/packs/{sha:str}/file", sync_to_thread=True, tags=["packs"], summary="A pack, for a person")
def file(desk: Desk, sha: str) -> Response[bytes]:
    """The bytes of pack.zip."""
    name = f"sha256:{sha.removeprefix('sha256:')}"
    desk.one(pack, name, "pack", key="sha256")
    return Response(desk.place.blobs.read(desk.tx, desk.who.organisation, name), media_type="application/zip")


@get("/api/v1/replays", sync_to_thread=True, tags=["packs"], summary="Replays")
def replayed(desk: Desk, limit: Limit = 100, offset: Offset = 0) -> Page[Replay]:
    """The newest first."""
    return replays(desk, Slice(limit, offset, "-started_at"))


@post(
    "/api/v1/replays",
    role="reviewer",
    sync_to_thread=True,
    tags=["packs"],
    summary="Judge all stored evidence again by a pack",
)
def begin(desk: Desk, data: Begin) -> Replay:
    """Nothing changes before it is adopted. The work goes on when this is answered."""
    return begun(desk, data.pack)


def begun(desk: Desk, sha256: str) -> Replay:
    """Begin a replay; its work starts once this request's transaction stands."""
    desk.who.needs_all()
    org = desk.who.organisation
    made = run.begun(desk.tx, org, sha256, desk.who.login)
    desk.note("replay begun", f"{made} by pack {sha256}")
    desk.then.append(lambda: started(desk.place, org, made))
    return _replay(desk, desk.one(replay, made, "replay"))


@get("/api/v1/replays/{replay:str}", sync_to_thread=True, tags=["packs"], summary="How far a replay is")
def one(desk: Desk, replay: str) -> Replay:
    """By its id."""
    return one_replay(desk, replay)


def one_replay(desk: Desk, ident: str) -> Replay:
    """How far a replay is."""
    return _replay(desk, desk.one(replay, ident, "replay"))


@get(
    "/api/v1/replays/{replay:str}/sites",
    sync_to_thread=True,
    tags=["packs"],
    summary="What a replay would change, site by site",
)
def previewed(
    desk: Desk, replay: str, only_changed: bool = False, sort: Sort = "-changed", limit: Limit = 100, offset: Offset = 0
) -> Page[Preview]:
    """The preview itself is on record, with time and reader."""
    return previews(desk, replay, only_changed, Slice(limit, offset, sort))


@post(
    "/api/v1/replays/{replay:str}/adopt",
    role="admin",
    sync_to_thread=True,
    tags=["packs"],
    summary="Let a replay's verdicts count",
    status_code=200,
)
def adopt(desk: Desk, replay: str) -> Adopted:
    """Both verdicts stay, with their dates."""
    return adopted(desk, replay)


def adopted(desk: Desk, ident: str) -> Adopted:
    """Adopt a replay."""
    desk.who.needs_all()
    done = run.adopted(desk.place, desk.tx, desk.who.organisation, ident, desk.who.login, desk.now)
    desk.note("replay adopted", f"{ident}, {done} sites")
    return Adopted(done)


HANDLERS = [listed, bring, file, replayed, begin, one, previewed, adopt]
