"""Who is signed in: sign in and out, the second factor, the password, an invitation taken up."""

from typing import Annotated, Any

import msgspec
from anyio import to_thread
from litestar import Request, Response, get, post
from litestar.datastructures import Cookie

from collector.clock import now
from collector.desk import Desk
from collector.door import COOKIE
from collector.intake.rates import Rates
from collector.people import accounts, passwords, sessions
from collector.people.knocks import place_of
from collector.people.who import Who
from collector.place import Place
from collector.refused import Refused
from collector.store.tables import user

Text = Annotated[str, msgspec.Meta(max_length=1024)]
TRIES = Rates(requests=20, seconds=60)  # sign-ins of one address a minute, over all accounts


class Login(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`code`: of the authenticator, "" for an account without one."""

    login: Text
    password: Text
    code: Text = ""


class Me(msgspec.Struct, frozen=True):
    """`csrf`: what writing requests of this session send as X-CSRF-Token; "" for a bearer token, which needs none."""

    login: str
    name: str
    role: str
    organisation: str
    entities: tuple[str, ...]
    csrf: str
    second_factor: bool = False


class Invitation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A word that an admin gave out, and the password that is set with it."""

    invitation: Text
    password: Text


class Password(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The password as it is, and as it shall be."""

    old: Text
    new: Text


class Secret(msgspec.Struct, frozen=True):
    """A new authenticator's secret, not yet in force: confirm it with one of its codes."""

    secret: str
    link: str


class Confirm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The secret and a code that it gives now."""

    secret: Text
    code: Text


class Done(msgspec.Struct, frozen=True):
    """It is done."""

    done: bool = True


def cookie(place: Place, word: str) -> Cookie:
    """The session's cookie: no script reads it, no other site sends it along with a form."""
    secure = place.settings.address.startswith("https:") or bool(place.settings.certificate)
    return Cookie(
        key=COOKIE,
        value=word,
        path="/",
        httponly=True,
        samesite="lax",
        secure=secure,
        max_age=sessions.LIFE["session"] if word else 0,
    )


async def sign_in(request: Request[Any, Any, Any], place: Place, data: Login) -> tuple[str, str]:
    """(session word, csrf); Refused for what is wrong, too often, or sent by another site's page, as somebody else."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Refused(403, "csrf", "this form was sent by another site", "sign in here", final=True)
    address = request.client.host if request.client else ""
    given = (data.login, data.password, data.code, address, _hurried(address))
    word, csrf, _ = await to_thread.run_sync(accounts.signed_in, place.store, *given)
    return word, csrf


def _hurried(address: str) -> bool:
    """Whether too many tries came from there, over all accounts."""
    try:
        TRIES.take(place_of(address), 1)
    except Refused:
        return True
    return False


@post("/api/v1/login", public=True, tags=["people"], summary="Sign in", status_code=200)
async def login(request: Request[Any, Any, Any], place: Place, data: Login) -> Response[Me]:
    """The session as a cookie, and its CSRF word."""
    word, _ = await sign_in(request, place, data)
    with place.store.system() as tx:
        who = sessions.who(tx, word, "session")
    if who is None:
        raise accounts.WRONG
    return Response(_me(who), cookies=[cookie(place, word)])


@post("/api/v1/logout", tags=["people"], summary="Sign out", sync_to_thread=True, status_code=200)
def logout(request: Request[Any, Any, Any], desk: Desk) -> Response[Done]:
    """The session is over."""
    sessions.closed(desk.tx, request.cookies.get(COOKIE, ""))
    return Response(Done(), cookies=[cookie(desk.place, "")])


def _me(who: Who, second: bool = False) -> Me:
    csrf = who.csrf if who.kind == "session" else ""
    return Me(who.login, who.name, who.role, who.organisation, who.entities, csrf, second)


@get("/api/v1/me", tags=["people"], summary="Who is signed in", sync_to_thread=True)
def me(desk: Desk) -> Me:
    """The person, their role, and the session's CSRF word."""
    return myself(desk)


def myself(desk: Desk) -> Me:
    """The asker."""
    return _me(desk.who, bool(_own(desk).totp))


def _own(desk: Desk) -> Any:
    return desk.tx.execute(
        user.select().where(user.c.organisation == desk.who.organisation, user.c.id == desk.who.id)
    ).one()


@post("/api/v1/me/password", tags=["people"], summary="Change one's password", sync_to_thread=True, status_code=200)
def password(desk: Desk, data: Password) -> Done:
    """All sessions of the person are over afterwards."""
    return password_set(desk, data)


def password_set(desk: Desk, data: Password) -> Done:
    """Change the asker's password."""
    TRIES.take(desk.who.id, 1)
    if not passwords.matches(_own(desk).password, data.old):
        raise Refused(403, "password", "the old password is not right", "try again, or ask an admin for an invitation")
    accounts.changed(desk.tx, desk.who.organisation, desk.who.id, password=passwords.hashed(data.new))
    sessions.all_closed(desk.tx, desk.who.organisation, desk.who.id)
    desk.note("password changed")
    return Done()


@post(
    "/api/v1/me/authenticator",
    tags=["people"],
    summary="A secret for an authenticator",
    sync_to_thread=True,
    status_code=200,
)
def authenticator(desk: Desk) -> Secret:
    """Nothing is in force before it is confirmed."""
    secret = passwords.new_secret()
    return Secret(secret, passwords.link(secret, desk.who.login))


@post(
    "/api/v1/me/authenticator/confirm",
    tags=["people"],
    summary="Put an authenticator in force",
    sync_to_thread=True,
    status_code=200,
)
def confirm(desk: Desk, data: Confirm) -> Done:
    """From now on each sign-in needs a code. An authenticator that is in force is changed by an admin alone."""
    return confirmed(desk, data)


IN_FORCE = Refused(409, "authenticator", "one is in force already", "an admin can take it away", final=True)


def confirmed(desk: Desk, data: Confirm) -> Done:
    """Put the asker's authenticator in force."""
    if _own(desk).totp:
        raise IN_FORCE
    if len(data.secret) != 32 or not set(data.secret) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"):
        raise Refused(400, "authenticator", "no secret of ours", "ask for one first", final=True)
    step = passwords.counter_of(data.secret, data.code, now().timestamp(), 0)
    if not step:
        raise Refused(400, "code", "not the code that the authenticator shows now", "check its clock and try again")
    ours = (user.c.organisation == desk.who.organisation, user.c.id == desk.who.id, user.c.totp == "")
    if not desk.tx.execute(user.update().where(*ours).values(totp=data.secret, totp_used=step)).rowcount:
        raise IN_FORCE  # by another of the person's windows, at the same moment
    desk.note("authenticator in force")
    return Done()


@post("/api/v1/invitation", public=True, tags=["people"], summary="Take up an invitation", status_code=200)
async def invitation(request: Request[Any, Any, Any], place: Place, data: Invitation) -> Done:
    """Sets the first, or a new, password; the invitation is used up."""
    TRIES.take(request.client.host if request.client else "", 1)
    await to_thread.run_sync(accounts.accepted, place.store, data.invitation, data.password)
    return Done()


HANDLERS = [login, logout, me, password, authenticator, confirm, invitation]
