"""The list of sites: filtered, sorted, in parts, with a script and without."""

import msgspec
from litestar import Response
from sqlalchemy import select

from collector.desk import Desk
from collector.lists import Limit, Offset, Slice, Sort, Word
from collector.rows.states import STATES, WORDS
from collector.store.tables import entity, site
from collector.views.sites import WANTED, Filter, sites
from collector.web.listing import ROWS, Listing
from collector.web.route import get
from collector.web.show import page
from collector.web.words import DONE

STANDINGS = [(name, WORDS[name]) for name in STATES] + [("overdue", "past its due day")]
MOST = 500  # entities in a list to choose from


def countries(desk: Desk) -> list[tuple[str, str]]:
    """Those of the register."""
    found = desk.tx.execute(
        select(site.c.country).where(desk.who.mine(site), site.c.country != "").distinct().order_by(site.c.country)
    )
    return [(one, one) for one in found.scalars()]


def firms(desk: Desk) -> list[tuple[str, str]]:
    """(id, name) of entities that the asker may see."""
    found = desk.tx.execute(
        select(entity.c.id, entity.c.name).where(desk.who.mine(entity)).order_by(entity.c.name).limit(MOST)
    )
    return [(row.id, row.name) for row in found]


@get("/sites", dependencies=WANTED)
def show(
    desk: Desk, wanted: Filter, sort: Sort = "state", limit: Limit = ROWS, offset: Offset = 0, done: Word = ""
) -> Response[bytes]:
    """The worst first, unless said."""
    part = Slice(limit, offset, sort)
    held = Listing("/sites", sites(desk, wanted, part), part, msgspec.structs.asdict(wanted))
    return page(
        desk, "sites.html", title="Sites", here="/sites", list=held, done=DONE.get(done, ""),
        state_options=STANDINGS, countries=countries(desk), entities=firms(desk),
    )  # fmt: skip


HANDLERS = [show]
