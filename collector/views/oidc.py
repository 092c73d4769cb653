"""Signing in by a provider: the list of them, the way there, and the way back."""

import base64
from typing import Annotated, Any

import msgspec
from anyio import to_thread
from litestar import Request, Response, get
from litestar.datastructures import Cookie
from litestar.params import Parameter

from collector.people import oidc
from collector.people.oidc import Begun
from collector.place import Place
from collector.refused import Refused, unknown
from collector.settings import Provider
from collector.views.me import TRIES, cookie

COOKIE, LIFE = "laydown-oidc", 600
Number = Annotated[int, Parameter(ge=0, le=100)]
Long = Annotated[str, Parameter(max_length=4096)]


class Way(msgspec.Struct, frozen=True):
    """A provider: what people call it, and where signing in by it begins."""

    name: str
    begin: str


@get("/api/v1/oidc", public=True, sync_to_thread=False, tags=["people"], summary="Providers that people sign in by")
def listed(place: Place) -> list[Way]:
    """As collector.toml names them."""
    return [Way(one.name, f"/api/v1/oidc/{number}") for number, one in enumerate(place.settings.provider)]


def _provider(place: Place, number: int) -> Provider:
    if number >= len(place.settings.provider):
        raise unknown("provider")
    return place.settings.provider[number]


def _back(request: Request[Any, Any, Any], place: Place, number: int) -> str:
    """The address that the provider sends the browser back to: the settings' own, so that no Host header bends it."""
    home = place.settings.address.rstrip("/") or f"{request.url.scheme}://{request.url.netloc}"
    return f"{home}/api/v1/oidc/{number}/back"


@get("/api/v1/oidc/{number:int}", public=True, tags=["people"], summary="Sign in by a provider", status_code=302)
async def begin(request: Request[Any, Any, Any], place: Place, number: Number) -> Response[bytes]:
    """Leads to the provider."""
    TRIES.take(request.client.host if request.client else "", 1)
    held = await to_thread.run_sync(oidc.begun, _provider(place, number), _back(request, place, number))
    word = base64.urlsafe_b64encode(msgspec.json.encode(msgspec.structs.replace(held, url=""))).decode()
    secure = cookie(place, "").secure
    kept = Cookie(
        key=COOKIE, value=word, path="/api/v1/oidc", httponly=True, samesite="lax", secure=secure, max_age=LIFE
    )
    return Response(b"", status_code=302, headers={"Location": held.url}, cookies=[kept])


@get("/api/v1/oidc/{number:int}/back", public=True, tags=["people"], summary="Back from a provider", status_code=302)
async def back(
    request: Request[Any, Any, Any],
    place: Place,
    number: Number,
    code: Long = "",
    given: Annotated[str, Parameter(query="state", max_length=200)] = "",
) -> Response[bytes]:
    """With the session's cookie, to the first page."""
    TRIES.take(request.client.host if request.client else "", 1)
    try:
        held = msgspec.json.decode(base64.urlsafe_b64decode(request.cookies.get(COOKIE, "")), type=Begun)
    except (ValueError, msgspec.MsgspecError):
        raise Refused(403, "oidc", "this browser did not begin a sign-in", "begin again", final=True) from None
    if not code or given != held.state:
        raise Refused(403, "oidc", "this is the end of another sign-in", "begin again", final=True)
    word = await to_thread.run_sync(
        oidc.signed_in, place, _provider(place, number), _back(request, place, number), held, code
    )
    gone = Cookie(key=COOKIE, value="", path="/api/v1/oidc", max_age=0)
    return Response(b"", status_code=302, headers={"Location": "/"}, cookies=[cookie(place, word), gone])


HANDLERS = [listed, begin, back]
