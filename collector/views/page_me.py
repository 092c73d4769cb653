"""The page of who is signed in: their role, their authenticator, their password."""

from typing import Annotated, Any

from litestar import Response
from litestar.params import Parameter

from collector.desk import Desk
from collector.people import passwords
from collector.views.me import Confirm, Password, Secret, confirmed, myself, password_set
from collector.web.forms import Form, text
from collector.web.route import get, post
from collector.web.show import led, page
from collector.web.words import DONE


def _page(desk: Desk, **more: Any) -> Response[bytes]:
    values = {"secret": None, "done": "", **more}
    return page(desk, "me.html", title="You", here="/me", second=myself(desk).second_factor, **values)


@get("/me")
def show(desk: Desk, done: Annotated[str, Parameter(max_length=40)] = "") -> Response[bytes]:
    """Who it is."""
    return _page(desk, done=DONE.get(done, ""))


@post("/me/authenticator")
def secret(desk: Desk) -> Response[bytes]:
    """A secret, not in force before one of its codes was given."""
    word = passwords.new_secret()
    return _page(desk, secret=Secret(word, passwords.link(word, desk.who.login)))


@post("/me/authenticator/confirm")
def confirm(desk: Desk, data: Form) -> Response[bytes]:
    """It is in force."""
    confirmed(desk, Confirm(text(data, "secret"), text(data, "code").replace(" ", "")))
    return led("/me?done=authenticator")


@post("/me/password")
def password(desk: Desk, data: Form) -> Response[bytes]:
    """All sessions are over, this one too."""
    password_set(desk, Password(text(data, "old"), text(data, "new")))
    return led("/login?done=password")


HANDLERS = [show, secret, confirm, password]
