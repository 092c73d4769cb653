"""Uploads of agents: how far one is, and the next piece of it. Signed requests; the last piece is answered with the receipt."""

import asyncio
from typing import Annotated, Any

from anyio import to_thread
from litestar import Request, Response, get, patch
from litestar.params import Parameter

from collector.intake.agents import Caller
from collector.intake.desk import Intake, answer
from collector.intake.uploads import dropped
from collector.place import Place
from collector.refused import Refused
from model.receipt import Upload

Digest = Annotated[str, Parameter(pattern="^[0-9a-f]{64}$", description="sha256 of the parcel's bytes")]
Count = Annotated[int, Parameter(ge=0, le=1 << 40)]
Asked = Request[Any, Any, Any]


def intake(request: Asked) -> Intake:
    """The intake of this process."""
    held: Intake = request.app.state.intake
    return held


async def proved(request: Asked) -> tuple[Caller, bytes]:
    """(the agent behind a signed request, its body)."""
    body = await request.body()
    path = request.scope["raw_path"].partition(b"?")[0].decode("latin-1")
    if query := request.scope.get("query_string"):
        path += "?" + query.decode("latin-1")
    address = request.client.host if request.client else ""
    header = request.headers.get("authorization", "")
    held = intake(request)
    try:
        if held.quick(header, len(body)):
            return held.caller(request.method, path, body, header, address), body
        return await to_thread.run_sync(held.caller, request.method, path, body, header, address), body
    except Refused as no:
        if no.status == 429:
            await held.slowed(header, address)
        raise


@get("/api/v1/uploads/{digest:str}", agent=True, tags=["agents' own"], summary="How far an upload is")
async def shown(request: Asked, digest: Digest) -> Upload:
    """The offset to go on from; the receipt, if all of it was taken."""
    who, _ = await proved(request)
    return await to_thread.run_sync(intake(request).state, who, f"sha256:{digest}")


@patch("/api/v1/uploads/{digest:str}", agent=True, tags=["agents' own"], summary="The next piece of an upload")
async def piece(request: Asked, place: Place, digest: Digest, offset: Count, size: Count) -> Response[Upload]:
    """The body is the bytes from `offset` on, at most 1 MiB; `size` of the whole. The last piece brings 201 and the receipt."""
    held = intake(request)
    who, body = await proved(request)
    name = f"sha256:{digest}"
    if offset == 0 and len(body) == size and held.quick(request.headers["authorization"], size):
        found = held.piece(who, name, offset, size, body)
    else:
        found = await to_thread.run_sync(held.piece, who, name, offset, size, body)
    if isinstance(found, Upload):
        return Response(found, status_code=201 if found.receipt else 200)
    payload = await asyncio.wrap_future(found)
    if size > len(body):
        dropped(place, who.id, name)
    return Response(answer(place, size, payload), status_code=201)


HANDLERS = [shown, piece]
