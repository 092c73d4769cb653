"""The application: the views that lie in collector/views, one door, one shape of refusal, headers that let no page call elsewhere."""

import logging
import warnings
from typing import Any

from litestar import Litestar, Request, Response, Router
from litestar.config.compression import CompressionConfig
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import HTTPException, LitestarDeprecationWarning
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from sqlalchemy.exc import DataError, DBAPIError

from collector.beside import beside
from collector.desk import desk
from collector.door import asker, door
from collector.people.who import Who
from collector.place import Place
from collector.refused import Refused
from collector.store.store import AtOnce, Gone
from collector.store.store import told as in_words
from collector.web.refusing import asks_page, refused_page
from model.folder import modules
from model.refusal import Refusal
from model.trouble import Trouble
from model.trouble import place as where

log = logging.getLogger("laydown.collector")
LARGEST = 2 * 1024 * 1024  # bytes of a request's body; a piece of an upload is at most 1 MiB
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def app(place: Place, rows: bool = False, **more: Any) -> Litestar:
    """The ASGI application over an opened place. `rows`: it also writes the rows of what comes in."""
    found = modules("collector.views")
    handlers = [handler for module in found.values() for handler in module.HANDLERS]
    # Arguments of views are found by their names, as Litestar 2 does; setup.cfg keeps to 2.
    warnings.filterwarnings("ignore", category=LitestarDeprecationWarning)
    return Litestar(
        handlers,
        guards=[door],
        state=State({"place": place, "intake": None}),
        lifespan=[beside(place, rows)],
        dependencies={
            "place": Provide(_place, sync_to_thread=False),
            "desk": Provide(desk),
            "who": Provide(_who, sync_to_thread=False),
        },
        exception_handlers={Exception: refused},
        openapi_config=OpenAPIConfig(
            title="Laydown collector",
            version="1",
            render_plugins=[JsonRenderPlugin(path="/json")],
            openapi_router=Router("/api/v1/openapi", route_handlers=[], opt={"public": True}, include_in_schema=False),
        ),
        after_request=_headed,
        request_max_body_size=LARGEST,
        compression_config=CompressionConfig(backend="gzip", exclude=["/api/v1/uploads", "/health"]),
        logging_config=None,
        **more,
    )


def _place(state: State) -> Place:
    held: Place = state.place
    return held


def _who(request: Request[Any, Any, Any]) -> Who:
    return asker(request)


async def _headed(response: Response[Any]) -> Response[Any]:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def refused(request: Request[Any, Any, Any], fault: Exception) -> Response[Any]:
    """The answer to a fault: ours are said, what is a bug of ours is logged with its place and said to be one."""
    status, said, wait = told(fault)
    if status == 500:
        log.error(
            "%s %s: %s: %s",
            request.method,
            request.url.path,
            where(fault),
            " ".join(f"{type(fault).__name__} {fault}".split()),
        )
    if status == 401 and request.method == "GET" and "text/html" in request.headers.get("accept", ""):
        return Response(said, status_code=303, headers={**HEADERS, "Location": "/login"})
    headers = {**HEADERS, **({"Retry-After": str(wait)} if wait else {})}
    if asks_page(request):
        return refused_page(request, status, said, headers)
    return Response(said, status_code=status, headers=headers, media_type="application/json")


def told(fault: Exception) -> tuple[int, Refusal, int]:
    """(status, words, seconds to wait)."""
    if isinstance(fault, BaseExceptionGroup) and len(fault.exceptions) == 1:
        return told(fault.exceptions[0])  # type: ignore[arg-type]
    if isinstance(fault, Refused):
        return fault.status, fault.said, fault.wait
    if isinstance(fault, DBAPIError):  # out of the midst of a view
        fault = in_words(fault)
    if isinstance(fault, AtOnce):
        return 409, Refusal("at-once", fault.what, fault.remedy), 0
    if isinstance(fault, Gone):
        return 503, Refusal("store", "the store does not answer now", "try again; nothing acknowledged is lost"), 5
    if isinstance(fault, Trouble):
        return 400, Refusal("input", f"{fault.where}: {fault.what}", fault.remedy, final=True), 0
    if isinstance(fault, HTTPException):
        what = " ".join(str(fault.detail).split())[:300] or "not understood"
        about = f" ({_fields(fault.extra)})" if fault.extra else ""
        final = fault.status_code < 500
        return fault.status_code, Refusal("request", f"{what}{about}", "see /api/v1/openapi/json", final=final), 0
    if isinstance(fault, DataError):  # PostgreSQL keeps no NUL in a text, and no number beyond its own
        return 400, Refusal("input", "a sign or a number that cannot be kept", "leave it out", final=True), 0
    if isinstance(fault, OSError):
        return (
            507,
            Refusal("disk", f"the disk refuses ({fault.strerror})", "try again later; nothing acknowledged is lost"),
            60,
        )
    return 500, Refusal("fault", "a fault of this program", "tell whoever runs this collector"), 0


def _fields(extra: Any) -> str:
    rows = extra if isinstance(extra, list) else [extra]
    return "; ".join(" ".join(str(v) for v in row.values()) if isinstance(row, dict) else str(row) for row in rows)[
        :300
    ]
