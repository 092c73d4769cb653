"""What agents ask besides uploads: enrolment, another key, heartbeats, the policy of their site, a pack. Signed requests but the first."""

from typing import Annotated, Any

import msgspec
from anyio import to_thread
from litestar import Request, Response, get, post
from litestar.params import Parameter
from sqlalchemy import select

from collector.intake.agents import Caller
from collector.intake.beats import beaten, policy_for
from collector.intake.enrol import enrolled, rotated
from collector.place import Place
from collector.refused import Refused, unknown
from collector.store.tables import pack
from collector.views.uploads import intake, proved
from model.enrolment import Beat, Enrol, Enrolled, Heartbeat, Rotate

Asked = Request[Any, Any, Any]
Sha = Annotated[str, Parameter(pattern="^(sha256:)?[0-9a-f]{64}$")]


class Changed(msgspec.Struct, frozen=True):
    """Whose key was changed."""

    agent: str


@post("/api/v1/enrol", public=True, tags=["agents' own"], summary="Enrol with a one-time token")
async def enrol(request: Asked, place: Place, data: Enrol) -> Enrolled:
    """The key proves itself; the token is used up. The same token and key again bring the same answer."""
    address = request.client.host if request.client else ""
    intake(request).strangers.take(address, 1)
    try:
        found = await to_thread.run_sync(enrolled, place, data)
    except Refused:
        intake(request).strangers.take(address, 20)  # guessing tokens is slow
        raise
    intake(request).callers.forget()
    return found


async def body_of(request: Asked, shape: Any) -> tuple[Caller, Any]:
    """(the agent, the noun in its body); Refused where the body is none."""
    who, body = await proved(request)
    try:
        return who, msgspec.json.decode(body, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as fault:
        raise Refused(400, "body", f"not understood ({str(fault)[:120]})", "see docs/protocol.md", final=True) from None


@post("/api/v1/rotate", agent=True, tags=["agents' own"], summary="Change the key", status_code=200)
async def rotate(request: Asked, place: Place) -> Changed:
    """Signed by the old key; the new one proves itself inside. The old one ends at once."""
    who, said = await body_of(request, Rotate)
    await to_thread.run_sync(rotated, place, who, said)
    intake(request).callers.forget()
    return Changed(who.id)


@post("/api/v1/heartbeat", agent=True, tags=["agents' own"], summary="Say that one lives", status_code=200)
async def heartbeat(request: Asked, place: Place) -> Beat:
    """The serial of the newest policy comes back."""
    who, said = await body_of(request, Heartbeat)
    return await to_thread.run_sync(beaten, place, who, said)


@get("/api/v1/policy", agent=True, tags=["agents' own"], summary="The policy of the agent's site")
async def policy(request: Asked, place: Place) -> Response[bytes]:
    """A DSSE envelope, or 204 where there is none."""
    who, _ = await proved(request)
    found = await to_thread.run_sync(policy_for, place, who)
    if found is None:
        return Response(b"", status_code=204)
    return Response(found, media_type="application/json")


@get("/api/v1/packs/{sha:str}", agent=True, tags=["agents' own"], summary="A pack, for an agent")
async def pack_file(request: Asked, place: Place, sha: Sha) -> Response[bytes]:
    """The bytes of pack.zip with this sha256."""
    who, _ = await proved(request)
    found = await to_thread.run_sync(_pack, place, who, f"sha256:{sha.removeprefix('sha256:')}")
    return Response(found, media_type="application/zip")


@get(
    "/api/v1/packs/{sha:str}/held",
    agent=True,
    tags=["agents' own"],
    summary="Whether a report's pack is kept here",
    status_code=204,
)
async def pack_held(request: Asked, sha: Sha) -> None:
    """204 where a parcel may come without this pack.zip; 404 where it must come with it."""
    who, _ = await proved(request)
    name = f"sha256:{sha.removeprefix('sha256:')}"
    if not await to_thread.run_sync(intake(request).packs.kept, who.organisation, name):
        raise unknown("pack")


def _pack(place: Place, who: Caller, name: str) -> bytes:
    with place.store.tenant(who.organisation) as tx:
        if not tx.execute(
            select(pack.c.sha256).where(pack.c.organisation == who.organisation, pack.c.sha256 == name)
        ).first():
            raise unknown("pack")
        return place.blobs.read(tx, who.organisation, name)


HANDLERS = [enrol, rotate, heartbeat, policy, pack_file, pack_held]
