"""Pages for who is not signed in: sign in, take up an invitation; and signing out."""

from typing import Annotated, Any

from anyio import to_thread
from litestar import Request, Response, get, post
from litestar.params import Parameter

from collector.desk import Desk
from collector.door import COOKIE
from collector.people import accounts, sessions
from collector.place import Place
from collector.refused import Refused
from collector.views.me import TRIES, Login, cookie, sign_in
from collector.views.oidc import Way
from collector.web.forms import Form, text
from collector.web.show import led, plain
from collector.web.words import DONE
from model.trouble import Trouble

Asked = Request[Any, Any, Any]
Done = Annotated[str, Parameter(max_length=40)]


def _page(place: Place, status: int = 200, **values: Any) -> Response[bytes]:
    ways = [Way(one.name, f"/api/v1/oidc/{number}") for number, one in enumerate(place.settings.provider)]
    return plain(
        "login.html", status, **{"title": "Sign in", "ways": ways, "done": "", "fault": None, "login": "", **values}
    )


def _ours(request: Asked) -> None:
    """Refused for a form that another site's page sends: it would sign a person in as somebody else."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Refused(403, "csrf", "this form was sent by another site", "sign in here", final=True)


@get("/login", public=True, sync_to_thread=False, include_in_schema=False)
def ask(place: Place, done: Done = "") -> Response[bytes]:
    """The form."""
    return _page(place, done=DONE.get(done, ""))


@post("/login", public=True, include_in_schema=False)
async def enter(request: Asked, place: Place, data: Form) -> Response[bytes]:
    """With the session's cookie to the overview; what is wrong is said on the form."""
    _ours(request)
    name, password = text(data, "login").strip()[:1024], text(data, "password")[:1024]
    login = Login(name, password, text(data, "code").replace(" ", "")[:20])
    try:
        word, _ = await sign_in(request, place, login)
    except Refused as fault:
        return _page(place, fault.status, fault=fault.said, login=login.login)
    answer = led("/")
    answer.cookies.append(cookie(place, word))
    return answer


@get("/invitation", public=True, sync_to_thread=False, include_in_schema=False)
def invited() -> Response[bytes]:
    """The form."""
    return plain("invitation.html", title="Set your password", fault=None, word="")


@post("/invitation", public=True, include_in_schema=False)
async def accept(request: Asked, place: Place, data: Form) -> Response[bytes]:
    """The password is set, and the invitation used up."""
    _ours(request)
    TRIES.take(request.client.host if request.client else "", 1)
    word, password = text(data, "invitation").strip()[:1024], text(data, "password")[:1024]
    try:
        if password != text(data, "again")[:1024]:
            raise Refused(400, "password", "the two passwords are not the same", "type it twice alike")
        await to_thread.run_sync(accounts.accepted, place.store, word, password)
    except (Refused, Trouble) as fault:
        said = fault.said if isinstance(fault, Refused) else fault
        return plain("invitation.html", 400, title="Set your password", fault=said, word=word)
    return led("/login?done=password")


@post("/logout", sync_to_thread=True, include_in_schema=False)
def leave(request: Asked, desk: Desk) -> Response[bytes]:
    """The session is over."""
    sessions.closed(desk.tx, request.cookies.get(COOKIE, ""))
    answer = led("/login?done=out")
    answer.cookies.append(cookie(desk.place, ""))
    return answer


HANDLERS = [ask, enter, invited, accept, leave]
