"""The page of people: added with an invitation, changed, shut, invited again."""

from typing import Any

from litestar import Request, Response

from collector.desk import Desk
from collector.lists import Limit, Offset, Slice, Sort, Word
from collector.views.page_sites import firms
from collector.views.people import Add, Change, changed, invited, invited_again, people
from collector.web.forms import Form, text
from collector.web.listing import ROWS, Listing
from collector.web.route import get, post
from collector.web.show import led, page
from collector.web.words import DONE

Asked = Request[Any, Any, Any]
FIRST = Slice(ROWS, 0, "login")


def _page(desk: Desk, request: Asked, part: Slice = FIRST, **more: Any) -> Response[bytes]:
    held = Listing("/people", people(desk, part), part, {})
    address = desk.place.settings.address or f"{request.url.scheme}://{request.url.netloc}"
    values = {"invited": None, "done": "", **more}
    return page(
        desk,
        "people.html",
        title="People",
        here="/people",
        list=held,
        names=dict(firms(desk)),
        address=address,
        **values,
    )


@get("/people", role="admin")
def show(
    request: Asked, desk: Desk, sort: Sort = "login", limit: Limit = ROWS, offset: Offset = 0, done: Word = ""
) -> Response[bytes]:
    """By login, unless said."""
    desk.note("read", "people")
    return _page(desk, request, Slice(limit, offset, sort), done=DONE.get(done, ""))


@post("/people", role="admin", status_code=200)
def add(request: Asked, desk: Desk, data: Form) -> Response[bytes]:
    """Their invitation stands in this answer and nowhere else."""
    entities = tuple(one.strip() for one in text(data, "entities").split("\n") if one.strip())
    made = invited(
        desk, Add(text(data, "login").strip(), text(data, "role"), text(data, "name").strip()[:200], entities)
    )
    return _page(desk, request, invited=made)


@post("/people/{person:str}", role="admin")
def change(desk: Desk, person: str, data: Form) -> Response[bytes]:
    """What they may; their sessions are over."""
    second = False if text(data, "off") == "yes" else None
    changed(desk, person, Change(text(data, "role"), text(data, "shut") == "yes", second))
    return led("/people?done=changed")


@post("/people/{person:str}/invite", role="admin", status_code=200)
def invite(request: Asked, desk: Desk, person: str) -> Response[bytes]:
    """For a password that was forgotten."""
    return _page(desk, request, invited=invited_again(desk, person))


HANDLERS = [show, add, change, invite]
