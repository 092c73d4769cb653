"""Whether the collector answers, and its store with it: for load balancers, without login."""

import msgspec
from litestar import get
from sqlalchemy import text

from collector.place import Place


class Health(msgspec.Struct, frozen=True):
    """`status`: ok; anything else is an error's status."""

    status: str


@get("/health", public=True, sync_to_thread=True, tags=["health"], summary="Whether the collector and its store answer")
def health(place: Place) -> Health:
    """`{"status": "ok"}`, or 503 while the store does not answer."""
    with place.store.system() as tx:
        tx.execute(text("select 1"))
    return Health("ok")


HANDLERS = [health]
