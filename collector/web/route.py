"""Handlers of pages: as Litestar's own, in a thread, and no part of the API's document."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

import litestar
from anyio import to_thread
from litestar import Response
from litestar.handlers.http_handlers.base import HTTPRouteHandler

Made = Callable[..., Response[bytes]]


def get(path: str, **more: Any) -> Callable[[Made], HTTPRouteHandler]:
    """A page."""
    return lambda view: litestar.get(path, include_in_schema=False, **more)(_threaded(view))


def post(path: str, **more: Any) -> Callable[[Made], HTTPRouteHandler]:
    """A form."""
    return lambda view: litestar.post(path, include_in_schema=False, **more)(_threaded(view))


def _threaded(view: Made) -> Callable[..., Any]:
    """Litestar's own `sync_to_thread` wraps twice where a path has several handlers, and a Response is awaited once."""

    @wraps(view)
    async def run(*given: Any, **named: Any) -> Any:
        return await to_thread.run_sync(partial(view, *given, **named))

    return run
