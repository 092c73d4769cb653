"""The page of clocks: candidates, and a person's word on each."""

from litestar import Response

from collector.desk import Desk
from collector.lists import Limit, Offset, Slice, Sort, Word
from collector.views.clocks import Spoken, clocks, spoken
from collector.web.forms import Form, text
from collector.web.listing import Listing
from collector.web.route import get, post
from collector.web.show import led, page
from collector.web.words import DONE

PART = 20  # each has a form of its own
FIELDS = ("device", "clause", "by", "date", "reason")


@get("/clocks")
def show(
    desk: Desk,
    site: Word = "",
    standing: Word = "",
    sort: Sort = "due_at",
    limit: Limit = PART,
    offset: Offset = 0,
    done: Word = "",
) -> Response[bytes]:
    """The earliest due first."""
    part = Slice(limit, offset, sort)
    fixed = {"site": site} if site else {}
    held = Listing("/clocks", clocks(desk, site, standing, part), part, {"standing": standing}, fixed)
    return page(desk, "clocks.html", title="Clocks", here="/clocks", list=held, done=DONE.get(done, ""))


@post("/sites/{site:str}/clocks", role="reviewer")
def speak(desk: Desk, site: str, data: Form) -> Response[bytes]:
    """Accept or reject, by name, day and reason."""
    accept = text(data, "accept")
    moment = text(data, "moment").strip() if accept == "yes" else ""
    device, clause, by, date, reason = (text(data, name).strip() for name in FIELDS)
    spoken(desk, site, Spoken(device, clause, accept, by, date, reason, moment))
    return led("/clocks?done=spoken")


HANDLERS = [show, speak]
