"""The list of devices over all sites."""

from litestar import Response

from collector.desk import Desk
from collector.lists import Limit, Offset, Slice, Sort, Word
from collector.views.devices import Filter, devices
from collector.web.listing import ROWS, Listing
from collector.web.route import get
from collector.web.show import page
from model.report import RANK

OUTCOMES = [
    ("covered,conflict", "covered or in conflict"),
    *((name, name) for name in sorted(RANK, key=lambda name: -RANK[name])),
]


@get("/devices")
def show(
    desk: Desk,
    search: Word = "",
    outcome: Word = "",
    maker: Word = "",
    sort: Sort = "-rank",
    limit: Limit = ROWS,
    offset: Offset = 0,
) -> Response[bytes]:
    """The worst first, unless said."""
    part = Slice(limit, offset, sort)
    found = devices(desk, Filter("", outcome, maker, search), part)
    held = Listing("/devices", found, part, {"search": search, "outcome": outcome, "maker": maker})
    return page(desk, "devices.html", title="Devices", here="/devices", list=held, outcome_options=OUTCOMES)


HANDLERS = [show]
