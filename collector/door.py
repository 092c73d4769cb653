"""The door: nobody gets to a view that does not say who may. Signed in by cookie or bearer word; writing by cookie needs the CSRF word."""

import hmac
from typing import Any

from anyio import to_thread
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler

from collector.people import sessions
from collector.people.who import Who
from collector.place import Place
from collector.refused import Refused

COOKIE = "laydown"
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
Connected = ASGIConnection[Any, Any, Any, Any]


async def door(asked: Connected, handler: BaseRouteHandler) -> None:
    """Guard of every path. opt `public`: anyone; `agent`: the view itself checks the signature; else `role`, viewer unless said."""
    if handler.opt.get("public") or handler.opt.get("agent"):
        return
    place: Place = asked.app.state.place
    who = await to_thread.run_sync(identified, place, asked.cookies.get(COOKIE, ""), bearer(asked))
    if who is None:
        raise Refused(401, "login", "nobody is signed in", "POST /api/v1/login, or send a bearer token")
    role = handler.opt.get("role", "viewer")
    if not who.may(role):
        raise Refused(403, "role", f"this needs the role {role}", "ask an admin of your organisation", final=True)
    if who.kind == "session" and asked.scope.get("method") not in SAFE:
        csrf_checked(await _csrf(asked), who)
    asked.scope["state"]["who"] = who


async def _csrf(asked: Connected) -> str:
    """The CSRF word that came along: as a header, or as a field of a plain form."""
    given = asked.headers.get("x-csrf-token", "")
    if not given and isinstance(asked, Request) and asked.content_type[0] in FORMS:
        given = str((await asked.form()).get("csrf", ""))
    return given


def csrf_checked(given: str, who: Who) -> None:
    """Refused unless the page that sends this is ours: it knows the session's second word."""
    if not hmac.compare_digest(given.encode("utf-8", "replace"), who.csrf.encode()):
        raise Refused(403, "csrf", "X-CSRF-Token is not this session's", "send what /api/v1/me says", final=True)


def bearer(asked: Connected) -> str:
    """The word of `Authorization: Bearer WORD`, "" without one."""
    kind, _, word = asked.headers.get("authorization", "").partition(" ")
    return word.strip() if kind.lower() == "bearer" else ""


def identified(place: Place, cookie: str, word: str) -> Who | None:
    """Whose cookie or bearer word it is."""
    if not cookie and not word:
        return None
    kind, held = ("bearer", word) if word else ("session", cookie)
    with place.store.system() as tx:
        who = sessions.who(tx, held, kind)
        old = who is not None and sessions.stale(tx, held)
    if old:
        with place.store.system(write=True) as tx:
            sessions.touched(tx, held)
    return who


def asker(asked: Connected) -> Who:
    """Who came in."""
    who: Who = asked.scope["state"]["who"]
    return who
