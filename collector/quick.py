"""The short way for small parcels: the same intake as by the view, without what a framework does for pages.

Most of what a collector is asked is this one thing. Whatever is not exactly it goes the ordinary way, and both give the same answers.
"""

import asyncio
import logging
import re
from typing import Any

import msgspec
from litestar import Litestar

from collector.app import HEADERS, told
from collector.intake.desk import SMALL, Intake, answer
from collector.refused import Refused
from model.receipt import Upload
from model.trouble import place as where

log = logging.getLogger("laydown.collector")
PATH = re.compile(r"/api/v1/uploads/([0-9a-f]{64})")
QUERY = re.compile(rb"offset=0&size=([0-9]{1,6})")
SAID = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()] + [
    (b"content-type", b"application/json")
]
Scope = dict[str, Any]


class Quick:
    """`app` with the short way before it."""

    def __init__(self, app: Litestar) -> None:
        self.app, self.state = app, app.state

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        found = self._small(scope) if scope["type"] == "http" and scope["method"] == "PATCH" else None
        if found is None:
            await self.app(scope, receive, send)
            return
        status, body, more = await self._answered(scope, receive, *found)
        await send(
            {
                "type": "http.response.start",
                "status": status,
                "headers": [*SAID, (b"content-length", b"%d" % len(body)), *more],
            }
        )
        await send({"type": "http.response.body", "body": body})

    def _small(self, scope: Scope) -> tuple[str, int, str] | None:
        """(digest, size, Authorization) of a request that this way is for; None for every other."""
        path, query = PATH.fullmatch(scope["path"]), QUERY.fullmatch(scope["query_string"])
        if path is None or query is None:
            return None
        heads = dict(scope["headers"])
        size, header = int(query[1]), heads.get(b"authorization", b"").decode("latin-1")
        held: Intake = self.state.intake
        if heads.get(b"content-length") != query[1] or not 0 < size <= SMALL or not held.quick(header, size):
            return None
        return path[1], size, header

    async def _answered(
        self, scope: Scope, receive: Any, digest: str, size: int, header: str
    ) -> tuple[int, bytes, list[tuple[bytes, bytes]]]:
        held: Intake = self.state.intake
        address = scope["client"][0] if scope.get("client") else ""
        try:
            body = await _read(receive, size)
            path = (
                scope["raw_path"].partition(b"?")[0].decode("latin-1") + "?" + scope["query_string"].decode("latin-1")
            )
            try:
                who = held.caller("PATCH", path, body, header, address)
            except Refused as no:
                if no.status == 429:
                    await held.slowed(header, address)
                raise
            found = held.piece(who, f"sha256:{digest}", 0, size, body)
            made = found if isinstance(found, Upload) else answer(held.place, size, await asyncio.wrap_future(found))
        except Exception as fault:  # noqa: BLE001 - as the application's own: told, or logged with its place and said to be a fault
            return _refused(fault)
        return 201 if made.receipt else 200, msgspec.json.encode(made), []


async def _read(receive: Any, size: int) -> bytes:
    """The body, of at most the size that was announced."""
    body = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if message["type"] == "http.disconnect" or len(body) > size:
            raise Refused(400, "request", "the body is not what was announced", "send it again")
        if not message.get("more_body"):
            return body


def _refused(fault: Exception) -> tuple[int, bytes, list[tuple[bytes, bytes]]]:
    status, said, wait = told(fault)
    if status == 500:
        log.error("PATCH upload: %s: %s", where(fault), " ".join(f"{type(fault).__name__} {fault}".split()))
    return status, msgspec.json.encode(said), [(b"retry-after", b"%d" % wait)] if wait else []
