"""The page of tokens: given out for one site, for several or for all without an agent; taken back."""

from typing import Any

from litestar import Request, Response
from sqlalchemy import func, select

from collector.desk import Desk
from collector.lists import Limit, Offset, Slice, Word
from collector.store.tables import site
from collector.views.agents import Issue, given_out, taken_back, tokens_given
from collector.web.forms import Form, lines, number, text
from collector.web.listing import ROWS, Listing
from collector.web.route import get, post
from collector.web.show import led, page
from collector.web.words import DONE

Asked = Request[Any, Any, Any]
FIRST = Slice(ROWS, 0, "-created_at")


def _page(desk: Desk, request: Asked, part: Slice = FIRST, **more: Any) -> Response[bytes]:
    held = Listing("/tokens", tokens_given(desk, part), part, {})
    lacking = (
        select(func.count())
        .select_from(site)
        .where(desk.who.mine(site), site.c.agents == 0, site.c.closed_at.is_(None))
    )
    values = {"given": (), "site": "", "done": "", **more}
    address = desk.place.settings.address or f"{request.url.scheme}://{request.url.netloc}"
    count = int(desk.tx.execute(lacking).scalar_one())
    return page(
        desk, "tokens.html", title="Tokens", here="/tokens", list=held, lacking=count, address=address, **values
    )


@get("/tokens", role="admin")
def show(
    request: Asked, desk: Desk, site: Word = "", limit: Limit = ROWS, offset: Offset = 0, done: Word = ""
) -> Response[bytes]:
    """The newest first."""
    return _page(desk, request, Slice(limit, offset, "-created_at"), site=site, done=DONE.get(done, ""))


@post("/tokens", role="admin", status_code=200)
def give(request: Asked, desk: Desk, data: Form) -> Response[bytes]:
    """Give some out: their words stand in this answer and nowhere else."""
    issue = Issue(list(lines(data, "sites")), text(data, "all") == "yes", number(data, "days", "days"))
    return _page(desk, request, given=given_out(desk, issue))


@post("/tokens/{token:str}/revoke", role="admin")
def take_back(desk: Desk, token: str) -> Response[bytes]:
    """Take one back."""
    taken_back(desk, token)
    return led("/tokens?done=revoked")


HANDLERS = [show, give, take_back]
