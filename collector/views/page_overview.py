"""The overview: how many sites stand how, what is accused, what was not seen, which clocks may run; by country, contract, category."""

from typing import Any

from litestar import Response

from collector.desk import Desk
from collector.rows.states import STATES, WORDS
from collector.web.charts import by, by_state
from collector.web.route import get
from collector.web.show import page
from collector.web.sums import sums, tiles, todo


@get("/")
def show(desk: Desk) -> Response[bytes]:
    """How everything stands now."""
    count = sums(desk)
    desk.note("read", "overview")
    charts: dict[str, Any] = {"by_state": by_state(desk), "by_country": by(desk, "country", "country", "country")}
    charts |= {"by_contract": by(desk, "contract", "contract", "contracts")}
    charts |= {"by_category": by(desk, "supply_category", "supply category", "supply_categories")}
    keys: dict[str, Any] = {
        "state_key": [(name, WORDS[name]) for name in STATES],
        "accused_key": [("covered", "covered or in conflict"), ("suspect", "suspect")],
    }
    return page(
        desk,
        "overview.html",
        title="Overview",
        here="/",
        sums=count,
        tiles=tiles(count),
        todo=todo(desk, count),
        **charts,
        **keys,
    )


HANDLERS = [show]
